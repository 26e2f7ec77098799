"""Coming in without an account: asking for a link, opening one, and typing the code that was handed out with it."""

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Actor
from quiz.presentation import signed_in
from quiz.presentation.entering import enter
from quiz.presentation.guard import for_everybody
from quiz.presentation.i18n import reader_locale
from quiz.presentation.security import limited
from quiz.presentation.signed_in import browser
from quiz.presentation.work import reading, writing
from quiz.services import entry_links, sign_ins
from quiz.services.errors import NotFound, NotReady
from quiz.web.account.forms import EntryCodeForm, EntryForm
from quiz.web.account.views import address, blueprint, local_address


@blueprint.route("/sign-in/link", methods=["GET", "POST"])
@for_everybody
@limited("20 per minute", "POST")
def ask_entry() -> BaseResponse | str | tuple[str, int]:
    """Ask for the address to which a link to come in by is to go; the page says the same whoever it belongs to."""
    _need_links()
    if g.signed_in is not None:
        return redirect(url_for("account.home"), 303)
    form = EntryForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        form.next.data = local_address(request.args.get("next"))
        return render_template("account/entry_ask.html", form=form, is_sent=False)
    if not form.validate():
        return render_template("account/entry_ask.html", form=form, is_sent=False), 422
    with writing() as work:
        entry_links.ask(work, form.email.data, address(), local_address(form.next.data))
    return render_template("account/entry_ask.html", form=form, is_sent=True)


@blueprint.route("/enter/<token>", methods=["GET", "POST"])
@for_everybody
@limited("60 per minute")
def entry(token: str) -> BaseResponse | str | tuple[str, int]:
    """Show whom a link is for, and let them in once they press the button.

    Opening it changes nothing: scanners and previews of mail programs open links before their readers do.
    """
    if request.method == "POST":
        with writing(Actor.nobody()) as work:
            entered = entry_links.use(work, token, browser())
        return _come_in(*entered) if entered else _closed()
    try:
        with reading() as work:
            summary = entry_links.get_entry(work, token)
    except NotFound:
        return _closed()
    shown = summary.initials if reader_locale().language == "ar" else summary.latin_initials
    return render_template("account/entry.html", entry=summary, initials=shown, token=token)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@for_everybody
@limited("30 per minute", "POST")
def entry_code() -> BaseResponse | str | tuple[str, int]:
    """Let in whoever types a code that was handed to them."""
    _need_links()
    if g.signed_in is not None:
        return redirect(url_for("account.home"), 303)
    form = EntryCodeForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return render_template("account/entry_code.html", form=form, refusal=None)
    if not form.validate():
        return render_template("account/entry_code.html", form=form, refusal=None), 422
    try:
        with writing(Actor.nobody()) as work:
            entered = entry_links.use_code(work, form.passcode.data, address(), browser())
    except NotReady:
        return render_template("account/entry_code.html", form=form, refusal="too-many"), 429
    if entered is None:
        return render_template("account/entry_code.html", form=form, refusal="wrong"), 422
    return _come_in(*entered)


def _come_in(fresh: str, lands_on: str) -> BaseResponse:
    """Go on as whom a link is for; whoever was signed in on this browser before is so no more."""
    held = signed_in.token()
    if g.signed_in is not None and held:
        with writing() as work:
            sign_ins.sign_out(work, held)
    return enter(fresh, local_address(lands_on))


def _closed() -> tuple[str, int]:
    return render_template("account/entry_closed.html"), 404


def _need_links() -> None:
    if not g.choices.entry_links:
        raise NotFound("page")
