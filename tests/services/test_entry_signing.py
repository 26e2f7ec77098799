"""The token of a sign-in link: what it says comes back, and any bit that was changed makes it nothing."""

import base64
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from quiz.services.entry_signing import LETTERS, PURPOSES, EntryClaims, EntryKey

KEY = EntryKey.of("a secret for tests, long enough: 0123456789")
CLAIMS = EntryClaims("0a" * 16, "0b" * 16, "asked", datetime(2026, 11, 21, 9, 30, tzinfo=UTC))
NONCE = bytes(range(16))


@pytest.mark.parametrize("purpose", PURPOSES)
def test_what_is_said_comes_back(purpose: str) -> None:
    claims = replace(CLAIMS, purpose=purpose)
    token = KEY.sign(claims, NONCE)
    assert len(token) == LETTERS
    assert KEY.read(token) == claims


def test_every_bit_is_signed() -> None:
    raw = base64.urlsafe_b64decode(KEY.sign(CLAIMS, NONCE))
    for place in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[place // 8] ^= 1 << place % 8
        assert KEY.read(base64.urlsafe_b64encode(bytes(changed)).decode()) is None, place


@pytest.mark.parametrize(
    "other",
    [
        replace(CLAIMS, person="0c" * 16),
        replace(CLAIMS, link="0c" * 16),
        replace(CLAIMS, purpose="handed"),
        replace(CLAIMS, ends=datetime(2026, 12, 21, tzinfo=UTC)),
    ],
)
def test_a_signature_is_good_for_its_own_claims_alone(other: EntryClaims) -> None:
    ours, theirs = (base64.urlsafe_b64decode(KEY.sign(one, NONCE)) for one in (CLAIMS, other))
    assert KEY.read(base64.urlsafe_b64encode(theirs[:-32] + ours[-32:]).decode()) is None


def test_another_secret_opens_nothing() -> None:
    assert EntryKey.of("another secret for tests, long enough: 0123").read(KEY.sign(CLAIMS, NONCE)) is None


def test_it_is_written_in_one_way_only() -> None:
    # Chance is chosen so that both letters that differ between the two alphabets stand in it.
    token = KEY.sign(CLAIMS, b"\xfb\xef\xbe\xff\xff\xff" * 2 + b"\xfb\xef\xbe\xff")
    assert "-" in token
    assert "_" in token
    for other in (
        token.replace("-", "+"),
        token.replace("_", "/"),
        token + "=",
        token + "\n",
        token[:-1],
        "",
        "é" * 120,
    ):
        assert KEY.read(other) is None


def test_the_digest_of_a_code_needs_the_key() -> None:
    assert KEY.code_digest("ABC") == KEY.code_digest("ABC")
    assert KEY.code_digest("ABC") != EntryKey.of("another secret for tests, long enough: 0123").code_digest("ABC")
    assert KEY.code_digest("ABC") != KEY.code_digest("ABD")


def test_what_an_old_secret_signed_is_read_and_what_is_signed_now_is_of_the_new_one() -> None:
    old, both, new = (EntryKey.of(*secrets) for secrets in (("a" * 40,), ("b" * 40, "a" * 40), ("b" * 40,)))
    assert both.read(old.sign(CLAIMS, NONCE)) == CLAIMS
    assert new.read(old.sign(CLAIMS, NONCE)) is None
    assert new.read(both.sign(CLAIMS, NONCE)) == CLAIMS
    assert both.code_digests("ABC") == (new.code_digest("ABC"), old.code_digest("ABC"))
