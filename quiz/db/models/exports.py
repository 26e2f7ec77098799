"""Large tables that managers asked to take away: what each is of, how far it is, and its bytes in parts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Digest, Id, Moment, Plain, PublicId, UtcDateTime, Word

_OPEN = text("state IN ('waiting', 'making')")


class TeamExportRow(Base):
    """A table that somebody asked for, kept a day for them alone.

    `turn` counts how often a worker began it: whoever holds an older turn has been given up and writes no more.
    `touched_at` is when its worker was last heard of.
    """

    __tablename__ = "team_export"
    __table_args__ = (
        CheckConstraint("kind IN ('xlsx', 'csv')", name="kind"),
        CheckConstraint("state IN ('waiting', 'making', 'made', 'failed')", name="state"),
        # Asked twice at once, it is made once.
        Index(
            "uq_team_export_open",
            "person_id",
            "asked_digest",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_team_export_asked_at", "asked_at"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(8))
    # {"unit", "bucket", "module", "late", "roots": keys of units, "language", "digits"}
    asked: Mapped[Plain]
    asked_digest: Mapped[Digest]
    asked_at: Mapped[Moment]
    state: Mapped[Word]
    turn: Mapped[int]
    total: Mapped[int]
    done: Mapped[int]
    size: Mapped[int] = mapped_column(BigKey)
    parts: Mapped[int]
    touched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TeamExportPartRow(Base):
    """Some of the bytes of such a table, in order."""

    __tablename__ = "team_export_part"

    export_id: Mapped[int] = mapped_column(BigKey, ForeignKey("team_export.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
