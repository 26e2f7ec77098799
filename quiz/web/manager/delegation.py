"""A manager lets somebody else do their part for some days: to whom, from when, until when."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import DateField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from quiz.access.actor import Role
from quiz.presentation.forms import BaseForm
from quiz.presentation.guard import for_roles, proved_lately
from quiz.presentation.i18n import _l
from quiz.presentation.people_words import blame
from quiz.presentation.work import reading, writing
from quiz.services import delegating
from quiz.services.errors import NotFound, Refused
from quiz.web.manager.views import blueprint as blueprint


class DelegationForm(BaseForm):
    """To whom, from when and until when."""

    person = StringField(
        _l("To whom"), description=_l("HR number or e-mail address"), validators=[DataRequired(), Length(max=254)]
    )
    starts_on = DateField(_l("From"), validators=[InputRequired()])
    ends_on = DateField(_l("Until"), validators=[InputRequired()])


@blueprint.get("/delegation")
@for_roles(Role.MANAGER)
@proved_lately()
def delegation() -> str:
    """Show what is delegated, and the form."""
    return _page(DelegationForm())


@blueprint.post("/delegation")
@for_roles(Role.MANAGER)
@proved_lately()
def delegate() -> Response | tuple[str, int]:
    """Delegate the manager's own units, or take back what was."""
    form = DelegationForm(request.form)
    there = url_for("manager.delegation", _anchor="given")
    if request.form.get("do") == "take-back":
        try:
            with writing() as work:
                delegating.take_back(work, request.form.get("who", ""))
        except NotFound:
            pass  # pressed twice
        return redirect(there, 303)
    if form.validate():
        try:
            with writing() as work:
                delegating.delegate(work, form.person.data, form.starts_on.data, form.ends_on.data)
            return redirect(there, 303)
        except Refused as fault:
            blame(form, fault)
    return _page(form), 422


def _page(form: DelegationForm) -> str:
    with reading() as work:
        found = delegating.get_delegable(work)
    return render_template("manager/delegation.html", form=form, found=found)
