"""Correcting the name on a record: it takes the name that HR holds now, and both versions are kept."""

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.record_life import CorrectedHolderRow, NameCorrectionRow
from quiz.db.queries import completions as queries
from quiz.db.queries import people, record_life
from quiz.language.folding import fold
from quiz.records.facts import commit
from quiz.services.errors import NotFound, Refused, Stale
from quiz.services.standing import get_standing
from quiz.services.unit_of_work import UnitOfWork

LONGEST = 500


def correct_name(work: UnitOfWork, record: str, seen_name: str, source: str, reason: str) -> None:
    """Let a record say the name that HR holds of its person now.

    `seen_name` is the name that was shown as the new one, `source` the paper it comes from; no name can be typed, so
    nobody is given another's record. The facts and their digest stay; the names before stay beside them until they are
    erased. Raise Refused where nothing differs, a reason is missing or names the holder (it outlives the names), or the
    names were removed; Stale where HR's name is another by now.
    """
    row = queries.find_completion(work.session, record)
    owner = row.person_id if row else None
    target = Target("completion", record, owner_id=owner)
    work.require(Permission.RECORDS_NAME_CORRECT, target)
    person = people.find_person(work.session, row.person_id) if row else None
    if row is None or person is None:
        raise NotFound("completion")
    record_life.lock_completion(work.session, row.id)
    standing = get_standing(work, row)
    if standing.facts is None:
        raise Refused("record-altered", field="source")
    if standing.is_erased:
        raise Refused("holder-erased", field="source")
    if person.name != seen_name:
        raise Stale("name-moved-on")
    if (person.name, person.latin_name) == (standing.name, standing.latin_name):
        raise Refused("same-name", field="source")
    known = [name for name in (person.name, person.latin_name, standing.name, standing.latin_name) if name]
    for field, words in (("source", source), ("reason", reason)):
        if not words.strip():
            raise Refused("reason-missing", field=field)
        if len(words) > LONGEST:
            raise Refused("too-long", field=field, most=LONGEST)
        if any(fold(name) in fold(words) for name in known):
            raise Refused("reason-names-holder", field=field)
    before, salt = standing.names[-1], work.tools.chance(32)
    correction = NameCorrectionRow(
        public_id=work.new_id(),
        completion_id=row.id,
        number=len(standing.names),
        earlier_commitment=before.commitment,
        earlier_latin_commitment=before.latin_commitment,
        name_commitment=commit(person.name, salt),
        latin_name_commitment=commit(person.latin_name, salt) if person.latin_name else None,
        source=source.strip(),
        reason=reason.strip(),
        corrected_by=work.actor.name,
        corrected_at=work.now,
    )
    work.session.add(correction)
    work.session.flush()
    work.session.add(
        CorrectedHolderRow(correction_id=correction.id, name=person.name, latin_name=person.latin_name, salt=salt)
    )
    work.audit(Permission.RECORDS_NAME_CORRECT, target, correction=correction.public_id, number=correction.number)
