"""What was published or recorded is refused to be changed, by the database itself and in plain SQL."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from quiz.access.actor import Role
from quiz.db.connection import Database, ReadOnly
from quiz.db.models.attempts import AttemptRow
from quiz.db.models.catalogue import ScenarioRow, ScenarioVersionRow
from quiz.db.models.people import PersonRow
from quiz.db.protection import PROTECTED
from quiz.engine.regrading import Policy
from quiz.engine.text import Text
from quiz.services import advising, asking, completing, correcting, people, regrading, taking
from quiz.services.advising import Lesson
from quiz.services.loading import Release, install_release
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.learning import SHOWN, finish, stored

MODULE = "onboarding-social-media"


@pytest.fixture
def completed(works: Works, hire: Someone, make_person: MakePerson) -> Someone:
    """A person with a completion, so that every protected table has a row."""
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
    with works.writing(SYSTEM) as work:
        completing.revoke_completion(work, public_id, Text({"ar": "سبب", "en": "reason"}))
    _answered(works, hire, make_person(Role.ADVISER))
    _told(works, drawn)
    return hire


def _told(works: Works, key: str) -> None:
    """Publish a scenario anew and tell those who were taught by the version before."""
    with works.database.reads() as session:
        statement = select(ScenarioVersionRow.document).join(ScenarioRow).where(ScenarioRow.key == key)
        document = {**session.scalars(statement).one(), "difficulty": 3, "author_note": "mended"}
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), (document,), ()))
        correction = correcting.tell_taught(work, key, 1, 2, Text({"ar": "تغيّر"}))
    with works.writing(SYSTEM) as work:
        assert correcting.continue_telling(work, correction) == 1


def _answered(works: Works, someone: Someone, adviser: Someone) -> None:
    """Let somebody ask and be answered, with a wish."""
    with works.writing(someone.actor) as work:
        asking.ask(work, "question", "gift-box", "سؤال", with_name=True)
    wish = Lesson("scenario", provision="eg-cybercrime/law-175-2018/art-24", wish="موقف")
    with works.writing(adviser.actor) as work:
        (line,) = advising.list_questions(work).lines
        advising.answer_question(work, line.public_id, 0, "جواب", wish)


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
        "correction_notice": "person_id",
        "remark": "attempt_id",
        "revocation": "revoked_by",
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
