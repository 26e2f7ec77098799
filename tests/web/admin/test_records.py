"""The register of HR: a record is found, corrected, and revoked by two people who see what the other wrote."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from quiz.access.actor import Role
from quiz.db.models.trace import AuditEntryRow
from quiz.jobs.chores import sweep
from quiz.services import papers, workforce
from quiz.services.tools import MemoryMailer
from quiz.services.unit_of_work import Works
from tests.authorities import Authority
from tests.fixtures.people import MakePerson
from tests.pages import HERE, Page, RoleClient
from tests.web.learning import Learner

Open = Callable[..., RoleClient]
System = Callable[..., Any]
REASON = {"propose-reason_ar": "صدرت بخطأ", "propose-reason_en": "Issued by mistake", "propose-inner_reason": "محضر ٤"}
RIGHT = "هناء عبد الإله رضا"


@pytest.fixture
def record(learner: Learner) -> str:
    learner.take()
    return learner.sign()


@pytest.fixture
def hr(browser: Open, make_person: MakePerson) -> RoleClient:
    return browser(make_person(Role.HR, name="رضا فؤاد منصور"))


@pytest.fixture
def admin(browser: Open, make_person: MakePerson) -> RoleClient:
    return browser(make_person(Role.ADMIN, name="يوسف آدم الطحان"))


def do(client: RoleClient, record: str, deed: str, status: int = 303, **sent: str) -> Page:
    return client.post(f"/admin/records/{record}", {"csrf_token": client.token(), "do": deed, **sent}, status)


def proposal_of(client: RoleClient, record: str) -> str:
    page = client.get(f"/admin/records/{record}")
    return str(page.soup.select_one("input[name=proposal]")["value"])


def test_two_people_revoke_and_the_holder_reads_why(
    app: Flask, learner: Learner, record: str, hr: RoleClient, admin: RoleClient, mailer: MemoryMailer
) -> None:
    away = do(hr, record, "propose", **REASON)
    assert hr.get(away.location).tones == ["good"]
    waiting = hr.get("/admin/records")
    assert waiting.links(f"/admin/records/{record}")
    assert not hr.get(f"/admin/records/{record}").soup.select("input[value=approve]")
    proposal = proposal_of(admin, record)
    unticked = do(admin, record, "approve", 422, proposal=proposal)
    assert unticked.soup.select(".field__fault")
    do(admin, record, "approve", proposal=proposal, **{"approve-sure": "y"})
    page = learner.client.get(f"/learn/records/{record}")
    assert "صدرت بخطأ" in page.main
    assert "محضر" not in page.main
    sweep(app)
    (mail,) = [one for one in mailer.sent if one["To"] == learner.someone.email and "أُلغيت" in str(one["Subject"])]
    words = mail.get_body(("plain",)).get_content()
    assert "صدرت بخطأ" in words
    assert f"/learn/records/{record}" in words
    assert "محضر" not in words


def test_a_second_decision_says_how_it_stands_now(record: str, hr: RoleClient, admin: RoleClient) -> None:
    do(hr, record, "propose", **REASON)
    proposal = proposal_of(admin, record)
    do(hr, record, "withdraw", proposal=proposal)
    late = do(admin, record, "approve", 409, proposal=proposal, **{"approve-sure": "y"})
    assert "care" in late.tones
    do(hr, record, "propose", **REASON)
    again = proposal_of(admin, record)
    do(admin, record, "decline", proposal=again, **{"decline-words": "لا دليل"})
    assert "لا دليل" in hr.get(f"/admin/records/{record}").main


def test_whoever_proposed_cannot_approve_by_hand_either(record: str, hr: RoleClient) -> None:
    do(hr, record, "propose", **REASON)
    proposal = proposal_of(hr, record)
    do(hr, record, "approve", 404, proposal=proposal, **{"approve-sure": "y"})


def test_a_name_is_taken_over_from_what_hr_holds(
    learner: Learner, record: str, hr: RoleClient, admin: RoleClient, system: System
) -> None:
    assert not hr.get(f"/admin/records/{record}").soup.select("input[value=rename]")
    with system() as work:
        workforce.correct_person(work, learner.someone.public_id, "خطأ في حرف", name=RIGHT)
    assert not admin.get(f"/admin/records/{record}").soup.select("input[value=rename]")
    sent = {"seen": RIGHT, "rename-source": "قرار", "rename-reason": "خطأ"}
    named = do(hr, record, "rename", 422, **{**sent, "rename-reason": f"كان {RIGHT}"})
    assert named.soup.select(".field__fault")
    do(hr, record, "rename", 409, **{**sent, "seen": "اسم آخر"})
    do(hr, record, "rename", **sent)
    page = learner.client.get(f"/learn/records/{record}")
    assert page.soup.select_one(".record__holder bdi").get_text() == RIGHT
    assert learner.someone.name in page.main  # as it was issued
    (public, *_) = page.links("^/verify/")
    stranger = learner.client.get(public)
    assert RIGHT in stranger.main
    assert learner.someone.name not in stranger.main
    assert hr.get(f"/admin/people/{learner.someone.public_id}").links(f"/admin/records/{record}")


def test_names_are_removed_with_a_tick(learner: Learner, record: str, hr: RoleClient) -> None:
    do(hr, record, "erase", 422, **{"erase-reason": "انتهت المدة"})
    do(hr, record, "erase", **{"erase-reason": "انتهت المدة", "erase-sure": "y"})
    page = hr.get(f"/admin/records/{record}")
    assert not page.soup.select("input[value=erase]")
    assert "انتهت المدة" in page.main


def test_the_signed_paper_is_opened_by_those_who_keep_the_register_and_it_is_written_down(
    learner: Learner,
    record: str,
    hr: RoleClient,
    admin: RoleClient,
    browser: Open,
    make_person: MakePerson,
    works: Works,
) -> None:
    address = f"/admin/records/{record}/paper"
    hr.post(address, {"csrf_token": hr.token()}, 404)
    assert not hr.get(f"/admin/records/{record}").soup.select(f"form[action='{address}']")
    signing = replace(works, tools=replace(works.tools, paper_signer=Authority().issue().signer))
    paper = papers.get_paper(signing, learner.someone.actor, record)
    for page in (f"/admin/records/{record}", f"/admin/records?q={learner.someone.name}"):
        assert hr.get(page).soup.select(f"form[action='{address}']"), page
    for client in (hr, admin):
        sent = client.client.post(address, data={"csrf_token": client.token()}, base_url=HERE)
        assert (sent.data, sent.mimetype, sent.headers["Cache-Control"]) == (
            paper.content,
            "application/pdf",
            "no-store",
        )
    with works.database.reads() as session:
        opened = session.query(AuditEntryRow).filter_by(deed="records:paper:open", target_id=record).all()
    assert sum(one.was_allowed for one in opened) == 2
    auditor = browser(make_person(Role.AUDITOR))
    for other in (auditor, learner.client):
        other.post(address, {"csrf_token": other.token()}, 404)


def test_a_paper_that_went_with_its_name_or_was_never_made_is_told_in_words(
    learner: Learner, record: str, hr: RoleClient, works: Works
) -> None:
    assert "لم يُوقَّع بعد" in hr.get(f"/admin/records/{record}").main
    signing = replace(works, tools=replace(works.tools, paper_signer=Authority().issue().signer))
    papers.get_paper(signing, learner.someone.actor, record)
    do(hr, record, "erase", **{"erase-reason": "انتهت المدة", "erase-sure": "y"})
    page = hr.get(f"/admin/records/{record}")
    assert "أُزيل الملف مع الأسماء" in page.main
    assert not page.soup.select("form[action$='/paper']")
    for address in (f"/learn/records/{record}", "/learn/records/"):
        held = learner.client.get(address)
        assert "أُزيل مع اسم صاحبها" in held.main
        assert not held.links(r"\.pdf$")


def test_bad_input_is_no_fault_of_ours(record: str, hr: RoleClient) -> None:
    do(hr, record, "nothing", 422)
    do(hr, record, "withdraw", 404, proposal="x")
    do(hr, record, "propose", 422)
    hr.get("/admin/records?q=" + "%D8%A7" * 300)
    hr.get("/admin/records?q=%25_%27")
    hr.get("/admin/records/" + "0" * 32, status=404)
