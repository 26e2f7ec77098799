"""Files of people and units: sent, looked at row by row, and then carried out."""

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles, proved_lately, sends_up_to
from quiz.presentation.people_words import refusal_words
from quiz.presentation.security import limited
from quiz.presentation.work import reading, writing
from quiz.services import staffing
from quiz.services.errors import Refused, Stale
from quiz.services.staff_columns import STAFF, UNITS
from quiz.web.admin.views import blueprint as blueprint

MOST_BYTES = 32 * 1024 * 1024


@blueprint.get("/imports")
@for_roles(Role.HR, Role.ADMIN)
def imports() -> str:
    """Show the form for a file, its columns, and the newest files."""
    return _desk()


def _desk(fault: Refused | None = None) -> str:
    with reading() as work:
        sent = staffing.list_imports(work)
    said = refusal_words(fault) if fault is not None else None
    columns = {"staff": list(STAFF.values()), "units": list(UNITS.values())}
    most = MOST_BYTES // 1024 // 1024
    return render_template("admin/people/imports.html", imports=sent, fault=said, columns=columns, most=most)


@blueprint.post("/imports")
@for_roles(Role.HR, Role.ADMIN)
@sends_up_to(MOST_BYTES)
@limited("30 per minute")
def send_import() -> BaseResponse | tuple[str, int]:
    """Take a file and say what it would do; nothing is changed by it."""
    sent = request.files.get("file")
    kind = "units" if request.form.get("kind") == "units" else "staff"
    try:
        if sent is None or not sent.filename:
            raise Refused("no-file", field="file")
        content = sent.read()
        with writing() as work:
            public_id = staffing.stage(work, kind, str(sent.filename), content)
    except Refused as fault:
        return _desk(fault), 422
    return redirect(url_for("admin.staff_import", public_id=public_id), 303)


@blueprint.get("/imports/<public_id>")
@for_roles(Role.HR, Role.ADMIN)
def staff_import(public_id: str) -> str:
    """Show what a file would do, how far it is carried out, or what it did."""
    standing = request.args.get("standing") or None
    with reading() as work:
        found = staffing.get_import(work, public_id, standing, request.args.get("page", 1, type=int))
    return render_template("admin/people/import.html", found=found, standing=standing)


@blueprint.post("/imports/<public_id>")
@for_roles(Role.HR, Role.ADMIN)
@proved_lately("confirm")
def carry_out(public_id: str) -> BaseResponse | str:
    """Begin to carry a file out, or go on; a script asks again by itself, all others press the button again."""
    there = url_for("admin.staff_import", public_id=public_id)
    more = False
    try:
        with writing() as work:
            if request.form.get("do") == "confirm":
                staffing.confirm(work, public_id, "leave" if request.form.get("missing") == "leave" else "keep")
            else:
                more = staffing.go_on(work, public_id)
    except (Refused, Stale):
        pass  # pressed twice, or no choice of this file: the page shows how it stands
    if not request.headers.get("HX-Request"):
        return redirect(there, 303)
    if not more:
        return Response(headers={"HX-Redirect": there})
    with reading() as work:
        return render_template("admin/people/progress.html", found=staffing.get_import(work, public_id))
