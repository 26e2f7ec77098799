"""Doubts about rulings as tasks of the editors: what is open by scenario, and each answered: it stands, or is mended.

The editors read what was doubted and in which version, and never who doubts: the answer reaches them by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.attempts import QuestionRow
from quiz.db.queries import advising as queries
from quiz.db.queries import catalogue
from quiz.engine.text import Text
from quiz.language.lines import clean_lines
from quiz.services.answers import AnswerSummary, Outcome, list_answers, store_answer
from quiz.services.belonging import NONE, banks_of, own_banks
from quiz.services.errors import NotFound, Refused
from quiz.services.organisation import get_choices
from quiz.services.rulings import ScenarioBrief, brief_of
from quiz.services.unit_of_work import UnitOfWork

KIND = "doubt"
A_PAGE = 20


@dataclass(frozen=True, slots=True)
class DoubtLine:
    """One doubt in a list; `version` is what the learner had in front of them, where that is known."""

    public_id: str
    words: str
    asked_on: date
    version: int | None


@dataclass(frozen=True, slots=True)
class DoubtGroup:
    """The doubts about one scenario; `title` is None where no scenario has that key."""

    about: str
    title: Text | None
    is_withdrawn: bool
    lines: tuple[DoubtLine, ...]


@dataclass(frozen=True, slots=True)
class DoubtPage:
    """One page of doubts by scenario, and how many are open and answered in all."""

    groups: tuple[DoubtGroup, ...]
    page: int
    pages: int
    waiting: int
    answered: int


@dataclass(frozen=True, slots=True)
class DoubtSummary:
    """One doubt in full; `brief` is the version that is doubted, `standing` the number of the one that stands."""

    about: str
    line: DoubtLine
    brief: ScenarioBrief | None
    standing: int | None
    answers: tuple[AnswerSummary, ...]

    @property
    def mending(self) -> int | None:
        """Return the version that may mend what is doubted: the one that stands, where it is newer."""
        doubted = self.brief.version if self.brief else 0
        return self.standing if self.standing is not None and self.standing > doubted else None


def list_doubts(work: UnitOfWork, answered: bool = False, page: int = 1) -> DoubtPage:
    """Return a page of doubts: open ones by scenario, most first; answered ones newest first.

    Who is responsible for some banks reads, and counts, those about their scenarios.
    """
    work.require(Permission.BANK_DOUBT_READ, Target("doubts", is_in_part=True))
    banks = own_banks(work, Permission.BANK_DOUBT_READ)
    waiting, done = queries.count_questions(work.session, (KIND,), banks)
    pages = max(1, -(-(done if answered else queries.count_abouts(work.session, KIND, banks)) // A_PAGE))
    page = min(max(page, 1), pages)
    first = (page - 1) * A_PAGE
    if answered:
        rows = queries.list_questions(work.session, (KIND,), True, A_PAGE, first, banks)
        groups = [(about, list(some)) for about, some in groupby(rows, key=lambda row: row.about)]
    else:
        counted = queries.count_open_by_about(work.session, KIND, A_PAGE, first, banks)
        rows = queries.list_open_about(work.session, KIND, {row.about for row in counted})
        groups = [(one.about, [row for row in rows if row.about == one.about]) for one in counted]
    titles = queries.list_titles(work.session, {about for about, _ in groups})
    withdrawn = catalogue.list_withdrawn(work.session)
    numbers = _numbers(work, rows)
    found = (
        DoubtGroup(
            about,
            Text(titles[about]) if about in titles else None,
            about in withdrawn,
            tuple(_line(work, row, numbers) for row in some),
        )
        for about, some in groups
    )
    return DoubtPage(tuple(found), page, pages, waiting, done)


def get_doubt(work: UnitOfWork, public_id: str) -> DoubtSummary:
    """Return one doubt in full; raise NotFound."""
    row = _found(work, Permission.BANK_DOUBT_READ, public_id)
    doubted = _doubted(work, row)
    return DoubtSummary(
        about=row.about,
        line=_line(work, row, _numbers(work, [row])),
        brief=brief_of(work, doubted) if doubted else None,
        standing=doubted.current_number if doubted else None,
        answers=list_answers(work, row),
    )


def answer_doubt(
    work: UnitOfWork, public_id: str, seen: int, outcome: str, words: str, version: int | None = None
) -> None:
    """Answer a doubt: it `stands`, with the reason in words, or is `mended` in a version newer than the doubted one.

    `seen` is how many answers the page showed. Raise Stale where somebody else has answered since, Refused for what
    will not do.
    """
    row = _found(work, Permission.BANK_DOUBT_ANSWER, public_id)
    words = clean_lines(words)
    mended = None
    if outcome == "mended":
        mended = _mended(work, row, version)
    elif outcome != "stands":
        raise Refused("outcome-unknown", field="outcome")
    elif not words:
        raise Refused("nothing-answered", field="words")
    decided = Outcome(outcome, version_id=mended.id if mended else None)
    store_answer(work, Permission.BANK_DOUBT_ANSWER, row, seen, words, decided)


def _mended(work: UnitOfWork, row: QuestionRow, version: int | None) -> Any:
    doubted = _doubted(work, row)
    found = queries.find_version(work.session, row.about, version) if version is not None else None
    if found is None:
        raise Refused("version-unknown", field="version")
    if doubted is not None and found.number <= doubted.number:
        raise Refused("version-not-newer", field="version", doubted=doubted.number)
    return found


def _found(work: UnitOfWork, permission: Permission, public_id: str) -> QuestionRow:
    row = queries.find_question(work.session, public_id)
    is_one = row is not None and row.kind == KIND
    banks = banks_of(work, "scenario", row.about) if row is not None and is_one else NONE
    work.require(permission, Target("doubt", public_id, banks=banks))
    if row is None or not is_one:
        raise NotFound("doubt")
    return row


def _doubted(work: UnitOfWork, row: QuestionRow) -> Any:
    """Return the version that is doubted: what the learner saw, or else what stood when they asked.

    Of a nameless doubt only the day is known; on the day of its first publication a scenario has its first version.
    """
    if row.scenario_version_id is not None:
        return queries.get_version(work.session, row.scenario_version_id)
    stood = queries.find_version_at(work.session, row.about, row.at)
    return stood or queries.find_version(work.session, row.about, 1)


def _numbers(work: UnitOfWork, rows: Sequence[QuestionRow]) -> dict[int, int]:
    known = {row.scenario_version_id for row in rows if row.scenario_version_id is not None}
    return queries.list_version_numbers(work.session, known)


def _line(work: UnitOfWork, row: QuestionRow, numbers: dict[int, int]) -> DoubtLine:
    version = numbers.get(row.scenario_version_id) if row.scenario_version_id is not None else None
    return DoubtLine(row.public_id, row.words, get_choices(work).civil_day(row.at), version)
