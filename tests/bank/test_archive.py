"""A zip of content is read like a folder; what is wrong with it is said, whatever the bytes are."""

import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.bank.archive import MOST_FILES, read_archive, write_archive
from quiz.bank.reader import MOST_BYTES, read_folder
from quiz.bank.writer import Unwritable, write_document
from quiz.bank.zipped import Limits, Refused, open_zip, unpack

CONTENT = Path(__file__).resolve().parents[2] / "content"
MODULE = "format: 1\nkey: gifts\nblueprint: []\n"
SCENARIO = "format: 1\nkey: letter\nbank: eg-conduct\n"
Entry = tuple[str | zipfile.ZipInfo, str | bytes]


def zipped(*entries: Entry, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    into = BytesIO()
    with zipfile.ZipFile(into, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return into.getvalue()


def entry(name: str, **fields: Any) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    for field, value in fields.items():
        setattr(info, field, value)
    return info


def found(content: bytes) -> list[tuple[str, str]]:
    return [(finding.file, finding.code) for finding in read_archive(content).findings]


def files(content: bytes) -> list[str]:
    reading = read_archive(content)
    assert reading.findings == ()
    return [source.file for source in (*reading.instruments, *reading.scenarios, *reading.modules)]


def patched(content: bytes, signature: bytes, offset: int, form: str, value: int) -> bytes:
    """Return a zip with one number changed in its last record of a kind."""
    changed = bytearray(content)
    struct.pack_into(form, changed, content.rindex(signature) + offset, value)
    return bytes(changed)


LISTED, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"


# What is read


def test_all_that_is_shipped_comes_back_from_an_archive() -> None:
    reading = read_folder(CONTENT)
    kinds = {"instrument": reading.instruments, "scenario": reading.scenarios, "module": reading.modules}
    documents = [(kind, source.document) for kind, sources in kinds.items() for source in sources]
    content = write_archive(documents)
    back = read_archive(content)
    assert back.findings == ()
    for kind, sources in kinds.items():
        came = getattr(back, f"{kind}s")
        assert {one.file: one.document for one in came} == {one.file: one.document for one in sources}
        assert [one.file for one in came] == sorted(one.file for one in came)
    assert write_archive(reversed(documents)) == content, "the order of the documents does not matter"


def test_an_archive_that_is_written_opens_anywhere() -> None:
    with zipfile.ZipFile(BytesIO(write_archive([("module", {"key": "gifts"})]))) as archive:
        assert archive.testzip() is None
        (info,) = archive.infolist()
        assert (info.filename, archive.read(info)) == ("modules/gifts.yaml", b"key: gifts\n")
        assert (info.date_time[0], info.external_attr >> 16) == (1980, 0o100644)


def test_what_cannot_be_written_is_no_archive() -> None:
    with pytest.raises(Unwritable):
        write_archive([("module", {"key": "../gifts"})])


@pytest.mark.parametrize("around", ["", "content/", "بنك المواقف/", "amana export (1)/", "./content/"])
def test_one_folder_around_everything_is_allowed(around: str) -> None:
    content = zipped(
        (f"{around}instruments/law.yaml", "editions: []"),
        (f"{around}scenarios/eg-conduct/letter.yaml", SCENARIO),
        (f"{around}modules/gifts.yaml", MODULE),
    )
    assert files(content) == ["instruments/law.yaml", "scenarios/eg-conduct/letter.yaml", "modules/gifts.yaml"]


def test_a_folder_of_content_is_not_taken_for_one_around_it() -> None:
    assert files(zipped(("modules/gifts.yaml", MODULE))) == ["modules/gifts.yaml"]
    assert found(zipped(("scenarios/letter.yaml", SCENARIO))) == [("scenarios/letter.yaml", "stray-file")]


def test_files_without_folders_are_placed_by_what_they_hold() -> None:
    assert files(zipped(("a.yaml", SCENARIO), ("b.yaml", MODULE), ("c.yaml", "editions: []"))) == [
        "instruments/c.yaml", "scenarios/eg-conduct/a.yaml", "modules/b.yaml",
    ]  # fmt: skip
    mixed = [("a.yaml", SCENARIO), ("b.yaml", SCENARIO.replace("eg-", "ae-"))]
    assert files(zipped(*mixed)) == ["scenarios/ae-conduct/b.yaml", "scenarios/eg-conduct/a.yaml"]
    assert files(zipped(("new/letter.yaml", SCENARIO))) == ["scenarios/eg-conduct/letter.yaml"]
    assert found(zipped(("a.yaml", "x: 1"))) == [("a.yaml", "document-of-no-kind")]
    assert files(zipped(("a.yaml", "bank: ../x"))) == ["scenarios/a.yaml"], "nothing but a key names a folder"


@pytest.mark.parametrize(
    ("text", "kind", "file"),
    [
        (SCENARIO, "scenarios", "scenarios/eg-conduct/letter.yaml"),
        (MODULE, "modules", "modules/gifts.yaml"),
        ("key: law\neditions: []", "instruments", "instruments/law.yaml"),
        ("key: A B\nbank: eg-conduct", "scenarios", "sent (1).yaml"),
    ],
)
def test_a_single_file_is_read_too(text: str, kind: str, file: str) -> None:
    reading = read_archive(text.encode(), "sent (1).yaml")
    assert reading.findings == ()
    (source,) = getattr(reading, kind)
    assert source.file == file
    assert source.document


def test_the_faults_of_a_single_file_have_its_name_and_line() -> None:
    (finding,) = read_archive(b"a: 1\nb: &x 2\n", "sent.yaml").findings
    assert (finding.file, finding.line, finding.code) == ("sent.yaml", 2, "alias")
    (finding,) = read_archive(b"a: 1\n", "sent.yaml").findings
    assert (finding.file, finding.code) == ("sent.yaml", "document-of-no-kind")


def test_what_systems_add_is_passed_over() -> None:
    content = zipped(
        ("content/", b""),
        ("content/modules/", b""),
        ("content/modules/gifts.yaml", MODULE),
        ("content/.DS_Store", b"\x00\x01"),
        ("content/modules/Thumbs.db", b"\x00"),
        ("content/modules/desktop.ini", b"x"),
        ("content/.git/modules/x.yaml", b"x"),
        ("__MACOSX/content/modules/._gifts.yaml", b"\x00"),
    )
    assert files(content) == ["modules/gifts.yaml"]


def test_a_name_in_utf8_that_does_not_say_so_is_read() -> None:
    # As some programs write it: the bytes of UTF-8, and no flag.
    content = zipped(("مجلد/modules/gifts.yaml", MODULE))
    for signature, offset in ((LISTED, 8), (LOCAL, 6)):
        content = patched(content, signature, offset, "<H", 0)
    assert files(content) == ["modules/gifts.yaml"]


# What is wrong with a file


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("/modules/a.yaml", "zip-name"),
        ("../modules/a.yaml", "zip-name"),
        ("modules/../../a.yaml", "zip-name"),
        ("modules/./a.yaml", "zip-name"),
        ("modules//a.yaml", "zip-name"),
        ("modules\\a.yaml", "zip-name"),
        ("C:/modules/a.yaml", "zip-name"),
        ("modules/a\u202eb.yaml", "zip-name"),
        ("modules/a\nb.yaml", "zip-name"),
        ("modules/" + "a" * 200 + ".yaml", "zip-name"),
        ("modules/a.yml", "stray-file"),
        ("modules/a.YAML", "stray-file"),
        ("modules/more/a.yaml", "stray-file"),
        ("module/a.yaml", "stray-file"),
        ("notes.docm", "stray-file"),
        ("README.md", "stray-file"),
        ("more/README.md", "stray-file"),
        ("modules/a.zip", "nested-archive"),
        ("table.XLSX", "nested-archive"),
        ("modules/a.tar.gz", "nested-archive"),
    ],
)
def test_a_file_that_is_not_read_is_named(name: str, code: str) -> None:
    content = zipped(("modules/gifts.yaml", MODULE), (name, "key: a"))
    ((file, said),) = found(content)
    assert said == code
    assert file.isprintable()
    assert len(file) <= 201
    assert [source.file for source in read_archive(content).modules] == ["modules/gifts.yaml"], "the others are"


