"""`quiz doctor` on installations that are whole, and on such as are broken in one place: found, with what to do."""

import json
import os
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from click.testing import Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import create_engine, text

from bench.servers import free_port
from quiz.cli import doctor_database, doctor_places, doctor_settings
from quiz.cli.doctor_findings import secrets_of, without
from quiz.db import schema
from quiz.db.connection import Database
from quiz.services.mail_health import MailHealth
from quiz.services.tools import system_clock
from quiz.settings.operator import ROOT
from tests.authorities import Authority

pytestmark = pytest.mark.enable_socket
Run = Callable[..., Result]
KEY = secrets.token_urlsafe(48)
Told = list[dict[str, str]]


@pytest.fixture
def url(dialect: str, request: pytest.FixtureRequest) -> str:
    """A database of one's own where a test asks for one, else the file that is only looked at."""
    if "own_database" in request.fixturenames:
        found: Database = request.getfixturevalue("own_database")
        return str(found.engine.url.render_as_string(hide_password=False))
    assert dialect == "sqlite"
    return f"sqlite:///{request.getfixturevalue('_sqlite_mould')}"


@pytest.fixture
def whole(tmp_path: Path, url: str) -> dict[str, str | None]:
    """The settings of an installation in which nothing is missing."""
    ends = system_clock().replace(microsecond=0) + timedelta(days=300)
    begins = ends - timedelta(days=600)
    written = Authority().issue(begins=begins, ends=ends).write(tmp_path)
    tips = tmp_path / "tips"
    tips.mkdir()
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "credential.pem").write_bytes(pem)
    (tmp_path / "audit.key").write_text(secrets.token_hex(32))
    for path in (*tmp_path.iterdir(), *([Path(url.removeprefix("sqlite:///"))] if "sqlite" in url else [])):
        if path.is_file():
            path.chmod(0o600)
    return {
        "DATABASE_URL": url,
        "SECRET_KEY": KEY,
        "CREDENTIAL_KEY_FILE": str(tmp_path / "credential.pem"),
        "AUDIT_KEY_FILE": str(tmp_path / "audit.key"),
        "AUDIT_TIP_FOLDER": str(tips),
        "SIGNING_KEY_FILE": written["key_file"],
        "SIGNING_CERTIFICATE_FILE": written["certificate_file"],
    }


@pytest.fixture
def doctor(quiz: Run, whole: dict[str, str | None]) -> Callable[..., tuple[int, Told]]:
    """Ask the doctor with some settings changed; return the exit status and what was not found well."""

    def ask(**changes: str | None) -> tuple[int, Told]:
        done = quiz("doctor", "--json", **{**whole, **changes})
        told = json.loads(done.output)
        assert told["state"] == ("ok", "warning", "wrong")[done.exit_code]
        for name, value in {**whole, **changes}.items():
            if value and (name in {"SECRET_KEY", "METRICS_TOKEN"} or name.endswith("_PASSWORD")):
                assert value not in done.output
        assert all(one["do"] for one in told["findings"] if one["state"] != "ok")
        return done.exit_code, [one for one in told["findings"] if one["state"] != "ok"]

    return ask


