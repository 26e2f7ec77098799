"""Two versions of a text are told apart word by word, and nothing of either is lost."""

import re
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.language import word_diff as module
from quiz.language.word_diff import word_diff

SIGN = {"same": "", "removed": "-", "added": "+"}


def told(before, after):
    """The pieces as one line: what stayed as it is, what went as [-…], what came as [+…]."""
    return "".join(
        piece.text if piece.kind == "same" else f"[{SIGN[piece.kind]}{piece.text}]"
        for piece in word_diff(before, after)
    )


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("", "", ""),
        ("", "نص جديد", "[+نص جديد]"),
        ("نص قديم", "", "[-نص قديم]"),
        ("نص واحد", "نص واحد", "نص واحد"),
        ("سأل الموظف رئيسه", "سأل الموظف زميله", "سأل الموظف [-رئيسه][+زميله]"),
        ("سأل رئيسه المباشر", "سأل رئيسه", "سأل رئيسه[- المباشر]"),
        ("سأل رئيسه", "سأل رئيسه المباشر", "سأل رئيسه[+ المباشر]"),
        ("سأل الزميل عنه", "سأل عنه", "سأل [-الزميل ]عنه"),
        # A vowel mark belongs to its word: half a word is never marked.
        ("كتب الدرس", "كَتَبَ الدرس", "[-كتب][+كَتَبَ] الدرس"),
        ("الهديّة", "الهدية", "[-الهديّة][+الهدية]"),
        ("it’s a Wi-Fi of 1,000", "it’s a Wi-Fi of 1,500", "it’s a Wi-Fi of [-1,000][+1,500]"),
        ("المواد 24-25", "المواد 24-26", "المواد [-24-25][+24-26]"),
        # A sign is told by itself.
        ("نعم، قال.", "نعم؛ قال.", "نعم[-،][+؛] قال."),
        ("قال نعم", "قال: «نعم»", "قال[- ][+: «]نعم[+»]"),
        # A space or a comma between two changes is no island.
        ("أول ثان ثالث", "واحد اثنان ثالث", "[-أول ثان][+واحد اثنان] ثالث"),
        ("أول، ثان ثالث", "واحد، اثنان ثالث", "[-أول، ثان][+واحد، اثنان] ثالث"),
        # A common word is.
        ("أول في ثان", "واحد في اثنان", "[-أول][+واحد] في [-ثان][+اثنان]"),
        ("سطر\nآخر", "سطور\nأخرى", "[-سطر][+سطور]\n[-آخر][+أخرى]"),
        ("نص  واحد", "نص واحد", "نص [- ]واحد"),
        ("👩‍👧 و👍🏽", "👩‍👧 و👍🏿", "👩‍👧 و[-👍🏽][+👍🏿]"),
    ],
)
def test_what_came_and_went_is_told_by_the_word(before, after, line):
    assert told(before, after) == line


TEXTS = st.one_of(
    st.text(alphabet="اب بً،.\n-1,’ "),
    st.text(),
    st.lists(st.sampled_from(["نص", "في", "،", " ", "\n", "كَتَب", "word", "1,000", "  "])).map("".join),
)


@given(TEXTS, TEXTS)
def test_both_texts_stand_in_the_pieces_exactly(before, after):
    pieces = word_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after


@given(TEXTS, TEXTS)
def test_pieces_are_whole_and_removed_stands_before_added(before, after):
    pieces = word_diff(before, after)
    assert all(piece.text for piece in pieces)
    kinds = [piece.kind for piece in pieces]
    allowed = {
        ("same", "removed"), ("same", "added"), ("removed", "added"), ("removed", "same"), ("added", "same"),
    }  # fmt: skip
    assert set(pairwise(kinds)) <= allowed


@given(TEXTS, TEXTS)
def test_what_stays_between_two_changes_holds_a_word_or_ends_a_line(before, after):
    for piece in word_diff(before, after)[1:-1]:
        if piece.kind == "same":
            assert "\n" in piece.text or re.search(r"[^\W_]", piece.text)


@given(TEXTS)
def test_a_text_has_no_difference_to_itself(text):
    assert word_diff(text, text) == ((("same", text),) if text else ())


@given(st.lists(st.text(alphabet="اب \n", max_size=12), max_size=6), st.lists(st.text(alphabet="اب \n"), max_size=6))
def test_by_paragraphs_nothing_is_lost_either(before, after):
    old, new = "\n".join(before), "\n".join(after)
    stretches = list(module._by_paragraph(old, new))
    assert "".join(one.before for one in stretches) == old
    assert "".join(one.after for one in stretches) == new


def test_a_text_too_long_to_compare_by_words_is_compared_by_paragraphs():
    noise = "! " * 5000
    before, after = f"أول\n{noise}\nثان نص", f"أول\n{noise}\nثالث نص"
    assert told(before, after).endswith("\n[-ثان][+ثالث] نص")
    assert word_diff(before, after)[0].text.startswith("أول\n!")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (" ".join(f"كلمة{n % 300}،" for n in range(1000)), " ".join(f"كلمة{n % 290}،" for n in range(1000))),
        ("و " * 5000, "و، " * 3300),
        ("!" * 10_000, "!" * 9_000 + "؟" * 1000),
        ("\n" * 10_000, "\n.\n" * 3000),
        ("a\nb\n" * 2500, "b\nc\na\n" * 1700),
    ],
    ids=["words", "one word", "signs", "empty lines", "short lines"],
)
def test_ten_thousand_signs_are_compared_at_once(before, after):
    began = perf_counter()
    word_diff(before, after)
    assert perf_counter() - began < 5
