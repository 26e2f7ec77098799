"""Evidence as a PDF that is kept (PDF/A-3a) and read aloud (PDF/UA-1): one heading a question, tables with headers."""

import re
from dataclasses import dataclass
from datetime import datetime

from quiz.language.locale import Digits, ReaderLocale
from quiz.records.typesetting import Data, line, typeset

_TEMPLATE = "evidence.typ"
ATTACHED = "evidence.json"
_MARKS = re.compile("[\u064b-\u0652\u0670]")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table in words: what it shows, its headings, its rows; figures stand in all columns but the first."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A question in words with its answer; `nothing` is said where there is none, as a word and a sentence."""

    heading: str
    sources: tuple[str, ...]
    nothing: tuple[str, str] | None
    grids: tuple[Grid, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything that stands on the pages, in words of one language."""

    locale: ReaderLocale
    title: str
    description: str
    organisation: str
    about: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]
    contents: str
    sections: tuple[Section, ...]
    page: str
    made_at: datetime
    attachment: str


def render(paper: Paper, document: bytes) -> bytes:
    """Return the PDF, with the same figures attached as JSON; the same bytes for the same paper."""

    def said(words: str) -> Data:
        # A letter with its vowel mark comes out of the text layer in pieces, and would be read aloud so.
        return line(_MARKS.sub("", words), paper.locale.language, paper.locale)

    moment = paper.made_at
    return typeset(
        _TEMPLATE,
        {
            "language": paper.locale.language,
            "numbering": "١" if paper.locale.digits is Digits.ARAB else "1",
            "title": paper.title,
            "description": paper.description,
            "author": paper.organisation,
            "date": {part: getattr(moment, part) for part in ("year", "month", "day", "hour", "minute", "second")},
            "organisation": said(paper.organisation),
            "heading": said(paper.title),
            "about": [[said(label), said(words)] for label, words in paper.about],
            "notices": [said(words) for words in paper.notices],
            "contents": said(paper.contents),
            "sections": [
                {
                    "heading": said(section.heading),
                    "sources": [said(words) for words in section.sources],
                    "nothing": [said(words) for words in section.nothing] if section.nothing else None,
                    "note": said(section.note) if section.note else None,
                    "grids": [
                        {
                            "caption": said(grid.caption),
                            "headings": [said(words) for words in grid.headings],
                            "rows": [[said(words) for words in row] for row in grid.rows],
                        }
                        for grid in section.grids
                    ],
                }
                for section in paper.sections
            ],
            "page": said(paper.page),
            "attached": ATTACHED,
            "attachment": paper.attachment,
            "json": document.decode(),
        },
        "evidence",
    )
