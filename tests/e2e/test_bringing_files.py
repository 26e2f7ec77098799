"""A stranger with a file: on a phone, by the keyboard, dropped, pasted, and without a script."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import expect

from quiz.records.signing import Ed25519Signer
from tests.e2e.server import Server
from tests.e2e.test_accessibility import OPTIONS, SIDEWAYS
from tests.e2e.walking import Walker
from tests.web.bringing import Issued, issue, revoke
from tests.web.learning import SHORT

Walk = Callable[..., Walker]
CHECK = "form[enctype] button"
# As a browser does when somebody lets go of files above the page.
DROP = """files => {
  const held = new DataTransfer();
  for (const one of files) held.items.add(new File([one.words], one.name, {type: "application/json"}));
  for (const kind of ["dragover", "drop"]) {
    const event = new DragEvent(kind, {dataTransfer: held, bubbles: true, cancelable: true});
    document.querySelector("h1").dispatchEvent(event);
  }
}"""


@pytest.fixture(scope="session")
def signer() -> Ed25519Signer:
    return Ed25519Signer(Ed25519PrivateKey.generate())


@pytest.fixture
def held(server: Server, signer: Ed25519Signer) -> Issued:
    works = replace(server.works, tools=replace(server.works.tools, signer=signer))
    return issue(works, server.person(SHORT))


def examined(walker: Walker, what: str) -> None:
    """Nothing stands in anybody's way, and nothing scrolls sideways."""
    assert walker.page.evaluate(SIDEWAYS) <= 0, what
    found = Axe().run(walker.page, options=OPTIONS).response["violations"]
    assert found == [], f"{what}: {[one['id'] for one in found]}"


@pytest.mark.parametrize("language", ["ar", "en"])
def test_on_a_phone_a_file_is_chosen_and_the_answer_has_the_focus(
    walk: Walk, held: Issued, server: Server, tmp_path: Path, language: str
) -> None:
    stranger = walk(language=language, width=360, has_touch=True, is_mobile=True)
    stranger.go("/verify/")
    # Nothing can be dropped there, so nobody is asked to.
    expect(stranger.page.locator("[data-words=choose]")).to_be_visible()
    expect(stranger.page.locator("[data-words=drop]")).to_be_hidden()
    examined(stranger, "the form")
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps({**held.document, "name": "x"}))
    whole = tmp_path / "record.json"
    whole.write_bytes(held.credential)
    for file, card in ((forged, "altered"), (whole, "valid")):
        stranger.go("/verify/")
        stranger.page.locator("#file").set_input_files(file)
        expect(stranger.page.locator("#file-chosen")).to_contain_text(file.name)
        stranger.move(CHECK)
        expect(stranger.page.locator(f".verdict--{card}")).to_be_visible()
        expect(stranger.page.locator("h1")).to_be_focused()
        examined(stranger, card)
    revoke(server.works, held.record)
    stranger.go("/verify/")
    stranger.page.locator("#file").set_input_files(whole)
    stranger.move(CHECK)
    expect(stranger.page.locator(".verdict--revoked")).to_be_visible()
    examined(stranger, "revoked")
    assert stranger.refused == []


def test_a_file_is_dropped_anywhere_on_the_page(walk: Walk, held: Issued) -> None:
    stranger = walk()
    stranger.go("/verify/")
    expect(stranger.page.locator("[data-words=drop]")).to_be_visible()
    said = stranger.page.locator("#file-chosen")
    one = {"name": "شهادة.json", "words": held.credential.decode()}
    stranger.page.evaluate(DROP, [one, one])
    expect(said.locator("[data-said=several]")).to_be_visible()
    stranger.page.evaluate(DROP, [{"name": "large.json", "words": "x" * (4 * 1024 * 1024 + 1)}])
    expect(said.locator("[data-said=too-large]")).to_be_visible()
    assert stranger.page.evaluate("document.querySelector('#file').files.length") == 0
    stranger.page.evaluate(DROP, [one])
    expect(said).to_contain_text("شهادة.json")
    expect(said).to_contain_text("كيبيبايت")
    expect(stranger.page.locator("#file")).to_be_focused()
    stranger.move(CHECK)
    expect(stranger.page.locator(".verdict--valid")).to_be_visible()


def test_the_keyboard_reaches_the_chooser_and_shows_where_it_is(walk: Walk) -> None:
    stranger = walk()
    stranger.go("/verify/")
    stranger.page.locator("main form button").first.focus()
    stranger.page.keyboard.press("Tab")
    expect(stranger.page.locator("#file")).to_be_focused()
    ring = "getComputedStyle(document.querySelector('.drop')).outlineStyle"
    assert stranger.page.evaluate(ring) == "solid"
    with stranger.page.expect_file_chooser():
        stranger.page.keyboard.press("Space")


def test_without_a_script_a_text_is_pasted_and_an_address_leads_on(walk: Walk, held: Issued) -> None:
    stranger = walk(scripts=False)
    stranger.go("/verify/")
    expect(stranger.page.locator("#file")).to_be_visible()
    stranger.page.locator("#text").fill(held.token.decode())
    stranger.move(CHECK)
    assert stranger.page.locator(".verdict--valid").count() == 1
    stranger.go("/verify/")
    stranger.page.locator("#text").fill(f"https://amana.example/verify/{held.code}#{'12' * 60}")
    stranger.move(CHECK)
    assert stranger.path == f"/verify/{held.code}#{'12' * 60}"
