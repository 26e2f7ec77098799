"""Writing a scenario with presses alone: begun empty, put together, saved, handed in; faults stand beside it."""

from collections.abc import Callable
from typing import Any

import pytest

from quiz.access.actor import Role
from quiz.bank.composing import empty_scenario, is_provisional
from quiz.bank.reader import Reading
from quiz.engine.question_types import registry as question_types
from quiz.services.unit_of_work import Works
from tests import drafts
from tests.drafts import shipped, sound
from tests.fixtures.people import MakePerson
from tests.pages import Page, RoleClient
from tests.web.editor.drafting import Writer, value_of

Open = Callable[..., RoleClient]
OpenWriter = Callable[..., Writer]
KINDS = sorted(question_types.names())
# Where the first thing of each kind that may be chosen is written.
FIRST = {"spot": "exhibit.body.ar", "branching": "nodes.0.choices.0.text.ar"}


def laws(page: Page) -> dict[str, str]:
    """Return what the law says beside each field, by the field's name with hyphens."""
    return {
        str(one["id"]).removeprefix("law-"): one.get_text(" ", strip=True)
        for one in page.soup.select("#writing .law")
        if one.get_text(strip=True)
    }


def texts(writer: Writer, name: str = "options") -> list[str]:
    return [one.get("text", {}).get("ar", "") for one in writer.document[name]]


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_draft_of_each_kind_is_written_into_saved_and_held_back(
    open_writer: OpenWriter, kind: str, language: str
) -> None:
    writer = open_writer(language=language)
    away = writer.press("kind", None, 303, kind=kind, title__ar="عنوان يبقى")
    assert away.location.endswith("#main")
    if kind == "spot":
        writer.press("medium", None, 303, medium="memo")
        words = {"exhibit__text__ar": "نص [[فيه موضع]]"}
    else:
        words = {FIRST.get(kind, "options.0.text.ar").replace(".", "__"): "أول ما يُكتب"}
    saved = writer.press("save", None, 303, **words)
    page = writer.client.get(saved.location.partition("#")[0])
    assert page.tones == ["good"]
    assert (writer.summary.revision, writer.document["kind"], writer.summary.typed) == (2, kind, None)
    refused = writer.press("submit", page, 422)
    assert refused.tones == ["bad"]
    assert {"prompt-ar", "situation-ar"} <= laws(refused).keys()
    assert value_of(refused, "title.ar") == "عنوان يبقى"
    assert value_of(refused, next(iter(words)).replace("__", ".")).replace("p1: ", "") == next(iter(words.values()))
    # Every place that the law names leads to something on the page.
    for link in refused.soup.select("#beside .findings a"):
        assert refused.soup.find(id=str(link["href"])[1:]), link
    assert writer.summary.state == "draft"


def test_a_sound_draft_goes_from_the_form_to_review(open_writer: OpenWriter, reading: Reading, works: Works) -> None:
    for kind in KINDS:
        writer = open_writer(sound(reading, f"a-new-{kind.replace('_', '-')}", kind))
        away = writer.press("submit", None, 303, author_note="للمراجعة")
        assert away.location == f"{writer.where}/review"
        review = writer.client.get(away.location)
        assert not review.forms("/review$"), "who wrote it does not decide"
        assert (writer.summary.state, writer.summary.revision) == ("in_review", 2)
        # The form leads there as long as it is there, and may be had back.
        assert writer.client.get(writer.where, 303).location == away.location
        assert writer.client.submit(review, "/take-back$").location == writer.where
        assert value_of(writer.page(), "author_note") == "للمراجعة"


def test_a_draft_begins_for_a_provision_for_a_bank_and_for_what_stands(
    open_writer: OpenWriter, reading: Reading, signed_in: Open
) -> None:
    address = next(
        source.document["cites"][0] for source in reading.scenarios if source.document["bank"] == "ae-conduct"
    )
    about = open_writer(provision=address).document
    assert (about["cites"], about["bank"], about["jurisdiction"]) == ([address], "ae-conduct", "AE")
    assert open_writer(provision="no/such/thing").document["cites"] == []
    assert open_writer(bank="no-such").document["bank"] == "eg-conduct"
    assert open_writer(bank="eg-cybercrime").document["bank"] == "eg-cybercrime"
    stands = shipped(reading, reading.scenarios[0].document["key"])
    first, second = (open_writer(key=stands["key"]) for _ in range(2))
    assert first.draft == second.draft, "one draft of a thing, whoever opens it"
    assert first.document == stands
    client = signed_in(Role.EDITOR)
    assert client.post("/edit/drafts", {"csrf_token": client.token(), "key": "no-such"}, 404).main


