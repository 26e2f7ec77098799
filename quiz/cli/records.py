"""`quiz records …`: completion records from the shell."""

import json
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import click

from quiz.access.actor import Actor
from quiz.cli.opening import settings, told, works
from quiz.engine.regrading import Policy
from quiz.engine.text import Text
from quiz.factory import create_app
from quiz.presentation.assets import keep
from quiz.records import offline_code, pack
from quiz.records.signing import UnusableKey
from quiz.services import recomputing, regrading, replaying
from quiz.services.completing import revoke_completion
from quiz.services.erasing import erase_holder
from quiz.services.replaying import ShownPage
from quiz.services.tools import system_clock
from quiz.web.learner.again import render_again

_ACTOR = Actor.system("records")
_WRONG = {
    "another-key": "it is signed with another key than the one you gave",
    "changed": "its content is not what the manifest names",
    "key-unreadable": "it holds no Ed25519 key",
    "manifest-rewritten": "it is not written as this program writes it",
    "missing": "it is missing",
    "not-listed": "the manifest does not name it",
    "not-signed": "the pack is not signed: nothing shows who made it",
    "signature-wrong": "it is not the signature of the manifest",
}


@click.group()
def records() -> None:
    """Completion records."""


@records.command()
@click.argument("public_id")
@click.option("--reason-ar", required=True, help="why, in words fit to publish")
@click.option("--reason-en", required=True)
@click.option("--behind", required=True, help="who decided it, such as an office and the number of its letter")
@told
def revoke(public_id: str, reason_ar: str, reason_en: str, behind: str) -> None:
    """Revoke a record for good; the reason is shown to whoever verifies it, and the holder gets a mail.

    On the pages two people stand behind it; here the operator writes down who does.
    """
    with works().writing(_ACTOR) as work:
        revoke_completion(work, public_id, Text({"ar": reason_ar, "en": reason_en}), behind)


@records.command()
@click.argument("public_id")
@click.option("--reason", required=True, help="why; it is kept when the names are gone, so it should name nobody")
@told
def erase(public_id: str, reason: str) -> None:
    """Remove the names from a record for good; all else of it still verifies."""
    with works().writing(_ACTOR) as work:
        erase_holder(work, public_id, reason)


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
    for short in found.short_modules:
        click.echo(f"module {short.key}: {short.missing} scenarios missing without this one")
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


@records.command("verify-pack")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The public key (PEM) as the organisation gave it to you; otherwise the one in the pack is taken.",
)
@click.option("--unsigned", is_flag=True, help="Check the digests alone of a pack that is not signed.")
def verify_pack(file: Path, key: Path | None, unsigned: bool) -> None:
    """Check an evidence pack: every digest and the signature; list all that is wrong, with exit status 1.

    It needs no database and no settings.
    """
    try:
        found = pack.check(file.read_bytes(), key.read_bytes() if key else None)
    except pack.NotAPack as fault:
        raise click.ClickException(f"{file} is no evidence pack: {fault}") from fault
    faults = [one for one in found.faults if not (unsigned and key is None and one.code == "not-signed")]
    for one in faults:
        click.echo(f"{one.file}: {_WRONG[one.code]}")
    if faults:
        raise SystemExit(1)
    click.echo(
        f"files: {len(found.manifest['files'])}, all as the manifest names them; made {found.manifest['made_at']}"
    )
    if found.fingerprint is None:
        click.echo("not signed: nothing shows who made it")
    else:
        click.echo(f"signed with the key {found.fingerprint}")
        if key is None:
            click.echo(
                "whose key that is, the pack cannot say: compare it with what the organisation names, or give --key"
            )


@records.command("verify-code")
@click.argument("text")
@click.option(
    "--key",
    "keys",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The public key of the organisation (PEM), or its /.well-known/did.json as a file.",
)
def verify_code(text: str, keys: Path) -> None:
    """Check TEXT, which the QR code of a printed record holds, and say what it states; exit status 1 if it is wrong.

    It needs no database, no settings and no network, and so cannot know whether the record was revoked since.
    """
    try:
        found = offline_code.read_code(text, offline_code.public_keys_of(keys.read_bytes()))
    except UnusableKey as fault:
        raise click.ClickException(f"{keys}: {fault}") from fault
    except offline_code.UnreadableCode as fault:
        raise click.ClickException(f"the code does not hold: {fault}") from fault
    until = found.valid_until
    click.echo(f"code: {found.code}")
    click.echo(f"holder: {found.name}")
    click.echo(f"programme: {found.module}")
    click.echo(f"completed on: {found.completed_on.isoformat()}")
    click.echo(f"valid until: {until.isoformat() if until else 'no end date'}")
    click.echo(f"signed with the key {found.key_id}; whether it was revoked since, only the service can say")
    # A day later than here may be a day earlier elsewhere: on its last day a record is valid everywhere.
    if until and system_clock().date() > until + timedelta(days=1):
        raise click.ClickException("the record has expired")


@records.command()
@click.argument("public_ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every record, and every ended attempt with it.")
@click.option("--json", "as_json", is_flag=True)
@told
def recompute(public_ids: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Make records again from stored steps and pinned documents; list every difference, with exit status 1."""
    if everything == bool(public_ids):
        raise click.UsageError("name some records, or give --all")
    with works().reading(_ACTOR) as work:
        found = recomputing.recompute(work, None if everything else public_ids)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        for one in found.differences:
            click.echo(f"{one.kind} {one.id}: {one.what}: stored {one.stored}, recomputed {one.recomputed}")
        click.echo(f"records: {found.completions}, attempts: {found.attempts}, differences: {len(found.differences)}")
    if found.differences:
        raise SystemExit(1)


@records.command()
@click.argument("attempt")
@click.option("--into", required=True, type=click.Path(file_okay=False, path_type=Path), help="A folder for the pages.")
@told
def replay(attempt: str, into: Path) -> None:
    """Write the pages of ATTEMPT again as they were shown, one file each; the look into the answers is audited."""
    found = settings()
    doors = works()
    with doors.writing(_ACTOR) as work:
        pages = replaying.list_shown_pages(work, attempt)
    app = create_app(found, doors.database, doors.tools)
    written = {_name_of(page): page for page in pages}
    keep({name: render_again(app, page) for name, page in written.items()}, into)
    for name, page in written.items():
        click.echo(f"{name}  {page.at.isoformat()}  {page.shown.language} {page.shown.digits}")


def _name_of(page: ShownPage) -> str:
    return f"{page.step:03}-{'after' if page.is_after else 'before'}-place-{page.slot.number}.html"


@records.command()
@click.argument("attempt")
@told
def explain(attempt: str) -> None:
    """Say why each scenario stands in ATTEMPT: the line it was drawn for, and what it was preferred by."""
    with works().reading(_ACTOR) as work:
        choices = replaying.explain_attempt(work, attempt)
    for number, one in enumerate(choices, 1):
        seen = f"last seen {one.last_seen.isoformat()}" if one.last_seen else "new to the person"
        counts = "counts" if one.scored and one.counts else "does not count"
        click.echo(
            f"{number}. {one.scenario.key}: line {one.line}, {counts}, {seen}; "
            f"{one.free} were free, the seed decided among {one.equal}"
        )
