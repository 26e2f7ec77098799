"""Every check finds the fault it is for, at its place, and finds nothing in the clean twin."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from quiz.bank.checks import check
from quiz.bank.findings import Finding, Severity
from quiz.presentation.findings import sentence

OPTION = ("options", 0)
AR = (*OPTION, "text", "ar")
RULING = (*OPTION, "ruling", "ar")
SECONDARY = "eg-cybercrime/law-175-2018/art-21"
E, W = Severity.ERROR, Severity.WARNING


def put(document: Any, path: tuple[Any, ...], value: Any) -> None:
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = value


def scenario(path: tuple[Any, ...], value: Any) -> Callable[[Any], None]:
    return lambda bank: put(bank.scenario, path, value)


def module(path: tuple[Any, ...], value: Any) -> Callable[[Any], None]:
    return lambda bank: put(bank.module, path, value)


def instrument(path: tuple[Any, ...], value: Any) -> Callable[[Any], None]:
    return lambda bank: put(bank.instrument, path, value)


def exhibit(body: dict[str, str], **more: Any) -> Callable[[Any], None]:
    post = {
        "medium": "post",
        "author": {"ar": "هيئة المواسم", "en": "Seasons Authority"},
        "handle": "mosem_eg",
        "profile": {"ar": "الصفحة الرسمية", "en": "Official page"},
        "official": True,
        "body": body,
        "when": {"ar": "قبل ساعة", "en": "An hour ago"},
        **more,
    }
    return scenario(("exhibit",), post)


def rest_on(address: str, ruling: str) -> Callable[[Any], None]:
    def change(bank: Any) -> None:
        bank.scenario["options"][0]["cites"] = [address]
        bank.scenario["options"][0]["ruling"]["ar"] = ruling

    return change


def both(*changes: Callable[[Any], None]) -> Callable[[Any], None]:
    def change(bank: Any) -> None:
        for each in changes:
            each(bank)

    return change


def only_secondary(bank: Any) -> None:
    """Let nothing but a secondary source stand behind a scenario whose note says "forbids"."""
    bank.scenario["cites"] = [SECONDARY]
    for option in bank.scenario["options"]:
        option["cites"] = [SECONDARY]
    bank.scenario["compare"] = [
        {
            "edition": "eg-cybercrime/law-175-2018",
            "cites": [SECONDARY],
            "verdict": "same",
            "note": {"ar": "تحظر المدونة ذلك.", "en": "The same."},
        }
    ]
    del bank.module["pass_rule"]["and_every"]


def other_language(text: dict[str, str]) -> Callable[[Any], None]:
    return scenario((*OPTION, "text"), text)


# What is broken → severity, code, place of the finding.
SEEDS: list[tuple[Callable[[Any], None], Severity, str, tuple[Any, ...]]] = [
    # Structure: every fault of the engine comes out as a finding
    (scenario(("cites",), []), E, "no-citation", ("cites",)),
    (scenario((*OPTION, "cites"), []), E, "no-citation", (*OPTION, "cites")),
    (lambda bank: bank.scenario["options"][0].pop("ruling"), E, "missing", (*OPTION, "ruling")),
    (lambda bank: bank.scenario["options"][0]["text"].pop("ar"), E, "no-arabic", (*OPTION, "text")),
    (scenario(("colour",), "red"), E, "unknown-key", ("colour",)),
    (scenario((*OPTION, "credit"), 1), E, "not-one-best", ("options",)),
    (module(("format",), 9), E, "unknown-format", ("format",)),
    (instrument(("kind",), "rumour"), E, "not-one-of", ("kind",)),
    # Names of files
    (scenario(("key",), "another"), E, "key-not-file-name", ("key",)),
    (scenario(("bank",), "ae-conduct"), E, "bank-not-folder", ("bank",)),
    (scenario(("jurisdiction",), "AE"), E, "jurisdiction-not-bank", ("jurisdiction",)),
    (scenario(("jurisdiction",), "Egypt"), E, "not-a-country", ("jurisdiction",)),
    (instrument(("jurisdiction",), "eg"), E, "not-a-country", ("jurisdiction",)),
    (module(("jurisdictions",), ["EG", "uae"]), E, "not-a-country", ("jurisdictions", 1)),
    # Citations
    (scenario(("cites",), ["eg-cybercrime/law-175-2018/art-99"]), E, "no-such-provision", ("cites", 0)),
    (scenario(("cites",), ["eg-cybercrime/law-175-2018/art-20#9"]), E, "no-such-provision", ("cites", 0)),
    (scenario(("cites",), ["nowhere/law-175-2018/art-20"]), E, "no-such-provision", ("cites", 0)),
    (scenario((*OPTION, "cites"), ["a/b/c"]), E, "no-such-provision", (*OPTION, "cites", 0)),
    (
        scenario(("compare", 0, "cites"), ["eg-cybercrime/law-old/art-7"]),
        E,
        "no-such-provision",
        ("compare", 0, "cites", 0),
    ),
    (
        scenario(("compare", 0, "edition"), "eg-cybercrime/none"),
        E,
        "no-such-edition",
        ("compare", 0, "edition"),
    ),
    (
        scenario(("compare", 0, "edition"), "eg-cybercrime/law-175-2018"),
        W,
        "compare-elsewhere",
        ("compare", 0, "cites", 0),
    ),
    (scenario(("cites",), ["eg-cybercrime/law-175-2018/art-22"]), E, "unproven-citation", ("cites", 0)),
    (
        scenario((*OPTION, "cites"), ["eg-cybercrime/law-175-2018/art-23"]),
        E,
        "unproven-citation",
        (*OPTION, "cites", 0),
    ),
    (scenario(("cites",), ["eg-cybercrime/law-old/art-1"]), E, "repealed-cited", ("cites", 0)),
    (
        scenario(("compare", 0, "cites"), ["eg-cybercrime/law-old/art-1"]),
        E,
        "repealed-cited",
        ("compare", 0, "cites", 0),
    ),
    (
        module(("lesson", 0, "cites"), ["eg-cybercrime/law-175-2018/art-98"]),
        E,
        "no-such-provision",
        ("lesson", 0, "cites", 0),
    ),
    (
        module(("lesson", 0, "cites"), ["eg-cybercrime/law-old/art-1"]),
        E,
        "repealed-cited",
        ("lesson", 0, "cites", 0),
    ),
    (
        module(("lesson", 0, "cites"), ["eg-cybercrime/law-175-2018/art-22"]),
        E,
        "unproven-citation",
        ("lesson", 0, "cites", 0),
    ),
    (module(("pledge", "editions"), ["eg-cybercrime/none"]), E, "no-such-edition", ("pledge", "editions", 0)),
    (module(("pledge", "editions"), ["eg-cybercrime"]), E, "bad-address", ("pledge", "editions", 0)),
    (
        module(("pledge", "editions"), ["eg-cybercrime/law-old"]),
        E,
        "edition-not-binding",
        ("pledge", "editions", 0),
    ),
    (
        module(("pledge", "editions"), ["eg-cybercrime/bill"]),
        E,
        "edition-not-binding",
        ("pledge", "editions", 0),
    ),
    (
        instrument(("editions", 1, "replaced_by"), "eg-cybercrime/none"),
        E,
        "no-such-edition",
        ("editions", 1, "replaced_by"),
    ),
    # Strength of words
    (rest_on(SECONDARY, "تنص المدونة على الكتمان."), W, "word-too-strong", RULING),
    (rest_on(SECONDARY, "هذا تصرف سليم، ويجب الكتمان."), W, "word-too-strong", RULING),
    (
        both(rest_on(SECONDARY, "تتناول الكتمان."), scenario((*OPTION, "ruling", "en"), "The code forbids it.")),
        W,
        "word-too-strong",
        (*OPTION, "ruling", "en"),
    ),
    (
        both(
            module(("lesson", 0, "cites"), [SECONDARY]),
            module(("lesson", 0, "body", "ar"), "تحظر المدونة ذلك."),
        ),
        W,
        "word-too-strong",
        ("lesson", 0, "body", "ar"),
    ),
    (
        both(
            rest_on(SECONDARY, "تتناول الكتمان."),
            scenario((*OPTION, "consequence"), {"ar": "وهنا يجب الاعتذار.", "en": "An apology."}),
        ),
        W,
        "word-too-strong",
        (*OPTION, "consequence", "ar"),
    ),
    (only_secondary, W, "word-too-strong", ("compare", 0, "note", "ar")),
    # Figures
    (
        instrument(
            ("editions", 0, "provisions", 0, "figures"),
            [{"key": "sum", "what": "fine", "min": 50000, "currency": "EGP"}],
        ),
        E,
        "figure-twice",
        ("editions", 0, "provisions", 0, "parts", 0, "figures", 0),
    ),
    # Letters
    (scenario(AR, "رأي \u202bشخصي\u202c على الحساب."), E, "bidi-control", AR),
    (scenario(("author_note",), "note\u200f"), E, "bidi-control", ("author_note",)),
    (scenario(AR, "رأي\u200cشخصي على الحساب."), E, "invisible-character", AR),
    (scenario(AR, "رأي شخصـي على الحساب."), E, "tatweel", AR),
    (scenario(AR, "رأی شخصي على الحساب."), E, "persian-letter", AR),
    (scenario(AR, "کتابة رأي شخصي."), E, "persian-letter", AR),
    (scenario(AR, "رأي \ufefbيخص الحساب."), E, "presentation-form", AR),
    (scenario(AR, "كتابة ٣ ملاحظات على الحساب."), E, "not-latin-digits", AR),
    (instrument(("title", "ar"), "قانـون مكافحة جرائم"), E, "tatweel", ("title", "ar")),
    # Brackets and markup
    (scenario(AR, "نص " * 1_334), E, "text-too-long", AR),
    (scenario(("author_note",), "نص " * 1_334), E, "text-too-long", ("author_note",)),
    (scenario(AR, "كتابة الرأي (بلا صفة على الحساب."), E, "unbalanced-brackets", AR),
    (scenario(AR, "كتابة «الرأي (الشخصي» على الحساب)."), E, "unbalanced-brackets", AR),
    (scenario(AR, "كتابة الرأي» على الحساب."), E, "unbalanced-brackets", AR),
    (
        scenario((*OPTION, "text", "en"), "Writing “his view on the account."),
        E,
        "unbalanced-brackets",
        (*OPTION, "text", "en"),
    ),
    (scenario(AR, "كتابة <b>الرأي</b> على الحساب."), E, "html", AR),
    (scenario(AR, "كتابة الرأي &nbsp; على الحساب."), E, "html", AR),
    # Languages
    (lambda bank: bank.scenario["options"][0]["text"].pop("en"), E, "no-english", (*OPTION, "text")),
    (scenario((*OPTION, "text", "en"), " "), E, "no-english", (*OPTION, "text")),
    (scenario(AR, "Writing his view on the account."), E, "not-arabic", AR),
    (
        scenario((*OPTION, "text", "en"), "Writing الرأي on the account."),
        W,
        "arabic-in-english",
        (*OPTION, "text", "en"),
    ),
    (
        other_language({"ar": "الطلب رقم 4417 اليوم.", "en": "Request 4471 today."}),
        W,
        "numbers-differ",
        (*OPTION, "text", "en"),
    ),
    (scenario(AR, "كتابة الرأي, ثم نشره على الحساب."), W, "latin-punctuation", AR),
    (scenario(AR, "هل يُنشر الرأي? وعلى أي حساب."), W, "latin-punctuation", AR),
    (scenario(AR, 'كتابة "الرأي" على الحساب.'), W, "latin-punctuation", AR),
    (scenario(AR, "كتابة الرأي; ونشره على الحساب."), W, "latin-punctuation", AR),
    (scenario(AR, "كتابة الرأي الى الإدارة."), W, "forgotten-hamza", AR),
    (scenario(AR, "نشر الخبر اذا وافقت الجهة."), W, "forgotten-hamza", AR),
    # Commands
    (scenario(("prompt", "ar"), "حدد التصرف الأنسب من هناء."), W, "imperative", ("prompt", "ar")),
    (scenario(("prompt", "ar"), "اختر التصرف الأنسب من هناء."), W, "imperative", ("prompt", "ar")),
    (scenario(("hint",), {"ar": "تذكر حدود الصلاحية.", "en": "Limits."}), W, "imperative", ("hint", "ar")),
    (scenario(AR, "اطلب الإذن من المختص، ثم اكتب مذكرة."), W, "imperative", AR),
    (scenario(RULING, "هذا سليم، واحرص على الإذن قبل الدخول."), W, "imperative", RULING),
    (
        module(("lesson", 0, "body", "ar"), "اقرأ المادة 20 قبل البدء."),
        W,
        "imperative",
        ("lesson", 0, "body", "ar"),
    ),
    # Penalties
    (scenario(RULING, "وتعاقب المادة 20 بغرامة لا تقل عن 50000 جنيه."), E, "penalty-typed", RULING),
    (scenario(RULING, "وعقوبته الحبس مدة لا تقل عن سنتين."), E, "penalty-typed", RULING),
    (scenario(RULING, "وتبدأ الغرامة من 30000 بحسب النص."), E, "penalty-typed", RULING),
    (scenario(RULING, "والغرامة تصل إلى مليون."), E, "penalty-typed", RULING),
    (scenario(RULING, "هذا تصرف سليم. وعقوبة غيره الحبس سنة."), E, "penalty-typed", RULING),
    (
        scenario((*OPTION, "ruling", "en"), "The fine runs into thousands."),
        E,
        "penalty-typed",
        (*OPTION, "ruling", "en"),
    ),
    (scenario(RULING, "قد تبلغ مائة ألف جنيه."), E, "penalty-typed", RULING),
    (
        scenario((*OPTION, "ruling", "en"), "The fine starts at EGP 50,000."),
        E,
        "penalty-typed",
        (*OPTION, "ruling", "en"),
    ),
    (
        scenario((*OPTION, "ruling", "en"), "It carries imprisonment of two years."),
        E,
        "penalty-typed",
        (*OPTION, "ruling", "en"),
    ),
    (
        scenario((*OPTION, "consequence"), {"ar": "يُحكم بغرامة 200 ألف درهم.", "en": "A fine."}),
        E,
        "penalty-typed",
        (*OPTION, "consequence", "ar"),
    ),
    (
        module(("lesson", 0, "body", "ar"), "يعاقب بالسجن 3 سنوات."),
        E,
        "penalty-typed",
        ("lesson", 0, "body", "ar"),
    ),
    (
        scenario(("compare", 0, "note", "ar"), "والغرامة هناك 100000 درهم."),
        E,
        "penalty-typed",
        ("compare", 0, "note", "ar"),
    ),
    # Real names
    (scenario(AR, "سؤال وزارة الداخلية عن الطلب."), E, "real-name", AR),
    (scenario(AR, "الكتابة إلى النيابة العامة في اليوم نفسه."), E, "real-name", AR),
    (scenario(AR, "إرسال الكشف ولوزارة الصحة نسخة منه."), E, "real-name", AR),
    (scenario(AR, "إرسال الكشف للنيابة الإدارية اليوم."), E, "real-name", AR),
    (
        scenario((*OPTION, "text", "en"), "Writing to the Ministry of the Interior."),
        E,
        "real-name",
        (*OPTION, "text", "en"),
    ),
    (exhibit({"ar": "أعلنت شرطة دبي الموعد.", "en": "The date."}), E, "real-name", ("exhibit", "body", "ar")),
    (
        exhibit({"ar": "الموعد غدًا.", "en": "Tomorrow."}, handle="cabinetegy"),
        E,
        "real-name",
        ("exhibit", "handle"),
    ),
    (
        exhibit({"ar": "الرابط: portal.moh.gov.eg/x.", "en": "A link."}),
        E,
        "real-name",
        ("exhibit", "body", "ar"),
    ),
    (scenario(AR, "انتظار كلمة رئيس الوزراء في المؤتمر."), E, "real-name", AR),
    (scenario(RULING, "وسبق أن نشرت وزارة الداخلية رأيًا في ذلك."), W, "real-name-explained", RULING),
    (scenario(AR, "العمل بوزارة الداخلية حتى العيد."), E, "real-name", AR),
    (scenario(AR, "جهة كالنيابة العامة تقرر ذلك."), E, "real-name", AR),
    (
        module(("lesson", 0, "body", "ar"), "ونشرت وزارة الداخلية رأيًا."),
        W,
        "real-name-explained",
        ("lesson", 0, "body", "ar"),
    ),
    # Length and passages
    (scenario(("situation", "ar"), "تعمل هناء في شباك الخدمة."), W, "situation-short", ("situation",)),
    (scenario(("situation", "ar"), "كلمة " * 111), W, "situation-long", ("situation",)),
    (exhibit({"ar": "كلمة " * 60, "en": "Words."}), W, "situation-long", ("situation",)),
    (
        exhibit({"ar": "نشر [[a: الاسم]] هنا.", "en": "The [[b: name]] here."}),
        E,
        "passages-differ",
        ("exhibit", "body"),
    ),
    (
        exhibit({"ar": "نشر [[a: الاسم]] هنا.", "en": "The [[a: name]] here."}),
        E,
        "passage-in-vain",
        ("exhibit", "body"),
    ),
    (
        exhibit({"ar": "[[a: الاسم]] و[[a: الاسم]].", "en": "[[a: name]] and [[a: name]]."}),
        E,
        "passage-twice",
        ("exhibit", "body"),
    ),
    # Options
    (
        lambda bank: bank.scenario["options"][1].update(
            text={
                "ar": "إنهاء المعاملة من دخول نهى، ما دامت موافقة، وإثبات ذلك في مُذَكِّرة صباح الغد!",
                "en": "Other.",
            }
        ),
        E,
        "equal-options",
        ("options", 1, "text", "ar"),
    ),
    (
        lambda bank: bank.scenario["options"][1]["text"].update(en=bank.scenario["options"][0]["text"]["en"].upper()),
        E,
        "equal-options",
        ("options", 1, "text", "en"),
    ),
    (scenario(AR, "كل ما سبق."), E, "about-options", AR),
    (scenario(AR, "جميع ما ذُكر صحيح"), E, "about-options", AR),
    (scenario(AR, "لا شيء مما سبق"), E, "about-options", AR),
    (scenario(AR, "جميع الإجابات السابقة صحيحة."), E, "about-options", AR),
    (scenario(AR, "أ و ب معًا"), E, "about-options", AR),
    (scenario((*OPTION, "text", "en"), "All of the above."), E, "about-options", (*OPTION, "text", "en")),
    (scenario((*OPTION, "text", "en"), "Both A and C"), E, "about-options", (*OPTION, "text", "en")),
    (scenario(AR, "بيان أنه لا يجوز عدم الرد على السيدة."), W, "double-negative", AR),
    (scenario(AR, "الدعوة إلى عدم الامتناع عن خدمة السيدة."), W, "double-negative", AR),
    (scenario(("prompt", "ar"), "أي تصرف لا ينبغي ألا يقع؟"), W, "double-negative", ("prompt", "ar")),
    (
        scenario((*OPTION, "text", "en"), "Saying it is not unacceptable."),
        W,
        "double-negative",
        (*OPTION, "text", "en"),
    ),
    (
        scenario(("options", 2, "text", "ar"), "طلب إذن مؤقت مسجل من صاحب الحق فيه، " * 3 + "بموعد محدد."),
        W,
        "best-longest",
        ("options", 2, "text", "ar"),
    ),
    (
        scenario(("options", 2, "text", "ar"), "طلب إذن مؤقت مسجل تُستكمل به شؤون السيدة بموعد محدد."),
        W,
        "stem-word-in-best",
        ("options", 2, "text", "ar"),
    ),
    (scenario(("hint",), {"ar": "لا يجوز عدم الرد.", "en": "x"}), W, "double-negative", ("hint", "ar")),
    # What explanations say of the law
    (scenario(RULING, "وتتناول المادة 24 منه انتحال الصفة."), E, "article-not-cited", RULING),
    (scenario(RULING, "وتتناول المادتان 20 و24 منه ما سبق."), E, "article-not-cited", RULING),
    (
        scenario((*OPTION, "ruling", "en"), "Articles 20 and 24 deal with it."),
        E,
        "article-not-cited",
        (*OPTION, "ruling", "en"),
    ),
    (scenario(RULING, "والتعهد السابع يتناول الهدايا."), E, "pledge-not-cited", RULING),
    (scenario(RULING, "ويتناول القانون رقم 157 لسنة 2018 ذلك."), E, "decree-not-cited", RULING),
    (scenario(RULING, "وتحفظ السجلات مدة 90 يومًا متصلة."), W, "number-not-stated", RULING),
    (scenario(RULING, "ويُقدَّم التظلم في ثلاثة أيام عمل."), W, "number-not-stated", RULING),
    (
        scenario(("compare", 0, "note", "en"), "Decree No. 9 of 2011 said less."),
        E,
        "decree-not-cited",
        ("compare", 0, "note", "en"),
    ),
    (module(("lesson", 0, "body", "ar"), "تتناول المادة 24 ذلك."), E, "article-not-cited", ("lesson", 0, "body", "ar")),
    # Modules
    (module(("blueprint", 0, "jurisdictions"), ["AE"]), E, "not-one-of", ("blueprint", 0, "jurisdictions", 0)),
    (module(("blueprint", 0, "jurisdictions"), ["AE"]), E, "nothing-drawn", ("blueprint",)),
    (module(("jurisdictions",), ["EG", "AE"]), E, "nothing-scored", ("blueprint",)),
    (module(("blueprint",), []), E, "empty-blueprint", ("blueprint",)),
    (module(("blueprint", 0, "count"), 2), E, "blueprint-too-few", ("blueprint", 0)),
    (module(("blueprint", 0, "topics"), ["gifts"]), E, "blueprint-too-few", ("blueprint", 0)),
    (scenario(("sensitive",), True), E, "blueprint-too-few", ("blueprint", 0)),
    (module(("blueprint", 0, "verification"), "official_verified"), E, "blueprint-too-few", ("blueprint", 0)),
    (module(("blueprint", 0, "verification"), "read"), E, "not-one-of", ("blueprint", 0, "verification")),
    (module(("blueprint", 0, "difficulty"), [2, 4]), E, "not-one-of", ("blueprint", 0, "difficulty", 1)),
    (module(("blueprint", 0, "difficulty"), [True]), E, "wrong-type", ("blueprint", 0, "difficulty", 0)),
    (module(("blueprint", 0, "difficulty"), ["2"]), E, "wrong-type", ("blueprint", 0, "difficulty", 0)),
    (module(("blueprint", 0, "provisions"), ["art-20"]), E, "bad-address", ("blueprint", 0, "provisions", 0)),
    (
        module(("blueprint", 0, "provisions"), ["a/b/c"]),
        E,
        "no-such-provision",
        ("blueprint", 0, "provisions", 0),
    ),
    (module(("blueprint", 0, "scored"), False), E, "nothing-scored", ("blueprint",)),
    (
        module(("blueprint", 0, "scored"), False),
        E,
        "pass-rule-out-of-reach",
        ("pass_rule", "and_every", 0, "cites"),
    ),
    (
        module(("pass_rule", "and_every", 0, "cites"), SECONDARY),
        E,
        "pass-rule-out-of-reach",
        ("pass_rule", "and_every", 0, "cites"),
    ),
    (
        module(("pass_rule", "and_every", 0, "cites"), "a/b/c"),
        E,
        "no-such-provision",
        ("pass_rule", "and_every", 0, "cites"),
    ),
    (
        module(("pass_rule", "and_every", 0, "score"), "3/2"),
        E,
        "score-out-of-range",
        ("pass_rule", "and_every", 0, "score"),
    ),
    (module(("attempts", "waits"), ["PT0S", "P1M"]), E, "inexact-duration", ("attempts", "waits", 1)),
    (module(("time_limit",), "P1Y"), E, "inexact-duration", ("time_limit",)),
    (module(("validity",), "PT12H"), E, "not-whole-days", ("validity",)),
    (module(("defaults", "due"), "PT12H"), E, "not-whole-days", ("defaults", "due")),
    # Numbers that are a slip of the finger
    (module(("jurisdictions",), []), E, "no-country", ("jurisdictions",)),
    (module(("minutes",), 601), E, "too-large", ("minutes",)),
    (module(("attempts", "limit"), 21), E, "too-large", ("attempts", "limit")),
    (module(("attempts", "waits"), ["PT0S", "P367D"]), E, "duration-out-of-range", ("attempts", "waits", 1)),
    (module(("time_limit",), "PT59S"), E, "duration-out-of-range", ("time_limit",)),
    (module(("time_limit",), "P2D"), E, "duration-out-of-range", ("time_limit",)),
    (module(("validity",), "P0D"), E, "duration-out-of-range", ("validity",)),
    (module(("validity",), "P99999Y"), E, "duration-out-of-range", ("validity",)),
    (module(("defaults", "due"), "P6Y"), E, "duration-out-of-range", ("defaults", "due")),
]


def test_the_clean_bank_has_no_finding(bank: Any) -> None:
    assert bank.report(today=date(2027, 5, 20)).findings == ()


@pytest.mark.parametrize(("break_it", "severity", "code", "path"), SEEDS)
def test_a_seeded_fault_is_found_at_its_place(
    bank: Any, break_it: Callable[[Any], None], severity: Severity, code: str, path: tuple[Any, ...]
) -> None:
    break_it(bank)
    found = bank.found(code)
    assert [(finding.severity, finding.path) for finding in found] == [(severity, path)]
    assert sentence(found[0], str)


@pytest.mark.parametrize("kind", ["judge", "tick"])
def test_the_other_kinds_have_clean_twins(bank: Any, kind: str) -> None:
    getattr(bank, kind)()
    assert bank.report().findings == ()


def test_all_faults_of_one_bank_are_reported_at_once(bank: Any) -> None:
    bank.scenario["options"][0]["text"]["ar"] = "كل ما سبق"
    bank.scenario["cites"] = ["a/b/c"]
    bank.module["validity"] = "PT12H"
    codes = {finding.code for finding in bank.report().errors}
    assert codes == {"about-options", "no-such-provision", "not-whole-days"}


def test_words_are_checked_even_where_the_structure_does_not_hold(bank: Any) -> None:
    bank.scenario["colour"] = "red"
    bank.scenario["title"]["ar"] = "حسـاب زميلة"
    codes = {finding.code for finding in bank.report().errors}
    assert {"unknown-key", "tatweel"} <= codes


def test_a_key_is_used_once(bank: Any) -> None:
    bank.copies(1, lambda number, document: document.update(key="colleague-account"))
    (found,) = bank.found("key-taken")
    assert found.values["file"] == "scenarios/eg-cybercrime/colleague-account.yaml"


@pytest.mark.parametrize("field", ["key", "bank"])
@pytest.mark.parametrize("value", [7, [], {"a": 1}])
def test_a_name_that_is_no_word_is_compared_with_nothing(bank: Any, field: str, value: Any) -> None:
    bank.scenario[field] = value
    codes = {finding.code for finding in bank.report().errors}
    assert "wrong-type" in codes
    assert not codes & {"key-not-file-name", "bank-not-folder", "key-taken"}


def test_a_citation_into_an_unreadable_instrument_is_not_reported_a_second_time(bank: Any) -> None:
    whole = bank.reading()
    fault = Finding(E, "instruments/eg-cybercrime.yaml", 3, (), "yaml-syntax")
    assert check(replace(whole, instruments=(), findings=(fault,))).errors == (fault,)
    unknown = check(replace(whole, instruments=()))
    assert "no-such-provision" in {finding.code for finding in unknown.errors}


def test_english_may_wait_where_the_organisation_says_so(bank: Any) -> None:
    del bank.scenario["options"][0]["text"]["en"]
    assert bank.report().has_errors
    report = bank.report(english_required=False)
    assert not report.has_errors
    assert [finding.code for finding in report.warnings] == ["no-english"]


def test_a_review_is_overdue_from_the_day_after_it_was_due(bank: Any) -> None:
    assert not bank.found("review-overdue", today=date(2027, 5, 20))
    assert not bank.found("review-overdue", today=None)
    overdue = bank.found("review-overdue", today=date(2027, 5, 21))
    assert ("cites", 0) in {finding.path for finding in overdue}
    assert all(finding.severity is Severity.WARNING for finding in overdue)


def test_a_citation_into_a_broken_instrument_is_not_reported_a_second_time(bank: Any) -> None:
    bank.instrument["kind"] = "rumour"
    assert {finding.code for finding in bank.report().errors} == {"not-one-of"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("سؤال وزارة الدَّاخليَّة عن الطلب.", "وزارة الداخلية"),
        ("الكتابة «للنيابة العامة».", "للنيابة العامة"),
        ("الإرسال إلى Dubai Police.", "Dubai Police"),
    ],
)
def test_a_name_is_reported_as_it_is_written(bank: Any, text: str, value: str) -> None:
    bank.scenario["options"][0]["text"]["ar"] = text
    (found,) = bank.found("real-name")
    assert found.values == {"value": value}


def test_a_word_of_duty_is_reported_as_it_is_written(bank: Any) -> None:
    rest_on(SECONDARY, "هذا سليم. والإفصاح محظورٌ هنا، والمدونة مُلزِمة.")(bank)
    (found,) = bank.found("word-too-strong")
    assert found.values == {"value": "محظور", "verification": "secondary"}
