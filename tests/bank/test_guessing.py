"""How often the best option is met by its form alone."""

from fractions import Fraction
from typing import Any

from quiz.bank.guessing import Rate, best_places, rates
from quiz.engine.document import read_scenario


def rate_of(bank: Any, strategy: str) -> Rate | None:
    scenarios = [read_scenario(document) for document in (bank.scenario, *bank.more)]
    return next((rate for rate in rates(scenarios) if rate.strategy == strategy), None)


def test_the_best_of_each_kind(bank: Any) -> None:
    assert best_places(read_scenario(bank.scenario)) == {2}
    bank.tick()
    assert best_places(read_scenario(bank.scenario)) == {2, 3}


def test_the_best_of_a_judgement_is_the_highest_rating_there_is(bank: Any) -> None:
    bank.judge()
    assert best_places(read_scenario(bank.scenario)) == {2}
    bank.scenario["key_ratings"]["recorded-permission"] = "appropriate"
    assert best_places(read_scenario(bank.scenario)) == {2, 3}


def test_the_longest_in_each_language(bank: Any) -> None:
    best = bank.scenario["options"][2]["text"]
    best["ar"] += " وإبلاغ السيدة بموعدها الجديد في الحال، ثم متابعة المعاملة حتى تنتهي."
    found = rate_of(bank, "longest-ar")
    assert found is not None
    assert (found.succeeds, found.chance, found.above_chance) == (1, Fraction(1, 4), Fraction(3, 4))
    english = rate_of(bank, "longest-en")
    assert english is not None
    assert english.succeeds == 0


def test_two_that_are_equally_long_count_in_half(bank: Any) -> None:
    options = bank.scenario["options"]
    for place, length in enumerate((20, 30, 30, 10)):
        options[place]["text"]["ar"] = "ن" * length
    found = rate_of(bank, "longest-ar")
    assert found is not None
    assert found.succeeds == Fraction(1, 2)


def test_what_reports_is_tried_only_where_some_do(bank: Any) -> None:
    bank.scenario["options"][2]["text"]["ar"] = "الكتابة إلى صاحبة المعاملة بما بقي منها، وبموعد آخر."
    assert rate_of(bank, "reports") is None
    bank.scenario["options"][0]["text"]["ar"] = "إبلاغ الرئيس المباشر بما جرى، وترك المعاملة حتى يعود برأيه غدًا."
    found = rate_of(bank, "reports")
    assert found is not None
    assert (found.scenarios, found.succeeds) == (1, 0)


def test_few_scenarios_give_nothing_away(bank: Any) -> None:
    bank.copies(18)
    found = rate_of(bank, "option-3")
    assert found is not None
    assert (found.scenarios, found.gives_away) == (19, False)
    bank.copies(1)
    found = rate_of(bank, "option-3")
    assert found is not None
    assert found.gives_away


def test_ten_points_above_chance_are_allowed(bank: Any) -> None:
    def best_moves(number: int, document: Any) -> None:
        options = document["options"]
        document["options"] = options[number % 4 :] + options[: number % 4]

    bank.copies(19, best_moves)
    found = rate_of(bank, "option-3")
    assert found is not None
    assert found.succeeds == Fraction(6, 20)
    assert not found.gives_away


def test_the_check_names_what_gives_a_bank_away(bank: Any) -> None:
    bank.copies(19)
    (found, *_) = [finding for finding in bank.found("guessable") if finding.values["strategy"] == "option-3"]
    assert found.file == "scenarios/eg-cybercrime"
    assert found.values == {"bank": "eg-cybercrime", "strategy": "option-3", "succeeds": "100", "chance": "25"}
