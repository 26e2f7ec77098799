"""Signed papers of completion records: made and signed once, stored, and served from there for ever.

A paper is set as the organisation has it (its digits and calendars), in both languages; nothing of its reader goes into
it. It is never made anew: that a record was revoked, renewed or runs under another name is learned where it is
verified. Where no certificate is configured papers are made when asked for, say that they are not signed, and are not
kept.
"""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.completions import CompletionRow
from quiz.db.models.papers import PaperContentRow, PaperRow, SigningCertificateRow
from quiz.db.queries import completions
from quiz.db.queries import papers as queries
from quiz.engine.text import Text
from quiz.language.locale import ReaderLocale
from quiz.records import certificate_pdf, credential
from quiz.records.credential import Issuer
from quiz.records.facts import CompletionFacts
from quiz.records.paper_signing import SigningCertificate, SigningFailed
from quiz.services import distrusting, issuing
from quiz.services.errors import NotFound, Unavailable
from quiz.services.organisation import Choices, get_choices
from quiz.services.standing import get_standing
from quiz.services.unit_of_work import UnitOfWork, Works

log = logging.getLogger(__name__)
# Who signs is the product, whoever looks first.
_ACTOR = Actor.system("papers")
AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it is handed over; unsigned where nobody signed it."""

    content: bytes
    module_key: str
    module_title: Text
    completed_on: date
    is_signed: bool


@dataclass(frozen=True, slots=True)
class PaperState:
    """In whose name the paper of a record is signed, or will be once it is asked for; and why there can be none.

    `hindrance`: `no-name`, it went with the name; `revoked`, before anybody signed it; `key-distrusted`, the
    organisation has to set another key. `distrusted_since` stands where the one that was signed is believed no more.
    """

    signer: str | None
    signed_at: datetime | None
    hindrance: str | None = None
    distrusted_since: datetime | None = None

    @property
    def can_be_had(self) -> bool:
        """Tell whether it can be handed over."""
        return self.hindrance is None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far signing has come: the key to go on from, how many were signed now, and how many could not be."""

    last: int
    signed: int
    left_out: int


@dataclass(frozen=True, slots=True)
class _Matter:
    """What a paper is made of."""

    completion_id: int
    public_id: str
    facts: CompletionFacts
    name: str
    latin_name: str | None
    code: str
    # What the QR code says where a line can be signed that is checked without any service.
    qr_address: str | None


@dataclass(frozen=True, slots=True)
class _Made:
    """A paper that was signed and is not stored yet."""

    matter: _Matter
    content: bytes
    certificate: SigningCertificate
    at: datetime


def verify_address(base_url: str, code: str) -> str:
    """Return the public address that verifies a record."""
    return credential.verify_address(code, Issuer(base_url))


def get_state(work: UnitOfWork, public_id: str) -> PaperState:
    """Return whether the paper of a record of the actor is signed; raise NotFound."""
    row = _own(work, public_id)
    hindrance = None if completions.find_holder(work.session, row.id) else "no-name"
    found = queries.find_paper(work.session, public_id)
    if found is not None:
        paper, signer = found
        distrust = distrusting.of_certificates(work).get(paper.certificate_fingerprint)
        since = distrust.since if distrust and distrust.since <= paper.signed_at else None
        return PaperState(signer, paper.signed_at, hindrance, since)
    certificate = work.tools.paper_signer.certificate
    if certificate is None:
        return PaperState(None, None, hindrance)
    if completions.find_revocation(work.session, row.id) is not None:
        hindrance = hindrance or "revoked"
    elif distrusting.of_signer(work) is not None:
        hindrance = hindrance or "key-distrusted"
    return PaperState(certificate.name, None, hindrance)


