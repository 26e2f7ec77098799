"""The register of records as HR finds it: by person, code or serial, with all that became of each and what waits."""

from dataclasses import dataclass
from datetime import date, datetime

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.completions import CompletionRow
from quiz.db.models.record_life import RevocationDecisionRow, RevocationProposalRow
from quiz.db.queries import completions as queries
from quiz.db.queries import people, record_life
from quiz.engine.text import Text
from quiz.language.folding import fold
from quiz.records import codes
from quiz.services.errors import NotFound
from quiz.services.organisation import get_choices
from quiz.services.register_papers import KeptPaper, get_kept, list_kept
from quiz.services.standing import Standing, get_standing
from quiz.services.unit_of_work import UnitOfWork

MOST = 50
_LONGEST_QUERY = 100
_SERIAL = 32


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record in the register; the name is None once it was erased, the title where the record was altered."""

    public_id: str
    module_title: Text | None
    holder_name: str | None
    state: str
    completed_on: date
    is_corrected: bool
    is_erased: bool
    has_paper: bool = False


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal to revoke a record, and what became of it; `is_own` is what the actor proposed."""

    public_id: str
    record: RecordLine
    reason: Text
    inner_reason: str
    proposed_by: str
    proposed_at: datetime
    is_own: bool
    may_decide: bool
    verdict: str | None
    words: str | None
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """A correction of a name; `before` and `after` are None once they were erased."""

    before: str | None
    after: str | None
    source: str
    reason: str
    corrected_at: datetime


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """What was looked for, and what waits for somebody."""

    lines: tuple[RecordLine, ...]
    waiting: tuple[ProposalLine, ...]


@dataclass(frozen=True, slots=True)
class RecordSheet:
    """A record with all that became of it; `held_name` is what HR holds of its person now."""

    line: RecordLine
    code: str
    valid_until: date
    person: str
    is_own: bool
    held_name: str
    held_latin_name: str | None
    differs: bool
    revoked_at: datetime | None
    revocation_reason: Text | None
    erased_at: datetime | None
    erasure_reason: str | None
    newer: str | None
    earlier: str | None
    paper: KeptPaper
    corrections: tuple[CorrectionLine, ...]
    proposals: tuple[ProposalLine, ...]


def list_register(work: UnitOfWork, words: str = "") -> RegisterPage:
    """Return the records of a person, or the one of a code or serial; without words those that something became of."""
    work.require(Permission.RECORDS_REGISTER_READ, Target("completions"))
    rows = _found(work, words[:_LONGEST_QUERY].strip())
    waiting = record_life.list_waiting(work.session, MOST)
    kept = list_kept(work, rows)
    return RegisterPage(
        tuple(_line(row, get_standing(work, row), row.id in kept) for row in rows),
        tuple(_proposal(work, proposal, None, row, get_standing(work, row)) for proposal, row in waiting),
    )


def list_of_person(work: UnitOfWork, person: str) -> tuple[RecordLine, ...]:
    """Return the records of a person, newest first."""
    work.require(Permission.RECORDS_REGISTER_READ, Target("person", person))
    row = people.find_person_by_public_id(work.session, person)
    if row is None:
        raise NotFound("person")
    return tuple(_line(one, get_standing(work, one)) for one in queries.list_completions(work.session, row.id))


def get_sheet(work: UnitOfWork, record: str) -> RecordSheet:
    """Return a record with all that became of it; raise NotFound."""
    work.require(Permission.RECORDS_REGISTER_READ, Target("completion", record))
    row = queries.find_completion(work.session, record)
    person = people.find_person(work.session, row.person_id) if row else None
    if row is None or person is None:
        raise NotFound("completion")
    standing = get_standing(work, row)
    line = _line(row, standing)
    erasure = record_life.find_erasure(work.session, row.id)
    names = [None if standing.is_erased else one.name for one in standing.names]
    corrections = record_life.list_corrections(work.session, row.id)
    return RecordSheet(
        line=line,
        code=row.verify_code,
        valid_until=row.valid_until,
        person=person.public_id,
        is_own=person.id == work.actor.person_id,
        held_name=person.name,
        held_latin_name=person.latin_name,
        differs=not standing.is_erased
        and standing.facts is not None
        and (person.name, person.latin_name) != (standing.name, standing.latin_name),
        revoked_at=standing.revocation.revoked_at if standing.revocation else None,
        revocation_reason=Text(standing.revocation.reason) if standing.revocation else None,
        erased_at=erasure.erased_at if erasure else None,
        erasure_reason=erasure.reason if erasure else None,
        newer=standing.newer.public_id if standing.newer else None,
        earlier=standing.earlier.public_id if standing.earlier else None,
        paper=get_kept(work, row),
        corrections=tuple(
            CorrectionLine(before, after, one.source, one.reason, one.corrected_at)
            for (one, _), before, after in zip(corrections, names, names[1:], strict=False)
        ),
        proposals=tuple(
            _proposal(work, proposal, decision, row, standing)
            for proposal, decision in record_life.list_proposals(work.session, row.id)
        ),
    )


def _found(work: UnitOfWork, words: str) -> list[CompletionRow]:
    if not words:
        today = get_choices(work).civil_day(work.now)
        return record_life.list_marked(work.session, today, MOST)
    code = codes.normalise(words)
    by_code = queries.find_completion_by_code(work.session, code) if code else None
    by_serial = queries.find_completion(work.session, words) if len(words) == _SERIAL else None
    one = by_code or by_serial
    return [one] if one else record_life.list_by_person(work.session, fold(words).split(), MOST)


def _line(row: CompletionRow, standing: Standing, has_paper: bool = False) -> RecordLine:
    return RecordLine(
        row.public_id,
        standing.facts.module_title if standing.facts else None,
        standing.name if standing.facts else None,
        standing.state,
        row.completed_on,
        standing.corrected_on is not None,
        standing.is_erased,
        has_paper and standing.facts is not None,
    )


def _proposal(
    work: UnitOfWork,
    proposal: RevocationProposalRow,
    decision: RevocationDecisionRow | None,
    row: CompletionRow,
    standing: Standing,
) -> ProposalLine:
    concerned = frozenset({proposal.proposed_by_id, row.person_id})
    target = Target("revocation-proposal", proposal.public_id, author_ids=concerned)
    by = {proposal.proposed_by_id, *([decision.decided_by_id] if decision else [])}
    names = people.list_names(work.session, by)
    return ProposalLine(
        proposal.public_id,
        _line(row, standing),
        Text(proposal.reason),
        proposal.inner_reason,
        names[proposal.proposed_by_id],
        proposal.proposed_at,
        proposal.proposed_by_id == work.actor.person_id,
        work.allows(Permission.RECORDS_REVOCATION_DECIDE, target),
        decision.verdict if decision else None,
        decision.words if decision else None,
        names[decision.decided_by_id] if decision else None,
        decision.decided_at if decision else None,
    )
