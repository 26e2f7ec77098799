"""Rules through the years: who is asked what, by when, when again, and what nobody asks any more."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from quiz.access.permissions import Permission
from quiz.db.models.assignments import AssignmentChangeRow, AssignmentRow
from quiz.db.models.catalogue import ModuleRow
from quiz.db.models.completions import CompletionRow
from quiz.db.models.people import PersonRow
from quiz.db.queries import assigning as queries
from quiz.db.queries import tallies
from quiz.engine.text import Text
from quiz.services import assignment_rules, completing, evaluating, people, turning
from quiz.services.assignment_rules import RuleDraft
from quiz.services.errors import NotFound, Refused
from quiz.services.evaluating import Evaluated
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.learning import finish
from tests.services.deeds.conftest import DRILL, EXAM, Publish, audit, outbox

TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def modules(publish: Publish) -> None:
    """Two modules that are completed by passing them."""
    publish(DRILL, pledge=None)
    publish(EXAM, pledge=None)


def draft(module: str = DRILL, scope: str = "everybody", **others: Any) -> RuleDraft:
    return RuleDraft(module, scope, **{"starts_on": TODAY, "reason": "قرار رئيس الجهة", **others})


def make(works: Works, module: str = DRILL, scope: str = "everybody", **others: Any) -> str:
    with works.writing(SYSTEM) as work:
        return assignment_rules.make_rule(work, draft(module, scope, **others))


def run(works: Works, most: int = 2) -> tuple[int, int]:
    """Evaluate the rules, and check the counts; return how many were assigned and how many lapsed."""
    done = evaluating.run_rules(works, SYSTEM, most)
    with works.writing(SYSTEM) as work:
        turning.turn_day(work)
    with works.database.reads() as session:
        assert tallies.list_differences(session) == []
    return done.assigned, done.lapsed


def rows(works: Works, someone: Someone, every: bool = False) -> list[AssignmentRow]:
    statement = select(AssignmentRow).where(AssignmentRow.person_id == someone.actor.person_id)
    if not every:
        statement = statement.where(AssignmentRow.is_current)
    with works.database.reads() as session:
        return list(session.scalars(statement.order_by(AssignmentRow.module_id, AssignmentRow.cycle)))


def one(works: Works, someone: Someone) -> AssignmentRow:
    (row,) = rows(works, someone)
    return row


def at(clock: Clock, day: str) -> None:
    clock.now = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=UTC)


def move(works: Works, someone: Someone, unit: str) -> None:
    with works.database.writes() as session:
        place = select(text("id")).select_from(text("unit")).where(text("public_id = :unit")).params(unit=unit)
        session.execute(
            update(PersonRow).where(PersonRow.id == someone.actor.person_id).values(unit_id=session.scalar(place))
        )
        session.commit()


@pytest.fixture
def elsewhere(works: Works) -> str:
    with works.writing(SYSTEM) as work:
        return people.add_unit(work, Text({"ar": "إدارة أخرى", "en": "Another department"}), "EG")


def test_a_year_of_a_joiner(works: Works, make_person: MakePerson, clock: Clock, publish: Publish) -> None:
    publish(DRILL, pledge=None, validity="P1Y")
    veteran = make_person()
    with works.database.writes() as session:
        session.execute(update(PersonRow).values(joined_on=date(2019, 1, 1)))
        session.commit()
    joiner = make_person()
    make(works, scope="joiners", due="after_joining", due_after="P90D", renewal="before_expiry", renew_before="P60D")
    at(clock, "2026-11-25")
    assert run(works) == (1, 0)
    assert rows(works, veteran) == []
    first = one(works, joiner)
    assert (first.cycle, first.due_on, first.is_late) == (1, TODAY + timedelta(days=90), False)
    # Again on the same day, and after three days that nobody turned.
    assert run(works) == (0, 0)
    at(clock, "2026-11-28")
    assert run(works) == (0, 0)
    at(clock, "2026-12-01")
    finish(works, joiner, DRILL, best=True)
    for day, assigned in (("2026-12-02", 0), ("2027-10-01", 0), ("2027-10-02", 1), ("2027-10-05", 0)):
        at(clock, day)
        assert run(works) == (assigned, 0), day
    old, new = rows(works, joiner, every=True)
    assert (old.cycle, old.state, old.is_current) == (1, "completed", False)
    assert (new.cycle, new.state, new.due_on) == (2, "not_begun", date(2027, 12, 1))
    at(clock, "2027-12-02")
    run(works)
    assert one(works, joiner).is_late is True


def test_what_is_asked_every_year(works: Works, make_person: MakePerson, clock: Clock) -> None:
    done, idle = make_person(), make_person()
    make(works, due="fixed", due_on=date(2026, 12, 15), renewal="calendar_year")
    assert run(works) == (2, 0)
    finish(works, done, DRILL, best=True)
    at(clock, "2026-12-31")
    assert run(works) == (0, 0)
    # Nobody turned the first days of the year.
    at(clock, "2027-01-04")
    assert run(works) == (1, 0)
    assert (one(works, done).cycle, one(works, done).due_on) == (2, date(2027, 12, 15))
    assert (one(works, idle).cycle, one(works, idle).due_on) == (1, date(2026, 12, 15))


def test_of_two_rules_the_earlier_day_wins(works: Works, make_person: MakePerson) -> None:
    hire = make_person()
    make(works, due="none")
    make(works, due="after_assignment", due_after="P30D")
    make(works, due="after_assignment", due_after="P3M")
    assert run(works) == (1, 0)
    assert one(works, hire).due_on == TODAY + timedelta(days=30)


def test_who_has_it_already_is_given_nothing(works: Works, make_person: MakePerson, hire: Someone) -> None:
    holder = make_person(modules=(DRILL,))
    assigned = make_person(modules=(DRILL,))
    finish(works, holder, DRILL, best=True)
    left = make_person()
    with works.database.writes() as session:
        gone = update(PersonRow).where(PersonRow.id == left.actor.person_id)
        session.execute(gone.values(active_until=datetime(2026, 11, 1, tzinfo=UTC)))
        session.commit()
    with works.writing(SYSTEM) as work:
        dubai = people.add_unit(work, Text({"ar": "إدارة", "en": "Department"}), "AE")
    make_person(place=dubai)
    with works.reading(SYSTEM) as work:
        found = assignment_rules.preview_rule(work, draft())
    assert (found.covered, found.assigned) == (4, 1)
    assert found.left_out == {"valid": 1, "assigned": 1, "another-jurisdiction": 1}
    assert [given.person_id for given in found.given] == [hire.public_id]
    make(works)
    assert run(works) == (1, 0)
    assert one(works, assigned).rule_id is None


def test_a_record_that_was_revoked_counts_for_nothing(works: Works, make_person: MakePerson) -> None:
    holder = make_person(modules=(DRILL,))
    finish(works, holder, DRILL, best=True)
    with works.database.reads() as session:
        record = session.scalar(text("SELECT public_id FROM completion"))
    with works.writing(SYSTEM) as work:
        completing.revoke_completion(work, str(record), Text({"ar": "سبب"}))
    make(works)
    assert run(works) == (1, 0)
    assert one(works, holder).cycle == 2


def test_who_moves_keeps_what_still_applies(
    works: Works, make_person: MakePerson, unit: str, elsewhere: str, clock: Clock
) -> None:
    idle, begun = make_person(), make_person()
    make(works, scope="unit", unit=unit)
    assert run(works) == (2, 0)
    finish(works, begun, DRILL, best=False)
    for someone in (idle, begun):
        move(works, someone, elsewhere)
    assert run(works) == (0, 1)
    assert one(works, idle).state == "excused"
    assert one(works, begun).state == "awaiting_next"
    with works.database.reads() as session:
        change = session.scalars(select(AssignmentChangeRow)).one()
    assert (change.kind, change.reason, change.assignment_id) == ("lapsed", "moved", one(works, idle).id)
    # Back again, it is asked again, as a cycle of its own.
    move(works, idle, unit)
    assert run(works) == (1, 0)
    assert [(row.cycle, row.state) for row in rows(works, idle, every=True)] == [(1, "excused"), (2, "not_begun")]


def test_what_another_rule_asks_as_well_does_not_lapse(
    works: Works, make_person: MakePerson, unit: str, elsewhere: str
) -> None:
    mover = make_person()
    ended = make(works, scope="unit", unit=unit, due="after_assignment", due_after="P9D")
    assert run(works) == (1, 0)
    before = one(works, mover)
    make(works, due="none")
    move(works, mover, elsewhere)
    assert run(works) == (0, 0)
    after = one(works, mover)
    assert (after.public_id, after.due_on, after.state) == (before.public_id, before.due_on, "not_begun")
    assert after.rule_id != before.rule_id
    with works.writing(SYSTEM) as work:
        assert assignment_rules.end_rule(work, ended, "تغير التنظيم", lapse=True) == 0


@pytest.mark.parametrize("lapse", [False, True])
def test_a_rule_that_ends_gives_nothing_more(works: Works, make_person: MakePerson, lapse: bool) -> None:
    idle, begun = make_person(), make_person()
    singly = make_person(modules=(DRILL,))
    rule = make(works)
    run(works)
    finish(works, begun, DRILL, best=False)
    with works.writing(SYSTEM) as work:
        assert assignment_rules.end_rule(work, rule, "انتهى الغرض", lapse) == lapse
        assert assignment_rules.end_rule(work, rule, "انتهى الغرض", lapse) == 0
    newcomer = make_person()
    assert run(works) == (0, 0)
    assert rows(works, newcomer) == []
    assert one(works, idle).state == ("excused" if lapse else "not_begun")
    assert one(works, singly).state == "not_begun"
    assert one(works, begun).state == "awaiting_next"
    with works.reading(SYSTEM) as work:
        (line,) = assignment_rules.list_rules(work)
        assert (line.open, line.late, line.completed, line.ended_at is None) == (2 - lapse, 0, 0, False)
        assert assignment_rules.get_rule(work, rule)[1] == (not lapse)
    with pytest.raises(NotFound), works.reading(SYSTEM) as work:
        assignment_rules.get_rule(work, "0" * 32)


def test_whom_a_rule_names(works: Works, make_person: MakePerson, unit: str, elsewhere: str) -> None:
    with works.writing(SYSTEM) as work:
        below = people.add_unit(work, Text({"ar": "قسم", "en": "Section"}), "EG", elsewhere)
    manager, there, family = make_person(), make_person(place=below), make_person()
    with works.writing(SYSTEM) as work:
        people.grant_role(work, manager.public_id, assignment_rules.Role.MANAGER)
        found, nobody = assignment_rules.find_people(work, [f" {family.email.upper()} ", "nobody@x.example", ""])
    assert (found, nobody) == ((family.public_id,), ("nobody@x.example",))
    with works.database.writes() as session:
        wanted = update(PersonRow).where(PersonRow.id == family.actor.person_id)
        session.execute(wanted.values(job_families=["procurement"]))
        session.commit()
    for scope, within, who in (
        ("unit", {"unit": elsewhere}, there),
        ("role", {"role": "manager"}, manager),
        ("audience", {"audience": "procurement"}, family),
        ("people", {"people": found}, family),
    ):
        with works.reading(SYSTEM) as work:
            preview = assignment_rules.preview_rule(work, draft(scope=scope, **within))
        assert [given.person_id for given in preview.given] == [who.public_id], scope


@pytest.mark.parametrize(
    ("fault", "field", "sent"),
    [
        ("module-unknown", "module", {"module": "no-such-module"}),
        ("scope-unknown", "scope", {"scope": "friends"}),
        ("unit-unknown", "unit", {"scope": "unit", "unit": "0"}),
        ("role-unknown", "role", {"scope": "role", "role": "learner"}),
        ("audience-unknown", "audience", {"scope": "audience", "audience": "x"}),
        ("nobody-named", "people", {"scope": "people"}),
        ("person-unknown", "people", {"scope": "people", "people": ("0" * 32,)}),
        ("due-unknown", "due", {"due": "soon"}),
        ("renewal-unknown", "renewal", {"renewal": "always"}),
        ("day-missing", "due_on", {"due": "fixed"}),
        ("day-past", "due_on", {"due": "fixed", "due_on": TODAY - timedelta(days=1)}),
        ("period-unknown", "due_after", {"due": "after_joining", "due_after": "PT5M"}),
        ("period-unknown", "due_after", {"due": "after_joining", "due_after": "P0D"}),
        ("period-unknown", "due_after", {"due": "after_assignment", "due_after": f"P{'9' * 40}D"}),
        ("period-unknown", "renew_before", {"renewal": "before_expiry"}),
        ("renews-too-early", "renew_before", {"renewal": "before_expiry", "renew_before": "P9Y"}),
        ("reason-missing", "reason", {"reason": "  "}),
    ],
)
def test_what_is_no_rule_is_refused(works: Works, fault: str, field: str, sent: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        make(works, **sent)
    assert (refused.value.code, refused.value.values) == (fault, {"field": field})


def test_a_rule_is_traced_and_asks_to_be_evaluated(works: Works, hire: Someone) -> None:
    rule = make(works)
    (message,) = outbox(works, "AssignmentRuleMade")
    assert message.payload == {"rule_id": rule}
    run(works)
    assert [entry.details.get("assigned") for entry in audit(works, Permission.PEOPLE_ASSIGNMENT_WRITE)][-1] == 1
    # Rules send no mail for each assignment.
    assert outbox(works, "ModuleAssigned") == []


def test_what_is_begun_at_the_same_moment_does_not_lapse(works: Works, make_person: MakePerson) -> None:
    begun = make_person(modules=(DRILL,))
    finish(works, begun, DRILL, best=False)
    with works.database.writes() as session:
        assert queries.lapse(session, [one(works, begun).id], "moved", "system:tests", works.tools.clock()) == 0
        session.commit()
    assert one(works, begun).state == "awaiting_next"


def test_a_cycle_that_somebody_else_began_is_not_begun_twice(works: Works, make_person: MakePerson) -> None:
    hire = make_person()
    make(works)
    run(works)
    held = one(works, hire)
    values = ("person_id", "module_id", "cycle", "assigned_at", "due_on", "state", "state_since", "unit_id")
    row = {name: getattr(held, name) for name in values} | {"public_id": "f" * 32}
    with works.database.writes() as session:
        assert queries.begin_cycles(session, [], [row]) == 0
        assert queries.begin_cycles(session, [held.id], [row | {"cycle": 2}]) == 1
        session.commit()
    assert one(works, hire).cycle == 2


def test_a_rule_that_starts_later_waits(works: Works, make_person: MakePerson, clock: Clock) -> None:
    make_person()
    make(works, starts_on=TODAY + timedelta(days=3))
    assert run(works) == (0, 0)
    clock.forward(days=3)
    assert run(works) == (1, 0)


def test_nobody_else_makes_ends_or_evaluates_rules(works: Works, hire: Someone, is_refused: Any) -> None:
    for deed in (
        lambda work: assignment_rules.make_rule(work, draft()),
        lambda work: assignment_rules.preview_rule(work, draft()),
        lambda work: assignment_rules.end_rule(work, "x", "y"),
        assignment_rules.list_rules,
        evaluating.evaluate_rules,
    ):
        with is_refused(Permission.PEOPLE_ASSIGNMENT_WRITE, hire), works.writing(hire.actor) as work:
            deed(work)


def test_without_rules_nothing_is_done(works: Works, hire: Someone) -> None:
    assert evaluating.run_rules(works, SYSTEM) == Evaluated(None, 0, 0, 0)


@pytest.mark.parametrize("seed", range(3))
def test_random_histories(
    works: Works, make_person: MakePerson, unit: str, elsewhere: str, clock: Clock, publish: Publish, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    publish(DRILL, pledge=None, validity=chance.choice(["P6M", "P1Y", "P2Y"]))
    somebody = [make_person() for _ in range(3)]
    renewal: dict[str, Any] = chance.choice(
        [{}, {"renewal": "calendar_year"}, {"renewal": "before_expiry", "renew_before": "P45D"}]
    )
    make(works, scope="unit", unit=unit, due="after_assignment", due_after="P30D", **renewal)
    make(works, EXAM, due="after_joining", due_after="P90D")
    for _ in range(12):
        clock.forward(days=chance.choice([1, 3, 40, 120, 200]))
        someone = chance.choice(somebody)
        what = chance.choice(["finish", "move", "fail", "nothing"])
        current = next((row for row in rows(works, someone) if row.state == "not_begun"), None)
        if what == "move":
            move(works, someone, chance.choice([unit, elsewhere]))
        elif what != "nothing" and current is not None and current.cycle < 3:
            with works.database.reads() as session:
                key = session.get_one(ModuleRow, current.module_id).key
            finish(works, someone, key, best=what == "finish")
        before = {row.id for each in somebody for row in rows(works, each, every=True)}
        valid = _valid(works, clock().date())
        run(works)
        for each in somebody:
            held = rows(works, each, every=True)
            for module in {row.module_id for row in held}:
                cycles = [row for row in held if row.module_id == module]
                assert [row.cycle for row in cycles] == list(range(1, len(cycles) + 1))
                assert [row.is_current for row in cycles] == [False] * (len(cycles) - 1) + [True]
                if cycles[-1].id not in before and (each.actor.person_id, module) in valid:
                    completed_on, until = valid[each.actor.person_id, module]
                    today = clock().date()
                    assert renewal
                    if renewal["renewal"] == "calendar_year":
                        assert today.year > completed_on.year
                    else:
                        assert today >= until - timedelta(days=45)
        assert run(works) == (0, 0)


def _valid(works: Works, today: date) -> dict[tuple[int | None, int], tuple[date, date]]:
    statement = select(
        CompletionRow.person_id, AssignmentRow.module_id, CompletionRow.completed_on, CompletionRow.valid_until
    ).join(AssignmentRow, AssignmentRow.id == CompletionRow.assignment_id)
    with works.database.reads() as session:
        found = session.execute(statement.order_by(CompletionRow.completed_at))
        return {(row[0], row[1]): (row[2], row[3]) for row in found if row[3] >= today}
