"""What an answer costs in a database that holds few steps, and in one that holds millions."""

import time
from contextlib import ExitStack
from dataclasses import dataclass

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
_CLIENTS, _ATTEMPTS, _ROUNDS = 1, 10, 5
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
    """Measure on each database, with few steps and with many, turn about: what the machine does meets both."""
    few, many = run.plan.steps
    for engine, server in run.engines.items():
        with ExitStack() as stack:
            held = [_held(run, stack, engine, server, steps) for steps in (few, many)]
            found: list[list[loads.Round]] = [[], []]
            for number in range(_ROUNDS):
                run.say(f"{engine}: answers, round {number + 1}")
                for rounds, one in zip(found, held, strict=True):
                    rounds.append(loads.answers_round(one.server, one.stood, one.people, _CLIENTS))
            for one in held:
                for person in one.people:
                    person.browser.close()
        costs = [loads.middle(rounds, lambda one: one.cpu_ms) for rounds in found]
        for one, cost in zip(held, costs, strict=True):
            run.report.add("volume", f"{engine}: answer, CPU, {one.steps:,} steps stored", cost, "ms")
        run.report.add("volume", f"{engine}: many of few", costs[1] / costs[0], "x", at_most=1.15)


@dataclass(frozen=True, slots=True)
class _Held:
    """A database that holds so many steps, a server on it, and people who are signed in there."""

    steps: int
    stood: stage.Stage
    server: servers.Server
    people: list[loads.Learner]


def _held(run: Run, stack: ExitStack, engine: str, server: str | None, steps: int) -> _Held:
    run.say(f"{engine}: {steps:,} steps are laid into the tables")
    url = stack.enter_context(stage.database_url(run.where, server, f"volume-{engine.lower()}-{steps}"))
    stood = stack.enter_context(stage.stage(url, run.where, _ATTEMPTS))
    held = _fill(stood.works, steps)
    port, log = servers.free_port(), run.where / f"volume-{steps}.log"
    running = stack.enter_context(servers.running(servers.command_of(run.server, port), stood.environ(port), port, log))
    servers.seconds_until(running, "/healthz", time.perf_counter())
    people = loads.learners(running, stood.emails)
    # So that every process has read what it then keeps.
    loads.answers_round(running, stood, people, 4)
    return _Held(held, stood, running, people)


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
