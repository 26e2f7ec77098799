"""Passwords: what is refused, why, and that one password is the same on every keyboard."""

import unicodedata
import warnings

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as some

from quiz.db.models.people import PersonRow
from quiz.services import passwords
from quiz.services.passwords import hashed, matches, password_fault
from quiz.services.tools import Tools

MONA = PersonRow(
    hr_number="E-20417", email="m.saleh@amana.example", name="منى عبد الفتاح صالح", latin_name="Mona Abdelfattah Saleh"
)
AROUND = ("هيئة التجارة", "Trade Authority")


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("ab cd efg", "password-short"),
        ("kq wz bn plt", None),
        ("abcd" * 51, "password-long"),
        ("vlkz" * 50, None),
        ("abcabcabcabc", "password-simple"),
        # Published ones, as they stand and with capitals.
        ("qwertyuiop", "password-common"),
        ("Password123", "password-common"),
        ("QWERTYUIOP", "password-common"),
        ("1qaz2wsx3edc", "password-common"),
        # Made of what anybody would try first.
        ("Amana-2026!", "password-expected"),
        ("أمانة الهيئة", "password-expected"),
        ("Authority2026", "password-expected"),
        ("عبدالفتاح صالح", "password-expected"),
        ("abdelfattah99", "password-expected"),
        ("e-20417-e-20417", "password-expected"),
        ("my M.SALEH word", "password-personal"),
        # A sentence may hold such a word.
        ("the authority has nine lives", None),
        ("قطة صالح تنام في الشمس", None),
    ],
)
def test_what_is_wrong_with_a_password(password: str, fault: str | None) -> None:
    assert password_fault(password, MONA, AROUND) == fault


def test_a_short_name_of_an_address_is_in_every_sentence() -> None:
    assert password_fault("a sentence with many letters", PersonRow(email="a@b", name="ا", hr_number="1")) is None


@given(some.text(min_size=10, max_size=200))
def test_whatever_is_typed_is_looked_up_without_a_fault_or_a_warning(password: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert passwords.password_fault(password) in {
            None, "password-short", "password-long", "password-simple", "password-common", "password-expected",
        }  # fmt: skip


@pytest.mark.parametrize("typed", ["كلمة مرور لأحمد", "ﻛﻠﻤﺔ ﻣﺮﻭﺭ ﻷﺣﻤﺪ", "café au lait matin", "ﬁfteen tigers"])
def test_one_password_is_the_same_whatever_put_it_together(tools: Tools, typed: str) -> None:
    stored = hashed(tools, typed)
    for form in ("NFC", "NFD", "NFKC"):
        assert matches(tools, stored, unicodedata.normalize(form, typed))
    assert not matches(tools, stored, typed + " ")


def test_a_hash_from_before_passwords_had_one_form_still_matches(tools: Tools) -> None:
    typed = unicodedata.normalize("NFD", "café au lait matin")
    assert matches(tools, tools.hasher.hash(typed), typed)
    assert not matches(tools, tools.hasher.hash(typed), "cafe au lait matin")


def test_what_is_no_hash_matches_nothing(tools: Tools) -> None:
    assert isinstance(tools.hasher, PasswordHasher)
    assert not matches(tools, "", "a sentence for tests")
