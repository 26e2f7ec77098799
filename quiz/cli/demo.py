"""`quiz demo`: an invented organisation with people in every state, made by the same deeds as real ones."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import click

from quiz.access.actor import Actor, Role
from quiz.cli.demo_answers import HEAD, answer_in_plenty, tell_of_all
from quiz.cli.demo_keys import make_keys
from quiz.cli.demo_questions import converse
from quiz.cli.demo_records import SHARED, keep_records, sign_records
from quiz.cli.install import install_from
from quiz.cli.opening import settings, told, works
from quiz.db import schema
from quiz.engine.attempt import Shown
from quiz.engine.extremes import least_sound, soundest
from quiz.engine.response import Response
from quiz.engine.scenario import Scenario
from quiz.engine.text import Text
from quiz.services import completing, loading, organisation, people, taking
from quiz.services.errors import NotFound
from quiz.services.stored_attempts import get_stored
from quiz.services.tools import system_clock
from quiz.services.unit_of_work import Works
from quiz.settings.operator import demo_folder, folder

PASSWORD = "amana-demo"  # nosec B105 # noqa: S105 - printed on purpose, and only ever on loopback
MODULES = ("onboarding-social-media", "exam-social-media")
SHOWN = Shown("ar", "arab")
_SYSTEM = Actor.system("demo")


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody invented: address, Arabic and Latin name, roles, and how far they came."""

    address: str
    name: str
    latin_name: str
    roles: tuple[Role, ...] = ()
    stage: str = "none"
    extra_time: int = 0
    modules: tuple[str, ...] = MODULES


PEOPLE = (
    DemoPerson("hire", "مريم عبد الله السيد حسن", "Mariam Abdallah Elsayed Hassan", stage="assigned"),
    DemoPerson("manager", "كريم رضا محمود الشافعي", "Karim Reda Mahmoud Elshafei", (Role.MANAGER,)),
    DemoPerson("editor", "نهى إبراهيم سالم", "Noha Ibrahim Salem", (Role.EDITOR,)),
    DemoPerson("reviewer", "مينا جرجس عبد الملاك", "Mina Girgis Abdelmalak", (Role.REVIEWER,)),
    DemoPerson("adviser", "هناء لؤي الأحمدي", "Hanaa Loay Alahmadi", (Role.ADVISER,)),
    DemoPerson("hr", "رضا فؤاد منصور", "Reda Fouad Mansour", (Role.HR,)),
    DemoPerson("auditor", "سلمى طارق البدري", "Salma Tarek Elbadry", (Role.AUDITOR,)),
    DemoPerson("admin", "يوسف آدم الطحان", "Youssef Adam Eltahan", (Role.ADMIN,)),
    DemoPerson("late", "عادل سمير بطرس", "Adel Samir Boutros", stage="late"),
    DemoPerson("under-way", "دعاء مصطفى الليثي", "Doaa Mostafa Elleithy", stage="under_way"),
    DemoPerson("waiting", "شريف ماهر قنديل", "Sherif Maher Kandil", stage="not_passed"),
    DemoPerson("pledge", "إيمان عبد الرحمن نصر", "Eman Abdelrahman Nasr", stage="passed"),
    DemoPerson(
        "completed",
        "ليلى حسام الدين وهبة",
        "Laila Hossameldin Wahba",
        stage="completed",
        modules=(*MODULES, "managers-duties", "yearly-renewal"),
    ),
    DemoPerson(
        "extra-time",
        "باسم نبيل عوض الله",
        "Bassem Nabil Awadallah",
        stage="assigned",
        extra_time=50,
        modules=(*MODULES, "running-an-official-account", "systems-and-data", "gifts-and-conflicts"),
    ),
)


def _clocked(doors: Works, moment: datetime) -> Works:
    return replace(doors, tools=replace(doors.tools, clock=lambda: moment))


def _answer(doors: Works, actor: Actor, attempt_id: str, count: int, choose: Callable[[Scenario], Response]) -> None:
    """Answer the first places, turn by turn where a scenario has several."""
    for number in range(1, count + 1):
        with doors.reading(actor) as work:
            slot = get_stored(work, attempt_id).attempt.slot(number)
        for given in taking.turns_of(slot, choose(slot.scenario)):
            with doors.writing(actor) as work:
                last = get_stored(work, attempt_id).attempt.turns.get(number)
                taking.answer(work, attempt_id, number, given, last.number if last else 0, SHOWN)


