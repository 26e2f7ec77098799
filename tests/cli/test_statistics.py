"""`quiz statistics`: the figures, against Moodle's fixture, a replica in floats, and examples worked by hand."""

import random
import statistics
from math import log, sqrt
from typing import Any

import pytest

from tests.cli.sheets import MOODLE, SLOTS, Write, figures, run, sheet

CLOSE = 1e-9
# Facility, deviation, effective weight, discrimination and efficiency, as Moodle's own tests have them in percent.
ITEMS = [
    (0.704, 0.4513682901, 0.212922742344, -0.070650767526, -0.094550536967),
    (0.48, 0.5099019514, 0.188979800309, -0.288982125772, -0.367834118938),
    (0.973333332, 0.13333334, 0.044430125730, -0.091230674268, -0.216545012165),
    (0.68, 0.4760952286, 0.189347251357, -0.226306444113, -0.314411395613),
    (0.52, 0.3055050463, 0.111450138688, -0.176997047674, -0.211794802584),
    (0.64, 0.4898979486, 0.098081339177, -0.453785178421, -0.569365974439),
    (0.62, 0.3316624790, 0.154788602394, -0.056543166602, -0.065043742058),
]
FIGURES = (
    "facility",
    "standard_deviation",
    "effective_weight",
    "discrimination_index",
    "discriminative_efficiency",
)
UNDEFINED_FOR_ONE = ("skewness", "kurtosis", "standard_deviation", "internal_consistency", "error_ratio")


def test_moodles_fixture_has_moodles_figures(write: Write) -> None:
    read = figures(write("marks.csv", sheet(SLOTS, MOODLE)))
    for item, name, wanted in zip(read["items"], SLOTS, ITEMS, strict=True):
        assert [item[figure] for figure in FIGURES] == pytest.approx(wanted, abs=CLOSE)
        assert (item["item"], item["attempts"], item["maximum"]) == (name, 25, 1.0)
        assert item["intended_weight"] == pytest.approx(1 / 7, abs=CLOSE)
        assert (item["options"], item["dif"]) == ([], [])
    assert read["test"] == pytest.approx(
        {
            "attempts": 25,
            "items": 7,
            "maximum": 7.0,
            "mean": 4.617333332,
            "median": 4.5,
            "standard_deviation": 0.8117265554,
            "skewness": -0.0925025020,
            "kurtosis": -0.7073968557,
            "internal_consistency": -0.872230935542,
            "error_ratio": 1.368294900795,
            "standard_error": 1.1106813066,
            "pass_mark": 5.6,
            "livingston": 0.2406356955,
        },
        abs=CLOSE,
    )


@pytest.mark.parametrize("share", ["3/4", "0.75", "75%", "٪٧٥", "٠٫٧٥"])
def test_the_pass_mark_is_a_share_of_the_most(write: Write, share: str) -> None:
    read = figures(write("marks.csv", sheet(SLOTS, MOODLE)), "--pass", share)["test"]
    assert read["pass_mark"] == 5.25
    assert read["livingston"] == pytest.approx(-0.1647009703, abs=CLOSE)


@pytest.mark.parametrize("share", ["", "80", "-1", "half", "1/0"])
def test_another_pass_mark_is_misuse(write: Write, share: str) -> None:
    result = run(write("marks.csv", sheet(SLOTS, MOODLE)), "--pass", share)
    assert result.exit_code == 2
    assert "--pass" in result.output


def test_a_table_has_the_same_figures_with_every_digit(write: Write) -> None:
    marks = write("marks.csv", sheet(SLOTS, MOODLE))
    result, read = run(marks), figures(marks)
    lines = [line.split() for line in result.output.splitlines()]
    assert ["Standard", "deviation", repr(read["test"]["standard_deviation"])] in lines
    shown = [str(value) for name, value in read["items"][2].items() if name not in ("options", "dif")]
    assert shown in lines
    assert "Options" not in result.output


def test_a_table_says_undefined_with_a_dash(write: Write) -> None:
    result = run(write("marks.csv", "person,س1,b,group\np1,1,0,x\n"), "--group", "group")
    assert ["Skewness", "—"] in [line.split() for line in result.output.splitlines()]
    first = next(line for line in result.output.splitlines() if "س1" in line)
    assert first.split() == ["\u2068س1\u2069", "1", "1.0", "1.0", "—", "—", "—", "0.5", "—"]


