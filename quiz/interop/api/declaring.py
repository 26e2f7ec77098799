"""Declared types: what an address is asked and answers, as dataclasses; reading, writing and schema come from them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from datetime import UTC, date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from quiz.engine.text import Text

_Declared = TypeVar("_Declared")


@dataclass(frozen=True, slots=True)
class Note:
    """What the document says of a field beside its type; `schema` are further words of JSON Schema."""

    words: str
    schema: Mapping[str, Any] = field(default_factory=dict)


class Misread(ValueError):
    """A parameter that cannot be read; the message says what is needed."""


@dataclass(frozen=True, slots=True)
class TwoTexts:
    """A text in both languages."""

    ar: Annotated[str, Note("In Arabic.", {"examples": ["تضارب المصالح والهدايا"]})]
    en: Annotated[str | None, Note("In English, where it was translated.")]

    @classmethod
    def of(cls, text: Text) -> "TwoTexts":
        """Return a text of the product."""
        return cls(text.by_language.get("ar", ""), text.by_language.get("en"))


def schema_of(kind: Any) -> dict[str, Any]:
    """Return the JSON Schema of a declared type; dataclasses are named, and stand among the components."""
    origin = get_origin(kind)
    if origin is Annotated:
        inner, note = get_args(kind)
        return _noted(schema_of(inner), note)
    if origin is Literal:
        return {"type": "string", "enum": list(get_args(kind))}
    if origin in (Union, UnionType):
        (inner,) = (one for one in get_args(kind) if one is not NoneType)
        return _or_null(schema_of(inner))
    if origin is tuple:
        return {"type": "array", "items": schema_of(get_args(kind)[0])}
    if origin is dict:
        return {"type": "object"}
    if is_dataclass(kind):
        return {"$ref": f"#/components/schemas/{kind.__name__}"}  # type: ignore[union-attr]
    return dict(_PLAIN[kind])


_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time", "pattern": "Z$"},
}


def _noted(schema: dict[str, Any], note: Note) -> dict[str, Any]:
    # Words of the schema are about what is there, and not about null.
    inner = schema["anyOf"][0] if "anyOf" in schema else schema
    inner.update(note.schema)
    return {**schema, "description": note.words}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def object_schema(kind: type) -> dict[str, Any]:
    """Return the schema of a declared answer: every field is always there."""
    hints = get_type_hints(kind, include_extras=True)
    return {
        "type": "object",
        "description": (kind.__doc__ or "").strip(),
        "properties": {name: schema_of(hint) for name, hint in hints.items()},
        "required": list(hints),
        "additionalProperties": False,
    }


def named_in(kind: Any) -> set[type]:
    """Return every dataclass that a declared type holds, itself included."""
    found: set[type] = set()
    if is_dataclass(kind) and isinstance(kind, type):
        found = {kind}
        held = list(get_type_hints(kind, include_extras=True).values())
    else:
        held = [one for one in get_args(kind) if not isinstance(one, Note | str)]
    return found.union(*(named_in(one) for one in held))


def plain(value: Any) -> Any:
    """Return a declared answer as JSON has it: moments in UTC with Z, civil days as days."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    return value


def made_of(kind: type[_Declared], line: Any) -> _Declared:
    """Return a declared answer made of what a service gave, field by field; its texts become those in two languages."""
    given = {one.name: getattr(line, one.name) for one in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: TwoTexts.of(one) if isinstance(one, Text) else one for name, one in given.items()})


def body_schema(kind: type) -> dict[str, Any]:
    """Return the schema of a declared body: what has no default is needed."""
    members = parameters_of(kind)
    return {
        "type": "object",
        "description": (kind.__doc__ or "").strip(),
        "properties": {one.name: _sent(one) for one in members},
        "required": [one.name for one in members if one.is_needed],
        "additionalProperties": False,
    }


def _sent(one: "Parameter") -> dict[str, Any]:
    schema = {**one.schema, "description": one.words}
    return schema if one.is_needed else {**_or_null(dict(one.schema)), "description": one.words}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A declared parameter of an address, or a member of what is sent to it."""

    name: str
    words: str
    schema: Mapping[str, Any]
    default: Any
    read: Callable[[str], Any]
    is_needed: bool


def parameters_of(kind: type) -> tuple[Parameter, ...]:
    """Return the parameters that a dataclass declares; those without a default are needed."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(_parameter(one, hints[one.name]) for one in fields(kind))


def _parameter(one: Field[Any], hint: Any) -> Parameter:
    inner, note = get_args(hint)
    options = [kind for kind in get_args(inner) if kind is not NoneType] if _is_union(inner) else [inner]
    schema = {**schema_of(options[0]), **note.schema}
    if options[0] is datetime:
        # What is sent may have any offset; what is answered is always in UTC.
        schema.pop("pattern")
    default = one.default if one.default is not MISSING else None
    if default is not None:
        schema["default"] = default
    return Parameter(one.name, note.words, schema, default, _reader(options[0], schema), one.default is MISSING)


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, UnionType)


def _reader(kind: Any, schema: Mapping[str, Any]) -> Callable[[str], Any]:
    if get_origin(kind) is Literal:
        return lambda said: _one_of(said, schema["enum"])
    if kind is bool:
        return lambda said: _one_of(said, ("true", "false")) == "true"
    if kind is int:
        return lambda said: _number(said, schema["minimum"], schema["maximum"])
    if kind is date:
        return _day
    if kind is datetime:
        return _moment
    return lambda said: _word(said, schema)


def _one_of(said: str, among: Any) -> str:
    if said not in among:
        raise Misread("one of " + ", ".join(among))
    return said


def _number(said: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", said, re.ASCII) or not least <= int(said) <= most:
        raise Misread(f"a number from {least} to {most}")
    return int(said)


def _day(said: str) -> date:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", said):
            return date.fromisoformat(said)
    except ValueError:
        pass
    raise Misread("a day as 2026-11-30")


def _moment(said: str) -> datetime:
    try:
        # A plus that was not encoded arrives as a space.
        found = datetime.fromisoformat(said.replace(" ", "+").replace("z", "Z").replace("t", "T"))
        if "T" in said.upper() and found.tzinfo is not None and found.year > 1:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Misread("a moment as 2026-11-30T08:00:00Z")


def _word(said: str, schema: Mapping[str, Any]) -> str:
    pattern = schema.get("pattern", "")
    if len(said) > schema.get("maxLength", 64) or not re.search(pattern, said) or "\n" in said:
        raise Misread("what is described, such as " + str(schema.get("examples", [pattern])[0]))
    return said
