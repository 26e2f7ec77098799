"""Links that let somebody in who has no account: asked for, in a mail about a training, or handed out by HR.

Each opens once, for one person, and no further than their own training. Whoever has a password, a second factor, a
linked identity or a role signs in by what they have: a link would be the weaker way round it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.entry_links import EntryLinkRow
from quiz.db.models.people import PersonRow, SignInFailureRow
from quiz.db.queries import entry_links as queries
from quiz.db.queries import people
from quiz.events import AccountChanged, EntryAsked
from quiz.language.initials import initials
from quiz.records import codes
from quiz.services import factors
from quiz.services.accounts import FAILURE_WINDOW, FAILURES_BY_ADDRESS
from quiz.services.entry_signing import ASKED, HANDED, NONCE_BYTES, TASK, EntryClaims
from quiz.services.errors import NotFound, NotReady, Refused
from quiz.services.organisation import get_choices
from quiz.services.sign_ins import new_sign_in, token_digest
from quiz.services.unit_of_work import UnitOfWork

ASKED_LASTS = timedelta(minutes=30)
HANDED_LASTS = timedelta(hours=24)
# A mail about a training is read later than one that was asked for; until the due day, and no longer than this.
TASK_LASTS = timedelta(days=7)
ASKED_AT_MOST = 3
# What was asked for so long ago is not sent any more: a mail server was away.
ASKED_STAYS = timedelta(hours=12)
LONGEST_REASON = 500
_TARGET = Target("entry-link")


@dataclass(frozen=True, slots=True)
class EntrySummary:
    """Whom a link is for, by initials alone: it may lie on a table or in a mailbox of several."""

    initials: str
    latin_initials: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class EntryMail:
    """What the mail of a link that was asked for says; without a token it leads to the sign-in of their own."""

    name: str
    email: str
    language: str
    token: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Handed:
    """What HR hands to somebody, shown this once: the token of a link and a code, good for the same door."""

    name: str
    token: str
    code: str
    expires_at: datetime


def ask(work: UnitOfWork, email: str, address: str, lands_on: str) -> None:
    """Ask for a link to an address; the answer is the same whoever it belongs to. NotFound where links are off.

    What becomes of it is decided when the mail is written, so that nothing here takes longer for one than for another.
    """
    work.require(Permission.PEOPLE_ENTRY_USE, _TARGET)
    _need_links(work)
    # A request counts as a failed try from its address: a mailbox must not be flooded.
    by_name, by_address = _count(work, f"entry:{email.strip().lower()}", address)
    _note_try(work, f"entry:{email.strip().lower()}", address)
    person = people.find_person_by_email(work.session, email)
    if by_name >= ASKED_AT_MOST or by_address >= FAILURES_BY_ADDRESS or person is None or _has_left(work, person):
        return
    work.record(EntryAsked(person.public_id, lands_on))
    work.audit(Permission.PEOPLE_ENTRY_USE, Target("account", person.public_id), what="entry-asked")


def prepare_asked_mail(work: UnitOfWork, person: str, lands_on: str, asked_at: datetime) -> EntryMail | None:
    """Make the link that somebody asked for, or say in its place that they sign in otherwise; None where it is over."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("person", person))
    row = people.find_person_by_public_id(work.session, person)
    is_over = work.now - asked_at > ASKED_STAYS or not get_choices(work).entry_links
    if row is None or is_over or _has_left(work, row):
        return None
    ends = work.now + ASKED_LASTS
    token = None
    if _why_not(work, row) is None:
        token = _make(work, row, ASKED, ends, lands_on)[1]
    else:
        work.audit_refusal(Permission.PEOPLE_ENTRY_USE, Target("account", person), "link-not-for-them")
    return EntryMail(row.name, row.email, row.language or "ar", token, ends)


