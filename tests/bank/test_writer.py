"""What the writer writes is read back as the same document, and can be reviewed line by line."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from quiz.bank.layout import ORDER, file_name, kind_of
from quiz.bank.reader import MOST_DEPTH, read_folder, read_source
from quiz.bank.scalars import WIDTH
from quiz.bank.writer import Unwritable, content_files, write_document, write_folder
from quiz.engine.document import canonical

ROOT = Path(__file__).resolve().parents[2]
CONTENT = ROOT / "content"
Document = dict[str, Any]


def shipped() -> list[tuple[str, str, Document]]:
    """Every document that is shipped, with its kind and the name of its file."""
    reading = read_folder(CONTENT)
    assert not reading.findings
    kinds = {"instrument": reading.instruments, "scenario": reading.scenarios, "module": reading.modules}
    found = [(kind, source.file, source.document) for kind, sources in kinds.items() for source in sources]
    assert len(found) > 270
    return found


SHIPPED = shipped()


def back(content: bytes) -> Document:
    source, findings = read_source(content, "modules/a.yaml")
    assert findings == (), content.decode()
    assert source is not None
    return source.document


def written(document: Document, kind: str = "scenario") -> str:
    return write_document(kind, document).decode()


# What texts are made of: words of both scripts with vowel marks, and everything that means something in YAML.
PIECES = st.sampled_from([
    "يكتم الموظف", "مدوَّنةُ", "سرًّا", "report", "it’s", " ", "  ", "\n", "\n\n", "\t", ": ", " #", "- ", "? ", "|", ">",
    "'", '"', "\\", "{", "}", "[", "]", ",", "&a", "*a", "!x", "%", "@", "`", "~", "null", "true", "No", "on", "=",
    "<<", "12", "0x1f", "1:30", ".5", "1e5", "2018-08-14", "---", "...", "\u200f", "\u00a0", "\u2028", "\x85", "\ufeff",
    "\r", "🙂", "\ue000", "،", "؟", "«قول»", "[[key: words]]",
])  # fmt: skip
SIGNS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])
TEXTS = st.lists(PIECES, max_size=30).map("".join) | st.text(SIGNS, max_size=20) | st.text("ابت \n:#", max_size=200)
NAMES = (
    st.sampled_from([name for names in ORDER.values() for name in names] + ["ar", "en", "key_ratings"])
    | st.from_regex("[a-z]{1,6}", fullmatch=True)
    | TEXTS
    | st.text("ن", min_size=119, max_size=125)
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18) + 1, 10**18 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.dictionaries(st.sampled_from(["ar", "en"]), TEXTS, max_size=2),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=10,
)
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=5)


@given(DOCUMENTS, st.sampled_from(["scenario", "instrument", "module"]))
@settings(max_examples=120, deadline=None)
@example({}, "module")
@example({"": "", "a": [[], {}, [[1], {"b": []}]]}, "module")
@example({"a": [1e16, 1e-7, -2.5e-9, -0.0, 10**18 - 1]}, "module")
@example({"ar": {"en": "x" * 200 + " y"}}, "module")
@example({"ن" * 110: [], "م" * 110: {}, "ب" * 110: ""}, "scenario")
@example({"key_ratings": {"b": "1", "a": "2"}, "options": [{"key": "b"}, {"key": "c"}, 3]}, "scenario")
def test_what_is_written_is_read_back_and_written_the_same(document: Document, kind: str) -> None:
    content = write_document(kind, document)
    read = back(content)
    # Equal in Python is not enough: 1 == True == 1.0.
    assert canonical(read) == canonical(document)
    assert write_document(kind, read) == content


@given(TEXTS)
@settings(max_examples=300, deadline=None)
@example("a\n\nb " * 40 + "c")
@example("line\n  indented")
@example("word " * 40 + "goes\n  indented")
@example(" leads")
@example("trails ")
@example("trails \nand goes on")
def test_a_text_is_kept_to_the_letter_in_every_place(text: str) -> None:
    document = {"a": text, "title": {"ar": text, "en": text}, "turns": [{"who": text}], "topics": [text], "z": [[text]]}
    assert back(write_document("scenario", document)) == document


def test_a_line_is_never_broken_at_two_spaces() -> None:
    for length in range(WIDTH - 10, WIDTH + 10):
        text = "x" * length + "  " + "y" * 20
        content = write_document("scenario", {"a": text})
        assert back(content) == {"a": text}
        assert all(line == line.rstrip() for line in content.decode().splitlines())


@given(TEXTS, TEXTS)
@settings(max_examples=100, deadline=None)
@example("text", "2018-08-14")
def test_another_reader_of_yaml_understands_the_same(text: str, name: str) -> None:
    assume(text != "2018-08-14")  # a day stands bare in content
    # PyYAML as it comes, with all its guesses about bare words, and without our own reader.
    document = {"a": text, "cites": [text, "on", "12"], "title": {"ar": text}, "b": {name: "no"}}
    assert yaml.load(write_document("scenario", document), yaml.CSafeLoader) == document
    assert yaml.safe_load(write_document("scenario", document)) == document


@given(st.permutations(["format", "key", "title", "hint", "own", "options", "other"]))
@settings(max_examples=25, deadline=None)
def test_the_order_of_fields_in_memory_does_not_matter(names: list[str]) -> None:
    lines = written(dict.fromkeys(names, "x")).splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "format", "key", "title", "options", "hint", "other", "own",
    ]  # fmt: skip


def test_all_that_is_shipped_can_be_written_again() -> None:
    for kind, file, document in SHIPPED:
        content = write_document(kind, document)
        read = back(content)
        assert canonical(read) == canonical(document), file
        assert write_document(kind, read) == content, file
        assert (kind_of(document), file_name(kind, document)) == (kind, file)
        lines = content.decode().splitlines()
        assert [line for line in lines if len(line) > WIDTH or line != line.rstrip()] == [], file


# Readable


SCENARIO = """\
format: 1
key: letter-on-the-desk
kind: most_least
title:
  ar: "خطاب على المكتب"
  en: "A letter on the desk: whose?"
