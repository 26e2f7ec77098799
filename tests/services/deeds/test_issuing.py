"""Credentials of records: the keys that sign them one after the other, the lists that tell of revocations, checking."""

import base64
import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import text

from quiz.db.models.completions import CompletionRow
from quiz.db.models.credentials import CredentialPlaceRow, IssuerKeyRow
from quiz.engine.text import Text
from quiz.records import status_list
from quiz.records.issuer_documents import identifier_document, key_set
from quiz.records.signing import FileSigner, NobodySigns
from quiz.services import erasing, issuing
from quiz.services.completing import revoke_completion
from quiz.services.errors import NotAllowed, NotFound, NotReady
from quiz.services.issuing import CheckedCredential
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from tests import learning
from tests.fixtures.people import SYSTEM, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import DRILL
from tests.services.deeds.test_completing import holder as holder
from tests.services.deeds.test_completing import sign

REASON = Text({"ar": "صدر باسم غير صحيح", "en": "Issued in a wrong name"})
Turn = Callable[[int], None]


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "key.pem"


@pytest.fixture
def turn(key_file: Path) -> Turn:
    """Put another key into the file that the settings name."""

    def put(number: int) -> None:
        key = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        beside = key_file.with_suffix(".new")
        beside.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        beside.replace(key_file)

    return put


@pytest.fixture
def tools(tools: Tools, key_file: Path, turn: Turn) -> Tools:
    turn(1)
    return replace(tools, signer=FileSigner(key_file), base_url="https://amana.example")


@pytest.fixture
def record(works: Works, holder: Someone) -> str:
    public_id = sign(works, holder)
    prepare(works)
    return public_id


def prepare(works: Works) -> None:
    with works.writing(SYSTEM) as work:
        assert not issuing.prepare(work)


def made(works: Works, holder: Someone, record: str) -> bytes:
    with works.reading(holder.actor) as work:
        return issuing.make_credential(work, record)[0]


def token(works: Works, holder: Someone, record: str) -> bytes:
    with works.reading(holder.actor) as work:
        return issuing.make_token(work, record)[0]


def checked(works: Works, content: bytes) -> CheckedCredential:
    with works.reading(SYSTEM) as work:
        return issuing.check_credential(work, content)


def faults(works: Works, content: bytes) -> tuple[str, ...]:
    found = checked(works, content).findings
    assert found is not None
    return found.faults


def hindrance(works: Works, holder: Someone, record: str) -> str | None:
    with works.reading(holder.actor) as work:
        return issuing.find_hindrance(work, record)


def revoke(works: Works, record: str) -> None:
    with works.writing(SYSTEM) as work:
        revoke_completion(work, record, REASON)


def test_a_holder_takes_a_credential_away_that_holds(works: Works, holder: Someone, record: str) -> None:
    for content in (made(works, holder, record), token(works, holder, record)):
        found = checked(works, content)
        assert found.findings is not None
        assert found.findings.holds, found
        assert found.code is not None


def test_nobody_takes_the_credential_of_another(works: Works, record: str, colleague: Someone) -> None:
    for make in (issuing.make_credential, issuing.make_token):
        with works.reading(colleague.actor) as work, pytest.raises(NotAllowed):
            make(work, record)


def test_only_the_system_prepares(works: Works, holder: Someone) -> None:
    for deed in (issuing.prepare, issuing.is_waiting):
        with pytest.raises(NotAllowed), works.writing(holder.actor) as work:
            deed(work)


def test_what_is_missing_is_said_and_mended(
    works: Works, tools: Tools, holder: Someone, key_file: Path, turn: Turn
) -> None:
    public_id = sign(works, holder)
    assert hindrance(works, holder, public_id) == "not-prepared"
    with works.reading(SYSTEM) as work:
        assert issuing.is_waiting(work)
    prepare(works)
    assert hindrance(works, holder, public_id) is None
    with works.reading(SYSTEM) as work:
        assert not issuing.is_waiting(work)
    turn(2)
    assert hindrance(works, holder, public_id) == "not-prepared"
    with works.reading(holder.actor) as work, pytest.raises(NotReady):
        issuing.make_credential(work, public_id)
    with works.reading(SYSTEM) as work:
        assert issuing.is_waiting(work)


def test_without_a_key_nothing_is_offered(works: Works, tools: Tools, holder: Someone, record: str) -> None:
    keyless = Works(works.database, replace(tools, signer=NobodySigns()))
    assert hindrance(keyless, holder, record) == "no-key"
    with keyless.writing(SYSTEM) as work:
        assert not issuing.prepare(work)
        assert not issuing.is_waiting(work)
    with keyless.reading(SYSTEM) as work, pytest.raises(NotReady):
        issuing.get_status_list(work, 1)


def test_old_credentials_hold_after_two_rotations(
    works: Works, clock: Clock, holder: Someone, record: str, turn: Turn
) -> None:
    handed_out = [made(works, holder, record), token(works, holder, record)]
    for number in (2, 3, 1):
        clock.forward(days=1)
        turn(number)
        prepare(works)
        handed_out += [made(works, holder, record), token(works, holder, record)]
    clock.forward(days=1)
    assert [faults(works, content) for content in handed_out] == [()] * 8
    with works.reading(SYSTEM) as work:
        keys = issuing.list_keys(work)
        document, published = (
            identifier_document(issuing.get_issuer(work), keys),
            key_set(issuing.get_issuer(work), keys),
        )
    assert len({key.key_id for key in keys}) == 3
    assert [key.ended_at for key in keys] == [*(key.began_at for key in keys[1:]), None]
    # The first key came back: it is published once.
    assert len(document["verificationMethod"]) == len(document["assertionMethod"]) == len(published["keys"]) == 3


