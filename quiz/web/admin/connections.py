"""Connected systems: opening a connection, changing its token, and ending it."""

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.presentation.forms import BaseForm
from quiz.presentation.guard import for_roles, proved_lately
from quiz.presentation.work import reading, writing
from quiz.services import connecting
from quiz.services.errors import NotFound, Refused
from quiz.web.admin.connection_forms import ConnectionForm, EndForm, RenewForm, scope_words
from quiz.web.admin.views import blueprint as blueprint


@blueprint.get("/connections")
@for_roles(Role.ADMIN)
def connections() -> str:
    """Show the systems that are connected, and a form for another one."""
    return _page(ConnectionForm().offer())


@blueprint.post("/connections")
@for_roles(Role.ADMIN)
@proved_lately()
def open_connection() -> str | tuple[str, int]:
    """Open a connection; its token stands on the answer and nowhere else."""
    form = ConnectionForm(request.form).offer()
    if not form.validate():
        return _page(form), 422
    with writing() as work:
        token = connecting.open_connection(work, form.name.data, form.scopes.data, int(form.days.data))
    return _page(ConnectionForm().offer(), token=token, named=form.name.data)


@blueprint.post("/connections/<public_id>")
@for_roles(Role.ADMIN)
@proved_lately("renew")
def change_connection(public_id: str) -> Response | str | tuple[str, int]:
    """Give a connection another token, or end it."""
    what = request.form.get("do", "")
    kinds: Mapping[str, type[BaseForm]] = {"renew": RenewForm, "end": EndForm}
    if what not in kinds:
        raise Refused("deed-unknown")
    with reading() as work:
        if public_id not in {one.public_id for one in connecting.list_connections(work)}:
            raise NotFound("connection")
    form = kinds[what](request.form, prefix=f"{what}-{public_id}")
    if isinstance(form, RenewForm):
        form.offer()
    if not form.validate():
        return _page(ConnectionForm().offer(), {(what, public_id): form}), 422
    with writing() as work:
        if isinstance(form, RenewForm):
            token = connecting.renew_token(work, public_id, int(form.days.data))
        else:
            connecting.end_connection(work, public_id)
            return redirect(url_for("admin.connections", done="ended", _anchor="done"), 303)
    return _page(ConnectionForm().offer(), token=token)


def _page(
    form: ConnectionForm,
    sent: Mapping[tuple[str, str], BaseForm] | None = None,
    token: str | None = None,
    named: str | None = None,
) -> str:
    with reading() as work:
        held = connecting.list_connections(work)
    forms: dict[tuple[str, str], BaseForm] = {}
    for one in held:
        if one.ended_at is None:
            forms["renew", one.public_id] = RenewForm(prefix=f"renew-{one.public_id}").offer()
            forms["end", one.public_id] = EndForm(prefix=f"end-{one.public_id}")
    sent = sent or {}
    return render_template(
        "admin/connections.html",
        form=form,
        connections=held,
        forms={**forms, **sent},
        sent=sent,
        token=token,
        named=named,
        scope_words=scope_words(),
        is_ended=request.args.get("done") == "ended",
    )
