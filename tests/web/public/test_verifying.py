"""What a stranger may learn of a record from its code, however it was copied: the state first, and little more."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from quiz.engine.text import Text
from quiz.records import codes
from quiz.services import completing, erasing
from tests.fixtures.settings import Clock
from tests.pages import HERE, Page, RoleClient
from tests.web.learning import SHORT, Learner

Open = Callable[..., RoleClient]


@pytest.fixture
def record(learner: Learner) -> str:
    learner.take()
    return learner.sign()


@pytest.fixture
def code(learner: Learner, record: str) -> str:
    (address,) = set(learner.client.get(f"/learn/records/{record}").links("^/verify/"))
    return address.rpartition("/")[2]


def state(page: Page) -> str:
    verdict = page.soup.select_one(".verdict")
    return next(name for name in verdict["class"] if "--" in name).rpartition("--")[2]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_valid_record_says_what_whose_when_and_until_when(
    browser: Open, learner: Learner, code: str, language: str
) -> None:
    page = browser(language=language).get(f"/verify/{code}")
    assert state(page) == "valid"
    assert page.soup.select_one("h1.verdict__words")
    assert learner.someone.name in page.main
    assert ("٢٠٢٨" if language == "ar" else "2028") in page.main
    assert page.soup.select("ul .badge")


@pytest.fixture
def day(request: pytest.FixtureRequest, clock: Clock) -> tuple[str, ...]:
    """A moment at which everything begins, and the words that a stranger reads of it."""
    at, *words = request.param
    clock.now = datetime.fromisoformat(at)
    return tuple(words)


@pytest.mark.parametrize(
    "day",
    [
        ("2026-12-31T21:50:00+00:00", "31 December 2026 (22 Rajab 1448 AH)", "31 December 2028 (15 Sha'ban 1450 AH)"),
        ("2026-12-31T22:00:00+00:00", "1 January 2027 (23 Rajab 1448 AH)", "1 January 2029 (16 Sha'ban 1450 AH)"),
        ("2027-06-05T20:50:00+00:00", "5 June 2027 (30 Dhu al-Hijjah 1448 AH)", "5 June 2029 (23 Muharram 1451 AH)"),
        ("2027-06-05T21:00:00+00:00", "6 June 2027 (1 Muharram 1449 AH)", "6 June 2029 (24 Muharram 1451 AH)"),
        ("2028-02-29T09:00:00+00:00", "29 February 2028 (4 Shawwal 1449 AH)", "28 February 2030"),
        ("2077-11-16T09:00:00+00:00", "16 November 2077 (30 Dhu al-Hijjah 1500 AH)", "16 November 2079"),
        ("2077-11-17T09:00:00+00:00", "17 November 2077", "17 November 2079"),
    ],
    indirect=True,
    ids=lambda one: one[0][:16],
)
def test_days_where_years_end_are_those_of_the_organisation_in_both_calendars(
    day: tuple[str, ...], browser: Open, code: str
) -> None:
    page = browser(language="en").get(f"/verify/{code}")
    assert state(page) == "valid"
    rows = [re.sub(r"[\u2066-\u2069]", "", one.get_text(" ", strip=True)) for one in page.soup.select("dd")]
    assert all(any(words in row for row in rows) for words in day), rows


def test_it_tells_no_score_no_unit_and_no_number(visitor: RoleClient, learner: Learner, record: str, code: str) -> None:
    page = visitor.get(f"/verify/{code}")
    whole = f"{page.response.headers}{page.response.get_data(as_text=True)}"
    for secret in (
        "إدارة التجربة",  # the unit
        "Trial department",
        "T-1",  # the HR number
        learner.someone.email,
        learner.someone.public_id,
        record,
    ):
        assert secret not in whole
    assert not re.search(r"[٪%]", page.main)
    assert "/learn/" not in whole


def test_it_is_kept_out_of_search(visitor: RoleClient, code: str) -> None:
    page = visitor.get(f"/verify/{code}")
    assert page.response.headers["X-Robots-Tag"] == "noindex"
    assert page.soup.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert visitor.get("/verify/").soup.find("meta", attrs={"name": "robots"})


@pytest.mark.parametrize(
    "copied",
    [
        lambda code: code.lower(),
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: code.replace("-", "–"),
        lambda code: code.replace("0", "O").replace("1", "I"),
        lambda code: code.replace("0", "o").replace("1", "l").lower(),
        lambda code: f"  {code} ",
        lambda code: code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    ],
    ids=[
        "small",
        "joined",
        "spaced",
        "dashes",
        "letters-for-digits",
        "small-letters-for-digits",
        "around",
        "arabic-digits",
    ],
)
def test_a_code_is_read_however_it_was_copied(visitor: RoleClient, code: str, copied: Callable[[str], str]) -> None:
    form = visitor.get("/verify/")
    assert form.forms("/verify/$")[0]["method"] == "get"
    response = visitor.client.get("/verify/", query_string={"code": copied(code)}, base_url=HERE)
    away = visitor._page(response, 303)
    assert away.location == f"/verify/{code}"
    response = visitor.client.get(f"/verify/{copied(code).strip()}", base_url=HERE)
    assert state(visitor._page(response, 200)) == "valid"


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_well_formed_code_that_was_never_given_is_unknown(browser: Open, code: str, language: str) -> None:
    other = codes.display(codes.make(b"12345678"))
    assert other != code
    page = browser(language=language).get(f"/verify/{other}", status=404)
    assert state(page) == "unknown"
    assert other in page.main
    assert page.response.headers["X-Robots-Tag"] == "noindex"


def test_every_single_slip_is_noticed(visitor: RoleClient, code: str) -> None:
    plain = code.replace("-", "")
    for place in range(0, len(plain), 4):
        wrong = next(letter for letter in codes.ALPHABET if letter != plain[place])
        slip = plain[:place] + wrong + plain[place + 1 :]
        assert codes.normalise(slip) is None
        page = visitor.get(f"/verify/{slip}", status=404)
        assert page.soup.select_one("h1.verdict__words")
        refused = visitor.get(f"/verify/?code={slip}", status=422)
        assert refused.tones == ["care"]
        assert refused.soup.find("input", attrs={"name": "code"})["value"] == slip


def test_what_is_no_code_at_all_is_shown_as_it_was_typed_and_never_as_markup(visitor: RoleClient) -> None:
    for typed in ("x", "<script>alert(1)</script>", "-" * 60):
        response = visitor.client.get("/verify/", query_string={"code": typed}, base_url=HERE)
        assert "<script>alert" not in visitor._page(response, 422).response.get_data(as_text=True)
    visitor.get("/verify/nothing-like-a-code", status=404)
    visitor.get("/verify/?code=" + "A" * 61, status=422)


def test_an_expired_record(visitor: RoleClient, code: str, clock: Clock) -> None:
    clock.forward(days=731)
    assert state(visitor.get(f"/verify/{code}")) == "valid"
    clock.forward(days=1)
    assert state(visitor.get(f"/verify/{code}")) == "expired"


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_revoked_record_says_since_when_and_why(
    browser: Open, record: str, code: str, system: Callable[..., object], language: str
) -> None:
    reason = {"ar": "صدرت بخطأ في الاسم", "en": "Issued with a wrong name"}
    with system() as work:
        completing.revoke_completion(work, record, Text(reason))
    page = browser(language=language).get(f"/verify/{code}")
    assert state(page) == "revoked"
    assert reason[language] in page.main


def test_a_record_whose_holder_was_removed_still_verifies(
    visitor: RoleClient, system: Callable[..., Any], learner: Learner, record: str, code: str
) -> None:
    with system() as work:
        erasing.erase_holder(work, record, "بطلب صاحب الشأن")
    page = visitor.get(f"/verify/{code}")
    assert state(page) == "valid"
    assert learner.someone.name not in page.text


def test_guessing_is_slowed_down(app: Flask, visitor: RoleClient) -> None:
    app.config["RATELIMIT_ENABLED"] = True
    found = [visitor.client.get("/verify/0000-0000-00000", base_url=HERE).status_code for _ in range(31)]
    assert found == [404] * 30 + [429]
    assert visitor.get("/verify/0000-0000-00000", status=429).h1
    visitor.get("/privacy")  # only the guessing is slowed down


def test_the_public_address_names_the_module_and_not_the_key(visitor: RoleClient, code: str) -> None:
    assert SHORT not in visitor.get(f"/verify/{code}").main
