"""What an amendment changes and does, told to its writer and to who approves it."""

from collections.abc import Callable

import pytest
from bs4 import Tag

from quiz.access.actor import Role
from tests.fixtures.people import MakePerson
from tests.pages import RoleClient, words
from tests.web.editor.amending import EDITION, Desk

Open = Callable[..., RoleClient]


def test_the_draft_shows_what_it_changes_and_does_before_it_is_handed_in(desk: Desk) -> None:
    assert "لا يتغير أي سند" in words(desk.page("art-25").soup.find("section", attrs={"aria-labelledby": "effect"}))
    cited = [link["href"] for link in desk.page("art-25").soup.select("section[aria-labelledby=citing] a")]
    soup = desk.typed(desk.page("art-25"), paraphrase__ar="خلاصة أخرى تمامًا", paraphrase__en="Quite another summary")
    effect = soup.find("section", attrs={"aria-labelledby": "effect"})
    assert isinstance(effect, Tag)
    assert {link["href"] for link in effect.find_all("a")} >= set(cited)
    assert effect.find("ins")
    assert effect.find("del")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_who_approves_sees_every_difference_and_its_effect_first(
    open_desk: Callable[..., Desk], browser: Open, make_person: MakePerson, language: str
) -> None:
    desk = open_desk()
    other = {"paraphrase__ar": "خلاصة أخرى", "paraphrase__en": "Another summary"}
    desk.press("keep", desk.page("art-25"), verification="secondary", figures__0__max="5", **other)
    desk.press("drop", desk.page("art-44"))
    desk.press("keep", desk.page(), status="unknown", effective_to="2026-12-31")
    desk.press("provision", desk.page(), add__kind="article", add__number="46")
    fresh = {"title": "عنوان", "paraphrase": "خلاصة", "verified_against": "ذاكرة المحرر", "source": "لا مصدر"}
    sent = {f"{name}__ar": words_ for name, words_ in fresh.items()} | {f"{name}__en": "In English" for name in fresh}
    days = {"verified_on": "2026-11-20", "review_due": "2027-11-20"}
    page = desk.page("art-46")
    desk.press("submit", page, **sent, **days, topics=["", "privacy"])
    page = browser(make_person(Role.REVIEWER), language).get(f"/edit/drafts/{desk.draft}/review")
    sections = page.soup.select("section[aria-labelledby=changes] section")
    assert len(sections) == 4
    effect = page.soup.find("section", attrs={"aria-labelledby": "effect"})
    assert isinstance(effect, Tag)
    assert len(effect.find_all("h3")) == 4
    assert effect.select("a[href^='/edit/scenarios/']")
    places = [str(option["value"]) for option in page.soup.select("#place option")]
    assert any(place.endswith("paraphrase.ar") for place in places)
    assert len(places) < 40
    wanted = next(link for link in page.links("place=editions") if "title" in link or "verification" in link)
    assert page.status == 200
    assert wanted


def test_a_comment_on_a_provision_leads_its_writer_there(desk: Desk, browser: Open, make_person: MakePerson) -> None:
    desk.press("submit", desk.page("art-21"), paraphrase__ar="خلاصة أخرى", paraphrase__en="Another summary")
    reviewer = browser(make_person(Role.REVIEWER))
    where = f"/edit/drafts/{desk.draft}"
    page = reviewer.get(f"{where}/review")
    place = next(one["value"] for one in page.soup.select("#place option") if "paraphrase.ar" in str(one["value"]))
    reviewer.submit(page, "/comments$", {"place": place, "comment": "يلزم ذكر المهلة"})
    reviewer.submit(reviewer.get(f"{where}/review"), "/review$", {"do": "send-back", "words": "يلزم تعديل"})
    page = desk.page("art-7")
    assert f"{desk.where}?edition={EDITION}&provision=art-21" in page.links("instrument-drafts")
    page = desk.page("art-21")
    assert "#at-paraphrase-ar" in page.links("^#")
