"""Reading records with all that became of them, some hundred at a time, and what should lead to one and does not."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, exists, func, select
from sqlalchemy.orm import Session, aliased

from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.attempts import AttemptRow
from quiz.db.models.base import Base
from quiz.db.models.completions import CompletionHolderRow, CompletionRow, RevocationRow
from quiz.db.models.credentials import CredentialPlaceRow
from quiz.db.models.papers import PaperContentRow
from quiz.db.models.people import PersonRow
from quiz.db.models.record_life import (
    CorrectedHolderRow,
    HolderErasureRow,
    NameCorrectionRow,
    RenewalRow,
    RevocationDecisionRow,
    RevocationProposalRow,
    ShareLinkRow,
)
from quiz.db.models.regrading import RemarkRow
from quiz.db.models.trace import AuditEntryRow
from quiz.db.queries.batches import stream

AT_ONCE = 200
# What is of a record, or of something that is of one.
_LED_TO = frozenset({"completion", "name_correction", "revocation_proposal", "paper"})


@dataclass(frozen=True, slots=True)
class Peer:
    """A record of the same person and module, by the number it was written with, and when it was revoked."""

    id: int
    revoked_at: datetime | None


@dataclass(slots=True)
class Life:
    """A record and everything that became of it; `peers` are those of the same person and module, itself among them."""

    record: CompletionRow
    person: PersonRow | None
    is_of_ended_attempt: bool
    holder: CompletionHolderRow | None
    erasure: HolderErasureRow | None
    revocation: RevocationRow | None
    renews: int | None
    place: CredentialPlaceRow | None
    has_content: bool
    was_marked_again: bool
    peers: Sequence[Peer] = ()
    corrections: list[tuple[NameCorrectionRow, CorrectedHolderRow | None]] = field(default_factory=list)
    proposals: list[tuple[RevocationProposalRow, RevocationDecisionRow | None, str | None]] = field(
        default_factory=list
    )
    links: list[ShareLinkRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Traced:
    """What stands of a record that the trace names."""

    facts_digest: str
    is_revoked: bool
    is_erased: bool
    corrections: frozenset[str]


def stream_lives(session: Session) -> Iterator[Life]:
    """Give every record with all that became of it, in the order of their keys."""
    last = 0
    while some := _some_lives(session, last):
        yield from some
        last = some[-1].record.id


def _some_lives(session: Session, after: int) -> list[Life]:
    has_content = exists().where(PaperContentRow.completion_id == CompletionRow.id)
    was_marked = exists().where(RemarkRow.attempt_id == CompletionRow.attempt_id)
    is_ended = exists().where(
        AttemptRow.id == CompletionRow.attempt_id, AttemptRow.purpose == "assessed", AttemptRow.ended_at.is_not(None)
    )
    statement = (
        select(
            CompletionRow,
            PersonRow,
            is_ended,
            CompletionHolderRow,
            HolderErasureRow,
            RevocationRow,
            RenewalRow.earlier_id,
            CredentialPlaceRow,
            has_content,
            was_marked,
            AssignmentRow.module_id,
        )
        .outerjoin(PersonRow, PersonRow.id == CompletionRow.person_id)
        .outerjoin(CompletionHolderRow, CompletionHolderRow.completion_id == CompletionRow.id)
        .outerjoin(HolderErasureRow, HolderErasureRow.completion_id == CompletionRow.id)
        .outerjoin(RevocationRow, RevocationRow.completion_id == CompletionRow.id)
        .outerjoin(RenewalRow, RenewalRow.completion_id == CompletionRow.id)
        .outerjoin(CredentialPlaceRow, CredentialPlaceRow.completion_id == CompletionRow.id)
        .outerjoin(AssignmentRow, AssignmentRow.id == CompletionRow.assignment_id)
        .where(CompletionRow.id > after)
        .order_by(CompletionRow.id)
        .limit(AT_ONCE)
    )
    rows = session.execute(statement).all()
    peers = _peers(session, {row[0].person_id for row in rows})
    lives = [Life(*row[:10], peers=peers[row[0].person_id, row[10]]) for row in rows]
    _add_deeds(session, {life.record.id: life for life in lives})
    return lives


def _peers(session: Session, people: set[int]) -> dict[tuple[int, int | None], list[Peer]]:
    statement = (
        select(
            CompletionRow.person_id,
            AssignmentRow.module_id,
            CompletionRow.id,
            RevocationRow.revoked_at,
        )
        .outerjoin(AssignmentRow, AssignmentRow.id == CompletionRow.assignment_id)
        .outerjoin(RevocationRow, RevocationRow.completion_id == CompletionRow.id)
        .where(CompletionRow.person_id.in_(people))
    )
    found: dict[tuple[int, int | None], list[Peer]] = defaultdict(list)
    for row in session.execute(statement):
        found[row.person_id, row.module_id].append(Peer(row.id, row.revoked_at))
    return found


def _add_deeds(session: Session, lives: dict[int, Life]) -> None:
    corrections = (
        select(NameCorrectionRow, CorrectedHolderRow)
        .outerjoin(CorrectedHolderRow, CorrectedHolderRow.correction_id == NameCorrectionRow.id)
        .where(NameCorrectionRow.completion_id.in_(lives))
        .order_by(NameCorrectionRow.completion_id, NameCorrectionRow.number)
    )
    for correction, kept in session.execute(corrections):
        lives[correction.completion_id].corrections.append((correction, kept))
    decider = aliased(PersonRow)
    proposals = (
        select(RevocationProposalRow, RevocationDecisionRow, decider.public_id)
        .outerjoin(RevocationDecisionRow, RevocationDecisionRow.proposal_id == RevocationProposalRow.id)
        .outerjoin(decider, decider.id == RevocationDecisionRow.decided_by_id)
        .where(RevocationProposalRow.completion_id.in_(lives))
        .order_by(RevocationProposalRow.id)
    )
    for proposal, decision, decided_by in session.execute(proposals):
        lives[proposal.completion_id].proposals.append((proposal, decision, decided_by))
    for link in session.scalars(select(ShareLinkRow).where(ShareLinkRow.completion_id.in_(lives))):
        lives[link.completion_id].links.append(link)


def stream_strays(session: Session) -> Iterator[tuple[str, str]]:
    """Give the table and key of every row that is of a record, and the record is not there.

    Which tables these are, their own foreign keys tell. Where the database sees to them nothing is found.
    """
    for table in Base.metadata.sorted_tables:
        for key in (key for column in table.columns for key in column.foreign_keys):
            if key.column.table.name in _LED_TO:
                own = next(iter(table.primary_key))
                statement = select(own).where(key.parent.is_not(None), ~_leads_somewhere(key)).order_by(own)
                for found in stream(session, statement, AT_ONCE).scalars():
                    yield table.name, str(found)


def _leads_somewhere(key: ForeignKey) -> Any:
    other = key.column.table.alias()
    return exists(select(1).select_from(other).where(other.c[key.column.name] == key.parent))


def stream_traced(session: Session, deeds: Sequence[str]) -> Iterator[tuple[Any, Traced | None]]:
    """Give what was done to records as the trace has it, in order, each with what stands of the record."""
    statement = (
        select(AuditEntryRow.deed, AuditEntryRow.target_id, AuditEntryRow.details)
        .where(
            AuditEntryRow.deed.in_(deeds),
            AuditEntryRow.was_allowed.is_(True),
            AuditEntryRow.target_kind == "completion",
        )
        .order_by(AuditEntryRow.id)
    )
    for some in stream(session, statement, AT_ONCE).partitions(AT_ONCE):
        standing = _traced(session, {entry.target_id for entry in some})
        for entry in some:
            yield entry, standing.get(entry.target_id)


def _traced(session: Session, public_ids: set[str]) -> dict[str, Traced]:
    corrections = defaultdict(set)
    statement = (
        select(CompletionRow.public_id, NameCorrectionRow.public_id)
        .join(NameCorrectionRow, NameCorrectionRow.completion_id == CompletionRow.id)
        .where(CompletionRow.public_id.in_(public_ids))
    )
    for record, correction in session.execute(statement):
        corrections[record].add(correction)
    records = (
        select(
            CompletionRow.public_id,
            CompletionRow.facts_digest,
            exists().where(RevocationRow.completion_id == CompletionRow.id),
            exists().where(HolderErasureRow.completion_id == CompletionRow.id),
        )
    ).where(CompletionRow.public_id.in_(public_ids))
    return {
        row[0]: Traced(row[1], bool(row[2]), bool(row[3]), frozenset(corrections[row[0]]))
        for row in session.execute(records)
    }


def stream_untraced(session: Session, deed: str) -> Iterator[str]:
    """Give the public ids of records whose writing no entry of the trace tells of."""
    written = select(AuditEntryRow.target_id).where(AuditEntryRow.deed == deed, AuditEntryRow.was_allowed.is_(True))
    known = written.subquery()
    statement = select(CompletionRow.public_id).outerjoin(known, known.c.target_id == CompletionRow.public_id)
    statement = statement.where(known.c.target_id.is_(None)).order_by(CompletionRow.id)
    yield from stream(session, statement, AT_ONCE).scalars()


def find_last_placed(session: Session) -> int:
    """Return the key of the newest record that has a place in a list of states, 0 where none has: they go in order."""
    return session.scalar(select(func.max(CredentialPlaceRow.completion_id))) or 0


def stream_shared_places(session: Session) -> Iterator[tuple[int, int]]:
    """Give every place of a list that several records have."""
    place = (CredentialPlaceRow.list_number, CredentialPlaceRow.place)
    statement = select(*place).group_by(*place).having(func.count() > 1).order_by(*place)
    for row in session.execute(statement):
        yield row[0], row[1]
