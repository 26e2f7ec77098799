"""Pages of editors and reviewers: the banks, their coverage, one scenario; read only."""

from flask import Blueprint, render_template

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading
from quiz.services import browsing

blueprint = Blueprint("editor", __name__, url_prefix="/edit", template_folder="templates")


@blueprint.get("/")
@for_roles(Role.EDITOR, Role.REVIEWER)
def bank() -> str:
    """Show the banks and what they cover."""
    with reading() as work:
        summary = browsing.get_banks(work)
    return render_template("editor/bank.html", summary=summary)


@blueprint.get("/scenarios/<key>")
@for_roles(Role.EDITOR, Role.REVIEWER)
def scenario(key: str) -> str:
    """Show one scenario with its rulings and citations."""
    with reading() as work:
        summary = browsing.get_scenario(work, key)
    return render_template("editor/scenario.html", summary=summary, scenario=summary.scenario)