def for_task(work: UnitOfWork, row: PersonRow, lands_on: str, due: datetime | None) -> tuple[str, datetime] | None:
    """Make the link of a mail about a training, with its end; None for whoever signs in otherwise, or without links.

    It is part of a deed that was allowed. `due` is the moment at which the due day ends, if it is still to come.
    """
    if not get_choices(work).entry_links or _has_left(work, row) or _why_not(work, row) is not None:
        return None
    longest = work.now + TASK_LASTS
    link, token = _make(work, row, TASK, min(due, longest) if due is not None and due > work.now else longest, lands_on)
    return token, link.expires_at


def may_hand(work: UnitOfWork, public_id: str) -> bool:
    """Tell whether the actor may hand somebody a link: links are on, and it is a way for them."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("person", public_id))
    row = people.find_person_by_public_id(work.session, public_id)
    if row is None or not get_choices(work).entry_links or _has_left(work, row) or _why_not(work, row) is not None:
        return False
    return work.allows(Permission.PEOPLE_ENTRY_HAND, Target("person", public_id, owner_id=row.id))


def hand_over(work: UnitOfWork, public_id: str, reason: str) -> Handed:
    """Make a link and a code for somebody whom no mail reaches, for a day; they are told by mail in any case.

    Raise NotFound where there is nobody or links are off, Refused without a reason or for whoever signs in otherwise.
    """
    row = people.find_person_by_public_id(work.session, public_id)
    work.require(Permission.PEOPLE_ENTRY_HAND, Target("person", public_id, owner_id=row.id if row else None))
    _need_links(work)
    if row is None or _has_left(work, row):
        raise NotFound("person")
    if not reason.strip():
        raise Refused("reason-missing", field="reason")
    if _why_not(work, row) is not None:
        raise Refused("link-not-for-them", field="reason")
    code = codes.make(work.tools.chance(codes.RANDOM_BYTES))
    link, token = _make(work, row, HANDED, work.now + HANDED_LASTS, "/", code, reason.strip()[:LONGEST_REASON])
    # Whoever reads it and was handed nothing knows that somebody else was.
    work.record(AccountChanged(public_id, "entry-handed"))
    return Handed(row.name, token, codes.display(code), link.expires_at)


def get_entry(work: UnitOfWork, token: str) -> EntrySummary:
    """Return whom a link is for, and change nothing: scanners of mails open it as well. Raise NotFound."""
    work.require(Permission.PEOPLE_ENTRY_USE, _TARGET)
    claims = work.tools.entry_key.read(token)
    if claims is None or claims.ends <= work.now:
        raise NotFound("entry-link")
    link = queries.find_by_token(work.session, token_digest(token))
    person, why = _opened(work, link)
    if link is None or person is None or why is not None:
        raise NotFound("entry-link")
    return EntrySummary(initials(person.name), initials(person.latin_name or person.name), link.expires_at)


def use(work: UnitOfWork, token: str, browser: str) -> tuple[str, str] | None:
    """Use a link up and sign its person in, for their own training alone; return a token and where it leads.

    None where it is used, too old, ended, altered, or no way for them any more.
    """
    work.require(Permission.PEOPLE_ENTRY_USE, _TARGET)
    claims = work.tools.entry_key.read(token)
    if claims is None:
        return None
    return _enter(work, queries.find_by_token(work.session, token_digest(token)), browser)


def use_code(work: UnitOfWork, typed: str, address: str, browser: str) -> tuple[str, str] | None:
    """Use a link up by the code that was handed out with it; NotReady where there were too many tries.

    None, and counted, for a code that opens nothing. NotFound where links are off.
    """
    work.require(Permission.PEOPLE_ENTRY_USE, _TARGET)
    _need_links(work)
    # Tries are counted from where they come: a code names nobody.
    _, tries = _count(work, "entry-code", address)
    if tries >= FAILURES_BY_ADDRESS:
        raise NotReady("too-many-tries", minutes=int(FAILURE_WINDOW.total_seconds() // 60))
    code = codes.normalise(typed)
    link = queries.find_by_code(work.session, work.tools.entry_key.code_digests(code)) if code else None
    if link is not None:
        entered = _enter(work, link, browser)
    else:
        entered = None
        work.audit_refusal(Permission.PEOPLE_ENTRY_USE, _TARGET, "wrong-code")
    if entered is None:
        _note_try(work, "entry-code", address)
        if tries + 1 == FAILURES_BY_ADDRESS:
            work.audit_refusal(Permission.PEOPLE_ENTRY_USE, _TARGET, "too-many-tries")
    return entered


def _enter(work: UnitOfWork, link: EntryLinkRow | None, browser: str) -> tuple[str, str] | None:
    if link is not None:
        queries.lock_person(work.session, link.person_id)
    person, why = _opened(work, link)
    if link is not None and why is None and not queries.use(work.session, link.id, work.now):
        why = "link-closed"
    if link is None or person is None or why is not None:
        target = Target("entry-link", link.public_id if link else "")
        work.audit_refusal(Permission.PEOPLE_ENTRY_USE, target, why or "link-closed")
        return None
    queries.end_all(work.session, (person.id,), work.now)
    target = Target("entry-link", link.public_id)
    work.audit(Permission.PEOPLE_ENTRY_USE, target, what="used", purpose=link.purpose, person=person.public_id)
    return new_sign_in(work, person, browser, "entry"), link.lands_on


def _opened(work: UnitOfWork, link: EntryLinkRow | None) -> tuple[PersonRow | None, str | None]:
    """Return whom a link lets in, or why it does not."""
    if link is None or link.used_at or link.ended_at or link.expires_at <= work.now:
        return None, "link-closed"
    person = people.find_person(work.session, link.person_id)
    if person is None or _has_left(work, person) or not get_choices(work).entry_links:
        return None, "link-closed"
    return person, _why_not(work, person)


def _why_not(work: UnitOfWork, row: PersonRow) -> str | None:
    """Return why a person gets in by no link: they have something better, or more to lose."""
    has_own_way = (
        people.find_account(work.session, row.id) is not None
        or factors.has_second_factor(work, row.id)
        or queries.has_identity(work.session, row.id)
    )
    today = get_choices(work).civil_day(work.now)
    has_role = bool(people.list_role_grants(work.session, row.id, today))
    return "link-not-for-them" if has_own_way or has_role else None


def _make(
    work: UnitOfWork,
    row: PersonRow,
    purpose: str,
    ends: datetime,
    lands_on: str,
    code: str | None = None,
    reason: str | None = None,
) -> tuple[EntryLinkRow, str]:
    """Make a link, which ends those from before; what anybody may ask for does not end what HR handed out."""
    queries.lock_person(work.session, row.id)
    queries.end_all(work.session, (row.id,), work.now, () if purpose == HANDED else (HANDED,))
    key, ends = work.tools.entry_key, ends.replace(microsecond=0)
    claims = EntryClaims(work.new_id(), row.public_id, purpose, ends)
    token = key.sign(claims, work.tools.chance(NONCE_BYTES))
    link = EntryLinkRow(
        public_id=claims.link,
        person_id=row.id,
        purpose=purpose,
        token_digest=token_digest(token),
        code_digest=key.code_digest(code) if code else None,
        lands_on=lands_on,
        reason=reason,
        created_at=work.now,
        expires_at=ends,
    )
    work.session.add(link)
    permission = Permission.PEOPLE_ENTRY_HAND if purpose == HANDED else Permission.PEOPLE_ENTRY_USE
    target = Target("entry-link", link.public_id)
    work.audit(permission, target, what="made", purpose=purpose, person=row.public_id)
    return link, token


def _need_links(work: UnitOfWork) -> None:
    if not get_choices(work).entry_links:
        raise NotFound("page")


def _count(work: UnitOfWork, name: str, address: str) -> tuple[int, int]:
    digests = token_digest(name), token_digest(f"address:{address}")
    return people.count_failures(work.session, *digests, since=work.now - FAILURE_WINDOW)


def _note_try(work: UnitOfWork, name: str, address: str) -> None:
    digests = token_digest(name), token_digest(f"address:{address}")
    work.session.add(SignInFailureRow(name_digest=digests[0], address_digest=digests[1], at=work.now))


def _has_left(work: UnitOfWork, row: PersonRow) -> bool:
    return row.active_until is not None and row.active_until <= work.now
