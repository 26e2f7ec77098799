"""Garbage in every form of every role: never a defect of ours, whatever is sent, how often and as what."""

import re
from collections.abc import Iterator
from io import BytesIO
from random import Random
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from quiz.access.actor import Role
from tests.pages import HERE
from tests.web.errors.test_signs_nobody_types import NAMES, RULES, asked_by
from tests.web.routes.table import ROUTES
from tests.web.world import NOBODY, OWNER, World

FORMS = [rule for method, rule in RULES if method == "POST"]
LONG = "موقف " * 4_000
VALUES = (
    *("", " ", "\r\n", "0", "-1", "1e9", "nan", "٣", "9" * 40, "true", "null", "[]", '{"a": 1}', "y", "on"),
    *("2026-02-30", "9999-12-31", "0000-00-00", "2026-11-30T08:00", "25:61", "P-1D", "Africa/Nowhere", "EG", "ar"),
    *(
        "\x00",
        "a\x07b\x1b[0m",
        "\u202eabc\u202c",
        "\u2066\u2069",
        "\ufeff",
        "\ufffe",
        "e\u0301" * 50,
        "👩‍👩‍👧‍👦",
        "ـ" * 300,
    ),
    *(
        "<script>alert(1)</script>",
        '"><b',
        "'; DROP TABLE person; --",
        "%s%n",
        "{{ 7 * 7 }}",
        "../../etc/passwd",
        "//x.y",
    ),
    *("a@b.c", "x" * 300 + "@amana.example", "0" * 32, "f" * 64, LONG, "," * 500, "\n" * 500),
)
KINDS = ("application/x-www-form-urlencoded", "multipart/form-data")
# What is no form at all, as what it pretends to be.
BODIES = (
    (b"%%%=%ff&=&&&;;", KINDS[0]),
    (b'{"csrf_token": 1}', "application/json"),
    (b'--x\r\nContent-Disposition: form-data; name="words"\r\n\r\nno end', "multipart/form-data; boundary=x"),
    (b"\xff\xfe" * 50, "multipart/form-data"),
    (b"", "text/plain"),
)


def names_of(world: World) -> dict[str, tuple[str, ...]]:
    """Return the names of the fields of each page that has an address without places, and of the owner's."""
    found: dict[str, tuple[str, ...]] = {}
    for method, rule in RULES:
        if method == "GET" and ("POST", rule) in ROUTES:
            page = world.clients[asked_by("GET", rule)].client.get(world.address(rule), base_url=HERE)
            found[rule] = tuple(sorted(set(re.findall(r'name="([^"]+)"', page.text)) - {"csrf_token"}))
    return found


def garbage(chance: Random, names: tuple[str, ...], needed: dict[str, str], token: str) -> dict[str, Any]:
    """Return one request: fields known and unknown, some of them twice, some of them files; or no form at all."""
    if chance.random() < 0.1:
        body, kind = chance.choice(BODIES)
        return {"data": body, "content_type": kind}
    pairs: list[tuple[str, Any]] = list(needed.items()) if chance.random() < 0.7 else []
    for name in (*names, *chance.sample(NAMES, 4), "no_such_field", "عربي"):
        if chance.random() < 0.6:
            pairs += [(name, chance.choice(VALUES)) for _ in range(chance.choice((1, 1, 1, 2, 5)))]
    if chance.random() < 0.9:
        pairs.append(("csrf_token", token))
    kind = chance.choice(KINDS)
    if kind == KINDS[1]:
        named = chance.choice((*names, "words", "file"))
        content = chance.choice((b"", b"\x00\xff" * 20, b"PK\x03\x04", "هذا نص".encode(), b"a,b\n" * 50))
        pairs.append((named, (BytesIO(content), chance.choice(("x.csv", "x.xlsx", "../../x", "", "ملف.zip")))))
    return {"data": MultiDict(pairs), "content_type": kind}


def requests(world: World, chance: Random, times: int, everybody: bool) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give whom to ask, where, and with what."""
    tokens = {who: client.token() for who, client in world.clients.items()}
    names = names_of(world)
    for rule in FORMS:
        let_in = asked_by("POST", rule)
        asking = [OWNER, *Role, NOBODY] if everybody else [let_in, let_in, chance.choice([OWNER, *Role, NOBODY])]
        for who in asking:
            for _ in range(times):
                sent = garbage(chance, names.get(rule, ()), ROUTES["POST", rule].sent, tokens[who])
                yield who, world.address(rule), sent


def throw(world: World, seed: int, times: int, everybody: bool) -> None:
    broken = []
    chance = Random(seed)  # noqa: S311 - the same garbage every time
    for who, place, sent in requests(world, chance, times, everybody):
        answer = world.clients[who].client.post(place, base_url=HERE, **sent)
        if answer.status_code >= 500:
            broken.append(f"{who} {place}: {answer.status_code} {str(sent)[:300]!r}")
        answer.close()
    assert not broken, f"{len(broken)} with the seed {seed}\n" + "\n".join(broken[:20])


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_no_form_breaks_by_garbage(world: World) -> None:
    throw(world, seed=20261122, times=1, everybody=False)


@pytest.mark.soak
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("seed", range(2))
def test_no_form_of_anybody_breaks_by_much_garbage(world: World, seed: int) -> None:
    throw(world, seed, times=2, everybody=True)
