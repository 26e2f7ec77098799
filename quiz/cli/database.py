"""`quiz db …`: the schema of the database."""

from contextlib import closing

import click

from quiz.cli.opening import settings, told
from quiz.db import schema
from quiz.db.connection import Database, connect
from quiz.services.health import find_fault


@click.group()
def db() -> None:
    """The schema of the database."""


@db.command()
@told
def upgrade() -> None:
    """Bring the database to the schema of this version."""
    engine = connect(settings().database_url).engine
    before = schema.current(engine)
    schema.upgrade(engine)
    click.echo(f"database: {before or 'empty'} -> {schema.current(engine)}")


@db.command()
@told
def check() -> None:
    """Tell whether the database answers and stands at the schema of this version, and whether its replica is read."""
    found = settings()
    with closing(connect(found.database_url, found.reach)) as database:
        _check(database)


def _check(database: Database) -> None:
    fault = find_fault(database)
    if fault:
        raise click.ClickException(fault)
    click.echo(f"database: {schema.head()}, ready")
    if database.replica is not None:
        state = database.replica.look()
        if not state.is_read:
            raise click.ClickException(f"replica: passed over, {state.why}")
        click.echo(f"replica: read, at most {state.seconds_behind or 0.0:.1f} s behind")
