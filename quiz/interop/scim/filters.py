"""Filters of SCIM (RFC 7644, 3.4.2.2) as a tree: read from text, written back, and tried on a document."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from quiz.interop.scim.faults import Fault

LONGEST = 2_000
DEEPEST = 12
MOST = 60
OPERATORS = ("eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le")
Value: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Compared:
    """An attribute, by its path as it was written, stands so to a value; `pr` asks whether it has one."""

    path: str
    operator: str
    value: Value = None

    def __str__(self) -> str:
        """Write it as it is read."""
        value = "" if self.operator == "pr" else " " + json.dumps(self.value, ensure_ascii=False)
        return f"{self.path} {self.operator}{value}"


@dataclass(frozen=True, slots=True)
class Both:
    """Two filters hold."""

    left: "Filter"
    right: "Filter"

    def __str__(self) -> str:
        """Write it as it is read."""
        return f"({self.left}) and ({self.right})"


@dataclass(frozen=True, slots=True)
class Either:
    """One of two filters holds."""

    left: "Filter"
    right: "Filter"

    def __str__(self) -> str:
        """Write it as it is read."""
        return f"({self.left}) or ({self.right})"


@dataclass(frozen=True, slots=True)
class Negated:
    """A filter does not hold."""

    part: "Filter"

    def __str__(self) -> str:
        """Write it as it is read."""
        return f"not ({self.part})"


@dataclass(frozen=True, slots=True)
class Within:
    """One value of an attribute of several is such that a filter of its own holds."""

    path: str
    part: "Filter"

    def __str__(self) -> str:
        """Write it as it is read."""
        return f"{self.path}[{self.part}]"


Filter: TypeAlias = Compared | Both | Either | Negated | Within

_TOKEN = re.compile(
    r"\s*(?:(?P<string>\"(?:[^\"\\]|\\.)*\")|(?P<number>-?\d{1,30}(?:\.\d{1,30})?(?![\w:$.-]))"
    r"|(?P<word>[A-Za-z$][\w:$.-]*)|(?P<mark>[()\[\]]))",
    re.ASCII,
)
_PATH = re.compile(r"(?:urn:[A-Za-z0-9][\w.:-]*:)?[A-Za-z$][\w$-]*(?:\.[A-Za-z$][\w$-]*)?", re.ASCII | re.IGNORECASE)
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}


def parse(text: str, kind: str = "invalidFilter") -> Filter:
    """Return the tree of a filter; raise Fault of a kind where it is none, or longer or deeper than is read."""
    if len(text) > LONGEST:
        raise Fault(kind, f"The filter is longer than {LONGEST} signs.")
    reader = _Reader(_tokens(text, kind), kind)
    found = reader.either(0)
    if reader.peek() is not None:
        raise Fault(kind, "The filter goes on where it should end.")
    return found


def is_path(text: str) -> bool:
    """Tell whether a text has the form of an attribute's path."""
    return _PATH.fullmatch(text) is not None


def _tokens(text: str, kind: str) -> Iterator[tuple[str, str]]:
    place, text = 0, text.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            raise Fault(kind, f"The filter cannot be read from its sign {place + 1} on.")
        yield found.lastgroup, found[found.lastgroup]
        place = found.end()


