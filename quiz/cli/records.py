"""`quiz records …`: completion records from the shell."""

import click

from quiz.access.actor import Actor
from quiz.cli.opening import told, works
from quiz.engine.text import Text
from quiz.services.completing import revoke_completion


@click.group()
def records() -> None:
    """Completion records."""


@records.command()
@click.argument("public_id")
@click.option("--reason-ar", required=True, help="why, in words fit to publish")
@click.option("--reason-en", required=True)
@told
def revoke(public_id: str, reason_ar: str, reason_en: str) -> None:
    """Revoke a record; the reason is shown to whoever verifies it."""
    with works().writing(Actor.system("records")) as work:
        revoke_completion(work, public_id, Text({"ar": reason_ar, "en": reason_en}))
