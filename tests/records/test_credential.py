"""A credential says what the record says; whatever is changed in it is named, and nothing that is handed in breaks."""

import base64
import gzip
import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey

from quiz.records import credential, linked_data, multikey, proofs, status_list
from quiz.records.credential import Held, Issuer, Place
from quiz.records.credential_reading import MOST_BYTES, Read, Unreadable, read
from quiz.records.credential_verifying import KnownKey, check
from quiz.records.facts import from_document, to_document
from quiz.records.signing import Ed25519Signer, NobodySigns, UnusableKey
from tests.leaves import changed, leaves

SIGNER = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(32)))
ISSUER = Issuer("https://amana.example")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CODE = "0123456789ABV"
KEY = KnownKey(multikey.key_id(SIGNER.public_key), multikey.multikey(SIGNER.public_key), NOW - timedelta(days=2))


@pytest.fixture
def held(facts):
    return Held(facts, "فاطمة بنت عبد الله الأحمد", "Fatima Al-Ahmad", CODE, Place(1, 4711))


@pytest.fixture
def document(held):
    return credential.unsigned(held, ISSUER)


@pytest.fixture
def signed(document):
    return proofs.with_proof(document, ISSUER, SIGNER, NOW)


@pytest.fixture
def token(document):
    return proofs.as_token(document, ISSUER, SIGNER, NOW)


def handed_in(document):
    return read(json.dumps(document).encode())


def test_a_credential_holds(document, signed, token):
    for content in (json.dumps(signed).encode(), token.encode()):
        found = check(read(content), document, [KEY], ISSUER, NOW)
        assert found.holds, found
        assert (found.key_id, found.signed_at) == (KEY.key_id, NOW)


def test_it_states_the_record(document, facts):
    subject = document["credentialSubject"]
    assert [one["identityHash"] for one in subject["identifier"]] == ["فاطمة بنت عبد الله الأحمد", "Fatima Al-Ahmad"]
    assert not any(one["hashed"] for one in subject["identifier"])
    assert (
        subject["achievement"]["name"] == "الموظف العام ووسائل التواصل الاجتماعي – The civil servant and social media"
    )
    assert subject["achievement"]["humanCode"] == facts.module_key
    narrative = subject["achievement"]["criteria"]["narrative"]
    assert "القانون رقم 175 لسنة 2018" in narrative
    assert "Law No. 175 of 2018" in narrative
    assert document["evidence"][0]["id"] == "https://amana.example/verify/0123-4567-89ABV"
    assert document["issuer"]["id"] == "did:web:amana.example"


def test_every_word_of_it_is_defined_and_so_signed(document):
    quads = linked_data.canonical_quads(document).decode()
    for path in leaves(document):
        value = document
        for step in path:
            value = value[step]
        if path[0] == "@context" or path[-1] == "hashed" or "type" in path:
            continue
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        assert escaped in quads, path


def test_a_record_is_valid_to_the_end_of_its_last_civil_day(document, facts):
    assert facts.zone == "Africa/Cairo"
    until = datetime.fromisoformat(document["validUntil"])
    assert (until + timedelta(seconds=1)).astimezone().astimezone(UTC).hour in {21, 22}
    handed = Read(document, proof={})
    assert "expired" not in check(handed, document, [], ISSUER, until + timedelta(milliseconds=999)).faults
    assert "expired" in check(handed, document, [], ISSUER, until + timedelta(seconds=1)).faults
    assert "not-yet-valid" in check(handed, document, [], ISSUER, facts.completed_at - timedelta(seconds=1)).faults


def test_a_record_without_an_end_has_none(held):
    endless = credential.unsigned(replace(held, facts=replace(held.facts, valid_until=None)), ISSUER)
    assert "validUntil" not in endless
    far = NOW + timedelta(days=40_000)
    signed = proofs.with_proof(endless, ISSUER, SIGNER, NOW)
    assert check(handed_in(signed), endless, [KEY], ISSUER, far).holds
    token = proofs.as_token(endless, ISSUER, SIGNER, NOW)
    assert check(read(token.encode()), endless, [KEY], ISSUER, far).holds


