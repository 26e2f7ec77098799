"""Mark sheets and keys as people save them, and everything that can be wrong in them, told with its place."""

import pytest

from tests.cli.sheets import MOODLE, SLOTS, Write, figures, run, sheet

SOUND = "person,q1,q2\np1,1,0\np2,.5,1\np3,0,1\n"
NOT_UTF_8 = "this is not UTF-8 (byte %#x); save the sheet as CSV UTF-8"


def facilities(*arguments: object) -> list[float]:
    return [item["facility"] for item in figures(*map(str, arguments))["items"]]


def test_arabic_headings_and_digits(write: Write) -> None:
    names = ["موقف ١", "موقف ٢"]
    marks = write("marks.csv", "\ufeff" + sheet(names, [("١", "٠٫٥"), ("١/٣", "۰٫۲۵"), ("", "٥٠٪")], ";"))
    assert facilities(marks) == [pytest.approx(4 / 9), pytest.approx(5 / 12)]
    assert [item["item"] for item in figures(marks)["items"]] == names


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_delimiter_gives_the_same_figures(write: Write, delimiter: str) -> None:
    wanted = figures(write("marks.csv", sheet(SLOTS, MOODLE)))
    assert figures(write("other.csv", sheet(SLOTS, MOODLE, delimiter).replace("\n", "\r\n"))) == wanted


def test_a_decimal_comma_stands_where_commas_delimit_nothing(write: Write) -> None:
    assert facilities(write("marks.csv", "person;a, hard;b\np1;0,5;1\n")) == [0.5, 1.0]
    result = run(write("marks.csv", 'person,a,b\np1,"0,5",1\n'))
    assert "marks.csv:2:2: 0,5 is not a number" in result.output


def test_a_name_over_two_lines_is_shown_in_one(write: Write) -> None:
    marks = write("marks.csv", 'person,"a \n\u200fhard"\n"p\n1",1\n')
    assert [item["item"] for item in figures(marks)["items"]] == ["a hard"]


def test_a_decimal_is_read_as_it_is_written(write: Write) -> None:
    assert facilities(write("marks.csv", "person,a\np1,.3333333\n")) == [0.3333333]
    assert facilities(write("marks.csv", "person,a\np1,1/3\n")) == [1 / 3]


def test_a_blank_cell_counts_nothing_and_a_blank_row_is_none(write: Write) -> None:
    read = figures(write("marks.csv", "\nperson,a,b\np1,1,\n\n,,\np1, ,1\n"))
    assert [item["facility"] for item in read["items"]] == [0.5, 0.5]
    assert read["test"]["attempts"] == 2


@pytest.mark.parametrize(
    "key",
    [
        "item,choice,fraction\nq1,أ,1\nq1,ج,١\nq1,ب,٠\nq2,1,1\n",
        "Choice;Fraction;Item\nأ;1;q1\nج;1,0;q1\n1;100%;q2\n",
        "item,key\nq1,أ|ج\nq2,١\n",
        "item,key\nq2,1\nq1, ج | أ |\n",
        "q2,q1\n1,أ|ج\n",
        "person,group,q1,q2\nkey,,أ|ج,١\n",
    ],
)
def test_a_key_is_long_short_or_wide(write: Write, key: str) -> None:
    raw = "person,group,q1,q2\np1,x,أ,١\np2,x,ب,1\np3,y,ج ,2\np4,y,,\n"
    read = figures(write("raw.csv", raw), "--key", write("key.csv", key), "--group", "group")
    first, second = read["items"]
    assert (first["facility"], second["facility"]) == (0.5, 0.5)
    assert [(one["choice"], one["count"]) for one in first["options"]] == [("", 1), ("أ", 1), ("ب", 1), ("ج", 1)]
    # ١ and 1 are one choice, spelled as the key has it.
    assert sorted(one["count"] for one in second["options"]) == [1, 1, 2]


def told(*arguments: object) -> list[str]:
    """Return the faults that are told, by the names of files, without the line that counts them."""
    result = run(*map(str, arguments))
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    *lines, last = result.stderr.splitlines()
    assert last == f"Error: faults: {len(lines)}; nothing was computed"
    return [line.rpartition("/")[2] for line in lines]


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        ("", ["1:1: the file is empty"]),
        ("\ufeff\n \n", ["1:1: the file is empty"]),
        (",,\n", ["1:1: there is no header row"]),
        ("p1,1,.5\np2,0,1\n", ["1:1: there is no header row: marks stand where the items should have their names"]),
        ("person\np1\n", ["1:1: there is no column of an item"]),
        ("person,,b\np1,1,0\n", ["1:2: the column has no name"]),
        ("person,q١, q1\np1,1,0\n", ["1:3: the name q1 stands over column 2 already"]),
        ("person,a,b\np1,1\np2,1,1,1\n", [
            "2:3: the row has 2 cells, the header 3", "3:4: the row has 4 cells, the header 3",
        ]),
        ("person,a\np1,1.5\np2,-0.1\n", ["2:2: 1.5 is not from 0 to 1", "3:2: -0.1 is not from 0 to 1"]),
        ("person,a\np1,A\np2,1٬0\np3,nan\n", [
            "2:2: A is not a number", "3:2: 1٬0 is not a number", "4:2: nan is not a number",
        ]),
        ('person,a\n"p\n1",1\np2,x\n', ["4:2: x is not a number"]),
        ('person,a\np1,1\np2,"1\np3,1\n', ["3:1: the rows cannot be read from here on: unexpected end of data"]),
        (b"person,a\np1,1\n" + "p2,1أ\n".encode("cp1256"), [f"3:2: {NOT_UTF_8 % 0xC3}"]),
        ("person,a\np1,1\n".encode("utf-16"), [f"1:1: {NOT_UTF_8 % 0xFF}"]),
    ],
)  # fmt: skip
def test_each_fault_of_a_sheet_is_told_with_its_place(write: Write, content: str | bytes, faults: list[str]) -> None:
    assert told(write("marks.csv", content)) == [f"marks.csv:{fault}" for fault in faults]


