"""What there is to be asked: every page that somebody reaches by links, and the forms on it with their real tokens."""

import re
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RequestRedirect

from bench.browser import Browser
from bench.malformed.garbage import Field

_HREF = re.compile(rb'(?:href|action)="(/[^"#]*)"')
# So many pages of one rule are looked at, each by everybody who finds it.
_ALIKE = 2
_UNSENT = {"submit", "button", "reset", "image", "file"}


@dataclass
class Form:
    """A form as it stood on a page."""

    action: str
    method: str
    fields: list[Field] = field(default_factory=list)


class _Forms(HTMLParser):
    """Reads every form of a page, with a value for each of its fields."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._by_id: dict[str, Form] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: held or "" for name, held in attrs}
        if tag == "form":
            self._form = Form(urljoin(self.page, given.get("action", "")), given.get("method", "get").lower())
            self.forms.append(self._form)
            self._by_id[given.get("id", "")] = self._form
        form = self._by_id.get(given.get("form", ""), self._form)
        name = given.get("name", "")
        if form is None:
            return
        if tag in {"button", "textarea"} and name:
            form.fields.append((name, given.get("value", "")))
        if tag == "select":
            self._select = name
        if tag == "option" and self._select:
            form.fields = [
                *(one for one in form.fields if one[0] != self._select),
                (self._select, given.get("value", "")),
            ]
        if tag == "input" and name and given.get("type") not in _UNSENT:
            form.fields.append((name, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "form":
            self._form = None


@dataclass
class Explored:
    """Real addresses by rule, and by person the forms they were shown."""

    addresses: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    forms: dict[str, list[Form]] = field(default_factory=lambda: defaultdict(list))


def rule_of(routes: Map, path: str) -> str | None:
    """Return the rule that an address belongs to, whatever method it takes."""
    adapter = routes.bind("127.0.0.1")
    for method in ("GET", "POST"):
        try:
            rule, _ = adapter.match(path, method, return_rule=True)
        except (HTTPException, RequestRedirect):
            continue
        return str(rule)
    return None


def explore(into: Explored, routes: Map, who: str, browser: Browser, alike: int = _ALIKE) -> None:
    """Look at what somebody finds from the first page on, at so many pages of a rule; only by looking."""
    waiting, known, seen = (
        deque(["/", "/verify/", "/verify/file", "/sign-in", "/forgot", "/account"]),
        set[str](),
        Counter[str](),
    )
    into.forms[who] = []
    while waiting:
        address = waiting.popleft()
        rule = rule_of(routes, urlsplit(address).path)
        if rule is None or address in known or rule.startswith(("/assets", "/oidc")):
            continue
        known.add(address)
        into.addresses[rule].add(urlsplit(address).path)
        if seen[rule] >= alike:
            continue
        seen[rule] += 1
        reply = browser.request("GET", address)
        if 300 <= reply.status < 400 and reply.headers.get("location", "").startswith("/"):
            waiting.append(reply.headers["location"])
        if reply.status != 200 or "text/html" not in reply.headers.get("content-type", ""):
            continue
        waiting.extend(unescape(one.decode()) for one in _HREF.findall(reply.body))
        reader = _Forms(address)
        reader.feed(reply.body.decode())
        into.forms[who] += reader.forms
