"""Every field and every question of an address that names something, put for another's and for what does not exist."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup

from quiz.access.actor import Role
from tests.web.routes.house import House, Things
from tests.web.routes.table import ROUTES, TRIED_BESIDE
from tests.web.routes.test_others_things import UNKNOWN, plain
from tests.web.world import OWNER

MANAGER, HR, ADMIN, EDITOR = (str(role) for role in (Role.MANAGER, Role.HR, Role.ADMIN, Role.EDITOR))
DAYS = {"ends_on": "2027-01-01", "due_on": "2026-12-01", "reason": "سبب", "seen": "0"}


@dataclass(frozen=True)
class Named:
    """A field that names something: who sends it where, what it is, and what each sort of name is answered."""

    who: str
    method: str
    rule: str
    name: str
    value: Callable[[Things], str]
    own: int
    others: int = 404
    sent: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Return what a test of it is called."""
        return f"{self.method} {self.rule} {self.sent.get('do', '')} {self.name}"


def unit(method: str, rule: str, own: int = 200, **sent: str) -> Named:
    """Return the unit that a list of a manager is narrowed to."""
    return Named(MANAGER, method, rule, "unit", lambda things: things.world.unit, own, sent=sent)


def of_record(do: str, who: str, own: int = 303, **sent: str) -> Named:
    """Return the proposal that is decided on from the page of a record."""
    rule = "/admin/records/<public_id>"
    return Named(who, "POST", rule, "proposal", lambda things: things.proposal, own, sent={"do": do, **sent})


CONTROL = re.compile(r"<input[^>]*>|<select.*?</select>", re.DOTALL)
NAME = re.compile(r' name="([^"]*)"')
ID = re.compile(r'value="[0-9a-f]{32}"')
# Fields that send ids and open nothing by another, each with the reason.
HARMLESS: dict[str, str] = {
    "above": "any unit may stand above another; only those who answer for all units are asked for it",
}
NAMED = [
    *(unit("GET", f"/manage/{one}") for one in ("", "evidence", "extend", "people", "people.csv", "people.xlsx")),
    *(unit("GET", f"/manage/{one}") for one in ("remind", "weaknesses", "weaknesses.csv", "weaknesses.xlsx")),
    unit("POST", "/manage/remind", 409, seen="99"),
    unit("POST", "/manage/extend", 409, seen="99", due_on="2026-12-01", reason="سبب"),
    unit("POST", "/manage/exports", 303, kind="csv"),
    unit("POST", "/manage/evidence"),
    # Pressed twice it is as if it were done, and for what was never delegated nothing is.
    Named(MANAGER, "POST", "/manage/delegation", "who", lambda things: things.delegate, 303, 303, {"do": "take-back"}),
    Named(
        HR, "POST", "/admin/people/<public_id>", "absence", lambda things: things.absence, 303,
        sent={"do": "end", "end-ends_on": "2026-12-30"},
    ),
    Named(
        HR, "POST", "/admin/people/<public_id>/assignments", "assignment", lambda things: things.assignment, 303,
        sent={"do": "waive", "reason": "قرار"},
    ),
    Named(
        HR, "POST", "/admin/units/<public_id>", "person", lambda things: things.manager, 303,
        sent={"do": "relieve", "capacity": "held"},
    ),
    of_record("approve", ADMIN, **{"approve-sure": "y"}),
    of_record("decline", ADMIN, **{"decline-words": "لا دليل"}),
    of_record("withdraw", HR),
    Named(
        OWNER, "POST", "/learn/ask", "about", lambda things: things.module, 200,
        sent={"kind": "help", "words": "أحتاج إلى مساعدة"},
    ),
]  # fmt: skip


TRIED = {one.name for one in NAMED}


@pytest.mark.parametrize("named", NAMED, ids=lambda named: named.id)
def test_what_a_field_names_is_ones_own_or_nothing(house: House, named: Named) -> None:
    address = house.address(named.rule, house.owner)
    answers = []
    for value in (named.value(house.owner), named.value(house.twin), UNKNOWN, house.owner.world.wish):
        sent = {**named.sent, named.name: value}
        if named.method == "GET":
            where, form = f"{address}?{urlencode(sent)}", None
        else:
            where, form = address, sent
        answers.append((house.ask(named.who, named.method, where, form), where))
    (own, _), (others, where), *missing = answers
    assert own.status == named.own, own.location or own.body[:2000]
    assert others.status == named.others, others.location
    for nothing, place in missing:
        assert plain(nothing, place) == plain(others, where)
    for answer, _ in answers[1:]:
        assert not answer.written


def test_a_comment_is_settled_in_its_own_draft_alone(house: House) -> None:
    world = house.owner.world
    for draft, status in ((world.draft, 303), (world.module_draft, 404)):
        answer = house.ask(EDITOR, "POST", f"/edit/drafts/{draft}/comments/{house.comment}/settle")
        assert answer.status == status
        assert bool(answer.written) is (status == 303)


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x"])
def test_no_form_and_no_question_leads_away_from_here(house: House, onward: str) -> None:
    sent = {"language": "ar", "next": onward}
    assert house.ask(OWNER, "POST", "/language", sent).location.startswith("/")
    assert "evil.example" not in house.ask(OWNER, "POST", "/language", sent).location
    for address in ("/prove", "/account/factors", "/learn/ask"):
        body = house.ask(OWNER, "GET", f"{address}?{urlencode({'next': onward})}").body
        page = BeautifulSoup(body, "html5lib")
        for field_ in page.select('main input[type="hidden"]'):
            if field_.get("name") in {"next", "onward"} and address != "/learn/ask":
                assert "evil" not in str(field_.get("value"))
        assert not [link for link in page.select("a[href]") if "evil" in str(link["href"])]


def naming(body: str) -> set[str]:
    """Return the names of the fields of a page that send ids; what stands before the name in a form is left out."""
    whole = [one for one in CONTROL.findall(body) if ID.search(one)]
    return {name.rpartition("-")[2] for one in whole for name in NAME.findall(one.partition(">")[0])}


def test_every_field_that_sends_an_id_is_tried(house: House) -> None:
    found: dict[str, str] = {}
    for (method, rule), row in ROUTES.items():
        if method == "GET" and (method, rule) not in TRIED_BESIDE:
            for things in (house.owner, house.twin):
                who = OWNER if OWNER in row.to else min(row.to)
                found.update(dict.fromkeys(naming(house.ask(who, method, house.address(rule, things)).body), rule))
    assert {"absence", "assignment", "proposal", "unit", "who"} <= set(found)
    unknown = {name: rule for name, rule in found.items() if name not in TRIED and name not in HARMLESS}
    assert not unknown, f"what does it name? add a line to NAMED, or a reason to HARMLESS: {unknown}"
    assert set(HARMLESS) <= set(found), "no page sends it any more"