@pytest.mark.parametrize(
    ("key", "faults"),
    [
        ("", ["key.csv:1:1: the file is empty"]),
        (b"\xff", [f"key.csv:1:1: {NOT_UTF_8 % 0xFF}"]),
        ("item,key\nq1,A\n", ["raw.csv:1:3: the key has no line for q2"]),
        ("item,key\nq1,A\nq2,B\nq3,B\n,A\n", [
            "key.csv:4:1: the sheet has no item q3", "key.csv:5:1: there is no item",
        ]),
        ("item,key\nq1,A\nq2,B\nq1,B\nq2,\n", [
            "key.csv:4:1: q1 has a line already: 2", "key.csv:5:1: q2 has a line already: 3",
            "key.csv:5:2: there is no right choice",
        ]),
        ("item,key\nq1,A|A\nq2,B\n", ["key.csv:2:2: A stands in the key of q1 already"]),
        ("item,choice,fraction\nq1,A,1\nq1,A,0\nq2,,1\nq2,B,\nq2,C,2\nq2,D,x\nq2,E\n", [
            "key.csv:3:2: A stands in the key of q1 already", "key.csv:4:2: there is no choice",
            "key.csv:5:3: there is no number", "key.csv:6:3: 2 is not from 0 to 1", "key.csv:7:3: x is not a number",
            "key.csv:8:3: the row has 2 cells, the header 3",
        ]),
        ("q1,q2,q3\nA,,B\nA,A,A\n", [
            "key.csv:1:3: the sheet has no item q3", "key.csv:2:2: there is no right choice",
            "key.csv:3:1: a wide key has one row of right choices",
        ]),
        ("q1,q2\n", [
            "key.csv:1:1: no row of right choices follows the header", "raw.csv:1:2: the key has no line for q1",
            "raw.csv:1:3: the key has no line for q2",
        ]),
    ],
)  # fmt: skip
def test_each_fault_of_a_key_is_told_with_its_place(write: Write, key: str | bytes, faults: list[str]) -> None:
    raw = write("raw.csv", "person,q1,q2\np1,A,B\n")
    assert told(raw, "--key", write("key.csv", key)) == faults


def test_an_unknown_group_is_told(write: Write) -> None:
    marks = write("marks.csv", SOUND)
    wanted = "marks.csv:1:1: after the person there is no column unit to group by"
    assert told(marks, "--group", "unit", "--reference", "x") == [wanted]
    assert told(marks, "--group", "person") == [wanted.replace("unit", "person")]
    marks = write("marks.csv", "person,q1,unit\np1,1,x\np2,2,y\n")
    assert told(marks, "--group", "unit", "--reference", "z") == [
        "marks.csv:1:3: nobody is in the group z",
        "marks.csv:3:2: 2 is not from 0 to 1",
    ]


def test_the_faults_of_both_files_are_told_at_once(write: Write) -> None:
    faults = told(write("raw.csv", "person,q1,\np1,A\n"), "--key", write("key.csv", "item,key\nq2,A\n"), "--group", "x")
    assert faults == [
        "key.csv:2:1: the sheet has no item q2",
        "raw.csv:1:1: after the person there is no column x to group by",
        "raw.csv:1:2: the key has no line for q1",
        "raw.csv:1:3: the column has no name",
        "raw.csv:2:3: the row has 2 cells, the header 3",
    ]
    assert told(write("raw.csv", ""), "--key", write("key.csv", "item,choice,fraction\nq1,A,2\n")) == [
        "key.csv:2:3: 2 is not from 0 to 1",
        "raw.csv:1:1: the file is empty",
    ]


def test_of_very_many_faults_the_first_are_told_and_all_are_counted(write: Write) -> None:
    result = run(write("marks.csv", sheet("a", [["x"]] * 250)))
    assert result.exit_code == 1
    *lines, more, last = result.stderr.splitlines()
    assert len(lines) == 100
    assert lines[-1].endswith(":101:2: x is not a number")
    assert (more, last) == ("… and 150 more", "Error: faults: 250; nothing was computed")


def test_misuse_is_told_as_misuse(write: Write) -> None:
    marks = write("marks.csv", SOUND)
    for arguments in ((), ("nowhere.csv",), (marks, "--key", "nowhere.csv"), (marks, "--reference", "x")):
        assert run(*arguments).exit_code == 2, arguments
