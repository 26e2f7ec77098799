"""Erasing a person as a whole: nothing in the database names them, everything still verifies, and nobody comes back."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from quiz.access.actor import Actor, Role
from quiz.db.models.base import Base
from quiz.db.models.erasure import PersonErasureRow
from quiz.db.models.trace import AuditEntryRow
from quiz.db.redacting import WORDS
from quiz.services import (
    completing,
    delivering,
    forgetting,
    measuring,
    papers,
    people,
    provisioning,
    staff_list,
    staffing,
    workforce,
)
from quiz.services.errors import NotAllowed, NotFound, Refused
from quiz.services.forgetting import Erased
from quiz.services.taking_over import Decided, take_over
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import DRILL
from tests.services.deeds.planting import MAIL, NAME, NUMBER, Planted, places, plant
from tests.services.deeds.records import REASON
from tests.services.deeds.test_papers import issued as issued
from tests.services.deeds.test_papers import signing as signing
from tests.services.deeds.test_record_checking import found
from tests.services.test_sealing import check, seal

WHY = "طلب محو البيانات رقم 9 لسنة 2026"


@pytest.fixture
def planted(works: Works, drills: None, unit: str, make_person: MakePerson, clock: Clock) -> Planted:
    return plant(works, unit, make_person, clock)


def forget(works: Works, planted: Planted, why: str = WHY) -> Erased:
    with works.writing(SYSTEM) as work:
        return forgetting.forget_person(work, planted.someone.public_id, why, planted.hr.actor)


def test_nothing_in_the_database_names_who_was_erased(works: Works, planted: Planted) -> None:
    before = places(works)
    # The planting is worth something only where it reaches every kind of place.
    assert len(before) > 25, before
    done = forget(works, planted)
    assert places(works) == set()
    assert done.counts["records"] == 2
    assert done.published == 0


def test_everything_still_verifies_and_no_figure_changes(signing: Works, planted: Planted) -> None:
    works = signing
    with works.reading(planted.someone.actor) as work:
        papers.get_state(work, planted.records[1])
    papers.get_paper(works, planted.someone.actor, planted.records[1])
    seal(works)
    before = (_figures(works), _kept(works))
    assert found(works) == set()
    forget(works, planted)
    seal(works)
    assert found(works) == set()
    assert check(works).faults == []
    assert (_figures(works), _kept(works)) == before
    with works.database.reads() as session:
        assert session.scalar(text("SELECT count(*) FROM paper_content")) == 0


def _figures(works: Works) -> object:
    with works.reading(Actor("person:x", 0, frozenset({Role.EDITOR}))) as work:
        return [measuring.get_statistics(work, line.key) for line in measuring.list_measured(work)]


def _kept(works: Works) -> dict[str, list[object]]:
    """Return every row of what is evidence, as it is stored."""
    names = ("attempt", "attempt_step", "mark_sheet", "completion", "assignment", "posting", "renewal", "paper")
    kept: dict[str, list[object]] = {}
    with works.database.reads() as session:
        for name in names:
            table = Base.metadata.tables[name]
            rows = session.execute(select(table).order_by(*table.primary_key))
            kept[name] = [tuple(row) for row in rows]
    return kept


def test_who_was_erased_never_comes_back_and_the_number_is_somebody_new(
    works: Works, planted: Planted, unit: str, clock: Clock
) -> None:
    gone = planted.someone.public_id
    forget(works, planted)
    for again in (
        lambda work: workforce.come_back(work, gone),
        lambda work: workforce.correct_person(work, gone, "خطأ", name=NAME),
        lambda work: people.assign_module(work, gone, DRILL),
        lambda work: people.invite(work, gone),
        lambda work: staff_list.get_person(work, gone),
        lambda work: provisioning.get_provisioned(work, gone),
    ):
        with pytest.raises(NotFound), works.writing(SYSTEM) as work:
            again(work)
    with works.writing(SYSTEM) as work:
        assert gone not in {one.public_id for one in provisioning.list_provisioned(work).people}
        assert gone not in {one.public_id for one in staff_list.list_people(work, "erased").lines}
        staged = staffing.stage(work, "staff", "staff.csv", CSV.encode())
        assert staffing.get_import(work, staged).standings.get("returning") is None
        fresh = take_over(work, Decided(hr_number=NUMBER, name=NAME, email=MAIL, unit=unit))
    assert fresh != gone
    with works.database.writes() as session, pytest.raises(DBAPIError, match="never changed"):
        session.execute(text("UPDATE person SET active_until = NULL WHERE public_id = :gone"), {"gone": gone})


CSV = f"الرقم الوظيفي,الاسم,البريد,رمز الوحدة\n{NUMBER},{NAME},{MAIL},NOWHERE"


def test_who_may_be_erased_and_who_decides(works: Works, planted: Planted, learner: Someone) -> None:
    refused = (
        (learner.public_id, WHY, planted.hr.actor, "person-works-here"),
        (planted.someone.public_id, " ", planted.hr.actor, "reason-missing"),
        (planted.someone.public_id, f"طلبت {NAME}", planted.hr.actor, "reason-names-holder"),
        (planted.someone.public_id, "x" * 501, planted.hr.actor, "too-long"),
        (planted.someone.public_id, WHY, learner.actor, "role-missing"),
    )
    before = places(works)
    for person, why, behind, code in refused:
        with pytest.raises(Refused, match=code), works.writing(SYSTEM) as work:
            forgetting.forget_person(work, person, why, behind)
    for actor in (planted.hr.actor, planted.admin.actor, learner.actor):
        with pytest.raises(NotAllowed), works.writing(actor) as work:
            forgetting.forget_person(work, planted.someone.public_id, WHY, planted.hr.actor)
    assert places(works) == before


def test_the_trace_says_that_it_was_done_and_a_second_time_changes_nothing(works: Works, planted: Planted) -> None:
    done = forget(works, planted)
    again = forget(works, planted)
    assert (again.was_erased, again.counts) == (True, done.counts)
    with works.database.reads() as session:
        (entry,) = session.scalars(select(AuditEntryRow).where(AuditEntryRow.deed == "people:person:erase"))
        (row,) = session.scalars(select(PersonErasureRow))
    assert (entry.target_id, entry.details["behind"]) == (planted.someone.public_id, planted.hr.actor.name)
    assert (row.reason, row.ended_at is not None) == (WHY, True)


def test_no_mail_goes_to_who_was_erased(works: Works, planted: Planted) -> None:
    with works.writing(SYSTEM) as work:
        completing.revoke_completion(work, planted.records[0], REASON, "كتاب 7")
    forget(works, planted)
    with works.writing(SYSTEM) as work:
        assert delivering.prepare_revocation_mail(work, planted.records[0]) is None


@pytest.mark.parametrize("table", sorted(WORDS))
def test_words_are_opened_by_no_erasure_that_is_over(works: Works, planted: Planted, table: str) -> None:
    forget(works, planted)
    column = WORDS[table][0]
    with works.database.writes() as session:
        if not session.scalar(text(f"SELECT count(*) FROM {table}")):
            return
        with pytest.raises(DBAPIError, match="never changed"):
            session.execute(text(f"UPDATE {table} SET {column} = {column}"))


def test_an_erasure_under_way_opens_words_and_nothing_else(works: Works, planted: Planted) -> None:
    key, moment = planted.someone.actor.person_id, works.tools.clock()
    row = {"person_id": key, "reason": "x", "erased_by": "x", "began_at": moment, "ended_at": None, "counts": {}}
    with works.database.writes() as session:
        session.execute(PersonErasureRow.__table__.insert().values(**row))
        session.execute(text("UPDATE assignment_change SET reason = 'y'"))
        for changed in ("reason = 'z', made_by = 'z'", "kind = 'restored'"):
            with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
                session.execute(text(f"UPDATE assignment_change SET {changed}"))
        session.rollback()
    with works.database.writes() as session, pytest.raises(DBAPIError, match="has left"):
        session.execute(PersonErasureRow.__table__.insert().values(**{**row, "person_id": planted.hr.actor.person_id}))
