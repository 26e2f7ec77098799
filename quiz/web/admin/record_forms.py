"""Forms about a record: revoking it by two people, correcting its name, removing its names."""

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from quiz.language.lines import clean_line, clean_lines
from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _l
from quiz.services.erasing import LONGEST as LONGEST_ERASURE
from quiz.services.renaming import LONGEST
from quiz.services.revoking import LONGEST_INNER, LONGEST_REASON


class ProposeForm(BaseForm):
    """Why a record should be revoked: in public words in both languages, and for those who decide."""

    reason_ar = TextAreaField(
        _l("Reason in Arabic, as everybody reads it"),
        description=_l("It stands on the public page of the record for good. It should name nobody else."),
        validators=[DataRequired(), Length(max=LONGEST_REASON)],
        filters=[clean_line],
    )
    reason_en = TextAreaField(
        _l("Reason in English, as everybody reads it"),
        validators=[DataRequired(), Length(max=LONGEST_REASON)],
        filters=[clean_line],
    )
    inner_reason = TextAreaField(
        _l("What the second person needs to know"),
        description=_l("It is never published, and the holder does not read it."),
        validators=[DataRequired(), Length(max=LONGEST_INNER)],
        filters=[clean_lines],
    )


class ApproveForm(BaseForm):
    """The tick of the second person."""

    sure = BooleanField(
        _l("I have examined this, and know that a revocation is for good"),
        validators=[InputRequired(_l("Nothing is revoked until this is ticked."))],
    )


class DeclineForm(BaseForm):
    """Why a proposal is declined."""

    words = TextAreaField(
        _l("Why it is declined"), validators=[DataRequired(), Length(max=LONGEST_INNER)], filters=[clean_lines]
    )


class RenameForm(BaseForm):
    """Where the right name comes from, and why the record is corrected."""

    source = StringField(
        _l("Source of the name"),
        description=_l("The paper of HR it stands in, by its kind, number and date, without the name itself."),
        validators=[DataRequired(), Length(max=LONGEST)],
        filters=[clean_line],
    )
    reason = TextAreaField(
        _l("Reason"),
        description=_l("It is kept also when the names are removed one day, so it should name nobody."),
        validators=[DataRequired(), Length(max=LONGEST)],
        filters=[clean_line],
    )


class EraseForm(BaseForm):
    """Why the names of a record are removed, and a tick."""

    reason = TextAreaField(
        _l("Reason"),
        description=_l("It is kept when the names are gone, so it should name nobody."),
        validators=[DataRequired(), Length(max=LONGEST_ERASURE)],
        filters=[clean_line],
    )
    sure = BooleanField(
        _l("I know that the names cannot be brought back"),
        validators=[InputRequired(_l("Nothing is removed until this is ticked."))],
    )
