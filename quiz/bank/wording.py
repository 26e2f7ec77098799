"""The words that checks look for, as data; Arabic in the plain spelling unless a comment says otherwise."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Said to somebody, never about somebody: no past or present tense is written like this, so a story cannot
# hold one. In the full spelling: «ادخل» commands, «أدخل» tells.
IMPERATIVES = _set("""
    اختر اقرأ اكتب اضغط انقر احرص اطلب انظر احفظ اترك ادخل افتح ابحث اسأل احذر اذكر احذف ارفض ارفع
    اعرض اجعل ابدأ انشر امنع اشرح اسمح ارسم اربط أجب ضع قم
    """)
# Written like a past tense too (حدد المدير الموعد): a command only where a prompt or a hint begins with it.
IMPERATIVES_OF_PROMPTS = IMPERATIVES | _set("""
    حدد رتب تحقق تأكد تذكر راجع قيم تجنب استخدم أبلغ فكر لاحظ بادر توقف تخيل استعن أعد التزم اعتبر
    قارن صنف قدر علل كن خذ دع
    """)

# A rule that is only known from what others published about it neither binds nor forbids.
DUTY_WORDS = {
    "ar": _set("تنص ينص تحظر يحظر تلزم يلزم توجب يوجب تفرض يفرض تحرم يحرم يجب ملزم ملزمه محظور محظوره"),
    "en": _set("""
        requires require prohibits prohibit prohibited forbids forbid forbidden obliges oblige
        obliged mandates mandate mandatory stipulates stipulate must binding binds
        """),
}
NEGATIONS = _set("لا لم لن ليس ليست غير بلا دون بدون not no never nothing without")
# What marks a sentence as a report of a report.
HEDGES = (
    "بحسب المنشور", "بحسب ما نشر", "وفق المنشور", "وفق ما نشر", "حسب المنشور", "بحسب قوائم", "المنشور عن",
    "فيما نشر", "المنشور في", "فيما اطلع عليه", "published account", "published in", "as published",
    "as reported", "according to", "seen of",
)  # fmt: skip

_CHOICES = "الاجابات|الاجابتان|الاجابتين|الاجوبه|الخيارات|الخياران|الخيارين|الاختيارات|البدائل|التصرفات"
# An option that speaks of the other options: «كل ما سبق». «حذف كل ما سبق نشره» does not.
ABOUT_OPTIONS = {
    "ar": (
        r"^(?:لا\s+|ليس\s+)?(?:كل|جميع|كافه|كلا|اي|ايا|بعض|شيء|احد)\s+(?:من\s+)?(?:ما|مما)\s+(?:سبق|ذكر|تقدم|ورد)"
        r"(?:\s+(?:ذكره|اعلاه|صحيح|صحيحه|خطا|خاطئ|مناسب|ملائم|معا))*\W*$",
        rf"^(?:(?:كل|جميع|كلا|كلتا|كافه|لا شيء من|اي من|ولا واحد من|ولا واحده من)\s+)?(?:{_CHOICES})\s+"
        r"(?:السابقه|السابقتان|السابقتين|السابقان|السابقين|الاخري|كلها|جميعها|معا|صحيحه|خاطئه|اعلاه)",
        r"^\(?[ابجده]\)?\s*(?:و|او)\s*\(?[ابجده]\)?(?:\s+(?:معا|فقط))?\W*$",
    ),
    "en": (
        r"\b(?:all|none|any|both|neither|either|some|one)\s+of\s+the\s+(?:above|previous|preceding)\b",
        r"^(?:all|none|both|neither)\s+(?:of\s+)?(?:the\s+|these\s+)?(?:answers|options|responses)\b",
        r"^(?:both\s+)?\(?[a-f]\)?\s*(?:and|or|&)\s*\(?[a-f]\)?(?:\s+only)?\W*$",
    ),
}

# Two negations that a reader has to work out: «لا يجوز عدم الرد», «عدم الامتناع». In the full spelling:
# «لا يجوز ألا» is one, «لا يجوز إلا بإذن» is not.
DOUBLE_NEGATIVES = {
    "ar": (
        r"(?:عدم|بعدم|وعدم|لعدم|دون|بدون|بغير|غير)\s+(?:عدم|الامتناع|امتناع)\b",
        r"\b[وف]?(?:لا|لم|لن|ليس|ليست)\s+(?:عدم|(?:يجوز|يصح|يمكن|ينبغي|يحق|يحسن|يليق|يلزم|يجب)\s+(?:له\s+|لها\s+)?"
        r"(?:عدم|الامتناع|ألا|أن\s+لا))\b",
    ),
    "en": (
        r"(?:\bnot|\bnever|\bcannot|n['’]t)\s+(?:\w+ly\s+|be\s+|to\s+)*(?:not|never|unable|impossible|incorrect|"
        r"inappropriate|improper|unacceptable|unlikely|untrue|refrain\w*|fail\w*)\b",
        r"\b(?:refrain|abstain)\w*\s+from\s+not\b",
    ),
}

_SUPERIORS = (
    r"(?:ال)?(?:رئيس|رئيسه|رئيسها|رئيسته|رئيستها|مدير|مديره|مديرها|مديرته|مديرتها|مسؤول|مسؤوله|مشرف|مشرفه)\b|"
    r"(?:ال)?(?:اداره|موارد البشريه|نيابه|شرطه)\b|(?:ال)?(?:جهه|جهات)\s+(?:المختصه|المعنيه)|القسم المعني"
)
# A best answer that begins like this hands the decision to somebody else.
HANDING_ON = (
    r"^(?:ابلاغ|اخطار|استشاره|استئذان|اعلام|اخبار|سؤال|مراجعه|مخاطبه|طلب (?:راي|اذن|موافقه|توجيه))\s+"
    rf"(?:{_SUPERIORS})",
    r"^(?:ال)?(?:ابلاغ|تبليغ)\s+عن\b",
    rf"^(?:الرجوع|اللجوء|التوجه)\s+(?:الي)\s+(?:{_SUPERIORS})",
    r"^(?:رفع|احاله|عرض|ترك)\s+(?:الامر|المساله|الموضوع|الواقعه|القرار|السؤال)\s+(?:كله\s+|كلها\s+)?(?:الي|علي|ل)",
    r"^رفع\s+(?:بلاغ|شكوي)\b",
)
HANDING_ON_KEY = r"(?:report|escalate|notify|(?:ask|tell|inform)-(?:the-)?(?:manager|director|head|supervisor))(?:-|$)"

# Too common to give a key away.
COMMON_WORDS = _set("""
    الذي التي الذين هذا هذه ذلك تلك هناك بعد قبل عند عندما حتي بين دون غير كان كانت يكون تكون كما
    لكن ولكن منذ مع علي الي من في عن ما لا لم لن قد كل بعض اي ايضا فقط جدا هو هي هم بها به له لها
    اليوم الان غدا امس صباح مساء يوم ساعه التصرف الانسب تصرف مناسب انسب ملاءمه الاتيه الاتي يناسب
    اكثر التصرفات خيار
    """)

# Spellings that are always a forgotten hamza; in the full spelling, without joined particles.
FORGOTTEN_HAMZA = _set("""
    الى ان او اذا اي انه انها انهم اكثر اقل اول اخر اخرى احد ايضا امام اثناء اصبح اعلن ابلغ ارسل
    اسماء الاول الاخر الاخرى والى فاذا واذا لان لانه لانها الان اولا
    """)

# What makes an option sound careful, in the plain base form of `words.base`: whoever guesses picks the option
# that has most of them.
CAUTIOUS_WORDS = _set("""
    تحقق تاكد تثبت طلب اذن استئذان موافق عدم امتناع اعتذار تاجيل ارجاء انتظار قبل حتي دون مراجع سؤال استشار
    استيضاح اكتفاء تحفظ حرص تنبيه تنبه توثيق اثبات تسجيل كتاب خطي تجنب تفاد رسم مختص معتمد مقرر
    """)
# What makes an option one that reports: it tells somebody who is competent or stands above.
REPORTING_WORDS = _set("""
    ابلاغ تبليغ اخطار بلاغ رفع احال رئيس مدير مختص مشرف مسؤول
    """)


def _by_word(**words: str) -> dict[str, str]:
    return {word: name for name, listed in words.items() for word in listed.split()}


def _counted(first: int, *words: str) -> dict[str, int]:
    return {word: first + place for place, listed in enumerate(words) for word in listed.split()}


# Numbers and units, so that a period that an explanation gives can be held against the figures of what it cites.
NUMBER_WORDS = {
    **_counted(3, "ثلاث ثلاثه", "اربع اربعه", "خمس خمسه", "ست سته", "سبع سبعه", "ثماني ثمانيه", "تسع تسعه", "عشر عشره"),
    **_counted(2, "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
}
UNIT_WORDS = _by_word(
    minute="دقيقه دقائق minutes minute",
    hour="ساعه ساعات hours hour",
    day="يوم يوما ايام days day",
    week="اسبوع اسبوعا اسابيع weeks week",
    month="شهر شهرا اشهر شهور months month",
    year="سنه سنوات سنين عام عاما اعوام years year",
    character="خانه خانات characters character",
    follower="متابع متابعا متابعين followers follower",
)
DUALS = _by_word(
    minute="دقيقتين دقيقتان",
    hour="ساعتين ساعتان",
    day="يومين يومان",
    week="اسبوعين اسبوعان",
    month="شهرين شهران",
    year="سنتين سنتان عامين عامان",
)
ORDINALS = {
    **_counted(1, "الاول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع", "العاشر"),
    **_counted(1, "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
}
