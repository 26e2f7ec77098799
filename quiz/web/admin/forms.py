"""Forms of the administrator: the organisation's own choices."""

from zoneinfo import available_timezones

from wtforms import BooleanField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _, _l


class SettingsForm(BaseForm):
    """Name, digits, calendar, zone, and whether sensitive scenarios may be drawn."""

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

    def validate_zone(self, field: StringField) -> None:
        """Refuse a zone that is not in the pinned table."""
        if field.data not in available_timezones():
            raise ValidationError(_("No time zone of this name is known; an example is Africa/Cairo."))
