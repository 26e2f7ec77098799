"""`quiz mails …`: whether mails go out as they should, and what becomes of those that a restore keeps back."""

from datetime import datetime
from pathlib import Path

import click

from quiz.access.actor import Actor
from quiz.cli.opening import told, works
from quiz.services import mail_health, mail_hold
from quiz.services.mail_hold import Choice, message_ids

_ACTOR = Actor.system("mails")
_SAID = {
    "worker-unseen": "no worker was seen; start one with quiz work",
    "not-begun": "the reminders of a working day have not begun; the log of the worker says why",
    "not-ended": "the reminders of a working day have not ended; the log of the worker says why",
    "stuck": "mails wait for more than an hour; does the server of MAIL_URL answer?",
    "given-up": "mails were given up in the last seven days; /admin/mails says whose",
    "held": "a backup was restored and mails are kept back; quiz mails held, then quiz mails release",
}


@click.group()
def mails() -> None:
    """What is sent to people."""


@mails.command()
@told
def check() -> None:
    """Tell whether all mails that were due went out; list what is wrong, with exit status 1."""
    with works().reading(_ACTOR) as work:
        found = mail_health.get_mail_health(work)
    for one in found.troubles:
        since = one.since.isoformat(timespec="minutes") if one.since else "ever"
        click.echo(f"{one.code}: {_SAID[one.code]} (since {since}{f', {one.count} mails' if one.count else ''})")
    if found.troubles:
        raise click.ClickException("mails do not go out as they should")
    click.echo(f"of the {found.asked} mails of today {found.sent} were sent; nothing is wrong")


@mails.command()
@told
def held() -> None:
    """Tell which mails are kept back since a backup was restored, by kind."""
    with works().reading(_ACTOR) as work:
        found = mail_hold.get_held(work)
    if found is None:
        click.echo("no mails are kept back")
        return
    since, copied = (one.isoformat(timespec="seconds") for one in (found.since, found.copied_at))
    click.echo(f"kept back since {since}; the backup was taken at {copied}")
    for kind, count in found.counts.items():
        click.echo(f"{kind}: {count}")


@mails.command()
@click.option(
    "--sent-until",
    type=click.DateTime(["%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S%z"]),
    metavar="MOMENT",
    help="when the service that is lost sent its last mails: what fell due by then is taken as sent, the rest goes out",
)
@click.option(
    "--mail-log",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="the log of the mail server: mails whose Message-IDs stand in it were sent, the rest goes out",
)
@click.option("--send-all", is_flag=True, help="all go out, also those that were sent already")
@click.option("--drop-all", is_flag=True, help="none goes out")
@told
def release(sent_until: datetime | None, mail_log: Path | None, send_all: bool, drop_all: bool) -> None:
    """Let the mails go that a restore keeps back, but for those that were sent; reminders go out by themselves again.

    What is taken as sent stands in the log of mails with that reason, so that nothing is lost in silence.
    """
    if sum(map(bool, (sent_until, mail_log, send_all, drop_all))) != 1:
        raise click.UsageError("give one of --sent-until, --mail-log, --send-all and --drop-all")
    seen = None
    if mail_log is not None:
        with mail_log.open(encoding="utf-8", errors="replace") as lines:
            seen = message_ids(lines)
    choice = Choice(sent_until, seen, drop_all)
    doors, sent, going, more = works(), 0, 0, True
    while more:
        with doors.writing(_ACTOR) as work:
            done = mail_hold.release_some(work, choice)
        sent, going, more = sent + done.sent_already, going + done.to_send, done.more
    click.echo(f"going out: {going}, taken as sent: {sent}")
