"""Files in and out at the desk: sent, gone through with and without script, made into drafts; what is wrong is told."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook

from quiz.access.actor import Role
from quiz.bank.archive import read_archive
from quiz.bank.reader import Reading
from quiz.bank.writer import write_document
from quiz.services import uploading
from quiz.services.loading import Release, install_release
from quiz.services.unit_of_work import Works
from quiz.web.editor.files import MOST_BYTES
from tests.builders import scenario_document, words
from tests.fixtures.people import SYSTEM
from tests.pages import HERE, Page, RoleClient

Open = Callable[..., RoleClient]
FILES = "/edit/files"


@pytest.fixture
def client(signed_in: Open) -> RoleClient:
    return signed_in(Role.EDITOR)


def yaml(key: str, **changes: Any) -> bytes:
    return write_document("scenario", scenario_document(key, **changes))


def zipped(**files: bytes) -> bytes:
    into = BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"scenarios/eg-cybercrime/{name}.yaml", content)
    return into.getvalue()


def send(client: RoleClient, name: str, content: bytes, status: int = 303) -> Page:
    page = client.submit(client.get(FILES), f"{FILES}$", {"file": (BytesIO(content), name)}, status)
    # The client lays what is large into a file of its own, which nobody else closes.
    page.response.request.environ["wsgi.input"].close()
    return page


def checked(client: RoleClient, name: str, content: bytes) -> Page:
    """Send a file and press «go on» until it has been gone through."""
    return through(client, send(client, name, content).location)


def through(client: RoleClient, address: str) -> Page:
    page = client.get(address)
    while page.forms("/on$"):
        page = client.get(client.submit(page, "/on$").location)
    return page


def drafted(client: RoleClient, page: Page) -> Page:
    return through(client, client.submit(page, "/drafts$").location)


def badges(page: Page) -> list[str]:
    return [badge.get_text(strip=True) for badge in page.soup.select("section[aria-labelledby=entries] .badge")]


# In


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_zip_becomes_drafts_by_presses_alone(
    signed_in: Open, works: Works, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(uploading, "AT_ONCE", 2)
    stands = scenario_document("sent-a")
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), [stands, scenario_document("sent-b")], ()))
    client = signed_in(Role.EDITOR, language=language)
    new = yaml("sent-c", situation=words("اكتب المذكرة"), options=[])
    content = zipped(a=yaml("sent-a"), b=yaml("sent-b", difficulty=2, cites=[]), c=new, d=b"key: [")
    page = checked(client, "ours.zip", content)
    assert [one.rpartition("/")[2] for one in page.links(f"{FILES}/[0-9a-f]+/[0-9]+$")] == ["1", "2", "3"]
    assert len(page.soup.select("section[aria-labelledby=unread] li")) == 1
    assert page.soup.select("section[aria-labelledby=entries] details .findings__one--error")
    for place, differs in (("1", False), ("2", True)):
        entry = client.get(page.links(f"{FILES}/[0-9a-f]+/{place}$")[0])
        assert bool(entry.soup.select("section[aria-labelledby=differs] .diff__place")) is differs
    client.get(page.links(f"{FILES}/[0-9a-f]+/3$")[0])
    made = drafted(client, page)
    assert made.tones == ["good"]
    assert len(made.links("/edit/drafts/[0-9a-f]+$")) == 2
    listed = client.get(FILES)
    assert [address for address in listed.links(f"{FILES}/[0-9a-f]{{32}}$")] == [page.response.request.path]


def test_one_content_file_is_enough(client: RoleClient) -> None:
    page = checked(client, "any name.yaml", yaml("sent-a"))
    assert (page.h1, badges(page)) == ("any name.yaml", ["جديد"])


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("letter.pdf", b"%PDF-1.7 words"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\x00\x00"),
        ("broken.zip", b"PK\x03\x04 and no more"),
        ("empty.zip", b"PK\x05\x06" + bytes(18)),
        ("list.yaml", b"- a\n- b\n"),
        ("empty.yaml", b""),
        ("empty.xlf", b""),
        ("page.xlf", b"<html/>"),
        ("poem.yaml", b"rose: red\n"),
        ("windows.yaml", "title: {ar: عنوان}\n".encode("cp1256")),
        ("windows.xlf", b'<?xml version="1.0" encoding="no-such"?><xliff/>'),
        ("half.xlf", '<?xml version="1.0"?><xliff>عنوان'.encode("utf-16")[:-3]),
        ("entity.xlf", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xliff>&a;</xliff>'),
        ("bomb.zip", zipped(a=bytes(40 * 1024 * 1024))),
        ("words.xlsx", zipped(a=b"key: a")),
        ("windows.csv", "المفتاح;العنوان\nأ;ب\n".encode("cp1256")),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_else_is_in_it(
    signed_in: Open, name: str, content: bytes, language: str
) -> None:
    page = checked(signed_in(Role.EDITOR, language=language), name, content)
    assert page.soup.select("section[aria-labelledby=unread] li")
    assert not page.soup.select("section[aria-labelledby=entries]")
    assert not page.forms("/drafts$")


def test_what_no_row_can_hold_is_no_example_in_the_table(client: RoleClient, works: Works, reading: Reading) -> None:
    (held,) = (one.document for one in reading.scenarios if one.document["key"] == "answer-in-the-residents-group")
    title = {"ar": " يبدأ بمسافة", "en": " Begun by a space"}
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), ({**held, "title": title},), ()))
    book = load_workbook(BytesIO(client.get(f"{FILES}/template.xlsx").response.get_data()))
    assert held["key"] not in {cell.value for row in book.active.iter_rows() for cell in row}


def test_the_table_of_examples_comes_back_as_it_stands(client: RoleClient) -> None:
    table = client.get(f"{FILES}/template.xlsx").response.get_data()
    page = checked(client, "examples.xlsx", table)
    assert len(badges(page)) >= 8
    assert set(badges(page)) == {"قائم هكذا من قبل"}
    other = checked(client, "examples.csv", b"key;title")
    assert other.soup.select("section[aria-labelledby=unread] li")
    assert not badges(other)


def test_cells_that_were_merged_are_named_and_the_rest_is_read(client: RoleClient) -> None:
    book = load_workbook(BytesIO(client.get(f"{FILES}/template.xlsx").response.get_data()))
    sheet = max(book.worksheets, key=lambda one: one.max_column)
    sheet.merge_cells(start_row=3, end_row=3, start_column=4, end_column=5)
    content = BytesIO()
    book.save(content)
    page = checked(client, "merged.xlsx", content.getvalue())
    assert page.soup.select(
        "section[aria-labelledby=unread] li, section[aria-labelledby=entries] .findings__one--error"
    )
    assert len(badges(page)) >= 6


def test_no_file_asks_for_one(client: RoleClient) -> None:
    form = client.get(FILES)
    for values in ({}, {"file": (BytesIO(b""), "")}, {"file": "words"}):
        refused = client.submit(form, f"{FILES}$", values, 422)
        assert refused.tones == ["bad"]
    assert not client.get(FILES).soup.select("section[aria-labelledby=sent]")


def test_too_much_in_a_file_is_refused_on_the_page(client: RoleClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "MOST_ENTRIES", 1)
    refused = send(client, "ours.zip", zipped(a=yaml("sent-a"), b=yaml("sent-b")), 422)
    assert refused.tones == ["bad"]
    assert "أجزاء" in refused.soup.find(id="fault").get_text()


def test_too_large_a_file_is_a_page_that_says_so(client: RoleClient) -> None:
    refused = send(client, "ours.zip", bytes(MOST_BYTES + 1), 413)
    assert refused.h1 == refused.soup.title.get_text().partition(" – ")[0]
    assert refused.main
    # Larger than other forms may be, and not yet too large.
    checked(client, "large.yaml", b"#" * (MOST_BYTES // 2))


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"], indirect=True)
def test_a_sign_that_no_database_holds_is_told_and_left_out(client: RoleClient) -> None:
    said = yaml("sent-b").decode().replace("title:", 'hint: {"ar": "a\\0b"}\ntitle:', 1)
    named = 'key: sent-c\nbank: eg-cybercrime\n"x\\0y": 1\n"x\\0y": 2\n'
    content = zipped(a=yaml("sent-a"), b=said.encode(), c=named.encode())
    page = checked(client, "ours\x00.zip", content)
    unread = [one.get_text() for one in page.soup.select("section[aria-labelledby=unread] li")]
    assert len([one for one in unread if "U+0000" in one]) == 2
    assert badges(page) == ["جديد"]
    drafted(client, page)


# With a script


def test_a_script_gets_the_progress_and_then_the_page(client: RoleClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "AT_ONCE", 1)
    page = client.get(send(client, "ours.zip", zipped(a=yaml("sent-a"), b=yaml("sent-b"))).location)
    form = page.forms("/on$")[0]
    assert (form["hx-post"], form["hx-target"]) == (form["action"], f"#{form['id']}")
    assert page.soup.select("head script[src*=pieces]")
    where, hidden = page.fields("/on$")

    def go_on() -> Any:
        return client.client.post(where, data=hidden, base_url=HERE, headers={"HX-Request": "true"})

    piece = go_on()
    found = BeautifulSoup(piece.get_data(as_text=True), "html5lib")
    assert (piece.status_code, found.h1) == (200, None)
    assert found.find(id="progress")["hx-post"] == where
    assert "١ من ٢" in found.get_text()
    done = go_on()
    there = page.response.request.path
    assert (done.status_code, done.headers["HX-Redirect"], done.get_data()) == (200, there, b"")
    assert go_on().headers["HX-Redirect"] == there, "pressed once more"


def test_pressed_twice_makes_drafts_once(client: RoleClient) -> None:
    page = checked(client, "a.yaml", yaml("sent-a"))
    where = client.submit(page, "/drafts$").location
    assert client.submit(page, "/drafts$").location == where
    assert len(through(client, where).links("/edit/drafts/[0-9a-f]+$")) == 1
    assert client.submit(page, "/drafts$").location == where
    assert len(client.get("/edit/drafts").links("/edit/drafts/[0-9a-f]+$")) == 1


# What comes of the worst of it


WORST = """
key: sent-{place}
bank: eg-cybercrime
{field}: {value}
"""


def test_no_faulty_draft_takes_a_page_away(client: RoleClient) -> None:
    fields = (
        "title",
        "situation",
        "prompt",
        "exhibit",
        "options",
        "cites",
        "kind",
        "hint",
        "difficulty",
        "topics",
        "bank",
        "nodes",
        "passages",
        "compare",
        "key_ratings",
        "jurisdiction",
        "unknown",
    )
    values = ("words", "{ar: [1]}", "[{key: [a]}, 1]")
    cases = [(field, value) for field in fields for value in values]
    content = zipped(
        **{f"a{place:03}": WORST.format(place=place, field=field, value=value).encode()
           for place, (field, value) in enumerate(cases)}
    )  # fmt: skip
    page = checked(client, "worst.zip", content)
    assert len(badges(page)) == len(cases)
    made = drafted(client, page)
    for address in ("/edit/", "/edit/drafts", "/edit/translation", FILES):
        client.get(address)
    # What the pages of these drafts say has its own tests; here they must not fail.
    broken = []
    for (field, value), address in zip(cases, made.links("/edit/drafts/[0-9a-f]+$"), strict=True):
        for path in (address, f"{address}/review"):
            response = client.client.get(path, base_url=HERE)
            if response.status_code != 200:
                broken.append(f"{field}: {value} {path.rpartition('/')[2]}: {response.status_code}")
    assert not broken, "\n".join(broken)


# Out


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER])
def test_everything_and_each_bank_can_be_taken_away(signed_in: Open, reading: Reading, role: Role) -> None:
    client = signed_in(role)
    page = client.get(FILES)
    assert bool(page.forms(f"{FILES}$")) is (role is Role.EDITOR)
    addresses = page.links("published.zip")
    assert len(addresses) == 4
    for address in addresses:
        response = client.get(address).response
        assert response.mimetype == "application/zip"
        assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    found = read_archive(client.get(addresses[1]).response.get_data())
    bank = addresses[1].rpartition("=")[2]
    assert len(found.scenarios) == sum(source.document["bank"] == bank for source in reading.scenarios)
    client.get(f"{FILES}/published.zip?bank=no-such", status=404)
