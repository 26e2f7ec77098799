"""Rules that give assignments: whom each covers, what it gives them today, and what nobody asks of them any more."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.assignments import AssignmentRuleRow
from quiz.db.queries import assigning as queries
from quiz.db.queries import catalogue, people
from quiz.db.queries.turning import DONE
from quiz.engine.assigning import Because, Due, Grant, Renewal, Standing, Terms, decide, earliest
from quiz.engine.periods import Period
from quiz.engine.selection import Standing as Counting
from quiz.services.organisation import get_choices
from quiz.services.pinned import get_pinned
from quiz.services.unit_of_work import UnitOfWork, Works

AT_ONCE = 1000
ANOTHER_JURISDICTION, NOTHING_COUNTS = "another-jurisdiction", "nothing-counts"
MOVED = "moved"
_TARGET = Target("assignment-rules")

# A person as `queries.list_people` returns one.
Person = Any


@dataclass(frozen=True, slots=True)
class Known:
    """Some people in order of their keys, with the newest cycle and the newest record of each and each module."""

    people: Sequence[Person]
    current: Mapping[tuple[int, int], Any]
    records: Mapping[tuple[int, int], Any]
    today: date
    civil_day: Callable[[Any], date]

    def standing(self, person_id: int, module_id: int) -> Standing:
        """Return where a person stands with a module."""
        current = self.current.get((person_id, module_id))
        record = self.records.get((person_id, module_id))
        is_waived = current is not None and current.state == "excused" and not current.lapsed
        return Standing(
            is_open=current is not None and current.state not in DONE,
            waived_on=self.civil_day(current.state_since) if current is not None and is_waived else None,
            completed_on=record.completed_on if record else None,
            valid_until=record.valid_until if record else None,
        )


@dataclass(frozen=True, slots=True)
class LiveRule:
    """A rule that holds today, with all that is needed to ask it about anybody.

    `counts` names the countries of the module, and whether anything in it would count for their people.
    """

    rule_id: int
    module_id: int
    module_version: int
    scope: str
    terms: Terms
    counts: Mapping[str, bool]
    covers: Callable[[Person], bool]

    def hindrance(self, person: Person) -> str | None:
        """Return why a person could never pass the module, or None."""
        if person.jurisdiction not in self.counts:
            return ANOTHER_JURISDICTION
        return None if self.counts[person.jurisdiction] else NOTHING_COUNTS

    def says(self, known: Known, person: Person) -> Grant | str:
        """Return what the rule gives a person whom it covers today, or the code of why it gives nothing."""
        hindrance = self.hindrance(person)
        if hindrance is not None:
            return hindrance
        said = decide(self.terms, person.joined_on, known.standing(person.id, self.module_id), known.today)
        return said.value if isinstance(said, Because) else said


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What rules did to some people; `last` is the last of these people, None where nobody is left."""

    last: int | None
    people: int
    assigned: int
    lapsed: int


@dataclass(slots=True)
class _Changes:
    replaced: list[int] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    lapsed: list[int] = field(default_factory=list)
    handed: dict[int, list[int]] = field(default_factory=dict)


def run_rules(works: Works, actor: Actor, most: int = AT_ONCE) -> Evaluated:
    """Evaluate all rules over everybody and return what became of it."""
    done = list(pieces(works, actor, most))
    return Evaluated(
        None, sum(one.people for one in done), sum(one.assigned for one in done), sum(one.lapsed for one in done)
    )


def pieces(works: Works, actor: Actor, most: int = AT_ONCE) -> Iterator[Evaluated]:
    """Evaluate all rules over everybody, some people a transaction; cut short, doing it again does the rest."""
    after: int | None = 0
    while after is not None:
        with works.writing(actor) as work:
            done = evaluate_rules(work, after, most)
        yield done
        after = done.last


def evaluate_rules(work: UnitOfWork, after: int = 0, most: int = AT_ONCE) -> Evaluated:
    """Give some people, from after one of them, what the rules ask of them today; twice or late it does no harm.

    What was not begun lapses where the rule was for a unit that the person has left and no other rule asks it.
    No mail is asked for: whoever reminds people finds what is new among the assignments that have a rule.
    """
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, _TARGET)
    rules = list_live(work)
    known = _know(work, rules, after, most)
    if not rules or not known.people:
        return Evaluated(None, 0, 0, 0)
    changes = _Changes()
    for module_id, asking in _by_module(rules).items():
        for person in known.people:
            _ask(work, changes, known, person, asking, known.current.get((person.id, module_id)))
    assigned, lapsed = _write(work, changes, MOVED)
    if assigned or lapsed:
        work.audit(Permission.PEOPLE_ASSIGNMENT_WRITE, _TARGET, assigned=assigned, lapsed=lapsed, after=after)
    last = known.people[-1].id if len(known.people) == most else None
    return Evaluated(last, len(known.people), assigned, lapsed)


def release(work: UnitOfWork, rule: AssignmentRuleRow, reason: str) -> int:
    """Let what an ended rule gave and nobody began lapse, unless another rule asks it too; return how many lapsed."""
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, Target("assignment-rule", rule.public_id))
    others = [one for one in list_live(work) if one.module_id == rule.module_id]
    lapsed = 0
    for known in know_everybody(work, [rule.module_id]):
        changes = _Changes()
        for person in known.people:
            current = known.current.get((person.id, rule.module_id))
            if current is not None and current.rule_id == rule.id and current.state == "not_begun":
                _let_go(changes, person, others, current.id)
        lapsed += _write(work, changes, reason)[1]
    return lapsed