def test_a_key_that_ended_signs_nothing_new(
    works: Works, clock: Clock, holder: Someone, record: str, turn: Turn
) -> None:
    clock.forward(days=1)
    turn(2)
    prepare(works)
    clock.forward(days=1)
    with works.reading(holder.actor) as work:
        document = json.loads(issuing.make_credential(work, record)[0])
        first = issuing.list_keys(work)[0]
    document["proof"]["verificationMethod"] = f"did:web:amana.example#{first.key_id}"
    assert faults(works, json.dumps(document).encode()) == ("key-out-of-time", "proof-wrong")


def test_a_file_without_a_key_leaves_the_last_one(
    works: Works, holder: Someone, record: str, key_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    key_file.write_text("nothing")
    assert faults(works, made(works, holder, record)) == ()
    assert "the key stays as it was" in caplog.text
    key_file.unlink()
    assert faults(works, made(works, holder, record)) == ()


def test_a_revoked_record_is_told_by_the_list(works: Works, clock: Clock, holder: Someone, record: str) -> None:
    content = made(works, holder, record)
    entry = json.loads(content)["credentialStatus"]
    number, index = int(entry["statusListCredential"].rsplit("/", 1)[1]), int(entry["statusListIndex"])

    def told() -> tuple[bool, str, bytes]:
        with works.reading(SYSTEM) as work:
            found = issuing.get_status_list(work, number)
        encoded = found.document["credentialSubject"]["encodedList"]
        return status_list.is_revoked(encoded, index), found.tag, json.dumps(found.document).encode()

    before = told()
    assert not before[0]
    clock.forward(hours=1)
    assert told() == before
    revoke(works, record)
    after = told()
    assert after[0]
    assert after[1] != before[1]
    encoded = json.loads(after[2])["credentialSubject"]["encodedList"][1:]
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    assert sum(byte.bit_count() for byte in bits) == 1
    assert faults(works, content) == ("revoked",)
    assert hindrance(works, holder, record) == "revoked"


def test_there_are_no_other_lists(works: Works, record: str) -> None:
    for number in (0, 2, 999):
        with works.reading(SYSTEM) as work, pytest.raises(NotFound):
            issuing.get_status_list(work, number)


def test_a_full_list_is_followed_by_another(
    works: Works, holder: Someone, colleague: Someone, record: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuing, "_FULL", 1)
    learning.finish(works, colleague, DRILL, best=True)
    sign(works, colleague)
    prepare(works)
    with works.database.reads() as session:
        places = session.query(CredentialPlaceRow).order_by(CredentialPlaceRow.completion_id).all()
    assert [place.list_number for place in places] == [1, 2]
    assert all(0 <= place.place < status_list.LENGTH for place in places)


def test_no_two_records_share_a_place(
    works: Works, tools: Tools, holder: Someone, colleague: Someone, record: str
) -> None:
    with works.database.reads() as session:
        taken = session.query(CredentialPlaceRow).one().place
    learning.finish(works, colleague, DRILL, best=True)
    sign(works, colleague)
    drawn = iter([taken, taken, 7])
    prepare(Works(works.database, replace(tools, chance=lambda count: next(drawn).to_bytes(count, "big"))))
    with works.database.reads() as session:
        assert {row.place for row in session.query(CredentialPlaceRow)} == {taken, 7}


def test_an_erased_name_leaves_nothing_to_give_and_old_credentials_true(
    works: Works, holder: Someone, record: str
) -> None:
    content = made(works, holder, record)
    with works.writing(SYSTEM) as work:
        erasing.erase_holder(work, record, "طلب من صاحبها")
    assert hindrance(works, holder, record) == "no-name"
    assert faults(works, content) == ()
    changed = json.loads(content)
    changed["credentialSubject"]["identifier"][0]["identityHash"] = "غيره"
    assert faults(works, json.dumps(changed).encode()) == ("proof-wrong",)


def test_an_expired_record_says_so(works: Works, clock: Clock, holder: Someone, record: str) -> None:
    content = made(works, holder, record)
    clock.forward(days=4000)
    assert faults(works, content) == ("expired",)


def test_a_credential_of_no_record_is_unknown(works: Works, holder: Someone, record: str) -> None:
    document = json.loads(made(works, holder, record))
    for code in ("0000-0000-00000", "x", 7, None, {"a": "b"}, "9" * 5000):
        document["credentialSubject"]["licenseNumber"] = code
        assert faults(works, json.dumps(document).encode()) == ("proof-wrong", "record-unknown")
    document["credentialSubject"] = "nobody"
    assert "record-unknown" in faults(works, json.dumps(document).encode())
    assert checked(works, b"{}").unreadable == "no-proof"


def test_keys_and_places_are_never_changed(works: Works, record: str) -> None:
    for table, column in (("issuer_key", "multikey"), ("credential_place", "place")):
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with works.database.writes() as session, pytest.raises(Exception, match="is never changed"):
                session.execute(text(statement))


def test_a_place_tells_nothing_of_the_order(works: Works, record: str) -> None:
    with works.database.reads() as session:
        row = session.query(CredentialPlaceRow).one()
        assert session.query(IssuerKeyRow).count() == 1
        assert session.query(CompletionRow).count() == 1
    assert row.place > 1


def test_a_moment_of_rotation_belongs_to_both(
    works: Works, clock: Clock, holder: Someone, record: str, turn: Turn
) -> None:
    clock.forward(hours=1)
    last = made(works, holder, record)
    turn(2)
    prepare(works)
    first = made(works, holder, record)
    clock.now += timedelta(days=1)
    assert (faults(works, last), faults(works, first)) == ((), ())
