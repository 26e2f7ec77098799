"""Writing a scenario: one screen, kept as one types, saved when one says so, handed in for review."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.bank import composing
from quiz.bank.differences import Change
from quiz.bank.findings import Finding, Report
from quiz.engine.question_types import registry as question_types
from quiz.engine.scenario import BANKS
from quiz.engine.text import Text
from quiz.presentation.guard import for_roles, sends_up_to
from quiz.presentation.requests import sent
from quiz.presentation.work import reading, writing
from quiz.services import belonging, checking, drafting, history, previewing, reviewing, searching
from quiz.services.drafting import DraftSummary
from quiz.services.errors import Duplicate, NotFound, NotReady, QuizError, Refused, Stale
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.viewing import SlotSummary
from quiz.web.editor.cleaning import Cleaning
from quiz.web.editor.scenario_form import Document, addresses, document_from, field_of, fields_of
from quiz.web.editor.views import blueprint

# A form in one piece, in which an Arabic letter takes six bytes. In parts it would take two, but the framework's
# reader of parts stops at a thousand of them, and runs some into one another where a block of 64 KiB ends.
MOST_FORM_BYTES = 6 * 1024 * 1024
# Where a draft that is no scenario is written.
_PAGES = {"instrument": "editor.instrument_draft", "module": "editor.module_draft"}


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the writing page shows: the draft, what the law says of it, what it cites, how learners meet it."""

    draft: DraftSummary
    report: Report
    by_field: Mapping[str, tuple[Finding, ...]]
    places: Mapping[Finding, str]
    provisions: searching.Provisions
    slot: SlotSummary | None
    comments: tuple[reviewing.CommentSummary, ...] = ()
    reviews: tuple[reviewing.ReviewSummary, ...] = ()
    editions: tuple[tuple[str, Text], ...] = ()
    theirs: tuple[Change, ...] = ()
    cleaned: Mapping[str, int] = field(default_factory=dict)

    def field(self, found: Finding) -> str:
        """Return the field that a finding stands beside, empty where it is of the whole."""
        return self.places.get(found, "")


@blueprint.post("/drafts")
@for_roles(Role.EDITOR)
def begin() -> BaseResponse:
    """Begin a new scenario, for a provision where one is named, or as another version of one that stands."""
    key, provision = request.form.get("key", ""), request.form.get("provision", "")
    with writing() as work:
        if key:
            public_id = drafting.open_draft(work, "scenario", key)
        else:
            own = belonging.own_banks(work, Permission.BANK_DRAFT_WRITE)
            first = next((bank for bank in BANKS if own is None or bank in own), BANKS[0])
            bank = belonging.bank_of_provision(work, provision) if provision else request.form.get("bank", first)
            document = composing.empty_scenario(bank if bank in BANKS else first)
            if provision and searching.is_citable(work, provision):
                document["cites"] = [provision]
            public_id = drafting.begin_draft(work, "scenario", document)
    return redirect(url_for("editor.draft", public_id=public_id), 303)


@blueprint.get("/drafts/<public_id>")
@for_roles(Role.EDITOR)
def draft(public_id: str) -> str | BaseResponse:
    """Show a draft as a form; while it is in review or after it, its review."""
    with reading() as work:
        found = drafting.get_draft(work, public_id)
        if not found.may_be_written:
            return redirect(url_for("editor.review", public_id=public_id), 303)
        if found.kind != "scenario":
            return redirect(url_for(_PAGES.get(found.kind, "editor.review"), public_id=public_id), 303)
        desk = _desk(work, found)
    return _page(desk)


@blueprint.post("/drafts/<public_id>")
@for_roles(Role.EDITOR)
@sends_up_to(MOST_FORM_BYTES)
def change_draft(public_id: str) -> str | BaseResponse | tuple[str, int]:
    """Do with a draft what a button of its form says; whatever comes of it, what was typed is kept."""
    do, _, where = request.form.get("do", "keep").partition(":")
    if do == "forget":
        with writing() as work:
            drafting.forget_typing(work, public_id)
        return redirect(url_for("editor.draft", public_id=public_id), 303)
    try:
        typed, _cleaned = _keep(public_id)
    except Stale as fault:
        return _refused(public_id, fault)
    if do in {"save", "submit"}:
        return _store(public_id, typed, do == "submit")
    changed = _composed(typed, do, where)
    if changed is not None:
        with writing() as work:
            drafting.keep_typing(work, public_id, seen(), changed)
    found = request.form.get("find", "").strip() if do == "find" else ""
    anchor = {"find": "provisions", "cite": "provisions"}.get(do, where.replace(".", "-") or "main")
    return redirect(url_for("editor.draft", public_id=public_id, find=found or None, _anchor=anchor), 303)


@blueprint.post("/drafts/<public_id>/typing")
@for_roles(Role.EDITOR)
@sends_up_to(MOST_FORM_BYTES)
def keep_typing(public_id: str) -> str:
    """Keep what is being typed and say what the law makes of it, as pieces of the page."""
    _typed, cleaned = _keep(public_id)
    with reading() as work:
        desk = replace(_desk(work, drafting.get_draft(work, public_id)), cleaned=cleaned)
    return render_template("editor/write_live.html", desk=desk, draft=desk.draft, names=sorted(request.form))


