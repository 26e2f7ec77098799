"""A release into the database: what is new is published, what stands or was edited here is left alone."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text, update

from quiz.access.permissions import Permission
from quiz.bank.reader import Reading
from quiz.db.models.catalogue import AdoptionRow, ModuleRow, ModuleVersionRow, ScenarioRow, ScenarioVersionRow
from quiz.engine.document import digest
from quiz.engine.errors import Faulty
from quiz.services.errors import NotReady
from quiz.services.loading import Installed, Release, adopt_provisions, install_release, list_adoptable
from quiz.services.pinned import get_pinned
from quiz.services.unit_of_work import Works
from tests import learning
from tests.builders import module_document, scenario_document, words
from tests.fixtures.people import SYSTEM, MakePerson
from tests.services.deeds.conftest import added, audit, everything

Unchanged = Callable[[], AbstractContextManager[None]]
LINE = {"bank": "eg-cybercrime", "count": 2, "topics": ["gifts"]}
MODULE = module_document("three", blueprint=[LINE])
SCENARIOS = tuple(scenario_document(f"drill-{name}", topics=["gifts"]) for name in ("a", "b", "c"))
OURS = Release((), SCENARIOS, (MODULE,))


def install(works: Works, release: Release) -> Installed:
    with works.writing(SYSTEM) as work:
        return install_release(work, release)


def versions(works: Works, key: str) -> list[tuple[int, str]]:
    """Return number and Arabic title of a scenario's versions."""
    wanted = select(ScenarioVersionRow).join(ScenarioRow, ScenarioRow.id == ScenarioVersionRow.scenario_id)
    with works.database.reads() as session:
        rows = session.scalars(wanted.where(ScenarioRow.key == key).order_by(ScenarioVersionRow.number))
        return [(row.number, row.document["title"]["ar"]) for row in rows]


def module_versions(works: Works, key: str = "three") -> list[ModuleVersionRow]:
    wanted = select(ModuleVersionRow).join(ModuleRow, ModuleRow.id == ModuleVersionRow.module_id)
    with works.database.reads() as session:
        return list(session.scalars(wanted.where(ModuleRow.key == key).order_by(ModuleVersionRow.number)))


def mended(document: dict[str, Any], arabic: str) -> dict[str, Any]:
    return {**document, "title": words(arabic)}


def by_editors(works: Works, make_person: MakePerson, key: str) -> None:
    """Publish a version of a scenario as two editors here would: one writes it, another approves."""
    author, approver = make_person(), make_person()
    document = mended(scenario_document(key, topics=["gifts"]), "عدّلناه هنا")
    with works.database.writes() as session:
        row = session.scalars(select(ScenarioRow).where(ScenarioRow.key == key)).one()
        row.current_number += 1
        session.add(
            ScenarioVersionRow(
                scenario_id=row.id,
                number=row.current_number,
                document=document,
                digest=digest(document),
                published_through="desk",
                author_id=author.actor.person_id,
                approver_id=approver.actor.person_id,
                published_at=works.tools.clock(),
            )
        )
        session.commit()


def test_the_shipped_content_again_publishes_nothing(works: Works, reading: Reading) -> None:
    parts = (reading.instruments, reading.scenarios, reading.modules)
    shipped = Release(*(tuple(one.document for one in sources) for sources in parts))
    before = everything(works)
    assert install(works, shipped) == Installed(0, 0, 0, ())
    assert set(added(before, everything(works))) == {"audit_entry"}


def test_what_is_new_is_published_once_and_traced(works: Works) -> None:
    assert install(works, OURS) == Installed(0, 3, 1, ())
    entry = audit(works, Permission.BANK_RELEASE_INSTALL)[-1]
    assert entry.actor == SYSTEM.name
    assert entry.details == {"instruments": 0, "scenarios": 3, "modules": 1, "left_alone": []}
    assert install(works, OURS) == Installed(0, 0, 0, ())
    assert versions(works, "drill-a") == [(1, "drill-a")]


