"""People and roles as resources of SCIM, with their versions, and as much of them as was asked for."""

import hashlib
import json
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import partial
from typing import Any

from quiz.interop.scim.attributes import ENTERPRISE, EXTENSIONS, GROUP, OURS, USER
from quiz.services.provisioning import Provisioned
from quiz.services.role_groups import RoleGroup

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
Document = dict[str, Any]
_ALWAYS = frozenset({"id", "schemas"})


def user_document(person: Provisioned, base: str) -> Document:
    """Return a person as a resource; `base` is the address of all of this."""
    found: Document = {
        "schemas": [USER, *EXTENSIONS],
        "id": person.public_id,
        "externalId": person.external_id,
        "userName": person.email,
        "displayName": person.name,
        "name": {"formatted": person.name},
        "emails": [{"value": person.email, "type": "work", "primary": True}],
        "active": person.is_active,
        "groups": [
            {"value": role.value, "$ref": f"{base}/Groups/{role.value}", "display": role.value} for role in person.roles
        ],
        ENTERPRISE: {
            "employeeNumber": person.hr_number,
            "department": person.unit,
            "manager": _manager(person, base),
        },
        OURS: {
            "latinName": person.latin_name,
            "jobFamilies": list(person.job_families),
            "jurisdiction": person.jurisdiction,
            "unitName": person.unit_name.in_language("ar")[0],
        },
    }
    meta = {
        "resourceType": "User",
        "created": moment(person.created_at),
        "lastModified": moment(person.changed_at),
        "location": f"{base}/Users/{person.public_id}",
    }
    return _versioned(_filled(found), meta)


def _manager(person: Provisioned, base: str) -> Document | None:
    if person.manager is None:
        return None
    key, name = person.manager
    return {"value": key, "$ref": f"{base}/Users/{key}", "displayName": name}


def group_document(group: RoleGroup, base: str) -> Document:
    """Return a role as a resource."""
    found: Document = {
        "schemas": [GROUP],
        "id": group.role.value,
        "displayName": group.role.value,
        "members": [
            {"value": key, "$ref": f"{base}/Users/{key}", "type": "User", "display": name}
            for key, name in group.members
        ],
    }
    return _versioned(found, {"resourceType": "Group", "location": f"{base}/Groups/{group.role.value}"})


def moment(when: datetime) -> str:
    """Return a moment as SCIM writes it."""
    return when.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _filled(document: Document) -> Document:
    """Leave out what has no value."""
    return {
        name: _filled(value) if isinstance(value, dict) else value
        for name, value in document.items()
        if value is not None
    }


def _versioned(document: Document, meta: Document) -> Document:
    # Of all that is shown, not of a row: a unit renamed, a role given or a manager replaced is another version as well.
    said = json.dumps([document, meta], ensure_ascii=False, sort_keys=True).encode()
    return {**document, "meta": {**meta, "version": f'W/"{hashlib.sha256(said).hexdigest()[:32]}"'}}


def listed(resources: Collection[Document], total: int, first: int) -> Document:
    """Return a page of resources; the first place is 1."""
    return {
        "schemas": [LIST],
        "totalResults": total,
        "startIndex": first,
        "itemsPerPage": len(resources),
        "Resources": list(resources),
    }


def projected(document: Document, only: Collection[str], without: Collection[str]) -> Document:
    """Return as much of a resource as was asked for; what names it always stays."""
    if only:
        wanted = [_split(one) for one in only]
        return {name: kept for name, value in document.items() if (kept := _kept(name, value, wanted)) is not None}
    found = dict(document)
    for name, part in map(_split, without):
        key = next((one for one in found if one.lower() == name), None)
        if key is None or key in _ALWAYS:
            continue
        if part is None:
            del found[key]
        else:
            found[key] = _mapped(found[key], partial(_is_another, part))
    return found


def _is_another(part: str, inner: str) -> bool:
    return inner.lower() != part


def _split(name: str) -> tuple[str, str | None]:
    """Return the attribute at the top and the part of it that a name means, in small letters."""
    small = name.strip().lower()
    for extension in EXTENSIONS:
        if small.startswith(extension.lower()):
            rest = small[len(extension) + 1 :].partition(".")[0]
            return extension.lower(), rest or None
    for core in (USER, GROUP):
        small = small.removeprefix(f"{core.lower()}:")
    head, _, part = small.partition(".")
    return head, part or None


def _kept(name: str, value: Any, wanted: list[tuple[str, str | None]]) -> Any:
    parts = {part for head, part in wanted if head == name.lower()}
    if name in _ALWAYS or None in parts:
        return value
    if not parts:
        return None
    return _mapped(value, lambda inner: inner.lower() in parts)


def _mapped(value: Any, is_wanted: Callable[[str], bool]) -> Any:
    """Return a value, or each of several, with those of its parts alone that are wanted."""
    if isinstance(value, list):
        return [_mapped(one, is_wanted) for one in value]
    return {name: one for name, one in value.items() if is_wanted(name)} if isinstance(value, dict) else value
