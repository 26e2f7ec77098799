"""The second factors of a person: the app that shows codes, recovery codes, and what is told when they change."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.factors import AuthenticatorRow, RecoveryCodeRow
from quiz.db.models.people import PersonRow, SignInFailureRow
from quiz.db.queries import factors as queries
from quiz.db.queries import people
from quiz.events import AccountChanged
from quiz.language.numbers import plain_digits
from quiz.services import one_time_codes, sign_ins
from quiz.services.errors import NotFound, NotReady, Refused
from quiz.services.nameless import nameless
from quiz.services.roles import guarded, need_administrator
from quiz.services.sign_ins import token_digest
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.vault import Unopenable

# What an app lists the account under: Arabic would make the QR code six times as dense, too fine for many phones.
ISSUER = "Amana"
SET_UP_LASTS = timedelta(hours=1)
RECOVERY_CODES = 10
# 136 bits, 28 letters of base32: enough for a digest to be enough (ASVS 5.0, 6.5.2 and 11.5.1).
RECOVERY_BYTES = 17
CODE_WINDOW, CODE_FAILURES = timedelta(minutes=15), 8
CODE_DAY, CODE_FAILURES_A_DAY = timedelta(days=1), 40
_APART = re.compile(r"[\s\-‐-―]+")


@dataclass(frozen=True, slots=True)
class PasskeySummary:
    """A passkey in the list of its person."""

    public_id: str
    name: str
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class FactorSummary:
    """What a person has beside the password."""

    has_authenticator: bool
    recovery_codes: int
    passkeys: tuple[PasskeySummary, ...]

    @property
    def is_any(self) -> bool:
        """Tell whether the person is asked for a second factor."""
        return self.has_authenticator or bool(self.passkeys)


@dataclass(frozen=True, slots=True)
class SetUp:
    """What an app is set up with: the secret to type, and the address its QR code holds."""

    typed: str
    address: str


@dataclass(frozen=True, slots=True)
class Added:
    """What comes of a new factor: the recovery codes to keep (none where there were some), and a fresh token."""

    codes: tuple[str, ...]
    token: str


def has_second_factor(work: UnitOfWork, person_id: int) -> bool:
    """Tell whether a password alone does not sign a person in, as part of a deed that was allowed."""
    row = queries.find_authenticator(work.session, person_id)
    return bool(row and row.confirmed_at) or bool(queries.list_passkeys(work.session, person_id))


def summary_of(work: UnitOfWork, person_id: int) -> FactorSummary:
    """Return what a person has beside the password, as part of a deed that was allowed."""
    row = queries.find_authenticator(work.session, person_id)
    passkeys = queries.list_passkeys(work.session, person_id)
    return FactorSummary(
        bool(row and row.confirmed_at),
        queries.count_recovery_codes(work.session, person_id),
        tuple(PasskeySummary(one.public_id, one.name, one.made_at, one.used_at) for one in passkeys),
    )


def get_own(work: UnitOfWork) -> FactorSummary:
    """Return what the actor has beside the password."""
    work.require(Permission.PEOPLE_ACCOUNT_USE, Target("account", owner_id=work.actor.person_id))
    return summary_of(work, work.actor.person_id or 0)


def begin_authenticator(work: UnitOfWork) -> None:
    """Make a secret for an app of the actor; one that was begun before is worth nothing any more.

    Raise Refused where an app is set up already: it is removed first.
    """
    person = actor_row(work)
    row = queries.find_authenticator(work.session, person.id, locked=True)
    if row is not None and row.confirmed_at is not None:
        raise Refused("authenticator-stands")
    secret = work.tools.chance(one_time_codes.SECRET_BYTES)
    sealed = work.tools.vault.seal(secret, person.public_id, work.tools.chance)
    if row is None:
        work.session.add(AuthenticatorRow(person_id=person.id, sealed=sealed, begun_at=work.now))
    else:
        row.sealed, row.begun_at = sealed, work.now


def get_set_up(work: UnitOfWork) -> SetUp:
    """Return what the app of the actor is set up with; raise NotFound where nothing was begun, or it stands already."""
    person = actor_row(work)
    secret = _unsealed(work, person, _begun(work, person))
    address = one_time_codes.address(secret, person.email, ISSUER)
    return SetUp(one_time_codes.typed_form(secret), address)


def confirm_authenticator(work: UnitOfWork, token: str, typed: str) -> Added:
    """Set an app up by a first code of it; raise Refused for a wrong one, NotFound where nothing was begun."""
    person = actor_row(work)
    row = _begun(work, person)
    secret = _unsealed(work, person, row)
    step = one_time_codes.taken_step(secret, _plain(typed), work.now, row.last_step)
    if step is None:
        raise Refused("wrong-code", field="code")
    is_first = not has_second_factor(work, person.id)
    row.confirmed_at, row.last_step = work.now, step
    return added(work, person, token, "authenticator-added", is_first)


def remove_authenticator(work: UnitOfWork, token: str) -> str:
    """Take the app of the actor away; return a fresh token. Raise NotFound where there is none."""
    person = actor_row(work)
    row = queries.find_authenticator(work.session, person.id, locked=True)
    if row is None:
        raise NotFound("authenticator")
    was_set_up = row.confirmed_at is not None
    work.session.delete(row)
    work.session.flush()
    return removed(work, person, token, "authenticator-removed" if was_set_up else None)


def make_recovery_codes(work: UnitOfWork) -> tuple[str, ...]:
    """Make ten recovery codes for the actor, which end those from before; they are never shown again."""
    person = actor_row(work)
    if not has_second_factor(work, person.id):
        raise Refused("no-second-factor")
    codes = _new_codes(work, person)
    tell(work, person, "recovery-codes-made")
    return codes


def may_remove_all_of(work: UnitOfWork, public_id: str) -> bool:
    """Tell whether somebody has anything beside the password that the actor may take away: of others alone."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("person", public_id))
    person = people.find_person_by_public_id(work.session, public_id)
    if person is None or not summary_of(work, person.id).is_any or person.id in guarded(work):
        return False
    return work.allows(Permission.PEOPLE_FACTOR_REMOVE, Target("person", public_id, owner_id=person.id))


