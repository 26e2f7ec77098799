"""A department of the demonstration whose records are in every state, each brought there by the deeds of people."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from quiz.access.actor import Actor, Role
from quiz.engine.attempt import Shown
from quiz.engine.extremes import soundest
from quiz.engine.text import Text
from quiz.services import (
    completing,
    distrusting,
    erasing,
    issuing,
    papers,
    people,
    renaming,
    revoking,
    sharing,
    taking,
    workforce,
)
from quiz.services.stored_attempts import get_stored
from quiz.services.unit_of_work import Works

MODULE = "onboarding-social-media"
_SYSTEM = Actor.system("demo")
_SHOWN = Shown("ar", "arab")


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody invented who holds a record: address, Arabic and Latin name, and how many days ago they completed."""

    address: str
    name: str
    latin_name: str
    days_ago: int


EXPIRED = Holder("expired", "صلاح الدين عبد الحميد نور", "Salaheldin Abdelhamid Nour", 800)
REVOKED = Holder("revoked", "تامر فوزي العدوي", "Tamer Fawzy Eladawy", 90)
PROPOSED = Holder("proposed", "ماجدة رؤوف سليم", "Magda Raouf Selim", 60)
CORRECTED = Holder("corrected", "هدى عبد العزير أبو النجا", "Hoda Abdelazir Abou Elnaga", 45)
ERASED = Holder("erased", "وائل كمال شاكر", "Wael Kamal Shaker", 400)
HOLDERS = (EXPIRED, REVOKED, PROPOSED, CORRECTED, ERASED)


def _steady() -> Callable[[int], bytes]:
    """Give bytes that are the same in every demonstration, so that what it prints can be written down."""
    numbers = iter(range(1000))
    return lambda size: hashlib.sha256(f"amana demonstration {next(numbers)}".encode()).digest()[:size]


# The token of the link that the manager of the demonstration shares.
SHARED = _steady()(sharing.TOKEN_BYTES).hex()


def keep_records(doors: Works, ids: Mapping[str, str], top: str, password: str) -> None:
    """Let people complete at different times, and become of their records what can become of one."""
    now = doors.tools.clock()
    with doors.writing(_SYSTEM) as work:
        unit = people.add_unit(work, Text({"ar": "إدارة الوثائق", "en": "Records Office"}), "EG", top, "DOC")
    held = {}
    for number, holder in enumerate(HOLDERS, 1):
        with doors.writing(_SYSTEM) as work:
            person = people.provision_person(
                work, f"DEMO-2{number:03}", f"{holder.address}@amana.example", holder.name, unit, holder.latin_name
            )
            people.set_first_password(work, person, password, is_known_to_all=True)
        held[holder] = _complete(doors, person, now - timedelta(days=holder.days_ago))
    first = now - timedelta(days=700)
    _complete(doors, ids["manager"], first)
    renewed = _complete(doors, ids["manager"], now - timedelta(days=20))
    # As the worker does it after each completion, and so before anything becomes of a record.
    sign_records(doors)
    _look_after(doors, ids, held)
    steady = replace(doors, tools=replace(doors.tools, chance=_steady()))
    with doors.reading(_SYSTEM) as work:
        manager = people.learner_actor(work, ids["manager"])
    with steady.writing(manager) as work:
        sharing.make_link(work, renewed, sharing.MOST_DAYS, sharing.INITIALS)


def sign_records(doors: Works) -> None:
    """Make credentials ready and sign the papers that are missing, so that both are there from the first page on.

    As far as there are keys that may sign: who tries what becomes of a stolen one must still be able to start.
    """
    more = True
    while more:
        with doors.writing(_SYSTEM) as work:
            more = issuing.prepare(work)
    with doors.reading(_SYSTEM) as work:
        may_sign = doors.tools.paper_signer.certificate is not None and distrusting.of_signer(work) is None
    last = 0
    while may_sign and (progress := papers.sign_next(doors, _SYSTEM, last)) is not None:
        last = progress.last


def _look_after(doors: Works, ids: Mapping[str, str], held: Mapping[Holder, str]) -> None:
    """Let HR propose, correct and remove, and the administrator approve."""
    hr, admin = _acting(doors, ids["hr"], Role.HR), _acting(doors, ids["admin"], Role.ADMIN)
    taken_by_another = Text({"ar": "ثبت أن غير صاحبها أدّى التدريب عنه.", "en": "Somebody else took the training."})
    inner = "أقر صاحب الشهادة بذلك أمام الشؤون القانونية."
    with doors.writing(hr) as work:
        proposal = revoking.propose_revocation(work, held[REVOKED], taken_by_another, inner)
    with doors.writing(admin) as work:
        revoking.approve_revocation(work, held[REVOKED], proposal)
    twice = Text({"ar": "صدرت بناءً على محاولة ثبت الخطأ فيها.", "en": "It rests on an attempt found to be faulty."})
    with doors.writing(hr) as work:
        revoking.propose_revocation(work, held[PROPOSED], twice, "للمراجعة من شخص ثانٍ؛ المحضر محفوظ لدينا.")
    right_name = "هدى عبد العزيز أبو النجا"
    with doors.reading(hr) as work:
        person = people.find_person_id(work, f"{CORRECTED.address}@amana.example")
    with doors.writing(hr) as work:
        workforce.correct_person(work, person, "خطأ في حرف", name=right_name, latin_name="Hoda Abdelaziz Abou Elnaga")
    with doors.writing(hr) as work:
        renaming.correct_name(work, held[CORRECTED], right_name, "صحيفة الأحوال الوظيفية", "خطأ في حرف واحد")
    with doors.writing(hr) as work:
        erasing.erase_holder(work, held[ERASED], "انتهت مدة حفظ البيانات الشخصية.")


def _acting(doors: Works, public_id: str, role: Role) -> Actor:
    with doors.reading(_SYSTEM) as work:
        actor = people.learner_actor(work, public_id)
    return replace(actor, roles=frozenset({Role.LEARNER, role}))


def _complete(doors: Works, person: str, moment: datetime) -> str:
    """Let somebody take the module, pass and sign at a moment; return the record."""
    past = replace(doors, tools=replace(doors.tools, clock=lambda: moment))
    with past.writing(_SYSTEM) as work:
        people.assign_module(work, person, MODULE, (moment + timedelta(days=30)).date())
        actor = people.learner_actor(work, person)
    with past.writing(actor) as work:
        attempt_id = taking.begin_attempt(work, MODULE)
        for slot in get_stored(work, attempt_id).attempt.slots:
            for given in taking.turns_of(slot, soundest(slot.scenario)):
                last = get_stored(work, attempt_id).attempt.turns.get(slot.number)
                taking.answer(work, attempt_id, slot.number, given, last.number if last else 0, _SHOWN)
    with past.reading(actor) as work:
        pledge = completing.get_pledge(work, MODULE)
    signed = {"language": "ar", "digits": "arab", "way": "tick and button"}
    with past.writing(actor) as work:
        return completing.sign_pledge(work, MODULE, pledge.digest, signed)
