"""How a record stands now: what was written, and all that became of it since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from quiz.db.models.completions import CompletionHolderRow, CompletionRow, RevocationRow
from quiz.db.models.record_life import CorrectedHolderRow, NameCorrectionRow
from quiz.db.queries import completions as queries
from quiz.db.queries import record_life
from quiz.records import facts as frozen
from quiz.records.facts import CompletionFacts, from_document
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork

Corrections = list[tuple[NameCorrectionRow, CorrectedHolderRow | None]]


@dataclass(frozen=True, slots=True)
class Name:
    """A name with its commitments and the salt that opens them; names and salt are None once they were erased."""

    commitment: str
    latin_commitment: str | None
    name: str | None
    latin_name: str | None
    salt: bytes | None

    @property
    def is_own(self) -> bool:
        """Tell whether the commitments are of this name; an erased one belongs to any."""
        if self.name is None or self.salt is None:
            return True
        if (self.latin_commitment is None) != (self.latin_name is None):
            return False
        latin = self.latin_commitment is None or frozen.opens(self.latin_commitment, self.latin_name or "", self.salt)
        return latin and frozen.opens(self.commitment, self.name, self.salt)


@dataclass(frozen=True, slots=True)
class Standing:
    """A record and what became of it.

    `state` is `valid`, `expired`, `replaced`, `revoked` or `altered`. `names` are in order, the last one stands.
    `newer` stands in its place, `earlier` is what it renews; days are the organisation's.
    """

    facts: CompletionFacts | None
    state: str
    names: tuple[Name, ...]
    corrected_on: date | None
    is_erased: bool
    newer: CompletionRow | None
    earlier: CompletionRow | None
    revocation: RevocationRow | None

    @property
    def name(self) -> str | None:
        """The name that stands, None once it was erased."""
        return None if self.is_erased else self.names[-1].name

    @property
    def latin_name(self) -> str | None:
        """The name in Latin letters that stands."""
        return None if self.is_erased else self.names[-1].latin_name

    @property
    def first_name(self) -> str | None:
        """The name as it was issued, where it was corrected since."""
        return self.names[0].name if len(self.names) > 1 and not self.is_erased else None


def get_standing(work: UnitOfWork, row: CompletionRow) -> Standing:
    """Return how a record stands at this moment; what was tampered with is `altered`, and its facts are None."""
    facts = _facts(row)
    holder = queries.find_holder(work.session, row.id)
    corrections = record_life.list_corrections(work.session, row.id)
    revocation = queries.find_revocation(work.session, row.id)
    newer = record_life.find_newer(work.session, row.id)
    names = _names(facts, holder, corrections) if facts else ()
    is_whole = facts is not None and _belongs_together(facts, names, corrections)
    return Standing(
        facts=facts if is_whole else None,
        state=_state(work, row, revocation is not None, newer is not None) if is_whole else "altered",
        names=names,
        corrected_on=_day(work, corrections[-1][0].corrected_at) if corrections else None,
        is_erased=holder is None,
        newer=newer,
        earlier=record_life.find_earlier(work.session, row.id),
        revocation=revocation,
    )


@dataclass(frozen=True, slots=True)
class State:
    """The state of a record as `Standing` has it, without anything of its holder."""

    facts: CompletionFacts | None
    state: str
    revocation: RevocationRow | None


def list_states(work: UnitOfWork, rows: Sequence[CompletionRow]) -> list[State]:
    """Return how records stand at this moment, in their order; a handful of statements for all of them."""
    keys = [row.id for row in rows]
    holders = record_life.list_holders(work.session, keys)
    corrections = record_life.list_corrections_of(work.session, keys)
    revocations = record_life.list_revocations(work.session, keys)
    replaced = record_life.list_replaced(work.session, keys)
    found = []
    for row in rows:
        facts, corrected = _facts(row), corrections.get(row.id, [])
        is_whole = facts is not None and _belongs_together(
            facts, _names(facts, holders.get(row.id), corrected), corrected
        )
        revocation = revocations.get(row.id)
        state = _state(work, row, revocation is not None, row.id in replaced) if is_whole else "altered"
        found.append(State(facts if is_whole else None, state, revocation))
    return found


def _facts(row: CompletionRow) -> CompletionFacts | None:
    """Return the facts of a record, or None where they are not those that were frozen."""
    try:
        return from_document(row.facts) if frozen.digest(row.facts) == row.facts_digest else None
    except (frozen.UnreadableFacts, TypeError):
        # A fraction of a number has no canonical form, and so no digest: facts never held one.
        return None


def _names(facts: CompletionFacts, holder: CompletionHolderRow | None, corrections: Corrections) -> tuple[Name, ...]:
    first = Name(facts.name_commitment, facts.latin_name_commitment, *_open(holder))
    return (first, *(Name(one.name_commitment, one.latin_name_commitment, *_open(kept)) for one, kept in corrections))


def _open(kept: CompletionHolderRow | CorrectedHolderRow | None) -> tuple[str | None, str | None, bytes | None]:
    return (kept.name, kept.latin_name, kept.salt) if kept else (None, None, None)


def _belongs_together(facts: CompletionFacts, names: tuple[Name, ...], corrections: Corrections) -> bool:
    """Tell whether every name is its own, and each correction begins at the name before it."""
    before = [(one.earlier_commitment, one.earlier_latin_commitment) for one, _ in corrections]
    return all(one.is_own for one in names) and before == [(n.commitment, n.latin_commitment) for n in names[:-1]]


def _state(work: UnitOfWork, row: CompletionRow, is_revoked: bool, is_replaced: bool) -> str:
    if is_revoked:
        return "revoked"
    if is_replaced:
        return "replaced"
    return "expired" if get_choices(work).civil_day(work.now) > row.valid_until else "valid"


def _day(work: UnitOfWork, moment: datetime) -> date:
    return get_choices(work).civil_day(moment)
