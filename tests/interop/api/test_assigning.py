"""A module that another system assigns: once, to somebody who is here, and as if HR had done it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from quiz.access.actor import Scope
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.trace import AuditEntryRow
from quiz.interop.api.serving import KINDS
from quiz.services import people, workforce
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson
from tests.interop.api.conftest import Connect, System
from tests.web.learning import SHORT

DIALECTS = ["sqlite", "postgresql"]


@pytest.fixture
def writer(connect: Connect, short_modules: None) -> System:
    return connect(Scope.ASSIGNMENTS_WRITE)


def amount(works: Works) -> int:
    with works.reading(SYSTEM) as work:
        return len(work.session.scalars(select(AssignmentRow.id)).all())


@pytest.mark.parametrize("dialect", DIALECTS, indirect=True)
def test_a_module_is_assigned_and_stands_where_the_answer_says(
    writer: System, connect: Connect, works: Works, make_person: MakePerson
) -> None:
    someone = make_person()
    made = writer.send("/assignments", {"person": someone.public_id, "module": SHORT, "due_on": "2027-01-31"})
    told = made.get_json()
    assert (told["person"], told["module"], told["state"], told["due_on"]) == (
        someone.public_id,
        SHORT,
        "not_begun",
        "2027-01-31",
    )
    found = connect(Scope.ASSIGNMENTS_READ).ask(made.headers["Location"]).get_json()
    assert found == told
    with works.reading(SYSTEM) as work:
        traced = work.session.scalars(select(AuditEntryRow).where(AuditEntryRow.target_id == told["id"])).one()
    assert traced.actor.startswith("connection:")


@pytest.mark.parametrize("dialect", DIALECTS, indirect=True)
def test_asked_twice_it_is_assigned_once_and_anew_after_it_was_completed(
    writer: System, works: Works, make_person: MakePerson
) -> None:
    someone = make_person()
    sent = {"person": someone.public_id, "module": SHORT}
    first = writer.send("/assignments", sent).get_json()
    before = amount(works)
    refused = writer.send("/assignments", sent, 409).get_json()
    assert refused["type"] == KINDS + "conflict"
    assert refused["errors"] == [{"parameter": "module", "needed": "assigned-already"}]
    assert amount(works) == before
    with works.writing(SYSTEM) as work:
        work.session.scalars(
            select(AssignmentRow).where(AssignmentRow.public_id == first["id"])
        ).one().state = "completed"
        work.was_asked = True
    again = writer.send("/assignments", sent).get_json()
    assert (again["cycle"], first["cycle"]) == (2, 1)


@pytest.mark.parametrize(
    ("sent", "status", "kind", "named"),
    [
        ({}, 400, "bad-member", ["module", "person"]),
        ({"person": "NOBODY", "module": 5}, 400, "bad-member", ["module", "person"]),
        ({"module": SHORT, "due_on": "tomorrow"}, 400, "bad-member", ["due_on"]),
        ({"module": SHORT, "mark": "1"}, 400, "bad-member", ["mark"]),
        ({"module": "no-such"}, 404, "not-found", ["module"]),
        ({"person": "0" * 32, "module": SHORT}, 404, "not-found", ["person"]),
        ({"module": SHORT, "due_on": "2020-01-31"}, 422, "refused", ["due_on"]),
        (["person"], 400, "bad-request", []),
    ],
)
def test_what_cannot_be_taken_is_told_and_nothing_is_assigned(
    writer: System, works: Works, make_person: MakePerson, sent: object, status: int, kind: str, named: list[str]
) -> None:
    someone = make_person()
    before = amount(works)
    told = writer.send(
        "/assignments", {"person": someone.public_id, **sent} if isinstance(sent, dict) and sent else sent, status
    ).get_json()
    assert told["type"] == KINDS + kind
    assert sorted(one["parameter"] for one in told["errors"]) == named
    assert amount(works) == before


def test_whoever_left_is_assigned_nothing(writer: System, works: Works, make_person: MakePerson) -> None:
    someone = make_person()
    with works.writing(SYSTEM) as work:
        workforce.leave(work, someone.public_id, get_choices(work).civil_day(work.now) - timedelta(days=1))
    told = writer.send("/assignments", {"person": someone.public_id, "module": SHORT}, 422).get_json()
    assert told["errors"] == [{"parameter": "person", "needed": "has-left"}]


def test_only_json_is_taken_and_no_parameter(writer: System, make_person: MakePerson) -> None:
    writer.send("/assignments", None, 415, json=None, data="person=1", content_type="text/plain")
    writer.send("/assignments", {}, 400, query_string={"person": "1"})
    writer.send("/assignments", None, 400, json=None, data="{", content_type="application/json")


def test_two_who_ask_at_once_make_one(
    works: Works, make_person: MakePerson, short_modules: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from quiz.services import system_assigning
    from quiz.services.errors import Duplicate

    someone = make_person()
    with works.writing(SYSTEM) as work:
        people.assign_module(work, someone.public_id, SHORT)
        # As if the other had not been there yet when this one looked, here and in the deed itself.
        monkeypatch.setattr(system_assigning.assigning, "find_assignment", lambda *_: None)
        with pytest.raises(Duplicate):
            system_assigning.assign(work, someone.public_id, SHORT, None)