def get_paper(works: Works, actor: Actor, public_id: str) -> Paper:
    """Return the paper of a record of the actor, signed now where it was not yet; raise NotFound or Unavailable.

    A record that was revoked before it was ever signed gets no signature any more, and none does with a key that is
    trusted no longer.
    """
    with works.reading(actor) as work:
        row = _own(work, public_id)
        kept = find_kept(work, row)
        matter, choices, now = _matter(work, row), get_choices(work), work.now
        is_revoked = completions.find_revocation(work.session, row.id) is not None
        is_refused = distrusting.of_signer(work) is not None
    facts = matter.facts
    certificate = works.tools.paper_signer.certificate
    if kept is not None or certificate is None:
        content = kept or _render(matter, choices, works.tools.base_url, None)
        return Paper(content, facts.module_key, facts.module_title, facts.completed_on, kept is not None)
    if is_revoked:
        raise NotFound("paper-revoked")
    if is_refused:
        raise Unavailable("key-distrusted")
    made = _sign(works, matter, choices, now)
    with works.writing(_ACTOR) as work:
        work.require(Permission.RECORDS_PAPER_SIGN, Target("completion", public_id))
        _keep(work, made)
        # Somebody may have been quicker: the one that stands is the one that is handed over.
        content = find_kept(work, work.session.get_one(CompletionRow, matter.completion_id)) or b""
    return Paper(content, facts.module_key, facts.module_title, facts.completed_on, True)


def sign_one(works: Works, actor: Actor, public_id: str) -> bool:
    """Sign and keep the paper of a record; return False where it is signed already, or is not to be."""
    if works.tools.paper_signer.certificate is None:
        return False
    with works.reading(actor) as work:
        work.require(Permission.RECORDS_PAPER_SIGN, Target("completion", public_id))
        if distrusting.of_signer(work) is not None:
            log.error("record %s gets no paper: the certificate is trusted no longer", public_id)
            return False
        row = completions.find_completion(work.session, public_id)
        if row is None:
            raise NotFound("completion")
        rows = queries.list_unsigned(work.session, after=row.id - 1, most=1)
        rows = [one for one in rows if one.id == row.id]
    return _sign_some(works, actor, rows).signed == 1


def sign_next(works: Works, actor: Actor, after: int = 0) -> Progress | None:
    """Sign the papers of the next records that have none, some in a transaction; None where there are no more.

    Cut short, whatever was stored is signed, and the rest has its turn again. Raise Unavailable where the certificate
    is trusted no longer.
    """
    with works.reading(actor) as work:
        work.require(Permission.RECORDS_PAPER_SIGN, Target("completions"))
        if distrusting.of_signer(work) is not None:
            raise Unavailable("key-distrusted")
        rows = queries.list_unsigned(work.session, after, AT_ONCE)
    return _sign_some(works, actor, rows) if rows else None


def count_unsigned(work: UnitOfWork) -> int:
    """Return how many records have no signed paper yet and are to have one."""
    work.require(Permission.RECORDS_PAPER_SIGN, Target("completions"))
    return queries.count_unsigned(work.session)


def list_known(work: UnitOfWork) -> Mapping[str, SigningCertificate]:
    """Return every certificate that ever signed a paper here, by fingerprint; each stays good for its papers."""
    work.require(Permission.RECORDS_COMPLETION_VERIFY, Target("certificates"))
    rows = queries.list_certificates(work.session)
    return {row.fingerprint: SigningCertificate.from_pem(row.pem.encode()) for row in rows}


def _own(work: UnitOfWork, public_id: str) -> CompletionRow:
    row = completions.find_completion(work.session, public_id)
    owner = row.person_id if row else None
    work.require(Permission.RECORDS_COMPLETION_READ, Target("completion", public_id, owner_id=owner))
    if row is None:
        raise NotFound("completion")
    return row


def find_kept(work: UnitOfWork, row: CompletionRow) -> bytes | None:
    """Return the bytes of a signed paper, None where there is none; raise NotFound where they are others.

    Whoever asks has asked the policy.
    """
    found = queries.find_paper(work.session, row.public_id)
    if found is None:
        return None
    content = queries.find_content(work.session, row.id)
    if content is None or hashlib.sha256(content).hexdigest() != found[0].digest:
        raise NotFound("paper-altered")
    return content


