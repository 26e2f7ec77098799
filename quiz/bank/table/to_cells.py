"""From the document of a scenario to the cells of its row; only what comes back from them to the letter is written."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from quiz.bank.findings import Finding, Severity
from quiz.bank.table import words
from quiz.bank.table.columns import MOST_COMPARISONS, MOST_OPTIONS
from quiz.bank.table.exhibits import LANGUAGES, written
from quiz.bank.table.from_cells import HISTORY, document_of
from quiz.bank.writer import Unwritable
from quiz.engine.document import canonical, read_scenario
from quiz.engine.errors import Faulty

Document = Mapping[str, Any]

# Longer than any text of a scenario may be, and shorter than what would hide in a cell.
MOST_LETTERS = 5000
# What XML cannot hold.
UNHELD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def cells_of(document: Document, language: str) -> dict[str, str]:
    """Return what stands in each column for a scenario, words of lists in a language; empty cells are left out.

    Raise Unwritable for a scenario that a row cannot hold to the letter: one of another kind, one that is not sound,
    one with something that the table has no cell for.
    """
    kind = str(document.get("kind"))
    if kind in words.OTHER_KINDS.said:
        raise Unwritable(_refusal(document, "kind-not-in-table", kind=kind))
    try:
        read_scenario(document)
    except Faulty as faulty:
        raise Unwritable(_refusal(document, "not-for-a-table")) from faulty
    cells = {name: text for name, text in _cells(document, language) if text}
    held, faults = document_of(cells)
    can_stand = all(len(text) <= MOST_LETTERS and not UNHELD.search(text) for text in cells.values())
    if faults or not can_stand or canonical(held) != canonical(document):
        raise Unwritable(_refusal(document, "not-for-a-table"))
    return cells


def is_held(document: Document) -> bool:
    """Tell whether a row can hold a scenario to the letter."""
    try:
        cells_of(document, "ar")
    except Unwritable:
        return False
    return True


def _refusal(document: Document, code: str, /, **values: str) -> Finding:
    return Finding(Severity.ERROR, f"{document.get('key')}.yaml", 0, ("kind",), code, values)


def _cells(document: Document, language: str) -> Iterator[tuple[str, str]]:
    yield "key", document["key"]
    yield "kind", words.KINDS.word(document["kind"], language)
    yield "bank", words.BANKS.word(document["bank"], language)
    for field in ("title", "situation", "prompt", "hint"):
        yield from _text(field, document.get(field))
    if exhibit := document.get("exhibit"):
        yield "medium", words.MEDIA.word(exhibit["medium"], language)
        for tongue in LANGUAGES:
            yield f"exhibit.{tongue}", written(exhibit, tongue)
    for number, option in enumerate(document["options"][:MOST_OPTIONS], 1):
        yield f"option{number}.answer", _answer(document, option, language)
        yield f"option{number}.key", option["key"]
        yield f"option{number}.cites", _cites(option["cites"])
        for field in ("text", "ruling", "consequence"):
            yield from _text(f"option{number}.{field}", option.get(field))
    yield "cites", _cites(document["cites"])
    for field, vocabulary in (("topics", words.TOPICS), ("values", words.VALUES), ("audience", words.AUDIENCES)):
        yield field, "\n".join(vocabulary.word(code, language) for code in document[field])
    yield "difficulty", str(document["difficulty"])
    if document.get("sensitive") is not None:
        yield "sensitive", words.TRUTHS.word("yes" if document["sensitive"] else "no", language)
    for number, other in enumerate((document.get("compare") or [])[:MOST_COMPARISONS], 1):
        yield f"compare{number}.edition", other["edition"]
        yield f"compare{number}.verdict", words.VERDICTS.word(other["verdict"], language)
        yield f"compare{number}.cites", _cites(other["cites"])
        yield from _text(f"compare{number}.note", other["note"])
    yield "author_note", document.get("author_note") or ""


def _text(name: str, text: Mapping[str, str] | None) -> Iterator[tuple[str, str]]:
    for tongue, said in (text or {}).items():
        yield f"{name}.{tongue}", said


def _cites(cites: Iterable[Any]) -> str:
    return "\n".join(f"{HISTORY[0]}: {cite['at']}" if isinstance(cite, Mapping) else str(cite) for cite in cites)


def _answer(document: Document, option: Document, language: str) -> str:
    kind, key = document["kind"], option["key"]
    if kind == "judgement":
        return words.RATINGS.word(document["key_ratings"][key], language)
    if kind == "most_least":
        picks = [pick for pick, picked in document["key_choice"].items() if picked == key]
        return words.PICKS.word(picks[0], language) if picks else ""
    if kind == "ordering":
        return str(document["key_order"].index(key) + 1)
    return str(option["credit"])
