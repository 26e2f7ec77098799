"""The modules: which stand, one written on a screen of its own, and trial draws of which nothing is stored."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Role
from quiz.bank import composing
from quiz.bank import modules as parts
from quiz.presentation.guard import for_roles, sends_up_to
from quiz.presentation.work import reading, writing
from quiz.services import drafting, history, modules, searching
from quiz.services.drafting import DraftSummary
from quiz.services.errors import Duplicate, NotFound, NotReady, Refused, Stale
from quiz.services.unit_of_work import UnitOfWork
from quiz.web.editor.cleaning import Cleaning
from quiz.web.editor.form_reading import Document
from quiz.web.editor.module_desk import Desk, desk_of, draws_of
from quiz.web.editor.module_form import document_from
from quiz.web.editor.scenario_form import cited
from quiz.web.editor.views import blueprint
from quiz.web.editor.writing import MOST_FORM_BYTES, seen

_MOVES = {"up": -1, "down": 1}
_PLACE = re.compile("[0-9]{1,4}")
_NUMBER = re.compile("[1-9][0-9]{0,5}")


@blueprint.get("/modules", endpoint="modules")
@for_roles(Role.EDITOR, Role.REVIEWER)
def list_modules() -> str:
    """Show the modules that stand, what is wrong with each, and the drafts of new ones."""
    with reading() as work:
        lines, begun = modules.list_lines(work)
    return render_template("editor/modules.html", lines=lines, begun=begun)


@blueprint.post("/modules")
@for_roles(Role.EDITOR)
def begin_module() -> BaseResponse:
    """Open the draft of a module, begin one as a copy of another, or begin an empty one."""
    key, copied = request.form.get("key", ""), request.form.get("copy", "")
    with writing() as work:
        if key:
            public_id = drafting.open_draft(work, "module", key)
        elif copied:
            public_id = modules.copy_module(work, copied)
        else:
            public_id = drafting.begin_draft(work, "module", parts.empty_module())
    return redirect(url_for("editor.module_draft", public_id=public_id), 303)


@blueprint.get("/module-drafts/<public_id>")
@for_roles(Role.EDITOR)
def module_draft(public_id: str) -> str | BaseResponse:
    """Show a draft of a module as a form; while it is in review or after it, its review."""
    with reading() as work:
        found = _draft(work, public_id)
        if not found.may_be_written:
            return redirect(url_for("editor.review", public_id=public_id), 303)
        desk = desk_of(work, found)
    return _page(desk)


@blueprint.post("/module-drafts/<public_id>")
@for_roles(Role.EDITOR)
@sends_up_to(MOST_FORM_BYTES)
def change_module_draft(public_id: str) -> str | BaseResponse | tuple[str, int]:
    """Do with a draft what a button of its form says; whatever comes of it, what was typed is kept."""
    do, _, where = request.form.get("do", "keep").partition(":")
    if do == "forget":
        with writing() as work:
            drafting.forget_typing(work, public_id)
        return redirect(url_for("editor.module_draft", public_id=public_id), 303)
    with writing() as work:
        typed, _cleaned = _keep(work, public_id)
        changed, anchor = _composed(work, typed, do, where)
        if changed is not None:
            drafting.keep_typing(work, public_id, seen(), changed)
    if do in {"save", "submit"}:
        return _store(public_id, typed, do == "submit")
    wanted = request.form.get("find", "").strip() if do == "find" else ""
    to = request.form.get("cite.to") if do in {"find", "cite"} else None
    return redirect(
        url_for("editor.module_draft", public_id=public_id, find=wanted or None, to=to or None, _anchor=anchor), 303
    )


@blueprint.post("/module-drafts/<public_id>/typing")
@for_roles(Role.EDITOR)
@sends_up_to(MOST_FORM_BYTES)
def keep_module_typing(public_id: str) -> str:
    """Keep what is being typed, and say what the law makes of it and what it would draw, as pieces of the page."""
    with writing() as work:
        _typed, cleaned = _keep(work, public_id)
    with reading() as work:
        desk = replace(desk_of(work, _draft(work, public_id)), cleaned=cleaned)
    return render_template("editor/module_live.html", desk=desk, draft=desk.draft, doc=desk.document)


@blueprint.get("/module-drafts/<public_id>/draw")
@for_roles(Role.EDITOR, Role.REVIEWER)
def draw_draft(public_id: str) -> str:
    """Show one trial draw of a draft for somebody of a country; nothing of it is stored."""
    with reading() as work:
        found = _draft(work, public_id)
        writes = found.may_be_written and Role.EDITOR in work.actor.roles
        back = url_for("editor.module_draft" if writes else "editor.review", public_id=public_id)
        return _drawn(work, found.document, partial(url_for, "editor.draw_draft", public_id=public_id), back)


@blueprint.get("/modules/<key>/draw")
@for_roles(Role.EDITOR, Role.REVIEWER)
def draw_module(key: str) -> str:
    """Show one trial draw of a module as it stands; nothing of it is stored."""
    with reading() as work:
        document = history.find_standing(work, "module", key)
        return _drawn(work, document, partial(url_for, "editor.draw_module", key=key), url_for("editor.modules"))


def _drawn(work: UnitOfWork, document: Mapping[str, Any], here: Callable[..., str], back: str) -> str:
    number = request.args.get("seed", "1")
    if not _NUMBER.fullmatch(number):
        raise NotFound("page")
    shaped = parts.shaped(document)
    countries = shaped["jurisdictions"]
    country = request.args.get("country") or next(iter(countries), "")
    drawn = modules.draw_once(work, document, country, int(number)) if countries else None
    return render_template(
        "editor/module_draw.html",
        doc=shaped,
        drawn=drawn,
        draws=draws_of(work, document),
        countries=countries,
        country=country,
        seed=int(number),
        here=here,
        back=back,
    )


def _draft(work: UnitOfWork, public_id: str) -> DraftSummary:
    found = drafting.get_draft(work, public_id)
    if found.kind != "module":
        raise NotFound("draft")
    return found


def _keep(work: UnitOfWork, public_id: str) -> tuple[Document, Mapping[str, int]]:
    """Store what the form holds for its writer; return the document and what was cleaned out of it."""
    found = _draft(work, public_id)
    cleaning = Cleaning()
    typed = document_from(request.form, found.document, searching.past_editions(work), cleaning)
    drafting.keep_typing(work, public_id, seen(), typed)
    return typed, cleaning.changes


def _composed(work: UnitOfWork, document: Document, do: str, where: str) -> tuple[Document | None, str]:
    """Return the document after a change of its parts, None where the button asks for none, and where to go on."""
    path = tuple(int(step) if _PLACE.fullmatch(step) else step for step in where.split(".")) if where else ()
    anchor = where.replace(".", "-") or "main"
    if do in _MOVES:
        return composing.moved(document, path, _MOVES[do]), anchor
    if do == "remove":
        return parts.removed(document, path), "-".join(map(str, path[:-1])) or anchor
    if do == "add":
        made = parts.added(document, path)
        entries = made[path[0]] if path in {("lesson",), ("blueprint",)} else None
        return made, f"{anchor}-{len(entries) - 1}" if entries else anchor
    if do == "cite":
        to = request.form.get("cite.to", "")
        target = tuple(int(step) if _PLACE.fullmatch(step) else step for step in to.split("."))
        citation = cited(where, searching.past_editions(work))
        return parts.with_citation(document, target, citation), to.replace(".", "-") or "provisions"
    return None, "provisions" if do == "find" else anchor


def _store(public_id: str, typed: Document, hand_in: bool) -> str | BaseResponse | tuple[str, int]:
    try:
        with writing() as work:
            revision = drafting.save_draft(work, public_id, seen(), typed)
        if hand_in:
            with writing() as work:
                drafting.submit_draft(work, public_id, revision)
            return redirect(url_for("editor.review", public_id=public_id), 303)
    except (Duplicate, NotReady, Refused, Stale) as fault:
        with reading() as work:
            desk = desk_of(work, _draft(work, public_id))
        return _page(desk, fault.code), 409 if isinstance(fault, Stale) else 422
    return redirect(url_for("editor.module_draft", public_id=public_id, saved=revision, _anchor="saved"), 303)


def _page(desk: Desk, fault: str | None = None) -> str:
    return render_template(
        "editor/module_write.html",
        desk=desk,
        draft=desk.draft,
        doc=desk.document,
        fault=fault,
        saved=request.args.get("saved"),
        to=request.args.get("to", ""),
    )