def test_every_field_that_was_changed_is_named(document, signed):
    for path in leaves(signed):
        made = changed(signed, path)
        if path[0] in {"@context", "type"}:
            with pytest.raises(Unreadable):
                handed_in(made)
            continue
        found = check(handed_in(made), document, [KEY], ISSUER, NOW)
        assert not found.is_genuine, path
        if path[0] == "proof":
            assert found.differing == ()
        else:
            assert found.differing == ("/" + "/".join(map(str, path)),)


def test_every_field_that_was_left_out_or_added_is_named(document, signed):
    for name in document:
        made = {key: value for key, value in signed.items() if key != name}
        if name in {"@context", "type"}:
            with pytest.raises(Unreadable):
                handed_in(made)
        else:
            assert check(handed_in(made), document, [KEY], ISSUER, NOW).differing == (f"/{name}",)
    # No context defines it, so that the proof does not cover it.
    found = check(handed_in({**signed, "honours": "first"}), document, [KEY], ISSUER, NOW)
    assert (found.faults, found.differing) == (("record-differs",), ("/honours",))


def test_a_token_that_was_changed_does_not_hold(document, token):
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    for path in leaves(claims):
        part = base64.urlsafe_b64encode(json.dumps(changed(claims, path)).encode()).rstrip(b"=").decode()
        made = f"{header}.{part}.{signature}".encode()
        if path[0] in {"@context", "type"}:
            with pytest.raises(Unreadable):
                read(made)
            continue
        found = check(read(made), document, [KEY], ISSUER, NOW)
        assert "proof-wrong" in found.faults, path
        assert bool(found.differing) == (path[0] != "iat"), path


def test_the_head_of_a_token_that_was_changed_does_not_hold(document, token):
    header, payload, signature = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(header + "=="))
    for path in leaves(said):
        part = base64.urlsafe_b64encode(json.dumps(changed(said, path)).encode()).rstrip(b"=").decode()
        found = check(read(f"{part}.{payload}.{signature}".encode()), document, [KEY], ISSUER, NOW)
        assert not found.is_genuine, path


def test_every_fact_that_a_holder_hands_on_is_held_against_the_record(held, signed, facts):
    """Whatever the facts come to state beside this: what the credential does not say, the register alone holds."""
    stated = to_document(facts)
    untold = set()
    for path in leaves(stated):
        try:
            other = from_document(changed(stated, path))
            expected = credential.unsigned(replace(held, facts=other), ISSUER)
        except (KeyError, ValueError):
            # No day, no number, no zone of the world: nothing that facts could state.
            continue
        if check(handed_in(signed), expected, [KEY], ISSUER, NOW).is_genuine:
            untold.add(path[0])
    assert untold == {
        "attempt_digest",
        "hijri",
        "latin_name_commitment",
        "name_commitment",
        "outcome",
        "pledge_digest",
        "pledge_editions",
        "valid_until_hijri",
    } | {"editions"}


def test_a_token_is_read_by_the_library(token):
    public = OKPKey.import_key(SIGNER.public_key)
    found = jws.deserialize_compact(token, public, algorithms=["Ed25519"])
    assert found.headers()["kid"] == f"did:web:amana.example#{KEY.key_id}"


@pytest.mark.parametrize("algorithm", ["none", "HS256", "EdDSA"])
def test_a_token_of_another_algorithm_does_not_hold(document, token, algorithm):
    header, payload, signature = token.split(".")
    other = {**json.loads(base64.urlsafe_b64decode(header + "==")), "alg": algorithm}
    part = base64.urlsafe_b64encode(json.dumps(other).encode()).rstrip(b"=").decode()
    found = check(read(f"{part}.{payload}.{signature}".encode()), document, [KEY], ISSUER, NOW)
    assert found.faults == ("proof-unreadable",)


