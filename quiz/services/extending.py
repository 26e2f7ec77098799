"""More time for assignments, with the reason: for HR, and for whoever answers for people; it knows no attempt."""

from collections.abc import Collection
from datetime import date

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.assignments import AssignmentChangeRow, AssignmentRow
from quiz.db.queries import assigning as queries
from quiz.db.queries.turning import DONE
from quiz.services.errors import NotFound, Refused
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork

LONGEST_REASON = 2000


def extend(work: UnitOfWork, assignment_public_ids: Collection[str], due_on: date, reason: str) -> int:
    """Give assignments until a later day, all or none; return how many have more time now.

    What is due on that day or later, or on no day at all, is left as it is. Refused where the day is past, the reason
    is missing, or one of them is not open any more; NotFound where one is not there.
    """
    rows = take(work, assignment_public_ids)
    words = checked_reason(reason)
    today = get_choices(work).civil_day(work.now)
    if due_on < today:
        raise Refused("day-past", field="due_on")
    if any(row.state in DONE or not row.is_current for row in rows):
        raise Refused("not-open", field="assignment")
    later = [row for row in rows if row.due_on is not None and row.due_on < due_on]
    for row in later:
        keep_change(work, row, "extended", words, due_on)
        row.due_on, row.is_late = due_on, False
    return len(later)


def take(work: UnitOfWork, public_ids: Collection[str]) -> list[AssignmentRow]:
    """Return assignments that the actor may change, held until the deed is done; raise NotFound if one is not there."""
    wanted = set(public_ids)
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, Target("assignment", min(wanted, default="")))
    rows = queries.list_to_change(work.session, wanted)
    if not wanted or len(rows) != len(wanted):
        raise NotFound("assignment")
    for row in rows:
        target = Target("assignment", row.public_id, owner_id=row.person_id, unit_id=row.unit_id)
        work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, target)
    return rows


def keep_change(
    work: UnitOfWork,
    row: AssignmentRow,
    kind: str,
    reason: str,
    due_after: date | None,
    permission: Permission = Permission.PEOPLE_ASSIGNMENT_WRITE,
) -> None:
    """Keep what is decided of an assignment, before it is done, with its reason; and leave it in the trace.

    `permission` is that of the deed: human resources decide of everybody, managers of their own people.
    """
    target = Target("assignment", row.public_id, owner_id=row.person_id, unit_id=row.unit_id)
    work.require(permission, target)
    work.session.add(
        AssignmentChangeRow(
            assignment_id=row.id,
            kind=kind,
            due_before=row.due_on,
            due_after=due_after,
            reason=reason,
            made_by=work.actor.name,
            made_at=work.now,
        )
    )
    # Somebody's words may name somebody: they stand with the change, and not in what is never changed nor erased.
    work.audit(permission, target, what=kind)


def checked_reason(reason: str) -> str:
    """Return a reason without space around it; Refused where it says nothing or is too long."""
    words = reason.strip()
    if not words:
        raise Refused("reason-missing", field="reason")
    if len(words) > LONGEST_REASON:
        raise Refused("reason-too-long", field="reason")
    return words
