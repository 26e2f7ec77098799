"""The installation copied from one database into another, and looked at there: the audit trail and every record."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.connection import connect
from quiz.db.plain_rows import Unreadable
from quiz.db.transfer import Told, Transferred, TransferRefused, transfer
from quiz.records.audit_tip import Tip
from quiz.records.audit_walk import Walk
from quiz.services import audit_checking, sealing
from quiz.services.stored_checking import CheckedAll, Problem, check_all
from quiz.services.tools import Tools
from quiz.services.unit_of_work import UnitOfWork, Works

__all__ = ["Copied", "Told", "TransferRefused", "Unreadable", "copy_installation"]
_TARGET = Target("database")


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied, and what came of looking at the copy; `checked` is None where records were passed over."""

    rows: Transferred
    walk: Walk
    checked: CheckedAll | None
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing is wrong."""
        return not (self.walk.broken or self.problems)


def copy_installation(
    source: str,
    target: str,
    tools: Tools,
    actor: Actor,
    tips: Sequence[Tip],
    told: Told,
    say: Callable[[str], None],
    checks_records: bool = True,
) -> Copied:
    """Copy and compare everything, and look at the copy; raise TransferRefused or Unreadable, and nothing stays then.

    What is wrong with the copy is wrong with what it was copied from: each row is the same. `tips` are those of the
    audit trail that were kept outside.
    """
    rows = transfer(source, target, told)
    with _opened(target, tools) as works:
        say("going along the audit trail")
        walk = _walk(works, actor, tips)
        problems: list[Problem] = []
        checked = None
        if checks_records:
            say("making every record again")
            with works.reading(actor) as work:
                checked = check_all(work, problems.append)
        with works.writing(actor) as work:
            _trace(work, source, rows)
    return Copied(rows, walk, checked, problems)


@contextmanager
def _opened(url: str, tools: Tools) -> Iterator[Works]:
    database = connect(url)
    try:
        # What this process keeps of another database is no part of this one.
        yield Works(database, replace(tools, kept=type(tools.kept)()))
    finally:
        database.engine.dispose()


def _walk(works: Works, actor: Actor, tips: Sequence[Tip]) -> Walk:
    with works.reading(actor) as work:
        walk = audit_checking.begin_walk(work)
    for _ in audit_checking.walk_to_end(works, actor, walk):
        pass
    if not walk.broken:
        # The keys are those of the chain, as is known now: what waited for the worker of the source is sealed here.
        for _ in chain(sealing.seal_all(works, actor), audit_checking.walk_to_end(works, actor, walk)):
            pass
    with works.reading(actor) as work:
        audit_checking.end_walk(work, walk, tips)
    return walk


def _trace(work: UnitOfWork, source: str, rows: Transferred) -> None:
    work.require(Permission.OPERATION_DATABASE_COPY, _TARGET)
    engine = source.partition(":")[0].partition("+")[0]
    work.audit(Permission.OPERATION_DATABASE_COPY, _TARGET, source=engine, tables=rows.tables, rows=rows.rows)
