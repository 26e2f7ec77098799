"""Reviewing a draft: what changed beside what it rests on, comments on a place, approval or the way back."""

from collections.abc import Mapping

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Role
from quiz.bank import modules as parts
from quiz.bank.words import texts
from quiz.engine.text import LANGUAGES, Text
from quiz.presentation.guard import for_roles, proved_lately
from quiz.presentation.work import reading, writing
from quiz.services import asking_again, confirming, drafting, foreseeing, modules, previewing, reviewing, searching
from quiz.services.drafting import DraftSummary
from quiz.services.errors import NotReady, Refused, Stale
from quiz.services.reviewing import ReviewPage
from quiz.web.editor.module_desk import draws_of
from quiz.web.editor.scenario_form import addresses
from quiz.web.editor.views import blueprint

_REASON = "reason:"


@blueprint.get("/drafts/<public_id>/review")
@for_roles(Role.EDITOR, Role.REVIEWER)
def review(public_id: str) -> str:
    """Show a draft to those who judge it, and to its writers what was said."""
    return _page(public_id)


@blueprint.post("/drafts/<public_id>/review")
@for_roles(Role.REVIEWER)
@proved_lately()
def decide(public_id: str) -> BaseResponse | tuple[str, int]:
    """Approve a draft and publish it, or send it back; what was typed is shown again where it cannot be done."""
    do, words = request.form.get("do"), request.form.get("words", "")
    try:
        with writing() as work:
            if do == "approve":
                reviewing.approve(work, public_id, _seen(), _reasons(), words)
            elif do == "send-back":
                reviewing.send_back(work, public_id, _seen(), words)
            else:
                abort(400)
    except (NotReady, Refused, Stale) as fault:
        return _page(public_id, fault.code, fault.values), 409 if isinstance(fault, Stale) else 422
    return redirect(url_for("editor.review", public_id=public_id, done=do, _anchor="done"), 303)


@blueprint.post("/drafts/<public_id>/comments")
@for_roles(Role.EDITOR, Role.REVIEWER)
def comment(public_id: str) -> BaseResponse | tuple[str, int]:
    """Leave a comment on a place."""
    try:
        with writing() as work:
            reviewing.comment(work, public_id, request.form.get("place", ""), request.form.get("comment", ""))
    except (Refused, Stale) as fault:
        return _page(public_id, f"comment-{fault.code}", fault.values), 409 if isinstance(fault, Stale) else 422
    return redirect(url_for("editor.review", public_id=public_id, _anchor="comments"), 303)


@blueprint.post("/drafts/<public_id>/comments/<comment_id>/settle")
@for_roles(Role.EDITOR, Role.REVIEWER)
def settle(public_id: str, comment_id: str) -> BaseResponse:
    """Mark a comment as settled."""
    with writing() as work:
        reviewing.settle_comment(work, public_id, comment_id)
    return redirect(url_for("editor.review", public_id=public_id, _anchor="comments"), 303)


def _seen() -> int:
    sent = request.form.get("seen", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 9 else 0


def _reasons() -> dict[str, str]:
    return {name.removeprefix(_REASON): said for name, said in request.form.items() if name.startswith(_REASON)}


def _places(draft: DraftSummary, page: ReviewPage) -> list[tuple[str, Text]]:
    """Return every text that may be commented on; of an instrument those that change, for it has hundreds."""
    changed = [change.path for change in page.changes if change.kind != "removed"]
    return [
        (".".join(map(str, (*path, language))), Text({language: said[language]}))
        for path, said in texts(page.document)
        for language in LANGUAGES
        if said.get(language)
        and (draft.kind != "instrument" or any((*path, language)[: len(one)] == one for one in changed))
    ]


def _unsaid(draft: DraftSummary, page: ReviewPage) -> list[str]:
    """Return what was typed and has no field on the page any more, since it came too late."""
    typed = [] if page.may_decide else [request.form.get("words", ""), *_reasons().values()]
    if draft.state in {"published", "discarded"}:
        typed.append(request.form.get("comment", ""))
    return [words.strip() for words in typed if words.strip()]


def _page(public_id: str, fault: str | None = None, values: Mapping[str, object] | None = None) -> str:
    with reading() as work:
        draft = drafting.get_draft(work, public_id)
        page = reviewing.get_review(work, public_id)
        is_module = draft.kind == "module"
        cited = parts.addresses(page.document) if is_module else addresses(page.document)
        provisions = searching.gather(work, cited)
        slot = previewing.preview(work, page.document, previewing.SOUND) if draft.kind == "scenario" else None
        is_amended = draft.kind == "instrument" and draft.state not in {"published", "discarded"}
        amendment = foreseeing.get_amendment(work, draft.key, page.document) if is_amended else None
        is_redrawn = is_module and draft.state not in {"published", "discarded"}
        pool = modules.list_pool_changes(work, draft.key, page.document) if is_redrawn else ()
        draws = draws_of(work, page.document) if is_redrawn else None
        people = asking_again.foresee_asked_again(work, draft.key, amendment.impact) if amendment else 0
        origin = asking_again.find_origin(work, draft.key) if draft.kind == "module" else None
        ground = confirming.get_ground(work, draft.key) if slot and not page.is_new else None
    return render_template(
        "editor/review.html",
        draft=draft,
        page=page,
        doc=page.document,
        provisions=provisions,
        slot=slot,
        amendment=amendment,
        ground=ground,
        pool=pool,
        draws=draws,
        people=people,
        origin=origin,
        fault=fault,
        values=values or {},
        sent=request.form,
        reasons=_reasons(),
        unsaid=_unsaid(draft, page),
        done=request.args.get("done"),
        place=request.args.get("place", ""),
        places=_places(draft, page),
    )
