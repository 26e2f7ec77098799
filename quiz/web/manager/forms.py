"""Forms of the manager: how many were seen, another due day with its reason, and why somebody is not theirs."""

from wtforms import DateField, HiddenField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp

from quiz.language.lines import clean_lines
from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _, _l
from quiz.services.managing import LONGEST_REASON


class ReminderForm(BaseForm):
    """How many the page named: nobody else is reminded by it."""

    seen = HiddenField(validators=[InputRequired(), Regexp("^[0-9]{1,7}$")])

    @property
    def count(self) -> int:
        """Return how many were named."""
        return int(self.seen.data)


class ExtensionForm(ReminderForm):
    """Another due day, and why."""

    due_on = DateField(
        _l("New due day"),
        description=_l("At most thirty days from today; more is for HR to give."),
        validators=[InputRequired()],
    )
    reason = TextAreaField(
        _l("Reason"),
        description=_l("It is kept with the assignment and read by HR and by whoever checks the records."),
        validators=[DataRequired(), Length(max=LONGEST_REASON)],
        filters=[clean_lines],
    )

    def blame(self, code: str) -> None:
        """Put what the deed refused beside its field."""
        if code == "day-past":
            self.due_on.errors = [_("This day is not after today.")]
        elif code == "day-too-far":
            self.due_on.errors = [_("This day is more than thirty days away.")]
        else:
            self.reason.errors = [_("A reason is needed.")]


class NotMineForm(BaseForm):
    """Why somebody is not of the unit, in words for HR."""

    words = TextAreaField(
        _l("What HR should know"),
        description=_l("Such as the unit the person moved to, and since when."),
        validators=[DataRequired(), Length(max=LONGEST_REASON)],
        filters=[clean_lines],
    )
