"""The words of the content format are those that its documentation names; words that are stored stay what they are."""

import re
from pathlib import Path

import pytest

from quiz.engine.attempt import StepKind
from quiz.engine.completion import NextStep
from quiz.engine.document import BEHAVIOURS, FIGURES, UNITS
from quiz.engine.instrument import EditionStatus, Verification
from quiz.engine.question_types import registry
from quiz.engine.question_types.protocol import Soundness
from quiz.engine.regrading import WITHDRAWN, Policy
from quiz.engine.scenario import AUDIENCES, BANKS, PICKS, RATINGS, VALUES
from quiz.engine.scenario_document import MEDIA, TOPICS, VERDICTS
from quiz.engine.states import AttemptState, SlotState

DOCUMENTED = (Path(__file__).parents[2] / "docs" / "content-format.md").read_text()
VOCABULARIES = {
    "audiences": AUDIENCES,
    "banks": BANKS,
    "behaviours": BEHAVIOURS,
    "editions": tuple(EditionStatus),
    "figures": FIGURES,
    "kinds": registry.names(),
    "media": tuple(MEDIA),
    "fields of media": tuple(name for texts, plain in MEDIA.values() for name in (*texts, *plain)),
    "picks": PICKS,
    "ratings": RATINGS,
    "topics": TOPICS,
    "units": UNITS,
    "values": VALUES,
    "verdicts": VERDICTS,
    "verification": tuple(Verification),
}


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_every_word_of_the_format_is_documented(vocabulary: str) -> None:
    named = set(re.findall(r"[a-z0-9_-]+", DOCUMENTED))
    assert set(map(str, VOCABULARIES[vocabulary])) <= named


# What rows, forms and templates know by its word.
STORED = [
    (AttemptState, ["under_way", "finished", "expired"]),
    (SlotState, ["open", "hinted", "answered", "ruled"]),
    (StepKind, ["answered", "finished", "expired"]),
    (NextStep, ["begin", "continue", "reread", "wait", "ask", "pledge", "done"]),
    (Policy, ["only_if_it_helps", "always"]),
    (Soundness, ["sound", "partly", "unsound"]),
]


@pytest.mark.parametrize(("words", "expected"), STORED, ids=lambda one: getattr(one, "__name__", ""))
def test_a_word_that_is_stored_stays_what_it_is(words: type[AttemptState], expected: list[str]) -> None:
    assert [word.value for word in words] == expected


def test_a_scenario_that_was_withdrawn_is_stored_as_such() -> None:
    assert WITHDRAWN == "withdrawn"
