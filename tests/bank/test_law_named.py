"""What explanations name of the law, and the measures they give."""

from typing import Any

import pytest

from quiz.bank.checks_law import measures, named_articles, named_decrees, named_pledges


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("تتناول المادة 20 من القانون ذلك.", ["20"]),
        ("والمادتان 134 و135 من القرار", ["134", "135"]),
        ("وللمادة 25 شقّان", ["25"]),
        ("المواد 20، 24 و25", ["20", "24", "25"]),
        ("المادة ٢٠", ["20"]),
        ("Articles 134 and 135, and Article 7", ["134", "135", "7"]),
        ("المادة الدراسية 20 صفحة", []),
    ],
)
def test_articles(text: str, numbers: list[str]) -> None:
    assert named_articles(text) == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("فالتعهد السابع في وثيقة 2023", ["7"]),
        ("والتعهد الثامن", ["8"]),
        ("the ninth pledge of the code", ["9"]),
        ("the same pledge", []),
        ("التعهد الموقّع", []),
    ],
)
def test_pledges(text: str, numbers: list[str]) -> None:
    assert named_pledges(text) == numbers


def test_laws() -> None:
    assert named_decrees("القانون رقم 175 لسنة 2018 والقرار رقم 48 لسنة 2023") == [("175", "2018"), ("48", "2023")]
    assert named_decrees("Cabinet Resolution No. 48 of 2023") == [("48", "2023")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("مدة 180 يومًا", [(180, "day")]),
        ("في خمسة أيام عمل", [(5, "working_day")]),
        ("within 3 working days", [(3, "working_day")]),
        ("بعد أسبوعين", [(2, "week")]),
        ("after two years", [(2, "year")]),
        ("القانون رقم 175 لسنة 2018", []),
        ("مدونة 2019", []),
    ],
)
def test_measures(text: str, found: list[tuple[int, str]]) -> None:
    assert list(measures(text)) == found


def test_what_the_paraphrase_names_may_be_named_through_it(bank: Any) -> None:
    bank.instrument["editions"][0]["provisions"][0]["paraphrase"]["ar"] += (
        " ولا تمس المادة 24 من القانون رقم 12 لسنة 1996."
    )
    for option in bank.scenario["options"]:
        option["ruling"]["ar"] = "ولا تمس المادة 20 ما في المادة 24 من القانون رقم 12 لسنة 1996."
    assert [bank.found(code) for code in ("article-not-cited", "decree-not-cited")] == [[], []]


def test_a_measure_of_the_story_or_of_a_figure_may_be_said(bank: Any) -> None:
    bank.scenario["situation"]["ar"] += " وقد مضت 90 يومًا."
    bank.scenario["options"][0]["ruling"]["ar"] += " وبعد 90 يومًا لا يبقى شيء."
    assert bank.found("number-not-stated") == []
    bank.scenario["options"][0]["ruling"]["ar"] += " والسجلات تُحفظ 180 يومًا."
    assert len(bank.found("number-not-stated")) == 1
    figure = {"key": "kept", "what": "period", "min": 180, "unit": "day", "note": {"ar": "مدة الحفظ", "en": "Kept for"}}
    bank.instrument["editions"][0]["provisions"][0]["figures"] = [figure]
    assert bank.found("number-not-stated") == []


def test_a_text_of_another_country_stands_in_comparisons_alone(bank: Any) -> None:
    bank.instrument["jurisdiction"] = "AE"
    found = bank.found("foreign-citation")
    assert [finding.path for finding in found] == [("cites", 0), *(("options", n, "cites", 0) for n in range(4))]
    assert bank.scenario["compare"][0]["cites"]
