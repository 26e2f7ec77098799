"""A completion, and the words of its certificate in both languages."""

from datetime import UTC, date, datetime
from gettext import NullTranslations

import pytest

from quiz.engine.text import Text
from quiz.records.facts import CompletionFacts, EditionFact, commit

SALT = bytes(range(32))

ARABIC = {
    "Completion record": "شهادة إتمام",
    "Completion record: %(module)s": "شهادة إتمام: %(module)s",
    "This record confirms that %(name)s has completed the training programme “%(module)s”.": (
        "تثبت هذه الشهادة إتمام %(name)s البرنامج التدريبي %(module)s."
    ),
    "Completed on": "تاريخ الإتمام",
    "Valid until": "صالحة حتى",
    "No end date": "بلا أجل محدد",
    "Editions applied": "الإصدارات المعتمدة",
    "Listed on the next page": "مذكورة في الصفحة التالية",
    "%(edition)s (repealed)": "%(edition)s (ملغى)",
    "%(edition)s (draft)": "%(edition)s (مشروع)",
    "%(edition)s (status not verified)": "%(edition)s (سريانه غير مؤكد)",
    "Pass mark": "حد الاجتياز",
    "At least %(share)s, reached": "%(share)s على الأقل، وقد تحقق",
    "Pledge": "إقرار وتعهد",
    "Signed on %(day)s": "بتاريخ %(day)s",
    "Serial number": "الرقم التسلسلي",
    "To verify this record, scan the code or open this address:": (
        "للتحقق من هذه الشهادة: مسح الرمز أو فتح العنوان الآتي"
    ),
    "Verification code": "رمز التحقق",
    "Not an academic qualification": "ليست مؤهلًا دراسيًّا",
    "QR code": "رمز الاستجابة السريعة",
    "QR code leading to %(address)s": "رمز استجابة سريعة يؤدي إلى %(address)s",
    "Electronic signature": "التوقيع الإلكتروني",
    "Not signed: test installation": "غير موقعة: نظام تجريبي",
    "The facts of this record, for machines": "بيانات هذه الشهادة لتقرأها الأنظمة",
}


class ArabicWords(NullTranslations):
    """The Arabic of a certificate; a message without Arabic fails."""

    def gettext(self, message):
        return ARABIC[message]


@pytest.fixture
def wordings():
    """What finds the words of a language, as the catalogue does."""
    return {"ar": ArabicWords(), "en": NullTranslations()}.__getitem__


@pytest.fixture
def facts():
    """A completion with everything that one can have."""
    return CompletionFacts(
        serial="9f2c1a7b3d5e4f60a1b2c3d4e5f60718",
        organisation=Text(
            {"ar": "الهيئة العامة لخدمات المستفيدين", "en": "General Authority for Beneficiary Services"}
        ),
        module_key="onboarding-social-media",
        module_version=3,
        module_title=Text({"ar": "الموظف العام ووسائل التواصل الاجتماعي", "en": "The civil servant and social media"}),
        module_digest="a" * 64,
        editions=(
            EditionFact(
                "eg-cybercrime/law-175-2018",
                Text(
                    {
                        "ar": "القانون رقم 175 لسنة 2018 بشأن مكافحة جرائم تقنية المعلومات",
                        "en": "Law No. 175 of 2018 on information technology crimes",
                    }
                ),
                "in_force",
            ),
            EditionFact(
                "eg-conduct/code-2019",
                Text(
                    {
                        "ar": "مدونة سلوك الخدمة المدنية، إصدار 2019",
                        "en": "Code of conduct of the civil service, edition 2019",
                    }
                ),
                "unknown",
            ),
            EditionFact(
                "ae-conduct/res-15-2010",
                Text({"ar": "قرار مجلس الوزراء رقم 15 لسنة 2010", "en": "Cabinet Resolution No. 15 of 2010"}),
                "repealed",
            ),
        ),
        pass_score="4/5",
        completed_at=datetime(2026, 11, 21, 22, 30, 5, 123456, tzinfo=UTC),
        completed_on=date(2026, 11, 22),
        zone="Africa/Cairo",
        valid_until=date(2028, 11, 22),
        attempt_digest="b" * 64,
        name_commitment=commit("فاطمة الزهراء بنت عبد الله آل مكتوم", SALT),
        latin_name_commitment=commit("Fatima Al Maktoum", SALT),
        hijri="1448-06-12",
        valid_until_hijri="1450-07-05",
        pledge_digest="c" * 64,
        pledge_editions=("eg-conduct/code-2019",),
        pledged_at=datetime(2026, 11, 21, 22, 35, tzinfo=UTC),
    )
