"""Filters of SCIM: what is read is written back as it was read, and nothing that is sent raises but a fault."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.interop.scim import filters
from quiz.interop.scim.attributes import ENTERPRISE, GROUP, USER
from quiz.interop.scim.faults import Fault
from quiz.interop.scim.filters import Both, Compared, Either, Filter, Negated, Within, holds, parse
from quiz.interop.scim.patching import PATCH, merge, patched, read_path
from quiz.interop.scim.searching import condition, read_search
from quiz.services.conditions import Every, HasText, Not, OfMoment, OfText, Some, WorksHere

_SIGNS = r'userName emails emails.value active pr eq EQ co gt and or not ( ) [ ] "a" " \\ true null 1 -1.5 عربي'
WORDS = st.sampled_from([*_SIGNS.split(), f"{ENTERPRISE}:employeeNumber", "meta.lastModified", " ", "\x00"])
PATHS = st.sampled_from(["userName", "name.formatted", "active", f"{ENTERPRISE}:employeeNumber", "meta.created", "id"])
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
VALUES = TEXTS | st.booleans() | st.none() | st.integers(-(10**9), 10**9)
COMPARED = st.builds(Compared, PATHS, st.sampled_from(filters.OPERATORS), VALUES) | st.builds(
    Compared, PATHS, st.just("pr")
)
TREES = st.recursive(
    COMPARED,
    lambda inner: (
        st.builds(Both, inner, inner)
        | st.builds(Either, inner, inner)
        | st.builds(Negated, inner)
        | st.builds(Within, st.just("emails"), inner)
    ),
    max_leaves=6,
)


@given(st.lists(WORDS, max_size=30).map(" ".join) | st.lists(WORDS, max_size=30).map("".join) | st.text(max_size=60))
def test_nothing_that_is_sent_as_a_filter_raises_but_a_fault(text: str) -> None:
    code = ""
    try:
        found: Filter | None = parse(text)
        condition(found)
    except Fault as fault:
        found, code = None, fault.code
    assert code == "invalidFilter" if found is None else parse(str(found)) == found


@given(TREES)
def test_a_filter_is_read_as_it_was_written(tree: Filter) -> None:
    assert parse(str(tree)) == tree


def test_not_binds_more_closely_than_and_and_that_than_or() -> None:
    a, b, c = (Compared(name, "pr") for name in "abc")
    assert parse("a pr or b pr and c pr") == Either(a, Both(b, c))
    assert parse("(a pr or b pr) and c pr") == Both(Either(a, b), c)
    assert parse("not (a pr) AND b pr") == Both(Negated(a), b)
    assert parse('emails[type eq "work" and value co "@x"]') == Within(
        "emails", Both(Compared("type", "eq", "work"), Compared("value", "co", "@x"))
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "userName",
        "userName eq",
        'userName like "a"',
        'userName eq "a" "b"',
        'userName eq "a',
        "not userName pr",
        "(" * 13 + "a pr" + ")" * 13,
        " and ".join(["a pr"] * 61),
        'userName eq "' + "x" * 2_000 + '"',
        r'userName eq "\ud800"',
        r'userName eq "\u0000"',
        'emails[value eq "a"',
        "1 eq 1",
    ],
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(Fault) as caught:
        parse(text)
    assert caught.value.code == "invalidFilter"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('userName eq "A@B.c"', OfText("email", "eq", "a@b.c")),
        (f'{USER}:userName sw "A"', OfText("email", "sw", "a")),
        ('emails[type eq "work"].value'.partition(".")[0], Every()),
        ('emails[type eq "home"]', Some()),
        ('externalId eq "X"', OfText("external_id", "eq", "X")),
        ("externalId pr", HasText("external_id")),
        ("externalId eq null", Not(HasText("external_id"))),
        ("userName pr", Every()),
        ("active eq true", WorksHere()),
        ('active eq "False"', Not(WorksHere())),
        ("active ne true", Not(WorksHere())),
        (f'{ENTERPRISE}:employeeNumber eq "١٢"', OfText("hr_number", "eq", "12")),
        ('id eq "x" or displayName co "رضا"', Some((OfText("id", "eq", "x"), OfText("name", "co", "رضا")))),
    ],
)
def test_what_a_filter_looks_for(text: str, wanted: object) -> None:
    assert condition(parse(text)) == wanted


def test_moments_are_read_in_every_zone() -> None:
    texts = ("2026-11-21T09:00:00Z", "2026-11-21T12:00:00+03:00")
    one, other = (condition(parse(f'meta.lastModified gt "{text}"')) for text in texts)
    assert isinstance(one, OfMoment)
    assert one == other
    assert condition(parse("meta.created pr")) == Every()


@pytest.mark.parametrize(
    "text",
    [
        'title eq "x"',
        "userName eq 1",
        "active gt true",
        'active eq "maybe"',
        'meta.created eq "yesterday"',
        'meta.created co "2026"',
        'meta.lastModified gt "0001-01-01T00:00:00+14:00"',
        'phoneNumbers[type eq "work"]',
    ],
)
def test_what_cannot_be_looked_for_is_refused(text: str) -> None:
    with pytest.raises(Fault) as caught:
        condition(parse(text))
    assert caught.value.code == "invalidFilter"


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ('displayName eq "EDITOR"', True),
        ('members eq "p1"', True),
        ('members.value eq "p2"', False),
        ('members[value eq "p1"]', True),
        ('id eq "editor" and members eq "p1"', True),
        ('not (displayName sw "ed")', False),
        ("externalId pr", False),
        ("externalId eq null", True),
        ('displayName ne "hr"', True),
        ('displayName gt "a" and displayName lt "f" and displayName ge "editor" and displayName le "editor"', True),
        ('displayName ew "tor" or displayName co "x"', True),
        ("displayName eq 1", False),
    ],
)
def test_a_filter_on_a_document(text: str, is_so: bool) -> None:
    group = {"id": "editor", "displayName": "editor", "members": [{"value": "p1"}], "meta": {}}
    assert holds(parse(text), group) is is_so


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS | PATHS, inner, max_size=3),
    max_leaves=8,
)
SOME_PATHS = (
    st.none()
    | TEXTS
    | PATHS
    | st.sampled_from(
        [
            'emails[type eq "work"].value',
            "emails",
            "name",
            "members",
            'members[value eq "x"]',
            "emails[",
            "a.b.c",
            USER,
            ENTERPRISE,
            f"{ENTERPRISE}:manager",
            f"{ENTERPRISE}.department",
            "urn:x:y",
            "meta",
            "title",
            "emails.value",
        ]
    )
)
OPERATIONS = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "Replace", "remove", "move"])}, optional={"path": SOME_PATHS, "value": JSON}
)
DOCUMENT = {
    "userName": "a@b.cc",
    "displayName": "هناء",
    "emails": [{"value": "a@b.cc", "type": "work"}],
    "active": True,
    "name": {"formatted": "هناء"},
    ENTERPRISE: {"employeeNumber": "1", "department": "FIN"},
}


@given(st.lists(OPERATIONS | JSON, max_size=4) | JSON, st.sampled_from([USER, GROUP]))
def test_nothing_that_is_sent_as_a_patch_raises_but_a_fault(operations: Any, schema: str) -> None:
    before, code = str(DOCUMENT), "noTarget"
    try:
        patched(DOCUMENT, schema, {"schemas": [PATCH], "Operations": operations})
    except Fault as fault:
        code = fault.code
    assert code in {"invalidSyntax", "invalidPath", "invalidValue", "mutability", "noTarget", "tooMany"}
    assert str(DOCUMENT) == before


@given(JSON)
def test_no_resource_that_is_sent_raises_but_a_fault(body: Any) -> None:
    from quiz.interop.scim.deciding import decided, taken

    for sent in (body, {"schemas": [USER], **body} if isinstance(body, dict) else body):
        try:
            decided(taken(sent, DOCUMENT), DOCUMENT)
            merge({}, GROUP, body)
        except Fault:
            continue


@given(TEXTS | SOME_PATHS.filter(bool))
def test_no_path_raises_but_a_fault(text: str) -> None:
    code = "invalidPath"
    try:
        read_path(text, USER)
    except Fault as fault:
        code = fault.code
    assert code == "invalidPath"


@given(st.dictionaries(st.sampled_from(["filter", "startIndex", "count", "attributes", "excludedAttributes"]), JSON))
def test_no_search_raises_but_a_fault(given_: dict[str, Any]) -> None:
    try:
        found = read_search(given_)
    except Fault:
        return
    assert found.first >= 1
    assert 0 <= found.count <= 200
