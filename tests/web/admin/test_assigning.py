"""HR's pages of rules: what one would do is shown before it is made; and what is decided of a person's assignments."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from quiz.access.actor import Role
from quiz.jobs.chores import sweep
from quiz.services import assignment_rules, people
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.pages import RoleClient, words

Open = Callable[..., RoleClient]
MODULE, EXAM = "onboarding-social-media", "exam-social-media"
NEW = "/admin/rules/new"
SENT = {"module": MODULE, "scope": "everybody", "due": "after_assignment", "due_number": "٩٠", "due_unit": "day"}


@pytest.fixture
def hr(browser: Open, make_person: MakePerson) -> RoleClient:
    return browser(make_person(Role.HR, name="منى فؤاد"))


def sent(clock: Clock, **changes: Any) -> dict[str, Any]:
    return {
        **SENT,
        "renewal": "before_expiry",
        "renew_number": "2",
        "renew_unit": "month",
        "starts_on": clock().date().isoformat(),
        "reason": "قرار ١٢",
        **changes,
    }


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_rule_is_shown_before_it_is_made(
    browser: Open, make_person: MakePerson, works: Works, clock: Clock, app: Any, language: str
) -> None:
    hire, holder = make_person(name="كريم لؤي"), make_person(name="هناء رضا", modules=(MODULE,))
    hr = browser(make_person(Role.HR, name="منى فؤاد"), language)
    assert "/admin/rules/new" in hr.get("/admin/rules").links()
    page = hr.submit(hr.get(NEW), NEW, sent(clock), 200)
    assert hire.name in page.main
    assert holder.name not in page.main
    with works.reading(SYSTEM) as work:
        assert assignment_rules.list_rules(work) == ()
    # Whoever would rather change something finds what they typed.
    again = hr.post(NEW, {**page.fields("/admin/rules")[1], "change": "1"}, 200)
    assert "قرار ١٢" in again.text
    hr.submit(page, "/admin/rules", {}, 303)
    sweep(app)
    with works.reading(SYSTEM) as work:
        (line,) = assignment_rules.list_rules(work)
    assert (line.open, line.due_after, line.renew_before, line.reason) == (2, "P90D", "P2M", "قرار ١٢")
    assert len(hr.get("/admin/rules?made=1").links(f"/admin/rules/{line.public_id}")) == 1


def test_changing_something_shows_the_form_again(hr: RoleClient, clock: Clock) -> None:
    page = hr.post(NEW, {**sent(clock), "change": "1", "csrf_token": hr.token()}, 200)
    assert "قرار ١٢" in page.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"module": "none"}, "module"),
        ({"reason": ""}, "reason"),
        ({"due": "fixed"}, "due_on"),
        ({"due_number": "many"}, "due_number"),
        ({"renew_number": "99", "renew_unit": "year"}, "renew_number"),
        ({"scope": "people"}, "people"),
        ({"scope": "people", "people": "nobody@x.example"}, "people"),
        ({"scope": "unit", "unit": "none"}, "unit"),
        ({"starts_on": "soon"}, "starts_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    hr: RoleClient, works: Works, clock: Clock, changes: dict[str, str], field: str
) -> None:
    for address in (NEW, "/admin/rules"):
        page = hr.post(address, {**sent(clock, **changes), "csrf_token": hr.token()}, 422)
        assert [name.partition("#")[2].removesuffix("-0") for name in page.links("^#")][-1] == field
    with works.reading(SYSTEM) as work:
        assert assignment_rules.list_rules(work) == ()


def test_every_scope_has_its_words(hr: RoleClient, works: Works, unit: str, clock: Clock, hire: Someone) -> None:
    today = clock().date().isoformat()
    for changes in (
        {"scope": "joiners", "due": "none", "renewal": "none"},
        {"scope": "unit", "unit": unit, "due": "fixed", "due_on": today, "renewal": "calendar_year"},
        {"scope": "role", "role": "manager", "due": "after_joining"},
        {"scope": "audience", "audience": "it", "due": "module"},
        {"scope": "people", "people": f"{hire.email},\n{hire.email.upper()}"},
    ):
        hr.post("/admin/rules", {**sent(clock, **changes), "csrf_token": hr.token()}, 303)
    for link in hr.get("/admin/rules").links("/admin/rules/[0-9a-f]"):
        assert hr.get(link).h1


def test_a_rule_is_ended_with_its_reason(hr: RoleClient, works: Works, clock: Clock, app: Any, hire: Someone) -> None:
    hr.post("/admin/rules", {**sent(clock), "csrf_token": hr.token()}, 303)
    sweep(app)
    (address,) = hr.get("/admin/rules").links("/admin/rules/[0-9a-f]")
    page = hr.submit(hr.get(address), address, {"reason": " "}, 422)
    hr.submit(page, address, {"reason": "انتهى الغرض", "lapse": "y"}, 303)
    assert hr.get(address).forms(address) == []
    with works.reading(SYSTEM) as work:
        (line,) = assignment_rules.list_rules(work)
    assert (line.open, line.ended_at is not None) == (0, True)


def test_a_person_gets_more_time_is_excused_and_asked_again(
    hr: RoleClient, make_person: MakePerson, works: Works, clock: Clock
) -> None:
    someone = make_person(name="كريم لؤي")
    with works.writing(SYSTEM) as work:
        people.assign_module(work, someone.public_id, MODULE, clock().date())
        people.assign_module(work, someone.public_id, EXAM, clock().date())
    address = f"/admin/people/{someone.public_id}/assignments"
    until = (clock().date() + timedelta(days=20)).isoformat()
    page = hr.get(address)
    place = next(n for n, form in enumerate(page.forms(address)) if form.find("input", attrs={"name": "due_on"}))

    def decide(status: int, **changes: str) -> Any:
        shown = hr.get(address)
        where, fields = shown.fields(address, place)
        return hr.post(where, {**fields, **changes}, status)

    decide(422, do="extend", due_on=until)
    decide(422, do="extend", reason="سفر")
    decide(422, do="extend", reason="سفر", due_on="2020-01-01")
    decide(422, do="extend", reason="سفر", due_on=clock().date().isoformat())
    decide(303, do="extend", reason="سفر في مهمة", due_on=until)
    decide(303, do="waive", reason="إعفاء بقرار")
    decide(422, do="waive", reason="إعفاء بقرار")
    decide(303, do="restore", reason="رجوع عن القرار")
    shown = words(hr.get(f"{address}?done=1").soup)
    for reason in ("سفر في مهمة", "إعفاء بقرار", "رجوع عن القرار"):
        assert reason in shown
    stranger = make_person()
    hr.post(
        f"/admin/people/{stranger.public_id}/assignments",
        {"csrf_token": hr.token(), "assignment": "0" * 32, "do": "waive", "reason": "سبب"},
        404,
    )
