"""What is deployed names settings that there are, and commands that there are."""

import ast
import re
from collections.abc import Iterator

import pytest
import yaml
from click import Group

from quiz.cli import main
from quiz.settings.environment import SECRETS
from tests.deploy.conftest import ROOT

DEPLOY = ROOT / "deploy"
# Of others: the interpreter, the shell, PostgreSQL's image, and the script that rolls.
OTHERS = {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}


def known() -> set[str]:
    """Every setting that the code asks for by its whole name."""
    found = {f"{name}_FILE" for name in SECRETS}
    for path in (ROOT / "quiz" / "settings").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and re.fullmatch(r"[A-Z][A-Z0-9_]{3,}", str(node.value)):
                found.add(str(node.value))
    return found


def named() -> Iterator[tuple[str, str]]:
    """Every setting that a file of deploy/ names, and where."""
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    for service, said in compose["services"].items():
        for name in said.get("environment", {}):
            if service != "postgres":
                yield f"compose.yaml, {service}", name
    (settings,) = yaml.safe_load_all((DEPLOY / "kubernetes" / "settings.yaml").read_text())
    yield from (("settings.yaml", name) for name in settings["data"])
    for line in (DEPLOY / "systemd" / "amana.env").read_text().splitlines():
        if line and not line.startswith("#"):
            yield "amana.env", line.partition("=")[0]
    for unit in (DEPLOY / "systemd").glob("*.service"):
        for line in re.findall(r"^Environment=(.*)$", unit.read_text(), re.MULTILINE):
            yield from ((unit.name, word.partition("=")[0]) for word in line.split())
    image = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
    for line in re.findall(r"^ENV (.*)$", image, re.MULTILINE):
        yield from (("Containerfile", word.partition("=")[0]) for word in line.split())


def test_every_setting_is_one() -> None:
    found = list(named())
    assert len({where for where, _ in found}) >= 9
    assert [one for one in found if one[1] not in known() | OTHERS] == []


def test_everything_that_is_needed_is_said_everywhere() -> None:
    needed = {
        "BASE_URL",
        "TRUSTED_HOSTS",
        "TRUSTED_PROXIES",
        "SECRET_KEY_FILE",
        "DATABASE_URL_FILE",
        "MAIL_URL_FILE",
        "STOP_DELAY",
    }
    said: dict[str, set[str]] = {}
    for where, name in named():
        said.setdefault(where, set()).add(name)
    assert needed <= said["compose.yaml, app1"]
    assert needed <= said["settings.yaml"]
    assert needed <= said["amana.env"] | said["amana-app@.service"]


def commands() -> Iterator[tuple[str, list[str]]]:
    """What is called of the shell of the product."""
    for path in [
        *(DEPLOY / "systemd").glob("*.service"),
        *(DEPLOY / "kubernetes").glob("*.yaml"),
        DEPLOY / "compose.yaml",
    ]:
        for words in re.findall(r"\bquiz ((?:[a-z]+ ?)+)", re.sub(r"#.*", "", path.read_text())):
            yield path.name, words.split()
        for words in re.findall(r"^ +(?:args|command): \[((?:[a-z]+, )?[a-z]+)[,\]]", path.read_text(), re.MULTILINE):
            if not words.startswith("postgres"):
                yield path.name, words.split(", ")


@pytest.mark.parametrize(("where", "words"), list(commands()))
def test_every_command_is_one(where: str, words: list[str]) -> None:
    command = main
    for word in words:
        assert isinstance(command, Group), where
        assert word in command.commands, f"{where}: quiz {' '.join(words)}"
        command = command.commands[word]  # type: ignore[assignment]
        if not isinstance(command, Group):
            break
