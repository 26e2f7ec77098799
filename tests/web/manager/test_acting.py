"""What a manager does: a page that names the count and who is skipped, then one confirmation."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from quiz.access.actor import Role
from quiz.jobs.chores import sweep
from quiz.services import people, turning
from quiz.services.tools import MemoryMailer
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.pages import Page, RoleClient, words
from tests.web.learning import SHORT

Open = Callable[..., RoleClient]


@pytest.fixture
def manager(browser: Open, make_person: MakePerson) -> RoleClient:
    return browser(make_person(Role.MANAGER, name="سلمى طارق البدري"))


@pytest.fixture
def late(make_person: MakePerson, works: Works, short_modules: None) -> Someone:
    """Somebody who has begun nothing and is past due."""
    someone = make_person(name="عادل سمير بطرس")
    with works.writing(SYSTEM) as work:
        people.assign_module(work, someone.public_id, SHORT, date(2026, 11, 20))
        turning.look_again(work)
    return someone


def buckets(page: Page) -> list[str]:
    return [words(one) for one in page.soup.select(".bucket .bar__value")]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_one_reminder_is_sent_to_each_and_not_again_for_days(
    app: Flask, manager: RoleClient, late: Someone, mailer: MemoryMailer, language: str
) -> None:
    manager.post("/language", {"csrf_token": manager.token(), "language": language, "next": "/"})
    manager.language = language
    (there,) = manager.get("/manage/").links("/manage/remind")
    page = manager.get(there)
    assert late.name in page.main
    back = manager.submit(page, "/manage/remind")
    done = manager.get(back.location)
    assert done.soup.select("#done.notice--good")
    sweep(app)
    assert [message["To"] for message in mailer.sent] == [late.email]
    again = manager.get(there)
    assert not again.forms("/manage/remind")
    assert late.name in again.main
    # A page that stood open reminds nobody twice.
    manager.submit(page, "/manage/remind", status=409)


def test_what_came_to_be_late_since_is_shown_first(
    manager: RoleClient, late: Someone, make_person: MakePerson, works: Works
) -> None:
    page = manager.get("/manage/remind?bucket=not_begun")
    another = make_person(name="دعاء مصطفى الليثي")
    with works.writing(SYSTEM) as work:
        people.assign_module(work, another.public_id, SHORT, date(2026, 11, 1))
        turning.look_again(work)
    shown = manager.submit(page, "/manage/remind", status=409)
    assert another.name in shown.main
    assert shown.soup.select(".notice--care")
    manager.submit(shown, "/manage/remind")


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 9, "١"])
def test_what_nobody_sends_does_nothing(
    app: Flask, manager: RoleClient, late: Someone, mailer: MemoryMailer, seen: str
) -> None:
    token = {"csrf_token": manager.token(), "seen": seen}
    manager.post("/manage/remind", token, status=422)
    manager.post("/manage/extend", {**token, "due_on": "2026-11-30", "reason": "سفر"}, status=422)
    for place in ("people?bucket=rich", "people?module=none", "remind?bucket=rich", f"people?unit={seen}x"):
        manager.get(f"/manage/{place}", status=404)
    for page in ("0", "-3", "999", "x"):
        assert manager.get(f"/manage/people?page={page}").soup.select("tbody tr")
    sweep(app)
    assert mailer.sent == []


def test_more_time_is_given_with_a_reason(manager: RoleClient, late: Someone, clock: Clock) -> None:
    page = manager.get("/manage/extend?bucket=not_begun")
    today = clock.now.date()
    for due, reason in (
        (today, "سفر"),
        (today + timedelta(days=31), "سفر"),
        (today + timedelta(days=9), ""),
        ("x", "y"),
    ):
        wrong = manager.submit(page, "/manage/extend", {"due_on": str(due), "reason": reason}, status=422)
        assert wrong.soup.select("#faults a")
    manager.submit(page, "/manage/extend", {"due_on": str(today + timedelta(days=9)), "reason": "سفر في مهمة رسمية"})
    assert not manager.get("/manage/").links("/manage/remind")
    assert not manager.get("/manage/extend?bucket=not_begun").forms("/manage/extend")


def test_somebody_is_said_not_to_be_of_the_unit(manager: RoleClient, late: Someone) -> None:
    person = f"/manage/people/{late.public_id}"
    page = manager.get(manager.get(person).links("not-mine")[0])
    manager.submit(page, "not-mine", status=422)
    back = manager.submit(page, "not-mine", {"words": "نُقل إلى إدارة أخرى"})
    assert manager.get(back.location).soup.select("#done.notice--good")
    manager.submit(page, "not-mine", {"words": "مرة أخرى"}, status=409)
    assert not manager.get(f"{person}/not-mine").forms("not-mine")
    assert manager.get(person).soup.select(".notice--accent")
    assert len(manager.get("/manage/people?bucket=not_mine").soup.select("tbody tr")) == 1
    assert not manager.get("/manage/").links("/manage/remind")


def test_nobody_disowns_themselves(browser: Open, make_person: MakePerson) -> None:
    someone = make_person(Role.MANAGER, name="سلمى طارق البدري")
    client = browser(someone)
    assert not client.get(f"/manage/people/{someone.public_id}").links("not-mine")
    there = f"/manage/people/{someone.public_id}/not-mine"
    assert not client.get(there).forms("not-mine")
    client.post(there, {"csrf_token": client.token(), "words": "لست هنا"}, status=400)
