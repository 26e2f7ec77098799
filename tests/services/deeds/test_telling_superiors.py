"""Mails of what rules assign, and of what is past for long: each once, to whom it concerns, or a reason in the log."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from quiz.access.actor import Role
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.people import AbsenceRow, PersonRow
from quiz.db.models.reminding import ReminderNoteRow, ReminderRunRow
from quiz.db.models.trace import OutboxMessageRow
from quiz.engine.reminders import Ladder
from quiz.engine.text import Text
from quiz.services import assignment_rules, evaluating, organisation, people, reminder_mails, reminding
from quiz.services.assignment_rules import RuleDraft
from quiz.services.reminder_mails import DueMail, SuperiorMail
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock

MODULE = "onboarding-social-media"
DUE = date(2026, 12, 10)  # a Thursday
LADDER = Ladder(before=(), after=(1, 8), levels=(7, 21), weekend=frozenset({4, 5}))


def choose(works: Works, ladder: Ladder = LADDER) -> None:
    with works.writing(SYSTEM) as work:
        chosen = organisation.Choices(organisation.DEFAULT.name, zone="UTC", ladder=ladder, hours=(8, 15))
        organisation.change_choices(work, chosen)


@pytest.fixture(autouse=True)
def chosen(works: Works) -> None:
    choose(works)


def at(clock: Clock, day: date, hour: int = 9) -> None:
    clock.now = datetime(day.year, day.month, day.day, hour, tzinfo=clock.now.tzinfo)


def change(works: Works, row: type = AssignmentRow, **values: object) -> None:
    with works.database.writes() as session:
        session.execute(update(row).values(**values))
        session.commit()


def run(works: Works) -> None:
    with works.writing(SYSTEM) as work:
        assert reminding.remind_some(work) is False


def notes(works: Works) -> list[tuple[str, str, str | None]]:
    with works.database.reads() as session:
        rows = session.scalars(select(ReminderNoteRow).order_by(ReminderNoteRow.id))
        return [(row.step, row.outcome, row.because) for row in rows]


def asked_for(works: Works, kind: str) -> list[dict[str, str]]:
    with works.database.reads() as session:
        rows = session.scalars(
            select(OutboxMessageRow).where(OutboxMessageRow.kind == kind).order_by(OutboxMessageRow.id)
        )
        return [dict(row.payload) for row in rows]


def sent(works: Works) -> Iterator[tuple[str, DueMail | SuperiorMail | None]]:
    """Send whatever is asked for and still queued, as the worker does."""
    for kind in ("ReminderDue", "SuperiorDue"):
        for said in asked_for(works, kind):
            with works.writing(SYSTEM) as work:
                day = date.fromisoformat(said["day"])
                prepare = reminder_mails.prepare_mail if kind == "ReminderDue" else reminder_mails.prepare_superior_mail
                mail = prepare(work, said["person_id"], day)
                if mail is not None:
                    yield said["person_id"], mail
                    reminder_mails.note_sent(work, kind, said)


def rule(works: Works, **others: object) -> str:
    with works.writing(SYSTEM) as work:
        draft = RuleDraft(MODULE, "everybody", **{"starts_on": date(2026, 11, 1), "reason": "قرار", **others})  # type: ignore[arg-type]
        made = assignment_rules.make_rule(work, draft)
    evaluating.run_rules(works, SYSTEM)
    return made


class TestWhatRulesAssign:
    @pytest.mark.parametrize("due", ["none", "fixed"])
    def test_a_person_hears_of_it_once_with_or_without_a_due_date(
        self, works: Works, make_person: MakePerson, clock: Clock, due: str
    ) -> None:
        hire = make_person()
        at(clock, DUE - timedelta(days=3))
        rule(works, due=due, **({"due_on": DUE + timedelta(days=30)} if due == "fixed" else {}))
        run(works)
        ((to, mail),) = sent(works)
        assert isinstance(mail, DueMail)
        assert to == hire.public_id
        assert [(one.is_new, one.is_past, one.key) for one in mail.modules] == [(True, False, MODULE)]
        assert notes(works) == [("assigned", "sent", None)]
        at(clock, DUE - timedelta(days=2))
        run(works)
        assert notes(works) == [("assigned", "sent", None)]

    def test_what_is_assigned_after_the_run_of_a_day_is_told_on_the_next_working_day(
        self, works: Works, make_person: MakePerson, clock: Clock
    ) -> None:
        make_person()
        at(clock, DUE)
        run(works)
        at(clock, DUE, 14)
        rule(works, due="none")
        run(works)
        for day in (1, 2):
            at(clock, DUE + timedelta(days=day))
            run(works)
        assert notes(works) == []
        at(clock, DUE + timedelta(days=3))
        run(works)
        assert notes(works) == [("assigned", "queued", None)]

    def test_who_is_away_hears_of_it_when_they_are_back(
        self, works: Works, make_person: MakePerson, clock: Clock
    ) -> None:
        make_person()
        at(clock, DUE - timedelta(days=4))
        rule(works, due="none")
        change(works, is_away=True)
        for day in (3, 2):
            run(works)
            at(clock, DUE - timedelta(days=day))
        assert notes(works) == [("assigned", "skipped", "away")]
        change(works, is_away=False)
        run(works)
        assert notes(works)[1:] == [("assigned", "queued", None)]

    def test_what_a_deed_tells_is_left_to_its_mail(self, works: Works, make_person: MakePerson, clock: Clock) -> None:
        at(clock, DUE)
        make_person(modules=(MODULE,))
        change(works, due_on=None)
        run(works)
        assert notes(works) == []

    def test_a_renewal_is_told_as_well(self, works: Works, make_person: MakePerson, clock: Clock) -> None:
        make_person(modules=(MODULE,))
        at(clock, DUE)
        change(works, state="completed", due_on=date(2026, 1, 1))
        rule(works, due="none")
        with works.database.reads() as session:
            assert [row.cycle for row in session.scalars(select(AssignmentRow).where(AssignmentRow.is_current))] == [2]
        run(works)
        assert notes(works) == [("assigned", "queued", None)]

    def test_what_is_begun_before_the_mail_goes_is_dropped(
        self, works: Works, make_person: MakePerson, clock: Clock
    ) -> None:
        make_person()
        at(clock, DUE)
        rule(works, due="none")
        run(works)
        change(works, state="under_way")
        assert list(sent(works)) == []
        assert notes(works) == [("assigned", "dropped", "begun")]


@pytest.fixture
def low(works: Works, unit: str) -> str:
    """A unit below the other."""
    with works.writing(SYSTEM) as work:
        return people.add_unit(work, Text({"ar": "قسم", "en": "Section"}), "EG", unit)


@pytest.fixture
def line(works: Works, make_person: MakePerson, unit: str, low: str) -> list[Someone]:
    """A person who is late, with the manager of their unit and the manager of the one above."""
    found = [
        make_person(modules=(MODULE,), place=low, name="متأخر"),
        make_person(Role.MANAGER, place=low, name="الرئيس"),
        make_person(Role.MANAGER, place=unit, name="الأعلى"),
    ]
    change(works, due_on=DUE)
    return found


def past(works: Works, clock: Clock, *days: int) -> list[tuple[str, SuperiorMail]]:
    """Run and send on days after the due date, and return what superiors got."""
    found = []
    for day in days:
        at(clock, DUE + timedelta(days=day))
        run(works)
        found += told_above(works)
    return found


def told_above(works: Works) -> list[tuple[str, SuperiorMail]]:
    """Send what is asked for, and return what superiors got."""
    return [(to, mail) for to, mail in sent(works) if isinstance(mail, SuperiorMail)]


def levels(works: Works) -> list[tuple[str, str, str | None]]:
    return [note for note in notes(works) if note[0].startswith("level")]


def absent(works: Works, someone: Someone) -> None:
    with works.database.writes() as session:
        session.add(
            AbsenceRow(
                public_id="a" * 32,
                person_id=someone.actor.person_id,
                starts_on=DUE,
                ends_on=DUE + timedelta(days=60),
                recorded_by="tests",
                recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
        )
        session.commit()


class TestSuperiors:
    def test_each_superior_is_told_after_their_grace_by_one_mail(
        self, works: Works, line: list[Someone], clock: Clock
    ) -> None:
        assert past(works, clock, 0, 4) == []
        ((first, mail),) = past(works, clock, 7, 10, 20)
        assert first == line[1].public_id
        assert [(one.name, one.due_on) for one in mail.late] == [("متأخر", DUE)]
        ((second, _),) = past(works, clock, 21, 24, 60)
        assert second == line[2].public_id
        assert levels(works) == [("level-1", "sent", None), ("level-2", "sent", None)]

    def test_several_of_a_line_stand_in_one_mail(
        self, works: Works, line: list[Someone], make_person: MakePerson, low: str, clock: Clock
    ) -> None:
        make_person(modules=(MODULE,), place=low, name="آخر")
        change(works, due_on=DUE)
        ((to, mail),) = past(works, clock, 0, 7)
        assert to == line[1].public_id
        assert [one.name for one in mail.late] == ["آخر", "متأخر"]
        assert len(asked_for(works, "SuperiorDue")) == 1
        with works.database.reads() as session:
            last = session.scalars(select(ReminderRunRow).order_by(ReminderRunRow.day.desc())).first()
            assert last is not None
            assert (last.people, last.mails, last.steps) == (2, 3, 4)

    def test_nobody_is_told_of_before_they_were_written_to(
        self, works: Works, line: list[Someone], clock: Clock
    ) -> None:
        assert past(works, clock, 7) == []
        assert levels(works) == [("level-1", "skipped", "not_told")]
        # Meanwhile the step after the due date has reached the person.
        ((to, _),) = past(works, clock, 10, 11)
        assert to == line[1].public_id

    def test_the_person_is_told_from_which_day(self, works: Works, line: list[Someone], clock: Clock) -> None:
        past(works, clock, 0)
        at(clock, DUE + timedelta(days=4))
        run(works)
        ((_, mail),) = sent(works)
        assert isinstance(mail, DueMail)
        (one,) = mail.modules
        assert (one.is_past, one.told_on, one.tells_from) == (True, None, DUE + timedelta(days=7))

    def test_who_is_away_is_told_of_only_when_they_are_back(
        self, works: Works, line: list[Someone], clock: Clock
    ) -> None:
        past(works, clock, 0)
        change(works, is_away=True)
        assert past(works, clock, 7, 10, 30) == []
        assert levels(works) == [("level-1", "skipped", "away")]
        change(works, is_away=False)
        assert [to for to, _ in past(works, clock, 31)] == [line[1].public_id]

    @pytest.mark.parametrize(
        ("values", "because"),
        [({"state": "completed"}, "done"), ({"is_disowned": True}, "not_theirs"), ({"is_away": True}, "away"),
         ({"due_on": DUE + timedelta(days=30)}, "extended")],
    )  # fmt: skip
    def test_what_is_not_true_any_more_when_the_mail_goes_is_dropped(
        self, works: Works, line: list[Someone], clock: Clock, values: dict[str, object], because: str
    ) -> None:
        past(works, clock, 0)
        at(clock, DUE + timedelta(days=7))
        run(works)
        change(works, **values)
        assert told_above(works) == []
        assert levels(works) == [("level-1", "dropped", because)]

    @pytest.mark.parametrize("which", [0, 1])
    def test_who_left_is_neither_told_nor_told_of(
        self, works: Works, line: list[Someone], clock: Clock, which: int
    ) -> None:
        past(works, clock, 0)
        at(clock, DUE + timedelta(days=7))
        run(works)
        with works.database.writes() as session:
            gone = update(PersonRow).where(PersonRow.id == line[which].actor.person_id)
            session.execute(gone.values(active_until=clock()))
            session.commit()
        assert told_above(works) == []
        assert levels(works) == [("level-1", "dropped", "left")]

    def test_a_superior_who_is_away_is_passed_over_and_nobody_is_told_twice(
        self, works: Works, line: list[Someone], clock: Clock
    ) -> None:
        absent(works, line[1])
        past(works, clock, 0)
        assert [to for to, _ in past(works, clock, 7)] == [line[2].public_id]
        assert past(works, clock, 21) == []
        assert levels(works) == [("level-1", "sent", None), ("level-2", "skipped", "nobody_above")]

    def test_at_the_top_of_the_tree_it_is_noted_that_nobody_is_above(
        self, works: Works, make_person: MakePerson, unit: str, clock: Clock
    ) -> None:
        make_person(Role.MANAGER, modules=(MODULE,), place=unit)
        change(works, due_on=DUE)
        assert past(works, clock, 0, 7, 10) == []
        assert levels(works) == [("level-1", "skipped", "nobody_above")]

    def test_more_time_begins_everything_anew(self, works: Works, line: list[Someone], clock: Clock) -> None:
        past(works, clock, 0, 7)
        change(works, due_on=DUE + timedelta(days=14))
        at(clock, DUE + timedelta(days=14))
        run(works)
        assert notes(works)[-1] == ("due", "queued", None)
        assert [to for to, _ in past(works, clock, 18, 20, 21)] == [line[1].public_id]

    def test_without_levels_nobody_is_told(self, works: Works, line: list[Someone], clock: Clock) -> None:
        choose(works, Ladder(before=(), after=(1,), levels=(), weekend=frozenset()))
        assert past(works, clock, 0, 1, 7, 21, 90) == []
        assert levels(works) == []

    def test_the_longest_grace_that_can_be_chosen_fires(self, works: Works, line: list[Someone], clock: Clock) -> None:
        choose(works, Ladder(before=(), after=(1,), levels=(365,), weekend=frozenset()))
        past(works, clock, 0)
        assert past(works, clock, 364) == []
        assert [to for to, _ in past(works, clock, 365)] == [line[1].public_id]


def test_who_chose_a_ladder_before_superiors_could_be_told_did_not_choose_that(works: Works) -> None:
    document = organisation.DEFAULT.document()
    del document["reminders"]["levels"]
    assert organisation._choices(document).ladder.levels == ()
    assert organisation._choices(organisation.DEFAULT.document()).ladder.levels == (7, 21)
