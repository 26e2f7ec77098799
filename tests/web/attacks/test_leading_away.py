"""Addresses that are to lead a reader away: whatever is asked of any route, and sent to it, the way on stays here."""

from collections.abc import Iterator
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup

from tests.pages import HERE
from tests.web.account.test_signing_in import ELSEWHERE
from tests.web.attacks.test_forged_forms import who_may
from tests.web.routes.house import Answer, House
from tests.web.routes.table import ROUTES, TRIED_BESIDE
from tests.web.world import OWNER

# The names under which any page might be told where to go on; not all of them are known to any of ours.
NAMES = ("next", "after", "onward", "to", "back", "return", "url", "lands_on", "redirect")
# The whole list of variants goes through each door that is known to lead on: see where ELSEWHERE is used.
TRIED = ("//evil.example/", "//[evil.example")
LOCAL = ("/%2f%2fevil.example", "/%5cevil.example", "/learn/?next=//evil.example", "/.//evil.example", "/%0d%0aa:b")
OURS = "http://127.0.0.1/somewhere/here"


def host(address: str) -> str:
    """Return the host a browser would ask, as the standard of addresses has it: `\\` is `/`, and tabs are nothing."""
    plain = address.strip("".join(map(chr, range(33)))).translate({9: None, 10: None, 13: None, 92: "/"})
    try:
        parts = urlsplit(urljoin(OURS, plain))
    except ValueError:
        return "no host at all"
    return (parts.hostname or "") if parts.scheme in {"http", "https", "mailto"} else parts.scheme


def leaving(answer: Answer) -> Iterator[str]:
    """Give every address in an answer that leads to the host that was named, or is no address of a page at all."""
    addresses = [answer.location]
    page = BeautifulSoup(answer.body, "lxml")
    for name in ("href", "action", "formaction", "src"):
        addresses += [str(one[name]) for one in page.find_all(attrs={name: True})]
    if answer.status == 200:
        # Where a form leads once it is sent; what was refused is shown as it was typed, and judged when it comes again.
        addresses += [str(one.get("value", "")) for one in page.find_all("input", attrs={"name": list(NAMES)})]
    for address in addresses:
        if "evil" in address and host(address) != "127.0.0.1":
            yield address


def test_a_browser_is_read_as_browsers_read() -> None:
    assert {host(one) for one in ELSEWHERE if one} >= {"evil.example", "javascript", "data", "no host at all"}
    assert {host(one) for one in LOCAL} == {"127.0.0.1"}


@pytest.mark.parametrize("elsewhere", TRIED)
def test_no_page_and_no_deed_leads_to_where_an_address_names(house: House, elsewhere: str) -> None:
    named = dict.fromkeys(NAMES, elsewhere)
    faults = []
    for (method, rule), row in sorted(ROUTES.items()):
        if (method, rule) in TRIED_BESIDE:
            continue
        address = house.address(rule, house.owner)
        if method == "GET":
            answer = house.ask(who_may(row), method, f"{address}?{urlencode(named)}")
        else:
            answer = house.ask(who_may(row), method, address, {**named, **{**row.sent, "next": elsewhere}})
        if answer.status >= 500:
            faults.append(f"{method} {rule}: {answer.status}")
        faults += [f"{method} {rule}: {one}" for one in leaving(answer)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("elsewhere", LOCAL)
def test_what_only_looks_like_it_is_a_path_of_ours_and_ends_no_header(house: House, elsewhere: str) -> None:
    answer = house.ask(OWNER, "POST", "/language", {"language": "ar", "next": elsewhere})
    assert (answer.status, host(answer.location)) == (303, "127.0.0.1")
    assert "\n" not in answer.location


@pytest.mark.parametrize("path", ["//evil.example/learn/", "/learn//evil.example", "//learn/", "/\\\\evil.example/"])
def test_no_address_with_two_strokes_is_mended_into_another_host(house: House, path: str) -> None:
    client = house.app.test_client()
    answer = client.get("/", base_url=HERE, environ_overrides={"PATH_INFO": path})
    assert answer.status_code in {303, 308, 404}
    assert host(answer.headers.get("Location", "")) == "127.0.0.1"