def test_a_key_holds_only_in_its_time(document, signed):
    retired = replace(KEY, ended_at=NOW)
    assert check(handed_in(signed), document, [retired], ISSUER, NOW + timedelta(days=9)).holds
    for key in (replace(KEY, ended_at=NOW - timedelta(seconds=1)), replace(KEY, began_at=NOW + timedelta(seconds=1))):
        assert check(handed_in(signed), document, [key], ISSUER, NOW).faults == ("key-out-of-time",)
    # A key that came back holds in each of its times.
    assert check(handed_in(signed), document, [replace(KEY, ended_at=KEY.began_at), KEY], ISSUER, NOW).holds


def test_whoever_else_signs_is_noticed(document):
    forged = proofs.with_proof(document, ISSUER, OTHER, NOW)
    assert check(handed_in(forged), document, [KEY], ISSUER, NOW).faults == ("key-unknown",)
    forged["proof"]["verificationMethod"] = ISSUER.method(KEY.key_id)
    assert check(handed_in(forged), document, [KEY], ISSUER, NOW).faults == ("proof-wrong",)
    elsewhere = proofs.with_proof(document, Issuer("https://else.example"), SIGNER, NOW)
    assert check(handed_in(elsewhere), document, [KEY], ISSUER, NOW).faults == ("other-issuer",)


def test_revoked_and_unknown_are_said(document, signed):
    found = check(handed_in(signed), document, [KEY], ISSUER, NOW, is_revoked=True)
    assert (found.faults, found.is_genuine) == (("revoked",), True)
    assert check(handed_in(signed), None, [KEY], ISSUER, NOW).faults == ("record-unknown",)


def test_nothing_is_signed_without_a_key(document):
    for make in (proofs.with_proof, proofs.as_token):
        with pytest.raises(UnusableKey):
            make(document, ISSUER, NobodySigns(), NOW)


def test_an_address_becomes_an_identifier():
    assert Issuer("http://127.0.0.1:8000").id == "did:web:127.0.0.1%3A8000"
    assert Issuer("https://Amana.Example/training").id == "did:web:amana.example:training"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-a-credential"),
        (b"\xff\xfe", "not-text"),
        (b"{", "not-json"),
        (b"{" * 60_000, "not-json"),
        (b"[]", "not-a-credential"),
        (b"a.b.c", "not-a-credential"),
        (b"{}", "no-proof"),
        (b'{"proof": 1}', "no-proof"),
        (b'{"proof": {}, "proof": {}}', "field-twice"),
        (b'{"proof": {}, "a": 1.5}', "number-not-whole"),
        (b'{"proof": {}, "a": NaN}', "number-not-whole"),
        (b'{"proof": {}, "a": ' + b"9" * 5000 + b"}", "not-json"),
        (b'{"proof": {}}', "other-contexts"),
        (b'{"proof": {}, "a": {"@id": "x"}}', "other-contexts"),
        (b'{"proof": {}, "a": "_:b0"}', "other-contexts"),
        (b'{"proof": {}, "a": ' + b"[" * 9 + b"]" * 9 + b"}", "too-deep"),
        (b'{"proof": {}, "a": [1, 2, 3, 4, 5]}', "too-many-parts"),
        (b" " * (MOST_BYTES + 1), "too-large"),
    ],
)
def test_what_is_no_credential_is_said_so(content, code):
    with pytest.raises(Unreadable) as refused:
        read(content)
    assert refused.value.code == code


@pytest.mark.parametrize("words", ["_:b0", "@id", {"@id": "urn:x:1"}, {"@context": {}}, {"a": {"@value": "x"}}])
def test_words_of_linked_data_itself_are_refused(signed, words):
    with pytest.raises(Unreadable) as refused:
        handed_in({**signed, "name": words})
    assert refused.value.code == "other-contexts"


def test_yes_is_not_one(document, signed):
    made = deepcopy(signed)
    made["credentialSubject"]["identifier"][0]["hashed"] = 0
    found = check(handed_in(made), document, [KEY], ISSUER, NOW)
    assert found.differing == ("/credentialSubject/identifier/0/hashed",)


