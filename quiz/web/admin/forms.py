"""Forms of the administrator: the organisation's own choices, and marking again."""

import re
from collections.abc import Callable
from itertools import pairwise
from zoneinfo import available_timezones

from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from quiz.access.actor import Role
from quiz.access.keeping import BOUNDS, Until
from quiz.engine.regrading import Policy
from quiz.engine.text import Text
from quiz.language.numbers import plain_digits
from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _, _l, number_words
from quiz.services.regrading import RegradingPreview

LONGEST_REASON = 500


MOST_DAYS, MOST_STEPS, MOST_LEVELS = 365, 6, 3
_BETWEEN = re.compile(r"[\s,،;؛]+")


def days_of(field: StringField) -> tuple[int, ...]:
    """Return the numbers of days that were typed, in the digits of either script, each once."""
    return tuple(dict.fromkeys(int(one) for one in _numbers(field)))


def _numbers(field: StringField) -> list[str]:
    return [one for one in _BETWEEN.split(plain_digits(field.data or "")) if one]


def _are_days(_form: BaseForm, field: StringField) -> None:
    """Refuse what is no number of days, and more of them than anybody would read."""
    typed = _numbers(field)
    if not all(one.isascii() and one.isdigit() and len(one) < 4 and 0 < int(one) <= MOST_DAYS for one in typed):
        raise ValidationError(_("Only whole numbers of days from one to a year can stand here."))
    if len(typed) > MOST_STEPS:
        raise ValidationError(_("These are more mails than anybody would read: six at most."))


def hour_of(field: StringField) -> int:
    """Return the hour that was typed, -1 where it is none."""
    typed = plain_digits((field.data or "").strip())
    is_hour = typed.isascii() and typed.isdigit() and len(typed) < 3 and int(typed) <= 24
    return int(typed) if is_hour else -1


def number_of(field: StringField) -> int:
    """Return the whole number that was typed, -1 where it is none."""
    typed = plain_digits((field.data or "").strip())
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else -1


def _within(until: Until) -> Callable[[BaseForm, StringField], None]:
    """Return what refuses a duration out of its bounds."""
    bounds = BOUNDS[until]

    def check(_form: BaseForm, field: StringField) -> None:
        if not bounds.least <= number_of(field) <= bounds.most:
            ends = {"least": number_words(bounds.least), "most": number_words(bounds.most)}
            raise ValidationError(_("Only a whole number from %(least)s to %(most)s can stand here.", **ends))

    return check


STAFF = (
    SelectChoice(Role.MANAGER.value, _l("Direct managers")),
    SelectChoice(Role.EDITOR.value, _l("Content editors")),
    SelectChoice(Role.REVIEWER.value, _l("Those who approve content")),
    SelectChoice(Role.ADVISER.value, _l("Integrity advisers")),
    SelectChoice(Role.HR.value, _l("Human resources")),
    SelectChoice(Role.AUDITOR.value, _l("Auditors")),
    SelectChoice(Role.ADMIN.value, _l("Administrators")),
)
EVERYBODY = SelectChoice(Role.LEARNER.value, _l("Everybody who has an account"))


