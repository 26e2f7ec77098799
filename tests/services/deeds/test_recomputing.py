"""Records made again: whole ones follow from what they rest on, and each thing tampered with is told."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy import Table, select, text

from quiz.access.permissions import Permission
from quiz.db.models.attempts import AttemptRow
from quiz.db.models.catalogue import InstrumentVersionRow, ModuleVersionRow, ScenarioVersionRow
from quiz.db.models.completions import CompletionHolderRow, CompletionRow
from quiz.db.models.steps import AttemptStepRow
from quiz.services import completing
from quiz.services.errors import NotFound
from quiz.services.kept import Kept
from quiz.services.recomputing import RecomputeSummary, recompute
from quiz.services.unit_of_work import Works
from tests import learning
from tests.fixtures.people import SYSTEM, Someone
from tests.services.deeds.conftest import DRILL, EXAM

SEEN = {"language": "ar", "digits": "arab"}


@pytest.fixture
def record_id(works: Works, learner: Someone) -> str:
    """A record of a module whose first attempt failed, beside an exam that passed and waits for its pledge."""
    learning.finish(works, learner, EXAM, best=True)
    learning.finish(works, learner, DRILL, best=True)
    with works.writing(learner.actor) as work:
        pledge = completing.get_pledge(work, DRILL)
        return completing.sign_pledge(work, DRILL, pledge.digest, SEEN)


def made_again(works: Works, *public_ids: str) -> RecomputeSummary:
    """Recompute as a fresh process would: nothing read before is believed."""
    for shelf in ("documents", "modules", "attempts"):
        setattr(works.tools.kept, shelf, getattr(Kept(), shelf))
    with works.reading(SYSTEM) as work:
        return recompute(work, public_ids or None)


def whats(summary: RecomputeSummary) -> set[tuple[str, str]]:
    return {(one.kind, one.what) for one in summary.differences}


def tamper(works: Works, row: Any, change: Callable[[Any], dict[str, Any]], **where: Any) -> None:
    """Change a row as somebody with the database in hand could, past the triggers."""
    table: Table = row.__table__
    triggers = {"attempt": "attempt_draw_frozen"}
    name = triggers.get(table.name, f"{table.name}_update_refused")
    with works.database.writes() as session:
        session.execute(text(f"DROP TRIGGER {name}{'' if works.database.is_sqlite else f' ON {table.name}'}"))
        wanted = [table.c[column] == value for column, value in where.items()]
        found = session.execute(select(table).where(*wanted).limit(1)).one()
        same = [column == getattr(found, column.name) for column in table.primary_key]
        session.execute(table.update().where(*same).values(change(found)))
        session.commit()


def test_what_nobody_touched_follows_from_what_it_rests_on(works: Works, record_id: str) -> None:
    assert made_again(works) == RecomputeSummary(1, 2, ())
    assert made_again(works, record_id) == RecomputeSummary(1, 1, ())


def facts(**changes: Any) -> tuple[Any, Callable[[Any], dict[str, Any]]]:
    return CompletionRow, lambda row: {"facts": {**deepcopy(row.facts), **changes}}


def document(row: Any, **changes: Any) -> tuple[Any, Callable[[Any], dict[str, Any]]]:
    return row, lambda found: {"document": {**deepcopy(found.document), **changes}}


@pytest.mark.parametrize(
    ("tampering", "where", "told"),
    [
        (facts(valid_until="2099-01-01"), {}, {("completion", "facts_digest"), ("completion", "valid_until")}),
        (facts(pass_score="1/100"), {}, {("completion", "facts_digest"), ("completion", "pass_score")}),
        (facts(completed_at="yesterday"), {}, {("completion", "readable")}),
        ((CompletionRow, lambda row: {"verify_code": "0" * 12 + "1"}), {}, {("completion", "verify_code")}),
        ((CompletionRow, lambda row: {"pledge": {**row.pledge, "digest": "0"}}), {},
         {("completion", "pledge"), ("completion", "pledge_digest")}),
        ((CompletionHolderRow, lambda row: {"name": "سمير نجيب"}), {}, {("completion", "name")}),
        ((CompletionHolderRow, lambda row: {"latin_name": None}), {}, {("completion", "latin_name")}),
        ((AttemptStepRow, lambda row: {"credit": "1/2"}), {"number": 2},
         {("attempt", "step 2")}),
        ((AttemptStepRow, lambda row: {"response": {"chosen": ["no-such"]}}), {"number": 2},
         {("attempt", "step 2")}),
        ((AttemptStepRow, lambda row: {"kind": "expired"}), {"kind": "finished"}, {("attempt", "step 3")}),
        ((AttemptStepRow, lambda row: {"digest": "0" * 64}), {"kind": "finished"}, {("attempt", "step 3")}),
        ((AttemptRow, lambda row: {"outcome": "not_passed"}), {}, {("attempt", "outcome")}),
        ((AttemptRow, lambda row: {"draw": {**row.draw, "seed": "other"}}), {}, {("attempt", "seal")}),
        ((AttemptRow, lambda row: {"draw": {**row.draw, "slots": row.draw["slots"][:1]}}), {},
         {("attempt", "seal"), ("attempt", "draw")}),
        ((AttemptRow, lambda row: {"seal": "0" * 64}), {}, {("attempt", "seal")}),
        (document(ScenarioVersionRow, difficulty=3), {}, {("scenario", "digest")}),
        (document(InstrumentVersionRow, kind="law"), {}, {("instrument", "digest")}),
        (document(ModuleVersionRow, minutes=1), {}, {("module", "digest")}),
        ((ModuleVersionRow, lambda row: {"pool": {**row.pool, "format": 2}}), {}, {("module", "pool")}),
    ],
)  # fmt: skip
def test_each_thing_tampered_with_is_told(
    works: Works, record_id: str, tampering: Any, where: dict[str, Any], told: set[tuple[str, str]]
) -> None:
    row, change = tampering
    if row in {ScenarioVersionRow, InstrumentVersionRow, ModuleVersionRow}:
        with works.database.reads() as session:
            version_id = session.scalars(select(CompletionRow.module_version_id)).one()
            pool = session.get_one(ModuleVersionRow, version_id).pool
        pinned = {ScenarioVersionRow: pool["scenarios"], InstrumentVersionRow: pool["instruments"]}
        where = {"id": pinned.get(row, [version_id])[0]}
    elif row in {AttemptStepRow, AttemptRow}:
        with works.database.reads() as session:
            attempt_id = session.scalars(select(CompletionRow.attempt_id)).one()
        where = {**where, "attempt_id" if row is AttemptStepRow else "id": attempt_id}
    tamper(works, row, change, **where)
    found = made_again(works, record_id)
    assert told <= whats(found), found


def test_a_record_that_is_not_there_is_told(works: Works, record_id: str) -> None:
    with works.reading(SYSTEM) as work, pytest.raises(NotFound, match="completion"):
        recompute(work, [record_id, "f" * 32])


def test_only_the_shell_may(works: Works, learner: Someone, is_refused: Any) -> None:
    with is_refused(Permission.RECORDS_COMPLETION_RECOMPUTE, learner), works.reading(learner.actor) as work:
        recompute(work)
