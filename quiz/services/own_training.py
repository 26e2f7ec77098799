"""The attempts of the actor as they may see them on the pages, written out: what was shown, given and told."""

from collections.abc import Mapping
from typing import Any

from quiz.access.permissions import Permission
from quiz.db.queries import attempts as queries
from quiz.db.queries import own_data
from quiz.db.queries.own_data import Whose
from quiz.engine.scenario import Exhibit
from quiz.services.citing import CitationSummary
from quiz.services.stored_attempts import StoredAttempt, settled
from quiz.services.taking import own_attempt
from quiz.services.unfolding import TurnSummary
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.viewing import OptionSummary, summarise_slot

Plain = dict[str, Any]


def list_attempts(work: UnitOfWork, whose: Whose) -> list[Plain]:
    """Return every attempt of the actor, the oldest first, each place as its page would show it now.

    Nothing is read past what the pages tell: while an answer may still be given or changed, neither what is right nor
    why stands here, nor what was earned.
    """
    rows = own_data.list_rows(work.session, "attempt", whose)
    return [_attempt(work, row["public_id"], row["id"]) for row in rows]


def _attempt(work: UnitOfWork, public_id: str, key: int) -> Plain:
    stored = settled(own_attempt(work, public_id, Permission.LEARNING_ATTEMPT_READ), work.now)
    attempt = stored.attempt
    found: Plain = {
        "id": stored.public_id,
        "module": stored.pinned.module.key,
        "title": stored.pinned.module.title.document(),
        "purpose": stored.purpose,
        "number": stored.number,
        "behaviour": attempt.behaviour,
        "started_at": attempt.started_at,
        "deadline_at": attempt.deadline,
        "ended_at": attempt.ended_at,
        "outcome": stored.outcome,
        "score": _score(stored),
        "marked_again": _remark(stored),
        "reread": sorted(queries.list_reread(work.session, key)),
        "places": [_place(stored, number, work) for number in range(1, len(attempt.slots) + 1)],
    }
    return found


def _score(stored: StoredAttempt) -> Plain | None:
    if stored.attempt.ended_at is None or stored.purpose != "assessed":
        return None
    score = stored.score
    return {"points": str(score.points), "out_of": score.out_of, "passed": score.passed}


def _remark(stored: StoredAttempt) -> Plain | None:
    if stored.remark is None:
        return None
    return {"at": stored.remark.at, "reason": stored.remark.reason.document(), "new_stands": stored.remark.after_stands}


def _place(stored: StoredAttempt, number: int, work: UnitOfWork) -> Plain:
    slot = summarise_slot(stored, number, work.now)
    steps = [step for step in stored.attempt.steps if step.slot == number]
    shown = [step.shown for step in steps if step.shown]
    return {
        "number": number,
        "title": slot.title.document(),
        "kind": slot.kind,
        "situation": slot.situation.document(),
        "exhibit": _exhibit(slot.exhibit),
        "prompt": slot.prompt.document(),
        "options": [_option(one) for one in slot.options],
        "path": [_turn(turn) for turn in slot.turns if turn.chosen],
        "state": slot.state.value,
        "certainty": slot.certainty,
        "not_scored_because": slot.unscored_because,
        "soundness": slot.soundness,
        "rests_on": [_citation(one) for one in slot.citations],
        "answered_at": [step.at for step in steps],
        "shown_in": [{"language": one.language, "digits": one.digits} for one in shown[-1:]],
    }


def _turn(turn: TurnSummary) -> Plain:
    return {
        "situation": turn.situation.document(),
        "chosen": turn.chosen.document() if turn.chosen else None,
        "consequence": turn.consequence.document() if turn.consequence else None,
        "ruling": turn.ruling.document() if turn.ruling else None,
        "soundness": turn.soundness,
    }


def _exhibit(exhibit: Exhibit | None) -> Plain | None:
    if exhibit is None:
        return None
    return {
        "medium": exhibit.medium,
        "texts": {name: text.document() for name, text in exhibit.texts.items()},
        "plain": dict(exhibit.plain),
        "turns": [{"who": turn.who.document(), "says": turn.says.document()} for turn in exhibit.turns],
    }


def _option(option: OptionSummary) -> Plain:
    found: Plain = {
        "position": option.position + 1,
        "text": option.text.document(),
        "chosen": option.is_chosen,
        "rated": option.rating,
    }
    if option.ruling is not None:
        told: Mapping[str, Any] = {
            "soundness": option.soundness,
            "best": option.is_best,
            "key": option.key_rating,
            "place": option.place,
            "key_place": option.key_place,
            "ruling": option.ruling.document(),
            "consequence": option.consequence.document() if option.consequence else None,
            "cites": [_citation(one) for one in option.citations],
        }
        found |= told
    return found


def _citation(one: CitationSummary) -> str:
    return one.address
