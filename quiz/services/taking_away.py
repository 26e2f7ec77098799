"""Large tables that managers take away: asked for, made by the worker in one reading, kept a day for their maker."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.exports import TeamExportPartRow, TeamExportRow
from quiz.db.queries import exports as queries
from quiz.records.facts import digest
from quiz.services.errors import NotFound, Refused, Stale
from quiz.services.reporting_people import Asked, TakenAway, count_team, stream_roots
from quiz.services.teams import get_scope
from quiz.services.unit_of_work import UnitOfWork

# What is no longer is given at once.
AT_ONCE = 5_000
KINDS = ("xlsx", "csv")
KEPT = timedelta(days=1)
# A worker that is not heard of for so long is gone; another begins again.
SILENT = timedelta(minutes=1)
MOST_TURNS = 3
PART = 512 * 1024
MOST_OWN = 20
_TAKE, _MAKE = Permission.REPORTING_TEAM_TAKE, Permission.REPORTING_TEAM_MAKE


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """One table that was asked for, and how far it is; `size` is in bytes."""

    public_id: str
    kind: str
    asked: Asked
    state: str
    done: int
    total: int
    size: int
    parts: int
    asked_at: datetime
    until: datetime

    @property
    def is_open(self) -> bool:
        """Tell whether it is still to be made."""
        return self.state in queries.OPEN


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker is to make, and the turn it holds."""

    public_id: str
    turn: int
    kind: str
    language: str
    digits: str


def ask(work: UnitOfWork, kind: str, asked: Asked, language: str, digits: str) -> str:
    """Ask for a table as it stands on the screen, and return its public id; asked twice at once it is one.

    Refused where the kind is not known, NotFound where a unit, a bucket or a module is not.
    """
    scope = get_scope(work, _TAKE, asked.unit)
    if kind not in KINDS:
        raise Refused("kind-unknown", field="kind")
    document = {
        "unit": asked.unit, "bucket": asked.bucket, "module": asked.module, "late": asked.only_late,
        "roots": list(scope.roots), "language": language, "digits": digits,
    }  # fmt: skip
    person_id, of = work.actor.person_id or 0, digest({**document, "kind": kind})
    found = queries.find_open(work.session, person_id, of)
    if found is not None:
        return found
    row = TeamExportRow(
        public_id=work.new_id(),
        person_id=person_id,
        kind=kind,
        asked=document,
        asked_digest=of,
        asked_at=work.now,
        state="waiting",
        turn=0,
        total=count_team(work, asked),
        done=0,
        size=0,
        parts=0,
    )
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise Stale("asked-already") from clash
    target = Target("export", row.public_id, unit_id=scope.roots[0] if scope.roots else None)
    work.audit(_TAKE, target, table=kind, rows=row.total)
    return row.public_id


def note_taken(work: UnitOfWork, kind: str, asked: Asked) -> None:
    """Keep that somebody took a list away that was short enough to be given at once."""
    scope = get_scope(work, _TAKE, asked.unit)
    target = Target("team", asked.unit or "", unit_id=scope.roots[0] if scope.roots else None)
    work.audit(_TAKE, target, table=kind)


def get_export(work: UnitOfWork, public_id: str) -> ExportSummary:
    """Return a table that the actor asked for and may still have; raise NotFound or NotAllowed."""
    return _summary(_own(work, public_id))


def list_exports(work: UnitOfWork) -> tuple[ExportSummary, ...]:
    """Return what the actor asked for within a day, the newest first."""
    get_scope(work, _TAKE)
    rows = queries.list_own(work.session, work.actor.person_id or 0, work.now - KEPT, MOST_OWN)
    return tuple(map(_summary, rows))


def read_part(work: UnitOfWork, public_id: str, number: int) -> bytes:
    """Return some of the bytes of a table that the actor asked for; raise NotFound once it is swept away."""
    part = queries.find_part(work.session, _own(work, public_id).id, number)
    if part is None:
        raise NotFound("export")
    return part


def _own(work: UnitOfWork, public_id: str) -> TeamExportRow:
    row = queries.find_export(work.session, public_id)
    if row is None or row.person_id != work.actor.person_id or row.asked_at <= work.now - KEPT:
        raise NotFound("export")
    # Whoever no longer manages one of the units has no list of it any more.
    for root in row.asked["roots"]:
        work.require(_TAKE, Target("export", public_id, unit_id=root))
    return row


def _asked(row: TeamExportRow) -> Asked:
    held = row.asked
    return Asked(held["unit"], held["bucket"], held["module"], held["late"])


def _summary(row: TeamExportRow) -> ExportSummary:
    return ExportSummary(
        row.public_id, row.kind, _asked(row), row.state, row.done, row.total, row.size, row.parts, row.asked_at,
        row.asked_at + KEPT,
    )  # fmt: skip


def claim(work: UnitOfWork) -> Order | None:
    """Take the next table to be made for oneself, from its beginning; None where none waits.

    What was begun too often is given up: it would stop the worker again and again.
    """
    work.require(_MAKE, Target("exports"))
    row = queries.find_next(work.session, work.now - SILENT)
    if row is None:
        return None
    queries.delete_parts(work.session, row.id)
    row.turn, row.done, row.parts, row.touched_at = row.turn + 1, 0, 0, work.now
    if row.turn > MOST_TURNS:
        row.state = "failed"
        return None
    row.state = "making"
    return Order(row.public_id, row.turn, row.kind, row.asked["language"], row.asked["digits"])


def stream(work: UnitOfWork, order: Order) -> Iterator[TakenAway]:
    """Give every line of a table as of one moment, some at a time."""
    work.require(_MAKE, Target("export", order.public_id))
    row = queries.find_export(work.session, order.public_id)
    if row is None:
        raise NotFound("export")
    return stream_roots(work, tuple(row.asked["roots"]), _asked(row))


def note_progress(work: UnitOfWork, order: Order, done: int) -> None:
    """Keep how many lines are made; raise Stale where another worker has taken over."""
    row = _held(work, order)
    # The count of before may be some seconds old.
    row.done, row.total, row.touched_at = done, max(row.total, done), work.now


def keep_part(work: UnitOfWork, order: Order, content: bytes) -> None:
    """Keep the next bytes of a table; raise Stale where another worker has taken over."""
    row = _held(work, order)
    work.session.add(TeamExportPartRow(export_id=row.id, number=row.parts, content=content))
    row.parts, row.size, row.touched_at = row.parts + 1, (row.size if row.parts else 0) + len(content), work.now


def finish(work: UnitOfWork, order: Order, rows: int) -> None:
    """Say that a table is whole; raise Stale where another worker has taken over."""
    row = _held(work, order)
    row.state, row.done, row.total, row.made_at = "made", rows, rows, work.now


def _held(work: UnitOfWork, order: Order) -> TeamExportRow:
    work.require(_MAKE, Target("export", order.public_id))
    row = queries.find_export(work.session, order.public_id, hold=True)
    if row is None or row.turn != order.turn or row.state != "making":
        raise Stale("taken-over")
    return row


def forget_exports(work: UnitOfWork) -> int:
    """Sweep away what was asked for more than a day ago; return how many."""
    work.require(_MAKE, Target("exports"))
    return queries.delete_before(work.session, work.now - KEPT)
