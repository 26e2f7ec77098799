"""Signing in and out, the second step of it, language, and links that open once."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, g, jsonify, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Role
from quiz.engine.completion import NextStep
from quiz.engine.text import LANGUAGES
from quiz.presentation import signed_in
from quiz.presentation.guard import for_everybody, for_roles
from quiz.presentation.i18n import LANGUAGE_COOKIE, _
from quiz.presentation.proving import needs_factor
from quiz.presentation.security import limited
from quiz.presentation.work import reading, writing
from quiz.services import accounts, catalogue, passkeys, second_step, sign_ins
from quiz.services.errors import NotAllowed, NotFound, NotReady, Refused
from quiz.services.second_step import Halfway
from quiz.web.account.forms import PASSWORD_FAULTS, CodeForm, ForgotForm, NewPasswordForm, SignInForm

blueprint = Blueprint("account", __name__, template_folder="templates")

# The desk of each role, in the order in which a first screen is chosen.
DESKS = (
    (Role.MANAGER, "manager.team"),
    (Role.EDITOR, "editor.desk"),
    (Role.REVIEWER, "editor.desk"),
    (Role.ADVISER, "adviser.questions"),
    (Role.ADMIN, "admin.settings"),
)
# Where the browser keeps which challenge its device was given.
CEREMONY = "ceremony"
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
    if request.form.get("credential"):
        return _sign_in_by_passkey(form)
    if not form.validate():
        return render_template("account/sign_in.html", form=form, refusal=None), 422
    lands_on = local_address(form.next.data)
    try:
        with reading() as work:
            checked = accounts.check_password(work, form.email.data, form.password.data, address())
        with writing() as work:
            entered = accounts.sign_in(work, checked, browser(), lands_on)
    except NotReady:
        return render_template("account/sign_in.html", form=form, refusal="too-many-tries"), 429
    if entered is None:
        return render_template("account/sign_in.html", form=form, refusal="wrong"), 422
    return enter(entered, lands_on)


def _sign_in_by_passkey(form: SignInForm) -> BaseResponse | tuple[str, int]:
    ceremony = str(session.pop(CEREMONY, ""))
    try:
        with writing() as work:
            token = passkeys.sign_in(work, ceremony, request.form["credential"], browser())
    except Refused:
        with writing() as work:
            passkeys.forget(work, ceremony)
        return render_template("account/sign_in.html", form=form, refusal="passkey"), 422
    return enter(token, local_address(form.next.data))


def enter(entered: str | Halfway, lands_on: str) -> BaseResponse:
    """Go on with a sign-in: to the second factor, to setting one up where the roles need it, or to where it leads."""
    if isinstance(entered, Halfway):
        response = redirect(url_for("account.second"), 303)
        signed_in.remember_step(response, entered)
        return response
    with reading() as work:
        g.signed_in = sign_ins.find_signed_in(work, entered)
    if g.signed_in is not None and needs_factor(is_by_now=False):
        lands_on = url_for("account.factors", next=lands_on)
    response = redirect(lands_on, 303)
    signed_in.remember(response, entered)
    signed_in.forget_step(response)
    return response


@blueprint.route("/sign-in/second", methods=["GET", "POST"])
@for_everybody
@limited("60 per minute", "POST")
def second() -> BaseResponse | str | tuple[str, int]:
    """Ask for the second factor of a sign-in whose password was right."""
    held = signed_in.step_token()
    form = CodeForm(request.form if request.method == "POST" else None)
    refusal, status = None, 200
    try:
        with reading() as work:
            step = second_step.get_step(work, held)
        if request.method == "POST":
            entered = _end_step(held, form)
            if entered is not None:
                return enter(entered[0], local_address(entered[1]))
            refusal, status = ("wrong" if form.passcode.data else None), 422
    except NotFound:
        return redirect(url_for("account.sign_in"), 303)
    except NotReady:
        refusal, status = "too-many", 429
    except Refused:
        refusal, status = "passkey", 422
    return render_template("account/second.html", form=form, step=step, refusal=refusal), status


def _end_step(held: str, form: CodeForm) -> tuple[str, str] | None:
    """Return a token and where it leads, None for a wrong code; raise Refused for a passkey that is not right."""
    answer = request.form.get("credential")
    if not answer:
        if not form.validate():
            return None
        with writing() as work:
            return second_step.enter_code(work, held, form.passcode.data, address(), browser())
    ceremony = str(session.pop(CEREMONY, ""))
    try:
        with writing() as work:
            return passkeys.end_step(work, held, ceremony, answer, browser())
    except Refused:
        with writing() as work:
            passkeys.forget(work, ceremony)
        raise


@blueprint.post("/sign-in/passkey")
@for_everybody
@limited("60 per minute")
def begin_passkey() -> Response | tuple[Response, int]:
    """Hand the script what a device is to be asked: to sign in, as the second step of it, or to prove who it is."""
    purpose = request.form.get("purpose")
    try:
        with writing() as work:
            if purpose == passkeys.SECOND:
                asked = passkeys.begin_second(work, signed_in.step_token())
            elif purpose == passkeys.PROVE:
                asked = passkeys.begin_prove(work)
            else:
                asked = passkeys.begin_sign_in(work)
    except (NotFound, NotAllowed):
        return jsonify({}), 409
    return challenge(asked)


def challenge(asked: passkeys.Challenge) -> Response:
    """Return what a device is asked, and keep in the browser by what its answer is known again."""
    session[CEREMONY] = asked.ceremony
    return Response(asked.options, mimetype="application/json")


@blueprint.post("/sign-out")
@for_everybody
def sign_out() -> BaseResponse:
    """End this browser's sign-in."""
    held = signed_in.token()
    if g.signed_in is not None and held:
        with writing() as work:
            sign_ins.sign_out(work, held)
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
        accounts.request_reset(work, form.email.data, address())
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
                fresh, lands_on = accounts.use_link(work, token, form.new.data, browser())
            return enter(fresh, local_address(lands_on))
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


def address() -> str:
    """Return the address that the request came from."""
    return request.remote_addr or ""


def browser() -> str:
    """Return what the browser calls itself, in one word."""
    agent = request.user_agent.string
    for name in ("Firefox", "Edg", "OPR", "Chrome", "Safari"):
        if name in agent:
            return {"Edg": "Edge", "OPR": "Opera"}.get(name, name)
    return _("another program")
