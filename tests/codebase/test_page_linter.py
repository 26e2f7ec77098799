"""The linter of pages finds each fault it was made for, and nothing in a page that is sound."""

import pytest
from bs4 import BeautifulSoup

from tests.linter import lint

SOUND = """<!doctype html>
<html lang="ar" dir="rtl">
<head><meta charset="utf-8"><title>تدريبي – أمانة</title><link rel="stylesheet" href="/assets/1/app.css">
<script type="module" src="/assets/1/js/main.js"></script></head>
<body>
<main id="main">
<h1>الموقف ٣ من ١٠</h1>
<h2 id="later">لاحقًا</h2>
<p>سجّل <bdi>هناء رضا</bdi> الدخول إلى <bdi class="run" dir="ltr">Windows 11</bdi>.</p>
<svg aria-hidden="true"></svg>
<section aria-labelledby="later"><a href="/learn/">تدريبي</a><a href="#later">لاحقًا</a></section>
<form method="post" action="/learn/ask">
<input type="hidden" name="csrf_token" value="x">
<label for="words">نص السؤال</label><textarea id="words" name="words" aria-describedby="help"></textarea>
<p id="help">سطر أو سطران</p>
<label><input type="checkbox" name="with_name">مع الاسم</label>
<button type="submit">إرسال</button>
</form>
</main>
</body>
</html>"""
FAULTS = {
    "HTML": ("<h1>الموقف ٣ من ١٠</h1>", "<h1>الموقف ٣ من ١٠</h2>"),
    "lang and dir": ('lang="ar" dir="rtl"', 'lang="en" dir="rtl"'),
    "no title": ("<title>تدريبي – أمانة</title>", "<title></title>"),
    "begins with nothing": ("<title>تدريبي", "<title> – تدريبي"),
    "2 h1": ('<h2 id="later">لاحقًا</h2>', '<h1 id="later">لاحقًا</h1>'),
    "h1 is followed by h3": ('<h2 id="later">لاحقًا</h2>', '<h3 id="later">لاحقًا</h3>'),
    "a heading without words": ('<h2 id="later">لاحقًا</h2>', '<h2 id="later"></h2>'),
    "no label": ('<label for="words">', '<label for="help">'),
    "nothing to read": (">إرسال<", "><"),
    "without a legend": ("<label><input", "<fieldset><p>س</p></fieldset><label><input"),
    "stands twice": ('id="help"', 'id="words"'),
    "not on the page": ('aria-describedby="help"', 'aria-describedby="hlep"'),
    "refers to": ('href="#later"', 'href="#soon"'),
    "no token": ('name="csrf_token"', 'name="token"'),
    "a form that goes to": ('action="/learn/ask"', 'action="//evil.example/"'),
    "with the method": ('method="post"', 'method="dialog"'),
    "goes into the address": ('method="post"', 'method="get"'),
    "nothing sends": ('<button type="submit">', '<button type="button">'),
    "style= on": ("<h1>", '<h1 style="color: red">'),
    "onclick= on": ("<h1>", '<h1 onclick="go()">'),
    "an inline script": ("</body>", "<script>go()</script></body>"),
    "an inline style": ("</head>", "<style>h1 {}</style></head>"),
    "loads": ('href="/assets/1/app.css"', 'href="https://cdn.example/app.css"'),
    "a link to '#'": ('href="#later"', 'href="#"'),
    "a link to 'javascript:go()'": ('href="#later"', 'href="javascript:go()"'),
    "no script for data-module": ('<form method="post"', '<form data-module="no-such" method="post"'),
    "no alt": ('<svg aria-hidden="true"></svg>', '<img src="/assets/1/x.png">'),
    "a picture without a name": ('<svg aria-hidden="true">', "<svg>"),
    "another script, not marked: 'Send'": (">إرسال<", ">Send<"),
    "another script, not marked: 'Close'": ('<section aria-labelledby="later">', '<section aria-label="Close">'),
    "digits of the other kind": ("٣ من ١٠", "3 من ١٠"),
    "Latin punctuation": ("نص السؤال", "نص، السؤال?"),
    "not isolated": ("<bdi>هناء رضا</bdi>", "هناء رضا"),
    "left over": ("سطر أو سطران", "%(num)s سطر"),
    "&lt;bdi": ("سطر أو سطران", "سطر &lt;bdi>أو&lt;/bdi> سطران"),
    "2 primary actions": (
        'href="/learn/">تدريبي</a>',
        'class="button--primary" href="/learn/">تدريبي</a><a class="button--primary" href="/">س</a>',
    ),
    "not exactly one main": ('<main id="main">', '<div id="main">'),
}


def faults(html: str) -> list[str]:
    return lint(html, BeautifulSoup(html, "html5lib"), "ar", names={"هناء رضا"})


def test_a_sound_page_has_none() -> None:
    assert faults(SOUND) == []


def test_signs_mark_another_language_where_no_markup_can() -> None:
    titled = SOUND.replace("<title>تدريبي", "<title>\u2068My 3 trainings\u2069")
    assert faults(titled) == []
    assert faults(titled.replace("\u2069", "\u2069 2"))
    assert faults(SOUND.replace("سطر أو سطران", "\u2068A line\u2069"))


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found(fault: str) -> None:
    before, after = FAULTS[fault]
    assert SOUND.count(before) == 1, before
    found = faults(SOUND.replace(before, after))
    wanted = "left over" if fault == "&lt;bdi" else fault
    assert [one for one in found if wanted in one], found


def test_an_english_page_is_held_to_english() -> None:
    html = SOUND.replace('lang="ar" dir="rtl"', 'lang="en" dir="ltr"')
    found = lint(html, BeautifulSoup(html, "html5lib"), "en")
    assert [one for one in found if "another script" in one]
    assert [one for one in found if "digits of the other kind" in one]
