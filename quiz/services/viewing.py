"""What a learner is shown of an attempt: a place, the check before handing in, the result; never a key too early."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from quiz.access.permissions import Permission
from quiz.db.queries import attempts as queries
from quiz.engine.attempt import Attempt, Slot
from quiz.engine.completion import NextStep, opening
from quiz.engine.mark_sheets import SURE
from quiz.engine.question_types import registry as question_types
from quiz.engine.question_types.protocol import OptionOutcome, Soundness
from quiz.engine.response import Response
from quiz.engine.scenario import Exhibit
from quiz.engine.selection import matches_provision
from quiz.engine.states import AttemptState, SlotState
from quiz.engine.text import Text
from quiz.services.citing import CitationSummary, ComparisonSummary, summarise_citations, summarise_comparisons
from quiz.services.errors import NotFound
from quiz.services.regrading import list_to_reread
from quiz.services.stored_attempts import Remark, StoredAttempt, settled
from quiz.services.taking import own_attempt, time_left
from quiz.services.unfolding import TurnSummary, shown_exhibit, turns_of, waiting_options
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class OptionSummary:
    """An option at its position; everything but the text and the own choice only once rulings may be shown."""

    position: int
    text: Text
    is_chosen: bool
    rating: str | None
    is_best: bool = False
    soundness: str | None = None
    key_rating: str | None = None
    place: int | None = None
    key_place: int | None = None
    ruling: Text | None = None
    consequence: Text | None = None
    citations: tuple[CitationSummary, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotSummary:
    """One place of an attempt as the learner may see it now."""

    attempt_id: str
    module_key: str
    module_title: Text
    behaviour: str
    purpose: str
    number: int
    total: int
    kind: str
    title: Text
    situation: Text
    exhibit: Exhibit | None
    prompt: Text
    options: tuple[OptionSummary, ...]
    state: SlotState
    standing: int
    steps: int
    unscored_because: str | None
    soundness: str | None
    citations: tuple[CitationSummary, ...]
    comparisons: tuple[ComparisonSummary, ...]
    next_open: int | None
    has_ended: bool
    deadline: datetime | None
    left: timedelta | None
    scenario_key: str = field(repr=False, default="")
    # The digest of the version that is shown; told only with its rulings.
    seen: str = field(repr=False, default="")
    turns: tuple[TurnSummary, ...] = ()
    hint: Text | None = None
    hint_citations: tuple[CitationSummary, ...] = ()
    tries: int = 0
    asks_certainty: bool = False
    certainty: str | None = None


def get_slot(work: UnitOfWork, attempt_id: str, number: int) -> SlotSummary:
    """Return one place of the actor's attempt; raise NotFound outside of it."""
    stored = settled(own_attempt(work, attempt_id, Permission.LEARNING_ATTEMPT_READ), work.now)
    if not 1 <= number <= len(stored.attempt.slots):
        raise NotFound("place")
    return summarise_slot(stored, number, work.now)


def summarise_slot(stored: StoredAttempt, number: int, now: datetime) -> SlotSummary:
    """Return one place of an attempt as its learner may see it at a moment."""
    attempt, slot = stored.attempt, stored.attempt.slot(number)
    reveals = attempt.reveals(number)
    step, last = attempt.answers.get(number), attempt.turns.get(number)
    given = _standing(attempt, number)
    outcomes: Mapping[str, OptionOutcome] = {}
    if reveals and step is not None and step.response is not None:
        kind = question_types.get(slot.scenario.kind)
        outcomes = {outcome.key: outcome for outcome in kind.summarise(slot.scenario, step.response)}
    path = given.sequence if slot.scenario.kind == "branching" else ()
    options = _options(stored, slot, given, reveals, outcomes)
    state = attempt.slot_state(number)
    library = stored.pinned.library
    shows_why = reveals
    return SlotSummary(
        attempt_id=stored.public_id,
        module_key=stored.pinned.module.key,
        module_title=stored.pinned.module.title,
        behaviour=attempt.behaviour,
        purpose=stored.purpose,
        number=number,
        total=len(attempt.slots),
        kind=slot.scenario.kind,
        title=slot.scenario.title,
        situation=slot.scenario.situation,
        exhibit=shown_exhibit(slot.scenario, slot.option_order),
        prompt=slot.scenario.prompt,
        options=options,
        state=state,
        standing=last.number if last else 0,
        steps=len(attempt.steps),
        unscored_because=slot.unscored_because,
        soundness=Soundness.of(step.credit).value if shows_why and step and step.credit is not None else None,
        citations=summarise_citations(library, slot.scenario.cites) if shows_why else (),
        comparisons=summarise_comparisons(library, slot.scenario) if shows_why else (),
        next_open=attempt.next_open(number),
        has_ended=attempt.state is not AttemptState.UNDER_WAY,
        deadline=attempt.deadline,
        left=time_left(stored, now),
        scenario_key=slot.scenario.key,
        seen=stored.pinned.digest_of(slot.scenario.key) if reveals else "",
        turns=_turns(slot, path, outcomes, reveals),
        hint=slot.scenario.hint if state is SlotState.HINTED else None,
        hint_citations=_hint_citations(stored, slot) if state is SlotState.HINTED else (),
        tries=len(attempt.tries.get(number, ())),
        asks_certainty=stored.pinned.module.certainty,
        certainty=last.certainty if last else None,
    )


