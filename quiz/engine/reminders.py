"""Who is written to about what on a day, and why somebody is not: a ladder of days before and after a due date.

Its first step is that a module was assigned; after its last come the levels, on which superiors are told.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

OPEN = frozenset({"not_begun", "under_way", "awaiting_next", "passed_pledge_open"})
ASSIGNED, ASKED, LEVEL = "assigned", "asked", "level-"
# What was not said for one of these is said as soon as it no longer holds, where it is not about a day of its own.
POSTPONED = frozenset({"away", "not_told", "nobody_above", "not_theirs"})


@dataclass(frozen=True, slots=True)
class Ladder:
    """On which days before and after a due date people are reminded, and from which days on their superiors are told.

    `levels` has a grace in days after the due date for each superior up the line, rising; without any, no superior is
    told. `weekend` are days of the week (Monday 0) on which nothing is sent: what fell on them is sent on the next
    working day.
    """

    before: tuple[int, ...] = (30, 7, 1)
    after: tuple[int, ...] = (1, 7, 14)
    levels: tuple[int, ...] = (7, 21)
    weekend: frozenset[int] = frozenset({4, 5})

    def is_working_day(self, day: date) -> bool:
        """Tell whether anything is sent on a day."""
        return day.weekday() not in self.weekend

    def steps(self, due_on: date) -> tuple[tuple[date, str], ...]:
        """Return every step of a due date with its day, in order: `before-7`, `due`, `after-7`."""
        found = {(due_on - timedelta(days=days), f"before-{days}") for days in self.before if days > 0}
        found |= {(due_on + timedelta(days=days), f"after-{days}") for days in self.after if days > 0}
        return tuple(sorted({*found, (due_on, "due")}))


@dataclass(frozen=True, slots=True)
class Asked:
    """A module somebody is to take, as far as reminding needs it."""

    id: str
    due_on: date | None
    state: str
    assigned_on: date
    is_disowned: bool = False
    # Assigned since everybody was looked at last, or kept back since then.
    is_new: bool = False
    # A mail about it has reached the person before.
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a mail would go to."""

    has_left: bool = False
    is_away: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A step of the ladder that a module has reached."""

    id: str
    step: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A step that was reached and of which nothing is sent, and why, as a code."""

    id: str
    step: str
    because: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A step that was reached before, and on which day; `because` is None where it was said."""

    step: str
    day: date
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """One mail with everything that is to be said in it (none where it is empty), and everything that is not said."""

    items: tuple[Item, ...]
    skipped: tuple[Skipped, ...]


def plan(
    ladder: Ladder,
    reader: Reader,
    asked: Iterable[Asked],
    since: date,
    today: date,
    noted: Mapping[str, Collection[Noted]],
) -> Plan:
    """Return what a person is told on a working day of everything that was reached after `since`, up to `today`.

    `noted` has the steps of each module that were said or not said before: none is ever said twice, however often the
    day is planned. Of several steps that one module reached at once only one is said, that it was assigned before all
    others and else the last; the rest are `overtaken`.
    """
    items: list[Item] = []
    skipped: list[Skipped] = []
    for one in asked:
        before = noted.get(one.id, ())
        known = {was.step for was in before}
        because = _why_not(reader, one)
        reached = [step for _, step in _reached(ladder, one, since, today) if step not in known]
        said = None
        if one.is_new and ladder.is_working_day(today) and not _is_settled(before, ASSIGNED):
            silence = because or (None if one.state == "not_begun" else "begun")
            said = ASSIGNED if silence is None else None
            skipped += _kept_back(one, ASSIGNED, silence, before)
        if said is None and because is None and reached:
            said = reached.pop()
        skipped += [Skipped(one.id, step, because or "overtaken") for step in reached]
        items += [Item(one.id, said)] if said is not None else []
    return Plan(tuple(items), tuple(skipped))


def escalate(
    ladder: Ladder,
    reader: Reader,
    asked: Iterable[Asked],
    today: date,
    noted: Mapping[str, Collection[Noted]],
    has_superior: Callable[[str, int], bool],
) -> Plan:
    """Return what superiors are told on a working day, each level of a module once, and why others are not.

    It asks what is past by now and not what was reached since some day, so that no grace is too long to be looked at.
    Nobody is told of what is done, of who is away as long as they are, nor of who was not written to before. Whether
    there is anybody on a level above the person of a module, `has_superior` tells.
    """
    items: list[Item] = []
    skipped: list[Skipped] = []
    for one in asked:
        before = noted.get(one.id, ())
        found = next_level(ladder, one.due_on, before) if one.state in OPEN else None
        if found is None or found[0] > today or not ladder.is_working_day(today):
            continue
        step = f"{LEVEL}{found[1]}"
        because = _why_not(reader, one) or (None if one.is_told else "not_told")
        if because is None and not has_superior(one.id, found[1]):
            because = "nobody_above"
        items += [Item(one.id, step)] if because is None else []
        skipped += _kept_back(one, step, because, before)
    return Plan(tuple(items), tuple(skipped))


def next_level(ladder: Ladder, due_on: date | None, noted: Collection[Noted]) -> tuple[date, int] | None:
    """Return from which day on the next superior is told, and how far up the line they are (from 1); None above all.

    A level comes as many days after the one below it as their graces differ, also where that one was told late.
    """
    if due_on is None:
        return None
    said_on, below = due_on, 0
    for level, grace in enumerate(ladder.levels, 1):
        if not _is_settled(noted, f"{LEVEL}{level}"):
            return said_on + timedelta(days=grace - below), level
        said_on, below = max(was.day for was in noted if was.step == f"{LEVEL}{level}"), grace
    return None


def _is_settled(noted: Iterable[Noted], step: str) -> bool:
    """Tell whether a step was said, or not said for a reason that stays."""
    return any(was.step == step and was.because not in POSTPONED for was in noted)


def _kept_back(one: Asked, step: str, because: str | None, noted: Iterable[Noted]) -> list[Skipped]:
    """Return why a step is not said today, unless the same was noted of it before."""
    is_known = any(was.step == step and was.because == because for was in noted)
    return [] if because is None or is_known else [Skipped(one.id, step, because)]


def _reached(ladder: Ladder, one: Asked, since: date, today: date) -> Sequence[tuple[date, str]]:
    if one.due_on is None or not ladder.is_working_day(today):
        return ()
    # What was assigned late in its own time is not told of days that were over then.
    first = max(since, one.assigned_on)
    return [(day, step) for day, step in ladder.steps(one.due_on) if first < day <= today]


def _why_not(reader: Reader, one: Asked) -> str | None:
    """Return why nobody is told of a module, None where they are."""
    if one.state not in OPEN:
        return "done" if one.state == "completed" else one.state
    if one.is_disowned:
        return "not_theirs"
    if reader.has_left:
        return "left"
    return "away" if reader.is_away else None
