"""What a backup and a restore cost: an organisation in which everybody sat one exam of twenty answers."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from bench import auditing, stage
from bench.in_process import ClientBrowser
from bench.journeys import whole_journey
from quiz.access.actor import Actor
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.attempts import AttemptRow
from quiz.db.models.base import Base
from quiz.db.models.mark_sheets import MarkSheetRow
from quiz.db.models.people import PersonRow
from quiz.db.models.steps import AttemptStepRow
from quiz.factory import create_app
from quiz.services import sealing
from quiz.services.backing_up import take_backup
from quiz.services.backup_archive import Archive, BackupKey
from quiz.services.restoring import Choices, check_fits, place_of, restore

_ACTOR = Actor.system("bench")
ENTRIES_EACH = 5


@dataclass(frozen=True, slots=True)
class BackupTimes:
    """Seconds and bytes of a backup, and the seconds of bringing it back with the audit trail checked."""

    database_bytes: int
    backup_bytes: int
    taking: float
    restoring: float


def backup_times(where: Path, people: int, server: str | None = None) -> BackupTimes:
    """Return what a backup of an organisation costs; of so many cloned attempts no record is made again."""
    with stage.database_url(where, server, "backed-up") as url, stage.stage(url, where, 1) as stood:
        _fill(stood, people)
        size = _size(stood)
        file, key, spoken = where / "organisation.backup", BackupKey.of("a secret to measure with"), []
        began = time.perf_counter()
        take_backup(stood.works, _ACTOR, file, key, {})
        taking = time.perf_counter() - began
        with stage.database_url(where, server, "restored") as target, closing(Archive(file)) as archive:
            began = time.perf_counter()
            place = place_of(target)
            check_fits(archive.stated, place, target)
            chosen = Choices(checks_records=False)
            done = restore(archive, place, stood.works.tools, _ACTOR, chosen, spoken.append)
            restoring = time.perf_counter() - began
        assert done.is_whole, done.faults[:3]
        return BackupTimes(size, file.stat().st_size, taking, restoring)


def _fill(stood: stage.Stage, people: int) -> None:
    """Let one person sit an exam, and lay as many more beside them, with what they left in the audit trail."""
    settings = stage.settings_of(stood.url)
    app = create_app(settings, stood.works.database, stage.tools_of(settings, stood.folder))
    app.config["WTF_CSRF_ENABLED"] = False
    whole_journey(ClientBrowser(app.test_client()), stood, stood.emails[0], 3)
    with stood.works.database.writing_turn(), stood.works.database.writes() as session:
        _clone(session, people)
        session.commit()
    auditing._lay(stood.works, people * ENTRIES_EACH)
    for _ in sealing.seal_all(stood.works, _ACTOR):
        pass


def _clone(session: Session, people: int) -> None:
    person, assignment, attempt, sheet = (
        dict(session.execute(select(kind.__table__)).mappings().one())
        for kind in (PersonRow, AssignmentRow, AttemptRow, MarkSheetRow)
    )
    steps = [dict(row) for row in session.execute(select(AttemptStepRow.__table__)).mappings()]
    first = {"person": person["id"], "assignment": assignment["id"], "attempt": attempt["id"]}
    numbers = range(1, people)

    def beside(row: dict[str, Any], number: int, **changes: Any) -> dict[str, Any]:
        return {**row, "id": row["id"] + number, "public_id": f"{number:032x}", **changes}

    _lay(
        session,
        PersonRow,
        (beside(person, n, hr_number=f"C-{n}", email=f"clone{n}@bench.example") for n in numbers),
    )
    _lay(session, AssignmentRow, (beside(assignment, n, person_id=first["person"] + n) for n in numbers))
    _lay(
        session,
        AttemptRow,
        (beside(attempt, n, person_id=first["person"] + n, assignment_id=first["assignment"] + n) for n in numbers),
    )
    _lay(session, MarkSheetRow, ({**sheet, "attempt_id": first["attempt"] + n} for n in numbers))
    _lay(session, AttemptStepRow, ({**step, "attempt_id": first["attempt"] + n} for n in numbers for step in steps))


def _lay(session: Session, kind: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    waiting = iter(rows)
    while some := list(islice(waiting, 5_000)):
        session.execute(insert(kind.__table__), some)  # type: ignore[arg-type]
    if session.get_bind().dialect.name == "postgresql" and "id" in kind.__table__.columns:
        table = kind.__tablename__
        session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"))  # nosec B608 # names of our own tables


def _size(stood: stage.Stage) -> int:
    if stood.works.database.is_sqlite:
        with stood.works.database.engine.connect() as connection:
            pages = connection.scalar(text("PRAGMA page_count")) or 0
            return int(pages) * int(connection.scalar(text("PRAGMA page_size")) or 0)
    with stood.works.database.engine.connect() as connection:
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def main() -> None:
    """Print the figures for so many people; `--postgresql URL` names a server on which databases may be made."""
    parser = ArgumentParser(prog="python -m bench.backing_up", description=__doc__)
    parser.add_argument("people", type=int, nargs="?", default=100_000)
    parser.add_argument("--postgresql", metavar="URL")
    chosen = parser.parse_args()
    with stage.temporary_folder() as where:
        found = backup_times(where, chosen.people, chosen.postgresql)
    mib = 1024 * 1024
    print(
        f"{chosen.people} people, database {found.database_bytes / mib:.0f} MiB: backup {found.backup_bytes / mib:.0f} "
        f"MiB in {found.taking:.1f} s, restored and its trail checked in {found.restoring:.1f} s",
        file=sys.stdout,
    )


if __name__ == "__main__":
    main()
