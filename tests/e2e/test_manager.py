"""A manager on a phone, in Arabic: who is late is there after signing in, one press reminds them, one takes it away."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

from openpyxl import load_workbook
from playwright.sync_api import expect

from quiz.access.actor import Role
from quiz.services import people, turning
from tests.e2e.server import Server
from tests.e2e.walking import Walker
from tests.fixtures.people import SYSTEM
from tests.web.learning import MODULE

Walk = Callable[..., Walker]


def test_who_is_late_is_reminded_and_taken_away(walk: Walk, server: Server) -> None:
    late = server.person()
    with server.works.writing(SYSTEM) as work:
        people.assign_module(work, late.public_id, MODULE, date(2020, 1, 1))
        turning.look_again(work)
    manager = walk(server.person(roles=[Role.MANAGER]), width=360)
    manager.go("/")
    assert manager.path == "/manage/"
    expect(manager.page.locator("h1")).to_contain_text("تجاوز")

    manager.move(manager.page.locator("main a[href^='/manage/remind']").first)
    expect(manager.page.locator("main")).to_contain_text(late.name)
    manager.move("main form button[type=submit]")
    expect(manager.page.locator("#done")).to_be_visible()

    manager.go("/manage/")
    with manager.page.expect_download() as taken:
        manager.page.locator("main .heading-row a[href^='/manage/people.xlsx']").click()
    sheet = load_workbook(BytesIO(taken.value.path().read_bytes())).active
    assert sheet is not None
    assert sheet.sheet_view.rightToLeft
    assert late.name in [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert not manager.refused
