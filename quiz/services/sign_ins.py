"""Browsers that are signed in: who holds a token, how strongly they proved it and when, and how it ends."""

import hashlib
import hmac
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.people import PersonRow, SignInRow
from quiz.db.queries import people as queries
from quiz.services.errors import NotFound
from quiz.services.organisation import Choices, get_choices
from quiz.services.roles import acting, held_on
from quiz.services.unit_of_work import UnitOfWork, Works

log = logging.getLogger(__name__)

SIGN_IN_LASTS = timedelta(hours=12)
# How long a proof of who somebody is opens the deeds that ask for one.
PROOF_LASTS = timedelta(minutes=15)
# How seldom the use of a sign-in is noted.
NOTED_EVERY = timedelta(hours=1)
# NARROW is no proof of who somebody is, only that they hold what was sent or handed to them: it opens their own
# training, whatever else they hold.
NARROW, PASSWORD, SECOND_FACTOR = "narrow", "password", "second-factor"
# How somebody came in, and how strong that is. A passkey is a device and a finger, face or number at once.
STRENGTHS = {
    "password": PASSWORD,
    "entry": NARROW,
    "link": PASSWORD,
    # What a provider says of more than that is known when it vouches.
    "provider": PASSWORD,
    "code": SECOND_FACTOR,
    "recovery-code": SECOND_FACTOR,
    "passkey": SECOND_FACTOR,
}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a browser is signed in as; `actor` is what deeds see."""

    actor: Actor
    sign_in_id: int
    public_id: str
    name: str
    latin_name: str | None
    language: str | None
    strength: str
    proved_at: datetime
    used_at: datetime

    def is_proved(self, now: datetime) -> bool:
        """Tell whether the person proved lately who they are, with all that they have for it."""
        return not self.actor.is_narrow and now - self.proved_at < PROOF_LASTS


@dataclass(frozen=True, slots=True)
class SignInSummary:
    """One browser in the list of sign-ins."""

    public_id: str
    browser: str
    way: str
    created_at: datetime
    used_at: datetime
    is_this_one: bool


def token_digest(token: str) -> str:
    """Return what is stored of a token: its SHA-256, since the token itself is random and long."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_digest_of(kept: str, token: str) -> bool:
    """Tell whether what is stored is of this token, in a time that says nothing of how much of it is alike."""
    return hmac.compare_digest(kept, token_digest(token))


def find_signed_in(work: UnitOfWork, token: str) -> SignedIn | None:
    """Return who holds a sign-in token, with the roles of today; one statement."""
    rows = queries.list_signed_in(work.session, token_digest(token), work.now)
    if not rows:
        return None
    first, choices = rows[0], get_choices(work)
    used_at = first.used_at or first.created_at
    if used_at <= work.now - timedelta(hours=choices.idle_hours):
        return None
    is_narrow = first.strength == NARROW
    held = held_on(() if is_narrow else rows, choices.civil_day(work.now))
    return SignedIn(
        replace(acting(work, first.id, first.public_id, held), is_narrow=is_narrow),
        first.sign_in_id,
        first.public_id,
        first.name,
        first.latin_name,
        first.language,
        first.strength,
        first.proved_at or first.created_at,
        used_at,
    )


def is_to_note(signed_in: SignedIn, now: datetime) -> bool:
    """Tell whether it is time to note that a sign-in is still used."""
    return now - signed_in.used_at >= NOTED_EVERY


def keep_noted(works: Works, signed_in: SignedIn) -> None:
    """Note that a sign-in is still used, in a deed of its own; a database that is busy is left in peace."""
    try:
        with works.writing(signed_in.actor) as work:
            note_use(work, signed_in.sign_in_id)
    except OperationalError as gone:
        # The next page tries again.
        log.warning("the use of a sign-in was not noted: %s", type(gone).__name__)


def note_use(work: UnitOfWork, sign_in_id: int) -> None:
    """Note that one of the actor's sign-ins is still used."""
    work.require(Permission.PEOPLE_ACCOUNT_USE, Target("account", owner_id=work.actor.person_id))
    row = work.session.get(SignInRow, sign_in_id)
    if row is not None and row.person_id == work.actor.person_id and row.revoked_at is None:
        row.used_at = work.now


def sign_out(work: UnitOfWork, token: str) -> None:
    """Revoke the sign-in of a token; nothing happens where there is none."""
    for row in _own(work):
        if is_digest_of(row.token_digest, token):
            row.revoked_at = work.now
            work.audit(Permission.PEOPLE_ACCOUNT_USE, Target("sign-in", row.public_id), what="signed-out")


