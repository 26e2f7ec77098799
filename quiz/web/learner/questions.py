"""Pages on which a learner asks, at any time, and reads what was answered; with a name, or by the code of a reply."""

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.i18n import _
from quiz.presentation.security import limited
from quiz.presentation.work import reading, writing
from quiz.services import asking, correcting
from quiz.services.errors import NotFound
from quiz.web.learner.credentials import blueprint as blueprint
from quiz.web.learner.forms import AskForm, ReplyForm

# A code is 60 random bits: at this pace nobody meets one by trying.
TRIES = "10 per minute"


@blueprint.route("/ask", methods=["GET", "POST"])
@for_roles(Role.LEARNER)
def ask() -> BaseResponse | str | tuple[str, int]:
    """Ask the integrity adviser, doubt a ruling, or call for help."""
    form = AskForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        form.kind.data = request.args.get("kind", "question")
        form.about.data = request.args.get("about", "")
        form.seen.data = request.args.get("seen", "")
        form.next.data = request.args.get("next", url_for("learner.home"))
        form.with_name.data = True
    if form.kind.data not in asking.KINDS:
        raise NotFound("question-kind")
    if request.method == "GET":
        return render_template("learner/ask.html", form=form, back=_back(form))
    if not form.validate():
        return render_template("learner/ask.html", form=form, back=_back(form)), 422
    given = form.kind.data, form.about.data or "", form.words.data, bool(form.with_name.data), form.seen.data or ""
    with writing() as work:
        code = asking.ask(work, *given)
    # The code stands on this page alone: an address that led to it would keep it in the history of the browser.
    return render_template("learner/asked.html", kind=form.kind.data, code_words=code, back=_back(form))


def _back(form: AskForm) -> str:
    wanted = str(form.next.data or "")
    return wanted if wanted.startswith("/learn/") and "//" not in wanted else url_for("learner.home")


@blueprint.get("/questions/")
@for_roles(Role.LEARNER)
def questions() -> str:
    """Show what the reader asked with their name and whether it is answered, and the corrections they were told of."""
    with reading() as work:
        found = asking.list_own(work)
        corrections = correcting.list_own(work)
    return render_template("learner/questions.html", questions=found, corrections=corrections)


@blueprint.get("/questions/<public_id>")
@for_roles(Role.LEARNER)
def question(public_id: str) -> str:
    """Show one question of the reader's with its answers."""
    with reading() as work:
        found = asking.get_own(work, public_id)
    return render_template("learner/question.html", question=found)


@blueprint.get("/corrections/<public_id>")
@for_roles(Role.LEARNER)
def correction(public_id: str) -> str:
    """Show a ruling that was corrected after the reader met it, before and after."""
    with reading() as work:
        found = correcting.get_own(work, public_id)
    return render_template("learner/correction.html", correction=found)


@blueprint.route("/questions/reply", methods=["GET", "POST"])
@for_roles(Role.LEARNER)
@limited(TRIES, "POST")
def reply() -> BaseResponse | str | tuple[str, int]:
    """Open the answer to a question that was asked without a name, for whoever holds its code."""
    form = ReplyForm(request.form if request.method == "POST" else None)
    if request.method == "GET" or not form.validate():
        page = render_template("learner/reply.html", form=form)
        return page if request.method == "GET" else (page, 422)
    with reading() as work:
        found = asking.open_reply(work, form.code.data)
    if found is None:
        form.code.errors = [_("No question has this code. It is shown once, when a question is sent without a name.")]
        return render_template("learner/reply.html", form=form), 422
    return render_template("learner/question.html", question=found)
