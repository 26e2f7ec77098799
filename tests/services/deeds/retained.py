"""Rows of every table that retention looks at, as they would stand had they ended at one moment."""

from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from quiz.db.models.assignments import AssignmentRow, DisowningRow
from quiz.db.models.attempts import QuestionRow
from quiz.db.models.base import Base
from quiz.db.models.completions import CompletionRow
from quiz.db.models.drafts import DraftRow, DraftTypingRow
from quiz.db.models.entry_links import EntryLinkRow
from quiz.db.models.exports import TeamExportPartRow, TeamExportRow
from quiz.db.models.factors import CeremonyRow, SecondStepRow
from quiz.db.models.identities import IdentityRow, IdentitySignInRow, IdentityWayRow, LogoutNoticeRow, TakenAssertionRow
from quiz.db.models.people import AbsenceRow, OneTimeLinkRow, PersonRow, SignInFailureRow, SignInRow
from quiz.db.models.record_life import ShareLinkRow
from quiz.db.models.reminding import DigestRow, ReminderNoteRow
from quiz.db.models.staffing import StaffImportEntryRow, StaffImportRow
from quiz.db.models.trace import OutboxMessageRow
from quiz.db.models.uploads import UploadEntryRow, UploadRow

_NUMBERS = count(1)


def lay(session: Session, person: int, ended: datetime, zone: str = "Africa/Cairo") -> None:
    """Lay one row into each table, with the rows it leans on, that ended at a moment, or on its civil day."""
    day, before = ended.astimezone(ZoneInfo(zone)).date(), ended - timedelta(hours=1)
    unit = session.get_one(PersonRow, person).unit_id
    given = session.scalars(select(AssignmentRow).where(AssignmentRow.person_id == person)).first()
    assert given is not None
    given.state = "completed"

    def one() -> str:
        return f"{next(_NUMBERS):032x}"

    def add(row: Base) -> int:
        session.add(row)
        session.flush()
        return getattr(row, "id", 0)

    signed_in = add(SignInRow(public_id=one(), token_digest=one(), person_id=person, browser="Firefox",
                              created_at=before, expires_at=ended))  # fmt: skip
    known = add(IdentityRow(public_id=one(), provider="p", issuer="https://p.example", subject=one(),
                            person_id=person, linked_at=before))  # fmt: skip
    add(IdentitySignInRow(sign_in_id=signed_in, identity_id=known, is_strong=False))
    add(OneTimeLinkRow(public_id=one(), purpose="invitation", person_id=person, lands_on="/", created_at=before,
                       expires_at=ended + timedelta(days=500), used_at=ended))  # fmt: skip
    add(EntryLinkRow(public_id=one(), purpose="asked", person_id=person, token_digest=one() * 2, lands_on="/",
                     created_at=before, expires_at=ended + timedelta(days=500), used_at=ended))  # fmt: skip
    add(AbsenceRow(public_id=one(), person_id=person, starts_on=day, ends_on=day, recorded_by="x", recorded_at=before))
    add(DisowningRow(public_id=one(), person_id=person, unit_id=unit, said_by=person, said_at=before, words="نُقل",
                     settled_at=ended, settled_by="x", outcome="moved"))  # fmt: skip
    sent = add(StaffImportRow(public_id=one(), kind="staff", file_name="a.csv", encoding="utf-8", state="applied",
                              missing="keep", unchanged=0, total=1, done=1, reached=1, leaders={}, faults=[],
                              sent_by="x", sent_at=before, applied_at=ended))  # fmt: skip
    add(StaffImportEntryRow(import_id=sent, place=1, line=2, key="T-9", name="سعاد", standing="new", document={},
                            changes=[], faults=[]))  # fmt: skip
    upload = add(UploadRow(public_id=one(), file_name="a.zip", origin="zip", state="drafted", total=1, done=1,
                           findings=[], sent_by=person, sent_at=before, drafted_at=ended))  # fmt: skip
    add(UploadEntryRow(upload_id=upload, place=1, kind="scenario", key="k", line=1, document={}, standing="same",
                       errors=0, warnings=0, findings=[]))  # fmt: skip
    draft = add(DraftRow(public_id=one(), kind="scenario", key=one(), base_number=0, state="draft", revision=1,
                         created_by=person, created_at=before, changed_at=before))  # fmt: skip
    add(DraftTypingRow(draft_id=draft, person_id=person, based_on=1, document={}, at=ended))
    record = session.scalar(select(CompletionRow.id).limit(1))
    if record is not None:
        add(ShareLinkRow(public_id=one(), completion_id=record, token_digest=one(), name_form="full", made_at=before,
                         ends_on=day))  # fmt: skip
    add(OutboxMessageRow(kind="Nothing", payload={}, created_at=before, due_at=before, done_at=ended, tries=1))
    add(ReminderNoteRow(assignment_id=given.id, person_id=person, step=one(), outcome="queued", reckoned_from=day,
                        noted_on=day, noted_at=before))  # fmt: skip
    add(DigestRow(person_id=person, day=day, figures={}, outcome="sent", sent_at=before))
    add(QuestionRow(public_id=one(), kind="question", person_id=person, about="x", words="سؤال", at=ended))
    add(SecondStepRow(token_digest=one(), person_id=person, way="password", lands_on="/", expires_at=ended))
    add(CeremonyRow(public_id=one(), purpose="sign-in", challenge="x", expires_at=ended))
    add(IdentityWayRow(state_digest=one(), browser_digest=one(), provider="p", purpose="sign-in", lands_on="/",
                       expires_at=ended))  # fmt: skip
    add(LogoutNoticeRow(digest=one(), expires_at=ended))
    add(TakenAssertionRow(digest=one(), expires_at=ended))
    add(SignInFailureRow(name_digest=one(), address_digest=one(), at=ended))
    table = add(TeamExportRow(public_id=one(), person_id=person, kind="csv", asked={}, asked_digest=one(),
                              asked_at=ended, state="made", turn=1, total=1, done=1, size=1, parts=1))  # fmt: skip
    add(TeamExportPartRow(export_id=table, number=1, content=b"x"))
    session.commit()
