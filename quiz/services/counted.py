"""The counts of assignments, compared with the assignments themselves and made anew: for the shell."""

from dataclasses import dataclass

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import catalogue, people, tallies
from quiz.services.unit_of_work import UnitOfWork

_TARGET = Target("counts")


@dataclass(frozen=True, slots=True)
class Difference:
    """A count that is not what the assignments say: of which unit (by public id), module, bucket and lateness."""

    unit: str
    module: str
    bucket: str
    is_late: bool
    kept: int
    counted: int


def list_differences(work: UnitOfWork) -> tuple[Difference, ...]:
    """Return every count that is not what the assignments say; nothing is written."""
    work.require(Permission.PEOPLE_DAY_TURN, _TARGET)
    units = {row.id: row.public_id for row in people.list_units(work.session)}
    modules = {row.id: row.key for row in catalogue.list_modules(work.session)}
    return tuple(
        Difference(units[unit], modules[module], bucket, is_late, kept, counted)
        for unit, module, bucket, is_late, kept, counted in tallies.list_differences(work.session)
    )


def mend_counts(work: UnitOfWork) -> tuple[Difference, ...]:
    """Make every count anew from the assignments; return what differed."""
    found = list_differences(work)
    tallies.recount(work.session)
    work.audit(Permission.PEOPLE_DAY_TURN, _TARGET, what="made-anew", differed=len(found))
    return found