def test_an_archive_that_calls_itself_yaml_is_not_opened() -> None:
    inner = zipped(("modules/gifts.yaml", MODULE))
    assert found(zipped(("modules/a.yaml", inner))) == [("modules/a.yaml", "nested-archive")]


@pytest.mark.parametrize("mode", [0o120777, 0o020666, 0o010666, 0o140777])
def test_links_and_devices_are_refused(mode: int) -> None:
    link = entry("modules/a.yaml", create_system=3, external_attr=mode << 16)
    assert found(zipped((link, "/etc/passwd"))) == [("modules/a.yaml", "zip-link")]


def test_a_name_in_an_unknown_encoding_is_refused() -> None:
    content = zipped(("modules/سلام.yaml", MODULE)).replace("سلام".encode(), "سلام".encode("cp1256") + b"1234")
    # Still said to be UTF-8: nothing of the zip can be listed.
    assert found(content) == [("", "zip-name-encoding")]
    for signature, offset in ((LISTED, 8), (LOCAL, 6)):
        content = patched(content, signature, offset, "<H", 0)
    ((_, code),) = found(content)
    assert code == "zip-name-encoding"


def test_an_entry_with_a_password_is_refused() -> None:
    content = zipped(("modules/a.yaml", MODULE))
    for signature, offset in ((LISTED, 8), (LOCAL, 6)):
        content = patched(content, signature, offset, "<H", 1)
    assert found(content) == [("modules/a.yaml", "zip-encrypted")]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_unpack_without_bounds_are_refused(method: int) -> None:
    assert found(zipped(("modules/a.yaml", MODULE), method=method)) == [("modules/a.yaml", "zip-method")]


