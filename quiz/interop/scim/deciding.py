"""What a document says of a person: which of its attributes are ours, and which of several says it."""

from typing import Any

from quiz.interop.scim.attributes import ENTERPRISE, OURS, USER
from quiz.interop.scim.faults import Fault
from quiz.interop.scim.patching import Document, merge
from quiz.services.taking_over import Decided


def taken(body: Any, before: Document | None = None) -> Document:
    """Return a whole resource that was sent as a document; what it does not name stays as it was before."""
    if not isinstance(body, dict):
        raise Fault("invalidSyntax", "An object is needed.")
    schemas = next((value for name, value in body.items() if name.lower() == "schemas"), None)
    if not isinstance(schemas, list) or USER not in schemas:
        raise Fault("invalidSyntax", f"schemas lacks {USER}.")
    found = unnamed(before or {})
    merge(found, USER, body)
    return found


def unnamed(document: Document) -> Document:
    """Return a document to be changed without its name: it stands in two places, and only one is said anew."""
    found: Document = {name: value for name, value in document.items() if name not in {"displayName", "name"}}
    for extension in (ENTERPRISE, OURS):
        found[extension] = dict(found.get(extension, {}))
    return found


def decided(after: Document, before: Document | None = None) -> Decided:
    """Return what a document decides, beside the one of before; raise Fault where it says two things at once."""
    before = before or {}
    held, own = after.get(ENTERPRISE, {}), after.get(OURS, {})
    families = own.get("jobFamilies")
    return Decided(
        hr_number=held.get("employeeNumber"),
        email=_email(after, before),
        name=_name(after, before),
        latin_name=own.get("latinName", ""),
        job_families=tuple(dict.fromkeys(families)) if families is not None else None,
        unit=held.get("department"),
        is_active=after.get("active"),
        external_id=after.get("externalId", ""),
    )


def _email(after: Document, before: Document) -> str | None:
    """Return the one address: of userName and emails that which changed."""
    name, mail = after.get("userName"), _mail(after, before)
    old_name, old_mail = before.get("userName"), _mail(before, {})
    changed = [
        said for said, old in ((name, old_name), (mail, old_mail)) if said is not None and _small(said) != _small(old)
    ]
    if len({_small(one) for one in changed}) > 1:
        raise Fault(
            "invalidValue", "userName and emails differ: there is one address for both; map them from the same source."
        )
    return changed[0] if changed else name


def _mail(document: Document, before: Document) -> str | None:
    given = [one for one in document.get("emails", []) if one.get("value")]
    old = {_small(one.get("value")) for one in before.get("emails", [])}
    # A new one beside the old one takes its place; of several, the one that says of itself that it is the one.
    given = [one for one in given if _small(one["value"]) not in old] or given
    # Another address than that of the work is not kept.
    work = [one for one in given if str(one.get("type") or "work").lower() == "work"]
    chosen = next((one for one in work if one.get("primary")), work[0] if work else None)
    return str(chosen["value"]) if chosen else None


def _small(text: str | None) -> str:
    return (text or "").strip().lower()


def _name(after: Document, before: Document) -> str | None:
    """Return the whole name that was said, of two that which changed; else both parts of one, joined."""
    parts = after.get("name", {})
    said = [str(one) for one in (parts.get("formatted"), after.get("displayName")) if one]
    if said:
        return next((one for one in said if one != before.get("displayName")), said[0])
    both = [parts.get("givenname"), parts.get("familyname")]
    # A name is kept in one piece: one part of it alone says nothing.
    return " ".join(both) if all(both) else None
