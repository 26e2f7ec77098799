"""Whatever somebody wrote into a file, what a form is given has the shape of a scenario; a sound one stays as it is."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quiz.bank.composing import empty_scenario
from quiz.bank.reader import read_folder
from quiz.bank.shaping import shaped_scenario
from quiz.engine.question_types import registry as question_types
from quiz.engine.scenario import BANKS
from quiz.settings.operator import folder

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["ar", "key", "text"]), inner),
    max_leaves=8,
)
FIELDS = (*empty_scenario(BANKS[0]), "exhibit", "nodes", "passages", "compare", "key_order", "key_ratings", "hint")


def test_every_scenario_that_is_shipped_stays_as_it_is() -> None:
    for source in read_folder(folder("content")).scenarios:
        assert shaped_scenario(source.document) == source.document


@pytest.mark.parametrize("kind", question_types.names())
def test_what_is_still_empty_stays_as_it_is(kind: str) -> None:
    document = empty_scenario("ae-conduct", kind)
    assert shaped_scenario(document) == document


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING))
def test_anything_becomes_a_scenario_and_is_one_from_then_on(document: dict[str, Any]) -> None:
    found = shaped_scenario(document)
    assert set(empty_scenario(BANKS[0])) - {"options"} <= set(found)
    assert found["kind"] in question_types.names()
    assert all(isinstance(found[name], dict) for name in ("title", "situation", "prompt"))
    assert shaped_scenario(found) == found


def test_what_is_of_another_kind_is_left_out_and_all_else_is_kept() -> None:
    option = {
        "key": "a",
        "text": {"ar": "نص", "en": 7, "fr": "x"},
        "ruling": [],
        "cites": ["x/y/z", 7, {"at": "x/y/w"}],
    }
    found = shaped_scenario({"options": [option, "b"], "exhibit": {"medium": "poem"}, "pages": 7, "leaves": [1]})
    assert found["options"][0] == {"key": "a", "text": {"ar": "نص"}, "cites": ["x/y/z", {"at": "x/y/w"}], "credit": 0}
    assert found["pages"] == 7
    assert "exhibit" not in found
    assert "leaves" not in found
