"""ISO 8601 durations as the content writes them, added to moments and civil dates."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_PATTERN = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?",
    re.ASCII,
)


def in_year(day: date, year: int) -> date:
    """Return the same day of another year; 29 February becomes 28 where there is none."""
    return _clamped(year, day.month, day.day)


def _clamped(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time: calendar months, then days, then an exact number of seconds."""

    months: int = 0
    days: int = 0
    seconds: int = 0

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read `P2Y`, `P90D` or `PT25M`; raise ValueError for anything else."""
        match = _PATTERN.fullmatch(text)
        if match is None or text == "P" or text.endswith("T"):
            raise ValueError(f"not an ISO 8601 duration: {text!r}")
        part = {name: int(value or 0) for name, value in match.groupdict().items()}
        return cls(
            months=part["years"] * 12 + part["months"],
            days=part["days"],
            seconds=part["hours"] * 3600 + part["minutes"] * 60 + part["seconds"],
        )

    def exact(self) -> timedelta:
        """Return the exact duration; raise ValueError where months make it inexact."""
        if self.months:
            raise ValueError("a period with months has no exact length")
        return timedelta(days=self.days, seconds=self.seconds)

    def after(self, day: date) -> date:
        """Return the civil date this long after `day`; 29 February becomes 28 where there is none."""
        return self._shifted(day, 1)

    def before(self, day: date) -> date:
        """Return the civil date this long before `day`; 29 February becomes 28 where there is none."""
        return self._shifted(day, -1)

    def _shifted(self, day: date, way: int) -> date:
        if self.seconds:
            raise ValueError("a civil date takes whole days")
        months = day.year * 12 + day.month - 1 + way * self.months
        return _clamped(months // 12, months % 12 + 1, day.day) + timedelta(days=way * self.days)

    def from_moment(self, moment: datetime) -> datetime:
        """Return the moment exactly this long after `moment`."""
        return moment + self.exact()
