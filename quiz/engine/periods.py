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
        if self.seconds:
            raise ValueError("a civil date takes whole days")
        month = day.month - 1 + self.months
        year, month = day.year + month // 12, month % 12 + 1
        last = calendar.monthrange(year, month)[1]
        return date(year, month, min(day.day, last)) + timedelta(days=self.days)

    def from_moment(self, moment: datetime) -> datetime:
        """Return the moment exactly this long after `moment`."""
        return moment + self.exact()
