"""What stands beside the password: the app that shows codes, recovery codes and passkeys."""

import re

from flask import Response as FlaskResponse
from flask import g, jsonify, redirect, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.presentation import signed_in
from quiz.presentation.account_words import FAULTS
from quiz.presentation.guard import for_roles, not_by_link, proved_lately, without_factor
from quiz.presentation.i18n import _, reader_locale
from quiz.presentation.proving import needs_factor
from quiz.presentation.security import limited
from quiz.presentation.work import reading, writing
from quiz.records import qr
from quiz.services import factors as services
from quiz.services import passkeys
from quiz.services.errors import NotFound, Refused
from quiz.web.account.forms import FirstCodeForm, PasskeyForm
from quiz.web.account.views import CEREMONY, blueprint, challenge, local_address

CODE = re.compile(r"(?:[A-Z2-7]{4}-){6}[A-Z2-7]{4}")


@blueprint.get("/account/factors")
@for_roles(Role.LEARNER)
@without_factor
@not_by_link
def factors() -> str:
    """Show what a person has beside the password."""
    return _page(PasskeyForm())


def _page(form: PasskeyForm, fault: str | None = None) -> str:
    with reading() as work:
        held = services.get_own(work)
    return render_template(
        "account/factors.html",
        held=held,
        form=form,
        fault=fault,
        done=request.args.get("done"),
        onward=local_address(request.args.get("next")) if "next" in request.args else None,
        is_needed=needs_factor(is_by_now=False),
        is_needed_by_now=needs_factor(is_by_now=True),
        needed_from=g.choices.second_factor_from,
    )


@blueprint.post("/account/authenticator/begin")
@for_roles(Role.LEARNER)
@without_factor
@proved_lately()
def begin_authenticator() -> Response:
    """Make a secret for an app."""
    try:
        with writing() as work:
            services.begin_authenticator(work)
    except Refused:
        return redirect(url_for("account.factors"), 303)  # pressed in two windows: it stands already
    return redirect(url_for("account.authenticator"), 303)


@blueprint.route("/account/authenticator", methods=["GET", "POST"])
@for_roles(Role.LEARNER)
@without_factor
@proved_lately()
@limited("60 per minute", "POST")
def authenticator() -> Response | str | tuple[str, int]:
    """Show the secret of an app that is being set up, and take its first code."""
    form = FirstCodeForm(request.form if request.method == "POST" else None)
    try:
        with reading() as work:
            set_up = services.get_set_up(work)
        if request.method == "POST" and form.validate():
            with writing() as work:
                added = services.confirm_authenticator(work, signed_in.token() or "", form.passcode.data)
            return _added(added, "authenticator-added")
    except NotFound:
        return redirect(url_for("account.factors"), 303)
    except Refused as refusal:
        form.passcode.errors = [FAULTS[refusal.code]()]
    # A drawing of our own: what it holds stands in black squares alone.
    drawing = Markup(qr.svg(set_up.address, _("QR code for the app")))  # nosec B704 # noqa: S704 - our own drawing
    status = 422 if request.method == "POST" else 200
    return render_template("account/authenticator.html", form=form, set_up=set_up, drawing=drawing), status


@blueprint.post("/account/authenticator/remove")
@for_roles(Role.LEARNER)
@without_factor
@proved_lately()
def remove_authenticator() -> Response:
    """Take the app away."""
    with writing() as work:
        token = services.remove_authenticator(work, signed_in.token() or "")
    return _onward(token, "authenticator-removed")


@blueprint.post("/account/recovery-codes")
@for_roles(Role.LEARNER)
@without_factor
@proved_lately()
def make_recovery_codes() -> Response | str:
    """Make recovery codes anew, and show them this once."""
    try:
        with writing() as work:
            codes = services.make_recovery_codes(work)
    except Refused:
        return redirect(url_for("account.factors"), 303)
    return render_template("account/recovery_codes.html", codes=codes)


@blueprint.post("/account/recovery-codes/file")
@for_roles(Role.LEARNER)
@without_factor
@not_by_link
def keep_recovery_codes() -> Response:
    """Give the codes of the page back as a file: here they are kept by nobody any more."""
    codes = [one for one in request.form.get("codes", "").split() if CODE.fullmatch(one)]
    headers = {"Content-Disposition": "attachment; filename=recovery-codes.txt"}
    return Response("\n".join([*codes[: services.RECOVERY_CODES], ""]), mimetype="text/plain", headers=headers)


@blueprint.post("/account/passkeys/begin")
@for_roles(Role.LEARNER)
@without_factor
@proved_lately()
@limited("60 per minute")
def begin_registering() -> FlaskResponse | tuple[FlaskResponse, int]:
    """Hand the script what a device is asked to keep a new passkey."""
    name = g.choices.name.in_language(reader_locale().language)[0]
    try:
        with writing() as work:
            return challenge(passkeys.begin_register(work, name))
    except Refused:
        return jsonify({}), 409


@blueprint.post("/account/passkeys")
@for_roles(Role.LEARNER)
@without_factor
@proved_lately()
def add_passkey() -> Response | str | tuple[str, int]:
    """Keep a new passkey."""
    form = PasskeyForm(request.form)
    ceremony = str(session.pop(CEREMONY, ""))
    if not form.validate():
        return _page(form), 422
    name = (form.name.data or "").strip() or _("A passkey")
    try:
        with writing() as work:
            answer = request.form.get("credential", "")
            added = passkeys.register(work, signed_in.token() or "", ceremony, answer, name)
    except Refused:
        with writing() as work:
            passkeys.forget(work, ceremony)
        return _page(form, "passkey"), 422
    return _added(added, "passkey-added")


@blueprint.post("/account/passkeys/<public_id>/remove")
@for_roles(Role.LEARNER)
@without_factor
@proved_lately()
def remove_passkey(public_id: str) -> Response:
    """Take a passkey away."""
    with writing() as work:
        token = passkeys.remove(work, signed_in.token() or "", public_id)
    return _onward(token, "passkey-removed")


def _added(added: services.Added, done: str) -> Response:
    """Show the recovery codes that came with the first factor; else go back to the list."""
    if not added.codes:
        return _onward(added.token, done)
    page = render_template("account/recovery_codes.html", codes=added.codes)
    response = Response(page, mimetype="text/html")
    signed_in.remember(response, added.token)
    return response


def _onward(token: str, done: str) -> Response:
    response = redirect(url_for("account.factors", done=done, _anchor="done"), 303)
    signed_in.remember(response, token)
    return response
