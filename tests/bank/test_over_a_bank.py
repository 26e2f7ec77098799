"""What shows only over many scenarios: habits, cast, coverage, and whether a blueprint can be filled."""

import random
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import pytest

from quiz.bank.checks import check
from quiz.bank.checks_bank import hands_on, protagonist
from quiz.bank.checks_modules import shortages
from quiz.bank.coverage import Mix, coverage, mix
from quiz.engine.document import read_instrument, read_scenario
from quiz.engine.errors import ImpossibleDraw
from quiz.engine.instrument import Library
from quiz.engine.module import SelectionRule
from quiz.engine.scenario import Scenario
from quiz.engine.selection import draw

NO_LIBRARY = Library.of(())

WOMAN, MAN = "تعمل هناء", "يعمل كريم"


def turned(number: int, document: dict[str, Any]) -> None:
    """Let the best option stand elsewhere, and a man and a woman take turns."""
    options = document["options"]
    document["options"] = options[number % 4 :] + options[: number % 4]
    name = WOMAN if number % 2 else MAN
    document["situation"]["ar"] = document["situation"]["ar"].replace(WOMAN, name)


def test_a_fair_bank_has_no_habit(bank: Any) -> None:
    bank.copies(11, turned)
    assert bank.report().findings == ()


def test_the_best_answer_often_in_one_place(bank: Any) -> None:
    def best_is_third(number: int, document: dict[str, Any]) -> None:
        turned(number, document)
        turned(-number, document)

    bank.copies(11, best_is_third)
    (found,) = bank.found("best-in-one-place")
    assert found.file == "scenarios/eg-cybercrime"
    assert found.line == 0
    assert found.values == {"bank": "eg-cybercrime", "place": "3", "count": "12", "total": "12"}


def hand_on(bank: Any) -> None:
    text = "إبلاغ الرئيس المباشر بالأمر كما هو، وانتظار ما يراه فيه صباح الغد."
    bank.scenario["options"][2]["text"]["ar"] = text


def test_few_scenarios_have_no_habit(bank: Any) -> None:
    hand_on(bank)
    bank.copies(4)
    assert bank.report().findings == ()


def test_six_scenarios_have_habits(bank: Any) -> None:
    hand_on(bank)
    bank.copies(5)
    assert {finding.code for finding in bank.report().findings} == {
        "best-in-one-place",
        "best-hands-on",
        "unbalanced-cast",
    }


def test_each_bank_is_judged_alone(bank: Any) -> None:
    hand_on(bank)
    bank.copies(6, lambda number, document: document.update(bank=("eg-cybercrime", "eg-conduct")[number % 2]))
    assert not {"best-in-one-place", "best-hands-on", "unbalanced-cast"} & {f.code for f in bank.report().findings}


def test_only_where_one_option_is_chosen_has_the_best_a_place(bank: Any) -> None:
    bank.judge()
    bank.copies(11)
    assert bank.found("best-in-one-place") == []


def report_it(bank: Any, times: int) -> None:
    def change(number: int, document: dict[str, Any]) -> None:
        turned(number, document)
        if number < times:
            best = next(option for option in document["options"] if option["credit"] == 1)
            best["text"]["ar"] = "إبلاغ الرئيس المباشر بالأمر كما هو، وانتظار ما يراه فيه صباح الغد."

    bank.copies(11, change)


def test_reporting_is_best_in_a_third_and_no_more(bank: Any) -> None:
    report_it(bank, 4)
    assert bank.found("best-hands-on") == []


def test_reporting_is_best_in_over_a_third(bank: Any) -> None:
    report_it(bank, 5)
    (found,) = bank.found("best-hands-on")
    assert (found.values["count"], found.values["total"]) == ("5", "12")


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("a", "إبلاغ الرئيس المباشر بالأمر.", True),
        ("a", "سؤال المديرة عن الرأي.", True),
        ("a", "رفع الأمر إلى الجهة المختصة.", True),
        ("a", "الإبلاغ عن الواقعة اليوم.", True),
        ("report", "كتابة ما جرى وإرساله.", True),
        ("report-now", "كتابة ما جرى وإرساله.", True),
        ("reporters-list", "كتابة ما جرى وإرساله.", False),
        ("a", "إبلاغ السيدة بموعد محدد.", False),
        ("a", "سؤال أصحاب الوجوه عن رأيهم.", False),
        ("a", "رفع كلمة المرور من المجموعة.", False),
        ("a", "إنهاء المعاملة، وإبلاغ الرئيس المباشر.", False),
    ],
)
def test_what_hands_the_decision_on(bank: Any, key: str, text: str, expected: bool) -> None:
    best = bank.scenario["options"][2]
    best["key"], best["text"]["ar"] = key, text
    assert hands_on(read_scenario(bank.scenario)) is expected


