"""The second step of signing in: a second factor is asked for once the first step was right, and never before."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.factors import SecondStepRow
from quiz.db.models.people import PersonRow
from quiz.db.queries import factors as queries
from quiz.db.queries import people
from quiz.services import factors
from quiz.services.errors import NotFound
from quiz.services.sign_ins import SECOND_FACTOR, new_sign_in, token_digest
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.vouching import Voucher, keep_voucher

STEP_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Halfway:
    """A password was right, and a second factor is still to come; the token is good for that alone."""

    token: str


@dataclass(frozen=True, slots=True)
class StepSummary:
    """What a half-done sign-in may be ended with."""

    has_authenticator: bool
    has_passkeys: bool


def enter(
    work: UnitOfWork,
    person: PersonRow,
    way: str,
    browser: str,
    lands_on: str,
    voucher: Voucher | None = None,
    proved_at: datetime | None = None,
) -> str | Halfway:
    """Sign in a person whose password was right, or whom a provider vouches for, or keep that they are halfway.

    `proved_at` is since when it is proved who they are, where that is not now.
    """
    is_strong = voucher is not None and voucher.is_strong
    if is_strong or not factors.has_second_factor(work, person.id):
        token = new_sign_in(work, person, browser, way, SECOND_FACTOR if is_strong else None, proved_at)
        if voucher is not None:
            keep_voucher(work, token, voucher)
        return token
    queries.delete_second_steps(work.session, person.id)
    step = work.tools.chance(32).hex()
    work.session.add(
        SecondStepRow(
            token_digest=token_digest(step),
            person_id=person.id,
            way=way,
            lands_on=lands_on,
            expires_at=work.now + STEP_LASTS,
            identity_id=voucher.identity_id if voucher else None,
            sid=voucher.sid if voucher else None,
        )
    )
    return Halfway(step)


def get_step(work: UnitOfWork, token: str) -> StepSummary:
    """Return what a half-done sign-in may be ended with; raise NotFound where it is none or was left too long."""
    work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("second-step"))
    _, person = find_step(work, token)
    held = factors.summary_of(work, person.id)
    return StepSummary(held.has_authenticator, bool(held.passkeys))


def enter_code(work: UnitOfWork, token: str, typed: str, address: str, browser: str) -> tuple[str, str] | None:
    """End a half-done sign-in by a code of the app or a recovery code; return a token and where it leads.

    None for a code that is wrong or was used. Raise NotReady after too many of them, NotFound for a step there is not.
    """
    work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("second-step"))
    row, person = find_step(work, token)
    way = factors.spend_code(work, person, typed, address)
    return end_step(work, row, person, way, browser) if way else None


def end_step(work: UnitOfWork, row: SecondStepRow, person: PersonRow, way: str, browser: str) -> tuple[str, str]:
    """Turn a half-done sign-in into one that holds, as part of a deed that was allowed."""
    lands_on = row.lands_on
    voucher = Voucher(row.identity_id, row.sid, is_strong=False) if row.identity_id is not None else None
    work.session.delete(row)
    token = new_sign_in(work, person, browser, way)
    if voucher is not None:
        keep_voucher(work, token, voucher)
    return token, lands_on


def find_step(work: UnitOfWork, token: str) -> tuple[SecondStepRow, PersonRow]:
    """Return a half-done sign-in and its person; raise NotFound."""
    row = queries.find_second_step(work.session, token_digest(token))
    if row is None or row.expires_at <= work.now:
        raise NotFound("second-step")
    person = people.find_person(work.session, row.person_id)
    if person is None or (person.active_until is not None and person.active_until <= work.now):
        raise NotFound("second-step")
    return row, person
