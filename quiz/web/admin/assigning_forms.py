"""Forms of assignment rules, and of what is decided of a person's assignments."""

import re
from datetime import date

from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from quiz.engine.assigning import Due, Renewal
from quiz.engine.scenario import AUDIENCES
from quiz.language.numbers import plain_digits
from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _, _l
from quiz.presentation.rendering import say
from quiz.services.assignment_rules import ROLES, RuleChoices, RuleDraft
from quiz.web.admin.assigning_words import AUDIENCE_NAMES, ROLE_NAMES

LONGEST_REASON = 2000
MOST_ADDRESSES = 500
_PERIODS = {"day": "P{}D", "month": "P{}M", "year": "P{}Y"}
_NUMBER = re.compile("[0-9]{1,4}", re.ASCII)
_BETWEEN = re.compile(r"[\s,;،؛]+")
# What the service calls a field, where the form has another name for it.
_FIELDS = {"due_after": "due_number", "renew_before": "renew_number"}


def _units() -> list[SelectChoice]:
    return [
        SelectChoice("day", _l("Days")),
        SelectChoice("month", _l("Months")),
        SelectChoice("year", _l("Years")),
    ]


class RuleForm(BaseForm):
    """A rule, every field of it; which ones count depends on whom it is for and what it is due by."""

    module = SelectField(_l("Module"))
    scope = RadioField(
        _l("Whom it is for"),
        choices=[
            SelectChoice("everybody", _l("Everybody")),
            SelectChoice("joiners", _l("Whoever joins on the first day of the rule or later")),
            SelectChoice("unit", _l("A unit, with all units below it")),
            SelectChoice("role", _l("Holders of a role")),
            SelectChoice("audience", _l("A field of work")),
            SelectChoice("people", _l("Single people")),
        ],
        default="everybody",
    )
    unit = SelectField(_l("Unit"), description=_l("Counts only where the rule is for a unit."))
    role = SelectField(_l("Role"), description=_l("Counts only where the rule is for a role."))
    audience = SelectField(_l("Field of work"), description=_l("Counts only where the rule is for a field of work."))
    people = TextAreaField(
        _l("E-mail addresses of the people"),
        description=_l("Counts only where the rule is for single people; one address a line."),
        validators=[Length(max=60_000)],
        render_kw={"rows": 4, "dir": "ltr"},
    )
    starts_on = DateField(
        _l("First day of the rule"),
        description=_l("Nothing is assigned before this day."),
        validators=[DataRequired()],
    )
    due = RadioField(
        _l("To be completed by"),
        choices=[
            SelectChoice(Due.MODULE.value, _l("The time that the module proposes")),
            SelectChoice(Due.FIXED.value, _l("A fixed day")),
            SelectChoice(Due.AFTER_JOINING.value, _l("Some time after the person joined")),
            SelectChoice(Due.AFTER_ASSIGNMENT.value, _l("Some time after the assignment")),
            SelectChoice(Due.NONE.value, _l("No day")),
        ],
        default=Due.MODULE.value,
    )
    due_on = DateField(
        _l("The fixed day"),
        description=_l("Whoever is asked after this day has thirty days."),
        validators=[Optional()],
    )
    due_number = StringField(
        _l("How long after joining or assignment"), render_kw={"inputmode": "numeric", "autocomplete": "off"}
    )
    due_unit = SelectField(_l("Counted in"), choices=_units(), default="day")
    renewal = RadioField(
        _l("Asked again"),
        choices=[
            SelectChoice(Renewal.NONE.value, _l("Never")),
            SelectChoice(Renewal.CALENDAR_YEAR.value, _l("Every calendar year")),
            SelectChoice(Renewal.BEFORE_EXPIRY.value, _l("Before the completion record runs out")),
        ],
        default=Renewal.NONE.value,
    )
    renew_number = StringField(
        _l("How long before it runs out"), render_kw={"inputmode": "numeric", "autocomplete": "off"}
    )
    renew_unit = SelectField(_l("Counted in"), choices=_units(), default="day")
    reason = TextAreaField(
        _l("Reason"),
        description=_l("What the rule rests on, such as a decision and its date. It is kept for good."),
        validators=[DataRequired(), Length(max=LONGEST_REASON)],
    )

    def offer(self, choices: RuleChoices) -> None:
        """Let one choose among the published modules, the units, the roles and the fields of work."""
        self.module.choices = [SelectChoice(key, str(say(title).striptags())) for key, title in choices.modules]
        self.unit.choices = [SelectChoice(key, str(say(name).striptags())) for key, name in choices.units]
        self.role.choices = [SelectChoice(role, ROLE_NAMES[role]()) for role in ROLES]
        self.audience.choices = [SelectChoice(one, AUDIENCE_NAMES[one]()) for one in AUDIENCES]
        for field in (self.unit, self.role, self.audience):
            field.validate_choice = False

    @property
    def addresses(self) -> list[str]:
        """Return the e-mail addresses that were typed, where they count."""
        return [one for one in _BETWEEN.split(self.people.data or "") if one] if self.scope.data == "people" else []

    def draft(self, people: tuple[str, ...]) -> RuleDraft:
        """Return the rule as it was typed, with the public ids of its people."""
        return RuleDraft(
            module_key=self.module.data,
            scope=self.scope.data,
            starts_on=self.starts_on.data or date.min,
            reason=self.reason.data,
            unit=self.unit.data or "",
            role=self.role.data or "",
            audience=self.audience.data or "",
            people=people,
            due=self.due.data,
            due_on=self.due_on.data,
            due_after=_period(self.due_number.data, self.due_unit.data),
            renewal=self.renewal.data,
            renew_before=_period(self.renew_number.data, self.renew_unit.data),
        )

    def blame(self, code: str, field: str) -> None:
        """Say what was refused at the field it is about."""
        said = {
            "day-missing": _("Name the day."),
            "day-past": _("This day is past, or lies before the first day of the rule."),
            "nobody-named": _("Name at least one person."),
            "period-unknown": _("Write a whole number, such as ninety days."),
            "renews-too-early": _("The record is not valid for that long, so the module would be asked again at once."),
            "reason-missing": _("A reason is needed."),
        }
        self[_FIELDS.get(field, field)].errors = [said.get(code) or _("Choose one of those offered.")]

    def blame_addresses(self, addresses: tuple[str, ...]) -> None:
        """Say which addresses are nobody's."""
        self.people.errors = [_("Nobody here has this address: %(address)s", address=one) for one in addresses[:10]]


