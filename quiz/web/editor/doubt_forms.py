"""Forms in which editors answer what learners doubt."""

from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from quiz.language.lines import clean_line, clean_lines
from quiz.language.numbers import plain_digits
from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _, _l
from quiz.services.answers import LONGEST_ANSWER
from quiz.services.errors import QuizError


def whole(typed: str | None) -> int | None:
    """Return a small whole number as it was typed, in digits of any kind; None for anything else."""
    plain = plain_digits(clean_line(typed))
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else None


class DoubtForm(BaseForm):
    """What became of a doubt: the ruling stands, or a newer version mends it."""

    seen = HiddenField()
    outcome = RadioField(
        _l("What became of it"),
        choices=[
            SelectChoice("stands", _l("The ruling stands, for the reason below")),
            SelectChoice("mended", _l("It is mended in a newer version")),
        ],
        validators=[InputRequired(_l("One of the two is to be chosen."))],
    )
    version = StringField(
        _l("The version that mends it"),
        description=_l("The number of a published version, newer than the one that is doubted."),
        validators=[Length(max=20)],
        filters=[clean_line],
    )
    words = TextAreaField(
        _l("The words of the answer"),
        description=_l("Whoever doubts reads it as it is written here."),
        validators=[Length(max=LONGEST_ANSWER)],
        filters=[clean_lines],
    )

    @property
    def shown(self) -> int:
        """Return how many answers the page showed; -1, which none ever shows, for what is no number."""
        found = whole(self.seen.data)
        return -1 if found is None else found

    def agrees(self) -> bool:
        """Validate; a ruling stands for a reason, and what is mended is mended somewhere."""
        is_valid = bool(self.validate())
        if self.outcome.data == "stands" and not self.words.data:
            self.words.errors = [_("A ruling stands for a reason; it is needed here.")]
            return False
        if self.outcome.data == "mended" and whole(self.version.data) is None:
            self.version.errors = [_("The number of a version is needed here.")]
            return False
        return is_valid

    def blame(self, fault: QuizError) -> None:
        """Say beside its field what the deed found; raise what belongs to no field."""
        faults = {
            "version-unknown": _("No such version of the scenario is published."),
            "version-not-newer": _("This version is not newer than the one that is doubted."),
        }
        if fault.code not in faults:
            raise fault
        self.version.errors = [faults[fault.code]]
