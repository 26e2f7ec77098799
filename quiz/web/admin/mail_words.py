"""What the log of mails says in words: steps, outcomes, reasons, kinds of mails, and why a mail does not go."""

from collections.abc import Callable

from quiz.engine.reminders import LEVEL
from quiz.presentation.i18n import _, _n

OUTCOME_WORDS: dict[str, Callable[[], str]] = {
    "queued": lambda: _("Being sent"),
    "sent": lambda: _("Sent"),
    "dropped": lambda: _("Not sent after all"),
    "skipped": lambda: _("Not sent, with a reason"),
    "failed": lambda: _("Given up"),
}
OUTCOME_TONES = {"sent": "good", "failed": "bad", "queued": "accent"}
_REASONS: dict[str, Callable[[], str]] = {
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
    "refused": lambda: _("The mail server refused it for good."),
}
_LEVELS: tuple[Callable[[], str], ...] = (
    lambda: _("To the direct superior"),
    lambda: _("To the superior above"),
    lambda: _("To the third superior up the line"),
)
KIND_WORDS: dict[str, Callable[[], str]] = {
    "AttemptRemarked": lambda: _("Answers marked again"),
    "CorrectionReached": lambda: _("A corrected ruling"),
    "DigestDue": lambda: _("The week of a unit"),
    "MailRequested": lambda: _("Invitation or new password"),
    "ModuleAssigned": lambda: _("An assignment"),
    "QuestionAnswered": lambda: _("An answer"),
    "ReminderAsked": lambda: _("A manager's reminder"),
    "ReminderDue": lambda: _("A reminder"),
    "SuperiorDue": lambda: _("To a superior"),
}


def reason_words(because: str | None) -> str:
    """Return a reason as a sentence, nothing where there is none."""
    said = _REASONS.get(because or "")
    return said() if said else because or ""


def step_words(step: str) -> str:
    """Return a step of the ladder in words."""
    if step.startswith(LEVEL):
        level = step.removeprefix(LEVEL)
        return _LEVELS[int(level) - 1]() if level.isdigit() and 0 < int(level) <= len(_LEVELS) else step
    name, _dash, days = step.partition("-")
    if days.isdigit():
        if name == "before":
            return _n("%(num)s day before the due date", "%(num)s days before the due date", int(days))
        return _n("%(num)s day after the due date", "%(num)s days after the due date", int(days))
    named = {
        "assigned": lambda: _("Newly assigned"),
        "asked": lambda: _("A manager's reminder"),
        "due": lambda: _("On the due date"),
    }
    return named[step]() if step in named else step
