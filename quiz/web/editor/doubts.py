"""The desk of doubts: what learners hold to be wrong in a ruling, and what became of it."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading, writing
from quiz.services import doubting
from quiz.services.errors import NotFound, Refused, Stale
from quiz.web.editor.doubt_forms import DoubtForm, whole
from quiz.web.editor.views import blueprint as blueprint

STATES = ("open", "answered")


@blueprint.get("/doubts")
@for_roles(Role.EDITOR, Role.REVIEWER)
def doubts() -> str:
    """Show the doubts that are open, by scenario, or those that have an answer."""
    state = request.args.get("state", STATES[0])
    if state not in STATES:
        raise NotFound("page")
    with reading() as work:
        found = doubting.list_doubts(work, state == "answered", request.args.get("page", 1, type=int))
    return render_template("editor/doubts.html", found=found, state=state)


@blueprint.get("/doubts/<public_id>")
@for_roles(Role.EDITOR, Role.REVIEWER)
def doubt(public_id: str) -> str:
    """Show one doubt with the rulings it is about, its answers, and a form for the next."""
    return _page(public_id, DoubtForm())[0]


@blueprint.post("/doubts/<public_id>")
@for_roles(Role.EDITOR, Role.REVIEWER)
def answer_doubt(public_id: str) -> Response | tuple[str, int]:
    """Store what became of a doubt; where another editor was quicker, that is shown first and the words are kept."""
    form = DoubtForm(request.form)
    if form.agrees():
        given = form.outcome.data, form.words.data, whole(form.version.data)
        try:
            with writing() as work:
                doubting.answer_doubt(work, public_id, form.shown, *given)
            return redirect(url_for("editor.doubt", public_id=public_id, notice="answered", _anchor="said"), 303)
        except Stale:
            pass
        except Refused as fault:
            form.blame(fault)
    return _page(public_id, form, is_sent=True)


def _page(public_id: str, form: DoubtForm, is_sent: bool = False) -> tuple[str, int]:
    with reading() as work:
        found = doubting.get_doubt(work, public_id)
    is_stale = is_sent and form.shown != len(found.answers)
    if not is_sent and found.mending is not None:
        form.version.data = str(found.mending)
    page = render_template(
        "editor/doubt.html",
        doubt=found,
        form=form,
        is_sent=is_sent,
        is_stale=is_stale,
        notice_code=request.args.get("notice"),
    )
    return page, 409 if is_stale else 422 if is_sent else 200
