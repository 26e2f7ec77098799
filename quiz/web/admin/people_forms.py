"""Forms about people and units: each does one thing, and several stand on a page."""

from collections.abc import Iterable, Sequence

from wtforms import BooleanField, DateField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from quiz.access.actor import Role
from quiz.bank.table.words import AUDIENCES, BANKS
from quiz.engine.text import Text
from quiz.presentation.deed_words import ROLE_WORDS
from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _, _l, reader_locale
from quiz.services.roles import GIVEN
from quiz.services.staff_list import HeldRole

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


class HeldForm(BaseForm):
    """What HR holds of a person."""

    name = StringField(_l("Name"), validators=[DataRequired(), Length(max=200)])
    latin_name = StringField(_l("Name in Latin letters"), validators=[Length(max=200)])
    email = StringField(_l("E-mail address"), validators=[DataRequired(), Length(max=254)])
    job_families = SelectMultipleField(
        _l("Job families"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def offer_families(self) -> None:
        """Offer the job families; everybody is in the one that is for everybody."""
        language = reader_locale().language
        families = (key for key in AUDIENCES.said if key != "everyone")
        self.job_families.choices = [(key, AUDIENCES.word(key, language)) for key in families]


class CorrectForm(HeldForm):
    """What HR holds of a person, and why it is changed."""

    reason = TextAreaField(_l("Reason"), validators=[DataRequired(), Length(max=500)])

    def offer(self) -> "CorrectForm":
        """Offer the job families, and return the form."""
        self.offer_families()
        return self


class NewcomerForm(HeldForm):
    """Somebody who joins: the number under which HR knows them, the unit and the first day."""

    hr_number = StringField(
        _l("HR number"),
        description=_l("It belongs to this person for good, also after they have left."),
        validators=[DataRequired(), Length(max=64)],
    )
    unit = SelectField(_l("Unit"), validators=[InputRequired()])
    joined_on = DateField(_l("First day of work"), validators=[InputRequired()])
    is_invited = BooleanField(_l("Send an invitation by e-mail"), default=True)

    def offer(self, units: Choices) -> "NewcomerForm":
        """Offer these units and the job families, and return the form."""
        self.offer_families()
        self.unit.choices = [("", ""), *_named(units)]
        return self


class InviteForm(BaseForm):
    """Nothing to fill in: a person is sent an invitation, or signed out everywhere."""


class FactorsForm(BaseForm):
    """Why everything beside the password is taken away."""

    reason = TextAreaField(
        _l("Reason"),
        description=_l("How you made sure that it is they who ask. It is kept with your name, and they get a mail."),
        validators=[DataRequired(), Length(max=500)],
    )


class RoleForm(BaseForm):
    """A role to give: in one bank or in all, from a day and until one."""

    role = SelectField(_l("Role"), validators=[InputRequired()])
    bank = SelectField(
        _l("Scenario bank"),
        description=_l("One bank bounds an editor or a reviewer; every other role holds without."),
    )
    starts_on = DateField(_l("First day"), description=_l("Empty for today."), validators=[Optional()])
    ends_on = DateField(_l("Last day"), description=_l("Empty where no end is known."), validators=[Optional()])

    def offer(self) -> "RoleForm":
        """Offer the roles that are given so, and the banks, and return the form."""
        language = reader_locale().language
        self.role.choices = [("", ""), *((role.value, ROLE_WORDS[role]()) for role in GIVEN)]
        self.bank.choices = [("", _("All banks")), *((key, BANKS.word(key, language)) for key in BANKS.said)]
        return self


class EndRoleForm(BaseForm):
    """A role of a person that ends today."""

    held = SelectField(_l("Role"), validators=[InputRequired()])

    def offer(self, roles: Iterable[HeldRole]) -> "EndRoleForm":
        """Offer what was given so that holds today or later, and return the form."""
        language = reader_locale().language
        offered = {
            f"{one.role}:{one.bank or ''}": ROLE_WORDS[Role(one.role)]()
            + (f" – {BANKS.word(one.bank, language)}" if one.bank else "")
            for one in roles
            if one.role in GIVEN and one.capacity == "held"
        }
        self.held.choices = list(offered.items())
        return self


class HandForm(BaseForm):
    """Why somebody is handed a link instead of being mailed one."""

    reason = TextAreaField(
        _l("Reason"),
        description=_l(
            "Why no mail reaches them, and how you made sure that it is they. It is kept with your name, "
            "and a mail tells them."
        ),
        validators=[DataRequired(), Length(max=500)],
    )


class NameForm(BaseForm):
    """What a unit is called, and the code that files name it by."""

    name_ar = StringField(_l("Name in Arabic"), validators=[DataRequired(), Length(max=200)])
    name_en = StringField(_l("Name in English"), validators=[DataRequired(), Length(max=200)])
    code = StringField(
        _l("Code"),
        description=_l("What files of units and staff call it. It may be empty."),
        validators=[Length(max=64)],
    )

    @property
    def name(self) -> Text:
        """The name in both languages."""
        return Text({"ar": self.name_ar.data or "", "en": self.name_en.data or ""})


class NewUnitForm(NameForm):
    """A unit that is established: its names, its country, and the unit above."""

    country = SelectField(_l("Country"), validators=[InputRequired()])
    above = SelectField(_l("Unit above"))

    def offer(self, units: Choices, top: str, countries: Sequence[tuple[str, str]]) -> "NewUnitForm":
        """Offer these units, the top and the countries, and return the form."""
        self.above.choices = [("", top), *_named(units)]
        self.country.choices = list(countries)
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