def test_the_module_pins_its_pool_and_every_instrument(works: Works) -> None:
    install(works, OURS)
    (version,) = module_versions(works)
    with works.reading(SYSTEM) as work:
        pinned = get_pinned(work, version.id)
    assert {one.key for one in pinned.scenarios.values()} == {"drill-a", "drill-b", "drill-c"}
    assert pinned.pool_digest == digest(version.pool)
    assert pinned.library.find_edition("eg-cybercrime/law-175-2018")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"count": 4_000}, {"line": 1, "wanted": 4_000}),
        ({"topics": ["appearance"]}, {"line": 1, "wanted": 2, "found": 0}),
        ({"verification": "official_verified", "topics": ["gifts"], "count": 3_000}, {"line": 1, "wanted": 3_000}),
    ],
)
def test_a_blueprint_that_no_draw_could_fill_is_not_published(
    works: Works, changes: dict[str, Any], found: dict[str, Any], changes_nothing: Unchanged
) -> None:
    module = module_document("three", blueprint=[{**LINE, **changes}])
    with changes_nothing(), pytest.raises(NotReady, match="blueprint-too-few") as refusal:
        install(works, Release((), SCENARIOS, (module,)))
    assert (
        refusal.value.values.items() >= {"module": "three", "bank": "eg-cybercrime", "country": "EG", **found}.items()
    )


def test_lines_that_take_from_one_another_are_counted_together(works: Works) -> None:
    topic = ["appearance"]
    scenarios = tuple(scenario_document(f"drill-{name}", topics=topic) for name in ("a", "b", "c"))
    line = {"bank": "eg-cybercrime", "count": 2, "topics": topic}
    enough = module_document("three", blueprint=[line, {**line, "count": 1}])
    assert install(works, Release((), scenarios, (enough,))).modules == 1
    with pytest.raises(NotReady) as refusal:
        install(works, Release((), (), (module_document("three", blueprint=[line, line]),)))
    assert (refusal.value.values["line"], refusal.value.values["found"]) == (2, 1)


def test_a_withdrawal_keeps_no_other_mend_from_being_published(works: Works) -> None:
    short = module_document("three", blueprint=[{**LINE, "count": 3}])
    install(works, Release((), SCENARIOS, (short,)))
    with works.database.writes() as session:
        session.execute(
            update(ScenarioRow).where(ScenarioRow.key == "drill-a").values(withdrawn_at=works.tools.clock())
        )
        session.commit()
    mend = mended(SCENARIOS[1], "عنوان آخر")
    assert install(works, Release((), (mend,), (short,))) == Installed(0, 1, 1, ())
    # Whoever touches the module itself has to mend its blueprint as well.
    with pytest.raises(NotReady, match="blueprint-too-few"):
        install(works, Release((), (), ({**short, "minutes": 5},)))


def test_sensitive_scenarios_fill_no_blueprint(works: Works) -> None:
    topic = ["appearance"]
    scenarios = (
        scenario_document("drill-a", topics=topic),
        scenario_document("drill-b", topics=topic, sensitive=True),
    )
    module = module_document("three", blueprint=[{"bank": "eg-cybercrime", "count": 2, "topics": topic}])
    with pytest.raises(NotReady, match="blueprint-too-few"):
        install(works, Release((), scenarios, (module,)))


def test_a_mended_scenario_publishes_the_modules_that_hold_it_and_no_others(works: Works) -> None:
    other = module_document("other", blueprint=[{**LINE, "topics": [], "kinds": ["judgement"]}])
    other["blueprint"][0].pop("topics")
    install(works, replace(OURS, modules=(MODULE, other)))
    release = Release((), (mended(SCENARIOS[0], "أصلحناه"), *SCENARIOS[1:]), (MODULE, other))
    assert install(works, release) == Installed(0, 1, 1, ())
    assert versions(works, "drill-a") == [(1, "drill-a"), (2, "أصلحناه")]
    first, second = module_versions(works)
    assert (first.digest, first.number, second.number) == (second.digest, 1, 2)
    assert first.pool_digest != second.pool_digest
    assert len(module_versions(works, "other")) == 1


