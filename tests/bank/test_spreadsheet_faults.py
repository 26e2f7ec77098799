"""What is wrong with the cells and rows of a table is said with its row and column."""

import re
from datetime import date
from datetime import time as clock_time
from typing import Any

import pytest

from quiz.bank.checks import structure
from quiz.bank.spreadsheet import read_spreadsheet
from quiz.bank.table.columns import COLUMNS
from quiz.engine.document import read_scenario
from tests.sheets import GOOD, HELD, Values, cell, in_sheet, one_of, saved, sheet_of, told, told_of

# What may be done to a table


def test_a_plain_table_is_read_as_well_as_the_template() -> None:
    sources, findings = read_spreadsheet(saved(sheet_of([GOOD])))
    assert findings == ()
    assert [source.document["key"] for source in sources] == [GOOD["key"]]
    assert sources[0].line(("options", 1, "ruling")) == 2


def test_columns_may_be_moved_and_optional_ones_left_out() -> None:
    names = [column.name for column in reversed(COLUMNS) if column.name in GOOD or column.is_needed]
    sources, findings = read_spreadsheet(saved(sheet_of([GOOD], names)))
    assert findings == ()
    assert structure(sources[0], read_scenario)[1] == ()


def test_empty_rows_are_skipped_and_rows_keep_their_numbers() -> None:
    rows = [{}, GOOD, {"title.ar": "   ", "key": "\n"}, {**GOOD, "key": "other"}]
    sources, findings = read_spreadsheet(saved(sheet_of(rows)))
    assert findings == ()
    assert [(source.document["key"], source.line(())) for source in sources] == [(GOOD["key"], 3), ("other", 5)]


def test_spaces_breaks_and_signs_of_direction_around_a_text_are_dropped() -> None:
    row = {
        "title.ar": "  عنوان\u200f \n",
        "key": "\u200e new-key ",
        "situation.ar": "سطر\r\nسطر",
        "prompt.ar": "سؤال_x000D_\nسؤال_x000D_سؤال",
        "cites": " \u2066eg-conduct/code-2019/a\u2069 ،\n\n eg-conduct/code-2019/b؛ تاريخي : a/b/c ;",
        "topics": "الخصوصية والبيانات الشخصيه, Reporting\nGIFTS",
    }
    sources, findings = read_spreadsheet(saved(sheet_of([{**GOOD, **row}])))
    assert findings == ()
    document = sources[0].document
    assert (document["title"]["ar"], document["key"]) == ("عنوان", "new-key")
    assert (document["situation"]["ar"], document["prompt"]["ar"]) == ("سطر\nسطر", "سؤال\nسؤال\nسؤال")
    past = {"at": "a/b/c", "as": "history"}
    assert document["cites"] == ["eg-conduct/code-2019/a", "eg-conduct/code-2019/b", past]
    assert document["topics"] == ["privacy", "reporting", "gifts"]


def test_numbers_are_taken_as_they_are_shown() -> None:
    shown = {12.0: "12", 0.1 + 0.2: "0.3", -7: "-7", 1e21: "1" + "0" * 21, 2.5: "2.5", 1e300: "1e+300"}
    for number, text in shown.items():
        sources, findings = read_spreadsheet(saved(sheet_of([{**GOOD, "title.en": number, "difficulty": 2.0}])))
        assert findings == ()
        assert sources[0].document["title"]["en"] == text
        assert sources[0].document["difficulty"] == 2


def test_digits_and_hyphens_of_the_keyboard_at_hand_are_understood() -> None:
    row = one_of("multiple_choice")
    answers = {name: text for name, text in row.items() if name.endswith(".answer")}
    typed = str.maketrans("0123456789-", "٠١٢٣٤٥٦٧٨٩\u2212")
    row |= {name: text.replace("/", " / ").translate(typed) for name, text in answers.items()}
    sources, findings = read_spreadsheet(saved(sheet_of([{**row, "difficulty": "٢"}])))
    assert findings == ()
    (document,) = [held for held in HELD if held["key"] == row["key"]]
    assert [one["credit"] for one in sources[0].document["options"]] == [one["credit"] for one in document["options"]]


def test_yes_and_no_may_be_ticked() -> None:
    for ticked, sensitive in ((True, True), (False, False), ("نعم", True), ("NO", False)):
        sources, findings = read_spreadsheet(saved(sheet_of([{**GOOD, "sensitive": ticked}])))
        assert findings == ()
        assert sources[0].document["sensitive"] is sensitive


