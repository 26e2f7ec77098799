"""What is sent where something else belongs: words, numbers, bytes, documents; each drawn from a seeded chance."""

import json
from collections.abc import Callable
from random import Random
from typing import Any
from urllib.parse import quote_plus

Field = tuple[str, str]
_MOST_REPEATED = 200

WORDS = (
    *("", " ", "\r\n", "0", "-1", "1e9", "nan", "Infinity", "٣", "9" * 40, "-" + "9" * 40, "0x10", "1.5", "١٤٤٨/٠١/١٥"),
    *("true", "null", "[]", '{"a": 1}', "y", "on", "EG", "ar", "P-1D", "Africa/Nowhere", "25:61"),
    *("2026-02-30", "9999-12-31", "0000-00-00", "10000-01-01", "2026-11-30T08:00", "0001-01-01", "-0001-01-01"),
    *(
        "\x00",
        "a\x00b",
        "a\x07b\x1b[0m",
        "\u202eabc\u202c",
        "\u2066\u2069",
        "\ufeff",
        "\ufffe",
        "\U0010ffff",
        "ـ" * 300,
    ),
    *("e\u0301" * 50, "👩‍👩‍👧‍👦", "ß", "İ", "ﷺ" * 20, "\u0600" * 9, "\u2028", "\x85", "ﬀ", "\x7f"),
    *("<script>alert(1)</script>", '"><b', "'; DROP TABLE person; --", "%s%n", "{{ 7 * 7 }}", "${7*7}", "\\", "\\0"),
    *("../../etc/passwd", "//x.y", "javascript:1", "http://[::1", "https://x.y@z:99999/", "/\\x.y", "?", "#"),
    *("a@b.c", "x" * 300 + "@amana.example", "@", "a@b@c", "0" * 32, "f" * 64, "," * 500, "\n" * 500, "=" * 99),
    *("0-0-0", "0-1-2-3-4-5-6-7-8-9", "1" * 5000, "very_appropriate", "__class__", "constructor", "on" * 999),
)
# Signs that no coding of text allows: they come as escapes alone.
ESCAPES = (
    *("%ff", "%fe%ff", "%c0%ae", "%c0%80", "%e0%80%af", "%ed%a0%80", "%f4%90%80%80", "%00", "%0d%0aX: y", "%", "%zz"),
    *("%u0041", "%25%32%35", "%2e%2e%2f", "%5c", "%7f", "%0a", "%a0", "%f0%9f", "+", "%2b", "%3b", "%26%3d"),
)
SEGMENTS = (
    *("0", "1", "-1", "9" * 9, "9" * 10, "9" * 40, "1e9", "nan", "0" * 32, "f" * 32, "f" * 33, "G" * 32, "-" * 32),
    *("%D9%85%D9%88%D9%82%D9%81", "%D9%A3", "%00", "%ff%fe", "%c0%ae%c0%ae", "..", "%2e%2e", "..%2f..%2fetc%2fpasswd"),
    *("%E2%80%AE", "a" * 1500, "%", "%zz", "%u0041", "'", "{{7*7}}", ";x=y", "%0d%0aX:%20y", "%F0%9F%91%A9", "~", "@"),
    *("true", "null", "*", ".json", ".pdf", "index.php", "%5c..%5c", "%2F", "%3F", "%23", ":", "|", "%ed%a0%80", "+"),
)
RAW = (
    b"\x00",
    b"\xff\xfe" * 40,
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\r\n\r\n",
    b"%%%=%ff&=&&&;;",
    b"\x16\x03\x01\x02",
    b"\x80" * 99,
)
PARAMETERS = (
    *("q", "page", "cursor", "limit", "unit", "module", "state", "changed_since", "due_until", "is_late", "is_current"),
    *(
        "filter",
        "startIndex",
        "count",
        "sortBy",
        "sortOrder",
        "attributes",
        "excludedAttributes",
        "next",
        "from",
        "until",
    ),
    *(
        "person",
        "deed",
        "kind",
        "outcome",
        "bank",
        "key",
        "place",
        "version",
        "theirs",
        "ours",
        "seed",
        "language",
        "hr_number",
    ),
)
FILTERS = (
    *(
        'userName eq "a@b.c"',
        "userName eq",
        'userName eq "',
        "(",
        ")" * 400,
        "(" * 400 + 'userName eq "a"',
        "not (",
        "and and",
    ),
    *(
        'userName eq "\\ud800"',
        "userName eq 9e999",
        'emails[type eq "work"].value eq "x"',
        "emails[",
        "members[value eq",
        "id pr",
    ),
    *(
        'externalId eq "%s"' % ("9" * 900),
        'userName co "%" or ' * 60 + "id pr",
        "urn:x:y:z eq 1",
        'meta.lastModified gt "never"',
    ),
    *(
        'userName eq "a" or ' * 99,
        "\x00",
        'name.formatted sw "\u202e"',
        'userName EQ "A"',
        "active eq maybe",
        "userName eq null",
    ),
)
PATHS = (
    *(
        "userName",
        "name.formatted",
        'emails[type eq "work"].value',
        "emails[",
        "emails[0]",
        'members[value eq "x"]',
        "",
        " ",
        ".",
    ),
    *(
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
        "urn:",
        "schemas",
        "id",
        "meta",
        "a" * 5000,
        "a.b.c.d",
    ),
    *(
        'members[value eq "\\ud800"]',
        "\x00",
        "name..formatted",
        "active",
        "externalId",
        "[[[[",
        'emails[type eq "work"',
        "groups",
    ),
)


