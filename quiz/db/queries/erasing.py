"""Removing what names a person, wherever it stands."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, String, Table, Text, cast, delete, func, or_, select, update
from sqlalchemy.orm import Session

from quiz.db.models.advising import AnswerRow
from quiz.db.models.assignments import AssignmentChangeRow, AssignmentRow, DisowningRow
from quiz.db.models.attempts import QuestionRow
from quiz.db.models.base import Base, Document
from quiz.db.models.completions import CompletionHolderRow, CompletionRow, RevocationRow
from quiz.db.models.drafts import DraftTypingRow
from quiz.db.models.entry_links import EntryLinkRow
from quiz.db.models.erasure import PersonErasureRow
from quiz.db.models.exports import TeamExportPartRow, TeamExportRow
from quiz.db.models.factors import AuthenticatorRow, CeremonyRow, PasskeyRow, RecoveryCodeRow, SecondStepRow
from quiz.db.models.identities import IdentityRow, IdentitySignInRow, IdentityWayRow
from quiz.db.models.people import AbsenceRow, AccountRow, OneTimeLinkRow, PersonRow, SignInFailureRow, SignInRow
from quiz.db.models.provisioning import ProvisionedPersonRow
from quiz.db.models.record_life import (
    CorrectedHolderRow,
    NameCorrectionRow,
    RevocationDecisionRow,
    RevocationProposalRow,
)
from quiz.db.models.staffing import StaffImportEntryRow, StaffImportRow
from quiz.engine.document import digest

# Rows that are a person's own and tell nobody else anything: they go as a whole, in this order.
_OWN: tuple[tuple[str, Any], ...] = (
    ("second-steps", SecondStepRow),
    ("identity-ways", IdentityWayRow),
    ("identities", IdentityRow),
    ("sign-ins", SignInRow),
    ("one-time-links", OneTimeLinkRow),
    ("entry-links", EntryLinkRow),
    ("passwords", AccountRow),
    ("authenticators", AuthenticatorRow),
    ("recovery-codes", RecoveryCodeRow),
    ("passkeys", PasskeyRow),
    ("passkey-ceremonies", CeremonyRow),
    ("provisioned", ProvisionedPersonRow),
    ("absences", AbsenceRow),
    ("typing", DraftTypingRow),
)
# What two people stand behind and everybody reads: somebody invented in it may well be called the same.
PUBLISHED = frozenset({"instrument", "instrument_version", "module", "module_version", "scenario", "scenario_version"})
# Nobody types into these; each holds references, answers by position, or counts.
_WITHOUT_WORDS = frozenset(
    {"attempt", "attempt_step", "audit_entry", "audit_link", "audit_tip", "completion", "mark_sheet", "person",
     "person_erasure", "remark", "reminder_note", "signing_certificate", "tally"}
)  # fmt: skip
# Shorter texts are codes of ours.
_SHORTEST_WORDS = 100


def find_erasure(session: Session, person_id: int) -> PersonErasureRow | None:
    """Return the erasure of a person."""
    return session.get(PersonErasureRow, person_id)


def hold_person(session: Session, public_id: str) -> PersonRow | None:
    """Return a person by public id, held until the deed is done."""
    statement = select(PersonRow).where(PersonRow.public_id == public_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def list_records(session: Session, person_id: int) -> list[CompletionRow]:
    """Return the records of a person."""
    statement = select(CompletionRow).where(CompletionRow.person_id == person_id)
    return list(session.scalars(statement.order_by(CompletionRow.id)))


def list_former_names(session: Session, person_id: int) -> set[str]:
    """Return every name that stands beside a record of a person."""
    first = select(CompletionHolderRow.name, CompletionHolderRow.latin_name).join(
        CompletionRow, CompletionRow.id == CompletionHolderRow.completion_id
    )
    later = (
        select(CorrectedHolderRow.name, CorrectedHolderRow.latin_name)
        .join(NameCorrectionRow, NameCorrectionRow.id == CorrectedHolderRow.correction_id)
        .join(CompletionRow, CompletionRow.id == NameCorrectionRow.completion_id)
    )
    rows = [row for statement in (first, later) for row in session.execute(statement.where(_of(person_id))).all()]
    return {name for row in rows for name in row if name}


def _of(person_id: int) -> ColumnElement[bool]:
    return CompletionRow.person_id == person_id


def delete_own(session: Session, person_id: int, name_digests: Collection[str]) -> dict[str, int]:
    """Delete how a person signs in, what connected systems know of them, when they were away, and what they typed."""
    found: dict[str, int] = {}
    signed_in = select(SignInRow.id).where(SignInRow.person_id == person_id)
    vouched = select(IdentityRow.id).where(IdentityRow.person_id == person_id)
    found["vouched-sign-ins"] = _delete(
        session,
        IdentitySignInRow,
        or_(IdentitySignInRow.sign_in_id.in_(signed_in), IdentitySignInRow.identity_id.in_(vouched)),
    )
    for kind, row in _OWN:
        found[kind] = _delete(session, row, row.person_id == person_id)
    found["failures"] = _delete(session, SignInFailureRow, SignInFailureRow.name_digest.in_(name_digests))
    return found


def delete_exports(session: Session) -> int:
    """Delete every table that waits to be taken away: each may name anybody, is kept a day, and is made again."""
    session.execute(delete(TeamExportPartRow))
    return _delete(session, TeamExportRow, TeamExportRow.id.is_not(None))


def delete_import_rows(session: Session, hr_number: str) -> int:
    """Delete the rows of HR's files that are of a number, and let no file call it a manager."""
    for row in session.scalars(select(StaffImportRow)):
        if hr_number in row.leaders.values():
            row.leaders = {code: number for code, number in row.leaders.items() if number != hr_number}
    return _delete(session, StaffImportEntryRow, StaffImportEntryRow.key == hr_number)


