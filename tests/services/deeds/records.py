"""Records of the tests, and what people of HR do about them."""

from quiz.access.actor import Actor
from quiz.engine.text import Text
from quiz.services import completing, people, renaming, workforce
from quiz.services.unit_of_work import Works
from tests import learning
from tests.fixtures.people import SYSTEM, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import DRILL
from tests.services.deeds.test_completing import record, sign

REASON = Text({"ar": "صدرت بخطأ", "en": "Issued by mistake"})
RIGHT, LATIN = "هناء عبد الإله رضا", "Hanaa Abdelelah Reda"


def again(works: Works, someone: Someone, clock: Clock, days: int = 300) -> str:
    clock.forward(days=days)
    with works.writing(SYSTEM) as work:
        people.assign_module(work, someone.public_id, DRILL)
    learning.finish(works, someone, DRILL, best=True)
    return sign(works, someone)


def state(works: Works, someone: Someone, public_id: str) -> str:
    return record(works, someone, public_id).state


def revoke(works: Works, public_id: str) -> None:
    with works.writing(SYSTEM) as work:
        completing.revoke_completion(work, public_id, REASON)


def put_right(works: Works, learner: Someone, name: str = RIGHT, latin: str = LATIN) -> None:
    with works.writing(SYSTEM) as work:
        workforce.correct_person(work, learner.public_id, "خطأ في حرف", name=name, latin_name=latin)


def rename(works: Works, actor: Actor, held: str, seen: str = RIGHT, **words: str) -> None:
    said = {"source": "قرار 12 لسنة 2026", "reason": "خطأ في حرف", **words}
    with works.writing(actor) as work:
        renaming.correct_name(work, held, seen, **said)
