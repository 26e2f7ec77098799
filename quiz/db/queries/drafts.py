"""Finding drafts, their revisions, what was typed, reviews, comments, and the names of those who wrote."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from quiz.db.models.catalogue import (
    InstrumentRow,
    InstrumentVersionRow,
    ModuleRow,
    ModuleVersionRow,
    ScenarioRow,
    ScenarioVersionRow,
)
from quiz.db.models.drafts import CommentRow, DraftRevisionRow, DraftRow, DraftTypingRow, RetirementRow, ReviewRow
from quiz.db.models.people import PersonRow

VersionRow = InstrumentVersionRow | ModuleVersionRow | ScenarioVersionRow


def find_draft(session: Session, public_id: str, to_change: bool = False) -> DraftRow | None:
    """Return a draft by public id; one that is to be changed is held until the deed is done."""
    statement = select(DraftRow).where(DraftRow.public_id == public_id)
    if to_change:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalar(statement)


def get_draft(session: Session, public_id: str) -> DraftRow:
    """Return a draft that is known to exist."""
    return session.scalars(select(DraftRow).where(DraftRow.public_id == public_id)).one()


def find_open_draft(session: Session, kind: str, key: str) -> DraftRow | None:
    """Return the open draft of a key, of which there is at most one."""
    return session.scalar(
        select(DraftRow).where(DraftRow.kind == kind, DraftRow.key == key, DraftRow.closed_at.is_(None))
    )


def list_open_drafts(session: Session, states: Collection[str] = ()) -> list[DraftRow]:
    """Return open drafts, by default of every state, the one changed last first."""
    statement = select(DraftRow).where(DraftRow.closed_at.is_(None))
    if states:
        statement = statement.where(DraftRow.state.in_(states))
    return list(session.scalars(statement.order_by(DraftRow.changed_at.desc(), DraftRow.id.desc())))


def list_newest_revisions(session: Session) -> list[Row[Any]]:
    """Return draft key, author and titles of the last revision of every open draft."""
    statement = (
        select(DraftRevisionRow.draft_id, DraftRevisionRow.author_id, DraftRevisionRow.document["title"].label("title"))
        .join(DraftRow, (DraftRow.id == DraftRevisionRow.draft_id) & (DraftRow.revision == DraftRevisionRow.number))
        .where(DraftRow.closed_at.is_(None))
    )
    return list(session.execute(statement))


def list_written_by(session: Session, person_id: int) -> frozenset[int]:
    """Return the keys of the open drafts of which a person wrote a revision."""
    statement = (
        select(DraftRevisionRow.draft_id)
        .join(DraftRow, DraftRow.id == DraftRevisionRow.draft_id)
        .where(DraftRow.closed_at.is_(None), DraftRevisionRow.author_id == person_id)
        .distinct()
    )
    return frozenset(session.scalars(statement))


def find_banks(session: Session, draft: DraftRow) -> tuple[str | None, str | None]:
    """Return the bank that stands in the last revision of a draft, and the one of the scenario under its key."""
    standing = select(ScenarioRow.bank).where(ScenarioRow.key == draft.key).scalar_subquery()
    statement = select(DraftRevisionRow.document["bank"].as_string(), standing).where(
        DraftRevisionRow.draft_id == draft.id, DraftRevisionRow.number == draft.revision
    )
    row = session.execute(statement).first()
    return (row[0], row[1]) if row is not None else (None, None)


def list_banks(session: Session) -> list[Row[Any]]:
    """Return (draft, kind, bank of its last revision, bank of the scenario under its key) of every open draft."""
    standing = select(ScenarioRow.bank).where(ScenarioRow.key == DraftRow.key).scalar_subquery()
    statement = (
        select(
            DraftRow.id,
            DraftRow.kind,
            DraftRevisionRow.document["bank"].as_string().label("written"),
            standing.label("standing"),
        )
        .join(
            DraftRevisionRow,
            (DraftRow.id == DraftRevisionRow.draft_id) & (DraftRow.revision == DraftRevisionRow.number),
        )
        .where(DraftRow.closed_at.is_(None))
    )
    return list(session.execute(statement))


def list_drafts_of(session: Session, kind: str, key: str) -> list[DraftRow]:
    """Return every draft there ever was of a key, the newest first."""
    return list(
        session.scalars(select(DraftRow).where(DraftRow.kind == kind, DraftRow.key == key).order_by(DraftRow.id.desc()))
    )


def get_revision(session: Session, draft: DraftRow, number: int) -> DraftRevisionRow:
    """Return a revision that is known to exist."""
    return session.scalars(
        select(DraftRevisionRow).where(DraftRevisionRow.draft_id == draft.id, DraftRevisionRow.number == number)
    ).one()


def list_revisions(session: Session, draft_ids: Collection[int]) -> list[DraftRevisionRow]:
    """Return the revisions of drafts, the newest first."""
    return list(
        session.scalars(
            select(DraftRevisionRow)
            .where(DraftRevisionRow.draft_id.in_(draft_ids))
            .order_by(DraftRevisionRow.saved_at.desc(), DraftRevisionRow.id.desc())
        )
    )


def list_authors(session: Session, draft: DraftRow) -> frozenset[int]:
    """Return everybody who wrote a revision of a draft."""
    return frozenset(
        session.scalars(select(DraftRevisionRow.author_id).where(DraftRevisionRow.draft_id == draft.id).distinct())
    )


def find_typing(session: Session, draft: DraftRow, person_id: int) -> DraftTypingRow | None:
    """Return what a person typed into a draft and did not save."""
    return session.get(DraftTypingRow, (draft.id, person_id))


def list_typing(session: Session, draft: DraftRow) -> list[DraftTypingRow]:
    """Return what anybody typed into a draft and did not save, the newest first."""
    return list(
        session.scalars(
            select(DraftTypingRow)
            .where(DraftTypingRow.draft_id == draft.id)
            .order_by(DraftTypingRow.at.desc(), DraftTypingRow.person_id)
        )
    )


def list_reviews(session: Session, draft_ids: Collection[int]) -> list[ReviewRow]:
    """Return the reviews of drafts, the newest first."""
    return list(
        session.scalars(
            select(ReviewRow)
            .where(ReviewRow.draft_id.in_(draft_ids))
            .order_by(ReviewRow.at.desc(), ReviewRow.id.desc())
        )
    )


def list_comments(session: Session, draft: DraftRow) -> list[CommentRow]:
    """Return the comments on a draft in the order they were made."""
    return list(session.scalars(select(CommentRow).where(CommentRow.draft_id == draft.id).order_by(CommentRow.id)))


def find_comment(session: Session, public_id: str) -> CommentRow | None:
    """Return a comment by public id."""
    return session.scalar(select(CommentRow).where(CommentRow.public_id == public_id))


def find_retirement(session: Session, scenario: ScenarioRow) -> RetirementRow | None:
    """Return why a scenario was taken out of use the last time, if it ever was."""
    found = select(RetirementRow).where(RetirementRow.scenario_id == scenario.id)
    return session.scalars(found.order_by(RetirementRow.id.desc()).limit(1)).first()


def name_people(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """Return the names of people by key."""
    rows = session.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(person_ids)))
    return {row.id: row.name for row in rows}


def list_versions(session: Session, kind: str, key: str) -> Sequence[VersionRow]:
    """Return every published version of a scenario, an instrument or a module, the newest first."""
    return list(session.scalars(_versions(kind, key)))


def _versions(kind: str, key: str) -> Select[*tuple[Any, ...]]:
    found: Select[*tuple[Any, ...]]
    if kind == "scenario":
        found = select(ScenarioVersionRow).join(ScenarioRow, ScenarioRow.id == ScenarioVersionRow.scenario_id)
        return found.where(ScenarioRow.key == key).order_by(ScenarioVersionRow.number.desc())
    if kind == "instrument":
        found = select(InstrumentVersionRow).join(InstrumentRow, InstrumentRow.id == InstrumentVersionRow.instrument_id)
        return found.where(InstrumentRow.key == key).order_by(InstrumentVersionRow.number.desc())
    found = select(ModuleVersionRow).join(ModuleRow, ModuleRow.id == ModuleVersionRow.module_id)
    return found.where(ModuleRow.key == key).order_by(ModuleVersionRow.number.desc())


def find_number(session: Session, kind: str, key: str) -> int:
    """Return the number of the version that stands, 0 where nothing does."""
    if kind == "module":
        standing = find_standing(session, kind, key)
        return standing.number if standing else 0
    thing = ScenarioRow if kind == "scenario" else InstrumentRow
    return session.scalar(select(thing.current_number).where(thing.key == key)) or 0


def find_standing(session: Session, kind: str, key: str) -> VersionRow | None:
    """Return the version that stands of a scenario, an instrument or a module."""
    return session.scalars(_versions(kind, key).limit(1)).first()
