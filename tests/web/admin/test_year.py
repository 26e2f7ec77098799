"""A year of human resources: people come with a file, are asked, a unit moves, and next year all is asked again.

Every mail is accounted for: each that went out is written down, each that did not says why, and nobody got two. With
`SOAK=1` it is a body of five thousand people instead of sixty.
"""

import os
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from quiz.access.actor import Actor, Role
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.people import PersonRow, UnitRow
from quiz.db.models.reminding import DigestRow, ReminderNoteRow
from quiz.engine.reminders import LEVEL, Ladder
from quiz.jobs.chores import sweep
from quiz.services import counted, people, reporting
from quiz.services.tools import MemoryMailer
from quiz.services.unit_of_work import Works
from tests.fixtures.people import PASSWORD, SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.pages import RoleClient
from tests.services.deeds.test_reporting import complete, seen_as

PEOPLE = 5_000 if "SOAK" in os.environ else 60
MODULE = "onboarding-social-media"
PLACES = ("S1", "S2", "N1")
LEADERS = {"S1": 0, "S2": 1, "N1": 2, "S": 3}
UNITS = """رمز الوحدة,الاسم بالعربية,الاسم بالإنجليزية,الدولة,الوحدة الأعلى
TOP,الهيئة,Authority,مصر,
S,القطاع الجنوبي,South,مصر,TOP
N,القطاع الشمالي,North,مصر,TOP
S1,الوحدة الأولى,South one,مصر,S
S2,الوحدة الثانية,South two,مصر,S
N1,الوحدة الثالثة,North one,مصر,N
"""
pytestmark = pytest.mark.filterwarnings("error")


def send_file(hr: RoleClient, kind: str, content: bytes) -> None:
    """Send a file, look at what it would do, and carry it out."""
    hr.get("/admin/imports")
    file = {"kind": kind, "file": (BytesIO(content), f"{kind}.csv")}
    address = hr.post("/admin/imports", {"csrf_token": hr.token(), **file}).location
    hr.get(address)
    hr.post(address, {"csrf_token": hr.token(), "do": "confirm", "missing": "keep"})
    while not {"good", "bad"} & set(hr.get(address).tones):
        hr.post(address, {"csrf_token": hr.token(), "do": "on"})
    assert "good" in hr.get(address).tones


def staff() -> str:
    """Return a file of staff; the first of each place manages it, and one of twenty is away all of December."""
    lines = ["الرقم الوظيفي,الاسم,البريد الإلكتروني,رمز الوحدة,تاريخ الالتحاق,الغياب من,الغياب حتى"]
    for number in range(PEOPLE):
        away = ",٢٠٢٦/١٢/٠١,٢٠٢٦/١٢/٣١" if number % 20 == 7 else ",,"
        place = PLACES[number % len(PLACES)]
        lines.append(f"{number:05},هناء عبد الله رضا,p{number}@amana.example,{place},١٤٤٨/٠١/١٥{away}")
    return "\n".join(lines)


def days(app: Flask, clock: Clock, until: date) -> None:
    """Let the worker do what is due on every day up to another."""
    while clock.now.date() < until:
        clock.forward(days=1)
        while sweep(app):
            pass


def someone(works: Works, number: int) -> Someone:
    with works.reading(SYSTEM) as work:
        public_id = people.find_person_id(work, f"p{number}@amana.example")
        actor = people.learner_actor(work, public_id)
    held = Actor(actor.name, actor.person_id, frozenset({Role.LEARNER}))
    return Someone(public_id, f"p{number}@amana.example", actor.name, held)


