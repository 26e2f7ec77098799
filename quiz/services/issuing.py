"""Credentials: the keys that sign, the lists that tell of revocations, what a holder takes away, and checking it."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.completions import CompletionRow
from quiz.db.models.credentials import CredentialPlaceRow, IssuerKeyRow
from quiz.db.queries import completions, record_life
from quiz.db.queries import credentials as queries
from quiz.engine.text import Text
from quiz.records import codes, credential, offline_code, proofs, status_list
from quiz.records.credential import Held, Issuer, Place
from quiz.records.credential_reading import Read, Unreadable, read
from quiz.records.credential_verifying import Findings, Former, KnownKey, check
from quiz.records.facts import CompletionFacts
from quiz.records.multikey import key_id, multikey
from quiz.records.signing import Signer
from quiz.services import distrusting
from quiz.services.completing import RecordSummary, get_record, list_records, read_record
from quiz.services.distrusting import Distrust, find_signer
from quiz.services.errors import NotFound, NotReady
from quiz.services.standing import get_standing
from quiz.services.unit_of_work import UnitOfWork

_AT_ONCE = 200
# Beyond half of its places a list would be searched long for a free one.
_FULL = status_list.LENGTH // 2
_WITHHELD = frozenset({"altered", "revoked"})


@dataclass(frozen=True, slots=True)
class StatusList:
    """A signed list of states, and a text that changes with it."""

    document: dict[str, Any]
    tag: str


@dataclass(frozen=True, slots=True)
class CheckedCredential:
    """What is true of a credential that was handed in: why it cannot be read, or findings; and its record's code."""

    unreadable: str | None
    findings: Findings | None
    code: str | None


def prepare(work: UnitOfWork) -> bool:
    """Note the key that signs now, and give some records their places; tell whether more of them are waiting.

    Without a key nothing is done.
    """
    work.require(Permission.RECORDS_CREDENTIAL_PREPARE, Target("credentials"))
    signer = find_signer(work)
    if signer.public_key is None:
        return False
    _note_key(work, signer.public_key)
    waiting = queries.list_without_place(work.session, _AT_ONCE)
    for completion_id in waiting:
        place = _free_place(work)
        work.session.add(
            CredentialPlaceRow(completion_id=completion_id, list_number=place.list_number, place=place.index)
        )
        work.session.flush()
    return len(waiting) == _AT_ONCE


def is_waiting(work: UnitOfWork) -> bool:
    """Tell whether there is a key to note or a record without a place."""
    work.require(Permission.RECORDS_CREDENTIAL_PREPARE, Target("credentials"))
    public_key = find_signer(work).public_key
    if public_key is None:
        return False
    is_noted = queries.find_newest_key(work.session) == key_id(public_key)
    return not is_noted or bool(queries.list_without_place(work.session, 1))


def find_hindrance(work: UnitOfWork, public_id: str) -> str | None:
    """Return why the actor's record has no credential, as a code, or None where it has one.

    `no-key`: the organisation signs none; `key-distrusted`: it has to set another key first; `not-prepared`: in some
    seconds; `no-name`: it was erased; `revoked` and `altered`: the record does not hold.
    """
    return _hindrance(work, get_record(work, public_id))


def list_hindrances(work: UnitOfWork) -> dict[str, str | None]:
    """Return why each record of the actor has no credential, or None where it has one, by its public id."""
    return {record.public_id: _hindrance(work, record) for record in list_records(work)}


def make_credential(work: UnitOfWork, public_id: str) -> tuple[bytes, str]:
    """Return the actor's credential as JSON with its proof, and the code of the record; raise NotFound or NotReady."""
    held, signer = _held(work, public_id)
    issuer = get_issuer(work)
    document = proofs.with_proof(credential.unsigned(held, issuer), issuer, signer, work.now)
    return json.dumps(document, ensure_ascii=False, indent=2).encode(), held.code


def make_token(work: UnitOfWork, public_id: str) -> tuple[bytes, str]:
    """Return the actor's credential as a token, and the code of the record; raise NotFound or NotReady."""
    held, signer = _held(work, public_id)
    issuer = get_issuer(work)
    token = proofs.as_token(credential.unsigned(held, issuer), issuer, signer, work.now)
    return token.encode(), held.code


