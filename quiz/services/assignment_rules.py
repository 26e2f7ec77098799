"""HR's rules: what each would do today before it is made, making it, ending it, and how each stands."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.assignments import AssignmentRuleRow
from quiz.db.queries import assigning as queries
from quiz.db.queries import catalogue, people
from quiz.engine.assigning import Due, Grant, Renewal
from quiz.engine.periods import Period
from quiz.engine.scenario import AUDIENCES
from quiz.engine.text import Text
from quiz.events import AssignmentRuleMade
from quiz.services.errors import NotFound, Refused
from quiz.services.evaluating import know_everybody, make_live, release
from quiz.services.extending import checked_reason
from quiz.services.organisation import get_choices
from quiz.services.pinned import get_pinned
from quiz.services.unit_of_work import UnitOfWork

SCOPES = ("everybody", "joiners", "unit", "role", "audience", "people")
ROLES = tuple(role.value for role in Role if role is not Role.LEARNER)
# So many are shown by name before a rule is made; all are counted.
MOST_SHOWN = 50
_RULES = Target("assignment-rules")


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule as it is typed: periods as `P90D`, and one of `unit`, `role`, `audience`, `people` by its scope."""

    module_key: str
    scope: str
    starts_on: date
    reason: str
    unit: str = ""
    role: str = ""
    audience: str = ""
    people: tuple[str, ...] = ()
    due: str = Due.MODULE.value
    due_on: date | None = None
    due_after: str = ""
    renewal: str = Renewal.NONE.value
    renew_before: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """Somebody who would get an assignment, and by when it would be due."""

    person_id: str
    name: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class RulePreview:
    """Exactly what a rule would do today: how many it covers, who would get an assignment, and why others would not.

    `given` are the first of them by key, `left_out` the number of people by the code of the reason.
    """

    module_title: Text
    covered: int
    assigned: int
    given: tuple[Given, ...]
    left_out: Mapping[str, int]
    starts_later: bool


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule and how its current assignments stand; `within` is the name of the unit, or a code, or a number."""

    public_id: str
    module_key: str
    module_title: Text
    scope: str
    within: Text | str | int
    due: str
    due_on: date | None
    due_after: str | None
    renewal: str
    renew_before: str | None
    starts_on: date
    made_at: datetime
    ended_at: datetime | None
    reason: str
    open: int
    late: int
    completed: int


@dataclass(frozen=True, slots=True)
class RuleChoices:
    """What a rule can be made of: the published modules, and the units in order."""

    modules: tuple[tuple[str, Text], ...]
    units: tuple[tuple[str, Text], ...] = field(default=())


def list_choices(work: UnitOfWork) -> RuleChoices:
    """Return the modules and units that a rule may name."""
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, _RULES)
    published = [row for row in catalogue.list_modules(work.session) if row.current_version_id is not None]
    return RuleChoices(
        tuple((row.key, get_pinned(work, row.current_version_id or 0).module.title) for row in published),
        tuple((row.public_id, Text(row.name)) for row in people.list_units(work.session) if row.closed_on is None),
    )


def find_people(work: UnitOfWork, addresses: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the public ids of people by e-mail address, and the addresses that are nobody's."""
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, _RULES)
    wanted = list(dict.fromkeys(one.strip().lower() for one in addresses if one.strip()))
    found = queries.list_people_of_addresses(work.session, wanted)
    return tuple(found[one] for one in wanted if one in found), tuple(one for one in wanted if one not in found)


def preview_rule(work: UnitOfWork, draft: RuleDraft) -> RulePreview:
    """Return exactly what a rule would do today; nothing is written. Raise Refused as making it would."""
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, _RULES)
    today = get_choices(work).civil_day(work.now)
    row = _checked(work, draft, today)
    live = make_live(work, row, today)
    if live is None:
        raise Refused("module-unknown", field="module")
    reasons: Counter[str] = Counter()
    covered, assigned = 0, 0
    given: list[Given] = []
    for known in know_everybody(work, [row.module_id]):
        for person in known.people:
            if not live.covers(person):
                continue
            covered += 1
            said = live.says(known, person)
            if not isinstance(said, Grant):
                reasons[said] += 1
                continue
            assigned += 1
            if len(given) < MOST_SHOWN:
                given.append(Given(person.public_id, person.name, said.due_on))
    title = get_pinned(work, live.module_version).module.title
    return RulePreview(title, covered, assigned, tuple(given), dict(sorted(reasons.items())), row.starts_on > today)


def make_rule(work: UnitOfWork, draft: RuleDraft) -> str:
    """Make a rule and ask that it be evaluated at once; return its public id. Refused names the field at fault."""
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, _RULES)
    row = _checked(work, draft, get_choices(work).civil_day(work.now))
    work.session.add(row)
    work.session.flush()
    target = Target("assignment-rule", row.public_id)
    work.audit(Permission.PEOPLE_ASSIGNMENT_WRITE, target, module=draft.module_key, scope=row.scope, what="made")
    work.record(AssignmentRuleMade(row.public_id))
    return row.public_id


def end_rule(work: UnitOfWork, public_id: str, reason: str, lapse: bool = False) -> int:
    """End a rule; by choice, what nobody has begun lapses unless another rule asks it. Return how many lapsed.

    Nothing is deleted, and ending a rule that has ended changes nothing. Raise NotFound or Refused.
    """
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, Target("assignment-rule", public_id))
    row = queries.find_rule(work.session, public_id, for_update=True)
    if row is None:
        raise NotFound("assignment-rule")
    words = checked_reason(reason)
    if row.ended_at is not None:
        return 0
    row.ended_at = work.now
    work.session.flush()
    lapsed = release(work, row, words) if lapse else 0
    target = Target("assignment-rule", public_id)
    work.audit(Permission.PEOPLE_ASSIGNMENT_WRITE, target, what="ended", reason=words, lapsed=lapsed)
    return lapsed


