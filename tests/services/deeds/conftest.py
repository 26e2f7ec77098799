"""Deeds are tried against a whole database: what each leaves behind is compared table by table."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Row, func, select

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.db.models.base import Base
from quiz.db.models.trace import AuditEntryRow, OutboxMessageRow
from quiz.services import completing
from quiz.services.errors import NotAllowed
from quiz.services.kept import Kept
from quiz.services.loading import Release, install_release
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from tests import learning
from tests import sums as reckoning
from tests.builders import module_document
from tests.fixtures.people import SYSTEM, MakePerson, Someone

DRILL, EXAM = "drill", "drill-exam"
# Long and never changed: counting them is enough.
_VERSIONS = {"instrument_version", "scenario_version", "module_version"}

Publish = Callable[..., None]
Stored = dict[str, list[Any]]


@pytest.fixture
def tools(tools: Tools) -> Tools:
    """Modules that a test publishes are rolled back and their numbers used again, so none is kept for the next."""
    return replace(tools, kept=Kept(documents=tools.kept.documents))


@pytest.fixture
def publish(works: Works) -> Publish:
    """Publish a module of two scenarios, with changes to its document."""

    def publish_one(key: str, **changes: Any) -> None:
        with works.writing(SYSTEM) as work:
            install_release(work, Release((), (), (module_document(key, **changes),)))

    return publish_one


@pytest.fixture
def drills(publish: Publish) -> None:
    """Two short modules: one that teaches, and an exam of ten minutes; the third attempt waits for a day."""
    rule = {"limit": 3, "waits": ["PT0S", "P1D"], "remediation": True}
    publish(DRILL, attempts=rule)
    publish(EXAM, attempts=rule, behaviour="exam", time_limit="PT10M")


@pytest.fixture
def learner(drills: None, make_person: MakePerson) -> Someone:
    """Somebody with the two short modules."""
    return make_person(modules=(DRILL, EXAM))


@pytest.fixture
def colleague(drills: None, make_person: MakePerson) -> Someone:
    """Somebody else with the same modules."""
    return make_person(modules=(DRILL, EXAM), name="كريم لؤي عبد الرحمن")


@pytest.fixture
def sums(works: Works) -> None:
    """A module of five single choices where `decline` is best, to be passed with four."""
    reckoning.publish(works, *map(reckoning.document, reckoning.KEYS))


@pytest.fixture
def take(works: Works, sums: None, make_person: MakePerson) -> Any:
    """Let somebody take the module: `accept` in the scenarios named, `decline` in all others; return who and what."""

    def take_one(*accepts: str, someone: Someone | None = None) -> tuple[Someone, str]:
        person = someone or make_person(modules=(reckoning.MODULE,))
        return person, reckoning.take(works, person, *accepts)

    return take_one


@pytest.fixture
def hr(make_person: MakePerson) -> Someone:
    """Somebody of human resources."""
    return make_person(Role.HR, name="رضا فؤاد منصور")


@pytest.fixture
def admin(make_person: MakePerson) -> Someone:
    """Somebody of the administration."""
    return make_person(Role.ADMIN, name="يوسف آدم الطحان")


@pytest.fixture
def held(works: Works, learner: Someone) -> str:
    """A record of the learner's."""
    learning.finish(works, learner, DRILL, best=True)
    return signed(works, learner)


def signed(works: Works, someone: Someone, module: str = DRILL) -> str:
    """Sign the pledge of a passed module; return the record."""
    with works.reading(someone.actor) as work:
        seen = completing.get_pledge(work, module).digest
    with works.writing(someone.actor) as work:
        return completing.sign_pledge(work, module, seen, {"language": "ar", "digits": "arab"})


def everything(works: Works) -> Stored:
    """Return every row of every table but the list of entries to be sealed, the shadow of the trail."""
    stored: Stored = {}
    with works.database.reads() as session:
        for table in Base.metadata.sorted_tables:
            if table.name == "audit_waiting":
                continue
            rows = select(func.count()).select_from(table) if table.name in _VERSIONS else select(table)
            stored[table.name] = sorted(map(repr, session.execute(rows)))
    return stored


def added(before: Stored, after: Stored) -> Stored:
    """Return for each table that changed the rows that are new or now read otherwise, and those that went."""
    return {
        name: [row for row in after[name] if row not in before[name]]
        + [f"gone: {row}" for row in before[name] if row not in after[name]]
        for name in after
        if after[name] != before[name]
    }


@pytest.fixture
def changes_nothing(works: Works) -> Callable[[], AbstractContextManager[None]]:
    """Check that what happens inside writes nothing at all."""

    @contextmanager
    def check() -> Iterator[None]:
        before = everything(works)
        yield
        assert added(before, everything(works)) == {}

    return check


@pytest.fixture
def is_refused(works: Works) -> Callable[[Permission, Someone | None], AbstractContextManager[None]]:
    """Check that what happens inside is refused, and leaves the refusal in the trace and nothing else."""

    @contextmanager
    def check(permission: Permission, someone: Someone | None = None) -> Iterator[None]:
        before = everything(works)
        with pytest.raises(NotAllowed):
            yield
        assert set(added(before, everything(works))) == {"audit_entry"}
        entry = audit(works)[-1]
        assert (entry.was_allowed, entry.deed) == (False, permission.value)
        if someone is not None:
            assert entry.actor == someone.actor.name

    return check


def audit(works: Works, deed: Permission | None = None) -> list[Row[Any]]:
    """Return the entries of the trace, oldest first."""
    table = AuditEntryRow.__table__
    wanted = select(table).order_by(table.c.id)
    with works.database.reads() as session:
        return list(session.execute(wanted.where(table.c.deed == deed.value) if deed else wanted))


def outbox(works: Works, kind: str | None = None) -> list[Row[Any]]:
    """Return the messages of the outbox, oldest first."""
    table = OutboxMessageRow.__table__
    wanted = select(table).order_by(table.c.id)
    with works.database.reads() as session:
        return list(session.execute(wanted.where(table.c.kind == kind) if kind else wanted))
