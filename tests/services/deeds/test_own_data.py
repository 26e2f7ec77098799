"""What a person takes away: all that is theirs, nobody else's, and no key of an attempt that runs."""

import json

import pytest

from quiz.access.own_data import TAKEN
from quiz.services import own_data, taking
from quiz.services.errors import NotAllowed, NotReady
from quiz.services.own_data import OwnData
from quiz.services.unit_of_work import Works
from tests import learning
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import DRILL, EXAM, signed
from tests.services.deeds.planting import MAIL, NUMBER, plant


def gather(works: Works, someone: Someone) -> OwnData:
    with works.reading(someone.actor) as work:
        return own_data.gather(work)


def test_a_whole_life_is_in_it_and_nobody_elses_name(
    works: Works, drills: None, unit: str, make_person: MakePerson, clock: Clock
) -> None:
    planted = plant(works, unit, make_person, clock)
    found = gather(works, planted.someone)
    said = found.written().decode()
    document = json.loads(said)
    assert set(TAKEN.values()) <= set(document)
    empty = {part for part in TAKEN.values() if not document[part]}
    assert empty <= {
        "corrections",
        "papers",
        "reminders",
        "weekly_summaries",
        "comments",
        "reviews",
        "uploads",
        "exports",
    }
    assert (document["profile"]["email"], document["profile"]["hr_number"]) == (MAIL, NUMBER)
    for other in ("هناء عبد الله رضا", "Hanaa"):
        assert other not in said
    assert document["attempts"][0]["places"][0]["options"][0]["ruling"]
    with works.reading(planted.someone.actor) as work:
        counts = {one.holding.code: one.count for one in own_data.list_kept(work)}
    assert counts["answers"] > 0
    assert counts["records"] > 0


@pytest.mark.parametrize("module", [DRILL, EXAM])
def test_no_key_of_an_attempt_that_runs_is_in_it(works: Works, learner: Someone, module: str) -> None:
    attempt_id = learning.begin(works, learner, module)
    (attempt,) = gather(works, learner).document["attempts"]
    told = json.dumps(attempt, ensure_ascii=False)
    for slot in learning.stored(works, learner, attempt_id).attempt.slots:
        for option in slot.scenario.options:
            assert option.ruling.by_language["ar"] not in told
    keys = {key for place in attempt["places"] for option in place["options"] for key in option}
    assert keys == {"position", "text", "chosen", "rated"}
    assert {place["soundness"] for place in attempt["places"]} == {None}
    assert attempt["score"] is None
    # Given and still to be changed: in an exam it is not told either.
    if module == EXAM:
        stored = learning.stored(works, learner, attempt_id)
        with works.writing(learner.actor) as work:
            taking.answer(work, attempt_id, 1, learning.best(stored, 1), 0, learning.SHOWN)
        (attempt,) = gather(works, learner).document["attempts"]
        assert attempt["places"][0]["soundness"] is None
        assert any(option["chosen"] or option["rated"] for option in attempt["places"][0]["options"])


def test_it_is_written_down_and_not_taken_without_end(works: Works, learner: Someone) -> None:
    for _ in range(own_data.MOST_A_DAY):
        with works.writing(learner.actor) as work:
            own_data.note_taking(work)
    with pytest.raises(NotReady), works.writing(learner.actor) as work:
        own_data.note_taking(work)
    assert [one["deed"] for one in gather(works, learner).document["trail"]].count("people:data:take") == 5


def test_a_system_takes_nobodys_data(works: Works, learner: Someone) -> None:
    learning.finish(works, learner, DRILL, best=True)
    signed(works, learner)
    with pytest.raises(NotAllowed), works.reading(SYSTEM) as work:
        own_data.gather(work)
