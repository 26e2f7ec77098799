"""The turning of a civil day: what is late, who is away, who moved or left; done twice or late, it does no harm."""

from dataclasses import dataclass
from datetime import date

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.assignments import TurnedDayRow
from quiz.db.queries import tallies
from quiz.db.queries import turning as queries
from quiz.services import disclosing
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Turned:
    """What the turning of a day changed, as numbers of assignments."""

    day: date
    late: int
    away: int
    moved: int


def is_due(work: UnitOfWork) -> bool:
    """Tell whether nobody has turned the organisation's present day yet."""
    work.require(Permission.PEOPLE_DAY_TURN, Target("day"))
    last = queries.find_last_turned(work.session)
    return last is None or last < get_choices(work).civil_day(work.now)


def turn_day(work: UnitOfWork) -> Turned | None:
    """Carry out the turning of the organisation's present day; None where that was done.

    A day that nobody turned is not made up for: what holds today depends on today alone.
    """
    if not is_due(work):
        return None
    today = get_choices(work).civil_day(work.now)
    turned = look_again(work)
    tallies.draw_together(work.session)
    published = disclosing.publish(work)
    work.session.add(TurnedDayRow(day=today, turned_at=work.now))
    work.audit(
        Permission.PEOPLE_DAY_TURN,
        Target("day", today.isoformat()),
        late=turned.late,
        away=turned.away,
        published=published,
    )
    return turned


def look_again(work: UnitOfWork) -> Turned:
    """Set every mark that depends on the day as it is now; for the turning, and after many people changed at once."""
    work.require(Permission.PEOPLE_DAY_TURN, Target("day"))
    today = get_choices(work).civil_day(work.now)
    work.session.flush()
    moved = queries.place(work.session, work.now)
    late, away = queries.mark_late(work.session, today), queries.mark_away(work.session, today)
    work.session.expire_all()
    return Turned(today, late, away, moved)
