"""What a manager does about what is late: to whom it reaches, what it leaves behind, and who may."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.db.models.assignments import AssignmentChangeRow, AssignmentRow, DisowningRow
from quiz.db.models.people import AbsenceRow
from quiz.db.models.reminding import ReminderNoteRow
from quiz.db.models.trace import AuditEntryRow, OutboxMessageRow
from quiz.db.queries import progress as queries
from quiz.db.queries import tallies
from quiz.engine.text import Text
from quiz.services import managing, people, reminder_mails, turning
from quiz.services.errors import NotReady, Refused
from quiz.services.managing import Plan
from quiz.services.reporting_people import Asked
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import DRILL, EXAM
from tests.services.deeds.test_reporting import complete, seen_as

Refusal = Callable[..., AbstractContextManager[None]]
DUE = date(2026, 11, 20)
WAITING = Asked(bucket="not_begun")


@pytest.fixture
def late(works: Works, drills: None, make_person: MakePerson) -> Callable[..., Someone]:
    """Make somebody who is past due with some modules."""

    def make(*modules: str, name: str = "عادل سمير بطرس", someone: Someone | None = None) -> Someone:
        someone = someone or make_person(name=name)
        with works.writing(SYSTEM) as work:
            for module in modules or (DRILL,):
                people.assign_module(work, someone.public_id, module, DUE)
            turning.look_again(work)
        return someone

    return make


@pytest.fixture
def boss(make_person: MakePerson) -> Someone:
    return make_person(Role.MANAGER, name="سلمى طارق البدري")


@pytest.fixture
def manager(works: Works, boss: Someone) -> Actor:
    return seen_as(works, boss)


def planned(works: Works, manager: Actor, asked: Asked = WAITING) -> Plan:
    with works.reading(manager) as work:
        return managing.plan_reminder(work, asked)


def reminded(works: Works) -> list[str]:
    with works.database.reads() as session:
        rows = session.scalars(select(OutboxMessageRow).where(OutboxMessageRow.kind == "ReminderAsked"))
        return [row.payload["person_id"] for row in rows]


def names(plan: Plan) -> tuple[list[str], dict[str, list[str]]]:
    return [one.name for one in plan.reached], {why: [one.name for one in some] for why, some in plan.skipped.items()}


def test_each_gets_one_mail_for_all_that_is_late(works: Works, manager: Actor, late: Callable[..., Someone]) -> None:
    both, one = late(DRILL, EXAM, name="دعاء"), late(name="عادل")
    assert names(planned(works, manager)) == (["دعاء", "عادل"], {})
    with works.writing(manager) as work:
        assert managing.remind(work, WAITING, 2) == 2
    assert reminded(works) == [both.public_id, one.public_id]
    with works.writing(SYSTEM) as work:
        mail = reminder_mails.prepare_asked_mail(work, both.public_id)
        assert mail is not None
        assert [(module.due_on, module.is_past) for module in mail.modules] == [(DUE, True)] * 2
        reminder_mails.note_sent(work, "ReminderAsked", {"person_id": both.public_id})
    complete(works, one)
    with works.writing(SYSTEM) as work:
        assert reminder_mails.prepare_asked_mail(work, one.public_id) is None
        assert reminder_mails.prepare_asked_mail(work, both.public_id) is None
        assert reminder_mails.prepare_asked_mail(work, "0" * 32) is None
    with works.database.reads() as session:
        notes = session.scalars(select(ReminderNoteRow).order_by(ReminderNoteRow.id))
        assert [(note.step, note.outcome, note.because) for note in notes] == [
            ("asked", "sent", None),
            ("asked", "sent", None),
            ("asked", "dropped", "done"),
        ]
    with works.database.reads() as session:
        entry = AuditEntryRow.deed == Permission.REPORTING_TEAM_ACT.value
        assert len(list(session.scalars(select(AuditEntryRow).where(entry)))) == 2


def test_nobody_is_reminded_twice_within_three_days(
    works: Works, manager: Actor, late: Callable[..., Someone], clock: Clock
) -> None:
    late(name="عادل")
    with works.writing(manager) as work:
        managing.remind(work, WAITING, 1)
    clock.forward(days=2, hours=23)
    assert names(planned(works, manager)) == ([], {"reminded": ["عادل"]})
    with pytest.raises(NotReady, match="nobody"), works.writing(manager) as work:
        managing.remind(work, WAITING, 1)
    clock.forward(hours=1)
    assert names(planned(works, manager)) == (["عادل"], {})


def test_who_is_away_is_skipped_and_who_was_not_counted_waits(
    works: Works, manager: Actor, late: Callable[..., Someone]
) -> None:
    away = late(name="غائبة")
    with works.database.writes() as session:
        today = works.tools.clock().date()
        by = {"recorded_by": "tests", "recorded_at": works.tools.clock()}
        session.add(AbsenceRow(public_id="a" * 32, person_id=away.actor.person_id, starts_on=today, **by))
        session.commit()
    late(name="عادل")
    everybody = Asked(only_late=True)
    assert names(planned(works, manager, everybody)) == (["عادل"], {"away": ["غائبة"]})
    with pytest.raises(NotReady, match="others"), works.writing(manager) as work:
        managing.remind(work, everybody, 0)
    assert reminded(works) == []


def test_very_many_are_reached_some_at_a_time(
    works: Works, manager: Actor, late: Callable[..., Someone], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(managing, "MOST_AT_ONCE", 1)
    late(name="عادل")
    late(name="دعاء")
    plan = planned(works, manager)
    assert (names(plan)[0], plan.later) == (["عادل"], 1)
    with works.writing(manager) as work:
        managing.remind(work, WAITING, 1)
    assert names(planned(works, manager)) == (["دعاء"], {"reminded": ["عادل"]})


def test_more_time_is_written_with_its_reason_and_never_for_oneself(
    works: Works, manager: Actor, boss: Someone, late: Callable[..., Someone], clock: Clock
) -> None:
    late(name="عادل")
    late(someone=boss)
    today = clock.now.date()
    with works.reading(manager) as work:
        plan = managing.plan_extension(work, WAITING)
    assert (names(plan), plan.assignments) == ((["عادل"], {"oneself": [boss.name]}), 1)
    for due, reason, fault in (
        (today, "سفر", "day-past"),
        (today + timedelta(days=31), "سفر", "day-too-far"),
        (today + timedelta(days=30), " ", "reason-missing"),
    ):
        with pytest.raises(Refused, match=fault), works.writing(manager) as work:
            managing.extend(work, WAITING, 1, due, reason)
    with works.writing(manager) as work:
        assert managing.extend(work, WAITING, 1, today + timedelta(days=30), " مهمة رسمية ") == 1
    with works.database.reads() as session:
        (change,) = session.scalars(select(AssignmentChangeRow))
        assert (change.kind, change.due_before, change.due_after) == ("extended", DUE, today + timedelta(days=30))
        assert (change.reason, change.made_by) == ("مهمة رسمية", manager.name)
        row = session.get_one(AssignmentRow, change.assignment_id)
        assert (row.due_on, row.is_late) == (change.due_after, False)
        assert tallies.list_differences(session) == []
    with pytest.raises(NotReady, match="nobody"), works.writing(manager) as work:
        managing.extend(work, WAITING, 1, today + timedelta(days=5), "مهمة")


def test_who_is_not_theirs_counts_as_late_no_more(
    works: Works, manager: Actor, boss: Someone, late: Callable[..., Someone], monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = late(DRILL, EXAM)
    with pytest.raises(Refused, match="reason-missing"), works.writing(manager) as work:
        managing.disown(work, someone.public_id, "  ")
    with works.writing(manager) as work:
        managing.disown(work, someone.public_id, "نُقل")
    # Also for a manager who asked a moment before the other had said it.
    with monkeypatch.context() as asked_before, pytest.raises(NotReady, match="said-already"):
        asked_before.setattr(queries, "find_open_disowning", lambda *_: None)
        with works.writing(manager) as work:
            managing.disown(work, someone.public_id, "نُقل")
    with pytest.raises(NotReady, match="said-already"), works.writing(manager) as work:
        managing.disown(work, someone.public_id, "نُقل")
    with pytest.raises(Refused, match="oneself"), works.writing(manager) as work:
        managing.disown(work, boss.public_id, "أنا")
    with works.database.reads() as session:
        (said,) = session.scalars(select(DisowningRow))
        assert (said.person_id, said.said_by, said.words) == (someone.actor.person_id, manager.person_id, "نُقل")
        assert all(session.scalars(select(AssignmentRow.is_disowned)))
        assert tallies.list_differences(session) == []
    assert planned(works, manager).reached == ()


def test_nobody_acts_on_people_of_others(
    works: Works, manager: Actor, late: Callable[..., Someone], make_person: MakePerson, is_refused: Refusal
) -> None:
    with works.writing(SYSTEM) as work:
        other = people.add_unit(work, Text({"ar": "جيران", "en": "Neighbours"}), "EG")
    stranger = make_person(place=other)
    late(someone=stranger)
    there = Asked(unit=other)
    assert planned(works, manager, Asked()).reached == ()
    for deed in (
        lambda work: managing.remind(work, there, 9),
        lambda work: managing.extend(work, there, 9, date(2026, 12, 1), "سبب"),
        lambda work: managing.disown(work, stranger.public_id, "ليس هنا"),
    ):
        with is_refused(Permission.REPORTING_TEAM_ACT), works.writing(manager) as work:
            deed(work)
    with is_refused(Permission.REPORTING_TEAM_ACT, stranger), works.writing(stranger.actor) as work:
        managing.remind(work, Asked(), 9)
