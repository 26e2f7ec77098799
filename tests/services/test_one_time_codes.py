"""Codes of an app: those of the standard, each once, and none of another time."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from quiz.services.one_time_codes import address, code_at, step_of, taken_step, typed_form

SECRET = b"12345678901234567890"
NOW = datetime(2026, 11, 22, 9, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
        (2000000000, "279037"), (20000000000, "353130"),
    ],
)  # fmt: skip
def test_the_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert code_at(SECRET, step_of(datetime.fromtimestamp(seconds, UTC))) == code


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(steps: int, is_taken: bool) -> None:
    shown = code_at(SECRET, step_of(NOW + timedelta(seconds=30 * steps)))
    assert (taken_step(SECRET, shown, NOW, None) is not None) is is_taken


def test_neither_a_code_nor_an_earlier_one_is_taken_again() -> None:
    now = step_of(NOW)
    assert taken_step(SECRET, code_at(SECRET, now), NOW, now) is None
    assert taken_step(SECRET, code_at(SECRET, now - 1), NOW, now) is None
    assert taken_step(SECRET, code_at(SECRET, now + 1), NOW, now) == now + 1


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "1234567", "٠" * 6])
def test_what_is_no_code_is_taken_for_none(typed: str) -> None:
    assert taken_step(SECRET, typed, NOW, None) is None


def test_an_app_reads_the_same_secret_from_the_address_and_from_what_is_typed() -> None:
    held = parse_qs(urlsplit(address(SECRET, "m.saleh@amana.example", "هيئة: التجربة")).query)
    assert base64.b32decode(held["secret"][0]) == SECRET
    assert held["issuer"] == ["هيئة: التجربة"]
    assert base64.b32decode(typed_form(SECRET).replace(" ", "")) == SECRET
    assert {len(group) for group in typed_form(SECRET).split()} == {4}
