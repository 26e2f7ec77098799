"""The evidence of the whole organisation, for HR and auditors: on the page, and as a pack to take away."""

from flask import Response, render_template, request

from quiz.access.actor import Role
from quiz.presentation.evidence_page import PeriodForm, packed, paper
from quiz.presentation.guard import for_roles, proved_lately
from quiz.presentation.security import limited
from quiz.presentation.work import reading, reporting, writing
from quiz.services import evidencing_whole
from quiz.services.errors import Refused
from quiz.web.admin.views import blueprint as blueprint


@blueprint.get("/evidence")
@for_roles(Role.HR, Role.AUDITOR)
@proved_lately()
def evidence() -> tuple[str, int]:
    """Show each question with its figures, by default of this year."""
    return _page(PeriodForm(request.args))


@blueprint.post("/evidence")
@for_roles(Role.HR, Role.AUDITOR)
@proved_lately()
@limited("10 per minute")
def take_evidence() -> Response | tuple[str, int]:
    """Give the pack; that it was taken is kept in the trace, with the digest of its manifest."""
    form = PeriodForm(request.form)
    if not form.validate():
        return _page(form)
    try:
        with reading() as work:
            found = evidencing_whole.get_evidence(work, form.first.data, form.last.data)
    except Refused:
        return _page(form)
    sent, digest = packed(found)
    with writing() as work:
        evidencing_whole.note_taken(work, found, digest)
    return sent


def _page(form: PeriodForm) -> tuple[str, int]:
    is_valid = form.validate()
    with reporting() as work:
        try:
            days = (form.first.data, form.last.data) if is_valid else (None, None)
            found = evidencing_whole.get_evidence(work, *days)
        except Refused as fault:
            form.blame(fault)
            is_valid = False
            found = evidencing_whole.get_evidence(work)
    form = form.shown(found) if is_valid else form
    return render_template("admin/evidence.html", found=found, paper=paper(found), form=form), 200 if is_valid else 422
