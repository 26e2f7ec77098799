"""The base of all forms: messages in our own Arabic, digits of any kind in numbers, one token against forgery."""

from typing import Any

from flask_babel import Domain
from flask_wtf.csrf import CSRFProtect
from wtforms import Form, StringField

from quiz.settings.operator import folder

csrf = CSRFProtect()


class _Messages:
    """WTForms' own messages from our `forms` catalogue."""

    def gettext(self, string: str) -> str:
        """Return a message in the reader's language."""
        return str(_domain().get_translations().ugettext(string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return a counted message in the reader's language."""
        return str(_domain().get_translations().ungettext(singular, plural, n))


_DOMAIN: list[Domain] = []


def _domain() -> Domain:
    if not _DOMAIN:
        _DOMAIN.append(Domain(translation_directories=[str(folder("translations"))], domain="forms"))
    return _DOMAIN[0]


class BaseForm(Form):  # type: ignore[misc]
    """A form whose faults are said in the reader's language, beside their fields."""

    class Meta:
        """Where WTForms looks for its messages."""

        locales = None

        def get_translations(self, form: Any) -> _Messages:
            """Return our messages."""
            return _Messages()

    def process(self, formdata: Any = None, *args: Any, **kwargs: Any) -> None:
        """Take what was sent; a field of words that was left out of it holds none, as an empty one does."""
        super().process(formdata, *args, **kwargs)
        for field in self:
            if isinstance(field, StringField) and field.data is None:
                field.data = ""
