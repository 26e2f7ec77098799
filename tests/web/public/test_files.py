"""A file that a stranger brings: what it is, and how its record stands now; both at first glance."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from quiz.access.actor import Role
from quiz.language.locale import ReaderLocale
from quiz.records import certificate_pdf
from quiz.records.facts import canonical
from quiz.records.signing import Ed25519Signer
from quiz.services import completing, erasing, people, renaming, workforce
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from tests import authorities
from tests.authorities import Authority
from tests.fixtures.people import SYSTEM
from tests.fixtures.settings import NOW, Clock
from tests.pages import RoleClient
from tests.web.bringing import REASON, Issued, bring, complete, differing, issue, parts, paste, revoke, tone
from tests.web.learning import SHORT, Learner

Open = Callable[..., RoleClient]
KINDS = ("paper", "credential", "token")


@pytest.fixture(scope="module")
def ours() -> authorities.Issued:
    return Authority().issue()


@pytest.fixture
def tools(tools: Tools, ours: authorities.Issued) -> Tools:
    signer = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    return replace(tools, signer=signer, paper_signer=ours.signer)


@pytest.fixture
def held(works: Works, learner: Learner) -> Issued:
    return issue(works, learner.someone)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_was_issued_is_whole_and_its_record_is_valid(
    browser: Open, learner: Learner, held: Issued, language: str
) -> None:
    client = browser(language=language)
    for kind, content in held.files.items():
        page = bring(client, content, name="photo.png")
        assert tone(page) == "valid", kind
        assert {"ar": "سليم", "en": "whole"}[language] in page.h1
        assert learner.someone.name in page.main
        assert f"/verify/{held.code}" in page.links("^/verify/")
        assert page.response.headers["X-Robots-Tag"] == "noindex"
        assert page.response.headers["Cache-Control"] == "no-store"
        assert page.soup.find("meta", attrs={"name": "robots"})["content"] == "noindex"
        assert page.h1 in str(page.soup.title)
        # The heading takes the focus as the page opens.
        assert page.soup.h1 is not None
        assert page.soup.h1.has_attr("autofocus")
        assert page.soup.h1["tabindex"] == "-1"
    for text in (held.credential.decode(), held.token.decode(), "\n".join(held.token.decode().partition("."))):
        assert tone(paste(client, text)) == "valid"


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_revoked_record_is_the_loudest_however_good_its_file(
    browser: Open, works: Works, held: Issued, language: str
) -> None:
    revoke(works, held.record)
    for kind, content in held.files.items():
        page = bring(browser(language=language), content)
        assert tone(page) == "revoked", kind
        assert {"ar": "أُلغيت", "en": "was revoked"}[language] in page.h1
        assert REASON.by_language[language] in page.main
        assert {"ar": "سليم", "en": "Whole"}[language] in parts(page)[0]
    # A tampered file of it says so first, and no milder.
    forged = {**held.document, "name": "برنامج آخر"}
    page = bring(browser(language=language), json.dumps(forged).encode())
    assert tone(page) == "revoked"
    assert {"ar": "غُيّرت", "en": "altered"}[language] in page.h1
    assert REASON.by_language[language] in page.main


def test_an_expired_record(visitor: RoleClient, held: Issued, clock: Clock) -> None:
    clock.forward(days=732)
    for content in held.files.values():
        page = bring(visitor, content)
        assert tone(page) == "expired"
        assert "سليم" in parts(page)[0]


def test_a_record_that_was_renewed(
    visitor: RoleClient, works: Works, learner: Learner, held: Issued, clock: Clock
) -> None:
    clock.forward(days=300)
    with works.writing(SYSTEM) as work:
        people.assign_module(work, learner.someone.public_id, SHORT)
    complete(works, learner.someone)
    for content in held.files.values():
        page = bring(visitor, content)
        assert tone(page) == "replaced"
        assert "سليم" in parts(page)[0]


def test_a_record_without_its_name_says_so_and_tells_no_name(
    visitor: RoleClient, works: Works, learner: Learner, held: Issued
) -> None:
    with works.writing(SYSTEM) as work:
        erasing.erase_holder(work, held.record, "انتهت المدة")
    for kind, content in held.files.items():
        page = bring(visitor, content)
        assert tone(page) == "valid", kind
        assert "أزيلت بيانات صاحبها" in page.main or "بيانات" in page.main
        assert learner.someone.name not in page.text
        assert "Hanaa" not in page.text
    # Nobody learns by trying whether a name was the one.
    for name in (learner.someone.name, "اسم آخر"):
        forged = held.document
        forged["credentialSubject"]["identifier"][0]["identityHash"] = name
        assert "الاسم" not in differing(bring(visitor, json.dumps(forged).encode()))


def test_a_file_from_before_a_correction_of_the_name_is_whole(
    visitor: RoleClient, works: Works, learner: Learner, held: Issued, make_person: Callable[..., Any]
) -> None:
    right = "هناء عبد الإله رضا"
    with works.writing(SYSTEM) as work:
        workforce.correct_person(work, learner.someone.public_id, "خطأ في حرف", name=right)
    with works.writing(make_person(Role.HR).actor) as work:
        renaming.correct_name(work, held.record, right, source="قرار 12 لسنة 2026", reason="خطأ في حرف")
    for kind, content in held.files.items():
        page = bring(visitor, content)
        assert tone(page) == "valid", kind
        assert right in page.main
    assert "صُحح اسم" in bring(visitor, held.credential).main
    # What was put into it besides is not covered by the correction.
    forged = held.document
    forged["credentialSubject"]["identifier"][0]["extra"] = "x"
    assert tone(bring(visitor, json.dumps(forged).encode())) == "altered"


def test_a_name_that_went_with_a_correction_excuses_nothing_else(
    visitor: RoleClient, works: Works, learner: Learner, held: Issued, make_person: Callable[..., Any]
) -> None:
    """A proof does not cover what no context defines, so that a list of another length could hide it."""
    right = "هناء عبد الإله رضا"
    with works.writing(SYSTEM) as work:
        workforce.correct_person(work, learner.someone.public_id, "خطأ", name=right, latin_name="")
    with works.writing(make_person(Role.HR).actor) as work:
        renaming.correct_name(work, held.record, right, source="قرار 12 لسنة 2026", reason="خطأ في حرف")
    assert tone(bring(visitor, held.credential)) == "valid"
    forged = held.document
    forged["credentialSubject"]["identifier"][0]["extra"] = "x"
    assert tone(bring(visitor, json.dumps(forged).encode())) == "altered"


def leaves(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [found for name, one in value.items() for found in leaves(one, (*at, name))]
    if isinstance(value, list):
        return [found for number, one in enumerate(value) for found in leaves(one, (*at, number))]
    return [at]


def changed(document: dict[str, Any], at: tuple[str | int, ...]) -> tuple[dict[str, Any], str]:
    """Return the document with another value in one place, and that value."""
    made = deepcopy(document)
    place: Any = made
    for part in at[:-1]:
        place = place[part]
    before = place[at[-1]]
    place[at[-1]] = not before if isinstance(before, bool) else f"{before}Z9Z"
    return made, str(place[at[-1]])


WORDS = {
    "الاسم": ("credentialSubject", "identifier"),
    "البرنامج التدريبي": ("name",),
    "جهة الإصدار": ("issuer",),
    "تاريخ الإتمام": ("validFrom",),
    "تاريخ انتهاء الصلاحية": ("validUntil",),
    "شروط الإتمام": ("credentialSubject", "achievement", "criteria"),
    "النتيجة": ("credentialSubject", "result"),
    "نسخة البرنامج التدريبي": ("credentialSubject", "achievement", "version"),
    "الوصف": ("description",),
    "الرقم التسلسلي": ("id",),
    "عنوان التحقق": ("evidence",),
    "عنوان قائمة الإلغاءات": ("credentialStatus",),
    "نوع الوثيقة": ("credentialSubject", "type"),
}
SHOWN = {"الاسم", "البرنامج التدريبي", "جهة الإصدار", "تاريخ الإتمام", "تاريخ انتهاء الصلاحية"}


def test_each_field_of_a_credential_that_is_changed_is_named(visitor: RoleClient, held: Issued) -> None:
    document = held.document
    places = [at for at in leaves(document) if at[0] not in {"@context", "type", "proof"}]
    assert len(places) > 30
    seen, token = set(), visitor.token()
    for at in places:
        forged, value = changed(document, at)
        page = bring(visitor, json.dumps(forged).encode(), token=token)
        assert tone(page) == "altered", at
        if at == ("credentialSubject", "licenseNumber"):
            # Nothing is known by such a code, so there is nothing to compare with.
            assert "رمز التحقق" in page.main
            assert differing(page) == {}
            continue
        (label,) = differing(page)
        seen.add(label)
        expected = [one for one, beginning in WORDS.items() if at[: len(beginning)] == beginning]
        assert not expected or label in expected, at
        # What the file says stands there as what the file says, or not at all.
        assert value not in page.main.replace(f"في الملف: {value}", ""), at
        assert label in SHOWN or value not in page.main, at
    assert seen >= WORDS.keys()


def test_a_field_that_differs_stands_beside_what_the_register_says(
    browser: Open, learner: Learner, held: Issued
) -> None:
    forged = held.document
    forged["credentialSubject"]["identifier"][0]["identityHash"] = "سلمى حازم الطيب"
    forged["validUntil"] = "2099-01-01T00:00:00Z"
    found = differing(bring(browser(), json.dumps(forged).encode()))
    assert found["الاسم"] == f"في الملف: سلمى حازم الطيب في السجل: {learner.someone.name}"
    assert "٢٠٩٩" in found["تاريخ انتهاء الصلاحية"]
    assert "٢٠٢٨" in found["تاريخ انتهاء الصلاحية"]
    english = differing(bring(browser(language="en"), json.dumps(forged).encode()))
    assert {"Name", "End of validity"} == set(english)


def test_a_proof_that_was_changed_differs_in_no_field(visitor: RoleClient, held: Issued) -> None:
    for at in leaves(held.document["proof"]):
        forged, _ = changed(held.document, ("proof", *at))
        page = bring(visitor, json.dumps(forged).encode())
        assert tone(page) in {"altered", "expired"}, at
        assert differing(page) == {}
    without = held.document
    del without["proof"]
    page = bring(visitor, json.dumps(without).encode())
    assert "لا يحمل توقيعنا" in page.h1


def resaved(content: bytes, **how: Any) -> bytes:
    with pikepdf.open(BytesIO(content)) as pdf:
        made = BytesIO()
        pdf.save(made, **how)
    return made.getvalue()


def stranger_pdf(**how: Any) -> bytes:
    made = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(made, **how)
    return made.getvalue()


def test_a_paper_that_was_changed_in_whatever_way(
    visitor: RoleClient, works: Works, held: Issued, learner: Learner, ours: authorities.Issued
) -> None:
    byte = bytearray(held.paper)
    byte[len(byte) // 2] ^= 1
    locked = pikepdf.Encryption(owner="x", user="x")
    for content, status, said in (
        (bytes(byte), 200, "جرى تغيير ملف PDF بعد توقيعه"),
        (held.paper + b"\n% more\n", 200, "أُضيف إلى ملف PDF محتوى بعد توقيعه"),
        (b"more\n" + held.paper, 422, "يسبق بداية"),
        (held.paper[: len(held.paper) // 2], 422, "تالف"),
        (resaved(held.paper, encryption=locked), 422, "مقفل بكلمة مرور"),
        (stranger_pdf(), 200, "يخلو ملف PDF من البيانات"),
        (stranger_pdf(encryption=locked), 422, "مقفل بكلمة مرور"),
    ):
        page = bring(visitor, content, status)
        assert said in page.main.replace("ً", "").replace("َ", ""), said
        assert tone(page) != "valid"
        assert page.links("^/verify/#")
    foreign = Authority().issue().signer
    unsigned = papers_unsigned(works, learner)
    assert "ليست لنا" in bring(visitor, foreign.sign(unsigned, NOW)).main
    page = bring(visitor, unsigned)
    assert "لا يحمل توقيعنا" in page.h1
    assert learner.someone.name in page.main  # its code stands in it
    again = bring(visitor, ours.signer.sign(unsigned, NOW + timedelta(days=1)))
    assert "غير الملف الذي صدر" in again.main
    assert tone(again) == "expired"


def papers_unsigned(works: Works, learner: Learner) -> bytes:
    """Return the paper of a learner's only record as an installation without a certificate makes it."""
    with works.reading(learner.someone.actor) as work:
        (record,) = completing.list_records(work)
    return certificate_pdf.render(
        record.facts,
        record.holder_name or "",
        record.latin_name,
        f"{works.tools.base_url}/verify/{record.code}",
        record.code,
        ReaderLocale.of("ar", "arab", "both"),
    )


