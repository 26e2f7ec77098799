"""What nobody types, in every place of every address and form: an answer in words, and never a defect of ours."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask, request
from werkzeug.datastructures import MultiDict

from quiz.access.actor import Role
from quiz.presentation.requests import local_address
from tests.pages import HERE, RoleClient
from tests.web.learning import SHORT, Learner
from tests.web.routes.table import ROUTES, TRIED_BESIDE
from tests.web.world import NOBODY, OWNER, World

ZERO, LARGE, TURNED = "a\x00b", "9" * 30, "\u202eabc"
ODD = (ZERO, "\x00", LARGE, "-1", TURNED, "\ud7ff\x85\x1f", "٣", "")
NAMES = (
    *("about", "across", "after", "answered", "bank", "before", "certainty", "choice", "code", "comment", "difficulty"),
    *("do", "edition", "email", "find", "kind", "key", "language", "medium", "name", "next", "notice", "order"),
    *("page", "place", "policy", "previewed", "provision", "reason", "replaced_by", "saved", "scenario", "scheme"),
    *("seen", "standing", "state", "teaches", "title.ar", "view", "way", "width", "with_name", "words", "zone"),
)
# Whoever has signed out can be asked nothing more.
RULES = sorted(set(ROUTES) - TRIED_BESIDE - {("POST", "/sign-out")})
Form = dict[str, str]


def asked_by(method: str, rule: str) -> str:
    """Return somebody who is let in."""
    let_in = ROUTES[method, rule].to
    return next(who for who in (Role.EDITOR, Role.REVIEWER, OWNER, *Role, NOBODY) if who in let_in)


def tries(world: World, method: str, rule: str) -> Iterator[tuple[str, Form, Form]]:
    """Give addresses with what is asked and sent there: odd in its places, its questions or its fields."""
    if "<" in rule:
        for value in (ZERO, LARGE, TURNED):
            yield re.sub("<[^>]+>", quote(value, safe=""), rule), {}, {}
    if "<int:" in rule:
        yield world.address(re.sub("<int:[^>]+>", LARGE, rule)), {}, {}
    needed = ROUTES[method, rule].sent
    for value in ODD:
        every = dict.fromkeys(NAMES, value)
        if method == "GET":
            yield world.address(rule), every, {}
        else:
            yield world.address(rule), {}, every
            yield world.address(rule), {}, {**every, **needed}


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_no_address_and_no_form_is_a_defect(world: World) -> None:
    broken = []
    for method, rule in RULES:
        client = world.clients[asked_by(method, rule)]
        token = client.token()
        for place, asked, sent in tries(world, method, rule):
            data = {**sent, "csrf_token": token} if method == "POST" else None
            answer = client.client.open(place, method=method, query_string=asked, data=data, base_url=HERE)
            if answer.status_code >= 500:
                broken.append(f"{method} {place!r}: {sorted({*asked.values(), *sent.values()})}")
            answer.close()
    assert not broken, f"{len(broken)}\n" + "\n".join(broken)


@pytest.mark.parametrize("sent", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_is_left_out_leaves_the_rest_as_it_was(app: Flask, sent: str) -> None:
    pairs = MultiDict([("words", "a\x00b"), ("words", " \r\n"), ("n\x00ame", "\x00")])
    with app.test_request_context("/?find=%00a%00&find=b", method="POST", data=pairs, content_type=sent):
        assert list(request.form.items(multi=True)) == [("words", "ab"), ("words", " \r\n"), ("name", "")]
        assert request.args.getlist("find") == ["a", "b"]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_an_address_that_holds_such_a_sign_is_not_there(browser: type[RoleClient], language: str) -> None:
    for path in ("/no%00such", "/verify/%00", "/link/%00", "/reference/a%00b"):
        browser(language=language).get(path, 404)


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_a_question_arrives_whatever_hides_in_its_fields(learner: Learner) -> None:
    page = learner.client.get(f"/learn/ask?kind=doubt&about={SHORT}&seen=%00")
    sent = {"words": "هل من\x00 شرح؟", "seen": "0\x00", "about": f"{SHORT}\x00", "with_name": "y"}
    assert learner.client.submit(page, "/learn/ask", sent, 200).tones == ["good"]
    assert "هل من شرح؟" in learner.client.get("/learn/questions/").main


@pytest.mark.parametrize("path", ["/edit/doubts%00.pdf", "/%00", "/no-such", "/sign-in"])
def test_a_foreign_host_is_refused_in_words_whatever_the_address(app: Flask, path: str) -> None:
    response = app.test_client().get(path, base_url="http://evil.example")
    assert response.status_code == 400


def test_a_part_without_a_name_is_no_field(browser: type[RoleClient]) -> None:
    client = browser()
    nameless = b"--x\r\nContent-Disposition: form-data\r\n\r\nwords\r\n"
    file = b'--x\r\nContent-Disposition: form-data; filename="a"\r\n\r\n\r\n--x--\r\n'
    sent = {"data": nameless + file, "content_type": "multipart/form-data; boundary=x"}
    assert client.client.post("/verify/file", base_url=HERE, **sent).status_code == 400
    with client.app.test_request_context("/", method="POST", **sent):
        assert (list(request.form), list(request.files)) == ([], [])


def test_a_field_of_words_that_is_left_out_is_empty(world: World) -> None:
    hr = world.clients["hr"]
    page = hr.get("/admin/units/new")
    sent = {"name_ar": "إدارة السواقين", "name_en": "Drivers", "country": "EG"}
    assert hr.submit(page, "/admin/units/new", sent).location.startswith("/admin/units/")


@pytest.mark.parametrize(
    "wanted", ["http://[::1", "//[", "/\\x.y", "https://x.y@z:99999/", "javascript:1", "a\r\nb", "", None]
)
def test_what_is_no_address_of_ours_leads_to_the_first_page(wanted: str) -> None:
    assert local_address(wanted) == "/"
