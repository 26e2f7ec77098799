"""What the mails about due dates say when they are sent: only what is still true; the rest is noted with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.people import PersonRow
from quiz.db.models.reminding import ReminderNoteRow
from quiz.db.queries import people
from quiz.db.queries import reminding as queries
from quiz.engine.reminders import ASSIGNED, LEVEL, OPEN, next_level
from quiz.engine.text import Text
from quiz.services import entry_links
from quiz.services.organisation import get_choices
from quiz.services.reminding import noted_steps, standing_notes
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.workforce import end_of_day

_Queued = Sequence[tuple[ReminderNoteRow, AssignmentRow]]


@dataclass(frozen=True, slots=True)
class DueModule:
    """A module that somebody is to take: by when, whether that is past, and when superiors hear of it.

    `told_on` is the last day on which a superior was told, `tells_from` the day from which the next one is.
    `extensions` counts how often more time was given.
    """

    assignment_id: str
    key: str
    title: Text
    due_on: date | None
    is_past: bool = False
    is_new: bool = False
    told_on: date | None = None
    tells_from: date | None = None
    extensions: int = 0


@dataclass(frozen=True, slots=True)
class DueMail:
    """What a person is told in one mail: each module with its due date."""

    modules: tuple[DueModule, ...]
    name: str
    email: str
    language: str
    # For whoever has no account: the token of a link that lets them in, and until when.
    entry: tuple[str, datetime] | None = None

    @property
    def page(self) -> str:
        """Return the address of the page it is about: the module, or all training where there are several."""
        only = self.modules[0].key if len(self.modules) == 1 else None
        return f"/learn/modules/{only}" if only else "/learn/"


@dataclass(frozen=True, slots=True)
class LateOne:
    """Somebody of a line who is past due with a module; of how they answered nothing is known here."""

    name: str
    title: Text
    due_on: date


@dataclass(frozen=True, slots=True)
class SuperiorMail:
    """What a superior is told in one mail: who of their line is past due with what."""

    late: tuple[LateOne, ...]
    name: str
    email: str
    language: str


def prepare_mail(work: UnitOfWork, person: str, day: date) -> DueMail | None:
    """Return what is still true of what the ladder says to a person of a day."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("person", person))
    row = people.find_person_by_public_id(work.session, person)
    return _prepare(work, row, queries.list_queued(work.session, row.id, day)) if row else None


def prepare_asked_mail(work: UnitOfWork, person: str) -> DueMail | None:
    """Return what is still true of what a manager asked to remind a person of."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("person", person))
    row = people.find_person_by_public_id(work.session, person)
    return _prepare(work, row, queries.list_asked_for(work.session, row.id)) if row else None


def prepare_given_mail(work: UnitOfWork, assignment: str) -> DueMail | None:
    """Return whom to tell of an assignment that somebody gave by hand; None where it was begun, or they have left."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("assignment", assignment))
    queued = queries.list_given(work.session, assignment)
    row = people.find_person(work.session, queued[0][1].person_id) if queued else None
    return _prepare(work, row, queued) if row else None


def prepare_superior_mail(work: UnitOfWork, person: str, day: date) -> SuperiorMail | None:
    """Return what is still true of what a superior is to be told on a day."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("person", person))
    row = people.find_person_by_public_id(work.session, person)
    if row is None:
        return None
    queued = queries.list_above(work.session, row.id, day)
    about = people.list_people_by_id(work.session, {assignment.person_id for _, assignment in queued})
    titles = queries.list_titles(work.session, {assignment.module_id for _, assignment in queued})
    late = []
    for note, assignment in queued:
        because = "left" if _has_left(work, row) else _why_not_told(work, note, assignment, about)
        if because is not None or assignment.due_on is None:
            note.outcome, note.because = "dropped", because
        else:
            title = Text(titles[assignment.module_id].title)
            late.append(LateOne(about[assignment.person_id].name, title, assignment.due_on))
    late.sort(key=lambda one: (one.name, one.due_on))
    return SuperiorMail(tuple(late), row.name, row.email, row.language or "ar") if late else None


def note_sent(work: UnitOfWork, kind: str, payload: Mapping[str, str]) -> None:
    """Note that the mail of an outbox message was taken by the mail server."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("outbox"))
    for note, _ in _queued_by(work, kind, payload):
        note.outcome, note.sent_at = "sent", work.now


