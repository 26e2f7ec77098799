"""Who of a manager's people has completed what: states and dates, never attempts or answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import progress as queries
from quiz.engine.text import Text
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork

STATES = ("not_begun", "under_way", "awaiting_next", "passed_pledge_open", "completed", "excused")


@dataclass(frozen=True, slots=True)
class ProgressSummary:
    """One person and one module, as a manager may see it."""

    person_id: str
    name: str
    unit: Text
    module_key: str
    module_title: Text
    due_on: date | None
    state: str
    since: date
    is_past_due: bool
    asks_for_help: bool


@dataclass(frozen=True, slots=True)
class TeamSummary:
    """The people of the units a manager answers for."""

    rows: tuple[ProgressSummary, ...]
    counts: Mapping[str, int]
    people: int
    past_due_people: int


def get_team(work: UnitOfWork) -> TeamSummary:
    """Return where the actor's people stand; what is past due first, then by due date."""
    units = sorted(work.actor.managed_units)
    work.require(Permission.REPORTING_TEAM_READ, Target("team", unit_id=units[0] if units else None))
    choices = get_choices(work)
    today = choices.civil_day(work.now)
    found = queries.list_progress(work.session, units, work.now)
    rows = tuple(
        ProgressSummary(
            person_id=row.person_id,
            name=row.name,
            unit=Text(row.unit),
            module_key=row.module_key,
            module_title=Text(row.module_title),
            due_on=row.due_on,
            state=row.state,
            since=choices.civil_day(row.state_since),
            is_past_due=row.due_on is not None and row.due_on < today and row.state not in {"completed", "excused"},
            asks_for_help=row.help_asked_at is not None and row.state != "completed",
        )
        for row in found
    )
    return TeamSummary(
        rows=tuple(sorted(rows, key=lambda row: not row.is_past_due)),
        counts={state: sum(row.state == state for row in rows) for state in STATES},
        # Two people may have one name.
        people=len({row.person_id for row in found}),
        past_due_people=len({row.person_id for row, shown in zip(found, rows, strict=True) if shown.is_past_due}),
    )
