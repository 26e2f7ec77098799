"""What goes to a translator is XLIFF 2.1 by the letter, and comes back as it went."""

import re
from copy import deepcopy
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import example, given
from hypothesis import strategies as st

from quiz.bank.reader import read_folder
from quiz.bank.translations import apply_translations
from quiz.bank.xliff import read_xliff, write_xliff
from quiz.engine.document import digest

CONTENT = Path(__file__).resolve().parents[2] / "content"
XLIFF = "{urn:oasis:names:tc:xliff:document:2.0}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# From the schema of the core: the order of what stands under an element, and its attributes, * where required.
SCHEMA = {
    "xliff": (r"(file )+", {"version*", "srcLang*", "trgLang"}),
    "file": (r"(notes )?((unit|group) )+", {"id*", "original", "canResegment", "srcDir", "trgDir"}),
    "notes": (r"(note )+", set()),
    "note": ("", {"category", "appliesTo", "id"}),
    "unit": (r"(notes )?(originalData )?((segment|ignorable) )+", {"id*", "name"}),
    "originalData": (r"(data )+", set()),
    "data": (r"(cp )*", {"id*", SPACE}),
    "segment": (r"source (target )?", {"state", "id"}),
    "source": (r"((cp|pc) )*", {SPACE}),
    "target": (r"((cp|pc) )*", {SPACE}),
    "pc": (
        r"((cp|pc) )*",
        {"id*", "canCopy", "canDelete", "dataRefStart", "dataRefEnd", "type", "subType"},
    ),
    "cp": ("", {"hex*"}),
}


def documents() -> list[tuple[str, Any]]:
    read = read_folder(CONTENT)
    kinds = (("scenario", read.scenarios), ("module", read.modules), ("instrument", read.instruments))
    return [(kind, source.document) for kind, sources in kinds for source in sources]


def document(**more: Any) -> dict[str, Any]:
    return {"format": 1, "key": "a", "kind": "spot", "title": {"ar": "عنوان", "en": "Title"}, **more}


def under(element: Element, name: str) -> list[Element]:
    return list(element.iter(XLIFF + name))


def check_by_the_letter(content: bytes) -> Element:
    root = fromstring(content)
    for element in root.iter():
        name = element.tag.removeprefix(XLIFF)
        order, attributes = SCHEMA[name]
        assert re.fullmatch(order, "".join(child.tag.removeprefix(XLIFF) + " " for child in element)), name
        assert set(element.attrib) <= {attribute.rstrip("*") for attribute in attributes}, name
        assert set(element.attrib) >= {attribute[:-1] for attribute in attributes if attribute.endswith("*")}, name
        assert re.fullmatch(r"[\w.:-]+", element.get("id", "x")), element.get("id")
    files = [held.get("id") for held in under(root, "file")]
    assert len(set(files)) == len(files)
    for held in under(root, "file"):
        units = [unit.get("id") for unit in under(held, "unit")]
        assert len(set(units)) == len(units)
    for unit in under(root, "unit"):
        check_codes(unit)
    return root


def check_codes(unit: Element) -> None:
    data = [held.get("id") for held in under(unit, "data")]
    assert len(set(data)) == len(data)
    for side in (*under(unit, "source"), *under(unit, "target")):
        codes = under(side, "pc")
        assert len({code.get("id") for code in codes}) == len(codes)
        assert {code.get(name) for code in codes for name in ("dataRefStart", "dataRefEnd")} <= set(data)
    for segment in under(unit, "segment"):
        assert segment.get("state") in {"initial", "translated", "reviewed", "final"}
        assert segment.get("state") == "initial" or under(segment, "target")


def test_all_shipped_content_goes_out_by_the_letter_and_comes_back_as_it_was() -> None:
    every = documents()
    content = write_xliff(every)
    root = check_by_the_letter(content)
    assert root.attrib == {"version": "2.1", "srcLang": "ar", "trgLang": "en"}
    assert len(under(root, "file")) == len(every) > 250
    assert len(under(root, "pc")) > 100
    translated, findings = read_xliff(content)
    assert findings == ()
    by_address = {(one.kind, one.key): one for one in translated}
    assert len(by_address) == len(every)
    for kind, held in every:
        back = by_address[kind, held["key"]]
        assert back.digest == digest(held)
        assert apply_translations(held, back) == (held, ()), held["key"]
        without = without_english(held)
        assert apply_translations(without, back) == (held, ()), held["key"]


def without_english(held: Any) -> Any:
    if isinstance(held, dict):
        return {
            name: without_english(value) for name, value in held.items() if name != "en" or not isinstance(value, str)
        }
    return [without_english(value) for value in held] if isinstance(held, list) else held


def test_a_document_is_named_with_what_it_was_and_never_cut_anew() -> None:
    held = document(options=[{"key": "report", "ruling": {"ar": "تعليل"}}])
    root = check_by_the_letter(write_xliff([("scenario", held)]))
    (file,) = under(root, "file")
    assert (file.get("original"), file.get("canResegment")) == ("scenario/a", "no")
    assert (file.get("srcDir"), file.get("trgDir")) == ("rtl", "ltr")
    assert file.findtext(f"{XLIFF}notes/{XLIFF}note[@category='digest']") == digest(held)
    assert [unit.get("id") for unit in under(root, "unit")] == ["title", "options.report.ruling"]
    assert [source.get(SPACE) for source in under(root, "source")] == ["preserve", "preserve"]
    notes = [{note.get("category"): note.text for note in under(unit, "note")} for unit in under(root, "unit")]
    assert notes == [{"field": "title", "kind": "spot"}, {"field": "ruling", "kind": "spot"}]


