"""Forms about people and units: each does one thing, and several stand on a page."""

from collections.abc import Sequence

from wtforms import DateField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from quiz.bank.table.words import AUDIENCES
from quiz.engine.text import Text
from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _l, reader_locale

Choices = Sequence[tuple[str, Text]]


def _named(units: Choices) -> list[tuple[str, str]]:
    language = reader_locale().language
    return [(public_id, name.by_language.get(language) or name.by_language["ar"]) for public_id, name in units]


class UnitForm(BaseForm):
    """A unit to go to."""

    unit = SelectField(_l("Unit"), validators=[InputRequired()])

    def offer(self, units: Choices) -> "UnitForm":
        """Offer these units, and return the form."""
        self.unit.choices = _named(units)
        return self


class AwayForm(BaseForm):
    """The days of an absence; without a last day it lasts until one is written."""

    starts_on = DateField(_l("First day"), validators=[InputRequired()])
    ends_on = DateField(_l("Last day"), description=_l("Empty until it is known."), validators=[Optional()])


class EndForm(BaseForm):
    """The last day of an absence."""

    ends_on = DateField(_l("Last day"), validators=[InputRequired()])


class LeaveForm(BaseForm):
    """The last day on which somebody works here."""

    last_day = DateField(_l("Last day of work"), validators=[InputRequired()])


class CorrectForm(BaseForm):
    """What HR holds of a person, and why it is changed."""

    name = StringField(_l("Name"), validators=[DataRequired(), Length(max=200)])
    latin_name = StringField(_l("Name in Latin letters"), validators=[Length(max=200)])
    email = StringField(_l("E-mail address"), validators=[DataRequired(), Length(max=254)])
    job_families = SelectMultipleField(
        _l("Job families"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    reason = TextAreaField(_l("Reason"), validators=[DataRequired(), Length(max=500)])

    def offer(self) -> "CorrectForm":
        """Offer the job families, and return the form."""
        language = reader_locale().language
        self.job_families.choices = [(key, AUDIENCES.word(key, language)) for key in AUDIENCES.said]
        return self


class AboveForm(BaseForm):
    """The unit that another is to stand below."""

    above = SelectField(_l("Unit above"))

    def offer(self, units: Choices, top: str) -> "AboveForm":
        """Offer these units and the top, and return the form."""
        self.above.choices = [("", top), *_named(units)]
        return self


class ManagerForm(BaseForm):
    """Who is to manage a unit."""

    person = StringField(_l("HR number or e-mail address"), validators=[DataRequired(), Length(max=254)])


class ActingForm(ManagerForm):
    """Who is to manage a unit in place of its manager, and on which days."""

    starts_on = DateField(_l("From"), validators=[InputRequired()])
    ends_on = DateField(_l("Until"), validators=[InputRequired()])
