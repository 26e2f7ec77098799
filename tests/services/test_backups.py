"""A backup holds one moment, whoever writes meanwhile; a restore is checked, and changes all or nothing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from quiz.access.actor import Actor, Role
from quiz.db import schema
from quiz.db.connection import Database, connect
from quiz.db.models.entry_links import EntryLinkRow
from quiz.db.models.people import OneTimeLinkRow, SignInRow, UnitRow
from quiz.db.models.trace import AuditEntryRow
from quiz.engine.text import Text
from quiz.services import people, sealing
from quiz.services.backing_up import find_last_backup, take_backup
from quiz.services.backup_archive import Archive, BrokenBackup
from quiz.services.errors import NotAllowed
from quiz.services.restoring import Choices, Restored, check_fits, place_of, restore
from quiz.services.tools import Tools, system_clock
from quiz.services.unit_of_work import Works
from tests.fixtures.database import new_database
from tests.fixtures.people import SYSTEM
from tests.services.backups import KEY, Kept, made

Elsewhere = Callable[[], str]


@pytest.fixture
def elsewhere(dialect: str, tmp_path: Path, postgresql_server: str) -> Iterator[Elsewhere]:
    """Where an empty database is, on the engine of the test."""
    made, number = [], count()

    def make() -> str:
        if dialect == "sqlite":
            return f"sqlite:///{tmp_path / 'elsewhere' / f'{next(number)}.db'}"
        one = new_database(postgresql_server)
        made.append(one)
        return one.__enter__()

    yield make
    for one in made:
        one.__exit__(None, None, None)


def bring(path: Path, url: str, tools: Tools, **chosen: bool) -> Restored:
    archive = Archive(path)
    with closing(archive):
        place = place_of(url)
        check_fits(archive.stated, place, url)
        return restore(archive, place, tools, SYSTEM, Choices(**chosen), lambda _: None)


def test_a_backup_in_the_middle_of_writing_holds_one_moment_and_comes_back_whole(
    bare_database: Database, tools: Tools, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    tools = replace(tools, clock=system_clock)
    works = Works(bare_database, tools)
    stop, begun, wrote = threading.Event(), threading.Barrier(4), [0, 0]

    def write(which: int) -> None:
        begun.wait()
        while not stop.is_set():
            # A unit and the entry that it was made: neither is ever there without the other.
            with works.writing(SYSTEM) as work:
                people.add_unit(work, Text({"ar": "إدارة", "en": "Unit"}), "EG")
            wrote[which] += 1

    def seal() -> None:
        begun.wait()
        while not stop.is_set():
            with works.writing(SYSTEM) as work:
                sealing.seal_some(work)

    threads = [threading.Thread(target=write, args=(which,)) for which in (0, 1)] + [threading.Thread(target=seal)]
    for thread in threads:
        thread.start()
    begun.wait()
    while min(wrote) < 5:
        stop.wait(0.01)
    path = tmp_path / "one.backup"
    before = sum(wrote)
    taken = take_backup(works, SYSTEM, path, KEY, {})
    after = sum(wrote)
    stop.set()
    for thread in threads:
        thread.join()
    assert after > before, "nobody wrote meanwhile"

    url = elsewhere()
    done = bring(path, url, tools)
    assert (done.faults, done.problems, done.aside) == ([], [], None)
    database = connect(url)
    with database.reads() as session:
        units = session.scalar(select(func.count()).select_from(UnitRow)) or 0
        made = select(func.count()).where(
            AuditEntryRow.deed == "people:person:write", AuditEntryRow.target_kind == "unit"
        )
        assert session.scalar(made) == units == taken.stated.rows["unit"]
        assert before <= units <= after + 3
        last = session.scalar(select(AuditEntryRow).order_by(AuditEntryRow.id.desc()).limit(1))
    database.engine.dispose()
    # The check of the chain is the last entry; the tip of the manifest was among what it was compared with.
    assert last is not None
    assert (last.deed, last.details["faults"]) == ("trace:audit:check", 0)
    assert taken.stated.tip is not None
    assert last.details["number"] > taken.stated.tip["number"] > 5
    with works.reading(SYSTEM) as work:
        found = find_last_backup(work)
    assert found is not None
    assert found >= datetime.fromisoformat(taken.stated.taken_at)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.glob(".amana-*")) == []


@pytest.fixture
def kept(bare_database: Database, tools: Tools, tmp_path: Path) -> Kept:
    return made(bare_database, tools, tmp_path)


def test_what_was_open_is_closed_what_waited_is_kept_back_and_the_trail_says_so(
    kept: Kept, tools: Tools, elsewhere: Elsewhere
) -> None:
    url = elsewhere()
    done = bring(kept[0], url, tools)
    assert (done.sign_ins, done.links, done.held, done.is_whole) == (1, 1, 1, True)
    database = connect(url)
    with database.reads() as session:
        assert session.scalar(select(SignInRow.revoked_at)) is not None
        assert session.scalar(select(OneTimeLinkRow.expires_at)) == tools.clock()
        assert session.scalars(select(EntryLinkRow)).all() == []
        entry = session.scalar(select(AuditEntryRow).where(AuditEntryRow.deed == "operation:backup:restore"))
        assert entry is not None
        assert (entry.details["sign_ins"], entry.details["links"], entry.details["held"]) == (1, 1, 1)
        # What protects rows came along.
        with pytest.raises(Exception, match="never changed"):
            session.execute(text("DELETE FROM audit_entry"))
    database.engine.dispose()


def test_whoever_asks_for_it_gets_everything_as_it_was(kept: Kept, tools: Tools, elsewhere: Elsewhere) -> None:
    url = elsewhere()
    done = bring(kept[0], url, tools, ends_sign_ins=False, holds_mails=False)
    assert (done.sign_ins, done.links, done.held) == (0, 0, None)
    database = connect(url)
    with database.reads() as session:
        assert session.scalar(select(SignInRow.revoked_at)) is None
    database.engine.dispose()


def test_a_place_that_is_not_empty_keeps_what_stood_there_under_another_name(
    kept: Kept, tools: Tools, elsewhere: Elsewhere, dialect: str
) -> None:
    url = elsewhere()
    bring(kept[0], url, tools)
    place = place_of(url)
    assert not place.is_empty()
    assert place.users() == 0
    database = connect(url)
    with database.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        assert place_of(url).users() == 1
    database.engine.dispose()
    done = bring(kept[0], url, tools)
    assert done.aside is not None
    aside = done.aside.removeprefix("the schema ")
    if dialect == "sqlite":
        database = connect(f"sqlite:///{aside}")
        aside = "main"
    else:
        database = connect(url)
    with database.engine.connect() as connection:
        assert connection.scalar(text(f"SELECT count(*) FROM {aside}.person")) == 1
        assert connection.scalar(text("SELECT count(*) FROM person")) == 1
    database.engine.dispose()


def test_a_restore_that_breaks_off_changes_nothing(
    kept: Kept, tools: Tools, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    url = elsewhere()
    bring(kept[0], url, tools)
    with closing(Archive(kept[0])) as archive:
        stated = archive.stated
        # More was copied than the manifest says: it is told after it was taken in.
        archive.stated = replace(stated, rows={**stated.rows, "person": 2})
        with pytest.raises(BrokenBackup, match="person has 1 rows, and the manifest says 2"):
            restore(archive, place_of(url), tools, SYSTEM, Choices(), lambda _: None)
    database = connect(url)
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM person")) == 1
        if not database.is_sqlite:
            asides = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'before_restore%'"
            assert connection.scalar(text(asides)) == 0
    database.engine.dispose()
    assert place_of(url).users() == 0
    if database.is_sqlite:
        assert [path.name for path in (tmp_path / "elsewhere").iterdir() if path.name.startswith(".")] == []


def test_what_the_records_or_the_trail_no_longer_say_is_told(
    kept: Kept, tools: Tools, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    """A copy that somebody changed before it was sealed: the chain tells, and it is brought back all the same."""
    _, works = kept
    with works.database.writes() as session:
        trigger = "audit_entry_update_refused"
        on = "" if works.database.is_sqlite else " ON audit_entry"
        session.execute(text(f"DROP TRIGGER {trigger}{on}"))
        session.execute(text("UPDATE audit_entry SET because = 'another' WHERE id = (SELECT min(id) FROM audit_entry)"))
        session.commit()
    path = tmp_path / "changed.backup"
    take_backup(works, SYSTEM, path, KEY, {})
    done = bring(path, elsewhere(), tools)
    assert {fault.code for fault in done.faults} == {"entry-altered"}
    assert not done.is_whole


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_backup_of_before_is_brought_up_to_this_version(
    kept: Kept, tools: Tools, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    _, works = kept
    schema.downgrade(works.database.engine, "034")
    path = tmp_path / "older.backup"
    with works.database.reads():
        taken = take_backup(works, SYSTEM, path, KEY, {})
    assert taken.stated.schema == "034"
    url = elsewhere()
    assert bring(path, url, tools).is_whole
    database = connect(url)
    assert schema.current(database.engine) == schema.head()
    database.engine.dispose()


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_only_the_product_itself_takes_backups(bare_database: Database, tools: Tools, tmp_path: Path) -> None:
    path = tmp_path / "x"
    with pytest.raises(NotAllowed):
        take_backup(Works(bare_database, tools), Actor("person:x", 1, frozenset({Role.ADMIN})), path, KEY, {})
    assert not path.exists()