def test_english_that_is_there_is_worth_what_is_said_and_missing_english_is_initial() -> None:
    held = document(hint={"ar": "تلميح"}, prompt={"ar": "سؤال", "en": "  "}, note={"en": "no Arabic"})
    root = fromstring(write_xliff([("scenario", held)], state="final"))
    found = {
        unit.get("id"): (under(unit, "segment")[0].get("state"), [target.text for target in under(unit, "target")])
        for unit in under(root, "unit")
    }
    assert found == {"title": ("final", ["Title"]), "hint": ("initial", []), "prompt": ("initial", [])}


def test_stale_english_is_told_with_the_arabic_it_was_made_from() -> None:
    before = document(options=[{"key": "a", "text": {"ar": "قديم", "en": "old"}}, {"key": "b", "text": {"ar": "ب"}}])
    now = deepcopy(before)
    now["options"].reverse()
    now["options"][1]["text"]["ar"] = "جديد"
    content = write_xliff([("scenario", now)], stood={("scenario", "a"): before}, only_stale=True)
    root = check_by_the_letter(content)
    assert [unit.get("id") for unit in under(root, "unit")] == ["options.b.text", "options.a.text"]
    stale = under(root, "unit")[1]
    assert {note.get("category"): note.text for note in under(stale, "note")}["arabic-before"] == "قديم"
    assert under(stale, "segment")[0].get("state") == "initial"
    assert [target.text for target in under(stale, "target")] == ["old"]
    # English that followed is not stale, nor is that of a document of another kind.
    now["options"][1]["text"]["en"] = "new"
    assert b'"options.a.text"' not in write_xliff(
        [("scenario", now)], stood={("scenario", "a"): before}, only_stale=True
    )
    assert b"arabic-before" not in write_xliff([("scenario", now)], stood={("module", "a"): before})
    # What was never translated cannot be stale.
    before["options"][1]["text"] = {"ar": "غيره", "en": ""}
    now["options"][0]["text"] = {"ar": "ب", "en": ""}
    assert b"arabic-before" not in write_xliff([("scenario", now)], stood={("scenario", "a"): before})


def test_where_there_is_nothing_to_translate_there_is_no_file() -> None:
    assert write_xliff([]) == b""
    assert write_xliff([("scenario", document())], only_stale=True) == b""
    content = write_xliff([("scenario", document()), ("module", document(hint={"ar": "تلميح"}))], only_stale=True)
    assert [file.get("original") for file in under(check_by_the_letter(content), "file")] == ["module/a"]


def test_the_signs_of_a_passage_stand_apart_from_its_words() -> None:
    body = {"ar": "قال [[promise: نعم]] ثم [[promise:لا]].", "en": "He said [[promise: yes]] then [[promise:no]]."}
    content = write_xliff([("scenario", document(body=body))])
    root = check_by_the_letter(content)
    unit = next(unit for unit in under(root, "unit") if unit.get("id") == "body")
    assert "".join(under(unit, "source")[0].itertext()) == "قال نعم ثم لا."
    assert [code.get("id") for code in under(unit, "pc")] == ["p-promise", "p-promise.2"] * 2
    assert [held.text for held in under(unit, "data")] == ["[[promise: ", "]]", "[[promise:"]
    ((translated,), _) = read_xliff(content)
    assert (translated.texts["body"].arabic, translated.texts["body"].english) == (body["ar"], body["en"])


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\ufffe", "\x85"])
def test_a_sign_that_xml_cannot_hold_goes_out_and_is_refused_on_the_way_back(sign: str) -> None:
    held = document(title={"ar": f"عن{sign}وان", "en": f"Ti{sign}tle"})
    content = write_xliff([("scenario", held)])
    check_by_the_letter(content)
    _, findings = read_xliff(content)
    assert [(found.code, found.values) for found in findings] == [
        ("bad-character", {"character": f"U+{ord(sign):04X}"})
    ]
    clean = document(title={"ar": f"عن{sign}وان", "en": "Title"})
    ((translated,), _) = read_xliff(write_xliff([("scenario", clean)]))
    assert apply_translations(without_english(clean), translated) == (clean, ())


WORDS = st.one_of(
    st.text(),
    st.text(alphabet="اب <>&\"'\r\n\t[]:]-x\x00\x1f\u200f\ufeff😀\ue000"),
    st.lists(st.sampled_from(["[[a: ", "]]", "[[b-2:", "]]>", "<![CDATA[", "&amp;", "نص", "\r\n", "  "])).map("".join),
)
TEXTS = st.one_of(
    st.fixed_dictionaries({"ar": WORDS}, optional={"en": WORDS}),
    WORDS.map(lambda words: {"ar": words, "en": words}),
)


@given(TEXTS, st.lists(TEXTS, max_size=3))
@example({"ar": "[[a: ", "en": "[[a: "}, [])
def test_whatever_the_words_are_they_come_back_as_they_went(title: Any, others: list[Any]) -> None:
    held = document(title=title, turns=[{"says": text} for text in others])
    content = write_xliff([("scenario", held)])
    if content:
        check_by_the_letter(content)
        translated, findings = read_xliff(content)
        assert {found.code for found in findings} <= {"bad-character", "xliff-no-target", "xliff-same-as-source"}
        for one in translated:
            changed, refused = apply_translations(held, one)
            assert changed == held
            assert {found.code for found in refused} <= {"translation-passages"}
            for name, translation in one.texts.items():
                text = title if name == "title" else others[int(name.split("_")[1].split(".")[0])]
                assert (translation.arabic, translation.english) == (text["ar"], text["en"])
