"""Why somebody may or may not do something, asked of the policy itself with what is true of them today."""

from dataclasses import dataclass

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.access.policy import Decision, Target, decide
from quiz.db.models.people import PersonRow
from quiz.db.queries import drafts, people
from quiz.services.errors import NotFound, Refused
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Explained:
    """A decision, and what it rests on: the roles of today, the units managed, by public id, and what was asked of."""

    decision: Decision
    person: str
    roles: tuple[str, ...]
    units: tuple[str, ...]
    target: Target


def explain(work: UnitOfWork, person: str, permission: Permission, about: str = "") -> Explained:
    """Return whether a person, by mail or public id, may do something, and why.

    `about` is what they would do it to: nothing in particular, `own`, `person:` with a mail or public id,
    `unit:` with a code or public id, or `draft:` with a public id. Raise NotFound, or Refused where it
    is none of these.
    """
    work.require(Permission.TRACE_ACCESS_EXPLAIN, Target("person"))
    row = _person(work, person)
    actor = _actor(work, row)
    target = _target(work, row, about)
    managed = sorted(unit.public_id for unit in people.list_units(work.session) if unit.id in actor.managed_units)
    decision = decide(actor, permission, target)
    return Explained(decision, row.public_id, tuple(sorted(actor.roles)), tuple(managed), target)


def _person(work: UnitOfWork, said: str) -> PersonRow:
    row = people.find_person_by_email(work.session, said) or people.find_person_by_public_id(work.session, said)
    if row is None:
        raise NotFound("person")
    return row


def _actor(work: UnitOfWork, row: PersonRow) -> Actor:
    """Return a person as pages see them today; whoever left is nobody, since they cannot sign in."""
    if row.active_until is not None and row.active_until <= work.now:
        return Actor.nobody()
    held = people.list_role_grants(work.session, row.id, get_choices(work).civil_day(work.now))
    units = {one.unit_id for one in held if one.role == Role.MANAGER and one.unit_id is not None}
    return Actor(
        f"person:{row.public_id}",
        row.id,
        frozenset({Role.LEARNER, *(Role(one.role) for one in held)}),
        frozenset(people.list_subtree(work.session, units)) if units else frozenset(),
    )


def _target(work: UnitOfWork, row: PersonRow, about: str) -> Target:
    kind, _, said = about.partition(":")
    if not about:
        return Target("anything")
    if about == "own":
        return Target("own", row.public_id, owner_id=row.id, unit_id=row.unit_id)
    if kind == "person":
        other = _person(work, said)
        return Target("person", other.public_id, owner_id=other.id, unit_id=other.unit_id)
    if kind == "unit":
        for unit in people.list_units(work.session):
            if said and said in {unit.public_id, unit.code}:
                return Target("unit", unit.public_id, unit_id=unit.id)
        raise NotFound("unit")
    if kind == "draft":
        draft = drafts.find_draft(work.session, said)
        if draft is None:
            raise NotFound("draft")
        return Target("draft", said, author_ids=frozenset(drafts.list_authors(work.session, draft)))
    raise Refused("target-unknown", field="target")
