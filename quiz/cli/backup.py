"""`quiz backup` and `quiz restore`: the database as one file, and back again."""

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import click

from quiz.access.actor import Actor
from quiz.cli.belongings import key_files, outside
from quiz.cli.opening import direct_settings, settings, told, works
from quiz.db.copies import CopyFailed
from quiz.services.backing_up import take_backup
from quiz.services.backup_archive import KEYS, Archive, BackupKey, BrokenBackup, Stated
from quiz.services.restoring import Choices, Restored, check_fits, place_of, restore, set_tips_aside
from quiz.services.tools import Tools, system_clock
from quiz.settings.environment import Misconfigured
from quiz.settings.operator import Settings

_ACTOR = Actor.system("backup")


@contextmanager
def _plainly() -> Iterator[None]:
    """Say in one line what went wrong with a file or a program, with exit status 1."""
    try:
        yield
    except (BrokenBackup, CopyFailed) as fault:
        raise click.ClickException(str(fault)) from fault
    except FileExistsError as fault:
        raise click.ClickException(f"{fault.filename} is there already, and nothing is written over") from fault
    except OSError as fault:
        if fault.errno == errno.ENOSPC:
            raise click.ClickException("the disk is full; nothing was left behind") from fault
        raise click.ClickException(f"{fault.filename or 'the file'}: {fault.strerror}") from fault


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--with-keys", is_flag=True, help="put the secrets and key files in as well: whoever has FILE has all")
@told
def backup(file: Path, with_keys: bool) -> None:
    """Write the database as it is now into FILE, while everybody goes on writing.

    One file, readable by this user alone, which takes its name once it is whole. Keys stay outside unless asked for.
    """
    if not file.parent.is_dir():
        raise click.UsageError(f"{file.parent} is no folder")
    found, began = direct_settings(), system_clock()
    doors = works()
    with _plainly():
        taken = take_backup(doors, _ACTOR, file, _key(found), _keys(found) if with_keys else {})
    seconds = (system_clock() - began).total_seconds()
    click.echo(f"{file}: {_size(taken.bytes)} in {seconds:.1f} s; {_said(taken.stated)}")
    click.echo("not in it, and to be kept elsewhere:")
    if not with_keys:
        click.echo("  SECRET_KEY: without it nobody's app for codes works, and no backup of it is taken for ours")
        for name, path in key_files(found):
            click.echo(f"  {name}: {path}")
    for line in outside(found):
        click.echo(f"  {line}")


def _key(found: Settings) -> BackupKey:
    return BackupKey.of(found.secret_key, *found.old_secret_keys)


def _keys(found: Settings) -> Mapping[str, bytes]:
    """Return every secret of the settings by the name of its setting, files with what is in them."""
    keys = {"SECRET_KEY": found.secret_key.encode()}
    if found.old_secret_keys:
        keys["OLD_SECRET_KEYS"] = ",".join(found.old_secret_keys).encode()
    files = dict(key_files(found))
    if found.signing and found.signing.key_password:
        keys["SIGNING_KEY_PASSWORD"] = found.signing.key_password.encode()
    return {**keys, **{name: path.read_bytes() for name, path in files.items()}}


