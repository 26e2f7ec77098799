"""Every text of a document has a name that stays with it."""

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from quiz.bank.places import identities, text_places
from quiz.bank.reader import read_folder
from quiz.bank.words import texts

CONTENT = Path(__file__).resolve().parents[2] / "content"
TEXT = {"ar": "نص", "en": "words"}


def test_a_text_is_named_by_the_keys_around_it() -> None:
    document = {
        "title": TEXT,
        "options": [{"key": "wait", "text": TEXT}, {"key": "report", "ruling": TEXT}],
        "nodes": [{"key": "first", "choices": [{"key": "go", "consequence": TEXT}]}],
        "exhibit": {"turns": [{"who": TEXT, "says": TEXT}], "body_name": TEXT},
        "compare": [{"edition": "ae-conduct/res-79-2023", "note": TEXT}],
    }
    assert text_places(document) == {
        "title": ("title",),
        "options.wait.text": ("options", 0, "text"),
        "options.report.ruling": ("options", 1, "ruling"),
        "nodes.first.choices.go.consequence": ("nodes", 0, "choices", 0, "consequence"),
        "exhibit.turns._0.who": ("exhibit", "turns", 0, "who"),
        "exhibit.turns._0.says": ("exhibit", "turns", 0, "says"),
        "exhibit.body_name": ("exhibit", "body_name"),
        "compare.ae-conduct:2f:res-79-2023.note": ("compare", 0, "note"),
    }


def test_a_name_stays_where_options_change_places() -> None:
    document: Any = {"options": [{"key": "a", "text": TEXT}, {"key": "b", "text": TEXT}]}
    turned = deepcopy(document)
    turned["options"].reverse()
    assert list(text_places(turned)) == ["options.b.text", "options.a.text"]
    assert text_places(turned)["options.a.text"] == ("options", 1, "text")


def test_where_keys_are_missing_or_stand_twice_places_are_counted() -> None:
    assert identities([{"key": "a"}, {"key": "a"}]) is None
    assert identities([{"key": "a"}, {"text": TEXT}]) is None
    assert list(text_places({"options": [{"key": "a", "text": TEXT}, {"key": "a", "text": TEXT}]})) == [
        "options._0.text",
        "options._1.text",
    ]


def test_every_text_of_the_shipped_content_has_its_own_name() -> None:
    read = read_folder(CONTENT)
    sources = (*read.instruments, *read.scenarios, *read.modules)
    assert len(sources) > 250
    for source in sources:
        places = text_places(source.document)
        assert list(places.values()) == [path for path, _ in texts(source.document)]
        # An NMTOKEN of XML, which ids of units have to be.
        assert all(re.fullmatch(r"[A-Za-z0-9._:-]+", name) for name in places), source.file


NAMES = st.one_of(st.text(max_size=3), st.sampled_from(["a", "a.b", "b", "_0", "0", ":", ""]))
NESTED = st.recursive(
    st.just(TEXT),
    lambda inner: st.one_of(st.dictionaries(NAMES, inner, max_size=3), st.lists(inner, max_size=3)),
    max_leaves=8,
)


@given(st.dictionaries(NAMES, NESTED, max_size=3))
def test_no_two_texts_share_a_name_whatever_the_fields_are_called(document: Any) -> None:
    places = text_places(document)
    assert list(places.values()) == [path for path, text in texts(document) if text and path]
    assert all(re.fullmatch(r"[A-Za-z0-9._:-]+", name) for name in places)
