"""Files of people and units that HR sends: what each row would do, and how far the file has been carried out."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Document, Id, Moment, Plain, PublicId, UtcDateTime, Word, Words


class StaffImportRow(Base):
    """One file of people or of units, and how far it has been carried out.

    `unchanged` rows are only counted. `reached` is the place of the last row that was carried out; `missing` says what
    becomes of those who are not in the file. `leaders` are the managers it names, as HR numbers by the codes of their
    units.
    """

    __tablename__ = "staff_import"
    __table_args__ = (
        CheckConstraint("kind IN ('staff', 'units')", name="kind"),
        CheckConstraint("state IN ('checked', 'applying', 'applied')", name="state"),
        CheckConstraint("missing IN ('keep', 'leave')", name="missing"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    kind: Mapped[Word]
    file_name: Mapped[Words]
    encoding: Mapped[Word]
    state: Mapped[Word]
    missing: Mapped[Word]
    unchanged: Mapped[int]
    total: Mapped[int]
    done: Mapped[int]
    reached: Mapped[int]
    leaders: Mapped[Plain]
    faults: Mapped[list[Any]] = mapped_column(Document)
    sent_by: Mapped[Words]
    sent_at: Mapped[Moment]
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StaffImportEntryRow(Base):
    """One row of such a file, or somebody who is not in it (who has no line): what it says, and what that would do."""

    __tablename__ = "staff_import_entry"
    __table_args__ = (
        CheckConstraint(
            "standing IN ('new', 'returning', 'leaving', 'moved', 'changed', 'missing', 'fault')",
            name="standing",
        ),
        Index("ix_staff_import_entry_place", "import_id", "place", unique=True),
        Index("ix_staff_import_entry_standing", "import_id", "standing", "place"),
    )

    id: Mapped[Id]
    import_id: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_import.id"))
    place: Mapped[int]
    line: Mapped[int | None]
    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[Words]
    standing: Mapped[Word]
    document: Mapped[Plain]
    changes: Mapped[list[str]] = mapped_column(Document)
    faults: Mapped[list[Any]] = mapped_column(Document)
