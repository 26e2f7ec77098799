"""The pages of second factors: led from one to the next without a script, and nothing in them to be guessed."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from quiz.access.actor import Actor, Role
from quiz.db.models.factors import AuthenticatorRow
from quiz.jobs.chores import sweep
from quiz.services import organisation
from quiz.services.one_time_codes import code_at, step_of
from quiz.services.tools import MemoryMailer
from quiz.services.unit_of_work import Works
from tests.fixtures.people import PASSWORD, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.pages import HERE, Page, RoleClient

Open = Callable[..., RoleClient]


def shown(works: Works, someone: Someone, steps: int = 0) -> str:
    with works.database.reads() as session:
        row = session.get_one(AuthenticatorRow, someone.actor.person_id)
        secret = works.tools.vault.open(row.sealed, someone.public_id)
    return code_at(secret, step_of(works.tools.clock()) + steps)


def set_up(client: RoleClient, works: Works, someone: Someone) -> Page:
    """Set an app up by the pages; return the one with the recovery codes."""
    client.submit(client.get("/account/factors"), "/account/authenticator/begin")
    page = client.get("/account/authenticator")
    return client.submit(page, "/account/authenticator$", {"passcode": shown(works, someone)}, status=200)


def codes_of(page: Page) -> list[str]:
    return [one.get_text(strip=True) for one in page.soup.select(".secret__list .code")]


def password(client: RoleClient, someone: Someone, path: str = "/sign-in") -> str:
    return client.submit(client.get(path), "/sign-in", {"email": someone.email, "password": PASSWORD}).location


@pytest.mark.parametrize("language", ["ar", "en"])
def test_an_app_is_set_up_and_asked_for(
    browser: Open, works: Works, hire: Someone, clock: Clock, language: str
) -> None:
    client = browser(hire, language)
    page = set_up(client, works, hire)
    assert len(codes_of(page)) == 10
    assert "no-store" in page.response.headers["Cache-Control"]
    kept = client.submit(page, "/account/recovery-codes/file", status=200).response
    assert kept.get_data(as_text=True).split() == codes_of(page)
    assert kept.headers["Content-Disposition"].startswith("attachment")
    assert client.get("/account/factors").forms("/account/authenticator/remove")
    clock.forward(minutes=1)
    other = browser(language=language)
    assert password(other, hire, "/sign-in?next=/learn/records/") == "/sign-in/second"
    other.get("/learn/", status=303)
    step = other.get("/sign-in/second")
    wrong = other.submit(step, "/sign-in/second", {"passcode": "000000"}, status=422)
    assert wrong.tones == ["bad"]
    away = other.submit(wrong, "/sign-in/second", {"passcode": shown(works, hire)})
    assert away.location == "/learn/records/"
    other.get("/learn/")


def test_the_secret_stands_in_groups_and_in_a_drawing_of_our_own(browser: Open, works: Works, hire: Someone) -> None:
    client = browser(hire)
    client.submit(client.get("/account/factors"), "/account/authenticator/begin")
    page = client.get("/account/authenticator")
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", page.soup.select_one(".secret__words").get_text(strip=True))
    assert page.soup.select_one("svg.qr title")
    refused = client.submit(page, "/account/authenticator$", {"passcode": "000000"}, status=422)
    assert refused.soup.select_one("input[aria-invalid=true]")["name"] == "passcode"


def test_a_factor_is_not_to_be_known_before_the_password_was_right(
    browser: Open, works: Works, hire: Someone, make_person: MakePerson
) -> None:
    plain = make_person()
    set_up(browser(hire), works, hire)
    said = set()
    for email in (hire.email, plain.email, "nobody@amana.example"):
        client = browser()
        sent = {"email": email, "password": "not the password"}
        said.add(client.submit(client.get("/sign-in"), "/sign-in", sent, status=422).text)
        asked = client.client.post(
            "/sign-in/passkey", data={"csrf_token": client.token(), "purpose": "sign-in"}, base_url=HERE
        )
        assert asked.get_json()["allowCredentials"] == []
    assert len(said) == 1


def test_without_a_password_there_is_no_second_step(browser: Open, visitor: RoleClient) -> None:
    assert visitor.get("/sign-in/second", status=303).location == "/sign-in"
    sent = {"csrf_token": visitor.token(), "purpose": "second"}
    assert visitor.client.post("/sign-in/passkey", data=sent, base_url=HERE).status_code == 409
    visitor.client.set_cookie("amana-step", "0" * 64, domain="127.0.0.1")
    assert visitor.post("/sign-in/second", sent | {"passcode": "1"}).location == "/sign-in"


def test_the_token_of_the_first_step_opens_no_page(browser: Open, works: Works, hire: Someone) -> None:
    set_up(browser(hire), works, hire)
    client = browser()
    password(client, hire)
    step = client.client.get_cookie("amana-step", domain="127.0.0.1").value
    client.client.set_cookie("amana", step, domain="127.0.0.1")
    client.get("/learn/", status=303)


def test_too_many_codes_have_to_wait_and_the_mail_tells(
    app: Flask, browser: Open, works: Works, hire: Someone, mailer: MemoryMailer
) -> None:
    set_up(browser(hire), works, hire)
    client = browser()
    password(client, hire)
    step = client.get("/sign-in/second")
    for _ in range(8):
        client.submit(step, "/sign-in/second", {"passcode": "000000"}, status=422)
    told = client.submit(step, "/sign-in/second", {"passcode": shown(works, hire, 1)}, status=429)
    assert told.tones == ["care"]
    sweep(app)
    bodies = [str(mail.get_body(("plain",)).get_content()) for mail in mailer.sent]
    assert len(bodies) == 2
    assert all("/account" in body and hire.name in body for body in bodies)


def test_recovery_codes_are_made_anew_and_shown_once(browser: Open, works: Works, hire: Someone) -> None:
    client = browser(hire)
    first = codes_of(set_up(client, works, hire))
    page = client.get("/account/factors")
    again = codes_of(client.submit(page, "/account/recovery-codes", status=200))
    assert not set(first) & set(again)
    other = browser()
    password(other, hire)
    step = other.get("/sign-in/second")
    other.submit(step, "/sign-in/second", {"passcode": first[0]}, status=422)
    other.submit(step, "/sign-in/second", {"passcode": again[0]})


def test_the_second_step_needs_the_token_against_forgery(browser: Open, works: Works, hire: Someone) -> None:
    set_up(browser(hire), works, hire)
    client = browser()
    password(client, hire)
    client.post("/sign-in/second", {"passcode": shown(works, hire, 1)}, status=400)
    client.post("/sign-in/passkey", {"purpose": "second"}, status=400)


def test_signing_in_changes_every_token(browser: Open, works: Works, hire: Someone) -> None:
    client = browser(hire)
    client.client.set_cookie("amana", "f" * 64, domain="127.0.0.1")
    password(client, hire)
    planted = client.client.get_cookie("amana", domain="127.0.0.1").value
    assert planted != "f" * 64
    set_up(client, works, hire)
    assert client.client.get_cookie("amana", domain="127.0.0.1").value != planted


def test_every_other_browser_is_ended_at_once(browser: Open, hire: Someone) -> None:
    here, others = browser(hire), [browser(hire), browser(hire)]
    here.submit(here.get("/account"), "/account/sign-ins/end")
    for other in others:
        other.get("/learn/", status=303)
    assert not here.get("/account").forms("/account/sign-ins/")


# What the organisation asks for


@pytest.fixture
def needed(works: Works) -> Callable[[date | None], None]:
    def choose(since: date | None) -> None:
        with works.writing(Actor.system("tests")) as work:
            choices = organisation.get_choices(work)
            changed = replace(choices, second_factor=frozenset({"hr"}), second_factor_from=since)
            organisation.change_choices(work, changed)

    return choose


def test_who_needs_a_factor_is_led_to_it_and_nothing_else_opens(
    browser: Open, works: Works, make_person: MakePerson, needed: Callable[[date | None], None], hire: Someone
) -> None:
    hr = make_person(Role.HR)
    needed(None)
    client = browser()
    assert password(client, hr) == "/account/factors?next=/"
    assert client.get("/admin/people?q=a", status=303).location == "/account/factors?next=/admin/people?q%3Da"
    client.post("/admin/people/new", {"csrf_token": client.token()}, status=403)
    set_up(client, works, hr)
    client.get("/admin/people")
    assert password(browser(), hire) == "/"


def test_until_the_day_they_may_put_it_off(
    browser: Open, make_person: MakePerson, needed: Callable[[date | None], None], clock: Clock
) -> None:
    hr = make_person(Role.HR)
    needed(date(2026, 11, 23))
    client = browser()
    page = client.get(password(client, hr, "/sign-in?next=/admin/people"))
    assert "/admin/people" in page.links()
    client.get("/admin/people")
    clock.forward(hours=3)
    client.get("/admin/people")
    clock.now = clock.now.replace(day=23)
    again = browser()
    page = again.get(password(again, hr, "/sign-in?next=/admin/people"))
    assert "/admin/people" not in [link for link in page.links() if not page.soup.nav.find("a", href=link)]
    again.get("/admin/people", status=303)


def test_hr_helps_who_lost_everything_but_not_themselves(
    app: Flask, browser: Open, works: Works, make_person: MakePerson, hire: Someone, mailer: MemoryMailer
) -> None:
    hr = make_person(Role.HR)
    theirs, own = browser(hire), browser(hr)
    set_up(theirs, works, hire)
    set_up(own, works, hr)
    page = own.get(f"/admin/people/{hire.public_id}")
    sent = {"do": "factors", "factors-reason": "عرفته بالهاتف الداخلي"}
    own.submit(page, f"/admin/people/{hire.public_id}$", sent | {"factors-reason": ""}, status=422)
    assert own.post(f"/admin/people/{hire.public_id}", {"csrf_token": own.token(), **sent}).location
    theirs.get("/learn/", status=303)
    assert password(browser(), hire) == "/"
    sweep(app)
    assert hire.name in str(mailer.sent[-1].get_body(("plain",)).get_content())
    own.post(f"/admin/people/{hr.public_id}", {"csrf_token": own.token(), **sent}, status=404)
    assert not own.get(f"/admin/people/{hr.public_id}").soup.find(attrs={"name": "factors-reason"})


def test_hr_signs_somebody_out_of_every_browser(browser: Open, make_person: MakePerson, hire: Someone) -> None:
    theirs, other, hr = browser(hire), browser(hire), browser(make_person(Role.HR))
    page = hr.get(f"/admin/people/{hire.public_id}")
    hr.post(
        f"/admin/people/{hire.public_id}", {"csrf_token": page.fields("/language")[1]["csrf_token"], "do": "sign-out"}
    )
    theirs.get("/learn/", status=303)
    other.get("/learn/", status=303)
    hr.get("/admin/people")
