"""Completion records: written with the deed that completes, shown to their holder, verified by anybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.completions import CompletionHolderRow, CompletionRow, RevocationRow
from quiz.db.models.people import PersonRow
from quiz.db.models.record_life import RenewalRow
from quiz.db.queries import assigning, attempts, people, record_life
from quiz.db.queries import completions as queries
from quiz.engine.document import digest
from quiz.engine.text import Text
from quiz.events import ModuleCompleted, RecordRevoked
from quiz.records import codes
from quiz.records import facts as frozen
from quiz.records.facts import CompletionFacts, commit, to_document
from quiz.services.errors import NotFound, NotReady, Refused, Stale
from quiz.services.organisation import get_choices
from quiz.services.standing import get_standing
from quiz.services.stating import pledge_document, state_facts
from quiz.services.stored_attempts import StoredAttempt, get_stored, settled, store_new_steps
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class PledgeSummary:
    """The pledge as it is read before signing, with the digest of its exact Arabic words."""

    attempt_id: str
    module_key: str
    module_title: Text
    confirm: Text
    undertake: Text
    editions: tuple[tuple[Text, Text, str], ...]
    digest: str
    holder_name: str


@dataclass(frozen=True, slots=True)
class RecordSummary:
    """A completion record as its holder sees it; the name is None once it was erased.

    `first_name` is the name as it was issued, where it was corrected; `newer` and `earlier` are the public ids of what
    stands in its place and of what it renews, each with the day it was completed.
    """

    public_id: str
    facts: CompletionFacts
    holder_name: str | None
    latin_name: str | None
    code: str
    state: str
    revoked_at: datetime | None
    revocation_reason: Text | None
    first_name: str | None = None
    corrected_on: date | None = None
    newer: tuple[str, date] | None = None
    earlier: tuple[str, date] | None = None


@dataclass(frozen=True, slots=True)
class VerifiedSummary:
    """What a stranger may know of a record: no score, unit or number; of a newer record its day and not its code.

    Beside each day stands the Umm al-Qura date that the facts hold for it.
    """

    state: str
    code: str
    holder_name: str | None = None
    organisation: Text | None = None
    module_title: Text | None = None
    editions: tuple[tuple[Text, str], ...] = ()
    completed_on: date | None = None
    valid_until: date | None = None
    revoked_at: datetime | None = None
    revocation_reason: Text | None = None
    latin_name: str | None = None
    hijri: str | None = None
    valid_until_hijri: str | None = None
    renewed_on: date | None = None
    corrected_on: date | None = None
    is_erased: bool = False


def get_pledge(work: UnitOfWork, module_key: str) -> PledgeSummary:
    """Return the pledge that the actor's passed attempt leads to; NotReady before, NotFound where there is none."""
    assignment = _own_assignment(work, module_key)
    stored = _passed_attempt(work, assignment)
    person = _person(work, assignment)
    pledge = stored.pinned.module.pledge
    if pledge is None:
        raise NotFound("pledge")
    editions = stored.pinned.pledged_editions(person.jurisdiction)
    found = (stored.pinned.library.find_edition(address) for address in editions)
    return PledgeSummary(
        attempt_id=stored.public_id,
        module_key=module_key,
        module_title=stored.pinned.module.title,
        confirm=pledge.confirm,
        undertake=pledge.undertake,
        editions=tuple((edition[0].title, edition[1].label, edition[1].status.value) for edition in found if edition),
        digest=digest(pledge_document(stored.pinned, editions)),
        holder_name=person.name,
    )


def sign_pledge(work: UnitOfWork, module_key: str, seen_digest: str, shown: Mapping[str, str]) -> str:
    """Sign the pledge whose digest was seen, and write the completion with it; return the record's public id.

    Signing again returns the record that stands.
    """
    assignment = _own_assignment(work, module_key)
    attempts.lock_assignment(work.session, assignment.id)
    standing = attempts.find_completion_of_assignment(work.session, assignment.id)
    if standing is not None:
        return standing
    stored = _passed_attempt(work, assignment)
    editions = stored.pinned.pledged_editions(_person(work, assignment).jurisdiction)
    document = pledge_document(stored.pinned, editions)
    if digest(document) != seen_digest:
        raise Refused("pledge-changed")
    signature = {**document, "digest": seen_digest, "signed_at": work.now.isoformat(), "shown": dict(shown)}
    return _complete(work, stored, assignment, signature)


