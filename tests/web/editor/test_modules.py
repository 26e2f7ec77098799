"""Modules at the desk: from an empty one to one that an employee takes, and every form loses nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.datastructures import MultiDict

from quiz.access.actor import Role
from quiz.bank.reader import Reading
from quiz.services import drafting, people
from quiz.services.unit_of_work import Works
from quiz.web.editor.cleaning import Cleaning
from quiz.web.editor.module_form import document_from
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.pages import HERE, Page, RoleClient, words
from tests.web.editor.filling import changed, filled

Open = Callable[..., RoleClient]
FORM = "/edit/module-drafts/[0-9a-f]+$"
KEY = "gifts-and-conflicts"
LAW = "eg-cybercrime/law-175-2018/art-20"


@dataclass
class Desk:
    """An editor with a module on the screen."""

    client: RoleClient
    works: Works
    someone: Someone
    where: str

    @property
    def draft(self) -> str:
        return self.where.rpartition("/")[2]

    @property
    def document(self) -> dict[str, Any]:
        with self.works.reading(self.someone.actor) as work:
            return dict(drafting.get_draft(work, self.draft).document)

    def page(self) -> Page:
        return self.client.get(self.where)

    def press(self, do: str, page: Page | None = None, status: int = 303, /, **values: Any) -> Page:
        """Send the form of a page as a browser without scripts does, by a button."""
        sent = changed(filled(page or self.page(), FORM), do=do, **values)
        return self.client.post(self.where, sent, status)

    def typed(self, page: Page, /, **values: Any) -> BeautifulSoup:
        """Send the form as the script does while one types; return the pieces of the page."""
        sent = changed(filled(page, FORM), **values)
        answer = self.client.client.post(f"{self.where}/typing", data=sent, base_url=HERE)
        assert answer.status_code == 200
        return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


@pytest.fixture
def open_desk(browser: Open, make_person: MakePerson, works: Works) -> Callable[..., Desk]:
    def open_one(key: str = KEY, language: str = "ar", someone: Someone | None = None) -> Desk:
        editor = someone or make_person(Role.EDITOR)
        client = browser(editor, language)
        away = client.post("/edit/modules", {"csrf_token": client.token(), "key": key})
        return Desk(client, works, editor, away.location)

    return open_one


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_no_form_of_any_shipped_module_loses_anything(
    open_desk: Callable[..., Desk], make_person: MakePerson, reading: Reading, app: Flask, language: str
) -> None:
    editor = make_person(Role.EDITOR)
    for source in reading.modules:
        desk = open_desk(source.stem, language, editor)
        response = desk.client.client.get(desk.where, base_url=HERE)
        page = Page(response, BeautifulSoup(response.get_data(as_text=True), "html.parser"))
        cleaning = Cleaning()
        assert document_from(filled(page, FORM), source.document, frozenset(), cleaning) == source.document
        assert not cleaning.changes


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_page_is_sound_and_posting_it_changes_nothing(open_desk: Callable[..., Desk], language: str) -> None:
    desk = open_desk(KEY, language)
    before = desk.document
    page = desk.page()
    assert desk.press("keep", page).location.startswith(desk.where)
    desk.typed(page)
    assert desk.document == before
    assert desk.press("save", page).location.endswith("?saved=1#saved")


def test_the_list_names_every_module_and_opens_its_draft(desk: Desk, reading: Reading, signed_in: Open) -> None:
    page = desk.client.get("/edit/modules")
    assert {item["id"] for item in page.soup.select("section[aria-labelledby=published] li")} == {
        source.stem for source in reading.modules
    }
    assert page.links("/edit/module-drafts/") == [desk.where]
    assert desk.client.get("/edit/").links("^/edit/modules$")
    assert desk.client.get(f"/edit/drafts/{desk.draft}", status=303).location == desk.where
    reviewers = signed_in(Role.REVIEWER).get("/edit/modules")
    assert reviewers.links("/review$") == [f"/edit/drafts/{desk.draft}/review"]
    assert not reviewers.forms("/edit/modules$")


def test_a_module_is_copied_as_a_new_one(desk: Desk) -> None:
    page = desk.client.get("/edit/modules")
    form = next(form for form in page.forms("/edit/modules$") if form.find("input", {"name": "copy", "value": KEY}))
    copy = desk.client.post("/edit/modules", {one["name"]: one["value"] for one in form.find_all("input")})
    assert copy.location != desk.where
    page = desk.client.get(copy.location)
    assert page.soup.find("input", {"name": "title.en"})["value"].endswith("(copy)")  # type: ignore[index]
    assert page.soup.find("input", {"name": "key"})["value"] == ""  # type: ignore[index]


def card(number: int) -> dict[str, Any]:
    return {
        f"lesson__{number}__title__ar": "لماذا؟",
        f"lesson__{number}__title__en": "Why?",
        f"lesson__{number}__body__ar": "الأمانة أن تُحفظ الصلاحية لما مُنحت له.",
        f"lesson__{number}__body__en": "Trust is to keep authority to what it was given for.",
    }


def test_a_module_is_written_from_nothing_approved_and_taken(
    browser: Open, make_person: MakePerson, works: Works, reading: Reading
) -> None:
    editor, reviewer = make_person(Role.EDITOR), make_person(Role.REVIEWER)
    client = browser(editor)
    where = client.post("/edit/modules", {"csrf_token": client.token()}).location
    desk = Desk(client, works, editor, where)
    page = desk.page()
    assert page.h1 == "برنامج تدريبي جديد"
    assert {words(one) for one in page.soup.select(".findings__one a")}
    desk.press(
        "add:blueprint",
        page,
        title__ar="برنامج قصير",
        title__en="A short one",
        summary__ar="ملخص",
        summary__en="In short",
    )
    desk.press("add:lesson", None, blueprint__0__bank="eg-cybercrime", blueprint__0__count="٢")
    page = desk.page()
    assert words(page.soup.find(id="draws-0")).endswith("يُسحب موقفان")
    assert page.soup.select("#beside progress")
    desk.press("keep", page, **card(0))
    away = desk.press("cite:" + LAW, None, **{"cite.to": "lesson.0"})
    assert away.location.endswith("to=lesson.0#lesson-0")
    assert desk.document["lesson"][0]["cites"] == [LAW]
    away = desk.press("submit")
    assert away.location == f"/edit/drafts/{desk.draft}/review"
    assert desk.document["key"] == "a-short-one"
    judge = browser(reviewer)
    review = judge.get(away.location)
    assert "برنامج قصير" in review.h1
    effect = review.soup.select_one("section[aria-labelledby=effect]")
    assert effect is not None
    assert effect.select("details a[href^='/edit/scenarios/']")
    judge.submit(review, "/review$", {"do": "approve"}, place=0)
    someone = make_person()
    with works.writing(SYSTEM) as work:
        people.assign_module(work, someone.public_id, "a-short-one")
    assert "برنامج قصير" in browser(someone).get("/learn/").main


def test_a_change_is_shown_word_by_word_with_what_it_does_to_the_pool(
    desk: Desk, browser: Open, make_person: MakePerson
) -> None:
    desk.press("remove:blueprint.0", None, title__ar="الهدايا وحدها", title__en="Gifts alone")
    assert desk.press("submit").location.endswith("/review")
    page = browser(make_person(Role.REVIEWER), "en").get(f"/edit/drafts/{desk.draft}/review")
    assert words(page.soup.select_one(".diff__came")) in "Gifts alone الهدايا وحدها"
    assert "Line 1 of the blueprint" in words(page.soup.select_one(".diff"))
    effect = words(page.soup.select_one("section[aria-labelledby=effect]"))
    assert "go out of it" in effect or "goes out of it" in effect
    assert page.links("/draw$") == [f"/edit/module-drafts/{desk.draft}/draw"]


# While one types


def test_typing_tells_what_each_line_may_draw_and_where_the_law_objects(desk: Desk) -> None:
    soup = desk.typed(desk.page(), blueprint__0__count="90", title__ar="نصّ مـمدود")
    short = soup.find(id="draws-0", attrs={"hx-swap-oob": "true"})
    assert isinstance(short, Tag)
    assert "٩٠" in words(short)
    assert words(soup.find(id="law-blueprint-0-key"))
    # Nothing can be drawn, and that is said in words.
    assert "٩٠" in words(soup.select_one("#beside .notice--bad"))
    assert desk.document["title"]["ar"] == "نصّ ممدود"
    # What cannot be read of the rest keeps nothing of the blueprint from being told.
    soup = desk.typed(desk.page(), blueprint__0__count="1", minutes="soon", summary__ar="", behaviour="nonsense")
    assert words(soup.find(id="law-minutes"))
    assert soup.select("#beside progress")
    assert desk.document["minutes"] == "soon"
    # A line without a number is left out, and said to be.
    soup = desk.typed(desk.page(), blueprint__0__count="")
    assert words(soup.find(id="draws-0"))
    assert "السطر ١ لم يكتمل بعد" in words(soup.find(id="beside"))


def test_what_is_typed_in_percent_and_units_stands_exactly(desk: Desk) -> None:
    desk.press(
        "keep",
        None,
        pass_rule__score="٧٥٪",
        validity__number="18",
        validity__unit="month",
        time_limit__number="٤٠",
        time_limit__unit="minute",
        attempts__waits__1__number="2",
        attempts__waits__1__unit="hour",
        defaults__due__number="",
        blueprint__0__scored=[""],
    )
    document = desk.document
    assert document["pass_rule"]["score"] == "3/4"
    assert (document["validity"], document["time_limit"]) == ("P18M", "PT40M")
    assert document["attempts"]["waits"][1] == "PT2H"
    assert document["defaults"] == {"assigned_to": "procurement"}
    assert document["blueprint"][0]["scored"] is False
    page = desk.page()
    assert filled(page, FORM)["pass_rule.score"] == "75"
    desk.press("keep", page, pass_rule__score="2/3", blueprint__0__scored=["", "1"], time_limit__number="")
    document = desk.document
    assert (document["pass_rule"]["score"], document["blueprint"][0]["scored"]) == ("2/3", True)
    assert document.get("time_limit") is None
    assert filled(desk.page(), FORM)["pass_rule.score"] == "2/3"


def test_lines_cards_waits_and_demands_come_go_and_move(desk: Desk) -> None:
    before = desk.document
    desk.press("down:blueprint.0")
    after = desk.document
    assert after["blueprint"][:2] == [before["blueprint"][1], before["blueprint"][0]]
    desk.press("up:blueprint.1")
    desk.press("up:lesson.1")
    assert [one["key"] for one in desk.document["lesson"][:2]] == [one["key"] for one in before["lesson"][1::-1]]
    desk.press("down:lesson.0")
    assert desk.document == before
    desk.press("cite:" + LAW, None, **{"cite.to": "pass_rule"})
    desk.press("keep", None, pass_rule__and_every__0__score="60")
    assert desk.document["pass_rule"]["and_every"] == [{"cites": LAW, "score": "3/5"}]
    page = desk.page()
    assert words(page.soup.find(id="law-pass_rule-and_every-0-key")), "no line draws it"
    desk.press("remove:pass_rule.and_every.0", page)
    desk.press("add:attempts.waits")
    assert len(desk.document["attempts"]["waits"]) == len(before["attempts"]["waits"]) + 1
    desk.press(f"remove:attempts.waits.{len(before['attempts']['waits'])}")
    assert desk.document == before
    desk.press("remove:pledge")
    assert "pledge" not in desk.document
    desk.press("add:pledge")
    assert desk.document["pledge"]["editions"] == []
    assert desk.press("submit", None, 422).tones[0] == "bad"


def test_a_provision_is_found_without_a_script(desk: Desk) -> None:
    away = desk.press("find", None, find="المادة 20", **{"cite.to": "blueprint.1"})
    page = desk.client.get(away.location)
    assert page.soup.select_one("#cite-to option[selected]")["value"] == "blueprint.1"  # type: ignore[index]
    assert page.soup.find_all("button", value=lambda value: bool(value and value.startswith("cite:")))


# A trial draw


def test_a_trial_draw_is_the_same_for_the_same_number_and_stores_nothing(desk: Desk) -> None:
    page = desk.client.get(f"{desk.where}/draw?seed=7&country=AE")
    titles = [words(one) for one in page.soup.select(".tasks .task__title")]
    assert len(titles) == 10
    assert titles == [
        words(one) for one in desk.client.get(f"/edit/modules/{KEY}/draw?seed=7&country=AE").soup.select(".task__title")
    ]
    (following,) = [link for link in page.links("seed=8") if "country=AE" in link]
    assert [words(one) for one in desk.client.get(following).soup.select(".task__title")] != titles
    met = desk.client.get(page.links("^/edit/scenarios/[a-z0-9-]+/preview$")[0])
    frame = met.soup.find("iframe")
    assert isinstance(frame, Tag)
    shown = desk.client.client.get(str(frame["src"]), base_url=HERE)
    assert shown.status_code == 200
    assert met.links("answered=sound")[0].startswith("/edit/scenarios/")


@pytest.mark.parametrize("query", ["seed=0", "seed=x", "seed=9999999", "country=FR", "seed=1&country=%01"])
def test_a_draw_of_nothing_is_not_found(desk: Desk, query: str) -> None:
    desk.client.get(f"{desk.where}/draw?{query}", status=404)
    desk.client.get("/edit/modules/no-such-module/draw", status=404)


def test_a_draft_that_cannot_be_drawn_says_why(desk: Desk) -> None:
    desk.press("keep", None, blueprint__0__count="500")
    page = desk.client.get(f"{desk.where}/draw")
    assert page.tones == ["bad", "bad"]
    desk.press("keep", None, jurisdictions=[""])
    assert not desk.client.get(f"{desk.where}/draw").soup.select(".task__title a")


# What nobody should send


BAD: list[dict[str, str]] = [
    {"do": "up:blueprint.99"},
    {"do": "remove:lesson.99999999"},
    {"do": "remove:nonsense.x"},
    {"do": "add:nonsense.0"},
    {"do": "cite:nowhere", "cite.to": "lesson.77"},
    {"do": "cite:nowhere", "cite.to": "x.y.z"},
    {"minutes": "99999999999999999999"},
    {"minutes": "-5"},
    {"blueprint": "x"},
    {"blueprint.0.count": "999999999"},
    {"blueprint.0.bank": "fr-conduct"},
    {"blueprint.0.kinds": "riddle"},
    {"do": "keep", "blueprint.0.difficulty": "7"},
    {"blueprint.0.provisions": "not an address"},
    {"blueprint.0.verification": "certain"},
    {"jurisdictions": "FR"},
    {"behaviour": "nonsense"},
    {"pass_rule.score": "140"},
    {"pass_rule.score": "1/0"},
    {"attempts.limit": "1.5"},
    {"validity.number": "99999", "validity.unit": "year"},
    {"validity.number": "-1", "validity.unit": "century"},
    {"time_limit.number": "0", "time_limit.unit": "minute"},
    {"attempts.waits.0.number": "", "attempts.waits.0.unit": "day"},
    {"pledge.editions": "no/such"},
    {"minimum_verification": "certain"},
    {"defaults.assigned_to": "x" * 10_000},
    {"title.ar": "ا" * 10_000},
    {"lesson.0.key": "\u0000\u202eA B"},
    {"colour": "red", "blueprint.0.colour": "red", "lesson.0": "x"},
]


def test_bad_input_breaks_nothing_and_is_told(desk: Desk) -> None:
    shown = filled(desk.page(), FORM)
    faults = []
    for sent in BAD:
        form = MultiDict(shown)
        for name, value in sent.items():
            form.setlist(name, [value])
        assert desk.client.client.post(desk.where, data=form, base_url=HERE).status_code == 303, sent
        response = desk.client.client.get(desk.where, base_url=HERE)
        assert response.status_code == 200, sent
        assert len(desk.document["blueprint"]) == 10, sent
        # Buttons, and fields that no form has, change nothing; to everything else the law objects.
        is_told = "findings__one--error" in response.get_data(as_text=True)
        if is_told == bool({"do", "colour", "blueprint"} & set(sent)):
            faults.append(sent)
    assert not faults


def test_a_draft_of_another_kind_has_no_page_here(desk: Desk) -> None:
    desk.client.get("/edit/module-drafts/" + "0" * 32, status=404)
    with desk.works.writing(desk.someone.actor) as work:
        scenario = drafting.begin_draft(work, "scenario", {"format": 1, "bank": "eg-conduct"})
    for address in ("", "/draw"):
        desk.client.get(f"/edit/module-drafts/{scenario}{address}", status=404)
    sent = MultiDict({"csrf_token": desk.client.token(), "seen": "1"})
    desk.client.post(f"/edit/module-drafts/{scenario}", sent, 404)
    desk.client.post(desk.where, {"csrf_token": desk.client.token()}, 400)


def test_what_another_editor_saved_is_shown_before_it_is_overwritten(
    desk: Desk, open_desk: Callable[..., Desk]
) -> None:
    other = open_desk()
    assert other.where == desk.where
    mine = desk.page()
    other.press("save", None, title__ar="عنوان الزميل", title__en="A colleague’s title")
    page = desk.press("save", mine, 409, title__ar="عنواني", title__en="My title")
    assert page.tones[0] == "bad"
    assert page.soup.find(id="behind")
    desk.client.submit(desk.page(), FORM, {"do": "forget"}, place=0, follow=True)
    assert desk.document["title"]["ar"] == "عنوان الزميل"


def test_an_earlier_state_is_restored_from_the_history(desk: Desk) -> None:
    before = desk.document
    desk.press("save", None, title__ar="عنوان آخر", title__en="Another title", pass_rule__score="70")
    page = desk.client.get(f"/edit/history/module/{KEY}?before=v1")
    assert {"٨٠٪", "٧٠٪"} <= {words(one) for one in page.soup.select(".diff__went, .diff__came")}
    away = desk.client.submit(page, "/restore$", {"state": "v1"}, place=0)
    assert desk.client.get(away.location, status=303).location == desk.where
    assert desk.document == before


def test_every_module_of_the_list_has_its_statistics(desk: Desk) -> None:
    addresses = desk.client.get("/edit/modules").links("^/edit/statistics/")
    assert len(addresses) == 7
    for address in addresses:
        desk.client.get(address)
