"""`quiz records …`: completion records from the shell."""

import click

from quiz.access.actor import Actor
from quiz.cli.opening import told, works
from quiz.engine.regrading import Policy
from quiz.engine.text import Text
from quiz.services import regrading
from quiz.services.completing import revoke_completion

_ACTOR = Actor.system("records")


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
    with works().writing(_ACTOR) as work:
        revoke_completion(work, public_id, Text({"ar": reason_ar, "en": reason_en}))


@records.command()
@click.argument("scenario")
@click.option(
    "--withdraw", is_flag=True, help="Let the scenario count no more, instead of marking by its standing key."
)
@click.option(
    "--policy",
    type=click.Choice([policy.value for policy in Policy]),
    default=Policy.ONLY_IF_IT_HELPS.value,
    show_default=True,
    help="Which of the two scores stands.",
)
@click.option("--apply", "applies", is_flag=True, help="Do it; without this the effect is only shown.")
@click.option("--reason-ar", help="Why, in words that the people concerned read; needed to apply.")
@click.option("--reason-en")
@told
def regrade(
    scenario: str, withdraw: bool, policy: str, applies: bool, reason_ar: str | None, reason_en: str | None
) -> None:
    """Mark the answers to SCENARIO again: show what it would do, or with --apply do it (again: go on with it)."""
    doors, by = works(), Policy(policy)
    with doors.reading(_ACTOR) as work:
        found = regrading.preview_regrading(work, scenario, withdraw, by)
    click.echo(f"{scenario}: {'withdrawn' if withdraw else f'version {found.version}'}, {by.value}")
    click.echo(f"attempts: {found.attempts} (of {found.unreadable} the answers cannot be marked by this version)")
    click.echo(f"scores: {found.higher} higher, {found.lower} lower")
    click.echo(f"newly passing: {len(found.gains)}; would newly not pass: {len(found.losses)}")
    click.echo(f"records: {found.records} written at once, {found.revoked} revoked")
    if not applies:
        return
    with doors.writing(_ACTOR) as work:
        reason = Text({"ar": reason_ar or "", "en": reason_en or ""})
        decision = regrading.decide_regrading(work, scenario, withdraw, by, reason)
    done = 0
    while True:
        with doors.writing(_ACTOR) as work:
            some = regrading.continue_regrading(work, decision)
        done += some
        if not some:
            break
    click.echo(f"decision {decision}: {done} attempts marked again")
