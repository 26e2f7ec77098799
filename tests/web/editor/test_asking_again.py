"""The page of what an amendment asks again: from the desk, with the very words, to the module of only that."""

from collections.abc import Callable

import pytest

from quiz.access.actor import Role
from quiz.services.unit_of_work import Works
from tests import asking, drafts, sums
from tests.amendments import LAW, Desk, provision
from tests.asking import ARTICLE
from tests.fixtures.people import MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.pages import RoleClient, words

Open = Callable[..., RoleClient]
HERE = f"/edit/instruments/{LAW}/asked-again"


@pytest.fixture
def desk(works: Works, make_person: MakePerson, clock: Clock) -> Desk:
    asking.publish(works)
    editor = make_person(Role.EDITOR, name="ليلى مراد فهمي")
    return Desk(works, editor, make_person(Role.REVIEWER, name="عادل حسن نجيب"), clock)


@pytest.fixture
def taught(desk: Desk, make_person: MakePerson) -> Someone:
    someone = make_person(modules=(sums.MODULE,), name="هناء رضا سليمان")
    asking.complete(desk.works, someone)
    return someone


@pytest.mark.parametrize("language", ["ar", "en"])
def test_from_the_desk_to_a_module_of_only_what_changed(
    desk: Desk, taught: Someone, browser: Open, language: str
) -> None:
    editor, reviewer = browser(desk.editor, language), browser(desk.reviewer, language)
    assert not editor.get(HERE).soup.select("section")
    desk.reword(ARTICLE)
    wanted = f"{HERE}?version=2"
    assert wanted in editor.get("/edit/").links("asked-again")
    assert HERE in editor.get("/edit/instruments").links("asked-again")
    page = editor.get(wanted)
    assert page.soup.select("section[aria-labelledby=provisions] ins")
    assert f"/edit/scenarios/{sums.KEYS[0]}" in page.links("^/edit/scenarios/")
    assert taught.name not in page.main
    assert not reviewer.get(wanted).forms("/asked-again$")
    begun = editor.get(editor.submit(page, "/asked-again$", {"do": "begin"}).location)
    (review,) = begun.links("/review$")
    assert wanted not in editor.get("/edit/").links("asked-again")
    assert wanted in editor.get(review).links("asked-again")
    handed = editor.get(editor.submit(begun, "/asked-again$", {"do": "submit"}).location)
    assert not handed.forms("/asked-again$")
    again = {"csrf_token": editor.token(), "version": "2", "do": "submit"}
    assert editor.post(HERE, again, 409).tones == ["bad"]
    desk.approve(review.split("/")[3])
    done = editor.get(wanted)
    assert not done.forms("/asked-again$")
    assert not done.links("/review$")
    assert editor.post(HERE, {**again, "do": "begin"}, 409).tones == ["bad"]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_stands_in_the_way_is_said(desk: Desk, browser: Open, make_person: MakePerson, language: str) -> None:
    client = browser(desk.editor, language)
    desk.reword(ARTICLE)
    page = client.get(HERE)
    assert not page.forms("/asked-again$")
    sent = {"csrf_token": client.token(), "version": "2", "do": "begin"}
    assert client.post(HERE, sent, 422).tones == ["bad"]
    assert client.post(HERE, {**sent, "version": "1"}, 422).soup.find("h1")
    client.post(HERE, {**sent, "version": "x"}, 400)
    client.post(HERE, {**sent, "do": "x"}, 400)
    client.get(f"{HERE}?version=x", 404)
    client.get(f"{HERE}?version=7", 404)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_new_edition_that_nobody_trains_yet_asks_for_scenarios_first(
    desk: Desk, taught: Someone, browser: Open, language: str
) -> None:
    desk.replace("law-200-2026", ARTICLE)
    client = browser(desk.editor, language)
    page = client.get(HERE)
    assert not page.forms("/asked-again$")
    assert page.soup.find("input", attrs={"name": "provision", "value": f"{LAW}/law-200-2026/{ARTICLE}"})
    sent = {"csrf_token": client.token(), "version": "2", "do": "begin"}
    assert client.post(HERE, sent, 422).tones == ["bad"]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_several_versions_may_ask_something(desk: Desk, taught: Someone, browser: Open, language: str) -> None:
    desk.reword(ARTICLE)
    desk.reword("art-23")
    page = browser(desk.editor, language).get(HERE)
    assert {f"{HERE}?version=2", f"{HERE}?version=3"} <= set(page.links("version="))


@pytest.mark.parametrize("language", ["ar", "en"])
def test_who_approves_an_amendment_learns_of_how_many_it_would_ask(
    desk: Desk, taught: Someone, browser: Open, language: str
) -> None:
    document = desk.standing()
    provision(document, ARTICLE)["paraphrase"] = {"ar": "خلاصة أخرى", "en": "Another summary"}
    draft, revision = drafts.changed(desk.works, desk.editor, document, "instrument")
    client = browser(desk.reviewer, language)
    said = {"ar": "شخص واحد", "en": "1 person"}[language]
    page = client.get(f"/edit/drafts/{draft}/review")
    assert said in words(page.soup.find("section", attrs={"aria-labelledby": "effect"}))
    assert taught.name not in page.main
    desk.approve(draft, revision)
    assert client.get(f"/edit/drafts/{draft}/review").links("/asked-again$")