def word(chance: Random) -> str:
    """Return a word that does not belong, now and then a very long one."""
    if chance.random() < 0.01:
        return chance.choice(("موقف ", "a", "\r\n", "0")) * chance.choice((4_000, 70_000))
    return chance.choice(WORDS)


def number(chance: Random) -> Any:
    """Return a number as JSON can hold it and hardly anything else."""
    return chance.choice((0, -1, 2**31, 2**63, -(2**64), 10**400, 1e308, 0.1, -0.0, float("nan"), float("inf"), True))


def value(chance: Random, depth: int = 0) -> Any:
    """Return anything that JSON can say."""
    pick = chance.random()
    if pick < 0.5 or depth > 3:
        return chance.choice((word, lambda _: "\ud800", lambda _: "\udfff a", word))(chance)
    if pick < 0.75:
        return number(chance)
    if pick < 0.8:
        return None
    if pick < 0.9:
        return [value(chance, depth + 1) for _ in range(chance.choice((0, 1, 3)))]
    return {word(chance)[:50]: value(chance, depth + 1) for _ in range(chance.choice((0, 1, 3)))}


def spoiled(chance: Random, document: Any, left: int = 2) -> Any:
    """Return a document with a few of its places holding something else, gone, or under another name."""
    for _ in range(left):
        document = _spoil_one(chance, document)
    return document


def _spoil_one(chance: Random, document: Any) -> Any:
    if isinstance(document, dict) and document and chance.random() < 0.85:
        name = chance.choice(sorted(document))
        rest = {key: held for key, held in document.items() if key != name}
        pick = chance.random()
        if pick < 0.15:
            return rest
        if pick < 0.25:
            return {**rest, chance.choice((name.upper(), name + " ", "no_such")): document[name]}
        return {**rest, name: _spoil_one(chance, document[name])}
    if isinstance(document, list) and document and chance.random() < 0.6:
        place = chance.randrange(len(document))
        times = chance.choice((1, 1, 1, 40))
        several = [*document[:place], _spoil_one(chance, document[place]), *document[place + 1 :]]
        # Forty times forty times two hundred would be no document that anybody sends, and fill this machine's memory.
        return several * times if len(several) <= _MOST_REPEATED else several
    return value(chance)


def json_body(chance: Random, document: Any) -> bytes:
    """Return a body that is nearly a document: spoiled in what it says, or in how it says it."""
    text = json.dumps(spoiled(chance, document, chance.choice((1, 1, 2, 5))), ensure_ascii=chance.random() < 0.8)
    body = text.encode("utf-8", "surrogatepass")
    broken: tuple[Callable[[], bytes], ...] = (
        lambda: body[: chance.randrange(len(body) + 1)],
        lambda: b"[" * 100_000,
        lambda: b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        lambda: body.replace(b"{", b'{"schemas": 1, "schemas": [], "userName": "a", "userName": null, ', 1),
        lambda: b"\xef\xbb\xbf" + body,
        lambda: text.encode("utf-16", "surrogatepass"),
        lambda: body + chance.choice(RAW),
        lambda: b"1" * 5_000,
        lambda: chance.choice((b"", b"null", b"[]", b'""', b"NaN", b"-", b"{}", b"true", b"1e999", b'"\\u00"', b"{,}")),
    )
    return body if chance.random() < 0.7 else chance.choice(broken)()


