"""Dates and moments in words, and the Umm al-Qura date beside them."""

import re
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from hijridate import Gregorian, Hijri
from hijridate.locales import get_locale

from quiz.language.locale import Calendar, ReaderLocale
from quiz.language.numbers import plain_digits, set_digits

HijriDay = tuple[int, int, int]

# Year first or day first, as people write them here; the month never comes first.
_TYPED = re.compile(
    r"(?:(?P<year>[0-9]{4})(?P<by>[-/.])(?P<month>[0-9]{1,2})(?P=by)(?P<day>[0-9]{1,2})"
    r"|(?P<day2>[0-9]{1,2})(?P<by2>[-/.])(?P<month2>[0-9]{1,2})(?P=by2)(?P<year2>[0-9]{4}))"
    r"(?:T00:00:00)?\s*(?:هـ?|م|AH|H)?\.?"
)
# No year of one calendar that anybody types is one of the other.
_HIJRI_YEARS = range(1300, 1600)

_BESIDE = {"ar": "{gregorian} الموافق {hijri}", "en": "{gregorian} ({hijri})"}
_HIJRI = {"ar": "{day} {month} {year} هـ", "en": "{day} {month} {year} AH"}
_MOMENT = {"ar": "{day}، الساعة {clock}", "en": "{day}, {clock}"}
# 13:30 is not how the hour is said in Arabic offices; the parts of the day are CLDR's, but for the hour after
# midnight, which CLDR calls «في المساء» and a reader takes for the evening before.
_PARTS_OF_DAY = (
    (18, "مساءً"),
    (13, "بعد الظهر"),
    (12, "ظهرًا"),
    (6, "صباحًا"),
    (3, "فجرًا"),
    (1, "ليلًا"),
    (0, "بعد منتصف الليل"),
)


def day(value: date, locale: ReaderLocale) -> str:
    """Return a civil date in words, the Umm al-Qura date beside it where the reader has both calendars."""
    other = hijri(value) if locale.calendar is Calendar.BOTH else None
    return both_days(value, other, locale)


def both_days(value: date, other: HijriDay | None, locale: ReaderLocale) -> str:
    """Return a civil date in words, beside it the Umm al-Qura date that was computed for it, if any."""
    gregorian = gregorian_day(value, locale)
    if other is None:
        return gregorian
    return _BESIDE[locale.language].format(gregorian=gregorian, hijri=hijri_day(other, locale))


@lru_cache(maxsize=4096)
def gregorian_day(value: date, locale: ReaderLocale) -> str:
    """Return a civil date in words by the Gregorian calendar alone, for lists and tables."""
    return set_digits(format_date(value, "d MMMM y", locale=locale.babel), locale)


@lru_cache(maxsize=512)
def gregorian_month(value: date, locale: ReaderLocale) -> str:
    """Return the month of a civil date in words, by the Gregorian calendar."""
    return set_digits(format_date(value, "LLLL y", locale=locale.babel), locale)


def moment(value: datetime, zone: str, locale: ReaderLocale) -> str:
    """Return the day (Gregorian alone) and the hour that an aware moment has in a zone."""
    return _MOMENT[locale.language].format(
        day=gregorian_day(_in_zone(value, zone).date(), locale), clock=clock(value, zone, locale)
    )


def clock(value: datetime, zone: str, locale: ReaderLocale) -> str:
    """Return the hour an aware moment has in a zone: of 24 in English, with the part of day in Arabic."""
    local = _in_zone(value, zone)
    if locale.language == "en":
        return f"{local:%H:%M}"
    part = next(words for hour, words in _PARTS_OF_DAY if local.hour >= hour)
    return set_digits(f"{(local.hour - 1) % 12 + 1}:{local:%M} {part}", locale)


def hijri(value: date) -> HijriDay | None:
    """Return year, month and day by the Umm al-Qura table of `hijridate`, or None outside it.

    The table runs from 1 August 1924 to 16 November 2077 and is fixed by the version installed; from August
    2029 on published calendars may come to differ from it, so what is signed keeps the date it was given.
    """
    try:
        return Gregorian(value.year, value.month, value.day).to_hijri().datetuple()
    except (OverflowError, ValueError):
        return None


@lru_cache(maxsize=4096)
def typed_day(text: str) -> date | None:
    """Return the civil date that was typed by numbers, in either calendar and any digits; None where it is none.

    A year from 1300 to 1599 is of the Umm al-Qura calendar. What does not begin with the year begins with the day.
    """
    found = _TYPED.fullmatch(plain_digits(text).strip())
    if found is None:
        return None
    year, month, number = (int(found[name] or found[f"{name}2"]) for name in ("year", "month", "day"))
    try:
        if year in _HIJRI_YEARS:
            return date(*Hijri(year, month, number).to_gregorian().datetuple())
        return date(year, month, number) if year > _HIJRI_YEARS[-1] else None
    except (OverflowError, ValueError):
        return None


def hijri_day(value: HijriDay, locale: ReaderLocale) -> str:
    """Return an Umm al-Qura date (year, month, day) in words."""
    year, month, number = value
    name = get_locale(locale.language).month_name(month)
    return set_digits(_HIJRI[locale.language].format(day=number, month=name, year=year), locale)


def _in_zone(value: datetime, zone: str) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a moment needs a zone of its own")
    return value.astimezone(ZoneInfo(zone))
