"""Signing in by somebody whom a provider of identities vouches for; nobody is ever made by it."""

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.identities import IdentityRow, IdentityWayRow, LogoutNoticeRow, TakenAssertionRow
from quiz.db.models.people import PersonRow
from quiz.db.queries import identities as queries
from quiz.db.queries import people
from quiz.events import AccountChanged
from quiz.services import factors, second_step
from quiz.services.errors import NotFound, Refused
from quiz.services.organisation import get_choices
from quiz.services.second_step import Halfway
from quiz.services.sign_ins import PASSWORD, PROOF_LASTS, SECOND_FACTOR, is_digest_of, prove_anew, token_digest
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.vault import Vault
from quiz.services.vouching import Voucher, renew_voucher

WAY_LASTS = timedelta(minutes=10)
# A token or assertion is read with some seconds to spare, so its digest outlives it.
NOTICE_KEPT = timedelta(hours=1)
SIGN_IN, LINK, PROVE = "sign-in", "link", "prove"


@dataclass(frozen=True, slots=True)
class Way:
    """What a browser that comes back had been sent out for."""

    purpose: str
    lands_on: str
    begun_at: datetime
    # The form that waits for a proof, as it was handed over; None where none does.
    kept: str | None = None


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom a provider vouches for; `found_by` is what finds a person who is not linked yet, and its value."""

    provider: str
    issuer: str
    subject: str
    found_by: tuple[str, str] | None = None
    sid: str | None = None
    is_strong: bool = False
    # When it last asked them who they are, where it says so: often long ago.
    signed_in_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LogoutNotice:
    """What a provider says has ended: all of a subject, one session, or one session of a subject."""

    provider: str
    issuer: str
    subject: str | None
    sid: str | None
    token_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class IdentitySummary:
    """A linked identity as its owner sees it."""

    public_id: str
    provider: str
    linked_at: datetime
    last_used_on: date | None


def set_out(
    work: UnitOfWork, provider: str, state: str, browser: str, purpose: str, lands_on: str, kept: str | None = None
) -> None:
    """Note that a browser goes to a provider: to sign in, to link an identity with the actor, or to prove the actor.

    A form that waits for the proof is kept sealed under what the browser alone holds.
    """
    person_id = None if purpose == SIGN_IN else work.actor.person_id
    if purpose != SIGN_IN:
        work.require(Permission.PEOPLE_ACCOUNT_SECURE, Target("account", owner_id=work.actor.person_id))
    else:
        work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("account"))
    work.session.add(
        IdentityWayRow(
            state_digest=token_digest(state),
            browser_digest=token_digest(browser),
            provider=provider,
            purpose=purpose,
            person_id=person_id,
            lands_on=lands_on,
            kept=None if kept is None else _vault(state, browser).seal(kept.encode(), provider, work.tools.chance),
            expires_at=work.now + WAY_LASTS,
        )
    )


def come_back(work: UnitOfWork, provider: str, state: str, browser: str) -> Way:
    """Use a way up and return it; raise NotFound where it is unknown, too old, used, or of another browser or person.

    A way that is asked for by the wrong browser is left as it is: who has seen a state cannot take it from its owner.
    """
    work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("account"))
    way = queries.find_way(work.session, token_digest(state))
    if (
        way is None
        or way.expires_at <= work.now
        or way.provider != provider
        or not is_digest_of(way.browser_digest, browser)
        or (way.person_id is not None and way.person_id != work.actor.person_id)
        or not queries.use_way(work.session, way.id, work.now)
    ):
        raise NotFound("way")
    kept = None if way.kept is None else _vault(state, browser).open(way.kept, provider).decode()
    # Nobody waits for it any more.
    way.kept = None
    return Way(way.purpose, way.lands_on, way.expires_at - WAY_LASTS, kept)


def is_under_way(work: UnitOfWork, provider: str, state: str) -> bool:
    """Tell whether some browser is on a way to a provider that was not used yet; which one, its cookie says later."""
    work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("account"))
    way = queries.find_way(work.session, token_digest(state))
    return way is not None and way.provider == provider and way.used_at is None and way.expires_at > work.now


def take_assertion(work: UnitOfWork, issuer: str, assertion_id: str, holds_until: datetime) -> None:
    """Note that an assertion was taken; Refused where it was before, whatever became of it."""
    work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("account"))
    digest = token_digest(f"{issuer}\n{assertion_id}")
    try:
        with work.session.begin_nested():
            work.session.add(TakenAssertionRow(digest=digest, expires_at=holds_until + NOTICE_KEPT))
    except IntegrityError as clash:
        raise Refused("said-before") from clash


def is_linked(work: UnitOfWork, issuer: str, subject: str) -> bool:
    """Tell whether a provider's word on a subject is enough, so that nothing more has to be asked of it."""
    work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("account"))
    return queries.find_identity(work.session, issuer, subject) is not None