def find_offline_address(work: UnitOfWork, facts: CompletionFacts, name: str, code: str) -> str | None:
    """Return the address of a record with a line behind it that is checked without any service.

    None without a key, or before the worker has noted it; whoever asks has asked the policy about the record.
    """
    signer = find_signer(work)
    if signer.public_key is None or queries.find_newest_key(work.session) != key_id(signer.public_key):
        return None
    return offline_code.offline_address(facts, name, code, get_issuer(work), signer)


def get_issuer(work: UnitOfWork) -> Issuer:
    """Return who issues here."""
    return Issuer(work.tools.base_url)


def list_keys(work: UnitOfWork) -> tuple[KnownKey, ...]:
    """Return every key that ever signed, in order, with those that are trusted no longer; the last one signs now."""
    work.require(Permission.RECORDS_COMPLETION_VERIFY, Target("issuer"))
    rows = queries.list_keys(work.session)
    ends = [row.began_at for row in rows[1:]]
    distrusted = distrusting.of_keys(work)
    return tuple(
        KnownKey(row.key_id, row.multikey, row.began_at, end, *_distrust(distrusted.get(row.key_id)))
        for row, end in zip(rows, (*ends, None), strict=False)
    )


def get_status_list(work: UnitOfWork, number: int) -> StatusList:
    """Return a list of states as it stands; the same bytes as long as nothing was revoked and the key is the same.

    Raise NotFound where there is no such list, and NotReady where there is no key to sign it with.
    """
    work.require(Permission.RECORDS_COMPLETION_VERIFY, Target("status-list", str(number)))
    newest, _taken = queries.find_newest_list(work.session)
    if not 0 < number <= newest:
        raise NotFound("status-list")
    signer = find_signer(work)
    rows = queries.list_keys(work.session)
    if signer.public_key is None or not rows or rows[-1].key_id != key_id(signer.public_key):
        raise NotReady("no-key")
    revoked = queries.list_revoked(work.session, number)
    since = max([rows[-1].began_at, *(moment for _place, moment in revoked)])
    said = json.dumps([get_issuer(work).id, number, rows[-1].key_id, since.isoformat(), [one for one, _ in revoked]])
    tag = hashlib.sha256(said.encode()).hexdigest()
    return work.tools.kept.status_lists.get(tag, lambda: _signed_list(work, number, revoked, since, signer, tag))


def check_credential(work: UnitOfWork, content: bytes) -> CheckedCredential:
    """Return what is true of a credential that somebody hands in; whatever it holds, nothing is raised for it.

    One that was signed before the name on its record was corrected is told from one that somebody changed.
    """
    work.require(Permission.RECORDS_COMPLETION_VERIFY, Target("credential"))
    try:
        handed_in = read(content)
    except Unreadable as refused:
        return CheckedCredential(refused.code, None, None)
    row = _named_row(work, handed_in)
    record = read_record(work, row) if row else None
    place = queries.find_place(work.session, record.public_id) if record else None
    expected, formers = None, []
    if row and record and place:
        expected = _expected(work, record, place, handed_in)
        formers = _formers(work, row, record, place, expected)
    findings = check(
        handed_in,
        expected,
        list_keys(work),
        get_issuer(work),
        work.now,
        is_revoked=bool(record and record.state == "revoked"),
        formers=formers,
    )
    return CheckedCredential(None, findings, row.verify_code if row else None)


def try_credential(work: UnitOfWork, row: CompletionRow) -> tuple[str, ...]:
    """Return what our own check finds wrong with a credential and a token made now for a record.

    Nothing where none can be made, and that the record has expired is nothing wrong. Both are handed to nobody.
    """
    work.require(Permission.RECORDS_COMPLETION_RECOMPUTE, Target("completion", row.public_id))
    record = read_record(work, row)
    if record is None or _hindrance(work, record):
        return ()
    held, signer = _ready(work, record)
    issuer = get_issuer(work)
    document = credential.unsigned(held, issuer)
    made = (
        json.dumps(proofs.with_proof(document, issuer, signer, work.now), ensure_ascii=False),
        proofs.as_token(document, issuer, signer, work.now),
    )
    found = [check_credential(work, content.encode()) for content in made]
    faults = [fault for one in found for fault in (one.findings.faults if one.findings else [str(one.unreadable)])]
    return tuple(dict.fromkeys(fault for fault in faults if fault != "expired"))


def _named_row(work: UnitOfWork, handed_in: Read) -> CompletionRow | None:
    subject = handed_in.document.get("credentialSubject")
    named = subject.get("licenseNumber") if isinstance(subject, dict) else None
    code = codes.normalise(named) if isinstance(named, str) and len(named) <= 2 * codes.LENGTH else None
    return completions.find_completion_by_code(work.session, code) if code else None


