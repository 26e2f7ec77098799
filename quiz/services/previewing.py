"""A draft as learners would meet it: its page before the answer and after it, made by what makes theirs."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.engine.actions import Answer
from quiz.engine.attempt import Attempt, Slot, act
from quiz.engine.document import read_scenario
from quiz.engine.errors import Faulty
from quiz.engine.extremes import least_sound, soundest
from quiz.engine.instrument import Library, Verification
from quiz.engine.module import AttemptsRule, Module, PassRule
from quiz.engine.periods import Period
from quiz.engine.response import Response
from quiz.engine.scenario import Scenario
from quiz.engine.text import SOURCE_LANGUAGE, Text
from quiz.services.pinned import PinnedModule
from quiz.services.published import get_library
from quiz.services.stored_attempts import StoredAttempt
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.viewing import SlotSummary, summarise_slot

BEFORE, SOUND, UNSOUND = "before", "sound", "unsound"
ANSWERS = (BEFORE, SOUND, UNSOUND)
_GAP, _GAP_ADDRESS = "…", "none/none/none"


def preview(work: UnitOfWork, document: Mapping[str, Any], answered: str = BEFORE) -> SlotSummary | None:
    """Return the page of a draft before an answer, after the soundest or after the least sound one.

    Texts still to be written are shown as a gap; None where too little stands to make a page of it.
    """
    work.require(Permission.BANK_DRAFT_READ, Target("preview", is_in_part=True))
    scenario = _readable(document)
    if scenario is None:
        return None
    stored = _sitting(scenario, get_library(work), work.now)
    if answered != BEFORE:
        stored = _answered(stored, soundest(scenario) if answered == SOUND else least_sound(scenario), work.now)
    return summarise_slot(stored, 1, work.now)


def _readable(document: Mapping[str, Any]) -> Scenario | None:
    filled = _with_gaps(document)
    for attempt in (filled, _with_a_key(filled)):
        try:
            return read_scenario(attempt)
        except Faulty:
            continue
    return None


def _with_gaps(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a draft in which whatever is still missing stands as a gap, so that the rest of it can be shown."""
    made = deepcopy(dict(document))
    for name in ("title", "situation", "prompt"):
        made[name] = _said(made.get(name))
    made["cites"] = made.get("cites") or [_GAP_ADDRESS]
    made["topics"] = made.get("topics") or ["general"]
    made["values"] = made.get("values") or ["integrity"]
    made.pop("compare", None)
    options = [
        *(made.get("options") or ()),
        *(c for node in made.get("nodes") or () for c in node.get("choices") or ()),
    ]
    for option in (*options, *(made.get("passages") or ())):
        option["ruling"] = _said(option.get("ruling"))
    for option in options:
        option["text"] = _said(option.get("text"))
    for node in made.get("nodes") or ():
        node["situation"] = _said(node.get("situation"))
    _exhibit_with_gaps(made.get("exhibit"))
    return made


def _with_a_key(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a draft whose key is none yet with one that only serves to show its page."""
    made = deepcopy(dict(document))
    options = list(made.get("options") or ())
    for place, option in enumerate(options if made.get("kind") in {"single_choice", "multiple_choice"} else ()):
        option["credit"] = 1 if place == 0 else (-1 if place == 1 and made["kind"] == "multiple_choice" else 0)
    if made.get("kind") == "most_least" and len(options) > 1:
        made["key_choice"] = {"most": options[0].get("key"), "least": options[-1].get("key")}
    for place, passage in enumerate(made.get("passages") or ()):
        passage["breach"] = passage.get("breach") or place == 0
    for node in made.get("nodes") or ():
        for place, choice in enumerate(node.get("choices") or ()):
            choice["credit"] = 1 if place == 0 else choice.get("credit", 0)
    return made


def _exhibit_with_gaps(exhibit: dict[str, Any] | None) -> None:
    for name, value in (exhibit or {}).items():
        if isinstance(value, dict):
            exhibit[name] = _said(value)  # type: ignore[index]
        elif value == "":
            exhibit[name] = _GAP  # type: ignore[index]
        for turn in value if isinstance(value, list) else ():
            turn["who"], turn["says"] = _said(turn.get("who")), _said(turn.get("says"))


def _said(text: Any) -> dict[str, str]:
    said = {language: words for language, words in dict(text or {}).items() if words}
    return {**said, SOURCE_LANGUAGE: said.get(SOURCE_LANGUAGE) or _GAP}


def _sitting(scenario: Scenario, library: Library, now: datetime) -> StoredAttempt:
    """Return an attempt of one place that nobody takes and nothing stores."""
    module = Module(
        key="preview",
        title=Text({SOURCE_LANGUAGE: _GAP}),
        summary=Text({SOURCE_LANGUAGE: _GAP}),
        minutes=1,
        jurisdictions=(scenario.jurisdiction,),
        lesson=(),
        blueprint=(),
        behaviour="immediate_feedback",
        certainty=False,
        pass_rule=PassRule(Fraction(1)),
        attempts=AttemptsRule(1, (), False),
        time_limit=None,
        validity=Period(),
        pledge=None,
        minimum_verification=Verification.SECONDARY,
    )
    slot = Slot(1, scenario, tuple(option.key for option in scenario.options), True)
    attempt = Attempt(module.behaviour, (slot,), module.pass_rule, now, None, "")
    pinned = PinnedModule(0, 0, 0, "", "", module, {"": scenario}, library, {})
    return StoredAttempt(0, "preview", 0, 0, "practice", 1, pinned, attempt, False)


def _answered(stored: StoredAttempt, response: Response, now: datetime) -> StoredAttempt:
    attempt = stored.attempt
    for given in _turns(attempt, response):
        attempt = act(attempt, Answer(1, given), now)
    return replace(stored, attempt=attempt)


def _turns(attempt: Attempt, response: Response) -> Sequence[Response]:
    """Return what is given one after another: a path grows turn by turn, all else is given at once."""
    if attempt.slot(1).scenario.kind != "branching":
        return (response,)
    return tuple(Response.in_sequence(*response.sequence[: turn + 1]) for turn in range(len(response.sequence)))
