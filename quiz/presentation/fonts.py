"""Build the web fonts of the pages from the installed font packages, beside their licence texts."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fontTools.varLib.instancer import instantiateVariableFont  # type: ignore[import-untyped]

# Raised when what comes out for the same input changes, so that fonts built before are built again.
RECIPE = 1

# Shaping and mark placement stay whole, so that names with الله, لا, لأ and آ set as they should; stylistic
# sets, fractions and the variants for other languages go.
FEATURES = (
    "calt", "ccmp", "fina", "init", "isol", "kern", "liga", "mark", "medi", "mkmk", "rlig", "rtlm", "tnum",
)  # fmt: skip

ARABIC = (
    *range(0x0600, 0x0605),
    *range(0x060C, 0x0610),
    *range(0x061B, 0x0620),
    *range(0x0621, 0x063B),
    *range(0x0640, 0x0656),
    *range(0x0660, 0x066D),
    *(0x0670, 0x0671, 0x067E, 0x0686, 0x0698, 0x06A4, 0x06A9, 0x06AF, 0x06CC, 0x06D4),
    *(0x25CC, 0xFDF2, 0xFDFA),
)
LATIN = (*range(0x0020, 0x007F), *range(0x00A0, 0x0100))
PUNCTUATION = (
    *range(0x200B, 0x2010),
    *range(0x2010, 0x2028),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    *(0x2039, 0x203A, 0x20AC, 0x2212),
)


@dataclass(frozen=True, slots=True)
class _Font:
    """One web font: where it comes from and what of it is kept."""

    name: str
    package: str
    source: str
    limits: tuple[tuple[str, float | tuple[float, float]], ...] = ()

    def source_bytes(self) -> bytes:
        return _file_of(self.package, "files", self.source).read_bytes()

    def licence(self) -> bytes:
        return _file_of(self.package, "LICENSE").read_bytes()


FONTS = (
    _Font(
        "amana-sans",
        "fontpkg_noto_sans_arabic",
        "NotoSansArabic[wdth,wght].ttf",
        (("wdth", 100), ("wght", (400, 700))),
    ),
    _Font("amana-reading", "fontpkg_amiri", "Amiri-Regular.ttf"),
)


def build(target: Path) -> list[Path]:
    """Write each web font and its licence into `target` unless they stand there already; return the fonts."""
    target.mkdir(parents=True, exist_ok=True)
    built = []
    for font in FONTS:
        path, stamp = target / f"{font.name}.woff2", target / f"{font.name}.stamp"
        source = font.source_bytes()
        recipe = repr((RECIPE, FEATURES, ARABIC, LATIN, PUNCTUATION, font)).encode()
        mark = sha256(recipe + source).hexdigest()
        if not (path.exists() and stamp.exists() and stamp.read_text() == mark):
            path.write_bytes(_subset(source, (*ARABIC, *LATIN, *PUNCTUATION), dict(font.limits)))
            (target / f"{font.name}-OFL.txt").write_bytes(font.licence())
            stamp.write_text(mark)  # last, so that a build that was cut short is done again
        built.append(path)
    return built


def _file_of(package: str, *parts: str) -> Traversable:
    place: Traversable = files(package)
    for part in parts:
        place = place / part
    return place


def _subset(source: bytes, characters: Iterable[int], limits: dict[str, float | tuple[float, float]]) -> bytes:
    """Return a compressed font with only these characters, its axes pinned or narrowed to `limits`."""
    options = Options()
    options.layout_features = list(FEATURES)
    options.hinting = False
    options.glyph_names = False
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]  # the copyright and licence entries have to travel with it
    font = TTFont(BytesIO(source), recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    if limits:
        # Narrowing axes needs tables that agree with the kept glyphs, which only a round trip gives.
        font = TTFont(BytesIO(_saved(font)), recalcTimestamp=False)
        font = instantiateVariableFont(font, limits)
    font.flavor = "woff2"
    return _saved(font)


def _saved(font: TTFont) -> bytes:
    stream = BytesIO()
    font.save(stream)
    return stream.getvalue()
