"""A person's assignments as HR sees them, every cycle with what was decided of it; waiving one, and restoring it."""

from dataclasses import dataclass
from datetime import date, datetime

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.assignments import AssignmentChangeRow, AssignmentRow
from quiz.db.queries import assigning as queries
from quiz.db.queries import attempts, catalogue, people
from quiz.db.queries.turning import DONE
from quiz.engine.text import Text
from quiz.services.errors import NotFound, Refused
from quiz.services.extending import checked_reason, keep_change, take
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was decided of an assignment; a reason of `moved` is the product's own."""

    kind: str
    due_before: date | None
    due_after: date | None
    reason: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle of a module that was assigned to a person, with what was decided of it, oldest first."""

    public_id: str
    number: int
    state: str
    since: date
    assigned_on: date
    due_on: date | None
    is_current: bool
    is_open: bool
    is_late: bool
    by_rule: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class AssignedModule:
    """A module with all its cycles, the newest first."""

    module_key: str
    title: Text
    cycles: tuple[Cycle, ...]


@dataclass(frozen=True, slots=True)
class AssignmentsOf:
    """A person, and everything that was ever assigned to them."""

    person_id: str
    name: str
    modules: tuple[AssignedModule, ...]


def get_assignments_of(work: UnitOfWork, person: str) -> AssignmentsOf:
    """Return everything that was ever assigned to a person; raise NotFound."""
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, Target("person", person))
    row = people.find_person_by_public_id(work.session, person)
    if row is None:
        raise NotFound("person")
    choices = get_choices(work)
    found = queries.list_cycles(work.session, row.id)
    changes: dict[int, list[AssignmentChangeRow]] = {}
    for change in queries.list_changes(work.session, [one.id for one, _ in found]):
        changes.setdefault(change.assignment_id, []).append(change)
    modules: dict[str, tuple[Text, list[Cycle]]] = {}
    for one, module in found:
        if module.key not in modules:
            document = catalogue.get_standing_module(work.session, module.id).document
            modules[module.key] = (Text(document["title"]), [])
        cycle = Cycle(
            public_id=one.public_id,
            number=one.cycle,
            state=one.state,
            since=choices.civil_day(one.state_since),
            assigned_on=choices.civil_day(one.assigned_at),
            due_on=one.due_on,
            is_current=one.is_current,
            is_open=one.is_current and one.state not in DONE,
            is_late=one.is_late,
            by_rule=one.rule_id is not None,
            changes=tuple(
                Change(change.kind, change.due_before, change.due_after, change.reason, change.made_at)
                for change in changes.get(one.id, ())
            ),
        )
        modules[module.key][1].append(cycle)
    held = tuple(AssignedModule(key, title, tuple(cycles)) for key, (title, cycles) in modules.items())
    return AssignmentsOf(row.public_id, row.name, held)


def waive(work: UnitOfWork, assignment: str, reason: str) -> None:
    """Ask an assignment of its person no more, with the reason; Refused where it is not open, NotFound."""
    (row,) = take(work, [assignment])
    words = checked_reason(reason)
    if row.state in DONE or not row.is_current:
        raise Refused("not-open", field="assignment")
    keep_change(work, row, "waived", words, row.due_on)
    row.state, row.state_since, row.is_late = "excused", work.now, False


def restore(work: UnitOfWork, assignment: str, reason: str) -> None:
    """Ask what was waived or had lapsed again, as it stood, with the reason; Refused where it is asked, NotFound."""
    (row,) = take(work, [assignment])
    words = checked_reason(reason)
    if row.state != "excused" or not row.is_current:
        raise Refused("not-excused", field="assignment")
    keep_change(work, row, "restored", words, row.due_on)
    row.state, row.state_since = _state_before(work, row), work.now
    row.is_late = row.due_on is not None and row.due_on < get_choices(work).civil_day(work.now)


def _state_before(work: UnitOfWork, row: AssignmentRow) -> str:
    found = attempts.list_attempts(work.session, [row.id])
    if not found:
        return "not_begun"
    if any(one.outcome == "passed" for one in found):
        return "passed_pledge_open"
    return "awaiting_next" if all(one.ended_at is not None for one in found) else "under_way"
