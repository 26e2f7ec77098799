"""What is said where a deed about people or units is refused."""

from collections.abc import Callable

from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _
from quiz.services.errors import QuizError

_SAID: dict[str, Callable[[], str]] = {
    "unit-closed": lambda: _("This unit is closed."),
    "same-unit": lambda: _("They belong to this unit already."),
    "person-left": lambda: _("They do not work here any more."),
    "works-here": lambda: _("They work here already."),
    "absence-overlaps": lambda: _("Some of these days are in another absence already."),
    "ends-before-it-starts": lambda: _("The last day is before the first."),
    "day-past": lambda: _("This day is past."),
    # The one who does is in a list on the page: a name in the middle of a fault could not be set apart from it.
    "has-manager": lambda: _("It has a manager already, who is named on this page."),
    "has-acting": lambda: _("Somebody acts as its manager on some of these days already; they are named on this page."),
    "manages-already": lambda: _("They manage it on some of these days already."),
    "unit-cycle": lambda: _("A unit cannot stand below itself."),
    "unit-has-people": lambda: _("People work in this unit. It can be closed once they have moved."),
    "unit-has-units": lambda: _("Open units stand below it. It can be closed once they have moved."),
    "bad-email": lambda: _("This is no e-mail address."),
    "administers": lambda: _("They administer Amana. Only another administrator changes how they are let in."),
    "taken": lambda: _("Somebody else has this address."),
    "number-missing": lambda: _("An HR number is needed."),
    "number-taken": lambda: _("Somebody has or had this HR number. It is never given to another person."),
    "bad-number": lambda: _("This cannot be a number or a code: it is too long, or begins like a formula."),
    "code-taken": lambda: _("Another unit has this code."),
    "name-missing": lambda: _("A name is needed."),
    "link-not-for-them": lambda: _("They have a way of their own to sign in, or a role: no link is made for them."),
    "reason-missing": lambda: _("A reason is needed."),
    "to-oneself": lambda: _("A role cannot be delegated to oneself."),
    "person-unknown": lambda: _("Nobody here has this HR number or address."),
    "role-held-already": lambda: _("They hold this role on its first day already."),
    "role-without-bank": lambda: _("A bank bounds an editor or a reviewer, and no other role."),
    "nothing-to-delegate": lambda: _("No unit is yours to delegate today."),
    "no-file": lambda: _("No file was chosen yet."),
    "file-empty": lambda: _("There are no rows in this file."),
    "file-unreadable": lambda: _("This file cannot be read. Please save it as Excel, or as text with commas."),
    "workbook-too-large": lambda: _("This workbook is too large. Please save it as text with commas."),
    "too-many-rows": lambda: _("There are too many rows in this file. Please send it in parts."),
    "heading-missing": lambda: _("Columns are missing; the list below names those that are needed."),
    "heading-twice": lambda: _("A column stands in it twice."),
}


def refusal_words(fault: QuizError) -> str:
    """Return the sentence of a refusal; one that has none of its own says that it could not be done."""
    said = _SAID.get(fault.code)
    return said() if said is not None else _("This could not be done.")


def blame(form: BaseForm, fault: QuizError) -> None:
    """Say what was refused at the field it is about, or else at the first of the form."""
    name = str(fault.values.get("field", ""))
    fields = {field.short_name: field for field in form}
    field = fields.get(name) or next(iter(fields.values()))
    field.errors = [refusal_words(fault)]
