"""Who is written to about what on a day, and why somebody is not: a ladder of days before and after a due date."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

OPEN = frozenset({"not_begun", "under_way", "awaiting_next", "passed_pledge_open"})


@dataclass(frozen=True, slots=True)
class Ladder:
    """On which days around a due date people are reminded, and after how many their superiors are told.

    `before`, `after` and `levels` are days; `levels` has one entry for each superior up the line. `weekend` are days
    of the week (Monday 0) on which nothing is sent: what fell on them is sent on the next working day.
    """

    before: tuple[int, ...] = (30, 7, 1)
    after: tuple[int, ...] = (1, 7, 14)
    levels: tuple[int, ...] = (21, 35)
    weekend: frozenset[int] = frozenset({4, 5})

    def is_working_day(self, day: date) -> bool:
        """Tell whether anything is sent on a day."""
        return day.weekday() not in self.weekend

    def steps(self, due_on: date) -> tuple[tuple[date, str], ...]:
        """Return every step of a due date with its day, in order: `before-7`, `due`, `after-7`."""
        found = {(due_on - timedelta(days=days), f"before-{days}") for days in self.before if days > 0}
        found |= {(due_on + timedelta(days=days), f"after-{days}") for days in self.after if days > 0}
        return tuple(sorted({*found, (due_on, "due")}))

    def heights(self, due_on: date) -> tuple[tuple[date, int], ...]:
        """Return the days on which superiors are told, with how far up the line (from 1)."""
        return tuple((due_on + timedelta(days=days), level) for level, days in enumerate(self.levels, 1))


@dataclass(frozen=True, slots=True)
class Asked:
    """A module somebody is to take, as far as reminding needs it."""

    id: str
    due_on: date | None
    state: str
    assigned_on: date
    is_disowned: bool = False


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
    told: Mapping[str, Collection[str]],
) -> Plan:
    """Return what a person is told on a working day of everything that was reached after `since`, up to `today`.

    `told` has the steps that were sent or skipped before, by module: none is ever said twice, however often the day
    is planned. Of several steps that one module reached at once, only the last is said and the others are `overtaken`.
    """
    items: list[Item] = []
    skipped: list[Skipped] = []
    for one in asked:
        reached = [step for day, step in _reached(ladder, one, since, today) if step not in told.get(one.id, ())]
        if not reached:
            continue
        *earlier, last = reached
        because = _why_not(reader, one)
        skipped += [Skipped(one.id, step, because or "overtaken") for step in earlier]
        if because is None:
            items.append(Item(one.id, last))
        else:
            skipped.append(Skipped(one.id, last, because))
    return Plan(tuple(items), tuple(skipped))


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


@dataclass(frozen=True, slots=True)
class Escalated:
    """That somebody has not completed a module, told so many levels up the line."""

    id: str
    level: int


def escalate(
    ladder: Ladder, reader: Reader, asked: Iterable[Asked], today: date, told: Mapping[str, Collection[int]]
) -> tuple[tuple[Escalated, ...], tuple[Skipped, ...]]:
    """Return what superiors are told on a working day, each level of a module once, and why others are not.

    It asks what is past by now and not what was reached since: the longest grace is never outside of what is looked at.
    Who is away is not told on, as long as they are; who has left never.
    """
    found: list[Escalated] = []
    skipped: list[Skipped] = []
    for one in asked:
        if one.due_on is None or not ladder.is_working_day(today):
            continue
        levels = [
            level for day, level in ladder.heights(one.due_on) if day <= today and level not in told.get(one.id, ())
        ]
        because = _why_not(reader, one)
        for level in levels:
            if because is None:
                found.append(Escalated(one.id, level))
            else:
                skipped.append(Skipped(one.id, f"level-{level}", because))
    return tuple(found), tuple(skipped)
