"""A draft as a learner would meet it: on a phone and wide, in both languages, light and dark, before and after."""

from flask import Response, g, make_response, render_template, request

from quiz.access.actor import Role
from quiz.engine.text import LANGUAGES
from quiz.presentation.guard import for_roles
from quiz.presentation.i18n import reading_as
from quiz.presentation.security import may_be_framed, may_frame
from quiz.presentation.spoken import spoken
from quiz.presentation.work import reading
from quiz.services import drafting, previewing
from quiz.services.errors import NotFound
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
    chosen = {
        "width": _chosen("width", WIDTHS),
        "language": _chosen("language", LANGUAGES),
        "scheme": _chosen("scheme", SCHEMES),
        "answered": _chosen("answered", previewing.ANSWERS),
    }
    with reading() as work:
        draft = drafting.get_draft(work, public_id)
        slot = previewing.preview(work, draft.document, chosen["answered"])
    may_frame()
    _shown, lines = _page(slot, chosen["language"], chosen["scheme"])
    return render_template("editor/preview.html", draft=draft, chosen=chosen, lines=lines)


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
    language, answered = _chosen("language", LANGUAGES), _chosen("answered", previewing.ANSWERS)
    with reading() as work:
        draft = drafting.get_draft(work, public_id)
        slot = previewing.preview(work, draft.document, answered)
    scheme = _chosen("scheme", SCHEMES)
    may_be_framed()
    return make_response(_page(slot, language, scheme)[0])
