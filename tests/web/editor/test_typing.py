"""What is typed is never lost: kept by itself for its writer, past an ended sign-in, beside another, after the end."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from werkzeug.datastructures import MultiDict

from quiz.access.actor import Role
from quiz.bank.reader import Reading
from tests import drafts
from tests.drafts import sound
from tests.fixtures.people import PASSWORD, MakePerson
from tests.pages import HERE, Page, RoleClient
from tests.web.editor.drafting import Writer, value_of

Open = Callable[..., RoleClient]
OpenWriter = Callable[..., Writer]
WORDS = "موظف كتب كثيرًا ولم يحفظ بعد"


@pytest.fixture
def pair(open_writer: OpenWriter, make_person: MakePerson, reading: Reading) -> tuple[Writer, Writer]:
    """Two editors before the same draft."""
    first = open_writer(sound(reading), someone=make_person(Role.EDITOR, name="ليلى مراد فهمي"))
    return first, open_writer(draft=first.draft, someone=make_person(Role.EDITOR, name="سامي داود"))


# While one types


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_answer_to_typing_is_pieces_for_this_page(open_writer: OpenWriter, language: str) -> None:
    writer = open_writer(language=language)
    page = writer.page()
    form = page.soup.find(id="writing")
    assert (form["hx-post"], form["hx-target"]) == (f"{writer.where}/typing", "#beside")
    assert page.soup.select("head script[src*=pieces]")
    pieces = writer.typed(page, title__ar="<b>عنوان</b>", situation__ar="قصير")
    assert pieces.find("html") is None
    assert pieces.find(id="beside").find(id="keeping")
    fresh = {str(one["id"]) for one in pieces.select("[hx-swap-oob]")}
    assert {"law-title-ar", "law-situation-ar", "law-cites"} <= fresh
    assert pieces.find(id="law-title-ar").get_text(strip=True)
    # What was found before and is no longer so is taken away as well.
    again = writer.typed(page, title__ar="عنوان")
    assert not again.find(id="law-title-ar").get_text(strip=True)
    assert again.find(id="law-title-ar")["hx-swap-oob"] == "true"


def test_typing_is_kept_for_its_writer_alone(pair: tuple[Writer, Writer], signed_in: Open) -> None:
    first, second = pair
    before = value_of(second.page(), "title.ar")
    first.typed(None, title__ar=WORDS)
    there = first.page()
    assert value_of(there, "title.ar") == WORDS
    assert "saved" not in there.soup.find(id="keeping").get_text()
    other = second.page()
    assert value_of(other, "title.ar") == before
    assert first.someone.name in other.main
    assert second.someone.name not in there.main
    review = signed_in(Role.REVIEWER).get(f"{first.where}/review")
    assert WORDS not in review.main
    assert first.summary.revision == 1


def test_what_was_typed_can_be_dropped_and_then_the_version_stands(pair: tuple[Writer, Writer]) -> None:
    first, second = pair
    first.typed(None, title__ar=WORDS)
    second.press("save", None, 303, title__ar="ما حفظه الزميل")
    told = first.page()
    assert value_of(told, "title.ar") == WORDS
    assert told.soup.find(id="behind")
    first.client.submit(told, f"{first.where}$", {"do": "forget"})
    assert value_of(first.page(), "title.ar") == "ما حفظه الزميل"
    assert first.summary.typed is None


# Two at once


@pytest.mark.parametrize("do", ["save", "submit"])
def test_the_second_to_save_is_told_sees_the_difference_and_loses_nothing(pair: tuple[Writer, Writer], do: str) -> None:
    first, second = pair
    shown = second.page()
    first.press("save", None, 303, prompt__ar="سؤال الزميل الأول؟")
    refused = second.press(do, shown, 409, title__ar=WORDS)
    assert refused.tones[0] == "bad"
    assert value_of(refused, "title.ar") == WORDS
    came = " ".join(one.get_text() for one in refused.soup.select("#behind ins"))
    assert "الزميل" in came
    assert first.summary.revision == 2
    # Having seen the difference, the second saves onto the first; both versions are in the history.
    second.press("save", refused, 303)
    assert (first.summary.revision, first.document["title"]["ar"]) == (3, WORDS)
    history = second.client.get(f"/edit/history/scenario/{second.summary.key}?before={second.draft}.2")
    assert WORDS.split()[0] in history.soup.select_one("section[aria-labelledby=differs]").get_text()


def test_a_draft_that_was_handed_in_meanwhile_shows_what_was_written(
    pair: tuple[Writer, Writer], reading: Reading
) -> None:
    first, second = pair
    shown = second.page()
    first.press("submit")
    for do in ("save", "submit"):
        refused = second.press(do, shown, 409, title__ar=WORDS)
        assert refused.tones[0] == "bad"
        assert value_of(refused, "title.ar") == WORDS
    # It is kept while it is in review, and there again when that was taken back.
    first.client.submit(first.client.get(f"{first.where}/review"), "/take-back$")
    assert value_of(second.page(), "title.ar") == WORDS


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_draft_that_was_closed_meanwhile_gives_the_words_back(
    open_writer: OpenWriter, pair: tuple[Writer, Writer], language: str
) -> None:
    first, _ = pair
    second = open_writer(draft=first.draft, language=language)
    shown = second.page()
    first.client.submit(first.page(), "/discard$")
    for do in ("keep", "save", "submit", "add:options"):
        refused = second.press(do, shown, 409, title__ar=WORDS)
        assert refused.tones[0] == "bad"
        assert value_of(refused, "title.ar") == WORDS
    answer = second.client.client.post(
        f"{second.where}/typing", data=second.form(shown), base_url=HERE, headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#keeping")


# The sign-in has ended


def signed_out(writer: Writer) -> None:
    """End the sign-in in another tab, as the end of a working day does."""
    writer.client.submit(writer.client.get("/edit/"), "/sign-out$")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_an_ended_sign_in_keeps_every_word_and_sends_them_again(open_writer: OpenWriter, language: str) -> None:
    writer = open_writer(language=language)
    page = writer.page()
    form = writer.form(page, do="save", title__ar=WORDS, situation__ar="سطر\r\nوسطر آخر", values=["", "integrity"])
    signed_out(writer)
    ended = writer.client.post(writer.where, form, 403)
    assert writer.summary.revision == 1
    kept = MultiDict(
        (str(one["name"]), str(one["value"])) for one in ended.forms(writer.where)[0].find_all("input", type="hidden")
    )
    assert kept.getlist("values") == ["", "integrity"]
    writer.client.sign_in(writer.someone)
    kept["csrf_token"] = writer.client.token()
    writer.client.post(writer.where, kept, 303)
    assert (writer.summary.revision, writer.document["title"]["ar"]) == (2, WORDS)
    assert writer.document["situation"]["ar"] == "سطر\nوسطر آخر"
    assert writer.document["values"] == ["integrity"]


def test_an_ended_sign_in_is_told_beside_the_form_while_one_types(writer: Writer) -> None:
    writer.typed(None, title__ar="قبل الانقطاع")
    form = writer.form(None, title__ar=WORDS)
    signed_out(writer)
    answer = writer.client.client.post(
        f"{writer.where}/typing", data=form, base_url=HERE, headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == (
        403,
        "#keeping",
        "innerHTML",
    )
    piece = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    assert piece.find("form") is None
    assert piece.get_text(strip=True)
    assert writer.document["title"]["ar"] == "قبل الانقطاع"


def test_signing_in_leads_back_to_what_was_being_written(writer: Writer) -> None:
    writer.typed(None, title__ar=WORDS)
    signed_out(writer)
    asked = writer.client.get(writer.client.get(f"{writer.where}?find=art", 303).location)
    away = writer.client.submit(asked, "/sign-in", {"email": writer.someone.email, "password": PASSWORD})
    assert away.location == f"{writer.where}?find=art"
    page: Page = writer.client.get(away.location)
    assert value_of(page, "title.ar") == WORDS


def test_a_form_of_another_browser_is_offered_again(writer: Writer) -> None:
    form = writer.form(None, do="save", title__ar=WORDS)
    form["csrf_token"] = "no token of ours"
    refused = writer.client.post(writer.where, form, 400)
    assert WORDS in {one.get("value") for one in refused.soup.select("main form input[type=hidden]")}
    writer.client.submit(refused, f"{writer.where}$")
    assert writer.document["title"]["ar"] == WORDS
    assert drafts.seen_by(writer.works, writer.someone, writer.draft).revision == 2
