"""Words that somebody typed, without whom they are about."""

import pytest

from quiz.services.nameless import nameless

NAMES = ("هناء عبد الله رضا", "Hanaa Abdallah Reda", "hanaa@amana.example", "EG-1047", None)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("خطأ في الاسم", "خطأ في الاسم"),
        ("الصحيح هناء عبد الله رضا كما في البطاقة", "الصحيح … كما في البطاقة"),
        ("كتبت هنآء، والصحيح رضا.", "كتبت … والصحيح …"),
        ("Mail was Hanaa's: hanaa@amana.example", "Mail was Hanaa's: …"),
        ("number EG-1047 of REDA", "number … of …"),
        ("", ""),
    ],
)
def test_names_mails_and_numbers_go_and_the_rest_stays(words: str, left: str) -> None:
    assert nameless(words, *NAMES) == left
