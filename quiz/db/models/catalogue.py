"""What may be learned: published versions of instruments, scenarios and modules, and what the organisation adopted."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Digest, Id, Moment, Plain, UtcDateTime, Word, Words

# Two people stand behind every publication; the one exception has a name (decisions: install_release).
TWO_PEOPLE = (
    "published_through = 'install_release' "
    "OR (author_id IS NOT NULL AND approver_id IS NOT NULL AND author_id <> approver_id)"
)


class InstrumentRow(Base):
    """An instrument by its key, and the version of it that stands."""

    __tablename__ = "instrument"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    current_number: Mapped[int]


class InstrumentVersionRow(Base):
    """One published version of an instrument; never changed."""

    __tablename__ = "instrument_version"
    __table_args__ = (
        UniqueConstraint("instrument_id", "number"),
        CheckConstraint(TWO_PEOPLE, name="two_people"),
    )

    id: Mapped[Id]
    instrument_id: Mapped[int] = mapped_column(BigKey, ForeignKey("instrument.id"))
    number: Mapped[int]
    document: Mapped[Plain]
    digest: Mapped[Digest]
    published_through: Mapped[Word]
    author_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"))
    approver_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"))
    published_at: Mapped[Moment]


class ScenarioRow(Base):
    """A scenario by its key, the version that stands, and whether it was withdrawn."""

    __tablename__ = "scenario"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    bank: Mapped[str] = mapped_column(String(64), index=True)
    current_number: Mapped[int]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Its words as a search compares them; empty where nothing was published since there is a search.
    searched: Mapped[str] = mapped_column(String, server_default="")


class ScenarioVersionRow(Base):
    """One published version of a scenario; never changed."""

    __tablename__ = "scenario_version"
    __table_args__ = (
        UniqueConstraint("scenario_id", "number"),
        CheckConstraint(TWO_PEOPLE, name="two_people"),
    )

    id: Mapped[Id]
    scenario_id: Mapped[int] = mapped_column(BigKey, ForeignKey("scenario.id"))
    number: Mapped[int]
    document: Mapped[Plain]
    digest: Mapped[Digest]
    published_through: Mapped[Word]
    author_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"))
    approver_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"))
    published_at: Mapped[Moment]


class ModuleRow(Base):
    """A module by its key, and the version of it that stands."""

    __tablename__ = "module"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    current_version_id: Mapped[int | None] = mapped_column(BigKey)


class ModuleVersionRow(Base):
    """One published version of a module with the pool of versions it pins; never changed."""

    __tablename__ = "module_version"
    __table_args__ = (
        UniqueConstraint("module_id", "number"),
        CheckConstraint(TWO_PEOPLE, name="two_people"),
    )

    id: Mapped[Id]
    module_id: Mapped[int] = mapped_column(BigKey, ForeignKey("module.id"))
    number: Mapped[int]
    document: Mapped[Plain]
    digest: Mapped[Digest]
    pool: Mapped[Plain]
    pool_digest: Mapped[Digest]
    published_through: Mapped[Word]
    author_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"))
    approver_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"))
    published_at: Mapped[Moment]


class AdoptionRow(Base):
    """A provision that the organisation adopted on its own evidence, so that scenarios about it may count."""

    __tablename__ = "adoption"

    id: Mapped[Id]
    address: Mapped[str] = mapped_column(String(128), unique=True)
    evidence: Mapped[Words]
    adopted_by: Mapped[Words]
    adopted_at: Mapped[Moment]
