"""`quiz db copy`: the demonstration from SQLite to PostgreSQL and back, and everything goes on where it stood."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from quiz.access.actor import Actor
from quiz.db import partitions, protection, schema, transfer
from quiz.db.connection import Database, connect
from quiz.db.plain_postgresql import PostgresqlPlain
from quiz.db.plain_rows import Row, Sum, sorts_of
from quiz.db.plain_sqlite import SqlitePlain
from quiz.db.queries import tallies
from quiz.db.tables import METADATA
from quiz.engine.attempt import Shown
from quiz.engine.text import Text
from quiz.services import accounts, people, sign_ins, taking
from quiz.services.stored_attempts import get_stored
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from quiz.settings.operator import Settings
from tests.cli.conftest import copied
from tests.fixtures.database import new_database
from tests.fixtures.people import SYSTEM
from tests.learning import best
from tests.services.deeds.retained import lay as lay_each

Run = Callable[..., Result]
HIRE, MODULE = "hire@amana.example", "onboarding-social-media"
SHOWN = Shown("ar", "arab")


@pytest.fixture
def quiz(quiz: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `quiz …` and close what it opened, as the end of its process would."""
    databases: list[Database] = []

    def note(*given: Any) -> Database:
        databases.append(connect(*given))
        return databases[-1]

    def run_and_close(*words: str, **changes: str | None) -> Result:
        try:
            return quiz(*words, **changes)
        finally:
            while databases:
                databases.pop().close()

    monkeypatch.setattr("quiz.cli.opening.connect", note)
    return run_and_close


@contextmanager
def opened(url: str, environment: dict[str, str | None]) -> Iterator[Works]:
    """The door to a database, closed afterwards so that nobody has it open."""
    settings = Settings.from_environ({name: value for name, value in environment.items() if value is not None})
    database = connect(url)
    try:
        yield Works(database, Tools.of(replace(settings, database_url=url)))
    finally:
        database.engine.dispose()


def sums(url: str) -> dict[str, Sum]:
    """What every table comes to."""
    database, found = connect(url), {}
    with database.engine.connect() as connection:
        plain = SqlitePlain(connection) if database.is_sqlite else PostgresqlPlain(connection)
        for table in METADATA.sorted_tables:
            found[table.name] = summed = Sum()
            for row in plain.read(table):
                summed.add(row, sorts_of(table))
    database.engine.dispose()
    return found


def hire_of(works: Works) -> Actor:
    with works.reading(SYSTEM) as work:
        return people.learner_actor(work, people.find_person_id(work, HIRE))


def lay(works: Works) -> tuple[str, str]:
    """Let somebody sign in and be in the middle of an attempt; then what only a database tells apart."""
    with works.writing(SYSTEM) as work:
        checked = accounts.check_password(work, HIRE, "amana-demo", "127.0.0.1")
        token = accounts.sign_in(work, checked, "Firefox")
    hire = hire_of(works)
    with works.writing(hire) as work:
        attempt = taking.begin_attempt(work, MODULE)
    answer(works, hire, attempt, 1)
    with works.reading(SYSTEM) as work:
        colleague = people.learner_actor(work, people.find_person_id(work, "colleague2@amana.example")).person_id
    with works.database.writes() as session:
        before = session.execute(text("SELECT id, state FROM assignment WHERE person_id = :one"), {"one": colleague})
        states = [{"id": row.id, "state": row.state} for row in before]
        lay_each(session, int(colleague or 0), works.tools.clock())
        session.execute(text("UPDATE assignment SET state = :state WHERE id = :id"), states)
        for statement in (
            "UPDATE person SET latin_name = 'tab\tline\nback\\slash \\N {}' WHERE email = 'hr@amana.example'",
            'UPDATE outbox_message SET payload = \'{"b":[1.0,2e3,0.10,12345678901234567890],"a":null}\' WHERE id = 1',
            "UPDATE outbox_message SET last_error = '' WHERE id = 2",
            f"UPDATE sign_in SET used_at = '{works.tools.clock():%Y-%m-%d %H:%M:%S}.000001' WHERE used_at IS NULL",
        ):
            session.execute(text(statement.replace(":", "\\:")))
        session.commit()
    return str(token), attempt


def answer(works: Works, someone: Actor, attempt: str, number: int) -> None:
    with works.reading(someone) as work:
        given = best(get_stored(work, attempt), number)
    with works.writing(someone) as work:
        taking.answer(work, attempt, number, given, 0, SHOWN)


