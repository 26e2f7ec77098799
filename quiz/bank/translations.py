"""Translations that came back: what stands in them, and how they are laid into the document they were made from."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from quiz.bank.findings import Finding
from quiz.bank.places import text_places
from quiz.bank.reader import Source
from quiz.engine.reading import Path
from quiz.engine.scenario_document import PASSAGE
from quiz.engine.text import SOURCE_LANGUAGE
from quiz.language.cleaning import Cleaned, clean

TARGET_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Translation:
    """The English of one text with the Arabic it was made from, and the line where it stands in its file."""

    arabic: str
    english: str
    state: str
    line: int


@dataclass(frozen=True, slots=True)
class Translated:
    """What came back for one document; `digest` is that of the document as it was sent, empty where it was lost.

    Texts are known by the names of `quiz.bank.places.text_places`.
    """

    kind: str
    key: str
    digest: str
    texts: Mapping[str, Translation]


def apply_translations(
    document: Mapping[str, Any], translated: Translated, *, even_stale: bool = False
) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Return a copy of a document with the English that came back, and why some of it was left out.

    Only English is ever written, cleaned like all that comes from elsewhere. What was made from an Arabic that does
    not stand any more is left out, unless `even_stale` says that somebody has looked at it.
    """
    changed = deepcopy(dict(document))
    return changed, tuple(_applied(changed, translated, even_stale))


def _applied(document: dict[str, Any], translated: Translated, even_stale: bool) -> Iterator[Finding]:
    file = f"{translated.kind}/{translated.key}"
    if document.get("key") != translated.key:
        yield Source(file, document).error("translation-elsewhere", (), value=file)
        return
    places = text_places(document)
    for name, translation in translated.texts.items():
        path = places.get(name)
        # The line is that of the file which came back; the path leads into the document.
        source = Source(file, document, {path or (): translation.line})
        if path is None:
            yield source.warning("translation-unknown", (), value=name)
            continue
        text = _at(document, path)
        arabic = text.get(SOURCE_LANGUAGE, "")
        # What came back as it went is nobody's writing.
        is_other = translation.english != text.get(TARGET_LANGUAGE)
        english = clean(translation.english) if is_other else Cleaned(translation.english)
        if _passages(arabic) != _passages(english.text):
            yield source.error("translation-passages", path)
        elif not even_stale and _spoken(arabic) != _spoken(translation.arabic):
            yield source.warning("translation-stale", path)
        else:
            text[TARGET_LANGUAGE] = english.text
            if english.changes:
                yield source.warning("translation-cleaned", path)


def _at(document: dict[str, Any], path: Path) -> dict[str, str]:
    found: Any = document
    for step in path:
        found = found[step]
    text: dict[str, str] = found
    return text


def _passages(text: str) -> Counter[str]:
    return Counter(key for key, _ in PASSAGE.findall(text))


def _spoken(text: str) -> str:
    """Return a text as far as it is compared: tools of translators set spaces and lines anew."""
    return " ".join(unicodedata.normalize("NFC", text).split())
