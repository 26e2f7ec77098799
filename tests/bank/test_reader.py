"""Content files are read strictly, completely and with their lines."""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.bank.findings import Severity
from quiz.bank.reader import MOST_BYTES, read_folder, read_source


def read(text: str) -> dict[str, object]:
    source, findings = read_source(text.encode(), "modules/a.yaml")
    assert findings == ()
    assert source is not None
    return source.document


def test_bare_words_stay_what_was_written() -> None:
    text = "a: on\nb: yes\nc: 'true'\nd: 1:30\ne: 010\nf: 2018-08-14\ng: 1_000\nh: 0x1f\n"
    text += "i: True\nj: =\nk: No\nl: 1:30.5\n"
    assert read(text) == {
        "a": "on", "b": "yes", "c": "true", "d": "1:30", "e": "010", "f": "2018-08-14", "g": "1_000",
        "h": "0x1f", "i": "True", "j": "=", "k": "No", "l": "1:30.5",
    }  # fmt: skip


def test_only_plain_truths_nulls_and_numbers_are_more_than_text() -> None:
    document = read("a: true\nb: false\nc: null\nd: ~\ne:\nf: 12\ng: -3\nh: 1.5\ni: 9999999999999999999\nj: .5\nk: 1e5")
    assert document == {
        "a": True, "b": False, "c": None, "d": None, "e": None, "f": 12, "g": -3, "h": 1.5,
        "i": "9999999999999999999", "j": 0.5, "k": "1e5",
    }  # fmt: skip


def test_names_of_fields_are_always_words() -> None:
    assert read("1: a\ntrue: b\n2018-08-14: c\n<<: {x: 1}") == {
        "1": "a", "true": "b", "2018-08-14": "c", "<<": {"x": 1},
    }  # fmt: skip


def test_every_place_knows_its_line() -> None:
    text = "format: 1\ntitle: {ar: نص,\n  en: text}\n"
    text += "options:\n  - key: a\n    cites: [x,\n      y]\n  - key: b\n"
    source, _ = read_source(text.encode(), "modules/a.yaml")
    assert source is not None
    assert source.line(("title",)) == 2
    assert source.line(("title", "en")) == 3
    assert source.line(("options", 0, "cites", 1)) == 7
    assert source.line(("options", 1)) == 8
    # What is missing is looked for where it should have stood.
    assert source.line(("options", 1, "ruling", "ar")) == 8
    assert source.line(("minutes",)) == 1


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "empty-file", 0),
        ("# nothing\n", "empty-file", 0),
        ("- a\n- b\n", "not-a-mapping", 1),
        ("just words\n", "not-a-mapping", 1),
        ("a: 1\n---\nb: 2\n", "several-documents", 2),
        ("a: 1\nb: [1, 2\nc: 3\n", "yaml-syntax", 3),
        ("a: 1\n\tb: 2\n", "yaml-syntax", 2),
        ("a: 1\nb: &x 2\n", "alias", 2),
        ("a: 1\nb: *x\n", "alias", 2),
        ("a: 1\nb: !!str 2\n", "tag", 2),
        ("a: 1\nb: !!python/object/apply:os.system [ls]\n", "tag", 2),
        ("a: 1\n? [b]\n: 2\n", "key-not-a-word", 2),
        ("a: 1\nb: x\x07y\n", "bad-character", 2),
        ("a: " + "[" * 40 + "]" * 40, "too-deep", 1),
    ],
)
def test_what_is_refused_as_a_whole(text: str, code: str, line: int) -> None:
    source, findings = read_source(text.encode(), "modules/a.yaml")
    assert source is None
    assert (findings[0].code, findings[0].line, findings[0].severity) == (code, line, Severity.ERROR)
    assert findings[0].file == "modules/a.yaml"


def test_thirty_levels_are_deep_enough() -> None:
    assert read_source(b"a: " + b"[" * 29 + b"]" * 29, "modules/a.yaml")[0] is not None
    assert read_source(b"a: " + b"[" * 30 + b"]" * 30, "modules/a.yaml")[0] is None


def test_what_is_refused_says_where() -> None:
    _, (found,) = read_source(b"a:\n  - b: !x 1\n", "modules/a.yaml")
    assert found.path == ("a", 0, "b")
    assert found.values == {"value": "!x"}


def test_a_file_in_another_encoding_is_refused_at_its_line() -> None:
    source, (found,) = read_source("a: 1\nb: نص\n".encode("cp1256"), "modules/a.yaml")
    assert source is None
    assert (found.code, found.line) == ("not-utf8", 2)


def test_a_huge_file_is_refused() -> None:
    assert read_source(b"a: " + b"x" * (MOST_BYTES - 3), "modules/a.yaml")[0] is not None
    source, (found,) = read_source(b"a: " + b"x" * (MOST_BYTES - 2), "modules/a.yaml")
    assert source is None
    assert (found.code, found.values) == ("file-too-large", {"most": "512"})


