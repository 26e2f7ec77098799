"""Room for what grows with time: partitions of the log of answers and of the audit trail are made ahead."""

from sqlalchemy.exc import DBAPIError

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db import partitions
from quiz.services.errors import NotReady
from quiz.services.unit_of_work import UnitOfWork

_MAKE, _TARGET = Permission.TRACE_PARTITION_MAKE, Target("partitions")
# What may stand in the way though nothing is broken: somebody who reads for long, or tables that belong to another.
_REASONS = {"55P03": "busy", "40P01": "busy", "42501": "not-owner"}


def is_lacking(work: UnitOfWork) -> bool:
    """Tell whether partitions are to be made, or anything about them is to be looked through or counted anew."""
    work.require(_MAKE, _TARGET)
    return partitions.is_lacking(work.session.connection())


def make_lacking(work: UnitOfWork) -> tuple[str, ...]:
    """Make the partitions that are lacking and return their names; raise NotReady where it is better done later.

    Until somebody has made one, whatever is new stands in one for what is left, and nothing is lost.
    """
    work.require(_MAKE, _TARGET)
    try:
        with work.session.begin_nested():
            made = partitions.make_lacking(work.session.connection())
    except DBAPIError as fault:
        reason = _REASONS.get(getattr(fault.orig, "sqlstate", ""))
        if reason is None:
            raise
        raise NotReady("partitions", reason=reason) from fault
    if made:
        work.audit(_MAKE, _TARGET, made=made)
    return tuple(made)


def settle(work: UnitOfWork) -> None:
    """Look through what partitions were declared with, and count anew what the planner knows; nobody waits for it."""
    work.require(_MAKE, _TARGET)
    partitions.settle(work.session.connection())