def remove_all_of(work: UnitOfWork, public_id: str, reason: str) -> None:
    """Take everything beside the password from somebody who has lost it, and end all their sign-ins; they are told.

    What they know of the password stays needed. Raise NotFound for a person there is not or who has nothing.
    """
    person = people.find_person_by_public_id(work.session, public_id)
    work.require(Permission.PEOPLE_FACTOR_REMOVE, Target("person", public_id, owner_id=person.id if person else None))
    if person is None or not summary_of(work, person.id).is_any:
        raise NotFound("factor")
    need_administrator(work, person.id, "reason")
    queries.delete_all(work.session, person.id)
    sign_ins.revoke_all(work, person)
    words = nameless(reason, person.hr_number, person.email, person.name, person.latin_name)
    work.audit(Permission.PEOPLE_FACTOR_REMOVE, Target("person", public_id), reason=words)
    work.record(AccountChanged(public_id, "factors-removed"))


def added(work: UnitOfWork, person: PersonRow, token: str, what: str, is_first: bool) -> Added:
    """Note a new factor of the actor, who just showed it: every other browser is signed out, and the mail is asked for.

    With the first factor come recovery codes.
    """
    codes = _new_codes(work, person) if is_first else ()
    tell(work, person, what)
    sign_ins.revoke_others(work, token)
    return Added(codes, sign_ins.prove_anew(work, token, sign_ins.SECOND_FACTOR))


def removed(work: UnitOfWork, person: PersonRow, token: str, what: str | None) -> str:
    """Note that a factor of the actor is gone; with the last one go recovery codes and strength."""
    remains = has_second_factor(work, person.id)
    if not remains:
        queries.delete_recovery_codes(work.session, person.id)
    if what is not None:
        tell(work, person, what)
        sign_ins.revoke_others(work, token)
    return sign_ins.prove_anew(work, token, sign_ins.SECOND_FACTOR if remains else sign_ins.PASSWORD)


