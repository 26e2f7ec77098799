"""The tree of units with their managers, and one thing at a time done to one of them."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.presentation.forms import BaseForm
from quiz.presentation.guard import for_roles, proved_lately
from quiz.presentation.i18n import _
from quiz.presentation.people_words import blame, refusal_words
from quiz.presentation.work import reading, writing
from quiz.services import hiring, people, staff_list, units
from quiz.services.errors import Duplicate, NotFound, QuizError, Refused, Stale
from quiz.services.unit_of_work import UnitOfWork
from quiz.web.admin.people_forms import AboveForm, ActingForm, Choices, ManagerForm, NameForm
from quiz.web.admin.views import blueprint as blueprint


@blueprint.get("/units")
@for_roles(Role.HR, Role.ADMIN)
def unit_tree() -> str:
    """Show every unit below the one it belongs to, with its managers."""
    with reading() as work:
        tree = units.list_tree(work)
    return render_template("admin/people/units.html", tree=tree)


@blueprint.get("/units/<public_id>")
@for_roles(Role.HR, Role.ADMIN)
@proved_lately()
def unit(public_id: str) -> str:
    """Show one unit with a form for each thing that may change."""
    return _page(public_id, {})


@blueprint.post("/units/<public_id>")
@for_roles(Role.HR, Role.ADMIN)
@proved_lately()
def change_unit(public_id: str) -> Response | tuple[str, int]:
    """Do one thing to a unit: put it elsewhere, name it anew, close it, give it a manager or relieve one."""
    what = request.form.get("do", "")
    with reading() as work:
        names = staff_list.list_unit_names(work)
    form = _forms(public_id, names, what).get(what)
    if what not in _DEEDS or (form is not None and not form.validate()):
        return _page(public_id, {what: form} if form is not None else {}), 422
    try:
        with writing() as work:
            _DEEDS[what](work, public_id, form)
    except (Refused, Duplicate, Stale) as fault:
        if form is None:
            return _page(public_id, {}, fault), 422
        blame(form, fault)
        return _page(public_id, {what: form}), 422
    return redirect(url_for("admin.unit", public_id=public_id, done=what, _anchor="done"), 303)


def _page(public_id: str, sent: Mapping[str, BaseForm], fault: QuizError | None = None) -> str:
    with reading() as work:
        tree = units.list_tree(work)
        names = staff_list.list_unit_names(work)
    found = next((one for one in tree if one.public_id == public_id), None)
    if found is None:
        raise NotFound("unit")
    forms = {**_forms(public_id, names), **sent}
    if "name" not in sent:
        held = found.name.by_language
        forms["name"] = NameForm(prefix="name", name_ar=held["ar"], name_en=held.get("en", ""), code=found.code or "")
    if "above" not in sent:
        forms["above"] = AboveForm(prefix="above", above=found.above or "").offer(_others(public_id, names), _top())
    said = refusal_words(fault) if fault is not None else None
    return render_template(
        "admin/people/unit.html", unit=found, forms=forms, sent=sent, fault=said, done="done" in request.args
    )


def _top() -> str:
    return _("None: it stands at the top")


def _others(public_id: str, names: Choices) -> Choices:
    return [one for one in names if one[0] != public_id]


def _forms(public_id: str, names: Choices, sent: str = "") -> dict[str, BaseForm]:
    def data(name: str) -> object:
        return request.form if name == sent else None

    return {
        "above": AboveForm(data("above"), prefix="above").offer(_others(public_id, names), _top()),
        "name": NameForm(data("name"), prefix="name"),
        "manager": ManagerForm(data("manager"), prefix="manager"),
        "acting": ActingForm(data("acting"), prefix="acting"),
    }


def _person(work: UnitOfWork, form: BaseForm) -> str:
    try:
        return people.find_typed(work, form.person.data)
    except NotFound as fault:
        raise Refused("person-unknown", field="person") from fault


# Some need no form.
_DEEDS: dict[str, Callable[[UnitOfWork, str, Any], object]] = {
    "above": lambda work, unit, form: units.move_unit(work, unit, form.above.data or None),
    "name": lambda work, unit, form: hiring.rename_unit(work, unit, form.name, form.code.data or ""),
    "close": lambda work, unit, _form: units.close_unit(work, unit),
    "manager": lambda work, unit, form: units.set_manager(work, unit, _person(work, form)),
    "acting": lambda work, unit, form: units.appoint_acting(
        work, unit, _person(work, form), form.starts_on.data, form.ends_on.data
    ),
    "relieve": lambda work, unit, _form: units.relieve(
        work, unit, request.form.get("person", ""), request.form.get("capacity", "")
    ),
}
