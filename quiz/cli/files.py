"""`quiz bank export` and `quiz bank load`: the banks as files, and files as drafts of somebody."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from quiz.access.actor import Actor
from quiz.bank.findings import Severity
from quiz.bank.reader import FOLDERS, read_folder
from quiz.bank.writer import Unwritable, content_files, write_folder
from quiz.cli.opening import told, works
from quiz.engine.scenario import BANKS
from quiz.presentation.findings import sentence, severity_word
from quiz.services import people
from quiz.services.exporting import Documents, list_published
from quiz.services.receiving import receive, sent_of
from quiz.services.unit_of_work import Works
from quiz.services.uploading import Sent, UploadSummary, get_upload, go_on, keep_upload, make_drafts

_STANDINGS = {
    "new": "new",
    "changed": "changed",
    "same": "as published or as it is being written",
    "taken": "left alone, since somebody is writing it",
    "barred": "left alone, since it is of another bank than theirs",
}


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--bank", type=click.Choice(BANKS), help="only the scenarios of this bank")
@click.option("--replace", is_flag=True, help="remove content files in FOLDER that are not published any more")
@told
def export(folder: Path, bank: str | None, replace: bool) -> None:
    """Write everything that is published to FOLDER as content files, which read back as the same documents.

    A file that stands there is written anew. One that is not published stops the export and nothing is written,
    unless --replace takes it away: what the folder holds is then what is published, and a difference can be reviewed.
    """
    with works().reading(Actor.system("export")) as work:
        documents = list_published(work, bank)
    before = set(_content_files(folder))
    try:
        written = _written_over(folder, documents, before, replace)
    except Unwritable as fault:
        raise click.ClickException(f"{fault.finding.file}: {sentence(fault.finding, str)}") from fault
    click.echo(f"files: {len(written)} written")


def _content_files(folder: Path) -> Iterator[Path]:
    for name, depth in FOLDERS.items():
        yield from (path for path in (folder / name).rglob("*.yaml") if len(path.relative_to(folder).parts) == depth)


def _written_over(folder: Path, documents: Documents, before: set[Path], replace: bool) -> tuple[str, ...]:
    kept = {folder / name for name, _ in content_files(documents)}
    left = sorted(before - kept)
    if left and not replace:
        raise click.ClickException(
            f"{len(left)} files are not published, the first {left[0].relative_to(folder)}; --replace removes them"
        )
    for path in left:
        path.unlink()
        click.echo(f"files: {path.relative_to(folder)} removed")
    return write_folder(documents, folder)


@click.command("load")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--by", "email", required=True, help="the e-mail address of the editor who answers for it")
@click.option("--check", "only_check", is_flag=True, help="say what would become a draft, and make none")
@told
def load(path: Path, email: str, only_check: bool) -> None:
    """Make drafts of what is new or changed in PATH: a content folder, a zip of one, one file, or a table (XLSX).

    Nothing is published, and nothing that is being written is laid over: drafts go the way of every draft, to a
    reviewer who is somebody else. Everything that is at fault is told by file and line; exit 1 where there is any.
    """
    doors = works()
    with doors.reading(Actor.system("load")) as work:
        actor = people.person_actor(work, email)
    sent = sent_of(path.name, read_folder(path)) if path.is_dir() else receive(path.name, path.read_bytes())
    with doors.writing(actor) as work:
        upload = keep_upload(work, sent)
    found = _gone_through(doors, actor, upload, "checking")
    is_faulty = _tell_faults(sent, found)
    if not only_check and found.to_draft:
        with doors.writing(actor) as work:
            make_drafts(work, upload)
        found = _gone_through(doors, actor, upload, "drafting")
    for standing, words in _STANDINGS.items():
        if found.standings.get(standing):
            click.echo(f"files: {found.standings[standing]} {words}")
    if not only_check:
        click.echo(f"files: {sum(1 for entry in found.entries if entry.draft)} drafts made")
    if is_faulty:
        sys.exit(1)


def _gone_through(doors: Works, actor: Actor, upload: str, label: str) -> UploadSummary:
    with doors.reading(actor) as work:
        total = get_upload(work, upload).total
    with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
        more, done = True, 0
        while more:
            with doors.writing(actor) as work:
                more = go_on(work, upload)
                now = get_upload(work, upload).done
            bar.update(now - done)
            done = now
    with doors.reading(actor) as work:
        return get_upload(work, upload)


def _tell_faults(sent: Sent, found: UploadSummary) -> bool:
    told_of = [(one, one.line) for one in sent.findings]
    told_of += [(one, entry.line) for entry in found.entries for one in entry.findings]
    for one, line in told_of:
        place = f"{one.file}:{line}" if line else one.file
        path = f" {'.'.join(map(str, one.path))}" if one.path else ""
        click.echo(f"{place}{path}: {severity_word(one.severity, str)}: {sentence(one, str)}")
    return any(one.severity is Severity.ERROR for one, _ in told_of)
