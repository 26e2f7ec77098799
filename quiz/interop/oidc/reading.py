"""Reading what a provider sent: JSON objects, and fields of the kind that is expected."""

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

from quiz.interop.oidc.fetching import Answer
from quiz.services.provider_faults import AWAY, UNSURE, Fault

Claims = Mapping[str, Any]


def read_object(content: bytes | str) -> dict[str, Any]:
    """Return a JSON object; raise Fault for anything else."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as fault:
        raise Fault(UNSURE, "an answer is no JSON") from fault
    if not isinstance(found, dict):
        raise Fault(UNSURE, "an answer is no object")
    return found


def read_answer(answer: Answer, what: str) -> dict[str, Any]:
    """Return the object of an answer that went well; raise Fault for any other."""
    if answer.status >= 500 or answer.status == 429:
        raise Fault(AWAY, f"{what}: status {answer.status}")
    if answer.status != 200 or not (answer.media_type == "application/json" or answer.media_type.endswith("+json")):
        raise Fault(UNSURE, f"{what}: status {answer.status}, of another kind than JSON or not well")
    return read_object(answer.body)


def word(claims: Claims, name: str) -> str | None:
    """Return a string that is no longer than any of ours; None for none, and for whatever else there is."""
    value = claims.get(name)
    return value if isinstance(value, str) and 0 < len(value) <= 255 and value.isprintable() else None


def words(claims: Claims, name: str) -> tuple[str, ...]:
    """Return the strings of a list."""
    value = claims.get(name)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def seconds(claims: Claims, name: str) -> float | None:
    """Return a moment in seconds; None for none, and for whatever is no sensible number."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(value) if 0 <= value < 1e11 else None
