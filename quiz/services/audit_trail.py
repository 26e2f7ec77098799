"""The audit trail for auditors: pages of it, what is taken away, and that somebody read it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import audit_trail as queries
from quiz.db.queries import connections, people
from quiz.db.queries.audit_trail import Wanted
from quiz.language.folding import fold
from quiz.records.audit_chain import Entry
from quiz.services.organisation import get_choices
from quiz.services.sealing import entry_of
from quiz.services.unit_of_work import UnitOfWork

A_PAGE = 50
AT_ONCE = 1_000
# More do not fit on one sheet in the time that a page may take; as CSV there is no end.
MOST_ON_A_SHEET = 20_000
MOST_PEOPLE = 20
SAME_FOR = timedelta(hours=1)
OUTCOMES = ("allowed", "refused")
PERSON, CONNECTION = "person:", "connection:"
NOBODY = "nobody"
_OF_PEOPLE = frozenset({"person", "account", "reminder"})
_PUBLIC_ID = re.compile("[0-9a-f]{32}")
_LONGEST = 100
_LARGEST_KEY = 2**63 - 1
_ACTOR = re.compile(r"(?:person|connection):[0-9a-f]{32}|system:[A-Za-z0-9_-]{1,50}|nobody")
_TARGET = Target("audit-trail")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries are asked for, as it stands in an address."""

    words: str = ""
    actor: str | None = None
    deed: str | None = None
    target_kind: str | None = None
    target_id: str | None = None
    outcome: str | None = None
    first: date | None = None
    last: date | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is read: with its place in the chain, and names where people still have them."""

    entry: Entry
    number: int | None
    actor_name: str | None
    target_name: str | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of several people whom the words about an actor may mean."""

    actor: str
    name: str
    hr_number: str


@dataclass(frozen=True, slots=True)
class TrailPage:
    """A page of the trail: lines, whose they are where only one actor's are shown, and where the next page begins.

    `candidates` are people to choose from; `is_unknown` says that the words mean nobody.
    """

    lines: tuple[Line, ...]
    asked: Asked
    actor_name: str | None
    next_before: str | None
    candidates: tuple[Candidate, ...] = ()
    is_unknown: bool = False


def get_page(work: UnitOfWork, asked: Asked) -> TrailPage:
    """Return a page of the trail."""
    work.require(Permission.TRACE_AUDIT_READ, _TARGET)
    asked, candidates, is_unknown = _settled(work, asked)
    if candidates or is_unknown:
        return TrailPage((), asked, None, None, candidates, is_unknown)
    rows = queries.list_entries(work.session, _wanted(work, asked), A_PAGE + 1)
    lines = _lines(work, rows[:A_PAGE])
    name = _names(work, [asked.actor]).get(asked.actor) if asked.actor else None
    return TrailPage(lines, asked, name, _cursor(lines[-1].entry) if len(rows) > A_PAGE else None)


def note_read(work: UnitOfWork, page: TrailPage) -> None:
    """Keep that somebody read, and what they asked; the same within the hour is kept once."""
    work.require(Permission.TRACE_AUDIT_READ, _TARGET)
    details = {"asked": _said(page.asked)}
    since = work.now - SAME_FOR
    read = Permission.TRACE_AUDIT_READ
    if details not in queries.list_details_of(work.session, work.actor.name, read.value, since, A_PAGE):
        work.audit(read, _TARGET, **details)


def begin_taking(work: UnitOfWork, asked: Asked, kind: str) -> Asked:
    """Keep that somebody takes entries away, and return what is asked with the actor that its words mean."""
    work.require(Permission.TRACE_AUDIT_TAKE, _TARGET)
    asked, candidates, is_unknown = _settled(work, replace(asked, before=None))
    if candidates or is_unknown:
        # Whom it is about was not settled: nothing is taken rather than everything.
        asked = replace(asked, actor="person:" + "0" * 32)
    work.audit(Permission.TRACE_AUDIT_TAKE, _TARGET, table=kind, asked=_said(asked))
    return asked


def is_too_long(work: UnitOfWork, asked: Asked) -> bool:
    """Tell whether there are more entries than go onto one sheet."""
    work.require(Permission.TRACE_AUDIT_TAKE, _TARGET)
    asked, candidates, is_unknown = _settled(work, replace(asked, before=None))
    if candidates or is_unknown:
        return False
    return queries.count_entries(work.session, _wanted(work, asked), MOST_ON_A_SHEET + 1) > MOST_ON_A_SHEET