def replica(rows: list[list[float]]) -> tuple[dict[str, float], list[tuple[float, ...]]]:
    """Return the figures as a textbook has them, in floats."""
    totals, count, items = [sum(row) for row in rows], len(rows), list(zip(*rows, strict=True))
    mean, variance = statistics.fmean(totals), statistics.variance(totals)
    m2, m3, m4 = (sum((total - mean) ** power for total in totals) / count for power in (2, 3, 4))
    k3 = count**2 * m3 / ((count - 1) * (count - 2))
    k4 = count**2 * ((count + 1) * m4 - 3 * (count - 1) * m2**2) / ((count - 1) * (count - 2) * (count - 3))
    alpha = len(items) / (len(items) - 1) * (1 - sum(map(statistics.variance, items)) / variance)
    distance = (mean - 0.6 * len(items)) ** 2
    whole = {
        "mean": mean,
        "median": statistics.median(totals),
        "standard_deviation": sqrt(variance),
        "skewness": k3 / variance**1.5,
        "kurtosis": k4 / variance**2,
        "internal_consistency": alpha,
        "error_ratio": sqrt(1 - alpha),
        "standard_error": sqrt(1 - alpha) * sqrt(variance),
        "livingston": (alpha * variance + distance) / (variance + distance),
    }
    roots = [sqrt(statistics.covariance(item, totals)) for item in items]
    found = []
    for item, root in zip(items, roots, strict=True):
        rests = [total - mark for total, mark in zip(totals, item, strict=True)]
        found.append(
            (
                statistics.fmean(item),
                statistics.stdev(item),
                root / sum(roots),
                statistics.correlation(item, rests),
                statistics.covariance(item, rests) / statistics.covariance(sorted(item), sorted(rests)),
            )
        )
    return whole, found


def test_a_replica_in_floats_agrees(write: Write) -> None:
    dice = random.Random(20261121)  # noqa: S311 - a sheet, not a secret
    # One strength a person, so that no item works against the total.
    rows = [
        [dice.choice([0, 0.25, 0.5, 0.8, 1]) if dice.random() > strength else 1 for _ in range(6)]
        for strength in (dice.random() for _ in range(200))
    ]
    read = figures(write("marks.csv", sheet("abcdef", rows)), "--pass", "60%")
    whole, items = replica(rows)
    assert {name: read["test"][name] for name in whole} == pytest.approx(whole, abs=CLOSE)
    for found, wanted in zip(read["items"], items, strict=True):
        assert [found[figure] for figure in FIGURES] == pytest.approx(wanted, abs=CLOSE)


def test_choices_marked_by_a_key_give_the_figures_of_the_marks(write: Write) -> None:
    # Each mark is a choice of its own: 1 is A, .5 is B, and so on.
    letter = {"1": "A", ".5": "B", "0": "C", ".8": "D", ".3333333": "E"}
    raw = [[letter[mark] for mark in row] for row in MOODLE]
    key = "".join(f"{slot},{choice},{mark}\n" for slot in SLOTS for mark, choice in letter.items() if mark != "0")
    by_marks = figures(write("marks.csv", sheet(SLOTS, MOODLE)))
    by_key = figures(write("raw.csv", sheet(SLOTS, raw)), "--key", write("key.csv", f"item,choice,fraction\n{key}"))
    assert by_key["test"] == by_marks["test"]
    assert [{**item, "options": []} for item in by_key["items"]] == by_marks["items"]


def test_options_have_their_count_share_and_mean_rest_score(write: Write) -> None:
    raw = sheet(["q1", "q2", "q3"], [["A", "A", "B"], ["B", "A", "B"], ["A", "C", ""], ["", "A", "A"]])
    read = figures(
        write("raw.csv", raw), "--key", write("key.csv", "item,choice,fraction\nq1,A,1\nq1,D,.5\nq2,A,1\nq3,B,1\n")
    )
    # On q2 and q3 the four got 2, 2, 0 and 1; who chose A at q1 got 2 and 0 of them.
    assert read["items"][0]["options"] == [
        {"choice": "", "count": 1, "share": 0.25, "mean_rest_score": 1.0},
        {"choice": "A", "count": 2, "share": 0.5, "mean_rest_score": 1.0},
        {"choice": "B", "count": 1, "share": 0.25, "mean_rest_score": 2.0},
        {"choice": "D", "count": 0, "share": 0.0, "mean_rest_score": None},
    ]
    assert read["items"][0]["facility"] == 0.5
    lines = [
        line.split()
        for line in run(
            write("raw.csv", raw), "--key", write("k.csv", "item,key\nq1,A\nq2,A\nq3,B\n")
        ).output.splitlines()
    ]
    assert ["q1", "—", "1", "0.25", "1.0"] in lines


# Two strata by total score, of 1 and of 2 marks; q1 is looked at. Right and wrong at q1:
#   total 1: reference 3 right 1 wrong, focal 1 right 3 wrong (N = 8)
#   total 2: reference 2 right 2 wrong, focal 1 right 2 wrong (N = 7)
# Odds: (3·3/8 + 2·2/7) / (1·1/8 + 2·1/7) = (95/56) / (23/56) = 95/23; delta = -2.35 ln(95/23).
# Expected right in the reference: 4·4/8 + 4·3/7 = 26/7; observed 5; distance 9/7, corrected 11/14.
# Variance: 4·4·4·4/(64·7) + 4·3·3·4/(49·6) = 4/7 + 24/49 = 52/49; chi-square (121/196) · (49/52) = 121/208.
STRATA = (
    [("r", 1, 0, 0)] * 3 + [("r", 0, 1, 0)] + [("f", 1, 0, 0)] + [("f", 0, 0, 1)] * 3
    + [("r", 1, 1, 0)] * 2 + [("r", 0, 1, 1)] * 2 + [("f", 1, 0, 1)] + [("f", 0, 1, 1)] * 2
)  # fmt: skip


