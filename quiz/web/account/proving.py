"""Asking who it is once more, and sending what waited for that."""

from flask import request, session
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.presentation import signed_in
from quiz.presentation.guard import for_roles, not_by_link, without_factor
from quiz.presentation.proving import ProveForm, prove_page, proved
from quiz.presentation.security import limited
from quiz.presentation.work import reading, writing
from quiz.services import passkeys, proving
from quiz.services.errors import NotReady, Refused
from quiz.web.account.views import CEREMONY, address, blueprint, local_address


@blueprint.route("/prove", methods=["GET", "POST"])
@for_roles(Role.LEARNER)
@without_factor
@not_by_link
@limited("60 per minute", "POST")
def prove() -> Response | str:
    """Ask for the password, and the second factor where there is one; then go on to where it was asked."""
    if request.method == "GET":
        return prove_page(ProveForm(next=local_address(request.args.get("next"))))
    form = ProveForm(request.form)
    is_late = bool(form.onward.data)
    try:
        token = _by_passkey() if request.form.get("credential") else _by_password(form)
    except NotReady:
        return prove_page(form, 429, "too-many", is_late)
    except Refused:
        return prove_page(form, 422, "passkey", is_late)
    if token is None:
        return prove_page(form, 422, "wrong" if not form.errors else None, is_late)
    response = proved(form, is_late)
    signed_in.remember(response, token)
    return response


def _by_password(form: ProveForm) -> str | None:
    if not form.validate():
        return None
    with reading() as work:
        checked = proving.check_password(work, form.password.data, address())
    with writing() as work:
        return proving.prove(work, signed_in.token() or "", checked, form.passcode.data or "", address())


def _by_passkey() -> str:
    ceremony = str(session.pop(CEREMONY, ""))
    try:
        with writing() as work:
            return proving.prove_by_passkey(work, signed_in.token() or "", ceremony, request.form["credential"])
    except Refused:
        with writing() as work:
            passkeys.forget(work, ceremony)
        raise
