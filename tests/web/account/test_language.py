"""Switching the language is a deed, and it stays on the page."""

from collections.abc import Callable

import pytest

from tests.fixtures.people import Someone
from tests.pages import RoleClient
from tests.web.learning import MODULE, Learner

Open = Callable[..., RoleClient]


def switch(client: RoleClient, address: str, **changes: str) -> str:
    where, hidden = client.get(address).fields("/language$")
    away = client.post(where, {**hidden, **changes})
    client.language = changes.get("language", hidden["language"])
    return away.location


@pytest.mark.parametrize("address", ["/sign-in?next=/account", "/sign-in?next=/learn/", "/privacy", "/verify/"])
def test_it_stays_on_the_page_with_its_query(visitor: RoleClient, address: str) -> None:
    where, hidden = visitor.get(address).fields("/language$")
    assert hidden["language"] == "en"
    assert visitor.post(where, hidden).location == address
    visitor.language = "en"
    assert visitor.get(address).fields("/language$")[1]["language"] == "ar"


def test_it_is_kept_with_the_account_on_whatever_browser(browser: Open, hire: Someone) -> None:
    first = browser(hire)
    assert switch(first, f"/learn/modules/{MODULE}") == f"/learn/modules/{MODULE}"
    second = RoleClient(first.app)
    page = second.get("/sign-in")  # a browser that does not know who it will be reads Arabic
    second.submit(page, "/sign-in", {"email": hire.email, "password": "a sentence for tests"})
    second.language = "en"
    assert second.get("/learn/").h1 == "My training"


def test_the_browser_is_not_asked_for_its_language(visitor: RoleClient) -> None:
    response = visitor.client.get("/sign-in", headers={"Accept-Language": "en-GB,en"}, base_url="http://127.0.0.1")
    assert 'lang="ar"' in response.get_data(as_text=True)


@pytest.mark.parametrize("elsewhere", ["//evil.example", "\\\\evil", "https://evil.example/", "/\\evil.example"])
def test_nobody_is_sent_elsewhere_by_it(visitor: RoleClient, elsewhere: str) -> None:
    assert switch(visitor, "/privacy", next=elsewhere) == "/"


@pytest.mark.parametrize("language", ["fr", "", "ar-EG", "../../en"])
def test_a_language_there_is_not_changes_nothing(visitor: RoleClient, language: str) -> None:
    where, hidden = visitor.get("/privacy").fields("/language$")
    away = visitor.post(where, {**hidden, "language": language})
    assert "language=" not in str(away.response.headers.getlist("Set-Cookie"))
    visitor.get("/privacy")


def test_it_needs_the_token_against_forgery(visitor: RoleClient) -> None:
    visitor.get("/privacy")
    visitor.post("/language", {"language": "en", "next": "/"}, status=400)
    visitor.get("/privacy")


def test_the_other_language_is_named_in_itself(learner: Learner) -> None:
    button = learner.client.get("/learn/").soup.select_one("form.language button")
    assert (button.get_text(strip=True), button["lang"], button["dir"]) == ("English", "en", "ltr")