def spend_code(work: UnitOfWork, person: PersonRow, typed: str, address: str) -> str | None:
    """Take a code of the app or a recovery code, each once, as part of a deed that was allowed.

    Return the way it was, `code` or `recovery-code`, or None; what was wrong is counted. Raise NotReady after too many:
    that holds codes back and nothing else, so that a passkey, or some minutes, still open.
    """
    name_digest, address_digest = token_digest(f"second:{person.public_id}"), token_digest(f"address:{address}")
    now, session = work.now, work.session
    lately, _ = people.count_failures(session, name_digest, address_digest, now - CODE_WINDOW)
    today, _ = people.count_failures(session, name_digest, address_digest, now - CODE_DAY)
    if lately >= CODE_FAILURES or today >= CODE_FAILURES_A_DAY:
        raise NotReady("too-many-codes", minutes=int(CODE_WINDOW.total_seconds() // 60))
    plain = _plain(typed)
    if _spend_app_code(work, person, plain):
        return "code"
    if _spend_recovery_code(work, person, plain):
        return "recovery-code"
    session.add(SignInFailureRow(name_digest=name_digest, address_digest=address_digest, at=now))
    target = Target("account", person.public_id)
    kind = "code" if len(plain) <= one_time_codes.DIGITS else "recovery-code"
    work.audit_refusal(Permission.PEOPLE_ACCOUNT_USE, target, "wrong-code", way=kind)
    # Those that are turned away from now on are not written down one by one: they would fill the trail at will.
    if lately + 1 == CODE_FAILURES or today + 1 == CODE_FAILURES_A_DAY:
        work.audit_refusal(Permission.PEOPLE_ACCOUNT_USE, target, "too-many-tries")
    if lately + 1 == CODE_FAILURES:
        tell(work, person, "codes-guessed")
    return None


def tell(work: UnitOfWork, person: PersonRow, what: str) -> None:
    """Write a change of how a person signs in into the trace, and ask for the mail that tells them."""
    work.audit(Permission.PEOPLE_ACCOUNT_USE, Target("account", person.public_id), what=what)
    work.record(AccountChanged(person.public_id, what))


def actor_row(work: UnitOfWork) -> PersonRow:
    """Return the actor as a row, once the policy was asked whether they may change how they sign in, or prove it."""
    work.require(Permission.PEOPLE_ACCOUNT_SECURE, Target("account", owner_id=work.actor.person_id))
    person = people.find_person(work.session, work.actor.person_id or 0)
    if person is None:
        raise NotFound("person")
    return person


def _begun(work: UnitOfWork, person: PersonRow) -> AuthenticatorRow:
    row = queries.find_authenticator(work.session, person.id, locked=work.is_writing)
    if row is None or row.confirmed_at is not None or row.begun_at <= work.now - SET_UP_LASTS:
        raise NotFound("authenticator")
    return row


def _unsealed(work: UnitOfWork, person: PersonRow, row: AuthenticatorRow) -> bytes:
    try:
        return work.tools.vault.open(row.sealed, person.public_id)
    except Unopenable as fault:
        raise NotFound("authenticator") from fault


def _spend_app_code(work: UnitOfWork, person: PersonRow, typed: str) -> bool:
    row = queries.find_authenticator(work.session, person.id, locked=True)
    if row is None or row.confirmed_at is None:
        return False
    try:
        secret = work.tools.vault.open(row.sealed, person.public_id)
    except Unopenable:
        # The operator's secret is another one now: recovery codes and passkeys still open.
        return False
    step = one_time_codes.taken_step(secret, typed, work.now, row.last_step)
    if step is None:
        return False
    row.last_step = step
    # Where the operator has a new secret, it goes over to it with the first code, so that the old one can be dropped.
    row.sealed = work.tools.vault.seal_anew(row.sealed, person.public_id, work.tools.chance)
    return True


def _spend_recovery_code(work: UnitOfWork, person: PersonRow, typed: str) -> bool:
    row = queries.find_recovery_code(work.session, person.id, _recovery_digest(typed))
    if row is None:
        return False
    row.used_at = work.now
    tell(work, person, "recovery-code-used")
    return True


def _new_codes(work: UnitOfWork, person: PersonRow) -> tuple[str, ...]:
    queries.delete_recovery_codes(work.session, person.id)
    codes = [base64.b32encode(work.tools.chance(RECOVERY_BYTES)).decode().rstrip("=") for _ in range(RECOVERY_CODES)]
    work.session.add_all(
        RecoveryCodeRow(person_id=person.id, digest=_recovery_digest(code), made_at=work.now) for code in codes
    )
    return tuple("-".join(code[start : start + 4] for start in range(0, len(code), 4)) for code in codes)


def _plain(typed: str) -> str:
    """Return a code as it is compared: without gaps and strokes, in Latin digits and capitals."""
    return _APART.sub("", plain_digits(typed)).upper()


def _recovery_digest(plain: str) -> str:
    # Nobody means these digits: the letters of base32 leave them out because they look like others.
    return token_digest(f"recovery:{plain.translate(str.maketrans('018', 'OLB'))}")
