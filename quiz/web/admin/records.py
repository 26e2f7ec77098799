"""The register of records: finding one, what became of it, and what people of HR may do about it."""

from collections.abc import Callable, Mapping

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.engine.text import Text
from quiz.presentation.forms import BaseForm
from quiz.presentation.guard import for_roles, proved_lately
from quiz.presentation.i18n import _
from quiz.presentation.paper_file import paper_file
from quiz.presentation.work import actor, reading, reporting, works, writing
from quiz.records import codes
from quiz.services import erasing, record_desk, register_papers, renaming, revoking
from quiz.services.errors import Refused, Stale
from quiz.services.unit_of_work import UnitOfWork
from quiz.web.admin.record_forms import ApproveForm, DeclineForm, EraseForm, ProposeForm, RenameForm
from quiz.web.admin.views import blueprint as blueprint

_FORMS: Mapping[str, type[BaseForm]] = {
    "propose": ProposeForm,
    "approve": ApproveForm,
    "decline": DeclineForm,
    "rename": RenameForm,
    "erase": EraseForm,
}


@blueprint.get("/records")
@for_roles(Role.HR, Role.ADMIN)
def register() -> str:
    """Show the records of a person or a code, what waits for a second person, and where something changed."""
    words = request.args.get("q", "")
    with reporting() as work:
        found = record_desk.list_register(work, words)
    return render_template("admin/records/register.html", found=found, words=words)


@blueprint.get("/records/<public_id>")
@for_roles(Role.HR, Role.ADMIN)
@proved_lately()
def record(public_id: str) -> str:
    """Show a record with all that became of it, and a form for each thing that may be done."""
    return _page(public_id, {})


@blueprint.post("/records/<public_id>/paper")
@for_roles(Role.HR, Role.ADMIN)
def open_paper(public_id: str) -> Response:
    """Give the signed paper of a record; that it was opened is kept in the trace."""
    return paper_file(register_papers.open_paper(works(), actor(), public_id))


@blueprint.post("/records/<public_id>")
@for_roles(Role.HR, Role.ADMIN)
@proved_lately()
def change_record(public_id: str) -> Response | tuple[str, int]:
    """Do one thing about a record: propose, approve, decline, withdraw, correct its name, or remove its names."""
    what = request.form.get("do", "")
    if what == "withdraw":
        with writing() as work:
            revoking.withdraw_proposal(work, public_id, request.form.get("proposal", ""))
        return _done(public_id, what)
    if what not in _FORMS:
        return _page(public_id, {}), 422
    form = _FORMS[what](request.form, prefix=what)
    if not form.validate():
        return _page(public_id, {what: form}), 422
    try:
        with writing() as work:
            _DEEDS[what](work, public_id, form)
        return _done(public_id, what)
    except Refused as fault:
        fields = {field.short_name: field for field in form}
        field = fields.get(str(fault.values.get("field", ""))) or next(iter(fields.values()))
        field.errors = [_refusal(fault.code)]
        return _page(public_id, {what: form}), 422
    except Stale:
        return _page(public_id, {what: form}, is_stale=True), 409


def _done(public_id: str, what: str) -> Response:
    return redirect(url_for("admin.record", public_id=public_id, done=what, _anchor="done"), 303)


def _page(public_id: str, sent: Mapping[str, BaseForm], is_stale: bool = False) -> str:
    with reading() as work:
        sheet = record_desk.get_sheet(work, public_id)
    return render_template(
        "admin/records/record.html",
        sheet=sheet,
        forms={**_forms(), **sent},
        sent=sent,
        code_words=codes.display(sheet.code),
        done=request.args.get("done"),
        is_stale=is_stale,
        may_rename=Role.HR in actor().roles,
    )


def _forms() -> dict[str, BaseForm]:
    return {name: kind(prefix=name) for name, kind in _FORMS.items()}


def _refusal(code: str) -> str:
    said: dict[str, Callable[[], str]] = {
        "reason-missing": lambda: _("A reason is needed."),
        "reason-names-holder": lambda: _("The name stands in it. It is kept longer than the name may be."),
        "same-name": lambda: _("The record says the name that HR holds already."),
        "holder-erased": lambda: _("The names were removed from this record."),
        "revoked-already": lambda: _("This record is revoked already."),
    }
    return said.get(code, lambda: _("This could not be done."))()


def _propose(work: UnitOfWork, record: str, form: BaseForm) -> None:
    reason = Text({"ar": form.reason_ar.data, "en": form.reason_en.data})
    revoking.propose_revocation(work, record, reason, form.inner_reason.data)


_DEEDS: Mapping[str, Callable[[UnitOfWork, str, BaseForm], None]] = {
    "propose": _propose,
    "approve": lambda work, record, _: revoking.approve_revocation(work, record, request.form.get("proposal", "")),
    "decline": lambda work, record, form: revoking.decline_revocation(
        work, record, request.form.get("proposal", ""), form.words.data
    ),
    "rename": lambda work, record, form: renaming.correct_name(
        work, record, request.form.get("seen", ""), form.source.data, form.reason.data
    ),
    "erase": lambda work, record, form: erasing.erase_holder(work, record, form.reason.data),
}
