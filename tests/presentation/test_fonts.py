"""The web fonts are small enough, set Arabic names whole, and are not built twice."""

from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import mkdtemp

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from quiz.presentation import fonts
from quiz.presentation.fonts import build

LIMITS = {"amana-sans.woff2": 60_000, "amana-reading.woff2": 75_000}
NEEDED = "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئةى٠١٢٣٤٥٦٧٨٩٪٫٬،؛؟«»ًٌٍَُِّْ…–ABCxyz0123456789@/()\u2068\u2069"


@cache
def built() -> dict[str, Path]:
    """Build once for all the tests of this file."""
    return {path.name: path for path in build(Path(mkdtemp()))}


@pytest.mark.parametrize("name", LIMITS)
def test_a_font_keeps_to_its_weight_and_brings_its_licence(name: str) -> None:
    path = built()[name]
    assert path.stat().st_size <= LIMITS[name]
    licence = path.with_name(f"{path.stem}-OFL.txt").read_text()
    assert "SIL OPEN FONT LICENSE" in licence.upper()


@pytest.mark.parametrize("name", LIMITS)
def test_a_font_has_every_character_of_the_pages(name: str) -> None:
    characters = TTFont(built()[name]).getBestCmap()
    # Isolates are invisible: a browser needs no glyph for them, so a font may leave them out.
    missing = [sign for sign in NEEDED if ord(sign) not in characters and not 0x2066 <= ord(sign) <= 0x2069]
    assert not missing


def test_the_page_font_varies_between_its_three_weights_only() -> None:
    (axis,) = TTFont(built()["amana-sans.woff2"])["fvar"].axes
    assert (axis.axisTag, axis.minValue, axis.maxValue) == ("wght", 400, 700)


def test_joining_ligatures_and_marks_survive() -> None:
    font = TTFont(built()["amana-reading.woff2"])
    shaping = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    placing = {record.FeatureTag for record in font["GPOS"].table.FeatureList.FeatureRecord}
    assert {"init", "medi", "fina", "rlig", "ccmp"} <= shaping
    assert {"mark", "mkmk"} <= placing


def test_what_is_built_is_not_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copytree(built()["amana-sans.woff2"].parent, tmp_path, dirs_exist_ok=True)
    kept = {name: path.read_bytes() for name, path in built().items()}

    def refuse(*arguments: object) -> bytes:
        raise AssertionError("built again")

    monkeypatch.setattr(fonts, "_subset", refuse)
    assert {path.name: path.read_bytes() for path in build(tmp_path)} == kept


def test_a_font_that_is_missing_is_built_again(tmp_path: Path) -> None:
    copytree(built()["amana-sans.woff2"].parent, tmp_path, dirs_exist_ok=True)
    lost = tmp_path / "amana-reading.woff2"
    lost.unlink()
    build(tmp_path)
    assert lost.read_bytes() == built()[lost.name].read_bytes()
