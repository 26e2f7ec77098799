"""Five hundred names on paper, read back by two programs that have nothing in common."""

import io
import subprocess
import unicodedata
from collections import Counter
from itertools import pairwise

import pikepdf
import pypdf
import pytest

from quiz.language.locale import ARABIC
from quiz.records.certificate_pdf import check_name, render
from tests.records.names import COUNT, is_marked, is_mixed, names
from tests.records.test_certificate_pdf import UNSEEN

CODE = "3WW6P9D8KS862"
# Every ninth meets each length and each pool; all of them take a minute.
SOME = tuple(names())[::9]
ALL = tuple(names())


def flat(text):
    return UNSEEN.sub("", unicodedata.normalize("NFKC", text)).replace("\xad", "")


@pytest.fixture
def bound(facts, wordings):
    """One file of the first pages of many papers, as each was made, and the descriptions of them."""

    def made(some):
        book, described = pikepdf.new(), []
        for name in some:
            content = render(facts, name, "A. B.", f"https://amana.example/verify/{CODE}", CODE, ARABIC, wordings)
            with pikepdf.open(io.BytesIO(content)) as pdf:
                with pdf.open_metadata() as metadata:
                    assert metadata["pdfuaid:part"] == "1", name
                    described.append(str(metadata["dc:description"]))
                assert len(pdf.pages) == 1, name
                book.pages.append(pdf.pages[0])
        whole = io.BytesIO()
        book.save(whole)
        return whole.getvalue(), described

    return made


def poppler(book):
    run = subprocess.run(["pdftotext", "-", "-"], input=book, capture_output=True, check=True)
    return run.stdout.decode().split("\f")


def of_python(book):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(book)).pages]


def stands_in(name, text):
    """Tell whether a name stands in the text as it is written; parts of two scripts are looked for one by one."""
    return all(flat(part) in flat(text) for part in (name.split() if is_mixed(name) else [name]))


def has_its_letters(name, text):
    """Tell whether a line, or two, hold just the letters of a name: pypdf gives words as the eye meets them."""
    lines = [flat(line) for line in text.splitlines()]
    wanted = flat(name)
    # Of letters that are joined into one drawing it says one twice.
    near = [line for line in [*lines, *map("".join, pairwise(lines))] if len(line) <= len(wanted) + 3]
    return any(not Counter(wanted) - Counter(line) for line in near)


def look(bound, some):
    book, described = bound(some)
    # The whole of a name with marks stands in the description only.
    assert all(name in words for name, words in zip(some, described, strict=True))
    for read, is_there in ((poppler, stands_in), (of_python, has_its_letters)):
        texts = zip(some, read(book)[: len(some)], strict=True)
        wrong = [name for name, text in texts if not is_marked(name) and not is_there(name, text)]
        assert wrong == [], read.__name__


def test_the_corpus_is_what_it_says():
    assert len(set(ALL)) == COUNT
    assert {len(name.split(" ")) >= 6 for name in ALL} == {True, False}
    for name in ALL:
        check_name(name)
    for part in ("الله", "لا", "لأ", "لإ", "آ", "ؤ", "ئ", "ء"):
        assert any(part in name and not is_marked(name) for name in SOME), part
    assert any(is_mixed(name) for name in SOME)
    assert any(is_marked(name) for name in SOME)


def test_some_names_are_read_back_as_they_are_written(bound):
    look(bound, SOME)


@pytest.mark.soak
def test_all_names_are_read_back_as_they_are_written(bound):
    look(bound, ALL)
