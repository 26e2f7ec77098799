"""PATCH as SCIM says it (RFC 7644, 3.5.2), and as those who provision really send it, done on a document.

Taken though the standard has other words for it: operations in capital letters, "True" and "False", a value without a
path whose names have dots, one value in a list, and members to remove in the value.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quiz.interop.scim.attributes import (
    COMMON,
    EXTENSIONS,
    NAME_PARTS,
    NOT_KEPT,
    SCHEMAS,
    Attribute,
    find,
)
from quiz.interop.scim.faults import Fault
from quiz.interop.scim.filters import Filter, holds, is_sound, parse

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
MOST_OPERATIONS = 1_000
LONGEST_TEXT = 2_000
LONGEST_PATH = 2_000
MOST_VALUES = 5_000
# Mapped from everywhere by default, and decided here by the units: it is taken and not kept.
_IGNORED = frozenset({"manager"})
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Path:
    """Where an operation acts: a schema, an attribute of it (None for all), which of its values, and which part."""

    schema: str
    attribute: str | None
    which: Filter | None = None
    part: str | None = None


def read_path(text: str, schema: str) -> Path:
    """Return what a path means in a resource of a schema; raise Fault invalidPath."""
    if len(text) > LONGEST_PATH:
        raise Fault("invalidPath", f"The path is longer than {LONGEST_PATH} signs.")
    named = next((one for one in SCHEMAS if text.lower().startswith(one.lower())), None)
    rest = text.strip()
    if named is not None:
        rest = text[len(named) :].strip()
        if not rest:
            return Path(named, None)
        if rest[0] not in ":.":
            raise Fault("invalidPath", "The path names a schema that is not known.")
        rest = rest[1:]
    name, bracket, inside = rest.partition("[")
    which = None
    if bracket:
        filter_text, closing, part = inside.rpartition("]")
        if not closing or (part and not part.startswith(".")):
            raise Fault("invalidPath", "The path lacks a bracket.")
        which, part = parse(filter_text, "invalidPath"), part[1:]
    else:
        name, _, part = name.partition(".")
    if not _is_word(name) or (part and not _is_word(part)):
        raise Fault("invalidPath", "The path cannot be read.")
    return Path(named or schema, name, which, part or None)


def _is_word(text: str) -> bool:
    return text.isascii() and text.replace("-", "").replace("_", "").replace("$", "").isalnum() and len(text) <= 100


def patched(document: Mapping[str, Any], schema: str, body: Any) -> Document:
    """Return a document after all operations of a request, or raise Fault and leave everything as it was."""
    if not isinstance(body, dict):
        raise Fault("invalidSyntax", "An object of the schema PatchOp is needed.")
    sent = {name.lower(): value for name, value in body.items()}
    if not isinstance(sent.get("schemas"), list) or PATCH not in sent["schemas"]:
        raise Fault("invalidSyntax", f"schemas lacks {PATCH}.")
    operations = sent.get("operations")
    if not isinstance(operations, list) or not 0 < len(operations) <= MOST_OPERATIONS:
        raise Fault("invalidSyntax", f"Operations holds none, or more than {MOST_OPERATIONS}.")
    found = copy.deepcopy(dict(document))
    for operation in operations:
        _operate(found, schema, operation)
    return found


def _operate(document: Document, schema: str, operation: Any) -> None:
    if not isinstance(operation, dict):
        raise Fault("invalidSyntax", "An operation is no object.")
    sent = {name.lower(): value for name, value in operation.items()}
    deed, text, value = sent.get("op"), sent.get("path"), sent.get("value")
    if not isinstance(deed, str) or deed.lower() not in {"add", "replace", "remove"}:
        raise Fault("invalidSyntax", "op is none of add, replace and remove.")
    deed = deed.lower()
    if text is None or text == "":
        if deed == "remove":
            raise Fault("noTarget", "remove needs a path.")
        merge(document, schema, value, deed)
        return
    if not isinstance(text, str):
        raise Fault("invalidPath", "A path is a text.")
    path = read_path(text, schema)
    if deed != "remove" and "value" not in sent:
        raise Fault("invalidValue", f"{deed} needs a value.")
    if path.attribute is None:
        _whole_schema(document, path.schema, schema, deed, value)
    else:
        _act(document, path, deed, value, is_named=True)


def merge(document: Document, schema: str, value: Any, deed: str = "replace") -> None:
    """Take the attributes of an object into a document, each as if its name were a path; unknown ones are left."""
    if not isinstance(value, dict):
        raise Fault("invalidValue", "Without a path, the value is an object.")
    for name, one in value.items():
        extension = next((known for known in SCHEMAS if known.lower() == name.lower()), None)
        if extension is not None:
            _whole_schema(document, extension, schema, deed, one)
            continue
        try:
            path = read_path(name, schema)
        except Fault:
            continue
        _act(document, path, deed, one, is_named=False)


def _whole_schema(document: Document, schema: str, own: str, deed: str, value: Any) -> None:
    if schema != own and schema not in EXTENSIONS:
        raise Fault("invalidPath", "The path names a schema of another resource.")
    if deed == "remove":
        for name in list(document.get(schema, {}) if schema != own else ()):
            attribute = find(schema, name)
            if attribute is not None and attribute.mutability != "readOnly":
                _act(document, Path(schema, name), deed, None, is_named=True)
        return
    if value is None:
        return
    if not isinstance(value, dict):
        raise Fault("invalidValue", "The value of a schema is an object.")
    for name, one in value.items():
        head, _, part = name.partition(".")
        _act(document, Path(schema, head, None, part or None), deed, one, is_named=False)


def _act(document: Document, path: Path, deed: str, value: Any, *, is_named: bool) -> None:
    attribute = _changeable(path, is_named=is_named)
    if attribute is None:
        return
    place = document.setdefault(path.schema, {}) if path.schema in EXTENSIONS else document
    if value is None and deed != "remove":
        if attribute.required and not is_named:
            return
        deed = "remove"
    if attribute.many:
        _change_values(place, attribute, path, deed, value)
    elif attribute.parts:
        _change_parts(place, attribute, path, deed, value)
    else:
        _change_single(place, attribute, path, deed, value)


def _changeable(path: Path, *, is_named: bool) -> Attribute | None:
    """Return the attribute of a path; None where it is taken and not kept, Fault where it cannot be changed."""
    name = path.attribute or ""
    attribute = find(path.schema, name)
    if attribute is None:
        if is_named and name.lower() in COMMON:
            raise Fault("mutability", f"{name} is not changed from outside.")
        if is_named and name.lower() not in NOT_KEPT:
            raise Fault("invalidPath", f"There is no attribute {name[:64]}.")
        return None
    if attribute.mutability != "readOnly":
        return attribute
    if is_named and attribute.name not in _IGNORED:
        raise Fault("mutability", f"{attribute.name} is not changed from outside.")
    return None


def _change_single(place: Document, attribute: Attribute, path: Path, deed: str, value: Any) -> None:
    if path.which is not None or path.part is not None:
        raise Fault("invalidPath", f"{attribute.name} has no parts.")
    if deed == "remove":
        _refuse_required(attribute)
        place.pop(attribute.name, None)
    else:
        place[attribute.name] = _single(attribute, value)


def _refuse_required(attribute: Attribute) -> None:
    if attribute.required:
        raise Fault("mutability", f"{attribute.name} is needed and cannot be taken away.")


def _change_parts(place: Document, attribute: Attribute, path: Path, deed: str, value: Any) -> None:
    if path.which is not None:
        raise Fault("invalidPath", f"{attribute.name} has one value only.")
    if deed == "remove":
        if path.part is None or _is_kept(attribute, path.part):
            _refuse_required(attribute)
        return
    parts = {path.part: value} if path.part is not None else value
    if not isinstance(parts, dict):
        raise Fault("invalidValue", f"{attribute.name} is an object.")
    held = dict(place.get(attribute.name, {}))
    for name, one in parts.items():
        known = next((part for part in attribute.parts if part.name.lower() == name.lower()), None)
        if known is not None and one is not None:
            held[known.name] = _single(known, one)
        elif name.lower() in NAME_PARTS:
            held[name.lower()] = _single(Attribute(name, "string", ""), one or "")
        elif known is None and path.part is not None:
            raise Fault("invalidPath", f"{attribute.name} has no part {name[:64]}.")
    place[attribute.name] = held


def _is_kept(attribute: Attribute, part: str) -> bool:
    return any(one.name.lower() == part.lower() for one in attribute.parts)


def _single(attribute: Attribute, value: Any) -> Any:
    # Some send one value in a list, in an object of its own.
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict) and "value" in value:
        value = value["value"]
    if attribute.kind == "boolean":
        if isinstance(value, str) and value.lower() in {"true", "false"}:
            return value.lower() == "true"
        if not isinstance(value, bool):
            raise Fault("invalidValue", f"{attribute.name} is true or false.")
        return value
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or not is_sound(value):
        raise Fault("invalidValue", f"{attribute.name} is a text of at most {LONGEST_TEXT} signs.")
    return value


def _values(attribute: Attribute, value: Any) -> list[Any]:
    """Return values as a list: of texts, or of objects with the parts that are known."""
    given = value if isinstance(value, list) else [value]
    if len(given) > MOST_VALUES:
        raise Fault("tooMany", f"{attribute.name} holds more than {MOST_VALUES} values.")
    if not attribute.parts:
        return [_single(attribute, one) for one in given]
    return [_object(attribute, one) for one in given]


def _object(attribute: Attribute, value: Any) -> Document:
    if isinstance(value, str):
        value = {"value": value}
    if not isinstance(value, dict):
        raise Fault("invalidValue", f"{attribute.name} holds objects.")
    found: Document = {}
    for name, one in value.items():
        part = next((part for part in attribute.parts if part.name.lower() == name.lower()), None)
        if part is not None and one is not None:
            found[part.name] = _single(part, one)
    if "value" not in found:
        raise Fault("invalidValue", f"{attribute.name} holds an object without value.")
    return found


def _change_values(place: Document, attribute: Attribute, path: Path, deed: str, value: Any) -> None:
    held = list(place.get(attribute.name, []))
    if path.part is not None and not _is_kept(attribute, path.part):
        raise Fault("invalidPath", f"{attribute.name} has no part {path.part[:64]}.")
    if deed == "remove":
        kept = _without(held, attribute, path, value)
        if not kept:
            _refuse_required(attribute)
        place[attribute.name] = kept
        return
    if path.which is not None:
        _change_some(held, attribute, path, deed, value)
    elif path.part is not None:
        held = [{**one, path.part: _single(attribute, value)} for one in held]
    elif deed == "replace":
        held = _values(attribute, value)
    else:
        known = {_key(one) for one in held}
        held += [one for one in _values(attribute, value) if _key(one) not in known]
    place[attribute.name] = held


def _without(held: list[Any], attribute: Attribute, path: Path, value: Any) -> list[Any]:
    if path.which is not None:
        which = path.which
        return [one for one in held if not holds(which, one)]
    if path.part is not None:
        raise Fault("mutability", f"The parts of {attribute.name} are not taken away by themselves.")
    if value is not None and value != []:
        gone = {_key(one) for one in _values(attribute, value)}
        return [one for one in held if _key(one) not in gone]
    return []


def _change_some(held: list[Any], attribute: Attribute, path: Path, deed: str, value: Any) -> None:
    places = [number for number, one in enumerate(held) if path.which is not None and holds(path.which, one)]
    if not places and deed == "replace":
        raise Fault("noTarget", f"No value of {attribute.name} is such.")
    for number in places:
        if path.part is not None:
            part = next(one for one in attribute.parts if one.name.lower() == (path.part or "").lower())
            held[number] = {**held[number], part.name: _single(part, value)}
        else:
            held[number] = _values(attribute, value)[0]


def _key(value: Any) -> Any:
    return value["value"] if isinstance(value, dict) else value
