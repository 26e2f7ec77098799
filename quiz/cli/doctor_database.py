"""What `quiz doctor` sees of the database: whether it answers, as what, at which schema, and what stands between."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from quiz.access.actor import Actor
from quiz.cli.doctor_findings import Finding, ok, warning, wrong
from quiz.db import protection, schema
from quiz.db.connection import Database, connect
from quiz.db.schema import Standing
from quiz.services import distrusting, mail_health, operating
from quiz.services.tools import Tools, system_clock
from quiz.services.unit_of_work import Works
from quiz.settings.environment import Misconfigured
from quiz.settings.operator import Settings

OLDEST_SQLITE, OLDEST_TESTED = (3, 35, 0), 15
_AHEAD, _FAR = timedelta(seconds=2), timedelta(minutes=1)
_BACKUP_AFTER = timedelta(hours=26)
# Files of SQLite over a network lose its locks, and with them what was written.
_NETWORKS = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph", "glusterfs"})
_ACTOR = Actor.system("doctor")


def database(settings: Settings) -> Iterator[Finding]:
    """Tell how the database stands, and all that can only be asked of it."""
    url = settings.database_url
    if url.startswith("sqlite"):
        path = Path(url.partition("///")[2].partition("?")[0])
        if not path.is_file():
            yield wrong("database", f"there is no file {path}", "quiz db upgrade, or mend DATABASE_URL")
            return
        yield from _file(path)
    try:
        found = connect(url, settings.reach)
    except (SQLAlchemyError, ImportError, ValueError) as fault:
        yield wrong("database", f"DATABASE_URL cannot be used: {type(fault).__name__}", "mend DATABASE_URL")
        return
    with closing(found):
        try:
            # On SQLite whoever might write would hold up all who do.
            with found.engine.execution_options(writes=False).connect() as connection:
                yield from _server(connection, settings.reach.is_pooled)
                standing, told = _schema(connection)
        except SQLAlchemyError as fault:
            yield wrong(
                "database", f"it does not answer: {_words(fault)}", "is it running, reachable and let in? Mend it"
            )
            return
        yield told
        if standing in (Standing.CURRENT, Standing.NEWER):
            yield from _inside(found, settings)
        yield from _replica(found)


def _words(fault: SQLAlchemyError) -> str:
    said = str(getattr(fault, "orig", None) or "").strip() or type(fault).__name__
    if "unsupported startup parameter" in said:
        return f"{said}; name it in ignore_startup_parameters of PgBouncer"
    return said


def _file(path: Path) -> Iterator[Finding]:
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    holding = max((one for one in mounts if path.resolve().is_relative_to(one[0])), key=lambda one: len(one[0]))
    if holding[1] in _NETWORKS:
        yield wrong(
            "database: disk", f"{path} lies on {holding[1]}", "SQLite needs a disk of this machine; or PostgreSQL"
        )


def _server(connection: Connection, is_pooled: bool) -> Iterator[Finding]:
    if connection.dialect.name == "sqlite":
        mode = connection.scalar(text("PRAGMA journal_mode"))
        if mode != "wal":
            yield wrong(
                "database", f"its journal is {mode}", "PRAGMA journal_mode = WAL; is it on a disk of this machine?"
            )
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            yield wrong("database", f"SQLite {sqlite3.sqlite_version} is too old", "use a Python with a newer one")
        yield ok("database", f"SQLite {sqlite3.sqlite_version}, answers")
        return
    yield from _postgresql(connection)
    yield from _pooler(connection, is_pooled)
    yield from _clock(connection)


def _postgresql(connection: Connection) -> Iterator[Finding]:
    shown = {name: str(connection.scalar(text("SELECT current_setting(:name)"), {"name": name})) for name in _SHOWN}
    major = int(shown["server_version_num"]) // 10_000
    yield ok("database", f"PostgreSQL {shown['server_version']}, answers")
    if major < OLDEST_TESTED:
        yield warning(
            "database", f"PostgreSQL {major} is older than what is tested", f"bring it to {OLDEST_TESTED} or newer"
        )
    for name, (good, is_wrong, do) in _WANTED.items():
        if shown[name] not in good:
            yield (wrong if is_wrong else warning)("database", f"{name} is {shown[name]}", do)
    if connection.scalar(text("SELECT pg_is_in_recovery()")):
        yield wrong("database", "DATABASE_URL leads to a replica", "name the primary in DATABASE_URL")


_WANTED: dict[str, tuple[frozenset[str], bool, str]] = {
    "default_transaction_isolation": (
        frozenset({"read committed"}), True,
        "ALTER DATABASE … SET default_transaction_isolation = 'read committed': answers rely on it",
    ),
    "default_transaction_read_only": (frozenset({"off"}), True, "nothing can be stored: ALTER DATABASE … RESET it"),
    "server_encoding": (frozenset({"UTF8"}), True, "make the database anew with ENCODING 'UTF8'"),
    "fsync": (frozenset({"on"}), True, "set it on: what was answered is lost with the power"),
    "full_page_writes": (frozenset({"on"}), True, "set it on: the database may be broken after a loss of power"),
    "synchronous_commit": (
        frozenset({"on", "local", "remote_write", "remote_apply"}), False,
        "set it on: an answer that was confirmed may be lost",
    ),
}  # fmt: skip
_SHOWN = ("server_version", "server_version_num", *_WANTED)


def _pooler(connection: Connection, is_pooled: bool) -> Iterator[Finding]:
    # A pooler makes up the number of the process that it names to its clients.
    driver: Any = connection.connection.driver_connection
    is_between = driver.info.backend_pid != connection.scalar(text("SELECT pg_backend_pid()"))
    if is_between and not is_pooled:
        yield wrong(
            "database: pooler",
            "DATABASE_URL leads to a pooler such as PgBouncer, and DATABASE_POOLER is not 1",
            "set DATABASE_POOLER=1: what is prepared in one session is not known in the next",
        )
    elif is_between:
        yield ok("database: pooler", "one stands between; quiz db upgrade, backup and restore need the server itself")
    elif is_pooled:
        yield warning(
            "database: pooler", "DATABASE_POOLER is 1 and none stands between", "leave it out: it costs speed"
        )


def _clock(connection: Connection) -> Iterator[Finding]:
    theirs: datetime | None = connection.scalar(text("SELECT clock_timestamp()"))
    off = abs(system_clock() - theirs) if theirs else timedelta()
    seen = f"this machine and the database's are {off.total_seconds():.1f} s apart"
    if off <= _AHEAD:
        yield ok("clock", seen)
    else:
        yield (wrong if off > _FAR else warning)("clock", seen, "let both be set by the same time servers (NTP)")


def _schema(connection: Connection) -> tuple[Standing, Finding]:
    database = Path(connection.engine.url.database or "").name
    current = schema.current(connection.engine)
    standing = schema.standing(current)
    head = schema.head()
    if standing is Standing.CURRENT:
        return standing, _triggers(connection, head)
    if standing is Standing.NEWER:
        do = "bring this installation to the same version as the others"
        return standing, warning("schema", f"it stands at {current}, this version knows {head}", do)
    if standing is Standing.UNKNOWN:
        seen = f"{database} stands at {current}, which is none of this product"
        return standing, wrong("schema", seen, "does DATABASE_URL name the right database?")
    pending = int(head) - int(current or 0)
    return standing, wrong(
        "schema", f"{pending} migrations are pending ({current or 'empty'} -> {head})", "quiz db upgrade"
    )


def _triggers(connection: Connection, head: str) -> Finding:
    asked = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    )
    gone = protection.names(connection.dialect.name) - set(connection.scalars(text(asked)))
    if gone:
        seen = f"{len(gone)} protecting triggers are gone or switched off, such as {min(gone)}"
        return wrong(
            "schema", seen, "who took them away? quiz db upgrade makes them anew; then quiz records verify --all"
        )
    return ok("schema", f"at {head}, with every protecting trigger")


def _inside(found: Database, settings: Settings) -> Iterator[Finding]:
    try:
        tools = Tools.of(settings)
    except (Misconfigured, ValueError):
        # Told by what signs.
        tools = Tools.real("file:", settings.base_url, settings.password_memory_kib, settings.password_rounds)
    with Works(found, tools).reading(_ACTOR) as work:
        state = operating.get_state(work)
        health = mail_health.get_mail_health(work)
        is_distrusted = distrusting.of_signer(work) or distrusting.find_signer(work).public_key != _key(tools)
    yield from _past(state)
    for trouble in health.troubles:
        yield warning(
            f"mails: {trouble.code}", f"{trouble.count} mails" if trouble.count else "see there", "quiz mails check"
        )
    if is_distrusted:
        yield wrong("signing", "a key of the settings is trusted no longer", "quiz records keys; name another key")


def _key(tools: Tools) -> bytes | None:
    return tools.signer.public_key


def _past(state: operating.State) -> Iterator[Finding]:
    if state.faults:
        yield wrong("audit trail", f"its last check found {state.faults} faults", "quiz audit verify; docs/runbook.md")
    if state.ahead > _FAR:
        seen = "the trail has entries later than now: the clock of this machine stands wrong, or stood so"
        yield wrong("clock", seen, "set it by NTP, and see docs/runbook.md")
    if state.backed_up is None or state.now - state.backed_up > _BACKUP_AFTER:
        since = state.backed_up.astimezone(UTC).isoformat(timespec="minutes") if state.backed_up else "ever"
        yield warning("backup", f"none was taken with quiz backup since {since}", "let a timer take one every night")
    else:
        yield ok("backup", f"taken at {state.backed_up.astimezone(UTC).isoformat(timespec='minutes')}")


def _replica(found: Database) -> Iterator[Finding]:
    if found.replica is None:
        return
    state = found.replica.look()
    if state.is_read:
        yield ok("replica", f"read, at most {state.seconds_behind or 0.0:.1f} s behind")
    else:
        yield warning("replica", f"passed over: {state.why}", "reports read the primary meanwhile; mend the replica")
