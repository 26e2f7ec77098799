"""Signing in with a password, passwords themselves, and the links that open one door once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.people import AccountRow, OneTimeLinkRow, PersonRow, SignInFailureRow
from quiz.db.queries import people as queries
from quiz.events import AccountChanged, MailRequested
from quiz.services import factors, second_step
from quiz.services.errors import NotFound, NotReady, Refused
from quiz.services.passwords import fault_here, hashed, matches
from quiz.services.second_step import Halfway
from quiz.services.sign_ins import PASSWORD, SECOND_FACTOR, new_sign_in, revoke_all, token_digest
from quiz.services.unit_of_work import UnitOfWork

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=1)
FAILURE_WINDOW = timedelta(minutes=15)
FAILURES_BY_NAME = 8
FAILURES_BY_ADDRESS = 60
# A hash of nothing known, so that an unknown name costs as much as a wrong password.
_DECOY = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$2T3yMHGYvUXqH5GIn4UWTEyIq4nZ3C1ZkC1pY0sQ2Hk"


@dataclass(frozen=True, slots=True)
class LinkSummary:
    """What a one-time link is for."""

    purpose: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of checking a password: whose it is, or nobody's; made outside of any writer's turn."""

    email: str
    address: str
    person_id: int | None
    password_hash: str | None = None
    better_hash: str | None = None


def check_password(work: UnitOfWork, email: str, password: str, address: str) -> Checked:
    """Check a name and a password, and write nothing; NotReady where there were too many tries.

    The answer is the same, and takes as long, whether the name is unknown or the password wrong. Hashing takes the
    better part of a request, so it is done before the deed that writes, and holds up nobody's answer.
    """
    work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("account"))
    by_name, by_address = queries.count_failures(
        work.session, *_digests(email, address), since=work.now - FAILURE_WINDOW
    )
    if by_name >= FAILURES_BY_NAME or by_address >= FAILURES_BY_ADDRESS:
        raise NotReady("too-many-tries", minutes=int(FAILURE_WINDOW.total_seconds() // 60))
    person = queries.find_person_by_email(work.session, email)
    account = queries.find_account(work.session, person.id) if person else None
    is_right = matches(work.tools, account.password_hash if account else _DECOY, password)
    if person is None or account is None or not is_right or not _is_active(person, work.now):
        return Checked(email, address, None)
    needs_better = work.tools.hasher.check_needs_rehash(account.password_hash)
    better = hashed(work.tools, password) if needs_better else None
    return Checked(email, address, person.id, account.password_hash, better)


def sign_in(work: UnitOfWork, checked: Checked, browser: str, lands_on: str = "/") -> str | Halfway | None:
    """Return a fresh token for a password that was right, None for a wrong one, which is counted.

    Whoever has a second factor is halfway then, and nobody else learns that they have one.
    """
    work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("account"))
    person = queries.find_person(work.session, checked.person_id) if checked.person_id else None
    account = queries.find_account(work.session, person.id) if person else None
    # Between the check and this the password may have been changed.
    if person is None or account is None or account.password_hash != checked.password_hash:
        count_failure(work, checked)
        return None
    account.password_hash = checked.better_hash or account.password_hash
    queries.delete_failures(work.session, name_digest=_digests(checked.email, checked.address)[0])
    return second_step.enter(work, person, "password", browser, lands_on)


def count_failure(work: UnitOfWork, checked: Checked) -> None:
    """Count a wrong password, and write it down: about whom only where the name is somebody's."""
    digests = _digests(checked.email, checked.address)
    work.session.add(SignInFailureRow(name_digest=digests[0], address_digest=digests[1], at=work.now))
    work.session.flush()
    person = queries.find_person_by_email(work.session, checked.email)
    target = Target("account", person.public_id if person is not None else "")
    work.audit_refusal(Permission.PEOPLE_ACCOUNT_USE, target, "wrong-password")
    # Those that are turned away from now on are not written down one by one: they would fill the trail at will.
    by_name, by_address = queries.count_failures(work.session, *digests, since=work.now - FAILURE_WINDOW)
    if by_name == FAILURES_BY_NAME or by_address == FAILURES_BY_ADDRESS:
        work.audit_refusal(Permission.PEOPLE_ACCOUNT_USE, target, "too-many-tries")


def change_password(work: UnitOfWork, current: str, new: str, browser: str) -> str:
    """Set a new password, end every sign-in, and return the token of a new one; Refused where the current is wrong."""
    target = Target("account", owner_id=work.actor.person_id)
    work.require(Permission.PEOPLE_ACCOUNT_SECURE, target)
    person = queries.find_person(work.session, work.actor.person_id or 0)
    account = queries.find_account(work.session, work.actor.person_id or 0)
    if person is None or account is None or not matches(work.tools, account.password_hash, current):
        raise Refused("wrong-password", field="current")
    _set_password(work, person, new)
    factors.tell(work, person, "password-changed")
    # They proved it a moment ago, with all that they have: the page asks for it.
    strength = SECOND_FACTOR if factors.has_second_factor(work, person.id) else PASSWORD
    return new_sign_in(work, person, browser, "password", strength)


def request_reset(work: UnitOfWork, email: str, address: str) -> None:
    """Send a link for a new password, if the address is known; the answer is the same if it is not."""
    work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("account"))
    # A request counts as a failed try from its address: a mailbox must not be flooded.
    name_digest, address_digest = _digests(f"reset:{email.strip()}", address)
    by_name, by_address = queries.count_failures(work.session, name_digest, address_digest, work.now - FAILURE_WINDOW)
    work.session.add(SignInFailureRow(name_digest=name_digest, address_digest=address_digest, at=work.now))
    person = queries.find_person_by_email(work.session, email)
    if by_name >= 3 or by_address >= FAILURES_BY_ADDRESS or person is None or not _is_active(person, work.now):
        return
    send_link(work, person, "reset", RESET_LASTS, "/")
    work.audit(Permission.PEOPLE_ACCOUNT_RECOVER, Target("account", person.public_id), what="reset-asked")