def test_options_without_a_key_get_one_by_their_place() -> None:
    row = {name: text for name, text in one_of("ordering").items() if not re.fullmatch(r"option\d\.key", name)}
    sources, findings = read_spreadsheet(saved(sheet_of([row])))
    assert findings == ()
    assert structure(sources[0], read_scenario)[1] == ()
    assert sorted(sources[0].document["key_order"]) == [f"option-{place}" for place in range(1, 6)]


def test_what_is_missing_is_left_to_the_structure() -> None:
    sources, findings = read_spreadsheet(
        saved(sheet_of([{"key": "new", "kind": "خيار واحد", "bank": "eg-conduct"}])), "sent.xlsx"
    )
    assert findings == ()
    _, faults = structure(sources[0], read_scenario)
    missing = {(fault.place, fault.line) for fault in faults if fault.code == "missing"}
    assert {("title", 2), ("prompt", 2), ("options", 2), ("cites", 2), ("topics", 2), ("difficulty", 2)} <= missing


# Cells


@pytest.mark.parametrize(
    ("name", "value", "path", "code"),
    [
        ("title.ar", "=1+1", "title.ar", "cell-formula"),
        ("title.ar", date(2026, 11, 21), "title.ar", "cell-date"),
        ("title.ar", clock_time(12, 30), "title.ar", "cell-date"),
        ("option2.answer", date(2026, 3, 1), "options.2.credit", "cell-date"),
        ("title.ar", True, "title.ar", "cell-truth"),
        ("option1.ruling.ar", "ا" * 5001, "options.1.ruling.ar", "cell-too-long"),
        ("author_note", "x" * 10_000, "author_note", "cell-too-long"),
        ("hint.ar", "#N/A", "hint.ar", "cell-error"),
        ("prompt.ar", "a_x0007_b", "prompt.ar", "bad-character"),
        ("bank", "بنك آخر", "bank", "not-in-list"),
        ("topics", "الخصوصية والبيانات الشخصية\nشيء آخر", "topics.2", "not-in-list"),
        ("audience", "nobody", "audience.1", "not-in-list"),
        ("sensitive", "ربما", "sensitive", "not-in-list"),
        ("medium", "تلفاز", "exhibit.medium", "not-in-list"),
        ("compare1.verdict", "أفضل", "compare.1.verdict", "not-in-list"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(name: str, value: object, path: str, code: str) -> None:
    row = {**GOOD, "key": "faulty", name: value}
    content = saved(sheet_of([{**GOOD, "key": "good"}, row]))
    sources, findings = read_spreadsheet(content)
    assert [(finding.line, finding.place, finding.code) for finding in findings] == [(3, path, code)]
    assert [source.document["key"] for source in sources] == ["good"], "the other rows are read"
    if code.startswith("cell-"):
        assert findings[0].values["cell"] == cell(name, 3)


def test_a_text_that_was_marked_as_one_may_begin_like_a_formula() -> None:
    book = sheet_of([GOOD])
    noted = book.active[cell("author_note")]
    noted.value, noted.data_type = "=1+1", "s"
    assert told(saved(book)) == [(2, "author_note", "cell-formula")]
    noted.quotePrefix = True
    sources, findings = read_spreadsheet(saved(book))
    assert findings == ()
    assert sources[0].document["author_note"] == "=1+1"


@pytest.mark.parametrize("form", ["dd/mm/yyyy", "[h]", "h:mm", "[h]:mm:ss", 'd "من" mmmm', "[$-ar-EG]d mmmm", "mmm-yy"])
def test_a_date_is_known_by_its_form(form: str) -> None:
    book = sheet_of([{**GOOD, "hint.ar": 45000}])
    book.active[cell("hint.ar")].number_format = form
    assert told(saved(book)) == [(2, "hint.ar", "cell-date")]


@pytest.mark.parametrize("form", ["0.00", "General", "@", '0 "days"', "[Red]0", r"0\d", "#,##0_d", "[$EGP] 0"])
def test_a_number_is_no_date_whatever_stands_beside_it(form: str) -> None:
    book = sheet_of([{**GOOD, "hint.ar": 45000}])
    book.active[cell("hint.ar")].number_format = form
    assert told(saved(book)) == []


def test_formulas_of_every_sort_are_found() -> None:
    content = saved(sheet_of([GOOD]))
    place = f'<c r="{cell("hint.ar")}"'.encode()
    assert place not in content
    for formula in (
        b'<f t="shared" ref="A1:A2" si="0">1+1</f><v>2</v>',
        b'<f t="shared" si="0"/><v>2</v>',
        b'<f t="array" ref="A1">SUM(A1)</f><v>2</v>',
        b"<f/>",
    ):
        changed = in_sheet(content, b"</row></sheetData>", place + b">" + formula + b"</c></row></sheetData>")
        assert told(changed) == [(2, "hint.ar", "cell-formula")]


def test_a_date_that_is_stored_as_one_is_found() -> None:
    stored = f'<c r="{cell("hint.ar")}" t="d"><v>2026-11-21</v></c></row></sheetData>'.encode()
    content = in_sheet(saved(sheet_of([GOOD])), b"</row></sheetData>", stored)
    assert told(content) == [(2, "hint.ar", "cell-date")]


def test_a_number_beyond_all_bounds_is_left_as_it_is() -> None:
    stored = f'<c r="{cell("hint.ar")}"><v>1E+999999999</v></c></row></sheetData>'.encode()
    content = in_sheet(saved(sheet_of([GOOD])), b"</row></sheetData>", stored)
    (source,), findings = read_spreadsheet(content)
    assert findings == ()
    assert source.document["hint"] == {"ar": "1E+999999999"}


# Rows


@pytest.mark.parametrize(
    ("kind", "change", "expected"),
    [
        ("single_choice", {"kind": "تمييز المخالفة"}, [("kind", "kind-not-in-table")]),
        ("single_choice", {"kind": "branching"}, [("kind", "kind-not-in-table")]),
        ("single_choice", {"kind": "سؤال"}, [("kind", "not-in-list")]),
        ("single_choice", {"kind": None}, [("kind", "missing")]),
        ("single_choice", {"bank": None}, [("bank", "missing")]),
        ("judgement", {"option2.answer": "جيد"}, [("options.2.credit", "not-in-list")]),
        ("most_least", {"option1.answer": "الأنسب", "option2.answer": "الأنسب"}, "pick-twice"),
        ("most_least", {"option1.answer": "1"}, [("options.1.credit", "not-in-list")]),
        ("ordering", {"option1.answer": "1", "option2.answer": "1"}, [("key_order", "bad-places")]),
        ("ordering", {"option1.answer": None}, [("key_order", "bad-places")]),
        ("ordering", {"option1.answer": "9"}, [("key_order", "bad-places")]),
        ("ordering", {"option1.answer": "أولًا"}, [("key_order", "bad-places")]),
    ],
)
def test_an_answer_that_cannot_be_read_is_named(kind: str, change: Values, expected: Any) -> None:
    found = told_of({**one_of(kind), **change})
    if isinstance(expected, str):
        assert {code for _, _, code in found} == {expected}
    else:
        assert [(path, code) for _, path, code in found] == expected


def test_an_option_that_was_passed_over_is_named() -> None:
    row = {name: text for name, text in GOOD.items() if not name.startswith("option2.")}
    assert told_of(row) == [(2, "options.2.text.ar", "group-passed-over")]
    # What comes after has moved up; of its structure nothing is told under a wrong number.
    without_ruling = {name: text for name, text in row.items() if not name.startswith("option4.ruling")}
    assert told_of(without_ruling) == [(2, "options.2.text.ar", "group-passed-over")]
    compared = {
        f"compare2.{name}": text for name, text in (("edition", "a/b"), ("verdict", "silent"), ("note.ar", "لا"))
    }
    without = {name: text for name, text in GOOD.items() if not name.startswith("compare")}
    assert told_of({**without, **compared}) == [(2, "compare.1.edition", "group-passed-over")]


def test_all_that_is_wrong_with_a_row_is_told_at_once_and_nothing_twice() -> None:
    row = {
        **GOOD,
        "title.ar": date(2026, 1, 1),
        "situation.ar": None,
        "option1.cites": "المادة 3",
        "option2.answer": date(2026, 3, 1),
        "topics": "شيء",
    }
    assert told_of(row) == [
        (2, "title.ar", "cell-date"),
        (2, "options.2.credit", "cell-date"),
        (2, "topics.1", "not-in-list"),
        (2, "options.1.cites.1", "bad-address"),
        (2, "situation", "no-arabic"),
    ]


POST = {
    "medium": "منشور",
    "exhibit.ar": "الكاتب: مريم\nالحساب: m_reads\nحساب رسمي: لا\nالتعريف: قارئة\nالوقت: الآن\n\nنص.",
    "exhibit.en": "Author: Mariam\nProfile: Reader\nWhen: Now\n\nText.",
}
TALK = {"medium": "حوار", "exhibit.ar": "هالة: أهلًا\nوليد: نعم", "exhibit.en": "Hala: Hello\nWalid: Yes"}


@pytest.mark.parametrize(
    ("exhibit", "change", "expected"),
    [
        (POST, {"medium": None}, [("exhibit.medium", "exhibit-without-medium")]),
        (POST, {"exhibit.en": "By: Mariam\n\nText."}, [("exhibit.en", "exhibit-line")]),
        (POST, {"exhibit.en": "Text without a name."}, [("exhibit.en", "exhibit-line")]),
        (
            POST,
            {"exhibit.en": "Author: Mariam\nWhen: Now\nwhen: Then\nProfile: R\n\nT"},
            [("exhibit.en", "exhibit-line-twice")],
        ),
        (POST, {"exhibit.en": f"Account: other\n{POST['exhibit.en']}"}, [("exhibit.en", "exhibit-differs")]),
        (POST, {"exhibit.en": f"Official account: yes\n{POST['exhibit.en']}"}, [("exhibit.en", "exhibit-differs")]),
        (POST, {"exhibit.ar": POST["exhibit.ar"].replace("لا", "ربما")}, "not-in-list"),
        (
            TALK,
            {"exhibit.ar": "هالة: أهلًا\nنعم"},
            [("exhibit.ar", "turn-without-speaker")],
        ),
        (TALK, {"exhibit.en": "Hala: Hello"}, [("exhibit.turns.en", "turns-differ")]),
        (TALK, {"exhibit.ar": ": أهلًا\nوليد: نعم"}, "turn-without-speaker"),
    ],
)
def test_an_exhibit_that_cannot_be_read_is_named(exhibit: Values, change: Values, expected: Any) -> None:
    assert told_of({**GOOD, **exhibit}) == []
    found = told_of({**GOOD, **exhibit, **change})
    if isinstance(expected, str):
        assert expected in {code for _, _, code in found}
    else:
        assert [(path, code) for _, path, code in found] == expected


def test_an_exhibit_is_read_as_people_write_it() -> None:
    sources, _ = read_spreadsheet(saved(sheet_of([{**GOOD, **POST}, {**GOOD, **TALK, "key": "talk"}])))
    assert sources[0].document["exhibit"] == {
        "medium": "post",
        "author": {"ar": "مريم", "en": "Mariam"},
        "handle": "m_reads",
        "official": False,
        "profile": {"ar": "قارئة", "en": "Reader"},
        "when": {"ar": "الآن", "en": "Now"},
        "body": {"ar": "نص.", "en": "Text."},
    }
    longer = (
        "author : مريم \nالحساب:m_reads\nحساب رسمي: NO\nالتعريف: قارئة: كتب\nالوقت: الآن\n\n\nسطر: أول\n\nسطر ثانٍ\n"
    )
    sources, _ = read_spreadsheet(saved(sheet_of([{**GOOD, **POST, "exhibit.ar": longer}])))
    assert sources[0].document["exhibit"]["profile"]["ar"] == "قارئة: كتب"
    assert sources[0].document["exhibit"]["body"]["ar"] == "سطر: أول\n\nسطر ثانٍ"
    talk = "هالة: الساعة 5:30\n  أو بعدها\n\nوليد: نعم"
    sources, _ = read_spreadsheet(saved(sheet_of([{**GOOD, **TALK, "exhibit.ar": talk}])))
    assert sources[0].document["exhibit"]["turns"] == [
        {"who": {"ar": "هالة", "en": "Hala"}, "says": {"ar": "الساعة 5:30\nأو بعدها", "en": "Hello"}},
        {"who": {"ar": "وليد", "en": "Walid"}, "says": {"ar": "نعم", "en": "Yes"}},
    ]
