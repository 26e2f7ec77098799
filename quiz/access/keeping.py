"""What it means to keep something: whose it is, why, for how long, what ends it and who sees it; all as codes."""

from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum


class Group(StrEnum):
    """What is kept, parted as a person understands it; in the order in which it is told."""

    ACCOUNT = "account"
    TRAINING = "training"
    RECORDS = "records"
    QUESTIONS = "questions"
    MAILS = "mails"
    WORK = "work"
    TRAIL = "trail"
    SYSTEMS = "systems"


class Basis(StrEnum):
    """What we read the keeping to rest on; a reading of ours, and no article of a law."""

    DUTY = "duty"
    EVIDENCE = "evidence"
    SECURITY = "security"
    ASKED = "asked"


class End(StrEnum):
    """What becomes of it when its time is over."""

    DELETED = "deleted"
    DETACHED = "detached"
    KEPT = "kept"


class Until(StrEnum):
    """How long where no number of days says it."""

    RECORD = "record"
    REMOVED = "removed"
    ERASED = "erased"
    MINUTES = "minutes"
    DAY = "day"
    SIGN_INS = "sign_ins"
    MAILS = "mails"
    FILES = "files"
    TYPING = "typing"
    STAFF = "staff"
    LINKS = "links"
    QUESTIONS = "questions"


class Reader(StrEnum):
    """Who can see it on the pages or by the shell that the pages stand for."""

    SELF = "self"
    MANAGER = "manager"
    HR = "hr"
    ADVISER = "adviser"
    EDITORS = "editors"
    AUDITOR = "auditor"
    ADMIN = "admin"
    CHECKER = "checker"
    SYSTEM = "system"
    NOBODY = "nobody"


class Says(StrEnum):
    """What a column tells of a person beside whose it is."""

    NAME = "name"
    CONTACT = "contact"
    NUMBER = "number"
    WORDS = "words"
    ANSWERS = "answers"
    DEVICE = "device"
    SEALED = "sealed"
    NETWORK = "network"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Holding:
    """Something that is kept, as a person would name it; `code` is also what it is kept for."""

    code: str
    group: Group
    basis: Basis
    until: Until
    end: End
    seen_by: tuple[Reader, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What one table holds of people.

    `holding` is None where it holds nobody's data. `of` is the column that leads to whose data a row is, to a person
    or to a row that leads there itself; it is None where a row is nobody's, or leads by its words alone. `also` leads
    to further people in the same way; `by` names who did something, by key or by reference. `says` tells what a
    column holds of people; `plain` columns are words or documents that hold nobody.
    """

    name: str
    holding: str | None = None
    of: str | None = None
    also: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    says: Mapping[str, Says] = field(default_factory=dict)
    plain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which numbers an organisation may choose, and the unit of them: days or years."""

    least: int
    most: int
    is_years: bool = False


@dataclass(frozen=True, slots=True)
class Durations:
    """How long an organisation keeps what it need not keep for ever: days, but for questions, which are years."""

    sign_ins: int = 90
    mails: int = 365
    files: int = 180
    typing: int = 90
    staff: int = 365
    links: int = 90
    questions: int = 3

    def __post_init__(self) -> None:
        """Raise ValueError for a number outside of its bounds."""
        for one in fields(self):
            bounds, number = BOUNDS[Until(one.name)], getattr(self, one.name)
            if not bounds.least <= number <= bounds.most:
                raise ValueError(one.name)

    def of(self, until: Until) -> int:
        """Return the number of a duration that is chosen; raise AttributeError for another."""
        number: int = getattr(self, until.value)
        return number

    def last_day(self, until: Until, today: date, grace: int = 0) -> date:
        """Return the first civil day that is still kept today: what ended before it is past its time.

        What ended on a day is kept through the day that lies the whole duration later, and goes on the next. With a
        grace, so many days more.
        """
        day = today - timedelta(days=grace)
        if until is Until.MINUTES:
            return day
        if until is Until.DAY:
            return day - timedelta(days=1)
        if not BOUNDS[until].is_years:
            return day - timedelta(days=self.of(until))
        year = day.year - self.of(until)
        # Of a leap day the year before has none: then the last of February, so that nothing goes early.
        return (
            day.replace(year=year, day=28)
            if (day.month, day.day) == (2, 29) and not isleap(year)
            else day.replace(year=year)
        )


BOUNDS: Mapping[Until, Bounds] = {
    Until.SIGN_INS: Bounds(7, 365),
    Until.MAILS: Bounds(90, 1095),
    Until.FILES: Bounds(30, 730),
    Until.TYPING: Bounds(14, 365),
    Until.STAFF: Bounds(30, 1095),
    Until.LINKS: Bounds(7, 365),
    Until.QUESTIONS: Bounds(1, 10, is_years=True),
}
