"""What a manager does about what is late: remind, give more time, say that somebody is not theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.exc import IntegrityError

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.assignments import AssignmentRow, DisowningRow
from quiz.db.models.reminding import ReminderNoteRow
from quiz.db.queries import people
from quiz.db.queries import progress as queries
from quiz.engine.reminders import ASKED
from quiz.events import ReminderAsked
from quiz.services.errors import NotReady, Refused
from quiz.services.extending import checked_reason, keep_change
from quiz.services.organisation import get_choices
from quiz.services.reporting import PersonName
from quiz.services.reporting_people import Asked, find_managed, narrow
from quiz.services.teams import Scope, get_scope
from quiz.services.unit_of_work import UnitOfWork

QUIET = timedelta(days=3)
LONGEST_EXTENSION = timedelta(days=30)
MOST_AT_ONCE = 500
LONGEST_REASON = 500
# What one does about a reason: some wait for a word, some for time; what is not theirs waits for HR.
ACTIONS = {
    "not_begun": "remind",
    "under_way": "remind",
    "awaiting_next": "remind",
    "passed_pledge_open": "remind",
    "asks_help": "extend",
    "away": "extend",
}
_ACT = Permission.REPORTING_TEAM_ACT


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom a deed would reach, whom it would skip and why (a code), and how many come after the most at once."""

    scope: Scope
    reached: tuple[PersonName, ...]
    skipped: dict[str, tuple[PersonName, ...]]
    later: int
    assignments: int


def plan_reminder(work: UnitOfWork, asked: Asked) -> Plan:
    """Return who would be reminded of all they are late with, and who is skipped; nothing is written."""
    scope = get_scope(work, _ACT, asked.unit)
    today = get_choices(work).civil_day(work.now)
    reminded = queries.list_noted(work.session, _ACT.value, "reminder", work.now - QUIET)
    reached: list[PersonName] = []
    skipped: dict[str, list[PersonName]] = {}
    for row in queries.list_late_people(work.session, narrow(work, scope, asked), today):
        why = "away" if row.is_away else "reminded" if row.public_id in reminded else None
        (skipped.setdefault(why, []) if why else reached).append(PersonName(row.public_id, row.name))
    return _plan(scope, reached, skipped, len(reached))


def remind(work: UnitOfWork, asked: Asked, seen: int) -> int:
    """Ask for one mail to each who would be reminded, and return how many; whoever completed meanwhile is left out.

    NotReady where nobody is to be reminded any more, or where more are than were seen.
    """
    plan = plan_reminder(work, asked)
    if not plan.reached or len(plan.reached) > seen:
        raise NotReady("nobody" if not plan.reached else "others")
    today = get_choices(work).civil_day(work.now)
    for row in queries.list_late_ids(work.session, [one.public_id for one in plan.reached]):
        work.session.add(
            ReminderNoteRow(
                assignment_id=row.id,
                person_id=row.person_id,
                step=ASKED,
                outcome="queued",
                reckoned_from=today,
                noted_on=today,
                noted_at=work.now,
            )
        )
    for one in plan.reached:
        work.record(ReminderAsked(one.public_id))
        work.audit(_ACT, Target("reminder", one.public_id))
    return len(plan.reached)


def plan_extension(work: UnitOfWork, asked: Asked) -> Plan:
    """Return whose late assignments would have another due date; nothing is written."""
    return _extension(work, asked)[0]


def extend(work: UnitOfWork, asked: Asked, seen: int, due_on: date, reason: str) -> int:
    """Give what is late another due date, with a reason, and return for how many assignments.

    Refused for a day that is past or too far, or without a reason; NotReady as for `remind`.
    """
    _reached, rows = _extension(work, asked)
    today = get_choices(work).civil_day(work.now)
    if due_on <= today:
        raise Refused("day-past", field="due_on")
    if due_on > today + LONGEST_EXTENSION:
        raise Refused("day-too-far", field="due_on")
    words = checked_reason(reason)
    if not rows or len(rows) > seen:
        raise NotReady("nobody" if not rows else "others")
    for row in rows:
        keep_change(work, row, "extended", words, due_on, _ACT)
        row.due_on, row.is_late = due_on, False
    work.after_commit(work.tools.kept.forget_figures)
    return len(rows)


def disown(work: UnitOfWork, person: str, words: str) -> None:
    """Say that somebody is not of one's unit, until HR settles it; NotReady where that was said already."""
    row = find_managed(work, _ACT, person)
    if row.id == work.actor.person_id:
        raise Refused("oneself", field="words")
    if not words.strip():
        raise Refused("reason-missing", field="words")
    if queries.find_open_disowning(work.session, row.id) is not None:
        raise NotReady("said-already")
    work.session.add(
        DisowningRow(
            public_id=work.new_id(),
            person_id=row.id,
            unit_id=row.unit_id,
            said_by=work.actor.person_id,
            said_at=work.now,
            words=words.strip()[:LONGEST_REASON],
        )
    )
    try:
        work.session.flush()
    except IntegrityError as clash:
        # Another manager of theirs said it in this very moment.
        raise NotReady("said-already") from clash
    for assignment in queries.list_current_of(work.session, row.id):
        assignment.is_disowned = True
    work.audit(_ACT, Target("person", person), what="not-mine")
    work.after_commit(work.tools.kept.forget_figures)


def _extension(work: UnitOfWork, asked: Asked) -> tuple[Plan, list[AssignmentRow]]:
    scope = get_scope(work, _ACT, asked.unit)
    found = queries.list_late_assignments(work.session, narrow(work, scope, asked))
    reached: list[PersonName] = []
    skipped: dict[str, list[PersonName]] = {}
    held: dict[int, list[AssignmentRow]] = {}
    for row in found:
        held.setdefault(row.person_id, []).append(row)
    names = people.list_public_names(work.session, held)
    for person_id in held:
        one = PersonName(*names[person_id])
        # Nobody gives themselves more time.
        (skipped.setdefault("oneself", []) if person_id == work.actor.person_id else reached).append(one)
    chosen = [one for one in held if one != work.actor.person_id][:MOST_AT_ONCE]
    rows = [row for one in chosen for row in held[one]]
    return _plan(scope, reached, skipped, len(rows)), rows


def _plan(scope: Scope, reached: Sequence[PersonName], skipped: dict[str, list[PersonName]], assignments: int) -> Plan:
    return Plan(
        scope,
        tuple(reached[:MOST_AT_ONCE]),
        {why: tuple(some) for why, some in skipped.items()},
        max(0, len(reached) - MOST_AT_ONCE),
        assignments,
    )
