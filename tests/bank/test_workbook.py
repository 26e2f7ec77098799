"""Whatever is sent as a workbook: it is read within bounds, or refused as what it seems to be."""

import time
import tracemalloc
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.bank.checks import structure
from quiz.bank.spreadsheet import MOST_FINDINGS, MOST_ROWS, read_spreadsheet, write_template
from quiz.bank.table import parts
from quiz.bank.table.columns import BY_NAME, COLUMNS
from quiz.bank.table.parts import letters_of, number_of
from quiz.bank.table.to_cells import cells_of
from quiz.bank.table.workbook import LIMITS, open_workbook
from quiz.engine.document import read_scenario
from tests.sheets import GOOD, HELD, SHEET, cell, in_sheet, rezipped, saved, sheet_of, told, told_of

TEMPLATE = write_template(HELD[:3])


def refused(content: bytes) -> list[tuple[str, dict[str, str]]]:
    """What is said of a file as a whole."""
    sources, findings = read_spreadsheet(content, "sent.xlsx")
    assert sources == ()
    assert {(finding.file, finding.line, finding.path) for finding in findings} == {("sent.xlsx", 0, ())}
    return [(finding.code, dict(finding.values)) for finding in findings]


# The reader beside another


@pytest.mark.parametrize("content", [TEMPLATE, write_template(HELD[:3], "en"), saved(sheet_of([GOOD]))])
def test_cells_are_read_as_openpyxl_reads_them(content: bytes) -> None:
    book = open_workbook(content)
    other = openpyxl.load_workbook(BytesIO(content))
    assert list(book.sheets) == other.sheetnames
    for sheet in other:
        ours = {(row, one.column): one.text for row, cells in book.sheet(sheet.title).rows.items() for one in cells}
        theirs = {(one.row, one.column): one.value for row in sheet.iter_rows() for one in row if one.value is not None}
        assert ours == theirs


def test_shared_and_rich_texts_are_read_without_their_pronunciation() -> None:
    # As Excel writes them: a table of texts, some in runs, with how they are pronounced beside.
    table = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>المفتاح</t></si>'
        "<si><r><t>سر</t></r><r><rPr><b/></rPr><t>ّيّة</t></r><rPh><t>no</t></rPh></si></sst>"
    ).encode()
    content = saved(sheet_of([]))
    types = b'<Relationship Id="rIdS" Type="http://x/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>'
    cells = b'<row r="9"><c r="A9" t="s"><v>1</v></c><c t="s"><v>0</v></c><c r="D9" t="str"><v>x_x0041_</v></c></row>'

    def change(name: str, part: bytes) -> bytes | None:
        if name == "xl/sharedStrings.xml":
            return None
        part = part.replace(b"</Relationships>", types) if name == "xl/_rels/workbook.xml.rels" else part
        return part.replace(b"</sheetData>", cells + b"</sheetData>") if name == SHEET else part

    book = open_workbook(rezipped(content, change, **{"xl/sharedStrings.xml": table}))
    row = book.sheet("Scenarios").rows[9]
    assert [(one.column, one.text) for one in row] == [(1, "سرّيّة"), (2, "المفتاح"), (4, "xA")]


def test_the_strict_form_of_the_format_is_read_too() -> None:
    names = {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006": b"http://purl.oclc.org/ooxml/officeDocument",
    }

    def change(_: str, part: bytes) -> bytes:
        for old, new in names.items():
            part = part.replace(old, new)
        return part

    assert told(rezipped(TEMPLATE, change)) == []


