"""Every id in every address, put for another's and for what does not exist: nobody can tell the two apart."""

import re
from collections.abc import Iterator

import pytest

from quiz.access.actor import Role
from tests.web.routes.columns import COLUMNS, ELSEWHERE, PEOPLE, Row
from tests.web.routes.house import Answer, House
from tests.web.routes.table import ROUTES
from tests.web.world import NOBODY, OWNER

WITH_IDS = {key: row for key, row in sorted(ROUTES.items()) if "<" in key[1]}
UNKNOWN = "0f" * 16
NUMBER = re.compile(r"<int:[^>]+>")
PLACE = re.compile(r"<[^>]+>")
HEX = re.compile(r"[0-9a-f]{32}")
# What differs between any two pages: the token of a form, and where the choice of the language leads back to.
DIFFERS = re.compile(r'(name="(?:csrf_token|next)"[^>]*value="|class="code">)[^"<]*')


def swapped(house: House, rule: str) -> Iterator[tuple[str, str]]:
    """Give addresses in which one place names something else than the owner's thing, each with what it names."""
    parts = rule.split("/")
    own, others = (house.address(rule, things).split("/") for things in (house.owner, house.twin))
    for at, part in enumerate(parts):
        if "<" not in part:
            continue

        def put(value: str, at: int = at, part: str = part) -> str:
            return "/".join([*own[:at], PLACE.sub(value, part), *own[at + 1 :]])

        if others[at] != own[at]:
            yield "another's", "/".join([*own[:at], others[at], *own[at + 1 :]])
        if NUMBER.search(part):
            yield "unknown", put("999")
            yield "malformed", put(str(10**30))
            continue
        value = HEX.search(own[at])
        yield "unknown", put(UNKNOWN if value else "no-such-thing")
        # Of another kind: ids of an incident or a wish, which nobody is sent to under this address.
        yield "of another kind", put(house.owner.world.wish if "incidents" in rule else house.owner.world.incident)
        yield "unreadable", put("%00")
        for odd in ("x", "a" * 300, "%D8%A3", UNKNOWN.upper() if value is None else value[0].upper()):
            yield "malformed", put(odd)
    if others != own:
        yield "another's", "/".join(others)


def plain(answer: Answer, address: str) -> tuple[int, str, str]:
    """Return an answer without what differs between any two requests: tokens of forms, its code and the address."""
    body = DIFFERS.sub(r"\1", answer.body).replace(address, "·")
    return answer.status, body, re.sub(r"next=.*", "", answer.location)


def let_in(row: Row) -> list[str]:
    """Return who is tried: the owner where they may, else up to three of those who may; one of the whole world."""
    if row.to == COLUMNS:
        return [NOBODY]
    return [OWNER] if OWNER in row.to else sorted(row.to - {ELSEWHERE})[:3]


def area_of(rule: str) -> str:
    return rule.split("/")[1]


AREAS = sorted({area_of(rule) for _, rule in WITH_IDS})


@pytest.mark.parametrize("area", AREAS)
def test_another_persons_thing_is_as_good_as_none(house: House, area: str) -> None:
    faults = []
    for (method, rule), row in WITH_IDS.items():
        for who in let_in(row) if area_of(rule) == area else ():
            missing: tuple[int, str, str] | None = None
            # What does not exist comes first: all else is held against its answer.
            for what, address in sorted(swapped(house, rule), key=lambda one: one[0] != "unknown"):
                answer = house.ask(who, method, address, row.sent)
                told = f"{method} {address[:120]} ({what}) by {who}"
                wanted = row.others if what == "another's" else row.unknown
                if wanted is not None and answer.status != wanted:
                    faults.append(f"{told}: {answer.status}, not {wanted} {answer.location}")
                if answer.status != 404:
                    continue
                if answer.written:
                    faults.append(f"{told} wrote {answer.written}")
                missing = missing or plain(answer, address)
                if row.to != COLUMNS and what != "unreadable" and plain(answer, address) != missing:
                    faults.append(f"{told}: another answer than for what does not exist")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("area", AREAS)
def test_who_is_not_let_in_cannot_tell_what_there_is(house: House, area: str) -> None:
    faults = []
    for (method, rule), row in WITH_IDS.items():
        if area_of(rule) != area or row.to == COLUMNS:
            continue
        own = house.address(rule, house.owner)
        unknown = [address for what, address in swapped(house, rule) if what == "unknown"]
        for who in (NOBODY, *sorted(PEOPLE - row.to)[:2]):
            there = plain(house.ask(who, method, own, row.sent), own)
            for address in unknown:
                if plain(house.ask(who, method, address, row.sent), address) != there:
                    faults.append(f"{method} {address} by {who}: another answer than for {own}")
    assert not faults, "\n".join(faults)


def test_the_manager_of_another_unit_knows_nobody_of_this_one(house: House) -> None:
    for (method, rule), row in WITH_IDS.items():
        if str(Role.MANAGER) not in row.to or row.others != 404:
            continue
        own, twins = (house.address(rule, things) for things in (house.owner, house.twin))
        assert house.ask(ELSEWHERE, method, own, row.sent).status == 404, rule
        assert house.ask(ELSEWHERE, method, twins, row.sent).status == row.status, rule
