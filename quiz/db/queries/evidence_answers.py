"""Counts for evidence over attempts, questions and incidents: of the whole organisation, never of a unit."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, case, func, select
from sqlalchemy.orm import Session

from quiz.db.models.advising import AnswerRow
from quiz.db.models.attempts import AttemptRow, QuestionRow, RereadRow
from quiz.db.models.correcting import CorrectionNoticeRow, CorrectionRow
from quiz.db.models.incidents import IncidentRow
from quiz.db.models.mark_sheets import MarkSheetRow


def list_languages(session: Session, since: datetime, until: datetime) -> dict[str, int]:
    """Return in which language how many first attempts were read that ended between two moments."""
    statement = (
        select(MarkSheetRow.language, func.count())
        .join(AttemptRow, AttemptRow.id == MarkSheetRow.attempt_id)
        .where(AttemptRow.ended_at >= since, AttemptRow.ended_at < until)
        .group_by(MarkSheetRow.language)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def count_attempts(session: Session, since: datetime, until: datetime) -> Row[int, int, int, int]:
    """Return the assessed attempts that ended between two moments, first and later ones, and how many were passed."""
    is_first, passed = AttemptRow.number == 1, AttemptRow.outcome == "passed"
    statement = select(
        func.count(case((is_first, 1))).label("first"),
        func.count(case((and_(is_first, passed), 1))).label("first_passed"),
        func.count(case((AttemptRow.number > 1, 1))).label("later"),
        func.count(case((and_(AttemptRow.number > 1, passed), 1))).label("later_passed"),
    ).where(AttemptRow.purpose == "assessed", AttemptRow.ended_at >= since, AttemptRow.ended_at < until)
    return session.execute(statement).one()


def count_rereads(session: Session, since: datetime, until: datetime) -> int:
    """Return how many provisions were reread after attempts between two moments."""
    statement = select(func.count()).select_from(RereadRow).where(RereadRow.at >= since, RereadRow.at < until)
    return session.scalar(statement) or 0


def count_measured(session: Session, fewest: int) -> int:
    """Return for how many modules there are enough first attempts for statistics."""
    enough = select(MarkSheetRow.module_id).group_by(MarkSheetRow.module_id).having(func.count() >= fewest).subquery()
    return session.scalar(select(func.count()).select_from(enough)) or 0


def list_questions(session: Session, since: datetime, until: datetime) -> list[Row[Any]]:
    """Return what was asked between two moments: kind, whether by name, when, and when first answered."""
    first = select(AnswerRow.question_id, func.min(AnswerRow.answered_at).label("at")).group_by(AnswerRow.question_id)
    answered = first.subquery()
    statement = (
        select(QuestionRow.kind, QuestionRow.person_id.is_not(None).label("by_name"), QuestionRow.at,
               answered.c.at.label("answered_at"))
        .outerjoin(answered, answered.c.question_id == QuestionRow.id)
        .where(QuestionRow.at >= since, QuestionRow.at < until)
    )  # fmt: skip
    return list(session.execute(statement))


def list_incident_ids(session: Session, since: datetime, until: datetime) -> list[Row[Any]]:
    """Return key and reason for no scenario of every incident recorded between two moments."""
    statement = select(IncidentRow.id, IncidentRow.none_because)
    return list(session.execute(statement.where(IncidentRow.recorded_at >= since, IncidentRow.recorded_at < until)))


def count_corrections(session: Session, since: datetime, until: datetime) -> tuple[int, int]:
    """Return how many rulings were corrected between two moments, and how many times a person was told of one."""
    decided = select(func.count()).select_from(CorrectionRow)
    decided = decided.where(CorrectionRow.decided_at >= since, CorrectionRow.decided_at < until)
    told = select(func.count()).select_from(CorrectionNoticeRow)
    told = told.where(CorrectionNoticeRow.at >= since, CorrectionNoticeRow.at < until)
    return session.scalar(decided) or 0, session.scalar(told) or 0
