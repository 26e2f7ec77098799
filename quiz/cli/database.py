"""`quiz db …`: the schema of the database, and the way from one database into another."""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from quiz.access.actor import Actor
from quiz.cli.belongings import key_files, outside
from quiz.cli.opening import direct_settings, settings, told
from quiz.db import schema
from quiz.db.connection import Database, connect
from quiz.records.audit_tip import read_tips
from quiz.services.copying import Copied, TransferRefused, Unreadable, copy_installation
from quiz.services.health import find_fault
from quiz.services.tools import Tools
from quiz.settings.environment import Misconfigured
from quiz.settings.operator import Settings

_ACTOR = Actor.system("copy")
_SAID_EVERY_SECONDS = 2.0


@click.group()
def db() -> None:
    """The schema of the database."""


@db.command()
@told
def upgrade() -> None:
    """Bring the database to the schema of this version."""
    with closing(connect(direct_settings().database_url)) as database:
        before = schema.current(database.engine)
        schema.upgrade(database.engine)
        click.echo(f"database: {before or 'empty'} -> {schema.current(database.engine)}")


@db.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--skip-records", is_flag=True, help="do not make every record again; quiz records verify --all does")
@told
def copy(source: str, target: str, skip_records: bool) -> None:
    """Copy the installation in the database FROM into the empty database TO, of whatever engine, and check it there.

    Both are addresses as in DATABASE_URL, or @FILE for a file that holds one. Stop quiz serve and quiz work first, and
    give this the other settings that they have: nobody may work with FROM meanwhile. All is copied or nothing: every
    row is read again and compared, then the audit trail and every record are checked in TO. FROM stays as it is.
    """
    given, taken = _address(source), _address(target)
    found = direct_settings()
    tips = read_tips(found.audit_tip_folder)[0] if found.audit_tip_folder else []
    try:
        tools = Tools.of(found)
    except Misconfigured as fault:
        raise click.UsageError(str(fault)) from fault
    try:
        done = copy_installation(given, taken, tools, _ACTOR, tips, Progress(), _say, not skip_records)
    except (TransferRefused, Unreadable) as fault:
        raise click.ClickException(f"{fault}; nothing was copied") from fault
    _tell_copied(done)
    _tell_beside(found)
    if not done.is_whole:
        raise click.ClickException(
            "what is named above is wrong in the copy, and was in what it was copied from: each row is the same"
        )


def _say(words: str) -> None:
    click.echo(words, err=True)


def _tell_copied(done: Copied) -> None:
    for fault in done.walk.faults:
        click.echo(f"audit trail: {fault.code} at number {fault.number}, entry {fault.entry_id}")
    for problem in done.problems:
        click.echo(f"{problem.kind} {problem.id}: {problem.what}")
    for name in done.rows.left_behind:
        click.echo(f"the table {name} is not of this product, and was not copied")
    click.echo(f"copied {done.rows.rows} rows of {done.rows.tables} tables; each was read again and is the same")
    if done.rows.last_entry is not None:
        click.echo("the last entry of the audit trail that was copied is {} of {}".format(*done.rows.last_entry))
    click.echo(f"links of the audit trail: {done.walk.number}; {'broken' if done.walk.broken else 'nothing is broken'}")
    if done.checked is None:
        click.echo("records were not made again: quiz records verify --all does that")
    else:
        made, wrong = done.checked, f"{len(done.problems)} wrong" if done.problems else "nothing is wrong"
        click.echo(f"papers: {made.papers}, records: {made.records}, attempts: {made.attempts}; {wrong}")


def _tell_beside(found: Settings) -> None:
    click.echo("not in the database, and to be the same where the copy is served:")
    click.echo("  SECRET_KEY: without it nobody's app for codes works, and no link that was sent")
    for name, path in key_files(found):
        click.echo(f"  {name}: {path}")
    for line in outside(found):
        click.echo(f"  {line}")
    click.echo("to be changed: DATABASE_URL, and QUEUE_URL where it is set; whatever is due stands in the database")


def _address(given: str) -> str:
    try:
        url = Path(given[1:]).read_text(encoding="utf-8").strip() if given.startswith("@") else given
        make_url(url)
    except OSError as fault:
        raise click.UsageError(f"{given[1:]} cannot be read: {fault.strerror}") from fault
    except (ArgumentError, UnicodeDecodeError) as fault:
        raise click.UsageError("an address is sqlite:///… or postgresql://…") from fault
    if not url.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:")):
        raise click.UsageError("an address is sqlite:///… or postgresql://…")
    return url


class Progress:
    """Says how far it is on the way for errors, some seconds apart."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said_at = clock()

    def __call__(self, table: str, rows: int, total: int) -> None:
        """Hear how many rows of a table are copied, or read again."""
        now = self._clock()
        if now - self._said_at >= _SAID_EVERY_SECONDS:
            self._said_at = now
            click.echo(f"{table}: {rows} of {total}", err=True)


@db.command()
@told
def check() -> None:
    """Tell whether the database answers and stands at the schema of this version, and whether its replica is read."""
    found = settings()
    with closing(connect(found.database_url, found.reach)) as database:
        _check(database, found)


def _check(database: Database, found: Settings) -> None:
    fault = find_fault(database)
    if fault:
        raise click.ClickException(fault)
    click.echo(f"database: {schema.head()}, ready")
    _tell_connections(database, found)
    if database.replica is not None:
        state = database.replica.look()
        if not state.is_read:
            raise click.ClickException(f"replica: passed over, {state.why}")
        click.echo(f"replica: read, at most {state.seconds_behind or 0.0:.1f} s behind")


def _tell_connections(database: Database, found: Settings) -> None:
    """Tell how many connections a process may hold, beside what the server takes."""
    if database.is_sqlite:
        return
    each = found.reach.pool_size + (1 if database.replica is not None else 0)
    where = "the pooler decides how many reach the server"
    if not found.reach.is_pooled:
        with database.engine.connect() as connection:
            where = f"the server takes {connection.scalar(text('SHOW max_connections'))}"
    click.echo(f"connections: at most {each} for each process of quiz serve and quiz work; {where}")
