"""What managers said of people who are not theirs, until HR settles it: the person is moved, or belongs there."""

from dataclasses import dataclass
from datetime import date

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import workforce as queries
from quiz.engine.text import Text
from quiz.services.errors import NotFound, Stale
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class DisownedLine:
    """Somebody of whom a manager said that they are not theirs: of which unit, in which words, and when."""

    public_id: str
    person: str
    name: str
    unit: Text
    manager: str
    words: str
    said_on: date


def list_disowned(work: UnitOfWork) -> tuple[DisownedLine, ...]:
    """Return what waits to be settled, the oldest first."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("disownings"))
    choices = get_choices(work)
    return tuple(
        DisownedLine(
            row.public_id, row.person, row.name, Text(row.unit), row.manager, row.words, choices.civil_day(row.said_at)
        )
        for row in queries.list_disowned(work.session)
    )


def keep_where_they_are(work: UnitOfWork, disowning: str) -> None:
    """Settle that a person belongs to the unit after all.

    Raise Stale where it is settled already, NotFound where no manager said anything of the kind. The other
    way to settle it is to move the person, which does so by itself.
    """
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("disowning", disowning))
    row = next((one for one in queries.list_disowned(work.session) if one.public_id == disowning), None)
    if row is None and queries.has_disowning(work.session, disowning):
        raise Stale("settled-already")
    if row is None:
        raise NotFound("disowning")
    queries.settle_disownings(work.session, [row.person_id], work.actor.name, work.now, "theirs")
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("person", row.person), what="theirs")
    work.after_commit(work.tools.kept.forget_figures)
