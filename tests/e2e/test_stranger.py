"""A record verified as a stranger would: typed on a phone, by its files, by the library of others, and offline."""

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import zxingcpp
from playwright.sync_api import expect

from quiz.services import issuing
from quiz.services.tools import Tools
from quiz.settings.operator import Settings
from tests.e2e.server import Server
from tests.e2e.walking import Walker
from tests.fixtures.people import SYSTEM, Someone
from tests.web.learning import SHORT

Walk = Callable[..., Walker]
VERIFIER = Path(__file__).parents[1] / "verifier"


@dataclass(frozen=True)
class Kept:
    """What a holder took away: the code as it is read out, and three files."""

    code: str
    paper: Path
    credential: Path
    token: Path


def pass_and_keep(walk: Walk, server: Server, someone: Someone, module: str, folder: Path) -> Kept:
    """Take a module with the right answers, sign, and take the files away."""
    holder = walk(someone)
    holder.begin(module)
    for _ in holder.stored().attempt.slots:
        holder.answer()
        holder.move("main a.button--primary")
    holder.move("main a.button--primary")
    holder.page.locator("main input[type=checkbox]").check()
    holder.move("main form button[type=submit]")
    # What the worker does within seconds.
    works = replace(server.works, tools=Tools.of(Settings.from_environ(server.environment)))
    with works.writing(SYSTEM) as work:
        while issuing.prepare(work):
            pass
    holder.page.reload()
    found = []
    for ending in (".pdf", ".json", ".jwt"):
        with holder.page.expect_download() as download:
            holder.page.locator(f"main a[href$='{ending}']").first.click()
        path = folder / f"record{ending}"
        download.value.save_as(path)
        found.append(path)
    code = holder.page.locator("a[href^='/verify/']").first.get_attribute("href")
    assert holder.refused == []
    return Kept(str(code).rpartition("/")[2], *found)


@pytest.fixture
def kept(walk: Walk, server: Server, tmp_path: Path) -> Kept:
    return pass_and_keep(walk, server, server.person(SHORT), SHORT, tmp_path)


def read_aloud(code: str) -> str:
    """The code as somebody types it who heard it over the phone: small letters, and blanks between."""
    return " ".join(code.replace("-", " ").lower())


def test_a_stranger_verifies_a_record_in_every_way(walk: Walk, server: Server, kept: Kept, tmp_path: Path) -> None:
    stranger = walk(width=360, has_touch=True, is_mobile=True)
    stranger.go("/verify/")
    stranger.page.locator("input[name=code]").fill(read_aloud(kept.code))
    stranger.move("form:has(input[name=code]) button")
    expect(stranger.page.locator(".verdict--valid h1")).to_be_visible()
    for file in (kept.paper, kept.credential, kept.token):
        stranger.go("/verify/")
        stranger.page.locator("#file").set_input_files(file)
        stranger.move("form[enctype] button")
        expect(stranger.page.locator(".verdict--valid")).to_be_visible()
        expect(stranger.page.locator("main")).to_contain_text("هناء عبد الله رضا")
    assert stranger.refused == []
    assert by_others(server, kept) == [True, True]
    assert scanned_offline(server, kept, tmp_path)


def by_others(server: Server, kept: Kept) -> list[bool]:
    """What the libraries of others say, given nothing but what anybody may fetch from the service."""
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if node is None or not (VERIFIER / "node_modules").is_dir():
        if os.environ.get("CI"):
            pytest.fail("no node, or no libraries in tests/verifier: the verifier of others must run here")
        pytest.skip("no node, or no libraries in tests/verifier: the verifier of others did not run")
    document = json.loads(kept.credential.read_text(encoding="utf-8"))
    identifier = fetched(f"{server.url}/.well-known/did.json")
    status = document["credentialStatus"]["statusListCredential"]
    documents = {
        identifier["id"]: identifier,
        "jwks": fetched(f"{server.url}/.well-known/jwks.json"),
        status: fetched(status),
    }
    now = server.works.tools.clock().isoformat()
    tries = [
        {"kind": "credential", "content": document, "now": now},
        {"kind": "token", "content": kept.token.read_text(encoding="utf-8").strip(), "now": now},
    ]
    done = subprocess.run(
        [node, VERIFIER / "verify.mjs"],
        input=json.dumps({"documents": documents, "tries": tries}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [one["verified"] for one in json.loads(done.stdout)]


def fetched(address: str) -> dict[str, object]:
    with urllib.request.urlopen(address, timeout=10) as answer:
        found: dict[str, object] = json.load(answer)
        return found


def scanned_offline(server: Server, kept: Kept, folder: Path) -> bool:
    """Print the paper, scan its QR code with a reader of others, and check the line with the key alone."""
    subprocess.run(["pdftoppm", "-gray", "-r", "200", kept.paper, folder / "page"], check=True, timeout=60)
    (scanned,) = [text for image in sorted(folder.glob("page*.pgm")) for text in codes_in(image)]
    assert scanned.startswith(server.url)
    (folder / "did.json").write_text(json.dumps(fetched(f"{server.url}/.well-known/did.json")))
    done = subprocess.run(
        [sys.executable, "-m", "quiz.cli", "records", "verify-code", scanned, "--key", folder / "did.json"],
        cwd=Path(__file__).parents[2],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return "هناء عبد الله رضا" in done.stdout


def codes_in(image: Path) -> list[str]:
    """What a reader of others finds in a page, given as a grey picture (PGM)."""
    kind, width, height, _, pixels = image.read_bytes().split(maxsplit=4)
    assert kind == b"P5"
    found = zxingcpp.read_barcodes(memoryview(pixels).cast("B", shape=[int(height), int(width)]))
    return [one.text for one in found]
