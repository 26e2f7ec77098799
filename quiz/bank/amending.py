"""Amending an instrument piece by piece: an edition begun after another, provisions in and out, one proof for many."""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from quiz.engine.instrument import Verification
from quiz.engine.reading import KEY
from quiz.engine.upgrades import CURRENT_FORMAT, upgraded

Document = dict[str, Any]

# What nobody compared yet says so itself; the law takes it for no proof.
NOT_COMPARED = {
    "ar": "منقول عن الإصدار السابق، ولم يُقابَل بنص هذا الإصدار بعد.",
    "en": "Carried over from the earlier edition; not compared with the text of this one yet.",
}
PREFIXES = {
    "article": "art",
    "clause": "clause",
    "value": "value",
    "duty": "duty",
    "pledge": "pledge",
    "section": "section",
}
LONGEST_KEY = 48
MOST = {"editions": 24, "provisions": 400, "parts": 40, "figures": 24}
_NOT_OF_A_KEY = re.compile(r"[^a-z0-9]+")
_TEXTS = {
    "instrument": ("title",),
    "edition": ("label",),
    "provision": ("title", "paraphrase", "verified_against", "source"),
    "part": ("title", "paraphrase"),
    "figure": ("note",),
}


def empty_instrument(country: str = "EG") -> Document:
    """Return an instrument in which everything is still to be written, with one edition."""
    return {
        "format": CURRENT_FORMAT["instrument"],
        "jurisdiction": country,
        "kind": "code",
        "title": {},
        "editions": [_edition("edition-1", {}, "unknown")],
    }


def _edition(key: str, label: Mapping[str, str], status: str) -> Document:
    return {
        "key": key,
        "label": dict(label),
        "status": status,
        "issued_on": None,
        "effective_from": None,
        "effective_to": None,
        "replaced_by": None,
        "provisions": [],
    }


def shaped(document: Mapping[str, Any]) -> Document:
    """Return a document of any age as one of today's format whose lists are lists and whose texts are texts.

    A sound document of today comes back equal; of a broken one stays what has a place.
    """
    try:
        made = deepcopy(dict(upgraded("instrument", document)))
    except (KeyError, TypeError):
        made = deepcopy(dict(document))
    _with_texts(made, "instrument")
    made["editions"] = _entries(made.get("editions"))
    for edition in made["editions"]:
        _with_texts(edition, "edition")
        edition["provisions"] = _entries(edition.get("provisions"))
        for provision in edition["provisions"]:
            _shape_provision(provision)
    return made


def _shape_provision(provision: Document) -> None:
    _with_texts(provision, "provision")
    if not isinstance(provision.get("reference"), dict):
        provision["reference"] = {"kind": "section", "number": None}
    if "topics" in provision and not isinstance(provision["topics"], list):
        provision["topics"] = []
    for name in ("parts", "figures"):
        if name in provision:
            provision[name] = _entries(provision[name])
    for part in provision.get("parts", ()):
        _with_texts(part, "part")
        if "figures" in part:
            part["figures"] = _entries(part["figures"])
    for holder in (provision, *provision.get("parts", ())):
        for figure in holder.get("figures", ()):
            _with_texts(figure, "figure")


def _entries(value: Any) -> list[Any]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _with_texts(holder: Document, kind: str) -> None:
    for name in _TEXTS[kind]:
        value = holder.get(name)
        if isinstance(value, str):
            holder[name] = {"ar": value}
        elif value is not None and not isinstance(value, dict):
            holder[name] = {}
        elif isinstance(value, dict) and not all(isinstance(words, str) for words in value.values()):
            holder[name] = {language: words for language, words in value.items() if isinstance(words, str)}


