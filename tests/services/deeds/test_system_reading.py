"""What other systems read: every filter, page by page, and along an index on both databases."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from quiz.access.actor import Actor, Scope
from quiz.db.models.assignments import AssignmentRow
from quiz.db.queries import system_reading as queries
from quiz.engine.text import Text
from quiz.services import evidencing, extending, people, system_reading, system_records, workforce
from quiz.services.errors import NotAllowed, NotFound
from quiz.services.system_reading import AssignmentFilter, Key, Page
from quiz.services.unit_of_work import UnitOfWork, Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import NOW, Clock
from tests.learning import begin, finish
from tests.services.deeds.conftest import DRILL, EXAM
from tests.services.deeds.records import again, revoke

READER = Actor.connection(
    "0" * 32, frozenset({Scope.ASSIGNMENTS_READ, Scope.EVIDENCE_READ, Scope.PEOPLE_READ, Scope.RECORDS_READ})
)
List = Callable[[UnitOfWork, Key | None, int], Page[Any]]


def every(works: Works, ask: List, most: int = 2) -> list[Any]:
    """Return the lines of all pages; each must move on."""
    lines: list[Any] = []
    after: Key | None = None
    for _ in range(1_000):
        with works.reading(READER) as work:
            page = ask(work, after, most)
        assert len(page.lines) <= most
        lines += page.lines
        if page.next is None:
            return lines
        assert after is None or page.next > after
        after = page.next
    raise AssertionError("it never ends")


def assigned(works: Works, most: int = 2, **wanted: Any) -> set[tuple[str, str]]:
    """Return person and module of the assignments that are looked for."""
    narrowing = AssignmentFilter(**wanted)
    lines = every(works, lambda work, after, most: system_reading.list_assignments(work, narrowing, after, most), most)
    assert len({line.id for line in lines}) == len(lines)
    return {(line.person, line.module) for line in lines}


@pytest.fixture
def stood(works: Works, learner: Someone, colleague: Someone, make_person: MakePerson) -> dict[str, str]:
    """Somebody under way and with a record, somebody who failed, and somebody in another unit."""
    with works.writing(SYSTEM) as work:
        place = people.add_unit(work, Text({"ar": "إدارة أخرى", "en": "Other"}), "EG")
    other = make_person(modules=(DRILL,), place=place)
    begin(works, learner, EXAM)
    finish(works, colleague, DRILL, best=False)
    return {"learner": learner.public_id, "colleague": colleague.public_id, "other": other.public_id, "place": place}


@pytest.mark.parametrize("window", [1, 2, 5_000])
@pytest.mark.parametrize("most", [1, 3, 50])
def test_every_filter_of_assignments(
    works: Works, stood: dict[str, str], unit: str, monkeypatch: pytest.MonkeyPatch, window: int, most: int
) -> None:
    monkeypatch.setattr(queries, "WINDOW", window)
    monkeypatch.setattr(queries, "SOME", window)
    me, colleague, other, place = (stood[name] for name in ("learner", "colleague", "other", "place"))
    everything = {(me, DRILL), (me, EXAM), (colleague, DRILL), (colleague, EXAM), (other, DRILL)}
    with works.database.writes() as session:
        of = {"person_id": queries.find_person(session, other).id}
        session.execute(update(AssignmentRow).values(due_on=date(2026, 12, 31)))
        session.execute(update(AssignmentRow).filter_by(**of).values(due_on=date(2026, 11, 1), is_late=True))
        session.commit()
    table: list[tuple[dict[str, Any], set[tuple[str, str]]]] = [
        ({}, everything),
        ({"person": me}, {(me, DRILL), (me, EXAM)}),
        ({"unit": place}, {(other, DRILL)}),
        ({"unit": unit}, everything - {(other, DRILL)}),
        ({"unit": place, "person": me}, set()),
        ({"unit": place, "person": other}, {(other, DRILL)}),
        ({"module": EXAM}, {(me, EXAM), (colleague, EXAM)}),
        ({"state": "under_way"}, {(me, EXAM), (colleague, DRILL)}),
        ({"state": "completed"}, set()),
        ({"due_until": date(2026, 11, 30)}, {(other, DRILL)}),
        ({"due_from": date(2026, 11, 2), "module": DRILL}, {(me, DRILL), (colleague, DRILL)}),
        ({"is_late": True}, {(other, DRILL)}),
        ({"is_late": False, "unit": unit, "state": "not_begun"}, {(me, DRILL), (colleague, EXAM)}),
        ({"is_current": False}, set()),
        ({"changed_since": NOW}, everything),
        ({"changed_since": NOW, "module": EXAM}, {(me, EXAM), (colleague, EXAM)}),
        ({"changed_since": NOW, "unit": place}, {(other, DRILL)}),
        ({"changed_since": NOW, "person": colleague, "state": "under_way"}, {(colleague, DRILL)}),
        ({"changed_since": NOW + timedelta(seconds=1)}, set()),
    ]
    for wanted, expected in table:
        assert assigned(works, most, **wanted) == expected, wanted


def test_what_changed_is_found_with_what_was_decided_of_it(works: Works, learner: Someone, clock: Clock) -> None:
    clock.forward(hours=1)
    since = clock.now
    assert assigned(works, changed_since=since) == set()
    with works.reading(READER) as work:
        page = system_reading.list_assignments(work, AssignmentFilter(module=DRILL), None, 5)
    with works.database.writes() as session:
        session.execute(update(AssignmentRow).values(due_on=date(2026, 12, 1)))
        session.commit()
    with works.writing(SYSTEM) as work:
        extending.extend(work, [page.lines[0].id], date(2026, 12, 24), "سفر")
    assert assigned(works, changed_since=since) == {(learner.public_id, DRILL)}
    clock.forward(hours=1)
    begin(works, learner, EXAM)
    assert assigned(works, most=1, changed_since=since) == {(learner.public_id, DRILL), (learner.public_id, EXAM)}
    assert assigned(works, changed_since=clock.now) == {(learner.public_id, EXAM)}


def test_who_left_is_there_with_the_last_day(works: Works, learner: Someone) -> None:
    with works.writing(SYSTEM) as work:
        workforce.leave(work, learner.public_id, date(2026, 11, 25))
    with works.reading(READER) as work:
        found = system_reading.get_person(work, learner.public_id)
        assert (found.leaves_on, found.name) == (date(2026, 11, 25), learner.name)
        with pytest.raises(NotFound):
            system_reading.get_person(work, "0" * 32)
    units = every(works, lambda work, after, most: system_reading.list_units(work, after, most), 1)
    assert [one.id for one in units] == [found.unit]


@pytest.mark.parametrize("window", [1, 5_000])
def test_records_as_they_stand(
    works: Works, learner: Someone, held: str, clock: Clock, monkeypatch: pytest.MonkeyPatch, window: int
) -> None:
    monkeypatch.setattr(queries, "WINDOW", window)

    def records(state: str | None = None, module: str | None = None) -> list[str]:
        person = None
        found = every(
            works, lambda work, after, most: system_records.list_records(work, person, module, state, after, most), 1
        )
        assert state is None or {one.state for one in found} <= {state}
        return [one.id for one in found]

    newer = again(works, learner, clock)
    assert records() == records(module=DRILL) == [held, newer]
    assert (records("valid"), records("replaced"), records("revoked")) == ([newer], [held], [])
    assert records(module=EXAM) == []
    revoke(works, newer)
    assert (records("replaced"), records("revoked"), records("altered")) == ([], [newer], [])
    with works.reading(READER) as work:
        line = system_records.get_record(work, newer)
    assert line.reason is not None
    assert line.revoked_at == clock.now
    completions = every(
        works, lambda work, after, most: system_records.list_completions(work, NOW, None, None, after, most), 1
    )
    assert [(one.id, one.is_revoked) for one in completions] == [(held, False), (newer, True)]
    later = NOW + timedelta(days=1)
    completions = every(
        works, lambda work, after, most: system_records.list_completions(work, later, DRILL, None, after, most), 1
    )
    assert [one.id for one in completions] == [newer]


def test_a_record_that_was_altered_is_called_so(works: Works, held: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from quiz.services import standing

    monkeypatch.setattr(standing, "_facts", lambda _: None)
    with works.reading(READER) as work:
        assert (line := system_records.get_record(work, held)).state == "altered"
    assert line.title is None


def test_evidence_for_systems_holds_nothing_of_answers(works: Works, held: str) -> None:
    with works.reading(READER) as work:
        found = {one.code: one for one in evidencing.get_counts(work, date(2026, 1, 1)).answers}
    for code in ("incidents", "asking", "effectiveness"):
        assert found[code].is_none
        assert found[code].why == "not-for-systems"
    assert not found["documented"].is_none


# Whoever may write reads what is there already.
WIDER = {Scope.PEOPLE_READ: [Scope.PEOPLE_PROVISION], Scope.ASSIGNMENTS_READ: [Scope.ASSIGNMENTS_WRITE]}


def test_without_its_scope_nothing_is_read(works: Works, held: str) -> None:
    deeds: dict[Scope, Callable[[UnitOfWork], object]] = {
        Scope.PEOPLE_READ: lambda work: system_reading.list_people(work, None, None, 5),
        Scope.ASSIGNMENTS_READ: lambda work: system_reading.list_assignments(work, AssignmentFilter(), None, 5),
        Scope.RECORDS_READ: lambda work: system_records.list_records(work, None, None, None, None, 5),
        Scope.EVIDENCE_READ: lambda work: evidencing.get_counts(work),
    }
    for scope, deed in deeds.items():
        with works.reading(Actor.connection("0" * 32, frozenset({scope}))) as work:
            deed(work)
        rest = frozenset(Scope) - {scope, *WIDER.get(scope, ())}
        with pytest.raises(NotAllowed), works.reading(Actor.connection("0" * 32, rest)) as work:
            deed(work)


@contextmanager
def ordered(works: Works) -> Iterator[list[tuple[str, Any]]]:
    """Collect the statements that read in an order."""
    found: list[tuple[str, Any]] = []

    def note(_c: object, _k: object, statement: str, parameters: Any, *_: object) -> None:
        if "ORDER BY" in statement and "FROM module" not in statement and "name_correction" not in statement:
            found.append((statement, parameters))

    event.listen(works.database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(works.database.engine, "before_cursor_execute", note)


def test_no_page_reads_all_or_sorts_all(works: Works, stood: dict[str, str], held: str, unit: str) -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    filters: list[dict[str, Any]] = [
        {}, {"module": DRILL}, {"state": "excused"}, {"due_until": date(2026, 1, 1)}, {"is_late": True},
        {"module": DRILL, "state": "completed", "is_current": True}, {"changed_since": since},
    ]  # fmt: skip
    with ordered(works) as statements:
        for wanted in filters:
            for after in (None, (5, 5, 5)) if "changed_since" not in wanted else (None, (5, 5)):
                with works.reading(READER) as work:
                    system_reading.list_assignments(work, AssignmentFilter(**wanted), after, 50)
        with works.reading(READER) as work:
            system_reading.list_people(work, None, (1,), 50)
            system_reading.list_units(work, (1,), 50)
            for after in (None, (5, 5)):
                system_records.list_completions(work, since, DRILL, None, after, 50)
            for state in (None, "valid", "revoked", "replaced"):
                system_records.list_records(work, None, None, state, (1,), 50)
    assert len(statements) > 25
    with works.database.reads() as session:
        connection = session.connection()
        is_sqlite = connection.dialect.name == "sqlite"
        if not is_sqlite:
            # Of so few rows it would read all: what is asked is whether an index can give the order.
            connection.exec_driver_sql("SET enable_seqscan = off")
            connection.exec_driver_sql("SET enable_bitmapscan = off")
        for statement, parameters in statements:
            word = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
            plan = "\n".join(str(row) for row in connection.exec_driver_sql(word + statement, parameters))
            sorted_by_hand = "USE TEMP B-TREE" if is_sqlite else "Sort"
            assert sorted_by_hand not in plan, f"{statement}\n{plan}"
            assert "Seq Scan" not in plan
            assert "SCAN assignment\n" not in plan
        if not is_sqlite:
            connection.exec_driver_sql("RESET ALL")