def fields(chance: Random, real: list[Field], kept: frozenset[str]) -> list[Field]:
    """Return the fields of a form with some missing, repeated, renamed, endless or of another kind."""
    sent: list[Field] = []
    for name, stands in real:
        pick = 1.0 if name in kept and chance.random() < 0.95 else chance.random()
        if pick < 0.1:
            continue
        if pick < 0.45:
            sent.append((name, word(chance)))
        elif pick < 0.55:
            sent += [(name, chance.choice((stands, word(chance)))) for _ in range(chance.choice((2, 3, 40)))]
        elif pick < 0.58:
            sent.append((chance.choice((name + "[]", name.upper(), name + "\x00", "عربي")), stands))
        else:
            sent.append((name, stands))
    if chance.random() < 0.2:
        sent += [(chance.choice((*PARAMETERS, "no_such")), word(chance)) for _ in range(chance.choice((1, 3, 30)))]
    if chance.random() < 0.01:
        sent += [(f"f{place}", "x") for place in range(chance.choice((1_001, 20_000)))]
    return sent


def encoded(chance: Random, pairs: list[Field]) -> bytes:
    """Return fields as a browser encodes them, here and there with escapes that are none."""
    text = "&".join(f"{quote_plus(name)}={quote_plus(held, errors='replace')}" for name, held in pairs)
    if chance.random() < 0.15:
        text += "&" + chance.choice(PARAMETERS) + "=" + chance.choice(ESCAPES)
    return text.encode()


def multipart(chance: Random, pairs: list[Field]) -> tuple[bytes, str]:
    """Return fields in parts, and the type that says so: whole, unclosed, unbounded, thousands, or with files."""
    mark = "x" * chance.choice((1, 10, 70, 300))
    parts = [_part(chance, mark, name, held) for name, held in pairs]
    pick = chance.random()
    if pick < 0.05:
        parts = parts[:1] * chance.choice((1_500, 5_000))
    elif pick < 0.4:
        parts.append(_file(chance, mark))
    end = b"" if chance.random() < 0.15 else f"--{mark}--\r\n".encode()
    kind = f"multipart/form-data; boundary={mark}"
    if chance.random() < 0.1:
        kind = chance.choice(
            (
                "multipart/form-data",
                'multipart/form-data; boundary="',
                "multipart/form-data; boundary=é",
                "multipart/mixed",
            )
        )
    return b"".join(parts) + end, kind


def _part(chance: Random, mark: str, name: str, held: str) -> bytes:
    named = f'Content-Disposition: form-data; name="{name}"'
    if chance.random() < 0.05:
        named = chance.choice(
            ("", "Content-Disposition: form-data", named * 300, named + "; filename*=UTF-16''%ff", "X:" + "y" * 9000)
        )
    return f"--{mark}\r\n{named}\r\n\r\n{held}\r\n".encode("utf-8", "replace")


def _file(chance: Random, mark: str) -> bytes:
    name = chance.choice(
        ("x.csv", "x.xlsx", "../../x", "", "ملف.zip", "x.pdf", "x.yaml", "x.xlf", "\x00.zip", "a" * 300 + ".csv")
    )
    zipped = b"PK\x03\x04" + chance.randbytes(60) + b"PK\x05\x06" + bytes(18)
    content = chance.choice(
        (
            b"",
            b"\x00\xff" * 20,
            zipped,
            "هذا نص".encode(),
            b"a,b\n" * 50,
            b"%PDF-1.7\n" + chance.randbytes(90),
            b"- a: &b [*b]\n",
        )
    )
    disposition = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    head = f"--{mark}\r\n{disposition}\r\nContent-Type: text/plain\r\n\r\n"
    return head.encode() + content + b"\r\n"
