"""What managers said of people who are not theirs, for HR to settle."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading, writing
from quiz.services import settling
from quiz.services.errors import Stale
from quiz.web.admin.views import blueprint


@blueprint.get("/disowned")
@for_roles(Role.HR, Role.ADMIN)
def disowned() -> str:
    """Show who waits to be moved, or to be said to belong where they are."""
    with reading() as work:
        lines = settling.list_disowned(work)
    return render_template("admin/people/disowned.html", lines=lines, done="done" in request.args)


@blueprint.post("/disowned/<public_id>")
@for_roles(Role.HR, Role.ADMIN)
def keep_person(public_id: str) -> Response:
    """Settle that somebody belongs where they are."""
    try:
        with writing() as work:
            settling.keep_where_they_are(work, public_id)
    except Stale:
        pass  # pressed twice, or moved meanwhile: the list shows what waits still
    return redirect(url_for("admin.disowned", done=1, _anchor="done"), 303)
