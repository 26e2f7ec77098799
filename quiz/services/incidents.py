"""Incidents told so that nobody is named: each leads to scenarios, to a wish for one, or says why to none.

The page of an incident shows the whole chain: what happened, what was wished for, which scenarios teach from it since
when, and how answers about its provision stood before and stand after.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.advising import WishRow
from quiz.db.models.incidents import IncidentRow, IncidentScenarioRow, IncidentWishRow
from quiz.db.queries import incidents as queries
from quiz.db.queries import regrading, wishing
from quiz.engine.instrument import Citation
from quiz.engine.text import Text
from quiz.language.lines import clean_lines
from quiz.services import naming
from quiz.services.answers import LONGEST_ANSWER, LONGEST_NOTE, WishSummary, summarise_wish
from quiz.services.citing import CitationSummary, summarise_citations
from quiz.services.errors import NotFound, Refused
from quiz.services.organisation import get_choices
from quiz.services.provision_figures import ProvisionFigures, provision_figures
from quiz.services.provisions import find_citable
from quiz.services.published import get_library
from quiz.services.unit_of_work import UnitOfWork

A_PAGE = 20
MONTHS = 60


@dataclass(frozen=True, slots=True)
class Following:
    """What follows from an incident: a scenario that teaches from it, a wish for one, or none with the reason."""

    what: str
    scenario: str = ""
    wish: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LinkedScenario:
    """A scenario that teaches from an incident, since it was linked or its wish was taken up."""

    key: str
    title: Text
    is_withdrawn: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """One incident in a list; `citation` is None where its provision is no longer there."""

    public_id: str
    words: str
    month: date
    address: str
    citation: CitationSummary | None
    none_because: str | None
    recorded_at: datetime
    wishes: tuple[WishSummary, ...]
    scenarios: tuple[LinkedScenario, ...]


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """One page of incidents, newest first, and how many there are."""

    lines: tuple[IncidentLine, ...]
    page: int
    pages: int
    count: int


@dataclass(frozen=True, slots=True)
class IncidentSummary:
    """One incident with its chain; `since` is when the first scenario taught from it, None before that."""

    line: IncidentLine
    since: datetime | None
    figures: ProvisionFigures


def list_incidents(work: UnitOfWork, page: int = 1) -> IncidentPage:
    """Return a page of incidents, newest first."""
    work.require(Permission.ADVICE_INCIDENT_READ, Target("incidents"))
    count = queries.count_incidents(work.session)
    pages = max(1, -(-count // A_PAGE))
    page = min(max(page, 1), pages)
    rows = queries.list_incidents(work.session, A_PAGE, (page - 1) * A_PAGE)
    return IncidentPage(_lines(work, rows), page, pages, count)


def get_incident(work: UnitOfWork, public_id: str) -> IncidentSummary:
    """Return one incident with its chain and the figures of its provision; raise NotFound."""
    work.require(Permission.ADVICE_INCIDENT_READ, Target("incident", public_id))
    (line,) = _lines(work, [_found(work, public_id)])
    since = min((one.since for one in line.scenarios), default=None)
    return IncidentSummary(line, since, provision_figures(work, line.address, since))


def list_months(work: UnitOfWork) -> tuple[date, ...]:
    """Return the months in which an incident may have happened, by their first days, the present one first."""
    work.require(Permission.ADVICE_INCIDENT_READ, Target("incidents"))
    today = get_choices(work).civil_day(work.now)
    now = today.year * 12 + today.month - 1
    return tuple(date(month // 12, month % 12 + 1, 1) for month in range(now, now - MONTHS, -1))


def list_titles(work: UnitOfWork) -> tuple[tuple[str, Text], ...]:
    """Return key and title of every scenario that may teach from an incident, in order of keys."""
    work.require(Permission.ADVICE_INCIDENT_READ, Target("scenarios"))
    return naming.list_titles(work)


def record_incident(
    work: UnitOfWork, words: str, provision: str, month: date, names_nobody: bool, following: Following
) -> str:
    """Record an incident and what follows from it; return its public id. Raise Refused or NotFound."""
    work.require(Permission.ADVICE_INCIDENT_RECORD, Target("incident"))
    words = clean_lines(words)
    if not words:
        raise Refused("nothing-told", field="words")
    if len(words) > LONGEST_ANSWER:
        raise Refused("too-long", field="words", most=LONGEST_ANSWER)
    if not names_nobody:
        raise Refused("may-name-somebody", field="names_nobody")
    if month not in list_months(work):
        raise Refused("month-unknown", field="month")
    reason = _checked("reason", following.reason) if following.what == "none" else None
    row = IncidentRow(
        public_id=work.new_id(),
        words=words,
        address=find_citable(work, provision),
        month=month,
        none_because=reason,
        recorded_by=work.actor.name,
        recorded_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    if following.what != "none":
        _follow(work, row, following)
    work.audit(Permission.ADVICE_INCIDENT_RECORD, Target("incident", row.public_id), follows=following.what)
    return row.public_id


def follow_incident(work: UnitOfWork, public_id: str, following: Following) -> None:
    """Add what follows from an incident: a scenario, which is linked once, or a wish; raise as recording does."""
    work.require(Permission.ADVICE_INCIDENT_RECORD, Target("incident", public_id))
    row = _found(work, public_id)
    if _follow(work, row, following):
        work.audit(Permission.ADVICE_INCIDENT_RECORD, Target("incident", public_id), follows=following.what)


def _follow(work: UnitOfWork, row: IncidentRow, following: Following) -> bool:
    """Store what follows; False where a scenario is linked already."""
    if following.what == "scenario":
        key = naming.find_key(work, following.scenario)
        scenario = regrading.find_scenario(work.session, key)
        if scenario is None:
            raise NotFound("scenario")
        if any(link.key == key for link in queries.list_links(work.session, [row.id])):
            return False
        link = IncidentScenarioRow(
            incident_id=row.id, scenario_id=scenario.id, linked_by=work.actor.name, linked_at=work.now
        )
        work.session.add(link)
        return True
    if following.what != "wish":
        raise Refused("following-unknown", field="what")
    wish = WishRow(
        public_id=work.new_id(),
        answer_id=None,
        address=row.address,
        note=_checked("wish", following.wish),
        made_by=work.actor.name,
        made_at=work.now,
    )
    work.session.add(wish)
    work.session.flush()
    work.session.add(IncidentWishRow(incident_id=row.id, wish_id=wish.id))
    return True


def _checked(field: str, words: str) -> str:
    words = clean_lines(words)
    if not words:
        raise Refused(f"{field}-missing", field=field)
    if len(words) > LONGEST_NOTE:
        raise Refused("too-long", field=field, most=LONGEST_NOTE)
    return words


def _found(work: UnitOfWork, public_id: str) -> IncidentRow:
    row = queries.find_incident(work.session, public_id)
    if row is None:
        raise NotFound("incident")
    return row


@dataclass(frozen=True, slots=True)
class _Chains:
    """What the incidents of a page led to, read together."""

    links: Sequence[Any]
    wishes: Sequence[tuple[int, WishRow]]
    decided: Mapping[int, Any]
    scenarios: Mapping[str, Any]

    def wishes_of(self, incident_id: int) -> tuple[WishSummary, ...]:
        """Return the wishes of an incident with what became of each."""
        return tuple(summarise_wish(wish, self.decided.get(wish.id)) for of, wish in self.wishes if of == incident_id)

    def scenarios_of(self, incident_id: int) -> tuple[LinkedScenario, ...]:
        """Return the scenarios that teach from an incident, the earliest first; one still to be published does not."""
        since: dict[str, datetime] = {}
        for key, at in self._links_of(incident_id):
            since[key] = min(since.get(key, at), at)
        return tuple(
            LinkedScenario(key, Text(self.scenarios[key].title), self.scenarios[key].withdrawn_at is not None, at)
            for key, at in sorted(since.items(), key=lambda one: (one[1], one[0]))
        )

    def _links_of(self, incident_id: int) -> Iterator[tuple[str, datetime]]:
        for link in self.links:
            if link.incident_id == incident_id:
                yield link.key, link.linked_at
        for of, wish in self.wishes:
            decision = self.decided.get(wish.id)
            if of != incident_id or decision is None or decision.scenario_key not in self.scenarios:
                continue
            # It may have been promised long before it was there.
            published = self.scenarios[decision.scenario_key].published_at
            yield decision.scenario_key, max(decision.decided_at, published)


def _chains(work: UnitOfWork, incident_ids: Sequence[int]) -> _Chains:
    links = queries.list_links(work.session, incident_ids)
    wishes = queries.list_wishes(work.session, incident_ids)
    decided = wishing.list_last_decisions(work.session, {wish.id for _, wish in wishes})
    keys = {link.key for link in links} | {one.scenario_key for one in decided.values() if one.scenario_key}
    return _Chains(links, wishes, decided, queries.list_scenarios(work.session, keys))


def _lines(work: UnitOfWork, rows: Sequence[IncidentRow]) -> tuple[IncidentLine, ...]:
    chains = _chains(work, [row.id for row in rows])
    library = get_library(work)
    return tuple(
        IncidentLine(
            public_id=row.public_id,
            words=row.words,
            month=row.month,
            address=row.address,
            citation=next(iter(summarise_citations(library, (Citation(row.address),))), None),
            none_because=row.none_because,
            recorded_at=row.recorded_at,
            wishes=chains.wishes_of(row.id),
            scenarios=chains.scenarios_of(row.id),
        )
        for row in rows
    )