def complete_without_pledge(work: UnitOfWork, stored: StoredAttempt, assignment: AssignmentRow) -> str:
    """Write the completion of a module that asks for no pledge, in the transaction that ended the attempt."""
    return _complete(work, stored, assignment, None)


def _own_assignment(work: UnitOfWork, module_key: str) -> AssignmentRow:
    assignment = None
    if work.actor.person_id is not None:
        assignment = assigning.find_assignment(work.session, work.actor.person_id, module_key)
    owner = assignment.person_id if assignment else None
    work.require(Permission.LEARNING_PLEDGE_SIGN, Target("module", module_key, owner_id=owner))
    if assignment is None:
        raise NotFound("module")
    return assignment


def _passed_attempt(work: UnitOfWork, assignment: AssignmentRow) -> StoredAttempt:
    for row in attempts.list_attempts(work.session, [assignment.id]):
        as_stored = get_stored(work, row.public_id, for_update=work.is_writing)
        stored = settled(as_stored, work.now)
        if stored.outcome != "passed":
            continue
        # A pass out of time whose end nobody has written yet: the end comes first, the record after it.
        if work.is_writing and not stored.is_end_stored:
            return store_new_steps(work, as_stored, stored.attempt)
        return stored
    raise NotReady("not-passed")


def _complete(
    work: UnitOfWork, stored: StoredAttempt, assignment: AssignmentRow, signature: dict[str, Any] | None
) -> str:
    person = _person(work, assignment)
    choices = get_choices(work)
    salt = work.tools.chance(32)
    public_id = work.new_id()
    facts = state_facts(
        stored,
        serial=public_id,
        organisation=choices.name,
        zone=choices.zone,
        completed_at=work.now,
        signature=signature,
        editions=stored.pinned.pledged_editions(person.jurisdiction),
        name_commitment=commit(person.name, salt),
        latin_name_commitment=commit(person.latin_name, salt) if person.latin_name else None,
    )
    document = to_document(facts)
    row = CompletionRow(
        public_id=public_id,
        person_id=person.id,
        assignment_id=assignment.id,
        attempt_id=stored.id,
        module_version_id=stored.pinned.version_id,
        verify_code=codes.make(work.tools.chance(16)),
        facts=document,
        facts_digest=frozen.digest(document),
        pledge=signature,
        completed_at=work.now,
        completed_on=facts.completed_on,
        valid_until=facts.valid_until,
    )
    renewed = record_life.find_renewed(work.session, person.id, assignment.module_id)
    # The database looks for the pass itself, so the end of the attempt has to stand before the record.
    work.session.flush()
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise Stale("already-completed") from clash
    work.session.add(
        CompletionHolderRow(completion_id=row.id, name=person.name, latin_name=person.latin_name, salt=salt)
    )
    if renewed is not None:
        work.session.add(RenewalRow(completion_id=row.id, earlier_id=renewed))
    assignment.state = "completed"
    assignment.state_since = work.now
    work.audit(Permission.LEARNING_PLEDGE_SIGN, Target("completion", public_id), digest=row.facts_digest)
    work.record(ModuleCompleted(public_id))
    return public_id


def _person(work: UnitOfWork, assignment: AssignmentRow) -> PersonRow:
    person = people.find_person(work.session, assignment.person_id)
    if person is None:
        raise NotFound("person")
    return person


def get_record(work: UnitOfWork, public_id: str) -> RecordSummary:
    """Return a completion record of the actor; raise NotFound."""
    found = queries.find_completion(work.session, public_id)
    owner = found.person_id if found else None
    work.require(Permission.RECORDS_COMPLETION_READ, Target("completion", public_id, owner_id=owner))
    if found is None:
        raise NotFound("completion")
    record = read_record(work, found)
    if record is None:
        raise NotFound("completion-altered")
    return record


def list_records(work: UnitOfWork) -> tuple[RecordSummary, ...]:
    """Return the actor's completion records, newest first; one that was tampered with is left out."""
    person_id = work.actor.person_id
    work.require(Permission.RECORDS_COMPLETION_READ, Target("completions", owner_id=person_id))
    rows = queries.list_completions(work.session, person_id or 0)
    return tuple(record for row in rows if (record := read_record(work, row)) is not None)


