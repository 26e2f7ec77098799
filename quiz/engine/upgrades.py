"""The chain of steps that lifts a document of any age to the current format; pure, one step a version."""

from collections.abc import Callable, Mapping
from typing import Any

Document = Mapping[str, Any]
Step = Callable[[Document], Document]


def _proof_in_both_languages(document: Document) -> Document:
    """Format 1 said in one language what a provision was verified against: it stands for both until translated."""

    def provision(held: Document) -> Document:
        told = {name: {"ar": held[name], "en": held[name]} for name in ("verified_against", "source")}
        return {**held, **told}

    editions = [
        {**edition, "provisions": [provision(held) for held in edition["provisions"]]}
        for edition in document["editions"]
    ]
    return {**document, "format": 2, "editions": editions}


def _lines_for_every_country(document: Document) -> Document:
    """In format 1 a line of a blueprint was for every country of its module: it still is."""
    return {**document, "format": 2}


# One entry a version that was left behind: STEPS["scenario"][0] lifts format 1 to format 2.
STEPS: dict[str, tuple[Step, ...]] = {
    "scenario": (),
    "module": (_lines_for_every_country,),
    "instrument": (_proof_in_both_languages,),
    "facts": (),
}

CURRENT_FORMAT = {kind: len(steps) + 1 for kind, steps in STEPS.items()}


def upgraded(kind: str, document: Document, steps: tuple[Step, ...] | None = None) -> Document:
    """Return the document in the current format of its kind, step by step from its own."""
    chain = STEPS[kind] if steps is None else steps
    for step in chain[document["format"] - 1 :]:
        document = step(document)
    return document
