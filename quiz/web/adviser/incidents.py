"""Pages of incidents: what happened, told so that nobody is named, and the chain of what followed from it."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading, writing
from quiz.services import incidents as deeds
from quiz.services import provisions
from quiz.services.errors import NotFound, Refused
from quiz.web.adviser.incident_forms import FollowingForm, IncidentForm
from quiz.web.adviser.views import blueprint as blueprint


@blueprint.get("/incidents")
@for_roles(Role.ADVISER)
def incidents() -> str:
    """Show the incidents that were recorded, newest first."""
    with reading() as work:
        found = deeds.list_incidents(work, request.args.get("page", 1, type=int))
    return render_template("adviser/incidents.html", found=found)


@blueprint.get("/incidents/record")
@for_roles(Role.ADVISER)
def new_incident() -> str:
    """Ask what happened, and what follows from it."""
    return _record_page(IncidentForm())


@blueprint.post("/incidents/record")
@for_roles(Role.ADVISER)
def record_incident() -> Response | tuple[str, int]:
    """Record an incident."""
    form = IncidentForm(request.form)
    with reading() as work:
        form.offer(deeds.list_months(work))
    if form.agrees():
        told = form.words.data, form.provision.data, form.happened_in, bool(form.names_nobody.data)
        try:
            with writing() as work:
                public_id = deeds.record_incident(work, *told, form.following)
            return redirect(url_for("adviser.incident", public_id=public_id, notice="recorded", _anchor="chain"), 303)
        except (NotFound, Refused) as fault:
            form.blame(fault)
    return _record_page(form), 422


@blueprint.get("/incidents/<public_id>")
@for_roles(Role.ADVISER)
def incident(public_id: str) -> str:
    """Show one incident with what followed from it, and how answers about its provision stand since."""
    return _page(public_id, FollowingForm())


@blueprint.post("/incidents/<public_id>")
@for_roles(Role.ADVISER)
def follow_incident(public_id: str) -> Response | tuple[str, int]:
    """Add a scenario that teaches from an incident, or a wish for one."""
    form = FollowingForm(request.form)
    if form.agrees():
        try:
            with writing() as work:
                deeds.follow_incident(work, public_id, form.following)
            return redirect(url_for("adviser.incident", public_id=public_id, notice="added", _anchor="chain"), 303)
        except (NotFound, Refused) as fault:
            form.blame(fault)
    return _page(public_id, form, is_sent=True), 422


def _record_page(form: IncidentForm) -> str:
    with reading() as work:
        form.offer(deeds.list_months(work))
        titles = deeds.list_titles(work)
        choices = provisions.list_citable(work)
    return render_template("adviser/incident_new.html", form=form, titles=titles, provisions=choices)


def _page(public_id: str, form: FollowingForm, is_sent: bool = False) -> str:
    with reading() as work:
        found = deeds.get_incident(work, public_id)
        titles = deeds.list_titles(work)
    return render_template(
        "adviser/incident.html",
        incident=found,
        titles=titles,
        form=form,
        is_sent=is_sent,
        notice_code=request.args.get("notice"),
    )
