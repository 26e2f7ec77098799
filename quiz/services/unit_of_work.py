"""One deed, one transaction: the only door to a session, and the place where the policy is asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.access.policy import Target, decide
from quiz.db.connection import Database
from quiz.db.models.trace import AuditEntryRow, OutboxMessageRow
from quiz.db.replica import ReplicaFailed as ReplicaFailed
from quiz.db.replica import ReplicaState
from quiz.events import Event
from quiz.services.errors import NotAllowed, Unasked
from quiz.services.tools import Tools


@dataclass(slots=True)
class UnitOfWork:
    """What a deed is given: a session, who acts, the moment, and the tools."""

    session: Session
    actor: Actor
    now: datetime
    tools: Tools
    is_writing: bool = False
    was_asked: bool = False
    # It reads a replica, which may be some seconds old.
    is_behind: bool = False
    _refusal: tuple[Permission, Target, str] | None = None
    _afterwards: list[Callable[[], None]] = field(default_factory=list)
    _recorded: list[OutboxMessageRow] = field(default_factory=list)

    def require(self, permission: Permission, target: Target) -> None:
        """Ask the policy; raise NotAllowed, and keep the refusal for the trace."""
        self.was_asked = True
        decision = decide(self.actor, permission, target)
        if not decision.allowed:
            self._refusal = (permission, target, decision.because)
            raise NotAllowed(permission, decision)

    def allows(self, permission: Permission, target: Target) -> bool:
        """Tell whether the policy would say yes, to show or hide a way on; the deed itself still asks."""
        return decide(self.actor, permission, target).allowed

    def audit(self, permission: Permission, target: Target, **details: Any) -> None:
        """Write the deed into the trace, in its own transaction."""
        self.session.add(_entry(self, permission, target, True, "done", details))

    def audit_refusal(self, permission: Permission, target: Target, because: str, **details: Any) -> None:
        """Write into the trace what was tried and failed for another reason than the policy's."""
        self.session.add(_entry(self, permission, target, False, because, details))
        way = str(details.get("way", ""))
        self.after_commit(lambda: self.tools.observer.happened("refused", permission.value, because, way))

    def record(self, event: Event) -> None:
        """Write a consequence into the outbox, in the transaction of the deed; workers are told once it is stored."""
        row = OutboxMessageRow(
            kind=type(event).__name__, payload=asdict(event), created_at=self.now, due_at=self.now, tries=0
        )
        self.session.add(row)
        if not self._recorded:
            self.after_commit(self._hurry)
        self._recorded.append(row)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Do something in memory once the deed is safely stored."""
        self._afterwards.append(call)

    def _hurry(self) -> None:
        self.tools.queue.hurry([row.id for row in self._recorded])

    def new_id(self) -> str:
        """Return a random 128-bit public id in hexadecimal."""
        return self.tools.chance(16).hex()


def _entry(
    work: UnitOfWork, permission: Permission, target: Target, allowed: bool, because: str, details: dict[str, Any]
) -> AuditEntryRow:
    return AuditEntryRow(
        at=work.now,
        actor=work.actor.name,
        deed=permission.value,
        target_kind=target.kind,
        target_id=target.id[:64],
        was_allowed=allowed,
        because=because,
        details=details,
    )


@dataclass(frozen=True, slots=True)
class Works:
    """Opens units of work: reading ones that refuse to write, writing ones that commit once."""

    database: Database
    tools: Tools

    @contextmanager
    def reading(self, actor: Actor, session: Session | None = None) -> Iterator[UnitOfWork]:
        """Give a unit of work that only reads; whatever happens, nothing is written but a refusal.

        A session that was opened to read may be handed on to it, and is closed with it.
        """
        with session or self.database.reads() as session:
            work = UnitOfWork(session, actor, self.tools.clock(), self.tools)
            try:
                yield work
            except NotAllowed:
                session.rollback()
                self._note_refusal(work)
                raise

    @contextmanager
    def reporting(self, actor: Actor, *, is_current: bool = False) -> Iterator[UnitOfWork]:
        """Give a reading unit of work for what reports over many: of a replica, where there is one and it is fit.

        What it finds may be some seconds old; with `is_current` the replica is waited for until it holds what is
        stored by now. Whatever is raised of it, the same is to be asked by `reading` again, which alone refuses for
        good and says that there is nothing; ReplicaFailed is raised where the replica itself fails.
        """
        replica = self.database.replica
        is_ready = replica is not None and (not is_current or replica.wait_until_current())
        with replica.session() if replica is not None and is_ready else nullcontext() as session:
            if session is not None:
                tools = replace(self.tools, kept=self.tools.kept.behind())
                yield UnitOfWork(session, actor, tools.clock(), tools, is_behind=True)
                return
        with self.reading(actor) as work:
            yield work

    def replica_state(self) -> ReplicaState | None:
        """Return how the replica stands in this process, None where there is none."""
        return None if self.database.replica is None else self.database.replica.state()

    @contextmanager
    def writing(self, actor: Actor) -> Iterator[UnitOfWork]:
        """Give a unit of work that commits when the block is left, and rolls back when it raises."""
        with self.database.writing_turn(), self.database.writes() as session:
            work = UnitOfWork(session, actor, self.tools.clock(), self.tools, is_writing=True)
            try:
                yield work
                if not work.was_asked:
                    raise Unasked("a writing deed must ask the policy before it is stored")
                session.commit()
            except NotAllowed:
                session.rollback()
                self._write_refusal(work, session)
                raise
        for call in work._afterwards:
            call()

    def open(self, actor: Actor) -> UnitOfWork:
        """Return a unit of work that only reads, for whoever hands its session on or closes it."""
        return UnitOfWork(self.database.reads(), actor, self.tools.clock(), self.tools)

    def _note_refusal(self, work: UnitOfWork) -> None:
        with self.database.writing_turn(), self.database.writes() as session:
            self._write_refusal(work, session)

    @staticmethod
    def _write_refusal(work: UnitOfWork, session: Session) -> None:
        if work._refusal is None:
            return
        permission, target, because = work._refusal
        session.add(_entry(work, permission, target, False, because, {}))
        session.commit()
        work.tools.observer.happened("refusal", "policy")
