"""What is offered to a learner: the modules assigned, where each stands, and the one thing to do now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.assignments import AssignmentRow
from quiz.db.queries import attempts as queries
from quiz.db.queries import people
from quiz.engine.completion import NextStep, opening
from quiz.engine.module import Module
from quiz.engine.states import AttemptState
from quiz.engine.text import Text
from quiz.services.citing import CitationSummary, summarise_citations
from quiz.services.errors import NotFound
from quiz.services.pinned import PinnedModule, get_pinned
from quiz.services.stored_attempts import StoredAttempt, get_stored, settled
from quiz.services.taking import current_version_of, has_reread, own_assignment
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """One ended attempt in a list."""

    attempt_id: str
    number: int
    ended_at: datetime
    passed: bool


@dataclass(frozen=True, slots=True)
class OfferSummary:
    """A module assigned to a person, and what they can do about it now."""

    key: str
    title: Text
    summary: Text
    minutes: int
    length: int
    pass_share: Fraction
    attempts_limit: int
    attempts_used: int
    behaviour: str
    time_limit: timedelta | None
    due_on: date | None
    state: str
    next_step: NextStep
    opens_at: datetime | None
    attempt_id: str | None
    place: int | None
    completion_id: str | None
    past: tuple[PastAttempt, ...]
    has_asked_help: bool


@dataclass(frozen=True, slots=True)
class CardSummary:
    """A lesson card with what it cites."""

    key: str
    title: Text
    body: Text
    citations: tuple[CitationSummary, ...]


@dataclass(frozen=True, slots=True)
class StartSummary:
    """The start page of a module."""

    offer: OfferSummary
    lesson: tuple[CardSummary, ...]
    editions: tuple[tuple[Text, Text, str], ...]
    holder_name: str
    latin_name: str | None
    time_with_extra: timedelta | None


def list_offers(work: UnitOfWork) -> tuple[OfferSummary, ...]:
    """Return what is assigned to the actor: what is urgent first, what is done last."""
    person_id = work.actor.person_id
    work.require(Permission.LEARNING_MODULE_READ, Target("modules", owner_id=person_id))
    person = people.find_person(work.session, person_id or 0)
    offers = [
        _offer(work, assignment, get_pinned(work, module.current_version_id), person.jurisdiction)
        for assignment, module in queries.list_assignments(work.session, person_id or 0)
        if module.current_version_id is not None and person is not None
    ]
    return tuple(sorted(offers, key=_urgency))


def _urgency(offer: OfferSummary) -> tuple[bool, bool, date]:
    is_open = offer.next_step in {NextStep.BEGIN, NextStep.CONTINUE, NextStep.REREAD, NextStep.PLEDGE}
    return offer.next_step is NextStep.DONE, not is_open, offer.due_on or date.max


def get_start(work: UnitOfWork, module_key: str) -> StartSummary:
    """Return the start page of a module assigned to the actor; raise NotFound."""
    assignment = own_assignment(work, module_key, Permission.LEARNING_MODULE_READ)
    pinned = get_pinned(work, current_version_of(work, assignment.module_id))
    person = people.find_person(work.session, assignment.person_id)
    if person is None:
        raise NotFound("person")
    offer = _offer(work, assignment, pinned, person.jurisdiction)
    return StartSummary(
        offer=offer,
        lesson=tuple(
            CardSummary(card.key, card.title, card.body, summarise_citations(pinned.library, card.cites))
            for card in pinned.module.lesson_for(person.jurisdiction)
        ),
        editions=editions_of(pinned, person.jurisdiction),
        holder_name=person.name,
        latin_name=person.latin_name,
        time_with_extra=offer.time_limit * (100 + person.extra_time_percent) / 100 if offer.time_limit else None,
    )


def editions_of(pinned: PinnedModule, jurisdiction: str) -> tuple[tuple[Text, Text, str], ...]:
    """Return title, label and status of every edition that the module's pool or pledge cites as more than history."""
    addresses = dict.fromkeys(pinned.pledged_editions(jurisdiction))
    for line in pinned.module.lines_for(jurisdiction):
        for scenario in sorted(pinned.scenarios.values(), key=lambda scenario: scenario.key):
            if scenario.bank == line.bank:
                addresses.update(dict.fromkeys(cite.edition_address for cite in scenario.cites if not cite.as_history))
    found = (pinned.library.find_edition(address) for address in addresses)
    return tuple((edition[0].title, edition[1].label, edition[1].status.value) for edition in found if edition)


def _offer(work: UnitOfWork, assignment: AssignmentRow, pinned: PinnedModule, jurisdiction: str) -> OfferSummary:
    module = pinned.module
    completion_id = queries.find_completion_of_assignment(work.session, assignment.id)
    stored = [
        settled(get_stored(work, row.public_id), work.now)
        for row in queries.list_attempts(work.session, [assignment.id])
    ]
    under_way = next((one for one in stored if one.attempt.state is AttemptState.UNDER_WAY), None)
    ended = [one for one in stored if one is not under_way]
    next_step, opens_at = _next_step(work, assignment, module, ended, under_way, completion_id)
    return OfferSummary(
        key=module.key,
        title=module.title,
        summary=module.summary,
        minutes=module.minutes,
        length=module.length_for(jurisdiction),
        pass_share=module.pass_rule.score,
        attempts_limit=module.attempts.limit + assignment.extra_attempts,
        attempts_used=len(stored),
        behaviour=module.behaviour,
        time_limit=module.time_limit.exact() if module.time_limit else None,
        due_on=assignment.due_on,
        state=assignment.state,
        next_step=next_step,
        opens_at=opens_at,
        attempt_id=under_way.public_id if under_way else (ended[-1].public_id if ended else None),
        place=(under_way.attempt.next_open() or len(under_way.attempt.slots)) if under_way else None,
        completion_id=completion_id,
        past=tuple(
            PastAttempt(one.public_id, one.number or 0, one.attempt.ended_at or work.now, one.outcome == "passed")
            for one in ended
        ),
        has_asked_help=assignment.help_asked_at is not None,
    )


def _next_step(
    work: UnitOfWork,
    assignment: AssignmentRow,
    module: Module,
    ended: Sequence[StoredAttempt],
    under_way: StoredAttempt | None,
    completion_id: str | None,
) -> tuple[NextStep, datetime | None]:
    if completion_id is not None:
        return NextStep.DONE, None
    # An earlier attempt may pass while a later one is under way: its answers were marked again.
    if any(one.outcome == "passed" for one in ended):
        return NextStep.PLEDGE, None
    if under_way is not None:
        return NextStep.CONTINUE, None
    ends = [one.attempt.ended_at for one in ended if one.attempt.ended_at]
    reread = bool(ended) and has_reread(work, ended[-1])
    found = opening(module.attempts, ends, assignment.extra_attempts, reread, work.now)
    return found.next_step, found.opens_at
