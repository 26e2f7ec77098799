"""Finding and storing attempts with their steps; everything here can see answers, so no report may import it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Integer, Row, String, Table, and_, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.attempts import AttemptRow, RereadRow
from quiz.db.models.catalogue import ModuleRow
from quiz.db.models.completions import CompletionRow
from quiz.db.models.steps import AttemptStepRow

_ATTEMPT = (
    AttemptRow.id,
    AttemptRow.public_id,
    AttemptRow.person_id,
    AttemptRow.assignment_id,
    AttemptRow.module_version_id,
    AttemptRow.purpose,
    AttemptRow.number,
    AttemptRow.behaviour,
    AttemptRow.started_at,
    AttemptRow.deadline_at,
    AttemptRow.ended_at,
    AttemptRow.outcome,
)
_attempt, _step = cast(Table, AttemptRow.__table__), cast(Table, AttemptStepRow.__table__)
# One statement for the attempt and what is new in its log, built once of plain columns: it is asked at every answer.
_WITH_STEPS = (
    select(
        *(_attempt.c[column.key] for column in _ATTEMPT),
        _step.c.number.label("step_number"),
        *(column for column in _step.c if column.key not in {"attempt_id", "number"}),
    )
    .select_from(
        _attempt.outerjoin(
            _step, and_(_step.c.attempt_id == _attempt.c.id, _step.c.number > bindparam("known", type_=Integer))
        )
    )
    .where(_attempt.c.public_id == bindparam("public_id", type_=String))
    .order_by(_step.c.number)
)
_WITH_STEPS_TO_CHANGE = _WITH_STEPS.with_for_update(of=_attempt)
_APPEND = insert(_step)


def list_attempt_with_steps(
    session: Session, public_id: str, known: int = 0, for_update: bool = False
) -> list[Row[Any]]:
    """Return the attempt once for each step after the `known` ones (once without a step if none), in order."""
    statement = _WITH_STEPS_TO_CHANGE if for_update else _WITH_STEPS
    return list(session.execute(statement, {"public_id": public_id, "known": known}))


def get_draw(session: Session, attempt_id: int) -> Row[Any]:
    """Return the draw and the seal of an attempt that is known to exist."""
    return session.execute(select(AttemptRow.draw, AttemptRow.seal).where(AttemptRow.id == attempt_id)).one()


def append_step(session: Session, attempt_id: int, values: dict[str, Any]) -> None:
    """Store one step; a step of that number already there raises IntegrityError."""
    session.execute(_APPEND, {"attempt_id": attempt_id, **values})


def end_attempt(session: Session, attempt_id: int, ended_at: datetime, outcome: str) -> None:
    """Write the end and the outcome of an attempt, once."""
    session.execute(
        update(AttemptRow)
        .where(AttemptRow.id == attempt_id, AttemptRow.ended_at.is_(None))
        .values(ended_at=ended_at, outcome=outcome)
    )


def list_attempts(session: Session, assignment_ids: Sequence[int], purpose: str = "assessed") -> list[Row[Any]]:
    """Return the attempts of assignments in order of their beginning, without their draws."""
    statement = select(*_ATTEMPT).where(
        AttemptRow.assignment_id.in_(list(assignment_ids)), AttemptRow.purpose == purpose
    )
    return list(session.execute(statement.order_by(AttemptRow.started_at, AttemptRow.id)))


def count_answered(session: Session, attempt_ids: Sequence[int]) -> dict[int, int]:
    """Return for each attempt how many places have an answer."""
    statement = (
        select(AttemptStepRow.attempt_id, func.count(func.distinct(AttemptStepRow.slot)))
        .where(AttemptStepRow.attempt_id.in_(list(attempt_ids)), AttemptStepRow.slot.is_not(None))
        .group_by(AttemptStepRow.attempt_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def list_seen_draws(session: Session, person_id: int) -> list[Row[Any]]:
    """Return the draws a person met in assessed attempts, oldest first, with the moment of their beginning."""
    statement = (
        select(AttemptRow.draw, AttemptRow.started_at)
        .where(AttemptRow.person_id == person_id, AttemptRow.purpose == "assessed")
        .order_by(AttemptRow.started_at, AttemptRow.id)
    )
    return list(session.execute(statement))


def list_overdue(session: Session, now: datetime, most: int) -> list[str]:
    """Return the public ids of attempts whose deadline is past and whose end nobody has written."""
    statement = (
        select(AttemptRow.public_id)
        .where(AttemptRow.ended_at.is_(None), AttemptRow.deadline_at <= now)
        .order_by(AttemptRow.deadline_at, AttemptRow.id)
        .limit(most)
    )
    return list(session.scalars(statement))


def list_assignments(session: Session, person_id: int) -> list[tuple[AssignmentRow, ModuleRow]]:
    """Return what is assigned to a person, the latest cycle of each module first by due date."""
    statement = (
        select(AssignmentRow, ModuleRow)
        .join(ModuleRow, ModuleRow.id == AssignmentRow.module_id)
        .where(AssignmentRow.person_id == person_id)
        .order_by(AssignmentRow.due_on.is_(None), AssignmentRow.due_on, AssignmentRow.id)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def get_assignment(session: Session, assignment_id: int) -> AssignmentRow:
    """Return an assignment that is known to exist."""
    return session.get_one(AssignmentRow, assignment_id)


def lock_assignment(session: Session, assignment_id: int) -> None:
    """Hold an assignment until the transaction ends, so that it is not completed twice at once."""
    session.execute(select(AssignmentRow.id).where(AssignmentRow.id == assignment_id).with_for_update())


def list_reread(session: Session, attempt_id: int) -> set[str]:
    """Return the addresses that were reread after an attempt."""
    return set(session.scalars(select(RereadRow.address).where(RereadRow.attempt_id == attempt_id)))


def find_completion_of_assignment(session: Session, assignment_id: int) -> str | None:
    """Return the public id of the completion of an assignment."""
    return session.scalar(select(CompletionRow.public_id).where(CompletionRow.assignment_id == assignment_id))
