"""Pages of the reference: which instruments there are, and each with its editions and provisions."""

from flask import Blueprint, g, render_template

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading
from quiz.services import lessons, referring

blueprint = Blueprint("reference", __name__, url_prefix="/reference", template_folder="templates")


@blueprint.get("/")
@for_roles(Role.LEARNER)
def instruments() -> str:
    """Show every instrument by country, with its editions and what took their place."""
    with reading() as work:
        lines = referring.list_instruments(work)
    return render_template("reference/instruments.html", lines=lines)


@blueprint.get("/<key>")
@for_roles(Role.LEARNER)
def instrument(key: str) -> str:
    """Show one instrument: editions, provisions in our words, proof, and the scenarios that train each."""
    with reading() as work:
        summary = referring.get_instrument(work, key)
    may_open = bool(g.signed_in.actor.roles & {Role.EDITOR, Role.REVIEWER})
    return render_template(
        "reference/instrument.html", summary=summary, instrument=summary.instrument, may_open_scenarios=may_open
    )


@blueprint.get("/lessons/<key>")
@for_roles(Role.LEARNER)
def lesson(key: str) -> str:
    """Show the lesson cards of a module, outside of any attempt."""
    with reading() as work:
        found = lessons.get_lesson(work, key)
    return render_template("reference/lesson.html", lesson=found)
