"""Initials of names as people bear them: compounds are one name, links are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.language.initials import initials


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("مريم عبد الله السيد حسن", "م. ع. س. ح."),
        ("عبد الله", "ع."),
        ("عبدالله سالم", "ع. س."),
        ("هدى عبد العزيز أبو النجا", "ه. ع. أ."),
        ("محمد بن راشد آل مكتوم", "م. ر. م."),
        ("شيخة بنت سلطان بن خليفة آل نهيان", "ش. س. خ. ن."),
        ("ليلى حسام الدين وهبة", "ل. ح. و."),
        ("باسم نبيل عوض الله", "ب. ن. ع."),
        ("صلاح الدين", "ص."),
        ("أم كلثوم إبراهيم", "أ. إ."),
        ("إلهام الياس", "إ. ا."),
        ("مُحَمَّد عليّ", "م. ع."),
        ("مـحمد", "م."),
        ("Mariam Abdallah Elsayed Hassan", "M. A. E. H."),
        ("Eman Abdel Rahman Nasr", "E. A. N."),
        ("Abd El Rahman Nasr", "A. N."),
        ("Sheikha bint Sultan Al Nahyan", "S. S. N."),
        ("reda al-Shafei", "R. S."),
        ("Salah Eldin Nour", "S. N."),
        ("", ""),
        ("--- 12", ""),
    ],
)
def test_a_name_has_the_initials_that_its_bearer_would_write(name: str, short: str) -> None:
    assert initials(name) == short


@given(
    st.lists(
        st.sampled_from(
            [
                "مريم",
                "عبد",
                "الله",
                "بن",
                "آل",
                "السيد",
                "أبو",
                "الدين",
                "حسن",
                "Reda",
                "Abdel",
                "el",
                "Nour",
                "-",
                "ـ",
                "َ",
            ]
        ),
        max_size=8,
    )
)
def test_initials_tell_no_second_letter_of_any_name(words: list[str]) -> None:
    short = initials(" ".join(words))
    letters = short.replace(".", "").split()
    assert all(len(one) == 1 and one.isalpha() for one in letters)
    assert len(letters) <= len(words)


@given(st.text(max_size=40))
def test_whatever_stands_in_a_name_it_has_initials_or_none(name: str) -> None:
    assert initials(name) == "" or initials(name).endswith(".")