@blueprint.get("/provisions")
@for_roles(Role.EDITOR)
def provisions() -> str:
    """Show the provisions that some words find, as a piece of the writing page."""
    with reading() as work:
        found = searching.find_provisions(work, request.args.get("find", ""), request.args.get("bank") or None)
    return render_template("editor/provisions_found.html", found=found, wanted=request.args.get("find", ""))


@blueprint.post("/drafts/<public_id>/discard")
@for_roles(Role.EDITOR)
def discard(public_id: str) -> BaseResponse:
    """Throw a draft away."""
    with writing() as work:
        drafting.discard_draft(work, public_id)
    return redirect(url_for("editor.desk"), 303)


@blueprint.post("/drafts/<public_id>/take-back")
@for_roles(Role.EDITOR)
def take_back(public_id: str) -> BaseResponse:
    """Take a draft back from review."""
    with writing() as work:
        drafting.take_back(work, public_id)
    return redirect(url_for("editor.draft", public_id=public_id), 303)


def seen() -> int:
    """Return the revision that the form was shown with; a form without a number is none of ours."""
    words = request.form.get("seen", "")
    if not (words.isascii() and words.isdigit() and len(words) < 9):
        abort(400)
    return int(words)


def _keep(public_id: str) -> tuple[Document, Mapping[str, int]]:
    """Store what the form holds for its writer; return the document and what was cleaned out of it."""
    with writing() as work:
        found, cleaning = _typed(work, public_id)
        drafting.keep_typing(work, public_id, seen(), found.document)
    return dict(found.document), cleaning.changes


def _typed(work: UnitOfWork, public_id: str) -> tuple[DraftSummary, Cleaning]:
    """Return a draft with what the form holds as its document, and what was cleaned out of it."""
    found, cleaning = drafting.get_draft(work, public_id), Cleaning()
    if found.kind != "scenario":
        raise NotFound("draft")
    typed = document_from(request.form, found.document, searching.past_editions(work), cleaning)
    return replace(found, document=typed), cleaning


def _store(public_id: str, typed: Document, hand_in: bool) -> str | BaseResponse | tuple[str, int]:
    try:
        with writing() as work:
            revision = drafting.save_draft(work, public_id, seen(), typed)
        if hand_in:
            with writing() as work:
                drafting.submit_draft(work, public_id, revision)
            return redirect(url_for("editor.review", public_id=public_id), 303)
    except (Duplicate, NotReady, Refused, Stale) as fault:
        return _refused(public_id, fault)
    return redirect(url_for("editor.draft", public_id=public_id, saved=revision, _anchor="saved"), 303)


def _refused(public_id: str, fault: QuizError) -> tuple[str, int]:
    """Return the page with what was typed, whoever has the draft by now, and why nothing was stored."""
    with reading() as work:
        desk = _desk(work, _typed(work, public_id)[0])
    return _page(desk, fault.code), 409 if isinstance(fault, Stale) else 422


_MOVES = {"up": -1, "down": 1}
_PLACE = re.compile("[0-9]{1,4}")


def _composed(document: Document, do: str, where: str) -> Document | None:
    """Return the document after a change of its parts, or None where the button asks for none."""
    path = tuple(int(step) if _PLACE.fullmatch(step) else step for step in where.split(".")) if where else ()
    if do in _MOVES:
        return composing.moved(document, path, _MOVES[do])
    if do == "remove":
        return composing.removed(document, path)
    if do == "add":
        return composing.added(document, path)
    if do == "kind" and request.form.get("kind") in question_types.names():
        return composing.with_kind(document, request.form["kind"])
    if do == "medium":
        return composing.with_medium(document, request.form.get("medium", ""))
    if do == "share":
        return composing.with_shared_credits(document)
    if do == "cite" and where:
        return {**document, "cites": [*document.get("cites", ()), where]}
    return None


def _desk(work: UnitOfWork, found: DraftSummary) -> Desk:
    report = checking.check_document(work, found.kind, found.document)
    known = frozenset(request.form) if request.method == "POST" else fields_of(found.document)
    places = {one: name for one in report.findings if (name := field_of(one, known, found.document))}
    by_field: defaultdict[str, list[Finding]] = defaultdict(list)
    for one, name in places.items():
        by_field[name].append(one)
    comments, reviews = reviewing.get_talk(work, found.public_id)
    return Desk(
        draft=found,
        report=report,
        by_field={name: tuple(held) for name, held in by_field.items()},
        places=places,
        provisions=searching.gather(work, addresses(found.document), sent("find"), found.document.get("bank")),
        slot=previewing.preview(work, found.document),
        comments=comments,
        reviews=reviews,
        editions=searching.list_editions(work),
        theirs=history.changed_since(work, found) if found.is_behind else (),
    )


def _page(desk: Desk, fault: str | None = None) -> str:
    return render_template(
        "editor/write.html",
        desk=desk,
        draft=desk.draft,
        doc=desk.draft.document,
        fault=fault,
        saved=request.args.get("saved"),
        kinds=question_types.names(),
    )
