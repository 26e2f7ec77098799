"""The questions that a pack of evidence answers, in their order, and who asks them: by name only, never as met."""

from dataclasses import dataclass
from typing import Any

from quiz.engine.text import Text

# How far we know what a source asks: `text` is what it publishes, `summary` another's account of it, `recall` neither.
TEXT, SUMMARY, RECALL = "text", "summary", "recall"


@dataclass(frozen=True, slots=True)
class Source:
    """Something that asks such a question: its name, and how far it was compared with."""

    name: Text
    basis: str

    def document(self) -> dict[str, Any]:
        """Return the plain form."""
        return {"name": self.name.document(), "basis": self.basis}


@dataclass(frozen=True, slots=True)
class Question:
    """A question by its code, in both languages, and its sources; it may have none."""

    code: str
    words: Text
    sources: tuple[Source, ...] = ()


def _source(ar: str, en: str, basis: str) -> Source:
    return Source(Text({"ar": ar, "en": en}), basis)


_ECCP = _source(
    "وزارة العدل الأمريكية: تقييم برامج الامتثال في الشركات، بتحديث سبتمبر 2024",
    "US Department of Justice: Evaluation of Corporate Compliance Programs, with the update of September 2024",
    SUMMARY,
)
_ISO = _source(
    "المواصفة الدولية لنظم إدارة الامتثال ISO 37301:2021، البندان 7.2 و7.3",
    "ISO 37301:2021 on compliance management systems, clauses 7.2 and 7.3",
    RECALL,
)
_OECD = _source(
    "منظمة التعاون الاقتصادي والتنمية: دليل النزاهة العامة، الفصل 8",
    "OECD: Public Integrity Handbook, chapter 8",
    TEXT,
)
_JOINING = _source(
    "الولايات المتحدة: مدونة اللوائح الاتحادية، الباب 5، CFR 2638.304، التدريب الأول",
    "United States: 5 CFR 2638.304 on initial training",
    TEXT,
)
_YEARLY = _source(
    "الولايات المتحدة: مدونة اللوائح الاتحادية، الباب 5، CFR 2638.307، التدريب السنوي",
    "United States: 5 CFR 2638.307 on yearly training",
    TEXT,
)
_INTERACTIVE = _source(
    "الولايات المتحدة: مدونة اللوائح الاتحادية، الباب 5، CFR 2638.302، معنى التدريب التفاعلي",
    "United States: 5 CFR 2638.302 on what interactive means",
    RECALL,
)
_UAE = _source(
    "الإمارات: مدونة السلوك الوظيفي في الحكومة الاتحادية",
    "UAE: the code of conduct of the federal government",
    TEXT,
)

QUESTIONS = tuple(
    Question(code, Text({"ar": ar, "en": en}), sources)
    for code, ar, en, sources in (
        (
            "audience",
            "هل يناسب شكل التدريب ولغته من يتلقونه؟",
            "Do the form and the language of the training suit those who take it?",
            (_ECCP, _INTERACTIVE),
        ),
        ("online", "لماذا يقدَّم التدريب عبر الشبكة؟", "Why is the training given online?", (_ECCP,)),
        ("incidents", "ما الدروس المستفادة من وقائع سابقة؟", "What was learned from earlier incidents?", (_ECCP,)),
        (
            "asking",
            "هل يستطيع الموظفون طلب المشورة، ومتى تصلهم الإجابة؟",
            "Can employees ask for advice, and when are they answered?",
            (_ECCP, _OECD),
        ),
        ("effectiveness", "كيف يقاس أثر التدريب؟", "How is the effect of the training measured?", (_ECCP,)),
        (
            "testing",
            "هل يُختبر من يتلقون التدريب، وكيف؟",
            "Are those who are trained tested, and how?",
            (_ECCP, _ISO),
        ),
        (
            "failing",
            "ما الذي يجري لمن لم يحقق حد الاجتياز بعد؟",
            "What happens to those who have not reached the pass mark yet?",
            (_ECCP,),
        ),
        (
            "supervisors",
            "هل يختلف تدريب الرؤساء عن تدريب غيرهم؟",
            "Are supervisors trained differently?",
            (_ECCP,),
        ),
        (
            "risk",
            "هل يراعي التدريب مخاطر العمل؟",
            "Does the training follow the risks of the work?",
            (_ECCP, _ISO),
        ),
        (
            "timing",
            "هل يقدَّم التدريب عند الالتحاق ثم بانتظام؟",
            "Is training given on joining, and then at intervals?",
            (_JOINING, _YEARLY, _OECD, _ISO),
        ),
        ("documented", "هل التدريب موثَّق؟", "Is the training documented?", (_ISO,)),
        (
            "signed",
            "هل المدونات في متناول الموظفين، وهل وقّعوا عليها إلكترونيًّا؟",
            "Are the codes at hand for employees, and have they signed them electronically?",
            (_UAE,),
        ),
        (
            "currency",
            "هل يواكب التدريب النصوص وتعديلاتها؟",
            "Does the training keep up with the texts and their amendments?",
            (_ISO,),
        ),
        (
            "reminders",
            "من الذي ذُكِّر بما عليه، ومن الذي لم يُذكَّر ولماذا؟",
            "Who was reminded of what is due, who was not, and why?",
            (),
        ),
    )
)
BY_CODE = {question.code: question for question in QUESTIONS}
