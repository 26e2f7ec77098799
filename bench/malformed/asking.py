"""One malformed request after the other: number and seed decide what is wrong with it, whoever asks."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any
from urllib.parse import quote

from bench.malformed import garbage
from bench.malformed.exploring import Form
from bench.malformed.people import NOBODY, Cast
from bench.malformed.wire import FORM, Asked, Header, Plain, broken

_ENDING = ("/sign-out", "/account/sign-ins")
_METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "QUERY")
_KINDS = (
    *(FORM, "application/json", "application/scim+json", "text/plain", "multipart/form-data", "text/xml", ""),
    *("a/b; charset=\xff", "application/json; charset=utf-7", FORM + "; charset=utf-16", (FORM + ";") * 99),
)
_USER = {
    "schemas": [
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    ],
    "externalId": "G-{}",
    "userName": "g{}@bench.example",
    "name": {"formatted": "منى سالم", "givenName": "منى", "familyName": "سالم"},
    "emails": [{"value": "g{}@bench.example", "type": "work", "primary": True}],
    "active": True,
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
        "employeeNumber": "G-{}", "department": "NOWHERE", "manager": {"value": "0" * 32},
    },
}  # fmt: skip


class Asking:
    """Makes the requests of one run."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast = cast
        self.seed = seed
        self._ways: tuple[tuple[int, str, Callable[[Random], Plain]], ...] = (
            (24, "form", self._form),
            (6, "form of another kind", self._other_form),
            (14, "document", self._document),
            (8, "filter", self._filter),
            (24, "address", self._address),
            (8, "headers", self._headers),
            (6, "cookies", self._cookies),
            (10, "wire", self._address),
        )

    def one(self, number: int) -> Asked:
        """Return the request of a number as it goes over the wire."""
        how, plain, chance = self.plain(number)
        asked = self.as_asked(number, how, plain)
        return broken(chance, asked, plain, self.cast.port) if how == "wire" else asked

    def plain(self, number: int) -> tuple[str, Plain, Random]:
        """Return what is wrong with the request of a number, the request, and the chance it was drawn by."""
        chance = Random(f"{self.seed}:{number}")  # nosec B311 # noqa: S311 - the same garbage every time
        (way,) = chance.choices(self._ways, weights=[weight for weight, _, _ in self._ways])
        return way[1], way[2](chance), chance

    def as_asked(self, number: int, how: str, plain: Plain) -> Asked:
        """Return a request with its bytes."""
        place = plain.target.split(b"?")[0].decode("latin-1")[:120]
        data = plain.written(self.cast.port)
        return Asked(number, plain.who, how, place, data, has_body=plain.method.upper() != "HEAD")

    # Who asks.

    def _person(self, chance: Random) -> str:
        return chance.choice([*self.cast.people, "learner", "hr", "admin"])

    def _as(self, who: str) -> tuple[Header, ...]:
        person = self.cast.people.get(who)
        if person is None:
            return (("Authorization", b"Bearer " + self.cast.tokens[who].encode()),)
        if not person.cookies:
            return ()
        held = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
        return (("Cookie", held.encode("latin-1")),)

    # Forms, as they stood on a page of that person.

    def _real_form(self, chance: Random) -> tuple[str, Form]:
        who = self._person(chance)
        forms = self.cast.found.forms.get(who) or self.cast.found.forms[NOBODY]
        by_action = sorted({form.action for form in forms})
        action = chance.choice(by_action)
        return who, chance.choice([form for form in forms if form.action == action])

    def _fields(self, chance: Random, who: str, form: Form) -> list[garbage.Field]:
        person = self.cast.people[who]
        # Whoever signs out is nobody until the next batch.
        good = chance.random() < (0.002 if form.action.startswith(_ENDING) else 0.95)
        real = [(name, person.csrf if name == "csrf_token" and good else held) for name, held in form.fields]
        return garbage.fields(chance, real, frozenset({"csrf_token"}))

    def _form(self, chance: Random) -> Plain:
        who, form = self._real_form(chance)
        sent = garbage.encoded(chance, self._fields(chance, who, form))
        target = quote(form.action, safe="/?=&%:.-_~").encode()
        if form.method == "get":
            return Plain(who, "GET", target.split(b"?")[0] + b"?" + sent[:3500], self._as(who))
        headers = self._as(who)
        if chance.random() < 0.1:
            headers += (("HX-Request", b"true"), ("HX-Target", b"\xff"))
        return Plain(who, "POST", target, headers, sent, FORM)

    def _other_form(self, chance: Random) -> Plain:
        who, form = self._real_form(chance)
        pairs = self._fields(chance, who, form)
        body, kind = garbage.multipart(chance, pairs)
        if chance.random() < 0.25:
            body, kind = garbage.encoded(chance, pairs), chance.choice(_KINDS)
        elif chance.random() < 0.1:
            body = body[: chance.randrange(len(body) + 1)] + chance.choice(garbage.RAW)
        return Plain(who, "POST", quote(form.action, safe="/?=&%:.-_~").encode(), self._as(who), body, kind)

    # Other systems.

    def _system(self, chance: Random) -> str:
        return chance.choice([*self.cast.tokens, "all", "all", "people:provision", "people:provision"])

    def _real(self, chance: Random, prefix: str) -> str:
        found = sorted(self.cast.found.addresses.get(prefix, ()))
        return chance.choice(found).rpartition("/")[2] if found else chance.choice(garbage.SEGMENTS)

    def _document(self, chance: Random) -> Plain:
        who = self._system(chance)
        person = self._real(chance, "/admin/people/<public_id>")
        one = str(chance.randrange(40))
        user = {**_USER, "externalId": f"G-{one}", "userName": f"g{one}@bench.example"}
        user["emails"] = [{"value": f"g{one}@bench.example", "type": "work", "primary": True}]
        deeds = ("add", "replace", "remove", "Add", "x")
        operations = [
            {"op": chance.choice(deeds), "path": chance.choice(garbage.PATHS), "value": garbage.value(chance)}
            for _ in range(chance.choice((1, 2, 200)))
        ]
        patch = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations}
        search = {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
            "filter": chance.choice(garbage.FILTERS),
            "count": 3,
        }
        choices: tuple[tuple[str, str, Any], ...] = (
            ("POST", "/scim/v2/Users", user),
            ("PUT", f"/scim/v2/Users/{person}", user),
            ("PATCH", f"/scim/v2/Users/{person}", patch),
            ("PATCH", "/scim/v2/Groups/" + chance.choice(("hr", "editor", "x")), patch),
            ("PUT", "/scim/v2/Groups/editor", {"displayName": "editor", "members": [{"value": person}]}),
            ("POST", chance.choice(("/scim/v2/.search", "/scim/v2/Users/.search", "/scim/v2/Groups/.search")), search),
            ("POST", chance.choice(("/scim/v2/Bulk", "/scim/v2/Groups", "/scim/v2/Me")), user),
            ("POST", "/api/v1/assignments", {"person": person, "module": "bench-exam", "due_on": "2027-01-01"}),
        )
        method, path, document = chance.choice(choices)
        kind = chance.choice(("application/scim+json", "application/json", "application/json", chance.choice(_KINDS)))
        headers = self._as(who)
        if chance.random() < 0.2:
            headers += (("If-Match", chance.choice((b"*", b'W/"x"', b'"' + b"9" * 400, b"\xff"))),)
        target = quote(path, safe="/%").encode()
        return Plain(who, method, target, headers, garbage.json_body(chance, document), kind)

    def _filter(self, chance: Random) -> Plain:
        who = self._system(chance)
        rules = [rule for rule in self.cast.rules("GET") if rule.startswith(("/api/", "/scim/"))]
        words = (*garbage.FILTERS, *garbage.WORDS)
        query = "&".join(
            f"{chance.choice(garbage.PARAMETERS)}={quote(chance.choice(words), safe='', errors='replace')}"
            for _ in range(chance.choice((1, 2, 5)))
        )
        path = self._path(chance, chance.choice(rules))
        return Plain(who, "GET", f"{path}?{query}"[:4000].encode(), self._as(who))

    # Addresses.

    def _path(self, chance: Random, rule: str) -> str:
        found = sorted(self.cast.found.addresses.get(rule, ()))
        if found and chance.random() < 0.6:
            return quote(chance.choice(found), safe="/%:.-_~")
        parts = []
        for part in rule.split("/"):
            if "<" not in part:
                parts.append(part)
                continue
            other = self._real(chance, chance.choice(sorted(self.cast.found.addresses) or [""]))
            parts.append(chance.choice((quote(other, safe="%"), *garbage.SEGMENTS)))
        return "/".join(parts)

    def _address(self, chance: Random) -> Plain:
        method = chance.choice(("GET", "GET", "GET", "POST", chance.choice(_METHODS)))
        rule = chance.choice(self.cast.rules(method if method in {"GET", "POST"} else "GET"))
        who = (
            self._system(chance)
            if rule.startswith(("/api/", "/scim/")) and chance.random() < 0.7
            else self._person(chance)
        )
        path = self._path(chance, rule)
        if chance.random() < 0.1:
            path = chance.choice(
                (path + "/", path.upper(), "/" + path, path + "/" + chance.choice(garbage.SEGMENTS), path[:-1], "*")
            )
        target = path.encode("utf-8") or b"/"
        if chance.random() < 0.35:
            pairs = [
                (chance.choice(garbage.PARAMETERS), garbage.word(chance)) for _ in range(chance.choice((1, 2, 4, 300)))
            ]
            target += b"?" + garbage.encoded(chance, pairs)[:3900]
        if method != "POST":
            return Plain(who, method, target, self._as(who))
        person = self.cast.people.get(who)
        sent = [("csrf_token", person.csrf)] if person and not path.startswith(_ENDING) else []
        return Plain(
            who,
            method,
            target,
            self._as(who),
            garbage.encoded(chance, garbage.fields(chance, sent, frozenset())),
            FORM,
        )

    # Heads.

    def _headers(self, chance: Random) -> Plain:
        plain = chance.choice((self._address, self._form))(chance)
        extra: list[Header] = []
        for _ in range(chance.choice((1, 2, 6))):
            name = chance.choice(_NAMES)
            junk = (garbage.word(chance).encode()[:3000], chance.choice(_VALUES), chance.choice(garbage.RAW))
            held = chance.choice(junk[:2] if chance.random() < 0.9 else junk)
            extra.append((name, held.replace(b"\r", b"").replace(b"\n", b"")))
        if chance.random() < 0.05:
            extra += [(f"X-{place}", b"y") for place in range(chance.choice((50, 99, 150, 3000)))]
        return replace(plain, headers=(*plain.headers, *extra))

    def _cookies(self, chance: Random) -> Plain:
        plain = chance.choice((self._address, self._form))(chance)
        name, held = next((one for one in plain.headers if one[0] == "Cookie"), ("Cookie", b"amana=" + b"0" * 64))
        place = chance.randrange(len(held))
        bent = chance.choice(
            (
                held[:place] + bytes([chance.randrange(33, 127)]) + held[place + 1 :],
                held[:place],
                held + b"; " + held,
                held.replace(b"=", b"=\xff", 1),
                held.swapcase(),
                b"; ".join([b"a=b"] * 900),
                b"language="
                + garbage.word(chance).encode()[:900].replace(b"\n", b"").replace(b"\r", b"")
                + b"; "
                + held,
                held.replace(b"amana-form=", b"amana-form=.eJw" + b"A" * 50),
                b"amana=" + b"f" * 64 + b"; amana-form=" + b"." * 90,
            )
        )
        others = tuple(one for one in plain.headers if one[0] != "Cookie")
        return replace(plain, headers=(*others, (name, bent)))


