"""Every page works without a script: the whole way, in a browser that runs none."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.server import Server
from tests.e2e.walking import Walker
from tests.web.learning import EXAM, MODULE

Walk = Callable[..., Walker]


def test_from_signing_in_to_the_record(walk: Walk, server: Server) -> None:
    hire = walk(server.person(MODULE), scripts=False)
    hire.begin(MODULE)
    for number in range(1, 11):
        hire.answer()
        expect(hire.page.locator("#ruling")).to_be_in_viewport()
        assert hire.path.endswith(f"/{number}#ruling")
        hire.move("main a.button--primary")
    hire.move("main a.button--primary")
    hire.page.locator("main input[type=checkbox]").check()
    hire.move("main form button[type=submit]")
    expect(hire.page.locator(".record__holder")).to_be_visible()


def test_an_exam_is_answered_checked_and_handed_in(walk: Walk, server: Server) -> None:
    hire = walk(server.person(EXAM), scripts=False)
    hire.begin(EXAM)
    # Words for the time that is left come from the server.
    assert "دقيقة" in hire.page.locator("[role=timer]").inner_text()
    hire.answer()
    hire.go(f"/learn/attempts/{hire.attempt_id}/check")
    hire.move("main form button[type=submit]")
    expect(hire.page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_account_menu_and_the_language_need_no_script(walk: Walk, width: int) -> None:
    hire = walk("extra-time@amana.example", scripts=False, width=width)
    hire.read("en")
    hire.read("ar")
    hire.page.locator(".menu__summary").click()
    hire.move(".menu__panel button[type=submit]")
    assert hire.path == "/sign-in"
