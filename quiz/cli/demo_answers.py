"""A department of the demonstration that has taken one module, so that its statistics have something to say."""

from datetime import date
from itertools import product
from random import Random

from quiz.access.actor import Actor, Role
from quiz.engine.attempt import Shown, Slot
from quiz.engine.extremes import least_sound, soundest
from quiz.engine.text import Text
from quiz.services import disclosing, people, taking
from quiz.services.stored_attempts import get_stored
from quiz.services.taking import Given
from quiz.services.unit_of_work import UnitOfWork, Works

MODULE = "gifts-and-conflicts"
# First name and family name, Arabic and Latin: every pair is somebody invented.
_FIRST = (
    ("أمل", "Amal"), ("جيهان", "Jihan"), ("حازم", "Hazem"), ("رامي", "Rami"), ("سارة", "Sara"), ("فادي", "Fady"),
)  # fmt: skip
_FAMILY = (
    ("البنا", "Elbanna"), ("الجمال", "Elgammal"), ("حبيب", "Habib"), ("راغب", "Ragheb"), ("زيدان", "Zidan"),
    ("الصياد", "Elsayyad"), ("عزيز", "Aziz"), ("غالي", "Ghali"), ("فهمي", "Fahmy"), ("نجيب", "Naguib"),
)  # fmt: skip
COLLEAGUES = len(_FIRST) * len(_FAMILY)
# Where they work and by which code, up to which number, and how much better or worse than others.
_PLACES = (
    ({"ar": "مكتب الاستقبال", "en": "Reception"}, "CUS-1", 34, 0.1),
    ({"ar": "مركز الاتصال", "en": "Call Centre"}, "CUS-2", 53, -0.25),
    ({"ar": "مكتب الشكاوى", "en": "Complaints"}, "CUS-3", COLLEAGUES, 0.0),
)
HEAD = "colleague1@amana.example"
_SYSTEM = Actor.system("demo")


def answer_in_plenty(doors: Works, top: str, due: date, password: str) -> None:
    """Let sixty people take the module once, each better or worse than others, some of them in English.

    The first of them manages all the others, in three units of which one is too small to be told of.
    """
    with doors.writing(_SYSTEM) as work:
        name = Text({"ar": "إدارة خدمات المتعاملين", "en": "Customer Services"})
        department = people.add_unit(work, name, "EG", top, "CUS")
        places = [
            (people.add_unit(work, Text(one), "EG", department, code), last, more) for one, code, last, more in _PLACES
        ]
    for number, (first, family) in enumerate(product(_FIRST, _FAMILY), 1):
        chance = Random(number)  # nosec B311 # noqa: S311 - the same demonstration every time
        unit, more = next((unit, more) for unit, last, more in places if number <= last)
        with doors.writing(_SYSTEM) as work:
            person = people.provision_person(
                work, f"DEMO-1{number:03}", f"colleague{number}@amana.example", f"{first[0]} {family[0]}", unit,
                f"{first[1]} {family[1]}",
            )  # fmt: skip
            people.assign_module(work, person, MODULE, due)
            actor = people.learner_actor(work, person)
            if number == 1:
                people.set_first_password(work, person, password, is_known_to_all=True)
                people.grant_role(work, person, Role.MANAGER, department)
        with doors.writing(actor) as work:
            _take(work, chance, more)


def tell_of_all(doors: Works) -> None:
    """Publish what units get wrong at once, and not only on the morning after."""
    disclosing.count_all(doors, _SYSTEM)
    with doors.writing(_SYSTEM) as work:
        disclosing.publish(work)


def _take(work: UnitOfWork, chance: Random, more: float) -> None:
    shown = Shown("en", "latn") if chance.random() < 0.3 else Shown("ar", "arab")
    ability = chance.uniform(0.45, 0.95) + more
    attempt_id = taking.begin_attempt(work, MODULE)
    attempt = get_stored(work, attempt_id).attempt
    while (number := attempt.next_open()) is not None:
        for given in _turns(attempt.slot(number), chance, ability):
            last = attempt.turns.get(number)
            taking.answer(work, attempt_id, number, given, last.number if last else 0, shown)
            attempt = get_stored(work, attempt_id).attempt


def _turns(slot: Slot, chance: Random, ability: float) -> tuple[Given, ...]:
    """Return an answer: mostly the soundest, the less the harder the scenario is; else one that seems as good."""
    if chance.random() < ability + 0.12 * (2 - slot.scenario.difficulty):
        return taking.turns_of(slot, soundest(slot.scenario))
    if slot.scenario.kind == "single_choice":
        return (Given(chosen=(chance.randrange(len(slot.option_order)),)),)
    return taking.turns_of(slot, least_sound(slot.scenario))
