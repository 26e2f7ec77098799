"""Modules at the desk: from an empty one to one that an employee takes, and every form loses nothing."""

from collections.abc import Callable
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
from tests.fixtures.people import SYSTEM, MakePerson
from tests.pages import HERE, Page, RoleClient, words
from tests.web.editor.filling import filled
from tests.web.editor.module_writing import FORM, KEY, ModuleDesk

Open = Callable[..., RoleClient]
LAW = "eg-cybercrime/law-175-2018/art-20"


@pytest.mark.parametrize("language", ["ar", "en"])
def test_no_form_of_any_shipped_module_loses_anything(
    open_module: Callable[..., ModuleDesk], make_person: MakePerson, reading: Reading, app: Flask, language: str
) -> None:
    editor = make_person(Role.EDITOR)
    for source in reading.modules:
        desk = open_module(source.stem, language, editor)
        response = desk.client.client.get(desk.where, base_url=HERE)
        page = Page(response, BeautifulSoup(response.get_data(as_text=True), "html.parser"))
        cleaning = Cleaning()
        assert document_from(filled(page, FORM), source.document, frozenset(), cleaning) == source.document
        assert not cleaning.changes


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_page_is_sound_and_posting_it_changes_nothing(
    open_module: Callable[..., ModuleDesk], language: str
) -> None:
    desk = open_module(KEY, language)
    before = desk.document
    page = desk.page()
    assert desk.press("keep", page).location.startswith(desk.where)
    desk.typed(page)
    assert desk.document == before
    assert desk.press("save", page).location.endswith("?saved=1#saved")


def test_the_list_names_every_module_and_opens_its_draft(
    module_desk: ModuleDesk, reading: Reading, signed_in: Open
) -> None:
    page = module_desk.client.get("/edit/modules")
    assert {item["id"] for item in page.soup.select("section[aria-labelledby=published] li")} == {
        source.stem for source in reading.modules
    }
    assert page.links("/edit/module-drafts/") == [module_desk.where]
    assert module_desk.client.get("/edit/").links("^/edit/modules$")
    assert module_desk.client.get(f"/edit/drafts/{module_desk.draft}", status=303).location == module_desk.where
    reviewers = signed_in(Role.REVIEWER).get("/edit/modules")
    assert reviewers.links("/review$") == [f"/edit/drafts/{module_desk.draft}/review"]
    assert not reviewers.forms("/edit/modules$")


def test_a_module_is_copied_as_a_new_one(module_desk: ModuleDesk) -> None:
    page = module_desk.client.get("/edit/modules")
    form = next(form for form in page.forms("/edit/modules$") if form.find("input", {"name": "copy", "value": KEY}))
    copy = module_desk.client.post("/edit/modules", {one["name"]: one["value"] for one in form.find_all("input")})
    assert copy.location != module_desk.where
    page = module_desk.client.get(copy.location)
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
    desk = ModuleDesk(client, works, editor, where)
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
    module_desk: ModuleDesk, browser: Open, make_person: MakePerson
) -> None:
    module_desk.press("remove:blueprint.0", None, title__ar="الهدايا وحدها", title__en="Gifts alone")
    assert module_desk.press("submit").location.endswith("/review")
    page = browser(make_person(Role.REVIEWER), "en").get(f"/edit/drafts/{module_desk.draft}/review")
    assert words(page.soup.select_one(".diff__came")) in "Gifts alone الهدايا وحدها"
    assert "Line 1 of the blueprint" in words(page.soup.select_one(".diff"))
    effect = words(page.soup.select_one("section[aria-labelledby=effect]"))
    assert "go out of it" in effect or "goes out of it" in effect
    assert page.links("/draw$") == [f"/edit/module-drafts/{module_desk.draft}/draw"]


# While one types


