"""Two versions mark alike where they have the same key, whatever else differs between them; of every kind."""

from dataclasses import replace
from typing import Any

import pytest

from quiz.engine.question_types import registry as question_types
from quiz.engine.regrading import marks_alike
from quiz.engine.scenario import RATINGS
from tests.builders import a_node, a_scenario, a_text

OTHER_KEY: dict[str, dict[str, Any]] = {
    "single_choice": {"credits": {"a": "1/2", "b": 1, "c": 0}},
    "multiple_choice": {"credits": {"a": 1, "b": "-1/3", "c": "-1/3", "d": "-1/3"}},
    "judgement": {"key_ratings": dict(zip("abcd", reversed(RATINGS), strict=True))},
    "most_least": {"key_choice": {"most": "b", "least": "d"}},
    "ordering": {"key_order": ("b", "a", "c")},
    "spot": {"credits": {"a": -1, "b": 1, "c": -1}},
    "branching": {"nodes": (a_node("first", a=None, b="second"), a_node("second", a=None, b=None))},
}


@pytest.mark.parametrize("kind", question_types.names())
def test_another_key_marks_otherwise_and_other_words_do_not(kind: str) -> None:
    scenario = a_scenario(kind=kind)
    reworded = replace(scenario, title=a_text("عنوان آخر"), options=tuple(reversed(scenario.options)), difficulty=3)
    assert marks_alike(scenario, reworded)
    assert not marks_alike(scenario, a_scenario(kind=kind, **OTHER_KEY[kind]))


def test_another_kind_marks_otherwise() -> None:
    assert not marks_alike(a_scenario(), a_scenario(kind="ordering"))
