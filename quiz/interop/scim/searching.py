"""What a list is asked for: which resources, from which place on, and how much of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from quiz.interop.scim import filters
from quiz.interop.scim.attributes import ENTERPRISE, EXTENSIONS, OURS, USER
from quiz.interop.scim.faults import Fault
from quiz.interop.scim.filters import Both, Compared, Either, Filter, Negated, Within
from quiz.language.numbers import plain_digits
from quiz.services.conditions import (
    ANYBODY,
    ORDERS,
    PARTS,
    Condition,
    Every,
    HasText,
    Not,
    OfMoment,
    OfText,
    Some,
    WorksHere,
)

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
A_PAGE = 100
MOST = 200
_FARTHEST = 1_000_000_000
NOBODY = Some()

_TEXTS = {
    "id": "id",
    "externalid": "external_id",
    "username": "email",
    "emails": "email",
    "emails.value": "email",
    "displayname": "name",
    "name.formatted": "name",
    f"{ENTERPRISE}:employeeNumber".lower(): "hr_number",
    f"{ENTERPRISE}:department".lower(): "unit",
    f"{OURS}:latinName".lower(): "latin_name",
}
_MOMENTS = {"meta.created": "created_at", "meta.lastmodified": "changed_at"}
_MAY_LACK = frozenset({"external_id", "latin_name"})
# Everybody has one address, and it is of this kind.
_ADDRESS = {"type": "work", "primary": True}


@dataclass(frozen=True, slots=True)
class Search:
    """What was asked for; `first` counts from 1."""

    filter: Filter | None
    first: int
    count: int
    only: tuple[str, ...]
    without: tuple[str, ...]


def read_search(given: Mapping[str, Any]) -> Search:
    """Return what an address or a SearchRequest asks for; raise Fault."""
    sent = {name.lower(): value for name, value in given.items()}
    text = sent.get("filter")
    if text is not None and not isinstance(text, str):
        raise Fault("invalidFilter", "The filter is a text.")
    only, without = _names(sent.get("attributes")), _names(sent.get("excludedattributes"))
    return Search(
        filters.parse(text) if text else None,
        min(max(_number(sent.get("startindex"), 1), 1), _FARTHEST),
        min(max(_number(sent.get("count"), A_PAGE), 0), MOST),
        only,
        without,
    )


def _number(value: Any, otherwise: int) -> int:
    if value is None or value == "":
        return otherwise
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Fault("invalidValue", "startIndex and count are whole numbers.")
    try:
        return int(str(value)[:20])
    except ValueError as wrong:
        raise Fault("invalidValue", "startIndex and count are whole numbers.") from wrong


def _names(value: Any) -> tuple[str, ...]:
    given = value.split(",") if isinstance(value, str) else value or []
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given) or len(given) > MOST:
        raise Fault("invalidValue", "attributes and excludedAttributes are names.")
    return tuple(one.strip() for one in given if one.strip())


def condition(found: Filter | None, prefix: str = "") -> Condition:
    """Return of whom a filter holds; raise Fault invalidFilter where it asks for what cannot be looked for."""
    match found:
        case None:
            return ANYBODY
        case Both(left, right):
            return Every((condition(left, prefix), condition(right, prefix)))
        case Either(left, right):
            return Some((condition(left, prefix), condition(right, prefix)))
        case Negated(part):
            return Not(condition(part, prefix))
        case Within(path, part):
            if prefix or _plain(path) != "emails":
                raise Fault("invalidFilter", "Only emails have values of their own to look among.")
            return condition(part, "emails.")
        case Compared(path, operator, value):
            return _compared(_plain(prefix + path), operator, value)


def _plain(path: str) -> str:
    """Return a path in small letters, without the schema that needs not be named."""
    small = path.lower()
    if small.startswith(f"{USER.lower()}:"):
        return small[len(USER) + 1 :]
    for extension in EXTENSIONS:
        if small.startswith(f"{extension.lower()}."):
            return f"{extension.lower()}:{small[len(extension) + 1 :]}"
    return small


def _compared(path: str, operator: str, value: filters.Value) -> Condition:
    if operator == "ne":
        return Not(_compared(path, "eq", value))
    if path in _TEXTS:
        return _of_text(_TEXTS[path], operator, value)
    if path in _MOMENTS:
        return _of_moment(_MOMENTS[path], operator, value)
    if path == "active":
        return _of_active(operator, value)
    if path in {"emails.type", "emails.primary"}:
        return ANYBODY if filters.holds(Compared(path[7:], operator, value), _ADDRESS) else NOBODY
    raise Fault("invalidFilter", "The filter names an attribute that cannot be looked for.")


def _of_text(name: str, operator: str, value: filters.Value) -> Condition:
    if operator == "pr":
        return HasText(name) if name in _MAY_LACK else ANYBODY
    if value is None and operator == "eq":
        return Not(HasText(name)) if name in _MAY_LACK else NOBODY
    if operator not in ORDERS | PARTS or not isinstance(value, str):
        raise Fault("invalidFilter", "A text is compared with a text.")
    tidy: Callable[[str], str] = {"email": _small, "hr_number": plain_digits}.get(name, str)
    return OfText(name, operator, tidy(value))


def _small(text: str) -> str:
    return text.strip().lower()


def _of_moment(name: str, operator: str, value: filters.Value) -> Condition:
    if operator == "pr":
        return ANYBODY
    if operator not in ORDERS or not isinstance(value, str):
        raise Fault("invalidFilter", "A moment is compared with a moment, and only by eq, ne, gt, ge, lt and le.")
    try:
        moment = datetime.fromisoformat(value)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise Fault("invalidFilter", "A moment is written as 2026-11-22T09:00:00Z.") from wrong
    return OfMoment(name, operator, moment)


def _of_active(operator: str, value: filters.Value) -> Condition:
    if operator == "pr":
        return ANYBODY
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        value = value.lower() == "true"
    if operator != "eq" or not isinstance(value, bool):
        raise Fault("invalidFilter", "active is compared by eq and ne with true and false.")
    return WorksHere() if value else Not(WorksHere())
