"""Durations: exact for waits and limits, clamped months for validity, and nothing that is not ISO 8601."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.engine.periods import Period
from tests.engine.search import SEARCH


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("P2Y", Period(months=24)),
        ("P1Y6M", Period(months=18)),
        ("P90D", Period(days=90)),
        ("PT25M", Period(seconds=1500)),
        ("PT0S", Period()),
        ("P1DT1H1M1S", Period(days=1, seconds=3661)),
        ("P1M", Period(months=1)),
        ("PT1M", Period(seconds=60)),
    ],
)
def test_a_duration_is_read(text: str, period: Period) -> None:
    assert Period.parse(text) == period


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "1D", "P1W", "P-1D", "P1.5D", "PT25", "p1d", "P1D ", "P1M1Y", "P١D"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ISO 8601"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("day", "text", "until"),
    [
        (date(2028, 2, 29), "P1Y", date(2029, 2, 28)),
        (date(2028, 2, 29), "P4Y", date(2032, 2, 29)),
        (date(2028, 2, 29), "P2Y", date(2030, 2, 28)),
        (date(2027, 2, 28), "P1Y", date(2028, 2, 28)),
        (date(2026, 1, 31), "P1M", date(2026, 2, 28)),
        (date(2028, 1, 31), "P1M", date(2028, 2, 29)),
        (date(2026, 12, 31), "P2M", date(2027, 2, 28)),
        (date(2026, 11, 21), "P90D", date(2027, 2, 19)),
        # first the months, clamped, then the days
        (date(2028, 1, 31), "P1M1D", date(2028, 3, 1)),
        (date(2026, 11, 21), "P0D", date(2026, 11, 21)),
    ],
)
def test_a_civil_date_moves_by_clamped_months_and_then_by_days(day: date, text: str, until: date) -> None:
    assert Period.parse(text).after(day) == until


def test_a_civil_date_takes_no_hours() -> None:
    with pytest.raises(ValueError, match="whole days"):
        Period.parse("PT24H").after(date(2026, 11, 21))


def test_a_wait_is_exact_and_takes_no_months() -> None:
    moment = datetime(2026, 11, 21, 23, 59, 59, 999_999, tzinfo=UTC)
    assert Period.parse("P1D").from_moment(moment) - moment == timedelta(hours=24)
    assert Period.parse("P1DT30M").exact() == timedelta(hours=24, minutes=30)
    with pytest.raises(ValueError, match="no exact length"):
        Period.parse("P1M").from_moment(moment)


def test_a_day_of_waiting_is_24_hours_whatever_the_clocks_on_the_wall_do() -> None:
    cairo_summer = datetime(2026, 10, 29, 12, 0, tzinfo=timezone(timedelta(hours=3)))
    assert Period.parse("P1D").from_moment(cairo_summer) == datetime(2026, 10, 30, 9, 0, tzinfo=UTC)


@SEARCH
@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(0, 600))
def test_months_never_lead_out_of_the_month_they_name(day: date, months: int) -> None:
    until = Period(months=months).after(day)
    assert until.year * 12 + until.month == day.year * 12 + day.month + months
    assert until.day == day.day or (until + timedelta(days=1)).day == 1
