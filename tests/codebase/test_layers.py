"""The layers are a test, not a wish: every contract of pyproject.toml is there, and every one is kept."""

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "quiz").rglob("*.py"))
CONTRACTS = {
    "layers",
    "pure-engine",
    "no-flask-below-presentation",
    "no-sql-above-services",
    "roles-apart",
    "adapters-apart",
    "managers-never-see-answers",
}
# The layers in which nobody speaks to a reader: codes and texts go up, sentences are chosen at the edge.
SPEECHLESS = ("engine", "access", "events.py", "settings.py", "db", "bank", "services")


def settings() -> dict[str, object]:
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"])


def test_no_contract_was_taken_away() -> None:
    contracts = {contract["id"]: contract for contract in settings()["contracts"]}
    assert set(contracts) >= CONTRACTS
    assert contracts["layers"]["exhaustive"] is True
    assert settings()["include_external_packages"] is True


def test_every_exception_from_a_contract_is_known() -> None:
    excused = {line for contract in settings()["contracts"] for line in contract.get("ignore_imports", ())}
    # Outages are told from defects by the driver's exception, where they are met.
    assert excused <= {"quiz.presentation.errors -> sqlalchemy"}


def test_every_contract_is_kept() -> None:
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent)) or "lint-imports"
    done = subprocess.run([command], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def called(path: Path) -> set[str]:
    """The names of everything that a module calls."""
    functions = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return {one.id if isinstance(one, ast.Name) else getattr(one, "attr", "") for one in functions}


def test_nobody_below_the_pages_speaks_to_a_reader() -> None:
    # Marking a sentence (N_) is speaking too: it belongs to quiz/presentation/findings.py.
    speaking = {"gettext", "ngettext", "pgettext", "npgettext", "_", "_n", "_p", "_np", "_l", "N_"}
    below = [path for path in MODULES if path.relative_to(ROOT / "quiz").parts[0] in SPEECHLESS]
    assert below
    assert [str(path) for path in below if called(path) & speaking] == []


def test_papers_speak_through_the_catalogue_and_without_a_request() -> None:
    for folder in ("records", "language"):
        for path in (ROOT / "quiz" / folder).rglob("*.py"):
            assert "flask" not in path.read_text(), path
            makes_a_catalogue = "translation" in called(path)
            assert not makes_a_catalogue or path.name == "catalogue.py", path


def test_packages_hold_no_code_of_their_own() -> None:
    # The shell's package is its command; everything else is imported from where it stands.
    may = {ROOT / "quiz" / "cli" / "__init__.py"}
    for path in (ROOT / "quiz").rglob("__init__.py"):
        body = ast.parse(path.read_text()).body
        is_docstring_only = all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in body)
        assert path in may or is_docstring_only, path


def test_no_drawer_is_without_a_label() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "tools2", "lib"}
    for path in (ROOT / "quiz").rglob("*"):
        # A manager is a person here: quiz/web/manager is the desk of one.
        if path.is_dir() and path == ROOT / "quiz" / "web" / "manager":
            continue
        assert path.stem not in drawers or path.parent.name in {"manager", "templates"}, path