def test_a_rated_scenario_hands_on_by_its_best_rating(bank: Any) -> None:
    bank.judge()
    assert not hands_on(read_scenario(bank.scenario))
    bank.scenario["options"][2]["text"]["ar"] = "إبلاغ الرئيس المباشر بالأمر."
    assert hands_on(read_scenario(bank.scenario))
    bank.scenario["key_ratings"]["recorded-permission"] = "appropriate"
    assert not hands_on(read_scenario(bank.scenario))


@pytest.mark.parametrize(("women", "expected"), [(4, True), (5, False), (7, False), (8, True)])
def test_a_cast_is_balanced_about_the_middle(bank: Any, women: int, expected: bool) -> None:
    def cast(number: int, document: dict[str, Any]) -> None:
        turned(number, document)
        situation = document["situation"]["ar"].replace(MAN, WOMAN)
        document["situation"]["ar"] = situation if number < women - 1 else situation.replace(WOMAN, MAN)

    bank.copies(11, cast)
    found = bank.found("unbalanced-cast")
    assert bool(found) is expected
    if found:
        assert found[0].values == {"bank": "eg-cybercrime", "women": str(women), "men": str(12 - women)}


@pytest.mark.parametrize(
    ("situation", "expected"),
    [
        ("تعمل هناء مع كريم.", "woman"),
        ("كُلّف كريم بعمل هناء.", "man"),
        ("وصلت رسالة لمريم.", "woman"),
        ("شمّا مشرفة.", "woman"),
        ("أعلنت الهيئة موعدًا كريمًا.", None),
    ],
)
def test_the_first_person_named_is_the_main_character(bank: Any, situation: str, expected: str | None) -> None:
    bank.scenario["situation"]["ar"] = situation
    assert protagonist(read_scenario(bank.scenario)) == expected


# Coverage


def covered(bank: Any) -> dict[str, int]:
    library = Library.of((read_instrument(bank.instrument),))
    return {row.address: len(row.scenarios) for row in coverage(library, [read_scenario(bank.scenario)])}


def bind(bank: Any) -> None:
    for edition in bank.instrument["editions"]:
        for provision in edition["provisions"]:
            provision["binds_conduct"] = True


def test_coverage_is_owed_to_what_binds_is_proven_and_stands(bank: Any) -> None:
    assert covered(bank) == {}
    bind(bank)
    # Not to what is recalled or disputed, not to a repealed edition, not to a draft.
    law = "eg-cybercrime/law-175-2018"
    assert covered(bank) == {f"{law}/art-20": 1, f"{law}/art-21": 0}
    bank.instrument["editions"][0]["status"] = "unknown"
    assert covered(bank) == {f"{law}/art-20": 1, f"{law}/art-21": 0}
    bank.instrument["editions"][0]["provisions"][0]["sensitive"] = True
    assert covered(bank) == {f"{law}/art-21": 0}


def test_a_sensitive_scenario_and_a_comparison_cover_nothing(bank: Any) -> None:
    bind(bank)
    bank.scenario["compare"][0]["cites"] = ["eg-cybercrime/law-175-2018/art-21"]
    bank.scenario["sensitive"] = True
    assert set(covered(bank).values()) == {0}


def test_what_is_only_there_to_be_compared_with_is_covered_by_comparisons(bank: Any) -> None:
    bind(bank)
    law = deepcopy(bank.instrument)
    law.update(key="ae-cybercrime", jurisdiction="AE")
    library = Library.of((read_instrument(bank.instrument), read_instrument(law)))
    compare = {"edition": "ae-cybercrime/law-175-2018", "cites": ["ae-cybercrime/law-175-2018/art-20#1"]}
    bank.scenario["compare"] = [{**bank.scenario["compare"][0], **compare}]
    rows = {row.address: len(row.scenarios) for row in coverage(library, [read_scenario(bank.scenario)])}
    assert rows["ae-cybercrime/law-175-2018/art-20"] == 1
    assert rows["ae-cybercrime/law-175-2018/art-21"] == 0


def test_two_scenarios_are_enough(bank: Any) -> None:
    bind(bank)
    thin = bank.found("thin-coverage")
    assert [finding.path[-1] for finding in thin] == [0, 1]
    assert thin[0].values == {"value": "eg-cybercrime/law-175-2018/art-20", "count": "1", "least": "2"}
    assert {finding.file for finding in thin} == {"instruments/eg-cybercrime.yaml"}
    bank.copies(1)
    assert [finding.path[-1] for finding in bank.found("thin-coverage")] == [1]


def test_instruments_alone_owe_nothing(bank: Any) -> None:
    bind(bank)
    reading = replace(bank.reading(), scenarios=(), modules=())
    assert check(reading).findings == ()


