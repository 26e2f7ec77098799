"""The chain of steps that lifts a document of any age to the current format; pure, one step a version."""

from collections.abc import Callable, Mapping
from typing import Any

Document = Mapping[str, Any]
Step = Callable[[Document], Document]

# One entry a version that was left behind: STEPS["scenario"][0] lifts format 1 to format 2.
STEPS: dict[str, tuple[Step, ...]] = {"scenario": (), "module": (), "instrument": (), "facts": ()}

CURRENT_FORMAT = {kind: len(steps) + 1 for kind, steps in STEPS.items()}


def upgraded(kind: str, document: Document, steps: tuple[Step, ...] | None = None) -> Document:
    """Return the document in the current format of its kind, step by step from its own."""
    chain = STEPS[kind] if steps is None else steps
    for step in chain[document["format"] - 1 :]:
        document = step(document)
    return document
