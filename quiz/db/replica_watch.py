"""How far a replica is behind: both servers are asked, and positions in the log compared.

A clock would not do: on a primary where nothing happens a replica replays nothing, however well it is. So it is
remembered when the primary stood where. A replica that has replayed up to there holds all that was stored until then.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

import psycopg
from psycopg.abc import RV, PQGen
from sqlalchemy import URL

# As long as it is watched it is asked so often, and each answer may take so long.
LOOKS_EVERY, ANSWERS_WITHIN = 1.0, 2.0
# Right after the primary was asked, a healthy replica is some milliseconds behind: it is asked again.
_AGAIN_AFTER = (0.01, 0.05)
# How many places of the primary are remembered; behind them no figure is given.
_REMEMBERED = 600
_STANDING = (
    "SELECT pg_is_in_recovery(), system_identifier::text || '/' ||"
    " (SELECT oid FROM pg_database WHERE datname = current_database()),"
    " (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END - '0/0')::bigint"
    " FROM pg_control_system()"
)
_REPLAYED = "SELECT (pg_last_wal_replay_lsn() - '0/0')::bigint"
_SCHEMA = "SELECT max(version_num) FROM alembic_version"


class Standing(StrEnum):
    """How a replica stands."""

    UNKNOWN = "unknown"
    READ = "read"
    BEHIND = "behind"
    GONE = "gone"
    REFUSED = "refused"
    RESTING = "resting"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look found: all that the primary had stored at the moment `covers` is in the replica."""

    standing: Standing
    why: str
    looked_at: float
    covers: float | None = None


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that waits for its server no longer than it should, even for one that stands still."""

    # Tells of the seconds that an answer took so far whether it is given up.
    gives_up: Callable[[float], bool] = staticmethod(lambda seconds: seconds > ANSWERS_WITHIN)

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Consume what is to be done on the connection, and close it where that is given up."""
        return super().wait(self._bounded(gen), interval, timeout)

    def _bounded(self, gen: PQGen[RV]) -> PQGen[RV]:
        began = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and self.gives_up(time.monotonic() - began):
                    self.close()
                    raise psycopg.OperationalError("the server did not answer in time")
                wanted = gen.send(ready)
        except StopIteration as end:
            return cast(RV, end.value)


@dataclass(frozen=True, slots=True)
class _Side:
    is_replica: bool
    which: str
    place: int | None
    schema: str | None


class _Line:
    """A connection of the watch's own to one side, opened anew where it broke."""

    def __init__(self, address: URL) -> None:
        self._address = address.set(drivername="postgresql").render_as_string(hide_password=False)
        self._held: BoundedConnection | None = None

    def ask(self) -> _Side:
        """Ask how the server stands; raise psycopg.Error."""
        try:
            is_replica, which, place = self._one(_STANDING)
            try:
                (schema,) = self._one(_SCHEMA)
            except psycopg.errors.UndefinedTable:
                schema = None
        except psycopg.Error:
            self.close()
            raise
        return _Side(is_replica, which, place, schema)

    def ask_replayed(self) -> int:
        """Ask up to where a replica has replayed; raise psycopg.Error."""
        try:
            (place,) = self._one(_REPLAYED)
        except psycopg.Error:
            self.close()
            raise
        return int(place or 0)

    def _one(self, statement: str) -> tuple[Any, ...]:
        if self._held is None:
            # Nothing is prepared: a pooler may hand every statement to another session.
            self._held = BoundedConnection.connect(self._address, autocommit=True, prepare_threshold=None)
        row = self._held.execute(statement).fetchone()
        return cast(tuple[Any, ...], row)

    def close(self) -> None:
        """Close the connection."""
        if self._held is not None:
            self._held.close()
            self._held = None


class Watch:
    """Looks at a primary and its replica; used by one thread."""

    def __init__(
        self, primary: URL, replica: URL, most_behind: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._primary, self._replica = _Line(primary), _Line(replica)
        self._most_behind, self._clock = most_behind, clock
        # When the primary stood where.
        self._places: deque[tuple[float, int]] = deque(maxlen=_REMEMBERED)

    def look(self) -> Finding:
        """Ask both and compare."""
        try:
            there = self._replica.ask()
        except psycopg.Error as fault:
            return self._found(Standing.GONE, f"it does not answer ({_kind(fault)})")
        asked_at = self._clock()
        try:
            here = self._primary.ask()
        except psycopg.Error as fault:
            return self._found(Standing.UNKNOWN, f"the primary does not answer ({_kind(fault)})")
        why = _mismatch(here, there)
        if why:
            return self._found(Standing.REFUSED, why)
        place, replayed = here.place or 0, there.place or 0
        if self._places and place < self._places[-1][1]:
            # Another server has taken the primary's place, and what was remembered was of the one before.
            self._places.clear()
        self._places.append((asked_at, place))
        try:
            return self._compare(place, replayed)
        except psycopg.Error as fault:
            return self._found(Standing.GONE, f"it does not answer ({_kind(fault)})")

    def _compare(self, place: int, replayed: int) -> Finding:
        for pause in _AGAIN_AFTER:
            if replayed >= place:
                break
            time.sleep(pause)
            replayed = self._replica.ask_replayed()
        covers = max((at for at, stood in self._places if stood <= replayed), default=None)
        now = self._clock()
        if covers is None:
            return self._found(Standing.BEHIND, f"it is more than {now - self._places[0][0]:.0f} s behind")
        if now - covers > self._most_behind:
            return self._found(Standing.BEHIND, f"it is {now - covers:.0f} s behind", covers)
        return self._found(Standing.READ, "", covers)

    def _found(self, standing: Standing, why: str, covers: float | None = None) -> Finding:
        return Finding(standing, why, self._clock(), covers)

    def close(self) -> None:
        """Close both connections."""
        self._primary.close()
        self._replica.close()


def _kind(fault: psycopg.Error) -> str:
    """Return what sort of fault it is: its words may hold addresses and names."""
    return fault.sqlstate or type(fault).__name__


def _mismatch(here: _Side, there: _Side) -> str:
    """Return why a server cannot be read in place of the primary, whatever it holds; nothing where it can."""
    if here.is_replica:
        return "DATABASE_URL itself leads to a replica"
    if not there.is_replica:
        return "it is no replica, or none any more: it takes writes itself"
    if here.which != there.which:
        return "it is of another cluster, or another database of this one"
    if there.place is None:
        return "it replays nothing"
    if there.place > (here.place or 0):
        return "it holds what the primary never wrote"
    if here.schema != there.schema:
        return f"it stands at schema {there.schema or 'none'}, the primary at {here.schema or 'none'}"
    return ""