def test_the_demonstration_there_and_back(
    quiz: Run, made: tuple[str, str], environment: dict[str, str | None], tmp_path: Path, postgresql_server: str
) -> None:
    for name in ("lived", "tips"):
        (tmp_path / name).mkdir()
    lived = copied(made[0], tmp_path / "lived")
    key = Path(made[0].removeprefix("sqlite:///")).parent / "demo-credential-key.pem"
    environment |= {"DEMO": "1", "DATABASE_URL": lived, "CREDENTIAL_KEY_FILE": str(key)}
    environment["AUDIT_TIP_FOLDER"] = str(tmp_path / "tips")
    with opened(lived, environment) as works:
        token, attempt = lay(works)
    assert quiz("audit", "seal").exit_code == 0
    whole = sums(lived)
    assert sum(one.rows > 0 for one in whole.values()) > 60, "it holds something of almost everything"
    with new_database(postgresql_server) as there:
        plain, back = there.replace("+psycopg", ""), f"sqlite:///{tmp_path / 'back.db'}"
        (tmp_path / "there").write_text(f"{plain}\n")
        done = quiz("db", "copy", lived, f"@{tmp_path / 'there'}")
        assert done.exit_code == 0, done.output
        rows = sum(one.rows for one in whole.values())
        for said in (
            f"copied {rows} rows of {len(whole)} tables; each was read again and is the same",
            "nothing is broken",
            "nothing is wrong",
            "SECRET_KEY: ",
            f"CREDENTIAL_KEY_FILE: {key}",
            f"AUDIT_TIP_FOLDER: {tmp_path / 'tips'}",
            "to be changed: DATABASE_URL",
        ):
            assert said in done.output
        # What the copy itself wrote down there comes after what was copied.
        with closing(connect(plain)) as database, database.reads() as session:
            last = session.execute(text("SELECT deed, details FROM audit_entry ORDER BY id DESC LIMIT 1")).one()
        assert last.deed == "operation:database:copy"
        assert last.details == {"source": "sqlite", "tables": len(whole), "rows": rows}
        transfer.transfer(plain, back, silent)
        given = sums(plain)
        assert sums(back) == given
        # Beside that one entry, which waits to be sealed, and what was sealed before it.
        assert {name for name, one in given.items() if one != whole[name]} <= {
            "audit_entry",
            "audit_link",
            "audit_waiting",
        }
        for url in (plain, back):
            goes_on(quiz, url, environment, token, attempt)


def silent(_table: str, _rows: int, _total: int) -> None:
    """Nobody listens."""


