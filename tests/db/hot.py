"""What is asked so often, or of so many rows, that it must never read a large table from end to end."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from quiz.db.queries import (
    attempts,
    audit_trail,
    completions,
    mail_log,
    mark_sheets,
    own_data,
    people,
    progress,
    record_life,
    regrading,
    reminding,
    retaining,
    sealing,
    system_reading,
    tallies,
    workforce,
)
from quiz.db.queries.audit_trail import Wanted
from quiz.db.queries.progress import Narrowing
from quiz.services import delivering
from quiz.services.unit_of_work import UnitOfWork

LARGE = {
    "absence", "account", "assignment", "attempt", "attempt_step", "audit_entry", "audit_link", "completion",
    "completion_holder", "digest", "entry_link", "mark_sheet", "one_time_link", "outbox_message", "person",
    "reminder_note", "sign_in", "sign_in_failure",
}  # fmt: skip
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
DAY, LONG_AGO, OLD = NOW.date(), datetime(2024, 3, 1, tzinfo=UTC), datetime(2025, 1, 4, tzinfo=UTC)
# Somebody who has passed and completed, and somebody whose attempt is under way; how far apart attempts are.
DONE, UNDER_WAY, APART, ENTRIES_APART = 4324, 4321, 250, 600
MOST = 10_000
_WINDOW = reminding.Window(DAY - timedelta(days=3), DAY + timedelta(days=14), NOW - timedelta(days=3), date(2025, 1, 1))
_STEP = {
    "kind": "answer", "slot": 1, "response": None, "credit": None, "language": "ar", "digits": "arab", "at": NOW,
    "previous_digest": "a" * 64, "digest": "b" * 64, "certainty": None,
}  # fmt: skip


def md5(words: str) -> str:
    return hashlib.md5(words.encode(), usedforsecurity=False).hexdigest()


def sha256(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


@dataclass(frozen=True)
class Hot:
    """Something that is asked, the indexes it goes along, and which partitions it opens, where it names them.

    `only_here`: SQLite has no index for it, or takes the order of keys rather than sort what it finds by another.
    """

    ask: Callable[[UnitOfWork], object]
    indexes: set[str] = field(default_factory=set)
    parts: set[str] | None = None
    only_here: bool = False


def _past(table: str, moment: datetime) -> Callable[[UnitOfWork], object]:
    return lambda work: retaining.delete_past(work.session, retaining.RULE[table], moment.date(), moment, 500)


def _entries(**narrowed: Any) -> Callable[[UnitOfWork], object]:
    return lambda work: audit_trail.list_entries(work.session, Wanted(**narrowed), 51)


def _lines(**narrowed: Any) -> Callable[[UnitOfWork], object]:
    return lambda work: mail_log.list_lines(work.session, mail_log.Wanted(**narrowed), 0, 50, MOST)


def _team(*roots: int, **narrowed: Any) -> Callable[[UnitOfWork], object]:
    return lambda work: progress.list_progress(work.session, Narrowing(roots, **narrowed), 0, 50)


_FIRST_PART = {"attempt_step_to_2000000"}
# What waits is new, but for some entries of the first day.
_ENDS = {"audit_entry_to_10000000", "audit_entry_default"}
HOT = {
    # Signing in.
    "who is signed in": Hot(
        lambda work: people.list_signed_in(work.session, sha256("t4320"), NOW),
        {"uq_sign_in_token_digest", "pk_person", "ix_role_grant_person_id_role"},
    ),
    "who signs in": Hot(
        lambda work: people.find_person_by_email(work.session, "P4321@filled.example"), {"uq_person_email"}
    ),
    "sign-ins of somebody": Hot(lambda work: people.list_sign_ins(work.session, DONE, NOW), {"ix_sign_in_person_id"}),
    "failures of a name and an address": Hot(
        lambda work: people.count_failures(work.session, sha256("n77"), sha256("a77"), LONG_AGO),
        {"ix_sign_in_failure_name_digest_at", "ix_sign_in_failure_address_digest"},
    ),
    "a link from a mail": Hot(
        lambda work: people.find_link(work.session, sha256("o77")), {"uq_one_time_link_token_digest"}
    ),
    # Taking an attempt.
    "what is assigned to somebody": Hot(
        lambda work: attempts.list_assignments(work.session, DONE), {"uq_assignment_person_id_module_id_cycle"}
    ),
    "attempts of an assignment": Hot(
        lambda work: attempts.list_attempts(work.session, [DONE]), {"uq_attempt_assignment_id_number"}
    ),
    "what somebody has seen": Hot(lambda work: attempts.list_seen_draws(work.session, DONE), {"ix_attempt_person_id"}),
    "an attempt with its steps": Hot(
        lambda work: attempts.list_attempt_with_steps(work.session, md5(f"t{DONE}")),
        {"uq_attempt_public_id", "pk_attempt_step"},
        _FIRST_PART,
    ),
    "an attempt to be changed": Hot(
        lambda work: attempts.list_attempt_with_steps(work.session, md5(f"t{DONE}"), 0, True),
        {"uq_attempt_public_id", "pk_attempt_step"},
        _FIRST_PART,
    ),
    "one more step": Hot(
        lambda work: attempts.append_step(work.session, UNDER_WAY * APART, {"number": 1, **_STEP}), only_here=True
    ),
    "how much is answered": Hot(
        lambda work: attempts.count_answered(work.session, [DONE * APART]), {"pk_attempt_step"}, _FIRST_PART
    ),
    "attempts with all their steps": Hot(
        lambda work: list(regrading.stream_attempts(work.session, [md5(f"t{DONE + 8 * one}") for one in range(50)])),
        {"uq_attempt_public_id", "pk_attempt_step"},
        _FIRST_PART,
    ),
    "attempts out of time": Hot(lambda work: attempts.list_overdue(work.session, NOW, 100), {"ix_attempt_deadline_at"}),
    # Managers.
    "counts of the first screen": Hot(lambda work: tallies.count_below(work.session, (7,))),
    "people of the first screen": Hot(lambda work: progress.count_people(work.session, (7,)), {"ix_assignment_late"}),
    "first of each reason": Hot(
        lambda work: progress.list_first(work.session, Narrowing((7,)), 5), {"ix_assignment_late"}
    ),
    "weeks of the first screen": Hot(
        lambda work: progress.count_completed(work.session, (7,), [NOW - timedelta(weeks=one) for one in (3, 2, 1)]),
        {"ix_assignment_late"},
    ),
    "branches of the first screen": Hot(lambda work: progress.count_branches(work.session, (7,), True)),
    "who is late in a team": Hot(_team(7, is_marked=True), {"pk_person"}),
    "the table of a team": Hot(_team(7, is_marked=False), {"pk_person"}),
    # SQLite puts what has no due date first in every index.
    "the table of everybody": Hot(_team(1, is_marked=False), {"ix_assignment_due", "pk_person"}),
    # Human resources.
    "people by a number": Hot(
        lambda work: workforce.search_people(work.session, "h-4321", None, 0, 50, MOST),
        {"ix_person_folded_pieces"},
        only_here=True,
    ),
    "people by two words": Hot(
        lambda work: workforce.search_people(work.session, "درويش طارق", None, 0, 50, MOST),
        {"ix_person_folded_pieces"},
        only_here=True,
    ),
    "people by name": Hot(
        lambda work: workforce.search_people(work.session, "", None, 0, 50, MOST), {"ix_person_folded"}
    ),
    "people of a unit": Hot(
        lambda work: workforce.search_people(work.session, "", [7], 0, 50, MOST), {"ix_person_unit_id"}
    ),
    "somebody by number or mail": Hot(
        lambda work: workforce.find_by_number_or_mail(work.session, "H-4321"),
        {"uq_person_hr_number", "uq_person_email"},
    ),
    "people for the auditor": Hot(
        lambda work: audit_trail.search_people(work.session, "h-4321", "p4321@filled.example", 20),
        {"ix_person_folded_pieces", "uq_person_email"},
        only_here=True,
    ),
    # Records.
    "the register": Hot(lambda work: record_life.list_marked(work.session, DAY, 50), {"ix_completion_valid_until"}),
    "the register by a number": Hot(
        lambda work: record_life.list_by_person(work.session, ["h-4324"], 50),
        {"ix_person_folded_pieces", "ix_completion_person_id"},
        only_here=True,
    ),
    "a record by its code": Hot(
        lambda work: completions.find_completion_by_code(work.session, md5(f"v{DONE}")[:16].upper()),
        {"uq_completion_verify_code"},
    ),
    "records of somebody": Hot(
        lambda work: completions.list_completions(work.session, DONE), {"ix_completion_person_id"}
    ),
    # Mails.
    "the next message": Hot(delivering.claim_next, {"ix_outbox_message_due"}),
    "one message": Hot(lambda work: delivering.claim(work, 200), {"pk_outbox_message"}),
    "messages that wait": Hot(
        lambda work: mail_log.list_waiting(work.session, ["ModuleAssigned"], NOW, 50),
        {"ix_outbox_message_due"},
    ),
    "messages given up": Hot(
        lambda work: mail_log.list_given_up(work.session, ["ModuleAssigned"], NOW - timedelta(days=7), 50),
        {"ix_outbox_message_given_up"},
    ),
    "messages of the day": Hot(
        lambda work: mail_log.count_of_day(work.session, ["ModuleAssigned"], NOW - timedelta(days=1)),
        {"ix_outbox_message_created_at"},
    ),
    "the log of mails": Hot(_lines(), {"pk_reminder_note"}, only_here=True),
    "the log of a day": Hot(_lines(day=date(2026, 3, 3)), {"ix_reminder_note_noted_on"}),
    "the log of somebody": Hot(
        _lines(person=md5("p77")),
        {"uq_person_public_id", "ix_reminder_note_person_id", "ix_reminder_note_assignment_id"},
    ),
    "the log by a number": Hot(
        _lines(folded="h-4321"), {"ix_person_folded_pieces", "ix_reminder_note_assignment_id"}, only_here=True
    ),
    "the log of what waits": Hot(_lines(outcome="queued"), {"ix_reminder_note_outcome"}),
    # Reminders of a day.
    "who is to be reminded": Hot(
        lambda work: reminding.list_people(work.session, 0, 500, _WINDOW),
        {"uq_assignment_person_id_module_id_cycle", "ix_reminder_note_kept_back"},
    ),
    "of what somebody is to be reminded": Hot(
        lambda work: reminding.list_asked(work.session, list(range(4000, 4050)), _WINDOW),
        {"uq_assignment_person_id_module_id_cycle"},
    ),
    "what was said already": Hot(
        lambda work: reminding.list_noted(work.session, list(range(4000, 4050))), {"ix_reminder_note_assignment_id"}
    ),
    "what is still to be said": Hot(
        lambda work: reminding.list_queued(work.session, 4000, DAY), {"ix_reminder_note_person_id"}
    ),
    "which superiors are told": Hot(
        lambda work: reminding.list_superiors_to_tell(work.session, DAY), {"ix_reminder_note_noted_on"}
    ),
    # The audit trail.
    "the newest entries": Hot(_entries(), {"ix_audit_entry_at", "uq_audit_link_entry_id"}),
    "the entries before those": Hot(_entries(before=(NOW - timedelta(days=99), 9_000_000)), {"ix_audit_entry_at"}),
    "entries of a day": Hot(
        _entries(since=NOW - timedelta(days=99), until=NOW - timedelta(days=98)), {"ix_audit_entry_at"}
    ),
    "entries of somebody": Hot(_entries(actor=f"person:{md5('p77')}"), {"ix_audit_entry_actor"}),
    "entries of a deed": Hot(_entries(deed="people:deed:7"), {"ix_audit_entry_deed"}),
    "entries of a kind": Hot(_entries(target_kind="kind-3"), {"ix_audit_entry_target_kind"}),
    "entries about something": Hot(_entries(target_id=md5("g77")), {"ix_audit_entry_target_id"}),
    "refusals": Hot(_entries(was_allowed=False), {"ix_audit_entry_refused"}),
    "what is to be sealed": Hot(
        lambda work: sealing.list_waiting(work.session, 500),
        {"pk_audit_entry", "uq_audit_link_entry_id"},
        _ENDS,
    ),
    "since when something waits": Hot(
        lambda work: sealing.find_oldest_waiting(work.session), {"pk_audit_entry"}, _ENDS
    ),
    "the end of the chain": Hot(lambda work: sealing.find_last(work.session), {"pk_audit_link"}),
    "some links of the chain": Hot(
        lambda work: sealing.list_links(work.session, 100, 50),
        {"pk_audit_link", "pk_audit_entry"},
        {"audit_entry_to_10000000"},
    ),
    "whether retention ran today": Hot(
        lambda work: retaining.has_entry(work.session, "people:deed:7", NOW), {"ix_audit_entry_at"}
    ),
    "what is kept of somebody": Hot(
        lambda work: list(own_data.stream_trail(work.session, own_data.Whose(77, md5("p77")), 100)),
        {"ix_audit_entry_actor", "ix_audit_entry_target_id"},
    ),
    # Retention: where something is past its time, and on all the days on which nothing is.
    "sign-ins past their time": Hot(_past("sign_in", OLD), {"pk_sign_in"}, only_here=True),
    "no sign-in past its time": Hot(
        _past("sign_in", LONG_AGO), {"ix_sign_in_expires_at", "ix_sign_in_revoked_at"}, only_here=True
    ),
    "no link past its time": Hot(
        _past("one_time_link", LONG_AGO), {"ix_one_time_link_expires_at", "ix_one_time_link_used_at"}, only_here=True
    ),
    "no sign-in link past its time": Hot(
        _past("entry_link", LONG_AGO),
        {"ix_entry_link_expires_at", "ix_entry_link_used_at", "ix_entry_link_ended_at"},
        only_here=True,
    ),
    "no absence past its time": Hot(_past("absence", LONG_AGO), {"ix_absence_ends_on"}, only_here=True),
    "no week past its time": Hot(_past("digest", LONG_AGO), {"ix_digest_day"}, only_here=True),
    "failures to be forgotten": Hot(
        lambda work: people.delete_failures(work.session, before=LONG_AGO), {"ix_sign_in_failure_at"}
    ),
    "messages past their time": Hot(_past("outbox_message", OLD), {"pk_outbox_message"}, only_here=True),
    "no message past its time": Hot(_past("outbox_message", LONG_AGO), {"ix_outbox_message_done_at"}, only_here=True),
    "reminders past their time": Hot(
        _past("reminder_note", OLD + timedelta(days=21)), {"ix_reminder_note_noted_on"}, only_here=True
    ),
    # Statistics.
    "sheets of a module": Hot(
        lambda work: list(mark_sheets.stream_mark_sheets(work.session, 900_000)), {"ix_mark_sheet_module"}
    ),
    "units of sheets": Hot(lambda work: mark_sheets.list_units(work.session, 900_000), {"ix_mark_sheet_module"}),
    "how many sheets": Hot(lambda work: mark_sheets.count_mark_sheets(work.session), {"ix_mark_sheet_module"}),
    # Connected systems.
    "assignments for a system": Hot(
        lambda work: system_reading.list_assignments(
            work.session, (4000, 0, 0), None, system_reading.Wanted(module_id=900_000, states=("completed",)), 100
        ),
        {"uq_assignment_person_id_module_id_cycle"},
    ),
    "changes for a system": Hot(
        lambda work: system_reading.list_changes(work.session, NOW - timedelta(days=1), None, 100),
        {"ix_assignment_state_since"},
    ),
    "completions for a system": Hot(
        lambda work: system_reading.list_completions(work.session, NOW - timedelta(days=30), None, None, 100),
        {"ix_completion_completed_at"},
    ),
}
