"""`quiz access …`: why somebody may or may not do something."""

import json

import click

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.cli.opening import works
from quiz.services.errors import NotFound, Refused
from quiz.services.explaining import Grant, explain

_ACTOR = Actor.system("access")


@click.group()
def access() -> None:
    """Who may do what."""


@access.command("explain")
@click.argument("person")
@click.argument("permission")
@click.argument("target", default="")
@click.option("--json", "as_json", is_flag=True, help="print it for a program")
def explain_access(person: str, permission: str, target: str, as_json: bool) -> None:
    """Tell whether PERSON (mail or public id) may do PERMISSION today, and why; exit status 1 where they may not.

    TARGET is what they would do it to: own, person:MAIL, unit:CODE, bank:KEY, scenario:KEY or draft:ID; a mail or a
    code may be a public id.
    """
    if permission not in set(Permission):
        near = [one for one in Permission if any(part in one for part in permission.split(":"))]
        raise click.UsageError(f"{permission} is no permission; near it: {', '.join(near) or 'none'}")
    try:
        with works().reading(_ACTOR) as work:
            found = explain(work, person, Permission(permission), target)
    except NotFound as fault:
        raise click.UsageError(f"there is no such {fault.code}") from fault
    except Refused as fault:
        raise click.UsageError("TARGET is own, person:…, unit:…, bank:…, scenario:… or draft:…") from fault
    if as_json:
        said = {
            "allowed": found.decision.allowed, "because": found.decision.because, "person": found.person,
            "permission": permission, "target": found.target.kind, "roles": found.roles, "managed_units": found.units,
            "banks": sorted(found.target.banks), "grants": [_grant_document(one) for one in found.grants],
        }  # fmt: skip
        click.echo(json.dumps(said))
    else:
        click.echo(f"{'allowed' if found.decision.allowed else 'refused'}: {found.decision.because}")
        click.echo(f"person {found.person}, roles of today: {', '.join(found.roles)}")
        click.echo(f"units managed: {', '.join(found.units) or 'none'}; asked of: {found.target.kind}")
        if found.target.banks:
            click.echo(f"banks asked of: {', '.join(sorted(found.target.banks))}")
        for one in found.grants:
            click.echo(_grant_line(one))
    if not found.decision.allowed:
        raise SystemExit(1)


def _grant_document(one: Grant) -> dict[str, str | None]:
    return {
        "role": one.role, "bank": one.bank, "unit": one.unit, "state": one.state,
        "from": one.starts_on.isoformat(), "until": one.ends_on.isoformat() if one.ends_on else None,
    }  # fmt: skip


def _grant_line(one: Grant) -> str:
    bounds = f"bank {one.bank}" if one.bank else f"unit {one.unit}" if one.unit else "everywhere"
    until = f" until {one.ends_on}" if one.ends_on else ""
    return f"given: {one.role}, {bounds}, from {one.starts_on}{until}: {one.state}"
