"""What is known about the reader, and all of it to take away."""

from itertools import groupby

from flask import Response, g, render_template

from quiz.access.actor import Role
from quiz.access.keeping import Holding
from quiz.presentation.data_words import GROUP_WORDS, HOLDING_WORDS, READER_WORDS, UNTIL_WORDS
from quiz.presentation.guard import for_roles, proved_lately
from quiz.presentation.i18n import _
from quiz.presentation.own_data_file import own_data_file
from quiz.presentation.security import limited
from quiz.presentation.work import reading, writing
from quiz.services import own_data
from quiz.services.errors import NotReady
from quiz.web.account.views import blueprint

# Where what is kept can be looked at, or ended.
_LINKS = {
    "password": "account.account",  # nosec B105 # the name of a page
    "factors": "account.factors",
    "sign_ins": "account.account",
    "assignments": "learner.home",
    "answers": "learner.home",
    "records": "learner.records",
    "links": "learner.records",
    "questions": "learner.questions",
}


@blueprint.get("/account/data")
@for_roles(Role.LEARNER)
def show_own_data() -> str:
    """Show how much of each kind is kept of the reader, who sees it, for how long and what for."""
    return _page()


@blueprint.post("/account/data/copy")
@for_roles(Role.LEARNER)
@proved_lately()
@limited("20 per hour")
def take_own_data() -> Response | tuple[str, int]:
    """Hand the reader everything that is kept of them, for them alone."""
    try:
        with writing() as work:
            own_data.note_taking(work)
    except NotReady:
        return _page(refusal=True), 429
    with reading() as work:
        found = own_data.gather(work)
    response = Response(own_data_file(found), mimetype="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    # It is one person's alone: no machine on the way is to keep it.
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(refusal: bool = False) -> str:
    with reading() as work:
        kept = own_data.list_kept(work)
    there = [one for one in kept if one.count]
    return render_template(
        "account/own_data.html",
        may_take=not g.signed_in.actor.is_narrow,
        groups=[(group, list(lines)) for group, lines in groupby(there, lambda one: one.holding.group)],
        empty=[one for one in kept if not one.count],
        group_words=GROUP_WORDS,
        holding_words=HOLDING_WORDS,
        until_words=UNTIL_WORDS,
        readers=_readers,
        links=_LINKS,
        refusal=refusal,
        most=own_data.MOST_A_DAY,
    )


def _readers(holding: Holding) -> str:
    return _(", ").join(READER_WORDS[one]() for one in holding.seen_by)
