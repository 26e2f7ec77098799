"""Pages of the account: signing in and out, passwords, language, the browsers signed in."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Role
from quiz.engine.completion import NextStep
from quiz.engine.text import LANGUAGES
from quiz.presentation import signed_in
from quiz.presentation.guard import for_everybody, for_roles
from quiz.presentation.i18n import LANGUAGE_COOKIE, _
from quiz.presentation.security import limited
from quiz.presentation.work import reading, writing
from quiz.services import accounts, catalogue
from quiz.services.errors import NotFound, NotReady, Refused
from quiz.web.account.forms import PASSWORD_FAULTS, ChangePasswordForm, ForgotForm, NewPasswordForm, SignInForm

blueprint = Blueprint("account", __name__, template_folder="templates")

# The desk of each role, in the order in which a first screen is chosen.
DESKS = (
    (Role.MANAGER, "manager.team"),
    (Role.EDITOR, "editor.desk"),
    (Role.REVIEWER, "editor.desk"),
    (Role.ADVISER, "adviser.questions"),
    (Role.ADMIN, "admin.settings"),
)
URGENT = {NextStep.BEGIN, NextStep.CONTINUE, NextStep.REREAD, NextStep.PLEDGE}


def local_address(wanted: str | None) -> str:
    """Return an address of ours to go to, `/` for anything that leads elsewhere."""
    if not wanted or "\\" in wanted or any(ord(letter) < 32 for letter in wanted):
        return "/"
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith("//"):
        return "/"
    return wanted


@blueprint.get("/")
@for_roles(Role.LEARNER)
def home() -> BaseResponse:
    """Send each person to their own first screen: own training that is due, else the desk of the role."""
    with reading() as work:
        has_training = any(offer.next_step in URGENT for offer in catalogue.list_offers(work))
    if not has_training:
        for role, endpoint in DESKS:
            if role in g.signed_in.actor.roles:
                return redirect(url_for(endpoint), 303)
    return redirect(url_for("learner.home"), 303)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@for_everybody
@limited("120 per minute", "POST")
def sign_in() -> BaseResponse | str | tuple[str, int]:
    """Ask for name and password."""
    form = SignInForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        if g.signed_in is not None:
            return redirect(url_for("account.home"), 303)
        form.next.data = local_address(request.args.get("next"))
        return render_template("account/sign_in.html", form=form, refusal=None)
    if not form.validate():
        return render_template("account/sign_in.html", form=form, refusal=None), 422
    try:
        with reading() as work:
            checked = accounts.check_password(work, form.email.data, form.password.data, _address())
        with writing() as work:
            token = accounts.sign_in(work, checked, _browser())
    except NotReady:
        return render_template("account/sign_in.html", form=form, refusal="too-many-tries"), 429
    if token is None:
        return render_template("account/sign_in.html", form=form, refusal="wrong"), 422
    response = redirect(local_address(form.next.data), 303)
    signed_in.remember(response, token)
    return response


@blueprint.post("/sign-out")
@for_everybody
def sign_out() -> BaseResponse:
    """End this browser's sign-in."""
    held = signed_in.token()
    if g.signed_in is not None and held:
        with writing() as work:
            accounts.sign_out(work, held)
    response = redirect(url_for("account.sign_in"), 303)
    signed_in.forget(response)
    return response


@blueprint.post("/language")
@for_everybody
def set_language() -> BaseResponse:
    """Switch the language and stay on the page."""
    language = request.form.get("language", "")
    response = redirect(local_address(request.form.get("next")), 303)
    if language in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE,
            language,
            max_age=31_536_000,
            secure=signed_in.settings().is_https,
            httponly=True,
            samesite="Lax",
        )
        if g.signed_in is not None:
            with writing() as work:
                accounts.set_language(work, language)
    return response


@blueprint.route("/forgot", methods=["GET", "POST"])
@for_everybody
@limited("20 per minute", "POST")
def forgot() -> Response | str | tuple[str, int]:
    """Ask for the address to which a link for a new password is to go."""
    form = ForgotForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return render_template("account/forgot.html", form=form, is_sent=False)
    if not form.validate():
        return render_template("account/forgot.html", form=form, is_sent=False), 422
    with writing() as work:
        accounts.request_reset(work, form.email.data, _address())
    return render_template("account/forgot.html", form=form, is_sent=True)


@blueprint.route("/link/<token>", methods=["GET", "POST"])
@for_everybody
@limited("30 per minute")
def link(token: str) -> BaseResponse | str | tuple[str, int]:
    """Let somebody with a one-time link choose a password and go straight to what it is for."""
    form = NewPasswordForm(request.form if request.method == "POST" else None)
    try:
        if request.method == "POST" and form.validate():
            with writing() as work:
                fresh, lands_on = accounts.use_link(work, token, form.new.data, _browser())
            response = redirect(local_address(lands_on), 303)
            signed_in.remember(response, fresh)
            return response
        with reading() as work:
            summary = accounts.get_link(work, token)
    except NotFound:
        return render_template("account/link_closed.html"), 404
    except Refused as refusal:
        form.new.errors = [PASSWORD_FAULTS[refusal.code]()]
        with reading() as work:
            summary = accounts.get_link(work, token)
    status = 422 if request.method == "POST" else 200
    return render_template("account/link.html", form=form, link=summary, token=token), status


@blueprint.get("/account")
@for_roles(Role.LEARNER)
def account() -> str:
    """Show the browsers signed in, and the way to a new password."""
    return _account_page(ChangePasswordForm())


def _account_page(form: ChangePasswordForm) -> str:
    with reading() as work:
        sign_ins = accounts.list_own_sign_ins(work, signed_in.token() or "")
    return render_template("account/account.html", form=form, sign_ins=sign_ins, is_changed="changed" in request.args)


@blueprint.post("/account/password")
@for_roles(Role.LEARNER)
def change_password() -> BaseResponse | tuple[str, int]:
    """Set a new password; every other browser is signed out."""
    form = ChangePasswordForm(request.form)
    if not form.validate():
        return _account_page(form), 422
    try:
        with writing() as work:
            token = accounts.change_password(work, form.current.data, form.new.data, _browser())
    except Refused as refusal:
        bound = form.current if refusal.values.get("field") == "current" else form.new
        bound.errors = [PASSWORD_FAULTS[refusal.code]()]
        return _account_page(form), 422
    response = redirect(url_for("account.account", changed=1), 303)
    signed_in.remember(response, token)
    return response


@blueprint.post("/account/sign-ins/<public_id>/end")
@for_roles(Role.LEARNER)
def end_sign_in(public_id: str) -> BaseResponse:
    """Sign another browser out."""
    with writing() as work:
        accounts.revoke_sign_in(work, public_id)
    return make_response(redirect(url_for("account.account"), 303))


def _address() -> str:
    return request.remote_addr or ""


def _browser() -> str:
    agent = request.user_agent.string
    for name in ("Firefox", "Edg", "OPR", "Chrome", "Safari"):
        if name in agent:
            return {"Edg": "Edge", "OPR": "Opera"}.get(name, name)
    return _("another program")
