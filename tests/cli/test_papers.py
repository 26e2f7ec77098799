"""`quiz records sign`, `verify`, `export` on the demonstration, as an operator has them."""

import hashlib
import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from quiz.access.actor import Actor
from quiz.db.connection import connect
from quiz.records.facts import digest
from quiz.records.paper_verifying import read_paper
from quiz.services import issuing
from quiz.services.tools import Tools
from quiz.services.unit_of_work import UnitOfWork
from tests.authorities import YEAR, Authority
from tests.cli.conftest import copied

Run = Callable[..., Result]
Environment = dict[str, str | None]


@pytest.fixture
def environment(made: tuple[str, str], environment: Environment, tmp_path: Path) -> Environment:
    """The settings of an operator who signs, on a copy of the demonstration of which no paper was signed yet."""
    # The shell has no clock of the tests: the certificate is good on whatever day they run.
    today = datetime.now(UTC)  # noqa: TID251
    issued = Authority().issue("ختم الجهة", today - timedelta(days=1), today + YEAR).write(tmp_path)
    named = {f"SIGNING_{name.upper()}": value for name, value in issued.items()}
    return {**environment, "DATABASE_URL": unsigned(copied(made[0], tmp_path)), **named}


def unsigned(url: str) -> str:
    """Take the signed papers out of a copy, which only its tables can: they are never deleted."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        tables = ("paper_content", "paper", "signing_certificate")
        for table in tables:
            database.execute(f"DROP TRIGGER {table}_delete_refused")
            database.execute(f"DELETE FROM {table}")
        database.commit()
    return url


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """The key of the organisation for credentials."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    path = tmp_path / "credentials.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def counted(environment: Environment) -> tuple[int, int]:
    """Return how many records the demonstration has, and how many of them may be signed: with a name, not revoked."""
    statement = (
        "SELECT count(*), sum(id IN (SELECT completion_id FROM completion_holder)"
        " AND id NOT IN (SELECT completion_id FROM revocation)) FROM completion"
    )
    with closing(sqlite3.connect(str(environment["DATABASE_URL"]).removeprefix("sqlite:///"))) as database:
        records, signable = database.execute(statement).fetchone()
    assert 1 < signable < records
    return records, signable


def test_what_is_unsigned_is_signed_once(quiz: Run, environment: Environment) -> None:
    records, signable = counted(environment)
    assert quiz("records", "sign").exit_code == 2
    first = quiz("records", "sign", "--all")
    assert first.exit_code == 0, first.output
    assert f"{signable} of {signable}" in first.output
    assert first.output.endswith(f"signed: {signable}, left out: 0\n")
    assert quiz("records", "sign", "--all").output.endswith("signed: 0, left out: 0\n")
    assert quiz("records", "verify", "--all").output.startswith(f"papers: {signable}, records: {records},")


def test_without_a_certificate_nothing_is_signed_and_why_is_told(quiz: Run) -> None:
    result = quiz("records", "sign", "--all", SIGNING_KEY_FILE=None, SIGNING_CERTIFICATE_FILE=None)
    assert result.exit_code == 1
    assert "SIGNING_KEY_FILE" in result.output


def test_a_setting_that_cannot_sign_stops_every_command_in_one_line(quiz: Run, environment: Environment) -> None:
    result = quiz("records", "verify", "--all", SIGNING_KEY_FILE="/no/such/key.pem")
    assert result.exit_code == 2
    assert "SIGNING_KEY_FILE cannot be read" in result.output


def test_everything_is_written_for_an_archive_and_verifies_file_by_file(
    quiz: Run, environment: Environment, tmp_path: Path
) -> None:
    records, signable = counted(environment)
    quiz("records", "sign", "--all")
    folder = tmp_path / "archive"
    done = quiz("records", "export", str(folder))
    assert done.output == f"records: {records}, papers: {signable}\n"
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert len(manifest["records"]) == records
    entry = next(one for one in manifest["records"] if one.get("paper"))
    paper, facts = folder / entry["paper"], folder / entry["facts"]
    assert digest(json.loads(facts.read_bytes())) == entry["facts_digest"]
    assert hashlib.sha256(paper.read_bytes()).hexdigest() == entry["paper_digest"]
    assert manifest["certificates"][entry["certificate"]] in {one.name for one in folder.iterdir()}
    sums = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == {one.name for one in folder.iterdir()} - {"SHA256SUMS"}
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == one for name, one in sums.items())
    assert read_paper(paper.read_bytes()).signer == "ختم الجهة"
    good = quiz("records", "verify", str(paper))
    assert good.exit_code == 0, good.output
    assert ": whole, signed by ختم الجهة" in good.output
    assert good.output.rstrip().rpartition(" ")[2] in {"valid", "expired", "replaced"}
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(paper.read_bytes() + b"more")
    told = quiz("records", "verify", str(paper), str(bad))
    assert told.exit_code == 1
    assert f"{bad}: added-to, not-the-kept-one\n" in told.output
    assert quiz("records", "export", str(folder)).exit_code == 2
    assert quiz("records", "verify").exit_code == 2


def test_what_was_tampered_with_is_listed_and_fails(quiz: Run, environment: Environment) -> None:
    quiz("records", "sign", "--all")
    with closing(sqlite3.connect(str(environment["DATABASE_URL"]).removeprefix("sqlite:///"))) as database:
        database.execute("DROP TRIGGER paper_content_update_refused")
        database.execute("UPDATE paper_content SET content = x'00' WHERE completion_id = 1")
        database.commit()
    result = quiz("records", "verify", "--all")
    assert result.exit_code == 1
    assert ": content-altered\n" in result.output
    assert result.output.endswith("faults: 1\n")
    found = quiz("records", "verify", "--all", "--json")
    assert found.exit_code == 1
    told = json.loads(found.output)
    assert [(one["kind"], one["what"]) for one in told["faults"]] == [("paper", "content-altered")]
    assert (told["papers"], told["records"]) == (counted(environment)[1], counted(environment)[0])


def test_everything_of_the_demonstration_follows_until_somebody_touches_it(
    quiz: Run, environment: Environment, key_file: Path
) -> None:
    environment["CREDENTIAL_KEY_FILE"] = str(key_file)
    environment["BASE_URL"] = "https://amana.example"
    quiz("records", "sign", "--all")
    with connect(str(environment["DATABASE_URL"])).writes() as session:
        tools = Tools.real("file:.", "https://amana.example", 8, 1, key_file)
        assert not issuing.prepare(UnitOfWork(session, Actor.system("tests"), tools.clock(), tools, is_writing=True))
        session.commit()
    whole = quiz("records", "verify", "--all")
    assert whole.exit_code == 0, whole.output
    assert whole.output.endswith(", faults: 0\n")
    with closing(sqlite3.connect(str(environment["DATABASE_URL"]).removeprefix("sqlite:///"))) as database:
        database.execute("DROP TRIGGER renewal_delete_refused")
        database.execute("DELETE FROM renewal")
        database.execute("UPDATE share_link SET completion_id = 99")
        database.commit()
    told = quiz("records", "verify", "--all")
    assert told.exit_code == 1
    assert re.search(r"^completion [0-9a-f]{32}: renewal-missing$", told.output, re.MULTILINE)
    assert "share_link 1: of-no-record\n" in told.output
    assert told.output.endswith("faults: 2\n")
    assert quiz("records", "verify", "--json").exit_code == 2
