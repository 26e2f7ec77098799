"""What is true of the bytes of a paper: who signed it, whether it is whole, and what facts it holds."""

import hashlib
import io
import json
import subprocess  # nosec B404 # started by lists of words, never through a shell
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from quiz.records import linked_facts
from quiz.records.facts import UnreadableFacts, canonical, from_document
from quiz.records.paper_signing import SigningCertificate
from quiz.settings.operator import ROOT

LARGEST_BYTES = 4 * 1024 * 1024
MOST_OBJECTS = 20_000
MOST_REVISIONS = 4
LARGEST_FACTS = 256 * 1024
# What a stranger's file may cost: of time, of the processor's, of memory.
SECONDS = 10
MEMORY_BYTES = 512 * 1024 * 1024


class PaperProblem(StrEnum):
    """One thing that is wrong with a paper."""

    TOO_LARGE = "too-large"
    TOO_MUCH = "too-much"
    NO_PDF = "no-pdf"
    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    UNSIGNED = "unsigned"
    SIGNED_OFTEN = "signed-often"
    ADDED_TO = "added-to"
    ALTERED = "altered"
    SIGNATURE_INVALID = "signature-invalid"
    CERTIFICATE_UNKNOWN = "certificate-unknown"
    CERTIFICATE_NOT_VALID_THEN = "certificate-not-valid-then"
    KEY_DISTRUSTED = "key-distrusted"
    FACTS_MISSING = "facts-missing"
    FACTS_UNREADABLE = "facts-unreadable"


@dataclass(frozen=True, slots=True)
class PaperReading:
    """What a file says of itself, and every problem with it; nothing of it is to be believed while there is one.

    `signed_at` is the moment that the signer claims. `facts` are the document without what makes it linked data;
    `address` is where it says that its record is verified.
    """

    problems: tuple[PaperProblem, ...]
    fingerprint: str | None = None
    signer: str | None = None
    signed_at: datetime | None = None
    facts: Mapping[str, Any] | None = None
    facts_digest: str | None = None
    address: str | None = None

    @property
    def fault(self) -> PaperProblem | None:
        """Return the first problem."""
        return self.problems[0] if self.problems else None


def judge(
    reading: PaperReading,
    known: Mapping[str, SigningCertificate],
    distrusted: Mapping[str, datetime] | None = None,
    kept_at: datetime | None = None,
) -> PaperReading:
    """Return the reading with what our register of certificates, by fingerprint, says of its signature.

    `distrusted` says from when on a certificate is trusted no longer, `kept_at` when we stored exactly these bytes. Who
    holds a key writes any moment into a signature: what such a key signed counts only where we kept it before.
    """
    if reading.fingerprint is None:
        return reading
    certificate = known.get(reading.fingerprint)
    found = list(reading.problems)
    if certificate is None:
        found.append(PaperProblem.CERTIFICATE_UNKNOWN)
    elif reading.signed_at is None or not certificate.is_valid_at(reading.signed_at):
        found.append(PaperProblem.CERTIFICATE_NOT_VALID_THEN)
    since = (distrusted or {}).get(reading.fingerprint)
    if since is not None and (kept_at is None or kept_at >= since):
        found.append(PaperProblem.KEY_DISTRUSTED)
    return replace(reading, problems=tuple(found))


def read_apart(content: bytes) -> PaperReading:
    """Return what is true of a stranger's bytes, read in a process of its own; whatever they are, it never raises.

    That process has bounds of memory and time, no settings, and tells nothing but a reading.
    """
    if (fault := _at_sight(content)) is not None:
        return PaperReading((fault,))
    command = [sys.executable, "-m", "quiz.records.paper_verifying"]
    try:
        child = subprocess.run(  # nosec B603 # noqa: S603 - our own interpreter, no words from outside
            command, input=content, capture_output=True, timeout=SECONDS, cwd=ROOT, env={"LANG": "C.UTF-8"}, check=True
        )
        return _from_plain(json.loads(child.stdout))
    except (subprocess.SubprocessError, OSError, ValueError, LookupError, TypeError):
        return PaperReading((PaperProblem.TOO_MUCH,))


def read_paper(content: bytes) -> PaperReading:
    """Return what is true of a paper that is ours; a stranger's is for `read_apart`.

    A signature is good where there is one alone, it is made over every byte but its own, and the key of the
    certificate beside it made it. Whether that certificate is ours is for `judge`.
    """
    if (fault := _at_sight(content)) is not None:
        return PaperReading((fault,))
    try:
        return _read(content)
    except Exception:
        # Of what a broken or hostile file may raise there is no list.
        return PaperReading((PaperProblem.UNREADABLE,))


def _at_sight(content: bytes) -> PaperProblem | None:
    """Return what is wrong with a file before anything in it is believed."""
    if len(content) > LARGEST_BYTES:
        return PaperProblem.TOO_LARGE
    if not content.startswith(b"%PDF-"):
        return PaperProblem.NO_PDF
    if content.count(b" obj") > MOST_OBJECTS or content.count(b"startxref") > MOST_REVISIONS:
        return PaperProblem.TOO_MUCH
    return None