def test_an_attempt_under_way_keeps_the_words_it_began_with(works: Works, make_person: MakePerson) -> None:
    install(works, OURS)
    someone = make_person(modules=("three",))
    attempt_id = learning.begin(works, someone, "three")
    before = learning.stored(works, someone, attempt_id).attempt.slots
    install(works, Release((), tuple(mended(one, "أصلحناه") for one in SCENARIOS), (MODULE,)))
    fresh = Works(works.database, replace(works.tools, kept=type(works.tools.kept)()))
    assert learning.stored(fresh, someone, attempt_id).attempt.slots == before
    later = make_person(modules=("three",))
    slots = learning.stored(works, later, learning.begin(works, later, "three")).attempt.slots
    assert {slot.scenario.title.by_language["ar"] for slot in slots} == {"أصلحناه"}


def test_what_was_edited_here_is_left_alone_and_named(works: Works, make_person: MakePerson) -> None:
    install(works, OURS)
    by_editors(works, make_person, "drill-b")
    release = replace(OURS, scenarios=tuple(mended(one, "من الإصدار") for one in SCENARIOS))
    found = install(works, release)
    assert (found.scenarios, found.left_alone) == (2, ("drill-b",))
    assert versions(works, "drill-b") == [(1, "drill-b"), (2, "عدّلناه هنا")]
    assert audit(works, Permission.BANK_RELEASE_INSTALL)[-1].details["left_alone"] == ["drill-b"]


def test_one_faulty_document_keeps_all_of_the_release_out(works: Works, changes_nothing: Unchanged) -> None:
    faulty = {**MODULE, "pass_rule": {"score": "7/5"}}
    with changes_nothing(), pytest.raises(Faulty):
        install(works, replace(OURS, modules=(faulty,)))
    assert install(works, OURS) == Installed(0, 3, 1, ())


def test_a_withdrawn_scenario_that_is_shipped_again_is_no_second_one(works: Works) -> None:
    install(works, OURS)
    with works.database.writes() as session:
        gone = update(ScenarioRow).where(ScenarioRow.key == "drill-a").values(withdrawn_at=works.tools.clock())
        session.execute(gone)
        session.commit()
    install(works, OURS)
    with works.database.reads() as session:
        (row,) = session.scalars(select(ScenarioRow).where(ScenarioRow.key == "drill-a")).all()
    assert row.withdrawn_at is not None


def test_adopting_makes_scenarios_count_and_twice_is_once(works: Works) -> None:
    with works.database.writes() as session:
        session.execute(text("DELETE FROM adoption"))
        session.commit()
    with works.writing(SYSTEM) as work:
        adoptable = list_adoptable(work, "eg-conduct")
        assert adopt_provisions(work, [*adoptable, adoptable[0]], "our own certified copy") == len(adoptable) > 0
    with works.database.reads() as session:
        row = session.scalars(select(AdoptionRow).where(AdoptionRow.address == adoptable[0])).one()
    assert (row.evidence, row.adopted_by) == ("our own certified copy", SYSTEM.name)
    traced = [entry.details["address"] for entry in audit(works) if entry.target_kind == "adoption"]
    assert traced[-len(adoptable) :] == list(adoptable)
    before = everything(works)
    with works.writing(SYSTEM) as work:
        assert adopt_provisions(work, adoptable, "again") == 0
    assert everything(works) == before


def test_without_adoption_weak_provisions_do_not_count(works: Works, make_person: MakePerson) -> None:
    lines = [{"bank": "eg-conduct", "count": 2}, {"bank": "eg-cybercrime", "count": 1}]
    install(works, Release((), (), (module_document("conduct", blueprint=lines),)))
    reasons = []
    for adopted in (True, False):
        if not adopted:
            with works.database.writes() as session:
                session.execute(text("DELETE FROM adoption"))
                session.commit()
        someone = make_person(modules=("conduct",))
        slots = learning.stored(works, someone, learning.begin(works, someone, "conduct")).attempt.slots
        reasons.append({slot.unscored_because for slot in slots if slot.scenario.bank == "eg-conduct"})
    assert reasons == [{None}, {"verification"}]
