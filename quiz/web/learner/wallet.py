"""What a holder does with a record: shows it by a link for some days, and reads the pledge that stands behind it."""

from collections.abc import Mapping

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Role
from quiz.language.initials import initials
from quiz.presentation.forms import BaseForm
from quiz.presentation.guard import for_roles
from quiz.presentation.i18n import _
from quiz.presentation.work import reading, writing
from quiz.services import completing, pledges, sharing
from quiz.services.completing import RecordSummary
from quiz.services.errors import Refused
from quiz.web.learner.forms import ShareForm
from quiz.web.learner.views import blueprint as blueprint


@blueprint.get("/records/<public_id>/pledge")
@for_roles(Role.LEARNER)
def signed_pledge(public_id: str) -> str:
    """Show the pledge that the reader signed for a record, in the very words."""
    with reading() as work:
        found = pledges.get_signed_pledge(work, public_id)
    return render_template("learner/signed_pledge.html", pledge=found)


@blueprint.get("/records/<public_id>/pledge.json")
@for_roles(Role.LEARNER)
def signed_pledge_file(public_id: str) -> Response:
    """Give the bytes of which the digest on a record was taken."""
    with reading() as work:
        found = pledges.get_signed_pledge(work, public_id)
    response = make_response(found.document)
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="pledge-{found.digest[:16]}.json"'
    return response


@blueprint.route("/records/<public_id>/share", methods=["GET", "POST"])
@for_roles(Role.LEARNER)
def share_record(public_id: str) -> str | tuple[str, int]:
    """Show the links to a record and make one; its address stands on the answer and nowhere else."""
    with reading() as work:
        found = completing.get_record(work, public_id)
    form = ShareForm(request.form if request.method == "POST" else None).offer()
    if request.method == "GET":
        return _sharing(found, form)
    if not form.validate():
        return _sharing(found, form), 422
    try:
        with writing() as work:
            token = sharing.make_link(work, public_id, int(form.days.data), form.name_form.data)
    except Refused as fault:
        form.days.errors = [_refusals()[fault.code]]
        return _sharing(found, form), 422
    # The token stands on this page alone: an address that led to it would keep it in the history of the browser.
    return _sharing(found, ShareForm().offer(), f"{current_app.extensions['settings'].base_url}/shared/{token}")


@blueprint.post("/records/<public_id>/links/<link_id>/end")
@for_roles(Role.LEARNER)
def end_link(public_id: str, link_id: str) -> BaseResponse:
    """Let a link open nothing any more."""
    with writing() as work:
        sharing.end_link(work, public_id, link_id)
    return redirect(url_for("learner.share_record", public_id=public_id, notice="ended", _anchor="done"), 303)


def _sharing(found: RecordSummary, form: BaseForm, address: str | None = None) -> str:
    with reading() as work:
        links = sharing.list_links(work, found.public_id)
    return render_template(
        "learner/share.html",
        record=found,
        form=form,
        links=links,
        address=address,
        short_name=initials(found.holder_name or ""),
        short_latin=initials(found.latin_name or ""),
        notice_code=request.args.get("notice"),
    )


def _refusals() -> Mapping[str, str]:
    return {
        "too-many-links": _("So many links are open that another would be one too many. Please end one first."),
        "holder-erased": _("The name was removed from this record, so there is nobody's record to show."),
        "days-out-of-range": _("A link opens for one day at least and ninety at most."),
        "form-unknown": _("Please choose how the name is shown."),
    }
