"""What papers that are kept are set with: one typeface, the standards, a compiler for each template."""

import json
import logging
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, cast

import typst
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from quiz.language.locale import ReaderLocale
from quiz.language.prose import pieces

Data = dict[str, Any]

# The name of this type is in the stub of typst only.
STANDARDS: "list[typst.PDFStandard]" = ["a-3a", "ua-1"]
# Amiri throughout: its text layer is extracted whole, where the sans breaks words up.
FONTS = Path(str(files("fontpkg_amiri"))) / "files"
FACES = ("Amiri-Regular.ttf", "Amiri-Bold.ttf")
FOLDER = Path(__file__).parent

_log = logging.getLogger(__name__)
_compiling = Lock()


def line(text: str, language: str, locale: ReaderLocale) -> Data:
    """Return a line as templates take it: its language, and the runs of each script in it."""
    return {
        "language": language,
        "pieces": [
            {"words": piece.words, "kind": piece.kind, "short": piece.is_short}
            for piece in pieces(text, language, locale)
        ],
    }


@cache
def drawn() -> frozenset[int]:
    """Return the characters that every face has."""
    maps = []
    for face in FACES:
        with TTFont(FONTS / face, lazy=True) as font:
            maps.append(frozenset[int](font.getBestCmap()))
    return frozenset.intersection(*maps)


@cache
def compiler(template: str) -> typst.Compiler:
    """Return the compiler of a template beside this file."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(str(FOLDER / template), root=str(FOLDER), font_paths=fonts)


def typeset(template: str, data: Mapping[str, Any], name: str) -> bytes:
    """Return a PDF by the standards; made without them, and a line logged, where a character cannot be drawn.

    `name` is what the log calls the paper: what went wrong may quote a person's name, which has no place in a log.
    """
    try:
        return _compiled(template, data, STANDARDS)
    except typst.TypstError:
        _log.warning("%s made without PDF/A and PDF/UA", name)
        return _compiled(template, data, [])


def _compiled(template: str, data: Mapping[str, Any], standards: "list[typst.PDFStandard]") -> bytes:
    words = json.dumps(data, ensure_ascii=False, sort_keys=True)
    # A compiler is borrowed whole for a run: two threads in it at once raise RuntimeError.
    with _compiling:
        made = compiler(template).compile(format="pdf", pdf_standards=standards, sys_inputs={"data": words})
    # A signature is appended after the last line, which therefore has to end.
    return cast(bytes, made) + b"\n"
