"""A table made from scenarios gives them back to the letter, and is one that people can fill in."""

import re
from collections.abc import Mapping
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from babel.messages.pofile import read_po
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quiz.bank.checks import check
from quiz.bank.reader import Reading, read_folder
from quiz.bank.spreadsheet import heading_of, is_held, read_spreadsheet, write_template
from quiz.bank.table import words
from quiz.bank.table.columns import BY_NAME, COLUMNS, MOST_OPTIONS, column_of
from quiz.bank.table.guide import GUIDE
from quiz.bank.table.parts import letters_of, number_of
from quiz.bank.table.to_cells import cells_of
from quiz.bank.table.words import LISTS, Vocabulary
from quiz.bank.writer import Unwritable
from quiz.engine.document import canonical
from quiz.engine.question_types import registry as question_types
from quiz.engine.scenario import AUDIENCES, BANKS, PICKS, RATINGS, VALUES
from quiz.engine.scenario_document import MEDIA, TOPICS, VERDICTS
from quiz.language.catalogue import translations_folder
from quiz.language.folding import fold

ROOT = Path(__file__).resolve().parents[2]
READING = read_folder(ROOT / "content")
OTHER_KINDS = {"spot", "branching"}
HELD = [one.document for one in READING.scenarios if one.document["kind"] not in OTHER_KINDS]


def back(content: bytes) -> list[dict[str, Any]]:
    sources, findings = read_spreadsheet(content)
    assert findings == ()
    return [source.document for source in sources]


def one_of(kind: str) -> dict[str, Any]:
    return deepcopy(next(document for document in HELD if document["kind"] == kind))


# There and back


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_shipped_scenario_that_fits_comes_back_to_the_letter(language: str) -> None:
    assert len(HELD) > 200
    assert {document["kind"] for document in HELD} == set(words.KINDS.said)
    came = back(write_template(HELD, language))
    assert [canonical(document) for document in came] == [canonical(document) for document in HELD]


def test_what_does_not_fit_into_a_row_is_refused_by_name() -> None:
    for one in READING.scenarios:
        assert is_held(one.document) is (one.document["kind"] not in OTHER_KINDS), one.file
    with pytest.raises(Unwritable) as refused:
        write_template(
            [one_of("judgement"), next(s.document for s in READING.scenarios if s.document["kind"] == "spot")]
        )
    assert (refused.value.finding.code, refused.value.finding.values) == ("kind-not-in-table", {"kind": "spot"})


@pytest.mark.parametrize(
    "change",
    [
        {"compare": []},
        {"hint": None},
        {"author_note": " with spaces "},
        {"author_note": "with a return\r\n"},
        {"author_note": "with a sign\u200f of direction"},
        {"author_note": "x" * 5001},
        {"author_note": "a bell\x07"},
        {"title": {"ar": "عنوان", "en": ""}},
        {"difficulty": 9},
        {"jurisdiction": "AE"},
        {"topics": []},
        {"unknown": 1},
        {"bank": "eg-none"},
    ],
)
def test_a_scenario_with_something_that_a_row_has_no_cell_for_is_refused(change: Mapping[str, Any]) -> None:
    document = {**one_of("single_choice"), "bank": "eg-conduct", "jurisdiction": "EG"}
    assert is_held(document)
    assert not is_held({**document, **change})


def test_credits_are_whole_numbers_or_fractions() -> None:
    document = one_of("single_choice")
    document["options"][0]["credit"] = str(document["options"][0]["credit"])
    assert is_held(document) is ("/" in document["options"][0]["credit"]), "a whole credit is a number, not a text"


SIGNS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn"])
PIECES = st.sampled_from(
    ["=1+1", "+2", "-3", "@x", "\n", "\n\n", ": ", "«قول»", "سرًّا", " ", "_x0041_", "_x005F_", "&<>", "'"]
)
TEXTS = (st.lists(PIECES, min_size=1, max_size=8).map("".join) | st.text(SIGNS, min_size=1, max_size=30)).map(str.strip)
TEXT = st.builds(lambda ar, en: {"ar": f"نص{ar}", "en": en} if en else {"ar": f"نص{ar}"}, TEXTS, TEXTS)


