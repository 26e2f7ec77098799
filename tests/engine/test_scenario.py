"""A scenario is a value: equal ones are one, whatever mappings they hold, and what it may leave out is empty."""

import pytest

from quiz.engine.instrument import Citation
from quiz.engine.question_types import registry
from quiz.engine.reading import Fault
from quiz.engine.scenario import Exhibit, Option, Scenario
from tests.builders import ADDRESS, a_node, a_scenario, a_text


@pytest.mark.parametrize("kind", registry.names())
def test_equal_scenarios_are_one_member_of_a_set(kind: str) -> None:
    assert len({a_scenario(kind=kind), a_scenario(kind=kind)}) == 1
    assert len({a_scenario(kind=kind), a_scenario("other", kind)}) == 2


def test_what_holds_mappings_can_be_a_member_of_a_set() -> None:
    for make in (
        lambda: Exhibit("post", {"body": a_text()}, {"handle": "x"}),
        lambda: a_node("first", a=None),
        lambda: Fault(("key",), "missing", {"field": "key"}),
    ):
        assert len({make(), make()}) == 1


def test_an_exhibit_may_be_of_nothing_but_its_medium() -> None:
    shown = Exhibit("dialogue")
    assert (shown.texts, shown.plain, shown.official, shown.turns) == ({}, {}, None, ())


def test_a_scenario_may_leave_out_what_its_kind_does_not_need() -> None:
    words = a_text()
    bare = Scenario("bare", "eg-conduct", "spot", words, words, "EG", False, words, (), (), (), (), (), 1)
    assert (bare.key_ratings, bare.key_choice, bare.key_order, bare.nodes, bare.compare) == ({}, {}, (), (), ())
    assert (bare.exhibit, bare.hint, bare.author_note) == (None, None, None)
    assert Fault(("key",), "empty").values == {}
    option = Option("a", words, words, ())
    assert (option.credit, option.consequence, option.path) == (None, None, ())


def test_a_mark_rests_on_each_citation_once_in_the_order_of_the_file() -> None:
    gifts, media = f"{ADDRESS}#1", f"{ADDRESS}#2"
    scenario = a_scenario(cites=[media, ADDRESS], option_cites=[gifts, media])
    assert scenario.citations == (Citation(media), Citation(ADDRESS), Citation(gifts))
