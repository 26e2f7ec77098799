"""Signing in through a provider of SAML of somebody else, on another site, in a real browser."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect
from sqlalchemy import func, select

from quiz.db.models.identities import IdentityRow, TakenAssertionRow
from tests.e2e.provider import FederatedServer, RealSaml, node
from tests.fixtures.people import SYSTEM

STEP_MS, PAGE_MS = 5_000, 15_000


@pytest.fixture(scope="module")
def federated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FederatedServer]:
    """`quiz serve` with a provider of SAML beside it, and with no other way to sign in."""
    node(RealSaml.package)
    folder = tmp_path_factory.mktemp("saml")
    running = FederatedServer(folder)
    running.providers = [RealSaml("moh", running.url, "وزارة الصحة", "email:mail", folder / "moh.log")]
    with running.serving():
        yield running


@pytest.fixture
def page(chromium: Browser, federated: FederatedServer) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=federated.url, locale="ar-EG", viewport={"width": 360, "height": 740}, has_touch=True
    )
    context.set_default_timeout(STEP_MS)
    context.set_default_navigation_timeout(PAGE_MS)
    yield context.new_page()
    context.close()


def narrow(page: Page) -> None:
    """Nothing of a page of ours is wider than the telephone."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def taken(federated: FederatedServer) -> int:
    with federated.works.reading(SYSTEM) as work:
        return work.session.scalar(select(func.count()).select_from(TakenAssertionRow)) or 0


def test_somebody_hr_knows_signs_in_from_another_site_and_an_answer_opens_once(
    federated: FederatedServer, page: Page
) -> None:
    someone = federated.person()
    brought: list[Request] = []
    page.on("request", lambda one: brought.append(one) if urlsplit(one.url).path.startswith("/saml/") else None)
    page.goto("/sign-in?next=/learn/records/")
    narrow(page)
    button = page.locator("form[action='/saml/moh/begin'] button")
    expect(button).to_have_text("تسجيل الدخول عبر وزارة الصحة")
    button.click()
    page.wait_for_url("http://localhost:*/sso?**")
    page.locator("input[name=login]").fill(someone.email)
    page.locator("button[name=do]").click()
    page.locator("button[name=go]").click()
    page.wait_for_url("**/learn/records/")
    narrow(page)
    with federated.works.reading(SYSTEM) as work:
        linked = work.session.scalars(select(IdentityRow).where(IdentityRow.person_id == someone.actor.person_id)).one()
    assert (linked.issuer, linked.subject) == (f"{federated.providers[0].issuer}/metadata", someone.email)
    # The form came from another site, and brought none of our cookies; the address after it had them.
    answer = next(one for one in brought if one.url.endswith("/receive"))
    assert "cookie" not in answer.all_headers()
    after = next(one for one in brought if "/come-back" in one.url)
    assert "amana-way" in after.all_headers()["cookie"]
    page.goto("/account")
    expect(page.locator("#identities tbody tr")).to_have_count(1)
    narrow(page)
    # Whoever kept the answer brings it again, in this browser that is signed in, and in a fresh one.
    (message,) = parse_qs(answer.post_data or "")["SAMLResponse"]
    count = taken(federated)
    for context in (page.context, page.context.browser.new_context(base_url=federated.url)):  # type: ignore[union-attr]
        again = context.new_page()
        again.goto(f"{federated.providers[0].issuer}/nothing-is-here")
        again.set_content(f"<form method=post action='{answer.url}'><input name=SAMLResponse value='{message}'></form>")
        again.evaluate("document.forms[0].submit()")
        again.wait_for_url("**/saml/moh/stopped/ended")
        expect(again.locator("h1")).to_have_text("انتهت محاولة الدخول هذه")
        again.goto("/learn/")
        assert urlsplit(again.url).path == ("/learn/" if context is page.context else "/sign-in")
        again.close()
    assert taken(federated) == count == 1