def test_columns_are_counted_as_spreadsheets_count_them() -> None:
    for number, letters in ((1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")):
        assert (letters_of(number), number_of(letters)) == (letters, number)


# Headings and sheets


def test_headings_that_are_wrong_are_named() -> None:
    names = [column.name for column in COLUMNS if column.name not in {"prompt.ar", "option2.cites", "hint.ar"}]
    book = sheet_of([GOOD], names)
    sheet = book.active
    sheet.cell(1, len(names) + 1, "الملاحظات")
    sheet.cell(1, len(names) + 2, "Key")
    sheet.cell(2, len(names) + 4, "شيء")
    places = [f"{letters_of(len(names) + extra)}1" for extra in (1, 2)]
    sources, findings = read_spreadsheet(saved(book))
    assert sources == ()
    assert [(finding.line, finding.place, finding.code, dict(finding.values)) for finding in findings] == [
        (1, "", "heading-unknown", {"cell": places[0], "value": "الملاحظات"}),
        (1, "key", "heading-twice", {"cell": places[1], "value": "المفتاح", "other": "Key"}),
        (1, "prompt.ar", "heading-missing", {"value": "السؤال بالعربية", "other": "Question in Arabic"}),
        (1, "options.2.cites", "heading-missing", {"value": "الخيار 2: الأسانيد", "other": "Option 2: citations"}),
    ]


def test_under_a_heading_that_is_not_known_no_row_is_read() -> None:
    book = sheet_of([{**GOOD, "title.ar": True}])
    book.active[cell("medium", 1)] = "الوسيلة؟"
    assert told(saved(book)) == [(1, "", "heading-unknown")]


def test_what_stands_beside_the_table_is_named_once() -> None:
    book = sheet_of([GOOD, {**GOOD, "key": "b"}])
    beside = len(COLUMNS) + 3
    book.active.cell(2, beside, "ملاحظة")
    book.active.cell(3, beside, "أخرى")
    sources, findings = read_spreadsheet(saved(book))
    assert [(finding.line, finding.code, finding.values["cell"]) for finding in findings] == [
        (2, "cell-without-heading", f"{letters_of(beside)}2")
    ]
    assert len(sources) == 2


def test_a_table_may_begin_lower_down() -> None:
    book = sheet_of([GOOD])
    book.active.insert_rows(1, 3)
    (source,), findings = read_spreadsheet(saved(book))
    assert findings == ()
    assert source.line(()) == 5


def test_headings_that_are_none_of_ours_are_no_table() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Name", "Age"])
    book.active.append(["x", 3])
    assert refused(saved(book)) == [("no-headings", {})]


def test_a_table_without_rows_says_so() -> None:
    assert told(saved(sheet_of([]))) == [(0, "", "no-rows")]
    assert told(saved(sheet_of([{"key": "  "}]))) == [(0, "", "no-rows")]
    book = sheet_of([])
    book.active.delete_rows(1)
    assert refused(saved(book)) == [("no-rows", {})]


def test_merged_cells_are_named_and_their_rows_are_not_read() -> None:
    book = sheet_of([GOOD, {**GOOD, "key": "b"}, {**GOOD, "key": "c"}])
    sheet = book.active
    sheet.merge_cells(f"{cell('title.ar', 3)}:{cell('title.en', 3)}")
    sheet.merge_cells("A4:A9")
    sources, findings = read_spreadsheet(saved(book))
    assert [(finding.line, finding.code, finding.values) for finding in findings] == [
        (3, "merged-cells", {"value": "D3:E3"}),
        (4, "merged-cells", {"value": "A4:A9"}),
    ]
    assert [source.document["key"] for source in sources] == [GOOD["key"]]


def test_the_sheet_of_scenarios_is_found_and_others_are_named() -> None:
    book = sheet_of([GOOD])
    book.create_sheet("Sheet2")
    assert told(saved(book)) == [], "an empty sheet disturbs nobody"
    book["Sheet2"]["A1"] = "x"
    sources, findings = read_spreadsheet(saved(book))
    assert [(finding.code, finding.values) for finding in findings] == [("sheet-not-read", {"value": "Sheet2"})]
    assert len(sources) == 1
    book.active.title = "المواقف"
    assert [code for *_, code in told(saved(book))] == ["sheet-not-read"]
    book.active.title = "January"
    assert refused(saved(book)) == [("no-sheet", {"value": "المواقف", "other": "Scenarios"})]
    del book["Sheet2"]
    assert told(saved(book)) == [], "the only sheet may be called anything"


def test_links_to_other_workbooks_are_refused() -> None:
    links = b'<Relationship Id="rIdL" Type="http://x/externalLink" Target="externalLinks/e1.xml"/></Relationships>'
    content = rezipped(TEMPLATE, lambda _, part: part.replace(b"</Relationships>", links))
    assert [code for *_, code in told(content)] == ["workbook-with-links"]


# What is no workbook

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def zip_with(*names: str) -> bytes:
    into = BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return into.getvalue()


@pytest.mark.parametrize(
    ("content", "code", "found"),
    [
        (b"", "empty-file", None),
        (COMPOUND, "not-a-workbook", "xls"),
        (COMPOUND + "EncryptedPackage".encode("utf-16-le"), "workbook-locked", None),
        (zip_with("mimetype", "content.xml"), "not-a-workbook", "ods"),
        (zip_with("_rels/.rels", "xl/workbook.bin"), "not-a-workbook", "xlsb"),
        (zip_with("_rels/.rels", "word/document.xml"), "not-a-workbook", "docx"),
        (zip_with("scenarios/eg-conduct/a.yaml"), "not-a-workbook", "zip"),
        (zip_with("_rels/.rels"), "workbook-broken", None),
        ("المفتاح,النوع\n".encode(), "not-a-workbook", "csv"),
        ("\ufeff<html><table>".encode(), "not-a-workbook", "html"),
        (b"  \n<?xml version='1.0'?><Workbook/>", "not-a-workbook", "html"),
        (b"%PDF-1.7", "not-a-workbook", "pdf"),
        ("key,kind".encode("utf-16"), "not-a-workbook", "unknown"),
        (b"PK\x03\x04", "zip-broken", None),
        (TEMPLATE[: len(TEMPLATE) // 2], "zip-broken", None),
    ],
)
def test_another_file_by_this_name_is_refused_as_what_it_is(content: bytes, code: str, found: str | None) -> None:
    assert refused(content) == [(code, {"found": found} if found else {})]


@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "_rels/.rels"]
)
@pytest.mark.parametrize("damage", ["cut", "doctype", "entity", "binary"])
def test_a_part_that_is_damaged_or_dangerous_is_refused(part: str, damage: str) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'

    def change(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        head, mark, rest = content.partition(b"<" + (b"?xml" if content.startswith(b"<?xml") else b""))
        declared = content[: content.index(b"?>") + 2] if mark == b"<?xml" else b""
        return {
            "cut": content[: len(content) // 2],
            "doctype": declared + b'<!DOCTYPE x SYSTEM "file:///etc/passwd">' + content[len(declared) :],
            "entity": declared + bomb + content[len(declared) :],
            "binary": b"\x00\xff" + head + rest,
        }[damage]

    assert refused(rezipped(TEMPLATE, change)) == [("workbook-broken", {})]


@pytest.mark.parametrize(
    "cells",
    [
        b'<c r="A2" t="s"><v>999</v></c>',
        b'<c r="A2" t="s"><v>x</v></c>',
        b'<c r="2A"><v>1</v></c>',
        b'<c r="A2" s="x"><v>1</v></c>',
        b'<c r="A99999999"><v>1</v></c>',
    ],
)
def test_cells_that_make_no_sense_are_a_damaged_workbook(cells: bytes) -> None:
    content = saved(sheet_of([]))
    changed = in_sheet(content, b"</sheetData>", b'<row r="2">' + cells + b"</row></sheetData>")
    assert refused(changed) == [("workbook-broken", {})]


# Bounds


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    large = rezipped(TEMPLATE, lambda name, part: part + b" " * LIMITS.together if name == SHEET else part)
    assert len(large) < 10**6
    tracemalloc.start()
    try:
        assert refused(large) == [("zip-too-large", {"most": "64"})]
        assert tracemalloc.get_traced_memory()[1] < 10**7
    finally:
        tracemalloc.stop()


def test_more_rows_than_a_table_has_are_refused() -> None:
    rows = [{"key": f"k-{place}"} for place in range(MOST_ROWS + 1)]
    names = [column.name for column in COLUMNS if column.is_needed]
    assert told(saved(sheet_of(rows, names))) == [(0, "", "too-many-rows")]
    assert "too-many-rows" not in {code for *_, code in told(saved(sheet_of(rows[1:], names)))}


def test_a_sheet_that_claims_to_be_huge_is_read_for_what_stands_in_it() -> None:
    content = saved(sheet_of([GOOD]))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        dimension = archive.read(SHEET).split(b"<dimension ")[1].split(b"/>")[0]
    far = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    changed = in_sheet(content, b"<dimension " + dimension + b"/>", b'<dimension ref="A1:XFD1048576"/>')
    changed = in_sheet(changed, b"</sheetData>", far)
    begun = time.process_time()
    assert told(changed) == []
    assert time.process_time() - begun < 2
    spoken = in_sheet(changed, b'<c r="XFD1048576" s="0"/>', b'<c r="XFD1048576"><v>1</v></c>')
    assert (1048576, "", "cell-without-heading") in told(spoken)


@pytest.mark.parametrize("filling", [b'<row r="9">' + b"<c/>" * 500_000 + b"</row>", b"<row/>" * 100_000])
def test_a_sheet_of_nothing_but_formats_is_refused_in_time(filling: bytes) -> None:
    assert (parts.MOST_CELLS, parts.MOST_ROWS) == (500_000, 100_000)
    changed = in_sheet(saved(sheet_of([GOOD])), b"</sheetData>", filling + b"</sheetData>")
    begun = time.process_time()
    assert refused(changed) == [("sheet-too-large", {"most": "500000"})]
    assert time.process_time() - begun < 10


def with_relation(kind: str, target: str, times: int = 1) -> Any:
    """A change that lets the workbook speak of a part, many times."""
    relation = f'<Relationship Id="rX%d" Type="http://x/{kind}" Target="/{target}"/>'
    more = "".join(relation % number for number in range(times)).encode()
    place = "xl/_rels/workbook.xml.rels"
    return lambda name, part: part.replace(b"</Relationships>", more + b"</Relationships>") if name == place else part


def test_a_part_that_is_named_a_thousand_times_is_read_once() -> None:
    content = saved(sheet_of([GOOD]))
    formats = b'<row r="9">' + b"<c/>" * 100_000 + b"</row></sheetData>"
    names = "".join(f'<sheet name="s{number}" r:id="rId1"/>' for number in range(3000)).encode()
    names = names.replace(
        b"r:id", b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id'
    )
    strings = b'<sst xmlns="http://x">' + b"<si/>" * 100_000 + b"</sst>"
    content = in_sheet(content, b"</sheetData>", formats)
    content = rezipped(content, lambda _, part: part.replace(b"</sheets>", names + b"</sheets>"))
    content = rezipped(content, with_relation("sharedStrings", "xl/many.xml", 3000), **{"xl/many.xml": strings})
    begun = time.process_time()
    assert {code for *_, code in told(content)} == {"sheet-not-read", "too-many-faults"}
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "trap",
    [
        b"<a>" * 2_000_000,
        b"<a " + b" ".join(b'a%d=""' % number for number in range(400_000)) + b"/>",
        b"<!--" + b"x" * 3_000_000 + b"-->",
    ],
    ids=["deep", "of many attributes", "silent"],
)
def test_what_would_fill_the_memory_of_a_parser_is_refused(trap: bytes) -> None:
    content = in_sheet(saved(sheet_of([GOOD])), b"</sheetData>", b"</sheetData>" + trap)
    tracemalloc.start()
    try:
        assert refused(content) == [("workbook-broken", {})]
        assert tracemalloc.get_traced_memory()[1] < 4 * 10**7
    finally:
        tracemalloc.stop()


def test_one_long_text_in_every_cell_is_not_looked_at_in_each() -> None:
    strings = f'<sst xmlns="http://x"><si><t>{"سرّ" * 400_000}</t></si></sst>'.encode()
    row = "".join(f'<c r="{letters_of(number)}%d" t="s"><v>0</v></c>' for number in range(1, 90))
    cells = "".join(f'<row r="{number}">{row.replace("%d", str(number))}</row>' for number in range(3, 100))
    content = in_sheet(saved(sheet_of([GOOD])), b"</sheetData>", cells.encode() + b"</sheetData>")
    content = rezipped(content, with_relation("sharedStrings", "xl/long.xml"), **{"xl/long.xml": strings})
    begun = time.process_time()
    assert {code for *_, code in told(content)} == {"cell-too-long", "missing", "too-many-faults"}
    assert time.process_time() - begun < 5


def test_a_form_of_numbers_is_no_longer_than_one() -> None:
    book = sheet_of([{**GOOD, "hint.ar": 45000}])
    book.active[cell("hint.ar")].number_format = "0.000"
    content = rezipped(saved(book), lambda _, part: part.replace(b'"0.000"', b'"' + b"[" * 200_000 + b'd"'))
    begun = time.process_time()
    assert told(content) == [], "what is cut off is no date"
    assert time.process_time() - begun < 5


def test_what_is_said_of_the_sheets_is_short() -> None:
    padded = rezipped(
        TEMPLATE, lambda name, part: part + b" " * parts.MOST_BYTES if name == "xl/workbook.xml" else part
    )
    assert refused(padded) == [("file-too-large", {"most": "8192"})]


def test_only_so_many_texts_and_merged_ranges_are_kept() -> None:
    strings = b'<sst xmlns="http://x">' + b"<si/>" * (parts.MOST_CELLS + 1) + b"</sst>"
    types = b'<Relationship Id="rIdS" Type="http://x/sharedStrings" Target="/xl/many.xml"/></Relationships>'
    content = saved(sheet_of([GOOD]))
    many = rezipped(content, lambda _, part: part.replace(b"</Relationships>", types), **{"xl/many.xml": strings})
    assert refused(many) == [("sheet-too-large", {"most": "500000"})]
    merged = b"</sheetData><mergeCells>" + b'<mergeCell ref="A3:B3"/>' * 1100 + b"</mergeCells>"
    content = in_sheet(content, b"</sheetData>", merged)
    assert len(open_workbook(content).sheet("Scenarios").merged) == parts.MOST_MERGES
    assert told(content)[-1] == (0, "", "too-many-faults")


def test_only_so_many_faults_are_told() -> None:
    wrong = {column.name: True for column in COLUMNS if column.words is None}
    findings = told_of(*[wrong] * 20)
    assert len(findings) == MOST_FINDINGS + 1
    assert findings[-1] == (0, "", "too-many-faults")


def test_a_thousand_rows_are_read_and_checked_in_seconds() -> None:
    rows = [cells_of(document, "ar") for document in HELD]
    names = [column.name for column in COLUMNS if any(column.name in row for row in rows) or column.is_needed]
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Scenarios")
    sheet.append([BY_NAME[name].ar for name in names])
    for place in range(1000):
        row = {**rows[place % len(rows)], "key": f"s-{place}"}
        sheet.append([row.get(name) for name in names])
    content = saved(book)
    begun = time.process_time()
    sources, findings = read_spreadsheet(content)
    faults = [fault for source in sources for fault in structure(source, read_scenario)[1]]
    took = time.process_time() - begun
    assert (len(sources), findings, faults) == (1000, (), [])
    assert took < 5  # 1.5 seconds as a rule


SMALL = saved(sheet_of([GOOD]))


@given(st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), min_size=1, max_size=4))
@settings(max_examples=90, deadline=None)
def test_no_damage_makes_the_reader_stumble(damage: list[tuple[int, int]]) -> None:
    content = bytearray(SMALL)
    for place, value in damage:
        content[place] = value
    sources, findings = read_spreadsheet(bytes(content))
    assert sources or findings


def words_of(part: str) -> list[bytes]:
    with zipfile.ZipFile(BytesIO(TEMPLATE)) as archive:
        return sorted(set(archive.read(part).replace(b"<", b" ").replace(b">", b" ").split()))[:400]


WORDS = {name: words_of(name) for name in (SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels")}
ODD = st.sampled_from(
    [b"", b"-1", b"99999999999999999999", b"x", "نص".encode(), b'"', b"<c/>", b"</row>", b"&#0;", b"1e400"]
)


@given(st.sampled_from(sorted(WORDS)), st.data(), ODD)
@settings(max_examples=90, deadline=None)
def test_no_odd_word_in_a_part_makes_the_reader_stumble(part: str, data: Any, odd: bytes) -> None:
    word = data.draw(st.sampled_from(WORDS[part]))
    changed = rezipped(TEMPLATE, lambda name, content: content.replace(word, odd) if name == part else content)
    sources, findings = read_spreadsheet(changed)
    assert sources or findings


@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", COMPOUND[:8]]))
@settings(max_examples=100, deadline=None)
def test_no_bytes_make_the_reader_stumble(content: bytes, beginning: bytes) -> None:
    sources, findings = read_spreadsheet(beginning + content)
    assert sources == ()
    assert findings


def test_the_guide_speaks_of_the_bounds_there_are() -> None:
    page = (Path(__file__).resolve().parents[2] / "quiz" / "bank" / "table" / "guide.py").read_text()
    assert f"up to {MOST_ROWS} rows" in page
    assert "up to 5000 letters" in page
