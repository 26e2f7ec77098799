"""`quiz records verify-code`: a printed record is checked without database, settings or network."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quiz.cli.records import records
from quiz.records.facts import CompletionFacts
from quiz.records.offline_code import offline_address
from tests.records.conftest import facts as facts
from tests.records.test_credential import CODE, ISSUER, OTHER, SIGNER


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "issuer.pem"
    path.write_bytes(SIGNER.public_key)
    return path


def verify(text: str | None, key: Path) -> Result:
    assert text is not None
    return CliRunner().invoke(records, ["verify-code", text, "--key", str(key)], env={})


def test_a_code_that_holds_is_told(facts: CompletionFacts, key: Path) -> None:
    endless = replace(facts, valid_until=None)
    found = verify(offline_address(endless, "نهى رضا", CODE, ISSUER, SIGNER), key)
    assert found.exit_code == 0, found.output
    assert "holder: نهى رضا\n" in found.output
    assert "valid until: no end date\n" in found.output
    assert "only the service can say" in found.output


def test_what_is_wrong_is_told_in_one_line(facts: CompletionFacts, key: Path) -> None:
    address = offline_address(facts, "نهى رضا", CODE, ISSUER, SIGNER)
    assert address is not None
    for text, why in (
        (address[:-2] + "40", "the code does not hold"),
        ("nothing", "the code does not hold"),
        (offline_address(facts, "نهى رضا", CODE, ISSUER, OTHER), "a key that is not given"),
        (
            offline_address(replace(facts, valid_until=date(2020, 1, 1)), "نهى رضا", CODE, ISSUER, SIGNER),
            "the record has expired",
        ),
    ):
        found = verify(text, key)
        assert found.exit_code == 1
        assert why in found.output
    key.write_text("nothing")
    assert "neither a public key" in verify(address, key).output
