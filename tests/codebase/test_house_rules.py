"""Small rules of the house, each with the reason it was made for."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted((ROOT / "quiz").rglob("*.py"))
BENCH = sorted((ROOT / "bench").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted((ROOT / "quiz").rglob("templates/**/*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))

# Who may say that a string is markup, and why it is.
MAKES_MARKUP = {
    "quiz/presentation/rendering.py": "prose escapes everything an editor wrote",
    "quiz/presentation/gallery.py": "samples of our own, for the gallery",
    "quiz/presentation/own_data_file.py": "a style sheet of our own, and what that file escapes itself",
    "quiz/presentation/i18n.py": "a message escaped before its values go in",
    "quiz/web/account/factors.py": "our own drawing of a QR code",
    "quiz/web/admin/people_entry.py": "our own drawing of a QR code",
    "quiz/web/learner/afterwards.py": "our own drawing of a QR code",
}


def calls(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield what is called, as (owner, name)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            yield (owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")), node.func.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield "", node.func.id


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def called(path: Path) -> set[tuple[str, str]]:
    return set(calls(ast.parse(path.read_text())))


def matching(paths: list[Path], pattern: str) -> list[str]:
    """Return where a pattern stands that should stand nowhere."""
    return [
        f"{name(path)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_there_is_something_to_look_at() -> None:
    assert len(CODE) > 90
    assert len(TEMPLATES) > 40
    assert len(SCRIPTS) > 3


def test_the_clock_is_asked_in_one_place() -> None:
    asked = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
    assert [name(path) for path in CODE if called(path) & asked] == ["quiz/services/tools.py"]


def test_chance_is_asked_in_one_place() -> None:
    # The secret of a demonstration is made before there are tools.
    may = {"quiz/services/tools.py", "quiz/settings/operator.py"}
    assert {
        name(path)
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import) and {alias.name for alias in node.names} & {"random", "secrets", "uuid"}
    } <= may


def test_markup_is_made_only_where_it_is_known_to_be_safe() -> None:
    made = {name(path) for path in CODE if any(call[1] == "Markup" for call in called(path))}
    assert made <= set(MAKES_MARKUP), "what an editor or a learner wrote goes through quiz.language.prose"
    assert [path for path in MAKES_MARKUP if "Markup" not in (ROOT / path).read_text()] == []


def test_templates_escape_everything() -> None:
    assert matching(TEMPLATES, r"\|\s*safe\b|autoescape\s+false|Markup\(") == []


def test_templates_glue_no_sentence() -> None:
    # A message, punctuation, another message: Arabic has another order and other marks.
    assert matching(TEMPLATES, r"\{\{ _\([^}]*\) \}\}\s*[,;.?!]\s*\{\{ _\(") == []


def test_what_is_silenced_is_named() -> None:
    assert matching(CODE, r"# type: ignore(?!\[)|# noqa(?!:)") == [], "silence one thing, not all"
    # Bandit takes what follows its number for another number, so the reason stands behind a second hash.
    assert matching([*CODE, *BENCH], r"# nosec(?! B\d{3} # (?:noqa: S\d{3} - )?\w)") == [], "number and reason"


def test_nothing_is_put_off() -> None:
    assert matching([*CODE, *TEMPLATES, *SCRIPTS], r"\b(?:TODO|FIXME|XXX|HACK)\b") == []


def test_scripts_write_no_markup_and_load_nothing_from_elsewhere() -> None:
    assert matching(SCRIPTS, r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function") == []
    assert matching(SCRIPTS, r"https?://") == []
    # The policy of the pages allows no inline style.
    assert matching(SCRIPTS, r"\.style\b|setAttribute\([\"']style") == []


def test_tests_neither_wait_nor_replace_what_they_test() -> None:
    others = [path for path in TESTS if path != Path(__file__)]
    sleeping = [name(path) for path in others if ("time", "sleep") in called(path)]
    assert [path for path in sleeping if not path.startswith("tests/e2e/")] == [], "a race with a bandage"
    assert matching(others, r"""\bpatch\(\s*["']quiz\.""") == [], "it tests the patch"


def test_a_field_never_hides_behind_another_of_its_name() -> None:
    # `values` mixes address and form: who writes the link would fill in the form.
    assert matching(CODE, r"\brequest\.values\b") == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [path for path in CODE if (tree := ast.parse(path.read_text())).body and not ast.get_docstring(tree)]
    assert [name(path) for path in silent] == []


def test_no_float_comes_near_a_score() -> None:
    floats = {
        path.name
        for path in (ROOT / "quiz" / "engine").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    }
    # A moment is put in order as a number of seconds, and compared with nothing but others like it.
    # Statistics come after the marks; a delta of ETS has a constant that is no whole number.
    assert floats <= {"disclosure.py", "selection.py", "statistics.py"}


def test_nobody_is_named_in_a_log() -> None:
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                if isinstance(owner, ast.Name) and owner.id in {"log", "logger"}:
                    words = {child.attr for child in ast.walk(node) if isinstance(child, ast.Attribute)}
                    assert not words & {"email", "hr_number", "latin_name", "password", "token"}, name(path)


def test_nothing_rests_on_a_session_of_the_database() -> None:
    # A pooler hands the next transaction to another: what was set, locked, prepared or heard there is not here.
    of_sessions = r"""["'](?:SET (?!LOCAL)[a-z]|LISTEN|UNLISTEN|PREPARE |DISCARD)|pg_(?:try_)?advisory_(?:un)?lock|"""
    of_sessions += r"CREATE TEMP|WITH HOLD|, false\)[\"']|DEALLOCATE"
    may = "quiz/db/preparing.py"  # before a migration, which goes to the server itself
    assert [line for line in matching(CODE, of_sessions) if not line.startswith(may)] == []
