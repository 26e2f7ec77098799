"""Numbers and percentages in the reader's digits, and what people type brought back to plain ones."""

import re
from decimal import Decimal
from fractions import Fraction

from quiz.language.locale import Digits, ReaderLocale

_LATIN = "0123456789"
_ARABIC = "٠١٢٣٤٥٦٧٨٩"
_PERSIAN = "۰۱۲۳۴۵۶۷۸۹"
_DECIMAL_SEPARATOR, _GROUP_SEPARATOR, _PERCENT = "٫", "٬", "٪"
# U+2212 and not the hyphen: beside Latin digits bidi keeps it on their left even in an Arabic line.
_MINUS = "−"

_TO_ARABIC = str.maketrans(_LATIN + _PERSIAN, _ARABIC * 2)
_TO_LATIN = str.maketrans(_ARABIC + _PERSIAN, _LATIN * 2)
_TO_PLAIN = str.maketrans(_ARABIC + _PERSIAN + _DECIMAL_SEPARATOR + _GROUP_SEPARATOR + _PERCENT, _LATIN * 2 + ".,%")

_FIGURE = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?")
_PERCENT_SIGN = re.compile(r"(?<=[0-9٠-٩۰-۹])(\s?)%|%(\s?)(?=[0-9٠-٩۰-۹])")
_ARABIC_PERCENT = re.compile(r"(?<=[0-9])(\s?)٪|٪(\s?)(?=[0-9])")
_ARABIC_SEPARATOR = re.compile(r"(?<=[0-9])[٫٬](?=[0-9])")

# As long as a number that somebody means; thousands of digits are an accident.
_LONGEST = 40
_TYPED = re.compile(
    r"(?P<sign>[-+−]?)(?P<first>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?)(?:\s*/\s*(?P<second>0*[1-9][0-9]*))?"
)


def number(value: int | Decimal, locale: ReaderLocale) -> str:
    """Return a number with thousands grouped, in the reader's digits; decimals stand as they are given."""
    grouped = f"{abs(value):,f}" if isinstance(value, Decimal) else f"{abs(value):,}"
    return (_MINUS if value < 0 else "") + set_digits(grouped, locale)


def percent(value: Fraction, locale: ReaderLocale, places: int = 0) -> str:
    """Return a share of 1 as a percentage, rounded half up once, to that many decimal places."""
    scale = 10**places
    units = int(abs(value) * 100 * scale + Fraction(1, 2)) * (-1 if value < 0 else 1)
    sign = _PERCENT if locale.digits is Digits.ARAB else "%"
    return number(Decimal(units).scaleb(-places), locale) + sign


def set_digits(text: str, locale: ReaderLocale) -> str:
    """Return a text with one digit system: all digits, separators and percent signs as the reader has them.

    It cannot tell codes, addresses and Latin names from words: `quiz.language.prose` leaves them out first.
    """
    if locale.digits is Digits.LATN:
        latin = _ARABIC_PERCENT.sub(r"\1%\2", text.translate(_TO_LATIN))
        return _ARABIC_SEPARATOR.sub(lambda found: found[0].translate(_TO_PLAIN), latin)
    return _FIGURE.sub(_arabic_figure, _PERCENT_SIGN.sub(r"\1٪\2", text)).translate(_TO_ARABIC)


def plain_digits(text: str) -> str:
    """Return typed text with 0-9, `.`, `,` and `%` in place of ٠-٩, ۰-۹, `٫`, `٬` and `٪`."""
    return text.translate(_TO_PLAIN)


def typed_fraction(text: str, decimal_comma: bool = False) -> Fraction | None:
    """Return exactly the number that was typed (`.5`, `1/3`, `80%`, `٠٫٥`), None where it is none.

    A comma is a decimal sign only where the caller says so, and thousands are never grouped.
    """
    plain = plain_digits(text.replace(_GROUP_SEPARATOR, " ")).strip()
    if decimal_comma:
        plain = plain.replace(",", ".")
    bare = plain.removesuffix("%") if plain.endswith("%") else plain.removeprefix("%")
    found = _TYPED.fullmatch(bare.strip()) if len(plain) <= _LONGEST else None
    if found is None:
        return None
    value = Fraction(found["first"].removesuffix(".")) / int(found["second"] or 1)
    return (-value if found["sign"] in ("-", _MINUS) else value) / (1 if bare == plain else 100)


def _arabic_figure(found: re.Match[str]) -> str:
    figure = found[0]
    # «1,2,3» is a list and 21.11.2026 a date: their marks are not separators of a number.
    if _GROUPED.fullmatch(figure):
        return figure.replace(",", _GROUP_SEPARATOR).replace(".", _DECIMAL_SEPARATOR)
    return figure
