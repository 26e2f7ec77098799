"""Reading the trail at ten million rows: every way of narrowing goes along an index, in order, and reads one page."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite

from quiz.db.connection import Database
from quiz.db.queries.audit_trail import Wanted, statement_of
from tests.db.plans import explained

NOW = datetime(2026, 11, 22, tzinfo=UTC)
WAYS = {
    "all": (Wanted(), "ix_audit_entry_at"),
    "onward": (Wanted(before=(NOW, 7)), "ix_audit_entry_at"),
    "days": (Wanted(since=NOW, until=NOW + timedelta(days=1)), "ix_audit_entry_at"),
    "actor": (Wanted(actor="person:x"), "ix_audit_entry_actor"),
    "actor onward": (Wanted(actor="person:x", before=(NOW, 7)), "ix_audit_entry_actor"),
    "deed": (Wanted(deed="x", since=NOW), "ix_audit_entry_deed"),
    "kind": (Wanted(target_kind="x"), "ix_audit_entry_target_kind"),
    "target": (Wanted(target_id="x"), "ix_audit_entry_target_id"),
    "refused": (Wanted(was_allowed=False), "ix_audit_entry_refused"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_page_goes_along_an_index_and_sorts_nothing(database: Database, way: str) -> None:
    wanted, index = WAYS[way]
    dialect = sqlite.dialect() if database.is_sqlite else postgresql.dialect()
    statement = str(statement_of(wanted, 51).compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    with database.reads() as session:
        if database.is_sqlite:
            plan = "\n".join(row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {statement}")))
            assert "USE TEMP B-TREE" not in plan, plan
            assert f"USING INDEX {index}" in plan, plan
            assert "SCAN audit_link" not in plan, plan
        else:
            # The table of a test is so short that reading all of it would be right.
            for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin"):
                session.execute(text(f"SET LOCAL enable_{way} = off"))
            found = explained(session.connection(), statement.replace("%", "%%"), ())
            assert not found.is_sorting, found.document
            assert index in found.indexes, found.document
            assert not found.scanned, found.document