def enter(work: UnitOfWork, vouched: Vouched, browser: str, lands_on: str = "/") -> str | Halfway | None:
    """Return a fresh token for whom a provider vouches for; None, and why in the trace alone, where it is nobody here.

    Whoever has a second factor here is halfway then, unless the provider asked for two itself.
    A linked subject is that person whatever else the provider says today. Otherwise somebody active is found by what
    the operator allowed, once: a person who is linked with another subject of that provider is not linked anew.
    """
    work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("account"))
    identity = queries.find_identity(work.session, vouched.issuer, vouched.subject)
    person = people.find_person(work.session, identity.person_id) if identity else _found(work, vouched)
    why = _why_not(work, vouched, person, identity)
    if person is not None and identity is None and why is None:
        identity = _link(work, vouched, person)
    if why is not None or person is None or identity is None or identity.person_id != person.id:
        _note_refusal(work, vouched, why or "linked-meanwhile", person)
        return None
    identity.last_used_on = get_choices(work).civil_day(work.now)
    work.session.flush()
    voucher = Voucher(identity.id, vouched.sid, vouched.is_strong)
    return second_step.enter(work, person, "provider", browser, lands_on, voucher, _proved_at(work, vouched))


def _proved_at(work: UnitOfWork, vouched: Vouched) -> datetime:
    """Return since when it is proved who it is: a session that was left open at the provider proves nothing now."""
    return min(vouched.signed_in_at, work.now) if vouched.signed_in_at else work.now - PROOF_LASTS


def link(work: UnitOfWork, vouched: Vouched) -> None:
    """Link whom a provider vouches for with the actor; Refused where that is somebody else here already."""
    work.require(Permission.PEOPLE_ACCOUNT_SECURE, Target("account", owner_id=work.actor.person_id))
    person = people.find_person(work.session, work.actor.person_id or 0)
    if person is None:
        raise NotFound("person")
    standing = queries.find_identity(work.session, vouched.issuer, vouched.subject)
    identity = standing or _link(work, vouched, person)
    if identity is None or identity.person_id != person.id:
        raise Refused("linked-with-another")
    if standing is None:
        work.record(AccountChanged(person.public_id, "identity-linked"))


def prove(work: UnitOfWork, vouched: Vouched, token: str) -> str | None:
    """Return a fresh token for the actor, whom a provider was asked about anew; None where it vouches for another.

    Nothing is linked by it. Raise Refused where the provider asked for less than the actor came in with, or set up.
    """
    target = Target("account", owner_id=work.actor.person_id)
    work.require(Permission.PEOPLE_ACCOUNT_SECURE, target)
    person = queries.lock_person(work.session, work.actor.person_id or 0)
    identity = queries.find_identity(work.session, vouched.issuer, vouched.subject)
    sign_in = queries.find_sign_in(work.session, token_digest(token))
    if person is None or sign_in is None or sign_in.person_id != person.id:
        raise NotFound("sign-in")
    target = Target("account", person.public_id)
    if identity is None or identity.person_id != person.id:
        permission, why = Permission.PEOPLE_ACCOUNT_USE, "another-identity"
        work.audit_refusal(permission, target, why, provider=vouched.provider)
        return None
    is_strongly_in = sign_in.strength == SECOND_FACTOR or factors.has_second_factor(work, person.id)
    if is_strongly_in and not vouched.is_strong:
        raise Refused("weak-proof")
    identity.last_used_on = get_choices(work).civil_day(work.now)
    work.audit(Permission.PEOPLE_ACCOUNT_USE, target, what="proved", provider=vouched.provider)
    renew_voucher(work, sign_in.id, Voucher(identity.id, vouched.sid, vouched.is_strong))
    return prove_anew(work, token, SECOND_FACTOR if vouched.is_strong else PASSWORD)


def list_own(work: UnitOfWork) -> tuple[IdentitySummary, ...]:
    """Return the identities linked with the actor."""
    work.require(Permission.PEOPLE_ACCOUNT_USE, Target("account", owner_id=work.actor.person_id))
    return tuple(
        IdentitySummary(row.public_id, row.provider, row.linked_at, row.last_used_on)
        for row in queries.list_identities(work.session, work.actor.person_id or 0)
    )


def remove(work: UnitOfWork, public_id: str, providers: Collection[str], by_password: bool, token: str) -> None:
    """Unlink one of the actor's identities, and end the other sign-ins that came from it.

    Raise NotFound for any other, Refused where nothing is left to sign in by: a password, where these may be used, a
    passkey, or an identity of a provider that is still asked.
    """
    work.require(Permission.PEOPLE_ACCOUNT_SECURE, Target("account", owner_id=work.actor.person_id))
    person = queries.lock_person(work.session, work.actor.person_id or 0)
    held = queries.list_identities(work.session, person.id) if person else []
    identity = next((row for row in held if row.public_id == public_id), None)
    if person is None or identity is None:
        raise NotFound("identity")
    has_password = by_password and people.find_account(work.session, person.id) is not None
    has_other = has_password or bool(factors.summary_of(work, person.id).passkeys)
    if not has_other and not any(row.provider in providers for row in held if row is not identity):
        raise Refused("last-way")
    for row, _ in queries.list_vouched(work.session, identity.issuer, identity.subject, None, work.now):
        if not is_digest_of(row.token_digest, token):
            row.revoked_at = work.now
    queries.delete_identity(work.session, identity)
    target = Target("identity", public_id)
    work.audit(Permission.PEOPLE_ACCOUNT_USE, target, what="unlinked", provider=identity.provider)
    work.record(AccountChanged(person.public_id, "identity-removed"))


