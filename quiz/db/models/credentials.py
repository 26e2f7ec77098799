"""What credentials need to be checked for ever: the public keys that signed, and where a revocation is told."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Id, Moment, Word


class IssuerKeyRow(Base):
    """From when on a key signed; it did so until the next row, and a key that comes back has another row."""

    __tablename__ = "issuer_key"

    id: Mapped[Id]
    key_id: Mapped[Word]
    multikey: Mapped[str] = mapped_column(String(64))
    began_at: Mapped[Moment]


class CredentialPlaceRow(Base):
    """The place of a record in a list of states; drawn by chance, so that a place tells nothing of its record."""

    __tablename__ = "credential_place"
    __table_args__ = (UniqueConstraint("list_number", "place"),)

    completion_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("completion.id"), primary_key=True, autoincrement=False
    )
    list_number: Mapped[int]
    place: Mapped[int]
