"""What looks like a fault and is none stays silent."""

from typing import Any

import pytest

from quiz.bank.checks_citations import duty_word
from quiz.bank.checks_text import penalty_figure

OPTION = ("options", 0, "text", "ar")
RULING = ("options", 0, "ruling", "ar")
SITUATION = ("situation", "ar")
ENGLISH = ("options", 0, "text", "en")


@pytest.mark.parametrize(
    ("code", "path", "text"),
    [
        ("about-options", OPTION, "حذف كل ما سبق نشره من الحساب."),
        ("about-options", OPTION, "تدوين كل ما ذُكر في الاجتماع في محضر واحد."),
        ("about-options", OPTION, "عرض البدائل على السيدة وترك الاختيار لها."),
        ("about-options", ENGLISH, "Laying the options before the visitor."),
        ("about-options", ENGLISH, "Both a memo and a call to Noha."),
        ("double-negative", OPTION, "بيان أنه لا يجوز النشر إلا بإذن مكتوب."),
        ("double-negative", OPTION, "عدم النشر دون إذن مكتوب من المختص."),
        ("double-negative", ENGLISH, "Not posting without written permission."),
        ("imperative", OPTION, "وضع الهدية في مكتب الاستقبال."),
        ("imperative", OPTION, "كتابة «اكتب لي غدًا» على الورقة."),
        ("imperative", RULING, "أدخل كريم البيانات وأعرض عن النشر."),
        ("imperative", RULING, "حدد المدير الموعد، وأبلغ الزملاء."),
        ("latin-punctuation", OPTION, "مراجعة 10,500 طلب على www.mosem.example/?page=2 اليوم."),
        ("latin-punctuation", OPTION, "نسخ المجلدين (A, B) إلى جهاز آخر."),
        ("text-too-long", OPTION, "نص" * 2_000),
        ("unbalanced-brackets", OPTION, "1) كتابة مذكرة.\n2) إرسالها :)"),
        ("unbalanced-brackets", OPTION, "قوله: «هذا (رأيي) وحدي»."),
        ("invisible-character", OPTION, "الرد بصورة 👩\u200d💻 فقط."),
        ("persian-letter", OPTION, "قراءة كل ما يخص الهيئة والمواطن."),
        ("forgotten-hamza", OPTION, "إرسال الطلب إلى الإدارة إذا وافقت الآن أو غدًا."),
        ("html", OPTION, "مراجعة الأرقام حيث س < ص ثم ص > ع."),
        ("not-arabic", OPTION, "2026/12"),
        ("not-arabic", OPTION, "تشفير الملف ببرنامج Disk Safe وحده."),
        ("real-name", ("author_note",), "Seen at the Ministry of the Interior."),
        ("no-english", ("title",), {"ar": " ", "en": ""}),
        ("numbers-differ", OPTION, "مراجعة الطلبات الثلاثة منذ سنة 2019."),
        ("real-name", OPTION, "الكتابة إلى وزارة شؤون الأحياء السكنية."),
        ("real-name", OPTION, "قراءة قرار رئيس مجلس الوزراء رقم 1216 لسنة 2017."),
        ("real-name", OPTION, "تأجيل العمل إلى ما بعد العيد."),
        ("real-name", ENGLISH, "Reading the Prime Minister Decree of 2017."),
        ("real-name", RULING, "وتختص النيابة العامة بذلك."),
        ("real-name-explained", RULING, "وتختص النيابة العامة بذلك، وينظمه قرار مجلس الوزراء."),
        ("penalty-typed", SITUATION, "دفعت السيدة 300 جنيه."),
    ],
)
def test_it_is_not_reported(bank: Any, code: str, path: tuple[Any, ...], text: Any) -> None:
    document = bank.scenario
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = text
    assert bank.found(code) == []


@pytest.mark.parametrize(
    "text",
    [
        "تتناول المادة 20 من القانون رقم 175 لسنة 2018 هذا الفعل.",
        "تذكر المادتان 20 و24 الحبس والغرامة معًا.",
        "فالحبس يرد في المواد 13، 14 و15 من القانون رقم 175 لسنة 2018.",
        "ويُحفظ السجل 180 يومًا متصلة.",
        "وسجن المعلومة في مجلد واحد لا يخدم أحدًا.",
        "والسجل يبيّن من دخل خلال سنة.",
        "الجنيه المصري عملة البلد.",
        "It is a fine point of Article 20 of Law No. 175 of 2018.",
        "Articles 20 and 24 both speak of imprisonment.",
        "Since 2019 the code has spoken of it; a fine idea.",
        "The form is kept for 90 days.",
    ],
)
def test_a_number_that_is_no_penalty(text: str) -> None:
    assert penalty_figure(text) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("بحسب المنشور عن مدونة 2019، يجب الكتمان.", "ar"),
        ("لا تنص المدونة على ذلك.", "ar"),
        ("وليس فيها ما يلزم بالصمت.", "ar"),
        ("ولم تحظر المدونة النشر.", "ar"),
        ("تدعو المدونة إلى الكتمان.", "ar"),
        ("According to published accounts, the code forbids it.", "en"),
        ("The code does not forbid it.", "en"),
    ],
)
def test_a_word_that_is_weak_enough(text: str, language: str) -> None:
    assert duty_word(text, language) is None


def test_people_in_an_exhibit_may_command_each_other(bank: Any) -> None:
    bank.scenario["exhibit"] = {
        "medium": "message",
        "turns": [{"who": {"ar": "نهى", "en": "Noha"}, "says": {"ar": "اكتب لي غدًا.", "en": "Write to me."}}],
    }
    assert bank.report().findings == ()


