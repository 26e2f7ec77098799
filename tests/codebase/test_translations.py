"""Every word of the interface in both languages, counted rightly, and none added without its Arabic."""

import re
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from quiz.cli.translations import HEADER, KEYWORDS, compile_one, find_faults
from quiz.language.catalogue import translations_folder

ROOT = Path(__file__).resolve().parents[2]
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
COUNTS = {"": None, "1,2": (1, 2), "1c,2": ((1, "c"), 2), "1c,2,3": ((1, "c"), 2, 3)}
KEYS = DEFAULT_KEYWORDS | {name: COUNTS[spec] for name, _, spec in (keyword.partition(":") for keyword in KEYWORDS)}
ARABIC = "\u0621-\u064a"


def arabic() -> list[tuple[str, str]]:
    """Every Arabic string with what it says in English."""
    found = []
    for domain in ("messages", "forms"):
        with (translations_folder() / "ar" / "LC_MESSAGES" / f"{domain}.po").open("rb") as stream:
            for message in read_po(stream, locale="ar"):
                if message.id:
                    forms = message.string if isinstance(message.string, tuple) else (message.string,)
                    found += [(str(message.id), form) for form in forms]
    assert len(found) > 500
    return found


def test_what_runs_does_not_tell_when_it_was_made(tmp_path: Path) -> None:
    # Else no two wheels of a commit would be the same.
    po = tmp_path / "messages.po"
    po.write_bytes((translations_folder() / "ar" / "LC_MESSAGES" / "messages.po").read_bytes())
    compile_one(po, "ar")
    with po.with_suffix(".mo").open("rb") as file:
        said = GNUTranslations(file).info()
    assert said["pot-creation-date"] == "2026-01-01 00:00+0000"
    assert "plural=(n==0 ? 0" in said["plural-forms"]


def test_both_catalogues_are_complete() -> None:
    assert find_faults() == []


def test_nothing_is_said_in_the_code_that_the_catalogues_do_not_know() -> None:
    said = {
        (message if isinstance(message, str) else message[0], context)
        for _, _, message, _, context in extract_from_dir(str(ROOT / "quiz"), method_map=METHODS, keywords=KEYS)
        if message
    }
    with (translations_folder() / "messages.pot").open("rb") as stream:
        known = {
            (message.id if isinstance(message.id, str) else message.id[0], message.context)
            for message in read_po(stream)
            if message.id
        }
    assert said - known == set(), "run quiz translations extract, and add the Arabic"
    assert known - said == set(), "run quiz translations extract"


def test_the_plural_rule_of_arabic_is_the_one_of_cldr() -> None:
    header = re.search(r"plural=\((.*)\);", HEADER)
    assert header is not None
    expression = header[1].replace("&&", " and ").replace("||", " or ")
    while "?" in expression:
        # C's a ? b : c, from the right, as Python says it.
        expression = re.sub(r"([^?:()]+)\?([^?:()]+):([^?:]+)$", r"((\2) if (\1) else (\3))", expression, count=1)
    rule, order = Locale("ar").plural_form, ["zero", "one", "two", "few", "many", "other"]
    for n in range(1001):
        assert eval(expression, {"n": n}) == order.index(rule(n)), n  # noqa: S307 - the header of our own catalogue


def test_counted_messages_have_six_forms_in_arabic_and_two_in_english() -> None:
    for language, forms in (("ar", 6), ("en", 2)):
        with (translations_folder() / language / "LC_MESSAGES" / "messages.po").open("rb") as stream:
            counted = [message for message in read_po(stream, locale=language) if isinstance(message.id, tuple)]
        assert counted
        assert {len(message.string) for message in counted} == {forms}


def test_arabic_is_written_with_arabic_marks() -> None:
    for english, form in arabic():
        # What is meant to be typed stands in its own marks, and runs from the left.
        bare = re.sub(r'%\(\w+\)s|"[!-~]+"', "", form)
        assert not re.search(f"[{ARABIC}] ?[,;?]", bare), english
        assert '"' not in bare, english


def test_nobody_is_blamed_and_nobody_is_commanded() -> None:
    for english, form in arabic():
        assert not re.search("رسوب|راسب|رسبت|فشلت|قم ب|يتوجب|كموظف|من عدمه", form), english
        assert not form.startswith(("أدخل ", "اختر ", "اضغط ", "انقر ", "قم ", "يجب عليك")), english


def test_a_counted_message_never_says_a_wrong_number() -> None:
    """One and two may be said in words; the forms for more must show the number."""
    for domain in ("messages",):
        with (translations_folder() / "ar" / "LC_MESSAGES" / f"{domain}.po").open("rb") as stream:
            for message in read_po(stream, locale="ar"):
                if isinstance(message.id, tuple):
                    assert all("%(num)s" in form for form in message.string[3:]), message.id


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("domain", ["messages", "forms"])
def test_what_runs_is_what_is_written(language: str, domain: str) -> None:
    po = translations_folder() / language / "LC_MESSAGES" / f"{domain}.po"
    written = BytesIO()
    with po.open("rb") as stream:
        write_mo(written, read_po(stream, locale=language))
    written.seek(0)
    with po.with_suffix(".mo").open("rb") as stream:
        runs = GNUTranslations(stream)._catalog
    wanted = GNUTranslations(written)._catalog
    stale = {key for key in wanted.keys() | runs.keys() if key and wanted.get(key) != runs.get(key)}
    assert not stale, "run quiz translations compile"
