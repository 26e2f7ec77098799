"""Signed papers of completion records, their bytes apart, and every certificate that ever signed one."""

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Digest, Moment, Words


class SigningCertificateRow(Base):
    """A certificate that signed papers, with those above it; never changed, so that old papers still verify."""

    __tablename__ = "signing_certificate"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    pem: Mapped[Words]
    name: Mapped[Words]
    begins_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    first_used_at: Mapped[Moment]


class PaperRow(Base):
    """The one signed paper of a record: the digest of its bytes, and by which certificate; never changed."""

    __tablename__ = "paper"

    completion_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("completion.id"), primary_key=True, autoincrement=False
    )
    digest: Mapped[Digest] = mapped_column(unique=True)
    certificate_fingerprint: Mapped[str] = mapped_column(String(64), ForeignKey("signing_certificate.fingerprint"))
    signed_at: Mapped[Moment]


class PaperContentRow(Base):
    """The bytes of a paper, which hold a name: kept as they are as long as that name is, and erased after it."""

    __tablename__ = "paper_content"

    completion_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("paper.completion_id"), primary_key=True, autoincrement=False
    )
    content: Mapped[bytes] = mapped_column(LargeBinary)
