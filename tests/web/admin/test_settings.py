"""The organisation's own choices: they hold at once, on every page, and one digit system with them."""

from collections.abc import Callable

import pytest

from quiz.access.actor import Role
from quiz.engine.reminders import Ladder
from quiz.services import organisation
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM
from tests.pages import Page, RoleClient
from tests.web.learning import SHORT, Learner

Open = Callable[..., RoleClient]
SENT = {
    "name_ar": "هيئة التجربة",
    "name_en": "Trial Authority",
    "digits": "arab",
    "calendar": "both",
    "zone": "Asia/Dubai",
    "before": "14، ٣",
    "after": "1",
    "levels": "٧، 21",
    "weekend": "5,6",
    "first_hour": "٧",
    "last_hour": "15",
    "idle_hours": "٤",
    "keep_sign_ins": "٣٠",
    "keep_mails": "365",
    "keep_files": "180",
    "keep_typing": "90",
    "keep_staff": "365",
    "keep_links": "90",
    "keep_questions": "3",
}


def change(client: RoleClient, status: int = 303, **changes: str) -> Page:
    return client.submit(client.get("/admin/settings"), "/admin/settings", {**SENT, **changes}, status)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_is_saved_holds_at_once_and_for_all(signed_in: Open, learner: Learner, language: str) -> None:
    admin = signed_in(Role.ADMIN, language=language)
    away = change(admin)
    saved = admin.get(away.location)
    assert "good" in saved.tones
    assert saved.soup.find("input", attrs={"name": "zone"})["value"] == "Asia/Dubai"
    assert "هيئة التجربة" in learner.client.get("/learn/").soup.footer.get_text()


def test_when_people_are_reminded_is_kept_as_it_was_typed(signed_in: Open, works: Works) -> None:
    admin = signed_in(Role.ADMIN)
    change(admin)
    with works.reading(SYSTEM) as work:
        chosen = organisation.get_choices(work)
    assert chosen.ladder == Ladder(before=(14, 3), after=(1,), levels=(7, 21), weekend=frozenset({5, 6}))
    assert chosen.hours == (7, 15)
    page = admin.get("/admin/settings")
    assert page.soup.find("input", attrs={"name": "before"})["value"] == "١٤، ٣"
    assert page.soup.find("input", attrs={"name": "weekend", "checked": True})["value"] == "5,6"


def test_nobody_is_told_above_where_the_field_is_left_empty(signed_in: Open, works: Works) -> None:
    change(signed_in(Role.ADMIN), levels="")
    with works.reading(SYSTEM) as work:
        assert organisation.get_choices(work).ladder.levels == ()


def test_the_weekly_mail_of_managers_is_turned_off_and_on(signed_in: Open, works: Works) -> None:
    admin = signed_in(Role.ADMIN)
    for sent, expected in (({}, False), ({"digest": "y"}, True)):
        change(admin, **sent)
        with works.reading(SYSTEM) as work:
            assert organisation.get_choices(work).digest is expected
        box = admin.get("/admin/settings").soup.find("input", {"name": "digest"})
        assert box.has_attr("checked") is expected


def test_latin_digits_are_latin_on_every_page(signed_in: Open, learner: Learner) -> None:
    admin = signed_in(Role.ADMIN)
    change(admin, digits="latn", calendar="gregorian")
    admin.digits = learner.client.digits = "latn"
    admin.get("/admin/settings")
    attempt_id = learner.take()
    assert "100%" in learner.client.get(f"/learn/attempts/{attempt_id}/result").main
    for address in ("/learn/", f"/learn/modules/{SHORT}", f"/learn/attempts/{attempt_id}/1"):
        learner.client.get(address)
    record = learner.client.get(f"/learn/records/{learner.sign()}")
    assert "21 نوفمبر 2026" in record.main
    assert "هـ" not in record.main


def test_sensitive_scenarios_are_off_until_turned_on(signed_in: Open) -> None:
    admin = signed_in(Role.ADMIN)
    box = {"name": "sensitive"}
    assert not admin.get("/admin/settings").soup.find("input", box).has_attr("checked")
    change(admin, sensitive="y")
    assert admin.get("/admin/settings").soup.find("input", box).has_attr("checked")
    change(admin)
    assert not admin.get("/admin/settings").soup.find("input", box).has_attr("checked")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("zone", "Mars/Olympus"),
        ("digits", "roman"),
        ("calendar", "mayan"),
        ("name_ar", ""),
        ("name_en", "x" * 121),
        ("before", "7, soon"),
        ("after", "0"),
        ("after", "366"),
        ("after", "-3"),
        ("before", "1 2 3 4 5 6 7"),
        ("levels", "soon"),
        ("levels", "21 7"),
        ("levels", "7, 14, 21, 28"),
        ("levels", "366"),
        ("weekend", "0,1,2,3,4,5,6"),
        ("first_hour", "eight"),
        ("last_hour", "25"),
        ("last_hour", "7"),
    ],
)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_will_not_do_says_why_and_changes_nothing(signed_in: Open, field: str, value: str, language: str) -> None:
    admin = signed_in(Role.ADMIN, language=language)
    refused = change(admin, status=422, **{field: value})
    assert refused.soup.select(".field--faulty .field__fault")
    (link,) = refused.soup.select(".notice[role=alert] a")
    assert refused.soup.find(id=str(link["href"])[1:]) is not None
    assert "هيئة التجربة" not in admin.get("/admin/settings").soup.footer.get_text()


def test_the_time_zone_decides_what_day_it_is(signed_in: Open, learner: Learner, clock: object) -> None:
    clock.forward(hours=13)  # ten in the evening in London, past midnight in Cairo
    admin = signed_in(Role.ADMIN)
    change(admin, zone="Pacific/Honolulu")
    learner.client.sign_in(learner.someone)
    learner.take()
    assert "٢١ نوفمبر ٢٠٢٦" in learner.client.get(f"/learn/records/{learner.sign()}").main


def test_a_second_factor_can_be_asked_of_everybody(signed_in: Open, learner: Learner) -> None:
    admin = signed_in(Role.ADMIN)
    learner.client.get("/learn/")
    change(admin, second_factor="learner")
    asked = learner.client.get("/learn/", status=303).location
    assert asked == "/account/factors?next=/learn/"
    assert learner.client.get(asked).soup.h1
