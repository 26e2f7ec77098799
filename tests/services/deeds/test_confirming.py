"""Scenarios whose ground changed: exactly those that cite it, until a new version or a word that they still hold."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from copy import deepcopy
from typing import Any

import pytest

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.bank.impact import Staleness, citations_of
from quiz.bank.reader import Reading
from quiz.db.queries.catalogue import find_scenario
from quiz.engine.document import read_scenario
from quiz.services import confirming
from quiz.services.desk import list_stale
from quiz.services.errors import NotFound, Refused, Stale
from quiz.services.loading import Release, install_release
from quiz.services.unit_of_work import Works
from tests import drafts
from tests.amendments import LAW, Desk, at, provision
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import audit

Unchanged = Callable[[], AbstractContextManager[None]]
IsRefused = Callable[..., AbstractContextManager[None]]
ARTICLE, OTHER = "art-20", "art-23"


@pytest.fixture
def desk(works: Works, make_person: MakePerson, clock: Clock) -> Desk:
    editor = make_person(Role.EDITOR, name="ليلى مراد فهمي")
    return Desk(works, editor, make_person(Role.REVIEWER, name="عادل حسن نجيب"), clock)


def citing(reading: Reading, *articles: str) -> set[str]:
    """Return the keys of the shipped scenarios that cite an article as a whole, by a comparison too."""
    addresses = {at(article) for article in articles}
    scenarios = (read_scenario(source.document) for source in reading.scenarios)
    return {one.key for one in scenarios if any(cite.address in addresses for cite in citations_of(one))}


def waiting(desk: Desk) -> dict[str, Staleness]:
    with desk.works.reading(desk.editor.actor) as work:
        return {line.key: line.kind for line in list_stale(work)}


def ground(desk: Desk, key: str) -> confirming.GroundSummary:
    with desk.works.reading(desk.editor.actor) as work:
        return confirming.get_ground(work, key)


def confirm(desk: Desk, key: str, reason: str = "لا يمس التعديل هذا الموقف", seen: str | None = None) -> None:
    seen = ground(desk, key).seen if seen is None else seen
    with desk.works.writing(desk.editor.actor) as work:
        confirming.confirm_scenario(work, key, seen, reason)


def test_exactly_those_that_cite_what_changed_wait(desk: Desk, reading: Reading) -> None:
    assert waiting(desk) == {}
    assert ground(desk, next(iter(citing(reading, ARTICLE)))).shifted is None
    desk.reword(ARTICLE)
    assert waiting(desk) == dict.fromkeys(citing(reading, ARTICLE), Staleness.REWORDED)
    desk.reword(OTHER)
    assert waiting(desk).keys() == citing(reading, ARTICLE, OTHER)


def test_a_change_that_is_taken_back_leaves_nothing_to_look_at(desk: Desk) -> None:
    stood = desk.standing()
    desk.reword(ARTICLE)
    desk.publish(stood)
    assert waiting(desk) == {}


def test_what_says_the_same_keeps_nobody_waiting(desk: Desk) -> None:
    desk.amend(lambda law: provision(law, ARTICLE).update(review_due="2029-01-01"))
    assert waiting(desk) == {}


def test_a_new_version_of_the_scenario_is_an_answer_until_the_next_change(desk: Desk, reading: Reading) -> None:
    desk.reword(ARTICLE)
    key = min(citing(reading, ARTICLE))
    document = drafts.shipped(reading, key)
    desk.publish({**document, "author_note": "mended"}, "scenario")
    assert waiting(desk).keys() == citing(reading, ARTICLE) - {key}
    desk.reword(ARTICLE, arabic="خلاصة ثالثة")
    assert waiting(desk).keys() == citing(reading, ARTICLE)


def test_who_finds_it_right_takes_it_off_the_list_until_the_next_change(desk: Desk, reading: Reading) -> None:
    desk.reword(ARTICLE)
    key = min(citing(reading, ARTICLE))
    found = ground(desk, key)
    assert found.shifted is not None
    assert [address for address, _ in found.shifted.places] == [at(ARTICLE)]
    assert [(place.edition, place.provision) for place in found.places] == [("law-175-2018", ARTICLE)]
    confirm(desk, key)
    assert waiting(desk).keys() == citing(reading, ARTICLE) - {key}
    found = ground(desk, key)
    assert found.shifted is None
    (said,) = found.confirmations
    assert (said.by, said.reason, said.at) == (desk.editor.name, "لا يمس التعديل هذا الموقف", desk.clock.now)
    (entry,) = audit(desk.works, Permission.BANK_SCENARIO_CONFIRM)
    assert (entry.target_id, entry.details) == (key, {"version": 1, "addresses": [at(ARTICLE)]})
    desk.reword(OTHER)
    assert waiting(desk).keys() == citing(reading, ARTICLE, OTHER) - ({key} - citing(reading, OTHER))
    desk.reword(ARTICLE, arabic="خلاصة ثالثة")
    assert key in waiting(desk)
    confirm(desk, key, "ولا هذا")
    assert key not in waiting(desk)
    assert [one.reason for one in ground(desk, key).confirmations] == ["ولا هذا", "لا يمس التعديل هذا الموقف"]


def test_who_saw_another_change_confirms_nothing(desk: Desk, reading: Reading, changes_nothing: Unchanged) -> None:
    desk.reword(ARTICLE)
    key = min(citing(reading, ARTICLE))
    seen = ground(desk, key).seen
    desk.reword(ARTICLE, arabic="خلاصة ثالثة")
    with changes_nothing():
        with pytest.raises(Stale, match="ground-changed"):
            confirm(desk, key, seen=seen)
        with pytest.raises(Refused, match="nothing-said"):
            confirm(desk, key, " \x00")
        with pytest.raises(Refused, match="too-long"):
            confirm(desk, key, "س" * 2001)
        with pytest.raises(NotFound):
            confirm(desk, "no-such-scenario", seen="")
    confirm(desk, key, "س" * 2000)
    with changes_nothing(), pytest.raises(Stale):
        confirm(desk, key, seen=seen)


def test_what_is_gone_is_not_confirmed(desk: Desk, reading: Reading, changes_nothing: Unchanged) -> None:
    def drop(law: dict[str, Any]) -> None:
        held = law["editions"][0]["provisions"]
        held.remove(provision(law, ARTICLE))

    desk.amend(drop)
    key = min(citing(reading, ARTICLE))
    assert waiting(desk)[key] is Staleness.GONE
    found = ground(desk, key)
    assert [change.kind for place in found.places for change in place.changes] == ["removed"]
    with changes_nothing(), pytest.raises(Refused, match="holds-no-more"):
        confirm(desk, key)


def test_of_a_repealed_edition_what_follows_is_shown_beside(desk: Desk, reading: Reading) -> None:
    desk.replace("law-200-2026", ARTICLE)
    key = next(key for key in sorted(citing(reading, ARTICLE)) if at(ARTICLE) in drafts.shipped(reading, key)["cites"])
    assert waiting(desk)[key] is Staleness.REPEALED
    places = {(place.edition, place.provision) for place in ground(desk, key).places}
    assert {("law-175-2018", None), ("law-200-2026", ARTICLE)} <= places


def test_what_is_out_of_use_waits_for_nobody(desk: Desk, reading: Reading) -> None:
    desk.reword(ARTICLE)
    key = min(citing(reading, ARTICLE))
    with desk.works.database.writes() as session:
        row = find_scenario(session, key)
        assert row is not None
        row.withdrawn_at = desk.clock.now
        session.commit()
    assert key not in waiting(desk)
    assert ground(desk, key).shifted is None


def test_a_release_leaves_nothing_to_look_at_but_what_was_written_here(
    desk: Desk, reading: Reading, clock: Clock
) -> None:
    here, *_ = sorted(citing(reading, ARTICLE))
    desk.publish({**drafts.shipped(reading, here), "author_note": "ours"}, "scenario")
    law = deepcopy(next(source.document for source in reading.instruments if source.document["key"] == LAW))
    provision(law, ARTICLE)["paraphrase"] = {"ar": "خلاصة أخرى", "en": "Another summary"}
    clock.forward(hours=1)
    with desk.works.writing(SYSTEM) as work:
        installed = install_release(work, Release((law,), tuple(one.document for one in reading.scenarios), ()))
    assert (installed.instruments, installed.scenarios) == (1, 0)
    assert waiting(desk) == {here: Staleness.REWORDED}


@pytest.fixture
def everybody_else(make_person: MakePerson) -> Iterator[Someone]:
    return (make_person(role) for role in Role if role is not Role.EDITOR)


def test_nobody_but_an_editor_confirms(
    desk: Desk, reading: Reading, everybody_else: Iterator[Someone], is_refused: IsRefused
) -> None:
    desk.reword(ARTICLE)
    key = min(citing(reading, ARTICLE))
    for someone in everybody_else:
        with is_refused(Permission.BANK_SCENARIO_CONFIRM, someone), desk.works.writing(someone.actor) as work:
            confirming.confirm_scenario(work, key, "", "سبب")
