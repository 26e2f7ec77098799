"""When the next attempt opens, when a module is complete, until when, and what to reread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from quiz.engine.attempt import Attempt
from quiz.engine.instrument import Citation
from quiz.engine.module import AttemptsRule, Module


class NextStep(StrEnum):
    """What a person can do about a module now."""

    BEGIN = "begin"
    CONTINUE = "continue"
    REREAD = "reread"
    WAIT = "wait"
    ASK = "ask"
    PLEDGE = "pledge"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Opening:
    """What stands between a person and the next attempt; `opens_at` is set when only time does."""

    next_step: NextStep
    number: int
    opens_at: datetime | None = None


def opening(rule: AttemptsRule, ended: Sequence[datetime], extra: int, reread: bool, now: datetime) -> Opening:
    """Return what comes after these unsuccessful attempts (their ends, in order), with `extra` granted ones.

    The wait is exact and runs from the end of the last attempt. Where the module asks for remediation, the provisions
    must have been reread before any attempt but the first.
    """
    number = len(ended) + 1
    if number > rule.limit + extra:
        return Opening(NextStep.ASK, number)
    if not ended:
        return Opening(NextStep.BEGIN, number)
    opens_at = rule.wait_before(number).from_moment(ended[-1])
    if rule.remediation and not reread:
        return Opening(NextStep.REREAD, number, opens_at if opens_at > now else None)
    if opens_at > now:
        return Opening(NextStep.WAIT, number, opens_at)
    return Opening(NextStep.BEGIN, number)


def valid_until(module: Module, completed_on: date) -> date:
    """Return the last civil day on which a completion of that day is valid."""
    return module.validity.after(completed_on)


def to_reread(attempt: Attempt, most: int = 3) -> tuple[Citation, ...]:
    """Return the provisions behind the weakest answers that count, weakest first, at most `most`.

    A provision's weight is the credit lost over the scored places that are about it; ties go by the first place.
    """
    lost: dict[str, Fraction] = {}
    citations: dict[str, Citation] = {}
    for slot, mark in zip(attempt.slots, attempt.marks, strict=True):
        if not mark.scored or mark.credit == 1:
            continue
        for citation in slot.scenario.cites:
            citations.setdefault(citation.address, citation)
            lost[citation.address] = lost.get(citation.address, Fraction(0)) + 1 - mark.credit
    order = sorted(lost, key=lambda address: (-lost[address], list(lost).index(address)))
    return tuple(citations[address] for address in order[:most])
