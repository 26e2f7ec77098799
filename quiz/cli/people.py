"""`quiz people …`: units, people, roles and invitations from the shell."""

from pathlib import Path

import click

from quiz.access.actor import Actor, Role
from quiz.cli.opening import told, works
from quiz.engine.text import Text
from quiz.services import identities, staffing
from quiz.services import people as services
from quiz.services.staffing import ImportSummary

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


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--staff", "kind", flag_value="staff", help="the file is of people")
@click.option("--units", "kind", flag_value="units", help="the file is of units")
@click.option("--check", "is_check", is_flag=True, help="only say what the file would do")
@click.option("--missing", type=click.Choice(["keep", "leave"]), default="keep", help="people who are not in the file")
@told
def import_file(file: Path, kind: str | None, is_check: bool, missing: str) -> None:
    """Carry out a CSV or Excel file of people or units; rows with a fault are told and left out."""
    if kind is None:
        raise click.UsageError("say what the file holds: --staff or --units")
    door = works()
    with door.writing(_ACTOR) as work:
        public_id = staffing.stage(work, kind, file.name, file.read_bytes())
    with door.reading(_ACTOR) as work:
        found = staffing.get_import(work, public_id)
        _say_faults(staffing.list_faults(work, public_id), file)
    click.echo(_counted(found))
    if is_check or not found.has_work:
        return
    with door.writing(_ACTOR) as work:
        staffing.confirm(work, public_id, missing)
    more = True
    while more:
        with door.writing(_ACTOR) as work:
            more = staffing.go_on(work, public_id)
            done = staffing.get_import(work, public_id)
        click.echo(f"{done.done} of {done.total}")


def _say_faults(entries: tuple[staffing.EntrySummary, ...], file: Path) -> None:
    name = click.format_filename(file)
    for one in entries:
        for code, column, value in one.faults:
            click.echo(f"{name}:{one.line}: {code} {column} {value}".rstrip(), err=True)


def _counted(found: ImportSummary) -> str:
    counts = ", ".join(f"{name} {count}" for name, count in sorted(found.standings.items()))
    told = [f"read as {found.encoding}", counts, f"unchanged {found.unchanged}", f"managers {found.leaders}"]
    told += [f"columns not read: {', '.join(found.unread)}"] if found.unread else []
    told += [f"rows are broken from line {found.broken_at} on"] if found.broken_at else []
    return "; ".join(one for one in told if one)


@people.command()
@click.argument("email")
@click.argument("provider")
@told
def unlink(email: str, provider: str) -> None:
    """Unlink a person from a provider of identities, so that another account there can be linked."""
    with works().writing(_ACTOR) as work:
        count = identities.unlink(work, services.find_person_id(work, email), provider)
    click.echo(f"unlinked: {count}")
