"""What checking for ever needs: the keys that signed, those trusted no longer, and where a revocation is told."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Id, Moment, Plain, Word, Words


class IssuerKeyRow(Base):
    """From when on a key signed; it did so until the next row, and a key that comes back has another row."""

    __tablename__ = "issuer_key"

    id: Mapped[Id]
    key_id: Mapped[Word]
    multikey: Mapped[str] = mapped_column(String(64))
    began_at: Mapped[Moment]


class DistrustRow(Base):
    """From when on a key is trusted no longer, and why; never changed, a row with an earlier moment may follow.

    `key` is the name of a key of the issuer, or the fingerprint of a certificate, whose key it is about.
    """

    __tablename__ = "distrust"
    __table_args__ = (UniqueConstraint("key", "since"),)

    id: Mapped[Id]
    key: Mapped[Word]
    since: Mapped[Moment]
    reason: Mapped[Plain]
    recorded_by: Mapped[Words]
    recorded_at: Mapped[Moment]


class CredentialPlaceRow(Base):
    """The place of a record in a list of states; drawn by chance, so that a place tells nothing of its record."""

    __tablename__ = "credential_place"
    __table_args__ = (UniqueConstraint("list_number", "place"),)

    completion_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("completion.id"), primary_key=True, autoincrement=False
    )
    list_number: Mapped[int]
    place: Mapped[int]
