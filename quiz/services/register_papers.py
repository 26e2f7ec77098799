"""The signed papers of records as those who keep the register open them: what is kept, and nothing made for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.completions import CompletionRow
from quiz.db.queries import completions
from quiz.db.queries import papers as queries
from quiz.services import distrusting
from quiz.services.errors import NotFound
from quiz.services.papers import Paper, find_kept
from quiz.services.standing import get_standing
from quiz.services.unit_of_work import UnitOfWork, Works


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """Whether the paper of a record can be opened, and who signed it when.

    `hindrance`: `unsigned`, nobody signed it yet; `revoked`, nor will anybody; `erased`, it went with the names;
    `altered`, the record or the file is not what was stored.
    """

    signer: str | None
    signed_at: datetime | None
    hindrance: str | None
    distrusted_since: datetime | None


def open_paper(works: Works, actor: Actor, public_id: str) -> Paper:
    """Return the signed paper of anybody's record; that it was opened is written down.

    Raise NotFound where none is kept: for this look none is made.
    """
    with works.writing(actor) as work:
        target = Target("completion", public_id)
        work.require(Permission.RECORDS_PAPER_OPEN, target)
        row = completions.find_completion(work.session, public_id)
        content = find_kept(work, row) if row else None
        facts = get_standing(work, row).facts if row else None
        if content is None or facts is None:
            raise NotFound("paper")
        work.audit(Permission.RECORDS_PAPER_OPEN, target)
    return Paper(content, facts.module_key, facts.module_title, facts.completed_on, True)


def get_kept(work: UnitOfWork, row: CompletionRow) -> KeptPaper:
    """Return what there is of the paper of a record."""
    work.require(Permission.RECORDS_PAPER_OPEN, Target("completion", row.public_id))
    found = queries.find_paper(work.session, row.public_id)
    if found is None:
        is_revoked = completions.find_revocation(work.session, row.id) is not None
        return KeptPaper(None, None, "revoked" if is_revoked else "unsigned", None)
    paper, signer = found
    distrust = distrusting.of_certificates(work).get(paper.certificate_fingerprint)
    since = distrust.since if distrust and distrust.since <= paper.signed_at else None
    return KeptPaper(signer, paper.signed_at, _hindrance(work, row), since)


def list_kept(work: UnitOfWork, rows: Sequence[CompletionRow]) -> frozenset[int]:
    """Return the keys of those records whose paper can be opened."""
    work.require(Permission.RECORDS_PAPER_OPEN, Target("completions"))
    return frozenset(queries.list_kept(work.session, [row.id for row in rows]))


def _hindrance(work: UnitOfWork, row: CompletionRow) -> str | None:
    if completions.find_holder(work.session, row.id) is None:
        return "erased"
    try:
        content = find_kept(work, row)
    except NotFound:
        return "altered"
    return None if content is not None and get_standing(work, row).facts is not None else "altered"
