"""What may be brought, in which order it is refused, and that nothing of it stays."""

import io
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import text

from quiz.records import codes
from quiz.records.credential_reading import MOST_BYTES as MOST_OF_A_CREDENTIAL
from quiz.records.encoding import base64url
from quiz.records.paper_verifying import LARGEST_BYTES
from quiz.records.signing import Ed25519Signer
from quiz.services import file_checking
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from quiz.web.public.files import MOST_BYTES
from tests.pages import HERE, Page, RoleClient
from tests.web.bringing import Issued, bring, issue, multipart, paste, tone
from tests.web.learning import Learner

Open = Callable[..., RoleClient]
DEEP = b'{"credentialSubject": ' + b'{"a": ' * 9 + b"1" + b"}" * 10
OTHER_ISSUER = b'{"@context": ["x"], "type": ["VerifiableCredential"], "credentialSubject": {}, "proof": {}}'
NO_ALGORITHM = b".".join(
    base64url(part).encode() for part in (b'{"alg": "none"}', b'{"@context": ["x"], "credentialSubject": {}}', b"")
)


@pytest.fixture
def tools(tools: Tools) -> Tools:
    return replace(tools, signer=Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32)))))


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"", 422, "لم يُختر ملف"),
        (b" \r\n ", 422, "لم يُختر ملف"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 99, 422, "هذه صورة"),
        (b"\xff\xd8\xff\xe0" + b"0" * 99, 422, "هذه صورة"),
        (b"\x00\x00\x00\x18ftypheic" + b"0" * 99, 422, "هذه صورة"),
        (b"PK\x03\x04" + b"0" * 99, 422, "ملف مضغوط"),
        (b"\x01\x02\xff\xfe" * 20, 422, "ليس PDF وليس نصًّا"),
        (b'{"a": "\x00"}', 422, "ليس PDF وليس نصًّا"),
        ("سلام".encode(), 422, "ولا عنوان شهادة"),
        (b"%PDF-", 422, "تالف"),
        (b"{", 422, "ليس على صيغة JSON"),
        (b"{}", 422, "ليس شهادة رقمية"),
        (b"[1, 2]", 422, "ليس شهادة رقمية"),
        (b"a.b.c", 422, "ليس شهادة رقمية"),
        (b'{"a": 1, "a": 2}', 422, "مرتين"),
        (b'{"a": "\\ud800"}', 422, "ليس شهادة رقمية"),
        (DEEP, 422, "متداخلة"),
        (b"[" * 50_000, 422, "ليس"),
        (b'{"a": "' + b"x" * MOST_OF_A_CREDENTIAL + b'"}', 422, "أطول"),
        (OTHER_ISSUER, 200, "لم يصدر عنا"),
        (NO_ALGORITHM, 200, "لم يصدر عنا"),
    ],
    ids=[
        *(
            "nothing",
            "blank",
            "png",
            "jpeg",
            "heic",
            "office",
            "binary",
            "zero",
            "words",
            "pdf",
            "cut",
            "object",
            "list",
        ),
        *("dots", "twice", "surrogate", "deep", "brackets", "large", "other-issuer", "no-algorithm"),
    ],
)
def test_each_has_its_sentence_and_a_way_on(visitor: RoleClient, content: bytes, status: int, said: str) -> None:
    page = bring(visitor, content, status, name="record.pdf")
    assert said in page.main
    assert tone(page) == ("unknown" if status == 422 else "altered")
    assert page.links("^/verify/#file-check")
    assert page.response.headers["X-Robots-Tag"] == "noindex"


def test_no_field_at_all_is_nothing_brought(visitor: RoleClient) -> None:
    page = visitor.post("/verify/file", {"csrf_token": visitor.token()}, 422)
    assert "لم يُختر ملف" in page.main


def test_a_token_without_an_algorithm_is_not_signed_by_us(visitor: RoleClient, works: Works, learner: Learner) -> None:
    held = issue(works, learner.someone)
    _, payload, _ = held.token.decode().split(".")
    for header in (b'{"alg": "none"}', b'{"alg": "HS256", "kid": "x", "typ": "vc+jwt", "cty": "vc"}'):
        page = bring(visitor, f"{base64url(header)}.{payload}.".encode())
        assert "لا يحمل توقيعنا" in page.h1