def list_live(work: UnitOfWork) -> list[LiveRule]:
    """Return the rules that hold today, the oldest first; one whose module is not published gives nothing."""
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, _TARGET)
    today = get_choices(work).civil_day(work.now)
    rows = [row for row, _ in reversed(queries.list_rules(work.session, ended_too=False)) if row.starts_on <= today]
    found = (make_live(work, row, today) for row in rows)
    return [one for one in found if one is not None]


def make_live(work: UnitOfWork, row: AssignmentRuleRow, today: date) -> LiveRule | None:
    """Return a rule as it can be asked about people; None where its module is not published."""
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, _TARGET)
    module = catalogue.find_module_by_id(work.session, row.module_id)
    if module is None or module.current_version_id is None:
        return None
    pinned = get_pinned(work, module.current_version_id)
    adopted = catalogue.list_adopted(work.session)
    counts = work.tools.kept.trials.get(
        ("counts", pinned.version_id, adopted),
        lambda: {
            country: pinned.may_count(Counting(country, pinned.module.minimum_verification, adopted))
            for country in pinned.module.jurisdictions
        },
    )
    terms = Terms(
        starts_on=row.starts_on,
        due=Due(row.due),
        due_on=row.due_on,
        due_after=Period.parse(row.due_after) if row.due_after else None,
        renewal=Renewal(row.renewal),
        renew_before=Period.parse(row.renew_before) if row.renew_before else None,
        proposal=pinned.module.due,
    )
    covers = _covering(work, row, today)
    return LiveRule(row.id, row.module_id, pinned.version_id, row.scope, terms, counts, covers)


def know_everybody(work: UnitOfWork, module_ids: Sequence[int], most: int = AT_ONCE) -> Iterator[Known]:
    """Give everybody at work, some at a time, with where they stand with some modules."""
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, _TARGET)
    after = 0
    while True:
        known = _know_of(work, module_ids, after, most)
        if not known.people:
            return
        yield known
        after = known.people[-1].id


def _covering(work: UnitOfWork, row: AssignmentRuleRow, today: date) -> Callable[[Person], bool]:
    within, starts_on = row.within, row.starts_on
    if row.scope == "joiners":
        return lambda person: person.joined_on is not None and person.joined_on >= starts_on
    if row.scope == "unit":
        unit = people.find_unit(work.session, within["unit"])
        units = people.list_subtree(work.session, {unit.id} if unit else set())
        return lambda person: person.unit_id in units
    if row.scope == "role":
        holders = queries.list_holders_of(work.session, within["role"], today)
        return lambda person: person.id in holders
    if row.scope == "people":
        named = frozenset(within["people"])
        return lambda person: person.public_id in named
    audience = within.get("audience", "everyone")
    return lambda person: audience == "everyone" or audience in person.job_families


def _know(work: UnitOfWork, rules: Sequence[LiveRule], after: int, most: int) -> Known:
    return _know_of(work, sorted({rule.module_id for rule in rules}), after, most)


def _know_of(work: UnitOfWork, module_ids: Sequence[int], after: int, most: int) -> Known:
    choices = get_choices(work)
    found = queries.list_people(work.session, after, most, work.now) if module_ids else []
    current: dict[tuple[int, int], Any] = {}
    records: dict[tuple[int, int], Any] = {}
    if found:
        ends = found[0].id, found[-1].id
        current = {(row.person_id, row.module_id): row for row in queries.list_current(work.session, *ends, module_ids)}
        # The oldest come first, so that the newest stays.
        records = {(row.person_id, row.module_id): row for row in queries.list_records(work.session, *ends, module_ids)}
    return Known(found, current, records, choices.civil_day(work.now), choices.civil_day)


def _by_module(rules: Sequence[LiveRule]) -> dict[int, list[LiveRule]]:
    found: dict[int, list[LiveRule]] = {}
    for rule in rules:
        found.setdefault(rule.module_id, []).append(rule)
    return found


def _ask(
    work: UnitOfWork, changes: _Changes, known: Known, person: Person, asking: Sequence[LiveRule], current: Any
) -> None:
    if current is not None and current.state == "not_begun":
        behind = next((rule for rule in asking if rule.rule_id == current.rule_id), None)
        if behind is not None and behind.scope == "unit" and not behind.covers(person):
            _let_go(changes, person, asking, current.id)
    if current is not None and current.state not in DONE:
        return
    said = [(rule, rule.says(known, person)) for rule in asking if rule.covers(person)]
    grants = [(rule, found) for rule, found in said if isinstance(found, Grant)]
    best = earliest(found for _, found in grants)
    if best is None:
        return
    rule = next(rule for rule, found in grants if found == best)
    if current is not None:
        changes.replaced.append(current.id)
    changes.rows.append(
        {
            "public_id": work.new_id(),
            "person_id": person.id,
            "module_id": rule.module_id,
            "cycle": current.cycle + 1 if current is not None else 1,
            "assigned_at": work.now,
            "due_on": best.due_on,
            "state": "not_begun",
            "state_since": work.now,
            "rule_id": rule.rule_id,
            "unit_id": person.unit_id,
        }
    )


def _let_go(changes: _Changes, person: Person, asking: Sequence[LiveRule], assignment_id: int) -> None:
    """Let an assignment lapse, or another rule stand behind it that covers the person as well."""
    other = next((rule for rule in asking if rule.covers(person) and rule.hindrance(person) is None), None)
    if other is None:
        changes.lapsed.append(assignment_id)
    else:
        changes.handed.setdefault(other.rule_id, []).append(assignment_id)


def _write(work: UnitOfWork, changes: _Changes, reason: str) -> tuple[int, int]:
    for rule_id, handed in changes.handed.items():
        queries.hand_over(work.session, handed, rule_id)
    lapsed = queries.lapse(work.session, changes.lapsed, reason, work.actor.name, work.now)
    return queries.begin_cycles(work.session, changes.replaced, changes.rows), lapsed
