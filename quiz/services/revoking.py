"""Revoking a record by two people: one proposes it with reasons, another approves or declines; it is for good."""

from sqlalchemy.exc import IntegrityError

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.completions import CompletionRow, RevocationRow
from quiz.db.models.record_life import RevocationDecisionRow, RevocationProposalRow
from quiz.db.queries import completions as queries
from quiz.db.queries import record_life
from quiz.engine.text import Text
from quiz.events import RecordRevoked
from quiz.services.errors import NotFound, Refused, Stale
from quiz.services.unit_of_work import UnitOfWork

LONGEST_REASON = 500
LONGEST_INNER = 2000
APPROVED, DECLINED, WITHDRAWN = "approved", "declined", "withdrawn"


def propose_revocation(work: UnitOfWork, record: str, reason: Text, inner_reason: str) -> str:
    """Propose to revoke a record; return the proposal's public id.

    `reason` is what everybody reads who verifies the record, in both languages; `inner_reason` is for those who decide,
    and is never published. Raise Refused where one is missing or the record is revoked, Stale where one waits already.
    """
    row = queries.find_completion(work.session, record)
    owner = row.person_id if row else None
    work.require(Permission.RECORDS_REVOCATION_PROPOSE, Target("completion", record, owner_id=owner))
    if row is None:
        raise NotFound("completion")
    for language in ("ar", "en"):
        words = reason.by_language.get(language, "").strip()
        if not words:
            raise Refused("reason-missing", field=f"reason_{language}")
        if len(words) > LONGEST_REASON:
            raise Refused("too-long", field=f"reason_{language}", most=LONGEST_REASON)
    if not inner_reason.strip():
        raise Refused("reason-missing", field="inner_reason")
    if len(inner_reason) > LONGEST_INNER:
        raise Refused("too-long", field="inner_reason", most=LONGEST_INNER)
    record_life.lock_completion(work.session, row.id)
    if queries.find_revocation(work.session, row.id) is not None:
        raise Refused("revoked-already", field="reason_ar")
    if any(decision is None for _, decision in record_life.list_proposals(work.session, row.id)):
        raise Stale("proposal-waits")
    proposal = RevocationProposalRow(
        public_id=work.new_id(),
        completion_id=row.id,
        reason={language: words.strip() for language, words in reason.document().items()},
        inner_reason=inner_reason.strip(),
        proposed_by_id=work.actor.person_id,
        proposed_at=work.now,
    )
    work.session.add(proposal)
    work.audit(Permission.RECORDS_REVOCATION_PROPOSE, Target("completion", record), proposal=proposal.public_id)
    return proposal.public_id


def approve_revocation(work: UnitOfWork, of: str, proposal: str) -> None:
    """Approve somebody else's proposal about a record: it is revoked at once, and its holder is told by mail.

    Raise NotFound where the proposal is about another record than the one that was in front of whoever approves.
    """
    row, record = _undecided(work, of, proposal)
    if queries.find_revocation(work.session, record.id) is not None:
        raise Stale("revoked-already")
    _decide(work, row, record, APPROVED, None)
    # The database looks for the approval itself, so it has to stand before the revocation.
    work.session.flush()
    work.session.add(
        RevocationRow(completion_id=record.id, reason=row.reason, revoked_by=work.actor.name, revoked_at=work.now)
    )
    work.record(RecordRevoked(record.public_id))


def decline_revocation(work: UnitOfWork, of: str, proposal: str, words: str) -> None:
    """Decline somebody else's proposal about a record, saying why; raise NotFound where it is about another."""
    row, record = _undecided(work, of, proposal)
    if not words.strip():
        raise Refused("reason-missing", field="words")
    _decide(work, row, record, DECLINED, words.strip()[:LONGEST_INNER])


def withdraw_proposal(work: UnitOfWork, of: str, proposal: str) -> None:
    """Take back one's own proposal about a record before anybody decided on it; raise NotFound for any other."""
    row, record = _about(work, of, proposal)
    owner = row.proposed_by_id if row else None
    work.require(Permission.RECORDS_REVOCATION_WITHDRAW, Target("revocation-proposal", proposal, owner_id=owner))
    if row is None or record is None:
        raise NotFound("proposal")
    _refuse_decided(work, row)
    _decide(work, row, record, WITHDRAWN, None)


def _about(work: UnitOfWork, of: str, proposal: str) -> tuple[RevocationProposalRow, CompletionRow] | tuple[None, None]:
    row = record_life.find_proposal(work.session, proposal)
    record = work.session.get_one(CompletionRow, row.completion_id) if row else None
    return (row, record) if row and record and record.public_id == of else (None, None)


def _undecided(work: UnitOfWork, of: str, proposal: str) -> tuple[RevocationProposalRow, CompletionRow]:
    row, record = _about(work, of, proposal)
    # Neither who proposed it nor whom it is about decides.
    concerned = frozenset({row.proposed_by_id, record.person_id}) if row and record else frozenset()
    target = Target("revocation-proposal", proposal, author_ids=concerned)
    work.require(Permission.RECORDS_REVOCATION_DECIDE, target)
    if row is None or record is None:
        raise NotFound("proposal")
    _refuse_decided(work, row)
    return row, record


def _refuse_decided(work: UnitOfWork, row: RevocationProposalRow) -> None:
    record_life.lock_completion(work.session, row.completion_id)
    if work.session.get(RevocationDecisionRow, row.id) is not None:
        raise Stale("decided-already")


def _decide(
    work: UnitOfWork, row: RevocationProposalRow, record: CompletionRow, verdict: str, words: str | None
) -> None:
    decision = RevocationDecisionRow(
        proposal_id=row.id,
        verdict=verdict,
        words=words,
        decided_by_id=work.actor.person_id,
        decided_at=work.now,
    )
    work.session.add(decision)
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise Stale("decided-already") from clash
    withdrawn = verdict == WITHDRAWN
    permission = Permission.RECORDS_REVOCATION_WITHDRAW if withdrawn else Permission.RECORDS_REVOCATION_DECIDE
    work.audit(permission, Target("completion", record.public_id), proposal=row.public_id, verdict=verdict)
