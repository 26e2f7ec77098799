from decimal import Decimal
from fractions import Fraction

import pytest

from quiz.language.locale import Calendar, Digits, ReaderLocale
from quiz.language.numbers import number, percent, plain_digits, set_digits, typed_fraction

ARAB = ReaderLocale("ar", Digits.ARAB, Calendar.BOTH)
LATN = ReaderLocale("ar", Digits.LATN, Calendar.BOTH)
ENGLISH = ReaderLocale("en")


@pytest.mark.parametrize(
    ("value", "arabic", "latin"),
    [
        (0, "٠", "0"),
        (1234567, "١٬٢٣٤٬٥٦٧", "1,234,567"),
        (Decimal("1234.50"), "١٬٢٣٤٫٥٠", "1,234.50"),
        (-5, "−٥", "−5"),
    ],
)
def test_numbers(value, arabic, latin):
    assert number(value, ARAB) == arabic
    assert number(value, LATN) == number(value, ENGLISH) == latin


@pytest.mark.parametrize(
    ("value", "places", "arabic", "latin"),
    [
        (Fraction(4, 5), 0, "٨٠٪", "80%"),
        (Fraction(2, 3), 0, "٦٧٪", "67%"),
        (Fraction(1, 200), 0, "١٪", "1%"),
        (Fraction(1, 3), 2, "٣٣٫٣٣٪", "33.33%"),
        (Fraction(-1, 4), 0, "−٢٥٪", "−25%"),
        (Fraction(0), 0, "٠٪", "0%"),
    ],
)
def test_percentages_are_rounded_half_up(value, places, arabic, latin):
    assert percent(value, ARAB, places) == arabic
    assert percent(value, ENGLISH, places) == latin


def test_a_percentage_is_rounded_once_only():
    # In two steps 49.49…% would become 49.5% and then 50%.
    assert percent(Fraction(4949, 10000), ENGLISH) == "49%"


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("القانون رقم 175 لسنة 2018", "القانون رقم ١٧٥ لسنة ٢٠١٨"),
        ("بنسبة 92.5%", "بنسبة ٩٢٫٥٪"),
        ("بنسبة %80", "بنسبة ٪٨٠"),
        ("غرامة 10,000 جنيه", "غرامة ١٠٬٠٠٠ جنيه"),
        ("البنود 1,2,3", "البنود ١,٢,٣"),
        ("في 21.11.2026", "في ٢١.١١.٢٠٢٦"),
        ("انتهى في 2018.", "انتهى في ٢٠١٨."),
        ("علامة % وحدها", "علامة % وحدها"),
        ("۴۵", "٤٥"),
    ],
)
def test_arabic_digits_take_their_separators_with_them(stored, shown):
    assert set_digits(stored, ARAB) == shown


def test_latin_digits_are_not_mixed_with_others_either():
    assert set_digits("١٬٢٣٤٫٥ و٩٢٪ و۷", LATN) == "1,234.5 و92% و7"


def test_a_latin_text_is_left_alone_by_latin_digits():
    assert set_digits("1,234.5 at 80%", ENGLISH) == "1,234.5 at 80%"


def test_typed_digits_become_plain():
    assert plain_digits("١٬٢٣٤٫٥") == "1,234.5"
    assert plain_digits("۱۲") == "12"
    assert Decimal(plain_digits("٨٥٫٥")) == Decimal("85.5")
    assert plain_digits("نص 7") == "نص 7"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1", Fraction(1)),
        (".3333333", Fraction(3333333, 10_000_000)),
        (" 0.10 ", Fraction(1, 10)),
        ("1.", Fraction(1)),
        ("1/3", Fraction(1, 3)),
        ("١ / ٣", Fraction(1, 3)),
        ("٠٫٥", Fraction(1, 2)),
        ("۰٫۲۵", Fraction(1, 4)),
        ("80%", Fraction(4, 5)),
        ("٪٨٠", Fraction(4, 5)),
        ("٨٠ ٪", Fraction(4, 5)),
        ("5e-05", Fraction(1, 20_000)),
        ("-0.5", Fraction(-1, 2)),
        ("−2", Fraction(-2)),
        ("1e3", Fraction(1000)),
    ],
)
def test_a_typed_number_is_read_exactly(typed, meant):
    assert typed_fraction(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        ".",
        "%",
        "one",
        "1/0",
        "1/",
        "1//2",
        "1_0",
        "1,5",
        "1٬5",
        "1 5",
        "nan",
        "1e999",
        "%5%",
        "1.2.3",
        "9" * 5000,
        "²",
    ],
)
def test_what_is_no_number_is_none(typed):
    assert typed_fraction(typed) is None


def test_a_comma_is_a_decimal_sign_where_the_file_has_it_so():
    assert typed_fraction("0,5", decimal_comma=True) == Fraction(1, 2)
    assert typed_fraction("1٬5", decimal_comma=True) is None
