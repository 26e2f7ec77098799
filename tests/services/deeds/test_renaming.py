"""A corrected name: whence, why, by whom, and the facts as true as before."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.db.models.completions import CompletionRow
from quiz.db.models.record_life import (
    CorrectedHolderRow,
    NameCorrectionRow,
)
from quiz.records import facts as frozen
from quiz.services import record_desk
from quiz.services.errors import Refused, Stale
from quiz.services.recomputing import recompute
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import added, everything
from tests.services.deeds.records import LATIN, RIGHT, put_right, rename
from tests.services.deeds.test_completing import record, verify

Unchanged = Callable[[], AbstractContextManager[None]]
IsRefused = Callable[..., AbstractContextManager[None]]


def test_a_corrected_name_stands_beside_the_facts_and_both_versions_are_kept(
    works: Works, learner: Someone, hr: Someone, held: str, clock: Clock
) -> None:
    code = record(works, learner, held).code
    put_right(works, learner)
    clock.forward(days=3)
    before = everything(works)
    rename(works, hr.actor, held)
    assert set(added(before, everything(works))) == {"name_correction", "corrected_holder", "audit_entry"}
    found = record(works, learner, held)
    assert (found.holder_name, found.latin_name, found.first_name) == (RIGHT, LATIN, learner.name)
    assert (found.state, found.corrected_on) == ("valid", date(2026, 11, 24))
    told = verify(works, code)
    assert (told.holder_name, told.corrected_on) == (RIGHT, date(2026, 11, 24))
    assert learner.name not in repr(told)
    with works.database.reads() as session:
        row, kept = session.scalars(select(NameCorrectionRow)).one(), session.scalars(select(CorrectedHolderRow)).one()
        facts = session.scalars(select(CompletionRow.facts)).one()
    assert row.earlier_commitment == facts["name_commitment"]
    assert frozen.opens(row.name_commitment, RIGHT, kept.salt)
    assert RIGHT not in repr(vars(row))
    assert learner.name not in repr(vars(row))
    assert (row.source, row.corrected_by) == ("قرار 12 لسنة 2026", hr.actor.name)
    with works.reading(SYSTEM) as work:
        assert recompute(work).differences == ()


def test_a_second_correction_begins_where_the_first_ended(
    works: Works, learner: Someone, hr: Someone, held: str
) -> None:
    for name in (RIGHT, "هناء رضا"):
        put_right(works, learner, name)
        rename(works, hr.actor, held, name)
    found = record(works, learner, held)
    assert (found.holder_name, found.first_name, found.state) == ("هناء رضا", learner.name, "valid")
    with works.reading(hr.actor) as work:
        corrections = record_desk.get_sheet(work, held).corrections
    assert [(one.before, one.after) for one in corrections] == [(learner.name, RIGHT), (RIGHT, "هناء رضا")]


def test_a_name_is_corrected_from_what_hr_holds_or_not_at_all(
    works: Works, learner: Someone, hr: Someone, held: str, changes_nothing: Unchanged
) -> None:
    with changes_nothing(), pytest.raises(Refused, match="same-name"):
        rename(works, hr.actor, held, learner.name)
    put_right(works, learner)
    for fault, words in (
        ("reason-missing", {"reason": " "}),
        ("reason-missing", {"source": ""}),
        ("reason-names-holder", {"reason": f"كان الاسم {learner.name}"}),
        ("reason-names-holder", {"source": f"بطاقة {RIGHT}"}),
        ("too-long", {"reason": "س" * 501}),
    ):
        with changes_nothing(), pytest.raises(Refused, match=fault):
            rename(works, hr.actor, held, **words)
    with changes_nothing(), pytest.raises(Stale, match="name-moved-on"):
        rename(works, hr.actor, held, "اسم آخر")


def test_only_hr_corrects_and_never_its_own(
    works: Works, learner: Someone, admin: Someone, held: str, is_refused: IsRefused
) -> None:
    put_right(works, learner)
    own = Actor(learner.actor.name, learner.actor.person_id, frozenset({Role.LEARNER, Role.HR}))
    for actor in (admin.actor, learner.actor, own, Actor.nobody()):
        with is_refused(Permission.RECORDS_NAME_CORRECT):
            rename(works, actor, held)


def test_a_corrected_name_that_was_changed_behind_its_back_is_noticed(
    works: Works, learner: Someone, hr: Someone, held: str
) -> None:
    put_right(works, learner)
    rename(works, hr.actor, held)
    code = record(works, learner, held).code
    with works.database.writes() as session, pytest.raises(DBAPIError, match="never changed"):
        session.execute(text("UPDATE corrected_holder SET name = 'سمير'"))
    with works.database.writes() as session:
        on = "" if works.database.is_sqlite else " ON corrected_holder"
        session.execute(text(f"DROP TRIGGER corrected_holder_update_refused{on}"))
        session.execute(text("UPDATE corrected_holder SET name = 'سمير'"))
        session.commit()
    assert verify(works, code).state == "altered"
    with works.reading(SYSTEM) as work:
        assert [one.what for one in recompute(work).differences] == ["correction 1"]