Doctor = Callable[..., tuple[int, Told]]


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_whole_installation_is_well_and_one_without_a_backup_nearly(
    own_database: Database,
    doctor: Doctor,
    quiz: Run,
    whole: dict[str, str | None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "mails: worker-unseen" in [one["what"] for one in doctor()[1]]
    # Whether the reminders of today have begun depends on the hour of the test.
    healthy = MailHealth((), "done", 0, 0)
    monkeypatch.setattr(doctor_database.mail_health, "get_mail_health", lambda _: healthy)
    status, found = doctor()
    assert (status, [one["what"] for one in found]) == (1, ["backup"])
    assert quiz("backup", str(tmp_path / "amana.backup"), **whole).exit_code == 0
    assert doctor() == (0, [])
    lines = quiz("doctor", **whole).output.splitlines()
    assert len(lines) > 10
    assert all(re.match(r"ok      [a-z: ]+: \S", line) for line in lines)


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_a_server_that_is_well_is_found_well(own_database: Database, doctor: Doctor) -> None:
    status, found = doctor()
    assert status == 1
    assert {one["what"].partition(":")[0] for one in found} == {"backup", "mails"}


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize(
    ("changes", "what", "state", "seen"),
    [
        ({"TRUSTED_HOSTS": "other.example"}, "settings: hosts", "wrong", "TRUSTED_HOSTS does not name 127.0.0.1"),
        ({"TRUSTED_PROXIES": "1"}, "settings: proxies", "warning", "BASE_URL is of this machine"),
        ({"BASE_URL": "https://amana.example"}, "settings: proxies", "warning", "TRUSTED_PROXIES is 0"),
        ({"BASE_URL": "https://amana.example"}, "settings: mail", "warning", "sent to nobody"),
        ({"TRUSTED_PROXIES": "1", "STOP_DELAY": "0"}, "settings: stopping", "warning", "STOP_DELAY"),
        ({"TRUSTED_PROXY": "1"}, "settings: names", "warning", "TRUSTED_PROXY is read by nobody"),
        ({"MAIL_URL": "smpt://post.example"}, "settings: mail", "wrong", "MAIL_URL begins with none"),
        ({"MAIL_URL": "smtp://u:p%40ss-word@127.0.0.2:1"}, "settings: mail", "warning", "a password and mails go to"),
        ({"MAIL_URL": "smtp://127.0.0.1:1"}, "mail server", "wrong", "ConnectionRefusedError"),
        ({"AUDIT_KEY_FILE": None}, "settings: audit", "warning", "AUDIT_KEY_FILE is not set"),
        ({"AUDIT_TIP_FOLDER": None}, "settings: audit", "warning", "AUDIT_TIP_FOLDER is not set"),
        ({"OLD_SECRET_KEYS": KEY}, "settings: secrets", "warning", "stands in OLD_SECRET_KEYS"),
        ({"SECRET_KEY": "abcdefgh" * 5}, "secrets: strength", "warning", "SECRET_KEY looks as if it could be guessed"),
        ({"METRICS_TOKEN": KEY}, "secrets: strength", "wrong", "METRICS_TOKEN is SECRET_KEY"),
        ({"QUEUE_URL": "redis://:pass-word@127.0.0.1:1/0"}, "queue", "warning", "it does not answer"),
        ({"REDIS_URL": "redis://:pass-word@127.0.0.1:1/0"}, "limits", "warning", "REDIS_URL does not answer"),
        ({"CREDENTIAL_KEY_FILE": None}, "signing", "warning", "no key"),
        ({"SIGNING_KEY_FILE": None, "SIGNING_CERTIFICATE_FILE": None}, "signing", "warning", "papers are not signed"),
        ({"DATABASE_URL": "sqlite:////nowhere/amana.db"}, "database", "wrong", "there is no file /nowhere/amana.db"),
        ({"DATABASE_URL": "mysql://u:pass-word@x/y", "QUEUE_URL": "redis://h:1"}, "database", "wrong", "be used"),
        ({"DATABASE_URL": "postgresql://u:pass-word@127.0.0.1:1/x"}, "database", "wrong", "it does not answer"),
    ],
)  # fmt: skip
def test_what_is_set_wrongly_is_found_by_name(
    doctor: Doctor, changes: dict[str, str | None], what: str, state: str, seen: str
) -> None:
    status, found = doctor(**changes)
    (one, *_) = [one for one in found if one["what"] == what and seen in one["seen"]] or [found]
    assert isinstance(one, dict), found
    assert one["state"] == state
    assert status == (2 if any(one["state"] == "wrong" for one in found) else 1)
    assert not re.search("pass-word|p%40ss|p@ss", json.dumps(found))


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_every_fault_of_the_settings_is_told_at_once(doctor: Doctor) -> None:
    status, found = doctor(
        SECRET_KEY="short",
        BASE_URL="ftp://x",
        STOP_DELAY="soon",
        TRUSTED_PROXIES="-1",
        METRICS_TOKEN="weak",
        SIGNING_KEY_PASSWORD_FILE="/nowhere",
        AUDIT_TIP_FOLDER="/nowhere",
        OIDC_GONE_ISSUER="https://id.example",
    )
    assert status == 2
    told = " ".join(one["seen"] for one in found)
    for name in (
        "SECRET_KEY", "BASE_URL", "STOP_DELAY", "TRUSTED_PROXIES", "METRICS_TOKEN", "SIGNING_KEY_PASSWORD_FILE",
        "AUDIT_TIP_FOLDER", "OIDC_GONE_ISSUER",
    ):  # fmt: skip
        assert name in told


def test_every_setting_that_is_read_is_known() -> None:
    source = "".join(path.read_text() for path in sorted((ROOT / "quiz" / "settings").glob("*.py")))
    read = set(re.findall(r'"([A-Z][A-Z0-9]*_[A-Z0-9_]+)"', source)) - {"METADATA_FILE"}
    providers = {name for name in read if re.match("CLIENT_|NAME_|MAX_AGE|STRONG_|METADATA", name)}
    assert read - providers <= doctor_settings.KNOWN
    assert len(read - providers) > 20


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_files_that_others_can_read_are_named(
    own_database: Database, doctor: Doctor, whole: dict[str, str | None], tmp_path: Path
) -> None:
    Path(str(whole["SIGNING_KEY_FILE"])).chmod(0o644)
    (tmp_path / "own.db").chmod(0o644)
    secret = tmp_path / "secret"
    secret.write_text(KEY)
    secret.chmod(0o640)
    _, found = doctor(SECRET_KEY=None, SECRET_KEY_FILE=str(secret))
    assert [(one["state"], one["seen"].partition(":")[0]) for one in found if one["what"] == "secrets: files"] == [
        ("wrong", "SIGNING_KEY_FILE"),
        ("warning", "the database"),
    ]
    assert KEY not in json.dumps(found)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_keys_and_certificates_that_cannot_sign_are_found(doctor: Doctor, tmp_path: Path) -> None:
    now = system_clock().replace(microsecond=0)
    broken = tmp_path / "broken.pem"
    broken.write_text("no key")
    broken.chmod(0o600)
    status, found = doctor(CREDENTIAL_KEY_FILE=str(broken))
    assert (status, "CREDENTIAL_KEY_FILE" in found[-1]["seen"]) == (2, True)
    for days, state in ((10, "warning"), (-10, "wrong")):
        place = tmp_path / str(days)
        place.mkdir()
        written = Authority().issue(begins=now - timedelta(300), ends=now + timedelta(days)).write(place)
        Path(written["key_file"]).chmod(0o600)
        _, found = doctor(SIGNING_KEY_FILE=written["key_file"], SIGNING_CERTIFICATE_FILE=written["certificate_file"])
        assert [one["state"] for one in found if one["what"] == "signing"] == [state], found


def test_a_schema_that_lags_is_another_or_lost_its_triggers_is_found(doctor: Doctor, own_database: Database) -> None:
    engine = own_database.engine
    gone = "DROP TRIGGER attempt_delete_refused" + ("" if own_database.is_sqlite else " ON attempt")

    def told(*statements: str) -> str:
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
        status, found = doctor()
        (one,) = (one for one in found if one["what"] == "schema")
        assert status == (1 if one["state"] == "warning" else 2)
        return one["seen"]

    assert "1 protecting triggers are gone or switched off, such as attempt_delete_refused" in told(gone)
    head = schema.head()
    assert f"{int(head) - 35} migrations are pending (035 -> {head})" in told(
        "UPDATE alembic_version SET version_num = '035'"
    )
    assert "it stands at 099, this version knows" in told("UPDATE alembic_version SET version_num = '099'")
    assert "which is none of this product" in told("UPDATE alembic_version SET version_num = 'f00baa'")


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_file_that_is_no_database_is_found(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "no.db").write_bytes(b"no database at all " * 100)
    status, found = doctor(DATABASE_URL=f"sqlite:///{tmp_path / 'no.db'}")
    assert (status, "file is not a database" in json.dumps(found)) == (2, True)


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_a_server_that_is_set_otherwise_is_found(
    doctor: Doctor, own_database: Database, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = own_database.engine.url.database
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for change in ("default_transaction_isolation = 'serializable'", "synchronous_commit = 'off'"):
            connection.execute(text(f"ALTER DATABASE {name} SET {change}"))
    admin.dispose()
    monkeypatch.setattr(doctor_database, "system_clock", lambda: system_clock() + timedelta(minutes=5))
    status, found = doctor(DATABASE_POOLER="1")
    told = {(one["what"], one["state"]): one["seen"] for one in found}
    assert status == 2
    assert told["database", "wrong"] == "default_transaction_isolation is serializable"
    assert told["database", "warning"] == "synchronous_commit is off"
    assert told["clock", "wrong"].startswith("this machine and the database's are 300.")
    assert "none stands between" in told["database: pooler", "warning"]
    # What PgBouncer says of itself to a client is another number than the server's.
    pooled = SimpleNamespace(
        connection=SimpleNamespace(driver_connection=SimpleNamespace(info=SimpleNamespace(backend_pid=1))),
        scalar=lambda _: 2,
    )
    (one,) = doctor_database._pooler(pooled, is_pooled=False)  # type: ignore[arg-type]
    assert (one.state, "DATABASE_POOLER is not 1" in one.seen) == ("wrong", True)
    (one,) = doctor_database._pooler(pooled, is_pooled=True)  # type: ignore[arg-type]
    assert (one.state, "one stands between" in one.seen) == ("ok", True)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_what_was_written_in_the_future_tells_of_a_clock(doctor: Doctor, own_database: Database) -> None:
    with own_database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_entry (at, actor, deed, target_kind, target_id, was_allowed, because, details) "
                "VALUES ('2099-01-01 00:00:00.000000', 'x', 'x', 'x', 'x', 1, 'x', '{}')"
            )
        )
    status, found = doctor()
    assert (status, "later than now" in json.dumps(found)) == (2, True)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_disks_folders_and_what_was_not_built_are_found(
    doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.statvfs

    def full(path: Path) -> object:
        found = real(path)
        return SimpleNamespace(f_bavail=10, f_frsize=found.f_frsize, f_blocks=found.f_blocks, f_files=1000, f_favail=1)

    monkeypatch.setattr(doctor_places.os, "statvfs", full)
    monkeypatch.setattr(doctor_places, "folder", lambda name: tmp_path / name)
    (tmp_path / "static" / "vendor").mkdir(parents=True)
    status, found = doctor()
    told = [(one["what"], one["state"]) for one in found]
    assert status == 2
    assert ("disk", "wrong") in told
    assert ("disk", "warning") in told
    assert ("translations", "wrong") in told
    assert ("pages", "wrong") in told
    # Whoever is root may write anywhere, tests of root as well.
    monkeypatch.setattr(doctor_places.os, "access", lambda path, mode: False)
    assert "this user may not write into" in json.dumps(doctor()[1])


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_mail_server_that_answers_is_greeted_and_sent_nothing(doctor: Doctor) -> None:
    handled: list[object] = []

    class Handler:
        async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802 # as it is called
            handled.append(envelope)
            return "250 OK"

    port = free_port()
    controller = Controller(Handler(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        _, found = doctor(MAIL_URL=f"smtp://127.0.0.1:{port}")
        assert [one for one in found if one["what"] == "mail server"] == []
        # It offers no encryption, and we speak to it without.
        _, found = doctor(MAIL_URL=f"smtp+tls://127.0.0.1:{port}")
        assert "SMTPNotSupportedError" in json.dumps(found)
    finally:
        controller.stop()
    assert handled == []


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_one_thing_that_cannot_be_looked_at_hides_no_other(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    def boom(*_: object) -> object:
        raise RuntimeError(f"with {KEY} in it")

    monkeypatch.setattr(doctor_places, "_folders", boom)
    status, found = doctor(AUDIT_TIP_FOLDER=None)
    assert status == 2
    assert {"what": "folders", "state": "wrong"}.items() <= found[-1].items()
    assert found[-1]["seen"] == "could not be looked at: RuntimeError"


def test_what_is_hidden() -> None:
    environ = {
        "DATABASE_URL": "postgresql://u:a%20b%40c@h/d",
        "OIDC_X_CLIENT_SECRET": "of-a-provider",
        "OLD_SECRET_KEYS": "first-old,second-old",
        "SIGNING_PKCS11_PIN": "1234",
        "PATH": "/usr/bin",
        "BROKEN": "http://[",
    }
    hidden = secrets_of(environ)
    with suppress(ValueError):
        assert without(hidden, " ".join(environ.values())) == ("*** *** *** *** /usr/bin http://[")
    assert without(hidden, "tried a b@c, a%20b%40c, of-a-provider, second-old and 1234 at /usr/bin") == (
        "tried ***, ***, ***, *** and *** at /usr/bin"
    )
