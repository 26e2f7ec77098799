"""What the credential of a record costs: with its proof, as token, as the line of a QR code; and a list of states."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.in_process import facts_of
from quiz.records import codes, credential, credential_reading, credential_verifying, multikey, proofs, status_list
from quiz.records.credential import Held, Issuer, Place
from quiz.records.credential_verifying import KnownKey
from quiz.records.offline_code import offline_address
from quiz.records.signing import Ed25519Signer

TIMES = 20
NAME = "مريم عبد الله السيد حسن"
REVOKED = 1_000


def credential_milliseconds() -> dict[str, float]:
    """Return the median milliseconds of each, over as many records; the first of all is not counted."""
    signer = Ed25519Signer(Ed25519PrivateKey.generate())
    issuer, now = Issuer("https://amana.example"), datetime(2026, 11, 22, tzinfo=UTC)
    key = KnownKey(multikey.key_id(signer.public_key), multikey.multikey(signer.public_key), now)
    held = [
        Held(facts_of(number), NAME, "Mariam Hassan", codes.make(number.to_bytes(8, "big")), Place(1, number))
        for number in range(TIMES + 1)
    ]
    documents = [credential.unsigned(one, issuer) for one in held]
    signed = [proofs.with_proof(one, issuer, signer, now) for one in documents]

    def check(number: int) -> None:
        document = dict(signed[number])
        proof = document.pop("proof")
        handed_in = credential_reading.Read(document, proof=proof)
        found = credential_verifying.check(handed_in, documents[number], [key], issuer, now)
        assert found.is_genuine, found

    def make_list(number: int) -> None:
        document = status_list.unsigned_list(number, range(number, REVOKED + number), issuer, now)
        proofs.with_proof(document, issuer, signer, now)

    deeds: dict[str, Callable[[int], object]] = {
        "with its proof inside": lambda number: proofs.with_proof(
            credential.unsigned(held[number], issuer), issuer, signer, now
        ),
        "as token": lambda number: proofs.as_token(credential.unsigned(held[number], issuer), issuer, signer, now),
        "checked again": check,
        "line of a QR code": lambda number: offline_address(
            held[number].facts, NAME, held[number].code, issuer, signer
        ),
        f"list of states, {REVOKED} revoked": make_list,
    }
    return {what: _median(deed) for what, deed in deeds.items()}


def _median(deed: Callable[[int], object]) -> float:
    seconds = []
    for number in range(TIMES + 1):
        started = time.perf_counter()
        deed(number)
        seconds.append(time.perf_counter() - started)
    return median(seconds[1:]) * 1000
