"""What the worker does again and again, in words: what for, how often, and when it is looked at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from quiz.presentation.i18n import _, _p
from quiz.presentation.rendering import moment
from quiz.services.operating import Chore, State

_LATE, _UNSEEN = timedelta(hours=6), timedelta(minutes=15)
_OFTEN: Callable[[], str] = lambda: _("All the time")  # noqa: E731 # one word of several below
_DAILY: Callable[[], str] = lambda: _("Once a day")  # noqa: E731 # as above
_WORKING: Callable[[], str] = lambda: _("On working days, in the hours for mails")  # noqa: E731 # as above
# What each is called, and how often there is something to do; in the order of a day.
WORDS: dict[str, tuple[Callable[[], str], Callable[[], str]]] = {
    "tidy": (lambda: _("Ending attempts out of time"), _OFTEN),
    "prepare": (lambda: _("Making credentials ready"), _OFTEN),
    "seal": (lambda: _("Sealing the audit trail, and checking it once a day"), _OFTEN),
    "turn-day": (lambda: _("Giving what the rules make due today"), _DAILY),
    "remind": (lambda: _("Reminders"), _WORKING),
    "digest": (lambda: _("The weeks of managers"), lambda: _("Once a week")),
    "count-heads": (lambda: _("Counting large units"), _OFTEN),
    "make-partitions": (lambda: _("Making room in the database ahead"), lambda: _("Every few minutes")),
    "retain": (lambda: _("Removing what is past its time"), _DAILY),
}


@dataclass(frozen=True, slots=True)
class ChoreRow:
    """One chore: what it is, how often, its last look, when the next is, and whether that is late."""

    what: str
    often: str
    last: str
    next: str
    is_late: bool


def rows(state: State) -> list[ChoreRow]:
    """Return every chore in the order of a day, also those that were never done."""
    known = {one.name: one for one in state.chores}
    works = state.worker_seen is not None and state.now - state.worker_seen <= _UNSEEN
    return [_row(words[0](), words[1](), known.get(name), state, works) for name, words in WORDS.items()]


def _row(what: str, often: str, chore: Chore | None, state: State, works: bool) -> ChoreRow:
    ended = chore.ended_at if chore else None
    if chore is not None and chore.is_under_way:
        following = _("Under way since %(moment)s", moment=moment(chore.began_at))
    elif works:
        following = _("Within seconds")
    else:
        following = _("When a worker runs")
    is_late = ended is None or state.now - ended > _LATE
    return ChoreRow(what, often, moment(ended) if ended else _p("operation", "Never"), following, is_late)
