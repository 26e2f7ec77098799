"""Removing the names of a record: what is left says what was completed and when, and nobody can tell by whom."""

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.record_life import HolderErasureRow
from quiz.db.queries import completions as queries
from quiz.db.queries import papers, record_life
from quiz.language.folding import fold
from quiz.services.errors import NotFound, Refused
from quiz.services.standing import get_standing
from quiz.services.unit_of_work import UnitOfWork

LONGEST = 500


def erase_holder(work: UnitOfWork, record: str, reason: str) -> None:
    """Remove every name and salt of a record for good, with its paper, and end its links; again, it changes nothing.

    Facts, digest and revocation stay as they were. Raise Refused without a reason, or where the reason names the
    holder: it is kept when the names are gone.
    """
    row = queries.find_completion(work.session, record)
    owner = row.person_id if row else None
    target = Target("completion", record, owner_id=owner)
    work.require(Permission.RECORDS_HOLDER_ERASE, target)
    if row is None:
        raise NotFound("completion")
    if not reason.strip():
        raise Refused("reason-missing", field="reason")
    if len(reason) > LONGEST:
        raise Refused("too-long", field="reason", most=LONGEST)
    record_life.lock_completion(work.session, row.id)
    if record_life.find_erasure(work.session, row.id) is not None:
        return
    names = [one for name in get_standing(work, row).names for one in (name.name, name.latin_name) if one]
    if any(fold(one) in fold(reason) for one in names):
        raise Refused("reason-names-holder", field="reason")
    erasure = HolderErasureRow(
        completion_id=row.id, reason=reason.strip(), erased_by=work.actor.name, erased_at=work.now
    )
    work.session.add(erasure)
    # The database lets a name go only where its removal is written down.
    work.session.flush()
    record_life.delete_names(work.session, row.id)
    papers.erase_content(work.session, row.id)
    for link in record_life.list_links(work.session, row.id):
        link.ended_at = link.ended_at or work.now
    work.audit(Permission.RECORDS_HOLDER_ERASE, target)
