"""`quiz assignments …`: rules evaluated now, and the counts of managers compared with what they count."""

import click

from quiz.access.actor import Actor
from quiz.cli.opening import told, works
from quiz.services import counted, evaluating, turning

_ACTOR = Actor.system("assignments")


@click.group()
def assignments() -> None:
    """What is assigned by rules, and how it is counted."""


@assignments.command()
@told
def run() -> None:
    """Evaluate every rule now; doing it twice does no harm."""
    door = works()
    done = evaluating.run_rules(door, _ACTOR)
    with door.writing(_ACTOR) as work:
        turning.look_again(work)
    click.echo(f"people {done.people}, assigned {done.assigned}, lapsed {done.lapsed}")


@assignments.command()
@click.option("--mend", is_flag=True, help="make every count anew from the assignments")
@told
def check(mend: bool) -> None:
    """Compare the counts with the assignments; list what differs, with exit status 1."""
    with works().writing(_ACTOR) as work:
        found = counted.mend_counts(work) if mend else counted.list_differences(work)
    for one in found:
        late = "late" if one.is_late else "in time"
        click.echo(f"{one.unit} {one.module} {one.bucket} {late}: kept {one.kept}, counted {one.counted}")
    if found and not mend:
        raise click.ClickException(f"counts that differ: {len(found)}; --mend makes them anew")
    click.echo(f"counts made anew: {len(found)}" if mend else "every count is right")
