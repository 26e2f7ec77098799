"""Pages of the learner after passing: the pledge, the records, and what a manager sees."""

from flask import Response, current_app, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.i18n import _
from quiz.presentation.paper_file import paper_file
from quiz.presentation.work import actor, reading, works, writing
from quiz.records import codes, qr
from quiz.services import completing, issuing, papers
from quiz.services.errors import NotReady, Refused
from quiz.web.learner.forms import PledgeForm
from quiz.web.learner.networks import network_address
from quiz.web.learner.views import blueprint as blueprint
from quiz.web.learner.views import shown


@blueprint.route("/modules/<key>/pledge", methods=["GET", "POST"])
@for_roles(Role.LEARNER)
def pledge(key: str) -> BaseResponse | str | tuple[str, int]:
    """Show the pledge in full; sign it, put it off, or ask first."""
    form = PledgeForm(request.form if request.method == "POST" else None)
    try:
        if request.method == "POST" and form.validate():
            looks = shown()
            with writing() as work:
                signed = {"language": looks.language, "digits": looks.digits, "way": "tick and button"}
                public_id = completing.sign_pledge(work, key, form.seen.data, signed)
            return redirect(url_for("learner.record", public_id=public_id, notice="signed"), 303)
        with reading() as work:
            summary = completing.get_pledge(work, key)
    except NotReady:
        return redirect(url_for("learner.start", key=key), 303)
    except Refused:
        return redirect(url_for("learner.pledge", key=key, notice="changed"), 303)
    status = 422 if request.method == "POST" else 200
    page = render_template("learner/pledge.html", pledge=summary, form=form, notice_code=request.args.get("notice"))
    return page, status


@blueprint.get("/records/")
@for_roles(Role.LEARNER)
def records() -> str:
    """Show the completion records of the reader."""
    with reading() as work:
        found = completing.list_records(work)
        hindrances = issuing.list_hindrances(work)
        kept = {one.public_id: papers.get_state(work, one.public_id) for one in found}
    return render_template("learner/records.html", records=found, hindrances=hindrances, papers=kept)


@blueprint.get("/records/<public_id>")
@for_roles(Role.LEARNER)
def record(public_id: str) -> str:
    """Show a completion record: the accessible original."""
    with reading() as work:
        found = completing.get_record(work, public_id)
        hindrance = issuing.find_hindrance(work, public_id)
        paper = papers.get_state(work, public_id)
    address = papers.verify_address(current_app.extensions["settings"].base_url, found.code)
    picture = Markup(qr.svg(address, _("QR code of the address that verifies this record")))  # nosec B704 # noqa: S704 - our own SVG
    return render_template(
        "learner/record.html",
        record=found,
        facts=found.facts,
        code_words=codes.display(found.code),
        verify_url=address,
        picture=picture,
        hindrance=hindrance,
        paper=paper,
        network_url=network_address(found, address),
        notice_code=request.args.get("notice"),
    )


@blueprint.get("/records/<public_id>.pdf")
@for_roles(Role.LEARNER)
def record_pdf(public_id: str) -> Response:
    """Give the copy of a completion record for paper: the one that was signed, where papers are signed."""
    return paper_file(papers.get_paper(works(), actor(), public_id))


@blueprint.get("/visible")
@for_roles(Role.LEARNER)
def visible() -> str:
    """Show the exact list of what a manager sees, and what nobody sees."""
    return render_template("learner/visible.html")