def _hint_citations(stored: StoredAttempt, slot: Slot) -> tuple[CitationSummary, ...]:
    """Return the provision to read again where nobody wrote a hint: what the scenario is about first."""
    return () if slot.scenario.hint else summarise_citations(stored.pinned.library, slot.scenario.cites[:1])


def _standing(attempt: Attempt, number: int) -> Response:
    """Return what the page shows as given: the last answer, or the path so far; a second try begins with none."""
    last = attempt.turns.get(number)
    if last is None or last.response is None:
        return Response()
    return Response() if last.credit is not None and attempt.slot_state(number) is SlotState.HINTED else last.response


def _turns(
    slot: Slot, path: tuple[str, ...], outcomes: Mapping[str, OptionOutcome], reveals: bool
) -> tuple[TurnSummary, ...]:
    if slot.scenario.kind != "branching":
        return ()
    return turns_of(slot, path, {key: outcome.soundness.value for key, outcome in outcomes.items()}, reveals)


def _options(
    stored: StoredAttempt, slot: Slot, given: Response, reveals: bool, outcomes: Mapping[str, OptionOutcome]
) -> tuple[OptionSummary, ...]:
    """Return what may be chosen now, each at its position; steps to be ordered stand in the order given."""
    ratings = dict(given.ratings)
    order: Sequence[str] = slot.option_order
    if slot.scenario.kind == "ordering" and given.sequence:
        order = given.sequence
    if slot.scenario.kind == "branching":
        waiting = {option.key for option in waiting_options(slot.scenario, given.sequence)}
        order = [key for key in slot.option_order if key in waiting]
    return tuple(
        _option(
            stored,
            slot,
            slot.option_order.index(key),
            key in given.chosen,
            ratings.get(key),
            reveals,
            outcomes.get(key),
        )
        for key in order
    )


def _option(
    stored: StoredAttempt,
    slot: Slot,
    position: int,
    is_chosen: bool,
    rating: str | None,
    reveals: bool,
    outcome: OptionOutcome | None,
) -> OptionSummary:
    option = slot.scenario.option(slot.option_order[position])
    if not reveals:
        return OptionSummary(position, option.text, is_chosen, rating)
    scenario = slot.scenario
    picks = {key: pick for pick, key in scenario.key_choice.items()}
    is_best = (option.credit or Fraction(0)) > 0
    if scenario.kind in {"single_choice", "branching"}:
        is_best = option.credit == 1
    elif scenario.kind == "most_least":
        is_best = picks.get(option.key) == "most"
    return OptionSummary(
        position=position,
        text=option.text,
        is_chosen=is_chosen,
        rating=rating,
        is_best=is_best,
        soundness=outcome.soundness.value if outcome else Soundness.of(option.credit or Fraction(0)).value,
        key_rating=scenario.key_ratings.get(option.key) or picks.get(option.key),
        place=outcome.place if outcome else None,
        key_place=scenario.key_order.index(option.key) + 1 if scenario.key_order else None,
        ruling=option.ruling,
        consequence=option.consequence,
        citations=summarise_citations(stored.pinned.library, option.cites),
    )


@dataclass(frozen=True, slots=True)
class PlaceSummary:
    """One line of the check before handing in, or of the answers after the end."""

    number: int
    title: Text
    is_answered: bool
    soundness: str | None
    unscored_because: str | None


@dataclass(frozen=True, slots=True)
class AttemptSummary:
    """An attempt under way, seen as a whole."""

    attempt_id: str
    module_key: str
    module_title: Text
    behaviour: str
    purpose: str
    places: tuple[PlaceSummary, ...]
    next_open: int | None
    has_ended: bool
    deadline: datetime | None
    left: timedelta | None


