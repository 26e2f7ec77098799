"""The forms of connections: a new system with what it may do, and another token."""

from wtforms import BooleanField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from quiz.access.actor import Scope
from quiz.language.lines import clean_line
from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _, _l, _n
from quiz.services.connecting import LONGEST_NAME

# For how many days a token may open.
SPANS = (30, 90, 180, 365)


def scope_words() -> dict[Scope, str]:
    """Return what each scope opens, in the reader's language."""
    return {
        Scope.PEOPLE_PROVISION: _("Add, change, move and deactivate people and units"),
        Scope.PEOPLE_READ: _("Read people and units"),
        Scope.ASSIGNMENTS_READ: _("Read assignments and how they stand"),
        Scope.ASSIGNMENTS_WRITE: _("Assign modules to people"),
        Scope.RECORDS_READ: _("Read completion records"),
        Scope.EVIDENCE_READ: _("Read the evidence that regulators ask about"),
    }


def span_words() -> list[tuple[str, str]]:
    """Return the spans of a token as choices."""
    return [(str(days), _n("%(num)s day", "%(num)s days", days)) for days in SPANS]


class ConnectionForm(BaseForm):
    """Another system: how it is called here, what it may do, and for how long its token opens."""

    name = StringField(
        _l("Name of the system"),
        description=_l("As its operators call it: every deed of the system is written down under this connection."),
        validators=[DataRequired(), Length(max=LONGEST_NAME)],
        filters=[clean_line],
    )
    scopes = SelectMultipleField(
        _l("What it may do"),
        description=_l("No more than it needs."),
        validators=[InputRequired(_l("Please choose at least one."))],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    days = SelectField(_l("How long the token opens"))

    def offer(self) -> "ConnectionForm":
        """Fill the choices in the reader's language and return the form."""
        self.scopes.choices = [(scope.value, words) for scope, words in scope_words().items()]
        self.days.choices = span_words()
        return self


class RenewForm(BaseForm):
    """Another token for a system that has one."""

    days = SelectField(_l("How long the token opens"))

    def offer(self) -> "RenewForm":
        """Fill the choices in the reader's language and return the form."""
        self.days.choices = span_words()
        return self


class EndForm(BaseForm):
    """The tick before a connection is ended."""

    sure = BooleanField(
        _l("The system may stop working; I know that this is for good"),
        validators=[InputRequired(_l("Nothing is ended until this is ticked."))],
    )
