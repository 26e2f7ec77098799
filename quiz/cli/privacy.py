"""`quiz privacy …`: what is past its time and still there, and removing it, for a data protection officer."""

import click

from quiz.access.actor import Actor
from quiz.cli.opening import told, works
from quiz.services import retaining

_ACTOR = Actor.system("privacy")


@click.group()
def privacy() -> None:
    """What is kept of people, and for how long."""


@privacy.command()
@told
def check() -> None:
    """Count what is past its time and still there, by table; exit status 1 where it should be gone for days."""
    with works().reading(_ACTOR) as work:
        found = retaining.list_past(work)
    for one in found:
        click.echo(f"{one.table}: {one.past} past their time, {one.overdue} of them by more than the grace")
    if any(one.overdue for one in found):
        raise click.ClickException(
            f"kept more than {retaining.GRACE_DAYS} days too long; does quiz work run? quiz privacy run removes it now"
        )
    if not found:
        click.echo("nothing is past its time")


@privacy.command()
@click.option("--dry-run", is_flag=True, help="only say what it would remove")
@told
def run(dry_run: bool) -> None:
    """Remove what is past its time now, as the worker does once a day; written into the audit trail by counts."""
    door = works()
    if dry_run:
        with door.reading(_ACTOR) as work:
            removed = {one.table: one.past for one in retaining.list_past(work)}
    else:
        removed = retaining.retain_all(door, _ACTOR)
    for table, count in sorted(removed.items()):
        click.echo(f"{table}: {count}")
    click.echo(f"{'would be removed' if dry_run else 'removed'}: {sum(removed.values())}")
