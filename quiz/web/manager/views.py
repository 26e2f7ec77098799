"""Pages of the manager: who of the unit has completed what."""

from flask import Blueprint, render_template

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading
from quiz.services import reporting

blueprint = Blueprint("manager", __name__, url_prefix="/manage", template_folder="templates")


@blueprint.get("/")
@for_roles(Role.MANAGER)
def team() -> str:
    """Show the states of the people in the manager's units, what is past due first."""
    with reading() as work:
        summary = reporting.get_team(work)
    return render_template("manager/team.html", team=summary)
