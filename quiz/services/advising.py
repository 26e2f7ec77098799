"""The desk of the integrity adviser: what waits for an answer, one question in full, and the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.advising import WishRow
from quiz.db.models.attempts import QuestionRow
from quiz.db.queries import advising as queries
from quiz.db.queries import catalogue, people
from quiz.engine.text import Text
from quiz.language.lines import clean_lines
from quiz.services.answers import LONGEST_NOTE, AnswerSummary, Outcome, list_answers, store_answer
from quiz.services.errors import NotFound, Refused
from quiz.services.noting import add_note
from quiz.services.organisation import get_choices
from quiz.services.pinned import get_pinned
from quiz.services.provisions import find_citable
from quiz.services.rulings import ScenarioBrief, brief_of
from quiz.services.unit_of_work import UnitOfWork

# A doubt about a ruling goes to the editors (doubting.py).
KINDS = ("question", "pledge", "help", "name")
A_PAGE = 20


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One question in the adviser's list; `title` is of the scenario or the module it is about."""

    public_id: str
    kind: str
    about: str
    title: Text | None
    words: str
    asked_on: date
    name: str | None


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One page of the list, and how many questions wait and are answered in all."""

    lines: tuple[QuestionLine, ...]
    page: int
    pages: int
    waiting: int
    answered: int


@dataclass(frozen=True, slots=True)
class QuestionSummary:
    """One question in full; `name` and `email` are None where it was asked without them.

    `brief` is the scenario it is about, in the version the asker had in front of them where that is known.
    `advisers` are the names of those who answered, in the order of the answers.
    """

    line: QuestionLine
    email: str | None
    brief: ScenarioBrief | None
    answers: tuple[AnswerSummary, ...]
    advisers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What an answer teaches: a scenario wished for, a note for everybody, or nothing with its reason."""

    outcome: str
    provision: str = ""
    wish: str = ""
    question: Text = Text({})  # noqa: RUF009 - a Text never changes
    answer: Text = Text({})  # noqa: RUF009
    names_nobody: bool = False
    reason: str = ""


def list_questions(work: UnitOfWork, answered: bool = False, page: int = 1) -> QuestionPage:
    """Return a page of the questions that wait, oldest first, or of those answered, newest first."""
    work.require(Permission.ADVICE_QUESTION_READ, Target("questions"))
    counts = queries.count_questions(work.session, KINDS)
    pages = max(1, -(-counts[answered] // A_PAGE))
    page = min(max(page, 1), pages)
    rows = queries.list_questions(work.session, KINDS, answered, A_PAGE, (page - 1) * A_PAGE)
    return QuestionPage(tuple(_lines(work, rows)), page, pages, *counts)


def get_question(work: UnitOfWork, public_id: str) -> QuestionSummary:
    """Return one question in full; raise NotFound."""
    work.require(Permission.ADVICE_QUESTION_READ, Target("question", public_id))
    row = _found(work, public_id)
    person = people.find_person(work.session, row.person_id) if row.person_id else None
    version = None
    if row.kind == "question":
        known = row.scenario_version_id
        version = queries.get_version(work.session, known) if known else queries.find_version(work.session, row.about)
    answers = list_answers(work, row)
    return QuestionSummary(
        line=next(iter(_lines(work, [row]))),
        email=person.email if person else None,
        brief=brief_of(work, version) if version else None,
        answers=answers,
        advisers=tuple(_name(work, answer.by) for answer in answers),
    )


def answer_question(work: UnitOfWork, public_id: str, seen: int, words: str, lesson: Lesson) -> None:
    """Answer a question and say what it teaches; `seen` is how many answers the page showed.

    Raise Stale where somebody else has answered since, Refused or NotFound for what will not do.
    """
    work.require(Permission.ADVICE_QUESTION_ANSWER, Target("question", public_id))
    row = _found(work, public_id)
    words = clean_lines(words)
    if not words:
        raise Refused("nothing-answered", field="words")
    address = _checked(work, lesson)
    outcome = Outcome(lesson.outcome, reason=lesson.reason if lesson.outcome == "nothing" else None)
    answer = store_answer(work, Permission.ADVICE_QUESTION_ANSWER, row, seen, words, outcome)
    if lesson.outcome == "note":
        add_note(work, answer.id, address, lesson.question, lesson.answer)
    elif lesson.outcome == "scenario":
        wish = WishRow(
            public_id=work.new_id(),
            answer_id=answer.id,
            address=address,
            note=lesson.wish,
            made_by=work.actor.name,
            made_at=work.now,
        )
        work.session.add(wish)


def _checked(work: UnitOfWork, lesson: Lesson) -> str:
    """Return the provision that a lesson is about, none where there is nothing to teach; raise Refused, NotFound."""
    if lesson.outcome not in {"scenario", "note", "nothing"}:
        raise Refused("teaches-unknown", field="teaches")
    if lesson.outcome == "note" and not lesson.names_nobody:
        raise Refused("may-name-somebody", field="names_nobody")
    needed = {"scenario": ("wish", lesson.wish), "nothing": ("reason", lesson.reason)}
    if lesson.outcome in needed:
        field, words = needed[lesson.outcome]
        if not words:
            raise Refused(f"{field}-missing", field=field)
        if len(words) > LONGEST_NOTE:
            raise Refused("too-long", field=field, most=LONGEST_NOTE)
    return "" if lesson.outcome == "nothing" else find_citable(work, lesson.provision)


def _found(work: UnitOfWork, public_id: str) -> QuestionRow:
    row = queries.find_question(work.session, public_id)
    if row is None or row.kind not in KINDS:
        raise NotFound("question")
    return row


def _lines(work: UnitOfWork, rows: Sequence[QuestionRow]) -> list[QuestionLine]:
    choices = get_choices(work)
    titles = queries.list_titles(work.session, {row.about for row in rows})
    names = people.list_names(work.session, {row.person_id for row in rows if row.person_id})
    return [
        QuestionLine(
            public_id=row.public_id,
            kind=row.kind,
            about=row.about,
            title=Text(titles[row.about]) if row.about in titles else _module_title(work, row.about),
            words=row.words,
            asked_on=choices.civil_day(row.at),
            name=names.get(row.person_id) if row.person_id else None,
        )
        for row in rows
    ]


def _module_title(work: UnitOfWork, key: str) -> Text | None:
    row = catalogue.find_module(work.session, key)
    if row is None or row.current_version_id is None:
        return None
    return get_pinned(work, row.current_version_id).module.title


def _name(work: UnitOfWork, actor: str) -> str:
    person = people.find_person_by_public_id(work.session, actor.removeprefix("person:"))
    return person.name if person else ""
