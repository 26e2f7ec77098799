"""The words of a credential. They are signed with it and compared when it is checked, so they stand in no catalogue.

Words that are to change become others beside these: a credential that was handed out keeps the ones it was made with.
"""

from quiz.engine.text import Text

DESCRIPTION = Text(
    {
        "ar": "إتمام برنامج تدريبي في أخلاقيات الوظيفة العامة. ليست مؤهلًا دراسيًّا.",
        "en": "Completion of a training programme in the ethics of public service. Not an academic qualification.",
    }
)
PASSED = Text(
    {
        "ar": "تحقق حد الاجتياز (%(share)s على الأقل) في مواقف مستندة إلى التشريعات والمدونات الآتية:",
        "en": "Reached the pass mark (at least %(share)s) in situations that rest on the following instruments:",
    }
)
PLEDGED = Text({"ar": "جرى توقيع الإقرار والتعهد.", "en": "The pledge was signed."})
EVIDENCE = Text({"ar": "صفحة التحقق من الشهادة", "en": "Page that verifies the record"})
RESULT = Text({"ar": "تحقق حد الاجتياز", "en": "Pass mark reached"})
STATUSES = {
    "repealed": Text({"ar": "ملغى", "en": "repealed"}),
    "draft": Text({"ar": "مشروع", "en": "draft"}),
    "unknown": Text({"ar": "لم يُتحقق من سريانه", "en": "status not verified"}),
}
