"""What becomes of a record after it was written: renewed, corrected in its name, revoked by two, erased, shared."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Digest, Id, Moment, Plain, PublicId, UtcDateTime, Word, Words


class RenewalRow(Base):
    """A newer record of the same person and module, and the one it renews; never changed."""

    __tablename__ = "renewal"

    completion_id: Mapped[int] = mapped_column(BigKey, ForeignKey("completion.id"), primary_key=True)
    earlier_id: Mapped[int] = mapped_column(BigKey, ForeignKey("completion.id"), index=True)


class RevocationProposalRow(Base):
    """Somebody holds that a record should be revoked: why, in words fit to publish, and why inside; never changed."""

    __tablename__ = "revocation_proposal"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    completion_id: Mapped[int] = mapped_column(BigKey, ForeignKey("completion.id"), index=True)
    reason: Mapped[Plain]
    inner_reason: Mapped[Words]
    proposed_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    proposed_at: Mapped[Moment]


class RevocationDecisionRow(Base):
    """What became of a proposal: approved or declined by somebody else, or withdrawn by its author; never changed."""

    __tablename__ = "revocation_decision"
    __table_args__ = (CheckConstraint("verdict IN ('approved', 'declined', 'withdrawn')", name="verdict"),)

    proposal_id: Mapped[int] = mapped_column(BigKey, ForeignKey("revocation_proposal.id"), primary_key=True)
    verdict: Mapped[Word]
    words: Mapped[str | None] = mapped_column(String)
    decided_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    decided_at: Mapped[Moment]


class NameCorrectionRow(Base):
    """A record says another name from then on: the commitments before and after, whence and why; never changed.

    No name stands here: what is left after the holder's data were removed tells nobody who it was.
    """

    __tablename__ = "name_correction"
    __table_args__ = (UniqueConstraint("completion_id", "number"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    completion_id: Mapped[int] = mapped_column(BigKey, ForeignKey("completion.id"))
    number: Mapped[int]
    earlier_commitment: Mapped[Digest]
    earlier_latin_commitment: Mapped[str | None] = mapped_column(String(64))
    name_commitment: Mapped[Digest]
    latin_name_commitment: Mapped[str | None] = mapped_column(String(64))
    source: Mapped[Words]
    reason: Mapped[Words]
    corrected_by: Mapped[Words]
    corrected_at: Mapped[Moment]


class CorrectedHolderRow(Base):
    """The corrected name with a salt of its own; erased with the name that it corrects."""

    __tablename__ = "corrected_holder"

    correction_id: Mapped[int] = mapped_column(BigKey, ForeignKey("name_correction.id"), primary_key=True)
    name: Mapped[Words]
    latin_name: Mapped[str | None] = mapped_column(String)
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))


class HolderErasureRow(Base):
    """The names of a record were removed: when, why and by whom; never changed."""

    __tablename__ = "holder_erasure"

    completion_id: Mapped[int] = mapped_column(BigKey, ForeignKey("completion.id"), primary_key=True)
    reason: Mapped[Words]
    erased_by: Mapped[Words]
    erased_at: Mapped[Moment]


class ShareLinkRow(Base):
    """A link by which a holder shows a record for some days: of its token the SHA-256 alone is kept."""

    __tablename__ = "share_link"
    __table_args__ = (CheckConstraint("name_form IN ('full', 'initials')", name="name_form"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    completion_id: Mapped[int] = mapped_column(BigKey, ForeignKey("completion.id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    name_form: Mapped[Word]
    made_at: Mapped[Moment]
    ends_on: Mapped[date]
    opened_on: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
