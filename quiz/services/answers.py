"""Answers to questions, as all who read them do, and how one is stored: never changed, a later one added."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.exc import IntegrityError

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.advising import AnswerRow, NoteRow, WishRow
from quiz.db.models.attempts import QuestionRow
from quiz.db.queries import advising as queries
from quiz.db.queries.wishing import list_last_decisions
from quiz.engine.text import Text
from quiz.events import QuestionAnswered
from quiz.services.errors import Refused, Stale
from quiz.services.unit_of_work import UnitOfWork

LONGEST_ANSWER = 4000
LONGEST_NOTE = 2000


class WishState(StrEnum):
    """What became of a wish."""

    OPEN = "open"
    TAKEN_UP = "taken_up"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class NoteSummary:
    """A question and its answer as everybody may read them, beside a provision."""

    public_id: str
    address: str
    question: Text
    answer: Text
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class WishSummary:
    """A new scenario that was wished for, about which provision, and what became of it."""

    public_id: str
    address: str
    note: str
    state: WishState
    scenario_key: str | None
    declined_because: str | None


@dataclass(frozen=True, slots=True)
class AnswerSummary:
    """One answer; `mended_in` is the number of the version that a doubt led to."""

    number: int
    outcome: str
    words: str
    reason: str | None
    mended_in: int | None
    at: datetime
    by: str
    note: NoteSummary | None
    wish: WishSummary | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an answer leads to, and what that needs: a reason, or the version that mends."""

    code: str
    reason: str | None = None
    version_id: int | None = None


def list_answers(work: UnitOfWork, question: QuestionRow) -> tuple[AnswerSummary, ...]:
    """Return the answers to a question in order; whoever calls has asked whether the actor may read them."""
    found = queries.list_answers(work.session, question.id)
    decided = list_last_decisions(work.session, {wish.id for _, _, wish, _ in found if wish})
    return tuple(
        AnswerSummary(
            number=answer.number,
            outcome=answer.outcome,
            words=answer.words,
            reason=answer.reason,
            mended_in=mended_in,
            at=answer.answered_at,
            by=answer.answered_by,
            note=summarise_note(note) if note else None,
            wish=summarise_wish(wish, decided.get(wish.id)) if wish else None,
        )
        for answer, note, wish, mended_in in found
    )


def summarise_wish(row: WishRow, decision: Any) -> WishSummary:
    """Return a wish with the decision that holds for it, None without one."""
    if decision is None:
        return WishSummary(row.public_id, row.address, row.note, WishState.OPEN, None, None)
    state = WishState(decision.state)
    return WishSummary(row.public_id, row.address, row.note, state, decision.scenario_key, decision.reason)


def summarise_note(row: NoteRow) -> NoteSummary:
    """Return a note as pages show it."""
    return NoteSummary(row.public_id, row.address, Text(row.question), Text(row.answer), row.withdrawn_at is not None)


def store_answer(
    work: UnitOfWork, permission: Permission, question: QuestionRow, seen: int, words: str, outcome: Outcome
) -> AnswerRow:
    """Store the next answer to a question; `seen` is how many the page showed.

    Raise Stale where somebody else has answered since, Refused where the words are too many.
    """
    if len(words) > LONGEST_ANSWER:
        raise Refused("too-long", field="words", most=LONGEST_ANSWER)
    if queries.count_answers(work.session, question.id) != seen:
        raise Stale("answered-meanwhile")
    row = AnswerRow(
        public_id=work.new_id(),
        question_id=question.id,
        number=seen + 1,
        outcome=outcome.code,
        words=words,
        reason=outcome.reason,
        scenario_version_id=outcome.version_id,
        answered_by=work.actor.name,
        answered_at=work.now,
    )
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise Stale("answered-meanwhile") from clash
    work.audit(permission, Target("question", question.public_id), number=row.number, outcome=outcome.code)
    if question.person_id is not None:
        work.record(QuestionAnswered(row.public_id))
    return row
