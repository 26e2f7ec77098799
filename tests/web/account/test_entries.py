"""Coming in by a sign-in link: what a scanner and a stranger see, where it leads, and how narrow it is."""

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select, update

from quiz.access.actor import Role
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.trace import OutboxMessageRow
from quiz.engine.reminders import Ladder
from quiz.jobs.chores import sweep
from quiz.services import organisation, people
from quiz.services.tools import MemoryMailer
from quiz.services.unit_of_work import Works
from tests.fixtures.database import DIALECTS
from tests.fixtures.people import PASSWORD, SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.pages import HERE, RoleClient
from tests.web.account.test_signing_in import ELSEWHERE
from tests.web.learning import SHORT, Learner
from tests.web.routes.table import ROUTES
from tests.web.world import NOBODY, OWNER, World

Open = Callable[..., RoleClient]


@pytest.fixture
def driver(works: Works, unit: str) -> Someone:
    """Somebody whom HR entered, who never chose a password; links are switched on."""
    name = "رضا محمود السيد"
    with works.writing(SYSTEM) as work:
        organisation.change_choices(work, replace(organisation.get_choices(work), entry_links=True))
        public_id = people.provision_person(work, "D-1", "driver@amana.example", name, unit, "Reda Mahmoud Elsayed")
        return Someone(public_id, "driver@amana.example", name, people.learner_actor(work, public_id))


def plain(mail: EmailMessage) -> str:
    return str(mail.get_body(("plain",)).get_content())


def ask(client: RoleClient, email: str, path: str = "/sign-in/link") -> str:
    page = client.submit(client.get(path), "/sign-in/link", {"email": email}, status=200)
    assert page.tones == ["good"]
    return page.main


def mailed(app: Flask, mailer: MemoryMailer) -> str:
    """Return the address of the link in the newest mail: path and query."""
    sweep(app)
    text = plain(mailer.sent[-1])
    (link,) = re.findall(r"http://127\.0\.0\.1:8000(/enter/\S+)", text)
    return str(link)


@pytest.fixture
def link(app: Flask, browser: Open, driver: Someone, mailer: MemoryMailer) -> str:
    ask(browser(), driver.email)
    return mailed(app, mailer)


def press(client: RoleClient, link: str, status: int = 303) -> str:
    page = client.submit(client.get(link), "/enter/", status=status)
    return page.location if status == 303 else page.h1


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_page_says_the_same_whoever_it_is(browser: Open, driver: Someone, hire: Someone, language: str) -> None:
    client = browser(language=language)
    said = {ask(client, one) for one in (driver.email, hire.email, "nobody@amana.example")}
    assert len(said) == 1


def test_the_mail_goes_to_who_has_no_other_way_and_tells_others_theirs(
    app: Flask, browser: Open, driver: Someone, hire: Someone, mailer: MemoryMailer
) -> None:
    client = browser()
    for one in (driver.email, hire.email, "nobody@amana.example"):
        ask(client, one)
    sweep(app)
    first, second = mailer.sent
    assert (first["To"], second["To"]) == (driver.email, hire.email)
    assert first["Subject"] == second["Subject"]
    assert "/enter/" in plain(first)
    assert "/enter/" not in second.as_string()
    assert "http://127.0.0.1:8000/sign-in\n" in plain(second)


def test_the_address_in_the_mail_is_ours_whatever_host_was_asked(
    app: Flask, browser: Open, driver: Someone, mailer: MemoryMailer
) -> None:
    client = browser()
    where, hidden = client.get("/sign-in/link").fields("/sign-in/link")
    sent = {**hidden, "email": driver.email}
    for host in ("http://localhost", HERE):
        headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
        client.client.post(where, data=sent, base_url=host, headers=headers)
    assert client.client.post(where, data=sent, base_url="http://evil.example").status_code == 400
    sweep(app)
    assert mailer.sent
    for mail in mailer.sent:
        assert set(re.findall(r"https?://[^/\s\"<]+", plain(mail))) == {"http://127.0.0.1:8000"}


def test_a_scanner_that_opens_the_link_uses_nothing_up(browser: Open, link: str, driver: Someone) -> None:
    for scanner in (browser(), browser(language="en")):
        page = scanner.get(link)
        assert driver.name not in page.text
        assert "Reda" not in page.text
        assert scanner.client.head(link, base_url=HERE).status_code == 200
        scanner.get("/learn/", status=303)
    assert "ر. م. س." in browser().get(link).main
    assert "R. M. E." in browser(language="en").get(link).main
    client = browser()
    assert press(client, link) == "/"
    assert client.get("/learn/").h1


