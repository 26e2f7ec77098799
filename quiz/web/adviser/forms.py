"""Forms of the integrity adviser: an answer, and what it teaches."""

from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from quiz.engine.text import Text
from quiz.language.lines import clean_line, clean_lines
from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _, _l
from quiz.services.advising import Lesson
from quiz.services.answers import LONGEST_ANSWER, LONGEST_NOTE
from quiz.services.errors import QuizError

LONGEST_ADDRESS = 200
TEACHES = {
    "scenario": _l("A new scenario is wished for"),
    "note": _l("A note for everybody, beside its provision in the reference"),
    "nothing": _l("Nothing that others need"),
}


def provision_faults() -> dict[str, str]:
    """Return what is said where no provision, or more than one, is meant."""
    return {
        "provision": _("No provision has this title or address."),
        "several-provisions": _("Several provisions have this title; the list gives the address of each."),
    }


class AnswerForm(BaseForm):
    """The answer in words, and what follows from it for others."""

    seen = HiddenField()
    words = TextAreaField(
        _l("The words of the answer"),
        description=_l("The asker reads it as it is written here."),
        validators=[DataRequired(), Length(max=LONGEST_ANSWER)],
        filters=[clean_lines],
    )
    teaches = RadioField(
        _l("What it teaches"),
        choices=[SelectChoice(code, label) for code, label in TEACHES.items()],
        validators=[InputRequired(_l("What an answer teaches is said with it."))],
    )
    provision = StringField(
        _l("Provision"),
        description=_l("Its title or its address; the list suggests while one types."),
        validators=[Length(max=LONGEST_ADDRESS)],
        filters=[clean_line],
        render_kw={"list": "provisions", "autocomplete": "off"},
    )
    wish = TextAreaField(
        _l("For the editors"),
        description=_l("What the scenario should be about; the editors read neither the question nor who asked."),
        validators=[Length(max=LONGEST_NOTE)],
        filters=[clean_lines],
    )
    question_ar = TextAreaField(
        _l("The question, reworded, in Arabic"),
        description=_l("So that nobody can be recognised in it."),
        validators=[Length(max=LONGEST_NOTE)],
        filters=[clean_lines],
    )
    answer_ar = TextAreaField(
        _l("The answer, reworded, in Arabic"), validators=[Length(max=LONGEST_NOTE)], filters=[clean_lines]
    )
    question_en = TextAreaField(
        _l("The question in English, where there is time for it"),
        validators=[Length(max=LONGEST_NOTE)],
        filters=[clean_lines],
    )
    answer_en = TextAreaField(
        _l("The answer in English, where there is time for it"),
        validators=[Length(max=LONGEST_NOTE)],
        filters=[clean_lines],
    )
    names_nobody = BooleanField(_l("The note names nobody, and nobody can be recognised in it"))
    reason = TextAreaField(
        _l("Why nothing follows for others"), validators=[Length(max=LONGEST_NOTE)], filters=[clean_lines]
    )

    @property
    def shown(self) -> int:
        """Return how many answers the page showed; -1, which none ever shows, for what is no number."""
        sent = self.seen.data or ""
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1

    @property
    def lesson(self) -> Lesson:
        """Return what the answer teaches, of what was typed only that which belongs to the choice."""
        return Lesson(
            outcome=self.teaches.data,
            provision=self.provision.data,
            wish=self.wish.data,
            question=_text(self.question_ar.data, self.question_en.data),
            answer=_text(self.answer_ar.data, self.answer_en.data),
            names_nobody=bool(self.names_nobody.data),
            reason=self.reason.data,
        )

    def agrees(self) -> bool:
        """Validate; each choice needs fields of its own."""
        is_valid = bool(self.validate())
        needed = {
            "scenario": (self.provision, self.wish),
            "note": (self.provision, self.question_ar, self.answer_ar),
            "nothing": (self.reason,),
        }
        for field in needed.get(self.teaches.data, ()):
            if not field.data:
                field.errors = [_("This is needed for the choice that was made.")]
                is_valid = False
        return self._is_whole_note() and is_valid if self.teaches.data == "note" else is_valid

    def _is_whole_note(self) -> bool:
        is_whole = True
        if not self.names_nobody.data:
            self.names_nobody.errors = [_("The note is published only once this is ticked.")]
            is_whole = False
        for field, other in ((self.question_en, self.answer_en), (self.answer_en, self.question_en)):
            if other.data and not field.data:
                field.errors = [_("Question and answer are given in English together, or neither.")]
                is_whole = False
        return is_whole

    def blame(self, fault: QuizError) -> None:
        """Say beside its field what the deed found; raise what belongs to no field."""
        faults = provision_faults()
        if fault.code not in faults:
            raise fault
        self.provision.errors = [faults[fault.code]]


def _text(arabic: str, english: str) -> Text:
    return Text({language: words for language, words in (("ar", arabic), ("en", english)) if words})
