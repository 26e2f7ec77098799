"""A person or a unit that HR adds by hand."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.presentation.forms import BaseForm
from quiz.presentation.guard import for_roles
from quiz.presentation.i18n import _
from quiz.presentation.people_words import blame
from quiz.presentation.work import reading, writing
from quiz.services import hiring, people, staff_list
from quiz.services.errors import Duplicate, NotFound, Refused
from quiz.services.hiring import Newcomer
from quiz.web.admin.people_forms import NewcomerForm, NewUnitForm
from quiz.web.admin.views import blueprint as blueprint

_PERSON = ("hr_number", "name", "latin_name", "email", "unit", "joined_on", "job_families", "is_invited")
_UNIT = ("name_ar", "name_en", "code", "country", "above")


@blueprint.get("/people/new")
@for_roles(Role.HR, Role.ADMIN)
def new_person() -> str:
    """Show the form of somebody who joins."""
    return _person_page(_newcomer(None))


@blueprint.post("/people/new")
@for_roles(Role.HR, Role.ADMIN)
def add_person() -> Response | tuple[str, int]:
    """Add somebody, and send them an invitation where that is wanted."""
    form = _newcomer(request.form)
    if not form.validate():
        return _person_page(form), 422
    newcomer = Newcomer(
        hr_number=form.hr_number.data,
        name=form.name.data,
        email=form.email.data,
        unit=form.unit.data,
        latin_name=form.latin_name.data or "",
        joined_on=form.joined_on.data,
        job_families=form.job_families.data or (),
    )
    try:
        with writing() as work:
            person = hiring.hire(work, newcomer)
            if form.is_invited.data:
                people.invite(work, person)
    except (Refused, Duplicate) as fault:
        blame(form, fault)
        return _person_page(form), 422
    return redirect(url_for("admin.person", public_id=person, done="new", _anchor="done"), 303)


@blueprint.get("/units/new")
@for_roles(Role.HR, Role.ADMIN)
def new_unit() -> str:
    """Show the form of a unit that is established."""
    return _unit_page(_unit(None))


@blueprint.post("/units/new")
@for_roles(Role.HR, Role.ADMIN)
def add_unit() -> Response | tuple[str, int]:
    """Establish a unit."""
    form = _unit(request.form)
    if not form.validate():
        return _unit_page(form), 422
    try:
        with writing() as work:
            unit = hiring.establish_unit(work, form.name, form.country.data, form.above.data or None, form.code.data)
    except (Refused, Duplicate, NotFound) as fault:
        blame(form, fault)
        return _unit_page(form), 422
    return redirect(url_for("admin.unit", public_id=unit, done="new", _anchor="done"), 303)


def _newcomer(sent: object) -> NewcomerForm:
    with reading() as work:
        units = staff_list.list_unit_names(work)
    return NewcomerForm(sent, unit=request.args.get("unit", "")).offer(units)


def _unit(sent: object) -> NewUnitForm:
    with reading() as work:
        units = staff_list.list_unit_names(work)
    countries = [("EG", _("Egypt")), ("AE", _("United Arab Emirates"))]
    form = NewUnitForm(sent, above=request.args.get("above", ""))
    return form.offer(units, _("None: it stands at the top"), countries)


def _person_page(form: BaseForm) -> str:
    return _page(form, _PERSON, _("New person"), (_("People"), url_for("admin.people")), _("Add the person"))


def _unit_page(form: BaseForm) -> str:
    return _page(form, _UNIT, _("New unit"), (_("Units"), url_for("admin.unit_tree")), _("Add the unit"))


def _page(form: BaseForm, order: tuple[str, ...], title: str, above: tuple[str, str], label: str) -> str:
    fields = [form[name] for name in order]
    return render_template("admin/people/new.html", form=form, fields=fields, title=title, above=above, label=label)
