"""The chain in a real database: every entry once, whoever writes and seals at once; each kind of tampering named."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, text

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db import protection
from quiz.db.connection import Database
from quiz.db.models.trace import AuditEntryRow
from quiz.records.audit_chain import KeyRing
from quiz.records.audit_tip import Tip
from quiz.records.audit_walk import Walk
from quiz.records.signing import Ed25519Signer
from quiz.services import audit_checking, sealing
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM
from tests.fixtures.settings import Clock

KEY, OTHER = b"k" * 32, b"o" * 32


@pytest.fixture
def tools(tools: Tools) -> Tools:
    return replace(tools, audit_keys=KeyRing.of(KEY))


@pytest.fixture
def own(bare_database: Database, tools: Tools) -> Works:
    """A database with real commits, and a trail that begins with some entries, sealed."""
    works = Works(bare_database, tools)
    write(works, 3)
    seal(works)
    return works


def write(works: Works, count: int, actor: Actor = SYSTEM) -> None:
    for number in range(count):
        with works.writing(actor) as work:
            work.require(Permission.PEOPLE_PERSON_WRITE, Target("person"))
            work.audit(Permission.PEOPLE_PERSON_WRITE, Target("person", f"{number}"), what="tried", number=number)


def seal(works: Works) -> int:
    count = 0
    while True:
        with works.writing(SYSTEM) as work:
            some = sealing.seal_some(work)
        count += some
        if not some:
            return count


def check(works: Works, *tips: Tip, most: int = 7) -> Walk:
    with works.reading(SYSTEM) as work:
        walk = audit_checking.begin_walk(work)
        while audit_checking.walk_on(work, walk, most):
            pass
        audit_checking.end_walk(work, walk, tips)
    return walk


def found(works: Works, *tips: Tip) -> list[tuple[str, int | None, int | None]]:
    return [(one.code, one.number, one.entry_id) for one in check(works, *tips).faults]


def tip(works: Works) -> Tip:
    with works.writing(SYSTEM) as work:
        made = sealing.take_tip(work)
    assert made is not None
    return made


@contextmanager
def unguarded(works: Works) -> Iterator[Connection]:
    """A connection as somebody has it who owns the database: no trigger and no foreign key holds them back."""
    with works.database.engine.connect() as connection:
        if works.database.is_sqlite:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            for table in ("audit_entry", "audit_link", "audit_tip"):
                for deed in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER {table}_{deed}_refused"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
        yield connection
        if works.database.is_sqlite:
            protection.protect(connection)
        connection.commit()
        if works.database.is_sqlite:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")
            connection.exec_driver_sql("BEGIN")
        else:
            connection.execute(text("SET session_replication_role = DEFAULT"))
            connection.commit()


def tamper(works: Works, *statements: str, **values: Any) -> None:
    with unguarded(works) as connection:
        for statement in statements:
            connection.execute(text(statement), values)


def entry_at(works: Works, number: int) -> int:
    with works.database.reads() as session:
        return int(session.scalar(text("SELECT entry_id FROM audit_link WHERE number = :n"), {"n": number}) or 0)


def counts(works: Works) -> tuple[int, int, int, int]:
    """Return entries, links, entries that wait, and the highest number."""
    with works.database.reads() as session:
        return tuple(  # type: ignore[return-value]
            session.scalar(text(statement)) or 0
            for statement in (
                "SELECT count(*) FROM audit_entry",
                "SELECT count(DISTINCT entry_id) FROM audit_link",
                "SELECT count(*) FROM audit_waiting",
                "SELECT max(number) FROM audit_link",
            )
        )


def test_writers_and_sealers_at_once_miss_nothing_and_seal_nothing_twice(own: Works) -> None:
    faults: list[BaseException] = []
    stop = threading.Event()
    before = counts(own)[0]

    def guarded(call: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                call()
            except BaseException as fault:
                faults.append(fault)

        return run

    def sealer() -> None:
        while not stop.is_set():
            with own.writing(SYSTEM) as work:
                sealing.seal_some(work)

    writers = [threading.Thread(target=guarded(lambda: write(own, 25))) for _ in range(4)]
    sealers = [threading.Thread(target=guarded(sealer)) for _ in range(2)]
    for one in (*writers, *sealers):
        one.start()
    for one in writers:
        one.join()
    stop.set()
    for one in sealers:
        one.join()
    seal(own)
    assert faults == []
    entries, links, waiting, highest = counts(own)
    assert (entries, waiting) == (before + 100, 0)
    assert links == highest == entries
    assert found(own) == []


def test_whoever_commits_late_with_an_early_number_is_sealed_all_the_same(own: Works, clock: Clock) -> None:
    if own.database.is_sqlite:
        pytest.skip("one writer at a time: numbers are given in the order of commits")
    with own.database.writes() as late:
        row = AuditEntryRow(
            at=clock.now, actor="system:late", deed="x", target_kind="x", target_id="", was_allowed=True,
            because="done", details={},
        )  # fmt: skip
        late.add(row)
        late.flush()
        key = row.id
        write(own, 3)
        assert seal(own) == 3
        late.commit()
    assert seal(own) == 1
    assert entry_at(own, counts(own)[3]) == key < entry_at(own, counts(own)[3] - 1)
    assert found(own) == []


def test_a_deed_that_is_rolled_back_leaves_nothing_to_seal(own: Works) -> None:
    with pytest.raises(RuntimeError), own.writing(SYSTEM) as work:
        work.require(Permission.PEOPLE_PERSON_WRITE, Target("person"))
        work.audit(Permission.PEOPLE_PERSON_WRITE, Target("person"))
        work.session.flush()
        raise RuntimeError
    assert counts(own)[2] == 0
    with own.reading(SYSTEM) as work:
        assert not sealing.is_waiting(work)


_ALTERED = {
    "at": "at = '2020-01-01 00:00:00'",
    "actor": "actor = 'person:somebody'",
    "deed": "deed = 'people:account:use'",
    "target_kind": "target_kind = 'unit'",
    "target_id": "target_id = 'another'",
    "was_allowed": "was_allowed = NOT was_allowed",
    "because": "because = 'own'",
    "details": "details = '{}'",
}


def test_every_field_of_an_entry_that_is_changed_is_named(own: Works) -> None:
    write(own, len(_ALTERED) + 1)
    seal(own)
    last = counts(own)[3]
    columns = set(AuditEntryRow.__table__.columns.keys()) - {"id"}
    assert set(_ALTERED) == columns
    named = []
    for place, change in enumerate(_ALTERED.values()):
        number = last - place
        key = entry_at(own, number)
        tamper(own, f"UPDATE audit_entry SET {change} WHERE id = :id", id=key)
        named.append(("entry-altered", number, key))
    assert sorted(found(own)) == sorted(named)


def test_what_is_deleted_changed_or_exchanged_is_named(own: Works) -> None:
    write(own, 12)
    seal(own)
    last = counts(own)[3]
    keys = {number: entry_at(own, number) for number in range(last - 11, last + 1)}
    gone, unlinked, changed, one, other = last - 10, last - 8, last - 6, last - 4, last - 3
    tamper(own, "DELETE FROM audit_entry WHERE id = :id", id=keys[gone])
    tamper(own, "DELETE FROM audit_link WHERE number = :n", n=unlinked)
    tamper(own, "UPDATE audit_link SET link = :link WHERE number = :n", n=changed, link="0" * 64)
    # Two entries change places, and so do their digests, as somebody without the key would do it.
    tamper(
        own,
        "UPDATE audit_link SET entry_id = -1 WHERE number = :one",
        "UPDATE audit_link SET entry_id = :key_one WHERE number = :other",
        "UPDATE audit_link SET entry_id = :key_other WHERE number = :one",
        one=one, other=other, key_one=keys[one], key_other=keys[other],
    )  # fmt: skip
    assert [(code, number) for code, number, _ in found(own)] == [
        ("entry-missing", gone),
        ("gap", unlinked),
        ("link-altered", changed),
        ("link-altered", one),
        ("link-altered", other),
    ]


def test_an_entry_that_is_kept_from_the_sealer_is_named_when_a_quarter_of_an_hour_is_over(
    own: Works, clock: Clock
) -> None:
    write(own, 2)
    with own.database.writes() as session:
        kept = session.scalar(text("SELECT min(entry_id) FROM audit_waiting"))
        session.execute(text("DELETE FROM audit_waiting WHERE entry_id = :id"), {"id": kept})
        session.commit()
    seal(own)
    assert found(own) == []
    clock.forward(minutes=16)
    assert found(own) == [("unsealed", None, kept)]


def test_an_entry_that_goes_before_it_is_sealed_is_named(own: Works) -> None:
    write(own, 1)
    with own.database.reads() as session:
        key = session.scalar(text("SELECT entry_id FROM audit_waiting"))
    tamper(own, "DELETE FROM audit_entry WHERE id = :id", id=key)
    assert seal(own) == 0
    assert found(own) == [("entry-missing", None, key)]


def test_a_tail_that_is_cut_off_is_told_by_tips_alone(own: Works, clock: Clock) -> None:
    write(own, 3)
    seal(own)
    kept = tip(own)
    low = kept.number - 2
    cut = (
        "DELETE FROM audit_waiting",
        "DELETE FROM audit_link WHERE number > :low",
        "DELETE FROM audit_entry WHERE id NOT IN (SELECT entry_id FROM audit_link)",
        "DELETE FROM audit_tip",
    )
    tamper(own, *cut, low=low)
    assert found(own) == []
    (fault,) = check(own, kept).faults
    assert (fault.code, fault.number) == ("cut", low)
    # Whoever has the key may seal something else in its place, and lacks the tip.
    clock.forward(minutes=1)
    write(own, 5)
    seal(own)
    assert found(own) == []
    assert found(own, kept) == [("tip-not-in-chain", kept.number, None)]


def test_a_tip_in_the_database_tells_as_well_unless_it_goes_too(own: Works) -> None:
    write(own, 3)
    seal(own)
    low = tip(own).number - 1
    cut = ("DELETE FROM audit_link WHERE number > :low", "DELETE FROM audit_entry WHERE id NOT IN "
           "(SELECT entry_id FROM audit_link)", "DELETE FROM audit_waiting")  # fmt: skip
    tamper(own, *cut, low=low)
    assert found(own) == [("cut", low, None)]


def test_a_chain_made_anew_with_the_key_is_told_by_a_tip(own: Works, clock: Clock) -> None:
    write(own, 3)
    seal(own)
    kept = tip(own)
    number = kept.number - 1
    tamper(
        own,
        "UPDATE audit_entry SET because = 'own' WHERE id = (SELECT entry_id FROM audit_link WHERE number = :n)",
        "INSERT INTO audit_waiting (entry_id) SELECT id FROM audit_entry WHERE id NOT IN (SELECT entry_id FROM "
        "audit_waiting)",
        "DELETE FROM audit_link",
        "DELETE FROM audit_tip",
        n=number,
    )
    clock.forward(minutes=1)
    seal(own)
    assert found(own) == []
    assert found(own, kept) == [("tip-not-in-chain", kept.number, None)]


def test_keys_follow_one_another_and_a_tip_of_an_old_key_is_still_ours(own: Works) -> None:
    write(own, 2)
    seal(own)
    kept = tip(own)
    ring = KeyRing.of(OTHER, [KEY])
    later = Works(own.database, replace(own.tools, audit_keys=ring))
    write(later, 2)
    seal(later)
    assert found(later, kept, tip(later)) == []
    # The old key alone cannot read what the new one sealed.
    assert {code for code, _, _ in found(own)} == {"key-unknown", "tip-forged"}


def test_a_tip_that_nobody_of_ours_signed_says_nothing(own: Works) -> None:
    write(own, 1)
    seal(own)
    forged = replace(tip(own), number=10_000)
    assert found(own, forged) == [("tip-forged", 10_000, None)]


def test_a_tip_is_signed_with_the_key_of_the_organisation_where_there_is_one(own: Works) -> None:
    signer = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(b"s" * 32))
    signing = Works(own.database, replace(own.tools, signer=signer))
    write(signing, 1)
    seal(signing)
    made = tip(signing)
    assert made.algorithm == "Ed25519"
    assert found(signing, made) == []


def test_a_number_is_given_once_and_an_entry_sealed_once_whatever_writes(own: Works) -> None:
    write(own, 1)
    seal(own)
    last = counts(own)[3]
    copy = (
        "INSERT INTO audit_link (number, entry_id, entry_digest, sealed_at, key_id, link) "
        "SELECT {number}, entry_id + {more}, entry_digest, sealed_at, key_id, link FROM audit_link WHERE number = :n"
    )
    for number, more in ((last, -1_000_000), (last + 1, 0)):
        with own.database.writes() as session, pytest.raises(Exception, match=r"(?i)unique|foreign"):
            session.execute(text(copy.format(number=number, more=more)), {"n": last})
    # Put back on the list, an entry is still sealed once.
    with own.database.writes() as session:
        session.execute(
            text("INSERT INTO audit_waiting SELECT entry_id FROM audit_link WHERE number = :n"), {"n": last}
        )
        session.commit()
    assert seal(own) == 1
    assert (counts(own)[2], counts(own)[3]) == (0, last)


def test_the_state_tells_of_a_sealer_that_lags_and_of_what_was_found(own: Works, clock: Clock) -> None:
    auditor = Actor("person:x", 1, frozenset({"auditor"}))  # type: ignore[arg-type]

    def state() -> sealing.ChainState:
        with own.reading(auditor) as work:
            return sealing.get_state(work)

    write(own, 1)
    assert state().waits_since is None
    clock.forward(minutes=16)
    assert state().waits_since == clock.now - timedelta(minutes=16)
    seal(own)
    assert (state().waits_since, state().check) == (None, None)
    walk = check(own)
    with own.writing(SYSTEM) as work:
        audit_checking.note_check(work, walk, clock.now - timedelta(seconds=3), by="person:y")
    found_last = state().check
    assert found_last is not None
    assert (found_last.checked_by, found_last.faults, found_last.last_number) == ("person:y", 0, walk.number)
