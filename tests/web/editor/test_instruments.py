"""Amending an instrument at the desk: every place as a form that loses nothing, provisions and editions in and out."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.datastructures import MultiDict

from quiz.access.actor import Role
from quiz.bank import amending
from quiz.bank.reader import Reading
from quiz.db.queries import drafts as queries
from quiz.services import drafting
from quiz.services.unit_of_work import Works
from quiz.web.editor.cleaning import Cleaning
from quiz.web.editor.instrument_form import document_from, shown_of
from tests.fixtures.people import SYSTEM, MakePerson
from tests.fixtures.settings import Clock
from tests.pages import HERE, Page, RoleClient, words
from tests.web.editor.amending import EDITION, FORM, LAW, Desk
from tests.web.editor.filling import changed, filled

Open = Callable[..., RoleClient]


def test_no_form_of_any_shipped_instrument_loses_anything(
    open_desk: Callable[..., Desk], make_person: MakePerson, reading: Reading, app: Flask
) -> None:
    editor = make_person(Role.EDITOR)
    for source in reading.instruments:
        desk = open_desk(source.stem, someone=editor)
        for edition in source.document["editions"]:
            for provision in (None, *(held["key"] for held in edition["provisions"])):
                query = f"?edition={edition['key']}" + (f"&provision={provision}" if provision else "")
                response = desk.client.client.get(desk.where + query, base_url=HERE)
                # The strict parser takes longer than the pages.
                soup = BeautifulSoup(response.get_data(as_text=True), "html.parser")
                sent = filled(Page(response, soup), FORM)
                shown = shown_of(source.document, sent["edition"], sent.get("provision"))
                assert shown is not None
                assert (shown.edition_handle, shown.provision_handle) == (edition["key"], provision)
                cleaning = Cleaning()
                assert document_from(sent, source.document, shown, cleaning) == source.document, query
                assert not cleaning.changes


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("key", ["eg-conduct", "ae-hr-regulations"])
def test_the_pages_are_sound_and_posting_them_changes_nothing(
    open_desk: Callable[..., Desk], key: str, language: str
) -> None:
    desk = open_desk(key, language)
    before = desk.document
    edition = before["editions"][-1]["key"]
    for provision in ("", *(held["key"] for held in before["editions"][-1]["provisions"][:4])):
        page = desk.page(provision, edition)
        assert desk.press("keep", page).location.startswith(desk.where)
        desk.typed(page)
    assert desk.document == before
    assert desk.press("save", page).location.endswith("#saved")
    with desk.works.reading(desk.someone.actor) as work:
        assert drafting.get_draft(work, desk.draft).revision == 1


def test_the_list_names_every_instrument_and_opens_its_draft(desk: Desk, reading: Reading, signed_in: Open) -> None:
    page = desk.client.get("/edit/instruments")
    assert {item["id"] for item in page.soup.select("section[aria-labelledby=published] li")} == {
        source.stem for source in reading.instruments
    }
    assert page.links("/edit/instrument-drafts/") == [desk.where]
    reviewers = signed_in(Role.REVIEWER).get("/edit/instruments")
    assert reviewers.links("/review$") == [f"/edit/drafts/{desk.draft}/review"]
    assert not reviewers.forms("/edit/instruments$")


def test_the_general_address_of_a_draft_leads_to_its_own_page(desk: Desk) -> None:
    assert desk.client.get(f"/edit/drafts/{desk.draft}", status=303).location == desk.where
    # A form of another kind of page would take the instrument apart.
    token = desk.client.token()
    before = desk.document
    for address in (f"/edit/drafts/{desk.draft}", f"/edit/drafts/{desk.draft}/typing"):
        desk.client.post(address, {"csrf_token": token, "seen": "1", "do": "keep", "title.ar": "x"}, 404)
    assert desk.document == before


def test_a_provision_is_amended_and_nothing_else_is(desk: Desk) -> None:
    before = desk.document
    page = desk.page("art-20")
    texts = {"paraphrase__ar": "خلاصة جديدة كتبها المحرر", "paraphrase__en": "A new summary by the editor"}
    away = desk.press(
        "keep", page, **texts, figures__0__max="٢٠٠٬٠٠٠", topics=["", "privacy", "state-systems"], sensitive=["", "1"]
    )
    assert away.location.startswith(f"{desk.where}?edition={EDITION}&provision=art-20")
    after, held = desk.document, desk.provision("art-20")
    assert held["paraphrase"] == {"ar": texts["paraphrase__ar"], "en": texts["paraphrase__en"]}
    assert (held["sensitive"], held["topics"]) == (True, ["privacy", "state-systems"])
    figures = held.get("figures") or held["parts"][0]["figures"]
    assert figures
    (place,) = [number for number, one in enumerate(before["editions"][0]["provisions"]) if one["key"] == "art-20"]
    before["editions"][0]["provisions"][place] = after["editions"][0]["provisions"][place]
    assert after == before


def test_figures_are_read_in_any_digits_and_what_is_no_number_is_said_at_its_field(desk: Desk) -> None:
    desk.press("add:figures", desk.page("art-7"))
    place = len(desk.provision("art-7")["figures"]) - 1
    at = f"figures__{place}__"
    desk.press("keep", desk.page("art-7"), **{f"{at}min": "٢٠٬٠٠٠", f"{at}max": "كثير", f"{at}currency": "EGP"})
    figure = desk.provision("art-7")["figures"][place]
    assert (figure["min"], figure["max"], figure["currency"]) == (20000, "كثير", "EGP")
    page = desk.page("art-7")
    assert words(page.soup.find(id=f"law-figures-{place}-max"))
    desk.press(f"remove:figures.{place}", page)
    assert len(desk.provision("art-7")["figures"]) == place


def test_paragraphs_come_go_and_move(desk: Desk) -> None:
    assert "parts" not in desk.provision("art-7")
    for number in (1, 2):
        desk.press("add:parts", desk.page("art-7"))
        texts = {f"parts__{number - 1}__paraphrase__{language}": f"{number}" for language in ("ar", "en")}
        desk.press("keep", desk.page("art-7"), **texts)
    desk.press("add:parts.1.figures", desk.page("art-7"))
    desk.press("up:parts.1", desk.page("art-7"))
    parts = desk.provision("art-7")["parts"]
    assert [part["key"] for part in parts] == ["2", "1"]
    assert [len(part.get("figures", ())) for part in parts] == [1, 0]
    assert [part["paraphrase"]["ar"] for part in parts] == ["2", "1"]
    desk.press("remove:parts.0", desk.page("art-7"))
    desk.press("remove:parts.0", desk.page("art-7"))
    assert desk.provision("art-7")["parts"] == []


def test_a_provision_is_added_renamed_moved_and_removed(desk: Desk) -> None:
    count = len(desk.edition["provisions"])
    away = desk.press("provision", desk.page(), add__kind="article", add__number="٤٦")
    assert "provision=art-46" in away.location
    added = desk.provision("art-46")
    assert (added["reference"], added["verification"]) == ({"kind": "article", "number": "46"}, "recall")
    away = desk.press("rename", desk.page("art-46"), key="Art 46 bis")
    assert "provision=art-46-bis" in away.location
    # A key that is taken gets a number; one that is published stays.
    assert "provision=art-45-2" in desk.press("rename", desk.page("art-46-bis"), key="art-45").location
    page = desk.page("art-45")
    assert page.soup.find(attrs={"name": "key"}) is None
    desk.press("rename", page, key="art-99")
    assert desk.provision("art-45")
    desk.press("shift:up", desk.page("art-45-2"))
    assert [one["key"] for one in desk.edition["provisions"]][-2:] == ["art-45-2", "art-45"]
    away = desk.press("drop", desk.page("art-45-2"))
    assert "provision" not in away.location
    assert len(desk.edition["provisions"]) == count
    desk.press("drop", desk.page("art-44"))
    page = desk.page()
    removed = [item for item in page.soup.select("#beside li") if not item.a]
    assert sum("محذوف" in words(item) for item in removed) == 1


def test_previous_and_next_keep_what_was_typed(desk: Desk) -> None:
    page = desk.page("art-7")
    onward = next(
        str(one["value"]) for one in page.soup.find_all("button", value=lambda value: value and "art-8" in value)
    )
    away = desk.press(onward, page, title__ar="عنوان جديد")
    assert "provision=art-8" in away.location
    assert desk.provision("art-7")["title"]["ar"] == "عنوان جديد"


def test_a_new_edition_begins_as_a_copy_that_nothing_proves(desk: Desk) -> None:
    before = desk.edition
    away = desk.press(
        "edition",
        desk.page(),
        new__label__ar="القانون رقم 9 لسنة 2027",
        new__label__en="Law No. 9 of 2027",
        new__issued_on="2027-01-10",
        new__effective_from="2027-03-01",
        new__repeals=["", "1"],
    )
    assert "edition=law-no-9-of-2027" in away.location
    earlier, later = desk.document["editions"]
    assert (earlier["status"], earlier["effective_to"]) == ("repealed", "2027-02-28")
    assert earlier["replaced_by"] == f"{LAW}/law-no-9-of-2027"
    assert earlier["provisions"] == before["provisions"]
    assert (later["status"], later["issued_on"], later["effective_from"]) == ("in_force", "2027-01-10", "2027-03-01")
    assert {one["verification"] for one in later["provisions"]} == {"recall"}
    assert [one["paraphrase"] for one in later["provisions"]] == [one["paraphrase"] for one in before["provisions"]]
    page = desk.page(edition="law-no-9-of-2027")
    away = desk.press("rename", page, key="law-9-2027")
    assert desk.document["editions"][0]["replaced_by"] == f"{LAW}/law-9-2027"
    # It was never published, so it may be thrown away again; the edition that stands may not.
    desk.press("drop-edition", desk.page())
    assert len(desk.document["editions"]) == 2
    desk.press("drop-edition", desk.page(edition="law-9-2027"))
    assert [one["key"] for one in desk.document["editions"]] == [EDITION]


def test_one_proof_is_written_into_every_provision_of_an_edition(desk: Desk) -> None:
    against = {"proof__against__ar": "قوبلت بالجريدة الرسمية", "proof__against__en": "Compared with the gazette"}
    desk.press("prove", desk.page(), **against, proof__verification="official_verified", proof__on="2026-11-21")
    provisions = desk.edition["provisions"]
    assert {one["verification"] for one in provisions} == {"official_verified"}
    assert {one["verified_on"] for one in provisions} == {"2026-11-21"}
    assert {one["verified_against"]["en"] for one in provisions} == {"Compared with the gazette"}
    assert len({one["source"]["ar"] for one in provisions}) >= 1
    assert not desk.page().soup.select(".findings__one--error")


def test_raising_the_verification_without_proof_stops_the_draft_at_its_field(desk: Desk) -> None:
    desk.press("keep", desk.page("art-20"), verification="official_verified")
    page = desk.page("art-20")
    assert words(page.soup.find(id="law-verification"))
    elsewhere = desk.page("art-21")
    links = [one["href"] for one in elsewhere.soup.select(".findings__one--error a")]
    assert links == [f"{desk.where}?edition={EDITION}&provision=art-20"]
    assert desk.press("submit", page, 422).tones == ["bad"]
    proof = {"verified_against__ar": "قوبلت بالجريدة الرسمية", "verified_against__en": "Compared with the gazette"}
    desk.press("keep", desk.page("art-20"), **proof)
    assert words(desk.page("art-20").soup.find(id="law-verification"))
    desk.press("keep", desk.page("art-20"), verified_on="2026-11-21")
    page = desk.page("art-20")
    assert not words(page.soup.find(id="law-verification"))
    assert desk.press("submit", page).location == f"/edit/drafts/{desk.draft}/review"


def test_typing_answers_with_the_law_at_its_field(desk: Desk) -> None:
    soup = desk.typed(desk.page("art-20"), paraphrase__ar="نصّ مـمدود")
    # What Word brought is taken out and said; the summary that lost its words of proof is judged.
    assert desk.provision("art-20")["paraphrase"]["ar"] == "نصّ ممدود"
    assert soup.find(id="beside")
    assert soup.find(id="law-paraphrase-en", attrs={"hx-swap-oob": "true"})


def test_what_another_editor_saved_is_shown_before_it_is_overwritten(
    desk: Desk, open_desk: Callable[..., Desk]
) -> None:
    other = open_desk()
    assert other.where == desk.where
    mine = desk.page("art-7")
    other.press("save", other.page("art-8"), title__ar="عنوان الزميل", title__en="A colleague’s title")
    page = desk.press("save", mine, 409, title__ar="عنواني", title__en="My title")
    assert page.tones[0] == "bad"
    assert page.soup.find(id="behind")
    page = desk.client.submit(desk.page("art-7"), FORM, {"do": "forget"}, place=0, follow=True)
    assert desk.provision("art-8")["title"]["ar"] == "عنوان الزميل"
    assert desk.provision("art-7")["title"]["ar"] != "عنواني"


@pytest.mark.parametrize("ends", ["submit", "discard"])
def test_a_draft_that_was_handed_in_or_closed_meanwhile_gives_the_words_back(
    desk: Desk, open_desk: Callable[..., Desk], ends: str
) -> None:
    other, mine = open_desk(), desk.page("art-7")
    if ends == "submit":
        other.press("submit", other.page("art-8"), title__ar="عنوان الزميل")
    else:
        other.client.submit(other.page(), "/discard$")
    for do in ("save", "submit") if ends == "submit" else ("keep", "save", "add:parts"):
        page = desk.press(do, mine, 409, title__ar="عنواني")
        assert page.tones[0] == "bad"
        assert filled(page, FORM, -1)["title.ar"] == "عنواني"


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "up:parts.9"},
        {"do": "remove:figures.99999999"},
        {"do": "add:parts.7.figures"},
        {"do": "add:nonsense"},
        {"do": "nonsense:x.y"},
        {"do": "shift:sideways"},
        {"do": "go:nowhere/at-all"},
        {"parts": "999"},
        {"figures": "x"},
        {"verified_on": "someday"},
        {"reference.number": "\u0000\u202e24"},
        {"reference.kind": "nonsense", "verification": "certain"},
        {"topics": "nonsense"},
    ],
)
def test_bad_input_breaks_nothing(desk: Desk, sent: dict[str, str]) -> None:
    page = desk.page("art-7")
    form = filled(page, FORM)
    for name, value in sent.items():
        form.setlist(name, [value])
    away = desk.client.post(desk.where, form)
    desk.client.get(away.location.partition("#")[0])
    assert len(desk.edition["provisions"]) == 45


def test_an_address_of_nothing_is_not_found(desk: Desk, signed_in: Open, works: Works) -> None:
    desk.client.get("/edit/instrument-drafts/" + "0" * 32, status=404)
    with works.writing(desk.someone.actor) as work:
        scenario = drafting.begin_draft(work, "scenario", {"format": 1, "bank": "eg-conduct"})
    desk.client.get(f"/edit/instrument-drafts/{scenario}", status=404)
    sent = MultiDict({"csrf_token": desk.client.token(), "seen": "1", "edition": EDITION, "provision": "art-999"})
    desk.client.post(desk.where, sent, 404)
    desk.client.post(desk.where, {"csrf_token": desk.client.token()}, 400)
    # An address of what was removed shows the edition it stood in.
    assert desk.page("art-999").soup.find(attrs={"name": "add.number"})
    desk.client.post("/edit/instruments", {"csrf_token": desk.client.token(), "key": "no-such-law"}, 404)


def test_a_new_instrument_is_written_from_nothing(signed_in: Open, works: Works, clock: Clock) -> None:
    client = signed_in(Role.EDITOR)
    page = client.get("/edit/instruments")
    away = client.submit(page, "/edit/instruments$", place=len(page.forms("/edit/instruments$")) - 1)
    where = away.location
    page = client.get(where)
    sent = changed(
        filled(page, FORM), do="save", instrument__title__ar="لائحة تجريبية", instrument__title__en="Trial rules"
    )
    assert client.post(where, sent).location.endswith("#saved")
    listed = client.get("/edit/instruments")
    assert "لائحة تجريبية" in words(listed.soup.find("section", attrs={"aria-labelledby": "begun"}))
    with works.reading(SYSTEM) as work:
        assert queries.find_open_draft(work.session, "instrument", "trial-rules")


def test_a_draft_broken_in_any_way_can_be_opened_and_mended(
    signed_in: Open, works: Works, make_person: MakePerson
) -> None:
    editor = make_person(Role.EDITOR)
    broken = {
        "format": 2,
        "key": "broken",
        "title": "نص",
        "kind": 7,
        "editions": ["x", {"label": 3, "provisions": [{"key": "a"}, {"key": "a", "figures": "many"}, {"parts": [{}]}]}],
    }
    with works.writing(editor.actor) as work:
        draft = drafting.begin_draft(work, "instrument", broken, "imported")
    client = signed_in(Role.EDITOR)
    for query in ("", "?edition=@0", "?edition=@0&provision=a", "?edition=@0&provision=@1", "?edition=@0&provision=@2"):
        page = client.get(f"/edit/instrument-drafts/{draft}{query}")
        client.post(f"/edit/instrument-drafts/{draft}", changed(filled(page, FORM), do="keep"))
    assert amending.shaped(broken)["title"] == {"ar": "نص"}
