"""Who scans the code of a paper reads whether it is the one that was printed; the browser checks it alone."""

from collections.abc import Callable
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import expect
from sqlalchemy import select

from quiz.db.models.completions import CompletionRow
from quiz.engine.text import Text
from quiz.records.signing import Ed25519Signer
from quiz.services import completing, distrusting, issuing
from tests.e2e.server import Server
from tests.e2e.walking import Walker
from tests.fixtures.people import SYSTEM


def printed(server: Server) -> str:
    """Return what the paper of the demonstration's record would carry if the organisation had a key."""
    signer = Ed25519Signer(Ed25519PrivateKey.generate())
    works = replace(server.works, tools=replace(server.works.tools, signer=signer))
    with works.writing(SYSTEM) as work:
        issuing.prepare(work)
    with works.reading(SYSTEM) as work:
        row = work.session.scalars(select(CompletionRow).order_by(CompletionRow.id)).first()
        assert row is not None
        record = completing.read_record(work, row)
        assert record is not None
        assert record.holder_name is not None
        address = issuing.find_offline_address(work, record.facts, record.holder_name, record.code)
    assert address is not None
    return address.removeprefix(server.url)


def test_a_paper_of_a_stolen_key_is_told_apart_from_a_changed_one(walk: Callable[..., Walker], server: Server) -> None:
    address = printed(server)
    with server.works.writing(SYSTEM) as work:
        key = issuing.list_keys(work)[-1].key_id
        distrusting.distrust(work, key, work.now, Text({"ar": "فُقد الجهاز", "en": "It was lost"}), "tests")
    stranger = walk()
    stranger.go(address)
    expect(stranger.page.locator("[data-outcome=distrusted]")).to_be_visible()
    assert stranger.page.locator("[data-outcome]:not([hidden])").count() == 1
    stranger.move(stranger.page.locator("[data-outcome=distrusted] a"))
    expect(stranger.page.locator("main")).to_contain_text("فُقد الجهاز")


def test_the_paper_is_checked_in_the_browser(walk: Callable[..., Walker], server: Server) -> None:
    address = printed(server)
    page, _, line = address.partition("#")
    stranger = walk()
    asked: list[str] = []
    stranger.page.on("request", lambda request: asked.append(request.url))
    stranger.go(address)
    expect(stranger.page.locator("[data-outcome=holds]")).to_be_visible()
    expect(stranger.page.locator("[data-outcome=holds]")).to_contain_text("ليلى حسام الدين وهبة")
    assert not [url for url in asked if line in url]
    for changed, outcome in (
        (f"{page}#{line[:-20]}{'20' if line[-20:-18] != '20' else '21'}{line[-18:]}", "broken"),
        (f"/verify/0000-0000-00000#{line}", "other"),
    ):
        other = walk()
        other.page.goto(changed)
        expect(other.page.locator(f"[data-outcome={outcome}]")).to_be_visible()
        assert other.page.locator("[data-outcome]:not([hidden])").count() == 1
    plain = walk()
    plain.go(page)
    assert plain.page.locator("[data-outcome]:not([hidden])").count() == 0
