"""How long the first screen of a manager takes, of everything and of one unit, with so many people and old cycles."""

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from sqlalchemy import Connection, insert, text

from bench import stage
from bench.in_process import ClientBrowser
from quiz.access.actor import Role
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.catalogue import ModuleRow
from quiz.db.models.people import PersonRow, UnitRow
from quiz.factory import create_app
from quiz.services import heads, people, turning
from quiz.services.unit_of_work import Works

MODULES, OLD_CYCLES, PEOPLE_OF_A_UNIT, UNITS_OF_A_BRANCH = 12, 10, 50, 20
TIMES = 15
# Who manages, by what: two managers, and somebody of human resources.
EVERYTHING, ONE_UNIT, HR = "everything", "one unit", "people"
# Out of a hundred: most have completed what is asked, as in a year that is well under way.
_STATES = (("completed", 70), ("not_begun", 12), ("under_way", 8), ("awaiting_next", 4), ("passed_pledge_open", 4),
           ("excused", 2))  # fmt: skip
TABLES = ("/manage/", "/manage/people", "/manage/people?late=1", "/manage/people?bucket=under_way")


@dataclass(frozen=True, slots=True)
class ScreenTimes:
    """Milliseconds of a page: the first time in a process, and the median of the times after."""

    who: str
    path: str
    first: float
    median: float


@dataclass(frozen=True, slots=True)
class Organisation:
    """A database with so many people, their assignments, and the addresses of who manages them, by what that is."""

    stood: stage.Stage
    managers: dict[str, str]


@contextmanager
def organisation(where: Path, people_count: int, server: str | None = None) -> Iterator[Organisation]:
    """Give an organisation of so many people, each with twelve modules and ten cycles of before."""
    with stage.database_url(where, server, f"managing-{people_count}") as url, stage.stage(url, where, 1) as stood:
        yield Organisation(stood, _fill(stood.works, people_count))


def screen_times(
    made: Organisation, paths: Iterable[str] = TABLES, who: Sequence[str] = (EVERYTHING, ONE_UNIT)
) -> list[ScreenTimes]:
    """Return the times of pages for some of those who manage."""
    settings = stage.settings_of(made.stood.url)
    app = create_app(settings, made.stood.works.database, stage.tools_of(settings, made.stood.folder))
    app.config["WTF_CSRF_ENABLED"] = False
    found = []
    for one in who:
        browser = ClientBrowser(app.test_client())
        browser.request("POST", "/sign-in", [("email", made.managers[one]), ("password", stage.PASSWORD)])
        for path in paths:
            times = list(_times(browser, path))
            found.append(ScreenTimes(one, path, times[0], median(times[1:])))
    return found


def _times(browser: ClientBrowser, path: str) -> Iterator[float]:
    for _ in range(TIMES):
        started = time.perf_counter()
        reply = browser.request("GET", path)
        yield (time.perf_counter() - started) * 1000
        if reply.status != 200:
            raise RuntimeError(f"{path}: {reply.status}")


def _fill(works: Works, count: int) -> dict[str, str]:
    """Lay units, people and assignments straight into the tables; return the addresses of who manages them."""
    chance = Random(count)  # nosec B311 # noqa: S311 - the same people every time
    now = works.tools.clock()
    with works.writing(stage._SYSTEM) as work:
        connection = work.session.connection()
        root, leaves = _units(connection, count)
        modules = _modules(connection)
        first = (connection.scalar(text("SELECT max(id) FROM person")) or 0) + 1
        _lay(connection, PersonRow, (_person(number, first + number, leaves, now) for number in range(count)))
        _lay(connection, AssignmentRow, _assignments(chance, count, first, leaves, modules, now))
        emails = {}
        for who, unit, role in (
            (EVERYTHING, root, Role.MANAGER),
            (ONE_UNIT, leaves[0], Role.MANAGER),
            (HR, root, Role.HR),
        ):
            public_id = str(connection.scalar(text("SELECT public_id FROM unit WHERE id = :id"), {"id": unit}))
            emails[who] = f"{who.replace(' ', '-')}@bench.example"
            manager = people.provision_person(work, f"M-{role}-{unit}", emails[who], "سلمى طارق البدري", public_id)
            people.set_first_password(work, manager, stage.PASSWORD)
            people.grant_role(work, manager, role, public_id if role is Role.MANAGER else None)
    with works.writing(stage._SYSTEM) as work:
        turning.turn_day(work)
    with works.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as raw:
        raw.exec_driver_sql("ANALYZE")
    return emails


