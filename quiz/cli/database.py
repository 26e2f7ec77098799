"""`quiz db …`: the schema of the database."""

from contextlib import closing

import click
from sqlalchemy import text

from quiz.cli.opening import direct_settings, settings, told
from quiz.db import schema
from quiz.db.connection import Database, connect
from quiz.services.health import find_fault
from quiz.settings.operator import Settings


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
