"""What a holder finds of their records: all of them with their state, links to show one, and the pledge as signed."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from quiz.engine.text import Text
from quiz.services import completing, erasing, organisation, people
from quiz.services.organisation import Choices
from quiz.services.unit_of_work import Works
from tests.fixtures.settings import Clock
from tests.pages import Page, RoleClient
from tests.web.learning import SHORT, Learner

Open = Callable[..., RoleClient]
System = Callable[..., Any]
REASON = Text({"ar": "صدرت بخطأ", "en": "Issued by mistake"})


@pytest.fixture
def record(learner: Learner) -> str:
    learner.take()
    return learner.sign()


def share(learner: Learner, record: str, **sent: str) -> Page:
    page = learner.client.get(f"/learn/records/{record}/share")
    return learner.client.submit(page, "/share$", {"days": "7", "name_form": "full", **sent}, 200)


def address(page: Page) -> str:
    return str(page.soup.select_one("#ready a")["href"]).replace("http://127.0.0.1", "").lstrip(":0123456789")


def test_every_record_stands_there_with_its_state_newest_first(
    learner: Learner, record: str, system: System, clock: Clock, browser: Open
) -> None:
    clock.forward(days=300)
    with system() as work:
        people.assign_module(work, learner.someone.public_id, SHORT)
    later = Learner(browser(learner.someone), learner.someone, learner.works)
    later.take()
    newer = later.sign()
    page = later.client.get("/learn/records/")
    assert [one.get_text(strip=True) for one in page.soup.select(".task .badge")] == ["سارية", "حلّت محلها شهادة أحدث"]
    for one in (newer, record):
        assert page.links(f"/learn/records/{one}$")
        assert page.links(f"/learn/records/{one}.pdf$")
    old, new = (later.client.get(f"/learn/records/{one}") for one in (record, newer))
    assert old.links(f"/learn/records/{newer}$")
    assert new.links(f"/learn/records/{record}$")


def test_a_link_shows_the_record_to_whoever_has_it(learner: Learner, record: str, visitor: RoleClient) -> None:
    made = share(learner, record)
    shown = visitor.get(address(made))
    assert shown.soup.select_one("h1.verdict__words")
    assert learner.someone.name in shown.main
    assert shown.response.headers["X-Robots-Tag"] == "noindex"
    assert shown.response.headers["Cache-Control"] == "no-store"
    assert "/learn/" not in shown.response.get_data(as_text=True)
    listed = learner.client.get(f"/learn/records/{record}/share")
    assert address(made).rpartition("/")[2] not in listed.response.get_data(as_text=True)
    assert "آخر فتح" in listed.main


def test_initials_are_shown_before_they_are_shared(learner: Learner, record: str, visitor: RoleClient) -> None:
    page = learner.client.get(f"/learn/records/{record}/share")
    assert "ه. ع. ر." in page.main
    shown = visitor.get(address(share(learner, record, name_form="initials")))
    assert "ه. ع. ر." in shown.main
    code = learner.client.get(f"/learn/records/{record}").links("^/verify/")[0].rpartition("/")[2]
    for told in (*learner.someone.name.split(), "Hanaa", code):
        assert told not in shown.text


def test_an_ended_link_opens_nothing(learner: Learner, record: str, visitor: RoleClient) -> None:
    made = share(learner, record)
    listed = learner.client.get(f"/learn/records/{record}/share")
    away = learner.client.submit(listed, "/end$")
    assert learner.client.get(away.location).tones == ["good"]
    gone, never = visitor.get(address(made), status=404), visitor.get("/shared/nothing", status=404)
    assert gone.main == never.main


def test_what_cannot_be_shared_says_so_beside_the_field(learner: Learner, record: str) -> None:
    page = learner.client.get(f"/learn/records/{record}/share")
    for sent in ({"days": "400", "name_form": "full"}, {"days": "7", "name_form": "nickname"}):
        refused = learner.client.submit(page, "/share$", sent, 422)
        assert refused.soup.select(".field__fault")


def test_a_revoked_record_says_when_why_and_what_can_be_done(learner: Learner, record: str, system: System) -> None:
    with system() as work:
        completing.revoke_completion(work, record, REASON)
    page = learner.client.get(f"/learn/records/{record}")
    assert page.tones == ["bad"]
    assert REASON.by_language["ar"] in page.main
    assert REASON.by_language["ar"] in learner.client.get("/learn/records/").main


def test_without_the_names_the_pages_still_open(learner: Learner, record: str, system: System) -> None:
    with system() as work:
        erasing.erase_holder(work, record, "انتهت المدة")
    page = learner.client.get(f"/learn/records/{record}")
    assert learner.someone.name not in page.main
    assert not page.links(".pdf$")
    learner.client.get("/learn/records/")
    assert not learner.client.get(f"/learn/records/{record}/share").forms("/share$")


# The pledge, years later


def test_the_pledge_is_read_as_it_was_signed(
    learner: Learner, record: str, works: Works, clock: Clock, browser: Open
) -> None:
    clock.forward(days=2000)
    years_later = browser(learner.someone)
    page = years_later.get(f"/learn/records/{record}/pledge")
    assert "أقرّ بأنني قرأتُ" in page.main
    given = years_later.client.get(f"/learn/records/{record}/pledge.json", base_url="http://127.0.0.1").get_data()
    document = json.loads(given)
    with works.reading(learner.someone.actor) as work:
        facts = completing.get_record(work, record).facts
    assert hashlib.sha256(given).hexdigest() == facts.pledge_digest
    assert facts.pledge_digest in page.main
    assert set(document) == {"format", "confirm", "undertake", "editions"}
    for part in ("confirm", "undertake"):
        assert document[part].split()[0] in page.main


def test_a_network_is_offered_only_where_the_organisation_says_so(
    learner: Learner, record: str, system: System
) -> None:
    assert not learner.client.get(f"/learn/records/{record}").links("linkedin")
    name = organisation.DEFAULT.name
    with system() as work:
        organisation.change_choices(work, Choices(name, networks=True))
    (link,) = learner.client.get(f"/learn/records/{record}").links("linkedin")
    assert f"certId={record}" in link
    with system() as work:
        completing.revoke_completion(work, record, REASON)
    assert not learner.client.get(f"/learn/records/{record}").links("linkedin")
    with system() as work:
        assert organisation.get_choices(work).networks