def get_attempt(work: UnitOfWork, attempt_id: str) -> AttemptSummary:
    """Return the actor's attempt with the state of each place."""
    stored = settled(own_attempt(work, attempt_id, Permission.LEARNING_ATTEMPT_READ), work.now)
    return AttemptSummary(
        attempt_id=stored.public_id,
        module_key=stored.pinned.module.key,
        module_title=stored.pinned.module.title,
        behaviour=stored.attempt.behaviour,
        purpose=stored.purpose,
        places=_places(stored),
        next_open=stored.attempt.next_open(),
        has_ended=stored.attempt.state is not AttemptState.UNDER_WAY,
        deadline=stored.attempt.deadline,
        left=time_left(stored, work.now),
    )


def _places(stored: StoredAttempt) -> tuple[PlaceSummary, ...]:
    places = []
    for slot in stored.attempt.slots:
        step = stored.attempt.answers.get(slot.number)
        credit = step.credit if step and step.credit is not None else Fraction(0)
        soundness = Soundness.of(credit).value if stored.attempt.reveals(slot.number) else None
        places.append(
            PlaceSummary(slot.number, slot.scenario.title, step is not None, soundness, slot.unscored_because)
        )
    return tuple(places)


@dataclass(frozen=True, slots=True)
class RereadSummary:
    """A provision to reread after an attempt, whether it was, and how many scenarios can practise it."""

    citation: CitationSummary
    is_reread: bool
    practice_count: int


@dataclass(frozen=True, slots=True)
class ResultSummary:
    """How an attempt ended and what comes next."""

    attempt_id: str
    module_key: str
    module_title: Text
    behaviour: str
    purpose: str
    number: int | None
    limit: int
    passed: bool
    timed_out: bool
    ended_at: datetime
    points: Fraction
    out_of: int
    share: Fraction
    pass_share: Fraction
    places: tuple[PlaceSummary, ...]
    reread: tuple[RereadSummary, ...]
    next_step: NextStep
    opens_at: datetime | None
    is_latest: bool
    completion_id: str | None
    practised_after: str | None
    remark: Remark | None
    # Of the answers given with certainty: how many they are, and how many of them did not earn everything.
    sure: int
    sure_and_not_right: int


def get_result(work: UnitOfWork, attempt_id: str) -> ResultSummary:
    """Return the result of the actor's ended attempt; raise NotFound while it is under way."""
    stored = settled(own_attempt(work, attempt_id, Permission.LEARNING_ATTEMPT_READ), work.now)
    attempt, module = stored.attempt, stored.pinned.module
    if attempt.ended_at is None:
        raise NotFound("result")
    score = stored.score
    assignment = queries.get_assignment(work.session, stored.assignment_id)
    rows = queries.list_attempts(work.session, [assignment.id])
    failed = [row.ended_at or row.deadline_at for row in rows if row.number and row.number <= (stored.number or 0)]
    rereads = _rereads(work, stored) if stored.purpose == "assessed" and not score.passed else ()
    completion = queries.find_completion_of_assignment(work.session, assignment.id)
    if stored.purpose == "practice" or score.passed:
        needs_pledge = module.pledge is not None and module.pledge.required and completion is None
        step, opens_at = (NextStep.PLEDGE if needs_pledge else NextStep.DONE), None
    else:
        is_reread = all(reread.is_reread for reread in rereads)
        found = opening(module.attempts, failed, assignment.extra_attempts, is_reread, work.now)
        step, opens_at = found.next_step, found.opens_at
    sure = [step.credit for step in attempt.answers.values() if step.certainty == SURE]
    return ResultSummary(
        attempt_id=stored.public_id,
        module_key=module.key,
        module_title=module.title,
        behaviour=attempt.behaviour,
        purpose=stored.purpose,
        number=stored.number,
        limit=module.attempts.limit + assignment.extra_attempts,
        passed=score.passed,
        timed_out=attempt.state is AttemptState.EXPIRED,
        ended_at=attempt.ended_at,
        points=score.points,
        out_of=score.out_of,
        share=score.share,
        pass_share=module.pass_rule.score,
        places=_places(stored),
        reread=rereads,
        next_step=step,
        opens_at=opens_at,
        is_latest=not any((row.number or 0) > (stored.number or 0) for row in rows),
        completion_id=completion,
        practised_after=rows[-1].public_id if stored.purpose == "practice" and rows else None,
        remark=stored.remark,
        sure=len(sure),
        sure_and_not_right=sum(credit != 1 for credit in sure),
    )


def _rereads(work: UnitOfWork, stored: StoredAttempt) -> tuple[RereadSummary, ...]:
    done = queries.list_reread(work.session, stored.id)
    citations = list_to_reread(work, stored)
    summaries = summarise_citations(stored.pinned.library, citations)
    return tuple(
        RereadSummary(
            citation=summary,
            is_reread=summary.address in done,
            practice_count=min(
                sum(matches_provision(scenario, summary.address) for scenario in stored.pinned.scenarios.values()), 2
            ),
        )
        for summary in summaries
    )
