"""Copies of a PostgreSQL database: made and taken in by its own client programs, in one transaction each."""

import os
import re
import shutil
import subprocess  # nosec B404 # started by lists of words, never through a shell
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

from psycopg.pq import Conninfo
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateSchema, DropSchema

from quiz.db.copies import POSTGRESQL, Copy, CopyFailed, Readable, has_tables, pieces

_SERVICE = "amana"
_ASIDE = "before_restore_"
# Owners, privileges and where things lie belong to the server they are on, and not to the data.
_PLAIN = ("--no-owner", "--no-privileges", "--no-comments", "--no-tablespaces", "--no-publications",
          "--no-subscriptions", "--no-security-labels")  # fmt: skip
_LONGEST_LINE = 900


@contextmanager
def copying(engine: Engine, folder: Path) -> Iterator[Copy]:
    """Give a copy of a database as it is written; raise CopyFailed. `folder` is not needed: nothing is written there.

    Whoever looks through the connection sees the same moment: the program is handed its snapshot.
    """
    whole = engine.execution_options(isolation_level="REPEATABLE READ", writes=False)
    with whole.connect() as connection:
        _check_program("pg_dump", connection)
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        words = ["pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--exclude-schema={_ASIDE}*", *_PLAIN]
        with _ways(engine) as environment, TemporaryFile() as said:
            program = subprocess.Popen(  # nosec B603 # noqa: S603 - a program of PostgreSQL's, no words from outside
                words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said
            )
            try:
                yield Copy(POSTGRESQL, _Dumped(program, said), connection)
            finally:
                _end(program)


class _Dumped:
    """What the program writes; its end is one only where the program says that all went well."""

    def __init__(self, program: subprocess.Popen[bytes], said: IO[bytes]) -> None:
        self._program = program
        self._said = said

    def read(self, size: int = -1) -> bytes:
        """Return some bytes; raise CopyFailed where the program broke off."""
        assert self._program.stdout is not None  # nosec B101 # noqa: S101 - it was asked for
        piece = self._program.stdout.read(size)
        if not piece and self._program.wait() != 0:
            raise CopyFailed(_told(self._said))
        return piece


def _end(program: subprocess.Popen[bytes]) -> None:
    if program.poll() is None:
        program.kill()
    for stream in (program.stdin, program.stdout):
        if stream is not None:
            stream.close()
    program.wait()


def _told(said: IO[bytes]) -> str:
    """Return what a program said went wrong, in one line and without the rows it was about."""
    said.seek(0)
    lines = said.read(64 * 1024).decode("utf-8", "replace").splitlines()
    faults = [line for line in lines if "error:" in line or "FATAL" in line] or lines[-1:]
    return faults[0] if faults else "the program of PostgreSQL ended without a word"


def _check_program(name: str, connection: Connection) -> None:
    """Raise CopyFailed where a client program is missing, or older than the server."""
    server = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000
    where = shutil.which(name)
    wanted = f"the client programs of PostgreSQL {server} or newer (on Debian: postgresql-client-{server})"
    if where is None:
        raise CopyFailed(f"{name} is not installed: {wanted} are needed")
    asked = subprocess.run([where, "--version"], capture_output=True, text=True, check=False, env=_plain_environment())  # nosec B603 # noqa: S603 - as above
    found = re.search(r"(\d+)(?:\.\d+|\w*)*", asked.stdout)
    if found is None or int(found[1]) < server:
        version = found[1] if found else "of an unknown version"
        raise CopyFailed(f"{name} is {version} and the server {server}: {wanted} are needed")