@pytest.mark.parametrize("situation", [None, "كلمات", {"ar": 5}, {"en": "words"}, []])
def test_a_situation_that_is_no_text_has_no_length(bank: Any, situation: Any) -> None:
    bank.scenario["situation"] = situation
    report = bank.report()
    assert report.has_errors
    assert not {"situation-short", "situation-long"} & {finding.code for finding in report.findings}


def test_an_exhibit_without_english_has_no_passages_to_compare(bank: Any) -> None:
    bank.scenario["exhibit"] = {
        "medium": "message",
        "turns": [{"who": {"ar": "نهى"}, "says": {"ar": "[[a: نعم]]"}}],
    }
    assert {finding.code for finding in bank.report().findings} == {"no-english", "passage-in-vain"}


def test_a_strong_word_may_rest_on_strong_proof(bank: Any) -> None:
    bank.scenario["options"][0]["ruling"]["ar"] = "تنص المادة 20 على ذلك، ويجب الالتزام بها."
    assert bank.found("word-too-strong") == []


def test_a_note_may_be_as_strong_as_the_stronger_side(bank: Any) -> None:
    bank.scenario["compare"] = [
        {
            "edition": "eg-cybercrime/law-175-2018",
            "cites": ["eg-cybercrime/law-175-2018/art-21"],
            "verdict": "differs",
            "note": {"ar": "تحظر المادة ذلك.", "en": "The article forbids it."},
        }
    ]
    assert bank.found("word-too-strong") == []


def test_figures_that_differ_may_stand_with_provision_and_part(bank: Any) -> None:
    bank.instrument["editions"][0]["provisions"][0]["figures"] = [
        {"key": "sum", "what": "fine", "min": 60000, "currency": "EGP"}
    ]
    assert bank.found("figure-twice") == []


def test_the_best_option_may_be_a_quarter_longer_and_no_more(bank: Any) -> None:
    for option in bank.scenario["options"]:
        option["text"]["ar"] = f"{option['key'][:1]}ا" + "ن" * 38
    bank.scenario["options"][2]["text"]["ar"] = "و" * 50
    assert bank.found("best-longest") == []
    bank.scenario["options"][2]["text"]["ar"] = "و" * 51
    assert len(bank.found("best-longest")) == 1


def test_exact_and_civil_durations_are_what_they_should_be(bank: Any) -> None:
    bank.module["time_limit"] = "PT25M"
    bank.module["attempts"]["waits"] = ["PT0S", "P1DT12H"]
    bank.module["validity"] = "P1Y6M10D"
    del bank.module["defaults"]
    assert bank.report().findings == ()


def test_an_empty_blueprint_is_reported_once(bank: Any) -> None:
    bank.module["blueprint"] = []
    del bank.module["pass_rule"]["and_every"]
    assert [finding.code for finding in bank.report().findings] == ["empty-blueprint"]


def test_rated_responses_may_differ_in_length(bank: Any) -> None:
    bank.judge()
    bank.scenario["options"][2]["text"]["ar"] += " وإضافة بيان مطوّل عن كل ما جرى في الشباك منذ حضور السيدة."
    assert bank.found("best-longest") == []


def test_options_without_english_are_not_equal_in_english(bank: Any) -> None:
    for option in bank.scenario["options"]:
        option["text"]["en"] = ""
    assert bank.found("equal-options") == []


@pytest.mark.parametrize("word", ["اليوم", "وهذه", "من", "باليوم"])
def test_a_common_word_gives_nothing_away(bank: Any, word: str) -> None:
    bank.scenario["situation"]["ar"] += f" {word} {word} {word}"
    bank.scenario["options"][2]["text"]["ar"] = f"طلب إذن مؤقت مسجل {word}، أو إحالة المعاملة إلى من يملكها."
    assert bank.found("stem-word-in-best") == []


def test_a_word_that_other_options_share_gives_nothing_away(bank: Any) -> None:
    bank.scenario["options"][2]["text"]["ar"] = "طلب إذن مؤقت مسجل تُستكمل به شؤون السيدة بموعد محدد."
    bank.scenario["options"][3]["text"]["ar"] = "الاعتذار للسيدة بلطف، وحجز موعد جديد مع نهى بعد عودتها."
    assert bank.found("stem-word-in-best") == []


def test_a_word_of_the_stem_gives_nothing_away_where_each_response_is_rated(bank: Any) -> None:
    bank.judge()
    bank.scenario["options"][2]["text"]["ar"] = "طلب إذن مؤقت مسجل تُستكمل به شؤون السيدة بموعد محدد."
    assert bank.found("stem-word-in-best") == []


def test_ticked_options_are_compared_with_their_mean(bank: Any) -> None:
    bank.tick()
    assert bank.found("best-longest") == []
    bank.scenario["options"][2]["text"]["ar"] += " وإضافة بيان مطوّل عن كل ما جرى في الشباك منذ حضور السيدة."
    assert [finding.path for finding in bank.found("best-longest")] == [("options", 2, "text", "ar")]


@pytest.mark.parametrize(
    ("words", "codes"), [(44, ["situation-short"]), (45, []), (110, []), (111, ["situation-long"])]
)
def test_the_length_of_a_situation(bank: Any, words: int, codes: list[str]) -> None:
    bank.scenario["situation"]["ar"] = " ".join(["كلمة"] * words) + " —"
    assert [finding.code for finding in bank.report().findings] == codes
