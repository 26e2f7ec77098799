import re
import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.language import prose
from quiz.language.locale import Calendar, Digits, ReaderLocale

ARAB = ReaderLocale("ar", Digits.ARAB, Calendar.BOTH)
LATN = ReaderLocale("ar", Digits.LATN, Calendar.BOTH)
ENGLISH = ReaderLocale("en")


def test_paragraphs_lists_and_emphasis():
    html = prose.block("أول **قوي** و*مؤكد*\n\n- واحد\n- اثنان", "ar", LATN)
    assert html == ("<p>أول <strong>قوي</strong> و<strong>مؤكد</strong></p>\n<ul><li>واحد</li><li>اثنان</li></ul>")


def test_the_numbers_of_a_list_follow_the_reader_too():
    assert '<ol class="numbered numbered--arab">' in prose.block("1. واحد\n2. اثنان", "ar", ARAB)
    assert '<ol class="numbered numbered--latn" start="3">' in prose.block("3. ثلاثة", "ar", LATN)
    assert "<ol><li>" in prose.block("1. one", "en", ARAB)


def test_digits_follow_the_reader_and_not_the_text():
    assert prose.inline("المادة 24 لسنة 2018", "ar", ARAB) == "المادة ٢٤ لسنة ٢٠١٨"
    assert prose.inline("المادة 24 لسنة 2018", "ar", LATN) == "المادة 24 لسنة 2018"
    assert prose.inline("article 24", "en", ARAB) == "article 24"


def test_latin_runs_keep_their_digits_and_stand_in_one_line():
    html = prose.inline("عرض (Tender 44/2026) في 3 أيام", "ar", ARAB)
    assert html == 'عرض (<bdi class="run" dir="ltr">Tender 44/2026</bdi>) في ٣ أيام'


def test_a_long_run_may_break():
    html = prose.inline("قال: all our procurement files are on the shared drive ثم", "ar", ARAB)
    assert '<span class="run run--long" dir="ltr">all our' in html


def test_code_is_isolated_and_never_changed():
    html = prose.inline("الرمز `AB-12 <1>`", "ar", ARAB)
    assert html == 'الرمز <bdi class="code" dir="ltr">AB-12 &lt;1&gt;</bdi>'


def test_arabic_inside_english_is_isolated():
    html = prose.inline("the word أمانة, 3 times", "en", ENGLISH)
    assert html == 'the word <bdi class="run" lang="ar" dir="rtl">أمانة</bdi>, 3 times'


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://a.example/x.png)",
        '<img src=x onerror="alert(1)">',
        "`<b>`",
        "&lt;b&gt;",
        "# <i>",
        "> <i>",
        "```\n<i>\n```",
    ],
)
def test_nothing_but_our_own_markup_comes_out(text):
    for language in ("ar", "en"):
        for html in (prose.block(text, language, ARAB), prose.inline(text, language, ARAB)):
            for tag in ("<script", "<img", "<a", "<b>", "<i>", "<h1", "<blockquote", "<pre"):
                assert tag not in html


@given(st.text(alphabet="ab1 <>&\"'*_`[]()-.\\\n#اب،@/"))
def test_whatever_is_written_its_words_come_out(text):
    for html in (prose.block(text, "ar", LATN), prose.inline(text, "ar", LATN)):
        shown = re.sub(r"<[^>]*>", "", html)
        assert sorted(set(shown) & set("اب،@")) == sorted(set(text) & set("اب،@"))
        assert html.count("<bdi") == html.count("</bdi>")


def test_a_line_has_no_paragraphs_and_no_breaks():
    assert prose.inline("أول\n\nثان\n- ثالث", "ar", ARAB) == "أول ثان - ثالث"


def test_line_breaks_stay_in_a_block():
    assert prose.block("أول  \nثان\nثالث", "ar", ARAB) == "<p>أول<br>\nثان\nثالث</p>\n"


def test_hidden_direction_marks_do_not_reach_the_page():
    assert prose.inline("أ\u202eب", "ar", ARAB) == "أب"
    assert prose.block("أ\u202eب", "ar", ARAB) == "<p>أب</p>\n"
    assert prose.plain("أ\u202eب", "ar", ARAB) == "أب"


def test_plain_words_for_a_mail():
    text = "وفق **Tender 44/2026** في 3\nأيام و`X-1`\n\n- بند"
    assert prose.plain(text, "ar", ARAB) == ("وفق \u2066Tender 44/2026\u2069 في ٣ أيام و\u2066X-1\u2069\nبند")


def test_pieces_are_the_whole_text():
    text = "عرض (Tender 44/2026) في 3 أيام"
    found = prose.pieces(text, "ar", LATN)
    assert "".join(piece.words for piece in found) == text
    assert [piece.kind for piece in found] == ["own", "ltr", "own"]


@pytest.mark.parametrize("render", [prose.block, prose.inline, prose.plain])
def test_a_text_seen_before_costs_microseconds(render):
    text = "المادة 24 من القانون رقم 175 لسنة 2018 " * 20
    render(text, "ar", ARAB)
    hits = render.cache_info().hits
    assert min(timeit.repeat(lambda: render(text, "ar", ARAB), number=1000, repeat=5)) < 0.02
    assert render.cache_info().hits == hits + 5000


def test_what_a_person_wrote_is_shown_line_by_line_and_nothing_in_it_is_markup():
    written = prose.as_written("1. **أول** <b>\n\nفي Tender 44/2026 مادة 24\u202e", "ar", ARAB)
    first, _, last = written.split("\n")
    assert first == '١. **أول** <bdi class="run" dir="ltr">&lt;b&gt;</bdi>'
    assert last == 'في <bdi class="run" dir="ltr">Tender 44/2026</bdi> مادة ٢٤'
    assert prose.as_written("Law 175", "en", ARAB) == "Law 175"


def test_nothing_is_kept_of_what_a_person_wrote():
    before = prose.pieces.cache_info()
    prose.as_written("سرٌّ لا يُحفظ", "ar", ARAB)
    assert prose.pieces.cache_info() == before
