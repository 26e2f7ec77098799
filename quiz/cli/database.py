"""`quiz db …`: the schema of the database."""

import click

from quiz.cli.opening import settings, told
from quiz.db import schema
from quiz.db.connection import connect
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
    """Tell whether the database answers and stands at the schema of this version."""
    fault = find_fault(connect(settings().database_url))
    if fault:
        raise click.ClickException(fault)
    click.echo(f"database: {schema.head()}, ready")
