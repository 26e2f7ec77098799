"""What is said about each column of a table of scenarios, and an example, in Arabic and English."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """How a column is filled in, with an example."""

    ar: str
    en: str
    example_ar: str
    example_en: str

    def about(self, language: str) -> str:
        """Return how the column is filled in."""
        return self.ar if language == "ar" else self.en

    def example(self, language: str) -> str:
        """Return an example of what stands in it."""
        return self.example_ar if language == "ar" else self.example_en


_CITES = Note(
    "عنوان السند كما تعرضه صفحة التشريعات والمدونات، وكل عنوان في سطر. وما يُذكر على أنه مضى تسبقه كلمة «تاريخي:».",
    "The address of a provision as the reference shows it, one a line. What is cited as past begins with “history:”.",
    "eg-conduct/code-2019/media-secrecy",
    "eg-conduct/code-2019/media-secrecy",
)

# By the name of the field; within an option or a comparison by the name of the group too.
NOTES: Mapping[str, Note] = {
    "key": Note(
        "اسم قصير لا يتكرر ولا يتغير: حروف لاتينية صغيرة وأرقام وشرطات مفردة.",
        "A short name that is never used again and never changed: small Latin letters, digits, single hyphens.",
        "photo-of-the-queue",
        "photo-of-the-queue",
    ),
    "kind": Note(
        "نوع السؤال، من القائمة.",
        "The kind of question, from the list.",
        "خيار واحد",
        "One choice",
    ),
    "bank": Note(
        "بنك المواقف، من القائمة؛ ومنه تُعرف الدولة.",
        "The bank, from the list; it gives the country.",
        "مصر: السلوك في الوظيفة العامة",
        "Egypt: conduct in the civil service",
    ),
    "title": Note(
        "عنوان قصير للقوائم.",
        "A short title for lists.",
        "صورة للصف الطويل",
        "A picture of the long queue",
    ),
    "situation": Note(
        "ما يواجهه الموظف، في 45 إلى 110 كلمات مع المعروض. الأشخاص والجهات والحسابات من الخيال.",
        "What the employee meets, in 45 to 110 words with the exhibit. People, bodies and accounts are invented.",
        "تعمل هناء في شباك الخدمة بهيئة شؤون المستفيدين …",
        "Hana works at the service counter of the Beneficiary Affairs Authority …",
    ),
    "medium": Note(
        "ما يراه الموظف: من القائمة، أو لا شيء حين لا معروض.",
        "What is looked at: from the list, or nothing where there is no exhibit.",
        "رسائل",
        "Messages",
    ),
    "exhibit": Note(
        "يُكتب كما في الإرشادات: أسطر من مثل «من: …»، ثم سطر فارغ، ثم النص. وفي المحادثة سطر لكل قول.",
        "Written as in the guide: lines such as “From: …”, an empty line, the text. In a conversation, a line a turn.",
        "الجارة: رقمي 84 والشاشة عند 52.",
        "Neighbour: I’m number 84 and the screen says 52.",
    ),
    "prompt": Note(
        "السؤال نفسه.",
        "The question itself.",
        "ما التصرف الأنسب؟",
        "What is the most appropriate thing to do?",
    ),
    "option.text": Note(
        "ما يُختار أو يُقدَّر أو يُرتَّب.",
        "What is chosen, rated or put in order.",
        "الاعتذار لها بكلمة قصيرة.",
        "Apologising to her briefly.",
    ),
    "option.answer": Note(
        "بحسب النوع: درجة مثل 1 أو 0 أو 1/3 أو -1/2، أو تقدير، أو «الأنسب» و«الأقل ملاءمة»، أو رقم الموضع في الترتيب.",
        "By kind: a credit such as 1, 0, 1/3 or -1/2, a rating, “The most appropriate” and “The least appropriate”, "
        "or the place in the order.",
        "1",
        "1",
    ),
    "option.ruling": Note(
        "لماذا يناسب أو لا يناسب، وبأي سند؛ وتضيف الصفحة العقوبات من السند.",
        "Why it is or is not appropriate, and by which provision; penalties are added by the page.",
        "بحسب المنشور عن مدونة 2019 …",
        "According to published accounts of the 2019 code …",
    ),
    "option.cites": _CITES,
    "option.consequence": Note(
        "ما يقع بعده، ولمن؛ اختياري.",
        "What happens next, and to whom; optional.",
        "عادت السيدة في اليوم التالي ومعها أوراقها.",
        "The lady came back the next day with her papers.",
    ),
    "option.key": Note(
        "اسم للخيار مثل مفتاح الموقف؛ وإذا بقي فارغًا صار option-1 وهكذا.",
        "A name of the option like the key of the scenario; left empty it becomes option-1 and so on.",
        "short-apology",
        "short-apology",
    ),
    "hint": Note(
        "يظهر قبل المحاولة الثانية؛ اختياري.",
        "Shown before the second try; optional.",
        "على من يقع الضرر في هذه الساعة؟",
        "On whom is the harm falling at this hour?",
    ),
    "cites": _CITES,
    "topics": Note(
        "من القوائم، وكل موضوع في سطر.",
        "From the lists, one topic a line.",
        "الخصوصية والبيانات الشخصية\nالإبلاغ",
        "Privacy and personal data\nReporting",
    ),
    "values": Note("من القوائم، وكل قيمة في سطر.", "From the lists, one value a line.", "النزاهة", "Integrity"),
    "audience": Note("من القوائم، وكل فئة في سطر.", "From the lists, one group a line.", "الجميع", "Everybody"),
    "difficulty": Note(
        "1 لقاعدة ظاهرة، و2 لقاعدة تُطبَّق، و3 لواجبات تتزاحم.",
        "1 for a rule stated plainly, 2 for a rule applied, 3 for duties in tension.",
        "2",
        "2",
    ),
    "sensitive": Note(
        "«نعم» لما لا يُحتسب أبدًا؛ والفارغ مثل «لا».",
        "“Yes” for what never counts; empty means “No”.",
        "لا",
        "No",
    ),
    "compare.edition": Note(
        "الإصدار الذي يُقارن به؛ والمقارنة كلها اختيارية.",
        "The edition that is compared with; the whole comparison is optional.",
        "ae-conduct/res-79-2023",
        "ae-conduct/res-79-2023",
    ),
    "compare.verdict": Note("من القائمة.", "From the list.", "القاعدة نفسها", "The same there"),
    "compare.cites": Note(
        "أسانيد من ذلك الإصدار، وكل عنوان في سطر؛ ولا شيء حين لا نص فيه.",
        "Provisions of that edition, one a line; nothing where it has no text on the matter.",
        "ae-conduct/res-79-2023/pledge-3",
        "ae-conduct/res-79-2023/pledge-3",
    ),
    "compare.note": Note(
        "ما يتفق وما يختلف.",
        "What agrees and what differs.",
        "النتيجة واحدة: يتناول التعهد الثالث السرية.",
        "The answer is the same: the third pledge deals with confidentiality.",
    ),
    "author_note": Note(
        "لمن يراجع الموقف، ولا تظهر في التدريب؛ اختيارية.",
        "For reviewers, never shown to learners; optional.",
        "الترتيب يقوم على تاريخين في القصة.",
        "The order rests on two dates in the story.",
    ),
}
