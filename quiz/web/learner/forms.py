"""Forms of the learner: the shape of an answer, and a question to the adviser."""

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from quiz.engine.actions import CERTAINTIES
from quiz.engine.scenario import PICKS, RATINGS
from quiz.language.lines import clean_line, clean_lines
from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _, _l, _n
from quiz.services.asking import LONGEST
from quiz.services.errors import Refused
from quiz.services.taking import Given

MOST_OPTIONS = 20
LONGEST_CODE = 40
# For how many days a link that shares a record may open.
SPANS = (1, 3, 7, 14, 30, 60, 90)


def read_seen(sent: "MultiDict[str, str]") -> int | None:
    """Return how many steps the attempt had when the page was drawn, None where the page does not tell."""
    seen = sent.get("steps", "")
    return int(seen) if _is_count(seen) else None


def read_answer(sent: "MultiDict[str, str]") -> tuple[Given, int]:
    """Return what was chosen or rated, and the step number of the answer the page showed; the shape only.

    What does not look like a position or a rating is left out, and so not offered. Raise Refused for a broken form.
    A form class would say nothing here that its fields could be told, and this is the busiest view.
    """
    standing = sent.get("standing", "")
    if not _is_count(standing):
        raise Refused("answer-shape")
    chosen = tuple(int(value) for value in sent.getlist("choice") if _is_position(value))
    ratings = tuple(
        (position, sent[name])
        for position, name in ((position, f"rating-{position}") for position in range(MOST_OPTIONS))
        if sent.get(name) in RATINGS
    )
    picks = tuple((int(sent[pick]), pick) for pick in PICKS if _is_position(sent.get(pick, "")))
    certainty = sent.get("certainty")
    given = Given(
        chosen=() if ratings or picks else chosen,
        ratings=ratings or picks,
        sequence=read_order(sent.get("order", "")),
        certainty=certainty if certainty in CERTAINTIES else None,
    )
    return given, int(standing)


def read_order(sent: str) -> tuple[int, ...]:
    """Return the positions of an order written as 2-0-1, nothing for what does not look like one."""
    parts = sent.split("-")
    return tuple(map(int, parts)) if len(parts) <= MOST_OPTIONS and all(map(_is_position, parts)) else ()


def _is_count(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 10


def _is_position(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 2 and value == str(int(value))


class AskForm(BaseForm):
    """A question, a doubt or a call for help."""

    kind = HiddenField()
    about = HiddenField()
    next = HiddenField()
    seen = HiddenField()
    words = TextAreaField(_l("The question"), validators=[DataRequired(), Length(max=LONGEST)], filters=[clean_lines])
    with_name = BooleanField(_l("Send my name with it, so that a mail says when the answer is there"))


class ReplyForm(BaseForm):
    """The code that was shown when a question was sent without a name."""

    code = StringField(_l("Reply code"), validators=[DataRequired(), Length(max=LONGEST_CODE)], filters=[clean_line])


class ShareForm(BaseForm):
    """For how long a link opens, and how the name is shown."""

    days = SelectField(_l("How long the link opens"))
    name_form = RadioField(_l("How the name is shown"), default="full")

    def offer(self) -> "ShareForm":
        """Offer the spans and the forms of a name, and return the form."""
        self.days.choices = [(str(days), _n("%(num)s day", "%(num)s days", days)) for days in SPANS]
        self.name_form.choices = [("full", _("In full")), ("initials", _("As initials"))]
        return self


class PledgeForm(BaseForm):
    """Signing a pledge: the tick, and the digest of the words that were read."""

    seen = HiddenField(validators=[InputRequired(), Length(min=64, max=64)])
    agree = BooleanField(
        _l("I confirm and undertake this"),
        validators=[InputRequired(_l("Nothing is signed until this is ticked."))],
    )
