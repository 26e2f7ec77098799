"""The reader's language, and the only place that knows Flask-Babel."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, gettext, lazy_gettext, ngettext, npgettext, pgettext
from markupsafe import Markup, escape

from quiz.engine.text import LANGUAGES, SOURCE_LANGUAGE
from quiz.language.locale import Calendar, Digits, ReaderLocale
from quiz.language.numbers import number
from quiz.settings.operator import folder

LANGUAGE_COOKIE = "language"

_babel = Babel()


def _(message: str, **values: object) -> str:
    """Return a message in the reader's language, with its named values; with one that is markup it is markup whole."""
    if any(isinstance(value, Markup) for value in values.values()):
        return escape(gettext(message)) % values
    return cast(str, gettext(message, **values))


def _l(message: str) -> str:
    """Return a message that is put into words when it is shown; for labels of forms."""
    return cast(str, lazy_gettext(message))


def _n(singular: str, plural: str, num: int, **values: object) -> str:
    """Return a counted message; `%(num)s` in it is the number set in the reader's digits unless given."""
    from_caller = {"num": number_words(num), **values}
    return cast(str, ngettext(singular, plural, _Count(num, str(from_caller.pop("num"))), **from_caller))


def _p(context: str, message: str, **values: object) -> str:
    """Return a message whose meaning depends on where it stands."""
    return cast(str, pgettext(context, message, **values))


def _np(context: str, singular: str, plural: str, num: int, **values: object) -> str:
    """Return a counted message whose form depends on where it stands."""
    return cast(str, npgettext(context, singular, plural, _Count(num, number_words(num)), **values))


class _Count(int):
    """A number that counts as itself and prints as it was set."""

    _words: str

    def __new__(cls, value: int, words: str) -> "_Count":
        made = super().__new__(cls, value)
        made._words = words
        return made

    def __str__(self) -> str:
        return self._words


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
    with force_locale(language):
        yield


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