class _Reader:
    """Reads tokens one after the other; `not` binds more closely than `and`, that more closely than `or`."""

    def __init__(self, tokens: Iterator[tuple[str, str]], kind: str) -> None:
        self._tokens = list(tokens)
        self._place = 0
        self._count = 0
        self._kind = kind

    def peek(self) -> tuple[str, str] | None:
        """Return the next token, None at the end."""
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def either(self, depth: int) -> Filter:
        """Read what `or` joins."""
        left = self._both(depth)
        while self._takes_word("or"):
            left = Either(left, self._both(depth))
        return left

    def _both(self, depth: int) -> Filter:
        left = self._one(depth)
        while self._takes_word("and"):
            left = Both(left, self._one(depth))
        return left

    def _one(self, depth: int) -> Filter:
        self._count += 1
        if depth > DEEPEST or self._count > MOST:
            raise self._fault("The filter is nested too deeply, or compares too much.")
        if self._takes_word("not"):
            return Negated(self._bracketed("(", ")", depth))
        if self._next_is("("):
            return self._bracketed("(", ")", depth)
        kind, path = self._take()
        if kind != "word" or not is_path(path):
            raise self._fault("The filter lacks an attribute.")
        if self._next_is("["):
            return Within(path, self._bracketed("[", "]", depth))
        return self._compared(path)

    def _compared(self, path: str) -> Filter:
        _, operator = self._take()
        operator = operator.lower()
        if operator == "pr":
            return Compared(path, "pr")
        if operator not in OPERATORS:
            raise self._fault("The filter has an operator that is not known.")
        kind, said = self._take()
        if kind == "word" and said.lower() in _WORDS:
            return Compared(path, operator, _WORDS[said.lower()])
        if kind not in {"string", "number"}:
            raise self._fault("The filter lacks a value.")
        try:
            value = json.loads(said)
        except ValueError as wrong:
            raise self._fault("The filter holds a text that cannot be read.") from wrong
        if isinstance(value, str) and not is_sound(value):
            raise self._fault("The filter holds a text that cannot be read.")
        return Compared(path, operator, value)

    def _bracketed(self, opening: str, closing: str, depth: int) -> Filter:
        if not self._next_is(opening):
            raise self._fault("The filter lacks a bracket.")
        self._take()
        found = self.either(depth + 1)
        if not self._next_is(closing):
            raise self._fault("The filter lacks a bracket.")
        self._take()
        return found

    def _next_is(self, mark: str) -> bool:
        return self.peek() == ("mark", mark)

    def _takes_word(self, word: str) -> bool:
        token = self.peek()
        if token is None or token[0] != "word" or token[1].lower() != word:
            return False
        self._place += 1
        return True

    def _take(self) -> tuple[str, str]:
        token = self.peek()
        if token is None:
            raise self._fault("The filter ends too early.")
        self._place += 1
        return token

    def _fault(self, detail: str) -> Fault:
        return Fault(self._kind, detail)


def is_sound(text: str) -> bool:
    """Tell whether a text is one that a database can hold: no halves of signs, no U+0000."""
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def holds(found: Filter, document: Any) -> bool:
    """Try a filter on a document, or on one value of a list, whose own value is called `value`."""
    match found:
        case Both(left, right):
            return holds(left, document) and holds(right, document)
        case Either(left, right):
            return holds(left, document) or holds(right, document)
        case Negated(part):
            return not holds(part, document)
        case Within(path, part):
            return any(holds(part, one) for one in _listed(lookup(document, path)))
        case Compared(path, operator, value):
            return _stands(operator, [_plain(one) for one in _listed(lookup(document, path))], value)


def lookup(document: Any, path: str) -> Any:
    """Return what stands at a path of a document, whatever the case of its letters; None where nothing does."""
    if not isinstance(document, dict):
        return document if path.lower() == "value" else None
    found: Any = document
    for name in path.split("."):
        if isinstance(found, list):
            found = [lookup(one, name) for one in found]
        elif isinstance(found, dict):
            found = next((value for key, value in found.items() if key.lower() == name.lower()), None)
        else:
            return None
    return found


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [one for one in value if one is not None]
    return [] if value is None or value == "" else [value]


def _plain(value: Any) -> Any:
    return value.get("value") if isinstance(value, dict) else value


def _stands(operator: str, values: list[Any], wanted: Value) -> bool:
    if operator == "pr":
        return bool(values)
    if operator == "ne":
        return not _stands("eq", values, wanted)
    if wanted is None:
        return operator == "eq" and not values
    return any(_compare(operator, value, wanted) for value in values)


def _compare(operator: str, value: Any, wanted: Value) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        one, other = value.lower(), wanted.lower()
        return {
            "eq": one == other,
            "co": other in one,
            "sw": one.startswith(other),
            "ew": one.endswith(other),
            "gt": one > other,
            "ge": one >= other,
            "lt": one < other,
            "le": one <= other,
        }[operator]
    return operator == "eq" and type(value) is type(wanted) and bool(value == wanted)