@pytest.mark.parametrize(
    "other",
    [
        {"proofPurpose": "authentication"},
        {"type": "Ed25519Signature2020"},
        {"cryptosuite": "eddsa-jcs-2022"},
        {"domain": "x"},
        {"created": "2026-11-22"},
    ],
)
def test_a_proof_of_another_kind_does_not_hold_though_the_key_made_it(document, signed, other):
    options = {name: value for name, value in {**signed["proof"], **other}.items() if name != "proofValue"}
    try:
        signature = SIGNER.sign(proofs.signed_bytes(document, options))
    except linked_data.NotCanonical:
        signature = bytes(64)
    made = {**document, "proof": {**options, "proofValue": multikey.multibase(signature)}}
    assert check(handed_in(made), document, [KEY], ISSUER, NOW).faults == ("proof-unreadable",)


@pytest.mark.parametrize("other", [{"typ": "JWT"}, {"crit": ["x"]}, {"kid": 7}])
def test_a_token_of_another_kind_does_not_hold_though_the_key_made_it(document, token, other):
    header, payload, _signature = token.split(".")
    said = {**json.loads(base64.urlsafe_b64decode(header + "==")), **other}
    content = f"{base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b'=').decode()}.{payload}"
    made = f"{content}.{base64.urlsafe_b64encode(SIGNER.sign(content.encode())).rstrip(b'=').decode()}"
    found = check(read(made.encode()), document, [KEY], ISSUER, NOW)
    assert found.faults == (("other-issuer",) if "kid" in other else ("proof-unreadable",))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=8), one, max_size=3),
    max_leaves=12,
)


@settings(deadline=None)
@given(path=st.integers(min_value=0), value=_JSON)
def test_whatever_stands_in_it_nothing_breaks(path, value):
    """Put anything anywhere: it is refused, or named as wrong; it never raises anything else."""
    document = SAMPLE["document"]
    places = leaves(document)
    made = deepcopy(document)
    steps = places[path % len(places)]
    place = made
    for step in steps[:-1]:
        place = place[step]
    was = place[steps[-1]]
    place[steps[-1]] = value
    try:
        found = check(handed_in(made), SAMPLE["unsigned"], [KEY], ISSUER, NOW)
    except Unreadable:
        return
    assert found.is_genuine == (value == was and type(value) is type(was))


SAMPLE: dict = {}


@pytest.fixture(autouse=True)
def sample(document, signed):
    SAMPLE.update(document=signed, unsigned=document)


def test_lists_of_states():
    text = status_list.encoded([0, 9, status_list.LENGTH - 1])
    assert text == status_list.encoded([status_list.LENGTH - 1, 9, 0])
    assert [index for index in (0, 1, 8, 9, 10, status_list.LENGTH - 1) if status_list.is_revoked(text, index)] == [
        0,
        9,
        status_list.LENGTH - 1,
    ]
    for bad, index in ((text, -1), (text, status_list.LENGTH), (text[1:], 0), ("u", 0), ("uAAAA", 0), ("u*", 0)):
        with pytest.raises(ValueError):  # noqa: PT011 - any of them
            status_list.is_revoked(bad, index)


def test_a_list_that_unfolds_to_too_much_is_not_unfolded():
    bomb = "u" + base64.urlsafe_b64encode(gzip.compress(bytes(50_000_000))).rstrip(b"=").decode()
    with pytest.raises(ValueError, match="another length"):
        status_list.is_revoked(bomb, 0)


def test_contexts_come_from_nowhere_else():
    with pytest.raises(linked_data.NotCanonical):
        linked_data.canonical_quads({"@context": "https://example.org/context", "id": "urn:x:1", "name": "x"})


@given(st.binary(min_size=1, max_size=70))
def test_base58_is_read_as_it_was_written(content):
    assert multikey.from_multibase(multikey.multibase(content), len(content)) == content


@pytest.mark.parametrize("text", ["", "z", "z0", "6Mk", "z" + "1" * 200, "zQQQQ"])
def test_what_is_no_multikey_is_refused(text):
    with pytest.raises(UnusableKey):
        multikey.from_multikey(text)


def test_a_multikey_is_that_of_the_field():
    # W3C, Data Integrity EdDSA Cryptosuites 1.0, appendix B: the key of its test vectors.
    text = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    assert multikey.multikey(multikey.from_multikey(text)) == text