def goes_on(quiz: Run, url: str, environment: dict[str, str | None], token: str, attempt: str) -> None:
    """Look that what was copied works on: sign-ins, attempts, keys, counts, triggers, records and the chain."""
    with opened(url, environment) as works:
        hire = hire_of(works)
        with works.reading(SYSTEM) as work:
            assert sign_ins.find_signed_in(work, token) is not None
            assert tallies.list_differences(work.session) == []
        answer(works, hire, attempt, 2)
        with works.reading(hire) as work:
            assert len(get_stored(work, attempt).attempt.steps) == 2
        with works.writing(hire) as work:
            taking.finish_attempt(work, attempt, SHOWN)
        with works.database.engine.connect() as connection:
            triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            if not works.database.is_sqlite:
                triggers = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
            stands = set(connection.execute(text(triggers)).scalars())
            assert protection.names(connection.dialect.name) <= stands
            assert "assignment_inserted_counts" in stands
            for part in partitions.list_parts(connection, "attempt_step"):
                assert part.endswith("_to_2000000") or not connection.execute(text(f"SELECT 1 FROM {part}")).first()
    said = {"DATABASE_URL": url, "DEMO": "1"}
    assert quiz("audit", "seal", **said).exit_code == 0
    assert "nothing is broken" in quiz("audit", "verify", **said).output
    checked = quiz("records", "verify", "--all", **said)
    assert checked.exit_code == 0, checked.output
    assert quiz("assignments", "check", **said).exit_code == 0


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small installation on SQLite, made once."""
    url = f"sqlite:///{tmp_path_factory.mktemp('small') / 'amana.db'}"
    with opened(url, {"SECRET_KEY": "a key for tests only: 0123456789abcdef"}) as works:
        schema.upgrade(works.database.engine)
        with works.writing(SYSTEM) as work:
            unit = people.add_unit(work, Text({"ar": "إدارة", "en": "Unit"}), "EG")
            people.provision_person(work, "H-1", "one@amana.example", "هناء رضا", unit)
    return url


@pytest.fixture
def few(small: str, tmp_path: Path) -> str:
    """A small installation on SQLite that nobody has open."""
    return copied(small, tmp_path)


def run(url: str, statement: str) -> list[Row]:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg") if url.startswith("postgresql") else url)
    try:
        with engine.begin() as connection:
            result = connection.execute(text(statement))
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        engine.dispose()


def refused(quiz: Run, source: str, target: str) -> str:
    """Return why a copy was refused, in one line."""
    done = quiz("db", "copy", source, target)
    assert done.exit_code == 1
    said = str(done.output).splitlines()[-1]
    assert said.startswith("Error: ")
    assert said.endswith("; nothing was copied")
    return said


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE alembic_version SET version_num = '037'", "the source stands at 037, this version needs"),
        ("UPDATE alembic_version SET version_num = '999'", "the source stands at 999, which is newer"),
        ("DROP TABLE alembic_version", "no database of this product"),
    ],
)
def test_a_source_at_another_version_is_refused(quiz: Run, few: str, tmp_path: Path, statement: str, why: str) -> None:
    run(few, statement)
    assert why in refused(quiz, few, f"sqlite:///{tmp_path / 'none.db'}")
    assert not (tmp_path / "none.db").exists()


def test_a_source_that_somebody_has_open_is_refused(
    quiz: Run, few: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "_SECONDS", 0)
    none = f"sqlite:///{tmp_path / 'none.db'}"
    with closing(connect(few)) as database:
        # Nobody writes just now; whoever has it open may at any moment.
        with database.reads() as session:
            session.execute(text("SELECT 1 FROM person"))
        assert "the source is in use: stop quiz serve, quiz work" in refused(quiz, few, none)
        with database.writes() as session:
            session.execute(text("UPDATE person SET extra_time_percent = 10"))
            assert "the source is in use" in refused(quiz, few, none)
            session.commit()
    assert not (tmp_path / "none.db").exists()
    assert "both are the same database" in refused(quiz, few, few)
    assert "no such file" in refused(quiz, none, few)


def test_all_is_copied_or_nothing(
    quiz: Run, few: str, tmp_path: Path, postgresql_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_database(postgresql_server) as target:

        def is_empty() -> bool:
            return run(target, "SELECT (SELECT count(*) FROM person) + (SELECT count(*) FROM unit)") == [(0,)]

        run(target, "CREATE TABLE others (id int)")
        assert "holds tables that are not of this product" in refused(quiz, few, target)
        run(target, "DROP TABLE others")
        # What PostgreSQL does not take is told by its place, and never by what it is.
        run(few, "UPDATE person SET latin_name = 'Nul' || char(0) WHERE hr_number = 'H-1'")
        said = refused(quiz, few, target)
        assert "person: PostgreSQL does not take a value in the row id 1: " in said
        assert "Nul" not in said
        assert is_empty()
        run(few, "UPDATE person SET latin_name = NULL, joined_on = 'soon'")
        assert "person: a day is none in the row id 1" in refused(quiz, few, target)
        assert is_empty()
        run(few, "UPDATE person SET joined_on = '2026-11-22'")

        def break_off(table: str, _rows: int, _total: int) -> None:
            if table == "person again":
                raise KeyboardInterrupt

        monkeypatch.setattr(transfer, "_TOLD_EVERY", 1)
        with pytest.raises(KeyboardInterrupt):
            transfer.transfer(few, target, break_off)
        assert is_empty()
        with monkeypatch.context() as patched:
            # What comes back is not what was laid.
            patched.setattr(PostgresqlPlain, "read", lambda self, table: iter(()))
            assert "what was written is not what was read: " in refused(quiz, few, target)
        assert is_empty()
        monkeypatch.setattr(transfer, "_SECONDS", 1)
        engine = create_engine(target)
        with engine.begin() as somebody:
            somebody.execute(
                text("INSERT INTO sign_in_failure (name_digest, address_digest, at) VALUES ('a', 'b', now())")
            )
            assert "the target is in use by somebody else" in refused(quiz, few, target)
            somebody.rollback()
        # Whoever may write to a source of PostgreSQL only has to be there.
        with engine.connect():
            assert "1 others are connected to it" in refused(quiz, target, f"sqlite:///{tmp_path / 'none.db'}")
        engine.dispose()
        done = quiz("db", "copy", few, target)
        assert done.exit_code == 0, done.output
        assert run(target, "SELECT hr_number, joined_on::text FROM person") == [("H-1", "2026-11-22")]
        # Keys go on behind what was copied.
        assert run(target, "SELECT nextval(pg_get_serial_sequence('person', 'id'))") == [(2,)]
        assert "the target is not empty: " in refused(quiz, few, target)
        # Nor is one that holds something brought to this version.
        run(target, "UPDATE alembic_version SET version_num = '037'")
        assert "the target is not empty: " in refused(quiz, few, target)
        assert run(target, "SELECT version_num, (SELECT count(*) FROM person) FROM alembic_version") == [("037", 1)]


@pytest.mark.parametrize("words", [("ftp://x", "sqlite:///y"), ("sqlite:///x", "y"), ("@/nowhere", "sqlite:///y")])
def test_what_is_no_address_is_told(quiz: Run, words: tuple[str, str]) -> None:
    done = quiz("db", "copy", *words)
    assert done.exit_code == 2
    assert "an address is sqlite:///… or postgresql://…" in done.output or "cannot be read" in done.output
