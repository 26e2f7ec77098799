"""What an amendment asks again: which provisions, which scenarios, how many people; and the module of only that."""

from collections.abc import Sequence
from typing import cast

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.bank.findings import Finding
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading, writing
from quiz.services import asking_again, drafting
from quiz.services.errors import Duplicate, NotFound, NotReady, Stale
from quiz.services.unit_of_work import UnitOfWork
from quiz.web.editor.views import blueprint as blueprint


@blueprint.get("/instruments/<key>/asked-again")
@for_roles(Role.EDITOR, Role.REVIEWER)
def asked_again(key: str) -> str:
    """Show what a version of an instrument asks again, by default the newest that asks anything."""
    sent = request.args.get("version", "")
    if sent and _number(sent) is None:
        raise NotFound("page")
    return _page(key, _number(sent))


@blueprint.post("/instruments/<key>/asked-again")
@for_roles(Role.EDITOR)
def begin_asking(key: str) -> Response | tuple[str, int]:
    """Begin the module of only what changed, or hand its draft in."""
    number, do = _number(request.form.get("version", "")), request.form.get("do")
    if number is None or do not in {"begin", "submit"}:
        abort(400)
    try:
        with writing() as work:
            if do == "begin":
                asking_again.begin_delta(work, key, number)
            else:
                _hand_in(work, asking_again.get_asked_again(work, key, number))
    except (Duplicate, NotReady, Stale) as fault:
        findings = cast(Sequence[Finding], fault.values.get("findings", ()))
        return _page(key, number, fault.code, findings), 409 if isinstance(fault, Stale) else 422
    return redirect(url_for("editor.asked_again", key=key, version=number, done=do, _anchor="module"), 303)


def _hand_in(work: UnitOfWork, found: asking_again.AskedAgain) -> None:
    if found.delta.draft is None:
        raise Stale("draft-not-open")
    draft = drafting.get_draft(work, found.delta.draft)
    drafting.submit_draft(work, draft.public_id, draft.revision)


def _number(sent: str) -> int | None:
    return int(sent) if sent.isascii() and sent.isdigit() and 0 < len(sent) < 6 else None


def _page(key: str, number: int | None, fault: str | None = None, findings: Sequence[Finding] = ()) -> str:
    with reading() as work:
        found = asking_again.get_asked_again(work, key, number)
    return render_template(
        "editor/asked_again.html",
        found=found,
        fault=fault,
        findings=findings,
        done=request.args.get("done"),
    )
