"""Forms of signing in and of passwords."""

from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _, _l
from quiz.services.passkeys import LONGEST_NAME
from quiz.services.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD

# Only what is certain: something, an @, something. Whether it arrives, the mail tells.
ADDRESS = r"^[^@\s]+@[^@\s]+$"

PASSWORD_FAULTS = {
    "password-short": lambda: _("Too short: at least ten characters are needed."),
    "password-long": lambda: _("Too long: at most two hundred characters."),
    "password-simple": lambda: _("Too simple: more than three different characters are needed."),
    "password-personal": lambda: _("It holds the name of the e-mail address; something else is needed."),
    "password-common": lambda: _("This password stands in lists of stolen passwords; something else is needed."),
    "password-expected": lambda: _(
        "It is made of the name of the person, of the organisation or of this service; more is needed beside it."
    ),
    "too-many-tries": lambda: _("Too many tries. Please wait a quarter of an hour."),
    "wrong-password": lambda: _("This is not the current password."),
}


class SignInForm(BaseForm):
    """Name and password."""

    email = EmailField(_l("E-mail address"), validators=[InputRequired(), Length(max=254)])
    password = PasswordField(_l("Password"), validators=[InputRequired(), Length(max=LONGEST_PASSWORD)])
    next = HiddenField()


class CodeForm(BaseForm):
    """The second step: a code of the app, or one from paper."""

    passcode = StringField(_l("Code from the app, or a recovery code"), validators=[InputRequired(), Length(max=60)])


class FirstCodeForm(BaseForm):
    """The first code of an app, by which it shows that it was set up rightly."""

    passcode = StringField(_l("The six digits that the app shows now"), validators=[InputRequired(), Length(max=20)])


class PasskeyForm(BaseForm):
    """What a passkey is to be called."""

    name = StringField(
        _l("A name for this passkey"),
        description=_l("Such as the device that keeps it; the list shows it."),
        validators=[Length(max=LONGEST_NAME)],
    )


class ForgotForm(BaseForm):
    """The address to which a link is to go."""

    email = EmailField(_l("E-mail address"), validators=[InputRequired(), Regexp(ADDRESS), Length(max=254)])


class EntryForm(ForgotForm):
    """The address to which a link to come in by is to go, and where it leads then."""

    next = HiddenField()


class EntryCodeForm(BaseForm):
    """A code that was handed out."""

    passcode = StringField(
        _l("The code from the paper"),
        description=_l("Capitals or not, with strokes or without: both will do."),
        validators=[InputRequired(), Length(max=60)],
    )


class NewPasswordForm(BaseForm):
    """A new password, twice."""

    new = PasswordField(
        _l("New password"), validators=[InputRequired(), Length(min=SHORTEST_PASSWORD, max=LONGEST_PASSWORD)]
    )
    again = PasswordField(_l("The new password again"), validators=[InputRequired()])

    def validate_again(self, field: PasswordField) -> None:
        """Refuse a second entry that differs from the first."""
        if field.data != self.new.data:
            raise ValidationError(_("The two entries differ."))


class ChangePasswordForm(NewPasswordForm):
    """A new password, for somebody who knows the current one."""

    current = PasswordField(_l("Current password"), validators=[InputRequired(), Length(max=LONGEST_PASSWORD)])
