"""People, units, roles and assignments: done, refused, doubled, and each in the trace."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from sqlalchemy import select

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.people import AccountRow, OneTimeLinkRow, PersonRow, RoleGrantRow, UnitRow
from quiz.engine.text import Text
from quiz.services import people
from quiz.services.errors import Duplicate, NotFound, Refused
from quiz.services.unit_of_work import UnitOfWork, Works
from tests.fixtures.people import SYSTEM, MakePerson
from tests.services.deeds.conftest import DRILL, added, audit, everything, outbox

Unchanged = Callable[[], AbstractContextManager[None]]
IsRefused = Callable[..., AbstractContextManager[None]]
NAME = Text({"ar": "إدارة", "en": "Department"})


def test_every_deed_leaves_an_entry_in_the_trace(works: Works, drills: None, unit: str) -> None:
    with works.writing(SYSTEM) as work:
        who = people.provision_person(work, "HR-1", "new@amana.example", "نهى رضا", unit)
    deeds: list[tuple[str, str, Callable[[UnitOfWork], object]]] = [
        ("unit", "unit", lambda work: people.add_unit(work, NAME, "EG", unit)),
        ("person", "person", lambda work: people.provision_person(work, "HR-2", "b@x.example", "رضا", unit)),
        ("role_grant", "person", lambda work: people.grant_role(work, who, Role.MANAGER, unit)),
        ("account", "person", lambda work: people.set_first_password(work, who, "a first sentence")),
        ("assignment", "assignment", lambda work: people.assign_module(work, who, DRILL)),
        ("assignment", "assignment", lambda work: people.grant_attempt(work, who, DRILL, "illness")),
        ("one_time_link", "person", lambda work: people.invite(work, who)),
    ]
    for table, kind, deed in deeds:
        before = everything(works)
        with works.writing(SYSTEM) as work:
            deed(work)
        changed = set(added(before, everything(works)))
        assert changed - {"outbox_message", "posting", "tally"} == {table, "audit_entry"}
        entry = audit(works)[-1]
        assert (entry.actor, entry.target_kind, entry.was_allowed) == (SYSTEM.name, kind, True)


def test_hr_and_admin_may_and_no_other_role(works: Works, make_person: MakePerson, is_refused: IsRefused) -> None:
    for role in Role:
        someone = make_person(role)
        if role in {Role.HR, Role.ADMIN}:
            with works.writing(someone.actor) as work:
                people.add_unit(work, NAME, "EG")
        else:
            with is_refused(Permission.PEOPLE_PERSON_WRITE, someone), works.writing(someone.actor) as work:
                people.add_unit(work, NAME, "EG")
    with is_refused(Permission.PEOPLE_PERSON_WRITE), works.writing(Actor.nobody()) as work:
        people.add_unit(work, NAME, "EG")


def test_a_person_has_the_jurisdiction_of_the_unit_and_a_name_in_one_piece(works: Works) -> None:
    with works.writing(SYSTEM) as work:
        place = people.add_unit(work, NAME, "AE")
        who = people.provision_person(work, "HR-1", " new@amana.example ", "  نهى   عبد الله ", place)
    with works.database.reads() as session:
        row = session.scalars(select(PersonRow).where(PersonRow.public_id == who)).one()
    assert (row.jurisdiction, row.name, row.email) == ("AE", "نهى عبد الله", "new@amana.example")


@pytest.mark.parametrize(
    ("hr_number", "email", "field"),
    [("HR-1", "other@amana.example", "hr_number"), ("HR-2", "new@amana.example", "email"),
     ("HR-2", "NEW@Amana.example", "email")],
)  # fmt: skip
def test_what_must_be_unique_is_named(
    works: Works, unit: str, changes_nothing: Unchanged, hr_number: str, email: str, field: str
) -> None:
    with works.writing(SYSTEM) as work:
        people.provision_person(work, "HR-1", "new@amana.example", "نهى", unit)
    with changes_nothing(), pytest.raises(Duplicate) as refusal, works.writing(SYSTEM) as work:
        people.provision_person(work, hr_number, email, "رضا", unit)
    assert refusal.value.values["field"] == field


def test_what_is_not_there_is_not_found_and_changes_nothing(
    works: Works, drills: None, make_person: MakePerson, changes_nothing: Unchanged
) -> None:
    who, nowhere = make_person().public_id, "0" * 32
    deeds: list[Callable[[UnitOfWork], object]] = [
        lambda work: people.add_unit(work, NAME, "EG", nowhere),
        lambda work: people.provision_person(work, "HR-1", "new@amana.example", "نهى", nowhere),
        lambda work: people.grant_role(work, nowhere, Role.HR),
        lambda work: people.grant_role(work, who, Role.MANAGER, nowhere),
        lambda work: people.set_first_password(work, nowhere, "a first sentence"),
        lambda work: people.assign_module(work, nowhere, DRILL),
        lambda work: people.assign_module(work, who, "no-such-module"),
        lambda work: people.grant_attempt(work, who, DRILL, "never assigned"),
        lambda work: people.invite(work, nowhere),
        lambda work: people.find_person_id(work, "nobody@x.example"),
    ]
    for deed in deeds:
        with changes_nothing(), pytest.raises(NotFound), works.writing(SYSTEM) as work:
            deed(work)


def test_a_weak_first_password_is_refused(works: Works, unit: str, changes_nothing: Unchanged) -> None:
    with works.writing(SYSTEM) as work:
        who = people.provision_person(work, "HR-1", "new@amana.example", "نهى", unit)
    with changes_nothing(), pytest.raises(Refused, match="password-short"), works.writing(SYSTEM) as work:
        people.set_first_password(work, who, "short")
    with works.writing(SYSTEM) as work:
        people.set_first_password(work, who, "a first sentence")
    with works.database.reads() as session:
        assert session.scalars(select(AccountRow)).one().password_hash.startswith("$argon2id$")


def test_a_role_holds_from_today_of_the_organisation_and_for_its_unit(
    works: Works, make_person: MakePerson, unit: str
) -> None:
    someone = make_person()
    with works.writing(SYSTEM) as work:
        people.grant_role(work, someone.public_id, Role.MANAGER, unit)
    with works.database.reads() as session:
        row = session.scalars(select(RoleGrantRow)).one()
        place = session.scalars(select(UnitRow).where(UnitRow.public_id == unit)).one()
    assert (row.role, row.unit_id, row.starts_on, row.ends_on) == ("manager", place.id, date(2026, 11, 21), None)


def test_a_module_is_due_by_its_own_proposal_or_the_date_given(
    works: Works, drills: None, make_person: MakePerson
) -> None:
    someone = make_person()
    with works.writing(SYSTEM) as work:
        people.assign_module(work, someone.public_id, "onboarding-social-media")
        people.assign_module(work, someone.public_id, DRILL)
        people.assign_module(work, someone.public_id, "exam-social-media", date(2027, 1, 31))
    with works.database.reads() as session:
        rows = session.scalars(select(AssignmentRow).order_by(AssignmentRow.id)).all()
    # The shipped modules propose 90 days; the drill proposes nothing.
    assert [row.due_on for row in rows] == [date(2027, 2, 19), None, date(2027, 1, 31)]
    assert {(row.cycle, row.state, row.extra_attempts) for row in rows} == {(1, "not_begun", 0)}


def test_assigning_again_begins_a_new_cycle(works: Works, drills: None, make_person: MakePerson) -> None:
    someone = make_person(modules=(DRILL,))
    with works.writing(SYSTEM) as work:
        people.assign_module(work, someone.public_id, DRILL)
    with works.database.reads() as session:
        rows = session.scalars(select(AssignmentRow).order_by(AssignmentRow.cycle)).all()
    assert [row.cycle for row in rows] == [1, 2]


def test_an_invitation_asks_for_a_mail_and_lands_on_the_module(works: Works, make_person: MakePerson) -> None:
    someone = make_person()
    with works.writing(SYSTEM) as work:
        people.invite(work, someone.public_id, DRILL)
        people.invite(work, someone.public_id)
    with works.database.reads() as session:
        links = session.scalars(select(OneTimeLinkRow).order_by(OneTimeLinkRow.id)).all()
    assert [link.lands_on for link in links] == [f"/learn/modules/{DRILL}", "/"]
    # The token is made with the mail: until then there is nothing to steal.
    assert {link.token_digest for link in links} == {None}
    assert [message.payload["link_id"] for message in outbox(works, "MailRequested")] == [
        link.public_id for link in links
    ]
