"""Bringing a backup back: beside what stands there, brought up to this version, checked, and then put in its place."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db import schema
from quiz.db.connection import Database, connect
from quiz.db.copies import POSTGRESQL, SQLITE, CopyFailed, Place, count_rows
from quiz.db.postgresql_copies import PostgresqlPlace
from quiz.db.queries import people
from quiz.db.queries.restoring import close_every_door
from quiz.db.schema import Standing
from quiz.db.sqlite_copies import SqlitePlace
from quiz.records.audit_tip import Tip, UnreadableTip, keep_tip, read_tip, read_tips
from quiz.records.audit_walk import Fault
from quiz.records.facts import canonical
from quiz.services import audit_checking, mail_hold, sealing
from quiz.services.backup_archive import Archive, BrokenBackup, Stated
from quiz.services.stored_checking import Problem, check_all
from quiz.services.tools import Tools
from quiz.services.unit_of_work import UnitOfWork, Works

_TARGET = Target("backup")
_NAMES = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the operator chose about a restore."""

    ends_sign_ins: bool = True
    holds_mails: bool = True
    checks_records: bool = True


@dataclass(slots=True)
class Restored:
    """What came of a restore: what was ended and kept back, what is wrong, and where what stood there is now."""

    sign_ins: int = 0
    links: int = 0
    held: int | None = None
    faults: list[Fault] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    aside: str | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing is wrong."""
        return not (self.faults or self.problems)


def place_of(url: str) -> Place:
    """Return where a backup of a database would be taken in; raise CopyFailed."""
    return SqlitePlace(url) if url.startswith("sqlite") else PostgresqlPlace(connect(url).engine)


def check_fits(stated: Stated, place: Place, url: str) -> None:
    """Raise BrokenBackup where a backup cannot be brought into a place, whatever the operator says."""
    engine = "sqlite" if url.startswith("sqlite") else "postgresql"
    if stated.engine != engine:
        raise BrokenBackup(f"it is of {stated.engine}, and DATABASE_URL is of {engine}")
    if schema.standing(stated.schema) not in (Standing.CURRENT, Standing.BEHIND):
        raise BrokenBackup(
            f"it stands at {stated.schema}, and this version knows {schema.head()}: restore with a newer"
        )
    free = place.free_bytes()
    needed = next(part.bytes for part in stated.parts if part.name == _NAMES[engine])
    if free is not None and free < needed:
        raise CopyFailed(f"the disk has {free} bytes left, and {needed} are needed")


def restore(archive: Archive, place: Place, tools: Tools, actor: Actor, choices: Choices, say: Say) -> Restored:
    """Bring a backup into its place; raise BrokenBackup, CopyFailed or OSError, and then nothing was changed."""
    stated = archive.stated
    say("checking the file")
    archive.check()
    say("taking it in")
    mark = f"{tools.clock():%Y%m%dT%H%M%SZ}"
    with archive.open(_NAMES[stated.engine]) as content, place.taking_in(content, mark) as taken:
        with _opened(taken.url) as database:
            _compare(database, stated)
            say(f"bringing it from {stated.schema} to {schema.head()}")
            schema.upgrade(database.engine)
            # What this process keeps of another database is no part of this one.
            works = Works(database, replace(tools, kept=type(tools.kept)()))
            found = Restored()
            with works.writing(actor) as work:
                _settle(work, stated, choices, found)
            say("going along the audit trail")
            found.faults = _walk(works, actor, stated)
            if choices.checks_records:
                say("making every record again")
                with works.reading(actor) as work:
                    check_all(work, found.problems.append)
        found.aside = taken.put()
    return found


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = connect(url)
    try:
        yield database
    finally:
        database.engine.dispose()


def _compare(database: Database, stated: Stated) -> None:
    """Raise BrokenBackup where what was taken in is not what was copied."""
    with database.engine.connect() as connection:
        found = dict(count_rows(connection))
    for table in sorted({*found, *stated.rows}):
        if found.get(table) != stated.rows.get(table):
            raise BrokenBackup(f"{table} has {found.get(table)} rows, and the manifest says {stated.rows.get(table)}")


def _settle(work: UnitOfWork, stated: Stated, choices: Choices, found: Restored) -> None:
    """End what must not hold any more, keep mails back, and write the restore into the trail."""
    work.require(Permission.OPERATION_BACKUP_RESTORE, _TARGET)
    taken_at = datetime.fromisoformat(stated.taken_at)
    if choices.ends_sign_ins:
        found.sign_ins = people.revoke_sign_ins(work.session, work.now)
        found.links = close_every_door(work.session, work.now)
    if choices.holds_mails:
        found.held = mail_hold.begin(work, taken_at)
    details = {"taken_at": stated.taken_at, "sign_ins": found.sign_ins, "links": found.links, "held": found.held}
    work.audit(Permission.OPERATION_BACKUP_RESTORE, _TARGET, **details)


def _walk(works: Works, actor: Actor, stated: Stated) -> list[Fault]:
    """Seal what waited, go along the chain with the tip of the manifest, and keep what was found."""
    for _ in sealing.seal_all(works, actor):
        pass
    tips = [_tip(stated)] if stated.tip else []
    with works.reading(actor) as work:
        began_at, walk = work.now, audit_checking.begin_walk(work)
    for _ in audit_checking.walk_to_end(works, actor, walk):
        pass
    with works.reading(actor) as work:
        audit_checking.end_walk(work, walk, tips)
    with works.writing(actor) as work:
        audit_checking.note_check(work, walk, began_at, tips)
    return walk.faults


def _tip(stated: Stated) -> Tip:
    try:
        return read_tip(canonical(stated.tip or {}).decode())
    except UnreadableTip as fault:
        raise BrokenBackup("the tip of the audit trail in the manifest cannot be read") from fault


def set_tips_aside(folder: Path, stated: Stated, mark: str) -> int:
    """Move tips that say more than a restored chain holds into a folder of their own; return how many. Raise OSError.

    They prove what was lost, and the daily check compares the chain with those that stay.
    """
    ends = stated.last_link[0] if stated.last_link else 0
    tips, _ = read_tips(folder)
    later = [tip for tip in tips if tip.number > ends]
    if not later:
        return 0
    aside = folder / f"before-restore-{mark}"
    aside.mkdir(exist_ok=True)
    for tip in later:
        keep_tip(aside, tip)
    lines = {tip.line().rstrip("\n") for tip in later}
    for path in sorted(folder.glob("*.jsonl")):
        held = path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in held if line not in lines]
        if kept == held:
            continue
        if kept:
            fresh = path.with_suffix(".kept")
            fresh.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
            fresh.rename(path)
        else:
            path.unlink()
    return len(later)