def _matter(work: UnitOfWork, row: CompletionRow) -> _Matter:
    """Return what the paper of a record is made of; raise NotFound where it is not what was recorded."""
    standing = get_standing(work, row)
    if standing.facts is None:
        raise NotFound("completion-altered")
    if standing.name is None:
        raise NotFound("holder")
    facts, name = standing.facts, standing.name
    qr_address = issuing.find_offline_address(work, facts, name, row.verify_code)
    return _Matter(row.id, row.public_id, facts, name, standing.latin_name, row.verify_code, qr_address)


def _render(matter: _Matter, choices: Choices, base_url: str, signer: str | None) -> bytes:
    return certificate_pdf.render(
        matter.facts,
        matter.name,
        matter.latin_name,
        verify_address(base_url, matter.code),
        matter.code,
        ReaderLocale.of("ar", choices.digits, choices.calendar),
        qr_address=matter.qr_address,
        signer=signer,
    )


def _sign(works: Works, matter: _Matter, choices: Choices, at: datetime) -> _Made:
    """Make and sign a paper, outside of any transaction: a token or a time server may take its time."""
    signer = works.tools.paper_signer
    certificate = signer.certificate
    if certificate is None:
        raise Unavailable("signing")
    try:
        content = signer.sign(_render(matter, choices, works.tools.base_url, certificate.name), at)
    except SigningFailed as fault:
        log.error("the paper of record %s could not be signed: %s", matter.public_id, fault)
        raise Unavailable("signing") from fault
    return _Made(matter, content, certificate, at)


def _sign_some(works: Works, actor: Actor, rows: Sequence[CompletionRow]) -> Progress:
    matters = []
    with works.reading(actor) as work:
        choices, now = get_choices(work), work.now
        for row in rows:
            try:
                matters.append(_matter(work, row))
            except NotFound as fault:
                log.error("record %s gets no paper: %s", row.public_id, fault.code)
    made = [_sign(works, matter, choices, now) for matter in matters]
    with works.writing(actor) as work:
        work.require(Permission.RECORDS_PAPER_SIGN, Target("completions"))
        signed = sum(_keep(work, one) for one in made)
    return Progress(rows[-1].id if rows else 0, signed, len(rows) - len(made))


def _keep(work: UnitOfWork, made: _Made) -> bool:
    """Store a signed paper; return False where another process was quicker, whose paper stands."""
    digest = hashlib.sha256(made.content).hexdigest()
    certificate = made.certificate
    _register(work, certificate)
    completion_id = made.matter.completion_id
    paper = PaperRow(
        completion_id=completion_id,
        digest=digest,
        certificate_fingerprint=certificate.fingerprint,
        signed_at=made.at,
    )
    try:
        with work.session.begin_nested():
            work.session.add(paper)
            work.session.flush()
            work.session.add(PaperContentRow(completion_id=completion_id, content=made.content))
    except IntegrityError:
        return False
    target = Target("completion", made.matter.public_id)
    work.audit(Permission.RECORDS_PAPER_SIGN, target, digest=digest, certificate=certificate.fingerprint)
    return True


def _register(work: UnitOfWork, certificate: SigningCertificate) -> None:
    """Keep a certificate before its first paper: without it nobody could verify them later."""
    if work.session.get(SigningCertificateRow, certificate.fingerprint) is not None:
        return
    row = SigningCertificateRow(
        fingerprint=certificate.fingerprint,
        pem=certificate.pem,
        name=certificate.name,
        begins_at=certificate.leaf.not_valid_before_utc,
        ends_at=certificate.leaf.not_valid_after_utc,
        first_used_at=work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(row)
    except IntegrityError:
        # Another process used it first, in this moment.
        return
