"""Partitions on PostgreSQL: made ahead and of what fell above them, guarded by their own names, there and back."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Row, event, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from quiz.db import partitions, schema
from quiz.db.connection import Database
from quiz.engine.text import Text
from quiz.services import audit_checking, partitioning, people, sealing
from quiz.services.errors import NotReady
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone, person_maker
from tests.learning import answer_all, begin, finish, stored

MODULE, EXAM = "onboarding-social-media", "exam-social-media"
TABLES = ("attempt_step", "audit_entry")
pytestmark = pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)


@pytest.fixture
def own(own_database: Database, tools: Tools) -> Works:
    return Works(own_database, tools)


@pytest.fixture
def hire(own: Works) -> MakePerson:
    """What makes people with both modules in the database of the test."""
    with own.writing(SYSTEM) as work:
        unit = people.add_unit(work, Text({"ar": "إدارة", "en": "Unit"}), "EG")
    make = person_maker(own, unit)
    return lambda: make(modules=(MODULE, EXAM))


@pytest.fixture
def taken(own: Works, hire: MakePerson) -> Someone:
    """Somebody who has taken one of the modules, and whose entries are sealed."""
    someone = hire()
    finish(own, someone, MODULE, best=True)
    seal(own)
    return someone


def seal(works: Works) -> None:
    more = 1
    while more:
        with works.writing(SYSTEM) as work:
            more = sealing.seal_some(work)


def faults(works: Works) -> list[Any]:
    with works.reading(SYSTEM) as work:
        walk = audit_checking.begin_walk(work)
        while audit_checking.walk_on(work, walk):
            pass
        audit_checking.end_walk(work, walk)
    return list(walk.faults)


def make(works: Works) -> tuple[str, ...]:
    with works.writing(SYSTEM) as work:
        made = partitioning.make_lacking(work)
    with works.writing(SYSTEM) as work:
        partitioning.settle(work)
    return made


def is_lacking(works: Works) -> bool:
    with works.reading(SYSTEM) as work:
        return partitioning.is_lacking(work)


def run(works: Works, statement: str) -> list[Row[Any]]:
    with works.database.engine.begin() as connection:
        result = connection.execute(text(statement))
        return list(result) if result.returns_rows else []


def parts(works: Works, table: str) -> list[str]:
    with works.database.engine.connect() as connection:
        return partitions.list_parts(connection, table)


def filled(works: Works, table: str) -> dict[str, int]:
    found = {part: run(works, f"SELECT count(*) FROM {part}")[0][0] for part in parts(works, table)}
    return {part.removeprefix(f"{table}_"): count for part, count in found.items() if count}


def everything(works: Works) -> dict[str, list[Row[Any]]]:
    keys = {"attempt_step": "attempt_id, number", "audit_entry": "id", "audit_link": "number"}
    return {table: run(works, f"SELECT * FROM {table} ORDER BY {key}") for table, key in keys.items()}


def assert_guarded(works: Works) -> None:
    """Nothing is changed, removed or emptied, by the name of the table or of any partition that holds something."""
    for table in TABLES:
        column = {"attempt_step": "kind", "audit_entry": "deed"}[table]
        for name in (table, *(f"{table}_{part}" for part in filled(works, table))):
            for way in (f"UPDATE {name} SET {column} = 'x'", f"DELETE FROM {name}"):
                with pytest.raises(DBAPIError, match=f"{table} is never changed"):
                    run(works, way)
        for name in (table, *parts(works, table)):
            with pytest.raises(DBAPIError, match=f"{table} is never changed"):
                run(works, f"TRUNCATE {name} CASCADE")


def test_a_fresh_database_has_room_ahead_and_lacks_nothing(own: Works) -> None:
    assert parts(own, "attempt_step") == ["attempt_step_default", "attempt_step_to_2000000", "attempt_step_to_4000000"]
    assert parts(own, "audit_entry") == ["audit_entry_default", "audit_entry_to_10000000", "audit_entry_to_20000000"]
    assert not is_lacking(own)
    assert make(own) == ()


def test_room_is_made_before_it_is_needed(own: Works, taken: Someone) -> None:
    run(own, "SELECT setval('attempt_id_seq', 1999998), setval('audit_entry_id_seq', 10000001)")
    assert not is_lacking(own)
    begin(own, taken, EXAM)
    assert is_lacking(own)
    # Less than a whole partition was ahead of the entries; of the attempts the last of the first is just begun.
    assert make(own) == ("audit_entry_to_30000000",)
    assert not is_lacking(own)
    assert filled(own, "audit_entry").keys() == {"to_10000000", "to_20000000"}


def test_what_fell_above_the_last_becomes_the_next_and_no_row_is_moved(
    own: Works, hire: MakePerson, taken: Someone
) -> None:
    run(own, "SELECT setval('attempt_id_seq', 5100000), setval('audit_entry_id_seq', 47000000)")
    attempt = begin(own, taken, EXAM)
    answer_all(own, taken, attempt, True)
    seal(own)
    assert filled(own, "attempt_step").keys() == {"to_2000000", "default"}
    assert filled(own, "audit_entry").keys() == {"to_10000000", "default"}
    steps = run(own, "SELECT ctid, * FROM attempt_step_default")
    entries = run(own, "SELECT ctid, * FROM audit_entry_default")
    assert is_lacking(own)
    # From the last on, however far that is, and a whole one ahead.
    assert make(own) == (
        "attempt_step_to_6000000",
        "attempt_step_to_8000000",
        "audit_entry_to_50000000",
        "audit_entry_to_60000000",
    )
    assert not is_lacking(own)
    assert run(own, "SELECT ctid, * FROM attempt_step_to_6000000") == steps
    assert run(own, "SELECT ctid, * FROM audit_entry_to_50000000")[: len(entries)] == entries
    # The attempt goes on where it is, and what comes is in its place.
    assert stored(own, taken, attempt).attempt.steps
    assert run(own, "SELECT 1 FROM attempt_step_default UNION ALL SELECT 1 FROM audit_entry_default") == []
    run(own, "SELECT setval('attempt_id_seq', 7000000)")
    finish(own, hire(), MODULE, best=True)
    seal(own)
    assert filled(own, "attempt_step").keys() == {"to_2000000", "to_6000000", "to_8000000"}
    assert faults(own) == []
    assert_guarded(own)
    with pytest.raises(DBAPIError, match="fk_audit_link_entry_id_audit_entry"):
        run(own, "INSERT INTO audit_link VALUES (99999, 48000000, 'd', now(), 'k', 'l')")
    looked_through = "SELECT convalidated FROM pg_constraint WHERE conname = 'fk_audit_link_entry_id_audit_entry'"
    assert run(own, looked_through) == [(True,)]


def test_what_fell_where_somebody_took_a_partition_away_stays_there_and_stops_nothing(
    own: Works, hire: MakePerson, taken: Someone
) -> None:
    under_way = begin(own, taken, EXAM)
    run(own, "ALTER TABLE attempt_step DETACH PARTITION attempt_step_to_2000000")
    answer_all(own, taken, under_way, True)
    run(own, "SELECT setval('attempt_id_seq', 2500000)")
    finish(own, hire(), MODULE, best=True)
    assert make(own) == ("attempt_step_to_6000000",)
    run(own, "SELECT setval('attempt_id_seq', 9000000)")
    finish(own, hire(), MODULE, best=True)
    assert make(own) == ("attempt_step_to_12000000",)
    assert not is_lacking(own)
    assert filled(own, "attempt_step").keys() == {"default", "to_4000000"}
    assert_guarded(own)


def test_two_workers_at_once_make_each_partition_once(own: Works, taken: Someone) -> None:
    run(own, "SELECT setval('attempt_id_seq', 5100000), setval('audit_entry_id_seq', 47000000)")
    answer_all(own, taken, begin(own, taken, EXAM), True)
    made: list[tuple[str, ...]] = []
    ready = threading.Barrier(2)

    def work() -> None:
        ready.wait(timeout=20)
        made.append(make(own))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(map(len, made)) == [0, 4]
    with own.database.reads() as session:
        told = session.execute(text("SELECT details FROM audit_entry WHERE deed = 'trace:partition:make'"))
        assert [one.details for one in told] == [{"made": list(max(made, key=len))}]


def test_whoever_reads_for_long_is_not_waited_for(own: Works, taken: Someone) -> None:
    run(own, "SELECT setval('attempt_id_seq', 2000001)")
    attempt = begin(own, taken, EXAM)
    with own.database.engine.connect() as reader:
        reader.execute(text("SET LOCAL idle_in_transaction_session_timeout = '20s'"))
        reader.execute(text("SELECT count(*) FROM attempt_step"))
        with pytest.raises(NotReady) as refused:
            make(own)
        assert refused.value.values == {"reason": "busy"}
        answer_all(own, taken, attempt, True)
    assert make(own) == ("attempt_step_to_6000000",)


@contextmanager
def role(works: Works) -> Iterator[str]:
    """A role that may read and write what stands, and owns nothing."""
    name = f"amana_app_{works.tools.chance(4).hex()}"
    run(works, f"CREATE ROLE {name}")
    run(works, f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
    run(works, f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}")
    try:
        yield name
    finally:
        run(works, f"DROP OWNED BY {name}")
        run(works, f"DROP ROLE {name}")


def test_who_does_not_own_the_tables_is_told_so_and_goes_on_working(own: Works, taken: Someone) -> None:
    run(own, "SELECT setval('attempt_id_seq', 2000001)")
    begin(own, taken, EXAM)
    with role(own) as name, own.writing(SYSTEM) as work:
        work.session.execute(text(f"SET LOCAL ROLE {name}"))
        with pytest.raises(NotReady) as refused:
            partitioning.make_lacking(work)
        assert refused.value.values == {"reason": "not-owner"}
        people.add_unit(work, Text({"ar": "إدارة", "en": "Unit"}), "EG")
    # Whoever does own them makes them from the shell.
    schema.upgrade(own.database.engine)
    assert parts(own, "attempt_step")[-1] == "attempt_step_to_6000000"


def test_there_and_back_with_everything_that_stands(own: Works, hire: MakePerson, taken: Someone) -> None:
    """Down to one piece and up again: the same rows, guarded on both sides, and keys that go on."""
    engine = own.database.engine
    for last in (0, 2_000_000, 9_000_000):
        run(own, f"SELECT setval('attempt_id_seq', greatest({last}, (SELECT max(id) FROM attempt)))")
        run(own, f"SELECT setval('audit_entry_id_seq', greatest({last * 5}, (SELECT max(id) FROM audit_entry)))")
        finish(own, hire(), MODULE, best=True)
    seal(own)
    before = everything(own)
    assert filled(own, "attempt_step").keys() == {"to_2000000", "to_4000000", "default"}
    with role(own) as name:
        schema.downgrade(engine, "036")
        assert (parts(own, "attempt_step"), parts(own, "audit_entry")) == ([], [])
        assert everything(own) == before
        for table in TABLES:
            with pytest.raises(DBAPIError, match="never changed"):
                run(own, f"DELETE FROM {table}")
            with pytest.raises(DBAPIError, match="never changed"):
                run(own, f"TRUNCATE {table} CASCADE")
        # What ran before goes on, and its entries wait for the sealer.
        finish(own, hire(), MODULE, best=True)
        assert run(own, "SELECT count(*) FROM audit_waiting")[0][0] > 0
        seal(own)
        before = everything(own)
        said: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *given: said.append(given[2]))
        schema.upgrade(engine)
        # Nothing that stands is looked through while others wait.
        assert [one for one in said if "CHECK" in one and "NOT VALID" not in one] == []
        made = {one.split()[3] for one in said if one.startswith("CREATE INDEX CONCURRENTLY")}
        assert {one.split()[5] for one in said if one.startswith("CREATE INDEX IF NOT EXISTS")} <= made
        assert "ix_person_folded_pieces" in made
        assert [one for one in said if "REFERENCES audit_entry" in one and "NOT VALID" not in one] == []
        assert everything(own) == before
        assert run(own, f"SELECT has_table_privilege('{name}', 'attempt_step', 'SELECT, INSERT')") == [(True,)]
    # Keys are counted by the whole, and would go on without the first partition.
    assert run(own, "SELECT pg_get_serial_sequence('audit_entry', 'id')") == [("public.audit_entry_id_seq",)]
    # The whole table is the first partition, half a partition of room in it, and a whole one ahead.
    assert parts(own, "attempt_step") == [
        "attempt_step_default",
        "attempt_step_to_12000000",
        "attempt_step_to_14000000",
    ]
    assert filled(own, "attempt_step").keys() == {"to_12000000"}
    assert not is_lacking(own)
    finish(own, hire(), MODULE, best=True)
    seal(own)
    assert faults(own) == []
    assert_guarded(own)
    assert run(own, "SELECT conname FROM pg_constraint WHERE conname LIKE 'ck_%_first'") == []


def test_a_migration_that_breaks_off_leaves_what_it_found(own: Works, taken: Someone) -> None:
    engine = own.database.engine
    schema.downgrade(engine, "036")
    before = everything(own)
    run(own, "CREATE TABLE audit_entry_default (id int)")
    with pytest.raises(ProgrammingError, match="audit_entry_default"):
        schema.upgrade(engine)
    assert schema.current(engine) == "036"
    assert everything(own) == before
    # One that stayed would refuse what comes after it.
    assert run(own, "SELECT conname FROM pg_constraint WHERE conname LIKE 'ck_%_first'") == []
    with pytest.raises(DBAPIError, match="never changed"):
        run(own, "DELETE FROM audit_entry")
