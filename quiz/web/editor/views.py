"""Pages that editors and reviewers read: what is needed, the banks, their coverage, their statistics, one scenario."""

from flask import Blueprint, render_template, request

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading
from quiz.services import browsing, measuring
from quiz.services.browsing import COLUMNS
from quiz.services.desk import get_desk
from quiz.services.errors import NotFound

blueprint = Blueprint("editor", __name__, url_prefix="/edit", template_folder="templates")


@blueprint.get("/")
@for_roles(Role.EDITOR, Role.REVIEWER)
def desk() -> str:
    """Show what is needed now."""
    with reading() as work:
        summary = get_desk(work)
    return render_template("editor/desk.html", desk=summary, view=_view())


def _view() -> str:
    view = request.args.get("view", "map")
    if view not in {"map", "table"}:
        raise NotFound("page")
    return view


@blueprint.get("/banks")
@for_roles(Role.EDITOR, Role.REVIEWER)
def bank() -> str:
    """Show the banks and what they cover."""
    with reading() as work:
        summary = browsing.get_banks(work)
    return render_template("editor/bank.html", summary=summary)


@blueprint.get("/coverage")
@for_roles(Role.EDITOR, Role.REVIEWER)
def coverage() -> str:
    """Show which scenarios train each provision, and the mix of all scenarios across one heading."""
    across = request.args.get("across", "audience")
    if across not in COLUMNS:
        raise NotFound("page")
    with reading() as work:
        summary = browsing.get_coverage(work)
    return render_template("editor/coverage.html", summary=summary, mix=summary.mix, across=across)


@blueprint.get("/statistics")
@for_roles(Role.EDITOR, Role.REVIEWER)
def statistics() -> str:
    """Show which modules have answers to look at."""
    with reading() as work:
        lines = measuring.list_measured(work)
    return render_template("editor/statistics.html", lines=lines)


@blueprint.get("/statistics/<key>")
@for_roles(Role.EDITOR, Role.REVIEWER)
def module_statistics(key: str) -> str:
    """Show what the answers say of a module and its scenarios."""
    order = request.args.get("order", "doubts")
    if order not in measuring.ORDERS:
        raise NotFound("page")
    with reading() as work:
        found = measuring.get_statistics(work, key)
    items = sorted(found.items, key=measuring.ORDERS[order])
    return render_template("editor/module_statistics.html", found=found, items=items, order=order)


@blueprint.get("/scenarios/<key>")
@for_roles(Role.EDITOR, Role.REVIEWER)
def scenario(key: str) -> str:
    """Show one scenario with its rulings and citations."""
    with reading() as work:
        summary = browsing.get_scenario(work, key)
    return render_template("editor/scenario.html", summary=summary, scenario=summary.scenario)