def _read(content: bytes) -> PaperReading:
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(io.BytesIO(content))
    if reader.encrypted:
        return PaperReading((PaperProblem.ENCRYPTED,))
    reading = _read_signature(reader, content)
    try:
        document = _attached(reader)
        if document is None:
            return replace(reading, problems=(*reading.problems, PaperProblem.FACTS_MISSING))
        facts = linked_facts.facts_of(document)
        from_document(facts)
        address = document.get("@id")
        return replace(
            reading,
            facts=facts,
            facts_digest=linked_facts.facts_digest(document),
            address=address if isinstance(address, str) else None,
        )
    except (UnreadableFacts, AttributeError, LookupError, TypeError, ValueError, RecursionError):
        return replace(reading, problems=(*reading.problems, PaperProblem.FACTS_UNREADABLE))


def _read_signature(reader: Any, content: bytes) -> PaperReading:
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    signatures = reader.embedded_signatures
    if not signatures:
        return PaperReading((PaperProblem.UNSIGNED,))
    if len(signatures) > 1:
        return PaperReading((PaperProblem.SIGNED_OFTEN,))
    (signature,) = signatures
    leaf = signature.signer_cert
    reading = PaperReading(
        (),
        fingerprint=hashlib.sha256(leaf.dump()).hexdigest(),
        signer=str(leaf.subject.native.get("common_name") or leaf.subject.human_friendly),
        signed_at=signature.self_reported_timestamp,
    )
    if (fault := _coverage(signature, content)) is not None:
        return replace(reading, problems=(fault,))
    try:
        intact, valid = validate_sig_integrity(
            signature.signer_info, leaf, expected_content_type="data", actual_digest=signature.compute_digest()
        )
    except Exception:
        return replace(reading, problems=(PaperProblem.SIGNATURE_INVALID,))
    if not intact:
        return replace(reading, problems=(PaperProblem.ALTERED,))
    return reading if valid else replace(reading, problems=(PaperProblem.SIGNATURE_INVALID,))


def _coverage(signature: Any, content: bytes) -> PaperProblem | None:
    """Return what is wrong with the bytes a signature is over: all but its own, which are hexadecimal and nothing else.

    The library accepts ranges that overlap and anything that pads the signature; between the two ranges must
    stand exactly the signature that was read, so that nothing can hide there.
    """
    ranges = [int(one) for one in signature.byte_range]
    if len(ranges) != 4 or ranges[0] != 0 or min(ranges) < 0:
        return PaperProblem.ALTERED
    _, opens, closes, rest = ranges
    if closes + rest < len(content):
        return PaperProblem.ADDED_TO
    if closes + rest > len(content) or opens >= closes:
        return PaperProblem.ALTERED
    between = content[opens:closes]
    if between[:1] != b"<" or between[-1:] != b">":
        return PaperProblem.ALTERED
    try:
        held = bytes.fromhex(between[1:-1].decode("ascii"))
    except ValueError:
        return PaperProblem.ALTERED
    whole = bytes(signature.sig_object.raw_get("/Contents").original_bytes)
    message = _without_padding(held)
    is_same = held == whole and len(between) == 2 * len(held) + 2 and not any(held[len(message) :])
    return None if is_same else PaperProblem.ALTERED


def _without_padding(held: bytes) -> bytes:
    """Return the signature without the zeros that fill its place: it says itself how long it is (X.690, 8.1.3)."""
    length = held[1]
    if length < 0x80:
        return held[: 2 + length]
    octets = length & 0x7F
    return held[: 2 + octets + int.from_bytes(held[2 : 2 + octets], "big")]


def _attached(reader: Any) -> dict[str, Any] | None:
    """Return the facts that are attached, None where there are none; raise ValueError where they are no document."""
    specs = [one.get_object() for one in reader.root.get("/AF", ())]
    named = [one for one in specs if str(one.get("/UF", one.get("/F", ""))) == linked_facts.NAME]
    if not named:
        return None
    (spec,) = named
    held: bytes = spec["/EF"]["/F"].data
    if len(held) > LARGEST_FACTS:
        raise ValueError("larger than facts are")
    document = json.loads(held)
    if not isinstance(document, dict) or document.get("@context") != linked_facts.CONTEXT:
        raise ValueError("not linked data of ours")
    if canonical(document) != held:
        raise ValueError("not in its one byte form")
    return document


def _to_plain(reading: PaperReading) -> dict[str, Any]:
    at = reading.signed_at
    return {**asdict(reading), "signed_at": at.isoformat() if at else None}


def _from_plain(plain: dict[str, Any]) -> PaperReading:
    at = plain["signed_at"]
    problems = tuple(PaperProblem(one) for one in plain["problems"])
    return PaperReading(**{**plain, "problems": problems, "signed_at": datetime.fromisoformat(at) if at else None})


def _bounded(read: Callable[[], bytes], write: Callable[[str], object]) -> None:
    """Read one paper within bounds, and write the reading."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    write(json.dumps(_to_plain(read_paper(read())), default=str))


if __name__ == "__main__":
    _bounded(sys.stdin.buffer.read, sys.stdout.write)
