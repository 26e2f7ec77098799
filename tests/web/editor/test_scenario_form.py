"""A scenario goes through its page and comes back the same."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from quiz.access.actor import Actor, Role
from quiz.bank.findings import Report
from quiz.bank.reader import Reading
from quiz.services import searching
from quiz.services.drafting import DraftSummary
from quiz.services.unit_of_work import UnitOfWork, Works
from quiz.web.editor import writing
from quiz.web.editor.cleaning import Cleaning
from quiz.web.editor.scenario_form import addresses, document_from
from tests.drafts import Document
from tests.forms import sent
from tests.pages import HERE

LOCAL = {"REMOTE_ADDR": "127.0.0.1"}
EDITOR = Actor("person:editor", None, frozenset({Role.EDITOR}))
TICKED = {"topics", "values", "audience", "cites"}
Form = MultiDict[str, str]
FormOf = Callable[[Document], Form]


def desk_of(work: UnitOfWork, document: Document, base_number: int = 1) -> writing.Desk:
    """Return what the writing page shows of a document, without the law and the preview."""
    draft = DraftSummary(
        public_id="0" * 32,
        kind="scenario",
        key=document["key"],
        state="draft",
        revision=1,
        base_number=base_number,
        document=document,
        saved_by="ليلى",
        saved_at=datetime(2026, 1, 1, tzinfo=UTC),
        typed=None,
        others_typing=(),
        is_own=True,
        is_of_own_bank=True,
    )
    return writing.Desk(
        draft=draft,
        report=Report(),
        by_field={},
        places={},
        provisions=searching.gather(work, addresses(document)),
        slot=None,
        editions=searching.list_editions(work),
    )


@pytest.fixture
def form_of(app: Flask, works: Works) -> FormOf:
    """Render the page of a document and return what a browser would send of it."""

    def fill(document: Document) -> Form:
        with app.test_request_context("/edit/", environ_base=LOCAL, base_url=HERE), works.reading(EDITOR) as work:
            app.preprocess_request()
            return MultiDict(sent(writing._page(desk_of(work, document)), "writing"))

    return fill


@pytest.fixture
def past(works: Works) -> frozenset[str]:
    with works.reading(EDITOR) as work:
        return searching.past_editions(work)


def skeleton(document: Document) -> Document:
    """Return the little of a document that its page does not hold, so that all else has to come through the form."""
    kept: Document = {name: document[name] for name in ("format", "key", "kind")}
    if "sensitive" in document:
        kept["sensitive"] = not document["sensitive"]
    if document.get("exhibit"):
        kept["exhibit"] = {"medium": document["exhibit"]["medium"]}
    return kept


def in_any_order(value: Any, name: str = "") -> Any:
    """Return a document with its ticked lists sorted: their order only the document before can tell."""
    if isinstance(value, dict):
        return {key: in_any_order(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted(value, key=str) if name in TICKED else [in_any_order(inner) for inner in value]
    return value


def differing(document: Document, came: Document) -> list[Any]:
    names = document.keys() | came.keys()
    return [(name, document.get(name), came.get(name)) for name in names if document.get(name) != came.get(name)]


def test_every_shipped_scenario_comes_back_through_its_page_as_it_was(
    reading: Reading, form_of: FormOf, past: frozenset[str]
) -> None:
    faults = []
    for source in reading.scenarios:
        document = source.document
        form, cleaning = form_of(document), Cleaning()
        if (came := document_from(form, document, past, cleaning)) != document:
            faults.append(f"{document['key']}: {differing(document, came)}")
        came, wanted = in_any_order(document_from(form, skeleton(document), past, cleaning)), in_any_order(document)
        if came != wanted:
            faults.append(f"{document['key']} from nothing: {differing(wanted, came)}")
        if cleaning.changes:
            faults.append(f"{document['key']}: {cleaning.changes}")
    assert not faults, f"{len(faults)}\n" + "\n".join(faults)[:4000]
