"""People as HR finds and changes them: a list, and the sheet of one person."""

from collections.abc import Callable, Mapping

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.presentation.forms import BaseForm
from quiz.presentation.guard import for_roles, proved_lately
from quiz.presentation.people_words import blame
from quiz.presentation.work import reading, reporting, writing
from quiz.services import entry_links, factors, granting, mail_health, record_desk, sign_ins, staff_list, workforce
from quiz.services import people as services
from quiz.services.errors import Duplicate, Refused
from quiz.services.staff_list import PersonSheet
from quiz.services.unit_of_work import UnitOfWork
from quiz.web.admin.people_forms import (
    AwayForm,
    Choices,
    CorrectForm,
    EndForm,
    EndRoleForm,
    FactorsForm,
    InviteForm,
    LeaveForm,
    RoleForm,
    UnitForm,
)
from quiz.web.admin.views import blueprint as blueprint


@blueprint.get("/people")
@for_roles(Role.HR, Role.ADMIN)
def people() -> str:
    """Show who is found by name, HR number or unit."""
    words, unit = request.args.get("q", ""), request.args.get("unit") or None
    with reporting() as work:
        found = staff_list.list_people(work, words, unit, request.args.get("page", 1, type=int))
        units, health = staff_list.list_unit_names(work), mail_health.get_mail_health(work)
    return render_template("admin/people/list.html", found=found, units=units, words=words, unit=unit, health=health)


@blueprint.get("/roles")
@for_roles(Role.HR, Role.ADMIN)
def roles() -> str:
    """Show who holds which role, in which bank and on which days."""
    with reading() as work:
        holders = granting.list_role_holders(work)
    return render_template("admin/people/roles.html", holders=holders)


@blueprint.get("/people/<public_id>")
@for_roles(Role.HR, Role.ADMIN)
def person(public_id: str) -> str:
    """Show what HR holds of a person, with a form for each thing that may change."""
    return _page(public_id, {})


@blueprint.post("/people/<public_id>")
@for_roles(Role.HR, Role.ADMIN)
@proved_lately("correct", "factors", "role", "end-role")
def change_person(public_id: str) -> Response | tuple[str, int]:
    """Do one thing to a person: move, away, leave, come back, put right, invite, give or end a role."""
    what = request.form.get("do", "")
    with reading() as work:
        sheet, units = staff_list.get_person(work, public_id), staff_list.list_unit_names(work)
    form = _forms(sheet, units, what).get(what)
    if form is None:
        return _page(public_id, {}), 422
    if form.validate():
        try:
            with writing() as work:
                _DEEDS[what](work, public_id, form)
            return redirect(url_for("admin.person", public_id=public_id, done=what, _anchor="done"), 303)
        except (Refused, Duplicate) as fault:
            blame(form, fault)
    return _page(public_id, {what: form}), 422


def _page(public_id: str, sent: Mapping[str, BaseForm]) -> str:
    with reading() as work:
        sheet, units = staff_list.get_person(work, public_id), staff_list.list_unit_names(work)
        records = record_desk.list_of_person(work, public_id)
        may_help = factors.may_remove_all_of(work, public_id)
        may_grant = granting.may_grant(work, public_id)
        may_hand = entry_links.may_hand(work, public_id)
    forms = {**_forms(sheet, units), **sent}
    return render_template(
        "admin/people/person.html",
        person=sheet,
        records=records,
        may_help=may_help,
        may_grant=may_grant,
        may_hand=may_hand,
        forms=forms,
        sent=sent,
        done=request.args.get("done"),
    )


def _forms(sheet: PersonSheet, units: Choices, sent: str = "") -> dict[str, BaseForm]:
    """Return every form of the page, filled with what stands or, the one that was sent, with that."""

    def data(name: str) -> object:
        return request.form if name == sent else None

    others = [one for one in units if one[0] != sheet.unit_id]
    return {
        "move": UnitForm(data("move"), prefix="move").offer(others),
        "away": AwayForm(data("away"), prefix="away"),
        "end": EndForm(data("end"), prefix="end"),
        "leave": LeaveForm(data("leave"), prefix="leave"),
        "back": UnitForm(data("back"), prefix="back", unit=sheet.unit_id).offer(units),
        "correct": CorrectForm(data("correct"), prefix="correct", obj=sheet).offer(),
        "invite": InviteForm(data("invite"), prefix="invite"),
        "sign-out": InviteForm(data("sign-out"), prefix="sign-out"),
        "factors": FactorsForm(data("factors"), prefix="factors"),
        "role": RoleForm(data("role"), prefix="role").offer(),
        "end-role": EndRoleForm(data("end-role"), prefix="end-role").offer(sheet.roles),
    }


def _correct(work: UnitOfWork, person: str, form: BaseForm) -> None:
    workforce.correct_person(
        work,
        person,
        form.reason.data,
        name=form.name.data,
        latin_name=form.latin_name.data or "",
        email=form.email.data,
        job_families=form.job_families.data or (),
    )


def _give(work: UnitOfWork, person: str, form: BaseForm) -> None:
    granting.grant_role(
        work,
        person,
        Role(form.role.data),
        bank=form.bank.data or None,
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
    )


def _end_role(work: UnitOfWork, person: str, form: BaseForm) -> None:
    role, _, bank = form.held.data.partition(":")
    granting.end_role(work, person, role, bank or None)


_DEEDS: dict[str, Callable[[UnitOfWork, str, BaseForm], object]] = {
    "move": lambda work, person, form: workforce.move_person(work, person, form.unit.data),
    "away": lambda work, person, form: workforce.record_absence(work, person, form.starts_on.data, form.ends_on.data),
    "end": lambda work, person, form: workforce.end_absence(
        work, person, request.form.get("absence", ""), form.ends_on.data
    ),
    "leave": lambda work, person, form: workforce.leave(work, person, form.last_day.data),
    "back": lambda work, person, form: workforce.come_back(work, person, form.unit.data),
    "correct": _correct,
    "factors": lambda work, person, form: factors.remove_all_of(work, person, form.reason.data),
    "role": _give,
    "end-role": _end_role,
    "invite": lambda work, person, _form: services.invite(work, person),
    "sign-out": lambda work, person, _form: sign_ins.end_all_of(work, person),
}
