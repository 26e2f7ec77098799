"""The audit trail: who did what and who was refused, the state of its chain, and the list to take away."""

import json
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from flask import Response, render_template, request, send_file, stream_with_context
from markupsafe import Markup

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.language.dates import typed_day
from quiz.presentation import deed_words, rendering
from quiz.presentation.guard import for_roles
from quiz.presentation.i18n import _, _p, reader_locale
from quiz.presentation.replicas import read_anyway
from quiz.presentation.security import limited
from quiz.presentation.sheets import Value, csv_pieces, write_workbook
from quiz.presentation.work import reading, reported, reporting, writing
from quiz.records.audit_chain import written_moment
from quiz.services import audit_trail, sealing
from quiz.services.audit_trail import OUTCOMES, Asked, Line
from quiz.web.admin.views import blueprint as blueprint

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NAME = "amana-audit"
_LONGEST = 100
_IN_MEMORY = 4 * 1024 * 1024
_FIELDS = ("q", "actor", "deed", "kind", "target", "outcome", "first", "last", "before")


@blueprint.get("/audit")
@for_roles(Role.AUDITOR, Role.ADMIN)
def audit() -> str:
    """Show the trail, the newest first, narrowed as asked; that it was read is written down."""
    return _page(request.args.to_dict(), is_too_long=False)


@blueprint.post("/audit")
@for_roles(Role.AUDITOR, Role.ADMIN)
@limited("20 per minute")
def take_audit() -> Response | tuple[str, int]:
    """Give what is asked as CSV or as a workbook; that it was taken is written down."""
    sent = request.form.to_dict()
    asked, kind = _asked(sent), "xlsx" if sent.get("as") == "xlsx" else "csv"
    if kind == "xlsx":
        with reading() as work:
            is_too_long = audit_trail.is_too_long(work, asked)
        if is_too_long:
            return _page(sent, is_too_long=True), 422
    with writing() as work:
        asked = audit_trail.begin_taking(work, asked, kind)
    read_anyway()
    return _workbook(asked) if kind == "xlsx" else _table(asked)


def _page(sent: dict[str, str], is_too_long: bool) -> str:
    asked = _asked(sent)
    with reporting() as work:
        page, state = audit_trail.get_page(work, asked), sealing.get_state(work)
    with writing() as work:
        audit_trail.note_read(work, page)
    typed = {name: sent.get(name, "") for name in _FIELDS}
    return render_template(
        "admin/audit/trail.html",
        page=page,
        state=state,
        asked=asked,
        typed=typed,
        is_too_long=is_too_long,
        most=audit_trail.MOST_ON_A_SHEET,
        query={name: value for name, value in typed.items() if value and name != "before"},
        deeds=sorted(((one.value, say()) for one, say in deed_words.DEED_WORDS.items()), key=lambda one: one[1]),
        kinds=sorted(((code, say()) for code, say in deed_words.KIND_WORDS.items()), key=lambda one: one[1]),
        outcomes=OUTCOMES,
        said=deed_words,
        detail=_detail,
    )


def _asked(sent: dict[str, str]) -> Asked:
    held = {name: sent.get(name, "").replace("\x00", "").strip()[:_LONGEST] for name in _FIELDS}
    return Asked(
        words=held["q"],
        actor=held["actor"] or None,
        deed=held["deed"] or None,
        target_kind=held["kind"] or None,
        target_id=held["target"] or None,
        outcome=held["outcome"] if held["outcome"] in OUTCOMES else None,
        first=typed_day(held["first"]),
        last=typed_day(held["last"]),
        before=held["before"] or None,
    )


def _detail(value: object) -> Markup:
    """Return a detail as it was written down: words as words, all else as code."""
    if isinstance(value, str) and " " in value:
        return rendering.written(value)
    return rendering.code(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _table(asked: Asked) -> Response:
    """Give the list as CSV, as it is read: it may be as long as the trail."""
    pieces = stream_with_context(csv_pieces(_headings(), _rows(asked)))
    response = Response(pieces, mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{_NAME}.csv")
    return response


def _workbook(asked: Asked) -> Response:
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as held:
        into = cast("IO[bytes]", held)
        write_workbook(into, _("Audit trail"), _headings(), _rows(asked), reader_locale().language)
        into.seek(0)
        content = BytesIO(into.read())
    return send_file(content, mimetype=_WORKBOOK, as_attachment=True, download_name=f"{_NAME}.xlsx", max_age=0)


def _headings() -> list[str]:
    return [
        _("Number in the chain"),
        _("Moment (UTC)"),
        _("Who"),
        _("Reference"),
        _("Deed"),
        _p("audit", "Code"),
        _("About what"),
        _("Identifier"),
        _("Name"),
        _("Outcome"),
        _("Reason"),
        _("Details"),
    ]


def _rows(asked: Asked | None) -> Iterator[list[Value]]:
    """Give the lines, a transaction for some at a time, so that none is held open by a slow reader."""
    while asked is not None:
        lines, asked = reported(partial(audit_trail.list_to_take, asked=asked))
        yield from map(_row, lines)


def _row(line: Line) -> list[Value]:
    one = line.entry
    known = {code.value for code in Permission}
    return [
        line.number,
        written_moment(one.at),
        line.actor_name or "",
        one.actor,
        deed_words.deed_words(one.deed) if one.deed in known else "",
        one.deed,
        deed_words.kind_words(one.target_kind),
        one.target_id,
        line.target_name or "",
        _("Allowed") if one.was_allowed else _("Refused"),
        deed_words.because_words(one.because),
        json.dumps(one.details, ensure_ascii=False) if one.details else "",
    ]