def _bring_to(doors: Works, stage: str, actor: Actor, module: str) -> None:
    """Bring a person's module to a stage by the deeds of a learner."""
    if stage in {"assigned", "late", "none"}:
        return
    with doors.writing(actor) as work:
        attempt_id = taking.begin_attempt(work, module)
    with doors.reading(actor) as work:
        total = len(get_stored(work, attempt_id).attempt.slots)
    if stage == "under_way":
        _answer(doors, actor, attempt_id, 3, soundest)
        return
    _answer(doors, actor, attempt_id, total, least_sound if stage == "not_passed" else soundest)
    if stage == "completed":
        with doors.reading(actor) as work:
            pledge = completing.get_pledge(work, module)
        with doors.writing(actor) as work:
            completing.sign_pledge(work, module, pledge.digest, {"language": "ar", "digits": "arab", "way": "demo"})


def make(doors: Works) -> None:
    """Make the organisation, its people and their states; everything is invented."""
    now = doors.tools.clock()
    with doors.writing(_SYSTEM) as work:
        name = Text(
            {
                "ar": "الهيئة النموذجية للخدمات العامة (عرض توضيحي)",
                "en": "Model Authority for Public Services (demonstration)",
            }
        )
        organisation.change_choices(work, organisation.Choices(name))
        for bank in ("eg-conduct", "eg-cybercrime"):
            addresses = loading.list_adoptable(work, bank)
            loading.adopt_provisions(work, addresses, "Demonstration only: no copy of the text is attached.")
        # With codes, so that a system of HR can name them.
        top = people.add_unit(work, Text({"ar": "الهيئة النموذجية", "en": "Model Authority"}), "EG", code="HQ")
        unit = people.add_unit(
            work, Text({"ar": "إدارة التواصل المؤسسي", "en": "Institutional Communication"}), "EG", top, "COM"
        )
    ids = {}
    for number, person in enumerate(PEOPLE, 1):
        with doors.writing(_SYSTEM) as work:
            ids[person.address] = people.provision_person(
                work, f"DEMO-{number:04}", f"{person.address}@amana.example", person.name, unit, person.latin_name,
                person.extra_time,
            )  # fmt: skip
            people.set_first_password(work, ids[person.address], PASSWORD, is_known_to_all=True)
            for role in person.roles:
                people.grant_role(work, ids[person.address], role, unit if role is Role.MANAGER else None)
    for person in PEOPLE:
        if person.stage != "none":
            _assign(doors, person, ids[person.address], now)
    answer_in_plenty(_clocked(doors, now - timedelta(days=3)), top, (now + timedelta(days=60)).date(), PASSWORD)
    converse(doors, ids)
    keep_records(doors, ids, top, PASSWORD)
    tell_of_all(doors)


def _assign(doors: Works, person: DemoPerson, public_id: str, now: datetime) -> None:
    earlier = now - timedelta(days=100 if person.stage == "late" else 12)
    past = _clocked(doors, earlier)
    with past.writing(_SYSTEM) as work:
        due = (now - timedelta(days=5)).date() if person.stage == "late" else (now + timedelta(days=78)).date()
        modules = person.modules if person.stage in {"assigned", "completed"} else person.modules[:1]
        for module in modules:
            people.assign_module(work, public_id, module, due)
    with doors.reading(_SYSTEM) as work:
        actor = people.learner_actor(work, public_id)
    _bring_to(_clocked(doors, now - timedelta(days=2)), person.stage, actor, MODULES[0])


def is_made(doors: Works) -> bool:
    """Tell whether the demonstration stands already."""
    with doors.reading(_SYSTEM) as work:
        try:
            people.find_person_id(work, "hire@amana.example")
        except NotFound:
            return False
    return True


@click.command()
@told
def demo() -> None:
    """Bring the database up, publish the banks, and make the demonstration; again, only what is missing."""
    found = settings()
    if not found.demo:
        raise click.UsageError("demo people have a known password: set DEMO=1, and serve on 127.0.0.1 only.")
    # Before the works are opened, which sign with what stands there.
    make_keys(demo_folder(found.database_url), system_clock())
    doors = works()
    schema.upgrade(doors.database.engine)
    done = install_from(doors, folder("content"))
    if done.scenarios:
        click.echo(f"banks: {done.instruments} instruments, {done.scenarios} scenarios, {done.modules} modules")
    if not is_made(doors):
        make(doors)
    sign_records(doors)
    click.echo(f"\n  {found.base_url}\n")
    click.echo(f"  password of every demo person: {PASSWORD}")
    for person in PEOPLE[:8]:
        click.echo(f"  {person.address}@amana.example")
    click.echo(f"  {HEAD}")
    click.echo(f"\n  a record shared with initials: {found.base_url}/shared/{SHARED}")
    click.echo("")
