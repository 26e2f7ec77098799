"""The evidence of a manager's own units: on the page, and as a pack to take away."""

from flask import Response, render_template, request

from quiz.access.actor import Role
from quiz.presentation.evidence_page import PeriodForm, packed, paper
from quiz.presentation.guard import for_roles, proved_lately
from quiz.presentation.security import limited
from quiz.presentation.work import reading, reporting, writing
from quiz.services import evidencing
from quiz.services.errors import Refused
from quiz.web.manager.views import blueprint as blueprint


@blueprint.get("/evidence")
@for_roles(Role.MANAGER)
@proved_lately()
def evidence() -> tuple[str, int]:
    """Show each question with the figures of the own units, or of one of them, by default of this year."""
    return _page(PeriodForm(request.args), request.args.get("unit") or None)


@blueprint.post("/evidence")
@for_roles(Role.MANAGER)
@proved_lately()
@limited("10 per minute")
def take_evidence() -> Response | tuple[str, int]:
    """Give the pack; that it was taken is kept in the trace, with the digest of its manifest."""
    form, unit = PeriodForm(request.form), request.form.get("unit") or None
    if not form.validate():
        return _page(form, unit)
    try:
        with reading() as work:
            found = evidencing.get_team_evidence(work, unit, form.first.data, form.last.data)
    except Refused:
        return _page(form, unit)
    sent, digest = packed(found)
    with writing() as work:
        evidencing.note_team_taken(work, unit, found, digest)
    return sent


def _page(form: PeriodForm, unit: str | None) -> tuple[str, int]:
    is_valid = form.validate()
    with reporting() as work:
        try:
            days = (form.first.data, form.last.data) if is_valid else (None, None)
            found = evidencing.get_team_evidence(work, unit, *days)
        except Refused as fault:
            form.blame(fault)
            is_valid = False
            found = evidencing.get_team_evidence(work, unit)
    form = form.shown(found) if is_valid else form
    page = render_template("manager/evidence.html", found=found, paper=paper(found), form=form, unit=unit)
    return page, 200 if is_valid else 422
