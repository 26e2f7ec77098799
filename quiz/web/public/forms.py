"""The form of the public: a code to verify."""

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _l


class VerifyForm(BaseForm):
    """A verification code as it stands on a record, as it was read out, or in the address of the QR code."""

    code = StringField(_l("Verification code"), validators=[InputRequired(), Length(max=4000)])
