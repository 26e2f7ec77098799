"""The list of wishes: which new scenarios the adviser asks for, and what becomes of each."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading, writing
from quiz.services import wishing
from quiz.services.errors import NotFound, Refused, Stale
from quiz.services.wishing import WishState
from quiz.web.editor.corrections import blueprint as blueprint
from quiz.web.editor.wish_forms import WishForm


@blueprint.get("/wishes")
@for_roles(Role.EDITOR, Role.REVIEWER)
def wishes() -> str:
    """Show the wishes that are open, taken up or declined."""
    state = request.args.get("state", WishState.OPEN.value)
    if state not in set(WishState):
        raise NotFound("page")
    with reading() as work:
        found = wishing.list_wishes(work, WishState(state), request.args.get("page", 1, type=int))
    return render_template("editor/wishes.html", found=found, state=state)


@blueprint.get("/wishes/<public_id>")
@for_roles(Role.EDITOR, Role.REVIEWER)
def wish(public_id: str) -> str:
    """Show one wish with what was decided, and a form for the next decision."""
    return _page(public_id, WishForm())[0]


@blueprint.post("/wishes/<public_id>")
@for_roles(Role.EDITOR, Role.REVIEWER)
def decide_wish(public_id: str) -> Response | tuple[str, int]:
    """Take a wish up or decline it; where another editor was quicker, that is shown first and the words are kept."""
    form = WishForm(request.form)
    if form.agrees():
        given = WishState(form.state.data), form.scenario.data, form.reason.data
        try:
            with writing() as work:
                wishing.decide_wish(work, public_id, form.shown, *given)
            return redirect(url_for("editor.wish", public_id=public_id, notice="decided", _anchor="decided"), 303)
        except Stale:
            pass
        except Refused as fault:
            form.blame(fault)
    return _page(public_id, form, is_sent=True)


def _page(public_id: str, form: WishForm, is_sent: bool = False) -> tuple[str, int]:
    with reading() as work:
        found = wishing.get_wish(work, public_id)
        titles = wishing.list_titles(work)
    is_stale = is_sent and form.shown != len(found.decisions)
    page = render_template(
        "editor/wish.html",
        wish=found,
        titles=titles,
        form=form,
        is_sent=is_sent,
        is_stale=is_stale,
        notice_code=request.args.get("notice"),
    )
    return page, 409 if is_stale else 422 if is_sent else 200
