"""Pages of the integrity adviser: what waits for an answer, one question in full, and the notes that came of them."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading, writing
from quiz.services import advising, noting, provisions
from quiz.services.errors import NotFound, Refused, Stale
from quiz.web.adviser.forms import AnswerForm

blueprint = Blueprint("adviser", __name__, url_prefix="/advise", template_folder="templates")
STATES = ("open", "answered")


@blueprint.get("/")
@for_roles(Role.ADVISER)
def questions() -> str:
    """Show the questions that wait for an answer, or those that have one."""
    state = request.args.get("state", STATES[0])
    if state not in STATES:
        raise NotFound("page")
    with reading() as work:
        found = advising.list_questions(work, state == "answered", request.args.get("page", 1, type=int))
    return render_template("adviser/questions.html", found=found, state=state)


@blueprint.get("/questions/<public_id>")
@for_roles(Role.ADVISER)
def question(public_id: str) -> str:
    """Show one question with what it is about, its answers, and a form for the next."""
    return _page(public_id, AnswerForm())[0]


@blueprint.post("/questions/<public_id>")
@for_roles(Role.ADVISER)
def answer(public_id: str) -> Response | tuple[str, int]:
    """Store an answer; where another adviser was quicker, theirs is shown first and the words are kept."""
    form = AnswerForm(request.form)
    if form.agrees():
        try:
            with writing() as work:
                advising.answer_question(work, public_id, form.shown, form.words.data, form.lesson)
            return redirect(url_for("adviser.question", public_id=public_id, notice="answered", _anchor="said"), 303)
        except Stale:
            pass
        except (NotFound, Refused) as fault:
            form.blame(fault)
    return _page(public_id, form, is_sent=True)


@blueprint.post("/notes/<public_id>/withdraw")
@for_roles(Role.ADVISER)
def withdraw_note(public_id: str) -> Response:
    """Take a note from the reference; its answer stands."""
    with writing() as work:
        question_id = noting.withdraw_note(work, public_id)
    return redirect(url_for("adviser.question", public_id=question_id, notice="withdrawn", _anchor="said"), 303)


def _page(public_id: str, form: AnswerForm, is_sent: bool = False) -> tuple[str, int]:
    with reading() as work:
        found = advising.get_question(work, public_id)
        choices = provisions.list_citable(work)
    is_stale = is_sent and form.shown != len(found.answers)
    if not is_sent and found.brief and found.brief.citations:
        form.provision.data = found.brief.citations[0].address.partition("#")[0]
    page = render_template(
        "adviser/question.html",
        question=found,
        form=form,
        provisions=choices,
        is_sent=is_sent,
        is_stale=is_stale,
        notice_code=request.args.get("notice"),
    )
    return page, 409 if is_stale else 422 if is_sent else 200