def with_facts(content: bytes, **facts: Any) -> bytes:
    """Return a paper with other facts attached; `address` is where it says it is verified."""
    with pikepdf.open(BytesIO(content)) as pdf:
        held = pdf.Root.AF[0].EF.F
        document = json.loads(held.read_bytes())
        document.update({"@id" if name == "address" else name: value for name, value in facts.items()})
        held.write(canonical(document))
        made = BytesIO()
        pdf.save(made)
    return made.getvalue()


def test_the_facts_of_a_paper_that_differ_are_named(visitor: RoleClient, works: Works, learner: Learner) -> None:
    complete(works, learner.someone)
    paper = papers_unsigned(works, learner)
    forged = with_facts(paper, completed_on="2020-02-02", module_title={"ar": "برنامج آخر", "en": "Other"})
    found = differing(bring(visitor, forged))
    assert set(found) == {"البرنامج التدريبي", "تاريخ الإتمام"}
    assert "٢٠٢٠" in found["تاريخ الإتمام"]
    found = differing(bring(visitor, with_facts(paper, pass_score="1/100", attempt_digest="0" * 64)))
    assert found == dict.fromkeys(["شروط الإتمام", "النتيجة"], "يخالف المقيَّد في السجل")


def test_a_serial_without_its_code_opens_nothing(
    visitor: RoleClient, works: Works, learner: Learner, held: Issued
) -> None:
    paper = papers_unsigned(works, learner)
    other = "0000-0000-00000"
    named = bring(visitor, with_facts(paper, address=f"http://127.0.0.1:8000/verify/{other}"))
    unknown = bring(visitor, with_facts(paper, address=f"http://127.0.0.1:8000/verify/{other}", serial="e" * 32))
    nowhere = bring(visitor, with_facts(paper, address=7))
    # One that names a record here says no more than one that names none.
    assert named.main == unknown.main == nowhere.main
    for secret in (held.code, held.record, learner.someone.name, "ساري", "Hanaa"):
        assert secret not in named.main
    forged = held.document
    forged["credentialSubject"]["licenseNumber"] = other
    page = bring(visitor, json.dumps(forged).encode())
    for secret in (held.code, learner.someone.name, "ساري"):
        assert secret not in page.main


def test_a_file_tells_no_more_than_the_page_of_its_code(visitor: RoleClient, held: Issued, learner: Learner) -> None:
    forged, _ = changed(held.document, ("credentialSubject", "achievement", "criteria", "narrative"))
    for content in (*held.files.values(), json.dumps(forged).encode()):
        page = bring(visitor, content)
        whole = f"{page.response.headers}{page.response.get_data(as_text=True)}"
        for secret in (
            "إدارة التجربة",
            "T-1",
            learner.someone.email,
            learner.someone.public_id,
            held.record,
            "/learn/",
        ):
            assert secret not in whole
        assert "٪" not in page.main
