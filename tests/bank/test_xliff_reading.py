"""Whatever a translator's tool sends back, it is read or it is said what is wrong; nothing ends in an exception."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.bank import xml_reading
from quiz.bank.translations import Translated, Translation
from quiz.bank.xliff import read_xliff, write_xliff

CORE = "urn:oasis:names:tc:xliff:document:2.0"
SEGMENT = "<segment><source>نص</source><target>words</target></segment>"


def unit(inner: str = SEGMENT, name: str = "title") -> str:
    return f'<unit id="{name}">{inner}</unit>'


def xliff(*units: str, around: str = "", **attributes: str) -> str:
    root = {"xmlns": CORE, "version": "2.1", "srcLang": "ar", "trgLang": "en"} | attributes
    listed = " ".join(f'{name}="{value}"' for name, value in root.items() if value)
    held = "".join(units or (unit(),))
    return f'<xliff {listed}>{around}<file id="f" original="scenario/a">{held}</file></xliff>'


def read(text: str | bytes) -> tuple[tuple[Translated, ...], list[tuple[Any, ...]]]:
    translated, findings = read_xliff(text if isinstance(text, bytes) else text.encode(), "back.xlf")
    assert all(found.file == "back.xlf" for found in findings)
    return translated, [(found.code, dict(found.values)) for found in findings]


def only(text: str | bytes) -> Translation:
    (translated,), findings = read(text)
    assert findings == []
    (translation,) = translated.texts.values()
    return translation


def test_a_plain_unit_is_read_with_its_line() -> None:
    note = '<notes><note category="other">x</note><note category="digest"> abc </note></notes>'
    (translated,), findings = read(xliff(note, "\n\n", unit('<segment state="final">' + SEGMENT[9:])))
    assert findings == []
    assert translated == Translated("scenario", "a", "abc", {"title": Translation("نص", "words", "final", 3)})


@pytest.mark.parametrize(
    ("version", "namespace"),
    [("2.0", CORE), ("2.1", CORE), ("2.2", "urn:oasis:names:tc:xliff:document:2.2")],
)
def test_every_version_of_two_is_read(version: str, namespace: str) -> None:
    assert only(xliff(version=version, xmlns=namespace)).english == "words"


@pytest.mark.parametrize(
    ("version", "namespace", "named"),
    [
        ("1.2", "urn:oasis:names:tc:xliff:document:1.2", "1.2"),
        ("2.1", "", "2.1"),
        ("3.0", CORE, "3.0"),
        ("", CORE, "–"),
    ],
)
def test_other_versions_are_named_and_refused(version: str, namespace: str, named: str) -> None:
    expected = ("xliff-version", {"value": named, "allowed": "2.0, 2.1, 2.2"})
    assert read(xliff(version=version, xmlns=namespace)) == ((), [expected])


def test_languages_may_name_a_country_and_nothing_else() -> None:
    assert only(xliff(srcLang="ar-EG", trgLang="EN-gb")).english == "words"
    for source, target in (("en", "ar"), ("ar", "fr"), ("ar", ""), ("fa", "en")):
        expected = ("xliff-languages", {"source": source, "target": target or "–"})
        assert read(xliff(srcLang=source, trgLang=target)) == ((), [expected])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "xml-not-well-formed"),
        (b"\x00\x01\xff", "xml-not-well-formed"),
        (b"title: text", "xml-not-well-formed"),
        (xliff().encode()[:-5], "xml-not-well-formed"),
        (xliff().replace("words", "a & b").encode(), "xml-not-well-formed"),
        (xliff().replace("words", "&nbsp;").encode(), "xml-not-well-formed"),
        (xliff().replace("words", "\x01").encode(), "xml-not-well-formed"),
        (xliff().encode("windows-1256"), "xml-not-well-formed"),
        (b'<?xml version="1.0" encoding="utf-16"?>' + xliff().encode(), "xml-encoding"),
        (b'<?xml version="1.0" encoding="nonsense"?>' + xliff().encode(), "xml-encoding"),
        (b'<?xml version="1.0" encoding="shift_jis"?>' + xliff().encode(), "xml-encoding"),
        (b'<?xml version="1.0" encoding="hex"?>' + xliff().encode(), "xml-encoding"),
        (b"<html/>", "xliff-not-xliff"),
        (f'<xliff xmlns="{CORE}" version="2.1" srcLang="ar" trgLang="en"/>'.encode(), "xliff-nothing"),
    ],
)
def test_what_is_no_xliff_is_refused_with_a_reason(content: bytes, code: str) -> None:
    translated, findings = read(content)
    assert translated == ()
    assert [found for found, _ in findings] == [code]


def test_the_line_of_a_fault_is_told() -> None:
    _, (found,) = read_xliff(xliff(unit(), "\n\n", "<unit").encode())
    assert (found.code, found.line) == ("xml-not-well-formed", 3)
    _, (found,) = read_xliff(xliff(unit(), "\n\n\n", unit("<segment/>", "b")).encode())
    assert (found.code, found.line) == ("xliff-unit-broken", 4)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-6", "windows-1256"])
def test_any_encoding_of_xml_is_read(encoding: str) -> None:
    declared = "utf-16" if encoding.startswith("utf-16") else encoding.removesuffix("-sig")
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    text = f'{mark}<?xml version="1.0" encoding="{declared}"?>{xliff()}'
    assert only(text.encode(encoding)).arabic == "نص"


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)) + "]>"
)


@pytest.mark.parametrize(
    "before",
    [
        LAUGHS,
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://example.org/x.dtd">',
        '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://example.org/x"> %a;]>',
        "<!DOCTYPE xliff>",
    ],
)
def test_a_document_type_is_refused_before_anything_of_it_is_used(before: str) -> None:
    assert read(before + xliff().replace("words", "&a;")) == ((), [("xml-doctype", {})])


def test_a_file_is_bounded_in_every_direction(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = "<group>" * 60 + unit() + "</group>" * 60
    assert read(xliff(deep)) == ((), [("too-deep", {"most": "40"})])
    monkeypatch.setattr(xml_reading, "MOST_ELEMENTS", 100)
    assert read(xliff(*[unit(name=f"u{n}") for n in range(30)])) == ((), [("too-many-elements", {"most": "100"})])
    monkeypatch.setattr(xml_reading, "MOST_BYTES", 2048)
    assert read(xliff() + " " * 2048) == ((), [("file-too-large", {"most": "2"})])


def test_a_flood_of_elements_is_refused_before_its_end_is_read() -> None:
    flood = b"<a>" + b"<a/>" * 1_000_000 + b"not even well-formed"
    assert read(flood) == ((), [("too-many-elements", {"most": "200000"})])


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        ("<segment><source>نص</source></segment>", "xliff-no-target"),
        ("<segment><source>نص</source><target/></segment>", "xliff-empty-target"),
        ("<segment><source>نص</source><target> \n</target></segment>", "xliff-empty-target"),
        ("<segment><source>نص</source><target> نص </target></segment>", "xliff-same-as-source"),
        ("<segment><target>words</target></segment>", "xliff-unit-broken"),
        ("<notes><note>x</note></notes>", "xliff-unit-broken"),
        ("", "xliff-unit-broken"),
    ],
)
def test_a_unit_that_says_nothing_is_left_out_and_the_others_stay(inner: str, code: str) -> None:
    (translated,), findings = read(xliff(unit(inner, "a"), unit(name="b")))
    assert findings == [(code, {"value": "a"})]
    assert list(translated.texts) == ["b"]


def test_what_has_no_arabic_in_it_may_stay_as_it_is() -> None:
    assert only(xliff(unit(SEGMENT.replace("نص", "words")))).english == "words"


def test_a_unit_without_a_name_or_with_that_of_another_is_left_out() -> None:
    (translated,), findings = read(xliff("<unit>" + SEGMENT + "</unit>", unit(), unit(SEGMENT.replace("w", "s"))))
    assert findings == [("xliff-unit-broken", {"value": "–"}), ("xliff-unit-twice", {"value": "title"})]
    assert translated.texts["title"].english == "words"


@pytest.mark.parametrize("original", ["", "a", "scenario/", "scenario/a/b", "scenario/A", "../a"])
def test_a_file_has_to_name_its_document(original: str) -> None:
    text = xliff().replace("scenario/a", original)
    assert read(text) == ((), [("xliff-no-document", {"value": original or "–"})])


def test_a_file_that_was_taken_apart_is_put_together() -> None:
    note = '<notes><note category="digest">abc</note></notes>'
    first, second = xliff(note, unit(name="a")), xliff(f'<group id="g">{unit(name="b")}</group>')
    text = first.replace("</xliff>", second[second.index("<file") :])
    ((translated,), findings) = read(text)
    assert findings == []
    assert (list(translated.texts), translated.digest) == (["a", "b"], "abc")


def test_segments_are_joined_and_targets_stand_in_their_own_order() -> None:
    inner = (
        '<segment state="final"><source>أول.</source><target order="3">First.</target></segment>'
        "<ignorable><source> </source></ignorable>"
        '<segment state="translated"><source>ثان.</source><target order="1">Second.</target></segment>'
    )
    found = only(xliff(unit(inner)))
    assert (found.arabic, found.english, found.state) == ("أول. ثان.", "Second. First.", "translated")
    untranslated = inner.replace('<target order="1">Second.</target>', "")
    assert read(xliff(unit(untranslated)))[1] == [("xliff-no-target", {"value": "title"})]
    odd = inner.replace('order="3"', f'order="{"9" * 5000}"')
    assert only(xliff(unit(odd))).english.startswith("First.")


def test_elements_that_stand_for_signs_are_put_back() -> None:
    data = '<originalData><data id="1">[[a: </data><data id="2">]]</data><data id="3">*</data></originalData>'
    words = (
        '<pc id="p" dataRefStart="1" dataRefEnd="2">one <mrk id="m" type="term">two</mrk></pc>'
        '<sc id="s" dataRef="3"/>three<ec startRef="s" dataRef="3"/><ph id="h" dataRef="3"/><cp hex="00E9"/>'
        '<pc id="q"><sm id="x"/>!</pc><pc id="r" dataRefStart="9" dataRefEnd="9">?</pc><x xmlns="urn:x">not ours</x>'
    )
    inner = data + f"<segment><source>نص</source><target>{words}</target></segment>"
    assert only(xliff(unit(inner))).english == "[[a: one two]]*three**é!?"


@pytest.mark.parametrize("hexadecimal", ["0000", "001B", "D800", "FFFE", "110000", "xyz", "", "9" * 500])
def test_a_character_that_nobody_can_read_is_refused(hexadecimal: str) -> None:
    inner = f'<segment><source>نص</source><target>a<cp hex="{hexadecimal}"/></target></segment>'
    assert [code for code, _ in read(xliff(unit(inner)))[1]] == ["bad-character"]


def test_spaces_at_the_ends_are_kept_only_where_the_file_says_so() -> None:
    inner = SEGMENT.replace("words", "\n  two words\n")
    assert only(xliff(unit(inner))).english == "two words"
    kept = unit(inner).replace("<unit", '<unit xml:space="preserve"')
    assert only(xliff(kept)).english == "\n  two words\n"


def test_what_belongs_to_other_modules_is_passed_over() -> None:
    match = f'<m:matches xmlns:m="urn:oasis:names:tc:xliff:matches:2.0"><m:match>{SEGMENT}</m:match></m:matches>'
    assert only(xliff(unit(match + SEGMENT))).english == "words"
    assert only(xliff(unit(match.replace("<segment>", '<segment xmlns="urn:x">') + SEGMENT))).english == "words"


@pytest.mark.parametrize(("state", "read_as"), [("reviewed", "reviewed"), ("signed-off", "initial"), ("", "initial")])
def test_a_state_that_is_not_known_is_initial(state: str, read_as: str) -> None:
    assert only(xliff(unit(SEGMENT.replace("<segment", f'<segment state="{state}"')))).state == read_as


SENT = write_xliff(
    [("scenario", {"key": "a", "title": {"ar": "عن [[b: وان]]", "en": "Ti [[b: tle]]"}, "hint": {"ar": "نص"}})]
).decode()


@given(st.integers(0, len(SENT)), st.integers(0, 12), st.text(max_size=4), st.sampled_from(["utf-8", "utf-16"]))
def test_a_damaged_file_is_read_or_refused(start: int, length: int, other: str, encoding: str) -> None:
    content = (SENT[:start] + other + SENT[start + length :]).encode(encoding, "replace")
    translated, findings = read_xliff(content)
    assert translated or findings


@given(st.binary(max_size=200))
def test_no_bytes_end_in_an_exception(content: bytes) -> None:
    assert read_xliff(content)[0] == ()
    assert read_xliff(SENT.encode()[:300] + content)[1]