class SettingsForm(BaseForm):
    """Name, digits, calendar, zone, whether sensitive scenarios may be drawn, and when people are reminded."""

    name_ar = StringField(_l("Name in Arabic"), validators=[InputRequired(), Length(max=120)])
    name_en = StringField(_l("Name in English"), validators=[InputRequired(), Length(max=120)])
    digits = RadioField(
        _l("Digits on Arabic pages"),
        choices=[
            SelectChoice("arab", _l("Arabic digits (٠١٢٣)")),
            SelectChoice("latn", _l("Latin digits (0123)")),
        ],
    )
    calendar = RadioField(
        _l("Dates"),
        choices=[
            SelectChoice("both", _l("Gregorian with Hijri beside")),
            SelectChoice("gregorian", _l("Gregorian only")),
        ],
    )
    zone = StringField(_l("Time zone"), validators=[InputRequired()])
    sensitive = BooleanField(_l("Sensitive scenarios may be drawn; they never count"))
    networks = BooleanField(
        _l("Offer holders to add a record to a professional network"),
        description=_l("A link on the page of the record leads to another site. Off, there is no such link."),
    )
    before = StringField(
        _l("Days before the due date on which a reminder goes out"),
        description=_l("Numbers with commas between them; empty for none."),
        validators=[_are_days],
    )
    after = StringField(_l("Days after the due date on which a reminder goes out"), validators=[_are_days])
    levels = StringField(
        _l("Days after the due date from which superiors are told"),
        description=_l(
            "The first number is for the direct superior, the next for the one above, and so on; empty for nobody. "
            "Who is told of was reminded before, and their mails name the day."
        ),
        validators=[_are_days],
    )
    weekend = RadioField(
        _l("Days of rest, on which nothing is sent"),
        choices=[
            SelectChoice("4,5", _l("Friday and Saturday")),
            SelectChoice("5,6", _l("Saturday and Sunday")),
            SelectChoice("4", _l("Friday")),
            SelectChoice("", _l("None")),
        ],
    )
    digest = BooleanField(
        _l("Managers are told once a week how the trainings of their units stand, if something changed")
    )
    idle_hours = StringField(
        _l("Hours after which a browser that nobody uses is signed out"),
        description=_l("From two to twelve. After twelve hours everybody signs in again in any case."),
    )
    second_factor = SelectMultipleField(
        _l("Roles that need a second factor"),
        choices=[EVERYBODY, *STAFF],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Whoever holds one of them sets up an app or a passkey at the next sign-in."),
    )
    second_factor_from = DateField(
        _l("The day from which nothing opens to them without one"),
        description=_l("Until then they are reminded at every sign-in. Empty means at once."),
        validators=[Optional()],
    )
    entry_links = BooleanField(
        _l("People without a password sign in by links"),
        description=_l(
            "Asked for at the sign-in, in mails about their training, or handed out by human resources. A link opens "
            "once, for their own training and records alone. Whoever has a password, a role or another way gets none."
        ),
    )
    keep_sign_ins = StringField(
        _l("Days for which ended sign-ins and used links are kept"), validators=[_within(Until.SIGN_INS)]
    )
    keep_mails = StringField(
        _l("Days for which is kept who was sent what"),
        description=_l("Reminders of a training stay as long as it is under way, so that none is said twice."),
        validators=[_within(Until.MAILS)],
    )
    keep_files = StringField(_l("Days for which files of content are kept"), validators=[_within(Until.FILES)])
    keep_typing = StringField(
        _l("Days for which is kept what was typed into a draft and not saved"), validators=[_within(Until.TYPING)]
    )
    keep_staff = StringField(
        _l("Days for which files of people and units, and absences that are over, are kept"),
        validators=[_within(Until.STAFF)],
    )
    keep_links = StringField(
        _l("Days for which links to a record are kept that have ended"), validators=[_within(Until.LINKS)]
    )
    keep_questions = StringField(
        _l("Years after which a question no longer leads to whoever asked it"),
        description=_l("Reckoned from the question or its last answer. Its words and the answer stay."),
        validators=[_within(Until.QUESTIONS)],
    )
    first_hour = StringField(_l("Hour from which mails are sent, of twenty-four"))
    last_hour = StringField(_l("Hour from which none are sent any more"))

    def validate_levels(self, field: StringField) -> None:
        """Refuse more levels than a line has, and graces that do not rise with it."""
        if field.errors:
            return
        days = [int(one) for one in _numbers(field)]
        if len(days) > MOST_LEVELS:
            raise ValidationError(_("Nobody further up the line is told than three."))
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise ValidationError(_("Each of these numbers is larger than the one before it."))

    def validate_first_hour(self, field: StringField) -> None:
        """Refuse what is no hour."""
        if hour_of(field) < 0:
            raise ValidationError(_("An hour is a whole number up to twenty-four."))

    def validate_last_hour(self, field: StringField) -> None:
        """Refuse hours that are over before they begin."""
        self.validate_first_hour(field)
        if hour_of(field) <= hour_of(self.first_hour):
            raise ValidationError(_("This hour is not after the one from which they are sent."))

    def validate_idle_hours(self, field: StringField) -> None:
        """Refuse what is no number of hours, and what would end a sign-in under one's hands or never."""
        if not 2 <= hour_of(field) <= 12:
            raise ValidationError(_("Only a whole number of hours from two to twelve can stand here."))

    def validate_zone(self, field: StringField) -> None:
        """Refuse a zone that is not in the pinned table."""
        if field.data not in available_timezones():
            raise ValidationError(_("No time zone of this name is known; an example is Africa/Cairo."))


