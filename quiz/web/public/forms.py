"""The form of the public: a code to verify."""

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _l


class VerifyForm(BaseForm):
    """A verification code as it stands on a record, or as it was read out."""

    code = StringField(_l("Verification code"), validators=[InputRequired(), Length(max=60)])
