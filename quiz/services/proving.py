"""Proving anew that it is still the person who signed in, before what must not happen by a stolen browser."""

from dataclasses import dataclass

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.people import PersonRow
from quiz.db.queries import identities, people
from quiz.services import accounts, factors, passkeys, sign_ins
from quiz.services.accounts import Checked
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Ways:
    """By what the actor may prove who they are; `providers` are those an identity of theirs is linked with."""

    has_password: bool
    has_second_factor: bool
    providers: tuple[str, ...]


def get_ways(work: UnitOfWork) -> Ways:
    """Return by what the actor may prove who they are."""
    person = factors.actor_row(work)
    return Ways(
        people.find_account(work.session, person.id) is not None,
        factors.has_second_factor(work, person.id),
        tuple(row.provider for row in identities.list_identities(work.session, person.id)),
    )


def check_password(work: UnitOfWork, password: str, address: str) -> Checked:
    """Check the password of the actor, and write nothing; NotReady where there were too many tries."""
    return accounts.check_password(work, factors.actor_row(work).email, password, address)


def note_failure(work: UnitOfWork, checked: Checked) -> None:
    """Count a wrong password of the actor, as one that was typed at the sign-in."""
    factors.actor_row(work)
    accounts.count_failure(work, checked)


def prove(work: UnitOfWork, token: str, checked: Checked, typed: str, address: str) -> str | None:
    """Return a fresh token for a right password, with a right code where the actor has a second factor; else None."""
    person = factors.actor_row(work)
    if checked.person_id != person.id:
        accounts.count_failure(work, checked)
        return None
    needs_code = factors.has_second_factor(work, person.id)
    if needs_code and factors.spend_code(work, person, typed, address) is None:
        return None
    return _proved(work, person, token, sign_ins.SECOND_FACTOR if needs_code else sign_ins.PASSWORD)


def prove_by_passkey(work: UnitOfWork, token: str, ceremony: str, answer: str) -> str:
    """Return a fresh token for a passkey of the actor that answered; raise Refused."""
    person = factors.actor_row(work)
    passkeys.check_proof(work, ceremony, answer)
    return _proved(work, person, token, sign_ins.SECOND_FACTOR)


def _proved(work: UnitOfWork, person: PersonRow, token: str, strength: str) -> str:
    work.audit(Permission.PEOPLE_ACCOUNT_USE, Target("account", person.public_id), what="proved")
    return sign_ins.prove_anew(work, token, strength)
