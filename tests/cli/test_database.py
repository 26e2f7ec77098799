"""`quiz db` and backups: on a database with a replica, and behind a pooler."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from bench.clusters import Pair
from quiz.db.connection import Database
from tests.fixtures.clusters import paused

# A port is looked for.
pytestmark = pytest.mark.enable_socket


def test_whether_the_replica_is_read_and_why_not_is_told(
    pair: Pair, replicated: Database, quiz: Callable[..., Result]
) -> None:
    name = replicated.engine.url.database or ""
    here, there = pair.primary.url(name), pair.replica.url(name)
    found = quiz("db", "check", DATABASE_URL=here, DATABASE_REPLICA_URL=there)
    assert (found.exit_code, "replica: read, at most 0.0 s behind" in found.output) == (0, True)
    assert "connections: at most 9 for each process of quiz serve and quiz work; the server takes 40" in found.output
    wrong = quiz("db", "check", DATABASE_URL=here, DATABASE_REPLICA_URL=here)
    assert (wrong.exit_code, "replica: passed over, it is no replica" in wrong.output) == (1, True)
    with paused(pair):
        pair.primary.run("CREATE TABLE made_meanwhile ()", name)
        behind = {"DATABASE_URL": here, "DATABASE_REPLICA_URL": there, "REPLICA_LAG_SECONDS": "2"}
        late = quiz("db", "check", **behind)
    assert (late.exit_code, "replica: passed over, it is more than 2 s behind" in late.output) == (1, True)


@pytest.mark.parametrize("words", [("db", "upgrade"), ("backup", "taken.amana")])
def test_what_needs_one_session_is_not_begun_behind_a_pooler(
    quiz: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    said = quiz(*words, DATABASE_URL="postgresql://nobody@127.0.0.1:1/amana", DATABASE_POOLER="1")
    assert (said.exit_code, "Name the server itself in DATABASE_URL" in said.output) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_process_holds_a_connection_for_each_thread_and_two(
    quiz: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen: list[str] = []
    note = lambda *_: chosen.append(os.environ["DATABASE_POOL_SIZE"])  # noqa: E731 - in the place of two things
    monkeypatch.setattr("os.execv", note)
    monkeypatch.setattr("quiz.jobs.worker.work", note)
    quiz("serve", "--threads", "6")
    quiz("serve", "--threads", "6", DATABASE_POOL_SIZE="30")
    quiz("work", "--threads", "20")
    assert chosen == ["8", "30", "22"]
