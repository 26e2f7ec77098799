"""Two who act on drafts at once: whoever is second sees what the first did, and nothing is done twice."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from quiz.access.actor import Actor, Role
from quiz.bank.reader import Reading
from quiz.db.connection import Database
from quiz.db.models.catalogue import ModuleRow, ModuleVersionRow, ScenarioRow, ScenarioVersionRow
from quiz.engine.text import Text
from quiz.services import drafting, people, reviewing
from quiz.services.kept import Kept
from quiz.services.retiring import retire_scenario
from quiz.services.tools import Tools
from quiz.services.unit_of_work import UnitOfWork, Works
from tests import drafts
from tests.drafts import retitled, sound
from tests.fixtures.people import SYSTEM, Someone
from tests.sums import KEYS, document, publish

Deed = Callable[[UnitOfWork], object]


@pytest.fixture
def works(own_database: Database, tools: Tools) -> Works:
    """The door to a database of one's own, with real commits."""
    return Works(own_database, replace(tools, kept=Kept()))


@pytest.fixture
def staff(works: Works) -> list[Someone]:
    """Two editors and two reviewers."""
    roles = (Role.EDITOR, Role.EDITOR, Role.REVIEWER, Role.REVIEWER)
    with works.writing(SYSTEM) as work:
        unit = people.add_unit(work, Text({"ar": "إدارة", "en": "Department"}), "EG")
        made = []
        for number, role in enumerate(roles):
            email = f"own{number}@amana.example"
            public_id = people.provision_person(work, f"OWN-{number}", email, f"نهى {number}", unit)
            actor = people.learner_actor(work, public_id)
            made.append(Someone(public_id, email, actor.name, Actor(actor.name, actor.person_id, frozenset({role}))))
    return made


def at_once(works: Works, *deeds: tuple[Someone, Deed]) -> list[object]:
    """Let everybody act at the same moment; return what each got, or was refused with."""
    outcomes: list[object] = [None] * len(deeds)
    ready = threading.Barrier(len(deeds))

    def act(place: int, someone: Someone, deed: Deed) -> None:
        own = Works(works.database, replace(works.tools, kept=Kept()))
        ready.wait(timeout=20)
        try:
            with own.writing(someone.actor) as work:
                outcomes[place] = deed(work)
        except Exception as fault:
            outcomes[place] = fault

    threads = [threading.Thread(target=act, args=(place, *one)) for place, one in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def count(works: Works, what: str) -> int:
    with works.database.reads() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {what}")).scalar_one())


def kinds(outcomes: list[object]) -> set[str]:
    return {type(one).__name__ for one in outcomes}


def holding(works: Works, key: str) -> int:
    """Return how many modules pin the standing version of a scenario."""
    newest = (
        select(ScenarioVersionRow.id)
        .join(ScenarioRow, ScenarioRow.id == ScenarioVersionRow.scenario_id)
        .where(ScenarioRow.key == key)
        .order_by(ScenarioVersionRow.number.desc())
    )
    pools = select(ModuleVersionRow.pool).join(ModuleRow, ModuleRow.current_version_id == ModuleVersionRow.id)
    with works.database.reads() as session:
        version = session.scalars(newest.limit(1)).one()
        return sum(version in pool["scenarios"] for pool in session.scalars(pools))


def test_two_approvals_at_once(works: Works, reading: Reading, staff: list[Someone]) -> None:
    editor, another, *reviewers = staff
    first, second, third = [one.document for one in reading.scenarios if one.document["bank"] == "eg-conduct"][:3]
    draft, revision = drafts.changed(works, editor, retitled(first, "أصلحناه", "Mended"))
    pinned = count(works, "module_version")
    outcomes = at_once(works, *((one, lambda work: reviewing.approve(work, draft, revision, {})) for one in reviewers))
    assert kinds(outcomes) == {"int", "Stale"}, outcomes
    assert count(works, "scenario_version") == len(reading.scenarios) + 1
    assert (count(works, "review"), count(works, "module_version")) == (1, pinned + holding(works, first["key"]))
    # Two drafts, which the same modules draw: the second deed pins what the first has published.
    waiting = [
        drafts.changed(works, writer, retitled(document, "أصلحناه", "Mended"))
        for writer, document in ((editor, second), (another, third))
    ]
    outcomes = at_once(
        works,
        *(
            (one, lambda work, draft=draft, revision=revision: reviewing.approve(work, draft, revision, {}))
            for one, (draft, revision) in zip(reviewers, waiting, strict=True)
        ),
    )
    assert outcomes == [2, 2]
    assert [holding(works, document["key"]) > 0 for document in (second, third)] == [True, True]


def test_two_writers_at_once(works: Works, reading: Reading, staff: list[Someone]) -> None:
    # Whoever opens what another opens gets the same draft.
    key = reading.scenarios[0].document["key"]
    opened = at_once(works, *((one, lambda work: drafting.open_draft(work, "scenario", key)) for one in staff[:2]))
    assert (kinds(opened), len(set(opened))) == ({"str"}, 1), opened
    assert count(works, "draft") == count(works, "draft_revision") == 1
    # The same person types in two ways at once: a save by itself and a button, say.
    draft = drafts.begin(works, staff[0], sound(reading))
    typed = [retitled(sound(reading), f"عنوان {place}", f"Title {place}") for place in (0, 1)]
    kept = at_once(
        works, *((staff[0], lambda work, one=one: drafting.keep_typing(work, draft, 1, one)) for one in typed)
    )
    assert (kinds(kept), count(works, "draft_typing")) == ({"NoneType"}, 1), kept
    # Of two saves onto the same revision one is told that it came second.
    saved = at_once(
        works,
        *(
            (someone, lambda work, one=one: drafting.save_draft(work, draft, 1, one))
            for someone, one in zip(staff[:2], typed, strict=True)
        ),
    )
    assert (kinds(saved), count(works, "draft_revision")) == ({"int", "Stale"}, 3), saved
    # Of two drafts that take the same key one is told that it is taken.
    begun = [drafts.begin(works, one, sound(reading, f"first-{place}")) for place, one in enumerate(staff[:2])]
    outcomes = at_once(
        works,
        *(
            (one, lambda work, draft=draft: drafting.save_draft(work, draft, 1, sound(reading, "the-same")))
            for one, draft in zip(staff[:2], begun, strict=True)
        ),
    )
    assert kinds(outcomes) == {"int", "Duplicate"}, outcomes


def test_two_scenarios_taken_out_of_use_at_once(works: Works, staff: list[Someone]) -> None:
    # Either can be spared, and not both: whoever is second sees what is left.
    publish(works, *map(document, KEYS), blueprint=[{"bank": "eg-cybercrime", "count": 4, "topics": ["appearance"]}])
    outcomes = at_once(
        works,
        *(
            (one, lambda work, key=key: retire_scenario(work, key, "لم يعد يحدث"))
            for one, key in zip(staff[2:], ("sum-a", "sum-b"), strict=True)
        ),
    )
    assert kinds(outcomes) == {"NoneType", "NotReady"}, outcomes
