"""Finding questions, their answers, and what these teach."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select, true
from sqlalchemy.orm import Session

from quiz.db.models.advising import AnswerRow, NoteRow, WishRow
from quiz.db.models.attempts import QuestionRow
from quiz.db.models.catalogue import ScenarioRow, ScenarioVersionRow

_HAS_ANSWER = select(AnswerRow.id).where(AnswerRow.question_id == QuestionRow.id).exists()


def _of(banks: Collection[str] | None) -> ColumnElement[bool]:
    """Return the condition that a question is about a scenario of some banks; of None, about anything."""
    if banks is None:
        return true()
    return QuestionRow.about.in_(select(ScenarioRow.key).where(ScenarioRow.bank.in_(list(banks))))


def count_questions(session: Session, kinds: Sequence[str], banks: Collection[str] | None = None) -> tuple[int, int]:
    """Return how many questions of some kinds wait for an answer, and how many have one."""
    answered = func.count().filter(_HAS_ANSWER)
    row = session.execute(select(func.count(), answered).where(QuestionRow.kind.in_(kinds), _of(banks))).one()
    return row[0] - row[1], row[1]


def list_questions(
    session: Session,
    kinds: Sequence[str],
    answered: bool,
    most: int,
    after: int = 0,
    banks: Collection[str] | None = None,
) -> list[QuestionRow]:
    """Return some questions: those that wait, the oldest first, or those that have an answer, the newest first."""
    has_answer = _HAS_ANSWER if answered else ~_HAS_ANSWER
    statement = select(QuestionRow).where(QuestionRow.kind.in_(kinds), has_answer, _of(banks))
    order = (QuestionRow.at.desc(), QuestionRow.id.desc()) if answered else (QuestionRow.at, QuestionRow.id)
    return list(session.scalars(statement.order_by(*order).limit(most).offset(after)))


def count_open_by_about(
    session: Session, kind: str, most: int, after: int = 0, banks: Collection[str] | None = None
) -> list[Row[Any]]:
    """Return what open questions of a kind are about, with how many there are: most first, then the oldest."""
    statement = (
        select(QuestionRow.about, func.count().label("count"))
        .where(QuestionRow.kind == kind, ~_HAS_ANSWER, _of(banks))
        .group_by(QuestionRow.about)
        .order_by(func.count().desc(), func.min(QuestionRow.at), QuestionRow.about)
    )
    return list(session.execute(statement.limit(most).offset(after)))


def count_abouts(session: Session, kind: str, banks: Collection[str] | None = None) -> int:
    """Return how many different things open questions of a kind are about."""
    statement = select(func.count(func.distinct(QuestionRow.about)))
    return session.scalar(statement.where(QuestionRow.kind == kind, ~_HAS_ANSWER, _of(banks))) or 0


def list_open_about(session: Session, kind: str, abouts: Collection[str]) -> list[QuestionRow]:
    """Return the open questions of a kind about some things, oldest first."""
    statement = select(QuestionRow).where(QuestionRow.kind == kind, ~_HAS_ANSWER, QuestionRow.about.in_(list(abouts)))
    return list(session.scalars(statement.order_by(QuestionRow.at, QuestionRow.id)))


def list_own_questions(session: Session, person_id: int) -> list[tuple[QuestionRow, int]]:
    """Return what a person asked with their name, newest first, with how many answers each has."""
    answers = (
        select(func.count()).select_from(AnswerRow).where(AnswerRow.question_id == QuestionRow.id).scalar_subquery()
    )
    statement = select(QuestionRow, answers).where(QuestionRow.person_id == person_id)
    found = session.execute(statement.order_by(QuestionRow.at.desc(), QuestionRow.id.desc()))
    return [(row[0], row[1]) for row in found]


def find_question(session: Session, public_id: str) -> QuestionRow | None:
    """Return a question by public id."""
    return session.scalar(select(QuestionRow).where(QuestionRow.public_id == public_id))


def find_question_by_reply(session: Session, digest: str) -> QuestionRow | None:
    """Return the nameless question whose reply code has a digest."""
    return session.scalar(select(QuestionRow).where(QuestionRow.reply_digest == digest))


def find_question_of_answer(session: Session, public_id: str) -> QuestionRow | None:
    """Return the question that an answer belongs to."""
    statement = select(QuestionRow).join(AnswerRow, AnswerRow.question_id == QuestionRow.id)
    return session.scalar(statement.where(AnswerRow.public_id == public_id))


def list_answers(
    session: Session, question_id: int
) -> list[tuple[AnswerRow, NoteRow | None, WishRow | None, int | None]]:
    """Return the answers to a question in order, each with its note, its wish and the number of what it mended in."""
    statement = (
        select(AnswerRow, NoteRow, WishRow, ScenarioVersionRow.number)
        .outerjoin(NoteRow, NoteRow.answer_id == AnswerRow.id)
        .outerjoin(WishRow, WishRow.answer_id == AnswerRow.id)
        .outerjoin(ScenarioVersionRow, ScenarioVersionRow.id == AnswerRow.scenario_version_id)
        .where(AnswerRow.question_id == question_id)
        .order_by(AnswerRow.number)
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(statement)]


def count_answers(session: Session, question_id: int) -> int:
    """Return how many answers a question has."""
    return session.scalar(select(func.count()).where(AnswerRow.question_id == question_id)) or 0


def find_note(session: Session, public_id: str) -> NoteRow | None:
    """Return a teaching note by public id."""
    return session.scalar(select(NoteRow).where(NoteRow.public_id == public_id))


def list_notes(session: Session, instrument: str) -> list[NoteRow]:
    """Return the notes that stand beside the provisions of an instrument, in order."""
    statement = select(NoteRow).where(
        NoteRow.address.startswith(f"{instrument}/", autoescape=True), NoteRow.withdrawn_at.is_(None)
    )
    return list(session.scalars(statement.order_by(NoteRow.id)))


def _versions() -> Select[*tuple[Any, ...]]:
    return select(
        ScenarioVersionRow.id,
        ScenarioVersionRow.number,
        ScenarioVersionRow.digest,
        ScenarioVersionRow.document,
        ScenarioVersionRow.published_at,
        ScenarioRow.key,
        ScenarioRow.current_number,
        ScenarioRow.withdrawn_at,
    ).join(ScenarioRow, ScenarioRow.id == ScenarioVersionRow.scenario_id)


def find_version(session: Session, key: str, number: int | None = None) -> Row[Any] | None:
    """Return a version of a scenario, by default the one that stands, with the key and what became of the scenario."""
    wanted = ScenarioRow.current_number if number is None else number
    return session.execute(_versions().where(ScenarioRow.key == key, ScenarioVersionRow.number == wanted)).first()


def find_version_by_digest(session: Session, key: str, digest: str) -> Row[Any] | None:
    """Return the newest version of a scenario with a digest."""
    statement = _versions().where(ScenarioRow.key == key, ScenarioVersionRow.digest == digest)
    return session.execute(statement.order_by(ScenarioVersionRow.number.desc())).first()


def find_version_at(session: Session, key: str, at: datetime) -> Row[Any] | None:
    """Return the version of a scenario that stood at a moment."""
    statement = _versions().where(ScenarioRow.key == key, ScenarioVersionRow.published_at <= at)
    return session.execute(statement.order_by(ScenarioVersionRow.number.desc()).limit(1)).first()


def get_version(session: Session, version_id: int) -> Row[Any]:
    """Return a version that is known to exist."""
    return session.execute(_versions().where(ScenarioVersionRow.id == version_id)).one()


def list_version_numbers(session: Session, version_ids: Collection[int]) -> dict[int, int]:
    """Return the numbers of scenario versions by key."""
    statement = select(ScenarioVersionRow.id, ScenarioVersionRow.number)
    return {row[0]: row[1] for row in session.execute(statement.where(ScenarioVersionRow.id.in_(list(version_ids))))}


def list_titles(session: Session, keys: Collection[str]) -> dict[str, Any]:
    """Return the titles of scenarios by key, withdrawn ones too."""
    statement = (
        select(ScenarioRow.key, ScenarioVersionRow.document["title"])
        .join(
            ScenarioVersionRow,
            (ScenarioVersionRow.scenario_id == ScenarioRow.id)
            & (ScenarioVersionRow.number == ScenarioRow.current_number),
        )
        .where(ScenarioRow.key.in_(list(keys)))
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def get_question_of_note(session: Session, note: NoteRow) -> QuestionRow:
    """Return the question whose answer a note belongs to."""
    statement = select(QuestionRow).join(AnswerRow, AnswerRow.question_id == QuestionRow.id)
    return session.scalars(statement.where(AnswerRow.id == note.answer_id)).one()
