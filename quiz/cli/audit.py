"""`quiz audit …`: whether the audit trail was tampered with, its tip, and the trail for somebody else to check."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import click

from quiz.access.actor import Actor
from quiz.cli.opening import settings, told, works
from quiz.records.audit_chain import entry_document, written_moment
from quiz.records.audit_tip import Tip, keep_tip, read_tips
from quiz.records.audit_walk import Fault, Walk
from quiz.services import audit_checking, people, sealing
from quiz.services.audit_checking import list_linked
from quiz.services.unit_of_work import Works

_ACTOR = Actor.system("audit")
_SAID = {
    "entry-altered": "the entry was changed after it was sealed",
    "entry-missing": "the entry is gone",
    "link-altered": "the link was changed, or made without the key",
    "gap": "links are missing from this number on",
    "forked": "it stands in the chain more than once",
    "key-unknown": "the key that sealed it is not among those set",
    "unsealed": "the entry waits for more than a quarter of an hour, or was taken from those that wait",
    "cut": "the chain ends here, and a tip that was signed later says more",
    "tip-not-in-chain": "another link stands here than the tip of that day says",
    "tip-forged": "no key of ours signed this tip",
    "tip-unreadable": "this line is no tip",
}


@click.group()
def audit() -> None:
    """The audit trail, and the chain that shows whether it was tampered with."""


@audit.command()
@told
def seal() -> None:
    """Seal what waits, as the worker does every few seconds; doing it twice does no harm."""
    click.echo(f"entries sealed: {sum(sealing.seal_all(works(), _ACTOR))}")


@audit.command()
@click.option(
    "--tips",
    "tips_at",
    type=click.Path(exists=True, path_type=Path),
    help="A folder of tips (or one file) that was kept outside of the database; only they tell of a tail cut off.",
)
@click.option("--by", metavar="EMAIL", help="Who stands behind this check; it is shown on the page of the trail.")
@click.option("--json", "as_json", is_flag=True, help="print it for a program")
@told
def verify(tips_at: Path | None, by: str | None, as_json: bool) -> None:
    """Go along the whole chain and name what is broken, the first first; with exit status 1 where anything is."""
    doors = works()
    tips, faults = _tips_at(tips_at)
    behind = ""
    if by:
        with doors.reading(_ACTOR) as work:
            behind = people.person_actor(work, by).name
    with doors.reading(_ACTOR) as work:
        began_at, walk = work.now, audit_checking.begin_walk(work)
    for _ in audit_checking.walk_to_end(doors, _ACTOR, walk):
        pass
    with doors.reading(_ACTOR) as work:
        audit_checking.end_walk(work, walk, tips)
    for fault in faults:
        walk.blame(fault)
    with doors.writing(_ACTOR) as work:
        audit_checking.note_check(work, walk, began_at, tips, behind)
    _tell(walk, len(tips), doors.tools.audit_keys.is_derived, as_json)
    if walk.broken:
        raise SystemExit(1)


def _tips_at(where: Path | None) -> tuple[list[Tip], list[Fault]]:
    if where is None:
        return [], []
    tips, unreadable = read_tips(where)
    return tips, [Fault("tip-unreadable", None, None, f"{name}:{line}") for name, line in unreadable]


def _tell(walk: Walk, tips: int, is_derived: bool, as_json: bool) -> None:
    if as_json:
        found = [
            {"code": one.code, "number": one.number, "entry": one.entry_id, "said": one.said} for one in walk.faults
        ]
        said = {"links": walk.number, "tips": tips, "faults": walk.broken, "own_key": not is_derived, "found": found}
        click.echo(json.dumps(said))
        return
    for one in walk.faults:
        click.echo(f"{_place(one)}: {one.code}: {_SAID[one.code]}{f' ({one.said})' if one.said else ''}")
    if walk.broken > len(walk.faults):
        click.echo(f"and {walk.broken - len(walk.faults)} more")
    if is_derived:
        click.echo("the key is derived from SECRET_KEY: set AUDIT_KEY_FILE, so that the chain has one of its own")
    if not tips:
        click.echo("compared with no tip from outside (--tips): a tail cut off with its tips would not be seen")
    click.echo(f"links: {walk.number}; {'broken' if walk.broken else 'nothing is broken'}")


def _place(fault: Fault) -> str:
    number = f"number {fault.number}" if fault.number is not None else "no number"
    return number if fault.entry_id is None else f"{number}, entry {fault.entry_id}"


@audit.command()
@told
def tip() -> None:
    """Seal what waits, sign the end of the chain and print that; it goes into AUDIT_TIP_FOLDER as well, if set."""
    doors, folder = works(), settings().audit_tip_folder
    for _ in sealing.seal_all(doors, _ACTOR):
        pass
    with doors.writing(_ACTOR) as work:
        made = sealing.take_tip(work)
    if made is None:
        raise click.ClickException("nothing is sealed yet")
    if folder is not None:
        try:
            keep_tip(folder, made)
        except OSError as fault:
            raise click.ClickException(f"AUDIT_TIP_FOLDER cannot be written: {fault.strerror}") from fault
    click.echo(made.line(), nl=False)


@audit.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--format", "kind", type=click.Choice(["jsonl", "csv"]), help="otherwise by the ending of the file; JSONL if none"
)
@told
def export(file: Path, kind: str | None) -> None:
    """Write every sealed entry with its link to FILE, so that somebody with the key can make the chain again."""
    doors = works()
    with doors.writing(_ACTOR) as work:
        audit_checking.note_export(work)
    is_csv = (kind or file.suffix.lstrip(".").lower()) == "csv"
    count = 0
    with file.open("w", encoding="utf-8", newline="") as into:
        for row in _rows(doors):
            if is_csv and not count:
                into.write(_line_of(list(row)))
            into.write(_line_of(_cells(row)) if is_csv else json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    click.echo(f"links written: {count}")


def _rows(doors: Works) -> Iterator[dict[str, Any]]:
    after = 0
    while True:
        with doors.reading(_ACTOR) as work:
            some = list_linked(work, after)
        for link, entry in some:
            said = entry_document(entry) if entry is not None else None
            yield {
                "number": link.number, "entry_id": link.entry_id, "entry_digest": link.entry_digest,
                "sealed_at": written_moment(link.sealed_at), "key": link.key_id, "link": link.link, "entry": said,
            }  # fmt: skip
        if not some:
            return
        after = some[-1][0].number


def _cells(row: dict[str, Any]) -> list[str]:
    return [json.dumps(one, ensure_ascii=False) if isinstance(one, dict) else str(one or "") for one in row.values()]


def _line_of(cells: list[str]) -> str:
    into = StringIO()
    csv.writer(into, lineterminator="\r\n").writerow(cells)
    return into.getvalue()
