"""The instruments at the editors' desk: which there are, how well they are proved, and which are being amended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.bank.coverage import citing
from quiz.db.queries import catalogue
from quiz.db.queries import drafts as queries
from quiz.engine.instrument import Instrument, Verification
from quiz.engine.scenario import BANKS
from quiz.engine.text import Text
from quiz.services.published import get_library, list_scenarios
from quiz.services.unit_of_work import UnitOfWork

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class InstrumentLine:
    """An instrument in a list: its version, what of it is weakly proved or past its review, and its open draft."""

    instrument: Instrument
    number: int
    published_at: datetime
    provisions: int
    weak: int
    overdue: int
    draft: str | None
    draft_state: str | None


@dataclass(frozen=True, slots=True)
class NewInstrumentLine:
    """A draft of an instrument of which nothing is published yet."""

    draft: str
    title: Text
    state: str


def list_lines(work: UnitOfWork) -> tuple[tuple[InstrumentLine, ...], tuple[NewInstrumentLine, ...]]:
    """Return the instruments that stand, those with a bank of their own first, and the drafts of new ones."""
    work.require(Permission.BANK_DRAFT_READ, Target("instruments"))
    drafts = {row.key: row for row in queries.list_open_drafts(work.session) if row.kind == "instrument"}
    versions = {row.key: version for row, version in catalogue.list_current_instruments(work.session)}
    lines = []
    for instrument in sorted(get_library(work).instruments, key=lambda one: (one.key not in BANKS, one.key)):
        provisions = [one for edition in instrument.editions for one in edition.provisions]
        draft = drafts.pop(instrument.key, None)
        lines.append(
            InstrumentLine(
                instrument=instrument,
                number=versions[instrument.key].number,
                published_at=versions[instrument.key].published_at,
                provisions=len(provisions),
                weak=sum(one.verification.strength <= Verification.SECONDARY.strength for one in provisions),
                overdue=sum(one.review_due < work.now.date() for one in provisions),
                draft=draft.public_id if draft else None,
                draft_state=draft.state if draft else None,
            )
        )
    begun = []
    for row in drafts.values():
        title = queries.get_revision(work.session, row, row.revision).document.get("title")
        begun.append(NewInstrumentLine(row.public_id, Text(title if isinstance(title, dict) else {}), row.state))
    return tuple(lines), tuple(begun)


def find_standing(work: UnitOfWork, key: str) -> Document | None:
    """Return the document of an instrument as it stands, None where nothing is published under its key."""
    work.require(Permission.BANK_DRAFT_READ, Target("instrument", key))
    row = queries.find_standing(work.session, "instrument", key)
    return row.document if row else None


def list_citing(work: UnitOfWork, address: str) -> tuple[tuple[str, Text], ...]:
    """Return key and title of the scenarios that train a provision."""
    work.require(Permission.BANK_SCENARIO_READ, Target("provision", address))
    trained = citing([scenario for scenario, _ in list_scenarios(work)])
    return tuple((scenario.key, scenario.title) for scenario in trained.get(address, ()))
