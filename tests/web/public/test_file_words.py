"""No code that a check can give is without words, in either language."""

import re
from collections.abc import Callable, Mapping

import pytest
from flask import Flask

from quiz.presentation import file_words
from quiz.records import credential_reading, credential_verifying
from quiz.records.file_fields import _OF_CREDENTIAL, _OF_FACTS, Field, field_of_fact, field_of_pointer
from quiz.records.file_kinds import Kind
from quiz.records.paper_verifying import PaperProblem
from quiz.services import paper_checking
from quiz.services.file_checking import Verdict
from quiz.settings.operator import ROOT
from tests.pages import HERE

Words = Mapping[str, Callable[[], str]]
STATES = {"valid", "expired", "replaced", "revoked", "altered"}


def source(module: object) -> str:
    found = getattr(module, "__file__", "")
    return (ROOT / str(found)).read_text()


def unreadable() -> set[str]:
    """Every code with which reading a credential ends."""
    found = set(re.findall(r'Unreadable\(\s*"([a-z-]+)"', source(credential_reading)))
    (either,) = re.findall(r'Unreadable\("([a-z-]+)" if .* else "([a-z-]+)"\)', source(credential_reading))
    assert len(found | {*either}) >= 10
    return found | {*either}


def faults() -> set[str]:
    """Every fault that Findings say they know."""
    said = str(credential_verifying.Findings.__doc__)
    found = set(re.findall(r"`([a-z-]+)`", said.partition("None at all")[0])) - {"differing"}
    assert len(found) == 12
    # And what the code gives is what it says.
    given = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', source(credential_verifying)))
    assert found - {"expired", "revoked"} <= given
    return found


def paper_problems() -> set[str]:
    own = set(re.findall(r'"((?:record|facts|not)-[a-z-]+)"', source(paper_checking).partition("def check_stored")[0]))
    assert own == {"record-unknown", "facts-differ", "not-the-kept-one"}
    # What a whole file is told beside that.
    return {*map(str, PaperProblem), *own, "key-distrusted-later", "name-corrected"}


EVERY: list[tuple[Words, set[str]]] = [
    (file_words.PAPER_WORDS, paper_problems()),
    (file_words.CREDENTIAL_WORDS, unreadable() | faults()),
    (file_words.KIND_WORDS, {*map(str, Kind)} - {Kind.PAPER, Kind.CREDENTIAL}),
    (file_words.FIELD_WORDS, {*map(str, Field)}),
    (file_words.TITLES, {*map(str, Verdict)}),
    (file_words.FILE_WORDS, {*map(str, Verdict)}),
    (file_words.RECORD_TITLES, STATES),
    (file_words.RECORD_WORDS, STATES | {"unknown"}),
]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_code_has_words_of_its_own(app: Flask, language: str) -> None:
    cookie = {"Cookie": f"language={language}"}
    letters = {"ar": re.compile("[\u0600-\u06ff]"), "en": re.compile("[A-Za-z]")}[language]
    here = {"REMOTE_ADDR": "127.0.0.1"}
    with app.test_request_context("/verify/", base_url=HERE, headers=cookie, environ_base=here):
        app.preprocess_request()
        for words, known in EVERY:
            assert {str(one) for one in words} == known
            told = [say() for say in words.values()]
            assert all(letters.search(one) for one in told), told
            assert len(set(told)) == len(told)
        onward = {str(one) for one in file_words.NEXT_WORDS}
        assert onward >= STATES | {*map(str, Verdict)} - {Verdict.WHOLE}
        assert all(letters.search(say()) for say in file_words.NEXT_WORDS.values())


def test_every_fact_and_every_place_has_its_field() -> None:
    assert {*_OF_FACTS.values(), *(field for _, field in _OF_CREDENTIAL)} == {*Field}
    assert field_of_fact("evil") is Field.OTHER
    assert field_of_pointer("/evil") is Field.OTHER
    # A name that only begins like one of ours is another.
    assert field_of_pointer("/names") is Field.OTHER
    assert field_of_pointer("/issuer/name") is Field.ORGANISATION
