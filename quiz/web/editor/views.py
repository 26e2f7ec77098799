"""Pages that editors and reviewers read: what is needed, the banks, their coverage, one scenario."""

import re
from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.engine.question_types import registry as question_types
from quiz.engine.scenario import BANKS
from quiz.presentation.guard import for_roles, proved_lately
from quiz.presentation.work import reading, writing
from quiz.services import browsing, confirming, searching
from quiz.services.browsing import COLUMNS
from quiz.services.desk import get_desk
from quiz.services.errors import NotFound, NotReady, Refused, Stale
from quiz.services.retiring import retire_scenario

_PAGE = re.compile("[1-9][0-9]{0,3}")

blueprint = Blueprint("editor", __name__, url_prefix="/edit", template_folder="templates")


@blueprint.get("/")
@for_roles(Role.EDITOR, Role.REVIEWER)
def desk() -> str:
    """Show what is needed now."""
    with reading() as work:
        summary = get_desk(work)
    return render_template("editor/desk.html", desk=summary, view=_view())


@blueprint.get("/drafts")
@for_roles(Role.EDITOR, Role.REVIEWER)
def drafts() -> str:
    """Show every open draft."""
    with reading() as work:
        summary = get_desk(work)
    return render_template("editor/drafts.html", desk=summary)


def _view() -> str:
    view = request.args.get("view", "map")
    if view not in {"map", "table"}:
        raise NotFound("page")
    return view


@blueprint.get("/banks")
@for_roles(Role.EDITOR, Role.REVIEWER)
def bank() -> str:
    """Show the banks, what they cover, and the scenarios that some words find, a page at a time."""
    wanted, bank, kind = (request.args.get(name, "").strip() for name in ("find", "bank", "kind"))
    page = request.args.get("page", "1")
    if bank not in {"", *BANKS} or kind not in {"", *question_types.names()} or not _PAGE.fullmatch(page):
        raise NotFound("page")
    chosen = {"find": wanted, "bank": bank, "kind": kind}
    with reading() as work:
        # Who looks for something is not told again how the banks stand.
        summary = None if any(chosen.values()) else browsing.get_banks(work)
        found = searching.find_scenarios(work, wanted, bank or None, kind or None, int(page))
    return render_template(
        "editor/bank.html", summary=summary, found=found, chosen=chosen, banks=BANKS, kinds=question_types.names()
    )


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


@blueprint.get("/scenarios/<key>")
@for_roles(Role.EDITOR, Role.REVIEWER)
def scenario(key: str) -> str:
    """Show one scenario with its rulings and citations."""
    return scenario_page(key)


def scenario_page(key: str, fault: str | None = None, values: Mapping[str, object] | None = None) -> str:
    """Return the page of a scenario, with what stood in the way of a deed where something did."""
    with reading() as work:
        summary = browsing.get_scenario(work, key)
        ground = confirming.get_ground(work, key)
    return render_template(
        "editor/scenario.html",
        summary=summary,
        scenario=summary.scenario,
        ground=ground,
        fault=fault,
        values=values or {},
        sent=request.form,
    )


@blueprint.post("/scenarios/<key>/retire")
@for_roles(Role.REVIEWER)
@proved_lately()
def retire(key: str) -> Response | tuple[str, int]:
    """Take a scenario out of use; what was typed is shown again where it cannot be done."""
    words, replaced_by = request.form.get("words", ""), request.form.get("replaced_by", "").strip()
    try:
        with writing() as work:
            retire_scenario(work, key, words, replaced_by)
    except (NotReady, Refused, Stale) as fault:
        return scenario_page(key, fault.code, fault.values), 409 if isinstance(fault, Stale) else 422
    return redirect(url_for("editor.scenario", key=key, _anchor="retired"), 303)
