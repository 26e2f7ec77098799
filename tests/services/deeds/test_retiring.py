"""Out of use: said why, drawn by no new attempt, kept by those under way, refused where a module falls short."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.services import browsing, publishing, retiring
from quiz.services.errors import NotFound, NotReady, Refused, Stale
from quiz.services.publishing import REVIEW, Hands
from quiz.services.retiring import RetirementSummary
from quiz.services.unit_of_work import Works
from tests import learning
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.services.deeds.conftest import added, audit, everything
from tests.sums import KEYS, MODULE, TOPIC, document, publish

Refusal = Callable[..., AbstractContextManager[None]]
Unchanged = Callable[[], AbstractContextManager[None]]
RETIRE = Permission.BANK_SCENARIO_RETIRE
FOUR = {"blueprint": [{"bank": "eg-cybercrime", "count": 4, "topics": [TOPIC]}]}


@pytest.fixture
def reviewer(make_person: MakePerson) -> Someone:
    return make_person(Role.REVIEWER, name="عادل حسن نجيب")


@pytest.fixture
def four_of_five(works: Works) -> None:
    """A module that draws four of five scenarios."""
    publish(works, *map(document, KEYS), **FOUR)


def retire(works: Works, someone: Someone, key: str, words: str = "لم يعد يحدث", successor: str = "") -> None:
    with works.writing(someone.actor) as work:
        retiring.retire_scenario(work, key, words, successor)


def drawn(works: Works, someone: Someone, attempt_id: str) -> set[str]:
    return {slot.scenario.key for slot in learning.stored(works, someone, attempt_id).attempt.slots}


def retirement(works: Works, key: str) -> RetirementSummary | None:
    with works.reading(Actor("عادل", 1, frozenset({Role.REVIEWER}))) as work:
        return browsing.get_scenario(work, key).retirement


def test_it_is_drawn_no_more_and_an_attempt_under_way_keeps_it(
    works: Works, four_of_five: None, reviewer: Someone, make_person: MakePerson
) -> None:
    before = make_person(modules=(MODULE,))
    attempt_id = learning.begin(works, before, MODULE)
    kept = drawn(works, before, attempt_id)
    gone = min(kept)
    retire(works, reviewer, gone)
    assert drawn(works, before, attempt_id) == kept
    learning.answer_all(works, before, attempt_id, good=True)
    later = make_person(modules=(MODULE,))
    assert drawn(works, later, learning.begin(works, later, MODULE)) == set(KEYS) - {gone}


def test_it_says_why_by_whom_and_what_took_its_place(works: Works, four_of_five: None, reviewer: Someone) -> None:
    assert retirement(works, "sum-a") is None
    before = everything(works)
    retire(works, reviewer, "sum-a", "  لم يعد يحدث ", "sum-b")
    assert set(added(before, everything(works))) == {"audit_entry", "retirement", "scenario"}
    found = retirement(works, "sum-a")
    assert found == RetirementSummary("لم يعد يحدث", works.tools.clock(), reviewer.name, "sum-b")
    assert audit(works, RETIRE)[-1].details == {"replaced_by": "sum-b"}


def test_a_module_that_could_not_be_filled_stands_in_the_way(
    works: Works, reviewer: Someone, changes_nothing: Unchanged
) -> None:
    publish(works, *map(document, KEYS))
    with changes_nothing(), pytest.raises(NotReady, match="blueprint-too-few") as refusal:
        retire(works, reviewer, "sum-a")
    found = refusal.value.values
    assert (found["module"], found["line"], found["wanted"], found["found"]) == (MODULE, 1, 5, 4)


@pytest.mark.parametrize(
    ("words", "successor", "code"),
    [
        ("", "", "nothing-said"),
        (" \n", "", "nothing-said"),
        ("س" * 2001, "", "too-long"),
        ("لأن", "sum-a", "no-such-replacement"),
        ("لأن", "no-such", "no-such-replacement"),
        ("لأن", "sum-e", "no-such-replacement"),
        ("لأن", "sum\x00", "no-such-replacement"),
        ("\x00", "", "nothing-said"),
    ],
)
def test_without_a_reason_or_a_replacement_that_stands_it_is_refused(
    works: Works, reviewer: Someone, changes_nothing: Unchanged, words: str, successor: str, code: str
) -> None:
    publish(works, *map(document, KEYS), blueprint=[{**FOUR["blueprint"][0], "count": 2}])
    retire(works, reviewer, "sum-e")
    with changes_nothing(), pytest.raises(Refused, match=code):
        retire(works, reviewer, "sum-a", words, successor)
    with changes_nothing(), pytest.raises(Stale, match="retired-already"):
        retire(works, reviewer, "sum-e", "مرة أخرى")
    with changes_nothing(), pytest.raises(NotFound):
        retire(works, reviewer, "no-such", "لأن")


def test_a_new_version_brings_it_back(
    works: Works, four_of_five: None, reviewer: Someone, make_person: MakePerson
) -> None:
    retire(works, reviewer, "sum-a")
    hands = Hands(REVIEW, make_person(Role.EDITOR).actor.person_id, reviewer.actor.person_id)
    with works.writing(SYSTEM) as work:
        work.require(Permission.BANK_RELEASE_INSTALL, retiring.Target("release"))
        publishing.publish_scenario(work, {**document("sum-a"), "difficulty": 3}, hands)
    assert retirement(works, "sum-a") is None
    retire(works, reviewer, "sum-b")
    later = make_person(modules=(MODULE,))
    assert drawn(works, later, learning.begin(works, later, MODULE)) == set(KEYS) - {"sum-b"}


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMIN])
def test_only_reviewers_take_a_scenario_out_of_use(
    works: Works, four_of_five: None, make_person: MakePerson, is_refused: Refusal, role: Role
) -> None:
    other = make_person(role)
    with is_refused(RETIRE, other):
        retire(works, other, "sum-a")