def read_record(work: UnitOfWork, row: CompletionRow) -> RecordSummary | None:
    """Return what is stored of a record, whoever asks; None where its facts were tampered with."""
    standing = get_standing(work, row)
    if standing.facts is None:
        return None
    revocation, newer, earlier = standing.revocation, standing.newer, standing.earlier
    return RecordSummary(
        public_id=row.public_id,
        facts=standing.facts,
        holder_name=standing.name,
        latin_name=standing.latin_name,
        code=row.verify_code,
        state=standing.state,
        revoked_at=revocation.revoked_at if revocation else None,
        revocation_reason=Text(revocation.reason) if revocation else None,
        first_name=standing.first_name,
        corrected_on=standing.corrected_on,
        newer=(newer.public_id, newer.completed_on) if newer else None,
        earlier=(earlier.public_id, earlier.completed_on) if earlier else None,
    )


def verify(work: UnitOfWork, typed: str) -> VerifiedSummary:
    """Return the state of the record behind a code as it was typed or read out.

    It is `unknown` where there is none, and `misread` where the characters cannot be a code.
    """
    work.require(Permission.RECORDS_COMPLETION_VERIFY, Target("completion"))
    code = codes.normalise(typed)
    row = queries.find_completion_by_code(work.session, code) if code else None
    if row is None:
        return VerifiedSummary("unknown" if code else "misread", code or "")
    return tell_stranger(work, row)


def tell_stranger(work: UnitOfWork, row: CompletionRow) -> VerifiedSummary:
    """Return what a stranger may know of a record; of one that was tampered with nothing but that."""
    work.require(Permission.RECORDS_COMPLETION_VERIFY, Target("completion"))
    standing = get_standing(work, row)
    facts, revocation, newer = standing.facts, standing.revocation, standing.newer
    if facts is None:
        return VerifiedSummary("altered", row.verify_code)
    return VerifiedSummary(
        state=standing.state,
        code=row.verify_code,
        holder_name=standing.name,
        organisation=facts.organisation,
        module_title=facts.module_title,
        editions=tuple((edition.label, edition.status) for edition in facts.editions),
        completed_on=facts.completed_on,
        valid_until=facts.valid_until,
        revoked_at=revocation.revoked_at if revocation else None,
        revocation_reason=Text(revocation.reason) if revocation else None,
        latin_name=standing.latin_name,
        hijri=facts.hijri,
        valid_until_hijri=facts.valid_until_hijri,
        renewed_on=newer.completed_on if newer else None,
        corrected_on=standing.corrected_on,
        is_erased=standing.is_erased,
    )


def revoke_completion(work: UnitOfWork, public_id: str, reason: Text, behind: str = "") -> None:
    """Revoke a record from the shell, with a reason in words fit to publish; doing it again changes nothing.

    `behind` says who stands behind it; the holder is told by mail. From the pages see `revoking`.
    """
    if _revoked(work, public_id, reason, behind):
        work.record(RecordRevoked(public_id))


def revoke_after_marking(work: UnitOfWork, public_id: str, reason: Text) -> None:
    """Revoke a record whose pass no longer stands; the mail about the marking tells the holder."""
    _revoked(work, public_id, reason, "")


def _revoked(work: UnitOfWork, public_id: str, reason: Text, behind: str) -> bool:
    """Write a revocation, and tell whether it is new."""
    target = Target("completion", public_id)
    work.require(Permission.RECORDS_COMPLETION_REVOKE, target)
    row = queries.find_completion(work.session, public_id)
    if row is None:
        raise NotFound("completion")
    if not reason.by_language.get("ar"):
        raise Refused("reason-missing", field="reason")
    if queries.find_revocation(work.session, row.id) is not None:
        return False
    by = f"{work.actor.name}: {behind}" if behind else work.actor.name
    work.session.add(RevocationRow(completion_id=row.id, reason=reason.document(), revoked_by=by, revoked_at=work.now))
    # Who is behind it stands with the revocation.
    work.audit(Permission.RECORDS_COMPLETION_REVOKE, target)
    return True
