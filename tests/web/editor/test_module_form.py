"""Shares are typed in percent and durations with a unit; what is neither stays as it was typed."""

import pytest
from werkzeug.datastructures import MultiDict

from quiz.engine.periods import Period
from quiz.web.editor.form_reading import Reader
from quiz.web.editor.module_form import duration_from, duration_shown, share_from, share_shown


@pytest.mark.parametrize(
    ("score", "shown"),
    [("4/5", "80"), (1, "100"), ("1", "100"), ("1/8", "12.5"), ("2/3", "2/3"), ("7/5", "140"), ("x", "x"), (None, "")],
)
def test_a_share_comes_back_as_it_was(score: object, shown: str) -> None:
    assert share_shown(score) == shown
    if score is not None:
        assert share_from(shown, score) == score


@pytest.mark.parametrize(
    ("typed", "score"),
    [("75", "3/4"), ("66.7", "667/1000"), ("80%", "4/5"), ("0", "0"), ("140", "7/5"), ("2/3", "2/3"), ("-5", "-5")],
)
def test_a_share_is_typed_in_percent(typed: str, score: str) -> None:
    assert share_from(typed, "1/2") == score
    assert share_from("", "1/2") == ""


@pytest.mark.parametrize(
    ("period", "shown"),
    [
        ("PT25M", ("25", "minute")),
        ("PT2H", ("2", "hour")),
        ("P90D", ("90", "day")),
        ("P18M", ("18", "month")),
        ("P2Y", ("2", "year")),
        ("PT0S", ("0", "minute")),
        ("P1DT12H", ("P1DT12H", "")),
        ("soon", ("soon", "")),
        (None, ("", "")),
    ],
)
def test_a_duration_comes_back_as_it_was(period: str | None, shown: tuple[str, str]) -> None:
    assert duration_shown(period) == shown
    assert typed(*shown, before=period) == period


@pytest.mark.parametrize(
    ("number", "unit", "period"),
    [
        ("٣", "year", "P3Y"),
        ("007", "day", "P7D"),
        ("", "day", None),
        ("1.5", "day", "1.5"),
        ("9" * 9, "day", "9" * 9),
        ("3", "century", "3"),
    ],
)
def test_a_duration_is_a_number_with_its_unit(number: str, unit: str, period: str | None) -> None:
    assert typed(number, unit) == period


def typed(number: str, unit: str, before: str | None = "P5D") -> object:
    form = MultiDict({"validity.number": number, "validity.unit": unit})
    found = duration_from(Reader(form, str), "validity", before)
    if found is not None and found[:1] == "P" and found != "P1DT12H":
        assert Period.parse(found)
    return found