@pytest.mark.parametrize(
    "names",
    [
        ("modules/a.yaml", "modules/a.yaml"),
        ("modules/aB.yaml", "modules/Ab.yaml"),
        ("modules/caf\u00e9.yaml", "modules/cafe\u0301.yaml"),
        ("x/modules/a.yaml", "x/modules/a.yaml"),
        ("a.yaml", "modules/a.yaml"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_stands_twice_is_refused(names: tuple[str, str]) -> None:
    content = zipped(*((name, MODULE) for name in names))
    ((_, code),) = found(content)
    assert code == "file-twice"
    assert len(read_archive(content).modules) == 1


def test_a_file_has_the_limits_of_a_file() -> None:
    assert found(zipped(("modules/a.yaml", b"a: " + b"x" * (MOST_BYTES - 2)))) == [("modules/a.yaml", "file-too-large")]
    (finding,) = read_archive(zipped(("modules/a.yaml", "a: 1\nb: *x\n"))).findings
    assert (finding.file, finding.line, finding.code) == ("modules/a.yaml", 2, "alias")


def test_an_empty_archive_says_so() -> None:
    assert found(zipped()) == [(".", "nothing-to-read")]
    assert found(zipped((".DS_Store", b"x"))) == [(".", "nothing-to-read")]


# What is wrong with the zip


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7\n", "not-an-archive"),
        (b"\x1f\x8b\x08\x00", "not-an-archive"),
        (b"Rar!\x1a\x07\x01\x00", "not-an-archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "not-an-archive"),
        ("key: a".encode("utf-16"), "not-an-archive"),
        (b"PK\x07\x08PK\x03\x04", "not-a-zip"),
        (b"PK\x03\x04 and nothing else", "zip-broken"),
        (b"PK\x05\x06", "zip-broken"),
        (b"", "empty-file"),
        ("مفتاح: نص".encode("cp1256"), "not-utf8"),
    ],
)
def test_what_is_no_archive_is_refused_as_a_whole(content: bytes, code: str) -> None:
    reading = read_archive(content, "sent.zip")
    assert [(finding.file, finding.code) for finding in reading.findings] == [("sent.zip", code)]
    assert not reading.instruments + reading.scenarios + reading.modules


def test_half_an_archive_is_refused() -> None:
    content = zipped(*((f"modules/m{number}.yaml", MODULE) for number in range(9)))
    assert found(content[: len(content) // 2]) == [("", "zip-broken")]
    assert found(content[:-1]) == [("", "zip-broken")]


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped(*((f"modules/m{number}.yaml", b"a" * MOST_BYTES) for number in range(20)))
    assert len(bomb) < 50_000
    large = zipped(*((f"modules/m{number}.yaml", b"a" * MOST_BYTES) for number in range(129)))
    single = zipped(("modules/m.yaml", b"a" * 30 * MOST_BYTES))
    tracemalloc.start()
    try:
        assert found(bomb) == [("", "zip-swells")]
        assert found(large) == [("", "zip-too-large")]
        assert found(single) == [("", "zip-swells")]
        assert tracemalloc.get_traced_memory()[1] < 5 * MOST_BYTES
    finally:
        tracemalloc.stop()


def test_a_bomb_that_lies_about_its_size_is_not_unpacked() -> None:
    bomb = zipped(("modules/m.yaml", b"a" * 40 * MOST_BYTES))
    for signature, offset in ((LISTED, 24), (LOCAL, 22)):
        bomb = patched(bomb, signature, offset, "<L", 1000)
    tracemalloc.start()
    try:
        assert found(bomb) == [("modules/m.yaml", "zip-broken-entry")]
        assert tracemalloc.get_traced_memory()[1] < 5 * MOST_BYTES
    finally:
        tracemalloc.stop()


def test_only_so_much_of_an_entry_is_unpacked() -> None:
    with open_zip(zipped(("a", b"x" * 100)), Limits(entries=9, together=1000, times=9)) as opened:
        assert unpack(opened, opened.infolist()[0], 100) == b"x" * 100
        with pytest.raises(Refused, match="file-too-large"):
            unpack(opened, opened.infolist()[0], 99)


def test_too_many_files_are_refused() -> None:
    many = zipped(*((f"modules/m{number}.yaml", b"") for number in range(MOST_FILES + 1)), method=zipfile.ZIP_STORED)
    assert found(many) == [("", "zip-too-many")]


def of_the_large_form(content: bytes) -> bytes:
    return content[: content.rindex(END)] + b"PK\x06\x07" + b"\0" * 16 + content[content.rindex(END) :]


@pytest.mark.parametrize(
    ("entries", "change", "code"),
    [
        (30, lambda content: content, "zip-too-many"),
        (100, lambda content: patched(content, END, 10, "<H", 3), "zip-too-many"),  # it says that it lists three
        (3, of_the_large_form, "zip-too-many"),
        (3, lambda content: patched(content, END, 4, "<H", 1), "zip-broken"),  # the second of two disks
        (19, lambda content: content, "zip-too-large"),
    ],
)
def test_the_list_of_contents_is_weighed_before_it_is_read(
    entries: int, change: Callable[[bytes], bytes], code: str
) -> None:
    content = change(zipped(*((f"{number:060}", b"") for number in range(entries))))
    most = 1000 if code == "zip-too-large" else 10**6
    with pytest.raises(Refused, match=code):
        open_zip(content, Limits(entries=20, together=most, times=9))


GOOD = zipped(
    ("content/modules/gifts.yaml", write_document("module", {"key": "gifts", "title": {"ar": "هدايا"}})),
    ("content/scenarios/eg-conduct/letter.yaml", SCENARIO),
)


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=6))
@settings(max_examples=400, deadline=None)
def test_no_damage_makes_the_reader_stumble(damage: list[tuple[int, int]]) -> None:
    content = bytearray(GOOD)
    for place, value in damage:
        content[place] = value
    reading = read_archive(bytes(content), "sent.zip")
    assert reading.findings or reading.modules or reading.scenarios


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06"]))
@settings(max_examples=150, deadline=None)
def test_no_bytes_make_the_reader_stumble(content: bytes, beginning: bytes) -> None:
    reading = read_archive(beginning + content, "sent.zip")
    assert reading.findings or reading.instruments or reading.scenarios or reading.modules