def handles(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return by what each entry of a list is called in an address: its key, or its place where it has none of its own.

    A broken draft may hold entries without a key, or two of one key; each can still be opened and mended.
    """
    found: list[str] = []
    for place, entry in enumerate(entries):
        key = entry.get("key")
        is_own = isinstance(key, str) and KEY.fullmatch(key) is not None and key not in found
        found.append(str(key) if is_own else f"@{place}")
    return found


def place_of(entries: Sequence[Mapping[str, Any]], handle: str | None) -> int | None:
    """Return where the entry of a handle stands, None where there is none."""
    known = handles(entries)
    return known.index(handle) if handle in known else None


def slug(words: str) -> str:
    """Return words as a key; what no key can hold becomes a hyphen."""
    return _NOT_OF_A_KEY.sub("-", words.lower()).strip("-")[:LONGEST_KEY].strip("-")


def free_key(wanted: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """Return a key that none of the entries has: the one wanted, or with a number behind it."""
    taken = {str(entry.get("key")) for entry in entries}
    tried = (wanted, *(f"{wanted}-{number}" for number in range(2, len(entries) + 3)))
    return next(key for key in tried if key not in taken)


@dataclass(frozen=True, slots=True)
class NewEdition:
    """What is known of an edition as it is begun; dates as documents have them, or empty."""

    key: str = ""
    label: Mapping[str, str] = field(default_factory=dict)
    status: str = "in_force"
    issued_on: str = ""
    effective_from: str = ""
    repeals: bool = False


def with_edition(document: Mapping[str, Any], after: int, begun: NewEdition) -> tuple[Document, str]:
    """Return an instrument with a copy of an edition behind it, to be amended, and the key of the copy.

    Nothing of the copy counts as verified: its text was compared with nothing. Where the copy repeals the other,
    that one says by what it was replaced and until when it held.
    """
    made = deepcopy(dict(document))
    editions = made["editions"]
    if not 0 <= after < len(editions) or len(editions) >= MOST["editions"]:
        return made, ""
    earlier = editions[after]
    key = free_key(slug(begun.key) or slug(begun.label.get("en", "")) or f"edition-{len(editions) + 1}", editions)
    edition = {
        **_edition(key, begun.label, begun.status),
        "issued_on": begun.issued_on or None,
        "effective_from": begun.effective_from or None,
        "provisions": [_carried_over(provision) for provision in earlier.get("provisions", ())],
    }
    editions.insert(after + 1, edition)
    if begun.repeals:
        earlier.update(status="repealed", replaced_by=f"{made.get('key', '')}/{key}")
        earlier["effective_to"] = _day_before(begun.effective_from) or earlier.get("effective_to")
    return made, key


def _carried_over(provision: Mapping[str, Any]) -> Document:
    made = deepcopy(dict(provision))
    if made.get("verification") != Verification.DISPUTED.value:
        made["verification"] = Verification.RECALL.value
    made["verified_against"] = dict(NOT_COMPARED)
    return made


def _day_before(day: str) -> str | None:
    try:
        return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return None


def with_provision(document: Mapping[str, Any], edition: int, kind: str, number: str) -> tuple[Document, str]:
    """Return an instrument with one more provision at the end of an edition, and its key."""
    made = deepcopy(dict(document))
    provisions = made["editions"][edition]["provisions"]
    if len(provisions) >= MOST["provisions"]:
        return made, ""
    kind = kind if kind in PREFIXES else "article"
    key = free_key(f"{PREFIXES[kind]}-{slug(number) or 'new'}", provisions)
    provisions.append(
        {
            "key": key,
            "reference": {"kind": kind, "number": number or None},
            "title": {},
            "paraphrase": {},
            "topics": [],
            "figures": [],
            "binds_conduct": True,
            "sensitive": False,
            "verification": Verification.RECALL.value,
            "verified_against": {},
            "verified_on": None,
            "source": {},
            "review_due": None,
        }
    )
    return made, key


def renamed(document: Mapping[str, Any], edition: int, provision: int | None, key: str) -> tuple[Document, str]:
    """Return an instrument in which an edition or a provision has another key, and the key it got.

    Only what was never published may be given another; the caller knows. A sister that named it still does.
    """
    made = deepcopy(dict(document))
    entries = made["editions"] if provision is None else made["editions"][edition]["provisions"]
    place = edition if provision is None else provision
    others = [entry for number, entry in enumerate(entries) if number != place]
    before, wanted = str(entries[place].get("key", "")), slug(key)
    if not wanted:
        return made, before
    entries[place]["key"] = free_key(wanted, others)
    if provision is None:
        for sister in made["editions"]:
            if sister.get("replaced_by") == f"{made.get('key', '')}/{before}":
                sister["replaced_by"] = f"{made.get('key', '')}/{entries[place]['key']}"
    return made, entries[place]["key"]


@dataclass(frozen=True, slots=True)
class Proof:
    """What many provisions were compared with at once; what is empty stays as it was."""

    verification: str = ""
    against: Mapping[str, str] = field(default_factory=dict)
    source: Mapping[str, str] = field(default_factory=dict)
    on: str = ""
    review_due: str = ""


def proved(document: Mapping[str, Any], edition: int, proof: Proof) -> Document:
    """Return an instrument in which every provision of an edition was compared with the same text on the same day."""
    made = deepcopy(dict(document))
    told = {
        "verification": proof.verification,
        "verified_against": dict(proof.against),
        "source": dict(proof.source),
        "verified_on": proof.on,
        "review_due": proof.review_due,
    }
    for provision in made["editions"][edition]["provisions"]:
        provision.update(deepcopy({name: value for name, value in told.items() if value}))
    return made


def grown(provision: Mapping[str, Any], path: Sequence[str | int]) -> Document:
    """Return a provision with one more paragraph or figure at the end of the list at a path."""
    made = deepcopy(dict(provision))
    holder: Any = made
    if len(path) == 3:
        parts, place = made.get("parts", []), path[1]
        holder = parts[place] if path[0] == "parts" and isinstance(place, int) and place < len(parts) else None
    name = str(path[-1]) if path else ""
    if holder is None or name not in {"parts", "figures"} or (name == "parts" and len(path) != 1):
        return made
    entries = holder.setdefault(name, [])
    if len(entries) < MOST[name]:
        entries.append(_part(entries) if name == "parts" else _figure(entries))
    return made


def _part(beside: Sequence[Mapping[str, Any]]) -> Document:
    numbers = (str(number) for number in range(1, len(beside) + 2))
    taken = {str(part.get("key")) for part in beside}
    return {"key": next(number for number in numbers if number not in taken), "paraphrase": {}}


def _figure(beside: Sequence[Mapping[str, Any]]) -> Document:
    return {"key": free_key("figure", beside), "what": "fine"}


def states(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Return what became of each provision, by the handles of edition and provision: added, changed, same, removed."""
    old, new = (dict(_provisions(one)) if one else {} for one in (before, after))
    found = {
        where: "added" if where not in old else "same" if old[where] == provision else "changed"
        for where, provision in new.items()
    }
    return found | {where: "removed" for where in old if where not in new}


def _provisions(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    editions = document["editions"]
    for edition, held in zip(handles(editions), editions, strict=True):
        for handle, provision in zip(handles(held["provisions"]), held["provisions"], strict=True):
            yield (edition, handle), provision
