"""Whose turn a chore is, where several workers run: a lease that ends by itself where its worker has died."""

from datetime import timedelta

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import leases as queries
from quiz.services.unit_of_work import UnitOfWork

# Longer than any piece of a chore takes, and as short as a chore may rest after its worker has died.
LASTS = timedelta(minutes=2)


def take(work: UnitOfWork, name: str, holder: str) -> bool:
    """Take a chore for a holder, a word that nobody else has; return False where another has it."""
    _require(work, name)
    return queries.take(work.session, name, holder, work.now, work.now + LASTS)


def keep(work: UnitOfWork, name: str, holder: str) -> bool:
    """Hold a chore longer; return False where it was lost meanwhile."""
    _require(work, name)
    return queries.keep(work.session, name, holder, work.now + LASTS)


def give_back(work: UnitOfWork, name: str, holder: str) -> None:
    """Note that a chore was done to its end; where it was lost meanwhile, nothing happens."""
    _require(work, name)
    queries.give_back(work.session, name, holder, work.now)


def _require(work: UnitOfWork, name: str) -> None:
    work.require(Permission.OPERATION_CHORE_DO, Target("chore", name))
