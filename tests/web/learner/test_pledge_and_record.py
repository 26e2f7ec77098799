"""The pledge, and the record that follows at once: a page, a paper, a public address."""

import io
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pikepdf
import pytest
from flask import Flask, url_for
from werkzeug.test import TestResponse

from quiz.engine.text import Text
from quiz.records.paper_verifying import read_paper
from quiz.services import completing
from quiz.services.papers import verify_address
from quiz.services.unit_of_work import Works
from tests.authorities import Authority
from tests.fixtures.settings import Clock
from tests.pages import RoleClient
from tests.web.learning import SHORT, Learner

Open = Callable[..., RoleClient]
PLEDGE = f"/learn/modules/{SHORT}/pledge"


@pytest.fixture
def passed(learner: Learner) -> Learner:
    learner.take()
    return learner


def test_the_pledge_stands_in_full_in_two_parts(passed: Learner) -> None:
    page = passed.client.get(PLEDGE)
    assert len(page.soup.select(".pledge h2")) == 2
    assert "أقرّ بأنني قرأتُ" in page.main
    assert "أتعهد بأن" in page.main
    assert page.soup.select("form strong bdi")[0].get_text() == passed.someone.name
    assert page.links("^/learn/$")  # later
    assert page.links("kind=pledge")  # ask first
    assert len(page.fields("/pledge$")[1]["seen"]) == 64


def test_a_pledge_without_the_tick_is_not_signed_and_says_so_beside_it(passed: Learner) -> None:
    page = passed.client.get(PLEDGE)
    refused = passed.client.submit(page, "/pledge$", status=422)
    tick = refused.soup.find("input", type="checkbox")
    assert tick["aria-invalid"] == "true"
    assert refused.soup.find(id=tick["aria-describedby"]).get_text(strip=True)
    assert refused.soup.select(f".notice[role=alert] a[href='#{tick['id']}']")
    assert not passed.client.get("/learn/records/").links("/learn/records/.")


def test_signing_gives_the_record_at_once(passed: Learner) -> None:
    away = passed.client.submit(passed.client.get(PLEDGE), "/pledge$", {"agree": "y"})
    assert re.fullmatch(r"/learn/records/[0-9a-f]{32}\?notice=signed", away.location)
    record = passed.client.get(away.location)
    assert record.tones == ["good"]
    assert record.soup.select_one(".record__holder bdi").get_text() == passed.someone.name
    assert record.soup.select_one(".record svg[role=img]")


def test_signing_twice_gives_one_record(passed: Learner) -> None:
    page = passed.client.get(PLEDGE)
    first, second = (passed.client.submit(page, "/pledge$", {"agree": "y"}).location for _ in range(2))
    assert first == second
    assert len(passed.client.get("/learn/records/").links("/learn/records/[0-9a-f]+$")) == 1


def test_words_that_were_not_the_ones_read_are_not_signed(passed: Learner) -> None:
    page = passed.client.get(PLEDGE)
    away = passed.client.submit(page, "/pledge$", {"agree": "y", "seen": "0" * 64})
    assert away.location == f"{PLEDGE}?notice=changed"
    assert passed.client.get(away.location).tones == ["care"]
    assert not passed.client.get("/learn/records/").links("/learn/records/.")


def test_before_passing_the_pledge_leads_to_the_start(learner: Learner) -> None:
    assert learner.client.get(PLEDGE, status=303).location == f"/learn/modules/{SHORT}"
    sent = {"csrf_token": learner.client.token(), "agree": "y", "seen": "0" * 64}
    assert learner.client.post(PLEDGE, sent).location == f"/learn/modules/{SHORT}"


def test_putting_it_off_keeps_it_open(passed: Learner) -> None:
    (later,) = passed.client.get(PLEDGE).links("^/learn/$")[-1:]
    assert PLEDGE in passed.client.get(later).links()


def test_the_record_lists_everything_it_vouches_for(passed: Learner) -> None:
    page = passed.client.get(f"/learn/records/{passed.sign()}")
    assert "٢١ نوفمبر ٢٠٢٦" in page.main
    assert "هـ" in page.main  # the second calendar
    codes = [one.get_text() for one in page.soup.select(".record__facts bdi[dir=ltr]")]
    (verify_code,) = (one for one in codes if re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}", one))
    assert page.links(f"/verify/{verify_code}")
    assert passed.someone.email not in page.text
    assert page.soup.select(".record__editions li")
    assert "٪" not in page.main


def test_the_paper_has_the_name_in_its_text(passed: Learner, tmp_path: Path) -> None:
    record = passed.sign()
    for language in ("ar", "en"):
        passed.client.client.set_cookie("language", language, domain="127.0.0.1")
        response = passed.client.client.get(f"/learn/records/{record}.pdf", base_url="http://127.0.0.1")
        assert response.status_code == 200
        assert response.mimetype == "application/pdf"
        named = response.headers["Content-Disposition"]
        assert re.fullmatch(r"attachment; filename=\"[a-z0-9.-]+\.pdf\"; filename\*=UTF-8''\S+\.pdf", named)
        assert response.headers["Cache-Control"] == "no-store"
        assert response.get_data().startswith(b"%PDF-")
        if shutil.which("pdftotext") is None:
            pytest.skip("pdftotext is not installed")
        paper = tmp_path / "record.pdf"
        paper.write_bytes(response.get_data())
        told = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, check=True).stdout
        joined = " ".join(re.sub("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]", "", told).split())
        assert passed.someone.name in joined
        assert "Hanaa Abdallah Reda" in joined


