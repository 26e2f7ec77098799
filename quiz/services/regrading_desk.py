"""What the desk for marking again reads beside the effect of a decision: scenarios to choose from, decisions so far."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import regrading as queries
from quiz.engine.document import read_scenario
from quiz.engine.regrading import Policy, marks_alike
from quiz.engine.scenario import Scenario
from quiz.engine.text import Text
from quiz.services import naming
from quiz.services.unit_of_work import UnitOfWork


class Progress(StrEnum):
    """How far the worker is with a decision."""

    UNDER_WAY = "under_way"
    DONE = "done"
    HALTED = "halted"


@dataclass(frozen=True, slots=True)
class RegradingSummary:
    """A decision, and how far it is carried out: how many attempts were marked again, of how many the new score stands.

    How many are left is not said: only the answers of every attempt would tell.
    """

    public_id: str
    scenario_key: str
    title: Text
    version: int | None
    policy: Policy
    reason: Text
    decided_at: datetime
    done: int
    stands: int
    progress: Progress


def list_regradings(work: UnitOfWork) -> tuple[RegradingSummary, ...]:
    """Return every decision, newest first, with how far it is carried out."""
    work.require(Permission.RECORDS_ATTEMPT_REGRADE, Target("regradings"))
    counts = queries.count_remarks(work.session)
    unfinished = queries.list_unfinished(work.session)
    found = []
    for row in queries.list_decided(work.session):
        decision = row.RegradingRow
        done, stands = counts.get(decision.id, (0, 0))
        found.append(
            RegradingSummary(
                public_id=decision.public_id,
                scenario_key=row.key,
                title=Text(row.document["title"]),
                version=row.number,
                policy=Policy(decision.policy),
                reason=Text(decision.reason),
                decided_at=decision.decided_at,
                done=done,
                stands=stands,
                progress=_progress(unfinished.get(decision.public_id)),
            )
        )
    return tuple(found)


def _progress(is_given_up: bool | None) -> Progress:
    if is_given_up is None:
        return Progress.DONE
    return Progress.HALTED if is_given_up else Progress.UNDER_WAY


@dataclass(frozen=True, slots=True)
class MendedSummary:
    """A scenario whose key is another since a version, while answers still stand as the earlier key marked them."""

    key: str
    title: Text
    version: int
    published_at: datetime


def list_mended(work: UnitOfWork) -> tuple[MendedSummary, ...]:
    """Return the scenarios whose key was mended and by which nothing was marked again yet, the newest mend first."""
    work.require(Permission.RECORDS_ATTEMPT_REGRADE, Target("mended"))
    found = []
    for key, rows in groupby(queries.list_mended(work.session), key=lambda row: row.key):
        newest, *earlier = rows
        scenario = _read(work, newest)
        if not newest.is_decided and _is_mended(work, scenario, earlier):
            found.append(MendedSummary(key, scenario.title, newest.number, newest.published_at))
    return tuple(sorted(found, key=lambda one: one.published_at, reverse=True))


def _is_mended(work: UnitOfWork, scenario: Scenario, earlier: Iterable[Any]) -> bool:
    """Tell whether an earlier version marks otherwise, back to where answers were marked again by the same key."""
    for row in earlier:
        if not marks_alike(scenario, _read(work, row)):
            return True
        if row.is_decided:
            return False
    return False


def _read(work: UnitOfWork, row: Any) -> Scenario:
    read: Scenario = work.tools.kept.documents.get(row.digest, lambda: read_scenario(row.document))
    return read


def list_titles(work: UnitOfWork) -> tuple[tuple[str, Text], ...]:
    """Return key and title of every scenario that is not withdrawn, in order of keys."""
    work.require(Permission.RECORDS_ATTEMPT_REGRADE, Target("scenarios"))
    return naming.list_titles(work)


def find_key(work: UnitOfWork, words: str) -> str:
    """Return the scenario that somebody means by its key, or by its title; raise NotFound, Refused for several."""
    work.require(Permission.RECORDS_ATTEMPT_REGRADE, Target("scenarios"))
    return naming.find_key(work, words)