def unlink(work: UnitOfWork, person_public_id: str, provider: str) -> int:
    """Unlink a person from a provider, for whoever has another account there now; return how many identities it was."""
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("person", person_public_id))
    person = people.find_person_by_public_id(work.session, person_public_id)
    held = queries.list_identities(work.session, person.id) if person else []
    found = [row for row in held if row.provider == provider]
    for identity in found:
        for row, _ in queries.list_vouched(work.session, identity.issuer, identity.subject, None, work.now):
            row.revoked_at = work.now
        queries.delete_identity(work.session, identity)
        target = Target("identity", identity.public_id)
        work.audit(Permission.PEOPLE_PERSON_WRITE, target, what="unlinked", provider=provider, person=person_public_id)
    return len(found)


def find_provider_of(work: UnitOfWork, token: str) -> str | None:
    """Return the provider that vouched for the actor's sign-in of this browser."""
    work.require(Permission.PEOPLE_ACCOUNT_USE, Target("account", owner_id=work.actor.person_id))
    return queries.find_provider_of(work.session, token_digest(token))


def obey(work: UnitOfWork, notice: LogoutNotice) -> int:
    """End the sign-ins that a provider says have ended, and return how many; Refused where it was said before."""
    work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("account"))
    digest = token_digest(f"{notice.issuer}\n{notice.token_id}")
    try:
        with work.session.begin_nested():
            work.session.add(LogoutNoticeRow(digest=digest, expires_at=notice.expires_at + NOTICE_KEPT))
    except IntegrityError as clash:
        raise Refused("said-before") from clash
    ended = queries.list_vouched(work.session, notice.issuer, notice.subject, notice.sid, work.now)
    for row, person in ended:
        row.revoked_at = work.now
        target = Target("sign-in", row.public_id)
        work.audit(
            Permission.PEOPLE_ACCOUNT_RECOVER, target, what="ended-by-provider", provider=notice.provider, person=person
        )
    return len(ended)


def forget(work: UnitOfWork) -> None:
    """Forget ways, notices and assertions whose time is over."""
    work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("account"))
    queries.delete_expired(work.session, work.now)


def _vault(state: str, browser: str) -> Vault:
    """Return the vault of one way: its key is reckoned from what stands in the address and in the cookie, and not here.

    Both are random and long, so that one HMAC is enough.
    """
    return Vault(hmac.digest(browser.encode(), f"kept:{state}".encode(), "sha256"))


def _found(work: UnitOfWork, vouched: Vouched) -> PersonRow | None:
    """Return whom the first claim that the operator allowed names; nobody where there is none."""
    by, value = vouched.found_by or ("", "")
    if not value.strip():
        return None
    if by == "hr_number":
        return queries.find_person_by_hr_number(work.session, value.strip())
    return people.find_person_by_email(work.session, value) if by == "email" else None


def _why_not(work: UnitOfWork, vouched: Vouched, person: PersonRow | None, identity: IdentityRow | None) -> str | None:
    """Return why somebody is not let in, for the trace; None where they are."""
    if person is None:
        return "unknown"
    if person.active_until is not None and person.active_until <= work.now:
        return "left"
    if identity is None and queries.has_identity_of(work.session, person.id, vouched.issuer):
        return "linked-otherwise"
    return None


def _link(work: UnitOfWork, vouched: Vouched, person: PersonRow) -> IdentityRow | None:
    """Link an identity with a person; return that of whoever was quicker, if somebody was."""
    identity = IdentityRow(
        public_id=work.new_id(),
        provider=vouched.provider,
        issuer=vouched.issuer,
        subject=vouched.subject,
        person_id=person.id,
        linked_at=work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(identity)
    except IntegrityError:
        return queries.find_identity(work.session, vouched.issuer, vouched.subject)
    target = Target("identity", identity.public_id)
    by = vouched.found_by[0] if vouched.found_by and work.actor.person_id is None else "self"
    work.audit(
        Permission.PEOPLE_ACCOUNT_USE, target, what="linked", provider=vouched.provider, person=person.public_id, by=by
    )
    return identity


def _note_refusal(work: UnitOfWork, vouched: Vouched, why: str, person: PersonRow | None) -> None:
    # The trace knows a stranger by a digest: enough to tell one from another, and nothing to read.
    who = token_digest(f"{vouched.issuer}\n{vouched.subject}")
    target = Target("account", person.public_id if person is not None else "")
    work.audit_refusal(Permission.PEOPLE_ACCOUNT_USE, target, why, provider=vouched.provider, identity=who)
