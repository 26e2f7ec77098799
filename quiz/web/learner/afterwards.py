"""Pages of the learner after passing: the pledge, the records, and what a manager sees."""

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Role
from quiz.language.locale import ARABIC
from quiz.presentation.guard import for_roles
from quiz.presentation.i18n import _, reader_locale
from quiz.presentation.work import reading, writing
from quiz.records import certificate_pdf, codes, qr
from quiz.services import completing, issuing
from quiz.services.errors import NotFound, NotReady, Refused
from quiz.web.learner.forms import PledgeForm
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
    return render_template("learner/records.html", records=found)


def verify_address(code: str) -> str:
    """Return the public address that verifies a record."""
    base: str = current_app.extensions["settings"].base_url
    return f"{base}{url_for('public.verify', code=codes.display(code))}"


@blueprint.get("/records/<public_id>")
@for_roles(Role.LEARNER)
def record(public_id: str) -> str:
    """Show a completion record: the accessible original."""
    with reading() as work:
        found = completing.get_record(work, public_id)
        hindrance = issuing.find_hindrance(work, public_id)
    address = verify_address(found.code)
    picture = Markup(qr.svg(address, _("QR code of the address that verifies this record")))  # noqa: S704 - our own SVG
    return render_template(
        "learner/record.html",
        record=found,
        facts=found.facts,
        code_words=codes.display(found.code),
        verify_url=address,
        picture=picture,
        hindrance=hindrance,
        notice_code=request.args.get("notice"),
    )


@blueprint.get("/records/<public_id>.pdf")
@for_roles(Role.LEARNER)
def record_pdf(public_id: str) -> Response:
    """Give the copy of a completion record for paper."""
    with reading() as work:
        found = completing.get_record(work, public_id)
        qr_address = issuing.find_offline_address(work, found)
    if found.holder_name is None:
        raise NotFound("holder")
    locale = reader_locale()
    paper = locale if locale.language == "ar" else ARABIC
    address = verify_address(found.code)
    document = certificate_pdf.render(
        found.facts, found.holder_name, found.latin_name, address, found.code, paper, qr_address=qr_address
    )
    response = make_response(document)
    response.mimetype = "application/pdf"
    # Old programs read the plain name; all others the one in UTF-8.
    name = f"amana-{found.facts.module_key}-{found.facts.completed_on.isoformat()}.pdf"
    response.headers["Content-Disposition"] = f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    return response


@blueprint.get("/visible")
@for_roles(Role.LEARNER)
def visible() -> str:
    """Show the exact list of what a manager sees, and what nobody sees."""
    return render_template("learner/visible.html")