def _plain_environment() -> dict[str, str]:
    """Return what a client program needs of our environment: where programs are, and PostgreSQL's own settings."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"} or name.startswith("PG")}
    return {**kept, "LC_ALL": "C.UTF-8"}


@contextmanager
def _ways(engine: Engine) -> Iterator[Mapping[str, str]]:
    """Give an environment that leads a client program to the database.

    Where it is and the password stand in files of this user alone, for as long as the program runs: words of a command
    are read by everybody on the machine.
    """
    with TemporaryDirectory(prefix="amana-") as name:
        folder = Path(name)
        service, passwords = folder / "service", folder / "passwords"
        lines = dict(_parameters(engine))
        password = lines.pop("password", None)
        if password is not None:
            escaped = password.replace("\\", "\\\\").replace(":", "\\:")
            _write(passwords, f"*:*:*:*:{escaped}\n")
            lines["passfile"] = str(passwords)
        _write(service, f"[{_SERVICE}]\n" + "".join(f"{key}={value}\n" for key, value in lines.items()))
        yield {**_plain_environment(), "PGSERVICEFILE": str(service), "PGSERVICE": _SERVICE}


def _parameters(engine: Engine) -> Iterator[tuple[str, str]]:
    """Give what the URL says to PostgreSQL's own library; what it says to the driver is nothing to the programs."""
    known = {one.keyword.decode() for one in Conninfo.get_defaults()}
    _, said = engine.dialect.create_connect_args(engine.url)
    for key, value in said.items():
        if key not in known:
            continue
        line = str(value)
        if key != "password" and (line != line.strip() or "\n" in line or len(line) > _LONGEST_LINE):
            raise CopyFailed(f"{key} in DATABASE_URL cannot be handed to a program of PostgreSQL")
        if "\n" in line:
            raise CopyFailed("the password in DATABASE_URL holds the end of a line")
        yield key, line


def _write(path: Path, content: str) -> None:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as into:
        into.write(content)


class PostgresqlPlace:
    """The schema of the database that an engine leads to."""

    def __init__(self, engine: Engine) -> None:
        self._engine = create_engine(engine.url, poolclass=NullPool, hide_parameters=True)
        self.name = engine.url.database or ""

    def is_empty(self) -> bool:
        """Tell whether there are no tables."""
        return not has_tables(self._engine)

    def users(self) -> int:
        """Return how many other sessions there are."""
        others = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"
        )
        with self._engine.connect() as connection:
            return int(connection.scalar(text(others)) or 0)

    def free_bytes(self) -> int | None:
        """Return nothing: the disk is the server's."""
        return None

    @contextmanager
    def taking_in(self, content: Readable, mark: str) -> Iterator["TakenSchema"]:
        """Take a copy in, in one transaction; what stands there is renamed first, and back again without `put`."""
        with self._engine.connect() as connection:
            _check_program("pg_restore", connection)
            schema = str(connection.scalar(text("SELECT current_schema()")))
        aside = None if self.is_empty() else f"{_ASIDE}{re.sub('[^a-z0-9]', '_', mark.lower())}"
        taken = TakenSchema(self._engine.url.render_as_string(hide_password=False), aside)
        if aside is not None:
            self._rename(schema, aside, and_make=True)
        try:
            self._restore(content)
            with self._engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                # Without it every question of the first hour is planned as if the tables were empty.
                connection.execute(text("ANALYZE"))
            yield taken
        finally:
            if not taken.is_put:
                with self._engine.begin() as connection:
                    connection.execute(DropSchema(schema, cascade=True))
                    if aside is None:
                        connection.execute(CreateSchema(schema))
                if aside is not None:
                    self._rename(aside, schema, and_make=False)

    def _rename(self, old: str, new: str, and_make: bool) -> None:
        quote = self._engine.dialect.identifier_preparer.quote
        with self._engine.begin() as connection:
            connection.exec_driver_sql("ALTER SCHEMA " + quote(old) + " RENAME TO " + quote(new))
            if and_make:
                connection.execute(CreateSchema(old))

    def _restore(self, content: Readable) -> None:
        words = ["pg_restore", f"--dbname=service={_SERVICE}", "--single-transaction", "--exit-on-error", *_PLAIN]
        with _ways(self._engine) as environment, TemporaryFile() as said:
            program = subprocess.Popen(  # nosec B603 # noqa: S603 - a program of PostgreSQL's, no words from outside
                words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
            )
            try:
                assert program.stdin is not None  # nosec B101 # noqa: S101 - it was asked for
                for piece in pieces(content):
                    program.stdin.write(piece)
                program.stdin.close()
                if program.wait() != 0:
                    raise CopyFailed(_told(said))
            except BrokenPipeError as fault:
                program.wait()
                raise CopyFailed(_told(said)) from fault
            finally:
                _end(program)


@dataclass(slots=True)
class TakenSchema:
    """A copy that stands in its place already, and is given up again unless it is kept."""

    url: str = field(repr=False)
    _aside: str | None
    is_put: bool = False

    def put(self) -> str | None:
        """Keep it; what stood there is a schema of another name."""
        self.is_put = True
        return f"the schema {self._aside}" if self._aside else None
