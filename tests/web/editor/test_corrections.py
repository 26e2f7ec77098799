"""Telling of a correction: counted before it is decided, decided once, and what those concerned are shown."""

from collections.abc import Callable

import pytest
from flask import Flask

from quiz.access.actor import Role
from quiz.jobs.chores import sweep
from quiz.services.tools import MemoryMailer
from quiz.services.unit_of_work import Works
from tests.fixtures.people import MakePerson, Someone
from tests.pages import Page, RoleClient
from tests.sums import KEYS, MODULE, document, mend, publish, take

Open = Callable[..., RoleClient]
PLACE = "/edit/scenarios/sum-a/correction"
SENT = {"what_ar": "كان الخيار الأنسب غير ذلك", "what_en": "Another option was the most appropriate"}


@pytest.fixture
def taught(works: Works, make_person: MakePerson) -> Someone:
    publish(works, *map(document, KEYS))
    person = make_person(modules=(MODULE,))
    take(works, person)
    return person


def decide(client: RoleClient, page: Page, status: int = 303, **changes: str) -> Page:
    return client.submit(page, f"{PLACE}$", {**SENT, **changes}, status, place=1)


def carry_out(app: Flask) -> None:
    while sweep(app):
        pass


@pytest.mark.parametrize("language", ["ar", "en"])
def test_from_the_count_to_the_page_of_who_was_taught(
    app: Flask, works: Works, taught: Someone, browser: Open, signed_in: Open, mailer: MemoryMailer, language: str
) -> None:
    client = signed_in(Role.EDITOR, language=language)
    assert client.get(PLACE).soup.select(".empty")
    assert not client.get("/edit/scenarios/sum-a").links("/correction")
    mend(works, "sum-a")
    assert client.get("/edit/scenarios/sum-a").links(f"^{PLACE}$")
    page = client.get(PLACE)
    assert taught.name not in page.main
    assert page.forms(PLACE)[0]["method"] == "get"
    away = decide(client, page)
    assert away.location.endswith("&notice=decided#decided")
    done = client.get(away.location.partition("#")[0])
    assert done.tones == ["good", "accent"]
    assert len(done.forms(PLACE)) == 1
    carry_out(app)
    (message,) = mailer.sent
    assert message["To"] == taught.email
    reader = browser(taught, language)
    (address,) = reader.get("/learn/questions/").links("^/learn/corrections/")
    assert address in str(message.get_body(("plain",)).get_content())
    shown = reader.get(address)
    assert SENT[f"what_{language}"] in shown.main
    cards = shown.soup.select("article.card")
    assert [[badge.get_text() for badge in card.select(".badge")] for card in cards] == [
        [cards[0].select(".badge")[0].get_text(), cards[0].select(".badge")[1].get_text()],
        [cards[0].select(".badge")[1].get_text(), cards[0].select(".badge")[0].get_text()],
    ]
    assert len(shown.soup.select("section .disclosure .badge")) == 1


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"what_ar": " \u200b"}, {"what_ar"}),
        ({"what_ar": "س" * 1001}, {"what_ar"}),
        ({"what_en": "x" * 1001}, {"what_en"}),
        ({"mended": "7"}, {"mended"}),
        ({"since": "x"}, {"since"}),
        ({"since": "2", "mended": "2"}, {"since"}),
    ],
)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_will_not_do_is_said_beside_its_field(
    works: Works, taught: Someone, signed_in: Open, changes: dict[str, str], at: set[str], language: str
) -> None:
    mend(works, "sum-a")
    client = signed_in(Role.REVIEWER, language=language)
    refused = decide(client, client.get(PLACE), 422, **changes)
    faulty = {str(one["name"]) for field in refused.soup.select(".field--faulty") for one in field.select("[name]")}
    assert faulty == at
    for link in refused.soup.select(".notice[role=alert] a"):
        assert refused.soup.find(id=str(link["href"])[1:]) is not None


@pytest.mark.parametrize("query", ["since=2&mended=2", "since=9", "mended=x", "since=3&mended=2"])
def test_versions_that_do_not_fit_are_told(works: Works, taught: Someone, signed_in: Open, query: str) -> None:
    mend(works, "sum-a")
    publish(works, document("sum-a", best="wait"))
    refused = signed_in(Role.EDITOR).get(f"{PLACE}?{query}", 422)
    assert refused.soup.select(".field--faulty select")
    assert not refused.soup.find("textarea")


def test_the_version_named_is_corrected_from_the_one_before_it(works: Works, taught: Someone, signed_in: Open) -> None:
    mend(works, "sum-a")
    publish(works, document("sum-a", best="wait"))
    client = signed_in(Role.EDITOR)
    for query, since, mended in (("", "2", "3"), ("?mended=2", "1", "2"), ("?since=1&mended=3", "1", "3")):
        page = client.get(PLACE + query)
        chosen = [
            page.soup.find("select", id=name).find("option", selected=True)["value"] for name in ("since", "mended")
        ]
        assert chosen == [since, mended]


def test_a_doubt_that_was_mended_leads_there(works: Works, taught: Someone, browser: Open, signed_in: Open) -> None:
    reader, editor = browser(taught), signed_in(Role.EDITOR)
    page = reader.get("/learn/ask?kind=doubt&about=sum-a")
    reader.submit(page, "/learn/ask", {"words": "غير صحيح"}, status=200)
    mend(works, "sum-a")
    doubt = editor.get(editor.get("/edit/doubts").links("^/edit/doubts/[0-9a-f]{32}")[0])
    away = editor.submit(doubt, "^/edit/doubts/", {"outcome": "mended", "version": "2"})
    (address,) = editor.get(away.location.partition("#")[0]).links(f"^{PLACE}")
    assert editor.get(address).forms(PLACE)


def test_others_do_not_count_or_tell_and_nobody_reads_what_another_was_told(
    app: Flask, works: Works, taught: Someone, browser: Open, signed_in: Open
) -> None:
    mend(works, "sum-a")
    client = signed_in(Role.EDITOR)
    decide(client, client.get(PLACE))
    carry_out(app)
    (address,) = browser(taught).get("/learn/questions/").links("^/learn/corrections/")
    for role in (Role.MANAGER, Role.ADVISER, Role.HR, Role.ADMIN, Role.AUDITOR):
        other = signed_in(role)
        other.get(PLACE, status=404)
        other.post(PLACE, {"csrf_token": other.token(), **SENT, "since": "1", "mended": "2"}, status=404)
        other.get(address, status=404)
    manager = signed_in(Role.MANAGER)
    assert "correction" not in manager.client.get("/manage/", base_url="http://127.0.0.1").get_data(as_text=True)
    client.get(address, status=404)
    client.get("/edit/scenarios/no-such/correction", status=404)
    client.get("/learn/corrections/" + "0" * 32, status=404)
