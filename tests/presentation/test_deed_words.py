"""Every deed, reason and kind of thing that the code writes into the trail has words in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from quiz.access import policy
from quiz.access.permissions import Permission
from quiz.factory import create_app
from quiz.language.catalogue import catalogue
from quiz.presentation import deed_words
from quiz.records import audit_walk
from quiz.settings.operator import Settings

ROOT = Path(__file__).resolve().parents[2] / "quiz"


def calls(name: str, *folders: str) -> Iterator[str]:
    """Give the text that is the first argument wherever a name is called."""
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id == name
                    and node.args
                ):
                    first = node.args[0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        yield first.value


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Settings(database_url="sqlite://", secret_key="a key for tests only, 0123456789abcdef"))


def reasons() -> set[str]:
    """Every reason that the policy gives, and those that sign-ins give."""
    tree = ast.parse(Path(policy.__file__).read_text())
    found = {
        one.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Decision"
        for one in ast.walk(node)
        if isinstance(one, ast.Constant)
        and isinstance(one.value, str)
        and one.value not in {"bank-", "role-", "scope-"}
    }
    assert {"own", "not-own", "role-missing"} <= found
    said_beside = {
        "another-identity",
        "bank-editor",
        "link-closed",
        "link-not-for-them",
        "wrong-code",
        "wrong-passkey",
        "wrong-password",
    }
    return found | said_beside | {"done", "too-many-tries", "role-auditor", "scope-people:read"}


def test_every_permission_has_words_and_no_two_have_the_same(app: Flask) -> None:
    assert set(deed_words.DEED_WORDS) == set(Permission)
    for language in ("ar", "en"):
        with app.test_request_context(headers={"Cookie": f"language={language}"}):
            said = [deed_words.deed_words(one) for one in Permission]
        assert len(set(said)) == len(said)
        if language == "ar":
            assert not [one for one in said if one.isascii()]


def test_every_reason_has_words_and_an_unknown_one_its_code(app: Flask) -> None:
    with app.test_request_context():
        for because in reasons():
            assert not deed_words.because_words(because).isascii(), because
        assert deed_words.because_words("of-old") == "of-old"
        assert deed_words.deed_words("of:old:days") == "of:old:days"
        assert deed_words.kind_words("of-old") == "of-old"


def test_every_kind_of_thing_has_words() -> None:
    kinds = set(calls("Target", "services", "jobs")) - {"anything", "own"}
    assert len(kinds) > 60
    assert kinds - set(deed_words.KIND_WORDS) == set()
    assert set(deed_words.KIND_WORDS) - kinds == set(), "nothing of the kind is written any more"


def test_every_fault_of_the_chain_has_words() -> None:
    named = set(calls("Fault", "records", "services", "cli")) & set(deed_words.FAULT_WORDS)
    documented = {
        word.strip("`:;.,") for word in str(audit_walk.Fault.__doc__).split() if word.startswith("`") and "-" in word
    }
    assert documented <= set(deed_words.FAULT_WORDS)
    assert len(named) == len(deed_words.FAULT_WORDS)
    assert catalogue("ar").gettext("links are missing") != "links are missing"
