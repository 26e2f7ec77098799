"""Why somebody was not written to, in words: for the log of mails and for evidence."""

from collections.abc import Callable

from quiz.presentation.i18n import _
from quiz.presentation.wording import STATE_WORDS

REASONS: dict[str, Callable[[], str]] = {
    "away": lambda: _("They are away."),
    "begun": lambda: _("It was begun before it was told."),
    "done": lambda: _("It is done."),
    "excused": lambda: _("They are excused from it."),
    "extended": lambda: _("More time was given."),
    "given_up": lambda: _("The mail server did not take it for days."),
    "nothing": lambda: _("Nothing stands in their units."),
    "unchanged": lambda: _("Nothing changed since they were told last."),
    "left": lambda: _("They do not work here any more."),
    "nobody_above": lambda: _("Nobody further up the line is there."),
    "not_due": lambda: _("It has no due date any more."),
    "not_theirs": lambda: _("Their manager says that they are not of the unit."),
    "not_told": lambda: _("They were not written to before."),
    "overtaken": lambda: _("The same mail says a later step."),
    "restored": lambda: _("A backup was restored; it may have been sent before."),
    "refused": lambda: _("The mail server refused it for good."),
}


def reason_words(because: str | None) -> str:
    """Return a reason as a sentence, nothing where there is none."""
    said = REASONS.get(because or "") or STATE_WORDS.get(because or "")
    return said() if said else because or ""
