"""People who move, are away, leave, come back and are put right; each bad word of it is refused and changes nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.db.models.assignments import AssignmentRow, DisowningRow
from quiz.db.models.factors import AuthenticatorRow, PasskeyRow
from quiz.db.models.people import AbsenceRow, PersonRow, PostingRow, RoleGrantRow
from quiz.db.queries import tallies
from quiz.engine.text import Text
from quiz.services import accounts, factors, people, sign_ins, turning, workforce
from quiz.services.errors import NotFound, QuizError, Refused
from quiz.services.unit_of_work import UnitOfWork, Works
from tests.fixtures.people import PASSWORD, SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock

Unchanged = Callable[[], AbstractContextManager[None]]
Refusal = Callable[..., AbstractContextManager[None]]
TODAY = date(2026, 11, 21)
MODULE = "onboarding-social-media"


@pytest.fixture
def hire(make_person: MakePerson) -> Someone:
    return make_person(modules=(MODULE,))


@pytest.fixture
def emirati(works: Works) -> str:
    with works.writing(SYSTEM) as work:
        return people.add_unit(work, Text({"ar": "مكتب دبي", "en": "Dubai office"}), "AE", code="DXB")


def do(works: Works, deed: Callable[[UnitOfWork], object]) -> None:
    with works.writing(SYSTEM) as work:
        deed(work)


def one(works: Works, someone: Someone) -> PersonRow:
    with works.database.reads() as session:
        return session.scalars(select(PersonRow).where(PersonRow.public_id == someone.public_id)).one()


def assignment(works: Works) -> AssignmentRow:
    with works.database.reads() as session:
        assert tallies.list_differences(session) == []
        return session.scalars(select(AssignmentRow)).one()


def test_a_move_is_a_new_posting_and_takes_what_is_assigned_along(works: Works, hire: Someone, emirati: str) -> None:
    with works.database.writes() as session:
        row = session.scalars(select(AssignmentRow)).one()
        row.is_disowned = True
        session.add(
            DisowningRow(
                public_id="d" * 32, person_id=row.person_id, unit_id=row.unit_id, said_by=row.person_id,
                said_at=works.tools.clock(), words="ليس من فريقي",
            )
        )  # fmt: skip
        session.commit()
    do(works, lambda work: workforce.move_person(work, hire.public_id, emirati))
    row, moved = one(works, hire), assignment(works)
    assert row.jurisdiction == "AE"
    assert (moved.unit_id, moved.is_disowned) == (row.unit_id, False)
    with works.database.reads() as session:
        postings = session.scalars(select(PostingRow).order_by(PostingRow.id)).all()
        said = session.scalars(select(DisowningRow)).one()
    assert [posting.unit_id for posting in postings][-1] == row.unit_id
    assert len(postings) == 2
    assert (postings[-1].starts_on, postings[-1].recorded_by, said.outcome) == (TODAY, SYSTEM.name, "moved")


def test_an_absence_marks_its_days_and_no_other_overlaps_it(
    works: Works, hire: Someone, make_person: MakePerson, clock: Clock, changes_nothing: Unchanged
) -> None:
    do(works, lambda work: workforce.record_absence(work, hire.public_id, TODAY, None))
    assert assignment(works).is_away
    with changes_nothing(), pytest.raises(QuizError, match="absence-overlaps"):
        do(works, lambda work: workforce.record_absence(work, hire.public_id, TODAY + timedelta(9), None))
    with works.database.reads() as session:
        absence = session.scalars(select(AbsenceRow)).one()
    with changes_nothing(), pytest.raises(QuizError, match="ends-before"):
        do(works, lambda work: workforce.end_absence(work, hire.public_id, absence.public_id, TODAY - timedelta(1)))
    somebody_else = make_person().public_id
    with changes_nothing(), pytest.raises(NotFound):
        do(works, lambda work: workforce.end_absence(work, somebody_else, absence.public_id, TODAY))
    do(works, lambda work: workforce.record_absence(work, hire.public_id, TODAY - timedelta(9), TODAY - timedelta(8)))
    do(works, lambda work: workforce.end_absence(work, hire.public_id, absence.public_id, TODAY))
    clock.now += timedelta(days=1)
    do(works, turning.turn_day)
    assert not assignment(works).is_away


def test_who_leaves_works_here_until_their_day_ends(works: Works, hire: Someone, clock: Clock) -> None:
    do(works, lambda work: workforce.leave(work, hire.public_id, TODAY))
    # The day ends at midnight in Cairo, two hours before it does in UTC.
    assert str(one(works, hire).active_until) == "2026-11-21 22:00:00+00:00"
    do(works, turning.turn_day)
    assert assignment(works).unit_id is not None
    clock.now += timedelta(days=1)
    do(works, turning.turn_day)
    assert assignment(works).unit_id is None


def test_who_comes_back_is_the_same_person_without_the_roles_of_before(
    works: Works, hire: Someone, unit: str, emirati: str, clock: Clock
) -> None:
    do(works, lambda work: people.grant_role(work, hire.public_id, Role.HR))
    do(works, lambda work: workforce.leave(work, hire.public_id, TODAY - timedelta(1)))
    assert assignment(works).unit_id is None
    clock.now += timedelta(days=30)
    do(works, lambda work: workforce.come_back(work, hire.public_id, emirati))
    row = one(works, hire)
    assert (row.active_until, row.jurisdiction, assignment(works).unit_id) == (None, "AE", row.unit_id)
    with works.database.reads() as session:
        assert session.scalars(select(RoleGrantRow)).one().ends_on == TODAY - timedelta(1)


@pytest.mark.parametrize("days", [1, 0], ids=["at-once", "when-the-day-ends"])
def test_no_browser_is_signed_in_again_by_a_return(works: Works, hire: Someone, clock: Clock, days: int) -> None:
    clock.forward(hours=8)
    with works.writing(SYSTEM) as work:
        checked = accounts.check_password(work, hire.email, PASSWORD, "192.0.2.1")
        token = accounts.sign_in(work, checked, "a browser") or ""
    do(works, lambda work: workforce.leave(work, hire.public_id, TODAY - timedelta(days=days)))
    # The day is over, and the sign-in would not be.
    clock.forward(hours=6)
    do(works, lambda work: workforce.come_back(work, hire.public_id))
    with works.reading(Actor.nobody()) as work:
        assert sign_ins.find_signed_in(work, token) is None


def test_a_correction_needs_a_reason_and_says_which_fields_it_changed(works: Works, hire: Someone) -> None:
    do(
        works,
        lambda work: workforce.correct_person(
            work, hire.public_id, "خطأ في الكتابة", name="  هناء\u200f عبدالله ", latin_name="Hanaa",
            email=" New@Amana.Example ", job_families=["it", "everyone"],
        ),
    )  # fmt: skip
    row = one(works, hire)
    assert (row.name, row.latin_name, row.email, row.job_families) == (
        "هناء عبدالله", "Hanaa", "new@amana.example", ["everyone", "it"],
    )  # fmt: skip
    assert row.folded == "هناء عبدالله hanaa t-1"


def test_only_an_administrator_decides_how_another_is_let_in(
    works: Works, make_person: MakePerson, changes_nothing: Unchanged
) -> None:
    admin, other, hr = make_person(Role.ADMIN), make_person(Role.ADMIN), make_person(Role.HR)
    with works.database.writes() as session:
        key = admin.actor.person_id
        session.add(AuthenticatorRow(person_id=key, sealed="s", begun_at=works.tools.clock(), confirmed_at=None))
        session.add(PasskeyRow(
            public_id="2" * 32, person_id=key, credential_id="c", public_key="k", sign_count=0, transports=[],
            name="هاتف", made_at=works.tools.clock(),
        ))  # fmt: skip
        session.commit()

    def readdress(work: UnitOfWork) -> None:
        workforce.correct_person(work, admin.public_id, "سبب", email="mine@amana.example")

    def strip(work: UnitOfWork) -> None:
        factors.remove_all_of(work, admin.public_id, f"حضرت {admin.name} بنفسها")

    for deed in (readdress, strip):
        with changes_nothing(), pytest.raises(Refused, match="administers"), works.writing(hr.actor) as work:
            deed(work)
    with works.reading(hr.actor) as work:
        assert not factors.may_remove_all_of(work, admin.public_id)
    with works.writing(hr.actor) as work:
        workforce.correct_person(work, admin.public_id, "سبب", name="هناء", email=admin.email)
    for deed in (readdress, strip):
        with works.writing(other.actor) as work:
            deed(work)
    assert one(works, admin).email == "mine@amana.example"


def bad(hire: Someone, other: Someone, unit: str) -> list[tuple[str, Callable[[UnitOfWork], object]]]:
    who = hire.public_id
    return [
        ("same-unit", lambda work: workforce.move_person(work, who, unit)),
        ("reason-missing", lambda work: workforce.correct_person(work, who, "  ", name="هناء")),
        ("name-missing", lambda work: workforce.correct_person(work, who, "سبب", name=" \u200b ")),
        ("bad-email", lambda work: workforce.correct_person(work, who, "سبب", email="a@b")),
        ("taken", lambda work: workforce.correct_person(work, who, "سبب", email=other.email)),
        ("job-family-unknown", lambda work: workforce.correct_person(work, who, "سبب", job_families=["kings"])),
        ("works-here", lambda work: workforce.come_back(work, who)),
        ("ends-before", lambda work: workforce.record_absence(work, who, TODAY, TODAY - timedelta(1))),
    ]


def test_what_cannot_be_is_refused_and_changes_nothing(
    works: Works, make_person: MakePerson, unit: str, changes_nothing: Unchanged
) -> None:
    for code, deed in bad(make_person(), make_person(), unit):
        with changes_nothing(), pytest.raises(QuizError, match=code):
            do(works, deed)


def test_what_is_not_there_is_not_found(works: Works, hire: Someone, unit: str, changes_nothing: Unchanged) -> None:
    nowhere = "0" * 32
    deeds: list[Callable[[UnitOfWork], object]] = [
        lambda work: workforce.move_person(work, nowhere, unit),
        lambda work: workforce.move_person(work, hire.public_id, nowhere),
        lambda work: workforce.record_absence(work, nowhere, TODAY, None),
        lambda work: workforce.end_absence(work, hire.public_id, nowhere, TODAY),
        lambda work: workforce.leave(work, nowhere, TODAY),
        lambda work: workforce.come_back(work, nowhere),
    ]
    for deed in deeds:
        with changes_nothing(), pytest.raises(NotFound):
            do(works, deed)


def test_nobody_else_may(works: Works, hire: Someone, unit: str, is_refused: Refusal) -> None:
    with is_refused(Permission.PEOPLE_PERSON_WRITE, hire), works.writing(hire.actor) as work:
        workforce.leave(work, hire.public_id, TODAY)