situation:
  ar: >-
    تعمل هناء في شباك الخدمة بهيئة شؤون المستفيدين، وصلاحيتها على النظام مقصورة على ملفات حي واحد. قبيل نهاية
    اليوم حضرت سيدة مسنة.
  en: |-
    Two lines:
    - and a list
sensitive: false
exhibit:
  medium: memo
  number: "205/2026"
  signed:
    ar: "المدير"
    en: "Manager"
options:
  - key: first
    credit: "-1/3"
    cites: [eg-conduct/code-2019/media-secrecy, {at: ae-conduct/res-15-2010/art-3, as: history}]
  - key: second
    credit: 1
    cites:
      - eg-civil-service/law-81-2016/art-57
      - eg-civil-service/law-81-2016/art-58
      - eg-cybercrime/law-175-2018/art-20
key_choice: {most: second, least: first}
topics: []
author_note: "no"
issued_on: 2018-08-14
"""


def test_a_file_reads_like_one_written_by_hand() -> None:
    assert written(back(SCENARIO.encode())) == SCENARIO


def test_a_space_at_the_end_of_a_line_is_kept_where_it_can_be_seen() -> None:
    assert written({"a": "one \ntwo"}) == 'a: "one \\ntwo"\n'


def test_ratings_stand_in_the_order_of_the_options() -> None:
    options = [{"key": key} for key in ("z", "m", "a")]
    ratings = {"a": "appropriate", "gone": "appropriate", "m": "inappropriate", "z": "appropriate"}
    text = written({"options": options, "key_ratings": ratings})
    assert "key_ratings: {z: appropriate, m: inappropriate, a: appropriate, gone: appropriate}" in text


def test_what_cannot_be_seen_is_written_as_its_number() -> None:
    assert written({"a": "نص\u200f و\u00a0نص"}) == 'a: "نص\\u200f و\\xa0نص"\n'


def fields_of(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield place, name
            yield from fields_of(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from fields_of(inner, place)


def test_every_field_that_is_used_has_its_place() -> None:
    unplaced = {
        (place, name)
        for kind, _, document in SHIPPED
        for place, name in fields_of(document, kind)
        if name not in {"ar", "en"} and name not in ORDER.get(place, ()) and place != "key_ratings"
    }
    assert unplaced == set()


@pytest.mark.parametrize("kind", ["instrument", "scenario", "module"])
def test_the_order_is_the_one_of_the_format(kind: str) -> None:
    page = (ROOT / "docs" / "content-format.md").read_text()
    (sample,) = re.findall(rf"^## {kind.capitalize()}$.*?```yaml\n(.*?)```", page, re.DOTALL | re.MULTILINE)
    shown = re.findall(r"^([a-z_]+):", sample, re.MULTILINE)
    assert len(shown) > 5
    assert shown == [name for name in ORDER[kind] if name in shown]


# Refused


@pytest.mark.parametrize(
    ("document", "code", "path", "values"),
    [
        ({"a": ["x", "b\x07"]}, "unwritable-character", ("a", 1), {"character": "U+0007"}),
        ({"title": {"ar": "\x00"}}, "unwritable-character", ("title", "ar"), {"character": "U+0000"}),
        ({"title": {"ar": "\x7f" * 300}}, "unwritable-character", ("title", "ar"), {"character": "U+007F"}),
        ({"a": "\ud83d"}, "unwritable-character", ("a",), {"character": "U+D83D"}),
        ({"a\x1b": 1}, "unwritable-character", ("a\x1b",), {"character": "U+001B"}),
        ({"a": date(2026, 11, 21)}, "unwritable-value", ("a",), {"value": "date"}),
        ({"a": {"b": (1, 2)}}, "unwritable-value", ("a", "b"), {"value": "tuple"}),
        ({"a": 10**18}, "unwritable-value", ("a",), {"value": "1000000000000000000"}),
        ({"a": float("nan")}, "unwritable-value", ("a",), {"value": "nan"}),
        ({"a": float("-inf")}, "unwritable-value", ("a",), {"value": "-inf"}),
        ({"a": {1: 2}}, "key-not-a-word", ("a",), {}),
        ({"a": "x" * 600_000}, "file-too-large", (), {"most": "512"}),
    ],
)
def test_what_a_file_cannot_hold_is_refused(document: Document, code: str, path: Any, values: dict[str, str]) -> None:
    with pytest.raises(Unwritable) as refused:
        write_document("module", document)
    finding = refused.value.finding
    assert (finding.code, finding.path, finding.values) == (code, path, values)


def nested(levels: int) -> Document:
    document: Document = {}
    for _ in range(levels - 1):
        document = {"a": document}
    return document


def test_no_deeper_than_is_read() -> None:
    assert back(write_document("module", nested(MOST_DEPTH))) == nested(MOST_DEPTH)
    with pytest.raises(Unwritable) as refused:
        write_document("module", nested(MOST_DEPTH + 1))
    assert refused.value.finding.code == "too-deep"


@given(st.text(st.characters(categories=["Cc", "Cs"]), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_a_control_character_is_kept_or_refused_and_never_broken(text: str) -> None:
    document = {"title": {"ar": f"نص{text}نص"}}
    if set(text) <= set("\t\n\r\x85"):
        assert back(write_document("scenario", document)) == document
        return
    with pytest.raises(Unwritable) as refused:
        write_document("scenario", document)
    assert refused.value.finding.code == "unwritable-character"


# Files


def test_a_folder_is_laid_out_and_read_again(tmp_path: Path) -> None:
    chosen = [SHIPPED[0], SHIPPED[-1], *(one for one in SHIPPED if one[0] == "scenario")][:9]
    names = write_folder([(kind, document) for kind, _, document in chosen], tmp_path)
    assert sorted(names) == sorted(file for _, file, _ in chosen)
    reading = read_folder(tmp_path)
    assert reading.findings == ()
    read = {source.file: source.document for source in (*reading.instruments, *reading.scenarios, *reading.modules)}
    assert read == {file: document for _, file, document in chosen}


@pytest.mark.parametrize(
    ("kind", "document", "path"),
    [
        ("module", {"key": "../../etc/passwd"}, ("key",)),
        ("module", {"key": ""}, ("key",)),
        ("module", {"key": 3}, ("key",)),
        ("module", {}, ("key",)),
        ("scenario", {"key": "a", "bank": ".."}, ("bank",)),
        ("scenario", {"key": "a"}, ("bank",)),
        ("scenario", {"key": "A", "bank": "eg-conduct"}, ("key",)),
    ],
)
def test_no_file_is_named_by_anything_but_a_key(kind: str, document: Document, path: Any, tmp_path: Path) -> None:
    with pytest.raises(Unwritable) as refused:
        write_folder([("module", {"key": "good"}), (kind, document)], tmp_path)
    assert (refused.value.finding.code, refused.value.finding.path) == ("bad-key", path)
    assert list(tmp_path.iterdir()) == [], "nothing is written where one is refused"


def test_two_documents_never_share_a_file() -> None:
    same = ("module", {"key": "gifts"})
    with pytest.raises(Unwritable) as refused:
        list(content_files([same, ("instrument", {"key": "gifts"}), same]))
    finding = refused.value.finding
    assert (finding.code, finding.values["file"]) == ("key-taken", "modules/gifts.yaml")
