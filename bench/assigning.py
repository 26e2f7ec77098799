"""How long a night of the rules takes over many people: the first, when all is given, and one on which nothing is."""

import shutil
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import insert, select

from bench import stage
from quiz.access.actor import Actor
from quiz.bank.reader import read_folder
from quiz.db import schema
from quiz.db.models.people import PersonRow, UnitRow
from quiz.engine.text import Text
from quiz.services import assignment_rules, evaluating, people, turning
from quiz.services.assignment_rules import RuleDraft
from quiz.services.loading import Release, adopt_provisions, install_release, list_adoptable
from quiz.services.unit_of_work import Works
from quiz.settings.operator import folder

ACTOR = Actor.system("bench")
UNITS = 50
MODULES = ("onboarding-social-media", "exam-social-media")


def assigning_seconds(where: Path, how_many: int, url: str | None = None) -> dict[str, float]:
    """Return the seconds of the preview of a rule, of its first night, of an idle night, and of turning each day."""
    database_url = url or f"sqlite:///{where / f'assigning-{how_many}.db'}"
    works = stage.works_of(database_url, where)
    schema.upgrade(works.database.engine)
    try:
        _stock(works)
        _insert_people(works, how_many)
        return _measure(works)
    finally:
        works.database.engine.dispose()


def _measure(works: Works) -> dict[str, float]:
    today = works.tools.clock().date()
    drafts = [
        RuleDraft(MODULES[0], "everybody", today, "bench", renewal="calendar_year"),
        RuleDraft(MODULES[1], "joiners", today, "bench", due="after_joining", due_after="P90D"),
        RuleDraft(MODULES[1], "audience", today, "bench", audience="it", renewal="before_expiry", renew_before="P60D"),
    ]
    seconds = {}
    with works.reading(ACTOR) as work:
        started = time.perf_counter()
        assignment_rules.preview_rule(work, drafts[0])
        seconds["preview"] = time.perf_counter() - started
    with works.writing(ACTOR) as work:
        for draft in drafts:
            assignment_rules.make_rule(work, draft)
    # The days of the units' moves and of renewals are nights like these, with fewer rows to write.
    for name, days in (("first night", 0), ("first turning", 0), ("idle night", 1), ("idle turning", 1)):
        night = _days_later(works, days)
        started = time.perf_counter()
        if name.endswith("night"):
            evaluating.run_rules(night, ACTOR)
        else:
            with night.writing(ACTOR) as work:
                turning.turn_day(work)
        seconds[name] = time.perf_counter() - started
    return seconds


def _days_later(works: Works, days: int) -> Works:
    now = works.tools.clock() + timedelta(days=days)
    return Works(works.database, replace(works.tools, clock=lambda: now))


def _stock(works: Works) -> None:
    reading = read_folder(folder("content"))
    kinds = (reading.instruments, reading.scenarios, reading.modules)
    with works.writing(ACTOR) as work:
        install_release(work, Release(*(tuple(one.document for one in sources) for sources in kinds)))
    with works.writing(ACTOR) as work:
        adopt_provisions(work, list_adoptable(work, "eg-conduct"), "for measuring")
    with works.writing(ACTOR) as work:
        for number in range(UNITS):
            people.add_unit(work, Text({"ar": f"إدارة {number}", "en": f"Unit {number}"}), "EG")


def _insert_people(works: Works, how_many: int) -> None:
    now = works.tools.clock()
    with works.database.writes() as session:
        units = list(session.scalars(select(UnitRow.id)))
        rows = [
            {
                "public_id": f"{number:032x}",
                "hr_number": f"B-{number}",
                "email": f"person{number}@amana.example",
                "name": "هناء عبد الله رضا",
                "jurisdiction": "EG",
                "unit_id": units[number % len(units)],
                "created_at": now,
                "joined_on": now.date() if number % 10 == 0 else date(2020, 1, 1),
                "job_families": ["it"] if number % 5 == 0 else [],
            }
            for number in range(how_many)
        ]
        for first in range(0, how_many, 5000):
            session.execute(insert(PersonRow), rows[first : first + 5000])
        session.commit()


def main() -> None:
    """Print the figures for some numbers of people; `--postgresql URL` names an empty database for one number."""
    numbers = [int(one) for one in sys.argv[1:] if one.isdigit()] or [1_000, 10_000, 100_000]
    url = sys.argv[sys.argv.index("--postgresql") + 1] if "--postgresql" in sys.argv else None
    for number in numbers:
        where = Path(tempfile.mkdtemp())
        try:
            found = assigning_seconds(where, number, url)
        finally:
            shutil.rmtree(where)
        print(f"{number:>7} people:", ", ".join(f"{name} {value:.2f} s" for name, value in found.items()), flush=True)


if __name__ == "__main__":
    main()
