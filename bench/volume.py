"""What an answer costs in a database that holds few steps, and in one that holds millions."""

import time
from collections.abc import Sequence
from contextlib import ExitStack

from sqlalchemy import Connection, bindparam, text

from bench import loads, managing, servers, stage
from bench.run import Run
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.attempts import AttemptRow
from quiz.db.models.base import Document, UtcDateTime
from quiz.db.models.people import PersonRow
from quiz.services.unit_of_work import Works

_STEPS_OF_AN_ATTEMPT = 21
_ATTEMPTS_OF_A_PERSON = 5
_CLIENTS, _ATTEMPTS, _ROUNDS = 1, 10, 3
# Twenty answers and the handing in, for every attempt from one on; made in the database, since they are millions.
_STEPS = text(
    "INSERT INTO attempt_step (attempt_id, number, kind, slot, response, credit, language, digits, at, "
    "previous_digest, digest) "
    "WITH RECURSIVE places(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM places WHERE n < :steps) "
    "SELECT attempt.id, n, CASE WHEN n < :steps THEN 'answered' ELSE 'finished' END, "
    "CASE WHEN n < :steps THEN n END, CASE WHEN n < :steps THEN :response END, "
    "CASE WHEN n < :steps THEN '1' END, 'ar', 'arab', :now, :digest, :digest "
    "FROM attempt CROSS JOIN places WHERE attempt.id >= :began ORDER BY attempt.id, n"
).bindparams(bindparam("now", type_=UtcDateTime), bindparam("response", {"chosen": ["decline"]}, type_=Document))


def measure(run: Run) -> None:
    """Measure on each database, with few steps and with many."""
    few, many = run.plan.steps
    for engine, server in run.engines.items():
        with ExitStack() as stack:
            url = stack.enter_context(stage.database_url(run.where, server, f"volume-{engine.lower()}"))
            stood = stack.enter_context(stage.stage(url, run.where, 2 * _ATTEMPTS))
            costs = []
            for steps, emails in ((few, stood.emails[:_ATTEMPTS]), (many, stood.emails[_ATTEMPTS:])):
                run.say(f"{engine}: {steps:,} steps are laid into the tables")
                held = _fill(stood.works, steps)
                run.say(f"{engine}: answers with {held:,} steps")
                costs.append(_cost(run, stood, emails))
        for steps, cost in zip((few, many), costs, strict=True):
            run.report.add("volume", f"{engine}: answer, CPU, {steps:,} steps stored", cost, "ms")
        run.report.add("volume", f"{engine}: many of few", costs[1] / costs[0], "x", at_most=1.15)


def _cost(run: Run, stood: stage.Stage, emails: Sequence[str]) -> float:
    """Return the milliseconds of processor of an answer, the database's included: a median over rounds."""
    port, log = servers.free_port(), run.where / "volume.log"
    with servers.running(servers.command_of(run.server, port), stood.environ(port), port, log) as server:
        servers.seconds_until(server, "/healthz", time.perf_counter())
        people = loads.learners(server, emails)
        loads.answers_round(server, stood, people, 4)
        found = [loads.answers_round(server, stood, people, _CLIENTS) for _ in range(_ROUNDS)]
        for one in people:
            one.browser.close()
    return loads.middle(found, lambda one: one.cpu_ms)


def _fill(works: Works, steps: int) -> int:
    """Lay ended attempts of invented people beside what is there, until there are so many steps; return how many.

    Every attempt has as many steps as one of twenty places that was handed in.
    """
    with works.database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # These rows lead where they should; asking so of each would take most of the time.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        held = connection.scalar(text("SELECT count(*) FROM attempt_step")) or 0
        wanted = max(0, steps - held) // _STEPS_OF_AN_ATTEMPT
        _lay(connection, wanted, works)
        connection.commit()
        held = connection.scalar(text("SELECT count(*) FROM attempt_step")) or 0
    with works.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as raw:
        raw.exec_driver_sql("ANALYZE")
    return int(held)


def _lay(connection: Connection, attempts: int, works: Works) -> None:
    if not attempts:
        return
    now = works.tools.clock()
    module, version = connection.execute(text("SELECT id, current_version_id FROM module")).one()
    unit = connection.scalar(text("SELECT min(id) FROM unit")) or 0
    first, given, began = (
        (connection.scalar(text(f"SELECT max(id) FROM {table}")) or 0) + 1  # nosec B608 # names of our own tables
        for table in ("person", "assignment", "attempt")
    )
    people = range(-(-attempts // _ATTEMPTS_OF_A_PERSON))
    managing._lay(connection, PersonRow, (managing._person(number, first + number, [unit], now) for number in people))
    managing._lay(
        connection,
        AssignmentRow,
        (
            managing._assignment(given + one, first + one, module, 1, "completed", unit, now.date(), now)
            for one in people
        ),
    )
    managing._lay(
        connection,
        AttemptRow,
        (
            {"id": began + number, "public_id": f"{began + number:032x}", "person_id": first + person,
             "assignment_id": given + person, "module_version_id": version, "purpose": "assessed", "number": turn + 1,
             "allowed": _ATTEMPTS_OF_A_PERSON, "behaviour": "exam", "draw": {}, "seal": "0" * 64, "opens_at": now,
             "started_at": now, "ended_at": now, "outcome": "not_passed"}
            for number in range(attempts)
            for person, turn in [divmod(number, _ATTEMPTS_OF_A_PERSON)]
        ),
    )  # fmt: skip
    connection.execute(_STEPS, {"began": began, "steps": _STEPS_OF_AN_ATTEMPT, "now": now, "digest": "0" * 64})
