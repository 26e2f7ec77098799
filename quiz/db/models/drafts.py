"""What is being written: drafts, their saved revisions, what was typed since, reviews, comments on a place."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Digest, Id, Moment, Plain, PublicId, UtcDateTime, Word, Words

_OPEN = text("closed_at IS NULL")


class DraftRow(Base):
    """A draft of a scenario, an instrument or a module; at most one of a key is open."""

    __tablename__ = "draft"
    __table_args__ = (
        Index("uq_draft_open", "kind", "key", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        CheckConstraint("kind IN ('scenario', 'instrument', 'module')", name="kind"),
        CheckConstraint("state IN ('draft', 'in_review', 'sent_back', 'published', 'discarded')", name="state"),
        CheckConstraint("(state IN ('published', 'discarded')) = (closed_at IS NOT NULL)", name="closed"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    kind: Mapped[Word]
    key: Mapped[Word]
    base_number: Mapped[int]
    state: Mapped[Word]
    revision: Mapped[int]
    created_by: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DraftRevisionRow(Base):
    """One saved state of a draft, whole or broken; never changed."""

    __tablename__ = "draft_revision"
    __table_args__ = (
        UniqueConstraint("draft_id", "number"),
        CheckConstraint("origin IN ('written', 'copied', 'restored', 'imported', 'translated')", name="origin"),
    )

    id: Mapped[Id]
    draft_id: Mapped[int] = mapped_column(BigKey, ForeignKey("draft.id"))
    number: Mapped[int]
    document: Mapped[Plain]
    digest: Mapped[Digest]
    origin: Mapped[Word]
    author_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    saved_at: Mapped[Moment]


class DraftTypingRow(Base):
    """What somebody typed into a draft and has not saved yet, kept by itself; one a person and a draft."""

    __tablename__ = "draft_typing"

    draft_id: Mapped[int] = mapped_column(BigKey, ForeignKey("draft.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), primary_key=True)
    based_on: Mapped[int]
    document: Mapped[Plain]
    at: Mapped[Moment]


class ReviewRow(Base):
    """What a reviewer decided about a revision, and why each warning was acknowledged; never changed."""

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("verdict IN ('approved', 'sent_back')", name="verdict"),
        Index("ix_review_draft_id", "draft_id"),
    )

    id: Mapped[Id]
    draft_id: Mapped[int] = mapped_column(BigKey, ForeignKey("draft.id"))
    revision: Mapped[int]
    reviewer_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    verdict: Mapped[Word]
    words: Mapped[Words]
    acknowledged: Mapped[Plain]
    at: Mapped[Moment]


class CommentRow(Base):
    """A comment on a place of a draft, and when it was settled."""

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_draft_id", "draft_id"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    draft_id: Mapped[int] = mapped_column(BigKey, ForeignKey("draft.id"))
    revision: Mapped[int]
    place: Mapped[str] = mapped_column(String(128))
    words: Mapped[Words]
    author_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    at: Mapped[Moment]
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"))


class RetirementRow(Base):
    """A scenario taken out of use: why, and what takes its place; never changed."""

    __tablename__ = "retirement"

    id: Mapped[Id]
    scenario_id: Mapped[int] = mapped_column(BigKey, ForeignKey("scenario.id"), index=True)
    replaced_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("scenario.id"))
    words: Mapped[Words]
    retired_by: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    retired_at: Mapped[Moment]