def test_typing_tells_what_each_line_may_draw_and_where_the_law_objects(module_desk: ModuleDesk) -> None:
    soup = module_desk.typed(module_desk.page(), blueprint__0__count="90", title__ar="نصّ مـمدود")
    short = soup.find(id="draws-0", attrs={"hx-swap-oob": "true"})
    assert isinstance(short, Tag)
    assert "٩٠" in words(short)
    assert words(soup.find(id="law-blueprint-0-key"))
    # Nothing can be drawn, and that is said in words.
    assert "٩٠" in words(soup.select_one("#beside .notice--bad"))
    assert module_desk.document["title"]["ar"] == "نصّ ممدود"
    # What cannot be read of the rest keeps nothing of the blueprint from being told.
    soup = module_desk.typed(
        module_desk.page(), blueprint__0__count="1", minutes="soon", summary__ar="", behaviour="nonsense"
    )
    assert words(soup.find(id="law-minutes"))
    assert soup.select("#beside progress")
    assert module_desk.document["minutes"] == "soon"
    # A line without a number is left out, and said to be.
    soup = module_desk.typed(module_desk.page(), blueprint__0__count="")
    assert words(soup.find(id="draws-0"))
    assert "السطر ١ لم يكتمل بعد" in words(soup.find(id="beside"))


