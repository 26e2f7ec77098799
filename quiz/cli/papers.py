"""`quiz records sign`, `verify`, `export`: signed papers from the shell."""

import hashlib
import json
from pathlib import Path

import click

from quiz.access.actor import Actor
from quiz.cli.opening import told, works
from quiz.records.paper_verifying import LARGEST_BYTES
from quiz.services import distrusting, paper_checking, papers, recomputing
from quiz.services.paper_checking import ArchivedRecord

_ACTOR = Actor.system("records")
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
_NOTES = {"key-distrusted-later": "its key is trusted no longer, but this very file was kept here before that"}


@click.command()
@click.argument("public_ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every record that has no signed paper yet.")
@told
def sign(public_ids: tuple[str, ...], everything: bool) -> None:
    """Sign the papers of records; those that are signed stay as they are. Again: go on where it stopped."""
    if everything == bool(public_ids):
        raise click.UsageError("name some records, or give --all")
    doors = works()
    if doors.tools.paper_signer.certificate is None:
        raise click.ClickException("nothing to sign with: set SIGNING_KEY_FILE and SIGNING_CERTIFICATE_FILE")
    with doors.reading(_ACTOR) as work:
        refused = distrusting.of_signer(work)
    if refused:
        raise click.ClickException(
            f"the certificate of the settings is trusted no longer since {refused.since.isoformat()}: "
            "set SIGNING_KEY_FILE and SIGNING_CERTIFICATE_FILE to another key"
        )
    if not everything:
        done = sum(papers.sign_one(doors, _ACTOR, public_id) for public_id in public_ids)
        click.echo(f"signed: {done}")
        return
    with doors.reading(_ACTOR) as work:
        total = papers.count_unsigned(work)
    signed, left_out, last = 0, 0, 0
    while (progress := papers.sign_next(doors, _ACTOR, last)) is not None:
        signed, left_out, last = signed + progress.signed, left_out + progress.left_out, progress.last
        click.echo(f"{signed + left_out} of {total}", err=True)
    click.echo(f"signed: {signed}, left out: {left_out}")
    if left_out:
        raise SystemExit(1)


@click.command("verify")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Everything stored: papers, certificates, and the records.")
@told
def verify_papers(files: tuple[Path, ...], everything: bool) -> None:
    """Say whether FILES are papers of ours, or with --all whether everything stored holds; exit status 1 if not."""
    if everything == bool(files):
        raise click.UsageError("name some files, or give --all")
    if (_verify_stored() if everything else sum(map(_verify_file, files))) > 0:
        raise SystemExit(1)


def _verify_stored() -> int:
    with works().reading(_ACTOR) as work:
        count = paper_checking.count_stored(work)
        problems = list(paper_checking.check_stored(work))
        found = recomputing.recompute(work)
    for problem in problems:
        click.echo(f"{problem.kind} {problem.id}: {problem.what}")
    for one in found.differences:
        click.echo(f"{one.kind} {one.id}: {one.what}: stored {one.stored}, recomputed {one.recomputed}")
    faults = len(problems) + len(found.differences)
    click.echo(f"papers: {count}, records: {found.completions}, attempts: {found.attempts}, faults: {faults}")
    return faults


def _verify_file(path: Path) -> int:
    # One byte more than is ever read tells that it is too large.
    with path.open("rb") as file:
        content = file.read(LARGEST_BYTES + 1)
    check = paper_checking.check_file(works(), _ACTOR, content)
    reading = check.reading
    if check.problems:
        click.echo(f"{path}: {', '.join(check.problems)}")
        return 1
    at = reading.signed_at.isoformat() if reading.signed_at else ""
    click.echo(f"{path}: whole, signed by {reading.signer} {at}, record {check.code} {check.state}")
    for note in check.notes:
        click.echo(f"{path}: {_NOTES[note]}")
    return 0


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@told
def export_papers(folder: Path) -> None:
    """Write every record into FOLDER for an archive: facts, signed paper, certificates, manifest and sums."""
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty")
    folder.mkdir(parents=True, exist_ok=True)
    sums: dict[str, str] = {}
    entries = []

    def write(name: str, content: bytes) -> str:
        (folder / name).write_bytes(content)
        sums[name] = hashlib.sha256(content).hexdigest()
        return name

    with works().writing(_ACTOR) as work:
        known = papers.list_known(work)
        distrusted = distrusting.of_certificates(work)
        certificates = {one: write(f"certificate-{one}.pem", found.pem.encode()) for one, found in known.items()}
        for record in paper_checking.list_archived(work):
            entries.append(_entry(record))
            write(f"{record.public_id}.json", record.facts)
            if record.paper is not None:
                write(f"{record.public_id}.pdf", record.paper)
        made_at = work.now.isoformat()
    manifest = {
        "format": 1,
        "made_at": made_at,
        "certificates": certificates,
        "distrusted": {fingerprint: one.since.isoformat() for fingerprint, one in distrusted.items()},
        "records": entries,
    }
    write(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2).encode())
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
    (folder / SUMS).write_text(lines, encoding="ascii")
    click.echo(f"records: {len(entries)}, papers: {sum(1 for one in entries if one['paper'])}")


def _entry(record: ArchivedRecord) -> dict[str, object]:
    """Return the line of a record: the digest of its facts is that of the file beside it."""
    return {
        "record": record.public_id,
        "facts": f"{record.public_id}.json",
        "facts_digest": record.facts_digest,
        "paper": f"{record.public_id}.pdf" if record.paper is not None else None,
        "paper_digest": record.paper_digest,
        "certificate": record.certificate,
        "is_revoked": record.revoked,
    }
