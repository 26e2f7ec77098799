"""Taking a scenario out of use: why, and what takes its place; its history stays, and attempts under way keep it."""

from dataclasses import dataclass
from datetime import datetime

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.drafts import RetirementRow
from quiz.db.queries import catalogue
from quiz.db.queries import drafts as queries
from quiz.services.belonging import scenario_target
from quiz.services.drafting import writer
from quiz.services.errors import NotFound, Refused, Stale
from quiz.services.publishing import check_fillable, hold
from quiz.services.unit_of_work import UnitOfWork

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class RetirementSummary:
    """Why a scenario is out of use, since when, by whom, and the key of what took its place."""

    words: str
    at: datetime
    by: str
    replaced_by: str | None


def retire_scenario(work: UnitOfWork, key: str, words: str, replaced_by: str = "") -> None:
    """Take a scenario out of use: it is left out when an attempt begins, and stands in no new version of a module.

    Refused without words or with a replacement that does not stand; NotReady where a module could not be filled
    without it; Stale where it is out of use already.
    """
    target = scenario_target(work, key)
    work.require(Permission.BANK_SCENARIO_RETIRE, target)
    hold(work)
    row = catalogue.find_scenario(work.session, key)
    if row is None:
        raise NotFound("scenario")
    if row.withdrawn_at is not None:
        raise Stale("retired-already")
    # U+0000 is nothing that was said, and no database of ours holds it.
    words, replaced_by = words.replace("\x00", "").strip(), replaced_by.replace("\x00", "?")
    if not words:
        raise Refused("nothing-said", field="words")
    if len(words) > LONGEST:
        raise Refused("too-long", field="words", most=LONGEST)
    other = catalogue.find_scenario(work.session, replaced_by) if replaced_by else None
    if replaced_by and (other is None or other.id == row.id or other.withdrawn_at is not None):
        raise Refused("no-such-replacement", field="replaced_by")
    row.withdrawn_at = work.now
    work.session.add(
        RetirementRow(
            scenario_id=row.id,
            replaced_by_id=other.id if other else None,
            words=words,
            retired_by=writer(work),
            retired_at=work.now,
        )
    )
    work.session.flush()
    check_fillable(work)
    work.audit(Permission.BANK_SCENARIO_RETIRE, target, replaced_by=replaced_by or None)


def find_retirement(work: UnitOfWork, key: str) -> RetirementSummary | None:
    """Return why a scenario is out of use, None where it is in use or was withdrawn by a regrading."""
    work.require(Permission.BANK_SCENARIO_READ, Target("scenario", key))
    row = catalogue.find_scenario(work.session, key)
    found = queries.find_retirement(work.session, row) if row is not None and row.withdrawn_at else None
    if row is None or found is None:
        return None
    other = catalogue.get_scenario(work.session, found.replaced_by_id) if found.replaced_by_id else None
    names = queries.name_people(work.session, {found.retired_by})
    return RetirementSummary(found.words, found.retired_at, names[found.retired_by], other.key if other else None)
