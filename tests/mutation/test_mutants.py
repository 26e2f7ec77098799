"""A fault planted anywhere in the engine is found by its tests, or stands in `survivors.yaml` with the reason why not.

The long run is part of `make soak`. By hand, for one file: `python -m tests.mutation RESULT quiz/engine/scoring.py`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from tests.mutation.mutants import FATAL, HARMLESS, ROOT, mutants_in

FIELDS = ("file", "function", "was", "now")
Key = tuple[str, ...]


def explained() -> list[Key]:
    """Return the mutants that may survive; each stands under the reason it shares with others."""
    reasons = yaml.safe_load((Path(__file__).parent / "survivors.yaml").read_text())
    return [tuple(mutant[field] for field in FIELDS) for reason in reasons for mutant in reason["mutants"]]


def differences(survivors: Iterable[Key], accepted: Iterable[Key]) -> str:
    """Return in words who survived without a reason, and which reason has lost its survivor."""
    found, known = set(survivors), set(accepted)
    return "\n".join(
        [_told("survives and is not explained: add a test, or a reason", key) for key in sorted(found - known)]
        + [_told("explained, but found or no longer made: take the reason out", key) for key in sorted(known - found)]
    )


def _told(what: str, key: Key) -> str:
    file, function, was, now = key
    return f"{what}\n  {file} {function}\n  - {was}\n  + {now}"


@pytest.mark.soak
def test_every_planted_fault_is_found_or_explained(tmp_path: Path) -> None:
    result = tmp_path / "result.jsonl"
    quiet = {name: value for name, value in os.environ.items() if name != "SOAK" and not name.startswith("PYTEST")}
    subprocess.run([sys.executable, "-m", "tests.mutation", str(result)], cwd=ROOT, env=quiet, check=True)
    verdicts: dict[Key, bool] = {}
    for *key, survived in map(json.loads, result.read_text().splitlines()):
        # The same line may stand twice in a function.
        verdicts[tuple(key)] = survived or verdicts.get(tuple(key), False)
    assert verdicts.pop(HARMLESS.key), "what changes nothing is found: the run itself is broken"
    assert not verdicts.pop(FATAL.key), "what changes everything survives: the run itself is broken"
    assert len(verdicts) > 3_000
    assert not (told := differences((key for key, survived in verdicts.items() if survived), explained())), told


def test_what_is_explained_still_stands_there() -> None:
    known = explained()
    assert len(known) == len(set(known)), "explained twice"
    for file, _, was, now in known:
        code = " ".join((ROOT / file).read_text().split())
        assert was != now
        assert " ".join(was.split()) in code, f"{file} has no more: {was}"


def test_a_survivor_needs_a_reason_and_a_reason_its_survivor() -> None:
    known, new = ("a.py", "f", "x < 1", "x <= 1"), ("a.py", "g", "return x", "return None")
    assert differences([known], [known]) == ""
    assert differences([known, new], [known]) == _told("survives and is not explained: add a test, or a reason", new)
    assert "take the reason out" in differences([], [known])
    assert differences([], [known]).endswith("  a.py f\n  - x < 1\n  + x <= 1")


SAMPLE = '''
"""Nothing is planted here."""
from a import b
LIMIT = 3


@cached("here")
class Thing:
    word: str | None = None

    @property
    def size(self) -> "int":
        """Nor here."""
        if self.word and not (self.word == "x" or self.other):
            note(self.word, least=1)
            raise ValueError("nor what is said to developers")
        return [one for one in sorted(self.all) if one < LIMIT]
'''
PLANTED = {
    ("", "LIMIT = 3", "LIMIT = 4"),
    ("Thing", "word: str | None = None", 'word: str | None = ""'),
    ("Thing.size", "note(self.word, least=1)", "pass"),
    ("Thing.size", "note(self.word, least=1)", "note(self.word, )"),
    ("Thing.size", "note(self.word, least=1)", "note(least=1)"),
    ("Thing.size", "note(self.word, least=1)", "note(self.word, least=2)"),
    ("Thing.size", 'raise ValueError("nor what is said to developers")', "pass"),
} | {
    ("Thing.size", 'if self.word and not (self.word == "x" or self.other):', f"if {now}:")
    for now in (
        "False",
        "True",
        "self.word",
        'not (self.word == "x" or self.other)',
        'self.word and (self.word == "x" or self.other)',
        'self.word and not (self.word == "x")',
        "self.word and not (self.other)",
        'self.word and not (self.word != "x" or self.other)',
        'self.word and not (self.word == "XXxXX" or self.other)',
    )
} | {
    ("Thing.size", "return [one for one in sorted(self.all) if one < LIMIT]", f"return {now}")
    for now in (
        "None",
        "[one for one in list(self.all) if one < LIMIT]",
        "[one for one in sorted(None) if one < LIMIT]",
        "[one for one in sorted(self.all) if one <= LIMIT]",
        "[one for one in sorted(self.all) if False]",
        "[one for one in sorted(self.all) if True]",
    )
}  # fmt: skip


def test_faults_are_planted_in_what_does_something_and_nowhere_else() -> None:
    made = mutants_in(SAMPLE, "sample.py")
    assert {(one.function, one.was, one.now) for one in made} == PLANTED
    for one in made:
        compile(one.source, one.file, "exec")
