"""Retention: what is past its time is told and removed, some rows at a time; what is evidence is never looked at."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from quiz.access.actor import Actor
from quiz.access.keeping import Until
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import retaining as queries
from quiz.db.queries.retaining import RULES, Rule
from quiz.services import delivering, identities, taking_away
from quiz.services.organisation import Choices, get_choices
from quiz.services.unit_of_work import UnitOfWork, Works

PIECE = 500
# The worker looks once a day; what is still there so many days later means that it does not.
GRACE_DAYS = 2
_RETAIN, _TARGET = Permission.PEOPLE_DATA_RETAIN, Target("retention")


@dataclass(frozen=True, slots=True)
class Overdue:
    """A table with rows that are past their time: how many, and how many of them by more than the grace."""

    table: str
    until: Until
    past: int
    overdue: int


@dataclass(slots=True)
class Run:
    """A run of retention under way: what is still to be looked at, and how many rows went from which table."""

    waiting: list[Rule] = field(default_factory=lambda: list(RULES))
    removed: dict[str, int] = field(default_factory=dict)
    is_done: bool = False


def list_past(work: UnitOfWork) -> tuple[Overdue, ...]:
    """Return every table with rows that are past their time and still there."""
    work.require(_RETAIN, _TARGET)
    choices = get_choices(work)
    found = []
    for rule in RULES:
        past, overdue = (
            queries.count_past(work.session, rule, *_bounds(choices, rule, work.now, grace))
            for grace in (0, GRACE_DAYS)
        )
        if past:
            found.append(Overdue(rule.name, rule.until, past, overdue))
    return tuple(found)


def is_due(work: UnitOfWork) -> bool:
    """Tell whether nobody has run retention yet on the organisation's present day."""
    work.require(_RETAIN, _TARGET)
    return not queries.has_entry(work.session, _RETAIN.value, get_choices(work).beginning_of_day(work.now))


def retain_some(work: UnitOfWork, run: Run) -> bool:
    """Remove one piece of what is past its time; return whether the run goes on.

    The last piece writes the run into the trail: how many rows went from which table, and nobody's name.
    """
    work.require(_RETAIN, _TARGET)
    if not run.waiting:
        work.audit(_RETAIN, _TARGET, removed=dict(sorted(run.removed.items())))
        work.after_commit(lambda: setattr(run, "is_done", True))
        return False
    rule = run.waiting[0]
    if rule.is_swept_elsewhere:
        # The same deeds that the worker does at every sweep.
        counted = {one.name: _count(work, one) for one in run.waiting}
        delivering.forget_failures(work)
        identities.forget(work)
        taking_away.forget_exports(work)
        gone = {name: count for name, count in counted.items() if count}
        work.after_commit(lambda: _note(run, gone, list(run.waiting)))
        return True
    removed = _remove(work, rule)
    work.after_commit(lambda: _note(run, {rule.name: removed} if removed else {}, [] if removed == PIECE else [rule]))
    return True


def retain_all(works: Works, actor: Actor) -> dict[str, int]:
    """Remove everything that is past its time, each piece in a transaction of its own; return counts by table."""
    run = Run()
    for _ in pieces(works, actor, run):
        pass
    return run.removed


def pieces(works: Works, actor: Actor, run: Run) -> Iterator[None]:
    """Go through a run piece by piece, until it is written into the trail."""
    more = True
    while more:
        with works.writing(actor) as work:
            more = retain_some(work, run)
        yield


def _note(run: Run, gone: dict[str, int], done: list[Rule]) -> None:
    for name, count in gone.items():
        run.removed[name] = run.removed.get(name, 0) + count
    run.waiting = [rule for rule in run.waiting if rule not in done]


def _count(work: UnitOfWork, rule: Rule) -> int:
    return queries.count_past(work.session, rule, *_bounds(get_choices(work), rule, work.now))


def _remove(work: UnitOfWork, rule: Rule) -> int:
    choices = get_choices(work)
    day, moment = _bounds(choices, rule, work.now)
    if rule.until is not Until.QUESTIONS:
        return queries.delete_past(work.session, rule, day, moment, PIECE)
    rows = queries.list_old_questions(work.session, day, moment, PIECE)
    for row in rows:
        # As one that was sent without a name: the day, the words and what it is about.
        row.person_id, row.reply_digest, row.at = None, None, choices.beginning_of_day(row.at)
    return len(rows)


def _bounds(choices: Choices, rule: Rule, now: datetime, grace: int = 0) -> tuple[date, datetime]:
    day = choices.keeping.last_day(rule.until, choices.civil_day(now), grace)
    return day, datetime.combine(day, time.min, ZoneInfo(choices.zone))
