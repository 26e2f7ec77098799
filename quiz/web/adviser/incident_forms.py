"""Forms in which the integrity adviser records an incident, and what follows from it."""

from collections.abc import Sequence
from datetime import date

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from quiz.language.dates import gregorian_month
from quiz.language.lines import clean_line, clean_lines
from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _, _l, reader_locale
from quiz.services.answers import LONGEST_ANSWER, LONGEST_NOTE
from quiz.services.errors import QuizError
from quiz.services.incidents import Following
from quiz.web.adviser.forms import LONGEST_ADDRESS, provision_faults

FOLLOWS = {
    "scenario": _l("A scenario teaches it already, or was written for it"),
    "wish": _l("A new scenario is wished for"),
    "none": _l("No scenario, for the reason below"),
}


class FollowingForm(BaseForm):
    """A scenario that teaches from an incident, or a wish for one."""

    what = RadioField(
        _l("What follows from it"),
        choices=[SelectChoice(code, FOLLOWS[code]) for code in ("scenario", "wish")],
        validators=[InputRequired(_l("What follows is to be chosen."))],
    )
    scenario = StringField(
        _l("Scenario"),
        description=_l("Its title or its identifier; the list suggests while one types."),
        validators=[Length(max=200)],
        filters=[clean_line],
        render_kw={"list": "scenarios", "autocomplete": "off"},
    )
    wish = TextAreaField(
        _l("For the editors"),
        description=_l("What the scenario should be about; the editors do not read the incident."),
        validators=[Length(max=LONGEST_NOTE)],
        filters=[clean_lines],
    )

    @property
    def following(self) -> Following:
        """Return what follows, of what was typed only that which belongs to the choice."""
        return Following(self.what.data, self.scenario.data, self.wish.data)

    def agrees(self) -> bool:
        """Validate; each choice needs a field of its own."""
        is_valid = bool(self.validate())
        field = self._needed().get(self.what.data)
        if field is not None and not field.data:
            field.errors = [_("This is needed for the choice that was made.")]
            return False
        return is_valid

    def _needed(self) -> dict[str, StringField]:
        return {"scenario": self.scenario, "wish": self.wish}

    def blame(self, fault: QuizError) -> None:
        """Say beside its field what the deed found; raise what belongs to no field."""
        faults = {
            "scenario": _("No scenario has this title or identifier."),
            "several-scenarios": _("Several scenarios have this title; the identifier says which."),
        }
        if fault.code not in faults:
            raise fault
        self.scenario.errors = [faults[fault.code]]


class IncidentForm(FollowingForm):
    """What happened, told so that nobody is named, and what follows from it."""

    words = TextAreaField(
        _l("What happened"),
        description=_l("Without names, places or numbers by which somebody could be recognised."),
        validators=[DataRequired(), Length(max=LONGEST_ANSWER)],
        filters=[clean_lines],
    )
    provision = StringField(
        _l("Provision"),
        description=_l("Its title or its address; the list suggests while one types."),
        validators=[DataRequired(), Length(max=LONGEST_ADDRESS)],
        filters=[clean_line],
        render_kw={"list": "provisions", "autocomplete": "off"},
    )
    month = SelectField(_l("The month it happened"))
    names_nobody = BooleanField(
        _l("It names nobody, and nobody can be recognised in it"),
        validators=[InputRequired(_l("An incident is recorded only once this is ticked."))],
    )
    what = RadioField(
        _l("What follows from it"),
        choices=[SelectChoice(code, label) for code, label in FOLLOWS.items()],
        validators=[InputRequired(_l("What follows is to be chosen."))],
    )
    reason = TextAreaField(_l("Why no scenario follows"), validators=[Length(max=LONGEST_NOTE)], filters=[clean_lines])

    def offer(self, months: Sequence[date]) -> None:
        """Let one choose among the months, by default the present one."""
        locale = reader_locale()
        self.month.choices = [SelectChoice(f"{one:%Y-%m}", gregorian_month(one, locale)) for one in months]
        self.month.data = self.month.data or self.month.choices[0].value

    @property
    def happened_in(self) -> date:
        """Return the month as its first day."""
        return date.fromisoformat(f"{self.month.data}-01")

    @property
    def following(self) -> Following:
        """Return what follows, of what was typed only that which belongs to the choice."""
        return Following(self.what.data, self.scenario.data, self.wish.data, self.reason.data)

    def _needed(self) -> dict[str, StringField]:
        return {**super()._needed(), "none": self.reason}

    def blame(self, fault: QuizError) -> None:
        """Say beside its field what the deed found; raise what belongs to no field."""
        faults = provision_faults()
        if fault.code not in faults:
            super().blame(fault)
            return
        self.provision.errors = [faults[fault.code]]
