"""The form in which editors say what becomes of a wish for a new scenario."""

from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from quiz.language.lines import clean_line, clean_lines
from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _, _l
from quiz.services.answers import LONGEST_NOTE
from quiz.services.errors import QuizError
from quiz.services.wishing import WishState
from quiz.web.editor.doubt_forms import whole


class WishForm(BaseForm):
    """Taken up under the key of a scenario, or declined with a reason."""

    seen = HiddenField()
    state = RadioField(
        _l("What becomes of it"),
        choices=[
            SelectChoice(WishState.TAKEN_UP.value, _l("It is taken up")),
            SelectChoice(WishState.DECLINED.value, _l("It is declined")),
        ],
        validators=[InputRequired(_l("One of the two is to be chosen."))],
    )
    scenario = StringField(
        _l("Scenario"),
        description=_l("Its title or its key; a key may be new, where the scenario is still to be written."),
        validators=[Length(max=200)],
        filters=[clean_line],
        render_kw={"list": "scenarios", "autocomplete": "off"},
    )
    reason = TextAreaField(
        _l("Reason"),
        description=_l("Read by the integrity adviser and the editors."),
        validators=[Length(max=LONGEST_NOTE)],
        filters=[clean_lines],
    )

    @property
    def shown(self) -> int:
        """Return how many decisions the page showed; -1, which none ever shows, for what is no number."""
        found = whole(self.seen.data)
        return -1 if found is None else found

    def agrees(self) -> bool:
        """Validate; each of the two needs a field of its own."""
        is_valid = bool(self.validate())
        needed = {WishState.TAKEN_UP.value: self.scenario, WishState.DECLINED.value: self.reason}
        field = needed.get(self.state.data)
        if field is not None and not field.data:
            field.errors = [_("This is needed for the choice that was made.")]
            return False
        return is_valid

    def blame(self, fault: QuizError) -> None:
        """Say beside its field what the deed found; raise what belongs to no field."""
        faults = {
            "no-key": _("No scenario has this title, and it cannot be a key: small Latin letters, digits and dashes."),
            "several-scenarios": _("Several scenarios have this title; the identifier says which."),
        }
        if fault.code not in faults:
            raise fault
        self.scenario.errors = [faults[fault.code]]
