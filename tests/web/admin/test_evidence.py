"""The evidence on the page and in the pack: the same figures, in the reader's language, sealed."""

import json
import re
import subprocess
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from openpyxl import load_workbook

from quiz.access.actor import Role
from quiz.presentation.evidence_words import COLUMN_WORDS, FIGURE_WORDS, NOTES, TABLE_WORDS
from quiz.records import pack, typesetting
from quiz.records.facts import canonical
from quiz.records.questions import QUESTIONS
from quiz.records.signing import Ed25519Signer
from quiz.services import people, sealing, turning
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.pages import HERE, RoleClient
from tests.web.learning import SHORT

Open = Callable[..., RoleClient]
SIGNER = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
UNSEEN = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\\s]")
HARAKAT = re.compile("[\u064b-\u0652]")


@pytest.fixture
def due(make_person: MakePerson, works: Works, short_modules: None) -> Someone:
    """Somebody who is past due."""
    someone = make_person(name="هند فؤاد زكي")
    with works.writing(SYSTEM) as work:
        people.assign_module(work, someone.public_id, SHORT, date(2026, 11, 20))
        turning.look_again(work)
    return someone


@pytest.fixture
def hr(browser: Open, make_person: MakePerson) -> RoleClient:
    return browser(make_person(Role.HR))


@pytest.fixture
def manager(browser: Open, make_person: MakePerson) -> RoleClient:
    return browser(make_person(Role.MANAGER))


@pytest.fixture
def with_key(app: Flask) -> None:
    works = app.extensions["works"]
    app.extensions["works"] = replace(works, tools=replace(works.tools, signer=SIGNER))


def test_the_manifest_holds_the_tip_of_the_audit_trail(hr: RoleClient, works: Works, due: Someone) -> None:
    assert "audit_tip" not in json.loads(taken(hr)[1]["manifest.json"])
    with works.writing(SYSTEM) as work:
        sealing.seal_some(work)
    with works.writing(SYSTEM) as work:
        tip = sealing.take_tip(work)
    assert tip is not None
    assert json.loads(taken(hr)[1]["manifest.json"])["audit_tip"] == tip.document()


def taken(client: RoleClient, path: str = "/admin/evidence", **sent: str) -> tuple[bytes, dict[str, bytes]]:
    token = client.token()
    with client.client.post(path, data={"csrf_token": token, **sent}, base_url=HERE) as response:
        assert response.status_code == 200, response.get_data(as_text=True)[:500]
        assert "attachment" in response.headers["Content-Disposition"]
        content = response.get_data()
    with ZipFile(BytesIO(content)) as archive:
        return content, {name: archive.read(name) for name in archive.namelist()}


def text_of(pdf: bytes) -> str:
    run = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return flat(run.stdout.decode())


def flat(text: str) -> str:
    return UNSEEN.sub("", HARAKAT.sub("", unicodedata.normalize("NFC", text)))


def test_every_question_stands_on_the_page_with_its_sources_and_figures(hr: RoleClient, due: Someone) -> None:
    page = hr.get("/admin/evidence")
    for question in QUESTIONS:
        assert flat(question.words.by_language["ar"]) in flat(page.text)
    # What is known from memory alone says so.
    assert "لم يُقارن بالنص" in page.text
    assert "لا يوجد" in page.text
    assert due.name not in page.text
    assert "غير موقعة" in page.text


def test_the_pack_holds_what_its_manifest_names_and_its_signature(with_key: None, hr: RoleClient, due: Someone) -> None:
    content, files = taken(hr)
    assert set(files) == {
        "README.txt", "evidence.json", "evidence.pdf", "evidence.xlsx", "manifest.json", "manifest.sig",
        "public-key.pem",
    }  # fmt: skip
    checked = pack.check(content, SIGNER.public_key)
    assert checked.faults == ()
    assert checked.manifest["scope"] == {"kind": "organisation"}
    assert checked.manifest["period"] == {"first": "2026-01-01", "last": "2026-11-21", "zone": "Africa/Cairo"}
    assert checked.manifest["program"]["name"] == "amana"
    assert str(checked.fingerprint)[:8] in hr.get("/admin/evidence").text
    readme = files["README.txt"].decode()
    assert "openssl pkeyutl -verify" in readme
    assert str(checked.fingerprint) in readme
    assert "طريقة التحقق" in readme
    assert "how to verify" in readme


def test_a_pack_without_a_key_says_everywhere_that_it_is_not_signed(hr: RoleClient, due: Someone) -> None:
    content, files = taken(hr)
    assert [one.code for one in pack.check(content).faults] == ["not-signed"]
    assert json.loads(files["manifest.json"])["signature"]["signed"] is False
    assert flat("غير موقعة") in text_of(files["evidence.pdf"])
    assert "not signed" in files["README.txt"].decode()


