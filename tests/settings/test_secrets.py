"""Secrets of the operator: from the environment or from files, never both, never shown, and one after another."""

from pathlib import Path

import pytest

from quiz.factory import create_app
from quiz.services.tools import Tools
from quiz.settings.environment import SECRETS, Misconfigured
from quiz.settings.operator import Settings

FIRST, SECOND = "k3y-Of_the+tests: 0123456789abcdefghij", "an0ther-0ne: 9876543210zyxwvutsrqponmlkj"
VALUES = {
    "SECRET_KEY": SECOND,
    "OLD_SECRET_KEYS": FIRST,
    "DATABASE_URL": "postgresql://amana:pass-word@db.example/amana",
    "DATABASE_REPLICA_URL": "postgresql://reader:pass-word@replica.example/amana",
    "MAIL_URL": "smtp+tls://amana:pass-word@mail.example:587",
    "QUEUE_URL": "redis://:pass-word@cache.example:6379/0",
    "REDIS_URL": "rediss://:pass-word@cache.example:6379/1",
    "SIGNING_KEY_PASSWORD": "pass-word",
    "SIGNING_PKCS11_PIN": "123456",
    "METRICS_TOKEN": "a-token-For_metrics+0123456789",
}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Every secret in a file, as service managers lay them down: with the end of a line behind it."""
    for name, value in VALUES.items():
        (tmp_path / name).write_text(f"{value}\n", encoding="utf-8")
    return {f"{name}_FILE": str(tmp_path / name) for name in VALUES}


def test_every_secret_may_stand_in_a_file(environ: dict[str, str]) -> None:
    assert set(SECRETS) == set(VALUES)
    settings = Settings.from_environ(environ)
    assert (settings.secret_key, settings.old_secret_keys) == (SECOND, (FIRST,))
    assert (settings.database_url, settings.mail_url) == (VALUES["DATABASE_URL"], VALUES["MAIL_URL"])
    assert settings.reach.replica_url == VALUES["DATABASE_REPLICA_URL"]
    assert settings.signing is not None
    assert settings.operation.metrics_token == VALUES["METRICS_TOKEN"]
    assert (settings.signing.key_password, settings.signing.pkcs11_pin) == ("pass-word", "123456")


def test_no_secret_is_shown_with_the_settings(environ: dict[str, str]) -> None:
    shown = repr(Settings.from_environ(environ))
    assert [value for value in (FIRST, SECOND, "pass-word", "123456", "For_metrics") if value in shown] == []


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("what", ["twice", "nothing in it", "no text", "not there"])
def test_a_secret_that_is_said_twice_or_not_at_all_stops_the_start(
    environ: dict[str, str], name: str, what: str, tmp_path: Path
) -> None:
    if what == "twice":
        environ[name] = "something"
    elif what == "not there":
        environ[f"{name}_FILE"] = str(tmp_path / "nowhere")
    else:
        (tmp_path / name).write_bytes(b" \n" if what == "nothing in it" else b"\xff\xfe\x00")
    with pytest.raises(Misconfigured, match=f"{name}_FILE"):
        Settings.from_environ(environ)


def test_after_a_change_of_the_secret_what_the_old_one_sealed_and_chained_is_still_read() -> None:
    before = Tools.of(Settings(database_url="sqlite://", secret_key=FIRST))
    after = Tools.of(Settings(database_url="sqlite://", secret_key=SECOND, old_secret_keys=(FIRST,)))
    assert after.vault.open(before.vault.seal(b"of an app", "mona", before.chance), "mona") == b"of an app"
    assert after.entry_key.code_digest("A") != before.entry_key.code_digest("A")
    assert before.entry_key.code_digest("A") in after.entry_key.code_digests("A")
    assert before.audit_keys.sealing in after.audit_keys.keys
    assert after.audit_keys.sealing != before.audit_keys.sealing


def test_a_form_that_was_opened_before_a_change_of_the_secret_is_still_taken() -> None:
    app = create_app(Settings(database_url="sqlite://", secret_key=SECOND, old_secret_keys=(FIRST,)))
    assert app.config["SECRET_KEY_FALLBACKS"] == [FIRST]
