"""English that came back is laid into the document it was made from; Arabic is never touched."""

from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from quiz.bank.findings import Severity
from quiz.bank.places import text_places
from quiz.bank.translations import Translated, Translation, apply_translations


def document() -> dict[str, Any]:
    return {
        "key": "a",
        "title": {"ar": "عنوان", "en": "Title"},
        "options": [
            {"key": "wait", "text": {"ar": "انتظار"}},
            {"key": "report", "text": {"ar": "إبلاغ", "en": "Telling"}},
        ],
        "exhibit": {"body": {"ar": "قال [[promise: نعم]]"}},
    }


def translated(key: str = "a", **texts: tuple[str, str]) -> Translated:
    named = {name.replace("__", "."): Translation(*words, "final", 7) for name, words in texts.items()}
    return Translated("scenario", key, "", named)


def applied(came: Translated, held: Any = None, **told: Any) -> tuple[Any, list[tuple[Any, ...]]]:
    before = document() if held is None else held
    stood = deepcopy(before)
    changed, findings = apply_translations(before, came, **told)
    assert before == stood, "what came in is not changed"
    assert all((found.file, found.line) == (f"scenario/{came.key}", 7) for found in findings if found.path)
    return changed, [(found.severity, found.code, found.path, dict(found.values)) for found in findings]


def test_english_is_written_where_its_arabic_stands() -> None:
    changed, findings = applied(translated(options__wait__text=("انتظار", "Waiting"), title=("عنوان", "A title")))
    expected = document()
    expected["options"][0]["text"]["en"] = "Waiting"
    expected["title"]["en"] = "A title"
    assert (changed, findings) == (expected, [])


def test_what_another_program_left_in_a_translation_is_put_right_and_told() -> None:
    came = translated(title=("عنوان", "A\u00a0title\u200b, \u202egood"), options__wait__text=("انتظار", "Waiting"))
    changed, findings = applied(came)
    assert changed["title"]["en"] == "A title, good"
    assert findings == [(Severity.WARNING, "translation-cleaned", ("title",), {})]


def test_options_that_changed_places_keep_their_own_english() -> None:
    held = document()
    held["options"].reverse()
    changed, findings = applied(translated(options__wait__text=("انتظار", "Waiting")), held)
    assert findings == []
    assert changed["options"][1]["text"] == {"ar": "انتظار", "en": "Waiting"}


def test_what_was_made_from_another_arabic_waits_for_a_person() -> None:
    came = translated(title=("عنوان قديم", "Old title"), options__wait__text=("انتظار", "Waiting"))
    changed, findings = applied(came)
    assert findings == [(Severity.WARNING, "translation-stale", ("title",), {})]
    assert changed["title"] == document()["title"]
    assert changed["options"][0]["text"]["en"] == "Waiting"
    changed, findings = applied(came, even_stale=True)
    assert findings == []
    assert changed["title"] == {"ar": "عنوان", "en": "Old title"}


def test_spaces_and_the_way_a_letter_is_composed_make_no_other_arabic() -> None:
    held = {"key": "a", "title": {"ar": "أول\n\nثان"}}
    changed, findings = applied(translated(title=(" ا\u0654ول ثان ", "First, second")), held)
    assert (changed["title"], findings) == ({"ar": "أول\n\nثان", "en": "First, second"}, [])


def test_passages_have_to_be_those_of_the_arabic() -> None:
    arabic = document()["exhibit"]["body"]["ar"]
    expected = [(Severity.ERROR, "translation-passages", ("exhibit", "body"), {})]
    for english in ("He said yes", "[[other: yes]]", "[[promise: yes]] [[promise: yes]]"):
        for even_stale in (False, True):
            changed, findings = applied(translated(exhibit__body=(arabic, english)), even_stale=even_stale)
            assert (changed, findings) == (document(), expected)
    changed, findings = applied(translated(exhibit__body=(arabic, "He said [[promise: yes]]")))
    assert (changed["exhibit"]["body"]["en"], findings) == ("He said [[promise: yes]]", [])


def test_a_text_that_is_not_there_any_more_is_told() -> None:
    changed, findings = applied(translated(options__gone__text=("نص", "words")))
    assert changed == document()
    assert findings == [(Severity.WARNING, "translation-unknown", (), {"value": "options.gone.text"})]


def test_another_document_is_left_alone() -> None:
    changed, findings = applied(translated("b", title=("عنوان", "Other")))
    assert changed == document()
    assert findings == [(Severity.ERROR, "translation-elsewhere", (), {"value": "scenario/b"})]


NAMES = st.sampled_from([*text_places(document()), "nowhere", "key", "options", "options.0.text"])
WORDS = st.sampled_from(["عنوان", "انتظار", "قال [[promise: نعم]]", "words", "[[promise: x]]", ""])


@given(st.dictionaries(NAMES, st.builds(Translation, WORDS, WORDS, WORDS, st.just(1))), st.booleans())
def test_nothing_but_english_is_ever_written(texts: dict[str, Translation], even_stale: bool) -> None:
    changed, _ = apply_translations(document(), Translated("scenario", "a", "", texts), even_stale=even_stale)
    for held in (changed, stood := document()):
        for path in text_places(stood).values():
            text = held
            for step in path:
                text = text[step]
            text.pop("en", None)
    assert changed == stood
