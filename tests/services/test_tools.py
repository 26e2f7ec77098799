"""The outside as the operator's settings have it."""

from pathlib import Path

import pytest

from quiz.services.tools import Tools
from quiz.settings.environment import Misconfigured
from quiz.settings.operator import Settings

SECRET = "a key for tests only: 0123456789abcdef"


def test_a_key_that_cannot_sign_is_found_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text("no key")
    with pytest.raises(Misconfigured, match="CREDENTIAL_KEY_FILE"):
        Tools.real("file:/dev/null", "http://127.0.0.1", 1024, 1, path)
    assert Tools.real("file:/dev/null", "http://127.0.0.1", 1024, 1).signer.public_key is None


def test_a_key_that_is_not_there_is_found_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="CREDENTIAL_KEY_FILE"):
        Settings.from_environ({"SECRET_KEY": SECRET, "CREDENTIAL_KEY_FILE": str(tmp_path / "none.pem")})
    assert Settings.from_environ({"SECRET_KEY": SECRET}).credential_key_file is None
