"""Leases of chores: taken, kept and given back by single statements, so that two workers never both have one."""

from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, Update, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from quiz.db.models.leases import JobLeaseRow

_DIALECTS = {"sqlite": sqlite, "postgresql": postgresql}


def take(session: Session, name: str, holder: str, now: datetime, until: datetime) -> bool:
    """Take a chore that nobody holds at a moment; return whether it is taken.

    What is held beyond `until` was taken by a clock that stood in the future, and is free.
    """
    values = {"holder": holder, "began_at": now, "held_until": until}
    is_free = or_(JobLeaseRow.held_until <= now, JobLeaseRow.held_until > until)
    if _changed(session, update(JobLeaseRow).where(JobLeaseRow.name == name, is_free).values(values)):
        return True
    insert = _DIALECTS[session.get_bind().dialect.name].insert(JobLeaseRow).values(name=name, **values)
    made = insert.on_conflict_do_nothing(index_elements=["name"]).returning(JobLeaseRow.name)
    return session.scalar(made) is not None


def keep(session: Session, name: str, holder: str, until: datetime) -> bool:
    """Hold a chore longer; return whether it is still held."""
    statement = update(JobLeaseRow).where(JobLeaseRow.name == name, JobLeaseRow.holder == holder)
    return _changed(session, statement.values(held_until=until))


def give_back(session: Session, name: str, holder: str, now: datetime) -> None:
    """Note that a chore was done to its end, and let others begin it."""
    statement = update(JobLeaseRow).where(JobLeaseRow.name == name, JobLeaseRow.holder == holder)
    session.execute(statement.values(held_until=now, ended_at=now))


def list_leases(session: Session) -> list[JobLeaseRow]:
    """Return every chore that was ever begun, in order of names."""
    return list(session.scalars(select(JobLeaseRow).order_by(JobLeaseRow.name)))


def _changed(session: Session, statement: Update) -> bool:
    return cast("CursorResult[object]", session.execute(statement)).rowcount == 1
