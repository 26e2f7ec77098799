"""`quiz people …`: units, people, roles and invitations from the shell."""

from datetime import datetime
from pathlib import Path

import click

from quiz.access.actor import Actor, Role
from quiz.cli.opening import told, works
from quiz.engine.scenario import BANKS
from quiz.engine.text import Text
from quiz.services import forgetting, granting, identities, sign_ins, staffing
from quiz.services import people as services
from quiz.services.staffing import ImportSummary

_ACTOR = Actor.system("people")
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def people() -> None:
    """Units, people, roles and invitations."""


@people.command("add-unit")
@click.option("--name-ar", required=True)
@click.option("--name-en", required=True)
@click.option("--jurisdiction", type=click.Choice(["EG", "AE"]), required=True)
@click.option("--parent", help="public id of the unit above")
@click.option("--code", help="what files of HR, and its system by SCIM, call the unit")
@told
def add_unit(name_ar: str, name_en: str, jurisdiction: str, parent: str | None, code: str | None) -> None:
    """Add a unit and print its public id."""
    with works().writing(_ACTOR) as work:
        click.echo(services.add_unit(work, Text({"ar": name_ar, "en": name_en}), jurisdiction, parent, code or None))


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
@click.option("--unit", help="public id of the unit that a manager manages, with all below it")
@click.option("--bank", type=click.Choice(BANKS), help="the one bank that an editor or reviewer is responsible for")
@click.option("--from", "starts_on", type=_DAY, help="its first day, today without it")
@click.option("--until", "ends_on", type=_DAY, help="its last day, none without it")
@told
def grant(
    email: str, role: str, unit: str | None, bank: str | None, starts_on: datetime | None, ends_on: datetime | None
) -> None:
    """Give a person a role: in one bank or all, from a day and until one."""
    first, last = (moment.date() if moment else None for moment in (starts_on, ends_on))
    with works().writing(_ACTOR) as work:
        granting.grant_role(work, services.find_person_id(work, email), Role(role), unit, bank, first, last)


@people.command("end-role")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role if role not in {Role.LEARNER, Role.MANAGER}]))
@click.option("--bank", type=click.Choice(BANKS), help="the bank it was given for, none where it was given for all")
@told
def end_role(email: str, role: str, bank: str | None) -> None:
    """End a role that a person was given; it holds no more from now on."""
    with works().writing(_ACTOR) as work:
        granting.end_role(work, services.find_person_id(work, email), role, bank)


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


@people.command("sign-out")
@click.argument("email", required=False)
@click.option("--all", "is_all", is_flag=True, help="everybody there is")
@told
def sign_out(email: str | None, is_all: bool) -> None:
    """End every sign-in of a person, or with --all of everybody; whoever it was signs in anew."""
    if bool(email) == is_all:
        raise click.UsageError("name one person, or say --all")
    with works().writing(_ACTOR) as work:
        if email:
            count = sign_ins.end_all_of(work, services.find_person_id(work, email))
        else:
            count = sign_ins.end_everybodys(work)
    click.echo(f"signed out: {count}")


class _OnlyLooked(Exception):
    """What was done is to be undone: it was only to be told."""


@people.command()
@click.argument("who", metavar="EMAIL|HR-NUMBER")
@click.option(
    "--because", required=True, help="why; it is kept when the names are gone, so it must not name the person"
)
@click.option("--by", metavar="EMAIL", required=True, help="who of human resources or of the administrators decided it")
@click.option("--dry-run", "is_dry", is_flag=True, help="only say what would be done: it is done and undone")
@told
def forget(who: str, because: str, by: str, is_dry: bool) -> None:
    """Erase a person who has left: nobody can tell any more who they were; records and marks stay. For good."""
    door = works()
    with door.reading(_ACTOR) as work:
        person, behind = services.find_typed(work, who), services.person_actor(work, by)
    done = None
    try:
        with door.writing(_ACTOR) as work:
            done = forgetting.forget_person(work, person, because, behind)
            if is_dry:
                raise _OnlyLooked
    except _OnlyLooked:
        click.echo("nothing was changed; it would be:")
    if done is not None:
        click.echo(f"pseudonym: {done.pseudonym}")
        for kind, count in sorted(done.counts.items()):
            click.echo(f"{kind}: {count}")
    if done is not None and done.published:
        click.echo(f"published documents that hold these words, and stay as they are: {done.published}")


@people.command()
@click.argument("email")
@click.argument("provider")
@told
def unlink(email: str, provider: str) -> None:
    """Unlink a person from a provider of identities, so that another account there can be linked."""
    with works().writing(_ACTOR) as work:
        count = identities.unlink(work, services.find_person_id(work, email), provider)
    click.echo(f"unlinked: {count}")
