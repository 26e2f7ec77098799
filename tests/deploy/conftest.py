"""What is deployed, made once: the wheel, out of a copy of the sources, and a place where nothing else is installed."""

import os
import shutil
import site
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (
    "app.py",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "package-lock.json",
    "quiz",
    "content",
    "static",
    "translations",
    "deploy",
)
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.enable_socket)


def copy_of_the_sources(into: Path) -> Path:
    """Copy what a wheel is made of, and what the set-up made beside it."""
    unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info", "build", "dist", "shipped")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, into / name, ignore=unwanted)
        else:
            into.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, into / name)
    return into


def make_wheel(sources: Path, into: Path) -> Path:
    """Make the wheel as `make wheel` does, but for the set-up."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-index"),
            *("--no-deps", "--no-build-isolation", "--wheel-dir", str(into), "."),
        ],
        cwd=sources,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1795000000"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (made,) = into.glob("amana-*.whl")
    return made


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_wheel(
        copy_of_the_sources(tmp_path_factory.mktemp("sources") / "amana"), tmp_path_factory.mktemp("dist")
    )


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, str]]:
    """An environment with the wheel, and with what it needs from the one of the tests; the sources are not in it."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True)
    python = str(folder / "bin" / "python")
    command = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        str(wheel),
    ]
    subprocess.run([*command, "--disable-pip-version-check"], check=True, timeout=120)
    # Links of installations that can be edited are followed for folders of the interpreter, and not for these.
    return python, {"PYTHONPATH": os.pathsep.join(site.getsitepackages())}
