"""Who works here: units, people, roles, accounts, sign-ins and one-time links."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Digest, Document, Id, Moment, Plain, PublicId, UtcDateTime, Word, Words
from quiz.language.folding import fold

_REVOKED, _USED = text("revoked_at IS NOT NULL"), text("used_at IS NOT NULL")


def folded_person(name: str, latin_name: str | None, hr_number: str) -> str:
    """Return what a person is found by: names and HR number, folded."""
    return fold(f"{name} {latin_name or ''} {hr_number}")


def _folded(context: Any) -> str:
    given = context.get_current_parameters()
    return folded_person(given["name"], given.get("latin_name"), given["hr_number"])


class UnitRow(Base):
    """A unit of the organisation, in a tree of any depth."""

    __tablename__ = "unit"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    name: Mapped[Plain]
    jurisdiction: Mapped[Word]
    parent_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("unit.id"), index=True)
    # What HR calls it, and files with it; those made here alone have none.
    code: Mapped[str | None] = mapped_column(String(64), unique=True)
    closed_on: Mapped[date | None]


class PersonRow(Base):
    """A person as HR names them; the name stands in one piece."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("extra_time_percent BETWEEN 0 AND 300", name="extra_time"),
        # In the order of names; what is searched for within them has an index of PostgreSQL alone.
        Index("ix_person_folded", "folded", "id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    hr_number: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[Words]
    latin_name: Mapped[str | None] = mapped_column(String)
    jurisdiction: Mapped[Word]
    unit_id: Mapped[int] = mapped_column(BigKey, ForeignKey("unit.id"), index=True)
    language: Mapped[str | None] = mapped_column(String(8))
    extra_time_percent: Mapped[int] = mapped_column(default=0)
    active_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[Moment]
    # When HR last changed anything of them; None where nothing was.
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    joined_on: Mapped[date | None]
    # Those of `engine.scenario.AUDIENCES` that their work belongs to.
    job_families: Mapped[list[str]] = mapped_column(Document, default=list, server_default=text("'[]'"))
    # What HR finds them by; whoever changes a name writes it again.
    folded: Mapped[str] = mapped_column(String, default=_folded, server_default="")


class PostingRow(Base):
    """The unit a person belonged to from a day on: the history of moves, which is never changed."""

    __tablename__ = "posting"
    __table_args__ = (Index("ix_posting_person_id", "person_id", "starts_on"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(BigKey, ForeignKey("unit.id"))
    starts_on: Mapped[date]
    recorded_by: Mapped[Words]
    recorded_at: Mapped[Moment]


class AbsenceRow(Base):
    """Days on which a person is away; of why, nothing is kept. Without an end it lasts until one is written."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_it_starts"),
        Index("ix_absence_person_id", "person_id", "starts_on"),
        Index("ix_absence_ends_on", "ends_on"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    recorded_by: Mapped[Words]
    recorded_at: Mapped[Moment]


class RoleGrantRow(Base):
    """A role held beside learner, bounded by unit or bank and by dates.

    A bank bounds an editor or a reviewer, a unit a manager; days are civil days of the organisation, both included.
    It is `held` for itself, `acting` in place of somebody, or `delegated` by its holder, who keeps it as well.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        Index("ix_role_grant_person_id_role", "person_id", "role"),
        CheckConstraint("capacity IN ('held', 'acting', 'delegated')", name="capacity"),
        CheckConstraint("bank IS NULL OR role IN ('editor', 'reviewer')", name="bank"),
        CheckConstraint("(capacity = 'delegated') = (delegated_by IS NOT NULL)", name="delegated_by"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    role: Mapped[Word]
    unit_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("unit.id"))
    bank: Mapped[str | None] = mapped_column(String(64))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    capacity: Mapped[str] = mapped_column(String(64), default="held", server_default="held")
    delegated_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"))


class AccountRow(Base):
    """How a person signs in with a password."""

    __tablename__ = "account"

    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), primary_key=True)
    password_hash: Mapped[Words]
    changed_at: Mapped[Moment]


class SignInRow(Base):
    """One browser that is signed in; the row can be revoked, the cookie holds only a token."""

    __tablename__ = "sign_in"
    __table_args__ = (
        Index("ix_sign_in_expires_at", "expires_at"),
        Index("ix_sign_in_revoked_at", "revoked_at", sqlite_where=_REVOKED, postgresql_where=_REVOKED),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    browser: Mapped[Words]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # How the person came in, how strong the last proof of who they are was, and when they gave it.
    way: Mapped[str] = mapped_column(String(64), default="password", server_default="password")
    strength: Mapped[str] = mapped_column(String(64), default="password", server_default="password")
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Noted once an hour at most.
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignInFailureRow(Base):
    """A sign-in that failed, by digests of the name and of the address, for throttling; swept after a day."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        Index("ix_sign_in_failure_name_digest_at", "name_digest", "at"),
        Index("ix_sign_in_failure_at", "at"),
    )

    id: Mapped[Id]
    name_digest: Mapped[Digest]
    address_digest: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[Moment]


class OneTimeLinkRow(Base):
    """A link that opens one door once: an invitation or a new password."""

    __tablename__ = "one_time_link"
    __table_args__ = (
        Index("ix_one_time_link_expires_at", "expires_at"),
        Index("ix_one_time_link_used_at", "used_at", sqlite_where=_USED, postgresql_where=_USED),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    token_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    purpose: Mapped[Word]
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    lands_on: Mapped[Words]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OrganisationSettingsRow(Base):
    """The organisation's own choices, one version a row; the highest number holds."""

    __tablename__ = "organisation_settings"

    number: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(Document)
    changed_by: Mapped[Words]
    changed_at: Mapped[Moment]
