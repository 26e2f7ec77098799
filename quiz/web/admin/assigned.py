"""HR's page of a person's assignments: every cycle with what was decided of it; more time, waiving, restoring."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading, writing
from quiz.services import extending, waiving
from quiz.services.errors import NotFound, Refused
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.waiving import Cycle
from quiz.web.admin.assigning_forms import AssignmentForm
from quiz.web.admin.views import blueprint as blueprint


@blueprint.get("/people/<public_id>/assignments")
@for_roles(Role.HR, Role.ADMIN)
def assigned(public_id: str) -> str:
    """Show everything that was ever assigned to a person."""
    return _page(public_id, AssignmentForm())


@blueprint.post("/people/<public_id>/assignments")
@for_roles(Role.HR, Role.ADMIN)
def decide_assigned(public_id: str) -> Response | tuple[str, int]:
    """Give more time, waive or restore one assignment of a person."""
    form = AssignmentForm(request.form)
    if form.validate():
        try:
            with writing() as work:
                _decide(work, public_id, form)
            there = url_for("admin.assigned", public_id=public_id, done=1, _anchor="done")
            return redirect(there, 303)
        except Refused as fault:
            form.blame(fault.code)
    return _page(public_id, form), 422


def _decide(work: UnitOfWork, person: str, form: AssignmentForm) -> None:
    held = waiving.get_assignments_of(work, person)
    chosen = form.assignment.data
    if chosen not in {cycle.public_id for module in held.modules for cycle in module.cycles}:
        raise NotFound("assignment")
    if form.do.data == "waive":
        waiving.waive(work, chosen, form.reason.data)
    elif form.do.data == "restore":
        waiving.restore(work, chosen, form.reason.data)
    elif form.due_on.data is None:
        raise Refused("day-missing", field="due_on")
    elif not extending.extend(work, [chosen], form.due_on.data, form.reason.data):
        raise Refused("not-later", field="due_on")


def _page(public_id: str, form: AssignmentForm) -> str:
    with reading() as work:
        held = waiving.get_assignments_of(work, public_id)
    forms = {
        cycle.public_id: _form_of(cycle, form)
        for module in held.modules
        for cycle in module.cycles
        if cycle.is_open or (cycle.is_current and cycle.state == "excused")
    }
    return render_template(
        "admin/assigning/person.html", held=held, forms=forms, sent=form, is_done="done" in request.args
    )


def _form_of(cycle: Cycle, sent: AssignmentForm) -> AssignmentForm:
    """Return the form of one assignment: what was sent about it, or an empty one with names of its own."""
    if sent.errors and sent.assignment.data == cycle.public_id:
        return sent
    form = AssignmentForm()
    # Several of these forms stand on one page, so that each field needs an id of its own.
    for field in (form.due_on, form.reason):
        field.id = f"{field.name}-{cycle.public_id}"
        field.label.field_id = field.id
    return form