@pytest.mark.parametrize("is_pasted", [True, False])
def test_an_address_or_a_code_leads_to_the_page_of_the_record(visitor: RoleClient, is_pasted: bool) -> None:
    code = codes.display(codes.make(b"12345678"))
    line = "12" * 300

    def location(words: str) -> str:
        page = paste(visitor, words, 303) if is_pasted else bring(visitor, words.encode(), 303)
        return page.location

    assert location(f" {code.lower()}\n") == f"/verify/{code}"
    assert location(code.replace("-", "")) == f"/verify/{code}"
    assert location(f"https://amana.example/verify/{code}#{line}") == f"/verify/{code}#{line}"
    assert location(f"amana.example/verify/{code}") == f"/verify/{code}"
    # With a slip in it, the page of the code says so.
    assert location("https://amana.example/verify/AAAA-AAAA-AAAAA") == "/verify/AAAA-AAAA-AAAAA"
    visitor.get("/verify/AAAA-AAAA-AAAAA", status=404)


def test_the_field_of_the_code_takes_the_whole_address_as_well(visitor: RoleClient) -> None:
    code = codes.display(codes.make(b"12345678"))
    for typed, there in (
        (f"http://x.example/verify/{code}", f"/verify/{code}"),
        (f"http://x.example/verify/{code}#{'12' * 60}", f"/verify/{code}#{'12' * 60}"),
    ):
        response = visitor.client.get("/verify/", query_string={"code": typed}, base_url=HERE)
        assert visitor._page(response, 303).location == there
    assert visitor.get("/verify/?code=http://x.example/verify/AAAA-AAAA-AAAAA", status=422).tones == ["care"]


def test_the_answer_has_no_address_of_its_own(visitor: RoleClient) -> None:
    assert visitor.get("/verify/file", status=303).location == "/verify/#file-check"


def test_the_form_says_that_nothing_is_kept_and_needs_no_script(visitor: RoleClient) -> None:
    page = visitor.get("/verify/")
    (form,) = page.forms("/verify/file$")
    assert (form["method"], form["enctype"]) == ("post", "multipart/form-data")
    assert form.find("label", attrs={"for": "file"})
    assert "لا يُحفظ شيء منه" in page.main


def test_it_is_too_large_before_it_is_too_often_and_forged_before_both(app: Flask, visitor: RoleClient) -> None:
    app.config["RATELIMIT_ENABLED"] = True
    token = visitor.token()

    def send(size: int, token: str = token, status: int = 422) -> Page:
        return bring(visitor, b"%PDF-" + b"0" * size, status, token=token)

    assert MOST_BYTES > LARGEST_BYTES
    assert "٤ ميبيبايت" in send(MOST_BYTES, status=413).main
    send(LARGEST_BYTES - 5)
    send(5, "forged", 400)
    for _ in range(9):
        paste(visitor, "x", 422)
    assert paste(visitor, "x", 429).h1
    # What is too large is not even counted, and codes are counted apart.
    send(MOST_BYTES, status=413)
    visitor.get("/verify/0000-0000-00000", status=404)


def test_only_some_papers_are_read_at_the_same_time(visitor: RoleClient) -> None:
    places = file_checking.PAPERS_AT_ONCE
    taken = [file_checking._reading.acquire(blocking=False) for _ in range(places)]
    try:
        assert all(taken)
        page = bring(visitor, b"%PDF-1.7", 503)
        assert "بعد لحظات" in page.main
        assert int(page.response.headers["Retry-After"]) > 0
        # What needs no process of its own is answered as ever.
        bring(visitor, b"{}", 422)
    finally:
        for _ in range(places):
            file_checking._reading.release()
    for _ in range(places + 1):
        bring(visitor, b"%PDF-1.7", 422)


def rows(works: Works) -> dict[str, int]:
    with works.database.reads() as session:
        tables = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        return {table: session.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0 for table in tables}


def test_nothing_of_it_is_stored_or_logged(
    visitor: RoleClient,
    works: Works,
    learner: Learner,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    held: Issued = issue(works, learner.someone)
    before = rows(works)

    def refuse(*_args: Any, **_more: Any) -> None:
        raise AssertionError("a file on a disk")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    caplog.set_level("DEBUG")
    large = b"%PDF-1.7\n" + b"secret-of-the-file " * 150_000
    bring(visitor, large, 422, name="secret-of-the-name.pdf")
    bring(visitor, held.credential)
    bring(visitor, held.paper)
    paste(visitor, '{"secret-of-the-text": 1}', 422)
    assert rows(works) == before
    assert list(tmp_path.iterdir()) == []
    for record in caplog.records:
        assert "secret-of" not in record.getMessage()
        assert learner.someone.name not in record.getMessage()


def test_files_of_other_forms_may_still_go_to_a_disk(app: Flask) -> None:
    with app.test_request_context("/edit/files", method="POST", base_url=HERE, **multipart("", b"0" * 99)) as context:
        held = context.request.files["file"]
        assert not isinstance(held.stream, io.BytesIO)
        held.close()
