"""The map in the README is true: every folder has its line, and every line its place."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
# Made on a machine and never committed, or for the tools of those who write here.
MADE = {"instance", "build", "dist", "node_modules", "__pycache__"}


def places() -> list[str]:
    """The first column of the table under «The map»."""
    (section,) = re.findall(r"^## The map$(.*?)^## ", README.read_text(), re.DOTALL | re.MULTILINE)
    found = re.findall(r"^\| `([^`]+)`", section, re.MULTILINE)
    assert found
    return found


def test_every_folder_at_the_top_has_its_line() -> None:
    folders = {
        path.name
        for path in ROOT.iterdir()
        if path.is_dir()
        and path.name not in MADE
        and not re.match(r"\.|.*\.egg-info$", path.name)
        and any(path.iterdir())
    }
    # quiz/ is described package by package.
    assert folders - {"quiz"} <= {place.split("/")[0] for place in places()}


def test_every_package_and_module_of_the_product_has_its_line() -> None:
    inside = {
        f"quiz/{path.name}/" if path.is_dir() else f"quiz/{path.name}"
        for path in (ROOT / "quiz").iterdir()
        if not path.name.startswith("__")
    }
    assert inside <= set(places())


def test_every_desk_has_its_name() -> None:
    text = README.read_text()
    for path in (ROOT / "quiz" / "web").iterdir():
        if path.is_dir() and not path.name.startswith("__"):
            assert f"`{path.name}`" in text, path.name


def test_every_line_has_its_place() -> None:
    for place in places():
        assert (ROOT / place).exists(), place


def test_the_commands_are_those_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert targets == {"run", "test", "check", "bench", "soak", "wheel"}
    text = README.read_text()
    for target in targets:
        assert f"`make {target}`" in text
