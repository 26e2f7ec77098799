"""What the log of mails says in words: steps, outcomes, reasons, kinds of mails, and why a mail does not go."""

from collections.abc import Callable

from quiz.engine.reminders import LEVEL
from quiz.presentation.i18n import _, _n
from quiz.presentation.reminder_words import reason_words as reason_words

OUTCOME_WORDS: dict[str, Callable[[], str]] = {
    "queued": lambda: _("Being sent"),
    "sent": lambda: _("Sent"),
    "dropped": lambda: _("Not sent after all"),
    "skipped": lambda: _("Not sent, with a reason"),
    "failed": lambda: _("Given up"),
}
OUTCOME_TONES = {"sent": "good", "failed": "bad", "queued": "accent"}
_LEVELS: tuple[Callable[[], str], ...] = (
    lambda: _("To the direct superior"),
    lambda: _("To the superior above"),
    lambda: _("To the third superior up the line"),
)
KIND_WORDS: dict[str, Callable[[], str]] = {
    "AccountChanged": lambda: _("A change of how somebody signs in"),
    "AttemptRemarked": lambda: _("Answers marked again"),
    "CorrectionReached": lambda: _("A corrected ruling"),
    "DigestDue": lambda: _("The week of a unit"),
    "EntryAsked": lambda: _("A sign-in link"),
    "MailRequested": lambda: _("Invitation or new password"),
    "ModuleAssigned": lambda: _("An assignment"),
    "QuestionAnswered": lambda: _("An answer"),
    "RecordRevoked": lambda: _("A revoked record"),
    "ReminderAsked": lambda: _("A manager's reminder"),
    "ReminderDue": lambda: _("A reminder"),
    "SuperiorDue": lambda: _("To a superior"),
}


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