def _expected(work: UnitOfWork, record: RecordSummary, place: CredentialPlaceRow, handed_in: Read) -> dict[str, Any]:
    if record.holder_name is not None:
        return credential.unsigned(_as_held(record, place), get_issuer(work))
    # Nothing is left to compare an erased name with; that the issuer signed it, the proof tells.
    expected = credential.unsigned(_as_held(replace(record, holder_name=""), place), get_issuer(work))
    expected["credentialSubject"]["identifier"] = handed_in.document["credentialSubject"].get("identifier")
    return expected


def _formers(
    work: UnitOfWork, row: CompletionRow, record: RecordSummary, place: CredentialPlaceRow, expected: dict[str, Any]
) -> list[Former]:
    """Return the credential as it was made under each other name that the record had, and until when.

    Of erased names no more is known than when they were corrected: what was signed before gives one of them.
    """
    ends = [one.corrected_at for one, _ in record_life.list_corrections(work.session, row.id)]
    if not ends:
        return []
    if record.holder_name is None:
        # A credential says to the second when it was signed: of that one second nothing can be told.
        return [Former(expected, ends[-1].replace(microsecond=0) - timedelta(seconds=1))]
    *former, standing = get_standing(work, row).names
    formers = []
    for one, until in zip(former, ends, strict=True):
        if (one.name, one.latin_name) != (standing.name, standing.latin_name):
            held = _as_held(replace(record, holder_name=one.name, latin_name=one.latin_name), place)
            formers.append(Former(credential.unsigned(held, get_issuer(work)), until))
    return formers


def _held(work: UnitOfWork, public_id: str) -> tuple[Held, Signer]:
    return _ready(work, get_record(work, public_id))


def _ready(work: UnitOfWork, record: RecordSummary) -> tuple[Held, Signer]:
    hindrance = _hindrance(work, record)
    if hindrance:
        raise NotReady(hindrance)
    place = queries.find_place(work.session, record.public_id)
    signer = find_signer(work)
    # Between the two looks the file of the key may have changed, or have gone.
    if place is None or signer.public_key is None or queries.find_newest_key(work.session) != key_id(signer.public_key):
        raise NotReady("not-prepared")
    return _as_held(record, place), signer


def _as_held(record: RecordSummary, place: CredentialPlaceRow) -> Held:
    if record.holder_name is None:
        raise NotFound("holder")
    return Held(record.facts, record.holder_name, record.latin_name, record.code, Place(place.list_number, place.place))


def _hindrance(work: UnitOfWork, record: RecordSummary) -> str | None:
    public_key = find_signer(work).public_key
    if record.state in _WITHHELD:
        return record.state
    if record.holder_name is None:
        return "no-name"
    if public_key is None:
        return "no-key" if work.tools.signer.public_key is None else "key-distrusted"
    is_noted = queries.find_newest_key(work.session) == key_id(public_key)
    return None if is_noted and queries.find_place(work.session, record.public_id) else "not-prepared"


def _distrust(found: Distrust | None) -> tuple[datetime | None, Text | None]:
    return (found.since, found.reason) if found else (None, None)


def _note_key(work: UnitOfWork, public_key: bytes) -> None:
    name = key_id(public_key)
    if queries.find_newest_key(work.session) == name:
        return
    work.session.add(IssuerKeyRow(key_id=name, multikey=multikey(public_key), began_at=work.now))
    work.session.flush()
    work.audit(Permission.RECORDS_CREDENTIAL_PREPARE, Target("issuer-key", name))


def _free_place(work: UnitOfWork) -> Place:
    number, taken = queries.find_newest_list(work.session)
    if number == 0 or taken >= _FULL:
        number += 1
    while True:
        # 131,072 divides what three bytes can hold, so that every place is as likely as any other.
        index = int.from_bytes(work.tools.chance(3), "big") % status_list.LENGTH
        if not queries.is_taken(work.session, number, index):
            return Place(number, index)


def _signed_list(
    work: UnitOfWork, number: int, revoked: list[tuple[int, datetime]], since: datetime, signer: Signer, tag: str
) -> StatusList:
    issuer = get_issuer(work)
    document = status_list.unsigned_list(number, [place for place, _ in revoked], issuer, since)
    return StatusList(proofs.with_proof(document, issuer, signer, since), tag)
