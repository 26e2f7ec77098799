"""The heat map of provisions and units as a page and as a table to take away, for whoever may see it."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from io import BytesIO

from flask import Response, render_template, send_file

from quiz.presentation.i18n import _, reader_locale
from quiz.presentation.rendering import cited
from quiz.presentation.sheets import Value, csv_pieces, write_workbook
from quiz.presentation.work import reporting
from quiz.services import weaknesses
from quiz.services.weaknesses import Asked, TakenAway

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NAME = "amana-weak-spots"


def asked_for(sent: Mapping[str, str], of_all: bool) -> Asked:
    """Return what an address asks for; a page that is no number is the first."""
    page = sent.get("page", "1")
    return Asked(
        unit=sent.get("unit") or None,
        instrument=sent.get("instrument") or None,
        page=int(page) if page.isascii() and page.isdecimal() and len(page) < 10 else 1,
        is_whole=sent.get("whole") == "1",
        of_all=of_all,
    )


def page(asked: Asked, desk: str) -> str:
    """Return the page of a desk: `manager` or `admin`."""
    with reporting() as work:
        found = weaknesses.get_weaknesses(work, asked)
    kept = {"unit": asked.unit, "instrument": asked.instrument, "whole": "1" if asked.is_whole else None}
    query = {name: value for name, value in kept.items() if value}
    return render_template(
        "weaknesses/page.html", found=found, asked=asked, desk=desk, query=query, steps=weaknesses.STEPS
    )


def workbook(asked: Asked) -> Response:
    """Give what the page shows as a workbook in the direction of the reader, every unit in it."""
    into = BytesIO()
    with reporting() as work:
        rows = _rows(weaknesses.stream_weaknesses(work, asked))
        write_workbook(into, _("Weak spots"), _headings(), rows, reader_locale().language)
    into.seek(0)
    return send_file(into, mimetype=_WORKBOOK, as_attachment=True, download_name=f"{_NAME}.xlsx", max_age=0)


def table(asked: Asked) -> Response:
    """Give the same as CSV."""
    with reporting() as work:
        rows = _rows(weaknesses.stream_weaknesses(work, asked))
        into = BytesIO(b"".join(csv_pieces(_headings(), rows)))
    return send_file(into, mimetype="text/csv", as_attachment=True, download_name=f"{_NAME}.csv", max_age=0)


def _headings() -> list[str]:
    return [
        _("Instrument"),
        _("Edition"),
        _("Provision"),
        _("Title"),
        _("Unit"),
        _("Answers"),
        _("Not fully right"),
        _("Share in percent"),
        _("Lowest in percent"),
        _("Highest in percent"),
        _("Only a hint"),
        _("As of"),
    ]


def _rows(lines: Iterable[TakenAway]) -> Iterator[list[Value]]:
    language = reader_locale().language
    yes, no, all_together = _("Yes"), _("No"), _("All together")
    for line in lines:
        (place,) = cited([line.citation])
        cell, low, high = line.cell, line.cell.interval.low, line.cell.interval.high
        yield [
            line.citation.instrument.in_language(language)[0],
            line.citation.edition.in_language(language)[0],
            place.number,
            line.citation.title.in_language(language)[0],
            line.unit.name.in_language(language)[0] if line.unit else all_together,
            cell.answers,
            cell.missed,
            *(int(share * 100 + Fraction(1, 2)) for share in (cell.share, *map(Fraction, (low, high)))),
            yes if cell.is_preliminary else no,
            cell.as_of,
        ]
