"""Pages of the manager: who is late and why, the list behind each count, and one person's modules."""

from flask import Blueprint, render_template, request

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading, reporting
from quiz.services import reporting as services
from quiz.services import reporting_people
from quiz.services.managing import ACTIONS
from quiz.services.reporting_people import Asked

blueprint = Blueprint("manager", __name__, url_prefix="/manage", template_folder="templates")


def asked_for(sent: dict[str, str]) -> Asked:
    """Return what an address or a form narrows a list to."""
    return Asked(
        sent.get("unit") or None, sent.get("bucket") or None, sent.get("module") or None, sent.get("late") == "1"
    )


def query_of(asked: Asked) -> dict[str, str]:
    """Return the same as an address carries it."""
    held = {"unit": asked.unit, "bucket": asked.bucket, "module": asked.module, "late": "1" if asked.only_late else ""}
    return {name: value for name, value in held.items() if value}


@blueprint.get("/")
@for_roles(Role.MANAGER)
def team() -> str:
    """Show how many are late, the reasons, the units and the modules; of all own units or of one."""
    with reporting() as work:
        found = services.get_team(work, request.args.get("unit"))
    return render_template("manager/team.html", team=found, actions=ACTIONS, notice_code=request.args.get("notice"))


@blueprint.get("/people")
@for_roles(Role.MANAGER)
def people() -> str:
    """Show the people behind a count, some at a time: what is late first, then by due date."""
    asked = asked_for(request.args.to_dict())
    with reporting() as work:
        found = reporting_people.list_team(work, asked, request.args.get("page", 1, type=int))
    return render_template("manager/people.html", found=found, asked=asked, query=query_of(asked), actions=ACTIONS)


@blueprint.get("/people/<public_id>")
@for_roles(Role.MANAGER)
def person(public_id: str) -> str:
    """Show one person's modules with every cycle: states and dates."""
    with reading() as work:
        found = reporting_people.get_person(work, public_id)
    return render_template("manager/person.html", person=found, notice_code=request.args.get("notice"))
