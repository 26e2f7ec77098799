"""Ends of lines, and signs that no header holds, in what is asked or sent: none becomes a header of an answer."""

from urllib.parse import quote, urlencode

import pytest

from tests.web.attacks.test_forged_forms import who_may
from tests.web.errors.test_signs_nobody_types import NAMES
from tests.web.routes.house import House
from tests.web.routes.table import ROUTES, TRIED_BESIDE
from tests.web.world import OWNER

ENDED = 'x\r\nSet-Cookie: evil=1\r\n\r\n<b>"; filename="evil.exe'
ODD = (ENDED, "x\nevil: 1", "x\revil: 1", "\x85\u2028evil: 1", "هدايا\r\nevil: 1", "x\x00\x0b\x0c\x1b")


def faults_of(headers: tuple[tuple[str, str], ...]) -> list[str]:
    """Return what no header may be: of two lines, of signs outside Latin-1, or one that was put there."""
    return [
        f"{name}: {value!r}"
        for name, value in headers
        if any(ord(sign) < 32 or ord(sign) > 255 for sign in name + value)
        or "evil" in name.lower()
        or (name == "Set-Cookie" and "evil" in value)
        or (name == "Content-Disposition" and '; filename="evil' in value)
    ]


def test_nothing_that_is_asked_or_sent_becomes_a_header(house: House) -> None:
    named = dict.fromkeys(NAMES, ENDED)
    faults = []
    for (method, rule), row in sorted(ROUTES.items()):
        if (method, rule) in TRIED_BESIDE:
            continue
        address = house.address(rule, house.owner)
        if method == "GET":
            answer = house.ask(who_may(row), method, f"{address}?{urlencode(named)}")
        else:
            answer = house.ask(who_may(row), method, address, {**named, **row.sent})
        faults += [f"{method} {rule}: {one}" for one in faults_of(answer.headers)]
        if answer.status >= 500:
            faults.append(f"{method} {rule}: {answer.status}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("odd", ODD)
def test_neither_the_way_on_nor_the_cookie_of_the_language_ends_a_line(house: House, odd: str) -> None:
    for sent in ({"language": "ar", "next": f"/{odd}"}, {"language": odd, "next": "/"}):
        answer = house.ask(OWNER, "POST", "/language", sent)
        assert (answer.status, faults_of(answer.headers)) == (303, [])
    assert faults_of(house.ask(OWNER, "GET", f"/verify/{quote(odd)}").headers) == []
