"""Finding what became of records: renewals, corrected names, proposals to revoke, erasures, links to share them."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import delete, exists, func, select, union
from sqlalchemy.orm import Session

from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.completions import CompletionHolderRow, CompletionRow, RevocationRow
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
from quiz.db.queries.batches import batches
from quiz.db.queries.holding_words import holding_words


def find_renewed(session: Session, person_id: int, module_id: int) -> int | None:
    """Return the record of a person and module that was written last and holds, which the next one renews."""
    statement = (
        select(CompletionRow.id)
        .join(AssignmentRow, AssignmentRow.id == CompletionRow.assignment_id)
        .where(
            CompletionRow.person_id == person_id,
            AssignmentRow.module_id == module_id,
            ~exists().where(RevocationRow.completion_id == CompletionRow.id),
        )
        # By number and not by moment: a clock that was set back since must not stand in the way of the next record.
        .order_by(CompletionRow.id.desc())
        .limit(1)
    )
    return session.scalar(statement)


def find_earlier(session: Session, completion_id: int) -> CompletionRow | None:
    """Return the record that a record renews."""
    statement = select(CompletionRow).join(RenewalRow, RenewalRow.earlier_id == CompletionRow.id)
    return session.scalar(statement.where(RenewalRow.completion_id == completion_id))


def find_newer(session: Session, completion_id: int) -> CompletionRow | None:
    """Return the record that stands in place of one: what renewed it, or what renewed that, and was not revoked."""
    waiting, seen = [completion_id], {completion_id}
    while waiting:
        statement = (
            select(CompletionRow, RevocationRow.completion_id)
            .join(RenewalRow, RenewalRow.completion_id == CompletionRow.id)
            .outerjoin(RevocationRow, RevocationRow.completion_id == CompletionRow.id)
            .where(RenewalRow.earlier_id.in_(waiting))
            .order_by(CompletionRow.completed_at, CompletionRow.id)
        )
        found = session.execute(statement).all()
        for newer, revoked in found:
            if revoked is None:
                return newer
        waiting = [newer.id for newer, _ in found if newer.id not in seen]
        seen.update(waiting)
    return None


def list_corrections(session: Session, completion_id: int) -> list[tuple[NameCorrectionRow, CorrectedHolderRow | None]]:
    """Return the corrections of the name on a record in order, each with the name unless it was erased."""
    statement = (
        select(NameCorrectionRow, CorrectedHolderRow)
        .outerjoin(CorrectedHolderRow, CorrectedHolderRow.correction_id == NameCorrectionRow.id)
        .where(NameCorrectionRow.completion_id == completion_id)
        .order_by(NameCorrectionRow.number)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def find_erasure(session: Session, completion_id: int) -> HolderErasureRow | None:
    """Return the removal of the names of a record."""
    return session.get(HolderErasureRow, completion_id)


def delete_names(session: Session, completion_id: int) -> None:
    """Delete every name that stands beside a record, with its salt."""
    of_record = select(NameCorrectionRow.id).where(NameCorrectionRow.completion_id == completion_id)
    session.execute(delete(CorrectedHolderRow).where(CorrectedHolderRow.correction_id.in_(of_record)))
    session.execute(delete(CompletionHolderRow).where(CompletionHolderRow.completion_id == completion_id))


def lock_completion(session: Session, completion_id: int) -> None:
    """Wait for whoever else is changing what becomes of a record."""
    session.execute(select(CompletionRow.id).where(CompletionRow.id == completion_id).with_for_update())


def list_proposals(
    session: Session, completion_id: int
) -> list[tuple[RevocationProposalRow, RevocationDecisionRow | None]]:
    """Return the proposals to revoke a record, newest first, each with what became of it."""
    statement = (
        select(RevocationProposalRow, RevocationDecisionRow)
        .outerjoin(RevocationDecisionRow, RevocationDecisionRow.proposal_id == RevocationProposalRow.id)
        .where(RevocationProposalRow.completion_id == completion_id)
        .order_by(RevocationProposalRow.id.desc())
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def find_proposal(session: Session, public_id: str) -> RevocationProposalRow | None:
    """Return a proposal by public id."""
    return session.scalar(select(RevocationProposalRow).where(RevocationProposalRow.public_id == public_id))


def list_waiting(session: Session, most: int) -> list[tuple[RevocationProposalRow, CompletionRow]]:
    """Return the proposals that nobody decided on, the oldest first, each with its record."""
    statement = (
        select(RevocationProposalRow, CompletionRow)
        .join(CompletionRow, CompletionRow.id == RevocationProposalRow.completion_id)
        .where(~exists().where(RevocationDecisionRow.proposal_id == RevocationProposalRow.id))
        .order_by(RevocationProposalRow.id)
        .limit(most)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def list_newest(session: Session, most: int) -> list[CompletionRow]:
    """Return the newest records of everybody."""
    statement = select(CompletionRow).order_by(CompletionRow.completed_at.desc(), CompletionRow.id.desc())
    return list(session.scalars(statement.limit(most)))


def list_by_person(session: Session, folded: Sequence[str], most: int) -> list[CompletionRow]:
    """Return the newest records of people in whose folded name or number every one of some words stands."""
    statement = select(CompletionRow).join(PersonRow, PersonRow.id == CompletionRow.person_id)
    statement = statement.where(*holding_words(session, PersonRow.folded, folded))
    statement = statement.order_by(CompletionRow.completed_at.desc(), CompletionRow.id.desc())
    return list(session.scalars(statement.limit(most)))


def list_marked(session: Session, today: date, most: int) -> list[CompletionRow]:
    """Return records that are not as they were issued: revoked, renewed, corrected, erased or expired.

    Of each sort those to which it happened last are looked at; of all of these the newest records come first.
    """
    expired = select(CompletionRow.id).where(CompletionRow.valid_until < today)
    sorts = (
        expired.order_by(CompletionRow.valid_until.desc(), CompletionRow.id.desc()),
        select(RevocationRow.completion_id).order_by(RevocationRow.completion_id.desc()),
        select(RenewalRow.earlier_id).order_by(RenewalRow.completion_id.desc()),
        select(NameCorrectionRow.completion_id).order_by(NameCorrectionRow.id.desc()),
        select(HolderErasureRow.completion_id).order_by(HolderErasureRow.completion_id.desc()),
    )
    # SQLite takes no limit within a union but of what is selected from.
    last = [select(one.limit(most).subquery().columns[0]) for one in sorts]
    statement = select(CompletionRow).where(CompletionRow.id.in_(union(*last)))
    statement = statement.order_by(CompletionRow.completed_at.desc(), CompletionRow.id.desc())
    return list(session.scalars(statement.limit(most)))


def list_links(session: Session, completion_id: int) -> list[ShareLinkRow]:
    """Return the links to a record, newest first."""
    statement = select(ShareLinkRow).where(ShareLinkRow.completion_id == completion_id)
    return list(session.scalars(statement.order_by(ShareLinkRow.id.desc())))


def count_links(session: Session, completion_id: int) -> int:
    """Return how many links to a record were not ended by hand."""
    statement = select(func.count()).where(ShareLinkRow.completion_id == completion_id, ShareLinkRow.ended_at.is_(None))
    return session.scalar(statement) or 0


def find_link(session: Session, public_id: str) -> ShareLinkRow | None:
    """Return a link by public id."""
    return session.scalar(select(ShareLinkRow).where(ShareLinkRow.public_id == public_id))


def find_shared(session: Session, token_digest: str) -> tuple[ShareLinkRow, CompletionRow] | None:
    """Return the link of a token with its record."""
    statement = select(ShareLinkRow, CompletionRow).join(CompletionRow, CompletionRow.id == ShareLinkRow.completion_id)
    row = session.execute(statement.where(ShareLinkRow.token_digest == token_digest)).one_or_none()
    return (row[0], row[1]) if row else None


def list_holders(session: Session, completion_ids: Collection[int]) -> dict[int, CompletionHolderRow]:
    """Return the names on records, by record, of those that were not erased."""
    found: dict[int, CompletionHolderRow] = {}
    for some in batches(completion_ids):
        statement = select(CompletionHolderRow).where(CompletionHolderRow.completion_id.in_(some))
        found |= {row.completion_id: row for row in session.scalars(statement)}
    return found


def list_corrections_of(
    session: Session, completion_ids: Collection[int]
) -> dict[int, list[tuple[NameCorrectionRow, CorrectedHolderRow | None]]]:
    """Return the corrections of the names on records as `list_corrections` does of one, by record."""
    found: dict[int, list[tuple[NameCorrectionRow, CorrectedHolderRow | None]]] = {}
    for some in batches(completion_ids):
        statement = (
            select(NameCorrectionRow, CorrectedHolderRow)
            .outerjoin(CorrectedHolderRow, CorrectedHolderRow.correction_id == NameCorrectionRow.id)
            .where(NameCorrectionRow.completion_id.in_(some))
            .order_by(NameCorrectionRow.number)
        )
        for correction, holder in session.execute(statement):
            found.setdefault(correction.completion_id, []).append((correction, holder))
    return found


def list_replaced(session: Session, completion_ids: Collection[int]) -> set[int]:
    """Return in place of which of some records another one stands, as `find_newer` finds it."""
    replaced: set[int] = set()
    # What stands at the end of a way, and the records at its beginnings.
    ends: dict[int, set[int]] = {one: {one} for one in completion_ids}
    while ends:
        further: dict[int, set[int]] = {}
        for some in batches(ends):
            statement = (
                select(RenewalRow.completion_id, RenewalRow.earlier_id, RevocationRow.completion_id)
                .outerjoin(RevocationRow, RevocationRow.completion_id == RenewalRow.completion_id)
                .where(RenewalRow.earlier_id.in_(some))
            )
            for newer, earlier, revoked in session.execute(statement):
                if revoked is None:
                    replaced |= ends[earlier]
                else:
                    further.setdefault(newer, set()).update(ends[earlier])
        ends = {end: left for end, begun in further.items() if (left := begun - replaced)}
    return replaced


def list_revocations(session: Session, completion_ids: Collection[int]) -> dict[int, RevocationRow]:
    """Return the revocations of records, by record."""
    found: dict[int, RevocationRow] = {}
    for some in batches(completion_ids):
        statement = select(RevocationRow).where(RevocationRow.completion_id.in_(some))
        found |= {row.completion_id: row for row in session.scalars(statement)}
    return found
