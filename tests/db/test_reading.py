"""How PostgreSQL is read: each statement by itself, but for what is fetched some rows at a time."""

from typing import Any

import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from quiz.db.connection import Database
from quiz.db.models.catalogue import ScenarioRow
from quiz.db.queries.batches import stream


def driver_of(session: Session) -> Any:
    return session.connection().connection.driver_connection


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_a_reader_is_in_no_transaction_until_it_streams(own_database: Database) -> None:
    with own_database.reads() as session:
        count = session.scalar(select(func.count()).select_from(ScenarioRow))
        assert driver_of(session).info.transaction_status == TransactionStatus.IDLE
        rows = stream(session, select(ScenarioRow.id), 2)
        first = next(rows)
        assert driver_of(session).info.transaction_status == TransactionStatus.INTRANS
        assert 1 + len(list(rows)) == count
        assert first is not None
    with own_database.writes() as session:
        # The same connection, as the pool gives it out again.
        session.execute(text("SELECT 1"))
        assert driver_of(session).info.transaction_status == TransactionStatus.INTRANS
    with own_database.reads() as session:
        session.execute(text("SELECT 1"))
        assert driver_of(session).info.transaction_status == TransactionStatus.IDLE
