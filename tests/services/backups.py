"""A small organisation with a backup of it, for tests of both."""

from pathlib import Path

from quiz.db.connection import Database
from quiz.db.queries import people as queries
from quiz.engine.text import Text
from quiz.services import people, sealing, sign_ins
from quiz.services.backing_up import take_backup
from quiz.services.backup_archive import BackupKey
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM

SECRET = "a key for tests only, long enough: 0123456789"
KEY = BackupKey.of(SECRET)
Kept = tuple[Path, Works]


def made(database: Database, tools: Tools, folder: Path) -> Kept:
    """Make a backup of a person who is signed in, with a link and a mail that waits."""
    works = Works(database, tools)
    with works.writing(SYSTEM) as work:
        unit = people.add_unit(work, Text({"ar": "إدارة", "en": "Department"}), "EG")
        public_id = people.provision_person(work, "OWN-1", "own@amana.example", "نهى رضا", unit)
        people.invite(work, public_id)
        row = queries.find_person_by_public_id(work.session, public_id)
        assert row is not None
        sign_ins.new_sign_in(work, row, "Firefox", "password")
    with works.writing(SYSTEM) as work:
        sealing.seal_some(work)
    path = folder / "kept.backup"
    take_backup(works, SYSTEM, path, KEY, {"SECRET_KEY": b"of then"})
    return path, works
