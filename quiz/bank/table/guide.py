"""The sheet of guidance in a workbook: how a table of scenarios is filled in, in Arabic and English."""

from dataclasses import dataclass

from quiz.bank.table.words import Said


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph in both languages."""

    ar: str
    en: str
    is_heading: bool = False


GUIDE = (
    Paragraph("كيف يُملأ الجدول", "How the table is filled in", is_heading=True),
    Paragraph(
        "كل صف موقف واحد، والصف الأول للعناوين. يجوز حذف الأمثلة، وتغيير ترتيب الأعمدة، وترك الأعمدة الاختيارية.",
        "One row is one scenario, and the first row holds the headings. Examples may be deleted, columns moved, and "
        "optional columns left out.",
    ),
    Paragraph(
        "العربية هي الأصل ولا بد منها، والإنجليزية ترجمتها. والأعمدة التي عنوانها أخضر لا بد منها.",
        "Arabic is the source and always needed; English is its translation. Columns with a green heading are needed.",
    ),
    Paragraph(
        "كلمات القوائم تُقبل بالعربية أو بالإنجليزية أو برمزها، كما في ورقة «قوائم».",
        "Words of the lists are taken in Arabic, in English or as their code; see the sheet “Lists”.",
    ),
    Paragraph(
        "كل ما في الخلايا نص: بلا معادلات، ولا خلايا مدمجة، ولا تواريخ. والكسر مثل 1/3 يُكتب في خلية نصية، "
        "وإلا حُوّل إلى تاريخ.",
        "Cells hold texts: no formulas, no merged cells, no dates. A fraction such as 1/3 is typed into a cell of the "
        "format “text”, or it is turned into a date.",
    ),
    Paragraph(
        "إذا كان في الخلية أكثر من شيء فلكل منها سطر (Alt+Enter)، أو تفصل بينها فاصلة.",
        "Where a cell holds several things, each has a line of its own (Alt+Enter), or commas part them.",
    ),
    Paragraph(
        "يسع الجدول 2000 صف، والخلية 5000 حرف. والصفوف الفارغة تُتخطى.",
        "A table has up to 2000 rows, a cell up to 5000 letters. Empty rows are skipped.",
    ),
    Paragraph(
        "النوعان «تمييز المخالفة» و«قرار بعد قرار» لا يسعهما صف، ومكانهما صفحة التحرير أو ملف YAML.",
        "The kinds “Spotting the breach” and “Turn by turn” do not fit into a row: their place is the desk, or YAML.",
    ),
    Paragraph("الجواب بحسب النوع", "The answer by kind", is_heading=True),
    Paragraph(
        "خيار واحد (من 2 إلى 6): درجة لكل خيار؛ لواحد فقط 1، ولغيره 0 أو كسر مثل 1/3.",
        "One choice (2 to 6 options): a credit for each; 1 for exactly one, 0 or a fraction like 1/3 for the others.",
    ),
    Paragraph(
        "خيارات متعددة (من 3 إلى 7): مجموع الدرجات الموجبة 1، ولكل خيار غير مناسب درجة سالبة، حتى لا ينفع اختيار الكل.",
        "Several choices (3 to 7): the positive credits add up to 1, and each unsuitable option has a negative one, so "
        "that ticking everything gains nothing.",
    ),
    Paragraph(
        "تقدير كل تصرّف (من 3 إلى 5): مناسب جدًّا، أو مناسب، أو غير مناسب، أو غير مناسب إطلاقًا.",
        "Rating each response (3 to 5): very appropriate, appropriate, not appropriate or not appropriate at all.",
    ),
    Paragraph(
        "الأنسب والأقل ملاءمة (4 أو 5): «الأنسب» لواحد، و«الأقل ملاءمة» لواحد، والباقي فارغ.",
        "The most and the least (4 or 5): “The most appropriate” for one, “The least appropriate” for one, the others "
        "empty.",
    ),
    Paragraph(
        "ترتيب الخطوات (من 3 إلى 6): رقم موضع كل خطوة، بدءًا من 1.",
        "Putting in order (3 to 6): the place of each step, from 1.",
    ),
    Paragraph("كيف يُكتب المعروض", "How an exhibit is written", is_heading=True),
    Paragraph(
        "لكل لغة خلية، والوسيلة من القائمة. والكلمة التي قبل النقطتين تُكتب كما هي هنا.",
        "Each language has its cell, and the medium is from the list. The word before a colon is written as here.",
    ),
    Paragraph(
        "منشور (الحساب، وهل هو رسمي، في الخلية العربية):\n\n"
        "الكاتب: مريم\nالحساب: maryam_reads\nحساب رسمي: لا\nالتعريف: قارئة\nالوقت: قبل ساعة\n\nنص المنشور.",
        "Post (the account, and whether it is official, in the Arabic cell):\n\n"
        "Author: Mariam\nProfile: Reader\nWhen: An hour ago\n\nThe text of the post.",
    ),
    Paragraph(
        "بريد إلكتروني:\n\nمن: قسم المشتريات\nإلى: هناء\nالموضوع: العرض\n\nنص الرسالة.",
        "E-mail:\n\nFrom: Procurement\nTo: Hana\nSubject: The offer\n\nThe text of the message.",
    ),
    Paragraph(
        "مذكرة (الرقم في الخلية العربية):\n\n"
        "الجهة: مركز خدمات المرافق\nالرقم: 205/2026\nالتاريخ: 23 يونيو 2026\nالموضوع: الأجهزة\n"
        "التوقيع: مدير الشؤون المالية\n\nنص المذكرة.",
        "Memo (the number in the Arabic cell):\n\n"
        "Body: Utilities Service Centre\nDate: 23 June 2026\nSubject: Equipment\n"
        "Signed: Head of Finance\n\nThe text of the memo.",
    ),
    Paragraph(
        "رسائل أو حوار (لكل قول سطر، والسطر الذي يبدأ بمسافة تتمة لما قبله):\n\n"
        "الجارة: رقمي 84 والشاشة عند 52.\nمينا: الدور للجميع.\n  وهذا هو الوقت المتوقع.",
        "Messages or conversation (a line a turn; a line that begins with a space goes on with the one before it):\n\n"
        "Neighbour: I’m number 84 and the screen says 52.\nMina: The queue is for everyone.\n"
        "  This is the likely wait.",
    ),
    Paragraph("الأعمدة", "The columns", is_heading=True),
)
# Above the list of columns, which follows.
COLUMN_HEADINGS: tuple[Said, ...] = (
    ("العمود", "Column"),
    ("لا بد منه؟", "Needed?"),
    ("ما يُكتب فيه", "What stands in it"),
    ("مثال", "Example"),
)
