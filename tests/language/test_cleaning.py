"""What people paste is brought into the form that the law accepts, nothing more, and it is told what was done."""

import unicodedata
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quiz.bank.checks_text import SIGNS
from quiz.bank.reader import read_folder
from quiz.bank.words import strings
from quiz.language.cleaning import CODES, clean

CONTENT = Path(__file__).resolve().parents[2] / "content"

PASTED = [
    # What cannot be seen
    ("\u202bابن\u200f الهيثم\u202c \u2066x\u2069", "ابن الهيثم x", {"direction-marks": 5}),
    ("\ufeffمس\u00adؤول a\u200bb می\u200cرود", "مسؤول ab ميرود", {"invisible": 4, "persian-letters": 1}),
    ("لا\u200d ي a\u200d b", "لا ي a b", {"invisible": 2}),
    ("a\x00b\x07c\x9fd", "abcd", {"control-characters": 3}),
    ("\ue000 نص \uf8ff", "نص", {"private-glyphs": 2, "needless-spaces": 2}),
    # Letters
    ("محـــمد 1435هـ", "محمد 1435ه", {"tatweel": 4}),
    ("نعم ـ قال", "نعم - قال", {"tatweel": 1}),
    ("علی کریم", "علي كريم", {"persian-letters": 3}),
    ("مدرسۀ فاطمہ ھند ەي ۃ ے ۓ ڪ", "مدرسة فاطمه هند هي ة ي ئ ك", {"persian-letters": 8}),
    ("پارک گوگل ژ چ", "بارك كوكل ز ج", {"foreign-letters": 5, "persian-letters": 1}),
    ("ﻻ ﻷ ﺍﻟﻌﻤﻞ ﷲ", "لا لأ العمل الله", {"presentation-forms": 8}),
    ("قال ﷺ ﷽", "قال صلى الله عليه وسلم بسم الله الرحمن الرحيم", {"presentation-forms": 2}),
    ("\ufd3fاقرأ\ufd3e", "«اقرأ»", {"presentation-forms": 2}),
    ("كتا\ufe79ب", "كتا\u064fب", {"presentation-forms": 1, "tatweel": 1}),
    ("كتاب\ufe70", "كتاب\u064b", {"presentation-forms": 1}),
    ("oﬃce ﬁle", "office file", {"presentation-forms": 2}),
    ("\ufdd0\ufbb2نص", "نص", {"presentation-forms": 2}),
    ("ا\u0654حمد", "أحمد", {"composed": 1}),
    ("cafe\u0301", "café", {"composed": 1}),
    ("شد\u0651\u064eة", "شد\u064e\u0651ة", {"composed": 1}),
    ("ە\u0654", "ة", {"composed": 1, "persian-letters": 1}),
    # Digits
    ("المادة ١٧٥ و۲۰۱۹", "المادة 175 و2019", {"digits": 2}),
    ("١٬٠٠٠ و٣٫٥ و٥٠٪", "1,000 و3.5 و50%", {"digits": 3}),
    # Spaces and lines
    ("a\u00a0b\u202fc\td", "a b c d", {"odd-spaces": 3}),
    ("نص   آخر  \n تال", "نص آخر\nتال", {"needless-spaces": 3}),
    ("\n\n نص\n \n", "نص", {"needless-spaces": 2}),
    ("a\u2028b\vc\rd\u0085e", "a\nb\nc\nd\ne", {"line-breaks": 4}),
    ("a\n\n\n\nb\n \n\nc", "a\n\nb\n\nc", {"blank-lines": 2, "needless-spaces": 1}),
    # Lists
    ("•\tأول\n• ثان\n•ثالث", "- أول\n- ثان\n- ثالث", {"list-entries": 3}),
    ("·\u00a0\u00a0\u00a0 أول\no\tثان\n–\tثالث\n-\tرابع", "- أول\n- ثان\n- ثالث\n- رابع", {"list-entries": 4}),
    ("\uf0b7\tأول\n\uf0a7 ثان", "- أول\n- ثان", {"list-entries": 2}),
    ("\u200f• نص", "- نص", {"direction-marks": 1, "list-entries": 1}),
    # Word
    (
        "<!--[if gte mso 9]><xml>\n <w:View>Normal</w:View>\n</xml><![endif]-->نص<o:p>&nbsp;</o:p>",
        "نص",
        {"word-debris": 2},
    ),
    ("<!--[if !supportLists]-->1. <!--[endif]-->نص<![if !x]><![endif]>", "1. نص", {"word-debris": 4}),
    (
        "Normal\n0\n\n\n\n\nfalse\nfalse\nfalse\n\nEN-US\nX-NONE\nAR-SA\n\n\nالنص يبدأ هنا.",
        "النص يبدأ هنا.",
        {"word-debris": 1},
    ),
    (
        '/* Style Definitions */\n table.MsoNormalTable\n\t{mso-style-name:"Table Normal";\n\tfont-size:11.0pt;}\nنص',
        "نص",
        {"word-debris": 1},
    ),
    ('<!--StartFragment-->نص<st1:City w:st="on">القاهرة</st1:City>', "نصالقاهرة", {"word-debris": 3}),
    ("<!--[if a]>x<!--[if b]>y<![endif]-->نص<!--[if c]>w<![endif]-->", "نص", {"word-debris": 2}),
]