def list_rules(work: UnitOfWork) -> tuple[RuleLine, ...]:
    """Return every rule with its figures, the newest first and those that have ended last."""
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, _RULES)
    figures = queries.count_by_rule(work.session)
    names = {row.public_id: Text(row.name) for row in people.list_units(work.session)}
    return tuple(
        _line(work, row, module.key, module.current_version_id, names, figures.get(row.id, (0, 0, 0)))
        for row, module in queries.list_rules(work.session)
    )


def get_rule(work: UnitOfWork, public_id: str) -> tuple[RuleLine, int]:
    """Return a rule, and how many of its assignments nobody has begun; raise NotFound."""
    row = queries.find_rule(work.session, public_id)
    for line in list_rules(work):
        if row is not None and line.public_id == public_id:
            return line, queries.count_not_begun(work.session, row.id)
    raise NotFound("assignment-rule")


def _line(
    work: UnitOfWork,
    row: AssignmentRuleRow,
    key: str,
    version: int | None,
    names: Mapping[str, Text],
    figures: tuple[int, int, int],
) -> RuleLine:
    within: Text | str | int = row.within.get("role") or row.within.get("audience") or ""
    if row.scope == "unit":
        within = names[row.within["unit"]]
    elif row.scope == "people":
        within = len(row.within["people"])
    title = get_pinned(work, version).module.title if version is not None else Text({"ar": key, "en": key})
    return RuleLine(
        public_id=row.public_id,
        module_key=key,
        module_title=title,
        scope=row.scope,
        within=within,
        due=row.due,
        due_on=row.due_on,
        due_after=row.due_after,
        renewal=row.renewal,
        renew_before=row.renew_before,
        starts_on=row.starts_on,
        made_at=row.made_at,
        ended_at=row.ended_at,
        reason=row.reason,
        open=figures[0],
        late=figures[1],
        completed=figures[2],
    )


def _checked(work: UnitOfWork, draft: RuleDraft, today: date) -> AssignmentRuleRow:
    """Return the row of a draft that can be a rule; it is not added to the session."""
    module = catalogue.find_module(work.session, draft.module_key)
    if module is None or module.current_version_id is None:
        raise Refused("module-unknown", field="module")
    if draft.scope not in SCOPES:
        raise Refused("scope-unknown", field="scope")
    if draft.due not in set(Due):
        raise Refused("due-unknown", field="due")
    if draft.renewal not in set(Renewal):
        raise Refused("renewal-unknown", field="renewal")
    is_fixed, is_counted = draft.due == Due.FIXED, draft.due in {Due.AFTER_JOINING, Due.AFTER_ASSIGNMENT}
    if is_fixed and (draft.due_on is None or draft.due_on < max(today, draft.starts_on)):
        raise Refused("day-past" if draft.due_on else "day-missing", field="due_on")
    renews = draft.renewal == Renewal.BEFORE_EXPIRY
    ahead = _period(draft.renew_before, "renew_before") if renews else None
    validity = get_pinned(work, module.current_version_id).module.validity
    # Otherwise the next cycle would begin on the day after a completion.
    if ahead is not None and ahead.after(today) >= validity.after(today):
        raise Refused("renews-too-early", field="renew_before")
    if is_counted:
        _period(draft.due_after, "due_after")
    return AssignmentRuleRow(
        public_id=work.new_id(),
        module_id=module.id,
        scope=draft.scope,
        within=_within(work, draft),
        due=draft.due,
        due_on=draft.due_on if is_fixed else None,
        due_after=draft.due_after if is_counted else None,
        renewal=draft.renewal,
        renew_before=draft.renew_before if renews else None,
        starts_on=draft.starts_on,
        reason=checked_reason(draft.reason),
        made_by=work.actor.name,
        made_at=work.now,
    )


def _within(work: UnitOfWork, draft: RuleDraft) -> dict[str, Any]:
    if draft.scope == "unit":
        if people.find_unit(work.session, draft.unit) is None:
            raise Refused("unit-unknown", field="unit")
        return {"unit": draft.unit}
    if draft.scope == "role":
        if draft.role not in ROLES:
            raise Refused("role-unknown", field="role")
        return {"role": draft.role}
    if draft.scope == "audience":
        if draft.audience not in AUDIENCES:
            raise Refused("audience-unknown", field="audience")
        return {"audience": draft.audience}
    if draft.scope == "people":
        if not draft.people:
            raise Refused("nobody-named", field="people")
        if len(queries.list_person_ids(work.session, draft.people)) != len(set(draft.people)):
            raise Refused("person-unknown", field="people")
        return {"people": sorted(set(draft.people))}
    return {}


def _period(text: str, name: str) -> Period:
    """Return a period of whole days that is not nothing and not out of all bounds."""
    if len(text) > 32:
        raise Refused("period-unknown", field=name)
    try:
        period = Period.parse(text)
    except ValueError:
        raise Refused("period-unknown", field=name) from None
    if period.seconds or not 0 < period.months * 31 + period.days <= 3660:
        raise Refused("period-unknown", field=name)
    return period
