"""When rules ask: by when, from which day on again, and never twice at once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.engine.assigning import (
    Because,
    Due,
    Grant,
    Renewal,
    Standing,
    Terms,
    decide,
    due_of,
    earliest,
    renewal_due,
    renews_on,
)
from quiz.engine.periods import Period
from tests.engine.search import SEARCH

STARTS = date(2026, 1, 1)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
PERIODS = st.builds(Period, months=st.integers(0, 30), days=st.integers(0, 400))


def terms(due: str = "module", renewal: str = "none", **others: object) -> Terms:
    return Terms(STARTS, Due(due), renewal=Renewal(renewal), **others)  # type: ignore[arg-type]


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("rule", "joined", "assigned", "due"),
    [
        (terms("none", proposal=Period(days=9)), "2026-01-01", "2026-02-01", None),
        (terms(), "2026-01-01", "2026-02-01", None),
        (terms(proposal=Period(days=30)), "2026-01-01", "2026-02-01", "2026-03-03"),
        (terms("fixed", due_on=date(2026, 12, 31)), None, "2026-02-01", "2026-12-31"),
        (terms("fixed", due_on=date(2026, 12, 31)), None, "2026-12-31", "2026-12-31"),
        # A fixed day that has gone by makes nobody late on their first day.
        (terms("fixed", due_on=date(2026, 12, 31)), None, "2027-01-01", "2027-01-31"),
        (terms("after_joining", due_after=Period(days=90)), "2026-01-01", "2026-01-10", "2026-04-01"),
        (terms("after_joining", due_after=Period(days=90)), None, "2026-01-10", "2026-04-10"),
        # Whoever joined long ago has the same time from the day they are asked.
        (terms("after_joining", due_after=Period(days=90)), "2010-01-01", "2026-01-10", "2026-04-10"),
        (terms("after_joining", due_after=Period(months=1)), "2026-01-31", "2026-02-01", "2026-02-28"),
        (terms("after_assignment", due_after=Period(months=1)), "2010-01-01", "2028-01-31", "2028-02-29"),
        (terms("after_assignment", due_after=Period(months=12)), None, "2028-02-29", "2029-02-28"),
    ],
)
def test_by_when_it_is_due(rule: Terms, joined: str | None, assigned: str, due: str | None) -> None:
    assert due_of(rule, day(joined), date.fromisoformat(assigned)) == day(due)


@pytest.mark.parametrize(
    ("rule", "completed", "until", "begins"),
    [
        (terms(), "2026-05-05", "2028-05-05", None),
        (terms(renewal="calendar_year"), "2026-01-01", "2028-01-01", "2027-01-01"),
        (terms(renewal="calendar_year"), "2026-12-31", "2028-12-31", "2027-01-01"),
        (terms(renewal="before_expiry", renew_before=Period(days=60)), "2026-05-05", "2027-05-05", "2027-03-06"),
        (terms(renewal="before_expiry", renew_before=Period(months=1)), "2026-03-31", "2027-03-31", "2027-02-28"),
        (terms(renewal="before_expiry", renew_before=Period(months=12)), "2026-02-28", "2028-02-29", "2027-02-28"),
        # Never on the day of the completion itself, however early the rule would have it.
        (terms(renewal="before_expiry", renew_before=Period(months=24)), "2026-05-05", "2027-05-05", "2026-05-06"),
    ],
)
def test_from_when_it_is_asked_anew(rule: Terms, completed: str, until: str, begins: str | None) -> None:
    assert renews_on(rule, date.fromisoformat(completed), date.fromisoformat(until)) == day(begins)


@pytest.mark.parametrize(
    ("rule", "until", "today", "due"),
    [
        (terms(renewal="calendar_year"), "2028-05-05", "2027-01-01", "2027-12-31"),
        (terms("fixed", "calendar_year", due_on=date(2024, 2, 29)), "2028-05-05", "2027-01-01", "2027-02-28"),
        (terms("fixed", "calendar_year", due_on=date(2024, 2, 29)), "2028-05-05", "2028-01-03", "2028-02-29"),
        (terms("fixed", "calendar_year", due_on=date(2024, 2, 29)), "2028-05-05", "2027-06-01", "2027-07-01"),
        (terms(renewal="before_expiry"), "2028-05-05", "2028-04-01", "2028-05-05"),
        (terms(renewal="before_expiry", proposal=Period(days=10)), "2028-05-05", "2028-06-01", "2028-06-11"),
    ],
)
def test_by_when_a_renewal_is_due(rule: Terms, until: str, today: str, due: str) -> None:
    assert renewal_due(rule, None, date.fromisoformat(until), date.fromisoformat(today)) == day(due)


def record(completed: str, until: str, **others: object) -> Standing:
    return Standing(completed_on=day(completed), valid_until=day(until), **others)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "standing", "today", "said"),
    [
        (terms("none"), Standing(), "2026-02-01", Grant(None)),
        (terms(), Standing(is_open=True), "2026-02-01", Because.ASSIGNED),
        (terms(), record("2026-02-01", "2028-02-01"), "2028-02-01", Because.VALID),
        (terms(), record("2026-02-01", "2028-02-01"), "2028-02-02", Because.COMPLETED),
        (terms(), record("2025-12-31", "2027-12-31"), "2028-01-01", Grant(None)),
        (terms(renewal="calendar_year"), record("2026-02-01", "2026-08-01"), "2026-12-31", Because.COMPLETED),
        (terms(renewal="calendar_year"), record("2026-02-01", "2029-08-01"), "2027-01-01", Grant(date(2027, 12, 31))),
        (terms(), Standing(waived_on=date(2026, 2, 1)), "2036-02-01", Because.WAIVED),
        (terms(renewal="calendar_year"), Standing(waived_on=date(2026, 2, 1)), "2026-12-31", Because.WAIVED),
        (
            terms(renewal="calendar_year"),
            Standing(waived_on=date(2026, 2, 1)),
            "2027-01-04",
            Grant(date(2027, 12, 31)),
        ),
    ],
)
def test_whether_it_is_asked_today(rule: Terms, standing: Standing, today: str, said: Grant | Because) -> None:
    assert decide(rule, None, standing, date.fromisoformat(today)) == said


def test_the_earlier_due_day_wins() -> None:
    late, soon, never = Grant(date(2027, 1, 1)), Grant(date(2026, 1, 1)), Grant(None)
    assert earliest([late, never, soon]) == soon
    assert earliest([never]) == never
    assert earliest([]) is None


@st.composite
def rules(draw: st.DrawFn) -> Terms:
    due, renewal = draw(st.sampled_from(Due)), draw(st.sampled_from(Renewal))
    return Terms(
        starts_on=draw(DAYS),
        due=due,
        due_on=draw(DAYS) if due is Due.FIXED else None,
        due_after=draw(PERIODS) if due in {Due.AFTER_JOINING, Due.AFTER_ASSIGNMENT} else None,
        renewal=renewal,
        renew_before=draw(PERIODS) if renewal is Renewal.BEFORE_EXPIRY else None,
        proposal=draw(st.none() | PERIODS),
    )


@SEARCH
@given(rules(), st.none() | DAYS, DAYS, PERIODS, DAYS)
def test_nobody_is_late_on_the_day_they_are_asked(
    rule: Terms, joined: date | None, completed: date, validity: Period, today: date
) -> None:
    for standing in (Standing(), Standing(completed_on=completed, valid_until=validity.after(completed))):
        said = decide(rule, joined, standing, today)
        if isinstance(said, Grant) and said.due_on is not None:
            assert said.due_on >= today


@SEARCH
@given(rules(), DAYS, PERIODS, st.integers(0, 2000))
def test_a_valid_record_is_renewed_on_its_day_and_never_sooner(
    rule: Terms, completed: date, validity: Period, later: int
) -> None:
    until = validity.after(completed)
    begins, today = renews_on(rule, completed, until), completed + timedelta(days=later)
    said = decide(rule, None, Standing(completed_on=completed, valid_until=until), today)
    if begins is not None:
        assert begins > completed
        assert isinstance(said, Grant) is (today >= begins)
    elif today <= until:
        assert said is Because.VALID


@SEARCH
@given(DAYS, st.integers(0, 30))
def test_months_there_and_back_lose_only_what_a_shorter_month_has_not(start: date, months: int) -> None:
    assert 0 <= (start - Period(months).before(Period(months).after(start))).days <= 3
