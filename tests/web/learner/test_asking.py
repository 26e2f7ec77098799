"""Asking at any time: the adviser, a doubt, the name, help; with a name or without."""

from collections.abc import Callable

import pytest

from quiz.access.actor import Role
from tests.fixtures.people import MakePerson
from tests.pages import RoleClient
from tests.web.learning import SHORT, Learner

Open = Callable[..., RoleClient]
WORDS = "هل يسري هذا على حسابي القديم؟"


@pytest.fixture
def adviser(browser: Open, make_person: MakePerson) -> RoleClient:
    return browser(make_person(Role.ADVISER, name="ليلى حسام الدين وهبة"))


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("kind", ["question", "doubt", "pledge", "name", "help"])
def test_each_kind_is_asked_and_arrives(
    learner: Learner, adviser: RoleClient, browser: Open, kind: str, language: str
) -> None:
    learner.client = browser(learner.someone, language)
    page = learner.client.get(f"/learn/ask?kind={kind}&about={SHORT}&next=/learn/modules/{SHORT}")
    assert page.h1
    assert page.tones == []
    sent = learner.client.submit(page, "/learn/ask", {"words": WORDS, "with_name": "y"}, status=200)
    assert sent.tones == ["good"]
    assert sent.links(f"^/learn/modules/{SHORT}$")
    assert WORDS in adviser.get("/advise/").main


def test_with_a_name_it_can_be_answered_and_without_nobody_knows(learner: Learner, adviser: RoleClient) -> None:
    page = learner.client.get("/learn/ask?kind=question&about=x")
    learner.client.submit(page, "/learn/ask", {"words": WORDS, "with_name": "y"}, status=200)
    inbox = adviser.get("/advise/")
    assert learner.someone.name in inbox.main
    assert f"mailto:{learner.someone.email}" in inbox.links()
    learner.client.submit(page, "/learn/ask", {"words": "سؤال آخر"}, status=200)
    newest = adviser.get("/advise/").soup.select("article.card")[0].get_text()
    assert "سؤال آخر" in newest
    assert learner.someone.name not in newest
    assert learner.someone.email not in newest


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
    html = adviser.client.get("/advise/", base_url="http://127.0.0.1").get_data(as_text=True)
    assert "<img src=x" not in html
    assert "<script>alert" not in html
