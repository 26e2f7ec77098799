"""Who must take what, by when and why, with the state that managers may see; no attempt and no answer is in here."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Id, Moment, Plain, PublicId, UtcDateTime, Word, Words

_FALSE = text("false")
_HERE = text("is_current AND unit_id IS NOT NULL")


class AssignmentRow(Base):
    """A module that a person is to take in one cycle; its state is what managers may see.

    `is_current` is the newest cycle of the module. `unit_id` is the unit of the person while they work here, so that
    what managers see needs no other table; the marks are written by the turning of the day and by single deeds.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("person_id", "module_id", "cycle"),
        Index("ix_assignment_state_since", "state_since", "id"),
        Index("ix_assignment_late", "unit_id", "is_late", "due_on", sqlite_where=_HERE, postgresql_where=_HERE),
        # The order of a long list, for those who see many units.
        Index("ix_assignment_due", "is_late", "due_on", "id", "unit_id", sqlite_where=_HERE, postgresql_where=_HERE),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    module_id: Mapped[int] = mapped_column(BigKey, ForeignKey("module.id"), index=True)
    cycle: Mapped[int]
    assigned_at: Mapped[Moment]
    due_on: Mapped[date | None]
    extra_attempts: Mapped[int] = mapped_column(default=0)
    state: Mapped[Word]
    state_since: Mapped[Moment]
    help_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rule_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("assignment_rule.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("unit.id"))
    is_current: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    is_late: Mapped[bool] = mapped_column(default=False, server_default=_FALSE)
    is_away: Mapped[bool] = mapped_column(default=False, server_default=_FALSE)
    is_disowned: Mapped[bool] = mapped_column(default=False, server_default=_FALSE)
    is_used_up: Mapped[bool] = mapped_column(default=False, server_default=_FALSE)


class AssignmentRuleRow(Base):
    """Who is to take a module and by when, from a day on; it gives assignments as long as it has not ended.

    `scope` names its people: everybody, joiners, a unit (with all below), a role, an audience, or single people.
    """

    __tablename__ = "assignment_rule"
    __table_args__ = (
        CheckConstraint("scope IN ('everybody', 'joiners', 'unit', 'role', 'audience', 'people')", name="scope"),
        CheckConstraint("due IN ('module', 'none', 'fixed', 'after_joining', 'after_assignment')", name="due"),
        CheckConstraint("(due = 'fixed') = (due_on IS NOT NULL)", name="due_on"),
        CheckConstraint("(due IN ('after_joining', 'after_assignment')) = (due_after IS NOT NULL)", name="due_after"),
        CheckConstraint("renewal IN ('none', 'calendar_year', 'before_expiry')", name="renewal"),
        CheckConstraint("(renewal = 'before_expiry') = (renew_before IS NOT NULL)", name="renew_before"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    module_id: Mapped[int] = mapped_column(BigKey, ForeignKey("module.id"), index=True)
    scope: Mapped[Word]
    # {"unit": public id} | {"role": …} | {"audience": …} | {"people": [public ids]} | {}
    within: Mapped[Plain]
    due: Mapped[Word]
    due_on: Mapped[date | None]
    due_after: Mapped[str | None] = mapped_column(String(32))
    renewal: Mapped[Word]
    renew_before: Mapped[str | None] = mapped_column(String(32))
    starts_on: Mapped[date]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(2000))
    made_by: Mapped[Words]
    made_at: Mapped[Moment]


class AssignmentChangeRow(Base):
    """Something that was decided of an assignment, with its reason: never changed.

    `extended`: another due date; `waived` and `restored`; `lapsed`: no rule asks it of the person any more.
    """

    __tablename__ = "assignment_change"
    __table_args__ = (
        CheckConstraint("kind IN ('extended', 'waived', 'restored', 'lapsed')", name="kind"),
        Index("ix_assignment_change_made_at", "made_at", "assignment_id"),
    )

    id: Mapped[Id]
    assignment_id: Mapped[int] = mapped_column(BigKey, ForeignKey("assignment.id"), index=True)
    kind: Mapped[Word]
    due_before: Mapped[date | None]
    due_after: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(2000))
    made_by: Mapped[Words]
    made_at: Mapped[Moment]


class DisowningRow(Base):
    """A manager's word that a person is not theirs, until HR has moved the person or says that they are."""

    __tablename__ = "disowning"
    __table_args__ = (
        Index("ix_disowning_open", "person_id", sqlite_where=text("settled_at IS NULL"),
              postgresql_where=text("settled_at IS NULL"), unique=True),
    )  # fmt: skip

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(BigKey, ForeignKey("unit.id"))
    said_by: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    said_at: Mapped[Moment]
    words: Mapped[str] = mapped_column(String(2000))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[str | None] = mapped_column(String)
    outcome: Mapped[str | None] = mapped_column(String(64))


class TallyRow(Base):
    """A part of a count of current assignments: the sum over the rows of a unit, module, bucket and lateness counts.

    Triggers of `quiz.db.counting` add a row for whatever changes, so that two deeds never wait for one another; rows
    are drawn together at the turning of the day, and may be made anew from the assignments at any time.
    """

    __tablename__ = "tally"
    __table_args__ = (Index("ix_tally_place", "unit_id", "module_id", "bucket", "is_late", "amount"),)

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(BigKey, ForeignKey("unit.id"))
    module_id: Mapped[int] = mapped_column(BigKey, ForeignKey("module.id"))
    bucket: Mapped[Word]
    is_late: Mapped[bool]
    amount: Mapped[int]


class TurnedDayRow(Base):
    """A civil day whose turning was carried out: what became late, who is away, what is renewed."""

    __tablename__ = "turned_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    turned_at: Mapped[Moment]


class HeadCountRow(Base):
    """What was last counted of the people of a large unit and all below it; people and units stand in it by key."""

    __tablename__ = "head_count"

    unit_id: Mapped[int] = mapped_column(BigKey, ForeignKey("unit.id"), primary_key=True, autoincrement=False)
    day: Mapped[date]
    counted_at: Mapped[Moment]
    figures: Mapped[Plain]
