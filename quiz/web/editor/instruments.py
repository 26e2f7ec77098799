"""Amending an instrument: one edition or one provision on the screen, kept as one types, saved and handed in whole."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Role
from quiz.bank import amending
from quiz.presentation.guard import for_roles, sends_up_to
from quiz.presentation.work import reading, writing
from quiz.services import drafting, instruments
from quiz.services.drafting import DraftSummary
from quiz.services.errors import Duplicate, NotFound, NotReady, QuizError, Refused, Stale
from quiz.services.unit_of_work import UnitOfWork
from quiz.web.editor.cleaning import Cleaning
from quiz.web.editor.form_reading import Document
from quiz.web.editor.instrument_actions import Turn, turned
from quiz.web.editor.instrument_desk import Desk, desk_of
from quiz.web.editor.instrument_form import Shown, document_from, shown_of
from quiz.web.editor.views import blueprint
from quiz.web.editor.writing import MOST_FORM_BYTES, seen


@blueprint.get("/instruments", endpoint="instruments")
@for_roles(Role.EDITOR, Role.REVIEWER)
def list_instruments() -> str:
    """Show the instruments, how far each is proved, and which are being amended."""
    with reading() as work:
        lines, begun = instruments.list_lines(work)
    return render_template("editor/instruments.html", lines=lines, begun=begun)


@blueprint.post("/instruments")
@for_roles(Role.EDITOR)
def begin_instrument() -> BaseResponse:
    """Open the draft of an instrument, or begin one of a new instrument."""
    key = request.form.get("key", "")
    with writing() as work:
        if key:
            public_id = drafting.open_draft(work, "instrument", key)
        else:
            public_id = drafting.begin_draft(work, "instrument", amending.empty_instrument())
    return redirect(url_for("editor.instrument_draft", public_id=public_id), 303)


@blueprint.get("/instrument-drafts/<public_id>")
@for_roles(Role.EDITOR)
def instrument_draft(public_id: str) -> str | BaseResponse:
    """Show an edition of a draft, or one provision of it, as a form; while it is in review or after it, its review."""
    with reading() as work:
        found = _draft(work, public_id)
        if not found.may_be_written:
            return redirect(url_for("editor.review", public_id=public_id), 303)
        document = amending.shaped(found.document)
        edition, provision = request.args.get("edition"), request.args.get("provision")
        # An address may name what was removed since: the edition it stood in is shown instead.
        shown = shown_of(document, edition, provision) or shown_of(document, edition, None)
        desk = desk_of(work, found, document, shown or shown_of(document, None, None))
    return _page(desk)


@blueprint.post("/instrument-drafts/<public_id>")
@for_roles(Role.EDITOR)
@sends_up_to(MOST_FORM_BYTES)
def change_instrument_draft(public_id: str) -> str | BaseResponse | tuple[str, int]:
    """Do with a draft what a button of its form says; whatever comes of it, what was typed is kept."""
    do, _, where = request.form.get("do", "keep").partition(":")
    if do == "forget":
        with writing() as work:
            drafting.forget_typing(work, public_id)
        return redirect(url_for("editor.instrument_draft", public_id=public_id), 303)
    try:
        with writing() as work:
            found, typed, shown, cleaning = _keep(work, public_id)
            turn = Turn(typed, shown.edition_handle if shown else None, shown.provision_handle if shown else None)
            if shown is not None:
                standing = instruments.find_standing(work, found.key)
                turn = turned(turn, shown, do, where, standing, cleaning)
            if turn.document is not typed:
                drafting.keep_typing(work, public_id, seen(), turn.document)
    except Stale as fault:
        return _refused(public_id, fault)
    if do in {"save", "submit"}:
        return _store(public_id, typed, do == "submit")
    address = url_for("editor.instrument_draft", public_id=public_id, edition=turn.edition, provision=turn.provision)
    return redirect(f"{address}#{turn.anchor}", 303)


@blueprint.post("/instrument-drafts/<public_id>/typing")
@for_roles(Role.EDITOR)
@sends_up_to(MOST_FORM_BYTES)
def keep_instrument_typing(public_id: str) -> str:
    """Keep what is being typed and say what the law makes of it, as pieces of the page."""
    with writing() as work:
        _found, _typed, shown, cleaning = _keep(work, public_id)
    with reading() as work:
        found = _draft(work, public_id)
        desk = replace(desk_of(work, found, amending.shaped(found.document), shown), cleaned=cleaning.changes)
    return render_template("editor/instrument_live.html", desk=desk, draft=desk.draft, names=sorted(request.form))


def _draft(work: UnitOfWork, public_id: str) -> DraftSummary:
    found = drafting.get_draft(work, public_id)
    if found.kind != "instrument":
        raise NotFound("draft")
    return found


def _keep(work: UnitOfWork, public_id: str) -> tuple[DraftSummary, Document, Shown | None, Cleaning]:
    """Store what the form holds for its writer; return the draft, the document, its place and what was cleaned."""
    found, typed, shown, cleaning = _typed(work, public_id)
    drafting.keep_typing(work, public_id, seen(), typed)
    return found, typed, shown, cleaning


def _typed(work: UnitOfWork, public_id: str) -> tuple[DraftSummary, Document, Shown | None, Cleaning]:
    found = _draft(work, public_id)
    cleaning = Cleaning()
    typed = amending.shaped(found.document)
    shown = shown_of(typed, request.form.get("edition"), request.form.get("provision"))
    if shown is None and typed["editions"]:
        raise NotFound("provision")
    if shown is not None:
        typed = document_from(request.form, typed, shown, cleaning)
    return found, typed, shown, cleaning


def _store(public_id: str, typed: Mapping[str, Any], hand_in: bool) -> str | BaseResponse | tuple[str, int]:
    edition, provision = request.form.get("edition") or None, request.form.get("provision") or None
    try:
        with writing() as work:
            revision = drafting.save_draft(work, public_id, seen(), typed)
        if hand_in:
            with writing() as work:
                drafting.submit_draft(work, public_id, revision)
            return redirect(url_for("editor.review", public_id=public_id), 303)
    except (Duplicate, NotReady, Refused, Stale) as fault:
        return _refused(public_id, fault)
    return redirect(
        url_for(
            "editor.instrument_draft",
            public_id=public_id,
            edition=edition,
            provision=provision,
            saved=revision,
            _anchor="saved",
        ),
        303,
    )


def _refused(public_id: str, fault: QuizError) -> tuple[str, int]:
    """Return the page with what was typed, whoever has the draft by now, and why nothing was stored."""
    with reading() as work:
        found, typed, shown, _cleaning = _typed(work, public_id)
        desk = desk_of(work, found, typed, shown)
    return _page(desk, fault.code), 409 if isinstance(fault, Stale) else 422


def _page(desk: Desk, fault: str | None = None) -> str:
    return render_template(
        "editor/instrument_write.html",
        desk=desk,
        draft=desk.draft,
        doc=desk.document,
        fault=fault,
        saved=request.args.get("saved"),
    )
