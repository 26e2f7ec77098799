"""Reading what was stored, whole and as it stands, to compare it with what follows from it."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from quiz.db.models.attempts import AttemptRow
from quiz.db.models.catalogue import InstrumentVersionRow, ModuleVersionRow, ScenarioVersionRow
from quiz.db.models.completions import CompletionHolderRow, CompletionRow, RevocationRow
from quiz.db.models.regrading import RemarkRow
from quiz.db.queries.batches import AT_ONCE

Version = ModuleVersionRow | ScenarioVersionRow | InstrumentVersionRow


def stream_ended(session: Session) -> Iterator[Sequence[str]]:
    """Give the public ids of all ended assessed attempts, in order, some hundred at a time."""
    ended = select(AttemptRow.id, AttemptRow.public_id).where(
        AttemptRow.purpose == "assessed", AttemptRow.ended_at.is_not(None)
    )
    last = 0
    while some := session.execute(ended.where(AttemptRow.id > last).order_by(AttemptRow.id).limit(AT_ONCE)).all():
        yield [row.public_id for row in some]
        last = some[-1].id


def list_attempts_of_completions(session: Session, public_ids: Sequence[str]) -> dict[str, str]:
    """Return for each completion that is there the public id of the attempt it rests on."""
    statement = (
        select(CompletionRow.public_id, AttemptRow.public_id)
        .join(AttemptRow, AttemptRow.id == CompletionRow.attempt_id)
        .where(CompletionRow.public_id.in_(list(public_ids)))
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def find_whole_completion(
    session: Session, attempt_id: int
) -> tuple[CompletionRow, CompletionHolderRow | None, RevocationRow | None] | None:
    """Return the completion that rests on an attempt, with the name beside it and its revocation."""
    statement = (
        select(CompletionRow, CompletionHolderRow, RevocationRow)
        .outerjoin(CompletionHolderRow, CompletionHolderRow.completion_id == CompletionRow.id)
        .outerjoin(RevocationRow, RevocationRow.completion_id == CompletionRow.id)
        .where(CompletionRow.attempt_id == attempt_id)
    )
    found = session.execute(statement).one_or_none()
    return (found[0], found[1], found[2]) if found else None


def list_all_remarks(session: Session, attempt_id: int) -> list[RemarkRow]:
    """Return every remark of an attempt, in order of the decisions."""
    statement = select(RemarkRow).where(RemarkRow.attempt_id == attempt_id)
    return list(session.scalars(statement.order_by(RemarkRow.regrading_id)))


def stream_pinned(session: Session, module: ModuleVersionRow) -> Iterator[tuple[str, Version]]:
    """Give every version that a module version pins, and itself, each with what it is."""
    yield "module", module
    scenarios = select(ScenarioVersionRow).where(ScenarioVersionRow.id.in_(list(module.pool["scenarios"])))
    for scenario in session.scalars(scenarios.order_by(ScenarioVersionRow.id)):
        yield "scenario", scenario
    instruments = select(InstrumentVersionRow).where(InstrumentVersionRow.id.in_(list(module.pool["instruments"])))
    for instrument in session.scalars(instruments.order_by(InstrumentVersionRow.id)):
        yield "instrument", instrument


def is_completed(session: Session, assignment_id: int) -> bool:
    """Tell whether an assignment has a completion."""
    found = select(CompletionRow.id).where(CompletionRow.assignment_id == assignment_id)
    return session.scalar(found) is not None
