"""`quiz records verify-pack`: what an auditor is told about a pack, without a database."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from quiz.cli import main
from quiz.records.pack import seal
from quiz.records.signing import Ed25519Signer, NobodySigns, Signer, fingerprint

SIGNER = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(32)))
Check = Callable[..., Result]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Check a pack, whole or with something done to its bytes."""

    def run(signer: Signer, *options: str, change: Callable[[bytes], bytes] = bytes) -> Result:
        facts = {"made_at": "2026-11-21T09:00:00Z"}
        content, _ = seal({"evidence.json": b"{}"}, facts, signer, datetime(2026, 11, 21, tzinfo=UTC))
        path = tmp_path / "pack.zip"
        path.write_bytes(change(content))
        # Whoever checks has no installation of ours, and so no settings.
        return CliRunner().invoke(main, ["records", "verify-pack", str(path), *options], env={"DATABASE_URL": None})

    return run


def test_a_pack_that_holds_names_its_key_and_asks_to_compare_it(check: Check) -> None:
    result = check(SIGNER)
    assert result.exit_code == 0, result.output
    assert fingerprint(SIGNER.public_key) in result.output
    assert "compare it" in result.output


def test_a_key_from_elsewhere_is_what_counts(check: Check, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(SIGNER.public_key)
    assert check(SIGNER, "--key", str(tmp_path / "key.pem")).exit_code == 0
    result = check(OTHER, "--key", str(tmp_path / "key.pem"))
    assert result.exit_code == 1
    assert "public-key.pem: it is signed with another key" in result.output


def test_a_pack_that_is_not_signed_fails_unless_that_is_asked_for(check: Check, tmp_path: Path) -> None:
    result = check(NobodySigns())
    assert result.exit_code == 1
    assert "manifest.json: the pack is not signed" in result.output
    assert check(NobodySigns(), "--unsigned").exit_code == 0
    (tmp_path / "key.pem").write_bytes(SIGNER.public_key)
    assert check(NobodySigns(), "--unsigned", "--key", str(tmp_path / "key.pem")).exit_code == 1


def test_a_damaged_pack_is_told_in_a_line(check: Check) -> None:
    result = check(SIGNER, change=lambda content: content[:-30])
    assert result.exit_code == 1
    assert "is no evidence pack" in result.output
