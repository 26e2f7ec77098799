"""Run by the test of crashes, alone in a process: dies in the middle of an answer, once after each statement.

The answer given is the one that ends an attempt, because it writes the most. Each try is a process of its own that
dies without any farewell; what it left is counted by a plain connection and printed, a line of JSON a try.
"""

import json
import os
import sqlite3
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import event

from quiz.access.actor import Actor, Role
from quiz.db.connection import connect
from quiz.engine.attempt import Shown
from quiz.services import taking
from quiz.services.taking import Given
from quiz.services.tools import MemoryMailer, Tools
from quiz.services.unit_of_work import Works

DIED = 137
MOST_TRIES = 60


def answer(told: dict[str, Any], dies_after: int) -> None:
    """Give the answer, and die after so many statements; the commit counts as one, before it is carried out."""
    now = datetime.fromisoformat(told["now"])
    tools = Tools(lambda: now, os.urandom, PasswordHasher(), MemoryMailer(), "http://x")
    works = Works(connect(f"sqlite:///{told['path']}"), tools)
    heard = 0

    def hear(*_: object) -> None:
        nonlocal heard
        heard += 1
        if heard > dies_after:
            os._exit(DIED)

    event.listen(works.database.engine, "after_cursor_execute", hear)
    event.listen(works.database.engine, "commit", hear)
    actor = Actor("person:dying", told["person_id"], frozenset({Role.LEARNER}))
    with works.writing(actor) as work:
        given = Given(chosen=tuple(told["chosen"]))
        taking.answer(work, told["attempt_id"], told["place"], given, 0, Shown("ar", "arab"))
    os._exit(0)


def left(told: dict[str, Any]) -> list[object]:
    """Return what stands: steps, end, state, messages, and whether the file is sound."""
    with sqlite3.connect(told["path"]) as plain:
        of_attempt = "FROM attempt_step JOIN attempt ON attempt.id = attempt_id WHERE public_id = ?"
        return [
            plain.execute(f"SELECT count(*) {of_attempt}", [told["attempt_id"]]).fetchone()[0],
            plain.execute("SELECT outcome FROM attempt WHERE public_id = ?", [told["attempt_id"]]).fetchone()[0],
            plain.execute("SELECT state FROM assignment").fetchone()[0],
            plain.execute("SELECT count(*) FROM outbox_message").fetchone()[0],
            plain.execute("PRAGMA integrity_check").fetchone()[0],
        ]


def main() -> None:
    """Try until one process lives."""
    told = json.loads(Path(sys.argv[1]).read_text())
    for dies_after in range(MOST_TRIES):
        child = os.fork()
        if child == 0:
            try:
                answer(told, dies_after)
            finally:
                os._exit(1)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps([status, left(told)]))
        if status != DIED:
            return


if __name__ == "__main__":
    main()
