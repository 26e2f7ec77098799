"""Texts are cut into words and sentences as the checks need them."""

import pytest

from quiz.bank.words import base, count, sentences, spelled, strings, texts, without_quotations, words


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("والسيده", "سيد"),
        ("للسيده", "سيد"),
        ("بالحساب", "حساب"),
        ("الحسابات", "حساب"),
        ("حسابها", "حساب"),
        ("موظفون", "موظف"),
        ("وقت", "وقت"),
        ("فرق", "فرق"),
        ("للي", "للي"),
        ("كتاب", "كتاب"),
        ("هاتف", "هاتف"),
        ("قلمه", "قلم"),
        ("يده", "يده"),
    ],
)
def test_a_word_without_what_is_joined_to_it(word: str, expected: str) -> None:
    assert base(word) == expected


def test_words_are_in_the_plain_spelling() -> None:
    assert words("وَأَعادَ الإدارةُ Wi-Fi رقم ١٢/٣٤، إلى EG-CERT.") == [
        "واعاد", "الاداره", "wi-fi", "رقم", "12/34", "الي", "eg-cert",
    ]  # fmt: skip


def test_words_can_be_shown_as_they_are_written() -> None:
    assert spelled("وَأَعادَ الإدارةُ إلى Dubai Police.", 1, 5) == "الإدارة إلى Dubai Police"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("سؤال أول؟ جواب. ثالث", ["سؤال أول", "جواب", "ثالث"]),
        ("قال: «نعم.» ثم سكت", ["قال: «نعم", "» ثم سكت"]),
        ("سطر\nسطر آخر\n", ["سطر", "سطر آخر"]),
        ("Law No. 175 of 2018, Art. 20. Then 1.5 more.", ["Law No. 175 of 2018, Art. 20", "Then 1.5 more"]),
        ("", []),
    ],
)
def test_sentences_end_where_readers_stop(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_signs_between_spaces_are_not_counted_as_words() -> None:
    assert count("كلمة — ثانية، و3 … (رابعة)") == 4


def test_what_somebody_says_is_left_out() -> None:
    assert without_quotations("قال «اكتب» وكتب “write” هو").split() == ["قال", "وكتب", "هو"]


def test_texts_and_strings_are_found_wherever_they_stand() -> None:
    document = {"title": {"ar": "أ", "en": 5}, "list": [{"body": {"en": "b"}}, {}, "c"], "n": 1}
    assert list(texts(document)) == [(("title",), {"ar": "أ"}), (("list", 0, "body"), {"en": "b"})]
    assert list(strings(document)) == [
        (("title", "ar"), "أ"),
        (("list", 0, "body", "en"), "b"),
        (("list", 2), "c"),
    ]
