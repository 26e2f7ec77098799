"""`quiz records sign`, `verify`, `export`: signed papers from the shell."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import click

from quiz.access.actor import Actor
from quiz.cli.opening import told, works
from quiz.records.paper_verifying import LARGEST_BYTES
from quiz.services import distrusting, paper_checking, papers
from quiz.services.paper_checking import ArchivedRecord
from quiz.services.recomputing import Difference
from quiz.services.stored_checking import Problem, check_all

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
@click.option("--all", "everything", is_flag=True, help="Everything stored, and whether each thing follows.")
@click.option("--json", "as_json", is_flag=True, help="With --all: one JSON document instead of lines.")
@told
def verify_papers(files: tuple[Path, ...], everything: bool, as_json: bool) -> None:
    """Say whether FILES are papers of ours, or with --all whether everything stored holds; exit status 1 if not.

    Everything are papers and certificates, records with all that became of them, what the trace tells of them,
    credentials as they would be made now, lists of states, and every record made again from its answers.
    """
    if everything == bool(files) or (as_json and not everything):
        raise click.UsageError("name some files, or give --all")
    if (_verify_stored(as_json) if everything else sum(map(_verify_file, files))) > 0:
        raise SystemExit(1)


def _verify_stored(as_json: bool) -> int:
    faults: list[Problem] = []

    def blame(one: Problem) -> None:
        faults.append(one)
        if as_json:
            return
        values = f": stored {one.stored}, recomputed {one.recomputed}" if isinstance(one, Difference) else ""
        click.echo(f"{one.kind} {one.id}: {one.what}{values}")

    with works().reading(_ACTOR) as work:
        found = check_all(work, blame)
    totals = asdict(found)
    if as_json:
        click.echo(json.dumps({**totals, "faults": list(map(asdict, faults))}, ensure_ascii=False, indent=2))
    else:
        click.echo(", ".join(f"{name}: {total}" for name, total in {**totals, "faults": len(faults)}.items()))
    return len(faults)


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
    since = f"; its name was corrected since, on {check.corrected_on}" if check.corrected_on else ""
    click.echo(f"{path}: whole, signed by {reading.signer} {at}, record {check.code} {check.state}{since}")
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
