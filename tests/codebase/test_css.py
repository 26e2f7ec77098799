"""Hold the style sheets and templates to the design: contrast, logical properties, one place for colours."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STYLES = sorted((ROOT / "static" / "css").rglob("*.css"))
TEMPLATES = sorted((ROOT / "quiz").rglob("templates/**/*.html"))
TOKENS = ROOT / "static" / "css" / "tokens.css"

SCHEMES = ("light", "dark")
GROUNDS = ("paper", "surface", "sunken", "accent-soft", "good-soft", "care-soft", "bad-soft")
WORDS = ("muted", "accent", "accent-hover", "good", "care", "bad")
PAIRS = (
    *((words, ground, 5.3) for words in WORDS for ground in GROUNDS),
    *(("ink", ground, 10.0) for ground in GROUNDS),
    *(("ink", f"heat-{level}", 5.3) for level in range(5)),
    ("ink", "mark", 7.5),
    ("on-accent", "accent", 5.3),
    ("on-accent", "accent-hover", 5.3),
    ("seal", "surface", 5.3),
    *((edge, ground, 3.0) for edge in ("edge", "accent", "bad") for ground in GROUNDS[:3]),
)

PHYSICAL = re.compile(
    r"(?:.*-)?(?:left|right|top|bottom)(?:-.*)?|(?:min-|max-)?(?:width|height)|overflow-[xy]|scroll-snap-[xy]"
)
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\(|(?<![\w-])(?:white|black|gr[ae]y|red|green"
    r"|blue|yellow|orange|purple|silver|gold|brown|navy|teal)(?![\w-])",
    re.IGNORECASE,
)


def declarations(css: str) -> Iterator[tuple[str, str]]:
    """Yield each property with its value; comments, selectors and the preludes of rules are left out."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    for body in re.findall(r"\{([^{}]*)\}", css):
        for declaration in re.split(r";(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", body):
            name, colon, value = declaration.partition(":")
            if colon:
                yield name.strip().lower(), value.strip()
    # Declarations before a nested rule stand between two opening braces.
    assert not re.search(r"\{[^{}]*;[^{}]*\{", css), "Nested rules are not read by this test"


def style_faults(css: str, *, may_name_colours: bool = False) -> list[str]:
    """Return what a style sheet does that the design rules out."""
    faults = []
    for name, value in declarations(css):
        if not name.startswith("--") and PHYSICAL.fullmatch(name):
            faults.append(f"{name}: a physical property")
        if name in {"text-align", "float", "clear"} and value in {"left", "right"}:
            faults.append(f"{name}: {value} is physical")
        if name == "text-align" and value.startswith("justify"):
            faults.append("justified text")
        if name in {"letter-spacing", "word-spacing"}:
            faults.append(f"{name} tears Arabic letters apart")
        if name == "font-style" and value != "normal":
            faults.append("italics")
        if name == "font-weight" and not re.fullmatch(r"400|600|700|inherit|400 700", value):
            faults.append(f"font-weight: {value}")
        if not may_name_colours and COLOUR.search(value):
            faults.append(f"{name}: {value} names a colour outside tokens.css")
        if "!important" in value:
            faults.append(f"{name}: !important")
    if re.search(r"\[dir=['\"]?rtl", css):
        faults.append("a patch for one direction")
    for selector in re.findall(r"^[^\n{}]*:dir\([^\n{}]*", css, flags=re.MULTILINE):
        if not re.match(r"\s*\.icon--(onward|back):dir\(rtl\)", selector):
            faults.append(f"{selector.strip()}: only the two arrow icons may mirror")
    return faults


def template_faults(markup: str) -> list[str]:
    """Return what a template does that the content security policy or escaping rules out."""
    markup = re.sub(r"\{#.*?#\}", "", markup, flags=re.DOTALL)
    rules = {
        r"<[^>]*\sstyle\s*=": "an inline style",
        r"[\"']style[\"']\s*:": "an inline style",
        r"<style\b": "a style element",
        r"<script\b(?![^>]*\ssrc=)": "an inline script",
        r"<[^>]*\son[a-z]+\s*=": "an inline handler",
        r"javascript:": "a script address",
        r"\|\s*safe\b": "unescaped output",
        r"\{%-?\s*autoescape\s+false": "unescaped output",
    }
    return [fault for pattern, fault in rules.items() if re.search(pattern, markup, flags=re.IGNORECASE)]


