"""How one reader reads: language, direction, digits and calendar."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Literal

from babel import Locale

Language = Literal["ar", "en"]
Direction = Literal["rtl", "ltr"]


class Digits(StrEnum):
    """The numerals of Arabic pages: ٠١٢ or 012."""

    ARAB = "arab"
    LATN = "latn"


class Calendar(StrEnum):
    """Gregorian alone, or with Umm al-Qura beside it."""

    GREGORIAN = "gregorian"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class ReaderLocale:
    """What decides how words, numbers and dates look to one reader; English is always set in Latin digits."""

    language: Language
    digits: Digits = Digits.LATN
    calendar: Calendar = Calendar.GREGORIAN

    def __post_init__(self) -> None:
        if self.language not in ("ar", "en"):
            raise ValueError(f"no pages in language {self.language!r}")
        # Stored choices arrive as plain strings; an unknown one must not pass silently as Latin or Gregorian.
        object.__setattr__(self, "calendar", Calendar(self.calendar))
        digits = Digits(self.digits)
        object.__setattr__(self, "digits", digits if self.language == "ar" else Digits.LATN)

    @classmethod
    def of(cls, language: str, digits: str, calendar: str) -> "ReaderLocale":
        """Return the locale of a language and stored choices; raise ValueError where one is unknown."""
        if language == "ar":
            return cls("ar", Digits(digits), Calendar(calendar))
        if language == "en":
            return cls("en", Digits(digits), Calendar(calendar))
        raise ValueError(f"no pages in language {language!r}")

    @property
    def direction(self) -> Direction:
        """Return the direction of the reader's pages, as the `dir` attribute has it."""
        return direction_of(self.language)

    @property
    def babel(self) -> Locale:
        """Return Babel's locale; only names of months and periods are taken from it, never digits."""
        return _babel(self.language)


def direction_of(language: str) -> Direction:
    """Return the direction of a text in this language, as the `dir` attribute has it."""
    return "rtl" if language == "ar" else "ltr"


@cache
def _babel(language: Language) -> Locale:
    # Egypt and the Emirates name the months alike; Britain puts the day first, as the Arabic does.
    return Locale("ar", "EG") if language == "ar" else Locale("en", "GB")


ARABIC = ReaderLocale("ar", Digits.ARAB, Calendar.BOTH)
ENGLISH = ReaderLocale("en", Digits.LATN, Calendar.BOTH)
