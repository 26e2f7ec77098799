"""A manager's list to take away: the same filter as on the screen; what is large is made by the worker meanwhile."""

from collections.abc import Iterator
from io import SEEK_END, BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from flask import Response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles, proved_lately
from quiz.presentation.i18n import reader_locale
from quiz.presentation.security import limited
from quiz.presentation.team_table import KINDS, write_table
from quiz.presentation.work import actor, reading, reporting, works, writing
from quiz.services import reporting_people, taking_away
from quiz.services.errors import NotFound, Stale
from quiz.web.manager.views import asked_for, blueprint, query_of

_IN_MEMORY = 4 * 1024 * 1024
# How often a page that waits looks again, in seconds.
_LOOKS_AGAIN = 3


@blueprint.get("/people.xlsx")
@for_roles(Role.MANAGER)
@proved_lately()
@limited("20 per minute")
def workbook() -> BaseResponse | str:
    """Give the list as a workbook in the direction of the reader; where it is long, offer to make it."""
    return _given("xlsx")


@blueprint.get("/people.csv")
@for_roles(Role.MANAGER)
@proved_lately()
@limited("20 per minute")
def table() -> BaseResponse | str:
    """Give the list as CSV; where it is long, offer to make it."""
    return _given("csv")


def _given(kind: str) -> BaseResponse | str:
    asked = asked_for(request.args.to_dict())
    with reporting() as work:
        rows = reporting_people.count_team(work, asked)
        if rows > taking_away.AT_ONCE:
            own = taking_away.list_exports(work)
            return render_template("manager/export_new.html", kind=kind, rows=rows, query=query_of(asked), own=own)
    # It goes to the disk where it is large, and away once it is sent.
    into = cast("IO[bytes]", SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115 - the response closes it
    try:
        with reporting() as work:
            write_table(kind, into, reporting_people.stream_team(work, asked))
        with writing() as work:
            taking_away.note_taken(work, kind, asked)
    except BaseException:
        into.close()
        raise
    return _sent(kind, into)


def _sent(kind: str, into: IO[bytes]) -> Response:
    size = into.seek(0, SEEK_END)
    into.seek(0)
    mimetype, name = KINDS[kind]
    if size <= _IN_MEMORY:
        with into:
            held = BytesIO(into.read())
        return send_file(held, mimetype=mimetype, as_attachment=True, download_name=name, max_age=0)
    response = send_file(into, mimetype=mimetype, as_attachment=True, download_name=name, max_age=0)
    response.call_on_close(into.close)
    return response


@blueprint.post("/exports")
@for_roles(Role.MANAGER)
@proved_lately()
@limited("20 per minute")
def begin_export() -> BaseResponse:
    """Begin to make a long list; asked for twice, it is made once."""
    sent = request.form.to_dict()
    kind = "csv" if sent.get("kind") == "csv" else "xlsx"
    locale = reader_locale()
    for is_last in (False, True):
        try:
            with writing() as work:
                public_id = taking_away.ask(work, kind, asked_for(sent), locale.language, locale.digits)
            break
        except Stale:
            # Asked in another window in this very moment: the one that is there now is found.
            if is_last:
                raise
    return redirect(url_for("manager.export", public_id=public_id), 303)


@blueprint.get("/exports/<public_id>")
@for_roles(Role.MANAGER)
def export(public_id: str) -> str:
    """Show how far a table is; the page looks again by itself, until there is a file to take."""
    with reading() as work:
        found = taking_away.get_export(work, public_id)
    return render_template("manager/export.html", found=found, query=query_of(found.asked), looks_again=_LOOKS_AGAIN)


@blueprint.get("/exports/<public_id>/file")
@for_roles(Role.MANAGER)
@proved_lately()
@limited("20 per minute")
def export_file(public_id: str) -> Response:
    """Give the table that was made, part by part."""
    with reading() as work:
        found = taking_away.get_export(work, public_id)
    if found.state != "made":
        raise NotFound("export")
    doors, who = works(), actor()

    def parts() -> Iterator[bytes]:
        for number in range(found.parts):
            with doors.reading(who) as work:
                part = taking_away.read_part(work, public_id, number)
            yield part

    mimetype, name = KINDS[found.kind]
    response = Response(parts(), mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.content_length = found.size
    return response
