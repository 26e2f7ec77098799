import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.language.bidi import SHORT, Run, arabic_runs, has_controls, isolate, latin_runs, strip_controls


def found(text):
    return [text[start:end] for start, end in latin_runs(text)]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("وفق Tender 44/2026 الصادر", ["Tender 44/2026"]),
        ("نص (Tender 44/2026) نص", ["Tender 44/2026"]),
        ("في Facebook 3 مرات", ["Facebook"]),
        ("حدّث Windows 11، ثم", ["Windows 11"]),
        ("وفق Law 175 of 2018 بشأن", ["Law 175 of 2018"]),
        ("Omar (IT) 3 مرات", ["Omar (IT)"]),
        ("لغة C++ ولغة C#.", ["C++", "C#"]),
        ("حساب @mosem_eg ثم mosem_eg.", ["@mosem_eg", "mosem_eg"]),
        ("على https://a.example/x?a=1&b=(2).", ["https://a.example/x?a=1&b=(2)"]),
        ("إلى a@b.example، ثم", ["a@b.example"]),
        ('قال: "Hello, world!" ثم', ["Hello, world"]),
        ("اسم «Amana — training» نص", ["Amana — training"]),
        ("على +20 2 1234 5678 غدًا", ["+20 2 1234 5678"]),
        ("رقم 0100-234-567 فقط", ["0100-234-567"]),
        ("المواد 24-25 و12/2026 وبنسبة 80%", []),
        ("نص عربي، بلا شيء.", []),
        ("قسم Q & ثم", ["Q"]),
        ("قسم IT) ثم (HR قسم", ["IT", "HR"]),
        ("IT ثم & C", ["IT", "C"]),
        ("(", []),
        ("", []),
    ],
)
def test_latin_runs(text, runs):
    assert found(text) == runs


@given(st.text(alphabet="abC 19/.-+@()[]«»،لا\n"))
def test_runs_are_in_order_apart_and_never_empty(text):
    reached = 0
    for start, end in latin_runs(text):
        assert reached <= start < end <= len(text)
        assert "ل" not in text[start:end]
        reached = end


def test_short_runs_are_known():
    assert Run(0, SHORT).is_short
    assert not Run(0, SHORT + 1).is_short


def test_arabic_runs():
    text = "The word أمانة عامة, 3 times"
    assert [text[start:end] for start, end in arabic_runs(text)] == ["أمانة عامة"]


def test_isolation_closes_what_it_opens():
    assert isolate("C++") == "\u2068C++\u2069"
    assert isolate("C++", "ltr") == "\u2066C++\u2069"
    assert isolate("نص", "rtl") == "\u2067نص\u2069"


def test_a_value_cannot_break_out_of_its_isolation():
    assert isolate("a\u2069\u202eb") == "\u2068ab\u2069"


@pytest.mark.parametrize("control", "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_every_control_is_known(control):
    assert has_controls(f"a{control}b")
    assert strip_controls(f"a{control}b") == "ab"


def test_joiners_are_no_controls():
    assert not has_controls("ه\u200dـ")
