"""What the page of ASVS says of the whole code at once: what is used nowhere, and what is used in one place."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import argon2

from quiz.db.models.people import AccountRow, PersonRow
from quiz.services.tools import Tools
from quiz.settings.operator import Settings
from tests.codebase.test_house_rules import CODE, ROOT, SCRIPTS, TEMPLATES, called, matching, name

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
OUR_SCRIPTS = [path for path in SCRIPTS if "vendor" not in path.parts]
# The hashes of each module that uses another than SHA-256, with its reason.
OTHER_HASHES = {
    "quiz/interop/api/cursors.py": {"sha512"},  # a key of 64 bytes
    "quiz/interop/oidc/tokens.py": {"sha256", "sha512"},  # at_hash as OpenID Connect has it
    "quiz/services/one_time_codes.py": {"sha1"},  # RFC 6238, as apps know it
}


def imported(path: Path) -> set[str]:
    """What a module imports, as dotted names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def hashes(path: Path) -> set[str]:
    """The names of hashes that a module takes from the standard library or from `cryptography`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in {"hashlib", "hashes"}
        ):
            found.add(node.attr.lower())
    return (found | {one.rpartition(".")[2].lower() for one in imported(path) if ".hashes." in one}) - {
        "hash",
        "hashalgorithm",
    }


def keywords(path: Path) -> Iterator[tuple[str, object]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.keyword) and node.arg and isinstance(node.value, ast.Constant):
            yield node.arg, node.value.value


def test_nothing_runs_what_is_data() -> None:
    runs = {("", "eval"), ("", "exec"), ("", "__import__"), ("os", "system"), ("os", "popen"), ("yaml", "load")}
    makes = {"render_template_string", "from_string", "Template"}
    for path in CODE:
        calls = called(path)
        assert not calls & runs, name(path)
        assert not {call for _, call in calls} & makes, name(path)
        assert not imported(path) & {"pickle", "marshal", "shelve", "dill", "jsonpickle", "code"}, name(path)
        assert ("shell", True) not in set(keywords(path)), name(path)


def test_nothing_reaches_into_memory() -> None:
    for path in CODE:
        assert not {one.partition(".")[0] for one in imported(path)} & {"ctypes", "cffi", "mmap"}, name(path)


def test_warnings_of_forgotten_files_are_errors() -> None:
    assert PYPROJECT["tool"]["pytest"]["ini_options"]["filterwarnings"] == ["error"]


def test_types_are_checked_strictly() -> None:
    assert PYPROJECT["tool"]["mypy"]["strict"] is True
    assert PYPROJECT["tool"]["mypy"]["packages"] == ["quiz"]


def test_only_published_keys_are_open_to_other_origins() -> None:
    # Verifiers of others read keys and lists of states in a browser; nothing in them depends on who asks.
    found = matching(CODE, r"Access-Control|flask_cors")
    assert [one.partition(":")[0] for one in found] == ["quiz/web/public/issuer.py"]


def test_no_form_fills_a_row_by_itself() -> None:
    assert matching(CODE, r"populate_obj|\*\*\s*(?:dict\()?(?:request\.(?:form|args|json)|form\.data)") == []


def test_passwords_may_be_pasted_and_kept_by_managers() -> None:
    assert matching(OUR_SCRIPTS, r"[\"'](?:paste|copy|cut|contextmenu)[\"']") == []
    fields = matching(TEMPLATES, r"field\(form\.(?:password|current|new|again)\b")
    assert len(fields) >= 5
    assert not [one for one in fields if not re.search(r"autocomplete=['\"](?:current|new)-password", one)]


def test_nobody_is_asked_a_secret_question() -> None:
    assert set(AccountRow.__table__.columns.keys()) == {"person_id", "password_hash", "changed_at"}
    assert not [one for one in PersonRow.__table__.c if re.search("hint|question|secret", one.name)]


def test_passwords_are_hashed_as_the_standard_asks() -> None:
    found = Settings(database_url="sqlite://", secret_key="k" * 40)
    hasher = Tools.real(found.mail_url, found.base_url, found.password_memory_kib, found.password_rounds).hasher
    assert hasher.type is argon2.Type.ID
    assert (hasher.memory_cost >= 19_456, hasher.time_cost >= 2, hasher.parallelism) == (True, True, 1)
    assert (hasher.hash_len, hasher.salt_len) >= (32, 16)


def test_algorithms_are_those_of_libraries() -> None:
    used = {name(path): hashes(path) for path in CODE if hashes(path)}
    assert len(used) > 10
    assert {path: found for path, found in used.items() if found != {"sha256"}} == OTHER_HASHES
    ciphers = {one for path in CODE for one in imported(path) if "ciphers" in one}
    assert {one.rpartition(".")[2] for one in ciphers} == {"AESGCM", "AESSIV"}
    others = {"Crypto", "Cryptodome", "rsa", "ecdsa", "nacl", "passlib", "bcrypt", "jwt"}
    assert not {one.partition(".")[0] for path in CODE for one in imported(path)} & others


def test_scripts_store_nothing_and_listen_to_nobody() -> None:
    assert matching(OUR_SCRIPTS, r"localStorage|sessionStorage|indexedDB|document\.cookie|\bcaches\b") == []
    assert matching(OUR_SCRIPTS, r"postMessage|[\"']message[\"']|onmessage|WebSocket|RTCPeer") == []


def test_scripts_make_no_object_by_names_from_outside() -> None:
    assert (
        matching(OUR_SCRIPTS, r"__proto__|Object\.(?:assign|setPrototypeOf|fromEntries)|\w\[[^\]\"'\d]+\]\s*=[^=]")
        == []
    )


def test_logs_go_where_the_inventory_says() -> None:
    found = matching(CODE, r"addHandler|basicConfig|dictConfig|fileConfig|FileHandler|SysLog|HTTPHandler")
    assert [one.partition(":")[0] for one in found] == ["quiz/presentation/logs.py"]
    assert [name(path) for path in CODE if ("", "print") in called(path)] == []
