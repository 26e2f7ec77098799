"""A manager's list to take away: the same filter as on the screen, as a workbook or as CSV."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from io import SEEK_END, BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from flask import Response, request, send_file

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.i18n import _, reader_locale
from quiz.presentation.security import limited
from quiz.presentation.sheets import Value, csv_pieces, write_workbook
from quiz.presentation.wording import BUCKET_WORDS
from quiz.presentation.work import reading
from quiz.services import reporting_people
from quiz.services.reporting_people import TakenAway
from quiz.web.manager.views import asked_for, blueprint

_IN_MEMORY = 4 * 1024 * 1024
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/people.xlsx")
@for_roles(Role.MANAGER)
@limited("20 per minute")
def workbook() -> Response:
    """Give the list as a workbook in the direction of the reader."""
    title, language = _("My team"), reader_locale().language
    return _sent(
        "amana-team.xlsx", _WORKBOOK, lambda into, rows: write_workbook(into, title, _headings(), rows, language)
    )


@blueprint.get("/people.csv")
@for_roles(Role.MANAGER)
@limited("20 per minute")
def table() -> Response:
    """Give the list as CSV."""
    return _sent("amana-team.csv", "text/csv", lambda into, rows: into.writelines(csv_pieces(_headings(), rows)))


def _sent(name: str, kind: str, write: Callable[[IO[bytes], Iterable[Sequence[Value]]], object]) -> Response:
    # It goes to the disk where it is large, and away once it is sent.
    into = cast("IO[bytes]", SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115 - the response closes it
    try:
        with reading() as work:
            write(into, _rows(reporting_people.stream_team(work, asked_for(request.args.to_dict()))))
    except BaseException:
        into.close()
        raise
    size = into.seek(0, SEEK_END)
    into.seek(0)
    if size <= _IN_MEMORY:
        with into:
            held = BytesIO(into.read())
        return send_file(held, mimetype=kind, as_attachment=True, download_name=name, max_age=0)
    response = send_file(into, mimetype=kind, as_attachment=True, download_name=name, max_age=0)
    response.call_on_close(into.close)
    return response


def _headings() -> list[str]:
    return [_("Name"), _("Unit"), _("Module"), _("State"), _("Since"), _("Due"), _("Past due")]


def _rows(lines: Iterable[TakenAway]) -> Iterator[list[Value]]:
    language = reader_locale().language
    yes, no = _("Yes"), _("No")
    words = {bucket: say() for bucket, say in BUCKET_WORDS.items()}
    for line in lines:
        yield [
            line.name,
            line.unit.in_language(language)[0],
            line.module_title.in_language(language)[0],
            words[line.bucket],
            line.since,
            line.due_on,
            yes if line.is_past_due else no,
        ]
