"""Scenarios whose ground changed: all of them, and the word that one is still right."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading, writing
from quiz.services import confirming
from quiz.services.desk import list_stale
from quiz.services.errors import Refused, Stale
from quiz.web.editor.views import blueprint as blueprint
from quiz.web.editor.views import scenario_page


@blueprint.get("/stale")
@for_roles(Role.EDITOR, Role.REVIEWER)
def stale() -> str:
    """Show every scenario that rests on what changed or no longer holds."""
    with reading() as work:
        lines = list_stale(work)
    return render_template("editor/stale.html", lines=lines)


@blueprint.post("/scenarios/<key>/confirm")
@for_roles(Role.EDITOR)
def confirm(key: str) -> Response | tuple[str, int]:
    """Find a scenario to be still right; what was typed is shown again where it cannot be done."""
    try:
        with writing() as work:
            confirming.confirm_scenario(work, key, request.form.get("seen", ""), request.form.get("reason", ""))
    except (Refused, Stale) as fault:
        return scenario_page(key, f"confirm-{fault.code}", fault.values), 409 if isinstance(fault, Stale) else 422
    return redirect(url_for("editor.scenario", key=key, _anchor="confirmed"), 303)