@given(st.lists(TEXT, min_size=6, max_size=6), TEXTS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
def test_a_text_comes_back_to_the_letter_from_every_cell(texts: list[dict[str, str]], note: str) -> None:
    document = one_of("most_least")
    option = document["options"][0]
    document["title"], document["situation"], document["hint"] = texts[:3]
    option["text"], option["ruling"], option["consequence"] = texts[3:]
    if note:
        document["author_note"] = note
    assert back(write_template([document])) == [document]


def test_the_same_scenarios_give_the_same_bytes() -> None:
    first = write_template(HELD[:3])
    with ZipFile(BytesIO(first)) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
        assert b"2026-01-01" in archive.read("docProps/core.xml")
        assert re.findall(rb"20[0-9]{2}-", archive.read("docProps/core.xml")) == [b"2026-", b"2026-"]
    assert write_template(HELD[:3]) == first


def test_the_rows_of_a_table_go_through_the_editorial_law() -> None:
    one = one_of("ordering")
    wrong = {**one_of("judgement"), "cites": ["eg-conduct/code-2019/not-there"]}
    sources, _ = read_spreadsheet(write_template([one, wrong, one]), "new.xlsx")
    report = check(Reading(READING.instruments, sources))
    errors = [(finding.line, finding.code, dict(finding.values)) for finding in report.errors]
    # They stand in no folder and have no file name of their own; all else is tried as if they had.
    assert errors == [
        (3, "no-such-provision", {"value": "eg-conduct/code-2019/not-there"}),
        (4, "key-taken", {"value": one["key"], "file": "new.xlsx:2"}),
    ]
    assert {finding.file for finding in report.errors} == {"new.xlsx"}


# A sheet for people


@pytest.fixture(scope="module", params=["ar", "en"])
def book(request: pytest.FixtureRequest) -> Any:
    opened = openpyxl.load_workbook(BytesIO(write_template([*HELD[:2], one_of("ordering")], request.param)))
    opened.language = request.param
    return opened


def test_the_sheets_run_in_the_direction_of_their_language(book: Any) -> None:
    is_arabic = book.language == "ar"
    assert book.sheetnames == (["المواقف", "إرشادات", "قوائم"] if is_arabic else ["Scenarios", "Guide", "Lists"])
    assert {bool(sheet.sheet_view.rightToLeft) for sheet in book} == {is_arabic}
    data = book.worksheets[0]
    assert data.freeze_panes == "B2"
    by_name = {column.name: data.cell(2, number) for number, column in enumerate(COLUMNS, 1)}
    assert by_name["title.ar"].alignment.readingOrder == 2
    assert by_name["title.en"].alignment.readingOrder == 1
    assert by_name["key"].alignment.readingOrder == 1
    assert by_name["kind"].alignment.readingOrder == (2 if is_arabic else 1)


def test_every_heading_says_both_names_and_explains_itself(book: Any) -> None:
    for cell, column in zip(book.worksheets[0][1], COLUMNS, strict=True):
        assert set(cell.value.split("\n")) == {column.ar, column.en}
        assert cell.value.startswith(column.heading(book.language))
        for said in (column.note.ar, column.note.en, column.note.example_ar, column.note.example_en):
            assert said in cell.comment.text
        assert (cell.fill.fgColor.rgb == "FFD9EAE0") is column.is_needed


def test_what_is_typed_below_stays_a_text(book: Any) -> None:
    data = book.worksheets[0]
    assert {data.column_dimensions[letters_of(number)].number_format for number in range(1, len(COLUMNS) + 1)} == {"@"}
    assert {cell.number_format for row in data.iter_rows(min_row=2) for cell in row if cell.value} == {"@"}
    assert {cell.data_type for row in data.iter_rows() for cell in row if cell.value} == {"s"}


def test_lists_are_offered_where_a_column_takes_one_word(book: Any) -> None:
    data, _, lists = book.worksheets
    offered: dict[str, list[str]] = {}
    for validation in data.data_validations.dataValidation:
        sheet, _, area = validation.formula1.partition("!")
        assert sheet == f"'{lists.title}'"
        said = [row[0].value for row in lists[area.replace("$", "")]]
        for place in str(validation.sqref).split():
            assert place.endswith("2001")
            offered[COLUMNS[number_of(re.match("[A-Z]+", place)[0]) - 1].name] = said  # type: ignore[index]
        assert validation.errorStyle == "warning", "the other language is taken too"
    assert set(offered) == {column.name for column in COLUMNS if column.words and not column.is_many}
    for name, said in offered.items():
        vocabulary = BY_NAME[name].words
        assert vocabulary is not None
        assert said == [vocabulary.word(code, book.language) for code in vocabulary.said]


def test_the_guide_explains_every_column_in_both_languages(book: Any) -> None:
    told = "\n".join(str(cell.value) for row in book.worksheets[1].iter_rows() for cell in row if cell.value)
    for paragraph in GUIDE:
        assert paragraph.ar in told
        assert paragraph.en in told
    for column in COLUMNS:
        assert column.ar in told
        assert column.en in told


def test_a_text_that_looks_like_a_formula_is_written_as_a_text() -> None:
    document = one_of("single_choice")
    for text in ("=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"):
        document["author_note"] = text
        content = write_template([document])
        cell = openpyxl.load_workbook(BytesIO(content)).worksheets[0].cell(2, len(COLUMNS))
        assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
        with ZipFile(BytesIO(content)) as archive:
            assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert back(content) == [document]


# Words and columns


def test_the_lists_hold_every_code_and_no_other() -> None:
    assert set(words.KINDS.said) | set(words.OTHER_KINDS.said) == set(question_types.names())
    for vocabulary, codes in (
        (words.BANKS, BANKS),
        (words.MEDIA, MEDIA),
        (words.RATINGS, RATINGS),
        (words.PICKS, PICKS),
        (words.VERDICTS, VERDICTS),
        (words.VALUES, VALUES),
        (words.AUDIENCES, AUDIENCES),
        (words.TOPICS, TOPICS),
    ):
        assert set(vocabulary.said) == set(codes), vocabulary.name


@pytest.mark.parametrize("vocabulary", [*LISTS, words.OTHER_KINDS], ids=lambda one: one.name)
def test_a_word_means_one_code_however_it_is_written(vocabulary: Vocabulary) -> None:
    for code, (ar, en) in vocabulary.said.items():
        for word in (code, ar, en, f" {en.upper()} ", f"\u200f{ar}\u200f", ar.replace("ًّ", "")):
            assert vocabulary.code(word) == code, word
    assert vocabulary.code("لا شيء من هذا") is None
    meanings: dict[str, set[str]] = {}
    for code, said in vocabulary.said.items():
        for word in (code, *said):
            meanings.setdefault(fold(word), set()).add(code)
    assert [word for word, codes in meanings.items() if len(codes) > 1] == []


def test_the_table_calls_things_what_the_pages_call_them() -> None:
    with (translations_folder() / "ar" / "LC_MESSAGES" / "messages.po").open("rb") as stream:
        arabic = {message.id: message.string for message in read_po(stream, locale="ar") if not message.context}
    for vocabulary in (*LISTS, words.OTHER_KINDS):
        for code, (ar, en) in vocabulary.said.items():
            if not code[-1].isdigit() and vocabulary is not words.TRUTHS:
                assert arabic.get(en) == ar, f"{vocabulary.name} {code}"


def test_no_two_columns_have_one_heading() -> None:
    headings = [heading for column in COLUMNS for heading in (column.ar, column.en)]
    assert len(set(map(fold, headings))) == len(headings)
    for column in COLUMNS:
        for heading in (column.ar, column.en, f"{column.en}\n{column.ar}", f" {column.en.upper()} "):
            assert column_of(heading) == column
    assert column_of("") is None
    assert column_of("المفتاح\nKind") is None, "two columns are meant"
    assert column_of("المفتاح\n(لا يتغير)") == BY_NAME["key"], "somebody wrote a note beside it"


def test_there_is_a_column_for_the_largest_kind() -> None:
    assert f"option{MOST_OPTIONS}.text.ar" in BY_NAME
    assert MOST_OPTIONS == 7
    document = one_of("multiple_choice")
    option = document["options"][-1]
    document["options"] = [
        *({**option, "key": f"good-{place}", "credit": "1/3"} for place in range(3)),
        *({**option, "key": f"bad-{place}", "credit": "-1/3"} for place in range(4)),
    ]
    assert back(write_template([document])) == [document]


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        (("options", 2, "ruling", "en"), "Option 3: ruling in English"),
        (("options", 2, "ruling"), "Option 3: ruling in Arabic"),
        (("options", 1, "credit"), "Option 2: answer"),
        (("options", 0), "Option 1: text in Arabic"),
        (("options",), "Option 1: text in Arabic"),
        (("key_ratings", "b"), "Option 2: answer"),
        (("key_ratings",), "Option 1: answer"),
        (("key_order",), "Option 1: answer"),
        (("exhibit", "medium"), "Medium of the exhibit"),
        (("exhibit", "author"), "Exhibit in Arabic"),
        (("exhibit", "turns", 1, "says", "en"), "Exhibit in English"),
        (("jurisdiction",), "Bank"),
        (("compare", 1, "cites", 0), "Comparison 2: citations"),
        (("topics", 3), "Topics"),
        (("format",), None),
        ((), None),
    ],
)
def test_a_place_of_the_document_is_found_in_the_table(path: Any, heading: str | None) -> None:
    assert heading_of(path, "en", {"options": [{"key": "a"}, {"key": "b"}]}) == heading


def test_a_place_is_named_in_the_language_of_the_reader() -> None:
    assert heading_of(("title", "ar"), "ar") == "العنوان بالعربية"


def test_what_has_no_language_stands_in_the_arabic_exhibit_only() -> None:
    document = next(one for one in HELD if one.get("exhibit", {}).get("medium") == "post")
    cells = cells_of(document, "en")
    handle = document["exhibit"]["handle"]
    assert f"الحساب: {handle}\nحساب رسمي: لا\n" in cells["exhibit.ar"]
    assert handle not in cells["exhibit.en"]
    assert cells["exhibit.en"].startswith("Author: ")


def test_a_citation_of_what_is_past_is_marked_in_either_language() -> None:
    document = one_of("single_choice")
    past = {"at": "ae-conduct/res-15-2010/art-3", "as": "history"}
    document["options"][0]["cites"] = ["eg-conduct/code-2019/media-secrecy", past]
    assert "history: ae-conduct/res-15-2010/art-3" in cells_of(document, "ar")["option1.cites"]
    assert back(write_template([document])) == [document]