def test_a_thousandfold_alias_is_refused_before_it_grows() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcdefg", "bcdefgh", strict=True)
    )
    source, findings = read_source(bomb.encode(), "modules/a.yaml")
    assert source is None
    assert {finding.code for finding in findings} == {"alias"}


def test_a_repeated_field_is_reported_and_the_first_one_stands() -> None:
    text = "a: 1\nb: {c: 1, d: 2,\n  c: [3, {e: 4}]}\na: {x: 1}\nz: 5\n"
    source, findings = read_source(text.encode(), "modules/a.yaml")
    assert source is not None
    assert source.document == {"a": 1, "b": {"c": 1, "d": 2}, "z": 5}
    assert [(finding.path, finding.line, finding.values["line"]) for finding in findings] == [
        (("b", "c"), 3, "2"),
        (("a",), 4, "1"),
    ]
    assert source.line(("a",)) == 1


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_bytes_make_the_reader_stumble(content: bytes) -> None:
    source, findings = read_source(content, "modules/a.yaml")
    assert source is not None or findings


_NESTED = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.text(st.characters(codec="utf-8", categories=["L", "N"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.from_regex("[a-z]{1,6}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.from_regex("[a-z]{1,6}", fullmatch=True), _NESTED, min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_again(document: dict[str, object]) -> None:
    text = yaml.safe_dump(document, allow_unicode=True, default_style=None)
    source, findings = read_source(text.encode(), "modules/a.yaml")
    assert findings == ()
    assert source is not None
    assert source.document == document


# Folders


def write(folder: Path, name: str, text: str = "format: 1\n") -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_folder_is_read_to_its_end(tmp_path: Path) -> None:
    write(tmp_path, "instruments/law.yaml")
    write(tmp_path, "scenarios/eg-conduct/b.yaml")
    write(tmp_path, "scenarios/eg-conduct/a.yaml", "a: [\n")
    write(tmp_path, "scenarios/eg-conduct/c.yaml", "a: 1\na: 2\n")
    write(tmp_path, "modules/m.yaml")
    write(tmp_path, "README.md", "not content")
    write(tmp_path, "modules/.m.yaml.swp", "an editor's own")
    write(tmp_path, ".cache/m.yaml", "a tool's own")
    reading = read_folder(tmp_path)
    assert [source.file for source in reading.instruments] == ["instruments/law.yaml"]
    assert [source.file for source in reading.scenarios] == [
        "scenarios/eg-conduct/b.yaml",
        "scenarios/eg-conduct/c.yaml",
    ]
    assert [source.stem for source in reading.modules] == ["m"]
    assert [(finding.file, finding.code) for finding in reading.findings] == [
        ("scenarios/eg-conduct/a.yaml", "yaml-syntax"),
        ("scenarios/eg-conduct/c.yaml", "key-repeated"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "scenarios/a.yaml",
        "scenarios/eg-conduct/more/a.yaml",
        "modules/a.yml",
        "instruments/notes.txt",
        "module/a.yaml",
        "modules/x/a.yaml",
    ],
)
def test_a_file_that_would_be_forgotten_is_reported(tmp_path: Path, name: str) -> None:
    write(tmp_path, "modules/m.yaml")
    write(tmp_path, name)
    (found,) = read_folder(tmp_path).findings
    assert (found.file, found.code, found.severity) == (name, "stray-file", Severity.ERROR)


def test_a_folder_without_content_is_reported(tmp_path: Path) -> None:
    (found,) = read_folder(tmp_path).findings
    assert found.code == "nothing-to-read"
    write(tmp_path, "modules/m.yaml", "a: [\n")
    assert [finding.code for finding in read_folder(tmp_path).findings] == ["yaml-syntax"]


def test_a_file_that_cannot_be_opened_is_reported(tmp_path: Path) -> None:
    write(tmp_path, "modules/m.yaml")
    (tmp_path / "modules" / "gone.yaml").symlink_to(tmp_path / "nowhere.yaml")
    (found,) = read_folder(tmp_path).findings
    assert (found.file, found.code) == ("modules/gone.yaml", "unreadable-file")


def test_a_thousand_scenarios_are_read_in_seconds(tmp_path: Path, bank: object) -> None:
    text = yaml.safe_dump(bank.scenario, allow_unicode=True, sort_keys=False)  # type: ignore[attr-defined]
    for number in range(1000):
        write(tmp_path, f"scenarios/eg-cybercrime/s{number}.yaml", text)
    begun = time.perf_counter()
    assert len(read_folder(tmp_path).scenarios) == 1000
    assert time.perf_counter() - begun < 10