def test_scenarios_are_counted_by_what_they_are(bank: Any) -> None:
    one = read_scenario(bank.scenario)
    other = replace(one, key="b", difficulty=3, audience=("it", "everyone"))
    counted = mix([one, other])
    assert counted.columns == {
        "audience": ("everyone", "it"),
        "difficulty": ("2", "3"),
        "kind": ("single_choice",),
        "medium": ("none",),
        "mark": ("compared",),
    }
    row = counted.rows["bank"]["eg-cybercrime"]
    assert Mix.total(row) == 2
    assert {column: row["audience", column] for column in counted.columns["audience"]} == {"everyone": 2, "it": 1}
    assert (row["difficulty", "2"], row["difficulty", "3"], row["mark", "compared"]) == (1, 1, 2)
    assert list(counted.rows["topic"]) == ["state-systems"]
    assert Mix.total(counted.rows["value"]["integrity"]) == 2


# Blueprints


def can_fail(blueprint: Sequence[SelectionRule], pool: Sequence[Scenario]) -> set[int]:
    """Return the lines that some run of choices leaves short, by trying every run."""
    fitting = [{s.key for s in pool if set(line.topics) & set(s.topics)} for line in blueprint]
    order = sorted(range(len(blueprint)), key=lambda place: (len(fitting[place]), place))
    short: set[int] = set()

    def choose(turn: int, taken: frozenset[str]) -> None:
        if turn == len(order):
            return
        free = fitting[order[turn]] - taken
        count = blueprint[order[turn]].count
        if len(free) < count:
            short.add(order[turn])
            count = len(free)
        for chosen in combinations(sorted(free), count):
            choose(turn + 1, taken | set(chosen))

    choose(0, frozenset())
    return short


def test_a_shortage_is_found_exactly_where_some_draw_would_fail(bank: Any) -> None:
    one = read_scenario(bank.scenario)
    chance = random.Random(175)  # noqa: S311 - the same small banks every time
    topics = ("gifts", "privacy", "relations", "passwords")
    seen = 0
    for _ in range(150):
        pool = [
            replace(one, key=f"s{number}", topics=tuple(chance.sample(topics, chance.randint(1, 2))))
            for number in range(chance.randint(2, 6))
        ]
        blueprint = [
            SelectionRule("eg-cybercrime", chance.randint(1, 2), tuple(chance.sample(topics, chance.randint(1, 3))))
            for _ in range(3)
        ]
        short = {place for place, _ in shortages(blueprint, pool, NO_LIBRARY)}
        first_to_fail = can_fail(blueprint, pool)
        assert bool(short) == bool(first_to_fail)
        assert first_to_fail <= short
        seen += bool(short)
    assert 20 < seen < 130


def test_a_blueprint_without_shortage_is_drawn_from_every_seed(bank: Any) -> None:
    one = read_scenario(bank.scenario)
    gifts = [replace(one, key=f"g{number}", topics=("gifts", "privacy")) for number in range(2)]
    privacy = [replace(one, key=f"p{number}", topics=("privacy",)) for number in range(2)]
    blueprint = [
        SelectionRule("eg-cybercrime", 2, ("privacy",)),
        SelectionRule("eg-cybercrime", 1, ("gifts",)),
    ]
    assert shortages(blueprint, [*gifts, *privacy], NO_LIBRARY) == []
    reasons = {scenario.key: None for scenario in [*gifts, *privacy]}
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    for seed in map(str, range(50)):
        assert len(draw(seed, blueprint, [*gifts, *privacy], NO_LIBRARY, {"p0": long_ago}, reasons)) == 3
    # One fewer still fills both lines; with two fewer the first line takes what the second needs.
    assert shortages(blueprint, [*gifts, privacy[0]], NO_LIBRARY) == []
    assert shortages(blueprint, gifts, NO_LIBRARY) == [(1, 0)]
    with pytest.raises(ImpossibleDraw):
        draw("seed", blueprint, gifts, NO_LIBRARY, {}, reasons)


@pytest.mark.parametrize("shared", ["a", "b"])
def test_lines_before_are_taken_to_choose_at_the_worst(bank: Any, shared: str) -> None:
    one = read_scenario(bank.scenario)
    topics = {key: ["general", "gifts"] if key in "ab" else ["general"] for key in "abcd"} | {
        "x": [],
        "y": [],
    }
    for key in (shared, "x", "y"):
        topics[key].append("privacy")
    pool = [replace(one, key=key, topics=tuple(named)) for key, named in topics.items()]
    blueprint = [
        SelectionRule("eg-cybercrime", 3, ("general",)),
        SelectionRule("eg-cybercrime", 1, ("gifts",)),
        SelectionRule("eg-cybercrime", 1, ("privacy",)),
    ]
    # Gifts may take the one that is not shared and privacy the one that is: two of four are left.
    assert shortages(blueprint, pool, NO_LIBRARY) == [(0, 2)]


def test_a_shortage_says_what_is_missing(bank: Any) -> None:
    bank.module["blueprint"].append({"bank": "eg-cybercrime", "count": 1})
    (found,) = bank.found("blueprint-too-few")
    assert found.values == {"line": "2", "bank": "eg-cybercrime", "wanted": "1", "found": "0"}
