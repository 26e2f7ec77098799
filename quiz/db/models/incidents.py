"""What happened, told so that nobody is named, and which scenarios teach from it."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Id, Moment, PublicId, Words


class IncidentRow(Base):
    """Something that happened in a month (its first day), about a provision; never changed.

    `none_because` says why no scenario followed, where none was meant to when it was recorded.
    """

    __tablename__ = "incident"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    words: Mapped[str] = mapped_column(String(4000))
    address: Mapped[str] = mapped_column(String(128))
    month: Mapped[date]
    none_because: Mapped[str | None] = mapped_column(String(2000))
    recorded_by: Mapped[Words]
    recorded_at: Mapped[Moment]


class IncidentScenarioRow(Base):
    """That a scenario teaches from an incident, and since when; never changed."""

    __tablename__ = "incident_scenario"

    incident_id: Mapped[int] = mapped_column(BigKey, ForeignKey("incident.id"), primary_key=True)
    scenario_id: Mapped[int] = mapped_column(BigKey, ForeignKey("scenario.id"), primary_key=True)
    linked_by: Mapped[Words]
    linked_at: Mapped[Moment]


class IncidentWishRow(Base):
    """That a scenario was wished for because of an incident; never changed."""

    __tablename__ = "incident_wish"

    incident_id: Mapped[int] = mapped_column(BigKey, ForeignKey("incident.id"), primary_key=True)
    wish_id: Mapped[int] = mapped_column(BigKey, ForeignKey("wish.id"), primary_key=True, unique=True)