def test_without_a_certificate_the_page_says_that_the_paper_is_not_signed(passed: Learner) -> None:
    assert "PDF" in passed.client.get(f"/learn/records/{passed.sign()}").main
    assert "نظام تجريبي" in passed.client.get(f"/learn/records/{passed.sign()}").main


def test_with_a_certificate_it_says_in_whose_name_and_gives_what_was_signed(
    passed: Learner, works: Works, app: Flask
) -> None:
    signing = replace(works.tools, paper_signer=Authority().issue("ختم الجهة").signer)
    app.extensions["works"] = replace(works, tools=signing)
    record = passed.sign()
    page = passed.client.get(f"/learn/records/{record}")
    assert "ختم الجهة" in page.main
    assert page.links(f"/learn/records/{record}.pdf")
    first, second = (ask(passed, record) for _ in range(2))
    assert first.get_data() == second.get_data()
    assert read_paper(first.get_data()).signer == "ختم الجهة"


def test_a_part_of_the_paper_may_be_asked_for(passed: Learner) -> None:
    record = passed.sign()
    whole = ask(passed, record)
    assert whole.headers["Accept-Ranges"] == "bytes"
    some = ask(passed, record, Range="bytes=0-4")
    assert (some.status_code, some.get_data()) == (206, b"%PDF-")
    assert some.headers["Content-Range"] == f"bytes 0-4/{len(whole.get_data())}"
    assert ask(passed, record, Range="bytes=99999999-").status_code == 416


def test_its_name_is_said_in_arabic_and_in_letters_that_every_program_reads(passed: Learner) -> None:
    said = ask(passed, passed.sign()).headers["Content-Disposition"]
    plain, whole = re.fullmatch(r"attachment; filename=\"(.*)\"; filename\*=UTF-8''(\S+)", said).groups()
    assert re.fullmatch(r"amana-[a-z-]+-2026-11-21\.pdf", plain)
    assert re.search("[\u0621-\u064a]", unquote(whole))
    assert unquote(whole).endswith(".pdf")
    assert not set(unquote(whole)) & set('\\/:*?"<>|')


def test_the_address_on_the_paper_is_the_one_that_verifies(passed: Learner, app: Flask) -> None:
    record = passed.sign()
    with app.test_request_context():
        verifies = url_for("public.verify", code="3WW6-P9D8-KS862")
    assert verify_address("", "3WW6P9D8KS862") == verifies
    with pikepdf.open(io.BytesIO(ask(passed, record).get_data())) as pdf:
        (address,) = {str(note.A.URI) for note in pdf.pages[0].Annots if "/A" in note}
    assert passed.client.get(address.removeprefix("http://127.0.0.1:8000"))


def ask(learner: Learner, record: str, **headers: str) -> TestResponse:
    address = f"/learn/records/{record}.pdf"
    return learner.client.client.get(address, base_url="http://127.0.0.1", headers=headers)


def test_the_same_record_gives_the_same_paper(passed: Learner) -> None:
    address = f"/learn/records/{passed.sign()}.pdf"
    first, second = (passed.client.client.get(address, base_url="http://127.0.0.1").get_data() for _ in range(2))
    assert first == second


def test_an_expired_record_says_so(passed: Learner, clock: Clock) -> None:
    record = passed.sign()
    clock.forward(days=731)
    passed.client.sign_in(passed.someone)
    # The last day of two years counts whole.
    assert passed.client.get(f"/learn/records/{record}").tones == []
    clock.forward(days=1)
    passed.client.sign_in(passed.someone)
    assert "care" in passed.client.get(f"/learn/records/{record}").tones
    assert passed.client.get("/learn/records/").soup.select(".badge--care")


def test_a_revoked_record_says_so_and_why(passed: Learner, system: Callable[..., object]) -> None:
    record = passed.sign()
    with system() as work:
        completing.revoke_completion(work, record, Text({"ar": "صدرت بخطأ في الاسم", "en": "Issued with a wrong name"}))
    page = passed.client.get(f"/learn/records/{record}")
    assert "bad" in page.tones
    assert "صدرت بخطأ في الاسم" in page.main
    assert passed.client.get("/learn/records/").soup.select(".badge--bad")


def test_no_records_yet(learner: Learner) -> None:
    assert learner.client.get("/learn/records/").soup.select(".empty")


def test_it_reads_in_english_too(passed: Learner, browser: Open) -> None:
    passed.client = browser(passed.someone, "en")
    refused = passed.client.submit(passed.client.get(PLEDGE), "/pledge$", status=422)
    assert refused.h1
    record = passed.sign()
    page = passed.client.get(f"/learn/records/{record}")
    assert page.h1 == "Completion record"
    assert "21 November 2026" in page.main
    assert page.soup.select_one(".record__holder bdi").get_text() == passed.someone.name
    passed.client.get("/learn/records/")
