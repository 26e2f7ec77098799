"""A module that is easy to reckon with: five single choices where `decline` is best, to be passed with four."""

from collections.abc import Sequence
from typing import Any

from quiz.engine.regrading import Policy
from quiz.engine.text import Text
from quiz.services import regrading, taking
from quiz.services.loading import Release, install_release
from quiz.services.taking import Given
from quiz.services.unit_of_work import Works
from tests.builders import module_document, scenario_document
from tests.fixtures.people import SYSTEM, Someone
from tests.learning import SHOWN, begin, stored

MODULE = "sums"
# No scenario of the shipped bank has it.
TOPIC = "appearance"
REASON = Text({"ar": "صُحح مفتاح الموقف", "en": "The key of the scenario was mended"})
KEYS = ("sum-a", "sum-b", "sum-c", "sum-d", "sum-e")
TITLES = dict(zip(KEYS, ("الصندوق الأول", "الصندوق الثاني", "الثالث", "الرابع", "الخامس"), strict=True))


def document(key: str, best: str = "decline", options: Sequence[str] = ("decline", "accept", "wait")) -> dict[str, Any]:
    """Return a scenario of the module with `best` as its key."""
    found = scenario_document(key, topics=[TOPIC])
    template = found["options"][0]
    found["title"] = {"ar": TITLES.get(key, key), "en": "A box"}
    found["options"] = [
        {**template, "key": name, "text": {"ar": name, "en": name}, "credit": int(name == best)} for name in options
    ]
    return found


def publish(works: Works, *documents: dict[str, Any], **changes: Any) -> None:
    """Publish scenarios, and the module with changes."""
    line = {"bank": "eg-cybercrime", "count": len(KEYS), "topics": [TOPIC]}
    module = module_document(MODULE, title={"ar": "برنامج الحساب", "en": "Sums"}, **{
        "blueprint": [line], "behaviour": "exam", **changes,
    })  # fmt: skip
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), documents, (module,)))


def mend(works: Works, *keys: str) -> None:
    """Publish the scenarios with `accept` as the best option."""
    publish(works, *(document(key, best="accept") for key in keys))


def answer(works: Works, person: Someone, attempt_id: str, accepts: Sequence[str]) -> None:
    """Answer every place: `accept` in the scenarios named, `decline` in all others."""
    for slot in stored(works, person, attempt_id).attempt.slots:
        choice = "accept" if slot.scenario.key in accepts else "decline"
        with works.writing(person.actor) as work:
            given = Given(chosen=(slot.option_order.index(choice),))
            taking.answer(work, attempt_id, slot.number, given, 0, SHOWN)


def take(works: Works, person: Someone, *accepts: str) -> str:
    """Take the module to its end; return the attempt."""
    attempt_id = begin(works, person, MODULE)
    answer(works, person, attempt_id, accepts)
    with works.writing(person.actor) as work:
        taking.finish_attempt(work, attempt_id, SHOWN)
    return attempt_id


def preview(works: Works, key: str, withdraws: bool = False, policy: Policy = Policy.ONLY_IF_IT_HELPS) -> Any:
    """Return what a decision would do."""
    with works.reading(SYSTEM) as work:
        return regrading.preview_regrading(work, key, withdraws, policy)


def decide(works: Works, key: str, withdraws: bool = False, policy: Policy = Policy.ONLY_IF_IT_HELPS) -> str:
    """Decide, and return the decision."""
    with works.writing(SYSTEM) as work:
        return regrading.decide_regrading(work, key, withdraws, policy, REASON)


def carry_out(works: Works, decision: str, at_once: int = 50) -> int:
    """Mark again whatever a decision concerns; return how many attempts."""
    done = 0
    while True:
        with works.writing(SYSTEM) as work:
            some = regrading.continue_regrading(work, decision, at_once)
        done += some
        if not some:
            return done
