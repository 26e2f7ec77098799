"""The code of a request, in its lines, its answer and on its page; the line of each request, and slow statements."""

import json
import re
from collections.abc import Callable

import pytest
from flask import Response

from quiz.presentation.guard import for_everybody
from quiz.presentation.observing import HEADER
from quiz.services.watching import CURRENT
from tests.fixtures.observed import Observed
from tests.fixtures.people import Someone
from tests.pages import HERE, RoleClient

CODE = r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}"
Open = Callable[..., RoleClient]


def told(lines: list[str], logger: str = "quiz.access") -> list[dict[str, object]]:
    found = [json.loads(line) for line in lines]
    return [one for one in found if one["logger"] == logger]


def test_every_answer_carries_a_code_of_its_own(visitor: RoleClient) -> None:
    paths = ("/sign-in", "/no/such/page", "/healthz", "/assets/0/app.css", "/learn/", "/api/v1/people")
    answers = [visitor.client.get(path, base_url=HERE) for path in paths]
    answers.append(visitor.client.get("/sign-in", base_url="http://evil.example"))
    codes = [answer.headers[HEADER] for answer in answers]
    for answer in answers:
        answer.close()
    assert all(re.fullmatch(CODE, code) for code in codes)
    assert len(set(codes)) == len(codes)
    assert CURRENT.get() is None


@pytest.mark.parametrize(
    ("given", "is_taken"),
    [
        ("7d1f0c7b5d7e4c0f9d6b1a2c3d4e5f60", True),
        ("Root_1-67891233-abcdef", True),
        ("short", False),
        ("x" * 65, False),
        ("with space", False),
        ('a"}{"level":1', False),
        ("ابجدهوزح", False),
    ],
)
def test_a_code_from_outside_is_taken_from_a_trusted_proxy_where_it_is_well_formed(
    observed: Observed, given: str, is_taken: bool
) -> None:
    # As the bytes come in.
    environ = {"HTTP_X_REQUEST_ID": given.encode().decode("latin-1")}
    for proxies, wanted in ((0, False), (1, is_taken)):
        client = observed(trusted_proxies=proxies).test_client()
        found = client.get("/healthz", base_url=HERE, environ_overrides=environ).headers[HEADER]
        assert (found == given) == wanted
        assert wanted or re.fullmatch(CODE, found)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_code_of_a_defect_stands_on_its_page_in_its_lines_and_in_its_answer(
    observed: Observed, lines: list[str], language: str
) -> None:
    app = observed()

    def boom() -> str:
        raise RuntimeError("broken")

    app.add_url_rule("/boom", view_func=for_everybody(boom))
    page = RoleClient(app, language).get("/boom", status=500)
    code = page.response.headers[HEADER]
    (line,) = told(lines, "quiz.presentation.errors")
    assert line["request"] == code
    # Latin letters, apart from the sentence around them.
    (shown,) = page.soup.select("main .code")
    assert (shown.text, shown["dir"]) == (code, "ltr")


def test_a_form_that_is_offered_again_and_a_piece_of_a_page_show_it_too(visitor: RoleClient) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        answer = visitor.client.post("/sign-in", data={"email": "x"}, base_url=HERE, headers=headers)
        assert answer.status_code == 400
        assert answer.headers[HEADER] in answer.get_data(as_text=True)


def test_a_line_for_each_request_says_the_rule_and_never_the_address(
    observed: Observed, lines: list[str], make_person: Callable[..., Someone], hire: Someone
) -> None:
    app = observed(access_log=True)
    client = RoleClient(app)
    client.sign_in(hire)
    client.get(f"/learn/attempts/{'a' * 32}/3?notice=marked-word", status=404)
    client.get("/no/such/marked-page", status=404)
    client.client.get("/healthz", base_url=HERE)
    found = told(lines)
    first = found[0]
    assert {"method": "GET", "route": "/sign-in", "status": 200}.items() <= first.items()
    assert re.fullmatch(CODE, str(first["request"]))
    assert int(str(first["bytes"])) > 1000
    assert float(str(first["ms"])) > 0
    by_route = {(one["route"], one["status"]): one for one in found}
    slot = by_route[("/learn/attempts/<attempt_id>/<int:number>", 404)]
    assert int(str(slot["statements"])) >= 2
    assert ("", 404) in by_route
    assert "/healthz" not in {one["route"] for one in found}
    whole = "".join(lines)
    assert "marked" not in whole
    assert "a" * 32 not in whole


def test_without_the_setting_there_is_no_such_line(observed: Observed, lines: list[str]) -> None:
    RoleClient(observed()).get("/sign-in")
    assert told(lines) == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_made_while_it_is_sent_is_told_at_its_end(observed: Observed, lines: list[str], method: str) -> None:
    app = observed(access_log=True)
    app.add_url_rule("/long", view_func=for_everybody(lambda: Response(b"ab" for _ in range(3))))
    answer = app.test_client().open("/long", method=method, base_url=HERE)
    answer.get_data()
    answer.close()
    (line,) = told(lines)
    assert (line["route"], line["bytes"]) == ("/long", 6 if method == "GET" else 0)


def test_a_slow_statement_is_told_by_its_text_and_never_by_what_stands_in_it(
    observed: Observed, lines: list[str], hire: Someone
) -> None:
    RoleClient(observed()).sign_in(hire)
    assert told(lines, "quiz.presentation.observing") == []
    RoleClient(observed(slow_statement_ms=0)).sign_in(hire)
    found = told(lines, "quiz.presentation.observing")
    statements = [str(one["statement"]) for one in found]
    assert any(one.startswith("SELECT") and "WHERE person.email =" in one for one in statements)
    assert any(one.startswith("INSERT INTO sign_in") for one in statements)
    assert all(float(str(one["ms"])) >= 0 for one in found)
    assert len([one for one in found if re.fullmatch(CODE, str(one.get("request")))]) >= 10
    assert hire.email not in "".join(lines)
    # A flood of them fills no disk.
    client = RoleClient(observed(slow_statement_ms=0))
    lines.clear()
    for _ in range(40):
        client.get("/sign-in")
    assert len(told(lines, "quiz.presentation.observing")) <= 60