def test_all_three_forms_have_the_same_figures(hr: RoleClient, due: Someone) -> None:
    files = taken(hr)[1]
    document = json.loads(files["evidence.json"])
    assert canonical(document) == files["evidence.json"]
    timing = next(one for one in document["answers"] if one["code"] == "timing")
    assert {"what": "first-open", "share": {"number": 1, "of": 1}} in timing["figures"]
    sheet = load_workbook(BytesIO(files["evidence.xlsx"])).active
    assert sheet.sheet_view.rightToLeft
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[5:] for row in rows if row[2] == "المرة الأولى: لم يُتمّ بعد"] == [[1, 1]]
    assert {row[0] for row in rows} == set(range(1, 15))
    text = text_of(files["evidence.pdf"])
    assert flat("المرة الأولى: لم يُتمّ بعد") in text
    assert "٪١٠٠" in text or "١٠٠٪" in text


def test_the_pdf_is_to_be_kept_and_read_aloud(hr: RoleClient, due: Someone) -> None:
    files = taken(hr)[1]
    pdf = pikepdf.open(BytesIO(files["evidence.pdf"]))
    with pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
    assert pdf.Root.Lang == "ar"
    assert pdf.Root.ViewerPreferences.Direction == "/R2L"
    assert pdf.attachments["evidence.json"].get_file().read_bytes() == files["evidence.json"]
    kinds = [str(element.S) for element in elements(pdf.Root.StructTreeRoot.K)]
    assert kinds.count("/H1") == 1
    # One heading a question, and that of the list of questions.
    assert kinds.count("/H2") == len(QUESTIONS) + 1
    assert kinds.count("/TH") > 20
    text = text_of(files["evidence.pdf"])
    for question in QUESTIONS:
        assert flat(question.words.by_language["ar"]) in text


def elements(node: object) -> list[pikepdf.Dictionary]:
    if isinstance(node, pikepdf.Array):
        return [found for child in node for found in elements(child)]
    if isinstance(node, pikepdf.Dictionary) and "/S" in node:
        return [node, *elements(node.get("/K", pikepdf.Array()))]
    return []


def test_the_pdf_in_english_reads_from_the_left(due: Someone, browser: Open, make_person: MakePerson) -> None:
    files = taken(browser(make_person(Role.AUDITOR), "en"))[1]
    pdf = pikepdf.open(BytesIO(files["evidence.pdf"]))
    assert pdf.Root.Lang == "en"
    text = text_of(files["evidence.pdf"])
    assert flat("Is training given on joining, and then at intervals?") in text
    assert not set(text) & set("٠١٢٣٤٥٦٧٨٩")


def test_the_template_compiles_without_a_warning(hr: RoleClient, due: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[object] = []
    compiler = typesetting.compiler("evidence.typ")

    class Watching:
        def compile(self, **options: object) -> bytes:
            made, warnings = compiler.compile_with_warnings(**options)  # type: ignore[arg-type]
            found.extend(warnings)
            return made  # type: ignore[return-value]

    monkeypatch.setattr(typesetting, "compiler", lambda _: Watching())
    taken(hr)
    assert found == []


def test_a_manager_takes_the_pack_of_the_own_units(manager: RoleClient, due: Someone) -> None:
    team = manager.get("/manage/")
    assert "/manage/evidence" in team.links("/manage/evidence")
    page = manager.get("/manage/evidence")
    assert "لا يطّلع الرؤساء على ذلك" in page.text
    files = taken(manager, "/manage/evidence")[1]
    assert json.loads(files["manifest.json"])["scope"]["kind"] == "units"
    assert due.name not in files["evidence.json"].decode()


def test_another_period_is_shown_and_a_wrong_one_is_said_to_be(hr: RoleClient, manager: RoleClient) -> None:
    for client, path in ((hr, "/admin/evidence"), (manager, "/manage/evidence")):
        page = client.get(f"{path}?first=2025-01-01&last=2025-12-31")
        assert "٣١ ديسمبر ٢٠٢٥" in page.text
        for query in ("first=2027-01-01", "first=2026-05-02&last=2026-05-01", "first=nonsense"):
            refused = client.get(f"{path}?{query}", status=422)
            assert "bad" in refused.tones
        client.post(path, {"csrf_token": client.token(), "first": "nonsense"}, status=422)
        client.post(path, {"csrf_token": client.token(), "first": "2027-01-01"}, status=422)


def test_a_unit_that_is_not_the_managers_is_not_there(manager: RoleClient) -> None:
    manager.get("/manage/evidence?unit=nothing", status=404)
    manager.post("/manage/evidence", {"csrf_token": manager.token(), "unit": "nothing"}, status=404)


def test_every_code_has_its_words(hr: RoleClient, due: Someone) -> None:
    document = json.loads(taken(hr)[1]["evidence.json"])
    codes = {one["what"] for answer in document["answers"] for one in answer["figures"]}
    tables = [table for answer in document["answers"] for table in answer["tables"]]
    assert codes <= set(FIGURE_WORDS)
    assert {table["what"] for table in tables} <= set(TABLE_WORDS)
    assert {column for table in tables for column in table["columns"]} <= set(COLUMN_WORDS)
    assert set(NOTES) <= {question.code for question in QUESTIONS}
