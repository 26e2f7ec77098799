"""Of whom something holds, as a tree: what a connected system looks for, whatever language it asks in."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

TEXTS = frozenset({"id", "hr_number", "email", "external_id", "name", "latin_name", "unit"})
MOMENTS = frozenset({"created_at", "changed_at"})
ORDERS = frozenset({"eq", "gt", "ge", "lt", "le"})
PARTS = frozenset({"co", "sw", "ew"})


@dataclass(frozen=True, slots=True)
class OfText:
    """A text of `TEXTS` stands so to a value, by an operator of `ORDERS` or `PARTS`."""

    name: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class OfMoment:
    """A moment of `MOMENTS` stands so to another, by an operator of `ORDERS`."""

    name: str
    operator: str
    value: datetime


@dataclass(frozen=True, slots=True)
class HasText:
    """There is a text of `TEXTS` at all."""

    name: str


@dataclass(frozen=True, slots=True)
class WorksHere:
    """The person works here now."""


@dataclass(frozen=True, slots=True)
class Every:
    """All of them hold; of none, this always does."""

    parts: "tuple[Condition, ...]" = ()


@dataclass(frozen=True, slots=True)
class Some:
    """One of them holds; of none, this never does."""

    parts: "tuple[Condition, ...]" = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The other does not hold."""

    part: "Condition"


Condition: TypeAlias = OfText | OfMoment | HasText | WorksHere | Every | Some | Not
ANYBODY = Every()