def test_the_key_is_made_of_the_english_title_and_one_that_is_taken_keeps_the_words(
    open_writer: OpenWriter, reading: Reading
) -> None:
    writer = open_writer()
    assert is_provisional(writer.summary.key)
    writer.press("save", None, 303, title__en="A gift, at the door!")
    assert writer.summary.key == "a-gift-at-the-door"
    taken = reading.scenarios[0].document["key"]
    refused = writer.press("save", None, 422, key=taken, title__ar="هدية عند الباب")
    assert refused.tones == ["bad"]
    assert [value_of(refused, name) for name in ("key", "title.ar")] == [taken, "هدية عند الباب"]
    assert (writer.summary.key, writer.summary.revision) == ("a-gift-at-the-door", 2)
    writer.press("save", refused, 303, key="a-gift-at-home")
    assert (writer.summary.key, writer.document["title"]["ar"]) == ("a-gift-at-home", "هدية عند الباب")
    odd = writer.press("save", None, 303, key="Not a key!")
    assert laws(writer.client.get(odd.location.partition("#")[0])).keys() >= {"key"}


def test_choices_come_and_go_and_change_places(writer: Writer) -> None:
    writer.press(
        "keep", None, 303, options__0__text__ar="أولًا", options__1__text__ar="ثانيًا", options__2__text__ar="ثالثًا"
    )
    away = writer.press("down:options.0")
    assert away.location.endswith("#options-0")
    assert texts(writer) == ["ثانيًا", "أولًا", "ثالثًا"]
    writer.press("up:options.2")
    assert texts(writer) == ["ثانيًا", "ثالثًا", "أولًا"]
    writer.press("add:options", None, 303, options__0__text__ar="ثانيًا مع زيادة")
    assert texts(writer) == ["ثانيًا مع زيادة", "ثالثًا", "أولًا", ""]
    writer.press("remove:options.1")
    assert texts(writer) == ["ثانيًا مع زيادة", "أولًا", ""]
    assert len({option["key"] for option in writer.document["options"]}) == 3
    for _ in range(6):
        writer.press("add:options")
    assert len(texts(writer)) == 7, "no more than a page can hold"
    assert writer.summary.revision == 1, "nothing of it is a version yet"
    edge = writer.page()
    buttons = [str(one["value"]) for one in edge.soup.select("#writing button[value*=options]")]
    assert not {"up:options.0", "down:options.6"} & {*buttons}


def test_what_goes_takes_its_place_in_the_key_along(open_writer: OpenWriter, reading: Reading) -> None:
    for kind, name in (("judgement", "key_ratings"), ("most_least", "key_choice"), ("ordering", "key_order")):
        writer = open_writer(sound(reading, f"a-{kind.replace('_', '-')}", kind))
        before = writer.document
        gone = before["options"][0]["key"]
        writer.press("remove:options.0")
        held = writer.document[name]
        assert gone not in (held if kind != "most_least" else held.values())
        assert len(writer.document["options"]) == len(before["options"]) - 1


def test_turns_of_a_path_messages_passages_and_comparisons(open_writer: OpenWriter, reading: Reading) -> None:
    writer = open_writer({**empty_scenario("eg-conduct", "branching"), "key": ""})
    writer.press("add:nodes", None, 303, nodes__0__situation__ar="أول دور")
    writer.press("add:nodes.1.choices", None, 303, nodes__0__choices__0__next="turn-2")
    nodes = writer.document["nodes"]
    assert [len(node["choices"]) for node in nodes] == [2, 3]
    assert (nodes[0]["situation"]["ar"], nodes[0]["choices"][0]["next"]) == ("أول دور", "turn-2")
    writer.press("remove:nodes.1")
    assert [node["key"] for node in writer.document["nodes"]] == ["start"]

    writer.press("medium", None, 303, medium="dialogue")
    writer.press("add:exhibit.turns", None, 303, exhibit__turns__0__says__ar="مرحبًا")
    writer.press("down:exhibit.turns.0")
    assert [turn["says"].get("ar") for turn in writer.document["exhibit"]["turns"]] == [None, "مرحبًا", None]
    writer.press("remove:exhibit.turns.0")
    assert len(writer.document["exhibit"]["turns"]) == 2

    writer.press("add:compare")
    edition = next(value for value in _choices(writer.page(), "compare.0.edition") if value)
    writer.press("add:compare", None, 303, compare__0__edition=edition, compare__0__note__ar="للمقارنة")
    writer.press("up:compare.1")
    assert [entry["note"].get("ar") for entry in writer.document["compare"]] == [None, "للمقارنة"]
    writer.press("remove:compare.0")
    assert [entry["edition"] for entry in writer.document["compare"]] == [edition]
    writer.press("remove:compare.0")
    assert not writer.document.get("compare")


def _choices(page: Page, name: str) -> list[str]:
    return [str(one["value"]) for one in page.soup.find("select", attrs={"name": name}).find_all("option")]