def _said(stated: Stated) -> str:
    rows = stated.rows
    chain = f"audit trail up to {stated.last_link[0]}" if stated.last_link else "nothing of the audit trail is sealed"
    return (
        f"{stated.engine}, schema {stated.schema}, as of {stated.taken_at}: {rows.get('person', 0)} people, "
        f"{rows.get('completion', 0)} records, {chain}"
    )


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:.1f} MiB"


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="only say whether FILE is whole and ours")
@click.option("--keys-to", type=click.Path(file_okay=False, path_type=Path), help="only write its keys into a folder")
@click.option("--replace", is_flag=True, help="into a database that is not empty: what stands there is set aside")
@click.option("--confirm", metavar="NAME", help="with --replace: the name of the database, instead of being asked")
@click.option("--unsealed", is_flag=True, help="also where SECRET_KEY is lost and nothing tells who made FILE")
@click.option("--keep-sign-ins", is_flag=True, help="leave sign-ins and links open that were open then")
@click.option("--send-mails", is_flag=True, help="keep no mails back: those that were sent since go out again")
@click.option("--skip-records", is_flag=True, help="do not make every record again; quiz records verify --all does")
@told
def restore_command(
    file: Path,
    only_check: bool,
    keys_to: Path | None,
    replace: bool,
    confirm: str | None,
    unsealed: bool,
    keep_sign_ins: bool,
    send_mails: bool,
    skip_records: bool,
) -> None:
    """Bring the database back that FILE holds, into an empty place; with exit status 1 where anything is wrong.

    Everything is checked first: digests and seal, then in a place beside the database the rows, the audit trail and
    every record. Sign-ins and links end, and mails are kept back until quiz mails release.
    """
    with _plainly(), closing(Archive(file)) as archive:
        if keys_to is not None:
            _write_keys(archive, keys_to)
            return
        found = settings()
        if not archive.is_ours(_key(found)) and not unsealed:
            raise BrokenBackup(
                "no SECRET_KEY of the settings sealed it: name the one of then in OLD_SECRET_KEYS, "
                "or give --unsealed where it is lost and the file was always in safe hands"
            )
        if only_check:
            archive.check()
            click.echo(f"{file} is whole; {_said(archive.stated)}")
            return
        place = place_of(direct_settings().database_url)
        check_fits(archive.stated, place, found.database_url)
        if not place.is_empty():
            _allow_replacing(place.name, replace, confirm)
            users = place.users()
            if users:
                raise CopyFailed(f"{place.name} is in use ({users}): stop quiz serve and quiz work first")
        choices = Choices(not keep_sign_ins, not send_mails, not skip_records)
        done = restore(archive, place, _tools(found), _ACTOR, choices, lambda words: click.echo(words, err=True))
    _tell(done, archive.stated, place.name)
    _tell_tips(found, archive.stated)
    if not done.is_whole:
        raise SystemExit(1)


def _tools(found: Settings) -> Tools:
    try:
        return Tools.of(found)
    except Misconfigured as fault:
        raise click.UsageError(str(fault)) from fault


def _allow_replacing(name: str, replace: bool, confirm: str | None) -> None:
    if not replace:
        raise CopyFailed(f"{name} is not empty: --replace sets aside what stands there")
    typed = confirm if confirm is not None else click.prompt(f"Type the name of the database to replace it ({name})")
    if typed != name:
        raise CopyFailed("another name was typed, and nothing was changed")


def _write_keys(archive: Archive, folder: Path) -> None:
    names = [part.name for part in archive.stated.parts if part.name.startswith(KEYS)]
    if not names:
        raise BrokenBackup("there are no keys in it")
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        path = folder / Path(name).name
        with archive.open(name) as content:
            number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(number, "wb") as into:
                while piece := content.read(64 * 1024):
                    into.write(piece)
        click.echo(str(path))


def _tell(done: Restored, stated: Stated, name: str) -> None:
    for fault in done.faults:
        click.echo(f"audit trail: {fault.code} at number {fault.number}, entry {fault.entry_id}")
    for problem in done.problems:
        click.echo(f"{problem.kind} {problem.id}: {problem.what}")
    click.echo(f"{name} is restored; {_said(stated)}")
    if done.aside:
        click.echo(f"what stood there is kept as {done.aside}: remove it once it is not needed, it is personal data")
    click.echo(f"sign-ins ended: {done.sign_ins}, links closed: {done.links}")
    if done.held is None:
        click.echo("mails are not kept back: what was sent since the backup may go out again")
    else:
        click.echo(f"mails kept back: {done.held}, and reminders from now on; quiz mails held, then quiz mails release")
    click.echo(f"gone is what was done after {stated.taken_at}; docs/runbook.md says what to look after")


def _tell_tips(found: Settings, stated: Stated) -> None:
    if found.audit_tip_folder is None:
        return
    mark = f"{datetime.fromisoformat(stated.taken_at):%Y%m%dT%H%M%SZ}"
    try:
        count = set_tips_aside(found.audit_tip_folder, stated, mark)
    except OSError as fault:
        click.echo(f"AUDIT_TIP_FOLDER cannot be written ({fault.strerror}): tips later than the backup stay in it")
        return
    if count:
        click.echo(f"tips of the audit trail that prove what was lost: {count}, now in before-restore-{mark} there")
