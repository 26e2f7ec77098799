"""`quiz mails …`: whether mails go out as they should, for whoever watches over the machine."""

import click

from quiz.access.actor import Actor
from quiz.cli.opening import told, works
from quiz.services import mail_health

_ACTOR = Actor.system("mails")
_SAID = {
    "worker-unseen": "no worker was seen; start one with quiz work",
    "not-begun": "the reminders of a working day have not begun; the log of the worker says why",
    "not-ended": "the reminders of a working day have not ended; the log of the worker says why",
    "stuck": "mails wait for more than an hour; does the server of MAIL_URL answer?",
    "given-up": "mails were given up in the last seven days; /admin/mails says whose",
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
