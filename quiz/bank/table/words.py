"""The words of a table of scenarios: a cell may say the code, the Arabic or the English.

They belong to the format of the table, as codes belong to that of the files: a sheet that was filled in years ago
has to be read still, whatever pages call a thing by then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from quiz.language.folding import fold

Said = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one column: for each code what it is called in Arabic and in English."""

    name: str
    ar: str
    en: str
    said: Mapping[str, Said] = field(hash=False)

    def word(self, code: str, language: str) -> str:
        """Return what a code is called; raise KeyError for one that is not there."""
        return self.said[code][0 if language == "ar" else 1]

    def code(self, word: str) -> str | None:
        """Return the code that a cell means, whatever its case, marks and spaces; None for an unknown word."""
        return _codes(self).get(fold(word))


@cache
def _codes(vocabulary: Vocabulary) -> Mapping[str, str]:
    return {fold(word): code for code, said in vocabulary.said.items() for word in (code, *said)}


KINDS = Vocabulary("kind", "النوع", "Kind", {
    "single_choice": ("خيار واحد", "One choice"),
    "multiple_choice": ("خيارات متعددة", "Several choices"),
    "judgement": ("تقدير كل تصرّف", "Rating each response"),
    "most_least": ("الأنسب والأقل ملاءمة", "The most and the least"),
    "ordering": ("ترتيب الخطوات", "Putting in order"),
})  # fmt: skip
# Marked passages and turns do not fit into one row.
OTHER_KINDS = Vocabulary("other_kind", "أنواع أخرى", "Other kinds", {
    "spot": ("تمييز المخالفة", "Spotting the breach"),
    "branching": ("قرار بعد قرار", "Turn by turn"),
})  # fmt: skip
BANKS = Vocabulary("bank", "بنك المواقف", "Bank", {
    "eg-conduct": ("مصر: السلوك في الوظيفة العامة", "Egypt: conduct in the civil service"),
    "eg-cybercrime": ("مصر: جرائم تقنية المعلومات", "Egypt: IT crimes"),
    "ae-conduct": ("دولة الإمارات: السلوك في الحكومة الاتحادية", "UAE: conduct in the federal government"),
})  # fmt: skip
MEDIA = Vocabulary("medium", "وسيلة المعروض", "Medium", {
    "post": ("منشور", "Post"),
    "message": ("رسائل", "Messages"),
    "email": ("بريد إلكتروني", "E-mail"),
    "memo": ("مذكرة", "Memo"),
    "dialogue": ("حوار", "Conversation"),
})  # fmt: skip
RATINGS = Vocabulary("rating", "التقدير", "Rating", {
    "very_appropriate": ("مناسب جدًّا", "Very appropriate"),
    "appropriate": ("مناسب", "Appropriate"),
    "inappropriate": ("غير مناسب", "Not appropriate"),
    "very_inappropriate": ("غير مناسب إطلاقًا", "Not appropriate at all"),
})  # fmt: skip
PICKS = Vocabulary("pick", "الأنسب والأقل", "Most and least", {
    "most": ("الأنسب", "The most appropriate"),
    "least": ("الأقل ملاءمة", "The least appropriate"),
})  # fmt: skip
VERDICTS = Vocabulary("verdict", "نتيجة المقارنة", "Verdict", {
    "same": ("القاعدة نفسها", "The same there"),
    "stricter": ("قاعدة أشد", "Stricter there"),
    "milder": ("قاعدة أخف", "Milder there"),
    "silent": ("لا نص في المسألة", "No text on it there"),
    "differs": ("قاعدة مختلفة", "Different there"),
})  # fmt: skip
TRUTHS = Vocabulary("truth", "نعم أو لا", "Yes or no", {"yes": ("نعم", "Yes"), "no": ("لا", "No")})
DIFFICULTIES = Vocabulary(
    "difficulty", "مستوى الصعوبة", "Difficulty", {"1": ("1", "1"), "2": ("2", "2"), "3": ("3", "3")}
)
VALUES = Vocabulary("value", "القيم", "Values", {
    "integrity": ("النزاهة", "Integrity"),
    "transparency": ("الشفافية", "Transparency"),
    "impartiality": ("الحياد", "Impartiality"),
    "sincerity": ("الإخلاص", "Sincerity"),
})  # fmt: skip
AUDIENCES = Vocabulary("audience", "الفئة المعنية", "Audience", {
    "everyone": ("الجميع", "Everybody"),
    "communications": ("الاتصال والإعلام", "Communications"),
    "it": ("تقنية المعلومات", "IT"),
    "managers": ("المديرون", "Managers"),
    "front-desk": ("خدمة الجمهور", "Front desk"),
    "procurement": ("المشتريات", "Procurement"),
    "hr": ("الموارد البشرية", "Human resources"),
})  # fmt: skip
TOPICS = Vocabulary("topic", "الموضوعات", "Topics", {
    "integrity": ("النزاهة", "Integrity"),
    "transparency": ("الشفافية", "Transparency"),
    "impartiality": ("الحياد", "Impartiality"),
    "loyalty": ("الإخلاص والولاء", "Sincerity and loyalty"),
    "confidentiality": ("السرية", "Confidentiality"),
    "conflict-of-interest": ("تعارض المصالح", "Conflict of interest"),
    "gifts": ("الهدايا والرشوة", "Gifts and bribes"),
    "public-resources": ("الموارد العامة", "Public resources"),
    "personal-accounts": ("الحسابات الشخصية", "Personal accounts"),
    "official-accounts": ("الحسابات الرسمية", "Official accounts"),
    "political-neutrality": ("الحياد السياسي", "Political neutrality"),
    "illegal-access": ("الدخول بغير حق", "Access without right"),
    "state-systems": ("أنظمة الدولة", "Systems of the State"),
    "privacy": ("الخصوصية والبيانات الشخصية", "Privacy and personal data"),
    "impersonation": ("انتحال الشخصية", "Impersonation"),
    "e-fraud": ("الاحتيال الإلكتروني", "Electronic fraud"),
    "account-administration": ("إدارة الحسابات", "Running an account"),
    "service-providers": ("مقدمو الخدمة", "Service providers"),
    "reporting": ("الإبلاغ", "Reporting"),
    "relations": ("التعامل مع الناس", "Relations with people"),
    "equality": ("المساواة", "Equality"),
    "appearance": ("المظهر وكرامة الوظيفة", "Appearance and dignity"),
    "working-hours": ("مواعيد العمل", "Working hours"),
    "post-employment": ("بعد ترك الخدمة", "After leaving the job"),
    "information-security": ("أمن المعلومات", "Information security"),
    "passwords": ("كلمات المرور", "Passwords"),
    "discipline": ("المساءلة التأديبية", "Discipline"),
    "digital-evidence": ("الدليل الرقمي", "Digital evidence"),
    "general": ("عام", "General"),
})  # fmt: skip
# What an option's answer may be: the cell takes other fractions too.
ANSWERS = Vocabulary("answer", "الجواب", "Answer", {
    **{credit: (credit, credit) for credit in ("1", "0", "1/2", "1/3", "-1/2", "-1/3", "-1")},
    **RATINGS.said,
    **PICKS.said,
    **{str(place): (str(place), str(place)) for place in range(2, 7)},
})  # fmt: skip
LISTS = (
    KINDS, BANKS, MEDIA, ANSWERS, TOPICS, VALUES, AUDIENCES, DIFFICULTIES, TRUTHS, VERDICTS,
)  # fmt: skip
