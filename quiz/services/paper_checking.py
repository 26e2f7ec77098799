"""Papers looked at again: what a file is to our register, whether what is stored holds, and copies for archives."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.completions import CompletionRow
from quiz.db.models.papers import PaperRow, SigningCertificateRow
from quiz.db.queries import completions, record_life
from quiz.db.queries import papers as queries
from quiz.records import codes
from quiz.records import facts as frozen
from quiz.records.paper_signing import SigningCertificate, UnusableCertificate, check_chain
from quiz.records.paper_verifying import PaperProblem, PaperReading, judge, read_apart, read_paper
from quiz.services import distrusting
from quiz.services.completing import VerifiedSummary, tell_stranger
from quiz.services.papers import list_known
from quiz.services.unit_of_work import UnitOfWork, Works


@dataclass(frozen=True, slots=True)
class PaperCheck:
    """What is true of a file that somebody brought.

    `problems` are the codes of PaperProblem, and of ours: `record-unknown` (no record here has the code that stands
    in it), `facts-differ` (they are not the registered ones; `differing` names those), `not-the-kept-one` (another
    file is the signed paper of the record). `notes` are what a good paper does not fail by: `key-distrusted-later`,
    its key is trusted no longer, but we kept exactly this file before that. `record` is what the page of the code
    tells of it: a good paper of a revoked record is still a good paper. So is one whose name was corrected since:
    `corrected_on` is the day from which on the record runs under another name than the paper gives.
    """

    problems: tuple[str, ...]
    reading: PaperReading
    differing: tuple[str, ...] = ()
    record: VerifiedSummary | None = None
    notes: tuple[str, ...] = ()
    corrected_on: date | None = None

    @property
    def code(self) -> str | None:
        """Return the code of the record as it is printed."""
        return codes.display(self.record.code) if self.record else None

    @property
    def state(self) -> str | None:
        """Return how the record stands now."""
        return self.record.state if self.record else None


@dataclass(frozen=True, slots=True)
class StoredProblem:
    """One thing stored that does not hold: of what, which, and what is wrong, as codes."""

    kind: str
    id: str
    what: str


@dataclass(frozen=True, slots=True)
class ArchivedRecord:
    """A record as an archive keeps it: its facts in their one byte form, and its signed paper where there is one."""

    public_id: str
    facts: bytes
    facts_digest: str
    paper: bytes | None
    paper_digest: str | None
    certificate: str | None
    revoked: bool


def check_file(works: Works, actor: Actor, content: bytes) -> PaperCheck:
    """Return what is true of bytes from anywhere; whatever they are, this answers, within bounds of time and memory."""
    apart = read_apart(content)
    with works.reading(actor) as work:
        work.require(Permission.RECORDS_COMPLETION_VERIFY, Target("paper"))
        known, distrusted = list_known(work), _moments(work)
        row = _named_record(work, apart)
        found = queries.find_paper(work.session, row.public_id) if row else None
        is_kept = found is not None and found[0].digest == hashlib.sha256(content).hexdigest()
        reading = judge(apart, known, distrusted, found[0].signed_at if found and is_kept else None)
        problems: list[str] = [one.value for one in reading.problems]
        if reading.facts is None:
            return PaperCheck(tuple(problems), reading)
        if row is None:
            return PaperCheck((*problems, "record-unknown"), reading)
        differing: tuple[str, ...] = ()
        if reading.facts_digest != row.facts_digest:
            problems.append("facts-differ")
            differing = tuple(sorted(one for one, value in reading.facts.items() if row.facts.get(one) != value))
        if found is not None and not is_kept:
            problems.append("not-the-kept-one")
        is_noted = reading.fingerprint in distrusted and not problems
        notes = ("key-distrusted-later",) if is_noted else ()
        record = tell_stranger(work, row)
        corrected_on = record.corrected_on if _was_corrected(work, row, reading) else None
        return PaperCheck(tuple(problems), reading, differing, record, notes, corrected_on)


def _named_record(work: UnitOfWork, reading: PaperReading) -> CompletionRow | None:
    """Return the record whose code stands in a file.

    Its serial opens nothing: whoever made the file may have come by it without ever having held the paper.
    """
    named = (reading.address or "").rpartition("/")[2]
    code = codes.normalise(named) if len(named) <= 2 * codes.LENGTH else None
    return completions.find_completion_by_code(work.session, code) if code else None


def _was_corrected(work: UnitOfWork, row: CompletionRow, reading: PaperReading) -> bool:
    """Tell whether the name on a record was corrected after a paper of it was signed, which says so to the second."""
    corrections = record_life.list_corrections(work.session, row.id)
    return bool(corrections and reading.signed_at and reading.signed_at <= corrections[-1][0].corrected_at)


def check_stored(work: UnitOfWork) -> Iterator[StoredProblem]:
    """Give everything that does not hold of stored papers: their bytes, signatures, facts, and the certificates."""
    work.require(Permission.RECORDS_COMPLETION_RECOMPUTE, Target("papers"))
    known: dict[str, SigningCertificate] = {}
    for row in queries.list_certificates(work.session):
        try:
            known[row.fingerprint] = _certificate(row)
        except UnusableCertificate as fault:
            yield StoredProblem("certificate", row.fingerprint, str(fault))
    distrusted = _moments(work)
    for record, paper, content in queries.stream_papers(work.session):
        for what in _problems(work, record, paper, content, known, distrusted):
            yield StoredProblem("paper", record.public_id, what)


def count_stored(work: UnitOfWork) -> int:
    """Return how many signed papers there are."""
    work.require(Permission.RECORDS_COMPLETION_RECOMPUTE, Target("papers"))
    return queries.count_papers(work.session)


def list_archived(work: UnitOfWork) -> Iterator[ArchivedRecord]:
    """Give every record as an archive keeps it; that it was taken out is written down, and it needs a writing work."""
    work.require(Permission.RECORDS_PAPER_EXPORT, Target("completions"))
    work.audit(Permission.RECORDS_PAPER_EXPORT, Target("completions"))
    for record, paper, content in queries.stream_records(work.session):
        yield ArchivedRecord(
            public_id=record.public_id,
            facts=frozen.canonical(record.facts),
            facts_digest=record.facts_digest,
            paper=content,
            paper_digest=paper.digest if paper else None,
            certificate=paper.certificate_fingerprint if paper else None,
            revoked=completions.find_revocation(work.session, record.id) is not None,
        )


def _moments(work: UnitOfWork) -> Mapping[str, datetime]:
    return {fingerprint: one.since for fingerprint, one in distrusting.of_certificates(work).items()}


def _certificate(row: SigningCertificateRow) -> SigningCertificate:
    certificate = SigningCertificate.from_pem(row.pem.encode())
    if certificate.fingerprint != row.fingerprint:
        raise UnusableCertificate("is not the one that its fingerprint names")
    check_chain(certificate)
    return certificate


def _problems(
    work: UnitOfWork,
    record: CompletionRow,
    paper: PaperRow,
    content: bytes | None,
    known: dict[str, SigningCertificate],
    distrusted: Mapping[str, datetime],
) -> Iterator[str]:
    if frozen.digest(record.facts) != record.facts_digest:
        yield "registered-facts-altered"
    since = distrusted.get(paper.certificate_fingerprint)
    if since is not None and paper.signed_at >= since:
        # Of an erased one as well: somebody may hold a copy.
        yield PaperProblem.KEY_DISTRUSTED.value
    if content is None:
        # Erased with the name; while the name stands, bytes that are missing are a loss.
        if completions.find_holder(work.session, record.id) is not None:
            yield "content-missing"
        return
    if hashlib.sha256(content).hexdigest() != paper.digest:
        yield "content-altered"
        return
    reading = judge(read_paper(content), known)
    yield from (one.value for one in reading.problems)
    if reading.facts_digest != record.facts_digest:
        yield "facts-differ"
    if reading.fingerprint != paper.certificate_fingerprint:
        yield "another-certificate"
