"""Links by which a holder shows a record to whom they choose: for some days, by name or initials, ended at any time."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.completions import CompletionRow
from quiz.db.models.record_life import ShareLinkRow
from quiz.db.queries import completions as queries
from quiz.db.queries import record_life
from quiz.language.initials import initials
from quiz.services.completing import VerifiedSummary, tell_stranger
from quiz.services.errors import NotFound, Refused
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork

MOST_DAYS = 90
MOST_LINKS = 20
TOKEN_BYTES = 16
FULL, INITIALS = "full", "initials"


@dataclass(frozen=True, slots=True)
class LinkSummary:
    """A link as its holder sees it: until when it opens, on which day it was opened last, whether it opens still."""

    public_id: str
    is_initials: bool
    made_at: datetime
    ends_on: date
    opened_on: date | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class Shared:
    """What a link opens: what a stranger may know, with the name as the holder chose, and until when it opens.

    With initials the code is left out: whoever types it would read the name in full.
    """

    record: VerifiedSummary
    is_initials: bool
    ends_on: date


def make_link(work: UnitOfWork, record: str, days: int, name_form: str) -> str:
    """Make a link to a record of the actor's that opens for some days, from 1 to 90; return its token.

    The token is random in 128 bits and is told once: only its SHA-256 is kept. The last day is a civil day.
    """
    row = _own(work, record)
    if not 1 <= days <= MOST_DAYS:
        raise Refused("days-out-of-range", field="days")
    if name_form not in (FULL, INITIALS):
        raise Refused("form-unknown", field="name_form")
    record_life.lock_completion(work.session, row.id)
    if queries.find_holder(work.session, row.id) is None:
        raise Refused("holder-erased", field="days")
    if sum(_opens(work, one) for one in record_life.list_links(work.session, row.id)) >= MOST_LINKS:
        raise Refused("too-many-links", field="days")
    token = work.tools.chance(TOKEN_BYTES).hex()
    link = ShareLinkRow(
        public_id=work.new_id(),
        completion_id=row.id,
        token_digest=_digest(token),
        name_form=name_form,
        made_at=work.now,
        ends_on=get_choices(work).civil_day(work.now) + timedelta(days=days),
    )
    work.session.add(link)
    work.audit(Permission.RECORDS_LINK_SHARE, Target("completion", record), link=link.public_id, form=name_form)
    return token


def list_links(work: UnitOfWork, record: str) -> tuple[LinkSummary, ...]:
    """Return the links to a record of the actor's, newest first."""
    row = _own(work, record)
    return tuple(
        LinkSummary(
            one.public_id,
            one.name_form == INITIALS,
            one.made_at,
            one.ends_on,
            one.opened_on,
            _opens(work, one),
        )
        for one in record_life.list_links(work.session, row.id)
    )


def end_link(work: UnitOfWork, record: str, link: str) -> None:
    """Let a link to a record of the actor's open nothing any more; again, it changes nothing."""
    row = _own(work, record)
    found = record_life.find_link(work.session, link)
    if found is None or found.completion_id != row.id:
        raise NotFound("link")
    if found.ended_at is None:
        found.ended_at = work.now
        work.audit(Permission.RECORDS_LINK_SHARE, Target("completion", record), link=link, ended=True)


def open_shared(work: UnitOfWork, token: str) -> Shared:
    """Return what a link opens; raise NotFound alike for one that never was, that is over, and that was ended."""
    work.require(Permission.RECORDS_LINK_OPEN, Target("share-link"))
    link, row = _found(work, token)
    record = tell_stranger(work, row)
    if link.name_form == INITIALS:
        latin = initials(record.latin_name) if record.latin_name else None
        name = initials(record.holder_name) if record.holder_name else None
        record = replace(record, code="", holder_name=name, latin_name=latin)
    return Shared(record, link.name_form == INITIALS, link.ends_on)


def is_first_opening(work: UnitOfWork, token: str) -> bool:
    """Tell whether a link is opened for the first time today."""
    work.require(Permission.RECORDS_LINK_OPEN, Target("share-link"))
    return _found(work, token)[0].opened_on != get_choices(work).civil_day(work.now)


def note_opening(work: UnitOfWork, token: str) -> None:
    """Note the day on which a link was opened last, and nothing of who opened it."""
    work.require(Permission.RECORDS_LINK_OPEN, Target("share-link"))
    _found(work, token)[0].opened_on = get_choices(work).civil_day(work.now)


def _found(work: UnitOfWork, token: str) -> tuple[ShareLinkRow, CompletionRow]:
    found = record_life.find_shared(work.session, _digest(token))
    if found is None or not _opens(work, found[0]):
        raise NotFound("link")
    return found


def _opens(work: UnitOfWork, link: ShareLinkRow) -> bool:
    return link.ended_at is None and get_choices(work).civil_day(work.now) <= link.ends_on


def _own(work: UnitOfWork, record: str) -> CompletionRow:
    row = queries.find_completion(work.session, record)
    owner = row.person_id if row else None
    work.require(Permission.RECORDS_LINK_SHARE, Target("completion", record, owner_id=owner))
    if row is None:
        raise NotFound("completion")
    return row


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
