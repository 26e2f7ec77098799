"""Why somebody may or may not do something, asked of the policy itself with what is true of them today."""

from dataclasses import dataclass
from datetime import date

from quiz.access.permissions import Permission
from quiz.access.policy import Decision, Target, decide
from quiz.db.models.people import PersonRow, RoleGrantRow
from quiz.db.queries import catalogue, drafts, people
from quiz.engine.scenario import BANKS
from quiz.services.belonging import draft_target, scenario_target
from quiz.services.errors import NotFound, Refused
from quiz.services.organisation import get_choices
from quiz.services.roles import actor_of, is_sound
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that was given, its bounds and days, and how it stands today.

    It is `held`, `to-come`, `over`, or `bounds-unknown` where its role knows no such bounds and it gives nothing.
    """

    role: str
    bank: str | None
    unit: str | None
    starts_on: date
    ends_on: date | None
    state: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A decision, and what it rests on: the roles of today, the units managed, by public id, and what was asked of.

    `grants` is every role that was ever given, so that one whose day is past or has not come explains a refusal.
    """

    decision: Decision
    person: str
    roles: tuple[str, ...]
    units: tuple[str, ...]
    grants: tuple[Grant, ...]
    target: Target


def explain(work: UnitOfWork, person: str, permission: Permission, about: str = "") -> Explained:
    """Return whether a person, by mail or public id, may do something, and why.

    `about` is what they would do it to: nothing in particular, `own`, `person:` with a mail or public id,
    `unit:` with a code or public id, `bank:` with its key, `scenario:` with a key, or `draft:` with a public id.
    Raise NotFound, or Refused where it is none of these.
    """
    work.require(Permission.TRACE_ACCESS_EXPLAIN, Target("person"))
    row = _person(work, person)
    actor = actor_of(work, row)
    target = _target(work, row, about)
    managed = sorted(unit.public_id for unit in people.list_units(work.session) if unit.id in actor.managed_units)
    decision = decide(actor, permission, target)
    return Explained(decision, row.public_id, tuple(sorted(actor.roles)), tuple(managed), _grants(work, row), target)


def _person(work: UnitOfWork, said: str) -> PersonRow:
    row = people.find_person_by_email(work.session, said) or people.find_person_by_public_id(work.session, said)
    if row is None:
        raise NotFound("person")
    return row


def _grants(work: UnitOfWork, row: PersonRow) -> tuple[Grant, ...]:
    today = get_choices(work).civil_day(work.now)
    units = {unit.id: unit.public_id for unit in people.list_units(work.session)}
    return tuple(
        Grant(
            one.role,
            one.bank,
            units[one.unit_id] if one.unit_id is not None else None,
            one.starts_on,
            one.ends_on,
            _state(one, today),
        )
        for one in people.list_all_grants(work.session, row.id)
    )


def _state(grant: RoleGrantRow, today: date) -> str:
    if not is_sound(grant.role, grant.unit_id, grant.bank):
        return "bounds-unknown"
    if grant.ends_on is not None and grant.ends_on < today:
        return "over"
    return "held" if grant.starts_on <= today else "to-come"


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
    return _content_target(work, kind, said)


def _content_target(work: UnitOfWork, kind: str, said: str) -> Target:
    if kind == "draft":
        draft = drafts.find_draft(work.session, said)
        if draft is None:
            raise NotFound("draft")
        return draft_target(work, draft, drafts.list_authors(work.session, draft))
    if kind == "bank":
        if said not in BANKS:
            raise NotFound("bank")
        return Target("bank", said, banks=frozenset({said}))
    if kind == "scenario":
        if catalogue.find_scenario(work.session, said) is None:
            raise NotFound("scenario")
        return scenario_target(work, said)
    raise Refused("target-unknown", field="target")