def send_link(work: UnitOfWork, person: PersonRow, purpose: str, lasts: timedelta, lands_on: str) -> OneTimeLinkRow:
    """Prepare a one-time link and put its mail into the outbox; the token itself is made when the mail is."""
    link = OneTimeLinkRow(
        public_id=work.new_id(),
        token_digest=None,
        purpose=purpose,
        person_id=person.id,
        lands_on=lands_on,
        created_at=work.now,
        expires_at=work.now + lasts,
    )
    work.session.add(link)
    work.record(MailRequested(purpose, person.public_id, link.public_id))
    return link


def get_link(work: UnitOfWork, token: str) -> LinkSummary:
    """Return what a one-time link is for; raise NotFound where it is unknown, used or too old."""
    work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("one-time-link"))
    link, person = _open_link(work, token)
    return LinkSummary(link.purpose, person.name, person.email)


def use_link(work: UnitOfWork, token: str, new_password: str, browser: str) -> tuple[str | Halfway, str]:
    """Set the password behind a one-time link; return the token of a sign-in and the address it lands on.

    A mailbox is no second factor: who has one is only halfway.
    """
    work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("one-time-link"))
    link, person = _open_link(work, token)
    link.used_at = work.now
    is_another = _set_password(work, person, new_password)
    work.audit(Permission.PEOPLE_ACCOUNT_RECOVER, Target("one-time-link", link.public_id), what=link.purpose)
    if is_another:
        work.record(AccountChanged(person.public_id, "password-changed"))
    return second_step.enter(work, person, "link", browser, link.lands_on), link.lands_on


def set_language(work: UnitOfWork, language: str) -> None:
    """Keep the language a person chose, on whatever browser."""
    work.require(Permission.PEOPLE_ACCOUNT_USE, Target("account", owner_id=work.actor.person_id))
    person = queries.find_person(work.session, work.actor.person_id or 0)
    if person is not None:
        person.language = language


def _set_password(work: UnitOfWork, person: PersonRow, password: str) -> bool:
    """Set a password and end all that let somebody in before; tell whether there was one."""
    fault = fault_here(work, password, person)
    if fault is not None:
        raise Refused(fault, field="new")
    account = queries.find_account(work.session, person.id)
    is_another = account is not None
    if account is None:
        account = AccountRow(person_id=person.id, password_hash="", changed_at=work.now)  # nosec B106 # no password yet: nothing matches it
        work.session.add(account)
    account.password_hash = hashed(work.tools, password)
    account.changed_at = work.now
    revoke_all(work, person)
    return is_another


def _open_link(work: UnitOfWork, token: str) -> tuple[OneTimeLinkRow, PersonRow]:
    link = queries.find_link(work.session, token_digest(token))
    if link is None or link.used_at is not None or link.expires_at <= work.now:
        raise NotFound("link")
    person = queries.find_person(work.session, link.person_id)
    if person is None or not _is_active(person, work.now):
        raise NotFound("link")
    return link, person


def _is_active(person: PersonRow, now: datetime) -> bool:
    return person.active_until is None or person.active_until > now


def _digests(email: str, address: str) -> tuple[str, str]:
    return token_digest(email.strip().lower()), token_digest(f"address:{address}")
