"""Sealing the audit trail: each entry gets its place in the chain, once, and the end of the chain leaves the house."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.sealing import AuditTipRow
from quiz.db.queries import people
from quiz.db.queries import sealing as queries
from quiz.records import audit_chain
from quiz.records.audit_chain import BEGINNING, Entry, written_moment
from quiz.records.audit_tip import Tip, make_tip
from quiz.records.signing import at_present
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork, Works

AT_ONCE = 500
# An entry that waits longer says that no sealer is at work.
LAGS_AFTER = timedelta(minutes=15)
_TARGET = Target("audit-chain")


@dataclass(frozen=True, slots=True)
class LastCheck:
    """What came of going along the whole chain last: by whom, when, how far, and what was broken first."""

    ended_at: datetime
    checked_by: str
    name: str | None
    last_number: int
    faults: int
    first_fault: str | None
    first_number: int | None


@dataclass(frozen=True, slots=True)
class ChainState:
    """How far the chain reaches and how it fares; `waits_since` is set where entries wait far too long."""

    number: int
    sealed_at: datetime | None
    fingerprint: str | None
    waits_since: datetime | None
    tip: Tip | None
    tip_at: datetime | None
    check: LastCheck | None
    has_own_key: bool


def entry_of(row: Row[Any], first: int) -> Entry | None:
    """Return the entry whose columns begin at a place of a row, None where it is gone."""
    columns = tuple(row)[first : first + len(queries.ENTRY)]
    return None if columns[0] is None else Entry(*columns)


def is_waiting(work: UnitOfWork) -> bool:
    """Tell whether anything is to be sealed."""
    work.require(Permission.TRACE_AUDIT_SEAL, _TARGET)
    return queries.has_waiting(work.session)


def seal_some(work: UnitOfWork) -> int:
    """Seal entries that wait, a batch at most; return how many were looked at, 0 where none waits any more.

    It leaves no entry itself: that would have to be sealed as well, and so on.
    """
    work.require(Permission.TRACE_AUDIT_SEAL, _TARGET)
    queries.hold_chain(work.session)
    rows = queries.list_waiting(work.session, AT_ONCE)
    last = queries.find_last(work.session)
    entries = [entry for row in rows if row[0] is None and (entry := entry_of(row, 1)) is not None]
    after = (last.number, last.link) if last is not None else (0, BEGINNING)
    links = audit_chain.seal(work.tools.audit_keys, after, entries, work.now)
    if links:
        queries.add_links(work.session, [asdict(one) for one in links])
    queries.take_waiting(work.session, [row.id for row in rows])
    return len(rows)


def seal_all(works: Works, actor: Actor) -> Iterator[int]:
    """Seal what waits, some hundred entries in a transaction; give how many each time, until there are none."""
    while True:
        with works.writing(actor) as work:
            sealed = seal_some(work)
        if not sealed:
            return
        yield sealed


def is_tip_due(work: UnitOfWork) -> bool:
    """Tell whether the tip of today is still to be made."""
    work.require(Permission.TRACE_AUDIT_SEAL, _TARGET)
    last = queries.find_tip(work.session)
    choices = get_choices(work)
    if last is not None and choices.civil_day(last.made_at) >= choices.civil_day(work.now):
        return False
    return queries.find_last(work.session) is not None


def take_tip(work: UnitOfWork) -> Tip | None:
    """Sign the end of the chain as it is now and keep that; None where nothing is sealed yet."""
    work.require(Permission.TRACE_AUDIT_SEAL, _TARGET)
    last = queries.find_last(work.session)
    if last is None:
        return None
    tip = make_tip(last.number, last.link, work.now, work.tools.audit_keys, at_present(work.tools.signer))
    queries.add_tip(
        work.session,
        number=tip.number,
        link=tip.link,
        made_at=work.now,
        key_id=tip.key_id,
        algorithm=tip.algorithm,
        signed_by=tip.signed_by,
        signature=tip.signature,
    )
    work.audit(Permission.TRACE_AUDIT_SEAL, Target("audit-tip", str(tip.number)), link=tip.link)
    return tip


def tip_of(row: AuditTipRow) -> Tip:
    """Return a tip as it left the house."""
    moment = written_moment(row.made_at)
    return Tip(row.number, row.link, moment, row.key_id, row.algorithm, row.signed_by, row.signature)


def list_tips(work: UnitOfWork, after: int | None, most: int) -> list[tuple[int, Tip]]:
    """Return tips above a key with their keys, or else the newest; the oldest of them first."""
    work.require(Permission.TRACE_AUDIT_SEAL, _TARGET)
    if after is None:
        rows = queries.list_newest_tips(work.session, most)
    else:
        rows = queries.list_tips(work.session, after, most)
    return [(row.id, tip_of(row)) for row in rows]


def find_newest_tip(work: UnitOfWork) -> Tip | None:
    """Return the newest tip, which is no secret: whoever takes evidence away takes it along."""
    work.require(Permission.ORGANISATION_SETTINGS_READ, _TARGET)
    row = queries.find_tip(work.session)
    return tip_of(row) if row is not None else None


def get_state(work: UnitOfWork) -> ChainState:
    """Return how the chain fares."""
    work.require(Permission.TRACE_AUDIT_READ, _TARGET)
    last = queries.find_last(work.session)
    tip, check = queries.find_tip(work.session), queries.find_check(work.session)
    oldest = queries.find_oldest_waiting(work.session)
    return ChainState(
        number=last.number if last is not None else 0,
        sealed_at=last.sealed_at if last is not None else None,
        fingerprint=last.link if last is not None else None,
        waits_since=oldest if oldest is not None and oldest < work.now - LAGS_AFTER else None,
        tip=tip_of(tip) if tip is not None else None,
        tip_at=tip.made_at if tip is not None else None,
        check=None
        if check is None
        else LastCheck(
            check.ended_at,
            check.checked_by,
            people.list_by_public_ids(work.session, {check.checked_by.removeprefix("person:")}).get(
                check.checked_by.removeprefix("person:")
            ),
            check.last_number,
            check.faults,
            check.first_fault,
            check.first_number,
        ),
        has_own_key=not work.tools.audit_keys.is_derived,
    )
