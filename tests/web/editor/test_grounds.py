"""A scenario whose ground changed: on the desk, on its own page with the very words, and in the review of its draft."""

from collections.abc import Callable
from typing import Any

import pytest

from quiz.access.actor import Role
from quiz.bank.reader import Reading
from quiz.services.unit_of_work import Works
from tests import drafts
from tests.amendments import Desk, at
from tests.fixtures.people import MakePerson
from tests.fixtures.settings import Clock
from tests.pages import RoleClient, words

Open = Callable[..., RoleClient]
ARTICLE = "art-20"


@pytest.fixture
def desk(works: Works, make_person: MakePerson, clock: Clock) -> Desk:
    editor = make_person(Role.EDITOR, name="ليلى مراد فهمي")
    return Desk(works, editor, make_person(Role.REVIEWER, name="عادل حسن نجيب"), clock)


@pytest.fixture
def key(reading: Reading) -> str:
    """A shipped scenario that cites the article as a whole."""
    return next(
        str(source.document["key"])
        for source in reading.scenarios
        if at(ARTICLE) in source.document.get("cites", ()) and not source.document.get("exhibit")
    )


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_page_shows_what_changed_and_asks_for_one_of_two_answers(
    desk: Desk, key: str, browser: Open, language: str
) -> None:
    client = browser(desk.editor, language)
    assert not client.get(f"/edit/scenarios/{key}").forms("/confirm$")
    assert not client.get("/edit/stale").links("^/edit/scenarios/")
    desk.reword(ARTICLE)
    here = f"/edit/scenarios/{key}"
    assert client.get("/edit/").soup.select("section[aria-labelledby=stale] li.task")
    assert f"{here}#ground" in client.get("/edit/stale").links("^/edit/scenarios/")
    page = client.get(here)
    section = page.soup.find("section", attrs={"aria-labelledby": "ground"})
    assert section is not None
    assert section.find("ins")
    assert section.find("del")
    assert page.forms("^/edit/drafts$")
    refused = client.submit(page, "/confirm$", {"reason": " "}, 422)
    assert refused.tones[:1] == ["bad"]
    long = client.submit(page, "/confirm$", {"reason": "س" * 2001}, 422)
    assert long.soup.find("textarea", id="reason").get_text().strip() == "س" * 2001
    assert client.submit(page, "/confirm$", {"reason": "لا", "seen": "9 x:1"}, 409).tones[:1] == ["bad"]
    done = client.get(client.submit(page, "/confirm$", {"reason": "لا يمسه التعديل"}).location)
    assert not done.forms("/confirm$")
    assert "لا يمسه التعديل" in words(done.soup.find("section", attrs={"aria-labelledby": "confirmed"}))
    assert f"{here}#ground" not in client.get("/edit/stale").links("^/edit/scenarios/")


def test_a_reviewer_reads_what_changed_and_answers_with_nothing(desk: Desk, key: str, browser: Open) -> None:
    desk.reword(ARTICLE)
    draft = drafts.open_for(desk.works, desk.editor, key)
    drafts.submit(desk.works, desk.editor, draft)
    client = browser(desk.reviewer)
    page = client.get(f"/edit/scenarios/{key}")
    assert page.soup.select("section[aria-labelledby=ground] ins")
    assert not page.forms("/confirm$")
    assert client.get(f"/edit/drafts/{draft}/review").soup.select("section[aria-labelledby=ground] ins")


def test_a_draft_that_is_open_is_led_to(desk: Desk, key: str, browser: Open) -> None:
    desk.reword(ARTICLE)
    draft = drafts.open_for(desk.works, desk.editor, key)
    page = browser(desk.editor).get(f"/edit/scenarios/{key}")
    section = page.soup.find("section", attrs={"aria-labelledby": "ground"})
    assert section is not None
    assert section.find("a", href=f"/edit/drafts/{draft}")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_is_gone_asks_for_a_new_version(desk: Desk, key: str, browser: Open, language: str) -> None:
    def drop(law: dict[str, Any]) -> None:
        law["editions"][0]["provisions"] = [one for one in law["editions"][0]["provisions"] if one["key"] != ARTICLE]

    desk.amend(drop)
    client = browser(desk.editor, language)
    page = client.get(f"/edit/scenarios/{key}")
    assert not page.forms("/confirm$")
    token, seen = client.token(), f"1 eg-cybercrime:{2}"
    sent = {"csrf_token": token, "seen": seen, "reason": "لا"}
    assert client.post(f"/edit/scenarios/{key}/confirm", sent, 422).tones[:1] == ["bad"]
