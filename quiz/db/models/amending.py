"""What follows from an amendment: scenarios that were found to hold still, and modules that ask only what changed."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Id, Moment


class ScenarioConfirmationRow(Base):
    """That a version of a scenario is still right by a version of an instrument it cites, and why; never changed."""

    __tablename__ = "scenario_confirmation"
    __table_args__ = (
        UniqueConstraint("scenario_version_id", "instrument_version_id", name="uq_scenario_confirmation_once"),
    )

    id: Mapped[Id]
    scenario_version_id: Mapped[int] = mapped_column(BigKey, ForeignKey("scenario_version.id"))
    instrument_version_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("instrument_version.id", name="fk_scenario_confirmation_instrument_version")
    )
    reason: Mapped[str] = mapped_column(String(2000))
    confirmed_by: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    confirmed_at: Mapped[Moment]


class DeltaModuleRow(Base):
    """That a module asks again what a version of an instrument changed, and nothing else; never changed."""

    __tablename__ = "delta_module"

    id: Mapped[Id]
    module_key: Mapped[str] = mapped_column(String(64), unique=True)
    instrument_version_id: Mapped[int] = mapped_column(BigKey, ForeignKey("instrument_version.id"), unique=True)
    begun_by: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    begun_at: Mapped[Moment]
