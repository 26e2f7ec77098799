"""What units get wrong, in sums without any person or attempt: what waits, what is published, and what pages show."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Id


class WaitingAnswersRow(Base):
    """Answers about a provision that wait in a unit since a day, until enough of them may be published as one.

    `provision` is an address `<instrument>/<edition>/<provision>`; `attempts` is how many first attempts the
    `answers` are of, and `sound` how many of them earned everything. Rows are added, and drawn together once a day.
    """

    __tablename__ = "waiting_answers"
    __table_args__ = (CheckConstraint("0 <= sound AND sound <= answers AND attempts <= answers", name="amounts"),)

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(BigKey, ForeignKey("unit.id"))
    provision: Mapped[str] = mapped_column(String(128))
    since: Mapped[date]
    attempts: Mapped[int]
    answers: Mapped[int]
    sound: Mapped[int]


class ReleasedAnswersRow(Base):
    """Answers about a provision that were published of a unit as one piece: never taken apart and never changed."""

    __tablename__ = "released_answers"
    __table_args__ = (
        CheckConstraint("0 <= sound AND sound <= answers AND attempts <= answers", name="amounts"),
        # The rule of `engine.disclosure`, once more where no code can forget it.
        CheckConstraint("attempts >= 10", name="enough"),
        Index("ix_released_answers_released_on", "released_on"),
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(BigKey, ForeignKey("unit.id"))
    provision: Mapped[str] = mapped_column(String(128))
    released_on: Mapped[date]
    attempts: Mapped[int]
    answers: Mapped[int]
    sound: Mapped[int]


class WeaknessRow(Base):
    """What a page shows of a unit with all below it: sums of whole releases, made anew when a day is turned.

    `recent_…` is what of it was released lately; `as_of` is the day of the newest release.
    """

    __tablename__ = "weakness"

    unit_id: Mapped[int] = mapped_column(BigKey, ForeignKey("unit.id"), primary_key=True)
    provision: Mapped[str] = mapped_column(String(128), primary_key=True)
    answers: Mapped[int]
    sound: Mapped[int]
    recent_answers: Mapped[int]
    recent_sound: Mapped[int]
    as_of: Mapped[date]
