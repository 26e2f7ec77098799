"""The reader's language, and the only place that knows Flask-Babel."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from babel.support import NullTranslations
from flask import Flask, g, has_app_context, has_request_context, request
from flask_babel import Babel, force_locale, get_domain, lazy_gettext
from markupsafe import Markup, escape

from quiz.engine.text import LANGUAGES, SOURCE_LANGUAGE
from quiz.language.locale import Calendar, Digits, ReaderLocale
from quiz.language.numbers import number
from quiz.settings.operator import folder

LANGUAGE_COOKIE = "language"

_babel = Babel()


def _translations() -> NullTranslations:
    """Return the texts in the reader's language, looked up once a request: a page asks for some dozens of them."""
    if not has_app_context():
        return NullTranslations()
    found: NullTranslations | None = g.get("translations")
    if found is None:
        found = g.translations = get_domain().get_translations()
    return found


def _(message: str, **values: object) -> str:
    """Return a message in the reader's language, with its named values; with one that is markup it is markup whole."""
    words = _translations().ugettext(message)
    if not values:
        return words
    if any(isinstance(value, Markup) for value in values.values()):
        return escape(words) % values
    return words % values


def _l(message: str) -> str:
    """Return a message that is put into words when it is shown; for labels of forms."""
    return cast(str, lazy_gettext(message))


def _n(singular: str, plural: str, num: int, **values: object) -> str:
    """Return a counted message; `%(num)s` in it is the number set in the reader's digits unless given."""
    return _translations().ungettext(singular, plural, num) % {"num": number_words(num), **values}


def _p(context: str, message: str, **values: object) -> str:
    """Return a message whose meaning depends on where it stands."""
    words = _translations().upgettext(context, message)
    return words % values if values else words


def _np(context: str, singular: str, plural: str, num: int, **values: object) -> str:
    """Return a counted message whose form depends on where it stands."""
    words = _translations().unpgettext(context, singular, plural, num)
    return words % {"num": number_words(num), **values}


def number_words(value: int) -> str:
    """Return a whole number in the reader's digits."""
    return number(value, reader_locale())


def reader_locale() -> ReaderLocale:
    """Return the language, digits and calendar of this request's reader."""
    found: ReaderLocale | None = g.get("reader_locale") if has_request_context() else None
    if found is not None:
        return found
    language = chosen_language()
    choices = g.get("choices") if has_request_context() else None
    locale = ReaderLocale.of(
        language, choices.digits if choices else Digits.LATN, choices.calendar if choices else Calendar.GREGORIAN
    )
    if has_request_context() and choices is not None:
        g.reader_locale = locale
    return locale


@contextmanager
def reading_as(language: str, digits: str) -> Iterator[None]:
    """Read as somebody else read: in their language and digits, whatever is chosen now."""
    choices = g.get("choices")
    g.reader_locale = ReaderLocale.of(language, digits, choices.calendar if choices else Calendar.GREGORIAN)
    own = g.pop("translations", None)
    try:
        with force_locale(language):
            yield
    finally:
        g.translations = own


def chosen_language() -> str:
    """Return the account's choice, else the cookie's, else Arabic; what the browser asks for is not asked."""
    if not has_request_context():
        return SOURCE_LANGUAGE
    signed_in = g.get("signed_in")
    language = (signed_in.language if signed_in else None) or request.cookies.get(LANGUAGE_COOKIE)
    return language if language in LANGUAGES else SOURCE_LANGUAGE


def install(app: Flask) -> None:
    """Make the app speak the reader's language."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(folder("translations"))
    app.config["BABEL_DEFAULT_LOCALE"] = SOURCE_LANGUAGE
    _babel.init_app(app, locale_selector=chosen_language)
    app.jinja_env.globals.update(_=_, _n=_n, _p=_p, _np=_np)
