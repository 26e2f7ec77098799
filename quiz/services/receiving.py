"""What is sent to be made into drafts, whatever it comes in: a folder, a zip, one file, or a table."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from quiz.bank.archive import read_archive
from quiz.bank.findings import Finding, Severity
from quiz.bank.reader import Reading, Source
from quiz.bank.spreadsheet import read_spreadsheet
from quiz.engine.reading import Path
from quiz.services.uploading import Sent

# What a table program saves; all but the first are refused with a word on how to save it.
_TABLES = (".xlsx", ".xls", ".ods", ".csv")


def receive(name: str, content: bytes) -> Sent:
    """Return what a file holds: a zip of content files, one of them, or a table of scenarios, told by its name."""
    if name.lower().endswith(_TABLES):
        scenarios, faults = read_spreadsheet(content, name)
        return sent_of(name, Reading(scenarios=scenarios, findings=faults))
    return sent_of(name, read_archive(content, name))


def sent_of(name: str, found: Reading) -> Sent:
    """Return the documents that were read and can be stored, with all that was found at fault."""
    documents: list[tuple[str, Source]] = []
    findings = list(found.findings)
    for kind in ("instrument", "scenario", "module"):
        for source in getattr(found, f"{kind}s"):
            path = next(_with_zero(source.document), None)
            if path is None:
                documents.append((kind, source))
            else:
                # No database of ours holds this sign in a document.
                at = Finding(Severity.ERROR, source.file, source.line(path), path, "bad-character")
                findings.append(replace(at, values={"character": "U+0000"}))
    return Sent(name, "imported", documents, findings)


def _with_zero(held: Any, path: Path = ()) -> Iterator[Path]:
    """Give the places of all strings that hold U+0000, names of fields with them."""
    if isinstance(held, str) and "\x00" in held:
        yield path
    elif isinstance(held, Mapping):
        for name, value in held.items():
            if "\x00" in name:
                yield (*path, name)
            yield from _with_zero(value, (*path, name))
    elif isinstance(held, list):
        for place, value in enumerate(held):
            yield from _with_zero(value, (*path, place))
