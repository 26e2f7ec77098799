"""Tables for table programs: right to left, with real days, safe against formulas, written as they come."""

import csv
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from quiz.presentation.sheets import Value, csv_pieces, write_workbook

HEADINGS = ("الاسم", "الرقم", "الموعد")
DAY = date(2026, 11, 21)
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", '=HYPERLINK("x")']


def read_csv(rows: Sequence[Sequence[Value]]) -> list[list[str]]:
    content = b"".join(csv_pieces(HEADINGS, rows)).decode()
    assert content[0] == "\ufeff"
    return list(csv.reader(StringIO(content[1:], newline="")))


def test_csv_is_what_excel_opens_in_arabic() -> None:
    found = read_csv([('نهى, "سالم"', 7, DAY), ("سطر\nثانٍ", None, None)])
    assert found == [list(HEADINGS), ['نهى, "سالم"', "7", "2026-11-21"], ["سطر\nثانٍ", "", ""]]
    assert b"".join(csv_pieces(HEADINGS, [])).endswith("الموعد\r\n".encode())


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_of_a_csv_is_a_formula(text: str) -> None:
    assert read_csv([(text, 1, None)])[1][0] == f"'{text}"


def test_numbers_keep_their_sign() -> None:
    assert read_csv([("س", -7, None)])[1][1] == "-7"


@pytest.mark.parametrize(("language", "is_right_to_left"), [("ar", True), ("en", False)])
def test_a_workbook_has_its_direction_filters_and_real_days(language: str, is_right_to_left: bool) -> None:
    into = BytesIO()
    assert write_workbook(into, "المتأخرون", HEADINGS, iter([("نهى", 7, DAY), ("علي", None, None)]), language) == 2
    sheet = load_workbook(into).active
    assert sheet is not None
    assert bool(sheet.sheet_view.rightToLeft) is is_right_to_left
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("المتأخرون", "A2", "A1:C3")
    assert [cell.value for cell in sheet[1]] == list(HEADINGS)
    assert sheet["A1"].font.bold
    assert sheet["C2"].value == datetime(2026, 11, 21)  # noqa: DTZ001 - the format has no zone
    assert (sheet["C2"].number_format, sheet["B2"].value, sheet["B3"].value) == ("yyyy-mm-dd", 7, None)


@pytest.mark.parametrize("text", [*FORMULAS, "a\x00b\x0bc", "س" * 40_000])
def test_no_text_of_a_workbook_is_a_formula_or_spoils_it(text: str) -> None:
    into = BytesIO()
    write_workbook(into, "=title", HEADINGS, [(text, 1, None)], "ar")
    sheet = load_workbook(into).active
    assert sheet is not None
    assert sheet["A2"].data_type == "s"
    said = "".join(sign for sign in text if sign.isprintable() or sign in "\t\r\n")[:32_767]
    assert str(sheet["A2"].value).replace("\r\n", "\n") in {said, said.replace("\r", "\n")}
