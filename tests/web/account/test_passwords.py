"""Passwords: links that open once, a reset that tells nothing, a change that ends every other sign-in."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from quiz.jobs.chores import sweep
from quiz.services import people
from quiz.services.accounts import FAILURES_BY_NAME
from quiz.services.tools import MemoryMailer
from quiz.services.unit_of_work import Works
from tests.fixtures.people import PASSWORD, SYSTEM, Someone
from tests.fixtures.settings import Clock
from tests.pages import RoleClient
from tests.web.learning import MODULE

Open = Callable[..., RoleClient]
NEW = "another sentence for tests"


@pytest.fixture
def post(app: Flask, mailer: MemoryMailer) -> Callable[[], list[str]]:
    """Deliver what is due, and return the links in the mails that were sent, oldest first."""

    def deliver() -> list[str]:
        sweep(app)
        bodies = [str(mail.get_body(("plain",)).get_content()) for mail in mailer.sent]
        return [re.search(r"http://127\.0\.0\.1:8000(/link/\S+)", body)[1] for body in bodies]

    return deliver


@pytest.fixture
def invitation(works: Works, hire: Someone, post: Callable[[], list[str]]) -> str:
    with works.writing(SYSTEM) as work:
        people.invite(work, hire.public_id, MODULE)
    return post()[-1]


def ask_for_link(client: RoleClient, email: str, status: int = 200) -> str:
    return client.submit(client.get("/forgot"), "/forgot", {"email": email}, status=status).main


@pytest.mark.parametrize("language", ["ar", "en"])
def test_an_invitation_lands_on_the_module_in_one_step(
    browser: Open, invitation: str, hire: Someone, language: str
) -> None:
    client = browser(language=language)
    page = client.get(invitation)
    assert hire.name in page.main
    assert hire.email in page.main
    away = client.submit(page, "/link/", {"new": NEW, "again": NEW})
    assert away.location == f"/learn/modules/{MODULE}"
    client.get(away.location)


def test_a_link_opens_once(visitor: RoleClient, invitation: str) -> None:
    page = visitor.get(invitation)
    visitor.submit(page, "/link/", {"new": NEW, "again": NEW})
    closed = visitor.get(invitation, status=404)
    assert closed.links("/forgot")
    visitor.submit(page, "/link/", {"new": "yet another sentence", "again": "yet another sentence"}, status=404)


def test_a_link_opens_for_a_week_and_no_longer(visitor: RoleClient, invitation: str, clock: Clock) -> None:
    clock.forward(days=6, hours=23)
    visitor.get(invitation)
    clock.forward(hours=1)
    visitor.get(invitation, status=404)


def test_a_link_that_was_never_given_is_closed(visitor: RoleClient) -> None:
    visitor.get("/link/" + "0" * 64, status=404)
    visitor.get("/link/x", status=404)


@pytest.mark.parametrize(
    ("new", "again"),
    [
        ("short", "short"),
        (NEW, "something else here"),
        ("aaaaaaaaaaaa", "aaaaaaaaaaaa"),
        ("", ""),
        ("x" * 201, "x" * 201),
    ],
)
def test_a_password_that_will_not_do_says_why_beside_it(
    visitor: RoleClient, invitation: str, new: str, again: str
) -> None:
    refused = visitor.submit(visitor.get(invitation), "/link/", {"new": new, "again": again}, status=422)
    faulty = refused.soup.select("input[aria-invalid=true]")
    assert faulty
    for field in faulty:
        described = field["aria-describedby"].split()
        assert any(refused.soup.find(id=one).get_text(strip=True) for one in described if one.endswith("-faults"))
    assert not any(field.get("value") for field in refused.soup.select("input[type=password]"))
    # And the link is still good.
    visitor.submit(refused, "/link/", {"new": NEW, "again": NEW})


def test_a_password_must_not_hold_the_own_name(visitor: RoleClient, invitation: str, hire: Someone) -> None:
    personal = f"{hire.email.partition('@')[0]} and more"
    visitor.submit(visitor.get(invitation), "/link/", {"new": personal, "again": personal}, status=422)


def test_a_reset_says_the_same_whether_the_address_is_known_or_not(
    visitor: RoleClient, hire: Someone, post: Callable[[], list[str]]
) -> None:
    assert ask_for_link(visitor, hire.email) == ask_for_link(visitor, "nobody@amana.example")
    assert len(post()) == 1


def test_a_reset_gives_one_new_way_in_and_ends_the_others(
    browser: Open, hire: Someone, post: Callable[[], list[str]]
) -> None:
    elsewhere = browser(hire)
    client = browser()
    ask_for_link(client, hire.email)
    (link,) = post()
    client.submit(client.get(link), "/link/", {"new": NEW, "again": NEW})
    client.get("/learn/")
    elsewhere.get("/learn/", status=303)
    old = browser()
    old.submit(old.get("/sign-in"), "/sign-in", {"email": hire.email, "password": PASSWORD}, status=422)


def test_a_mailbox_is_not_flooded(visitor: RoleClient, hire: Someone, post: Callable[[], list[str]]) -> None:
    for _ in range(6):
        ask_for_link(visitor, hire.email)
    assert len(post()) == 3


def test_what_is_not_an_address_says_so(visitor: RoleClient) -> None:
    ask_for_link(visitor, "not an address", status=422)


def test_the_mail_speaks_the_language_of_its_reader_and_isolates_the_name(
    browser: Open, hire: Someone, mailer: MemoryMailer, post: Callable[[], list[str]]
) -> None:
    ask_for_link(browser(), hire.email)
    post()
    html = str(mailer.sent[-1].get_body(("html",)).get_content())
    assert 'lang="ar" dir="rtl"' in html
    assert f"<bdi>{hire.name}</bdi>" in html
    assert "&lt;" not in html


def test_changing_the_password_signs_every_other_browser_out(browser: Open, hire: Someone) -> None:
    here, there = browser(hire), browser(hire)
    page = here.get("/account")
    away = here.submit(page, "/account/password$", {"current": PASSWORD, "new": NEW, "again": NEW})
    assert away.location == "/account?changed=1#done"
    assert here.get(away.location).tones == ["good"]
    there.get("/learn/", status=303)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_wrong_current_password_changes_nothing(browser: Open, hire: Someone, language: str) -> None:
    here, there = browser(hire, language), browser(hire)
    sent = {"current": "not the password", "new": NEW, "again": NEW}
    refused = here.submit(here.get("/account"), "/account/password$", sent, status=422)
    assert refused.soup.select_one("input[aria-invalid=true]")["name"] == "current"
    there.get("/learn/")


def test_the_current_password_is_not_guessed_at_leisure(browser: Open, hire: Someone) -> None:
    here = browser(hire)
    sent = {"current": "not the password", "new": NEW, "again": NEW}
    for status in [422] * FAILURES_BY_NAME + [429]:
        here.submit(here.get("/account"), "/account/password$", sent, status=status)
    told = here.submit(here.get("/account"), "/account/password$", {**sent, "current": PASSWORD}, status=429)
    assert told.soup.select_one("input[aria-invalid=true]")["name"] == "current"


def test_the_account_lists_its_browsers_and_ends_another(browser: Open, hire: Someone) -> None:
    here, there = browser(hire), browser(hire)
    page = here.get("/account")
    assert len(page.soup.select("table tbody tr")) == 2
    assert len(page.forms("/account/sign-ins/[0-9a-f]{32}")) == 1
    here.submit(page, "/account/sign-ins/[0-9a-f]{32}")
    there.get("/learn/", status=303)
    assert len(here.get("/account").soup.select("table tbody tr")) == 1


def test_a_browser_of_somebody_else_cannot_be_ended(browser: Open, hire: Someone, make_person: object) -> None:
    two = [browser(hire), browser(hire)]
    (form,) = two[0].get("/account").forms("/account/sign-ins/[0-9a-f]{32}")
    other = browser(make_person(name="كريم لؤي"))
    other.post(str(form["action"]), {"csrf_token": other.token()}, status=404)
    two[1].get("/learn/")
