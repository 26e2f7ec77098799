"""What became of records looked at again: whole lives follow, and each thing planted behind them is told alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, select, text

from quiz.access.permissions import Permission
from quiz.db import protection
from quiz.db.models.base import Base
from quiz.db.models.completions import CompletionRow
from quiz.db.queries import credentials as credential_queries
from quiz.engine.document import digest
from quiz.records import facts as frozen
from quiz.records.multikey import multikey
from quiz.records.signing import Ed25519Signer
from quiz.services import credential_checking, erasing, recomputing, record_checking, sharing
from quiz.services.completing import revoke_completion
from quiz.services.kept import Kept
from quiz.services.revoking import approve_revocation, propose_revocation
from quiz.services.unit_of_work import Works
from tests import learning
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.leaves import changed, leaves
from tests.services.deeds.conftest import DRILL, signed
from tests.services.deeds.records import REASON, again, put_right, rename
from tests.services.deeds.test_completing import verify
from tests.services.deeds.test_issuing import key_file as key_file
from tests.services.deeds.test_issuing import prepare
from tests.services.deeds.test_issuing import tools as tools
from tests.services.deeds.test_issuing import turn as turn

OTHER_KEY = multikey(Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(32))).public_key)
Lives = dict[str, str]
Found = set[tuple[str, str, str]]
Alter = Callable[[CompletionRow], dict[str, Any]]


@pytest.fixture
def lives(works: Works, learner: Someone, hr: Someone, admin: Someone, clock: Clock, make_person: MakePerson) -> Lives:
    """Records to which everything happened that can, each brought there by deeds.

    `first` was renewed by `corrected`, whose name was corrected; `revoked` by two people, `shell` from the shell;
    `erased` after a correction, with a link to it.
    """
    first = _given(works, learner)
    corrected = again(works, learner, clock)
    put_right(works, learner)
    rename(works, hr.actor, corrected)
    others = [make_person(modules=(DRILL,), name=name) for name in ("سها كريم فؤاد", "نجلاء صبري", "وفاء أمين زكي")]
    revoked, shell, erased = (_given(works, one) for one in others)
    with works.writing(hr.actor) as work:
        proposal = propose_revocation(work, revoked, REASON, "محضر")
    with works.writing(admin.actor) as work:
        approve_revocation(work, revoked, proposal)
    with works.writing(SYSTEM) as work:
        revoke_completion(work, shell, REASON, "كتاب 7")
    put_right(works, others[2], "وفاء أمين زكي الدين")
    rename(works, hr.actor, erased, "وفاء أمين زكي الدين")
    with works.writing(others[2].actor) as work:
        sharing.make_link(work, erased, 9, sharing.FULL)
    with works.writing(SYSTEM) as work:
        erasing.erase_holder(work, erased, "انتهت المدة")
    prepare(works)
    return {"first": first, "corrected": corrected, "revoked": revoked, "shell": shell, "erased": erased}


def _given(works: Works, someone: Someone) -> str:
    learning.finish(works, someone, DRILL, best=True)
    return signed(works, someone)


def found(works: Works) -> Found:
    """Return everything that is told, as a fresh process would find it."""
    fresh = replace(works, tools=replace(works.tools, kept=Kept(documents=works.tools.kept.documents)))
    checks = (
        record_checking.check_lives,
        credential_checking.check_credentials,
        credential_checking.check_status_lists,
    )
    with fresh.reading(SYSTEM) as work:
        told = [(one.kind, one.id, one.what) for check in checks for one in check(work)]
        assert len(told) == len(set(told))
        return {*told, *((one.kind, one.id, one.what) for one in recomputing.recompute(work).differences)}


@contextmanager
def unguarded(works: Works) -> Iterator[Connection]:
    """Give the connection of somebody with the database in hand, past every trigger and key; then all is as before."""
    connection: Connection = works.database.reads.kw["bind"]
    with connection.begin_nested() as inner:
        if works.database.is_sqlite:
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            for name in sorted(protection.names("sqlite")):
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in Base.metadata.sorted_tables:
                connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
                for key in table.foreign_key_constraints:
                    if key.referred_table.name == "completion":
                        connection.execute(text(f"ALTER TABLE {table.name} DROP CONSTRAINT {key.name}"))
        yield connection
        inner.rollback()


def altered(connection: Connection, record: str, alter: Alter) -> None:
    table = CompletionRow.__table__
    row: Any = connection.execute(select(table).where(table.c.public_id == record)).one()
    connection.execute(table.update().where(table.c.public_id == record).values(alter(row)))


def test_lives_that_nobody_touched_follow(works: Works, lives: Lives) -> None:
    assert found(works) == set()


def of(whose: str, *told: str) -> Callable[[Lives], Found]:
    return lambda lives: {("completion", lives[whose], what) for what in told}


# What somebody writes, by the keys of the records, and what is told of it.
PLANTED = {
    "DELETE FROM completion_holder WHERE completion_id = {first}": of("first", "name-missing"),
    "INSERT INTO completion_holder (completion_id, name, salt) SELECT {erased}, 'سمير', salt FROM completion_holder "
    "WHERE completion_id = {first}": of("erased", "name-left", "name", "latin_name"),
    "INSERT INTO signing_certificate SELECT 'f', 'p', 'n', erased_at, erased_at, erased_at FROM holder_erasure;"
    "INSERT INTO paper SELECT {erased}, 'd', 'f', erased_at FROM holder_erasure;"
    "INSERT INTO paper_content SELECT {erased}, salt FROM completion_holder WHERE completion_id = {first}": of(
        "erased", "paper-left"
    ),
    "UPDATE share_link SET ended_at = NULL": of("erased", "link-left-open"),
    "UPDATE holder_erasure SET reason = 'طلبت ذلك وفاء أمين زكي الدين'": of("erased", "name-in-words"),
    "DELETE FROM holder_erasure": of("erased", "name-missing", "erasure-gone"),
    "DELETE FROM corrected_holder; DELETE FROM name_correction WHERE completion_id = {corrected}": of(
        "corrected", "correction-gone"
    ),
    "UPDATE name_correction SET number = 2 WHERE completion_id = {corrected}": of("corrected", "correction-missing"),
    "UPDATE name_correction SET earlier_commitment = 'x' WHERE completion_id = {corrected}": of(
        "corrected", "correction 1"
    ),
    "UPDATE corrected_holder SET name = 'سمير'": of("corrected", "correction 1"),
    "DELETE FROM renewal": of("corrected", "renewal-missing"),
    "UPDATE renewal SET earlier_id = {shell}": of("corrected", "renewal-of-another"),
    # Round and round.
    "INSERT INTO renewal (completion_id, earlier_id) VALUES ({first}, {corrected})": of("first", "renewal-of-another"),
    "INSERT INTO revocation SELECT {first}, reason, 'system:records: 8', "
    "(SELECT completed_at FROM completion WHERE id = {first}) FROM revocation WHERE completion_id = {shell}": of(
        "corrected", "renewal-of-revoked"
    ),
    "UPDATE revocation SET revoked_by = 'system:records' WHERE completion_id = {shell}": of(
        "shell", "revoked-by-nobody"
    ),
    "UPDATE revocation SET revoked_by = 'person:x' WHERE completion_id = {shell}": of("shell", "revoked-by-one"),
    "UPDATE revocation SET revoked_by = 'person:x' WHERE completion_id = {revoked}": of("revoked", "revoked-by-one"),
    "UPDATE revocation_decision SET decided_by_id = (SELECT proposed_by_id FROM revocation_proposal)": of(
        "revoked", "decided-by-author", "revoked-by-one"
    ),
    "UPDATE revocation_proposal SET proposed_by_id = (SELECT decided_by_id FROM revocation_decision)": of(
        "revoked", "decided-by-author", "revoked-by-one"
    ),
    "DELETE FROM revocation WHERE completion_id = {revoked}": of("revoked", "approved-not-revoked", "revocation-gone"),
    "DELETE FROM revocation WHERE completion_id = {shell}": of("shell", "revocation-gone"),
    "UPDATE attempt SET purpose = 'practice', number = NULL "
    "WHERE id = (SELECT attempt_id FROM completion WHERE id = {first})": of("first", "attempt-not-ended"),
    "DELETE FROM credential_place WHERE completion_id = {first}": of("first", "place-missing"),
    "UPDATE credential_place SET place = 131072 WHERE completion_id = {first}": of("first", "place-outside"),
    "UPDATE credential_place SET place = 131072 WHERE completion_id = {shell}": lambda lives: {
        ("completion", lives["shell"], "place-outside"),
        ("status-list", "1", "unreadable"),
    },
    f"UPDATE issuer_key SET multikey = '{OTHER_KEY}'": lambda lives: {
        ("completion", lives[whose], "credential-proof-wrong") for whose in ("first", "corrected")
    },
    "UPDATE issuer_key SET began_at = (SELECT max(valid_until) FROM completion)": lambda lives: {
        ("completion", lives[whose], "credential-key-out-of-time") for whose in ("first", "corrected")
    },
    "DELETE FROM audit_entry WHERE deed = 'learning:pledge:sign' AND target_id = "
    "(SELECT public_id FROM completion WHERE id = {first})": of("first", "not-in-trace"),
    "INSERT INTO renewal (completion_id, earlier_id) VALUES (99999, {first})": lambda _: {
        ("renewal", "99999", "of-no-record")
    },
    "UPDATE share_link SET completion_id = 99999, id = 7": lambda _: {("share_link", "7", "of-no-record")},
    "DELETE FROM completion WHERE id = {shell}": lambda lives: {
        *of("shell", "gone", "revocation-gone")(lives),
        *((table, "{shell}", "of-no-record") for table in ("completion_holder", "credential_place", "revocation")),
    },
}


def test_each_thing_planted_is_told_alone(works: Works, lives: Lives) -> None:
    with works.database.reads() as session:
        keys = {row[0]: row[1] for row in session.execute(text("SELECT public_id, id FROM completion"))}
    by_name = {name: keys[one] for name, one in lives.items()}
    missed = {}
    for statements, expected in PLANTED.items():
        with unguarded(works) as connection:
            for statement in statements.split(";"):
                connection.execute(text(statement.format(**by_name)))
            wanted = {(kind, one.format(**by_name), what) for kind, one, what in expected(lives)}
            told = found(works)
        if told != wanted:
            missed[statements] = {"told": told, "wanted": wanted}
    assert missed == {}
    assert found(works) == set()


def with_facts(row: CompletionRow, **changes: Any) -> dict[str, Any]:
    """Change the facts of a record and their digest with them."""
    facts = {**deepcopy(row.facts), **changes}
    return {"facts": facts, "facts_digest": frozen.digest(facts)}


def with_pledge(row: CompletionRow, **changes: Any) -> dict[str, Any]:
    assert row.pledge is not None
    return {"pledge": {**row.pledge, **changes}}


def with_edition(row: CompletionRow) -> dict[str, Any]:
    signed = with_pledge(row, editions=["eg-conduct/no-such"])["pledge"]
    return {"pledge": {**signed, "digest": digest({name: signed[name] for name in record_checking.SIGNED_FIELDS})}}


def test_each_place_of_stored_facts_is_held_twice(works: Works, lives: Lives) -> None:
    with works.database.reads() as session:
        row = session.scalars(select(CompletionRow).where(CompletionRow.public_id == lives["first"])).one()
        facts, code = row.facts, row.verify_code
    with unguarded(works) as connection:
        for path in leaves(facts):
            altered(connection, lives["first"], lambda _, at=path: {"facts": changed(facts, at)})
            assert verify(works, code).state == "altered", path
        # With the digest made anew the trace still knows the one that was issued, whatever the place.
        for path in leaves(facts):
            made = changed(facts, path)
            altered(connection, lives["first"], lambda _, to=made: {"facts": to, "facts_digest": frozen.digest(to)})
            with works.reading(SYSTEM) as work:
                told = {one.what for one in record_checking.check_lives(work) if one.id == lives["first"]}
            assert "digest-not-as-traced" in told, path


ALTERED: dict[str, tuple[Alter, set[str]]] = {
    "facts without their digest": (
        lambda row: {"facts": {**row.facts, "zone": "UTC"}},
        {"facts_digest"},
    ),
    "facts with their digest": (lambda row: with_facts(row, zone="UTC"), {"digest-not-as-traced"}),
    "the log that the facts name": (
        lambda row: with_facts(row, attempt_digest="0" * 64),
        {"attempt_digest", "digest-not-as-traced"},
    ),
    "words of the pledge": (lambda row: with_pledge(row, confirm="أقر"), {"pledge-words-altered"}),
    "digest of the pledge": (
        lambda row: with_pledge(row, digest="0" * 64),
        {"pledge-words-altered", "pledge", "pledge_digest"},
    ),
    "an edition of the pledge": (
        with_edition,
        {"pledge-edition-unknown", "pledge_digest", "pledge_editions", "editions"},
    ),
    "facts that are none": (
        lambda row: {"facts": ["x"], "facts_digest": "x"},
        {"unreadable", "readable", "digest-not-as-traced"},
    ),
}


@pytest.mark.parametrize("named", ALTERED)
def test_each_thing_altered_in_a_record_is_told(works: Works, lives: Lives, named: str) -> None:
    alter, told = ALTERED[named]
    with unguarded(works) as connection:
        altered(connection, lives["first"], alter)
        assert found(works) == of("first", *told)(lives)


def test_a_name_forged_with_salt_commitment_and_digest_is_told_by_the_trace(works: Works, lives: Lives) -> None:
    salt, name = bytes(32), "سمير نجيب"
    with unguarded(works) as connection:
        commitment = frozen.commit(name, salt)
        altered(connection, lives["first"], lambda row: with_facts(row, name_commitment=commitment))
        connection.execute(
            text(
                "UPDATE completion_holder SET name = :name, salt = :salt WHERE completion_id = "
                "(SELECT id FROM completion WHERE public_id = :record)"
            ),
            {"name": name, "salt": salt, "record": lives["first"]},
        )
        assert found(works) == of("first", "digest-not-as-traced", "latin_name")(lives)


def test_a_place_of_two_records_is_told(works: Works, lives: Lives) -> None:
    if works.database.is_sqlite:
        # There nobody can take a constraint away.
        return
    with unguarded(works) as connection:
        connection.execute(text("ALTER TABLE credential_place DROP CONSTRAINT uq_credential_place_list_number_place"))
        ends = "SELECT min(id) FROM completion UNION SELECT max(id) FROM completion"
        connection.execute(text(f"UPDATE credential_place SET place = 5 WHERE completion_id IN ({ends})"))
        assert found(works) == {("status-list", "1#5", "place-shared")}


def test_a_list_that_tells_otherwise_is_told(works: Works, lives: Lives, monkeypatch: pytest.MonkeyPatch) -> None:
    with works.database.reads() as session:
        revoked = credential_queries.list_revoked(session, 1)
    (first, at), (second, _) = revoked
    free = next(place for place in range(9) if place not in {first, second})
    monkeypatch.setattr(credential_queries, "list_revoked", lambda *_: [(free, at), (second, at)])
    assert found(works) == {
        ("status-list", f"1#{first}", "revoked-not-told"),
        ("status-list", f"1#{free}", "told-not-revoked"),
    }


def test_only_the_shell_looks(works: Works, learner: Someone, is_refused: Any) -> None:
    for check in (
        record_checking.check_lives,
        credential_checking.check_credentials,
        credential_checking.check_status_lists,
    ):
        with is_refused(Permission.RECORDS_COMPLETION_RECOMPUTE, learner), works.reading(learner.actor) as work:
            list(check(work))