def test_a_year_of_human_resources(
    app: Flask,
    works: Works,
    browser: Callable[..., RoleClient],
    make_person: MakePerson,
    clock: Clock,
    mailer: MemoryMailer,
) -> None:
    sweep(app)
    hr_person = make_person(Role.HR)
    hr = browser(hr_person)
    send_file(hr, "units", UNITS.encode("windows-1256"))
    send_file(hr, "staff", staff().encode("utf-8-sig"))
    with works.database.reads() as session:
        units = {row.code: row.public_id for row in session.scalars(select(UnitRow))}
        assert len(session.scalars(select(PersonRow).where(PersonRow.email.like("p%@amana.example"))).all()) >= PEOPLE
    for code, number in LEADERS.items():
        place = f"/admin/units/{units[code]}"
        hr.get(place)
        fields = {"do": "manager", "manager-person": f"{number:05}"}
        hr.post(place, {"csrf_token": hr.token(), **fields}, 303)

    rule = {
        "module": MODULE, "scope": "unit", "unit": units["TOP"], "starts_on": clock().date().isoformat(),
        "due": "after_assignment", "due_number": "30", "due_unit": "day", "renewal": "calendar_year", "reason": "قرار",
    }  # fmt: skip
    hr.submit(hr.submit(hr.get("/admin/rules/new"), "/admin/rules/new", rule, 200), "/admin/rules", {}, 303)
    days(app, clock, date(2026, 11, 25))
    # Everybody is told of it once; who manages a unit is told of their week as well.
    first = Counter({f"p{one}@amana.example": 1 for one in range(PEOPLE)})
    weeks = Counter({f"p{one}@amana.example": 1 for one in LEADERS.values()})
    assert Counter(str(one["To"]) for one in mailer.sent) == first + weeks

    done = [someone(works, number) for number in range(0, 30, 3)]
    for one in done:
        complete(works, one, MODULE)
    for manager in LEADERS.values():
        with works.writing(SYSTEM) as work:
            people.set_first_password(work, someone(works, manager).public_id, PASSWORD)
    days(app, clock, date(2026, 12, 10))

    # The first unit goes from the south to the north: what is assigned goes with it, and so does the line above.
    hr = browser(hr_person)
    place = f"/admin/units/{units['S1']}"
    hr.get(place)
    hr.post(place, {"csrf_token": hr.token(), "do": "above", "above-above": units["N1"]}, 303)
    clock.forward(minutes=1)
    third = len(range(0, PEOPLE, 3))
    for code, expected in (("S", len(range(1, PEOPLE, 3))), ("N1", third + len(range(2, PEOPLE, 3)))):
        with works.reading(seen_as(works, someone(works, LEADERS[code]))) as work:
            assert reporting.get_team(work).amount == expected

    days(app, clock, date(2027, 3, 1))
    with works.database.reads() as session:
        first, again = (
            session.scalars(select(AssignmentRow).where(AssignmentRow.cycle == cycle)).all() for cycle in (1, 2)
        )
    # Who completed it in one year is asked in the next, and the cycle of the first year stays as it was.
    assert {row.person_id for row in again} == {one.actor.person_id for one in done}
    assert {row.state for row in first if row.person_id in {one.actor.person_id for one in done}} == {"completed"}
    assert len(first) == PEOPLE
    account_for(works, mailer, clock.now.date())
    with works.reading(SYSTEM) as work:
        assert counted.list_differences(work) == ()


def account_for(works: Works, mailer: MemoryMailer, today: date) -> None:
    """Compare the mails that went out with what is written down of every step that was reached."""
    with works.database.reads() as session:
        emails = {row.id: row.email for row in session.scalars(select(PersonRow))}
        notes = session.scalars(select(ReminderNoteRow)).all()
        assigned = session.scalars(select(AssignmentRow)).all()
        weeks = Counter(emails[row.person_id] for row in session.scalars(select(DigestRow)) if row.outcome == "sent")
    sent = {(note.person_id, note.noted_on, note.step.startswith(LEVEL)) for note in notes if note.outcome == "sent"}
    told = Counter(emails[person] for person, _, _ in sent)
    assert Counter(str(one["To"]) for one in mailer.sent) == told + weeks
    assert {note.outcome for note in notes} <= {"sent", "skipped", "dropped"}
    assert all(note.because for note in notes if note.outcome != "sent")
    steps = {(note.assignment_id, note.step) for note in notes}
    for row in assigned:
        begun = row.assigned_at.date()
        over = row.state_since.date() if row.state == "completed" else today
        due = row.due_on
        assert due is not None
        reached = [step for day, step in Ladder().steps(due) if begun < day <= min(over, today - timedelta(days=3))]
        assert {(row.id, step) for step in ["assigned", *reached]} <= steps, (row.id, reached)
        later = [note for note in notes if note.assignment_id == row.id and note.noted_on > over]
        assert not [note for note in later if note.outcome == "sent"]