def _clean(words: str | None) -> str:
    """Return words without signs that cannot be seen, which a database may refuse."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words or "").split())


class ChoiceForm(BaseForm):
    """What to mark again, how, and which result stands then."""

    scenario = StringField(
        _l("Scenario"),
        description=_l("Its title or its identifier; the list suggests while one types."),
        validators=[DataRequired(), Length(max=200)],
        render_kw={"list": "scenarios", "autocomplete": "off"},
    )
    way = RadioField(
        _l("What is to be done"),
        choices=[
            SelectChoice("mended", _l("Mark by the key as it stands now, after it was mended")),
            SelectChoice("withdrawn", _l("Withdraw the scenario: it counts for nobody and is drawn no more")),
        ],
        default="mended",
    )
    policy = RadioField(
        _l("Which result stands"),
        choices=[
            SelectChoice(Policy.ONLY_IF_IT_HELPS.value, _l("The better of the two, for each person")),
            SelectChoice(Policy.ALWAYS.value, _l("The new one for all, even where it is lower")),
        ],
        default=Policy.ONLY_IF_IT_HELPS.value,
    )

    @property
    def withdraws(self) -> bool:
        """Tell whether the scenario is to be withdrawn."""
        return bool(self.way.data == "withdrawn")


class DecisionForm(BaseForm):
    """Why answers are marked again, and by which version of the scenario the effect was shown."""

    version = HiddenField()
    reason_ar = TextAreaField(
        _l("Reason in Arabic"),
        description=_l("Read by those concerned, and by whoever verifies a revoked record; it names nobody."),
        validators=[DataRequired(), Length(max=LONGEST_REASON)],
        filters=[_clean],
    )
    reason_en = TextAreaField(
        _l("Reason in English"),
        description=_l("The same in English, for those who read in it."),
        validators=[DataRequired(), Length(max=LONGEST_REASON)],
        filters=[_clean],
    )
    sure = BooleanField(_l("I know that this takes scores, passes or records away"))

    @property
    def previewed(self) -> int | None:
        """Return the version whose effect was shown; 0, which none has, for what is no number."""
        sent = self.version.data or ""
        if not sent:
            return None
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0

    @property
    def reason(self) -> Text:
        """Return the reason in both languages."""
        return Text({"ar": self.reason_ar.data, "en": self.reason_en.data})

    def agrees(self, found: RegradingPreview) -> bool:
        """Validate; what takes something away needs its tick as well."""
        is_valid = bool(self.validate())
        if found.takes_away and not self.sure.data:
            self.sure.errors = [_("Nothing is marked again until this is ticked.")]
            return False
        return is_valid


class AssignAgainForm(BaseForm):
    """By when it is to be completed, and the records of those who stood on the list when it was read."""

    seen = HiddenField()
    due_on = DateField(
        _l("To be completed by"),
        description=_l("The same day for all of them. It stands in their mail."),
        validators=[DataRequired()],
    )

    @property
    def records(self) -> frozenset[str]:
        """Return the serials of the records that were on the list."""
        return frozenset((self.seen.data or "").split())

    def blame(self, code: str) -> None:
        """Say what was refused at the field it is about."""
        said = {
            "day-past": _("This day is past."),
            "nobody-seen": _("Nobody is on the list."),
        }
        self.due_on.errors = [
            said.get(code) or _("Nothing in this module would count for them, so it cannot be assigned.")
        ]
