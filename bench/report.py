"""One table in plain text, each figure beside its aim; the same figures as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it is, its number and unit, and the aim where there is one."""

    group: str
    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Tell whether the aim is met, None where there is none."""
        if self.at_most is not None:
            return self.value <= self.at_most
        if self.at_least is not None:
            return self.value >= self.at_least
        return None

    @property
    def aim(self) -> str:
        """Return the aim in words."""
        if self.at_most is not None:
            return f"<= {_number(self.at_most)}"
        return f">= {_number(self.at_least)}" if self.at_least is not None else ""


@dataclass
class Report:
    """Everything one run found."""

    conditions: dict[str, str] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)
    loads: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(
        self,
        group: str,
        name: str,
        value: float,
        unit: str,
        *,
        at_most: float | None = None,
        at_least: float | None = None,
    ) -> None:
        """Add one figure."""
        self.figures.append(Figure(group, name, value, unit, at_most, at_least))

    def document(self) -> dict[str, Any]:
        """Return everything as plain data."""
        figures = [{**asdict(figure), "is_met": figure.is_met} for figure in self.figures]
        return {"conditions": self.conditions, "loads": self.loads, "figures": figures, "notes": self.notes}

    def text(self) -> str:
        """Return the table."""
        lines = [f"{name}: {words}" for name, words in self.conditions.items()]
        if self.loads:
            columns = list(self.loads[0])
            rows = [[_cell(load[column]) for column in columns] for load in self.loads]
            lines += ["", *_table(columns, rows)]
        rows = [
            [one.group, one.name, f"{_number(one.value)} {one.unit}".strip(), one.aim, _verdict(one.is_met)]
            for one in self.figures
        ]
        lines += ["", *_table(["group", "figure", "found", "aim", ""], rows)]
        return "\n".join([*lines, *([""] if self.notes else []), *self.notes])


def _verdict(is_met: bool | None) -> str:
    return "" if is_met is None else "met" if is_met else "NOT MET"


def _number(value: float) -> str:
    if float(value).is_integer() or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def _cell(value: object) -> str:
    return _number(value) if isinstance(value, int | float) else "" if value is None else str(value)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in [heads, *rows]) for place in range(len(heads))]
    is_number = [all(not row[place] or row[place][0].isdigit() for row in rows) for place in range(len(heads))]
    lines = []
    for row in [heads, ["-" * width for width in widths], *rows]:
        cells = (
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, is_number, strict=True)
        )
        lines.append("  ".join(cells).rstrip())
    return lines