def list_to_take(work: UnitOfWork, asked: Asked) -> tuple[tuple[Line, ...], Asked | None]:
    """Return some entries to be taken away, and what to ask for the next, None at the end."""
    work.require(Permission.TRACE_AUDIT_TAKE, _TARGET)
    lines = _lines(work, queries.list_entries(work.session, _wanted(work, asked), AT_ONCE))
    more = replace(asked, before=_cursor(lines[-1].entry)) if len(lines) == AT_ONCE else None
    return lines, more


def _settled(work: UnitOfWork, asked: Asked) -> tuple[Asked, tuple[Candidate, ...], bool]:
    """Return what is asked with one actor, or the people it may mean, or that it means nobody."""
    if asked.actor is not None:
        known = asked.actor if _ACTOR.fullmatch(asked.actor) else None
        return replace(asked, actor=known), (), known is None
    words = asked.words.strip()[:_LONGEST]
    if not words:
        return asked, (), False
    if _ACTOR.fullmatch(words):
        return replace(asked, actor=words), (), False
    rows = queries.search_people(work.session, fold(words), words.lower(), MOST_PEOPLE)
    found = tuple(Candidate(f"{PERSON}{row.public_id}", row.name, row.hr_number) for row in rows)
    if len(found) == 1:
        return replace(asked, actor=found[0].actor), (), False
    return asked, found, not found


def _wanted(work: UnitOfWork, asked: Asked) -> Wanted:
    zone = ZoneInfo(get_choices(work).zone)
    return Wanted(
        actor=asked.actor,
        deed=asked.deed,
        target_kind=asked.target_kind,
        target_id=asked.target_id,
        was_allowed=asked.outcome == "allowed" if asked.outcome in OUTCOMES else None,
        since=_begins(asked.first, zone) if asked.first else None,
        until=_begins(asked.last + timedelta(days=1), zone) if asked.last and asked.last < date.max else None,
        before=_place(asked.before),
    )


def _begins(day: date, zone: ZoneInfo) -> datetime:
    # The first and last days that can be written have no moment in every zone.
    bounded = min(max(day, date(1900, 1, 1)), date(9000, 1, 1))
    return datetime.combine(bounded, time(), zone).astimezone(UTC)


def _cursor(entry: Entry) -> str:
    return f"{int(entry.at.timestamp()) * 1_000_000 + entry.at.microsecond}-{entry.id}"


def _place(cursor: str | None) -> tuple[datetime, int] | None:
    """Return where a page ended; an address that says nothing of the kind begins with the newest."""
    found = re.fullmatch(r"(\d{1,17})-(\d{1,19})", cursor or "", re.ASCII)
    if found is None:
        return None
    microseconds, key = int(found[1]), int(found[2])
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds), min(key, _LARGEST_KEY)


def _lines(work: UnitOfWork, rows: Iterable[Row[Any]]) -> tuple[Line, ...]:
    found = [(entry, row[-1]) for row in rows if (entry := entry_of(row, 0)) is not None]
    names = _names(work, {*(one.actor for one, _ in found), *(_whom(one) for one, _ in found)})
    return tuple(Line(one, number, names.get(one.actor), names.get(_whom(one))) for one, number in found)


def _whom(entry: Entry) -> str:
    """Return by reference whom or which system an entry is about: its target, or the person that its details name."""
    if entry.target_kind == "connection":
        return f"{CONNECTION}{entry.target_id}"
    about = entry.target_id if entry.target_kind in _OF_PEOPLE else entry.details.get("person")
    return f"{PERSON}{about}" if _PUBLIC_ID.fullmatch(str(about)) else ""


def _names(work: UnitOfWork, references: Iterable[str]) -> dict[str, str]:
    """Return by reference the names of those who still have one: they stand beside the trail and never in it."""
    held = set(references)
    found: dict[str, str] = {}
    for kind, list_names in ((PERSON, people.list_by_public_ids), (CONNECTION, connections.list_by_public_ids)):
        keys = {one.removeprefix(kind) for one in held if one.startswith(kind)}
        found |= {f"{kind}{key}": name for key, name in list_names(work.session, keys).items() if name}
    return found


def _said(asked: Asked) -> dict[str, str]:
    """Return what was asked without words that somebody typed: they may well be a name."""
    said = {
        "actor": asked.actor,
        "deed": asked.deed if asked.deed in set(Permission) else None,
        "kind": asked.target_kind if re.fullmatch("[a-z-]{1,64}", asked.target_kind or "") else None,
        "target": asked.target_id if _PUBLIC_ID.fullmatch(asked.target_id or "") else None,
        "outcome": asked.outcome if asked.outcome in OUTCOMES else None,
        "first": asked.first.isoformat() if asked.first else None,
        "last": asked.last.isoformat() if asked.last else None,
        "before": asked.before if _place(asked.before) else None,
    }
    return {name: value for name, value in said.items() if value}
