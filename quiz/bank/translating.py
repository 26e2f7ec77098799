"""Which English is missing, and which was made from an Arabic that has changed since."""

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from quiz.bank.findings import Finding, Severity, counted_from_1
from quiz.bank.places import text_places
from quiz.bank.words import has_arabic
from quiz.engine.reading import Path
from quiz.engine.text import SOURCE_LANGUAGE

TARGET_LANGUAGE = "en"
Document = Mapping[str, Any]
Confirmed = Mapping[int, Collection[str]]
NONE: Confirmed = {}


@dataclass(frozen=True, slots=True)
class Gaps:
    """The places of a document whose English is missing, and of those where it is stale."""

    missing: tuple[Path, ...]
    stale: tuple[Path, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale)


def translated_from(versions: Sequence[Document], confirmed: Confirmed = NONE) -> dict[str, Any]:
    """Return the last of some versions, oldest first, with the Arabic that each of its English texts was made from.

    English that did not change with its Arabic is taken to be made from the Arabic it stood beside when it last did.
    `confirmed` holds, by the place of a version among them, the texts whose English somebody let stand beside a new
    Arabic: as findings name their places, `options.2.ruling.en`.
    """
    made_from: dict[str, Mapping[str, str]] = {}
    for number, version in enumerate(versions):
        places, stands = text_places(version), confirmed.get(number, ())
        found = {name: _at(version, path) for name, path in places.items()}
        for name, text in found.items():
            before = made_from.get(name)
            is_new = before is None or before.get(TARGET_LANGUAGE) != text.get(TARGET_LANGUAGE)
            if is_new or counted_from_1((*places[name], TARGET_LANGUAGE)) in stands:
                made_from[name] = text
        made_from = {name: text for name, text in made_from.items() if name in found}
    newest = deepcopy(dict(versions[-1]))
    for name, path in text_places(newest).items():
        text = _at(newest, path)
        text[SOURCE_LANGUAGE] = made_from[name].get(SOURCE_LANGUAGE, text.get(SOURCE_LANGUAGE, ""))
    return newest


def gaps(versions: Sequence[Document], confirmed: Confirmed = NONE) -> Gaps:
    """Return what is missing or stale in the last of some versions, oldest first; `confirmed` as above."""
    newest, stood = versions[-1], translated_from(versions, confirmed)
    missing, stale = [], []
    for path in text_places(newest).values():
        text = _at(newest, path)
        if not has_arabic(text.get(SOURCE_LANGUAGE, "")):
            continue
        if not text.get(TARGET_LANGUAGE, "").strip():
            missing.append(path)
        elif _at(stood, path).get(SOURCE_LANGUAGE) != text.get(SOURCE_LANGUAGE):
            stale.append(path)
    return Gaps(tuple(missing), tuple(stale))


def nothing_there(kind: str, key: str) -> Finding:
    """Return what is said of a translation that came back for something that is not here."""
    name = f"{kind}/{key}"
    return Finding(Severity.ERROR, name, 0, (), "nothing-to-translate", {"value": name})


def _at(document: Document, path: Path) -> dict[str, str]:
    held: Any = document
    for step in path:
        held = held[step]
    return held  # type: ignore[no-any-return]
