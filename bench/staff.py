"""How long a file of staff takes: read, compared and carried out, first as new people, then as moved ones."""

import time

from quiz.access.actor import Actor
from quiz.db.connection import connect
from quiz.db.schema import upgrade
from quiz.engine.text import Text
from quiz.services import people, staffing
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works

_ACTOR = Actor.system("bench")
_UNITS = 500
_HEADS = "الرقم الوظيفي,الاسم,البريد الإلكتروني,رمز الوحدة,تاريخ الالتحاق,الغياب من,الغياب حتى"


def staff_seconds(where: str, rows: int) -> float:
    """Return the seconds in which a file of so many new people is looked at and carried out in a new database."""
    database = connect(where)
    upgrade(database.engine)
    works = Works(database, Tools.real("file:/dev/null", "http://127.0.0.1", 1024, 1))
    with works.writing(_ACTOR) as work:
        for number in range(_UNITS):
            people.add_unit(work, Text({"ar": f"وحدة {number}", "en": f"Unit {number}"}), "EG", code=f"U{number}")
    return import_seconds(works, staff_file(rows))


def import_seconds(works: Works, content: bytes) -> float:
    """Return the seconds in which a file is looked at and carried out."""
    begun = time.perf_counter()
    with works.writing(_ACTOR) as work:
        public_id = staffing.stage(work, "staff", "staff.csv", content)
    with works.writing(_ACTOR) as work:
        staffing.confirm(work, public_id)
    more = True
    while more:
        with works.writing(_ACTOR) as work:
            more = staffing.go_on(work, public_id)
    return time.perf_counter() - begun


def staff_file(rows: int, shift: int = 0) -> bytes:
    """Return a file of so many people; with a shift each stands in another unit."""
    lines = [
        f"{number:06},هناء عبد الله رضا سالم,p{number}@amana.example,U{(number + shift) % _UNITS},١٤٤٨/٠١/١٥,,"
        for number in range(rows)
    ]
    return "\n".join([_HEADS, *lines]).encode()
