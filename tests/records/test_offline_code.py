"""A printed record proves itself: what it says is signed, and its QR code is wide enough to be read."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.engine.text import Text
from quiz.records import issuer_documents, qr
from quiz.records.encoding import base64url, from_base64url
from quiz.records.facts import UnreadableFacts, from_document, to_document
from quiz.records.offline_code import (
    MOST_MODULES,
    Printed,
    UnreadableCode,
    offline_address,
    public_keys_of,
    read_code,
)
from quiz.records.signing import NobodySigns, UnusableKey
from tests.leaves import changed, leaves
from tests.records.test_credential import CODE, ISSUER, KEY, OTHER, SIGNER

NAME = "فاطمة بنت عبد الله الأحمد"
KEYS = public_keys_of(SIGNER.public_key)


@pytest.fixture
def address(facts):
    return offline_address(facts, NAME, CODE, ISSUER, SIGNER)


def token(address):
    digits = address.partition("#")[2]
    return "".join(chr(int(digits[place : place + 2]) + 45) for place in range(0, len(digits), 2))


def test_the_code_says_what_the_paper_says(address, facts):
    said = Printed(
        "0123-4567-89ABV",
        NAME,
        facts.module_title.by_language["ar"],
        facts.completed_on,
        facts.valid_until,
        KEY.key_id,
    )
    assert address.startswith("https://amana.example/verify/0123-4567-89ABV#")
    for text in (address, address.partition("#")[2], token(address), f"  {address}\n"):
        assert read_code(text, KEYS) == said
    endless = offline_address(replace(facts, valid_until=None), NAME, CODE, ISSUER, SIGNER)
    assert read_code(endless, KEYS).valid_until is None


def test_the_same_record_has_the_same_code(address, facts):
    assert offline_address(facts, NAME, CODE, ISSUER, SIGNER) == address


def test_its_modules_are_wide_enough_for_paper(address, facts):
    assert 28 / qr.modules(address) >= 0.4
    assert qr.svg(address, "x", edge=0) != qr.svg(address.partition("#")[0], "x", edge=0)
    long_title = replace(facts, module_title=Text({"ar": "وسائل التواصل " * 8}))
    shorter = offline_address(long_title, NAME, CODE, ISSUER, SIGNER)
    assert read_code(shorter, KEYS).module == facts.module_key
    assert qr.modules(shorter) <= MOST_MODULES
    assert offline_address(facts, NAME * 8, CODE, ISSUER, SIGNER) is None


def test_every_changed_sign_is_noticed(address):
    whole = token(address)
    for place in range(len(whole)):
        other = "A" if whole[place] != "A" else "B"
        with pytest.raises(UnreadableCode):
            read_code(whole[:place] + other + whole[place + 1 :], KEYS)


def test_each_word_that_is_changed_is_noticed(address):
    header, payload, signature = token(address).split(".")
    head, said = (json.loads(from_base64url(part)) for part in (header, payload))
    for path in leaves(said):
        other = base64url(json.dumps(changed(said, path), ensure_ascii=False).encode())
        with pytest.raises(UnreadableCode, match="somebody changed it"):
            read_code(f"{header}.{other}.{signature}", KEYS)
    for path in leaves(head):
        other = base64url(json.dumps(changed(head, path)).encode())
        with pytest.raises(UnreadableCode):
            read_code(f"{other}.{payload}.{signature}", KEYS)


def test_every_fact_that_is_printed_is_in_the_code(facts, address):
    """Whatever the facts come to state beside this: the code says it too, or the paper and the register alone do."""
    stated = to_document(facts)
    told = set()
    for path in leaves(stated):
        try:
            other = from_document(changed(stated, path))
        except UnreadableFacts:
            continue
        if offline_address(other, NAME, CODE, ISSUER, SIGNER) != address:
            told.add(path)
    assert told == {("module_title", "ar")}
    for day in ("completed_on", "valid_until"):
        other = replace(facts, **{day: getattr(facts, day) + timedelta(days=1)})
        assert offline_address(other, NAME, CODE, ISSUER, SIGNER) != address


def test_other_words_and_other_keys_are_refused(address):
    header, payload, signature = token(address).split(".")
    for claims in ({"name": "غيرها"}, [], {}, {"jti": 1}):
        with pytest.raises(UnreadableCode):
            read_code(f"{header}.{base64url(json.dumps(claims).encode())}.{signature}", KEYS)
    for algorithm in ("none", "HS256"):
        part = base64url(json.dumps({"alg": algorithm, "kid": KEY.key_id}).encode())
        with pytest.raises(UnreadableCode):
            read_code(f"{part}.{payload}.{signature}", KEYS)
    with pytest.raises(UnreadableCode, match="not given"):
        read_code(address, public_keys_of(OTHER.public_key))


def test_what_is_far_too_long_is_not_read():
    with pytest.raises(UnreadableCode, match="too long"):
        read_code("20" * 5_000, KEYS)


@given(st.text(max_size=60))
def test_whatever_is_read_nothing_breaks(text):
    with pytest.raises(UnreadableCode):
        read_code(text, KEYS)


@pytest.mark.parametrize("claims", [{"nbf": -1}, {"nbf": 1e9}, {"exp": 10**15}, {"more": 1}, {"name": None}])
def test_what_the_key_signed_otherwise_is_no_record(claims):
    header = {"alg": "Ed25519", "kid": KEY.key_id}
    said = {"jti": CODE, "name": NAME, "sub": "x", "nbf": 0, **claims}
    content = ".".join(base64url(json.dumps(one).encode()) for one in (header, said))
    with pytest.raises(UnreadableCode, match="no line of a record"):
        read_code(f"{content}.{base64url(SIGNER.sign(content.encode()))}", KEYS)


def test_keys_come_from_either_file(address):
    document = issuer_documents.identifier_document(ISSUER, [KEY])
    keys = public_keys_of(json.dumps(document).encode())
    assert keys == KEYS
    assert read_code(address, keys).completed_on > date(2026, 1, 1)
    for bad in (b"", b"-----BEGIN", b"{}", b"[]", b'{"verificationMethod": [{"publicKeyMultibase": "z6"}]}', b"\xff"):
        with pytest.raises(UnusableKey):
            public_keys_of(bad)


def test_without_a_key_there_is_none(facts):
    with pytest.raises(UnusableKey):
        offline_address(facts, NAME, CODE, ISSUER, NobodySigns())