MEANT = [
    "",
    "<b>نص</b> <script>alert(1)</script> <!-- ملاحظة --> &nbsp; <p class=MsoNormal>",
    'قال: "نعم", ثم سكت; لماذا?',
    "“Quoted”, it’s 5 o’clock – a dash — another…",
    "فقرة\n\nفقرة أخرى\n\n- أول\n  - تحته\n- ثان\n\n1. واحد\n2. اثنان",
    "قيمة **مهمة** و*أخرى* و`code`",
    "👩‍👩‍👧 ❤️‍🔥 ☎️",
    "normal 0 false alarm: the meaning of false",
    "o for an option, – and a dash",
    "تنوينًا وشدّة وهمزة آمنة، ورقم 12، ونسبة 96%",
    "[[promise: نصّ]] وبقية",
    "<!--[if gte mso 9]> لم يُغلق",
    "•\n••• نص",
]


@pytest.mark.parametrize(("pasted", "kept", "changes"), PASTED)
def test_what_is_pasted_is_cleaned_and_counted(pasted, kept, changes):
    found = clean(pasted)
    assert (found.text, found.changes) == (kept, changes)


def test_every_code_has_an_example():
    assert set(CODES) == {code for _, _, changes in PASTED for code in changes}


@pytest.mark.parametrize("text", MEANT)
def test_what_somebody_may_have_meant_stays(text):
    assert clean(text).text == text
    assert clean(text).changes == {}


def test_the_line_ends_of_a_form_are_no_news():
    assert clean("سطر\r\nسطر") == clean("سطر\nسطر")
    assert clean("سطر\r\nسطر").changes == {}


def test_nothing_in_the_shipped_content_is_changed():
    read = read_folder(CONTENT)
    seen = 0
    for source in (*read.instruments, *read.scenarios, *read.modules):
        for path, text in strings(source.document):
            seen += 1
            found = clean(text)
            assert (found.text, found.changes) == (text, {}), f"{source.file} {path}"
    assert seen > 20_000


# Letters, marks and signs that the steps look for, close together.
ODD = st.one_of(
    st.characters(min_codepoint=0x0600, max_codepoint=0x06FF),
    st.characters(min_codepoint=0xFB50, max_codepoint=0xFEFF),
    st.characters(min_codepoint=0x2000, max_codepoint=0x206F),
    st.characters(min_codepoint=0x00, max_codepoint=0xAD),
    st.sampled_from(
        [*"ab-*o.1\n\r\t  ـ•·–ﷺﷲیکە٠۱٪", "\uf0b7", "\u0654", "\u0301", "👩", "\u200d", "\u200c", "\xa0", "☎"]
    ),
    st.characters(),
)
FRAGMENTS = st.sampled_from(
    ["<!--[if gte mso 9]>", "<![endif]-->", "<o:p>", "</o:p>", "<![endif]>", "Normal 0 false false false", "\n\n", "  "]
)
TEXTS = st.one_of(st.text(ODD), st.lists(st.one_of(FRAGMENTS, st.text(ODD, max_size=4))).map("".join))


@given(TEXTS)
@example("<o:<o:p>p>x")
@example("\u0640\u200c\u0640")
@example("-\u200b\tx")
def test_cleaning_twice_changes_nothing(text):
    once = clean(text)
    again = clean(once.text)
    assert (again.text, again.changes) == (once.text, {})


@given(TEXTS)
def test_the_law_finds_no_sign_in_what_was_cleaned(text):
    kept = clean(text).text
    assert [code for code, pattern in SIGNS if pattern.search(kept)] == []


@given(TEXTS)
def test_what_changed_is_counted_and_what_is_counted_changed(text):
    found = clean(text)
    assert bool(found.changes) == (found.text != text.replace("\r\n", "\n"))
    assert set(found.changes) <= set(CODES)
    assert all(count > 0 for count in found.changes.values())


@given(TEXTS)
def test_a_text_grows_only_where_a_sign_was_a_phrase(text):
    shapes = sum("\ufb00" <= sign <= "\ufefc" or sign >= "•" for sign in text)
    assert len(clean(text).text) <= 3 * len(unicodedata.normalize("NFC", text)) + 24 * shapes


@pytest.mark.parametrize(
    "pasted",
    [
        "نص عادي، رقم ١٢. " * 6000,
        " " * 100_000 + "x",
        ("x" + " " * 50) * 2000,
        "\n" * 100_000,
        "<!--[if gte mso 9]>" * 5000,
        "<o:p" * 25_000,
        "<o:" * 5_000 + "p>" * 5_000,
        ("- \t" * 10 + "\n") * 3000,
        "-" + "\t" * 100_000,
        "Normal " * 15_000,
        "\u0640 " * 50_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_a_hundred_thousand_characters_take_no_longer_than_a_page(pasted):
    began = perf_counter()
    clean(pasted)
    assert perf_counter() - began < 5
