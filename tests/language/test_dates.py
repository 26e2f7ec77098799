from datetime import UTC, date, datetime

import pytest

from quiz.language import dates
from quiz.language.locale import Calendar, Digits, ReaderLocale

ARAB = ReaderLocale("ar", Digits.ARAB, Calendar.BOTH)
LATN = ReaderLocale("ar", Digits.LATN, Calendar.GREGORIAN)
ENGLISH = ReaderLocale("en", calendar=Calendar.BOTH)
TODAY = date(2026, 11, 21)


def test_a_day_stands_in_words_with_the_other_calendar_beside_it():
    assert dates.day(TODAY, ARAB) == "٢١ نوفمبر ٢٠٢٦ الموافق ١١ جمادى الآخرة ١٤٤٨ هـ"
    assert dates.day(TODAY, ENGLISH) == "21 November 2026 (11 Jumada al-Akhirah 1448 AH)"


def test_one_calendar_is_enough_where_it_was_chosen():
    assert dates.day(TODAY, LATN) == "21 نوفمبر 2026"
    assert dates.gregorian_day(TODAY, ARAB) == "٢١ نوفمبر ٢٠٢٦"


def test_a_month_stands_in_words():
    assert dates.gregorian_month(date(2026, 10, 1), ARAB) == "أكتوبر ٢٠٢٦"
    assert dates.gregorian_month(date(2026, 10, 1), LATN) == "أكتوبر 2026"
    assert dates.gregorian_month(date(2026, 10, 1), ENGLISH) == "October 2026"


def test_outside_the_table_the_gregorian_day_stands_alone():
    assert dates.day(date(2100, 1, 1), ARAB) == "١ يناير ٢١٠٠"


# Those from 2024 to 2027 are as ICU 78.2 has them, too, whose table is another one.
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(1924, 7, 31), None),
        (date(1924, 8, 1), (1343, 1, 1)),
        (date(2024, 7, 6), (1445, 12, 30)),
        (date(2024, 7, 7), (1446, 1, 1)),
        (date(2026, 2, 18), (1447, 9, 1)),
        (date(2026, 6, 16), (1448, 1, 1)),
        (TODAY, (1448, 6, 11)),
        (date(2027, 6, 6), (1449, 1, 1)),
        (date(2077, 11, 16), (1500, 12, 30)),
        (date(2077, 11, 17), None),
    ],
)
def test_the_umm_al_qura_table_and_its_edges(value, expected):
    assert dates.hijri(value) == expected


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (0, "12:05 بعد منتصف الليل"),
        (1, "1:05 ليلًا"),
        (3, "3:05 فجرًا"),
        (6, "6:05 صباحًا"),
        (11, "11:05 صباحًا"),
        (12, "12:05 ظهرًا"),
        (13, "1:05 بعد الظهر"),
        (18, "6:05 مساءً"),
        (23, "11:05 مساءً"),
    ],
)
def test_the_hour_is_said_as_in_an_office(hour, words):
    assert dates.clock(datetime(2026, 11, 21, hour, 5, tzinfo=UTC), "UTC", LATN) == words


def test_a_moment_belongs_to_the_day_of_its_zone():
    late = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
    assert dates.moment(late, "Africa/Cairo", ENGLISH) == "22 November 2026, 00:30"
    assert dates.moment(late, "UTC", ENGLISH) == "21 November 2026, 22:30"
    assert dates.moment(late, "Asia/Dubai", ARAB) == "٢٢ نوفمبر ٢٠٢٦، الساعة ٢:٣٠ ليلًا"


def test_a_naive_moment_is_refused():
    naive = datetime(2026, 11, 21, 22, 30)  # noqa: DTZ001 - the fault under test
    with pytest.raises(ValueError, match="zone"):
        dates.moment(naive, "UTC", ENGLISH)