def test_passages_follow_what_is_marked(writer: Writer) -> None:
    writer.press("kind", None, 303, kind="spot")
    writer.press("medium", None, 303, medium="memo")
    marked = {"exhibit__text__ar": "قبل [[أول]] وبعد [[ثانٍ]]", "exhibit__text__en": "before [[one]] after [[two]]"}
    writer.press("keep:passages", None, 303, **marked)
    assert [one["key"] for one in writer.document["passages"]] == ["p1", "p2"]
    writer.press("keep", None, 303, passages__1__ruling__ar="تعليل الثاني", passages__1__breach="1")
    less = {"exhibit__text__ar": "قبل [[p2: ثانٍ]]", "exhibit__text__en": "after [[p2: two]]"}
    writer.press("keep:passages", None, 303, **less)
    (left,) = writer.document["passages"]
    assert (left["key"], left["breach"], left["ruling"]) == ("p2", True, {"ar": "تعليل الثاني"})


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"spot", "single_choice"}])
def test_another_kind_keeps_the_words(open_writer: OpenWriter, reading: Reading, kind: str) -> None:
    writer = open_writer(sound(reading))
    before = writer.document
    writer.press("kind", None, 303, kind=kind)
    there = writer.document
    held = there["nodes"][0]["choices"] if kind == "branching" else there["options"]
    for option, stood in zip(held, before["options"], strict=False):
        assert {name: option[name] for name in ("key", "text", "ruling", "cites")} == {
            name: stood[name] for name in ("key", "text", "ruling", "cites")
        }
    writer.press("kind", None, 303, kind="single_choice")
    again = writer.document
    assert [one["text"] for one in again["options"][: len(before["options"])]] == [
        one["text"] for one in before["options"]
    ]
    assert {name: again[name] for name in ("title", "situation", "prompt", "cites")} == {
        name: before[name] for name in ("title", "situation", "prompt", "cites")
    }


def test_what_is_looked_at_changes_and_keeps_what_both_have(writer: Writer) -> None:
    writer.press("medium", None, 303, medium="email")
    writer.press("keep", None, 303, exhibit__subject__ar="الموضوع", exhibit__body__ar="النص")
    writer.press("medium", None, 303, medium="memo")
    assert writer.document["exhibit"]["subject"] == {"ar": "الموضوع"}
    writer.press("medium", None, 303, medium="post")
    assert writer.document["exhibit"]["official"] is False
    writer.press("keep", None, 303, exhibit__official=["", "1"])
    assert writer.document["exhibit"]["official"] is True
    writer.press("medium", None, 303, medium="none")
    assert "exhibit" not in writer.document


def test_provisions_are_found_and_taken_without_a_script(writer: Writer, reading: Reading) -> None:
    address = reading.scenarios[0].document["cites"][0]
    address = address if isinstance(address, str) else address["at"]
    found = writer.client.get(
        writer.press("find", None, 303, find=address.rpartition("/")[2]).location.partition("#")[0]
    )
    takes = [str(one["value"]) for one in found.soup.select("#found button")]
    assert takes
    assert all(take.startswith("cite:") for take in takes)
    writer.press(takes[0], found, 303, title__ar="ما زال هنا")
    assert writer.document["cites"] == [takes[0].removeprefix("cite:")]
    assert writer.document["title"]["ar"] == "ما زال هنا"
    piece = writer.client.client.get("/edit/provisions?find=art&bank=eg-cybercrime", base_url="http://127.0.0.1")
    assert piece.status_code == 200
    writer.press("keep", None, 303, cites=[""])
    assert writer.document["cites"] == []


def test_credits_are_shared_among_several_choices(writer: Writer) -> None:
    writer.press("kind", None, 303, kind="multiple_choice")
    writer.press("share:options", None, 303, options__0__credit="1", options__1__credit="١")
    credits: list[Any] = [option["credit"] for option in writer.document["options"]]
    assert credits[0] == credits[1] == "1/2"


def test_a_draft_is_thrown_away(writer: Writer) -> None:
    page = writer.page()
    assert writer.client.submit(page, "/discard$").location == "/edit/"
    review = writer.client.get(writer.client.get(writer.where, 303).location)
    assert not review.forms("/comments$")
    assert writer.client.submit(page, "/discard$", {}, 409).main


def test_only_editors_write(writer: Writer, signed_in: Open, works: Works, make_person: MakePerson) -> None:
    other = signed_in(Role.REVIEWER)
    other.get(writer.where, 404)
    for where in ("", "/typing", "/discard", "/take-back"):
        other.post(f"{writer.where}{where}", {"csrf_token": other.token(), "seen": "1", "do": "save"}, 404)
    assert drafts.seen_by(works, make_person(Role.EDITOR), writer.draft).revision == 1


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_draft_goes_by_the_best_title_there_is_and_by_no_key_of_the_moment(
    open_writer: OpenWriter, language: str
) -> None:
    writer = open_writer(language=language)
    for title, shown in (
        ({}, {"ar": "موقف بلا عنوان", "en": "Untitled scenario"}),
        ({"title__ar": "هدية"}, {"ar": "هدية", "en": "هدية"}),
        ({"title__ar": "", "title__en": "A gift"}, {"ar": "A gift", "en": "A gift"}),
        ({"title__ar": "هدية", "title__en": "A gift"}, {"ar": "هدية", "en": "A gift"}),
    ):
        writer.press("save", None, 303, key="", **title)
        for address in (writer.where, f"{writer.where}/review", f"/edit/history/scenario/{writer.summary.key}"):
            assert writer.client.get(address).h1 == shown[language], address
        drafts_page = writer.client.get("/edit/drafts")
        assert drafts_page.soup.select_one(".task__title").get_text(strip=True) == shown[language]
