"""A small bank without a fault, which each test breaks in one place."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from quiz.bank.checks import check
from quiz.bank.findings import Finding, Report
from quiz.bank.reader import Reading, Source

Document = dict[str, Any]

LAW = "eg-cybercrime/law-175-2018/art-20"


def _text(arabic: str, english: str) -> Document:
    return {"ar": arabic, "en": english}


def _provision(key: str, verification: str, **more: Any) -> Document:
    return {
        "key": key,
        "reference": {"kind": "article", "number": key.removeprefix("art-")},
        "title": _text("حدود الصلاحية", "Limits of authority"),
        "paraphrase": _text("تتناول المادة تجاوز الصلاحية.", "Deals with exceeding one's authority."),
        "topics": ["state-systems"],
        "binds_conduct": False,
        "verification": verification,
        "verified_against": "a complete copy",
        "verified_on": "2026-11-20",
        "source": "Official Gazette",
        "review_due": "2027-05-20",
        **more,
    }


def _edition(key: str, status: str, provisions: list[Document]) -> Document:
    return {
        "key": key,
        "label": _text("القانون رقم 175 لسنة 2018", "Law No. 175 of 2018"),
        "status": status,
        "issued_on": "2018-08-14",
        "effective_from": None,
        "effective_to": None,
        "replaced_by": None,
        "provisions": provisions,
    }


INSTRUMENT: Document = {
    "format": 1,
    "key": "eg-cybercrime",
    "jurisdiction": "EG",
    "kind": "law",
    "title": _text("قانون مكافحة جرائم تقنية المعلومات", "Anti-Cyber Crimes Law"),
    "editions": [
        _edition(
            "law-175-2018",
            "in_force",
            [
                _provision(
                    "art-20",
                    "mirror_verified",
                    parts=[
                        {
                            "key": "1",
                            "paraphrase": _text("الدخول بغير حق.", "Access without right."),
                            "figures": [{"key": "fine", "what": "fine", "min": 50000, "currency": "EGP"}],
                        }
                    ],
                ),
                _provision("art-21", "secondary"),
                _provision("art-22", "recall"),
                _provision("art-23", "disputed"),
            ],
        ),
        _edition("law-old", "repealed", [_provision("art-1", "mirror_verified")]),
        _edition("bill", "draft", [_provision("art-1", "secondary")]),
    ],
}


def _option(key: str, arabic: str, english: str, credit: Any) -> Document:
    ruling = _text(
        "الحرص على السيدة في محله. وتتناول المادة 20 من القانون رقم 175 لسنة 2018 تجاوز الصلاحية على الأنظمة.",
        "Care for the visitor is right. Article 20 of Law No. 175 of 2018 deals with exceeding authority.",
    )
    option = {"key": key, "text": _text(arabic, english), "credit": credit, "ruling": ruling, "cites": [LAW]}
    return deepcopy(option)


SCENARIO: Document = {
    "format": 1,
    "key": "colleague-account",
    "bank": "eg-cybercrime",
    "kind": "single_choice",
    "title": _text("حساب زميلة في إجازة", "A colleague's account"),
    "situation": _text(
        "تعمل هناء في شباك الخدمة بهيئة شؤون المستفيدين، وصلاحيتها على النظام مقصورة على ملفات حي واحد. "
        "قبيل نهاية اليوم حضرت سيدة من محافظة بعيدة لاستكمال ملف يخص حيًّا آخر، وزميلتها المختصة، نهى، "
        "في إجازة حتى الأحد. اتصلت هناء بها، فقالت نهى: «كلمة مروري عندك، وأنا موافقة، والسيدة لا ذنب "
        "لها». وموعد سفر السيدة صباح الغد.",
        "Hanaa works at the service counter of the Beneficiaries Authority. A visitor from far away needs a "
        "file of another district, and her colleague Noha is on leave until Sunday.",
    ),
    "jurisdiction": "EG",
    "prompt": _text("ما التصرف الأنسب من هناء؟", "What is the most appropriate response?"),
    "options": [
        _option(
            "colleague-login",
            "إنهاء المعاملة من دخول نهى ما دامت موافقة، وإثبات ذلك في مذكرة صباح الغد.",
            "Finishing from Noha's login, since she agrees, and noting it in a memo tomorrow.",
            0,
        ),
        _option(
            "own-search",
            "البحث عن الورق من دخولها هي، ما دام النظام لا يمنع فتحه، والاكتفاء بالمطلوب.",
            "Searching from her own login, since nothing stops her, and taking only what is needed.",
            0,
        ),
        _option(
            "recorded-permission",
            "طلب إذن مؤقت مسجل، أو إحالة المعاملة إلى من يملكها اليوم، بموعد محدد.",
            "Seeking a recorded temporary permission, or passing it to whoever has one today.",
            1,
        ),
        _option(
            "come-back-sunday",
            "الاعتذار بلطف لأن الإذن لا يسمح، وحجز موعد جديد مع نهى بعد عودتها.",
            "Declining kindly, as she may not, and booking a time with Noha after her return.",
            "1/3",
        ),
    ],
    "cites": [f"{LAW}#1"],
    "compare": [
        {
            "edition": "eg-cybercrime/law-old",
            "cites": [{"at": "eg-cybercrime/law-old/art-1", "as": "history"}],
            "verdict": "milder",
            "note": _text("كان النص القديم أوسع.", "The old text was wider."),
        }
    ],
    "topics": ["state-systems"],
    "values": ["integrity"],
    "audience": ["everyone"],
    "difficulty": 2,
}

MODULE: Document = {
    "format": 1,
    "key": "onboarding",
    "title": _text("الحسابات والأنظمة", "Accounts and systems"),
    "summary": _text("من يتكلم، وباسم من.", "Who speaks, and for whom."),
    "minutes": 20,
    "jurisdictions": ["EG"],
    "lesson": [
        {
            "key": "whose-login",
            "title": _text("دخول من؟", "Whose login?"),
            "body": _text(
                "تتناول المادة 20 من القانون رقم 175 لسنة 2018 تجاوز الصلاحية.",
                "Article 20 of Law No. 175 of 2018 deals with exceeding authority.",
            ),
            "cites": [LAW],
        }
    ],
    "blueprint": [{"bank": "eg-cybercrime", "count": 1, "difficulty": [1, 2]}],
    "behaviour": "immediate_feedback",
    "pass_rule": {"score": "4/5", "and_every": [{"cites": LAW, "score": "1/2"}]},
    "attempts": {"limit": 3, "waits": ["PT0S", "P1D"], "remediation": True},
    "time_limit": None,
    "validity": "P2Y",
    "pledge": {
        "confirm": _text("أقر بأني قرأت.", "I confirm that I have read."),
        "undertake": _text("وأتعهد بالالتزام.", "I undertake to comply."),
        "editions": ["eg-cybercrime/law-175-2018"],
        "required": True,
    },
    "minimum_verification": "mirror_verified",
    "defaults": {"assigned_to": "new-hires", "due": "P90D"},
}


class Bank:
    """The documents of the small bank, free to be changed, and what the checks say of them."""

    def __init__(self) -> None:
        self.instrument = deepcopy(INSTRUMENT)
        self.scenario = deepcopy(SCENARIO)
        self.module = deepcopy(MODULE)
        self.more: list[Document] = []

    def copies(self, count: int, change: Callable[[int, Document], None] | None = None) -> None:
        """Add scenarios like the first, each changed by its number."""
        for number in range(count):
            document = deepcopy(self.scenario)
            document["key"] = f"copy-{number}"
            if change:
                change(number, document)
            self.more.append(document)

    def judge(self) -> None:
        """Make the scenario one whose options are rated."""
        ratings = ("very_inappropriate", "inappropriate", "very_appropriate", "appropriate")
        self.scenario["kind"] = "judgement"
        self.scenario["key_ratings"] = {}
        for option, rating in zip(self.scenario["options"], ratings, strict=True):
            del option["credit"]
            self.scenario["key_ratings"][option["key"]] = rating

    def tick(self) -> None:
        """Make the scenario one whose options are ticked; the last two are right."""
        self.scenario["kind"] = "multiple_choice"
        for option, credit in zip(self.scenario["options"], ("-1/2", "-1/2", "1/2", "1/2"), strict=True):
            option["credit"] = credit

    def reading(self) -> Reading:
        """Return the documents as if they had been read from files."""
        scenarios = [self.scenario, *self.more]
        return Reading(
            instruments=(Source("instruments/eg-cybercrime.yaml", self.instrument),),
            scenarios=(
                Source("scenarios/eg-cybercrime/colleague-account.yaml", scenarios[0]),
                *(Source(f"scenarios/eg-cybercrime/{more['key']}.yaml", more) for more in scenarios[1:]),
            ),
            modules=(Source("modules/onboarding.yaml", self.module),),
        )

    def report(self, today: date | None = None, english_required: bool = True) -> Report:
        """Return what the checks find."""
        return check(self.reading(), today=today, english_required=english_required)

    def found(self, code: str, today: date | None = None) -> list[Finding]:
        """Return the findings of one code."""
        return [finding for finding in self.report(today).findings if finding.code == code]


@pytest.fixture
def bank() -> Bank:
    """A bank without a fault."""
    return Bank()
