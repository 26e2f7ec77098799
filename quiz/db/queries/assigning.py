"""Finding whom rules cover and where they stand, and writing assignments many at a time; no answer is seen here."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Row, Table, and_, exists, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from quiz.db.models.assignments import AssignmentChangeRow, AssignmentRow, AssignmentRuleRow
from quiz.db.models.catalogue import ModuleRow
from quiz.db.models.completions import CompletionRow, RevocationRow
from quiz.db.models.people import PersonRow, RoleGrantRow
from quiz.db.queries.batches import batches
from quiz.db.queries.turning import DONE

_assignment = cast(Table, AssignmentRow.__table__)


def list_rules(session: Session, ended_too: bool = True) -> list[tuple[AssignmentRuleRow, ModuleRow]]:
    """Return the rules with their modules, the newest first; those that have ended come last."""
    statement = (
        select(AssignmentRuleRow, ModuleRow)
        .join(ModuleRow, ModuleRow.id == AssignmentRuleRow.module_id)
        .order_by(AssignmentRuleRow.ended_at.is_not(None), AssignmentRuleRow.id.desc())
    )
    if not ended_too:
        statement = statement.where(AssignmentRuleRow.ended_at.is_(None))
    return [(row[0], row[1]) for row in session.execute(statement)]


def find_rule(session: Session, public_id: str, for_update: bool = False) -> AssignmentRuleRow | None:
    """Return a rule by public id."""
    statement = select(AssignmentRuleRow).where(AssignmentRuleRow.public_id == public_id)
    return session.scalar(statement.with_for_update() if for_update else statement)


def list_people(session: Session, after: int, most: int, now: datetime) -> list[Row[Any]]:
    """Return some people at work, in order of their keys, from after one of them."""
    statement = (
        select(
            PersonRow.id,
            PersonRow.public_id,
            PersonRow.name,
            PersonRow.jurisdiction,
            PersonRow.unit_id,
            PersonRow.joined_on,
            PersonRow.job_families,
        )
        .where(PersonRow.id > after, or_(PersonRow.active_until.is_(None), PersonRow.active_until > now))
        .order_by(PersonRow.id)
        .limit(most)
    )
    return list(session.execute(statement))


def list_current(session: Session, first: int, last: int, module_ids: Collection[int]) -> list[Row[Any]]:
    """Return where the newest cycles of modules stand, for people whose keys lie between two; both are included.

    `lapsed` tells whether the last that was decided of it is that no rule asks it any more.
    """
    newest = (
        select(AssignmentChangeRow.kind)
        .where(AssignmentChangeRow.assignment_id == AssignmentRow.id)
        .order_by(AssignmentChangeRow.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = select(
        AssignmentRow.id,
        AssignmentRow.person_id,
        AssignmentRow.module_id,
        AssignmentRow.rule_id,
        AssignmentRow.cycle,
        AssignmentRow.state,
        AssignmentRow.state_since,
        and_(AssignmentRow.state == "excused", newest == "lapsed").label("lapsed"),
    ).where(
        AssignmentRow.person_id.between(first, last),
        AssignmentRow.module_id.in_(list(module_ids)),
        AssignmentRow.is_current,
    )
    return list(session.execute(statement))


def list_records(session: Session, first: int, last: int, module_ids: Collection[int]) -> list[Row[Any]]:
    """Return the records of modules that were not revoked, oldest first, for people whose keys lie between two."""
    statement = (
        select(CompletionRow.person_id, AssignmentRow.module_id, CompletionRow.completed_on, CompletionRow.valid_until)
        .join(AssignmentRow, AssignmentRow.id == CompletionRow.assignment_id)
        .where(
            CompletionRow.person_id.between(first, last),
            AssignmentRow.module_id.in_(list(module_ids)),
            ~exists().where(RevocationRow.completion_id == CompletionRow.id),
        )
        .order_by(CompletionRow.completed_at, CompletionRow.id)
    )
    return list(session.execute(statement))


def list_holders_of(session: Session, role: str, today: date) -> set[int]:
    """Return who holds a role on a day."""
    statement = select(RoleGrantRow.person_id).where(
        RoleGrantRow.role == role,
        RoleGrantRow.starts_on <= today,
        or_(RoleGrantRow.ends_on.is_(None), RoleGrantRow.ends_on >= today),
    )
    return set(session.scalars(statement))


def list_person_ids(session: Session, public_ids: Collection[str]) -> dict[str, int]:
    """Return the keys of people by their public ids."""
    found: dict[str, int] = {}
    for some in batches(public_ids):
        statement = select(PersonRow.public_id, PersonRow.id).where(PersonRow.public_id.in_(some))
        found |= {row[0]: row[1] for row in session.execute(statement)}
    return found


def list_people_of_addresses(session: Session, addresses: Collection[str]) -> dict[str, str]:
    """Return the public ids of people by their e-mail addresses in small letters."""
    found: dict[str, str] = {}
    for some in batches(addresses):
        statement = select(func.lower(PersonRow.email), PersonRow.public_id)
        found |= {row[0]: row[1] for row in session.execute(statement.where(func.lower(PersonRow.email).in_(some)))}
    return found


def begin_cycles(session: Session, replaced: Sequence[int], rows: Sequence[Mapping[str, Any]]) -> int:
    """Write new cycles and take the place of those before them; a cycle that is there already is left as it is."""
    for some in batches(replaced):
        session.execute(update(_assignment).where(_assignment.c.id.in_(some)).values(is_current=False))
    if not rows:
        return 0
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(_assignment).on_conflict_do_nothing(index_elements=["person_id", "module_id", "cycle"])
    # A driver that sends many rows at once does not count them.
    return len(session.execute(statement.returning(_assignment.c.id), list(rows)).all())


def lapse(session: Session, assignment_ids: Collection[int], reason: str, by: str, now: datetime) -> int:
    """Excuse from what was not begun, each with its change; what was begun in the meantime stays. Return how many."""
    lapsed = 0
    for some in batches(assignment_ids):
        statement = (
            update(_assignment)
            .where(_assignment.c.id.in_(some), _assignment.c.is_current, _assignment.c.state == "not_begun")
            .values(state="excused", state_since=now, is_late=False)
            .returning(_assignment.c.id, _assignment.c.due_on)
        )
        words = {"kind": "lapsed", "reason": reason, "made_by": by, "made_at": now}
        changes = [
            {**words, "assignment_id": row.id, "due_before": row.due_on, "due_after": row.due_on}
            for row in session.execute(statement)
        ]
        if changes:
            session.execute(insert(AssignmentChangeRow), changes)
        lapsed += len(changes)
    return lapsed


def hand_over(session: Session, assignment_ids: Collection[int], rule_id: int) -> None:
    """Let another rule of the same module stand behind assignments."""
    for some in batches(assignment_ids):
        session.execute(update(_assignment).where(_assignment.c.id.in_(some)).values(rule_id=rule_id))


def count_by_rule(session: Session) -> dict[int, tuple[int, int, int]]:
    """Return for each rule how many of its current assignments of people here are open, late, and completed."""
    is_open = AssignmentRow.state.not_in(DONE)
    statement = (
        select(
            AssignmentRow.rule_id,
            func.count().filter(is_open),
            func.count().filter(and_(is_open, AssignmentRow.is_late)),
            func.count().filter(AssignmentRow.state == "completed"),
        )
        .where(AssignmentRow.rule_id.is_not(None), AssignmentRow.is_current, AssignmentRow.unit_id.is_not(None))
        .group_by(AssignmentRow.rule_id)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(statement) if row[0] is not None}


def count_not_begun(session: Session, rule_id: int) -> int:
    """Return how many current assignments of a rule were not begun."""
    statement = select(func.count()).where(
        AssignmentRow.rule_id == rule_id, AssignmentRow.is_current, AssignmentRow.state == "not_begun"
    )
    return session.scalar(statement) or 0


def list_to_change(session: Session, public_ids: Collection[str]) -> list[AssignmentRow]:
    """Return assignments by public ids in order of their keys, held until the transaction ends."""
    found: list[AssignmentRow] = []
    for some in batches(public_ids):
        statement = select(AssignmentRow).where(AssignmentRow.public_id.in_(some))
        found += session.scalars(statement.order_by(AssignmentRow.id).with_for_update())
    return found


def find_assignment(session: Session, person_id: int, module_key: str) -> AssignmentRow | None:
    """Return the newest cycle of a module that is assigned to a person."""
    statement = (
        select(AssignmentRow)
        .join(ModuleRow, ModuleRow.id == AssignmentRow.module_id)
        .where(AssignmentRow.person_id == person_id, ModuleRow.key == module_key)
        .order_by(AssignmentRow.cycle.desc())
        .limit(1)
    )
    return session.scalar(statement)


def list_cycles(session: Session, person_id: int) -> list[tuple[AssignmentRow, ModuleRow]]:
    """Return every cycle of every module of a person: by module, the newest first."""
    statement = (
        select(AssignmentRow, ModuleRow)
        .join(ModuleRow, ModuleRow.id == AssignmentRow.module_id)
        .where(AssignmentRow.person_id == person_id)
        .order_by(ModuleRow.key, AssignmentRow.cycle.desc())
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def list_changes(session: Session, assignment_ids: Collection[int]) -> list[AssignmentChangeRow]:
    """Return what was decided of assignments, oldest first."""
    found: list[AssignmentChangeRow] = []
    for some in batches(assignment_ids):
        statement = select(AssignmentChangeRow).where(AssignmentChangeRow.assignment_id.in_(some))
        found += session.scalars(statement.order_by(AssignmentChangeRow.id))
    return found
