"""What a manager does: each deed has a page that names how many it reaches and who is skipped, then is confirmed."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading, writing
from quiz.services import managing, reporting_people
from quiz.services.errors import NotReady, Refused
from quiz.services.reporting_people import Asked
from quiz.web.manager.forms import ExtensionForm, NotMineForm, ReminderForm
from quiz.web.manager.views import asked_for, blueprint, query_of


@blueprint.get("/remind")
@for_roles(Role.MANAGER)
def reminder() -> str:
    """Show who would be reminded and who is skipped; nothing is written."""
    return _reminder(asked_for(request.args.to_dict()), ReminderForm())


@blueprint.post("/remind")
@for_roles(Role.MANAGER)
def remind() -> Response | tuple[str, int]:
    """Ask for the mails to those who were counted."""
    asked, form = asked_for(request.form.to_dict()), ReminderForm(request.form)
    if not form.validate():
        return _reminder(asked, form), 422
    try:
        with writing() as work:
            managing.remind(work, asked, form.count)
    except NotReady as why:
        return _reminder(asked, form, why.code), 409
    return _back(asked, "reminded")


@blueprint.get("/extend")
@for_roles(Role.MANAGER)
def extension() -> str:
    """Show whose late modules would have another due day; nothing is written."""
    return _extension(asked_for(request.args.to_dict()), ExtensionForm())


@blueprint.post("/extend")
@for_roles(Role.MANAGER)
def extend() -> Response | tuple[str, int]:
    """Give those that were counted another due day."""
    asked, form = asked_for(request.form.to_dict()), ExtensionForm(request.form)
    if form.validate():
        try:
            with writing() as work:
                managing.extend(work, asked, form.count, form.due_on.data, form.reason.data)
            return _back(asked, "extended")
        except Refused as fault:
            form.blame(fault.code)
        except NotReady as why:
            return _extension(asked, form, why.code), 409
    return _extension(asked, form), 422


@blueprint.get("/people/<public_id>/not-mine")
@for_roles(Role.MANAGER)
def not_mine(public_id: str) -> str:
    """Show what it means to say that somebody is not of the unit."""
    return _not_mine(public_id, NotMineForm())


@blueprint.post("/people/<public_id>/not-mine")
@for_roles(Role.MANAGER)
def disown(public_id: str) -> Response | tuple[str, int]:
    """Say it; HR settles it."""
    form = NotMineForm(request.form)
    if not form.validate():
        return _not_mine(public_id, form), 422
    with writing() as work:
        managing.disown(work, public_id, form.words.data)
    return redirect(url_for("manager.person", public_id=public_id, notice="disowned", _anchor="done"), 303)


def _reminder(asked: Asked, form: ReminderForm, fault: str | None = None) -> str:
    with reading() as work:
        plan = managing.plan_reminder(work, asked)
    # What is confirmed is what is on this page, whatever was sent before.
    form.seen.data = str(len(plan.reached))
    return render_template(
        "manager/act.html", deed="remind", plan=plan, form=form, query=query_of(asked), asked=asked, fault=fault
    )


def _extension(asked: Asked, form: ExtensionForm, fault: str | None = None) -> str:
    with reading() as work:
        plan = managing.plan_extension(work, asked)
    form.seen.data = str(plan.assignments)
    return render_template(
        "manager/act.html", deed="extend", plan=plan, form=form, query=query_of(asked), asked=asked, fault=fault
    )


def _not_mine(public_id: str, form: NotMineForm) -> str:
    with reading() as work:
        found = reporting_people.get_person(work, public_id)
    return render_template("manager/not_mine.html", person=found, form=form)


def _back(asked: Asked, notice: str) -> Response:
    return redirect(url_for("manager.team", unit=asked.unit, notice=notice, _anchor="done"), 303)
