"""A draft, or what stands, as a learner would meet it: by width, language and scheme, before the answer and after."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Response, g, make_response, render_template, request, url_for

from quiz.access.actor import Role
from quiz.engine.text import LANGUAGES
from quiz.presentation.guard import for_roles
from quiz.presentation.i18n import reading_as
from quiz.presentation.security import may_be_framed, may_frame
from quiz.presentation.spoken import spoken
from quiz.presentation.work import reading
from quiz.services import drafting, history, previewing
from quiz.services.errors import NotFound
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.viewing import SlotSummary
from quiz.web.editor.views import blueprint

WIDTHS = ("phone", "wide")
SCHEMES = ("light", "dark")


def _chosen(name: str, among: tuple[str, ...]) -> str:
    chosen = request.args.get(name, among[0])
    if chosen not in among:
        raise NotFound("page")
    return chosen


@blueprint.get("/drafts/<public_id>/preview")
@for_roles(Role.EDITOR, Role.REVIEWER)
def preview(public_id: str) -> str:
    """Show a draft in a frame of the chosen width, language, scheme and state; and what a screen reader would say."""
    with reading() as work:
        document = drafting.get_draft(work, public_id).document
        return _framed(work, document, "draft", public_id=public_id)


@blueprint.get("/scenarios/<key>/preview")
@for_roles(Role.EDITOR, Role.REVIEWER)
def scenario_preview(key: str) -> str:
    """Show a scenario that stands as `preview` shows a draft."""
    with reading() as work:
        return _framed(work, history.find_standing(work, "scenario", key), "scenario", key=key)


def _framed(work: UnitOfWork, document: Mapping[str, Any], whose: str, **names: Any) -> str:
    chosen = {
        "width": _chosen("width", WIDTHS),
        "language": _chosen("language", LANGUAGES),
        "scheme": _chosen("scheme", SCHEMES),
        "answered": _chosen("answered", previewing.ANSWERS),
    }
    seen: dict[str, Any] = {name: chosen[name] for name in ("language", "scheme", "answered")}
    slot = previewing.preview(work, document, chosen["answered"])
    may_frame()
    _shown, lines = _page(slot, chosen["language"], chosen["scheme"])
    at, frame = ("preview", "shown") if whose == "draft" else ("scenario_preview", "scenario_shown")
    return render_template(
        "editor/preview.html",
        whose=whose,
        origin=url_for(f"editor.{whose}", **names),
        at=partial(url_for, f"editor.{at}", **names),
        frame=url_for(f"editor.{frame}", **names, **seen),
        chosen=chosen,
        lines=lines,
    )


def _page(slot: SlotSummary | None, language: str, scheme: str) -> tuple[str, list[str]]:
    """Return the page and what is said of it in the language of the preview, whatever its editor reads."""
    own = g.get("reader_locale")
    with reading_as(language, g.choices.digits):
        page = render_template("editor/shown.html", slot=slot, scheme=scheme)
        lines = spoken(page)
    g.reader_locale = own
    return page, lines


@blueprint.get("/drafts/<public_id>/shown")
@for_roles(Role.EDITOR, Role.REVIEWER)
def shown(public_id: str) -> Response:
    """Show the page of a draft as its learner would have it, for the frame of the preview."""
    with reading() as work:
        return _frame(work, drafting.get_draft(work, public_id).document)


@blueprint.get("/scenarios/<key>/shown")
@for_roles(Role.EDITOR, Role.REVIEWER)
def scenario_shown(key: str) -> Response:
    """Show the page of a scenario that stands, for the frame of its preview."""
    with reading() as work:
        return _frame(work, history.find_standing(work, "scenario", key))


def _frame(work: UnitOfWork, document: Mapping[str, Any]) -> Response:
    language, answered = _chosen("language", LANGUAGES), _chosen("answered", previewing.ANSWERS)
    scheme = _chosen("scheme", SCHEMES)
    slot = previewing.preview(work, document, answered)
    may_be_framed()
    return make_response(_page(slot, language, scheme)[0])
