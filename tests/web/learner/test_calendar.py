"""The due days of a learner as a file: theirs alone, what is open alone, moved where more time was given."""

from collections.abc import Callable
from datetime import date

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from quiz.access.actor import Role
from quiz.db.models.assignments import AssignmentRow
from quiz.services import extending
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.pages import RoleClient

MODULE, EXAM = "onboarding-social-media", "exam-social-media"
DUE = date(2026, 12, 10)


@pytest.fixture
def someone(works: Works, make_person: MakePerson) -> Someone:
    """Somebody with two modules beside somebody with one."""
    make_person(modules=(MODULE,))
    found = make_person(Role.LEARNER, modules=(MODULE, EXAM))
    with works.database.writes() as session:
        session.execute(update(AssignmentRow).values(due_on=DUE))
        session.commit()
    return found


def events(client: RoleClient) -> list[tuple[str, date, int]]:
    response = client.get("/learn/calendar.ics").response
    assert response.mimetype == "text/calendar"
    assert "amana.ics" in response.headers["Content-Disposition"]
    found = Calendar.from_ical(response.get_data()).walk("VEVENT")
    return [(str(one["uid"]), one.start, int(one["sequence"])) for one in found]


def test_it_holds_ones_own_open_due_days(browser: Callable[..., RoleClient], works: Works, someone: Someone) -> None:
    client = browser(someone)
    assert client.get("/learn/").soup.find("a", href="/learn/calendar.ics") is not None
    before = events(client)
    assert [(day, sequence) for _, day, sequence in before] == [(DUE, 0)] * 2
    with works.database.writes() as session:
        mine = AssignmentRow.person_id == someone.actor.person_id
        first, second = session.scalars(select(AssignmentRow).where(mine).order_by(AssignmentRow.id))
        second.state = "completed"
        moved = first.public_id
        session.commit()
    with works.writing(SYSTEM) as work:
        extending.extend(work, [moved], date(2027, 1, 5), "سفر")
    ((uid, day, sequence),) = events(client)
    assert (day, sequence) == (date(2027, 1, 5), 1)
    assert uid in [one for one, _, _ in before]
    with works.database.writes() as session:
        session.execute(update(AssignmentRow).values(due_on=None))
        session.commit()
    assert events(client) == []
    assert client.get("/learn/").soup.find("a", href="/learn/calendar.ics") is None
