"""The page of the account: the browsers signed in, a new password, and identities that are no longer wanted."""

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.presentation import signed_in
from quiz.presentation.account_words import WAYS
from quiz.presentation.guard import for_roles, not_by_link, proved_lately, without_factor
from quiz.presentation.security import limited
from quiz.presentation.signed_in import browser
from quiz.presentation.work import reading, writing
from quiz.services import accounts, factors, identities, proving, sign_ins
from quiz.services.errors import NotReady, Refused
from quiz.services.sign_ins import SECOND_FACTOR
from quiz.web.account.forms import PASSWORD_FAULTS, ChangePasswordForm
from quiz.web.account.views import address, blueprint


@blueprint.get("/account")
@for_roles(Role.LEARNER)
@without_factor
def account() -> str:
    """Show the browsers signed in, what stands beside the password, and the way to a new one."""
    return _page(ChangePasswordForm())


def _page(form: ChangePasswordForm) -> str:
    with reading() as work:
        listed = sign_ins.list_own_sign_ins(work, signed_in.token() or "")
        held = factors.get_own(work)
        linked = identities.list_own(work)
    done = next((one for one in ("changed", "ended") if one in request.args), None)
    return render_template(
        "account/account.html", form=form, sign_ins=listed, held=held, linked=linked, ways=WAYS, done=done
    )


@blueprint.post("/account/password")
@for_roles(Role.LEARNER)
@without_factor
@not_by_link
@limited("30 per minute")
def change_password() -> Response | tuple[str, int]:
    """Set a new password; every other browser is signed out."""
    if g.signed_in.strength == SECOND_FACTOR and not g.signed_in.is_proved(signed_in.now()):
        # The current password is asked for in any case; the second factor is not to be gone round. Passwords that
        # were typed are never kept in a page, so they are typed again.
        return redirect(url_for("account.prove", next=url_for("account.account", _anchor="password")), 303)
    form = ChangePasswordForm(request.form)
    if not form.validate():
        return _page(form), 422
    try:
        # Counted and hashed as anywhere else, and before anybody's turn to write.
        with reading() as work:
            checked = proving.check_password(work, form.current.data, address())
        if checked.person_id is None:
            with writing() as work:
                proving.note_failure(work, checked)
            raise Refused("wrong-password", field="current")
        with writing() as work:
            token = accounts.change_password(work, form.current.data, form.new.data, browser())
    except NotReady:
        form.current.errors = [PASSWORD_FAULTS["too-many-tries"]()]
        return _page(form), 429
    except Refused as refusal:
        bound = form.current if refusal.values.get("field") == "current" else form.new
        bound.errors = [PASSWORD_FAULTS[refusal.code]()]
        return _page(form), 422
    response = redirect(url_for("account.account", changed=1, _anchor="done"), 303)
    signed_in.remember(response, token)
    return response


@blueprint.post("/account/sign-ins/<public_id>/end")
@for_roles(Role.LEARNER)
@without_factor
@proved_lately(but_by_link=True)
def end_sign_in(public_id: str) -> Response:
    """Sign another browser out."""
    with writing() as work:
        sign_ins.revoke_sign_in(work, public_id)
    return redirect(url_for("account.account", ended=1, _anchor="done"), 303)


@blueprint.post("/account/sign-ins/end")
@for_roles(Role.LEARNER)
@without_factor
@proved_lately(but_by_link=True)
def end_other_sign_ins() -> Response:
    """Sign every other browser out."""
    with writing() as work:
        sign_ins.revoke_others(work, signed_in.token() or "")
    return redirect(url_for("account.account", ended=1, _anchor="done"), 303)


@blueprint.post("/account/identities/<public_id>/remove")
@for_roles(Role.LEARNER)
@proved_lately()
@not_by_link
def remove_identity(public_id: str) -> Response:
    """Unlink an identity of a provider, unless nothing would be left to sign in by."""
    settings = signed_in.settings()
    asked = [one.key for one in settings.all_providers]
    try:
        with writing() as work:
            identities.remove(work, public_id, asked, settings.password_sign_in, signed_in.token() or "")
    except Refused:
        return redirect(url_for("account.account", kept=1, _anchor="identities"), 303)
    return redirect(url_for("account.account", unlinked=1, _anchor="identities"), 303)