def note_unsent(work: UnitOfWork, kind: str, payload: Mapping[str, str], because: str, outcome: str = "failed") -> None:
    """Note that the mail of an outbox message was given up, or with another outcome not sent, and why."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("outbox"))
    for note, _ in _queued_by(work, kind, payload):
        note.outcome, note.because = outcome, because


def _queued_by(work: UnitOfWork, kind: str, payload: Mapping[str, str]) -> _Queued:
    if kind == "ModuleAssigned":
        return queries.list_given(work.session, payload["assignment_id"])
    if kind not in ("ReminderAsked", "ReminderDue", "SuperiorDue"):
        return ()
    row = people.find_person_by_public_id(work.session, payload["person_id"])
    if row is None:
        return ()
    if kind == "ReminderAsked":
        return queries.list_asked_for(work.session, row.id)
    listed = queries.list_queued if kind == "ReminderDue" else queries.list_above
    return listed(work.session, row.id, date.fromisoformat(payload["day"]))


def _prepare(work: UnitOfWork, row: PersonRow, queued: _Queued) -> DueMail | None:
    kept = []
    for note, assignment in queued:
        because = "left" if _has_left(work, row) else _why_not_said(note, assignment)
        if because is None:
            kept.append((note, assignment))
        else:
            note.outcome, note.because = "dropped", because
    modules = _modules(work, kept)
    if not modules:
        return None
    mail = DueMail(modules, row.name, row.email, row.language or "ar")
    days = [one.due_on for one in modules if one.due_on is not None and not one.is_past]
    due = end_of_day(max(days), get_choices(work).zone) if days else None
    return replace(mail, entry=entry_links.for_task(work, row, mail.page, due))


def _modules(work: UnitOfWork, kept: _Queued) -> tuple[DueModule, ...]:
    choices = get_choices(work)
    today = choices.civil_day(work.now)
    ids = {assignment.id for _, assignment in kept}
    titles = queries.list_titles(work.session, {assignment.module_id for _, assignment in kept})
    noted, extensions = queries.list_noted(work.session, ids), queries.count_extensions(work.session, ids)
    found = []
    for note, one in kept:
        notes = standing_notes(noted.get(one.id, ()), one.due_on)
        next_one = next_level(choices.ladder, one.due_on, noted_steps(notes))
        told = [was.noted_on for was in notes if was.step.startswith(LEVEL) and was.outcome in ("queued", "sent")]
        found.append(
            DueModule(
                one.public_id,
                titles[one.module_id].key,
                Text(titles[one.module_id].title),
                one.due_on,
                is_past=one.due_on is not None and one.due_on < today,
                is_new=note.step == ASSIGNED,
                told_on=max(told, default=None),
                tells_from=max(next_one[0], today) if next_one else None,
                extensions=extensions.get(one.id, 0),
            )
        )
    return tuple(found)


def _why_not_said(note: ReminderNoteRow, assignment: AssignmentRow) -> str | None:
    if assignment.state not in OPEN or not assignment.is_current:
        return "done"
    if note.step == ASSIGNED:
        return None if assignment.state == "not_begun" else "begun"
    return None if assignment.due_on is not None else "not_due"


def _why_not_told(
    work: UnitOfWork, note: ReminderNoteRow, assignment: AssignmentRow, about: Mapping[int, PersonRow]
) -> str | None:
    """Return why a superior is not told of an assignment any more."""
    if assignment.state not in OPEN or not assignment.is_current:
        return "done"
    if assignment.due_on != note.reckoned_from:
        return "extended"
    if assignment.is_disowned:
        return "not_theirs"
    if _has_left(work, about[assignment.person_id]):
        return "left"
    return "away" if assignment.is_away else None


def _has_left(work: UnitOfWork, row: PersonRow) -> bool:
    return row.active_until is not None and row.active_until <= work.now
