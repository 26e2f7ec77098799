"""Pages of the integrity adviser: the questions that were asked."""

from flask import Blueprint, render_template

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading
from quiz.services import asking

blueprint = Blueprint("adviser", __name__, url_prefix="/advise", template_folder="templates")


@blueprint.get("/")
@for_roles(Role.ADVISER)
def questions() -> str:
    """Show the newest questions, with the name where it was given."""
    with reading() as work:
        found = asking.list_questions(work)
    return render_template("adviser/questions.html", questions=found)