def test_used_expired_altered_and_foreign_links_lead_to_one_page(
    browser: Open, link: str, clock: Clock, works: Works
) -> None:
    raw = bytearray(base64.urlsafe_b64decode(link.rpartition("/")[2]))
    raw[20] ^= 1
    altered = f"/enter/{base64.urlsafe_b64encode(bytes(raw)).decode()}"
    client, late = browser(), browser()
    page = late.get(link)
    assert press(client, link) == "/"
    said = {late.get(one, status=404).main for one in (link, altered, "/enter/x", f"{link}x")}
    # The button of a tab that was open already says it as well.
    said.add(late.submit(page, "/enter/", status=404).main)
    assert len(said) == 1
    assert "/sign-in/link" in late.get(link, status=404).links()
    late.get("/learn/", status=303)


def test_an_expired_link_opens_nothing(browser: Open, link: str, clock: Clock) -> None:
    client = browser()
    page = client.get(link)
    clock.forward(minutes=30)
    assert client.submit(page, "/enter/", status=404).h1 == client.get(link, status=404).h1
    client.get("/learn/", status=303)


@pytest.mark.parametrize("there", ELSEWHERE)
def test_a_link_never_leads_elsewhere(
    app: Flask, browser: Open, driver: Someone, mailer: MemoryMailer, works: Works, there: str
) -> None:
    client = browser()
    where, hidden = client.get("/sign-in/link").fields("/sign-in/link")
    client.post(where, {**hidden, "next": there, "email": driver.email}, status=200)
    with works.database.reads() as session:
        assert [one.payload["lands_on"] for one in session.scalars(select(OutboxMessageRow))] == ["/"]
    assert press(client, mailed(app, mailer)) == "/"


def test_it_leads_to_where_one_was_going(app: Flask, browser: Open, driver: Someone, mailer: MemoryMailer) -> None:
    client = browser()
    start = client.get("/learn/records/", status=303).location
    (way,) = client.get(start).links("/sign-in/link")
    ask(client, driver.email, way)
    assert press(client, mailed(app, mailer)) == "/learn/records/"


def test_whoever_was_signed_in_on_that_browser_is_so_no_more(browser: Open, link: str, hire: Someone) -> None:
    client = browser(hire)
    held = client.client.get_cookie("amana", domain="127.0.0.1").value
    assert client.get(link).tones == ["care"]
    press(client, link)
    other = browser()
    other.client.set_cookie("amana", held, domain="127.0.0.1")
    other.get("/learn/", status=303)
    assert hire.name not in client.get("/learn/").text


def test_the_button_is_not_pressed_by_another_site(browser: Open, link: str) -> None:
    client = browser()
    client.post(link, {}, status=400)
    assert press(client, link) == "/"


def test_hr_hands_out_a_paper_and_its_code_opens(
    app: Flask, browser: Open, driver: Someone, make_person: MakePerson, mailer: MemoryMailer
) -> None:
    desk = browser(make_person(Role.HR))
    sheet = desk.get(f"/admin/people/{driver.public_id}")
    (way,) = sheet.links("/link$")
    form = desk.get(way)
    assert desk.submit(form, "/link$", {"reason": " "}, status=422).soup.select(".field__error, [aria-invalid]")
    paper = desk.submit(form, "/link$", {"reason": "لا هاتف له ولا بريد"}, status=200)
    assert driver.name in paper.main
    assert paper.soup.select("svg.qr")
    (code,) = re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}\b", paper.main)
    sweep(app)
    assert mailer.sent[-1]["To"] == driver.email
    assert "/enter/" not in mailer.sent[-1].as_string()
    client = browser()
    typing = client.get("/sign-in/code")
    client.submit(typing, "/sign-in/code", {"passcode": "ABCD-EFGH-JKMNP"}, status=422)
    assert client.submit(typing, "/sign-in/code", {"passcode": code.lower()}).location == "/"
    assert client.get("/learn/").h1
    other = browser()
    other.submit(other.get("/sign-in/code"), "/sign-in/code", {"passcode": code}, status=422)


def test_hr_is_offered_it_for_those_alone_who_have_no_other_way(
    browser: Open, driver: Someone, hire: Someone, make_person: MakePerson, works: Works
) -> None:
    desk = browser(make_person(Role.HR))
    assert not desk.get(f"/admin/people/{hire.public_id}").links("/link$")
    desk.get(f"/admin/people/{hire.public_id}/link", status=404)
    form = desk.get(f"/admin/people/{driver.public_id}/link")
    with works.writing(SYSTEM) as work:
        people.set_first_password(work, driver.public_id, PASSWORD)
    assert desk.submit(form, "/link$", {"reason": "سبب"}, status=422).h1 == form.h1


