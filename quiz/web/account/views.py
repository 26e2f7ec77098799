"""Signing in and out, the second step of it, language, and links that open once."""

from flask import Blueprint, Response, g, jsonify, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Role
from quiz.engine.completion import NextStep
from quiz.engine.text import LANGUAGES
from quiz.presentation import signed_in
from quiz.presentation.entering import enter
from quiz.presentation.guard import for_everybody, for_roles
from quiz.presentation.i18n import LANGUAGE_COOKIE
from quiz.presentation.requests import local_address as local_address
from quiz.presentation.security import limited
from quiz.presentation.signed_in import browser
from quiz.presentation.work import reading, writing
from quiz.services import accounts, catalogue, identities, passkeys, second_step, sign_ins
from quiz.services.errors import NotAllowed, NotFound, NotReady, Refused
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


@blueprint.before_request
def by_password() -> BaseResponse | None:
    """Close what is about passwords where the operator lets nobody sign in by one; old links lead to what there is."""
    if signed_in.settings().password_sign_in:
        return None
    if request.endpoint in {"account.forgot", "account.link"}:
        return redirect(url_for("account.sign_in"), 303)
    if request.endpoint == "account.change_password" or (
        request.endpoint == "account.sign_in" and request.method == "POST" and not request.form.get("credential")
    ):
        raise NotFound("page")
    return None


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
    came_by = None
    if g.signed_in is not None and held:
        with writing() as work:
            came_by = signed_in.settings().provider(identities.find_provider_of(work, held))
            sign_ins.sign_out(work, held)
    if came_by is not None and came_by.offers_sign_out:
        response = redirect(url_for("oidc.offer_sign_out", provider=came_by.key), 303)
    else:
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
