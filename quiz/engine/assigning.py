"""When a rule asks a module of a person, and by when: due dates and renewals, as pure functions of civil days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from quiz.engine.periods import Period, in_year

# Whoever is asked after a fixed day has gone by still has this long.
GRACE = Period(days=30)


class Due(StrEnum):
    """What the due date of a first assignment is counted from."""

    MODULE = "module"
    NONE = "none"
    FIXED = "fixed"
    AFTER_JOINING = "after_joining"
    AFTER_ASSIGNMENT = "after_assignment"


class Renewal(StrEnum):
    """When a module is asked anew of those who completed it."""

    NONE = "none"
    CALENDAR_YEAR = "calendar_year"
    BEFORE_EXPIRY = "before_expiry"


class Because(StrEnum):
    """Why a person whom a rule covers is given nothing on a day."""

    ASSIGNED = "assigned"
    VALID = "valid"
    COMPLETED = "completed"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a rule says of days; `proposal` is the module's own, `starts_on` the day from which the rule holds."""

    starts_on: date
    due: Due = Due.MODULE
    due_on: date | None = None
    due_after: Period | None = None
    renewal: Renewal = Renewal.NONE
    renew_before: Period | None = None
    proposal: Period | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands with a module: what is open, what was waived, and the newest record that holds."""

    is_open: bool = False
    waived_on: date | None = None
    completed_on: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A new cycle is to begin, due on a day or on none."""

    due_on: date | None


def due_of(terms: Terms, joined_on: date | None, assigned_on: date) -> date | None:
    """Return the due date of a first assignment; it never lies before the day of the assignment.

    A period that ended before that day is counted from the assignment instead, and a fixed day that has gone by
    leaves thirty days; somebody whose joining is not known joined when it was assigned.
    """
    if terms.due is Due.NONE:
        return None
    if terms.due is Due.FIXED:
        return _reachable(terms.due_on, assigned_on)
    if terms.due is Due.MODULE:
        return terms.proposal.after(assigned_on) if terms.proposal else None
    length = terms.due_after or Period()
    first = length.after(assigned_on)
    if terms.due is Due.AFTER_JOINING and joined_on is not None:
        from_joining = length.after(joined_on)
        return from_joining if from_joining >= assigned_on else first
    return first


def _reachable(day: date | None, assigned_on: date) -> date:
    return day if day is not None and day >= assigned_on else GRACE.after(assigned_on)


def renews_on(terms: Terms, completed_on: date, valid_until: date) -> date | None:
    """Return the first day of the cycle after a completion, always a later day; None where nothing is renewed."""
    if terms.renewal is Renewal.CALENDAR_YEAR:
        return date(completed_on.year + 1, 1, 1)
    if terms.renewal is Renewal.BEFORE_EXPIRY:
        ahead = (terms.renew_before or Period()).before(valid_until)
        return max(ahead, completed_on + timedelta(days=1))
    return None


def renewal_due(terms: Terms, joined_on: date | None, valid_until: date | None, today: date) -> date | None:
    """Return by when a cycle that begins anew today is due."""
    if terms.renewal is Renewal.CALENDAR_YEAR:
        fixed = in_year(terms.due_on, today.year) if terms.due_on else date(today.year, 12, 31)
        return _reachable(fixed, today)
    if valid_until is not None and valid_until >= today:
        return valid_until
    return due_of(terms, joined_on, today)


def decide(terms: Terms, joined_on: date | None, standing: Standing, today: date) -> Grant | Because:
    """Return whether a rule gives a person a new cycle today, or why not."""
    if standing.is_open:
        return Because.ASSIGNED
    if standing.waived_on is not None:
        renewed = terms.renewal is Renewal.CALENDAR_YEAR and today.year > standing.waived_on.year
        return Grant(renewal_due(terms, joined_on, None, today)) if renewed else Because.WAIVED
    if standing.completed_on is None or standing.valid_until is None:
        return Grant(due_of(terms, joined_on, today))
    begins = renews_on(terms, standing.completed_on, standing.valid_until)
    if begins is not None and today >= begins:
        return Grant(renewal_due(terms, joined_on, standing.valid_until, today))
    if today <= standing.valid_until:
        return Because.VALID
    # What ran out before the rule held was never asked by it; what was completed since is asked once.
    if begins is None and standing.completed_on < terms.starts_on:
        return Grant(due_of(terms, joined_on, today))
    return Because.COMPLETED


def earliest(grants: Iterable[Grant]) -> Grant | None:
    """Return the grant that is due first, one without a day last; of equals the first. None where there is none."""
    return min(grants, key=lambda one: (one.due_on is None, one.due_on or date.max), default=None)