def test_switched_off_the_pages_are_not_there(browser: Open, hire: Someone, make_person: MakePerson) -> None:
    client = browser()
    for path in ("/sign-in/link", "/sign-in/code"):
        client.get(path, status=404)
    assert not client.get("/sign-in").links("/sign-in/")
    assert "/sign-in/link" not in client.get("/enter/x", status=404).links()


@pytest.mark.parametrize("dialect", DIALECTS, indirect=True)
def test_from_the_mail_about_a_due_day_to_the_record(
    app: Flask,
    browser: Open,
    driver: Someone,
    works: Works,
    mailer: MemoryMailer,
    short_modules: None,
    clock: Clock,
    dialect: str,
) -> None:
    with works.writing(SYSTEM) as work:
        chosen = replace(organisation.get_choices(work), zone="UTC", ladder=Ladder(before=(7,)))
        organisation.change_choices(work, chosen)
        people.assign_module(work, driver.public_id, SHORT)
    with works.database.writes() as session:
        session.execute(update(AssignmentRow).values(due_on=date(2026, 11, 29)))
        session.commit()
    clock.now = datetime(2026, 11, 22, 9, tzinfo=UTC)  # a Sunday, a week before
    sweep(app)
    link = mailed(app, mailer)
    html = mailer.sent[-1].get_body(("html",)).get_content()
    assert link in html
    assert "/learn/modules" not in html
    clock.forward(days=6)
    client = browser()
    assert press(client, link) == f"/learn/modules/{SHORT}"
    learner = Learner(client, driver, works)
    learner.take(SHORT)
    record = learner.sign(SHORT)
    assert client.get(f"/learn/records/{record}").h1
    kept = client.get("/account/data")
    assert "لا يكفي" in kept.main
    assert not kept.forms("/account/data/copy")
    account = client.get("/account")
    assert "برابط دخول" in account.main
    assert not account.soup.select("#password, #factors, #identities")


# What a narrow sign-in is kept from although every learner may open it.
CLOSED_TO_LINKS = {
    "account.add_passkey",
    "account.authenticator",
    "account.begin_authenticator",
    "account.begin_registering",
    "account.change_password",
    "account.factors",
    "account.keep_recovery_codes",
    "account.make_recovery_codes",
    "account.prove",
    "account.remove_authenticator",
    "account.remove_passkey",
    "account.remove_identity",
    "account.take_own_data",
    "oidc.begin_linking",
    "oidc.begin_proving",
    "saml.begin_linking",
    "saml.begin_proving",
}


def test_every_wide_view_is_closed_to_a_narrow_sign_in(world: World, browser: Open, works: Works, app: Flask) -> None:
    client = browser()
    press(client, f"/enter/{world.entry}")
    # Whatever role comes later, the link gave none.
    with works.writing(SYSTEM) as work:
        for role in (Role.ADMIN, Role.HR, Role.AUDITOR, Role.EDITOR):
            people.grant_role(work, world.driver, role, None)
    rules = {rule.rule: rule.endpoint for rule in app.url_map.iter_rules()}
    ends = ("/discard", "/finish", "/begin", "/sign-out")
    faults, closed = [], set()
    for method, rule in sorted(ROUTES, key=lambda one: (one[1].endswith(ends), one[1], one[0])):
        row = ROUTES[method, rule]
        if rule == "/readyz" or rule.startswith(("/enter/", "/sign-out")):
            continue
        data = {"csrf_token": client.token(), **row.sent} if method == "POST" else None
        response = client.client.open(world.address(rule), method=method, data=data, base_url=HERE)
        response.get_data()
        response.close()
        if response.status_code == 403:
            closed.add(rules[rule])
        is_for_all = (
            NOBODY in row.to
            or Role.LEARNER in row.to
            or rule.startswith(("/sign-in", "/account", "/oidc", "/prove", "/saml"))
        )
        if is_for_all:
            continue
        if response.status_code != 404:
            faults.append(f"{method} {rule}: {response.status_code}")
        assert OWNER not in row.to or "/learn/" in rule, rule
    assert not faults, "\n".join(faults)
    assert closed == CLOSED_TO_LINKS
    assert client.get("/learn/").h1
