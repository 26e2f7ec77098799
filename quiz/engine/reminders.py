"""Who is written to about what on a day, and why somebody is not: a ladder of days before and after a due date."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

OPEN = frozenset({"not_begun", "under_way", "awaiting_next", "passed_pledge_open"})


@dataclass(frozen=True, slots=True)
class Ladder:
    """On which days before and after a due date people are reminded.

    `weekend` are days of the week (Monday 0) on which nothing is sent: what fell on them is sent on the next working
    day.
    """

    before: tuple[int, ...] = (30, 7, 1)
    after: tuple[int, ...] = (1, 7, 14)
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
