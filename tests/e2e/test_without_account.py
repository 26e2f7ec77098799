"""A driver without a password, on a phone, in Arabic: from the sign-in page and a mail to a record of their own."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import expect

from quiz.services import organisation, people
from tests.e2e.server import Server
from tests.e2e.walking import Walker
from tests.fixtures.people import SYSTEM, Someone
from tests.web.learning import SHORT

Walk = Callable[..., Walker]
PHONE = 360
LEARNS_WITHIN_SECONDS = 6


@pytest.fixture
def driver(server: Server) -> Iterator[Someone]:
    """Somebody whom HR entered, who never chose a password; links are on for as long as the story lasts."""
    email, name = f"driver-{server.port}@amana.example", "رضا محمود السيد"
    unit = server.unit
    with server.works.reading(SYSTEM) as work:
        before = organisation.get_choices(work)
    with server.works.writing(SYSTEM) as work:
        organisation.change_choices(work, replace(before, entry_links=True))
        public_id = people.provision_person(work, f"D-{server.port}", email, name, unit, "Reda Mahmoud Elsayed")
        people.assign_module(work, public_id, SHORT)
        actor = people.learner_actor(work, public_id)
    # Each process of the server learns within five seconds that links were switched on.
    time.sleep(LEARNS_WITHIN_SECONDS)
    yield Someone(public_id, email, name, actor)
    with server.works.writing(SYSTEM) as work:
        organisation.change_choices(work, before)


def mail_to(server: Server, address: str) -> str:
    """Let the worker sweep until a mail to an address is there, and return what it says."""
    for _ in range(10):
        # The demonstration leaves it some hundred other things to do first.
        server.command("work", "--once")
        for path in (server.folder / "mail").glob("*.eml"):
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            if message["To"] == address:
                return str(message.get_body(("plain",)).get_content())
    raise AssertionError("no mail came")


def test_a_driver_comes_in_by_a_link_and_leaves_with_a_record(walk: Walk, server: Server, driver: Someone) -> None:
    walker = walk(width=PHONE)
    walker.someone = driver
    walker.go("/sign-in")
    walker.move("main a[href^='/sign-in/link']")
    walker.page.locator("input[type=email]").fill(driver.email)
    walker.move("main button[type=submit]")
    expect(walker.page.locator("#sent")).to_be_visible()

    (link,) = re.findall(rf"{re.escape(server.url)}(/enter/\S+)", mail_to(server, driver.email))

    # The mail program looks first, and uses nothing up.
    preview = walk(width=PHONE, scripts=False)
    preview.go(link)
    preview.go("/learn/")
    assert preview.path.startswith("/sign-in")

    walker.go(link)
    expect(walker.page.locator("main")).to_contain_text("ر. م. س.")
    assert driver.name not in walker.page.content()
    assert walker.page.evaluate("document.documentElement.scrollWidth") <= PHONE
    walker.move("main form button[type=submit]")
    assert walker.path == "/learn/"

    walker.begin(SHORT)
    for _ in walker.stored().attempt.slots:
        walker.answer()
        walker.move("main a.button--primary")
    expect(walker.page.locator("h1")).to_have_text("تحقق حد الاجتياز")
    walker.move("main a.button--primary")
    walker.page.locator("main input[type=checkbox]").check()
    walker.move("main form button[type=submit]")
    expect(walker.page.locator(".record__holder")).to_have_text(driver.name)

    # What is about signing in stays shut, and the link is used up.
    walker.go("/account")
    expect(walker.page.locator("main")).to_contain_text("برابط دخول")
    walker.go("/account/factors")
    expect(walker.page.locator("h1")).to_have_text("الدخول برابط لا يكفي لهذا")
    other = walk(width=PHONE)
    other.go(link)
    expect(other.page.locator("main a.button--primary")).to_have_attribute("href", "/sign-in/link")