def counting_seconds(made: Organisation) -> float:
    """Count the people of large units, as the worker does every few minutes; return its seconds."""
    started = time.perf_counter()
    while heads.count_next(made.stood.works, stage._SYSTEM):
        pass
    return time.perf_counter() - started


def _lay(connection: Connection, kind: Any, rows: Iterable[dict[str, Any]]) -> None:
    waiting = iter(rows)
    while some := list(islice(waiting, 5_000)):
        connection.execute(insert(kind.__table__), some)
    if connection.dialect.name == "postgresql":
        table = kind.__tablename__
        connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"))  # nosec B608 # names of our own tables


def _units(connection: Connection, count: int) -> tuple[int, list[int]]:
    last = connection.scalar(text("SELECT max(id) FROM unit")) or 0
    leaves = max(1, count // PEOPLE_OF_A_UNIT)
    branches = -(-leaves // UNITS_OF_A_BRANCH)
    root = last + 1
    above = [None, *[root] * branches, *[root + 1 + number // UNITS_OF_A_BRANCH for number in range(leaves)]]
    _lay(
        connection,
        UnitRow,
        (
            {"id": root + number, "public_id": f"{root + number:032x}", "name": {"ar": "إدارة", "en": "Department"},
             "jurisdiction": "EG", "parent_id": parent}
            for number, parent in enumerate(above)
        ),
    )  # fmt: skip
    return root, [root + 1 + branches + number for number in range(leaves)]


def _modules(connection: Connection) -> list[int]:
    """Return so many modules: the one that was published, and others that stand on its version."""
    table = ModuleRow.__table__
    published = connection.execute(table.select()).mappings().one()
    _lay(
        connection,
        ModuleRow,
        ({**published, "id": published["id"] + number, "key": f"bench-{number}"} for number in range(1, MODULES)),
    )
    return [published["id"] + number for number in range(MODULES)]


def _person(number: int, key: int, leaves: list[int], now: datetime) -> dict[str, Any]:
    return {
        "id": key, "public_id": f"{key:032x}", "hr_number": f"X-{key}", "email": f"x{key}@bench.example",
        "name": "مريم عبد الله السيد", "jurisdiction": "EG", "unit_id": leaves[number % len(leaves)],
        "created_at": now, "job_families": [],
    }  # fmt: skip


def _assignments(
    chance: Random, count: int, first: int, leaves: list[int], modules: list[int], now: datetime
) -> Iterator[dict[str, Any]]:
    """Give ten completed older cycles and twelve current assignments a person; a tenth of what is open is late."""
    key = 1_000
    today = now.date()
    names, weights = zip(*_STATES, strict=True)
    for number in range(count):
        unit = leaves[number % len(leaves)]
        for place, module in enumerate(modules):
            is_renewed = place < OLD_CYCLES
            if is_renewed:
                key += 1
                yield _assignment(key, first + number, module, 1, "completed", unit, today, now, is_current=False)
            (state,) = chance.choices(names, weights)
            due = today + timedelta(days=chance.randint(-10, 90))
            since = now - timedelta(days=chance.randint(0, 300))
            key += 1
            yield _assignment(key, first + number, module, 1 + is_renewed, state, unit, due, since)


def _assignment(
    key: int, person: int, module: int, cycle: int, state: str, unit: int, due: date, since: datetime,
    *, is_current: bool = True,
) -> dict[str, Any]:  # fmt: skip
    return {
        "id": key, "public_id": f"{key:032x}", "person_id": person, "module_id": module, "cycle": cycle,
        "assigned_at": since, "due_on": due, "extra_attempts": 0, "state": state, "state_since": since,
        "unit_id": unit, "is_current": is_current, "is_late": False, "is_away": False, "is_disowned": False,
        "is_used_up": False,
    }  # fmt: skip


if __name__ == "__main__":
    with stage.temporary_folder() as made:
        for amount in map(int, sys.argv[1:]):
            with organisation(made, amount) as filled:
                print(f"{amount:>7} people, the worker counts heads in {counting_seconds(filled):.1f} s")
                for one in screen_times(filled):
                    told = f"{one.who:<10} {one.path:<34} first {one.first:7.1f} ms, then {one.median:6.1f} ms"
                    print(f"{amount:>7} people, {told}")
