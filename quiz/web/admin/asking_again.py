"""Assigning what is asked again: exactly which provisions, scenarios and people; then each of those seen, once."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading, writing
from quiz.services import assigning_again
from quiz.services.assigning_again import Assigned
from quiz.services.errors import Refused
from quiz.web.admin.forms import AssignAgainForm
from quiz.web.admin.views import blueprint as blueprint


@blueprint.get("/asked-again")
@for_roles(Role.HR, Role.ADMIN)
def asked_again() -> str:
    """Show the published modules that ask only what changed."""
    with reading() as work:
        lines = assigning_again.list_deltas(work)
    return render_template("admin/asked_again.html", lines=lines)


@blueprint.get("/asked-again/<key>")
@for_roles(Role.HR, Role.ADMIN)
def asked_of(key: str) -> str:
    """Show exactly what a module asks again and of whom; nothing is written."""
    return _page(key, None)


@blueprint.post("/asked-again/<key>")
@for_roles(Role.HR, Role.ADMIN)
def assign_again(key: str) -> Response | tuple[str, int]:
    """Assign it to those who were on the list that was seen."""
    form = AssignAgainForm(request.form)
    if form.validate():
        try:
            with writing() as work:
                done = assigning_again.assign_again(work, key, form.records, form.due_on.data)
            there = url_for("admin.asked_of", key=key, done=done.assigned, left=done.left_out, _anchor="done")
            return redirect(there, 303)
        except Refused as fault:
            form.blame(fault.code)
    return _page(key, form), 422


def _page(key: str, form: AssignAgainForm | None) -> str:
    with reading() as work:
        found = assigning_again.get_delta(work, key)
    if form is None:
        form = AssignAgainForm(due_on=found.due_on)
    # What is confirmed is what is on this page, whatever was sent before.
    form.seen.data = " ".join(one.record for one in found.people)
    return render_template("admin/asked_of.html", found=found, form=form, done=_done())


def _done() -> Assigned | None:
    sent = [request.args.get(name, "") for name in ("done", "left")]
    if all(one.isascii() and one.isdigit() and len(one) < 7 for one in sent):
        return Assigned(int(sent[0]), int(sent[1]))
    return None
