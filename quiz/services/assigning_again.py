"""HR's side of what is asked again: exactly who, by name and record, before anything is sent; then each once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.bank.delta import trained_by
from quiz.bank.impact import ProvisionChange
from quiz.db.models.amending import DeltaModuleRow
from quiz.db.models.reminding import ReminderNoteRow
from quiz.db.queries import amending, catalogue
from quiz.db.queries import holding as queries
from quiz.engine.reminders import ASSIGNED
from quiz.engine.selection import Standing
from quiz.engine.text import Text
from quiz.events import ModuleAssigned
from quiz.services import people
from quiz.services.asking_again import list_changes
from quiz.services.errors import NotFound, Refused
from quiz.services.holding import HolderLine, list_holders
from quiz.services.organisation import get_choices
from quiz.services.pinned import PinnedModule, get_pinned
from quiz.services.unit_of_work import UnitOfWork

# Nobody reads more names than these before one click; the next are shown after it.
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class DeltaLine:
    """A published module that asks only what changed: how many are still to be asked, and how many were."""

    module_key: str
    title: Text
    waiting: int
    assigned: int


@dataclass(frozen=True, slots=True)
class DeltaSummary:
    """Exactly what such a module asks, of whom, and by when it proposes to be done.

    `people` are those to whom it was not assigned yet, the first of them where they are more than `waiting`;
    `counts` tells whether anything in it would count for them.
    """

    module_key: str
    title: Text
    country: str
    changes: tuple[ProvisionChange, ...]
    scenarios: tuple[tuple[str, Text], ...]
    people: tuple[HolderLine, ...]
    waiting: int
    assigned: int
    due_on: date
    counts: bool


@dataclass(frozen=True, slots=True)
class Assigned:
    """What one confirmation did: to how many it was assigned, and how many of those seen needed it no more."""

    assigned: int
    left_out: int


def list_deltas(work: UnitOfWork) -> tuple[DeltaLine, ...]:
    """Return the published modules that ask only what changed, the newest first."""
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, Target("delta-modules"))
    lines = []
    for row in amending.list_deltas(work.session):
        found = _published(work, row)
        if found is not None:
            holders, assigned = _waiting(work, row, found)
            lines.append(DeltaLine(row.module_key, found.module.title, len(holders), assigned))
    return tuple(lines)


def get_delta(work: UnitOfWork, module_key: str) -> DeltaSummary:
    """Return exactly which provisions and scenarios a module asks, and of whom; raise NotFound."""
    row, pinned = _get(work, module_key)
    holders, assigned = _waiting(work, row, pinned)
    _, changes = list_changes(work, row.instrument_version_id)
    (country, *_) = pinned.module.jurisdictions
    scenarios = list(pinned.scenarios.values())
    trained = {one.key: one.title for change in changes for one in trained_by(change.address, country, scenarios)}
    today = get_choices(work).civil_day(work.now)
    standing = Standing(country, pinned.module.minimum_verification, catalogue.list_adopted(work.session))
    return DeltaSummary(
        module_key=module_key,
        title=pinned.module.title,
        country=country,
        changes=changes,
        scenarios=tuple(sorted(trained.items())),
        people=holders[:MOST_AT_ONCE],
        waiting=len(holders),
        assigned=assigned,
        due_on=pinned.module.due.after(today) if pinned.module.due else today,
        counts=pinned.may_count(standing),
    )


def assign_again(work: UnitOfWork, module_key: str, seen: Collection[str], due_on: date) -> Assigned:
    """Assign a module to those of its list whose records were seen there, each once, and ask for their mails.

    Whoever came to the list since is not among them; whoever has it already, or is asked no more, is left out.
    Refused where nobody was seen, the day is past, or nothing in it would count; NotFound.
    """
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, Target("module", module_key))
    # Whoever clicks at the same moment waits here, and then finds it done.
    amending.hold_delta(work.session, module_key)
    row, pinned = _get(work, module_key)
    if not seen:
        raise Refused("nobody-seen", field="seen")
    if due_on < get_choices(work).civil_day(work.now):
        raise Refused("day-past", field="due_on")
    holders, _ = _waiting(work, row, pinned)
    chosen = [one for one in holders if one.record in seen]
    for one in chosen:
        assignment = people.assign_module(work, one.person, module_key, due_on)
        work.session.add(_to_be_told(work, assignment))
        work.record(ModuleAssigned(assignment))
    target = Target("module", module_key)
    work.audit(Permission.PEOPLE_ASSIGNMENT_WRITE, target, seen=len(set(seen)), assigned=len(chosen))
    return Assigned(len(chosen), len(set(seen)) - len(chosen))


def _to_be_told(work: UnitOfWork, public_id: str) -> ReminderNoteRow:
    """Return the note that somebody is told of an assignment by a mail of its own, so that the ladder is silent."""
    assignment = queries.find_assignment_by_public_id(work.session, public_id)
    if assignment is None:
        raise NotFound("assignment")
    today = get_choices(work).civil_day(work.now)
    return ReminderNoteRow(
        assignment_id=assignment.id,
        person_id=assignment.person_id,
        step=ASSIGNED,
        outcome="queued",
        reckoned_from=today,
        noted_on=today,
        noted_at=work.now,
    )


def _get(work: UnitOfWork, module_key: str) -> tuple[DeltaModuleRow, PinnedModule]:
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, Target("module", module_key))
    row = amending.find_delta_of_module(work.session, module_key)
    found = _published(work, row) if row else None
    if row is None or found is None:
        raise NotFound("module")
    return row, found


def _published(work: UnitOfWork, row: DeltaModuleRow) -> PinnedModule | None:
    module = catalogue.find_module(work.session, row.module_key)
    if module is None or module.current_version_id is None:
        return None
    return get_pinned(work, module.current_version_id)


def _waiting(work: UnitOfWork, row: DeltaModuleRow, pinned: PinnedModule) -> tuple[tuple[HolderLine, ...], int]:
    """Return those to whom a module was not assigned yet, and to how many it was."""
    before, _ = list_changes(work, row.instrument_version_id)
    assigned = queries.list_assigned(work.session, pinned.module_id)
    holders = list_holders(work, before) if before else ()
    return tuple(one for one in holders if one.person_id not in assigned), len(assigned)
