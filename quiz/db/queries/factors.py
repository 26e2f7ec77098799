"""Finding second factors, passkeys, challenges and sign-ins that are half done."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from quiz.db.models.factors import AuthenticatorRow, CeremonyRow, PasskeyRow, RecoveryCodeRow, SecondStepRow


def find_authenticator(session: Session, person_id: int, locked: bool = False) -> AuthenticatorRow | None:
    """Return the app of a person, set up or still to be confirmed; locked, two entries of one code are told apart."""
    return session.get(AuthenticatorRow, person_id, with_for_update=locked or None)


def list_passkeys(session: Session, person_id: int) -> list[PasskeyRow]:
    """Return the passkeys of a person, the oldest first."""
    return list(session.scalars(select(PasskeyRow).where(PasskeyRow.person_id == person_id).order_by(PasskeyRow.id)))


def find_passkey(session: Session, credential_id: str) -> PasskeyRow | None:
    """Return a passkey by the id its device knows it by; two answers of one key wait for each other."""
    return session.scalar(select(PasskeyRow).where(PasskeyRow.credential_id == credential_id).with_for_update())


def count_recovery_codes(session: Session, person_id: int) -> int:
    """Return how many recovery codes of a person are still good."""
    unused = select(func.count()).where(RecoveryCodeRow.person_id == person_id, RecoveryCodeRow.used_at.is_(None))
    return session.scalar(unused) or 0


def find_recovery_code(session: Session, person_id: int, digest: str) -> RecoveryCodeRow | None:
    """Return a recovery code of a person that is still good."""
    return session.scalar(
        select(RecoveryCodeRow)
        .where(
            RecoveryCodeRow.person_id == person_id, RecoveryCodeRow.digest == digest, RecoveryCodeRow.used_at.is_(None)
        )
        .with_for_update()
    )


def delete_recovery_codes(session: Session, person_id: int) -> None:
    """Take every recovery code of a person away."""
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person_id == person_id))


def take_ceremony(session: Session, public_id: str) -> CeremonyRow | None:
    """Return a challenge and take it away: of two answers only the first finds it."""
    statement = delete(CeremonyRow).where(CeremonyRow.public_id == public_id).returning(CeremonyRow)
    return session.scalar(statement, execution_options={"synchronize_session": False})


def find_second_step(session: Session, token_digest: str) -> SecondStepRow | None:
    """Return a half-done sign-in."""
    return session.scalar(select(SecondStepRow).where(SecondStepRow.token_digest == token_digest))


def delete_second_steps(session: Session, person_id: int) -> None:
    """Take every half-done sign-in of a person away."""
    session.execute(delete(SecondStepRow).where(SecondStepRow.person_id == person_id))


def delete_all(session: Session, person_id: int) -> None:
    """Take everything beside the password from a person."""
    for table in (AuthenticatorRow, PasskeyRow, RecoveryCodeRow, SecondStepRow, CeremonyRow):
        session.execute(delete(table).where(table.person_id == person_id))


def delete_expired(session: Session, before: datetime) -> None:
    """Forget challenges and half-done sign-ins that nobody can end any more."""
    session.execute(delete(CeremonyRow).where(CeremonyRow.expires_at <= before))
    session.execute(delete(SecondStepRow).where(SecondStepRow.expires_at <= before))
