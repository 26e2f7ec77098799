"""A file that can be read in one sitting."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "quiz").rglob("templates/**/*.html"))
CODE = sorted(
    path
    for folder, kind in (("quiz", "*.py"), ("static/js", "*.js"), ("static/css", "*.css"), ("tests", "*.py"))
    for path in (ROOT / folder).rglob(kind)
)
MOST_OF_A_TEMPLATE = 150
MOST_OF_A_FILE = 400
# Longer on purpose, each with its reason.
LONGER = {
    "tests/bank/test_workbook.py": "one table: every way in which a workbook can be wrong or hostile",
    "tests/bank/test_seeded_faults.py": "one table: every fault the bank's law knows, seeded once",
    "tests/services/deeds/test_taking.py": "one story: the life of an attempt from its draw to the one after the last",
    "tests/engine/test_document.py": "one table: every field of every document, broken in turn",
}


def too_long(paths: list[Path], most: int) -> list[str]:
    found = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in paths}
    return [f"{name}: {lines}" for name, lines in found.items() if lines > most and name not in LONGER]


def test_a_template_fits_on_a_few_screens() -> None:
    assert too_long(TEMPLATES, MOST_OF_A_TEMPLATE) == [], "it is a component or a view: take it apart"


def test_a_file_has_at_most_four_hundred_lines() -> None:
    assert too_long(CODE, MOST_OF_A_FILE) == [], "take it apart by what changes for one reason"


def test_what_is_excused_is_there_and_long() -> None:
    for name in LONGER:
        assert len((ROOT / name).read_text().splitlines()) > MOST_OF_A_FILE, f"{name} need not be excused any more"