def list_own_sign_ins(work: UnitOfWork, token: str) -> tuple[SignInSummary, ...]:
    """Return the browsers the actor is signed in with."""
    return tuple(
        SignInSummary(
            row.public_id,
            row.browser,
            row.way,
            row.created_at,
            row.used_at or row.created_at,
            is_digest_of(row.token_digest, token),
        )
        for row in _own(work)
    )


def revoke_sign_in(work: UnitOfWork, public_id: str) -> None:
    """End one of the actor's sign-ins; raise NotFound for any other."""
    for row in _own(work):
        if row.public_id == public_id:
            row.revoked_at = work.now
            work.audit(Permission.PEOPLE_ACCOUNT_USE, Target("sign-in", public_id), what="revoked")
            return
    raise NotFound("sign-in")


def revoke_others(work: UnitOfWork, token: str) -> int:
    """End every sign-in of the actor but the one of a token; return how many."""
    others = [row for row in _own(work) if not is_digest_of(row.token_digest, token)]
    for row in others:
        row.revoked_at = work.now
        work.audit(Permission.PEOPLE_ACCOUNT_USE, Target("sign-in", row.public_id), what="revoked")
    return len(others)


def revoke_all(work: UnitOfWork, person: PersonRow) -> None:
    """End every sign-in of a person and every mailed link to one, as part of a deed that was allowed."""
    queries.close_links(work.session, (person.id,), work.now)
    for row in queries.list_sign_ins(work.session, person.id, work.now):
        row.revoked_at = work.now


def end_all_of(work: UnitOfWork, public_id: str) -> int:
    """End every sign-in of a person, for whoever looks after people; return how many. Raise NotFound for nobody."""
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("person", public_id))
    person = queries.find_person_by_public_id(work.session, public_id)
    if person is None:
        raise NotFound("person")
    count = len(queries.list_sign_ins(work.session, person.id, work.now))
    revoke_all(work, person)
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("person", public_id), what="signed-out", count=count)
    return count


def end_everybodys(work: UnitOfWork) -> int:
    """End every sign-in there is, as after something came into other hands; return how many."""
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("sign-in"))
    count = queries.revoke_sign_ins(work.session, work.now)
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("sign-in"), what="signed-out", count=count)
    return count


def new_sign_in(
    work: UnitOfWork,
    person: PersonRow,
    browser: str,
    way: str,
    strength: str | None = None,
    proved_at: datetime | None = None,
) -> str:
    """Sign a browser in, as part of a deed that was allowed, and return its token."""
    token = work.tools.chance(32).hex()
    row = SignInRow(
        public_id=work.new_id(),
        token_digest=token_digest(token),
        person_id=person.id,
        browser=browser[:200],
        created_at=work.now,
        expires_at=work.now + SIGN_IN_LASTS,
        way=way,
        strength=strength or STRENGTHS[way],
        proved_at=proved_at or work.now,
        used_at=work.now,
    )
    work.session.add(row)
    if work.actor.person_id is None:
        # From here on it is they who act, and the trail is found by them.
        is_narrow = (strength or STRENGTHS[way]) == NARROW
        work.actor = Actor(f"person:{person.public_id}", person.id, frozenset({Role.LEARNER}), is_narrow=is_narrow)
    # By what, as well: whoever looks into a stolen account asks that first (ASVS 5.0, 16.3.1).
    details = {"what": "signed-in", "person": person.public_id, "way": way, "strength": row.strength}
    work.audit(Permission.PEOPLE_ACCOUNT_USE, Target("sign-in", row.public_id), **details)
    work.after_commit(lambda: work.tools.observer.happened("sign-in", way, "ok"))
    return token


def prove_anew(work: UnitOfWork, token: str, strength: str) -> str:
    """Note a fresh proof of the actor, who gets another token with it: one that was planted or seen is worth no more.

    Raise NotFound where the token is none of theirs.
    """
    work.require(Permission.PEOPLE_ACCOUNT_SECURE, Target("account", owner_id=work.actor.person_id))
    for row in _own(work):
        if is_digest_of(row.token_digest, token):
            fresh = work.tools.chance(32).hex()
            row.token_digest = token_digest(fresh)
            row.strength, row.proved_at, row.used_at = strength, work.now, work.now
            return fresh
    raise NotFound("sign-in")


def _own(work: UnitOfWork) -> list[SignInRow]:
    work.require(Permission.PEOPLE_ACCOUNT_USE, Target("account", owner_id=work.actor.person_id))
    rows = queries.list_sign_ins(work.session, work.actor.person_id or 0, work.now)
    choices = get_choices(work)
    return [row for row in rows if not _is_idle(row, choices, work.now)]


def _is_idle(row: SignInRow, choices: Choices, now: datetime) -> bool:
    return (row.used_at or row.created_at) <= now - timedelta(hours=choices.idle_hours)
