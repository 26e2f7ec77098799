"""What connected systems know of people: their own identifier of each, and whom they removed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, UtcDateTime


class ProvisionedPersonRow(Base):
    """A person as one connection knows them; a person whom none ever named has no row."""

    __tablename__ = "provisioned_person"
    __table_args__ = (Index("ix_provisioned_person_external_id", "connection_id", "external_id"),)

    connection_id: Mapped[int] = mapped_column(BigKey, ForeignKey("connection.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), primary_key=True, index=True)
    external_id: Mapped[str | None] = mapped_column(String(200))
    # Whoever left before this moment is gone for the connection; the person and their evidence stay.
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
