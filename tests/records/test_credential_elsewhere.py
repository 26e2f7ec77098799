"""Our credentials before verifiers that we did not make: the libraries of Digital Bazaar, and jose for tokens."""

import base64
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from quiz.records import credential, issuer_documents, multikey, proofs, status_list
from quiz.records.credential import Held, Place
from quiz.records.credential_verifying import KnownKey
from quiz.records.encoding import base64url
from quiz.records.signing import Ed25519Signer
from tests.leaves import changed, leaves
from tests.records.test_credential import CODE, ISSUER, NOW

FOLDER = Path(__file__).parents[1] / "verifier"
SIGNERS = [Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)) for number in (1, 2, 3)]
# Twice another key was taken; each signed for a day.
KEYS = [
    KnownKey(multikey.key_id(one.public_key), multikey.multikey(one.public_key), NOW + timedelta(days=day))
    for day, one in enumerate(SIGNERS)
]
KEYS = [replace(key, ended_at=after.began_at) for key, after in pairwise(KEYS)] + KEYS[-1:]
LAST = NOW + timedelta(days=3)


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if found is None or not (FOLDER / "node_modules").is_dir():
        if os.environ.get("CI"):
            pytest.fail("no node, or no libraries in tests/verifier: the verifier of others must run here")
        pytest.skip("no node, or no libraries in tests/verifier: the verifier of others did not run")
    return found


@pytest.fixture
def held(facts):
    return Held(facts, "فاطمة بنت عبد الله الأحمد", "Fatima Al-Ahmad", CODE, Place(1, 4711))


def a_list(revoked, signer=SIGNERS[-1]):
    # That verifier asks the clock of the machine whether a list is valid yet.
    since = NOW - timedelta(days=300)
    return proofs.with_proof(status_list.unsigned_list(1, revoked, ISSUER, since), ISSUER, signer, since)


@pytest.fixture
def verify(node):
    """Hand credentials or tokens to the verifier, which finds what we serve and nothing else."""

    def run(tries, revoked=(), the_list=None, keys=KEYS):
        identifier = issuer_documents.identifier_document(ISSUER, keys)
        documents = {
            identifier["id"]: identifier,
            "jwks": issuer_documents.key_set(ISSUER, keys),
            credential.status_address(1, ISSUER): the_list or a_list(revoked),
        }
        sent = [
            {"kind": "token" if isinstance(one, str) else "credential", "content": one, "now": LAST.isoformat()}
            for one in tries
        ]
        done = subprocess.run(
            [node, FOLDER / "verify.mjs"],
            input=json.dumps({"documents": documents, "tries": sent}),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def signed(held, signer=SIGNERS[-1], now=LAST):
    return proofs.with_proof(credential.unsigned(held, ISSUER), ISSUER, signer, now)


def test_credentials_of_every_key_are_verified(held, verify):
    tries = [signed(held, signer, key.began_at) for signer, key in zip(SIGNERS, KEYS, strict=True)]
    found = verify(tries)
    assert [one["verified"] for one in found] == [True, True, True], found


def test_what_a_stolen_key_signed_is_refused_and_what_the_others_did_is_not(held, verify):
    keys = [KEYS[0], replace(KEYS[1], distrusted_since=LAST), KEYS[2]]
    tries = [signed(held, signer, key.began_at) for signer, key in zip(SIGNERS, KEYS, strict=True)]
    document = credential.unsigned(held, ISSUER)
    tries += [proofs.as_token(document, ISSUER, one, key.began_at) for one, key in zip(SIGNERS, KEYS, strict=True)]
    found = verify(tries, keys=keys)
    assert [one["verified"] for one in found] == [True, False, True] * 2, found


def test_every_field_that_was_changed_is_refused(held, verify):
    document = signed(held)
    # Of what a credential is made for the reader, not for the signature: nothing.
    paths = leaves(document)
    tries = [changed(document, path) for path in paths]
    tries += [{name: value for name, value in document.items() if name != gone} for gone in document]
    found = verify(tries)
    assert [str(path) for path, one in zip([*paths, *document], found, strict=True) if one["verified"]] == []


def test_a_field_that_no_context_defines_is_refused(held, verify):
    ((found),) = verify([{**signed(held), "honours": "first"}])
    assert not found["verified"]


def test_a_revoked_credential_is_refused_and_others_are_not(held, verify):
    other = signed(replace(held, place=Place(1, 4712)))
    found = verify([signed(held), other], revoked=[4711])
    assert [one["verified"] for one in found] == [False, True], found


def test_a_list_that_was_changed_or_is_of_somebody_else_is_refused(held, verify):
    lenient = {**a_list([4711]), "credentialSubject": a_list([])["credentialSubject"]}
    stranger = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32))
    for bad in (lenient, a_list([], stranger)):
        ((found),) = verify([signed(held)], the_list=bad)
        assert not found["verified"]


def test_an_expired_credential_is_refused(held, verify):
    past = replace(held.facts, valid_until=NOW.date())
    ((found),) = verify([signed(replace(held, facts=past))])
    assert not found["verified"]


def test_tokens_of_every_key_are_verified_and_changed_ones_refused(held, verify):
    document = credential.unsigned(held, ISSUER)
    tokens = [proofs.as_token(document, ISSUER, one, key.began_at) for one, key in zip(SIGNERS, KEYS, strict=True)]
    header, payload, signature = tokens[0].split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    parts = [base64url(json.dumps(changed(claims, path)).encode()) for path in leaves(claims)]
    forged = [f"{header}.{part}.{signature}" for part in parts]
    found = verify([*tokens, *forged])
    assert [one["verified"] for one in found] == [True] * 3 + [False] * len(forged)
    assert found[0]["claims"]["credentialSubject"] == document["credentialSubject"]
