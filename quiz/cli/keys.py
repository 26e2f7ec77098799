"""`quiz records keys`, `distrust`: what signs here, and a key that is trusted no longer."""

from datetime import datetime

import click

from quiz.access.actor import Actor
from quiz.cli.opening import told, works
from quiz.engine.text import Text
from quiz.records.signing import at_present
from quiz.services import distrusting
from quiz.services.distrusting import KeyLine
from quiz.services.unit_of_work import UnitOfWork

_ACTOR = Actor.system("records")


class Moment(click.ParamType[datetime]):
    """A moment with its zone, such as 2026-11-20T14:00+02:00 or 2026-11-20T12:00Z."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the moment; one without a zone would be another one elsewhere."""
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no moment such as 2026-11-20T14:00+02:00", param, ctx)
        if found.tzinfo is None:
            self.fail(f"{value!r} needs its zone, such as +02:00 or Z", param, ctx)
        return found


@click.command("keys")
@told
def list_keys() -> None:
    """List what signed here: keys of credentials, certificates of papers; exit status 1 where the present one may not.

    A line says from when to when it signed, whether it is the present one, and since when it is trusted no longer.
    """
    with works().reading(_ACTOR) as work:
        lines = [("key", one) for one in distrusting.list_keys(work)]
        lines += [("certificate", one) for one in distrusting.list_certificates(work)]
        refused = _refused(work)
    for kind, one in lines:
        click.echo(_line(kind, one))
    for setting in refused:
        click.echo(f"{setting}: what it names is trusted no longer, and nothing is signed with it; set another")
    if refused:
        raise SystemExit(1)


@click.command()
@click.argument("key")
@click.option("--since", required=True, type=Moment(), help="When somebody else may first have had it, with the zone.")
@click.option("--because-ar", required=True, help="Why, in words fit to publish.")
@click.option("--because-en", required=True)
@click.option("--by", required=True, help="Who decided it, such as an office and the number of its letter.")
@told
def distrust(key: str, since: datetime, because_ar: str, because_en: str, by: str) -> None:
    """Trust KEY no longer: one of `quiz records keys`, by its id or how that begins. It is never taken back.

    Nothing is signed with it any more, it leaves what is published, and what it signed counts only where this service
    kept it before SINCE. A certificate is named for its key: every other certificate of that key goes with it.
    """
    with works().writing(_ACTOR) as work:
        named = distrusting.distrust(work, key, since, Text({"ar": because_ar, "en": because_en}), by)
        work.session.flush()
        refused = _refused(work)
    click.echo(f"{named} is trusted no longer since {since.isoformat()}")
    for setting in refused:
        click.echo(f"{setting} names it: nothing is signed until it names another")


def _refused(work: UnitOfWork) -> list[str]:
    """Return the settings that name what is trusted no longer."""
    found = []
    if distrusting.find_signer(work).public_key != at_present(work.tools.signer).public_key:
        found.append("CREDENTIAL_KEY_FILE")
    if distrusting.of_signer(work):
        found.append("SIGNING_CERTIFICATE_FILE")
    return found


def _line(kind: str, one: KeyLine) -> str:
    until = one.ended_at.isoformat() if one.ended_at else "…"
    parts = [f"{kind} {one.id}", *([one.name] if one.name else []), f"{one.began_at.isoformat()} – {until}"]
    if one.papers is not None:
        parts.append(f"papers: {one.papers}")
    if one.is_present:
        parts.append("present")
    if one.distrust:
        since = f"trusted no longer since {one.distrust.since.isoformat()} (by {one.distrust.recorded_by})"
        parts.append(f"{since}, papers stored since: {one.later}" if one.later is not None else since)
    return ", ".join(parts)
