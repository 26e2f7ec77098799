"""What nobody types, in every place of every address and form: an answer in words, and never a defect of ours."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask, request
from werkzeug.datastructures import MultiDict

from quiz.access.actor import Role
from tests.pages import HERE, RoleClient
from tests.web.learning import SHORT, Learner
from tests.web.test_routes import TABLE, TRIED_BESIDE
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
RULES = sorted(set(TABLE) - TRIED_BESIDE - {("POST", "/sign-out")})
Form = dict[str, str]


def asked_by(method: str, rule: str) -> str:
    """Return somebody who is let in."""
    let_in = TABLE[method, rule][0] or {Role.EDITOR}
    return next(who for who in (Role.EDITOR, Role.REVIEWER, OWNER, *Role, NOBODY) if who in let_in)


def tries(world: World, method: str, rule: str) -> Iterator[tuple[str, Form, Form]]:
    """Give addresses with what is asked and sent there: odd in its places, its questions or its fields."""
    if "<" in rule:
        for value in (ZERO, LARGE, TURNED):
            yield re.sub("<[^>]+>", quote(value, safe=""), rule), {}, {}
    if "<int:" in rule:
        yield world.address(re.sub("<int:[^>]+>", LARGE, rule)), {}, {}
    needed = TABLE[method, rule][2]
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
