"""Going along the chain over the audit trail: some links at a time, then what no link can show; and keeping it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import credentials
from quiz.db.queries import sealing as queries
from quiz.records.audit_chain import Entry, Link
from quiz.records.audit_tip import Tip, is_ours
from quiz.records.audit_walk import MOST_FAULTS, Fault, Walk
from quiz.records.multikey import from_multikey
from quiz.services.organisation import get_choices
from quiz.services.sealing import LAGS_AFTER, entry_of, tip_of
from quiz.services.unit_of_work import UnitOfWork, Works

AT_ONCE = 2_000
_TARGET = Target("audit-chain")
_LINK_COLUMNS = len(queries.LINK)


def begin_walk(work: UnitOfWork) -> Walk:
    """Return a walk that stands at the beginning of the chain."""
    work.require(Permission.TRACE_AUDIT_CHECK, _TARGET)
    return Walk(work.tools.audit_keys)


def walk_on(work: UnitOfWork, walk: Walk, most: int = AT_ONCE) -> bool:
    """Look at some more links, and tell whether there may be more; a transaction each, so that none lasts long."""
    work.require(Permission.TRACE_AUDIT_CHECK, _TARGET)
    rows = queries.list_links(work.session, walk.number, most)
    walk.go_on((Link(*tuple(row)[:_LINK_COLUMNS]), entry_of(row, _LINK_COLUMNS)) for row in rows)
    return len(rows) == most


def walk_to_end(works: Works, actor: Actor, walk: Walk) -> Iterator[None]:
    """Go on along the chain to where it ends now, some thousand links at a time, and hold nobody up in between."""
    more = True
    while more:
        with works.reading(actor) as work:
            more = walk_on(work, walk)
        yield


def list_linked(work: UnitOfWork, after: int, most: int = AT_ONCE) -> list[tuple[Link, Entry | None]]:
    """Return some links above a number with their entries, to be taken away."""
    work.require(Permission.TRACE_AUDIT_TAKE, _TARGET)
    rows = queries.list_links(work.session, after, most)
    return [(Link(*tuple(row)[:_LINK_COLUMNS]), entry_of(row, _LINK_COLUMNS)) for row in rows]


def note_export(work: UnitOfWork) -> None:
    """Keep that the whole trail is taken away, with its links."""
    work.require(Permission.TRACE_AUDIT_TAKE, _TARGET)
    work.audit(Permission.TRACE_AUDIT_TAKE, _TARGET, table="links")


def end_walk(work: UnitOfWork, walk: Walk, tips: Iterable[Tip] = ()) -> None:
    """Look for what no link can show: entries without one, what stands twice, and tips that the chain belies.

    `tips` are those kept outside of the database, which alone can tell that the end of the chain is gone.
    """
    work.require(Permission.TRACE_AUDIT_CHECK, _TARGET)
    for number, entry in queries.list_twice(work.session, MOST_FAULTS):
        walk.blame(Fault("forked", number, entry))
    for entry in queries.list_lost(work.session, MOST_FAULTS):
        walk.blame(Fault("entry-missing", None, entry))
    for entry in queries.list_unsealed(work.session, work.now - LAGS_AFTER, MOST_FAULTS):
        walk.blame(Fault("unsealed", None, entry))
    own: list[Tip] = []
    after = 0
    while rows := queries.list_tips(work.session, after, AT_ONCE):
        own += map(tip_of, rows)
        after = rows[-1].id
    _compare(work, walk, sorted({*own, *tips}, key=lambda tip: (tip.number, tip.made_at, tip.signature)))


def _compare(work: UnitOfWork, walk: Walk, tips: Sequence[Tip]) -> None:
    """Compare tips with the chain, one fault for each number."""
    public_keys = [from_multikey(row.multikey) for row in credentials.list_keys(work.session)]
    present = work.tools.signer.public_key
    if present is not None:
        public_keys.append(present)
    links = queries.find_links(work.session, {tip.number for tip in tips})
    last = queries.find_last(work.session)
    ends = last.number if last is not None else 0
    blamed: set[int] = set()
    for tip in tips:
        if not is_ours(tip, walk.ring, public_keys):
            walk.blame(Fault("tip-forged", tip.number, None, tip.made_at))
            continue
        if links.get(tip.number) == tip.link or tip.number in blamed:
            continue
        blamed.add(tip.number)
        if tip.number > ends:
            walk.blame(Fault("cut", ends, None, f"{tip.number} {tip.made_at}"))
        else:
            walk.blame(Fault("tip-not-in-chain", tip.number, None, tip.made_at))


def is_check_due(work: UnitOfWork) -> bool:
    """Tell whether nobody went along the chain today."""
    work.require(Permission.TRACE_AUDIT_CHECK, _TARGET)
    last = queries.find_check(work.session)
    choices = get_choices(work)
    return last is None or choices.civil_day(last.ended_at) < choices.civil_day(work.now)


def note_check(work: UnitOfWork, walk: Walk, began_at: datetime, tips: Sequence[Tip] = (), by: str = "") -> None:
    """Keep what was found, and by whom: `by` is the reference of a person where one stands behind it."""
    work.require(Permission.TRACE_AUDIT_CHECK, _TARGET)
    first = walk.faults[0] if walk.faults else None
    queries.add_check(
        work.session,
        began_at=began_at,
        ended_at=work.now,
        checked_by=by or work.actor.name,
        last_number=walk.number,
        faults=walk.broken,
        first_fault=first.code if first else None,
        first_number=first.number if first else None,
        tip_at=max((datetime.fromisoformat(tip.made_at) for tip in tips), default=None),
    )
    details = {"number": walk.number, "faults": walk.broken, "by": by or None}
    work.audit(Permission.TRACE_AUDIT_CHECK, _TARGET, **{name: one for name, one in details.items() if one is not None})
