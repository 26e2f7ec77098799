"""Every code that can be found has its sentence, and every sentence gets the values it names."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import quiz
from quiz.bank.checks_text import SIGNS
from quiz.bank.findings import Finding, Report, Severity
from quiz.presentation.findings import SENTENCES, SEVERITIES, WORDS, sentence, severity_word

ROOT = Path(quiz.__path__[0])
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
# Where the code stands among the arguments of what reports it.
PLACES = {
    "fault": 0,
    "Fault": 1,
    "error": 0,
    "warning": 0,
    "_warning": 1,
    "refuse": 0,
    "_refuse": 0,
    "Refused": 0,
    "note": 2,
    "_refusal": 1,
    "_found": 3,
    "_fault": 1,
    "_unclear": 0,
    "Finding": 4,
    "report": 0,
}


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def values_of(call: ast.Call) -> set[str]:
    """Return the names of the values a call gives, by keyword or in a mapping."""
    names = {keyword.arg for keyword in call.keywords if keyword.arg}
    for argument in call.args:
        if isinstance(argument, ast.Dict):
            names |= {key.value for key in argument.keys if isinstance(key, ast.Constant)}
    return names | ({"bank"} if name_of(call) == "_warning" else set())


def reports() -> Iterator[tuple[str, set[str], str]]:
    """Return each code that the source can report, with the values given and the place."""
    for path in [*ROOT.glob("engine/**/*.py"), *ROOT.glob("bank/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or name_of(node) not in PLACES:
                continue
            place = PLACES[name_of(node)]
            if len(node.args) > place and isinstance(node.args[place], ast.Constant):
                yield node.args[place].value, values_of(node), f"{path.name}:{node.lineno}"


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    used = {code for code, _, _ in reports()} | {code for code, _ in SIGNS}
    assert used == set(SENTENCES)


def test_every_sentence_gets_its_values() -> None:
    for code, given, place in reports():
        assert set(PLACEHOLDER.findall(SENTENCES[code])) <= given, f"{place}: {code}"


def test_sentences_end_as_sentences_and_hold_named_values_only() -> None:
    for code, text in SENTENCES.items():
        assert text.endswith("."), code
        assert "%" not in PLACEHOLDER.sub("", text).replace("%%", ""), code
    assert set(SEVERITIES) == set(Severity)


def a_finding(code: str, **values: str) -> Finding:
    return Finding(Severity.ERROR, "modules/a.yaml", 3, ("title",), code, values)


def test_a_sentence_is_translated_and_its_values_isolated() -> None:
    def arabic(msgid: str) -> str:
        return {SENTENCES["key-taken"]: "المفتاح %(value)s مستعمل في %(file)s."}.get(msgid, msgid)

    found = a_finding("key-taken", value="gifts", file="modules/b.yaml")
    assert sentence(found, arabic, lambda value: f"<{value}>") == "المفتاح <gifts> مستعمل في <modules/b.yaml>."
    assert sentence(found, str) == "The key gifts is already used in modules/b.yaml."


def test_values_that_are_words_are_translated_too() -> None:
    found = a_finding("wrong-type", field="minutes", expected="int")
    assert sentence(found, str) == "The field minutes must hold: a whole number."
    catalogue = {"a whole number": "عدد صحيح"}
    assert sentence(found, lambda msgid: catalogue.get(msgid, msgid)) == "The field minutes must hold: عدد صحيح."
    unknown = a_finding("wrong-type", field="minutes", expected="complex")
    assert sentence(unknown, str) == "The field minutes must hold: complex."


def test_every_kind_the_engine_expects_is_a_word() -> None:
    expected = set()
    for path in ROOT.glob("engine/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and name_of(node) == "take" and len(node.args) > 1:
                expected.add(getattr(node.args[1], "id", ""))
            if isinstance(node, ast.Call):
                expected |= {
                    k.value.value for k in node.keywords if k.arg == "expected" and isinstance(k.value, ast.Constant)
                }
    assert expected == set(WORDS["expected"])


def test_the_word_for_a_severity() -> None:
    assert severity_word(Severity.ERROR, str) == "error"
    assert severity_word(Severity.WARNING, str.upper) == "WARNING"


@pytest.mark.parametrize(("severity", "has_errors"), [(Severity.ERROR, True), (Severity.WARNING, False)])
def test_only_errors_stop_publishing(severity: Severity, has_errors: bool) -> None:
    report = Report.of([Finding(severity, "a.yaml", 1, (), "tatweel")])
    assert report.has_errors is has_errors
    assert (len(report.errors), len(report.warnings)) == (int(has_errors), int(not has_errors))
    assert not Report().has_errors


def test_a_report_is_in_the_order_of_files_and_lines() -> None:
    rows = [
        Finding(Severity.WARNING, "b.yaml", 1, (), "html"),
        Finding(Severity.ERROR, "a.yaml", 10, (), "html"),
        Finding(Severity.WARNING, "a.yaml", 2, (), "html"),
        Finding(Severity.ERROR, "a.yaml", 2, (), "tatweel"),
    ]
    assert Report.of(rows).findings == (rows[3], rows[2], rows[1], rows[0])


def test_a_finding_as_a_document() -> None:
    found = Finding(Severity.ERROR, "a.yaml", 2, ("options", 1, "text"), "tatweel", {"near": "نص"})
    assert found.place == "options.2.text"
    assert found.document() == {
        "severity": "error",
        "file": "a.yaml",
        "line": 2,
        "path": ["options", 1, "text"],
        "code": "tatweel",
        "values": {"near": "نص"},
    }
