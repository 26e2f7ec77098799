"""One wheel is all there is: in an empty folder, without the sources, it installs content and serves whole pages."""

import os
import re
import subprocess
import sys
import urllib.request
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.deploy.conftest import ROOT, copy_of_the_sources, make_wheel
from tests.e2e.server import Server


def tracked(*folders: str) -> set[str]:
    """What is committed in these folders."""
    done = subprocess.run(["git", "ls-files", *folders], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_everything_the_product_is_made_of_is_in_it(wheel: Path) -> None:
    with ZipFile(wheel) as file:
        names = set(file.namelist())
    content, static = tracked("content"), tracked("static")
    assert len(content) > 200
    assert len(static) > 60
    lacking = (tracked("quiz", "app.py") | {f"quiz/shipped/{name}" for name in content | static}) - names
    # What is written for people who change the sources stays there.
    assert {name for name in lacking if not name.endswith(".md")} == set()
    for made in (
        "translations/ar/LC_MESSAGES/messages.mo",
        "translations/en/LC_MESSAGES/forms.mo",
        "static/vendor/htmx.js",
    ):
        assert f"quiz/shipped/{made}" in names
    assert "quiz/records/contexts/open-badges-3.0.3.json" in names


def test_nothing_else_is_in_it(wheel: Path) -> None:
    with ZipFile(wheel) as file:
        names = file.namelist()
    assert {name.split("/")[0] for name in names} == {"app.py", "quiz", "amana-0.1.0.dist-info"}
    assert [name for name in names if re.search(r"\.(po|pot|pyc|pem|p12|db)$|tests?/|__pycache__", name)] == []


def test_the_same_sources_give_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    sources = copy_of_the_sources(tmp_path / "elsewhere" / "amana")
    # Another clone has other times, and whatever its machine lets others read; an earlier run left something behind.
    for path in sources.rglob("*"):
        os.utime(path, (1_600_000_000, 1_600_000_000))
        path.chmod(0o700 if path.is_dir() else 0o640)
    left = sources / "build" / "lib" / "quiz" / "left.py"
    left.parent.mkdir(parents=True)
    left.write_text("")
    again = make_wheel(sources, tmp_path)
    assert sha256(again.read_bytes()).digest() == sha256(wheel.read_bytes()).digest()


def test_half_a_product_makes_no_wheel(tmp_path: Path) -> None:
    sources = copy_of_the_sources(tmp_path / "amana")
    (sources / "translations/ar/LC_MESSAGES/messages.mo").unlink()
    with pytest.raises(AssertionError, match=r"make wheel.*translations/ar/LC_MESSAGES/messages\.mo"):
        make_wheel(sources, tmp_path)


def test_a_clean_clone_can_be_installed_to_be_edited(tmp_path: Path) -> None:
    # As `make run` does, before anything was made.
    sources = copy_of_the_sources(tmp_path / "amana")
    for made in [*sources.rglob("*.mo"), *(sources / "static" / "vendor").iterdir()]:
        made.unlink()
    hook = "from setuptools import build_meta; print(build_meta.build_editable('.'))"
    done = subprocess.run([sys.executable, "-c", hook], cwd=sources, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert (sources / done.stdout.split()[-1]).is_file()


def test_it_serves_from_an_empty_folder(installed: tuple[str, dict[str, str]], tmp_path: Path) -> None:
    python, settings = installed
    home = tmp_path / "home"
    home.mkdir()
    server = Server(tmp_path, python=python, home=home, settings=settings)
    server.command("db", "upgrade")
    count = "from quiz.bank.reader import read_folder; from quiz.settings.operator import folder"
    count += "; print(len(read_folder(folder('content')).scenarios))"
    assert int(run(python, count, server)) > 200
    with server.serving():
        page = read(f"{server.url}/sign-in").decode()
        assert 'lang="ar"' in page
        assert "تسجيل الدخول" in page
        for address in set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)):
            assert read(server.url + address)
        (styles,) = set(re.findall(r'href="(/assets/[^"]+\.css)"', page))
        for font in re.findall(r"/assets/[0-9a-f]+/fonts/[a-z-]+\.woff2", read(server.url + styles).decode()):
            assert read(server.url + font).startswith(b"wOF2")
    assert str(ROOT) not in run(python, "import quiz, app; print(quiz.__file__, app.__file__)", server)


def run(python: str, code: str, server: Server) -> str:
    done = subprocess.run(
        [python, "-c", code], cwd=server.home, env=server.environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def read(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=10) as answer:
        assert answer.status == 200
        return bytes(answer.read())
