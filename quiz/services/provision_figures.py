"""How well people answer about a provision, before a moment and after it: exact means over first attempts."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from quiz.db.queries import catalogue
from quiz.db.queries import incidents as queries
from quiz.engine.document import read_scenario
from quiz.engine.scenario import Scenario
from quiz.services.measuring import FEWEST
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Figures:
    """How many answers there are, and the mean of their shares of the full mark; None under ten answers."""

    count: int
    mean: Fraction | None


@dataclass(frozen=True, slots=True)
class ProvisionFigures:
    """Answers to the scenarios that cite a provision, before a moment and from it on; `after` is None without one."""

    before: Figures
    after: Figures | None


def provision_figures(work: UnitOfWork, address: str, since: datetime | None) -> ProvisionFigures:
    """Return the figures of a provision; an answer counts at the end of its attempt. Whoever calls asks the policy.

    Sheets are only ever added: what was computed of the same sheets is kept.
    """
    found: ProvisionFigures = work.tools.kept.statistics.get(
        ("provision", address, since, *queries.count_sheets(work.session)), lambda: _computed(work, address, since)
    )
    return found


def _computed(work: UnitOfWork, address: str, since: datetime | None) -> ProvisionFigures:
    citing = _versions_citing(work, address)
    # By unit, so that a single fraction is made of many thousand marks.
    counts: Counter[bool] = Counter()
    sums: Counter[tuple[bool, int]] = Counter()
    for sheet in queries.stream_sheets(work.session):
        is_after = since is not None and sheet.ended_at >= since
        for item, mark in zip(*sheet.entries[:2], strict=True):
            if item in citing:
                counts[is_after] += 1
                sums[is_after, sheet.unit] += mark
    before, after = (_figures(counts[side], sums, side) for side in (False, True))
    return ProvisionFigures(before, after if since is not None else None)


def _figures(count: int, sums: Counter[tuple[bool, int]], side: bool) -> Figures:
    total = sum((Fraction(mark, unit) for (of, unit), mark in sums.items() if of is side), Fraction(0))
    return Figures(count, total / count if count >= FEWEST else None)


def _versions_citing(work: UnitOfWork, address: str) -> frozenset[int]:
    """Return the versions of scenarios, standing or not, that cite a provision or an option of which does."""
    rows = queries.list_all_versions(work.session)
    shelf = work.tools.kept.documents
    read: dict[str, Scenario | None] = {row.digest: shelf.find(row.digest) for row in rows}
    missing = [row.id for row in rows if read[row.digest] is None]
    for row in catalogue.list_scenario_documents(work.session, missing) if missing else ():
        read[row.digest] = shelf.get(row.digest, lambda row=row: read_scenario(row.document))  # type: ignore[misc]
    citing = {
        digest
        for digest, scenario in read.items()
        if scenario and any(cite.provision_address == address for cite in scenario.citations)
    }
    return frozenset(row.id for row in rows if row.digest in citing)
