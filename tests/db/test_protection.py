"""What was published or recorded is refused to be changed, by the database itself and in plain SQL."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from quiz.access.actor import Role
from quiz.bank.reader import Reading
from quiz.db.connection import Database, ReadOnly
from quiz.db.models.amending import DeltaModuleRow, ScenarioConfirmationRow
from quiz.db.models.attempts import AttemptRow
from quiz.db.models.base import Base
from quiz.db.models.catalogue import InstrumentVersionRow, ScenarioRow, ScenarioVersionRow
from quiz.db.models.completions import CompletionRow
from quiz.db.models.credentials import CredentialPlaceRow, IssuerKeyRow
from quiz.db.models.drafts import DraftRevisionRow, DraftRow, RetirementRow, ReviewRow
from quiz.db.models.people import PersonRow
from quiz.db.protection import PROTECTED
from quiz.engine.regrading import Policy
from quiz.engine.text import Text
from quiz.services import (
    completing,
    people,
    regrading,
    taking,
)
from quiz.services.unit_of_work import Works
from tests import drafts
from tests.db.protected_rows import (
    lay_answered,
    lay_change,
    lay_distrust,
    lay_lived,
    lay_release,
    lay_sealed,
    lay_signed,
    lay_told,
)
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.learning import SHOWN, finish, stored

MODULE = "onboarding-social-media"


@pytest.fixture
def draft(works: Works, reading: Reading, make_person: MakePerson) -> str:
    """A draft with one revision by its only author, in review."""
    editor = make_person(Role.EDITOR, name="ليلى مراد فهمي")
    return drafts.handed_in(works, editor, drafts.sound(reading))


@pytest.fixture
def reviewed(works: Works, draft: str, make_person: MakePerson) -> None:
    """A draft that was sent back, a scenario out of use, another that still holds, and a module that asks changes."""
    reviewer = make_person(Role.REVIEWER, name="عادل حسن نجيب")
    drafts.send_back(works, reviewer, draft)
    with works.database.writes() as session:
        scenario = session.query(ScenarioRow.id).limit(1).scalar()
        moment, person = works.tools.clock(), reviewer.actor.person_id
        session.add(RetirementRow(scenario_id=scenario, words="حلّ محله غيره", retired_by=person, retired_at=moment))
        version = session.query(ScenarioVersionRow.id).limit(1).scalar()
        law = session.query(InstrumentVersionRow.id).limit(1).scalar()
        found = {"scenario_version_id": version, "instrument_version_id": law, "reason": "لم يمسه التعديل"}
        session.add(ScenarioConfirmationRow(**found, confirmed_by=person, confirmed_at=moment))
        session.add(DeltaModuleRow(module_key="delta", instrument_version_id=law, begun_by=person, begun_at=moment))
        session.commit()


@pytest.fixture
def completed(works: Works, hire: Someone, make_person: MakePerson, reviewed: None) -> Someone:
    """A person with a completion beside what was reviewed, so that every protected table has a row."""
    attempt_id = finish(works, hire, MODULE, best=True)
    drawn = stored(works, hire, attempt_id).attempt.slots[0].scenario.key
    with works.writing(SYSTEM) as work:
        decision = regrading.decide_regrading(
            work, drawn, True, Policy.ONLY_IF_IT_HELPS, Text({"ar": "سبب", "en": "reason"})
        )
        assert regrading.continue_regrading(work, decision) == 1
    with works.reading(hire.actor) as work:
        pledge = completing.get_pledge(work, MODULE)
    with works.writing(hire.actor) as work:
        public_id = completing.sign_pledge(work, MODULE, pledge.digest, {})
    lay_signed(works)
    lay_lived(works, hire, public_id, make_person(Role.HR))
    lay_answered(works, hire, make_person(Role.ADVISER), make_person(Role.EDITOR))
    lay_told(works, drawn)
    lay_sealed(works)
    with works.database.writes() as session:
        session.add(lay_change(session, works.tools.clock()))
        session.add(lay_distrust(session, works.tools.clock()))
        session.add(lay_release(session, works.tools.clock()))
        session.add(IssuerKeyRow(key_id="k", multikey="z", began_at=works.tools.clock()))
        session.add(
            CredentialPlaceRow(completion_id=session.query(CompletionRow.id).limit(1).scalar(), list_number=1, place=7)
        )
        session.commit()
    return hire


def test_every_row_that_says_so_is_protected() -> None:
    promised = {
        mapper.local_table.name
        for mapper in Base.registry.mappers
        if "never changed" in str(mapper.class_.__doc__) or "Never changed" in str(mapper.class_.__doc__)
    }
    assert len(promised) > 8
    assert promised <= set(PROTECTED)


def test_every_protected_table_has_a_row_to_try(works: Works, completed: Someone) -> None:
    with works.database.reads() as session:
        empty = [table for table in PROTECTED if not session.execute(text(f"SELECT count(*) FROM {table}")).scalar()]
    assert empty == []


@pytest.mark.parametrize("table", PROTECTED)
def test_a_protected_row_is_neither_changed_nor_deleted(works: Works, completed: Someone, table: str) -> None:
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {_column(table)} = {_column(table)}"):
        with works.database.writes() as session, pytest.raises(DBAPIError, match="never changed"):
            session.execute(text(statement))


@pytest.mark.parametrize("table", PROTECTED)
def test_a_protected_row_is_not_replaced_or_truncated_either(works: Works, completed: Someone, table: str) -> None:
    way = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    if not works.database.is_sqlite:
        way = f"TRUNCATE {table} CASCADE"
    with works.database.writes() as session, pytest.raises(DBAPIError, match="never changed"):
        session.execute(text(way))


def _column(table: str) -> str:
    named = {
        "attempt_step": "kind",
        "audit_entry": "deed",
        "audit_link": "number",
        "correction_notice": "person_id",
        "credential_place": "place",
        "incident_scenario": "linked_by",
        "incident_wish": "wish_id",
        "paper": "digest",
        "holder_erasure": "reason",
        "remark": "attempt_id",
        "renewal": "earlier_id",
        "wish_decision": "state",
        "revocation": "revoked_by",
        "signing_certificate": "name",
        "revocation_decision": "verdict",
    }
    return named.get(table, "id")


def test_the_draw_of_an_attempt_is_frozen_and_its_end_is_written_once(works: Works, hire: Someone) -> None:
    with works.writing(hire.actor) as work:
        attempt_id = taking.begin_attempt(work, MODULE)
    moved = text("UPDATE attempt SET seal = 'x' WHERE public_id = :id")
    with works.database.writes() as session, pytest.raises(DBAPIError, match="never changed"):
        session.execute(moved, {"id": attempt_id})
    with works.writing(hire.actor) as work:
        taking.finish_attempt(work, attempt_id, SHOWN)
    again = text("UPDATE attempt SET outcome = 'passed' WHERE public_id = :id")
    with works.database.writes() as session, pytest.raises(DBAPIError, match="never changed"):
        session.execute(again, {"id": attempt_id})


def _copy(works: Works, attempt_id: str, **changes: object) -> AttemptRow:
    with works.database.reads() as session:
        row = session.scalars(select(AttemptRow).where(AttemptRow.public_id == attempt_id)).one()
    values = {name: getattr(row, name) for name in row.__mapper__.columns.keys() if name != "id"}  # noqa: SIM118
    return AttemptRow(**{**values, "public_id": "f" * 32, "ended_at": None, "outcome": None, **changes})


def test_the_database_itself_keeps_limit_wait_and_one_under_way(works: Works, hire: Someone, clock: Clock) -> None:
    with works.writing(hire.actor) as work:
        attempt_id = taking.begin_attempt(work, MODULE)
    now = clock.now
    refused = {
        "one under way": {"number": 2, "opens_at": now},
        "same number": {"number": 1, "ended_at": now, "outcome": "not_passed"},
        "over the limit": {"number": 4, "ended_at": now},
        "before it opens": {"number": 2, "ended_at": now, "opens_at": now + timedelta(days=1)},
        "before the last one ended": {"number": 2, "ended_at": now, "opens_at": now - timedelta(days=1)},
    }
    for why, changes in refused.items():
        with works.database.writes() as session:
            session.add(_copy(works, attempt_id, **changes))
            try:
                session.flush()
            except DBAPIError:
                continue
            pytest.fail(f"the database took an attempt: {why}")


def test_one_person_alone_publishes_nothing(works: Works, hire: Someone) -> None:
    with works.database.reads() as session:
        person = session.query(PersonRow.id).limit(1).scalar()
    statement = text(
        "INSERT INTO scenario_version (scenario_id, number, document, digest, published_through, author_id, "
        "approver_id, published_at) SELECT id, 99, '{}', 'd', 'desk', :person, :person, :now FROM scenario LIMIT 1"
    )
    with works.database.writes() as session, pytest.raises(IntegrityError):
        session.execute(statement, {"person": person, "now": datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)})


def test_a_moment_without_a_zone_is_refused(works: Works, hire: Someone) -> None:
    with works.database.writes() as session, pytest.raises(StatementError, match="zone"):
        session.execute(PersonRow.__table__.update().values(created_at=datetime(2026, 1, 1)))  # noqa: DTZ001


def test_a_reading_session_refuses_to_write(database: Database) -> None:
    with database.reads() as session:
        session.add(PersonRow(public_id="x"))
        with pytest.raises(ReadOnly):
            session.flush()
        session.expunge_all()


def test_people_of_one_number_are_refused_by_name_of_the_field(works: Works, hire: Someone, unit: str) -> None:
    with pytest.raises(people.Duplicate) as refusal, works.writing(SYSTEM) as work:
        people.provision_person(work, "T-1", "new@amana.example", "اسم", unit)
    assert refusal.value.values["field"] == "hr_number"


_REVIEWED = text(
    "INSERT INTO review (draft_id, revision, reviewer_id, verdict, words, acknowledged, at) "
    "SELECT draft.id, 1, :person, 'approved', '', '{}', :now FROM draft WHERE public_id = :draft"
)


def _ids(works: Works, draft: str) -> tuple[int, int]:
    """Return the keys of a draft and of its author."""
    with works.database.reads() as session:
        row = session.scalars(select(DraftRow).where(DraftRow.public_id == draft)).one()
        return row.id, row.created_by


def test_nobody_reviews_their_own_words_not_even_in_plain_sql(
    works: Works, draft: str, reading: Reading, make_person: MakePerson
) -> None:
    draft_id, author = _ids(works, draft)
    someone = make_person(Role.EDITOR, Role.REVIEWER)
    # What they wrote elsewhere keeps them from nothing here.
    drafts.begin(works, someone, drafts.sound(reading, "of-their-own"))
    another = someone.actor.person_id
    sent = {"draft": draft, "now": datetime(2026, 1, 1, tzinfo=UTC)}
    with works.database.writes() as session, pytest.raises(DBAPIError, match="their own words"):
        session.execute(_REVIEWED, {**sent, "person": author})
    with works.database.writes() as session:
        session.execute(_REVIEWED, {**sent, "person": another})
        session.rollback()
    # Whoever wrote any revision is an author of it, not the first and the last alone.
    with works.database.writes() as session:
        for number, person in ((2, another), (3, author)):
            session.add(_revision(draft_id, number, person))
        session.commit()
    with works.database.writes() as session, pytest.raises(DBAPIError, match="their own words"):
        session.execute(_REVIEWED, {**sent, "person": another})


def _revision(draft_id: int, number: int, person: int | None, **changes: Any) -> DraftRevisionRow:
    stands = {"document": {}, "digest": "d", "origin": "written", "saved_at": datetime(2026, 1, 1, tzinfo=UTC)}
    return DraftRevisionRow(draft_id=draft_id, number=number, author_id=person, **{**stands, **changes})


def _draft(works: Works, person: int, **changes: Any) -> DraftRow:
    now = works.tools.clock()
    stands = {"kind": "scenario", "key": "a-key", "base_number": 0, "state": "draft", "revision": 0, "closed_at": None}
    return DraftRow(public_id="e" * 32, created_by=person, created_at=now, changed_at=now, **{**stands, **changes})


def test_a_key_has_one_open_draft_and_any_number_of_closed_ones(works: Works, draft: str) -> None:
    _, person = _ids(works, draft)
    now = works.tools.clock()
    taken: list[dict[str, Any]] = [
        {"key": "a-new-one", "state": "published", "closed_at": now},
        {"key": "a-new-one", "kind": "module"},
        {"key": "another"},
    ]
    for changes in taken:
        with works.database.writes() as session:
            session.add(_draft(works, person, **changes))
            session.flush()
            session.rollback()
    with works.database.writes() as session, pytest.raises(IntegrityError):
        session.add(_draft(works, person, key="a-new-one"))
        session.flush()


Make = Callable[[Works, int, int], object]
_NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "make",
    [
        lambda works, draft, person: _draft(works, person, kind="poem"),
        lambda works, draft, person: _draft(works, person, state="approved"),
        lambda works, draft, person: _draft(works, person, state="published"),
        lambda works, draft, person: _draft(works, person, state="draft", closed_at=_NOW),
        lambda works, draft, person: _revision(draft, 2, person, origin="guessed"),
        lambda works, draft, person: _revision(draft, 1, person),
        lambda works, draft, person: ReviewRow(
            draft_id=draft, revision=1, reviewer_id=person, verdict="perhaps", words="", acknowledged={}, at=_NOW
        ),
    ],
    ids=["kind", "state", "published-and-open", "open-and-closed", "origin", "revision-twice", "verdict"],
)
def test_what_a_draft_cannot_be_the_database_refuses(
    works: Works, draft: str, make_person: MakePerson, make: Make
) -> None:
    row = make(works, _ids(works, draft)[0], int(make_person().actor.person_id or 0))
    with works.database.writes() as session, pytest.raises(IntegrityError):
        session.add(row)
        session.flush()


def test_a_draft_that_can_be_is_taken(works: Works, draft: str, make_person: MakePerson) -> None:
    draft_id, person = _ids(works, draft)[0], int(make_person().actor.person_id or 0)
    for row in (
        _draft(works, person, kind="module"),
        _draft(works, person, state="discarded", closed_at=_NOW),
        _revision(draft_id, 2, person),
        ReviewRow(
            draft_id=draft_id, revision=1, reviewer_id=person, verdict="approved", words="", acknowledged={}, at=_NOW
        ),
    ):
        with works.database.writes() as session:
            session.add(row)
            session.flush()
            session.rollback()
