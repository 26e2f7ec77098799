"""`quiz people …`: units, people, roles and invitations from the shell."""

import click

from quiz.access.actor import Actor, Role
from quiz.cli.opening import told, works
from quiz.engine.text import Text
from quiz.services import people as services

_ACTOR = Actor.system("people")


@click.group()
def people() -> None:
    """Units, people, roles and invitations."""


@people.command("add-unit")
@click.option("--name-ar", required=True)
@click.option("--name-en", required=True)
@click.option("--jurisdiction", type=click.Choice(["EG", "AE"]), required=True)
@click.option("--parent", help="public id of the unit above")
@told
def add_unit(name_ar: str, name_en: str, jurisdiction: str, parent: str | None) -> None:
    """Add a unit and print its public id."""
    with works().writing(_ACTOR) as work:
        click.echo(services.add_unit(work, Text({"ar": name_ar, "en": name_en}), jurisdiction, parent))


@people.command()
@click.option("--hr-number", required=True)
@click.option("--email", required=True)
@click.option("--name", required=True, help="the full name, in one piece")
@click.option("--latin-name")
@click.option("--unit", required=True, help="public id of the unit")
@click.option("--extra-time", default=0, help="per cent of extra time in exams", type=click.IntRange(0, 300))
@told
def add(hr_number: str, email: str, name: str, latin_name: str | None, unit: str, extra_time: int) -> None:
    """Add a person and print the public id."""
    with works().writing(_ACTOR) as work:
        click.echo(services.provision_person(work, hr_number, email, name, unit, latin_name, extra_time))


@people.command()
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role if role is not Role.LEARNER]))
@click.option("--unit", help="public id of the unit that bounds the role")
@told
def grant(email: str, role: str, unit: str | None) -> None:
    """Give a person a role."""
    with works().writing(_ACTOR) as work:
        services.grant_role(work, services.find_person_id(work, email), Role(role), unit)


@people.command()
@click.argument("email")
@click.argument("module", required=False)
@told
def invite(email: str, module: str | None) -> None:
    """Assign a module to a person, if one is named, and mail a one-time link that lands on it."""
    with works().writing(_ACTOR) as work:
        person = services.find_person_id(work, email)
        if module:
            services.assign_module(work, person, module)
        services.invite(work, person, module)
    click.echo("the invitation is in the outbox; quiz work sends it")


@people.command("grant-attempt")
@click.argument("email")
@click.argument("module")
@click.option("--reason", required=True)
@told
def grant_attempt(email: str, module: str, reason: str) -> None:
    """Allow a person one more attempt, with the reason."""
    with works().writing(_ACTOR) as work:
        services.grant_attempt(work, services.find_person_id(work, email), module, reason)
