"""Where things stand in content: the order of fields in a document, and the name of its file."""

from collections.abc import Iterator, Mapping
from typing import Any

from quiz.engine.reading import KEY

KINDS = ("instrument", "scenario", "module")

# The order of the content format, by the field that a mapping stands under; at the top by the kind of document.
ORDER: Mapping[str, tuple[str, ...]] = {
    "instrument": ("format", "key", "jurisdiction", "kind", "title", "editions"),
    "editions": (
        "key", "label", "status", "issued_on", "effective_from", "effective_to", "replaced_by", "provisions",
    ),
    "provisions": (
        "key", "reference", "title", "paraphrase", "parts", "topics", "figures", "binds_conduct", "sensitive",
        "verification", "verified_against", "verified_on", "source", "review_due",
    ),
    "reference": ("kind", "number"),
    "parts": ("key", "title", "paraphrase", "topics", "figures"),
    "figures": ("key", "what", "min", "max", "unit", "currency", "felony", "either_or", "note"),
    "scenario": (
        "format", "key", "bank", "kind", "title", "situation", "jurisdiction", "sensitive", "exhibit", "prompt",
        "options", "passages", "nodes", "key_ratings", "key_choice", "key_order", "hint", "cites", "compare", "topics",
        "values", "audience", "difficulty", "author_note",
    ),
    "exhibit": (
        "medium", "author", "handle", "profile", "official", "from", "to", "body_name", "number", "date", "subject",
        "body", "text", "signed", "when", "turns",
    ),
    "turns": ("who", "says"),
    "options": ("key", "text", "credit", "ruling", "cites", "consequence"),
    "passages": ("key", "breach", "ruling", "cites"),
    "nodes": ("key", "situation", "exhibit", "choices"),
    "choices": ("key", "text", "credit", "ruling", "cites", "consequence", "next"),
    "key_choice": ("most", "least"),
    "cites": ("at", "as"),
    "compare": ("edition", "cites", "verdict", "note"),
    "module": (
        "format", "key", "title", "summary", "minutes", "jurisdictions", "lesson", "blueprint", "behaviour",
        "certainty", "pass_rule", "attempts", "time_limit", "validity", "pledge", "minimum_verification", "defaults",
    ),
    "lesson": ("key", "jurisdictions", "title", "body", "cites"),
    "blueprint": (
        "bank", "count", "topics", "provisions", "jurisdictions", "kinds", "difficulty", "audience", "verification",
        "scored",
    ),
    "pass_rule": ("score", "and_every"),
    "and_every": ("cites", "score"),
    "attempts": ("limit", "waits", "remediation"),
    "pledge": ("confirm", "undertake", "editions", "required"),
    "defaults": ("assigned_to", "due"),
}  # fmt: skip
LANGUAGES_FIRST = ("ar", "en")


def in_order(mapping: Mapping[str, Any], place: str) -> list[str]:
    """Return the names of a mapping's fields as they are written: those of the format first, the others by name."""
    known = ORDER.get(place, ())
    first = [name for name in (*LANGUAGES_FIRST, *known) if name in mapping]
    return [*first, *sorted(set(mapping) - set(first))]


def ratings_in_order(document: Mapping[str, Any]) -> list[str]:
    """Return the options that have a rating, in the order in which they are offered."""
    return [key for key in _option_keys(document) if key in document["key_ratings"]]


def _option_keys(document: Mapping[str, Any]) -> Iterator[str]:
    options = document.get("options")
    for option in options if isinstance(options, list) else ():
        if isinstance(option, Mapping) and isinstance(option.get("key"), str):
            yield option["key"]


def file_name(kind: str, document: Mapping[str, Any]) -> str | None:
    """Return where a document stands under a content folder, or None where key or bank are no such words."""
    steps = [document.get("bank")] if kind == "scenario" else []
    steps.append(document.get("key"))
    if not all(isinstance(step, str) and KEY.fullmatch(step) for step in steps):
        return None
    return f"{kind}s/{'/'.join(map(str, steps))}.yaml"


def kind_of(document: Mapping[str, Any]) -> str | None:
    """Return what kind of document this is, by the fields that only one of them has; None where none is there."""
    for kind, signs in (("instrument", {"editions"}), ("module", {"blueprint", "lesson"})):
        if signs & set(document):
            return kind
    return "scenario" if {"bank", "situation"} & set(document) else None