def test_what_is_typed_in_percent_and_units_stands_exactly(module_desk: ModuleDesk) -> None:
    module_desk.press(
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
    document = module_desk.document
    assert document["pass_rule"]["score"] == "3/4"
    assert (document["validity"], document["time_limit"]) == ("P18M", "PT40M")
    assert document["attempts"]["waits"][1] == "PT2H"
    assert document["defaults"] == {"assigned_to": "procurement"}
    assert document["blueprint"][0]["scored"] is False
    page = module_desk.page()
    assert filled(page, FORM)["pass_rule.score"] == "75"
    module_desk.press("keep", page, pass_rule__score="2/3", blueprint__0__scored=["", "1"], time_limit__number="")
    document = module_desk.document
    assert (document["pass_rule"]["score"], document["blueprint"][0]["scored"]) == ("2/3", True)
    assert document.get("time_limit") is None
    assert filled(module_desk.page(), FORM)["pass_rule.score"] == "2/3"


def test_lines_cards_waits_and_demands_come_go_and_move(module_desk: ModuleDesk) -> None:
    before = module_desk.document
    module_desk.press("down:blueprint.0")
    after = module_desk.document
    assert after["blueprint"][:2] == [before["blueprint"][1], before["blueprint"][0]]
    module_desk.press("up:blueprint.1")
    module_desk.press("up:lesson.1")
    assert [one["key"] for one in module_desk.document["lesson"][:2]] == [one["key"] for one in before["lesson"][1::-1]]
    module_desk.press("down:lesson.0")
    assert module_desk.document == before
    module_desk.press("cite:" + LAW, None, **{"cite.to": "pass_rule"})
    module_desk.press("keep", None, pass_rule__and_every__0__score="60")
    assert module_desk.document["pass_rule"]["and_every"] == [{"cites": LAW, "score": "3/5"}]
    page = module_desk.page()
    assert words(page.soup.find(id="law-pass_rule-and_every-0-key")), "no line draws it"
    module_desk.press("remove:pass_rule.and_every.0", page)
    module_desk.press("add:attempts.waits")
    assert len(module_desk.document["attempts"]["waits"]) == len(before["attempts"]["waits"]) + 1
    module_desk.press(f"remove:attempts.waits.{len(before['attempts']['waits'])}")
    assert module_desk.document == before
    module_desk.press("remove:pledge")
    assert "pledge" not in module_desk.document
    module_desk.press("add:pledge")
    assert module_desk.document["pledge"]["editions"] == []
    assert module_desk.press("submit", None, 422).tones[0] == "bad"


def test_a_provision_is_found_without_a_script(module_desk: ModuleDesk) -> None:
    away = module_desk.press("find", None, find="المادة 20", **{"cite.to": "blueprint.1"})
    page = module_desk.client.get(away.location)
    assert page.soup.select_one("#cite-to option[selected]")["value"] == "blueprint.1"  # type: ignore[index]
    assert page.soup.find_all("button", value=lambda value: bool(value and value.startswith("cite:")))


# A trial draw


def test_a_trial_draw_is_the_same_for_the_same_number_and_stores_nothing(module_desk: ModuleDesk) -> None:
    page = module_desk.client.get(f"{module_desk.where}/draw?seed=7&country=AE")
    titles = [words(one) for one in page.soup.select(".tasks .task__title")]
    assert len(titles) == 10
    assert titles == [
        words(one)
        for one in module_desk.client.get(f"/edit/modules/{KEY}/draw?seed=7&country=AE").soup.select(".task__title")
    ]
    (following,) = [link for link in page.links("seed=8") if "country=AE" in link]
    assert [words(one) for one in module_desk.client.get(following).soup.select(".task__title")] != titles
    met = module_desk.client.get(page.links("^/edit/scenarios/[a-z0-9-]+/preview$")[0])
    frame = met.soup.find("iframe")
    assert isinstance(frame, Tag)
    shown = module_desk.client.client.get(str(frame["src"]), base_url=HERE)
    assert shown.status_code == 200
    assert met.links("answered=sound")[0].startswith("/edit/scenarios/")


@pytest.mark.parametrize("query", ["seed=0", "seed=x", "seed=9999999", "country=FR", "seed=1&country=%01"])
def test_a_draw_of_nothing_is_not_found(module_desk: ModuleDesk, query: str) -> None:
    module_desk.client.get(f"{module_desk.where}/draw?{query}", status=404)
    module_desk.client.get("/edit/modules/no-such-module/draw", status=404)


def test_a_draft_that_cannot_be_drawn_says_why(module_desk: ModuleDesk) -> None:
    module_desk.press("keep", None, blueprint__0__count="500")
    page = module_desk.client.get(f"{module_desk.where}/draw")
    assert page.tones == ["bad", "bad"]
    module_desk.press("keep", None, jurisdictions=[""])
    assert not module_desk.client.get(f"{module_desk.where}/draw").soup.select(".task__title a")


def test_a_draft_of_another_kind_has_no_page_here(module_desk: ModuleDesk) -> None:
    module_desk.client.get("/edit/module-drafts/" + "0" * 32, status=404)
    with module_desk.works.writing(module_desk.someone.actor) as work:
        scenario = drafting.begin_draft(work, "scenario", {"format": 1, "bank": "eg-conduct"})
    for address in ("", "/draw"):
        module_desk.client.get(f"/edit/module-drafts/{scenario}{address}", status=404)
    sent = MultiDict({"csrf_token": module_desk.client.token(), "seen": "1"})
    module_desk.client.post(f"/edit/module-drafts/{scenario}", sent, 404)
    module_desk.client.post(module_desk.where, {"csrf_token": module_desk.client.token()}, 400)


def test_what_another_editor_saved_is_shown_before_it_is_overwritten(
    module_desk: ModuleDesk, open_module: Callable[..., ModuleDesk]
) -> None:
    other = open_module()
    assert other.where == module_desk.where
    mine = module_desk.page()
    other.press("save", None, title__ar="عنوان الزميل", title__en="A colleague’s title")
    page = module_desk.press("save", mine, 409, title__ar="عنواني", title__en="My title")
    assert page.tones[0] == "bad"
    assert page.soup.find(id="behind")
    module_desk.client.submit(module_desk.page(), FORM, {"do": "forget"}, place=0, follow=True)
    assert module_desk.document["title"]["ar"] == "عنوان الزميل"


def test_an_earlier_state_is_restored_from_the_history(module_desk: ModuleDesk) -> None:
    before = module_desk.document
    module_desk.press("save", None, title__ar="عنوان آخر", title__en="Another title", pass_rule__score="70")
    page = module_desk.client.get(f"/edit/history/module/{KEY}?before=v1")
    assert {"٨٠٪", "٧٠٪"} <= {words(one) for one in page.soup.select(".diff__went, .diff__came")}
    away = module_desk.client.submit(page, "/restore$", {"state": "v1"}, place=0)
    assert module_desk.client.get(away.location, status=303).location == module_desk.where
    assert module_desk.document == before


def test_every_module_of_the_list_has_its_statistics(module_desk: ModuleDesk) -> None:
    addresses = module_desk.client.get("/edit/modules").links("^/edit/statistics/")
    assert len(addresses) == 7
    for address in addresses:
        module_desk.client.get(address)
