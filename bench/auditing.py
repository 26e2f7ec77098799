"""What the chain over the audit trail costs: sealing by ten thousand entries, going along it by a hundred thousand."""

import time
from pathlib import Path

from sqlalchemy import insert

from bench import stage
from quiz.access.actor import Actor
from quiz.db import schema
from quiz.db.connection import connect
from quiz.db.models.trace import AuditEntryRow
from quiz.services import audit_checking, sealing
from quiz.services.unit_of_work import Works

ENTRIES = 20_000
_ACTOR = Actor.system("bench")


def chain_seconds(where: Path, entries: int = ENTRIES, url: str | None = None) -> tuple[float, float]:
    """Return the seconds of sealing ten thousand entries, and of going along a hundred thousand links."""
    url = url or f"sqlite:///{where / 'auditing.db'}"
    database = connect(url)
    schema.upgrade(database.engine)
    works = Works(database, stage.tools_of(stage.settings_of(url), where))
    _lay(works, entries)
    started = time.perf_counter()
    sealed = sum(sealing.seal_all(works, _ACTOR))
    sealing_took = time.perf_counter() - started
    started = time.perf_counter()
    with works.reading(_ACTOR) as work:
        walk = audit_checking.begin_walk(work)
    for _ in audit_checking.walk_to_end(works, _ACTOR, walk):
        pass
    walking_took = time.perf_counter() - started
    assert (sealed, walk.number, walk.broken) == (entries, entries, 0)
    database.engine.dispose()
    return sealing_took * 10_000 / entries, walking_took * 100_000 / entries


def _lay(works: Works, entries: int) -> None:
    now = works.tools.clock()
    whole = {
        "at": now, "actor": f"person:{'a' * 32}", "deed": "people:account:use", "target_kind": "sign-in",
        "was_allowed": True, "because": "done", "details": {"what": "signed-out"},
    }  # fmt: skip
    with works.database.writing_turn(), works.database.writes() as session:
        for first in range(0, entries, 5_000):
            session.execute(
                insert(AuditEntryRow),
                [{**whole, "target_id": f"{number:032x}"} for number in range(first, min(first + 5_000, entries))],
            )
        session.commit()


if __name__ == "__main__":
    import sys

    with stage.temporary_folder() as made_in:
        count = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
        seal, walk = chain_seconds(made_in, count, sys.argv[2] if len(sys.argv) > 2 else None)
        print(f"{count} entries: sealing {seal:.2f} s by 10 000, going along {walk:.2f} s by 100 000")
