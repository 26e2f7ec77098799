"""How the service fares, as whoever runs it watches it: what waits and since when, and what was last done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from alembic.migration import MigrationContext

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db import schema
from quiz.db.models.leases import JobLeaseRow
from quiz.db.queries import leases, mail_log, outbox, sealing
from quiz.db.queries import operating as queries
from quiz.db.queries.audit_trail import find_last_deed
from quiz.services.unit_of_work import UnitOfWork

GIVEN_UP_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Chore:
    """What one worker does alone, again and again: when it was begun last, and ended; whether it is under way."""

    name: str
    began_at: datetime
    ended_at: datetime | None
    is_under_way: bool


@dataclass(frozen=True, slots=True)
class State:
    """What waits, how many and since when; what is None was never.

    `failing` are messages that are tried again, and `given_up` those of a day, of the newest ten thousand. `chores` are
    those that one worker does alone, by name. `unsigned` is of the newest thousand records, and None where
    nothing signs; `faults` are those of the last check of the audit trail.
    """

    now: datetime
    revision: str
    worker_seen: datetime | None
    due: int
    due_since: datetime | None
    failing: int
    failing_since: datetime | None
    given_up: int
    held: int
    chores: tuple[Chore, ...]
    tables: int
    attempts: int
    overdue: int
    unsealed: int
    unsealed_since: datetime | None
    checked_at: datetime | None
    faults: int
    unsigned: int | None
    backed_up: datetime | None
    certificate_ends: datetime | None
    newest: datetime | None

    @property
    def is_newer(self) -> bool:
        """Tell whether the database has migrations that this version does not know."""
        return schema.standing(self.revision) is schema.Standing.NEWER

    @property
    def known_revision(self) -> str:
        """Return the newest migration that this version knows."""
        return schema.head()

    @property
    def ahead(self) -> timedelta:
        """Return how far the latest entry of the trail is in the future: a clock stands wrong, or stood so."""
        return max(self.newest - self.now, timedelta()) if self.newest else timedelta()


def get_state(work: UnitOfWork) -> State:
    """Return how the service fares now."""
    work.require(Permission.OPERATION_STATE_READ, Target("operation"))
    session = work.session
    due, due_since = queries.count_due(session, work.now)
    failing, failing_since = queries.count_failing(session)
    attempts, overdue = queries.count_attempts(session, work.now)
    check = sealing.find_check(session)
    unsealed = queries.count_unsealed(session)
    certificate = work.tools.paper_signer.certificate
    return State(
        now=work.now,
        revision=MigrationContext.configure(session.connection()).get_current_revision() or "",
        worker_seen=mail_log.find_sign(session),
        due=due,
        due_since=due_since,
        failing=failing,
        failing_since=failing_since,
        given_up=queries.count_given_up(session, work.now - GIVEN_UP_FOR),
        chores=tuple(_chore(row, work.now) for row in leases.list_leases(session)),
        held=sum(outbox.count_held(session).values()),
        tables=queries.count_tables(session),
        attempts=attempts,
        overdue=overdue,
        unsealed=unsealed,
        unsealed_since=sealing.find_oldest_waiting(session) if unsealed else None,
        checked_at=check.ended_at if check else None,
        faults=check.faults if check else 0,
        unsigned=queries.count_unsigned(session) if certificate else None,
        backed_up=find_last_deed(session, Permission.OPERATION_BACKUP_TAKE.value),
        certificate_ends=certificate.leaf.not_valid_after_utc if certificate else None,
        newest=queries.find_newest(session),
    )


def _chore(row: JobLeaseRow, now: datetime) -> Chore:
    is_under_way = row.held_until > now and (row.ended_at is None or row.ended_at < row.began_at)
    return Chore(row.name, row.began_at, row.ended_at, is_under_way)
