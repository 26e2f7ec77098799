"""Asking at any time: the adviser, a doubt, the name, help; with a name or without."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from quiz.access.actor import Role
from quiz.jobs.chores import sweep
from quiz.services.tools import MemoryMailer
from tests.fixtures.people import MakePerson
from tests.pages import HERE, Page, RoleClient
from tests.web.learning import SHORT, Learner

Open = Callable[..., RoleClient]
WORDS = "هل يسري هذا على حسابي القديم؟"


@pytest.fixture
def adviser(browser: Open, make_person: MakePerson) -> RoleClient:
    return browser(make_person(Role.ADVISER, name="ليلى حسام الدين وهبة"))


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("kind", ["question", "doubt", "pledge", "name", "help"])
def test_each_kind_is_asked_and_arrives(
    learner: Learner, adviser: RoleClient, signed_in: Open, browser: Open, kind: str, language: str
) -> None:
    learner.client = browser(learner.someone, language)
    page = learner.client.get(f"/learn/ask?kind={kind}&about={SHORT}&next=/learn/modules/{SHORT}")
    assert page.h1
    assert page.tones == []
    sent = learner.client.submit(page, "/learn/ask", {"words": WORDS, "with_name": "y"}, status=200)
    assert sent.tones == ["good"]
    assert sent.links(f"^/learn/modules/{SHORT}$")
    editors = WORDS in signed_in(Role.EDITOR).get("/edit/doubts").main
    assert [WORDS in adviser.get("/advise/").main, editors] == [kind != "doubt", kind == "doubt"]
    assert bool(sent.soup.select(".keep")) is False


def asked(learner: Learner, words: str = WORDS, **sent: str) -> Page:
    page = learner.client.get("/learn/ask?kind=question&about=x")
    return learner.client.submit(page, "/learn/ask", {"words": words, **sent}, status=200)


def answered(adviser: RoleClient, words: str) -> None:
    page = adviser.get(adviser.get("/advise/").links("^/advise/questions/")[0])
    adviser.submit(page, "^/advise/questions/", {"words": words, "teaches": "nothing", "reason": "لا يفيد غيره"})


@pytest.mark.parametrize("language", ["ar", "en"])
def test_with_a_name_the_answer_is_announced_by_mail_and_read_in_the_list(
    app: Flask, learner: Learner, adviser: RoleClient, browser: Open, mailer: MemoryMailer, language: str
) -> None:
    learner.client = browser(learner.someone, language)
    learner.client.post("/language", {"csrf_token": learner.client.token(), "language": language, "next": "/"})
    assert learner.client.get("/learn/questions/").soup.select(".empty")
    sent = asked(learner, with_name="y")
    assert sent.links("^/learn/questions/$")
    listed = learner.client.get("/learn/questions/")
    assert not listed.soup.select(".badge--good")
    (address,) = listed.links("^/learn/questions/[0-9a-f]{32}$")
    assert learner.client.get(address).tones == ["accent"]
    answered(adviser, "نعم، ما دام باسمك.")
    sweep(app)
    (message,) = mailer.sent
    assert message["To"] == learner.someone.email
    for kind in ("plain", "html"):
        body = str(message.get_body((kind,)).get_content())
        assert f"http://127.0.0.1:8000{address}" in body
        assert learner.someone.name in body
        for secret in (WORDS, "ما دام باسمك", "لا يفيد غيره"):
            assert secret not in body
    assert learner.client.get("/learn/questions/").soup.select(".badge--good")
    page = learner.client.get(address)
    assert "نعم، ما دام باسمك." in page.main
    # What follows for others, and who answered, is the adviser's own.
    assert "لا يفيد غيره" not in page.main
    assert "ليلى" not in page.main


@pytest.mark.parametrize("language", ["ar", "en"])
def test_without_a_name_a_code_is_shown_once_and_opens_the_answer(
    app: Flask,
    learner: Learner,
    colleague: Learner,
    adviser: RoleClient,
    browser: Open,
    mailer: MemoryMailer,
    language: str,
) -> None:
    sent = asked(learner)
    code = sent.soup.select_one(".keep").get_text(strip=True)
    assert re.fullmatch("[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}", code)
    assert not learner.client.get("/learn/questions/").links("^/learn/questions/[0-9a-f]{32}$")
    inbox = adviser.get("/advise/")
    assert learner.someone.name not in inbox.main
    answered(adviser, "نعم، ما دام باسمك.")
    sweep(app)
    assert mailer.sent == []
    reader = browser(colleague.someone, language)
    page = reader.get("/learn/questions/reply")
    opened = reader.submit(page, "/reply$", {"code": f" {code.lower().replace('-', ' ')} "}, status=200)
    assert WORDS in opened.main
    assert "نعم، ما دام باسمك." in opened.main
    assert learner.someone.name not in opened.main


@pytest.mark.parametrize("code", ["", "  ", "ABCD-EFGH-JKMNP", "x" * 41, "\x00", "<b>"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_an_unknown_code_opens_the_same_page(learner: Learner, browser: Open, code: str, language: str) -> None:
    asked(learner)
    client = browser(learner.someone, language)
    refused = client.submit(client.get("/learn/questions/reply"), "/reply$", {"code": code}, status=422)
    assert refused.soup.find("input", id="code")["aria-invalid"] == "true"


def test_codes_are_not_to_be_guessed_by_trying(app: Flask, learner: Learner) -> None:
    app.config["RATELIMIT_ENABLED"] = True
    page = learner.client.get("/learn/questions/reply")
    for _ in range(10):
        learner.client.submit(page, "/reply$", {"code": "ABCD-EFGH-JKMNP"}, status=422)
    learner.client.submit(page, "/reply$", {"code": "ABCD-EFGH-JKMNP"}, status=429)
    learner.client.get("/learn/questions/reply")


def test_nobody_opens_the_question_of_another(learner: Learner, colleague: Learner) -> None:
    asked(learner, with_name="y")
    (address,) = learner.client.get("/learn/questions/").links("^/learn/questions/[0-9a-f]{32}$")
    colleague.client.get(address, status=404)
    learner.client.get("/learn/questions/" + "0" * 32, status=404)


@pytest.mark.parametrize("place", ["/learn/", "/account", "/learn/ask"])
def test_the_way_to_the_answers_stands_where_one_looks(learner: Learner, place: str) -> None:
    assert learner.client.get(place).links("^/learn/questions/$")


def test_nothing_written_says_so_beside_the_field(learner: Learner) -> None:
    page = learner.client.get("/learn/ask?kind=doubt&about=x&next=/learn/")
    refused = learner.client.submit(page, "/learn/ask", {"words": "  \n "}, status=422)
    field = refused.soup.find("textarea")
    assert field["aria-invalid"] == "true"
    assert refused.soup.find(id="words-faults").get_text(strip=True)
    assert refused.fields("/learn/ask")[1]["kind"] == "doubt"


def test_too_much_written_is_given_back_to_be_shortened(learner: Learner) -> None:
    page = learner.client.get("/learn/ask?kind=question")
    long = "كلمة " * 500
    refused = learner.client.submit(page, "/learn/ask", {"words": long}, status=422)
    assert refused.soup.find("textarea").get_text().strip() == long.strip()


def test_a_kind_that_is_not_known_is_not_there(learner: Learner) -> None:
    learner.client.get("/learn/ask?kind=gossip", status=404)
    page = learner.client.get("/learn/ask?kind=question")
    learner.client.submit(page, "/learn/ask", {"kind": "gossip", "words": WORDS}, status=404)


def test_help_is_asked_about_a_module_of_ones_own(learner: Learner) -> None:
    page = learner.client.get("/learn/ask?kind=help&about=no-such-module")
    learner.client.submit(page, "/learn/ask", {"words": WORDS}, status=404)


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example/", "https://evil.example/", "/learn//evil.example", "javascript:alert(1)", "/\\evil"]
)
def test_the_way_back_stays_here(learner: Learner, elsewhere: str) -> None:
    page = learner.client.get(f"/learn/ask?kind=question&next={elsewhere}")
    assert page.fields("/learn/ask")[1]["next"] == "/learn/"


def test_what_is_written_is_shown_as_it_is_and_never_as_markup(learner: Learner, adviser: RoleClient) -> None:
    page = learner.client.get("/learn/ask?kind=question&about=<script>alert(1)</script>")
    learner.client.submit(page, "/learn/ask", {"words": "<img src=x onerror=alert(1)>"}, status=200)
    # Not through the linter, which takes a tag that is shown as words for one left over.
    inbox = adviser.client.get("/advise/", base_url=HERE).get_data(as_text=True)
    (address,) = set(re.findall("/advise/questions/[0-9a-f]{32}", inbox))
    for html in (inbox, adviser.client.get(address, base_url=HERE).get_data(as_text=True)):
        assert "<img src=x" not in html
        assert "<script>alert" not in html
