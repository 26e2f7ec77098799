"""What the desk for marking again reads: decisions with their progress, and the scenario that somebody means."""

from typing import Any

import pytest
from sqlalchemy import update

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.trace import OutboxMessageRow
from quiz.engine.regrading import Policy
from quiz.engine.text import Text
from quiz.services import publishing, regrading, regrading_desk
from quiz.services.errors import NotFound, Refused
from quiz.services.publishing import REVIEW, Hands
from quiz.services.regrading_desk import Progress, RegradingSummary
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson
from tests.fixtures.settings import NOW, Clock
from tests.sums import KEYS, document, publish


@pytest.fixture
def sums(works: Works) -> None:
    publish(works, *map(document, KEYS))


def decide(works: Works, key: str, withdraws: bool) -> None:
    with works.writing(SYSTEM) as work:
        reason = Text({"ar": "صُحح المفتاح", "en": "The key was mended"})
        regrading.decide_regrading(work, key, withdraws, Policy.ONLY_IF_IT_HELPS, reason)


def listed(works: Works) -> RegradingSummary:
    with works.reading(SYSTEM) as work:
        return regrading_desk.list_regradings(work)[0]


def test_what_the_worker_gave_up_is_told(works: Works, sums: None) -> None:
    decide(works, "sum-a", withdraws=False)
    with works.database.writes() as session:
        given_up = update(OutboxMessageRow).where(OutboxMessageRow.kind == "RegradingDecided")
        session.execute(given_up.values(last_error="OSError"))
        session.commit()
    assert listed(works).progress is Progress.UNDER_WAY  # it will be tried again
    with works.database.writes() as session:
        session.execute(given_up.values(done_at=NOW))
        session.commit()
    assert listed(works).progress is Progress.HALTED


@pytest.mark.parametrize("words", ["sum-a", " SUM-A ", "الصندوق الأول", "الصُندوق الاول "])
def test_a_scenario_is_found_by_its_key_and_by_its_title(works: Works, sums: None, words: str) -> None:
    with works.reading(SYSTEM) as work:
        assert regrading_desk.find_key(work, words) == "sum-a"


@pytest.mark.parametrize("words", ["", "no-such", "الصندوق", "sum-a\x00", "%"])
def test_what_no_scenario_is_called_is_not_found(works: Works, sums: None, words: str) -> None:
    with pytest.raises(NotFound), works.reading(SYSTEM) as work:
        regrading_desk.find_key(work, words)


def test_a_decision_is_listed_with_the_title_of_what_it_was_made_by(works: Works, sums: None, clock: Clock) -> None:
    decide(works, "sum-a", withdraws=False)
    publish(works, {**document("sum-a"), "title": {"ar": "عنوان آخر", "en": "Another"}})
    first = listed(works)
    assert (first.version, first.title.by_language["en"]) == (1, "A box")
    clock.forward(hours=1)
    decide(works, "sum-a", withdraws=True)
    newest = listed(works)
    assert (newest.version, newest.title.by_language["en"]) == (None, "Another")


def test_a_title_that_several_have_names_none_and_one_withdrawn_is_found_by_its_key(works: Works, sums: None) -> None:
    with pytest.raises(Refused), works.reading(SYSTEM) as work:
        regrading_desk.find_key(work, "a box")
    decide(works, "sum-b", withdraws=True)
    with works.reading(SYSTEM) as work:
        assert "sum-b" not in dict(regrading_desk.list_titles(work))
        assert regrading_desk.find_key(work, "sum-b") == "sum-b"


# Keys that were mended


def mended(works: Works) -> list[tuple[str, int]]:
    with works.reading(SYSTEM) as work:
        return [(one.key, one.version) for one in regrading_desk.list_mended(work)]


def by_editors(works: Works, make_person: MakePerson, changed: dict[str, Any]) -> None:
    """Publish a version as somebody wrote it and somebody else approved it."""
    hands = Hands(REVIEW, make_person().actor.person_id, make_person().actor.person_id)
    with works.writing(SYSTEM) as work:
        work.require(Permission.BANK_RELEASE_INSTALL, Target("release"))
        publishing.publish_scenario(work, changed, hands)


def test_a_key_that_was_mended_is_listed_until_it_is_decided(
    works: Works, sums: None, make_person: MakePerson, clock: Clock
) -> None:
    assert mended(works) == []
    by_editors(works, make_person, {**document("sum-a"), "title": {"ar": "عنوان آخر", "en": "Another"}})
    assert mended(works) == [], "the key is as it was"
    by_editors(works, make_person, document("sum-a", best="accept"))
    clock.forward(hours=1)
    by_editors(works, make_person, document("sum-b", best="wait"))
    assert mended(works) == [("sum-b", 2), ("sum-a", 3)]
    decide(works, "sum-a", withdraws=False)
    assert mended(works) == [("sum-b", 2)]
    decide(works, "sum-b", withdraws=True)
    assert mended(works) == []


def test_words_that_are_mended_after_the_decision_ask_for_no_other(
    works: Works, sums: None, make_person: MakePerson
) -> None:
    by_editors(works, make_person, document("sum-a", best="accept"))
    decide(works, "sum-a", withdraws=False)
    by_editors(works, make_person, {**document("sum-a", best="accept"), "difficulty": 3})
    assert mended(works) == []
    by_editors(works, make_person, document("sum-a"))
    assert mended(works) == [("sum-a", 4)], "another key once more"


def test_a_key_that_was_mended_back_before_anybody_decided_is_still_listed(
    works: Works, sums: None, make_person: MakePerson
) -> None:
    by_editors(works, make_person, document("sum-a", best="accept"))
    by_editors(works, make_person, document("sum-a"))
    assert mended(works) == [("sum-a", 3)], "between the two somebody may have answered"
