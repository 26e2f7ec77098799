"""What templates call: texts in the reader's language or marked as another, digits, isolation, escaping."""

from collections.abc import Iterator

import pytest
from flask import Flask, g
from markupsafe import Markup

from quiz.engine.text import Text
from quiz.factory import create_app
from quiz.presentation import rendering
from quiz.presentation.i18n import _, _n
from quiz.services.organisation import Choices
from quiz.settings.operator import Settings

BOTH = Text({"ar": "لائحة 2019", "en": "Code of 2019"})
ONLY_ARABIC = Text({"ar": "لائحة <2019>"})


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Settings(database_url="sqlite://", secret_key="a key for tests only, 0123456789abcdef"))


@pytest.fixture
def arabic(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        g.choices = Choices(BOTH)
        yield


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    with app.test_request_context(headers={"Cookie": "language=en"}):
        g.choices = Choices(BOTH)
        yield


def test_a_piece_that_is_isolated_turns_nothing_within_itself() -> None:
    assert rendering.isolate("ab\u202ecd\u2067") == "<bdi>abcd</bdi>"
    assert rendering.isolate(Markup("<b>x</b>")) == "<bdi><b>x</b></bdi>"


def test_a_text_is_said_in_the_language_of_the_reader(arabic: None) -> None:
    assert rendering.say(BOTH) == "لائحة ٢٠١٩"


def test_a_text_that_falls_back_to_its_source_says_which_language_it_is(english: None) -> None:
    # English digits for an English reader, in a text that keeps its own direction.
    assert rendering.say(ONLY_ARABIC) == '<span lang="ar" dir="rtl">لائحة &lt;2019&gt;</span>'
    assert rendering.say_prose(ONLY_ARABIC).startswith('<div lang="ar" dir="rtl"><p>لائحة &lt;2019&gt;')


def test_where_no_markup_can_stand_signs_say_what_is_of_another_language(english: None) -> None:
    assert rendering.plain(BOTH) == "Code of 2019"
    assert rendering.plain(ONLY_ARABIC) == "\u2068لائحة <2019>\u2069"
    assert rendering.plain(Text({})) == ""


def test_what_an_editor_wrote_is_never_markup(arabic: None) -> None:
    shown = rendering.say(Text({"ar": "<script>نص</script> **مهم**"}))
    assert "<script>" not in shown
    assert "<strong>مهم</strong>" in shown


def test_a_name_is_isolated_and_escaped(arabic: None) -> None:
    assert rendering.isolate("<هناء>") == "<bdi>&lt;هناء&gt;</bdi>"
    assert rendering.code("A-1<") == '<bdi dir="ltr" class="code">A-1&lt;</bdi>'


def test_digits_follow_the_reader_except_in_codes(arabic: None) -> None:
    assert rendering.number(1448) == "١٬٤٤٨"
    assert rendering.reference("48/2026") == "<bdi>٤٨/٢٠٢٦</bdi>"
    assert "2026" in rendering.code("2026")


def test_a_ready_sentence_has_its_runs_isolated_and_its_digits_set(arabic: None) -> None:
    said = rendering.told("لا توجد منطقة بهذا الاسم، ومثالها Africa/Cairo أو 2000 حرف.")
    assert 'dir="ltr">Africa/Cairo</bdi>' in said
    assert "٢٠٠٠" in said


def test_a_message_with_markup_in_it_is_markup_and_escapes_the_rest(english: None) -> None:
    said = _("%(reference)s, paragraph %(part)s", reference=rendering.isolate("A"), part="<2>")
    assert isinstance(said, Markup)
    assert said == "<bdi>A</bdi>, paragraph &lt;2&gt;"
    assert not isinstance(_("%(reference)s, paragraph %(part)s", reference="A", part="2"), Markup)


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "موقف واحد"), (2, "موقفان"), (3, "٣ مواقف"), (10, "١٠ مواقف"), (11, "١١ موقفًا"), (100, "١٠٠ موقف")],
)
def test_what_is_counted_is_counted_as_arabic_counts(arabic: None, count: int, said: str) -> None:
    assert _n("%(num)s scenario", "%(num)s scenarios", count) == said


def test_the_page_without_a_database_still_has_its_words(app: Flask) -> None:
    with app.test_request_context("/learn/"):
        chrome = rendering.Chrome()
        assert chrome.person is None
        assert chrome.nav == []
        assert chrome.organisation is None
        assert chrome.other_language.code == "en"
        assert chrome.here == "/learn/"
