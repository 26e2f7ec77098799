"""Forms in which editors tell those who were taught a ruling that was corrected."""

from collections.abc import Sequence
from itertools import pairwise

from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from quiz.engine.text import Text
from quiz.language.lines import clean_lines
from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _, _l, number_words
from quiz.services.correcting import LONGEST, VersionLine


class VersionsForm(BaseForm):
    """Which versions taught it wrongly, and which one corrects them."""

    since = SelectField(_l("The ruling was wrong from version"))
    mended = SelectField(_l("Corrected in version"))

    def offer(self, versions: Sequence[VersionLine]) -> None:
        """Let one choose among the published versions; by default the last one corrects, and the one before it."""
        choices = [SelectChoice(str(one.number), number_words(one.number)) for one in versions]
        self.since.choices, self.mended.choices = choices[:-1], choices[1:]
        self.mended.data = self.mended.data or choices[-1].value
        before = [choice.value for choice, after in pairwise(choices) if after.value == self.mended.data]
        self.since.data = self.since.data or next(iter(before), choices[0].value)

    def agrees(self) -> bool:
        """Validate; what corrects is newer than what it corrects."""
        if not self.validate():
            return False
        if int(self.since.data) >= int(self.mended.data):
            self.mended.errors = [_("A version is corrected by a newer one.")]
            return False
        return True

    @property
    def numbers(self) -> tuple[int, int]:
        """Return the first corrected version and the one that corrects."""
        return int(self.since.data), int(self.mended.data)


class TellForm(BaseForm):
    """What changed, in words for those who were taught the old ruling."""

    what_ar = TextAreaField(
        _l("What changed, in Arabic"),
        description=_l("Read by those who were taught the earlier ruling, above the two rulings."),
        validators=[DataRequired(), Length(max=LONGEST)],
        filters=[clean_lines],
    )
    what_en = TextAreaField(
        _l("What changed, in English, where there is time for it"),
        validators=[Length(max=LONGEST)],
        filters=[clean_lines],
    )

    @property
    def what_changed(self) -> Text:
        """Return what changed, in the languages it was said in."""
        said = {"ar": self.what_ar.data, "en": self.what_en.data}
        return Text({language: words for language, words in said.items() if words})
