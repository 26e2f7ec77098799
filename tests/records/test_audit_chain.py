"""The chain as such: one form for an entry, links that hold, and each way of breaking them named."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from quiz.records.audit_chain import (
    BEGINNING,
    Entry,
    KeyRing,
    Link,
    UnusableAuditKey,
    derived_key,
    entry_digest,
    read_key,
    ring_of,
    seal,
)
from quiz.records.audit_tip import Tip, UnreadableTip, is_ours, keep_tip, make_tip, read_tip, read_tips
from quiz.records.audit_walk import MOST_FAULTS, Walk
from quiz.records.signing import Ed25519Signer, NobodySigns

NOW = datetime(2026, 11, 22, 9, 30, 0, 123456, tzinfo=UTC)
RING = KeyRing.of(b"k" * 32)
Chain = list[tuple[Link, Entry | None]]


def entry(number: int, **changes: Any) -> Entry:
    made = Entry(number, NOW, "person:a", "learning:pledge:sign", "completion", "c", True, "done", {"n": number})
    return replace(made, **changes)


def chain(count: int, ring: KeyRing = RING) -> Chain:
    # In the order of sealing, which is not that of the keys.
    entries = [entry(number) for number in range(count, 0, -1)]
    return list(zip(seal(ring, (0, BEGINNING), entries, NOW), entries, strict=True))


def faults(links: Chain, ring: KeyRing = RING) -> list[tuple[str, int | None, int | None]]:
    walk = Walk(ring)
    walk.go_on(links)
    return [(one.code, one.number, one.entry_id) for one in walk.faults]


# What has more than one form somewhere: quotes, escapes, two planes, Arabic, signs that look like structure.
_TEXT = st.text('aZ09"\\/\n\u001f\u2028éعم😀{}[],:', max_size=10)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_ENTRIES = st.builds(
    Entry,
    st.integers(1, 2**60),
    st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    _TEXT, _TEXT, _TEXT, _TEXT, st.booleans(), _TEXT,
    st.dictionaries(_TEXT, _JSON, max_size=3),
)  # fmt: skip


@given(st.lists(_ENTRIES, max_size=12), st.integers(0, 12), st.data())
def test_whatever_stands_in_the_trail_is_sealed_and_holds_however_it_is_batched(
    entries: list[Entry], cut: int, data: st.DataObject
) -> None:
    first = seal(RING, (0, BEGINNING), entries[:cut], NOW)
    last = (first[-1].number, first[-1].link) if first else (0, BEGINNING)
    links = first + seal(RING, last, entries[cut:], NOW + timedelta(seconds=1))
    assert [one.number for one in links] == list(range(1, len(entries) + 1))
    whole = list(zip(links, entries, strict=True))
    assert faults(whole) == []
    if whole:
        # Whichever entry is changed, it and no other is named.
        place = data.draw(st.integers(0, len(whole) - 1))
        link, held = whole[place]
        whole[place] = (link, replace(held, because=held.because + "x"))
        assert faults(whole) == [("entry-altered", place + 1, link.entry_id)]


@pytest.mark.parametrize(
    "changes",
    [
        {"at": NOW + timedelta(microseconds=1)}, {"actor": "person:b"}, {"deed": "x"}, {"target_kind": "x"},
        {"target_id": "x"}, {"was_allowed": False}, {"because": "x"}, {"details": {}}, {"details": {"n": "2"}},
        {"id": 9},
    ],
    ids=lambda changes: next(iter(changes)),
)  # fmt: skip
def test_every_field_of_an_entry_is_sealed(changes: dict[str, Any]) -> None:
    links = chain(3)
    links[1] = (links[1][0], entry(2, **changes))
    assert faults(links) == [("entry-altered", 2, 2)]


def test_an_entry_reads_the_same_from_either_database() -> None:
    elsewhere = timezone(timedelta(hours=2))
    one = entry(1, details={"b": 1, "a": [True, None]})
    other = entry(1, at=NOW.astimezone(elsewhere), details={"a": [True, None], "b": 1})
    assert entry_digest(one) == entry_digest(other)
    assert entry_digest(entry(1, details={"n": 1.0})) == entry_digest(entry(1, details={"n": 1.00}))
    assert entry_digest(entry(1, details={"n": 1.5})) != entry_digest(entry(1, details={"n": 1.25}))


_LINK_CHANGES: dict[str, Callable[[Link], Link]] = {
    "link": lambda one: replace(one, link="0" * 64),
    "entry_id": lambda one: replace(one, entry_id=77),
    "entry_digest": lambda one: replace(one, entry_digest="0" * 64),
    "sealed_at": lambda one: replace(one, sealed_at=NOW + timedelta(seconds=1)),
}


@pytest.mark.parametrize("field", _LINK_CHANGES)
def test_a_changed_link_is_named_and_those_after_it_are_not(field: str) -> None:
    links = chain(4)
    links[1] = (_LINK_CHANGES[field](links[1][0]), links[1][1])
    (found,) = faults(links)
    assert found[:2] == ("link-altered", 2)


def test_what_is_gone_or_exchanged_is_named() -> None:
    whole = chain(5)
    assert faults(whole[:1] + whole[2:]) == [("gap", 2, None)]
    assert faults(whole[2:]) == [("gap", 1, None)]
    assert faults([whole[0], (whole[1][0], None), *whole[2:]]) == [("entry-missing", 2, 4)]
    exchanged = [whole[0], (whole[1][0], whole[2][1]), (whole[2][0], whole[1][1]), *whole[3:]]
    assert faults(exchanged) == [("entry-altered", 2, 4), ("entry-altered", 3, 3)]
    one, other = whole[1][0], whole[2][0]
    numbers = [whole[0], (replace(other, number=2), whole[2][1]), (replace(one, number=3), whole[1][1]), *whole[3:]]
    assert [code for code, _, _ in faults(numbers)][:2] == ["link-altered", "link-altered"]
    assert faults([*whole[:2], whole[1], *whole[2:]]) == [("forked", 2, 4)]
    # A cut tail holds by itself: only tips tell.
    assert faults(whole[:3]) == []


def test_a_chain_made_anew_without_the_key_is_named_from_its_first_link_on() -> None:
    forged = KeyRing.of(b"x" * 32)
    found = faults(chain(3, forged))
    assert [one[:2] for one in found] == [("key-unknown", number) for number in (1, 2, 3)]
    # Nor does it help to say that it was the right key.
    said = [(replace(link, key_id=RING.sealing), held) for link, held in chain(3, forged)]
    assert [one[:2] for one in faults(said)] == [("link-altered", number) for number in (1, 2, 3)]


def test_no_more_faults_are_kept_than_say_anything() -> None:
    walk = Walk(RING)
    walk.go_on([(link, None) for link, _ in chain(MOST_FAULTS + 20)])
    assert (len(walk.faults), walk.broken) == (MOST_FAULTS, MOST_FAULTS + 20)


def test_a_key_follows_another_and_both_read(tmp_path: Path) -> None:
    files = [tmp_path / "one", tmp_path / "two"]
    for number, path in enumerate(files):
        path.write_text(bytes(range(number, number + 32)).hex() + "\n")
    secret = "a secret of the installation, long enough"
    rings = [ring_of(secret, None), ring_of(secret, files[0]), ring_of(secret, files[1], files[:1])]
    assert rings[0].is_derived
    assert not rings[1].is_derived
    links: Chain = []
    last = (0, BEGINNING)
    for number, ring in enumerate(rings, 1):
        made = seal(ring, last, [entry(number)], NOW)
        links += [(made[0], entry(number))]
        last = (number, made[0].link)
    assert len({link.key_id for link, _ in links}) == 3
    assert faults(links, rings[2]) == []
    assert faults(links, rings[0]) == [("key-unknown", 2, 2), ("key-unknown", 3, 3)]
    assert secret not in repr(rings)
    assert derived_key(secret).hex() not in repr(rings)


@pytest.mark.parametrize("content", ["", "00" * 31, "0" * 64, "not hexadecimal", "é" * 64, "ab" * 32 + "a"])
def test_a_key_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "key"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UnusableAuditKey):
        read_key(path)
    with pytest.raises(UnusableAuditKey):
        read_key(tmp_path / "nowhere")


def test_the_derived_key_is_what_the_description_says() -> None:
    # HKDF-SHA-256 without salt, written out with nothing but HMAC (RFC 5869, 2.2 and 2.3).
    pseudo = hmac.new(b"\0" * 32, b"secret", hashlib.sha256).digest()
    assert derived_key("secret") == hmac.new(pseudo, b"amana audit chain key 1\x01", hashlib.sha256).digest()


@pytest.mark.parametrize("is_organisation", [True, False])
def test_a_tip_is_signed_and_nothing_of_it_can_be_changed(is_organisation: bool) -> None:
    signer = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(b"s" * 32))
    other = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(b"t" * 32))
    keys = [other.public_key, signer.public_key]
    tip = make_tip(7, "a" * 64, NOW, RING, signer if is_organisation else NobodySigns())
    assert read_tip(tip.line()) == tip
    assert is_ours(tip, RING, keys)
    assert not is_ours(tip, KeyRing.of(b"x" * 32), [other.public_key])
    changed: list[Tip] = [
        replace(tip, number=8), replace(tip, link="b" * 64), replace(tip, made_at="2026-11-23T00:00:00.000000Z"),
        replace(tip, key_id="0" * 16), replace(tip, signature="AAAA"), replace(tip, signature="…"),
        replace(tip, algorithm="none"), replace(tip, signed_by="0" * 16),
    ]  # fmt: skip
    assert [one for one in changed if is_ours(one, RING, keys)] == []


@pytest.mark.parametrize("line", ["", "{", "[]", "1", "{}", '{"number": 1}', "null", "[" * 5000])
def test_a_line_that_is_no_tip_is_told(line: str) -> None:
    with pytest.raises(UnreadableTip):
        read_tip(line)


def test_tips_are_kept_a_file_a_day_and_once(tmp_path: Path) -> None:
    tips = [make_tip(n, "a" * 64, NOW + timedelta(hours=6 * n), RING, NobodySigns()) for n in range(1, 4)]
    assert [keep_tip(tmp_path, one) for one in (*tips, *tips)] == [True] * 3 + [False] * 3
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "audit-tip-2026-11-22.jsonl",
        "audit-tip-2026-11-23.jsonl",
    ]
    with (tmp_path / "audit-tip-2026-11-22.jsonl").open("a") as into:
        into.write("no tip\n")
    assert read_tips(tmp_path) == (tips, [("audit-tip-2026-11-22.jsonl", 3)])
