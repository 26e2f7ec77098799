"""A manager's list as a table to take away: the same words and columns as on the screen, as a workbook or as CSV."""

from collections.abc import Iterable, Iterator
from typing import IO

from quiz.presentation.i18n import _, reader_locale
from quiz.presentation.sheets import Value, csv_pieces, write_workbook
from quiz.presentation.wording import BUCKET_WORDS
from quiz.services.reporting_people import TakenAway

# What each kind is called by browsers, and the name of its file.
KINDS = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "amana-team.xlsx"),
    "csv": ("text/csv", "amana-team.csv"),
}


def write_table(kind: str, into: IO[bytes], lines: Iterable[TakenAway]) -> None:
    """Write the lines in the reader's language, as they come."""
    if kind == "csv":
        into.writelines(csv_pieces(_headings(), _rows(lines)))
    else:
        write_workbook(into, _("My team"), _headings(), _rows(lines), reader_locale().language)


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