def _delete(session: Session, row: Any, condition: ColumnElement[bool]) -> int:
    done: Any = session.execute(delete(row).where(condition), execution_options={"synchronize_session": "fetch"})
    return int(done.rowcount)


def list_questions(session: Session, person_id: int) -> list[QuestionRow]:
    """Return what a person asked with their name."""
    return list(session.scalars(select(QuestionRow).where(QuestionRow.person_id == person_id)))


Redact = Callable[[Any], Any]


def redact_about(session: Session, person_id: int, question_ids: Collection[int], redact: Redact) -> int:
    """Let words that are about a person lose what names them; return in how many rows something did."""
    records = select(CompletionRow.id).where(CompletionRow.person_id == person_id)
    proposals = select(RevocationProposalRow.id).where(RevocationProposalRow.completion_id.in_(records))
    assigned = select(AssignmentRow.id).where(AssignmentRow.person_id == person_id)
    about: tuple[tuple[Any, ColumnElement[bool]], ...] = (
        (AnswerRow, AnswerRow.question_id.in_(question_ids)),
        (AssignmentChangeRow, AssignmentChangeRow.assignment_id.in_(assigned)),
        (DisowningRow, DisowningRow.person_id == person_id),
        (NameCorrectionRow, NameCorrectionRow.completion_id.in_(records)),
        (RevocationRow, RevocationRow.completion_id.in_(records)),
        (RevocationProposalRow, RevocationProposalRow.completion_id.in_(records)),
        (RevocationDecisionRow, RevocationDecisionRow.proposal_id.in_(proposals)),
    )
    return sum(_redact(session, row.__table__, condition, redact) for row, condition in about)


def redact_mentions(session: Session, needles: Collection[str], redact: Redact) -> int:
    """Let any other words that hold one of some texts lose it; return in how many rows something was lost."""
    count = 0
    for table in Base.metadata.sorted_tables:
        if table.name in PUBLISHED | _WITHOUT_WORDS or not words_of(table):
            continue
        count += _redact(session, table, _mentions(table, needles), redact)
    return count


def count_published(session: Session, needles: Collection[str]) -> int:
    """Return how many published documents hold one of some texts; they stay as they are."""
    count = 0
    for table in Base.metadata.sorted_tables:
        if table.name in PUBLISHED and words_of(table):
            statement = select(func.count()).select_from(table).where(_mentions(table, needles))
            count += session.scalar(statement) or 0
    return count


def words_of(table: Table) -> list[Column[Any]]:
    """Return the columns of a table that may hold words: long texts and documents."""
    return [column for column in table.columns if _is_document(column) or _is_long(column)]


def _is_document(column: Column[Any]) -> bool:
    return isinstance(column.type, type(Document))


def _is_long(column: Column[Any]) -> bool:
    return isinstance(column.type, String) and (column.type.length or _SHORTEST_WORDS) >= _SHORTEST_WORDS


def _mentions(table: Table, needles: Collection[str]) -> ColumnElement[bool]:
    return or_(
        *(
            func.lower(cast(column, Text)).contains(needle.lower(), autoescape=True)
            for column in words_of(table)
            for needle in needles
        )
    )


def _redact(session: Session, table: Table, condition: ColumnElement[bool], redact: Redact) -> int:
    count = 0
    keys = list(table.primary_key.columns)
    for row in list(_rows(session, table, condition)):
        changed = {}
        for column in words_of(table):
            before = row[column.name]
            after = redact(before) if before is not None and column not in keys else before
            if after != before:
                changed[column.name] = after
        if not changed:
            continue
        if table.name == "draft_revision":
            changed["digest"] = digest(changed["document"])
        here = [key == row[key.name] for key in keys]
        session.execute(update(table).where(*here).values(changed))
        count += 1
    # What was read before must not be taken for what stands now.
    session.expire_all()
    return count


def _rows(session: Session, table: Table, condition: ColumnElement[bool]) -> Iterator[Any]:
    wanted = [*table.primary_key.columns, *(one for one in words_of(table) if not one.primary_key)]
    yield from session.execute(select(*wanted).where(condition)).mappings()
