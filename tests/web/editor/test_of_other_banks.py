"""An editor and a reviewer of one bank before everything of the others: nothing is there but what is published."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from quiz.access.actor import Role
from quiz.bank.reader import Reading
from quiz.services.unit_of_work import Works
from tests import drafts
from tests.fixtures.people import MakePerson
from tests.pages import HERE, RoleClient
from tests.web.world import World

Open = Callable[..., RoleClient]
OWN = "ae-conduct"
# What is published is read by whoever writes one bank.
OPEN = {
    "/edit/scenarios/<key>",
    "/edit/scenarios/<key>/preview",
    "/edit/scenarios/<key>/shown",
}
# Lists and pieces that name nothing: each shows the part that is theirs.
IN_PART = {
    "/edit/",
    "/edit/banks",
    "/edit/coverage",
    "/edit/doubts",
    "/edit/drafts",
    "/edit/files",
    "/edit/files/published.zip",
    "/edit/files/template.xlsx",
    "/edit/provisions",
    "/edit/stale",
    "/edit/translation",
    "/edit/wishes",
}
# What a button says where another word is no deed at all.
DEEDS = {"/edit/drafts/<public_id>/review": "approve", "/edit/instruments/<key>/asked-again": "begin"}


@pytest.fixture
def narrow(browser: Open, make_person: MakePerson) -> RoleClient:
    """Somebody who writes and approves in the one bank that holds nothing of the world."""
    return browser(make_person(Role.EDITOR, Role.REVIEWER, bank=OWN))


def test_no_route_of_the_desk_opens_what_is_of_another_bank(app: Flask, world: World, narrow: RoleClient) -> None:
    token = narrow.token()
    seen, wrong = set(), []
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/edit/"):
            continue
        for method in rule.methods & {"GET", "POST"}:  # type: ignore[operator]
            address = world.address(rule.rule)
            sent = {
                "csrf_token": token,
                "key": world.scenario,
                "seen": "1",
                "version": "2",
                "do": DEEDS.get(rule.rule, "save"),
            }
            answer = narrow.client.open(address, method=method, base_url=HERE, data=sent if method == "POST" else None)
            seen.add(rule.rule)
            # All that is not named here is closed: also what draws over banks, and a file of which nothing is theirs.
            is_open = method == "GET" and rule.rule in OPEN | IN_PART
            # Sending a file is nothing of another bank's; without one it is refused in words.
            expected = 422 if (method, rule.rule) == ("POST", "/edit/files") else 200 if is_open else 404
            if answer.status_code != expected:
                wrong.append((method, rule.rule, answer.status_code))
    assert wrong == []
    assert seen >= OPEN | IN_PART


def test_lists_show_nothing_of_other_banks(
    world: World, narrow: RoleClient, works: Works, make_person: MakePerson, reading: Reading
) -> None:
    everywhere = make_person(Role.EDITOR)
    theirs = drafts.handed_in(works, everywhere, drafts.sound(reading))
    own = drafts.handed_in(works, everywhere, drafts.sound(reading, "one-of-mine", bank=OWN))
    for page in ("/edit/", "/edit/drafts"):
        links = " ".join(narrow.get(page).links())
        assert own in links
        assert not any(one in links for one in (theirs, world.draft, world.module_draft, world.instrument_draft))
    for page in ("/edit/doubts", "/edit/wishes", "/edit/translation", "/edit/stale", "/edit/files"):
        links = " ".join(narrow.get(page).links())
        assert not any(one in links for one in (world.doubt, world.wish, world.draft, world.upload, theirs))
    desk = narrow.get("/edit/")
    assert [one for one in desk.links() if one in {"/edit/instruments", "/edit/modules", "/edit/statistics"}] == []
    assert f"/edit/banks?bank={OWN}" in desk.links()
    narrow.get(f"/edit/drafts/{own}/review")


def test_the_page_of_a_scenario_offers_only_what_is_open(world: World, narrow: RoleClient) -> None:
    here = f"/edit/scenarios/{world.scenario}"
    page = narrow.get(here)
    assert not page.links(f"^{here}/statistics|/edit/history/")
    assert not page.soup.select(f'form[action="/edit/drafts"], form[action="{here}/retire"]')
    assert world.clients["editor"].get(here).links(f"^{here}/statistics")


def test_a_new_scenario_begins_in_ones_own_bank_and_moves_nowhere_else(
    narrow: RoleClient, works: Works, make_person: MakePerson
) -> None:
    begun = narrow.submit(narrow.get("/edit/"), "/edit/drafts$", {})
    page = narrow.get(begun.location)
    assert [one["value"] for one in page.soup.select('select[name="bank"] option')] == [OWN]
    sent = {"csrf_token": narrow.token(), "seen": "1", "bank": "eg-conduct", "do": "save"}
    narrow.post(begun.location, sent, 404)
    narrow.post(begun.location, {**sent, "bank": OWN, "title.ar": "موقف"}, 303)


def test_a_role_whose_days_are_over_opens_nothing(browser: Open, make_person: MakePerson, works: Works) -> None:
    someone = make_person(Role.EDITOR, bank=OWN)
    client = browser(someone)
    client.get("/edit/")
    with works.database.writes() as session:
        session.execute(text("UPDATE role_grant SET starts_on = '2020-01-01', ends_on = '2020-01-02'"))
        session.commit()
    client.get("/edit/", 404)
