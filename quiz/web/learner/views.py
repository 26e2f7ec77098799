"""Pages of the learner: training, a module, its scenarios, the result and what follows."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Role
from quiz.engine.attempt import Shown
from quiz.presentation.calendar_file import NAME, TYPE, due_calendar
from quiz.presentation.guard import for_roles
from quiz.presentation.i18n import reader_locale
from quiz.presentation.work import observer, reading, writing
from quiz.services import catalogue, due_days, taking, viewing
from quiz.services.errors import NotFound, NotReady, Refused, Stale
from quiz.services.taking import Given
from quiz.web.learner.forms import read_answer, read_order, read_seen

blueprint = Blueprint("learner", __name__, url_prefix="/learn", template_folder="templates")


def shown() -> Shown:
    """Return how this page looks to its reader, for the log of the attempt."""
    locale = reader_locale()
    return Shown(locale.language, locale.digits.value)


@blueprint.get("/")
@for_roles(Role.LEARNER)
def home() -> str:
    """Show the one thing to do now, and quietly the rest."""
    with reading() as work:
        offers = catalogue.list_offers(work)
    return render_template("learner/home.html", offers=offers)


@blueprint.get("/calendar.ics")
@for_roles(Role.LEARNER)
def calendar() -> BaseResponse:
    """Give the due days of whoever is signed in as a file for a calendar."""
    with reading() as work:
        modules, now, base_url = due_days.list_due_days(work), work.now, work.tools.base_url
    file = due_calendar(modules, reader_locale().language, base_url, now)
    response = BaseResponse(file, content_type=f"{TYPE}; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename={NAME}"
    return response


@blueprint.get("/modules/<key>")
@for_roles(Role.LEARNER)
def start(key: str) -> str:
    """Show what a module is, its lesson, and the way in."""
    with reading() as work:
        summary = catalogue.get_start(work, key)
    return render_template("learner/start.html", start=summary, offer=summary.offer)


@blueprint.post("/modules/<key>/begin")
@for_roles(Role.LEARNER)
def begin(key: str) -> BaseResponse:
    """Begin the next attempt, or go back into the one under way."""
    try:
        with writing() as work:
            attempt_id = taking.begin_attempt(work, key)
    except (NotReady, Stale):
        return redirect(url_for("learner.start", key=key), 303)
    return redirect(url_for("learner.resume", attempt_id=attempt_id), 303)


@blueprint.get("/attempts/<attempt_id>")
@for_roles(Role.LEARNER)
def resume(attempt_id: str) -> BaseResponse:
    """Go to the place where an attempt was left."""
    with reading() as work:
        attempt = viewing.get_attempt(work, attempt_id)
    if attempt.has_ended:
        return redirect(url_for("learner.result", attempt_id=attempt_id), 303)
    if attempt.next_open is None:
        return redirect(url_for("learner.check", attempt_id=attempt_id), 303)
    return redirect(url_for("learner.slot", attempt_id=attempt_id, number=attempt.next_open), 303)


@blueprint.get("/attempts/<attempt_id>/<int:number>")
@for_roles(Role.LEARNER)
def slot(attempt_id: str, number: int) -> BaseResponse | str:
    """Show one scenario: before the answer the situation, after it the ruling as well."""
    with reading() as work:
        summary = viewing.get_slot(work, attempt_id, number)
    if summary.behaviour == "exam" and summary.has_ended and "review" not in request.args:
        return redirect(url_for("learner.result", attempt_id=attempt_id), 303)
    return slot_page(summary, Given(), None)


@blueprint.post("/attempts/<attempt_id>/<int:number>")
@for_roles(Role.LEARNER)
def answer(attempt_id: str, number: int) -> BaseResponse | tuple[str, int]:
    """Store an answer and go on: to its ruling, to the next scenario, or to the end."""
    given, standing = read_answer(request.form)
    try:
        outcome = _answered(attempt_id, number, given, standing)
    except Refused as refusal:
        observer().happened("answer", "refused")
        with reading() as work:
            summary = viewing.get_slot(work, attempt_id, number)
        return slot_page(summary, given, refusal.code), 422
    except Stale:
        observer().happened("answer", "stale")
        return redirect(url_for("learner.slot", attempt_id=attempt_id, number=number, notice="elsewhere"), 303)
    became = "taken" if outcome.was_taken else "out-of-time" if outcome.timed_out else "repeated"
    observer().happened("answer", became)
    return redirect(_after(attempt_id, number, outcome), 303)


def _answered(attempt_id: str, number: int, given: Given, standing: int) -> taking.AnswerOutcome:
    """Store an answer on what this process knows of the attempt; where that is not all, on what the database knows."""
    seen = read_seen(request.form)
    try:
        with writing() as work:
            return taking.answer(work, attempt_id, number, given, standing, shown(), seen)
    except Stale as moved:
        if seen is None or moved.code != "attempt-moved-on":
            raise
    with writing() as work:
        return taking.answer(work, attempt_id, number, given, standing, shown())


def _after(attempt_id: str, number: int, outcome: taking.AnswerOutcome) -> str:
    if outcome.timed_out:
        return url_for("learner.result", attempt_id=attempt_id, notice="time")
    if outcome.is_ruled:
        notice = None if outcome.was_taken else "already"
        return url_for("learner.slot", attempt_id=attempt_id, number=number, notice=notice, _anchor="ruling")
    if not outcome.is_settled and not outcome.has_ended:
        # The next turn of a path, or the second try.
        notice = None if outcome.was_taken else "same"
        return url_for("learner.slot", attempt_id=attempt_id, number=number, notice=notice, _anchor="now")
    if outcome.has_ended:
        return url_for("learner.result", attempt_id=attempt_id, notice="ended")
    if outcome.next_place is None:
        return url_for("learner.check", attempt_id=attempt_id)
    return url_for("learner.slot", attempt_id=attempt_id, number=outcome.next_place)


def _in_order(summary: viewing.SlotSummary, given: Given) -> tuple[viewing.OptionSummary, ...]:
    """Return the options as the page was asked to show them: steps that are being ordered, in the order so far."""
    order = given.sequence or read_order(request.args.get("order", ""))
    by_position = {option.position: option for option in summary.options}
    if summary.kind != "ordering" or summary.state == "ruled" or sorted(order) != sorted(by_position):
        return summary.options
    return tuple(by_position[position] for position in order)


def slot_page(summary: viewing.SlotSummary, given: Given, fault: str | None) -> str:
    """Return the page of one scenario, with what was sent and what is wrong with it."""
    return render_template(
        "learner/slot.html",
        slot=summary,
        options=_in_order(summary, given),
        chosen=set(given.chosen),
        ratings=dict(given.ratings),
        fault=fault,
        notice_code=request.args.get("notice"),
        # Whatever the address says: before the end there is nothing to look back on.
        is_review="review" in request.args and summary.has_ended,
    )


@blueprint.get("/attempts/<attempt_id>/check")
@for_roles(Role.LEARNER)
def check(attempt_id: str) -> BaseResponse | str:
    """Show every place of an exam before it is handed in."""
    with reading() as work:
        attempt = viewing.get_attempt(work, attempt_id)
    if attempt.has_ended:
        return redirect(url_for("learner.result", attempt_id=attempt_id), 303)
    return render_template("learner/check.html", attempt=attempt)


@blueprint.post("/attempts/<attempt_id>/finish")
@for_roles(Role.LEARNER)
def finish(attempt_id: str) -> BaseResponse:
    """Hand an attempt in."""
    with writing() as work:
        taking.finish_attempt(work, attempt_id, shown())
    return redirect(url_for("learner.result", attempt_id=attempt_id), 303)


@blueprint.get("/attempts/<attempt_id>/result")
@for_roles(Role.LEARNER)
def result(attempt_id: str) -> BaseResponse | str:
    """Show how an attempt ended and what comes next."""
    try:
        with reading() as work:
            summary = viewing.get_result(work, attempt_id)
    except NotFound as error:
        if error.code == "result":
            return redirect(url_for("learner.resume", attempt_id=attempt_id), 303)
        raise
    return render_template("learner/result.html", result=summary, notice_code=request.args.get("notice"))


@blueprint.get("/attempts/<attempt_id>/reread/<int:place>")
@for_roles(Role.LEARNER)
def reread(attempt_id: str, place: int) -> str:
    """Show one of the provisions that an attempt left to reread."""
    with reading() as work:
        summary = viewing.get_result(work, attempt_id)
    if not 1 <= place <= len(summary.reread):
        raise NotFound("provision")
    return render_template("learner/reread.html", result=summary, provision=summary.reread[place - 1], place=place)


@blueprint.post("/attempts/<attempt_id>/reread/<int:place>")
@for_roles(Role.LEARNER)
def mark_reread(attempt_id: str, place: int) -> BaseResponse:
    """Note that a provision was reread; then the next one, or practice on it."""
    with reading() as work:
        summary = viewing.get_result(work, attempt_id)
    if not 1 <= place <= len(summary.reread):
        raise NotFound("provision")
    address = summary.reread[place - 1].citation.address
    with writing() as work:
        taking.mark_reread(work, attempt_id, address)
        if request.form.get("then") == "practise":
            practice_id = taking.begin_practice(work, attempt_id, address)
            return redirect(url_for("learner.resume", attempt_id=practice_id), 303)
    return redirect(url_for("learner.result", attempt_id=attempt_id, _anchor="reread"), 303)
