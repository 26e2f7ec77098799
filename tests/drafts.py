"""Drafts of the tests: begun, handed in and judged by the same deeds as those of real editors."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from quiz.bank.reader import Reading
from quiz.services import drafting, reviewing
from quiz.services.unit_of_work import Works
from tests.fixtures.people import Someone

Document = dict[str, Any]


def shipped(reading: Reading, key: str) -> Document:
    """Return the document of a shipped scenario, free to be changed."""
    return deepcopy(next(source.document for source in reading.scenarios if source.document["key"] == key))


def sound(reading: Reading, key: str = "a-new-one", kind: str = "single_choice", bank: str = "eg-conduct") -> Document:
    """Return a scenario nobody has published, in which the law finds nothing."""
    documents = (source.document for source in reading.scenarios)
    found = next(one for one in documents if (one["kind"], one["bank"]) == (kind, bank) and not one.get("sensitive"))
    return {**deepcopy(found), "key": key}


def retitled(document: Mapping[str, Any], arabic: str, english: str) -> Document:
    """Return a document under another title."""
    return {**deepcopy(dict(document)), "title": {"ar": arabic, "en": english}}


def begin(works: Works, editor: Someone, document: Mapping[str, Any], kind: str = "scenario") -> str:
    """Begin a draft of something new and return its public id."""
    with works.writing(editor.actor) as work:
        return drafting.begin_draft(work, kind, document)


def open_for(works: Works, editor: Someone, key: str, kind: str = "scenario") -> str:
    """Open the draft of something published and return its public id."""
    with works.writing(editor.actor) as work:
        return drafting.open_draft(work, kind, key)


def save(works: Works, editor: Someone, draft: str, seen: int, document: Mapping[str, Any]) -> int:
    """Save a draft and return the number of its revision."""
    with works.writing(editor.actor) as work:
        return drafting.save_draft(work, draft, seen, document)


def keep(works: Works, editor: Someone, draft: str, based_on: int, document: Mapping[str, Any]) -> None:
    """Keep what somebody types."""
    with works.writing(editor.actor) as work:
        drafting.keep_typing(work, draft, based_on, document)


def submit(works: Works, editor: Someone, draft: str, seen: int = 1) -> None:
    """Hand a draft in for review."""
    with works.writing(editor.actor) as work:
        drafting.submit_draft(work, draft, seen)


def seen_by(works: Works, reader: Someone, draft: str) -> drafting.DraftSummary:
    """Return a draft as somebody sees it."""
    with works.reading(reader.actor) as work:
        return drafting.get_draft(work, draft)


def handed_in(works: Works, editor: Someone, document: Mapping[str, Any], kind: str = "scenario") -> str:
    """Begin a draft of something new, hand it in, and return its public id."""
    draft = begin(works, editor, document, kind)
    submit(works, editor, draft)
    return draft


def changed(works: Works, editor: Someone, document: Mapping[str, Any], kind: str = "scenario") -> tuple[str, int]:
    """Open the draft of something published, save a change of it and hand that in; return draft and revision."""
    draft = open_for(works, editor, document["key"], kind)
    revision = save(works, editor, draft, 1, document)
    submit(works, editor, draft, revision)
    return draft, revision


def approve(works: Works, reviewer: Someone, draft: str, seen: int = 1, words: str = "", **reasons: str) -> int:
    """Approve a draft and return the number of the published version."""
    with works.writing(reviewer.actor) as work:
        return reviewing.approve(work, draft, seen, reasons, words)


def send_back(works: Works, reviewer: Someone, draft: str, seen: int = 1, words: str = "يلزم تعليل أوضح") -> None:
    """Send a draft back to its writers."""
    with works.writing(reviewer.actor) as work:
        reviewing.send_back(work, draft, seen, words)
