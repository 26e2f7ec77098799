"""The history of what editors write: every state it had, two of them compared, an earlier one restored."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading, writing
from quiz.services import history
from quiz.services.drafting import KINDS
from quiz.services.errors import NotFound
from quiz.web.editor.views import blueprint


@blueprint.get("/history/<kind>/<key>", endpoint="history")
@for_roles(Role.EDITOR, Role.REVIEWER)
def states(kind: str, key: str) -> str:
    """Show every state of something, and what differs between two of them."""
    if kind not in KINDS:
        raise NotFound("page")
    with reading() as work:
        found = history.get_history(work, kind, key)
        after = request.args.get("after") or found.states[0].name
        before = request.args.get("before") or next(
            (one.name for one in found.states if one.digest != found.states[0].digest), after
        )
        changes = history.compare(work, kind, key, before, after)
    return render_template("editor/history.html", history=found, before=before, after=after, changes=changes)


@blueprint.post("/history/<kind>/<key>/restore")
@for_roles(Role.EDITOR)
def restore(kind: str, key: str) -> BaseResponse:
    """Lay an earlier state into a draft."""
    if kind not in KINDS:
        raise NotFound("page")
    with writing() as work:
        public_id = history.restore(work, kind, key, request.form.get("state", ""))
    return redirect(url_for("editor.draft", public_id=public_id), 303)
