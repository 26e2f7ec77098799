"""Wishes for new scenarios as editors read them: about which provision, and what became of each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.advising import WishDecisionRow, WishRow
from quiz.db.queries import advising, catalogue
from quiz.db.queries import wishing as queries
from quiz.engine.instrument import Citation
from quiz.engine.text import Text
from quiz.language.lines import clean_lines
from quiz.services import naming
from quiz.services.answers import LONGEST_NOTE
from quiz.services.answers import WishState as WishState
from quiz.services.belonging import NONE, bank_of_instrument, bank_of_wish, banks_of, own_banks
from quiz.services.citing import CitationSummary, summarise_citations
from quiz.services.errors import NotFound, Refused, Stale
from quiz.services.published import get_library
from quiz.services.unit_of_work import UnitOfWork

A_PAGE = 20
LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class WishDecision:
    """What was decided about a wish; `title` is of the scenario, None while none of that key is published."""

    state: WishState
    scenario_key: str | None
    title: Text | None
    is_withdrawn: bool
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class WishLine:
    """One wish in a list; `citation` is None where its provision is no longer there."""

    public_id: str
    note: str
    address: str
    citation: CitationSummary | None
    is_from_question: bool
    made_at: datetime
    decisions: tuple[WishDecision, ...]

    @property
    def state(self) -> WishState:
        """Return the state that holds."""
        return self.decisions[-1].state if self.decisions else WishState.OPEN


@dataclass(frozen=True, slots=True)
class WishPage:
    """One page of the wishes in a state, and how many are in each."""

    lines: tuple[WishLine, ...]
    page: int
    pages: int
    counts: dict[WishState, int]


def list_wishes(work: UnitOfWork, state: WishState = WishState.OPEN, page: int = 1) -> WishPage:
    """Return a page of the wishes in a state: open ones the oldest first, others the newest first.

    A wish belongs to the bank that its provision is trained in; who is responsible for some banks reads, and counts,
    those alone.
    """
    work.require(Permission.BANK_WISH_READ, Target("wishes", is_in_part=True))
    keys = _own_instruments(work)
    counted = queries.count_wishes(work.session, keys)
    counts = {one: counted.get(one.value, 0) for one in WishState}
    pages = max(1, -(-counts[state] // A_PAGE))
    page = min(max(page, 1), pages)
    rows = queries.list_wishes(work.session, state.value, A_PAGE, (page - 1) * A_PAGE, keys)
    lines = tuple(_line(work, wish, [decision] if decision else []) for wish, decision in rows)
    return WishPage(lines, page, pages, counts)


def get_wish(work: UnitOfWork, public_id: str) -> WishLine:
    """Return one wish with all that was decided about it, in order; raise NotFound."""
    row = _found(work, Permission.BANK_WISH_READ, public_id)
    return _line(work, row, queries.list_decisions(work.session, row.id))


def list_titles(work: UnitOfWork) -> tuple[tuple[str, Text], ...]:
    """Return key and title of every scenario that a wish may have been taken up by, in order of keys."""
    work.require(Permission.BANK_WISH_READ, Target("scenarios", is_in_part=True))
    return naming.list_titles(work)


def decide_wish(
    work: UnitOfWork, public_id: str, seen: int, state: WishState, scenario: str = "", reason: str = ""
) -> None:
    """Take a wish up under the key of a scenario, published or still to be, or decline it with a reason.

    `seen` is how many decisions the page showed. Raise Stale where somebody else has decided since, Refused for what
    will not do.
    """
    row = _found(work, Permission.BANK_WISH_DECIDE, public_id)
    reason = clean_lines(reason)
    if state is WishState.OPEN:
        raise Refused("state-unknown", field="state")
    if state is WishState.DECLINED and not reason:
        raise Refused("reason-missing", field="reason")
    if len(reason) > LONGEST_NOTE:
        raise Refused("too-long", field="reason", most=LONGEST_NOTE)
    key = _key(work, scenario) if state is WishState.TAKEN_UP else None
    if key is not None and banks_of(work, "scenario", key):
        work.require(Permission.BANK_WISH_DECIDE, Target("wish", public_id, banks=banks_of(work, "scenario", key)))
    if len(queries.list_decisions(work.session, row.id)) != seen:
        raise Stale("decided-meanwhile")
    decision = WishDecisionRow(
        wish_id=row.id,
        number=seen + 1,
        state=state.value,
        scenario_key=key,
        reason=reason if state is WishState.DECLINED else None,
        decided_by=work.actor.name,
        decided_at=work.now,
    )
    work.session.add(decision)
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise Stale("decided-meanwhile") from clash
    work.audit(Permission.BANK_WISH_DECIDE, Target("wish", public_id), state=state.value, scenario=key)


def _key(work: UnitOfWork, scenario: str) -> str:
    """Return the key that somebody means: of a scenario by its title, or one still to be written under it."""
    try:
        return naming.find_key(work, scenario)
    except NotFound as unknown:
        key = scenario.strip().lower()
        if len(key) > LONGEST_KEY or not naming.KEY.fullmatch(key):
            raise Refused("no-key", field="scenario") from unknown
        return key


def _own_instruments(work: UnitOfWork) -> list[str] | None:
    """Return the instruments whose provisions are trained in the actor's banks; None where they may read every wish."""
    own = own_banks(work, Permission.BANK_WISH_READ)
    if own is None:
        return None
    return [one.key for one in get_library(work).instruments if bank_of_instrument(one.key, one.jurisdiction) in own]


def _found(work: UnitOfWork, permission: Permission, public_id: str) -> WishRow:
    row = queries.find_wish(work.session, public_id)
    banks = bank_of_wish(work, row.address) if row is not None else NONE
    work.require(permission, Target("wish", public_id, banks=banks))
    if row is None:
        raise NotFound("wish")
    return row


def _line(work: UnitOfWork, row: WishRow, decisions: list[WishDecisionRow]) -> WishLine:
    titles = advising.list_titles(work.session, {one.scenario_key for one in decisions if one.scenario_key})
    withdrawn = catalogue.list_withdrawn(work.session) if titles else set()
    return WishLine(
        public_id=row.public_id,
        note=row.note,
        address=row.address,
        citation=next(iter(summarise_citations(get_library(work), (Citation(row.address),))), None),
        is_from_question=row.answer_id is not None,
        made_at=row.made_at,
        decisions=tuple(
            WishDecision(
                WishState(one.state),
                one.scenario_key,
                Text(titles[one.scenario_key]) if one.scenario_key in titles else None,
                one.scenario_key in withdrawn,
                one.reason,
                one.decided_at,
            )
            for one in decisions
        ),
    )
