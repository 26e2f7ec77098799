import dataclasses
import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest

from quiz.records.facts import (
    UnreadableFacts,
    canonical,
    commit,
    digest,
    from_document,
    opens,
    to_document,
)
from tests.leaves import changed, leaves

SALT = bytes(range(32))


def test_facts_come_back_from_their_document(facts):
    assert from_document(to_document(facts)) == facts


def test_facts_without_a_pledge_or_an_end_come_back_too(facts):
    bare = dataclasses.replace(
        facts, pledge_digest=None, pledged_at=None, valid_until=None, hijri=None, latin_name_commitment=None
    )
    assert from_document(to_document(bare)) == bare


def test_a_document_states_moments_and_days_as_text(facts):
    document = to_document(facts)
    assert document["completed_at"] == "2026-11-21T22:30:05.123456Z"
    assert document["completed_on"] == "2026-11-22"
    assert document["editions"][2]["status"] == "repealed"
    assert document["outcome"] == "passed"


def test_no_name_stands_in_the_facts(facts):
    assert "فاطمة" not in canonical(to_document(facts)).decode()


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"serial": None, "more": 1},
        {"completed_at": "yesterday"},
        {"completed_at": "2026-11-21T22:30:05.123456+00:00"},
        {"completed_at": "2026-11-21T22:30:05"},
        {"editions": [{"address": "x/y"}]},
        {"organisation": "A"},
        {"pledged_at": None},
    ],
)
def test_a_document_in_any_other_form_is_refused(facts, change):
    with pytest.raises(UnreadableFacts):
        from_document({**to_document(facts), **change})


def test_a_missing_field_is_refused(facts):
    document = to_document(facts)
    del document["serial"]
    with pytest.raises(UnreadableFacts):
        from_document(document)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 21, 22, 30),  # noqa: DTZ001 - the fault under test
        datetime(2026, 11, 21, 22, 30, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_moments_are_in_utc(facts, moment):
    for field in ("completed_at", "pledged_at"):
        with pytest.raises(ValueError, match="UTC"):
            dataclasses.replace(facts, **{field: moment})


def test_a_record_is_completed_on_a_day_and_not_at_a_moment(facts):
    with pytest.raises(ValueError, match="day"):
        dataclasses.replace(facts, completed_on=datetime(2026, 11, 22, tzinfo=UTC))


def test_the_canonical_form_is_that_of_rfc_8785():
    # The key order of the example in section 3.2.3 of the RFC: by UTF-16 units, so the emoji before U+FB33.
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    expected = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    shown = canonical(dict.fromkeys(keys, 1)).decode()
    assert [shown.index(key if key != "\r" else "\\r") for key in expected] == sorted(
        shown.index(key if key != "\r" else "\\r") for key in expected
    )
    assert canonical({"b": [1, None, True], "a": '\u000f\n"\\/é'}) == (
        '{"a":"\\u000f\\n\\"\\\\/é","b":[1,null,true]}'.encode()
    )


@pytest.mark.parametrize("value", [0.5, {1: 2}, 2**53, b"x", {"a": [0.5]}, {"a": {"b": 1.0}}])
def test_what_has_no_one_form_is_refused(value):
    with pytest.raises((TypeError, AttributeError)):
        canonical({"x": value})


def test_the_digest_is_of_the_canonical_bytes(facts):
    document = to_document(facts)
    assert digest(document) == hashlib.sha256(canonical(document)).hexdigest()
    assert digest(dict(reversed(document.items()))) == digest(document)
    assert digest({**document, "serial": "another"}) != digest(document)


def test_every_place_of_the_facts_is_held_by_their_digest(facts):
    document = to_document(facts)
    bare = to_document(dataclasses.replace(facts, pledge_digest=None, pledged_at=None, pledge_editions=(), hijri=None))
    for one in (document, bare):
        made = [digest(changed(one, path)) for path in leaves(one)]
        assert len({digest(one), *made}) == len(made) + 1
    # Every field is a place, however it is filled.
    assert {path[0] for path in leaves(document)} == {field.name for field in dataclasses.fields(facts)}


def test_a_commitment_opens_with_its_name_and_salt_only():
    made = commit("فاطمة", SALT)
    assert opens(made, "فاطمة", SALT)
    assert not opens(made, "فاطمه", SALT)
    assert not opens(made, "فاطمة", SALT[::-1])


def test_a_commitment_tells_nothing_without_its_salt():
    assert commit("فاطمة", SALT) != hashlib.sha256("فاطمة".encode()).hexdigest()
    assert commit("فاطمة", SALT) != commit("فاطمة", SALT[::-1])


def test_value_and_salt_cannot_be_shifted_into_each_other():
    assert commit("ab", b"s" * 16 + b"c") != commit("cab", b"s" * 16)
    assert commit("ab", b"s" * 16) != commit("b", b"s" * 16 + b"a")


def test_a_composed_name_and_a_decomposed_one_are_the_same():
    assert commit("أحمد", SALT) == commit("ا\u0654حمد", SALT)


def test_a_short_salt_is_refused():
    with pytest.raises(ValueError, match="16"):
        commit("فاطمة", b"x" * 15)


def test_the_construction_does_not_change():
    # Commitments outlive releases: this one was made once and has to open for ever.
    assert commit("Amana", b"0123456789abcdef") == "43348e20fdec857d05ed43363ebc84ea713e2f9742213ac9e893ae81dcc151d2"
