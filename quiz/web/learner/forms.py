"""Forms of the learner: the shape of an answer, and a question to the adviser."""

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from quiz.engine.scenario import RATINGS
from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _l
from quiz.services.asking import LONGEST
from quiz.services.taking import Given

MOST_OPTIONS = 10


class AnswerForm(BaseForm):
    """The answer to one place: positions chosen, or a rating for each, and the answer the page showed before."""

    standing = IntegerField(validators=[InputRequired(), NumberRange(min=0)])

    def given(self, sent: "MultiDict[str, str]") -> Given:
        """Return what was chosen or rated; what does not look like a position is left out, and so not offered."""
        chosen = tuple(int(value) for value in sent.getlist("choice") if _is_position(value))
        ratings = tuple(
            (position, sent[name])
            for position, name in ((position, f"rating-{position}") for position in range(MOST_OPTIONS))
            if sent.get(name) in RATINGS
        )
        return Given(chosen=() if ratings else chosen, ratings=ratings)


def _is_position(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) == 1


def chosen_before(given: Given) -> Mapping[int, str]:
    """Return the ratings of a refused answer, so that the page can show them again."""
    return dict(given.ratings)


class AskForm(BaseForm):
    """A question, a doubt or a call for help."""

    kind = HiddenField()
    about = HiddenField()
    next = HiddenField()
    words = TextAreaField(_l("The question"), validators=[DataRequired(), Length(max=LONGEST)])
    with_name = BooleanField(_l("Send my name with it, so that I can be answered"))


class PledgeForm(BaseForm):
    """Signing a pledge: the tick, and the digest of the words that were read."""

    seen = HiddenField(validators=[InputRequired(), Length(min=64, max=64)])
    agree = BooleanField(
        _l("I confirm and undertake this"),
        validators=[InputRequired(_l("Nothing is signed until this is ticked."))],
    )