_NAMES = (
    *(
        "Accept",
        "Accept-Language",
        "Accept-Encoding",
        "Accept-Charset",
        "Range",
        "If-None-Match",
        "If-Modified-Since",
        "If-Range",
    ),
    *(
        "Authorization",
        "Referer",
        "Origin",
        "User-Agent",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "X-Forwarded-Host",
        "Forwarded",
    ),
    *(
        "Expect",
        "Upgrade",
        "TE",
        "Trailer",
        "Via",
        "HX-Request",
        "HX-Current-URL",
        "X-CSRFToken",
        "X-HTTP-Method-Override",
    ),
    *(
        "Content-Encoding",
        "Sec-Fetch-Site",
        "Cache-Control",
        "Date",
        "X-Request-Id",
        "Proxy-Authorization",
        "SCRIPT_NAME",
        "X_A",
    ),
)
_VALUES = (
    *(
        b"bytes=0-",
        b"bytes=9-1",
        b"bytes=" + b"0-1," * 500,
        b"bytes=-99999999999999999999",
        b"*",
        b'"',
        b'W/"',
        b'"a", W/"b", *',
    ),
    *(
        b"ar;q=9,en;q=x,*;q=-1," * 60,
        b"gzip;q=nan, br;q=1e9, identity;q=0",
        b"*;q=0",
        b"text/html;level=" + b"9" * 900,
        b"100-continue",
    ),
    *(
        b"Bearer ",
        b"Bearer \xff\xfe",
        b"Basic " + b"A" * 900,
        b"Basic Og==",
        b"Digest username=",
        b"amana",
        b"Negotiate ==",
    ),
    *(
        b"Sun, 99 Foo 99999 99:99:99 GMT",
        b"0",
        b"-1",
        b"127.0.0.1, [::1, \xd9\x85",
        b"https",
        b"h2c",
        b"websocket",
        b"chunked",
        b"null",
    ),
    *(b"http://[::1", b"http://127.0.0.1:99999/", b"gzip", b"br", b'for="["', b"/etc/passwd", b"trailers, deflate"),
)