def test_difference_between_groups_by_hand(write: Write) -> None:
    marks = write("marks.csv", sheet(["group", "q1", "q2", "q3"], STRATA))
    read = figures(marks, "--group", "group")
    assert [item["item"] for item in read["items"]] == ["q1", "q2", "q3"]
    (found,) = read["items"][0]["dif"]
    assert (found["reference"], found["focal"]) == ("r", "f")
    assert found["common_odds_ratio"] == pytest.approx(95 / 23, abs=CLOSE)
    assert found["ets_delta"] == pytest.approx(-2.35 * log(95 / 23), abs=CLOSE)
    assert found["chi_square"] == pytest.approx(121 / 208, abs=CLOSE)
    (turned,) = figures(marks, "--group", "group", "--reference", "f")["items"][0]["dif"]
    assert (turned["reference"], turned["focal"]) == ("f", "r")
    assert turned["ets_delta"] == pytest.approx(2.35 * log(95 / 23), abs=CLOSE)
    assert turned["chi_square"] == pytest.approx(121 / 208, abs=CLOSE)
    lines = [line.split() for line in run(marks, "--group", "group").output.splitlines()]
    assert ["q1", "r", "f", *(repr(found[name]) for name in ("chi_square", "common_odds_ratio", "ets_delta"))] in lines


def compared(*arguments: Any) -> list[tuple[str, str]]:
    return [(one["reference"], one["focal"]) for one in figures(*arguments)["items"][0]["dif"]]


def test_every_other_group_is_held_against_the_reference(write: Write) -> None:
    rows = [("ب", 1, 0), ("ج", 0, 1), ("أ", 1, 1), ("ب", 0, 0), ("", 1, 0), ("", 1, 0), ("", 0, 1)]
    marks = write("marks.csv", sheet(["الفئة", "q1", "q2"], rows))
    # Those without a group are the most, and no group.
    assert compared(marks, "--group", "الفئة") == [("ب", "أ"), ("ب", "ج")]
    assert compared(marks, "--group", "الفئة", "--reference", "ج") == [("ج", "أ"), ("ج", "ب")]


def test_of_groups_equally_frequent_the_first_by_name_is_the_reference(write: Write) -> None:
    marks = write("marks.csv", sheet(["group", "q1"], [("n", 1), ("m", 0), ("n", 1), ("m", 1), ("a", 0)]))
    assert compared(marks, "--group", "group") == [("m", "a"), ("m", "n")]


def test_one_group_is_compared_with_nobody(write: Write) -> None:
    assert compared(write("marks.csv", sheet(["group", "q1"], [("n", 1), ("n", 0)])), "--group", "group") == []


@pytest.mark.parametrize("rows", [[], [("x", 1, 0)]])
def test_without_two_attempts_figures_are_null(write: Write, rows: list[tuple[object, ...]]) -> None:
    read = figures(write("marks.csv", sheet(["group", "q1", "q2"], rows)), "--group", "group", "--reference", "x")
    assert [read["test"][name] for name in (*UNDEFINED_FOR_ONE, "standard_error", "livingston")] == [None] * 7
    assert read["test"]["attempts"] == len(rows)
    assert read["test"]["mean"] == (1.0 if rows else None)
    for item in read["items"]:
        assert [item[figure] for figure in FIGURES[1:]] == [None] * 4
        assert item["dif"] == []
    assert [item["facility"] for item in read["items"]] == ([1.0, 0.0] if rows else [None, None])


def test_without_attempts_the_options_of_the_key_have_no_share(write: Write) -> None:
    read = figures(write("raw.csv", "person,q1\n"), "--key", write("key.csv", "item,key\nq1,A\n"))
    assert read["items"][0]["options"] == [{"choice": "A", "count": 0, "share": None, "mean_rest_score": None}]


def test_what_everybody_gets_right_discriminates_nobody(write: Write) -> None:
    first, _ = figures(write("marks.csv", sheet("ab", [(1, 1), (1, 0), (1, 1)])))["items"]
    assert (first["facility"], first["standard_deviation"]) == (1.0, 0.0)
    assert (first["discrimination_index"], first["discriminative_efficiency"]) == (None, None)


def test_an_item_that_works_against_the_total_has_no_effective_weight(write: Write) -> None:
    against, along, _ = figures(write("marks.csv", sheet("abc", [(1, 0, 0), (0, 1, 1), (0, 1, 1)])))["items"]
    assert against["effective_weight"] is None
    assert along["effective_weight"] == pytest.approx(0.5, abs=CLOSE)
