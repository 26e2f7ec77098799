"""`quiz weaknesses …`: the sums of what units get wrong, brought up to date and compared with what they sum."""

import click

from quiz.access.actor import Actor
from quiz.cli.opening import told, works
from quiz.db.queries.disclosing import Sums
from quiz.services import disclosing

_ACTOR = Actor.system("weaknesses")


@click.group()
def weaknesses() -> None:
    """What units get wrong, in sums without anybody in them."""


@weaknesses.command()
@told
def run() -> None:
    """Count what ended and publish what is enough, as the worker does every day; doing it twice does no harm."""
    door = works()
    counted = disclosing.count_all(door, _ACTOR)
    with door.writing(_ACTOR) as work:
        published = disclosing.publish(work)
    click.echo(f"first attempts counted {counted}, sums published {published}")


@weaknesses.command()
@told
def check() -> None:
    """Compare the sums with the mark sheets they hold; list what differs, with exit status 1.

    What was published is never made anew: a figure that changed by a few answers would tell of them.
    """
    with works().reading(_ACTOR) as work:
        found = disclosing.list_differences(work)
    for one in found:
        click.echo(f"{one.provision}: kept {_told(one.kept)}, counted {_told(one.counted)}")
    if found:
        raise click.ClickException(f"provisions whose sums differ: {len(found)}")
    click.echo("every sum is right")


def _told(sums: Sums) -> str:
    return f"{sums.sound} of {sums.answers} in {sums.attempts}"