def palette() -> dict[str, tuple[str, str]]:
    """Return each token that is a pair of opaque colours, light first."""
    pattern = r"--([\w-]+):\s*light-dark\((#[0-9A-Fa-f]{6}), (#[0-9A-Fa-f]{6})\)"
    return {name: (light, dark) for name, light, dark in re.findall(pattern, TOKENS.read_text())}


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, 1.4.3)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_and_edges_stand_out_from_every_ground(scheme: str) -> None:
    colours, column = palette(), SCHEMES.index(scheme)
    weak = {
        f"{front} on {ground}": round(ratio, 2)
        for front, ground, least in PAIRS
        if (ratio := contrast(colours[front][column], colours[ground][column])) < least
    }
    assert not weak


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_style_sheets_keep_to_the_design(path: Path) -> None:
    assert not style_faults(path.read_text(), may_name_colours=path == TOKENS)


@pytest.mark.parametrize(
    "css",
    [
        ".a { margin-left: 1px }",
        ".a { border-top-right-radius: 1px; }",
        ".a { inset-block-start: 0; left: 0; }",
        ".a { max-width: 3rem; }",
        ".a { overflow-x: auto; }",
        ".a { text-align: right; }",
        ".a { float: left; }",
        ".a { text-align: justify; }",
        ".a { letter-spacing: 1px; }",
        ".a { font-style: italic; }",
        ".a { font-weight: 500; }",
        ".a { color: #FFF; }",
        ".a { background: rgb(0 0 0); }",
        ".a { border: 1px solid black; }",
        ".a { color: var(--ink) !important; }",
        "[dir=rtl] .a { color: var(--ink); }",
        ".a:dir(rtl) { color: var(--ink); }",
        "@media (min-width: 48em) { .a { padding-right: 0; } }",
    ],
)
def test_what_the_design_rules_out_is_found(css: str) -> None:
    assert style_faults(css)


def test_what_the_design_allows_is_left_alone() -> None:
    css = """
    /* left: 0; */
    @media (min-width: 48em) { .a--left { margin-inline-start: auto; white-space: nowrap; } }
    .icon--back:dir(rtl) { transform: scaleX(-1); border-color: transparent; color: currentcolor; }
    """
    assert not style_faults(css)


def test_every_token_that_is_used_is_defined() -> None:
    defined = set(re.findall(r"(--[\w-]+)\s*:", TOKENS.read_text()))
    used = {name for path in STYLES for name in re.findall(r"var\((--[\w-]+)", path.read_text())}
    assert used <= defined


def test_motion_and_forced_colours_are_respected() -> None:
    base = (ROOT / "static" / "css" / "base.css").read_text()
    assert "(prefers-reduced-motion: reduce)" in base
    assert re.search(r"forced-colors: active\).*outline-color: Highlight", base, flags=re.DOTALL)
    assert "font-synthesis: none" in base


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_hold_no_styles_scripts_or_unescaped_output(path: Path) -> None:
    markup = path.read_text()
    if path.parent.name == "mail" and path.name == "layout.html":
        # A mail has no style sheet to be linked to: it brings its few rules along.
        markup = re.sub(r"<style>.*?</style>", "", markup, count=1, flags=re.DOTALL)
    assert not template_faults(markup)


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="color: red">x</p>',
        "{{ button('x', attrs={'style': 'color: red'}) }}",
        "<style>p {}</style>",
        "<script>alert(1)</script>",
        '<button onclick="go()">x</button>',
        '<a href="javascript:go()">x</a>',
        "{{ words|safe }}",
        "{{ words | safe }}",
        "{% autoescape false %}{{ words }}{% endautoescape %}",
    ],
)
def test_what_templates_may_not_hold_is_found(markup: str) -> None:
    assert template_faults(markup)
