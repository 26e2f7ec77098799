"""Sign-ins that a provider of identities vouched for, so that it can end them."""

from dataclasses import dataclass

from quiz.db.models.identities import IdentityRow, IdentitySignInRow
from quiz.db.queries import identities as queries
from quiz.services.sign_ins import token_digest
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Voucher:
    """Which identity a provider vouched for, what it calls its session, and whether it asked for two factors."""

    identity_id: int
    sid: str | None
    is_strong: bool


def renew_voucher(work: UnitOfWork, sign_in_id: int, voucher: Voucher) -> None:
    """Keep what the provider calls its session after it was asked anew, where the sign-in came from it at all."""
    row = work.session.get(IdentitySignInRow, sign_in_id)
    if row is not None and row.identity_id == voucher.identity_id:
        row.sid, row.is_strong = voucher.sid, voucher.is_strong


def keep_voucher(work: UnitOfWork, token: str, voucher: Voucher) -> None:
    """Keep with a fresh sign-in who vouched for it, as part of that deed; nothing where it was unlinked meanwhile."""
    work.session.flush()
    row = queries.find_sign_in(work.session, token_digest(token))
    if row is not None and work.session.get(IdentityRow, voucher.identity_id) is not None:
        work.session.add(
            IdentitySignInRow(
                sign_in_id=row.id,
                identity_id=voucher.identity_id,
                sid=voucher.sid,
                is_strong=voucher.is_strong,
            )
        )
