"""What an approval publishes: a version behind which two people stand, and the modules that hold it, all or nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from quiz.access.actor import Role
from quiz.bank.reader import Reading
from quiz.db.models.catalogue import (
    InstrumentRow,
    InstrumentVersionRow,
    ModuleRow,
    ModuleVersionRow,
    ScenarioRow,
    ScenarioVersionRow,
)
from quiz.engine.document import digest
from quiz.services.errors import Duplicate, NotReady, Stale
from quiz.services.kept import Kept
from quiz.services.loading import Installed, Release, install_release
from quiz.services.pinned import get_pinned
from quiz.services.unit_of_work import Works
from tests import drafts, learning
from tests.builders import module_document
from tests.drafts import Document, retitled, seen_by
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import added, everything

Unchanged = Callable[[], AbstractContextManager[None]]
TOPIC, OTHER = "appearance", "gifts"
MODULE = module_document("three", blueprint=[{"bank": "eg-conduct", "count": 3, "topics": [TOPIC]}])
APART = module_document("apart", blueprint=[{"bank": "eg-cybercrime", "count": 2}])


@pytest.fixture
def editor(make_person: MakePerson) -> Someone:
    return make_person(Role.EDITOR, name="ليلى مراد فهمي")


@pytest.fixture
def reviewer(make_person: MakePerson) -> Someone:
    return make_person(Role.REVIEWER, name="عادل حسن نجيب")


@pytest.fixture
def scenarios(works: Works, reading: Reading) -> tuple[Document, ...]:
    """Three scenarios of a topic that nothing shipped has, a module that draws them all, and one that draws none."""
    made = tuple({**drafts.sound(reading, f"of-three-{name}"), "topics": [TOPIC]} for name in "abc")
    install(works, Release((), made, (MODULE, APART)))
    return made


def install(works: Works, release: Release) -> Installed:
    with works.writing(SYSTEM) as work:
        return install_release(work, release)


def versions(works: Works, row: Any, version: Any, key: str) -> list[Any]:
    """Return the versions of a scenario, an instrument or a module, oldest first."""
    joined = next(column for column in version.__table__.columns if column.name == f"{row.__tablename__}_id")
    with works.database.reads() as session:
        wanted = select(version).join(row, row.id == joined).where(row.key == key).order_by(version.number)
        return list(session.scalars(wanted))


def modules(works: Works, key: str = "three") -> list[ModuleVersionRow]:
    return versions(works, ModuleRow, ModuleVersionRow, key)


def pool(works: Works, key: str = "three") -> set[str]:
    """Return the Arabic titles of the scenarios that the standing version of a module pins."""
    with works.reading(SYSTEM) as work:
        pinned = get_pinned(work, modules(works, key)[-1].id)
    return {scenario.title.by_language["ar"] for scenario in pinned.scenarios.values()}


def test_what_is_approved_stands_with_both_people_behind_it(
    works: Works,
    scenarios: tuple[Document, ...],
    editor: Someone,
    reviewer: Someone,
    make_person: MakePerson,
    clock: Clock,
) -> None:
    draft = drafts.open_for(works, editor, "of-three-a")
    last, document = make_person(Role.EDITOR), retitled(scenarios[0], "أصلحناه", "Mended")
    drafts.save(works, last, draft, 1, document)
    drafts.submit(works, editor, draft, 2)
    clock.forward(hours=1)
    assert drafts.approve(works, reviewer, draft, 2) == 2
    first, second = versions(works, ScenarioRow, ScenarioVersionRow, "of-three-a")
    assert (first.published_through, first.author_id, first.approver_id) == ("install_release", None, None)
    assert (second.number, second.document, second.digest) == (2, document, digest(document))
    assert (second.published_through, second.published_at) == ("review", clock.now)
    # The author is who saved what was approved, not who began it or handed it in.
    both = (last.actor.person_id, reviewer.actor.person_id)
    assert (second.author_id, second.approver_id) == both
    found = seen_by(works, editor, draft)
    assert (found.state, found.base_number) == ("published", 1)
    # The module that holds it is published anew in the same words, by the same people; no other is.
    before, after = modules(works)
    assert (after.number, after.document, after.digest) == (2, before.document, before.digest)
    assert (after.published_through, after.author_id, after.approver_id) == ("pin", *both)
    assert after.pool_digest == digest(after.pool) != before.pool_digest
    assert "أصلحناه" in pool(works)
    assert len(modules(works, "apart")) == 1


def test_something_new_comes_into_the_pools_it_belongs_to(
    works: Works, reading: Reading, scenarios: tuple[Document, ...], editor: Someone, reviewer: Someone
) -> None:
    document = {**retitled(scenarios[0], "جديد كله", "All new"), "key": "of-three-d"}
    draft = drafts.handed_in(works, editor, document)
    assert drafts.approve(works, reviewer, draft) == 1
    assert (len(modules(works)), len(pool(works))) == (2, 2)
    assert "جديد كله" in pool(works)
    with works.database.reads() as session:
        row = session.scalars(select(ScenarioRow).where(ScenarioRow.key == "of-three-d")).one()
    assert (row.bank, row.current_number, row.withdrawn_at) == ("eg-conduct", 1, None)


def test_an_attempt_under_way_keeps_what_it_began_with(
    works: Works, scenarios: tuple[Document, ...], editor: Someone, reviewer: Someone, make_person: MakePerson
) -> None:
    someone = make_person(modules=("three",))
    attempt = learning.begin(works, someone, "three")
    before = learning.stored(works, someone, attempt).attempt.slots
    draft, revision = drafts.changed(works, editor, retitled(scenarios[0], "أصلحناه", "Mended"))
    drafts.approve(works, reviewer, draft, revision)
    fresh = Works(works.database, replace(works.tools, kept=Kept()))
    assert learning.stored(fresh, someone, attempt).attempt.slots == before
    later = make_person(modules=("three",))
    slots = learning.stored(works, later, learning.begin(works, later, "three")).attempt.slots
    assert "أصلحناه" in {slot.scenario.title.by_language["ar"] for slot in slots}


# What a release does afterwards


def test_a_release_leaves_the_edited_scenario_alone_and_not_the_module_that_pins_it(
    works: Works, scenarios: tuple[Document, ...], editor: Someone, reviewer: Someone
) -> None:
    draft, revision = drafts.changed(works, editor, retitled(scenarios[0], "أصلحناه", "Mended"))
    drafts.approve(works, reviewer, draft, revision)
    before = everything(works)
    assert install(works, Release((), scenarios, (MODULE, APART))) == Installed(0, 0, 0, ("of-three-a",))
    assert set(added(before, everything(works))) == {"audit_entry"}
    mended = tuple(retitled(document, "من الإصدار", "Of the release") for document in scenarios)
    assert install(works, Release((), mended, ({**MODULE, "minutes": 7},))) == Installed(0, 2, 1, ("of-three-a",))
    third = modules(works)[-1]
    assert (third.number, third.published_through, third.document["minutes"]) == (3, "install_release", 7)
    assert pool(works) == {"أصلحناه", "من الإصدار"}


def test_a_module_edited_here_is_left_alone_even_after_its_pool_changed(
    works: Works, scenarios: tuple[Document, ...], editor: Someone, reviewer: Someone
) -> None:
    draft, revision = drafts.changed(works, editor, {**MODULE, "minutes": 9}, "module")
    assert drafts.approve(works, reviewer, draft, revision) == 2
    draft, revision = drafts.changed(works, editor, retitled(scenarios[0], "أصلحناه", "Mended"))
    drafts.approve(works, reviewer, draft, revision)
    assert [(one.published_through, one.document["minutes"]) for one in modules(works)] == [
        ("install_release", 5),
        ("review", 9),
        ("review", 9),
    ]
    found = install(works, Release((), (), ({**MODULE, "minutes": 7}, APART)))
    assert (found.modules, found.left_alone) == (0, ("three",))


# Instruments and modules


def test_an_instrument_is_published_with_every_module(
    works: Works, reading: Reading, scenarios: tuple[Document, ...], editor: Someone, reviewer: Someone
) -> None:
    document = retitled(reading.instruments[0].document, "عنوان آخر", "Another title")
    draft, revision = drafts.changed(works, editor, document, "instrument")
    assert drafts.approve(works, reviewer, draft, revision) == 2
    standing = versions(works, InstrumentRow, InstrumentVersionRow, document["key"])[-1]
    assert (standing.published_through, standing.document) == ("review", document)
    assert (standing.author_id, standing.approver_id) == (editor.actor.person_id, reviewer.actor.person_id)
    for key in ("three", "apart"):
        with works.reading(SYSTEM) as work:
            pinned = get_pinned(work, modules(works, key)[-1].id)
        title = next(one.title for one in pinned.library.instruments if one.key == document["key"])
        assert title.by_language["en"] == "Another title"


def test_a_new_module_is_published(
    works: Works, scenarios: tuple[Document, ...], editor: Someone, reviewer: Someone
) -> None:
    draft = drafts.handed_in(works, editor, {**MODULE, "key": "brand-new"}, "module")
    assert drafts.approve(works, reviewer, draft) == 1
    (one,) = modules(works, "brand-new")
    assert (one.published_through, one.document["key"]) == ("review", "brand-new")
    assert len(pool(works, "brand-new")) == 1  # all three are called the same


# All or nothing


def test_a_change_that_would_leave_a_blueprint_short_is_refused_as_a_whole(
    works: Works, scenarios: tuple[Document, ...], editor: Someone, reviewer: Someone, changes_nothing: Unchanged
) -> None:
    draft, revision = drafts.changed(works, editor, {**scenarios[0], "topics": [OTHER]})
    with changes_nothing(), pytest.raises(NotReady, match="blueprint-too-few") as refusal:
        drafts.approve(works, reviewer, draft, revision)
    told = {"module": "three", "line": 1, "bank": "eg-conduct", "country": "EG", "wanted": 3, "found": 2}
    assert refusal.value.values.items() >= told.items()
    assert seen_by(works, editor, draft).state == "in_review"
    drafts.send_back(works, reviewer, draft, revision)


def test_what_was_published_meanwhile_is_not_overwritten_unseen(
    works: Works, scenarios: tuple[Document, ...], editor: Someone, reviewer: Someone, changes_nothing: Unchanged
) -> None:
    ours = retitled(scenarios[0], "تعديلنا", "Ours")
    draft, revision = drafts.changed(works, editor, ours)
    install(works, Release((), (retitled(scenarios[0], "من الإصدار", "Of the release"),), ()))
    with changes_nothing(), pytest.raises(Stale, match="published-meanwhile") as refusal:
        drafts.approve(works, reviewer, draft, revision)
    assert (refusal.value.values["seen"], refusal.value.values["now"]) == (1, 2)
    # Its writer, who is shown what came, hands it in once more, and it is judged against that.
    drafts.send_back(works, reviewer, draft, revision)
    drafts.submit(works, editor, draft, revision)
    assert seen_by(works, editor, draft).base_number == 2
    assert drafts.approve(works, reviewer, draft, revision) == 3
    assert versions(works, ScenarioRow, ScenarioVersionRow, "of-three-a")[-1].document == ours


def test_a_key_that_was_published_meanwhile_is_taken(
    works: Works, reading: Reading, editor: Someone, reviewer: Someone, changes_nothing: Unchanged
) -> None:
    document = drafts.sound(reading)
    draft = drafts.handed_in(works, editor, document)
    install(works, Release((), (retitled(document, "من الإصدار", "Of the release"),), ()))
    with changes_nothing(), pytest.raises(Stale, match="published-meanwhile"):
        drafts.approve(works, reviewer, draft)
    drafts.send_back(works, reviewer, draft)
    with changes_nothing(), pytest.raises(Duplicate, match="key-taken-here"):
        drafts.submit(works, editor, draft)
    drafts.save(works, editor, draft, 1, {**document, "key": "another-key"})
    drafts.submit(works, editor, draft, 2)
    assert drafts.approve(works, reviewer, draft, 2) == 1


def test_a_withdrawn_scenario_comes_back_with_a_version_that_was_approved(
    works: Works, scenarios: tuple[Document, ...], editor: Someone, reviewer: Someone
) -> None:
    with works.database.writes() as session:
        row = session.scalars(select(ScenarioRow).where(ScenarioRow.key == "of-three-a")).one()
        row.withdrawn_at = works.tools.clock()
        session.commit()
    draft, revision = drafts.changed(works, editor, retitled(scenarios[0], "أصلحناه", "Mended"))
    assert drafts.approve(works, reviewer, draft, revision) == 2
    assert "أصلحناه" in pool(works)
