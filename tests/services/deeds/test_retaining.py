"""Retention: after a run nothing is past its time, nothing goes a day early, and evidence is never touched."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from quiz.access.inventory import HOLDING, INVENTORY
from quiz.access.keeping import Durations, End, Until
from quiz.access.permissions import Permission
from quiz.db.models.advising import AnswerRow
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.attempts import QuestionRow
from quiz.db.models.base import Base
from quiz.db.models.people import SignInRow
from quiz.db.models.reminding import ReminderNoteRow
from quiz.db.models.trace import AuditEntryRow
from quiz.db.protection import PROTECTED
from quiz.db.queries.retaining import RULES
from quiz.services import organisation, retaining
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.retained import lay

Refusal = Callable[..., AbstractContextManager[None]]
KEEP = Durations(sign_ins=30, mails=90, files=45, typing=14, staff=60, links=20, questions=2)
DAYS = {
    Until.SIGN_INS: 30,
    Until.MAILS: 90,
    Until.FILES: 45,
    Until.TYPING: 14,
    Until.STAFF: 60,
    Until.LINKS: 20,
    Until.QUESTIONS: 731,
}
OWN = tuple(rule for rule in RULES if not rule.is_swept_elsewhere)


def choose(works: Works, zone: str) -> None:
    with works.writing(SYSTEM) as work:
        organisation.change_choices(work, replace(organisation.DEFAULT, zone=zone, keeping=KEEP))


def run(works: Works) -> dict[str, int]:
    return retaining.retain_all(works, SYSTEM)


def past(works: Works) -> dict[str, tuple[int, int]]:
    with works.reading(SYSTEM) as work:
        return {one.table: (one.past, one.overdue) for one in retaining.list_past(work)}


def counts(works: Works) -> dict[str, int]:
    """How many rows stand in each table; of questions, those that lead to their askers."""
    with works.database.reads() as session:
        found = {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }
        leads = select(func.count()).where(QuestionRow.person_id.is_not(None))
        return {**found, "question": session.scalar(leads) or 0}


def clear(works: Works) -> None:
    """Let what the fixtures left behind go, so that what is counted is what a test lays."""
    with works.database.writes() as session:
        for rule in OWN:
            if rule.table is not QuestionRow:
                session.execute(rule.table.__table__.delete())  # type: ignore[attr-defined]
        session.commit()


def test_every_rule_stands_behind_a_holding_that_ends_and_none_touches_what_is_protected() -> None:
    assert {rule.name for rule in RULES}.isdisjoint(PROTECTED)
    for rule in RULES:
        holding = INVENTORY[rule.name].holding
        assert holding is not None
        assert (HOLDING[holding].until, HOLDING[holding].end is End.KEPT) == (rule.until, False), rule.name
    ending = {
        name
        for name, table in INVENTORY.items()
        if table.holding and HOLDING[table.holding].until in {*DAYS, Until.DAY, Until.MINUTES}
    }
    assert ending == {rule.name for rule in RULES}


@pytest.mark.parametrize("zone", ["Africa/Cairo", "Asia/Dubai"])
@pytest.mark.parametrize("hour", [0, 23])
def test_nothing_goes_a_day_early_and_nothing_stays_a_day_longer(
    works: Works, learner: Someone, held: str, clock: Clock, zone: str, hour: int
) -> None:
    here = ZoneInfo(zone)
    choose(works, zone)
    clear(works)
    ended = datetime.combine(clock().date(), time(hour, 30), here).astimezone(UTC)
    with works.database.writes() as session:
        lay(session, learner.actor.person_id or 0, ended, zone)
    for until in sorted(DAYS, key=lambda one: DAYS[one]):
        mine = {rule.name for rule in OWN if rule.until is until}
        last = datetime.combine(clock_day(ended, here) + timedelta(days=DAYS[until]), time(23, 59), here)
        clock.now = last.astimezone(UTC)
        run(works)
        assert {name: counts(works)[name] for name in mine} == dict.fromkeys(mine, 1), "too early"
        clock.now += timedelta(minutes=2)
        assert set(past(works)) >= mine
        removed = run(works)
        assert {name: removed[name] for name in mine} == dict.fromkeys(mine, 1)
        assert {name: counts(works)[name] for name in mine} == dict.fromkeys(mine, 0), "too late"


def clock_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """The civil day of a moment."""
    return datetime.combine(moment.astimezone(zone).date(), time.min)


@pytest.mark.parametrize("seed", range(3))
def test_after_a_run_at_any_moment_nothing_is_past_its_time(
    works: Works, learner: Someone, held: str, clock: Clock, seed: int
) -> None:
    choose(works, "Africa/Cairo")
    chance, began = Random(seed), clock()  # noqa: S311 - days that repeat in every run
    days = chance.sample(range(-900, 400), 8)
    with works.database.writes() as session:
        for day in days:
            lay(session, learner.actor.person_id or 0, began + timedelta(days=day, minutes=chance.randrange(1440)))
    protected = {name: count for name, count in counts(works).items() if name in PROTECTED and "audit" not in name}
    for _ in range(3):
        clock.now += timedelta(minutes=chance.randrange(300 * 1440))
        due = past(works)
        removed = run(works)
        assert past(works) == {}
        assert removed == {name: all_of for name, (all_of, _) in due.items()}
    assert protected == {name: counts(works)[name] for name in protected}


def test_a_large_table_goes_in_pieces(
    works: Works, learner: Someone, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retaining, "PIECE", 2)
    with works.database.writes() as session:
        for minutes in range(5):
            moment = clock() - timedelta(days=2000, minutes=minutes)
            person = learner.actor.person_id
            session.add(
                SignInRow(public_id=f"s{minutes}", token_digest=f"t{minutes}", person_id=person, browser="",
                          created_at=moment, expires_at=moment)
            )  # fmt: skip
        session.commit()
    doing = retaining.Run(waiting=[rule for rule in RULES if rule.table is SignInRow])
    seen = [dict(doing.removed) for _ in retaining.pieces(works, SYSTEM, doing)]
    assert [one.get("sign_in", 0) for one in seen] == [2, 4, 5, 5]


def test_a_run_is_written_into_the_trail_by_counts_and_is_not_due_again_that_day(
    works: Works, learner: Someone, clock: Clock
) -> None:
    with works.database.writes() as session:
        lay(session, learner.actor.person_id or 0, clock() - timedelta(days=2000))
    with works.reading(SYSTEM) as work:
        assert retaining.is_due(work)
    removed = run(works)
    assert removed["staff_import_entry"] == 1
    with works.database.reads() as session:
        entry = session.scalars(select(AuditEntryRow).where(AuditEntryRow.deed == "people:data:retain")).one()
        assert entry.details == {"removed": removed}
    with works.reading(SYSTEM) as work:
        assert not retaining.is_due(work)
    clock.now += timedelta(days=1)
    with works.reading(SYSTEM) as work:
        assert retaining.is_due(work)


def test_what_stays_too_long_is_overdue_after_the_grace(works: Works, learner: Someone, clock: Clock) -> None:
    choose(works, "Africa/Cairo")
    with works.database.writes() as session:
        lay(session, learner.actor.person_id or 0, clock())
    clock.now += timedelta(days=15)
    assert past(works)["draft_typing"] == (1, 0)
    clock.now += timedelta(days=retaining.GRACE_DAYS)
    assert past(works)["draft_typing"] == (1, 1)


def test_a_question_keeps_its_words_and_loses_its_asker(works: Works, learner: Someone, clock: Clock) -> None:
    choose(works, "Africa/Cairo")
    with works.database.writes() as session:
        lay(session, learner.actor.person_id or 0, clock() - timedelta(days=800))
        lay(session, learner.actor.person_id or 0, clock() - timedelta(days=790))
        answered = session.scalars(select(QuestionRow).order_by(QuestionRow.id.desc())).first()
        assert answered is not None
        session.add(AnswerRow(public_id="a", question_id=answered.id, number=1, outcome="nothing", words="جواب",
                              reason="سبب", answered_by="x", answered_at=clock() - timedelta(days=5)))  # fmt: skip
        session.commit()
    run(works)
    with works.database.reads() as session:
        old, still = session.scalars(select(QuestionRow).order_by(QuestionRow.id)).all()
        assert (old.person_id, old.words, still.person_id) == (None, "سؤال", learner.actor.person_id)
        assert old.at == organisation.DEFAULT.beginning_of_day(clock() - timedelta(days=800))


def test_what_was_said_of_a_training_under_way_stays_so_that_it_is_not_said_again(
    works: Works, learner: Someone, clock: Clock
) -> None:
    with works.database.writes() as session:
        lay(session, learner.actor.person_id or 0, clock() - timedelta(days=2000))
        for row in session.scalars(select(AssignmentRow)):
            row.state = "in_progress"
        session.commit()
    run(works)
    with works.database.reads() as session:
        assert session.scalars(select(ReminderNoteRow)).all()


def test_only_the_product_itself_removes_or_looks(works: Works, learner: Someone, is_refused: Refusal) -> None:
    with is_refused(Permission.PEOPLE_DATA_RETAIN, learner), works.reading(learner.actor) as work:
        retaining.list_past(work)
