"""What waits to be sealed, where some of it is not there any more."""

from sqlalchemy import text

from quiz.db.connection import Database
from quiz.services import sealing
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM

_ENTRY = (
    "INSERT INTO audit_entry (id, at, actor, deed, target_kind, target_id, was_allowed, because, details) "
    "VALUES (701, '2026-11-22 10:00:00+00', 'system:tests', 'x', 'y', 'z', true, 'because', '{}')"
)


def test_entries_that_are_gone_hold_up_nobody_behind_them(bare_database: Database, tools: Tools) -> None:
    works = Works(bare_database, tools)
    with works.database.writes() as session:
        for key in range(101, 701):
            session.execute(text("INSERT INTO audit_waiting VALUES (:key)"), {"key": key})
        session.execute(text(_ENTRY.replace("+00", "") if works.database.is_sqlite else _ENTRY))
        session.commit()
    with works.writing(SYSTEM) as work:
        assert sealing.seal_some(work) == 1
    with works.database.reads() as session:
        assert session.execute(text("SELECT entry_id FROM audit_link")).scalars().all() == [701]
