"""From marks of first attempts to sums of units without anybody in them: counting, releasing, and what pages read."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, case, delete, func, insert, select, text, tuple_, update
from sqlalchemy.orm import Session

from quiz.db.models.attempts import AttemptRow
from quiz.db.models.mark_sheets import MarkSheetRow
from quiz.db.models.people import PersonRow, PostingRow
from quiz.db.models.weaknesses import ReleasedAnswersRow, WaitingAnswersRow, WeaknessRow
from quiz.db.queries.batches import batches

# In the very words of the index: SQLite takes a partial index only for a condition that is written as its own is.
_UNCOUNTED = text("NOT mark_sheet.is_counted")
Place = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Sums:
    """Answers about a provision: of how many first attempts, how many, and how many of them earned everything."""

    attempts: int = 0
    answers: int = 0
    sound: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.attempts + other.attempts, self.answers + other.answers, self.sound + other.sound)


def _sheets() -> Any:
    return select(
        MarkSheetRow.attempt_id,
        MarkSheetRow.unit,
        MarkSheetRow.entries,
        AttemptRow.draw,
        AttemptRow.ended_at,
        AttemptRow.person_id,
    ).join(AttemptRow, AttemptRow.id == MarkSheetRow.attempt_id)


def take_uncounted(session: Session, most: int) -> list[Row[Any]]:
    """Return some sheets that no sum holds yet, and mark them as held; another worker takes others."""
    statement = _sheets().where(_UNCOUNTED).order_by(MarkSheetRow.attempt_id).limit(most)
    found = list(session.execute(statement.with_for_update(skip_locked=True, of=MarkSheetRow)))
    for some in batches([row.attempt_id for row in found]):
        session.execute(update(MarkSheetRow).where(MarkSheetRow.attempt_id.in_(some)).values(is_counted=True))
    return found


def list_counted(session: Session, after: int, most: int) -> list[Row[Any]]:
    """Return some sheets that the sums hold, after one, in order of attempts."""
    statement = _sheets().where(MarkSheetRow.is_counted, MarkSheetRow.attempt_id > after)
    return list(session.execute(statement.order_by(MarkSheetRow.attempt_id).limit(most)))


def list_postings(session: Session, person_ids: Collection[int]) -> dict[int, list[tuple[date, int]]]:
    """Return the units that people belonged to, each with its first day, the oldest first."""
    found: dict[int, list[tuple[date, int]]] = {}
    for some in batches(person_ids):
        statement = select(PostingRow).where(PostingRow.person_id.in_(some))
        for row in session.scalars(statement.order_by(PostingRow.starts_on, PostingRow.id)):
            found.setdefault(row.person_id, []).append((row.starts_on, row.unit_id))
    return found


def list_present_units(session: Session, person_ids: Collection[int]) -> dict[int, int]:
    """Return the unit that each person belongs to now."""
    found: dict[int, int] = {}
    for some in batches(person_ids):
        statement = select(PersonRow.id, PersonRow.unit_id).where(PersonRow.id.in_(some))
        found.update({row.id: row.unit_id for row in session.execute(statement)})
    return found


def add_waiting(session: Session, sums: Mapping[tuple[int, str, date], Sums]) -> None:
    """Add to what waits, by unit, provision and day."""
    rows = [
        {"unit_id": unit, "provision": provision, "since": since}
        | dict(zip(("attempts", "answers", "sound"), astuple(held), strict=True))
        for (unit, provision, since), held in sums.items()
    ]
    if rows:
        session.execute(insert(WaitingAnswersRow), rows)


def take_waiting(session: Session) -> dict[str, dict[tuple[int, date], Sums]]:
    """Take away all that waits and return it, by provision, then by unit and day."""
    found: dict[str, dict[tuple[int, date], Sums]] = {}
    # What is returned is what was deleted: a row that comes in between stays for the next time.
    for row in session.execute(delete(WaitingAnswersRow).returning(*WaitingAnswersRow.__table__.columns)):
        held = found.setdefault(row.provision, {})
        place = (row.unit_id, row.since)
        held[place] = held.get(place, Sums()) + Sums(row.attempts, row.answers, row.sound)
    return found


def add_released(session: Session, today: date, released: Iterable[tuple[int, str, Sums]]) -> int:
    """Publish sums of units; return how many."""
    rows = [
        {"unit_id": unit, "provision": provision, "released_on": today}
        | dict(zip(("attempts", "answers", "sound"), astuple(held), strict=True))
        for unit, provision, held in released
    ]
    if rows:
        session.execute(insert(ReleasedAnswersRow), rows)
    return len(rows)


def sum_released(session: Session, since: date, recent_since: date) -> list[Row[Any]]:
    """Return for each unit itself and provision what was released since a day, and what of it lately."""
    released = ReleasedAnswersRow
    is_recent = released.released_on >= recent_since
    statement = (
        select(
            released.unit_id,
            released.provision,
            func.sum(released.answers).label("answers"),
            func.sum(released.sound).label("sound"),
            func.sum(case((is_recent, released.answers), else_=0)).label("recent_answers"),
            func.sum(case((is_recent, released.sound), else_=0)).label("recent_sound"),
            func.max(released.released_on).label("as_of"),
        )
        .where(released.released_on >= since)
        .group_by(released.unit_id, released.provision)
    )
    return list(session.execute(statement))


def show(session: Session, figures: Mapping[Place, tuple[int, int, int, int, date]]) -> int:
    """Let pages show these figures and no others, by unit and provision; return how many changed."""
    columns = WeaknessRow.__table__.columns
    shown = {(row[0], row[1]): tuple(row[2:]) for row in session.execute(select(*columns))}
    gone = [place for place, figure in shown.items() if figures.get(place) != figure]
    for first in range(0, len(gone), 200):
        some = gone[first : first + 200]
        session.execute(
            delete(WeaknessRow).where(tuple_(WeaknessRow.unit_id, WeaknessRow.provision).in_(some)),
            execution_options={"synchronize_session": False},
        )
    names = [column.name for column in columns]
    new = [
        dict(zip(names, (*place, *figure), strict=True))
        for place, figure in figures.items()
        if shown.get(place) != figure
    ]
    if new:
        session.execute(insert(WeaknessRow), new)
    return len({*gone, *((row["unit_id"], row["provision"]) for row in new)})


def sum_kept(session: Session) -> dict[str, Sums]:
    """Return for each provision what waits and what was released, together."""
    found: dict[str, Sums] = {}
    for held in (WaitingAnswersRow, ReleasedAnswersRow):
        sums = func.sum(held.attempts), func.sum(held.answers), func.sum(held.sound)
        for row in session.execute(select(held.provision, *sums).group_by(held.provision)):
            found[row[0]] = found.get(row[0], Sums()) + Sums(int(row[1]), int(row[2]), int(row[3]))
    return found
