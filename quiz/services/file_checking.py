"""A file that a stranger brings, of whatever kind: whether it is ours and whole, and how its record stands now.

Nothing of it is kept. What is told of a record is what the page of its code tells, and only where that code stands in
the file: a file that somebody made up opens nothing that its maker could not open before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from threading import BoundedSemaphore
from typing import Any
from zoneinfo import ZoneInfo

from quiz.access.actor import Actor
from quiz.db.queries import completions
from quiz.records.credential import Document
from quiz.records.credential_reading import read
from quiz.records.file_fields import Field, field_of_fact, field_of_pointer
from quiz.records.file_kinds import Kind, is_token, kind_of
from quiz.records.paper_verifying import PaperProblem
from quiz.services.completing import VerifiedSummary, tell_stranger
from quiz.services.errors import Unavailable
from quiz.services.issuing import check_credential
from quiz.services.organisation import get_choices
from quiz.services.paper_checking import check_file
from quiz.services.unit_of_work import UnitOfWork, Works

# How many strangers' PDFs a process reads at the same time: each holds a thread, for ten seconds where it is hostile.
PAPERS_AT_ONCE = 2
_reading = BoundedSemaphore(PAPERS_AT_ONCE)
_LONGEST_FOUND = 120

_NO_PAPER = frozenset(
    {
        PaperProblem.TOO_LARGE,
        PaperProblem.TOO_MUCH,
        PaperProblem.NO_PDF,
        PaperProblem.UNREADABLE,
        PaperProblem.ENCRYPTED,
    }
)
_PAPER_ALTERED = frozenset(
    {
        PaperProblem.ADDED_TO,
        PaperProblem.ALTERED,
        PaperProblem.SIGNATURE_INVALID,
        PaperProblem.FACTS_MISSING,
        PaperProblem.FACTS_UNREADABLE,
        "facts-differ",
    }
)
_OTHER_SIGNATURE = frozenset({"other-issuer", "key-unknown"})
_OF_OTHERS = frozenset({"no-proof", "other-contexts", "other-kind"})
# What became of the record is told with the record, and makes no file less whole.
_OF_THE_RECORD = frozenset({"expired", "name-corrected", "revoked"})


class Verdict(StrEnum):
    """What a file is, whatever became of its record."""

    WHOLE = "whole"
    ALTERED = "altered"
    UNSIGNED = "unsigned"
    FOREIGN = "foreign"
    DOUBTFUL = "doubtful"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that says something else than the register, and what the file says there, where that may be shown."""

    field: Field
    found: str | date | None = None


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What is true of a file: of itself, and of the record whose code stands in it.

    `problems` are codes of its kind, the gravest first: those of PaperCheck with its notes, of Findings and of
    Unreadable, and `name-corrected` where the holder's name was corrected after it was made. None but the kind itself
    where it can be nothing of ours. `signer` and `signed_at` are told of a whole file alone.
    """

    kind: Kind
    verdict: Verdict
    problems: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    record: VerifiedSummary | None = None
    signer: str | None = None
    signed_at: datetime | None = None


def check_brought(works: Works, actor: Actor, content: bytes) -> CheckedFile:
    """Return what is true of bytes from anywhere; raise Unavailable where too many papers are being read already."""
    kind = kind_of(content)
    if kind is Kind.PAPER:
        if not _reading.acquire(blocking=False):
            raise Unavailable("too-many-papers")
        try:
            return _check_paper(works, actor, content)
        finally:
            _reading.release()
    if kind is Kind.CREDENTIAL:
        with works.reading(actor) as work:
            return _check_credential(work, _joined(content))
    return CheckedFile(kind, Verdict.UNREADABLE)


def _check_paper(works: Works, actor: Actor, content: bytes) -> CheckedFile:
    check = check_file(works, actor, content)
    verdict = _verdict_of_paper(frozenset(check.problems), is_signed=check.reading.fingerprint is not None)
    is_whole = verdict is Verdict.WHOLE
    # Whatever is wrong with it, it is then another file than the kept one, and that tells nothing more.
    told = check.problems if len(check.problems) == 1 else _but(check.problems, "not-the-kept-one")
    if verdict is Verdict.FOREIGN:
        told = _but(told, "record-unknown")
    differences: tuple[Difference, ...] = ()
    if check.record is not None and check.record.state != "altered":
        facts: Mapping[str, Any] = check.reading.facts or {}
        places = ((field_of_fact(name), _spoken(facts[name])) for name in check.differing)
        differences = tuple(_differences(places, check.record))
    later = ("name-corrected",) if is_whole and check.corrected_on else ()
    return CheckedFile(
        Kind.PAPER,
        verdict,
        (*told, *check.notes, *later),
        differences,
        check.record,
        check.reading.signer if is_whole else None,
        check.reading.signed_at if is_whole else None,
    )


def _verdict_of_paper(problems: frozenset[str], is_signed: bool) -> Verdict:
    is_ours = is_signed and PaperProblem.CERTIFICATE_UNKNOWN not in problems
    if problems & _NO_PAPER:
        return Verdict.UNREADABLE
    if PaperProblem.CERTIFICATE_UNKNOWN in problems:
        return Verdict.FOREIGN
    if not is_ours and problems & {PaperProblem.FACTS_MISSING, PaperProblem.FACTS_UNREADABLE}:
        return Verdict.FOREIGN
    if problems & _PAPER_ALTERED:
        return Verdict.ALTERED
    if PaperProblem.UNSIGNED in problems:
        return Verdict.UNSIGNED
    return Verdict.DOUBTFUL if problems else Verdict.WHOLE


def _check_credential(work: UnitOfWork, content: bytes) -> CheckedFile:
    check = check_credential(work, content)
    row = completions.find_completion_by_code(work.session, check.code) if check.code else None
    record = tell_stranger(work, row) if row is not None else None
    if check.findings is None:
        return _not_read(content, check.unreadable or "not-a-credential")
    findings, document = check.findings, read(content).document
    is_corrected = "name-corrected" in findings.faults
    faults = frozenset(findings.faults) - _OF_THE_RECORD
    if record is not None and (record.state == "altered" or len(faults) > 1):
        faults -= {"record-unknown"}
    verdict = _verdict_of_credential(faults)
    told = [one for one in findings.faults if one in faults]
    if verdict is Verdict.FOREIGN:
        told = [one for one in told if one in _OTHER_SIGNATURE]
    differences: tuple[Difference, ...] = ()
    if record is not None and verdict is not Verdict.FOREIGN and not is_corrected:
        places = ((field_of_pointer(one), _at(document, one)) for one in findings.differing)
        differences = tuple(_differences(places, record, get_choices(work).zone))
    is_whole = verdict is Verdict.WHOLE
    return CheckedFile(
        Kind.CREDENTIAL,
        verdict,
        (*told, *(["name-corrected"] if is_corrected and is_whole else [])),
        differences,
        record,
        None,
        findings.signed_at if is_whole else None,
    )


def _not_read(content: bytes, code: str) -> CheckedFile:
    """Return what a file is that is no credential of ours: one of somebody else, ours without its proof, or none."""
    is_one = b'"credentialSubject"' in content or is_token(content.decode("utf-8-sig", "replace"))
    if code not in _OF_OTHERS or not is_one:
        told = "not-a-credential" if code in _OF_OTHERS else code
        return CheckedFile(Kind.CREDENTIAL, Verdict.UNREADABLE, (told,))
    return CheckedFile(Kind.CREDENTIAL, Verdict.UNSIGNED if code == "no-proof" else Verdict.FOREIGN, (code,))


def _verdict_of_credential(faults: frozenset[str]) -> Verdict:
    if faults & _OTHER_SIGNATURE:
        return Verdict.FOREIGN
    if "proof-unreadable" in faults:
        return Verdict.UNSIGNED
    if faults & {"proof-wrong", "record-differs"}:
        return Verdict.ALTERED
    return Verdict.DOUBTFUL if faults - {"not-yet-valid"} else Verdict.WHOLE


def _differences(
    places: Iterator[tuple[Field, str | None]], record: VerifiedSummary, zone: str | None = None
) -> Iterator[Difference]:
    """Give each field that differs once, with what the file says where the page of the code tells what is true."""
    first: dict[Field, str | None] = {}
    for field, found in places:
        first[field] = first.get(field) or found
    for field in (one for one in Field if one in first):
        found = first[field]
        may_be_shown = field in {Field.PROGRAMME, Field.ORGANISATION, Field.COMPLETED, Field.VALID_UNTIL} or (
            field is Field.NAME and not record.is_erased
        )
        if not may_be_shown or found is None:
            yield Difference(field)
        else:
            is_day = field in {Field.COMPLETED, Field.VALID_UNTIL}
            yield Difference(field, (_day(found, zone) if is_day else None) or found)


def _day(text: str, zone: str | None) -> date | None:
    """Return the civil day that a day or a moment says, None where it says neither."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(ZoneInfo(zone)).date() if zone and found.tzinfo else found.date()
    except (ValueError, OverflowError):
        return None


def _at(document: Document, pointer: str) -> str | None:
    found: Any = document
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict):
            found = found.get(name)
        else:
            found = (
                found[int(name)] if isinstance(found, list) and name.isdecimal() and int(name) < len(found) else None
            )
    return _spoken(found)


def _spoken(value: object) -> str | None:
    """Return a short text as it can be shown, without what cannot be seen; None for all else."""
    if isinstance(value, dict):
        value = " – ".join(one for one in value.values() if isinstance(one, str))
    if not isinstance(value, str):
        return None
    seen = "".join(one for one in value[: 2 * _LONGEST_FOUND] if one.isprintable()).strip()
    return f"{seen[:_LONGEST_FOUND]}…" if len(seen) > _LONGEST_FOUND else seen or None


def _but(problems: tuple[str, ...], one: str) -> tuple[str, ...]:
    return tuple(other for other in problems if other != one)


def _joined(content: bytes) -> bytes:
    """Return a token that a mail or a page broke over lines in one piece again; all else as it is."""
    text = content.decode("utf-8-sig", "replace")
    return "".join(text.split()).encode() if is_token(text) else content
