"""What is past its time, table by table: counting it, and removing some of it at a time; children before parents."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Table, and_, delete, exists, func, not_, or_, select, tuple_
from sqlalchemy.orm import Session

from quiz.access.keeping import Until
from quiz.db.models.advising import AnswerRow
from quiz.db.models.assignments import AssignmentRow, DisowningRow
from quiz.db.models.attempts import QuestionRow
from quiz.db.models.base import Base
from quiz.db.models.drafts import DraftTypingRow
from quiz.db.models.entry_links import EntryLinkRow
from quiz.db.models.exports import TeamExportPartRow, TeamExportRow
from quiz.db.models.factors import CeremonyRow, SecondStepRow
from quiz.db.models.identities import IdentitySignInRow, IdentityWayRow, LogoutNoticeRow, TakenAssertionRow
from quiz.db.models.people import AbsenceRow, OneTimeLinkRow, SignInFailureRow, SignInRow
from quiz.db.models.record_life import ShareLinkRow
from quiz.db.models.reminding import DigestRow, ReminderNoteRow
from quiz.db.models.staffing import StaffImportEntryRow, StaffImportRow
from quiz.db.models.trace import AuditEntryRow, OutboxMessageRow
from quiz.db.models.uploads import UploadEntryRow, UploadRow
from quiz.db.queries.turning import DONE

Past = Callable[[date, datetime], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Rule:
    """Which rows of a table are past their time, given the first day that is kept and the moment it began.

    `first_away` are the children that have to be away before; other deeds remove what is `swept` elsewhere.
    """

    table: type[Base]
    until: Until
    past: Past
    first_away: ColumnElement[bool] | None = None
    is_swept_elsewhere: bool = False

    @property
    def name(self) -> str:
        """Return the name of the table."""
        return str(self.table.__tablename__)


def _ended_sign_in(_day: date, moment: datetime) -> ColumnElement[bool]:
    return or_(SignInRow.revoked_at < moment, SignInRow.expires_at < moment)


def _old_upload(_day: date, moment: datetime) -> ColumnElement[bool]:
    return func.coalesce(UploadRow.drafted_at, UploadRow.sent_at) < moment


def _old_import(_day: date, moment: datetime) -> ColumnElement[bool]:
    return func.coalesce(StaffImportRow.applied_at, StaffImportRow.sent_at) < moment


def _old_export(_day: date, moment: datetime) -> ColumnElement[bool]:
    return TeamExportRow.asked_at < moment


def _of_parent(link: ColumnElement[bool], past: Past) -> Past:
    return lambda day, moment: exists().where(link, past(day, moment))


def _none(link: ColumnElement[bool]) -> ColumnElement[bool]:
    return not_(exists().where(link))


def _old_note(day: date, _moment: datetime) -> ColumnElement[bool]:
    # What was said of a training under way is asked again at every step of the ladder.
    is_over = or_(not_(AssignmentRow.is_current), AssignmentRow.state.in_(DONE), AssignmentRow.unit_id.is_(None))
    return and_(
        ReminderNoteRow.noted_on < day, exists().where(AssignmentRow.id == ReminderNoteRow.assignment_id, is_over)
    )


def old_question(_day: date, moment: datetime) -> ColumnElement[bool]:
    """Tell of a question that still leads to its asker: asked, and last answered, before a moment."""
    later = exists().where(AnswerRow.question_id == QuestionRow.id, AnswerRow.answered_at >= moment)
    leads = or_(QuestionRow.person_id.is_not(None), QuestionRow.reply_digest.is_not(None))
    return and_(leads, QuestionRow.at < moment, not_(later))


_SIGNED_IN = IdentitySignInRow.sign_in_id == SignInRow.id
_UPLOADED = UploadEntryRow.upload_id == UploadRow.id
_IMPORTED = StaffImportEntryRow.import_id == StaffImportRow.id
_EXPORTED = TeamExportPartRow.export_id == TeamExportRow.id

RULES: tuple[Rule, ...] = (
    Rule(IdentitySignInRow, Until.SIGN_INS, _of_parent(_SIGNED_IN, _ended_sign_in)),
    Rule(SignInRow, Until.SIGN_INS, _ended_sign_in, _none(_SIGNED_IN)),
    Rule(
        OneTimeLinkRow,
        Until.SIGN_INS,
        lambda day, moment: or_(OneTimeLinkRow.used_at < moment, OneTimeLinkRow.expires_at < moment),
    ),
    Rule(
        EntryLinkRow,
        Until.SIGN_INS,
        lambda day, moment: or_(
            EntryLinkRow.used_at < moment, EntryLinkRow.ended_at < moment, EntryLinkRow.expires_at < moment
        ),
    ),
    Rule(AbsenceRow, Until.STAFF, lambda day, moment: AbsenceRow.ends_on < day),
    Rule(DisowningRow, Until.STAFF, lambda day, moment: DisowningRow.settled_at < moment),
    Rule(StaffImportEntryRow, Until.STAFF, _of_parent(_IMPORTED, _old_import)),
    Rule(StaffImportRow, Until.STAFF, _old_import, _none(_IMPORTED)),
    Rule(UploadEntryRow, Until.FILES, _of_parent(_UPLOADED, _old_upload)),
    Rule(UploadRow, Until.FILES, _old_upload, _none(_UPLOADED)),
    Rule(DraftTypingRow, Until.TYPING, lambda day, moment: DraftTypingRow.at < moment),
    Rule(
        ShareLinkRow, Until.LINKS, lambda day, moment: or_(ShareLinkRow.ended_at < moment, ShareLinkRow.ends_on < day)
    ),
    Rule(OutboxMessageRow, Until.MAILS, lambda day, moment: OutboxMessageRow.done_at < moment),
    Rule(ReminderNoteRow, Until.MAILS, _old_note),
    Rule(DigestRow, Until.MAILS, lambda day, moment: DigestRow.day < day),
    Rule(QuestionRow, Until.QUESTIONS, old_question),
    Rule(SecondStepRow, Until.MINUTES, lambda day, moment: SecondStepRow.expires_at < moment, None, True),
    Rule(CeremonyRow, Until.MINUTES, lambda day, moment: CeremonyRow.expires_at < moment, None, True),
    Rule(IdentityWayRow, Until.MINUTES, lambda day, moment: IdentityWayRow.expires_at < moment, None, True),
    Rule(LogoutNoticeRow, Until.MINUTES, lambda day, moment: LogoutNoticeRow.expires_at < moment, None, True),
    Rule(TakenAssertionRow, Until.MINUTES, lambda day, moment: TakenAssertionRow.expires_at < moment, None, True),
    Rule(SignInFailureRow, Until.DAY, lambda day, moment: SignInFailureRow.at < moment, None, True),
    Rule(TeamExportPartRow, Until.DAY, _of_parent(_EXPORTED, _old_export), None, True),
    Rule(TeamExportRow, Until.DAY, _old_export, None, True),
)
RULE: Mapping[str, Rule] = {rule.name: rule for rule in RULES}


def count_past(session: Session, rule: Rule, day: date, moment: datetime) -> int:
    """Return how many rows of a table are past their time: those that ended before a day, which began at a moment."""
    return session.scalar(select(func.count()).select_from(rule.table).where(rule.past(day, moment))) or 0


def delete_past(session: Session, rule: Rule, day: date, moment: datetime, most: int) -> int:
    """Delete at most so many rows that are past their time; return how many went."""
    table: Table = rule.table.__table__  # type: ignore[assignment]
    keys = list(table.primary_key.columns)
    wanted = rule.past(day, moment)
    if rule.first_away is not None:
        wanted = and_(wanted, rule.first_away)
    found = [tuple(row) for row in session.execute(select(*keys).where(wanted).order_by(*keys).limit(most))]
    if not found:
        return 0
    at = keys[0].in_([one for (one,) in found]) if len(keys) == 1 else tuple_(*keys).in_(found)
    session.execute(delete(table).where(at))
    return len(found)


def list_old_questions(session: Session, day: date, moment: datetime, most: int) -> list[QuestionRow]:
    """Return at most so many questions that still lead to their askers and should not."""
    statement = select(QuestionRow).where(old_question(day, moment)).order_by(QuestionRow.id).limit(most)
    return list(session.scalars(statement))


def has_entry(session: Session, deed: str, since: datetime) -> bool:
    """Tell whether the trail holds a deed that was done at a moment or later."""
    done = select(AuditEntryRow.id).where(
        AuditEntryRow.deed == deed, AuditEntryRow.at >= since, AuditEntryRow.was_allowed
    )
    return session.scalar(done.limit(1)) is not None
