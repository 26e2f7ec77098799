"""Signing in and out: the same answer whoever is guessed at, a way back that stays here, a limit on trying."""

from collections.abc import Callable

import pytest
from flask import Flask

from quiz.access.actor import Role
from tests.fixtures.people import PASSWORD, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.pages import HERE, RoleClient
from tests.web.learning import MODULE, Learner

Open = Callable[..., RoleClient]

ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "https://evil.example/learn/",
    "http:evil.example",
    "javascript:alert(1)",
    "evil.example",
    "/\tevil.example",
    "/\n/evil.example",
    " //evil.example",
    "\t//evil.example",
    "//evil.example@127.0.0.1/",
    "//127.0.0.1@evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "data:text/html,evil",
    "/\r\nLocation: //evil.example",
    # No address of anybody: what takes it apart may raise.
    "//[evil.example",
    "",
)


def sign_in(client: RoleClient, email: str, password: str = PASSWORD, status: int = 303, path: str = "/sign-in") -> str:
    page = client.submit(client.get(path), "/sign-in", {"email": email, "password": password}, status=status)
    return page.location if status == 303 else page.text


def test_the_right_password_opens_and_the_cookie_is_kept_from_scripts(visitor: RoleClient, hire: Someone) -> None:
    assert sign_in(visitor, hire.email) == "/"
    (cookie,) = [one for one in visitor.seen[-1].headers.getlist("Set-Cookie") if one.startswith("amana=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert visitor.get("/learn/").h1


def test_a_name_is_taken_in_any_case_and_with_spaces_around(visitor: RoleClient, hire: Someone) -> None:
    assert sign_in(visitor, f"  {hire.email.upper()} ") == "/"


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_wrong_password_and_an_unknown_name_say_the_same(browser: Open, hire: Someone, language: str) -> None:
    client = browser(language=language)
    wrong = sign_in(client, hire.email, "not the password", status=422)
    unknown = sign_in(client, "nobody@amana.example", "not the password", status=422)
    assert wrong == unknown
    client.get("/learn/", status=303)


def test_a_refused_sign_in_keeps_the_name_and_where_it_leads_but_never_the_password(
    visitor: RoleClient, hire: Someone
) -> None:
    page = visitor.get("/sign-in?next=/learn/records/")
    refused = visitor.submit(page, "/sign-in", {"email": hire.email, "password": "not the password"}, status=422)
    assert refused.tones == ["bad"]
    assert refused.soup.find("input", type="email")["value"] == hire.email
    assert not refused.soup.find("input", type="password").get("value")
    away = visitor.submit(refused, "/sign-in", {"email": hire.email, "password": PASSWORD})
    assert away.location == "/learn/records/"


def test_empty_fields_say_so_beside_them(visitor: RoleClient) -> None:
    refused = visitor.submit(visitor.get("/sign-in"), "/sign-in", status=422)
    assert [field["aria-invalid"] for field in refused.soup.select("input[type=email], input[type=password]")] == [
        "true",
        "true",
    ]
    assert len(refused.soup.select(".notice[role=alert] a")) == 2


def test_a_page_asked_for_comes_back_after_signing_in(visitor: RoleClient, hire: Someone) -> None:
    away = visitor.get(f"/learn/modules/{MODULE}?a=1&b=2", status=303)
    assert away.location.startswith("/sign-in?next=")
    page = visitor.get(away.location)
    landed = visitor.submit(page, "/sign-in", {"email": hire.email, "password": PASSWORD})
    assert landed.location == f"/learn/modules/{MODULE}?a=1&b=2"


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_nobody_is_sent_elsewhere_after_signing_in(visitor: RoleClient, hire: Someone, elsewhere: str) -> None:
    page = visitor.get("/sign-in")
    sent = {"email": hire.email, "password": PASSWORD, "next": elsewhere}
    assert visitor.submit(page, "/sign-in", sent).location == "/"


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/%5Cevil.example/..", "/\\evil"])
def test_nobody_is_sent_elsewhere_by_a_link_to_the_sign_in(visitor: RoleClient, elsewhere: str) -> None:
    response = visitor.client.get("/sign-in", query_string={"next": elsewhere}, base_url=HERE)
    kept = visitor._page(response, 200).fields("/sign-in")[1]["next"]
    assert kept.startswith("/")
    assert not kept.startswith("//")
    assert "\\" not in kept


def test_after_eight_wrong_tries_a_name_waits_even_with_the_right_password(
    visitor: RoleClient, hire: Someone, clock: Clock
) -> None:
    for _ in range(8):
        sign_in(visitor, hire.email, "not the password", status=422)
    told = visitor.submit(visitor.get("/sign-in"), "/sign-in", {"email": hire.email, "password": PASSWORD}, status=429)
    assert told.tones == ["care"]
    assert told.links("/forgot")
    clock.forward(minutes=15, seconds=1)
    assert sign_in(visitor, hire.email) == "/"


def test_an_unknown_name_waits_just_the_same(visitor: RoleClient) -> None:
    for _ in range(8):
        sign_in(visitor, "nobody@amana.example", "not the password", status=422)
    sign_in(visitor, "nobody@amana.example", "not the password", status=429)


def test_signing_in_again_while_signed_in_goes_on(learner: Learner) -> None:
    assert learner.client.get("/sign-in", status=303).location == "/"


def test_signing_out_ends_it_for_this_browser_only(browser: Open, hire: Someone) -> None:
    here, there = browser(hire), browser(hire)
    away = here.submit(here.get("/learn/"), "/sign-out$")
    assert away.location == "/sign-in"
    here.get("/learn/", status=303)
    there.get("/learn/")


def test_signing_out_twice_is_no_fault(browser: Open, hire: Someone) -> None:
    client = browser(hire)
    page = client.get("/learn/")
    client.submit(page, "/sign-out$")
    client.submit(page, "/sign-out$")


def test_a_token_that_was_taken_away_opens_nothing(browser: Open, hire: Someone) -> None:
    client = browser(hire)
    stolen = client.client.get_cookie("amana", domain="127.0.0.1").value
    client.submit(client.get("/learn/"), "/sign-out$")
    for token in (stolen, "0" * 64, "x", "", stolen[:63]):
        client.client.set_cookie("amana", token, domain="127.0.0.1")
        client.get("/learn/", status=303)


def test_a_sign_in_ends_after_twelve_hours(browser: Open, hire: Someone, clock: Clock) -> None:
    client = browser(hire)
    for _ in range(4):
        clock.forward(hours=2, minutes=59, seconds=45)
        client.get("/learn/")
    clock.forward(minutes=1)
    client.get("/learn/", status=303)


def test_a_sign_in_that_nobody_uses_ends_sooner(browser: Open, hire: Someone, clock: Clock) -> None:
    client = browser(hire)
    for _ in range(2):
        clock.forward(hours=3, minutes=59)
        client.get("/learn/")
    clock.forward(hours=4)
    client.get("/learn/", status=303)


@pytest.mark.parametrize(
    ("roles", "first_screen"),
    [
        ((), "/learn/"),
        ((Role.MANAGER,), "/manage/"),
        ((Role.EDITOR,), "/edit/"),
        ((Role.REVIEWER,), "/edit/"),
        ((Role.ADVISER,), "/advise/"),
        ((Role.ADMIN,), "/admin/settings"),
        ((Role.MANAGER, Role.ADMIN), "/manage/"),
        ((Role.HR,), "/learn/"),
        ((Role.AUDITOR,), "/learn/"),
    ],
)
def test_each_person_lands_on_their_own_first_screen(
    browser: Open, make_person: MakePerson, roles: tuple[Role, ...], first_screen: str
) -> None:
    assert browser(make_person(*roles)).get("/", status=303).location == first_screen


def test_own_training_comes_before_the_desk(browser: Open, make_person: MakePerson) -> None:
    client = browser(make_person(Role.MANAGER, modules=(MODULE,)))
    assert client.get("/", status=303).location == "/learn/"


def test_too_many_requests_from_one_address_are_slowed_down(app: Flask, visitor: RoleClient) -> None:
    app.config["RATELIMIT_ENABLED"] = True
    token = visitor.token()
    statuses = [
        visitor.client.post("/sign-in", data={"csrf_token": token}, base_url=HERE).status_code for _ in range(121)
    ]
    assert statuses == [422] * 120 + [429]
