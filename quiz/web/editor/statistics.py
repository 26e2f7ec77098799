"""What the answers say: of every module, of one with its scenarios, and of one scenario."""

from flask import render_template, request

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reporting
from quiz.services import browsing, measuring
from quiz.services.errors import NotFound
from quiz.web.editor.views import blueprint


@blueprint.get("/statistics")
@for_roles(Role.EDITOR, Role.REVIEWER)
def statistics() -> str:
    """Show which modules have answers to look at."""
    with reporting() as work:
        lines = measuring.list_measured(work)
    return render_template("editor/statistics.html", lines=lines)


@blueprint.get("/statistics/<key>")
@for_roles(Role.EDITOR, Role.REVIEWER)
def module_statistics(key: str) -> str:
    """Show what the answers say of a module and its scenarios."""
    order = request.args.get("order", "doubts")
    if order not in measuring.ORDERS:
        raise NotFound("page")
    with reporting() as work:
        found = measuring.get_statistics(work, key)
    items = sorted(found.items, key=measuring.ORDERS[order])
    return render_template("editor/module_statistics.html", found=found, items=items, order=order)


@blueprint.get("/scenarios/<key>/statistics")
@for_roles(Role.EDITOR, Role.REVIEWER)
def scenario_statistics(key: str) -> str:
    """Show what the answers say of one scenario and its options, module by module, and what that suggests."""
    with reporting() as work:
        summary = browsing.get_scenario(work, key)
        lines = measuring.list_measured_scenario(work, key)
    return render_template("editor/scenario_statistics.html", scenario=summary.scenario, lines=lines)