def _period(number: str | None, unit: str) -> str:
    """Return what was typed as a period, or as words that are none."""
    typed = plain_digits((number or "").strip())
    return _PERIODS[unit].format(int(typed)) if _NUMBER.fullmatch(typed) and unit in _PERIODS else typed or "-"


class EndRuleForm(BaseForm):
    """Why a rule ends, and whether what nobody has begun lapses with it."""

    reason = TextAreaField(_l("Reason"), validators=[DataRequired(), Length(max=LONGEST_REASON)])
    lapse = BooleanField(_l("What nobody has begun lapses, unless another rule asks it"))


class AssignmentForm(BaseForm):
    """What is decided of one assignment, with its reason."""

    assignment = HiddenField()
    do = HiddenField()
    due_on = DateField(_l("New day"), validators=[Optional()])
    reason = TextAreaField(
        _l("Reason"),
        description=_l("It is kept for good with the assignment."),
        validators=[DataRequired(), Length(max=LONGEST_REASON)],
        render_kw={"rows": 2},
    )

    def blame(self, code: str) -> None:
        """Say what was refused at the field it is about."""
        if code in {"day-past", "day-missing"}:
            self.due_on.errors = [_("Name a day that is not past.")]
        elif code == "not-later":
            self.due_on.errors = [_("It has until this day or longer already.")]
        elif code == "reason-missing":
            self.reason.errors = [_("A reason is needed.")]
        else:
            self.reason.errors = [_("In the meantime it stands otherwise; look at it again.")]
