"""What every page must be; one line for each thing that is wrong, so that a test can name them all at once."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import html5lib
from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PreformattedString

from quiz.settings.operator import folder

ARABIC = "\u0600-\u065f\u066a-\u06ef\u06fa-\u06ff\ufb50-\ufdff\ufe70-\ufefc"
LETTERS = {"ar": re.compile(r"[A-Za-z][A-Za-z'’-]*"), "en": re.compile(f"[{ARABIC}]+")}
DIGITS = {"arab": re.compile(r"[0-9]+"), "latn": re.compile("[٠-٩۰-۹]+")}
LATIN_MARK = re.compile(f"[{ARABIC}][ \u00a0]?[,;?](?![A-Za-z0-9])")
LEFTOVER = re.compile(r"%\(|\{\{|\{%|&(?:amp|lt|gt|quot|#\d+);|</?[a-z]+[ >]|<Text|Markup\(|Undefined")
# Latin words that an Arabic page of this kind rightly says in its own sentences.
PROPER: dict[str, frozenset[str]] = {"ar": frozenset({"PDF", "QR"}), "en": frozenset()}
# Shown as they are, where digits are chosen.
SAMPLES = {"0123", "٠١٢٣"}
# What a screen reader or a script says aloud stands in these.
SPOKEN = (
    "aria-label",
    "title",
    "alt",
    "placeholder",
    "data-label",
    "data-sending",
    "data-five",
    "data-one",
    "data-over",
)
REFERRING = ("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-details", "aria-errormessage")
# Where no markup can stand, signs isolate what is of another language, with what is of another in that.
UNMARKED = {"title", "option"}
ISOLATED = re.compile("[\u2066-\u2068][^\u2066-\u2069]*\u2069")
LOADING = {"script": "src", "img": "src", "source": "src", "iframe": "src", "embed": "src", "object": "data"}
NOT_FILLED_IN = {"hidden", "submit", "button", "reset", "image"}


@dataclass(frozen=True)
class Sheet:
    """A page under the lens, with what is known of its reader."""

    html: str
    soup: BeautifulSoup
    language: str
    digits: str
    names: Collection[str]
    is_gallery: bool

    def texts(self) -> Iterator[tuple[str, Tag]]:
        """Every text that a reader sees, and every attribute that is read out, with the element it belongs to."""
        for node in self.soup.find_all(string=True):
            parent = node.parent
            # What stands in a field is what was written, in its own signs and digits.
            if isinstance(node, PreformattedString) or parent is None or parent.name in {"script", "style", "textarea"}:
                continue
            if isinstance(node, NavigableString) and node.strip():
                yield str(node), parent
        for element in self.soup.find_all(True):
            for name in SPOKEN:
                if element.get(name):
                    yield str(element[name]), element


def lint(
    html: str,
    soup: BeautifulSoup,
    language: str,
    digits: str = "arab",
    names: Collection[str] = (),
    is_gallery: bool = False,
) -> list[str]:
    """Return one line for each thing that is wrong with a page; `names` are people it may show."""
    digits = digits if language == "ar" else "latn"
    sheet = Sheet(html, soup, language, digits, names, is_gallery)
    # The gallery shows everything many times over, with addresses that lead nowhere.
    rules = [rule for rule in RULES if not (is_gallery and rule in (_references, _forms))]
    return [fault for rule in rules for fault in rule(sheet)]


def _parse_errors(sheet: Sheet) -> Iterator[str]:
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(sheet.html)
    for place, code, _ in parser.errors:
        yield f"HTML: {code} at {place}"


def _root(sheet: Sheet) -> Iterator[str]:
    root = sheet.soup.html
    assert root is not None
    direction = "rtl" if sheet.language == "ar" else "ltr"
    if (root.get("lang"), root.get("dir")) != (sheet.language, direction):
        yield f"lang and dir are {root.get('lang')} and {root.get('dir')}"
    if sheet.soup.title is None or not sheet.soup.title.get_text(strip=True).strip("– "):
        yield "no title"
    elif sheet.soup.title.get_text().strip().startswith("–"):
        yield f"the title begins with nothing: {sheet.soup.title.get_text(strip=True)}"


def _headings(sheet: Sheet) -> Iterator[str]:
    levels = [(int(tag.name[1]), tag.get_text(" ", strip=True)) for tag in sheet.soup.find_all(re.compile("^h[1-6]$"))]
    tops = [words for level, words in levels if level == 1]
    if len(tops) != 1:
        yield f"{len(tops)} h1: {tops}"
    if any(not words for _, words in levels):
        yield "a heading without words"
    if not sheet.is_gallery:
        # A situation may stand before the prompt that is the h1, so what comes first is not asked to be it.
        for (before, _), (level, words) in pairwise(levels):
            if level > before + 1:
                yield f"h{before} is followed by h{level}: {words}"


def _labels(sheet: Sheet) -> Iterator[str]:
    labelled = {label.get("for") for label in sheet.soup.find_all("label") if label.get_text(strip=True)}
    for control in sheet.soup.find_all(["input", "select", "textarea"]):
        if control.get("type") in NOT_FILLED_IN:
            continue
        around = control.find_parent("label")
        is_named = control.get("aria-label") or control.get("aria-labelledby") or control.get("id") in labelled
        if not is_named and not (around and around.get_text(strip=True)):
            yield f"no label: {control}"
    for element in sheet.soup.find_all(["a", "button", "summary"]):
        if not element.get_text(strip=True) and not element.get("aria-label"):
            yield f"nothing to read: {element}"
    for element in sheet.soup.find_all("fieldset"):
        first = element.find("legend")
        if not element.get("aria-labelledby") and not (first and first.get_text(strip=True)):
            yield f"a fieldset without a legend: {str(element)[:120]}"


def _references(sheet: Sheet) -> Iterator[str]:
    ids = [str(element["id"]) for element in sheet.soup.find_all(id=True)]
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        yield f"the id {twice} stands twice"
    for name in ids:
        if not name or re.search(r"\s", name):
            yield f"not an id: {name!r}"
    for element in sheet.soup.find_all(True):
        wanted = [word for name in REFERRING for word in str(element.get(name) or "").split()]
        if element.name == "label" and element.get("for"):
            wanted.append(str(element["for"]))
        href = str(element.get("href") or "")
        if href.startswith("#"):
            wanted.append(href[1:])
        for name in wanted:
            if name not in ids:
                yield f"{element.name} refers to {name!r}, which is not on the page"


def _forms(sheet: Sheet) -> Iterator[str]:
    for form in sheet.soup.find_all("form"):
        action, method = str(form.get("action") or ""), str(form.get("method") or "").lower()
        if method not in {"get", "post"}:
            yield f"a form with the method {method!r}"
        if not _is_ours(action):
            yield f"a form that goes to {action!r}"
        token = form.find("input", attrs={"name": "csrf_token", "type": "hidden"})
        if method == "post" and not (token and token.get("value")):
            yield f"no token against forgery in the form to {action}"
        if method == "get" and token:
            yield f"the token against forgery goes into the address {action}"
        if not form.find(["button", "input"], attrs={"type": "submit"}) and not form.find("input", disabled=True):
            yield f"nothing sends the form to {action}"
    if sheet.soup.select("form form"):
        yield "a form inside a form"


def _is_ours(address: str) -> bool:
    parts = urlsplit(address)
    return address.startswith("/") and not address.startswith("//") and not parts.netloc and "\\" not in address


def _inline(sheet: Sheet) -> Iterator[str]:
    for element in sheet.soup.find_all(True):
        for name in element.attrs:
            if name == "style" or name.startswith("on"):
                yield f"{name}= on {element.name}"
    for element in sheet.soup.find_all(["style", "script"]):
        if element.name == "style" or element.get_text(strip=True) or not element.get("src"):
            yield f"an inline {element.name}"


def _resources(sheet: Sheet) -> Iterator[str]:
    for element in sheet.soup.find_all(["link", *LOADING]):
        address = str(element.get(LOADING.get(element.name, "href")) or "")
        if not _is_ours(address) and not address.startswith("data:image/"):
            yield f"{element.name} loads {address!r}"
    for element in sheet.soup.find_all(["image", "use"]):
        if not str(element.get("href") or element.get("xlink:href") or "#").startswith("#"):
            yield f"{element.name} loads something"
    for link in sheet.soup.find_all("a"):
        href = str(link.get("href") or "")
        if href in {"", "#"} or href.lower().startswith(("javascript:", "data:")):
            yield f"a link to {href!r}: {link.get_text(strip=True)}"
        if link.get("target") and "noopener" not in (link.get("rel") or []):
            yield f"target without noopener: {href}"
    for module in sheet.soup.find_all(attrs={"data-module": True}):
        if not (Path(folder("static")) / "js" / "components" / f"{module['data-module']}.js").exists():
            yield f"no script for data-module={module['data-module']}"


def _pictures(sheet: Sheet) -> Iterator[str]:
    for picture in sheet.soup.find_all("img"):
        if picture.get("alt") is None:
            yield f"no alt: {picture}"
    for picture in sheet.soup.find_all("svg"):
        is_named = picture.get("role") == "img" and (picture.get("aria-label") or picture.find("title"))
        if (
            not is_named
            and not picture.find_parent(attrs={"aria-hidden": "true"})
            and picture.get("aria-hidden") != "true"
        ):
            yield f"a picture without a name: {str(picture)[:100]}"


def _is_island(element: Tag, language: str) -> bool:
    """Tell whether a text is marked as being of another language or direction, or as a code."""
    for one in (element, *element.parents):
        if one.name in {"html", "[document]", None}:
            return False
        if one.get("lang", language) != language or one.name == "code" or "code" in (one.get("class") or []):
            return True
        # What somebody types goes in the direction of its own words.
        if one.get("dir") in {"auto", "ltr" if language == "ar" else "rtl"}:
            return True
        if one.name == "bdi":
            return True
    return False


def _words(sheet: Sheet) -> Iterator[str]:
    for text, element in sheet.texts():
        if found := LEFTOVER.search(text):
            yield f"left over in the text: {text[max(0, found.start() - 20) : found.end() + 30]!r}"
        if _is_island(element, sheet.language) or sheet.is_gallery:
            continue
        if element.name in UNMARKED:
            text = ISOLATED.sub("", ISOLATED.sub("", text))
        foreign = [word for word in LETTERS[sheet.language].findall(text) if word not in PROPER[sheet.language]]
        if foreign:
            yield f"another script, not marked: {foreign[0]!r} in {' '.join(text.split())[:80]!r}"
        if sheet.language == "ar" and (found := LATIN_MARK.search(text)):
            yield f"Latin punctuation after Arabic: {' '.join(text.split())[:80]!r}"


def _digits(sheet: Sheet) -> Iterator[str]:
    for text, element in sheet.texts():
        # A bare bdi only isolates; digits are left as they are in what runs from the left: codes and Latin runs.
        near = element if element.name == "bdi" and not element.get("dir") else None
        if sheet.is_gallery or (_is_island(element, sheet.language) and near is None):
            continue
        if element.name in UNMARKED:
            text = ISOLATED.sub("", ISOLATED.sub("", text))
        found = [figure for figure in DIGITS[sheet.digits].findall(text) if figure not in SAMPLES]
        if found:
            yield f"digits of the other kind: {found[0]} in {' '.join(text.split())[:80]!r}"


def _names(sheet: Sheet) -> Iterator[str]:
    for text, element in sheet.texts():
        words = " ".join(text.split())
        for name in sheet.names:
            if name in words and not (element.name == "bdi" or element.find_parent("bdi")):
                yield f"a name that is not isolated: {words[:80]!r}"


def _one_main(sheet: Sheet) -> Iterator[str]:
    if len(sheet.soup.find_all("main")) != 1:
        yield "not exactly one main"
    primaries = sheet.soup.select(".button--primary")
    if len(primaries) > 1 and not sheet.is_gallery:
        yield f"{len(primaries)} primary actions: {[one.get_text(strip=True) for one in primaries]}"


RULES: tuple[Callable[[Sheet], Iterator[str]], ...] = (
    _parse_errors,
    _root,
    _headings,
    _labels,
    _references,
    _forms,
    _inline,
    _resources,
    _pictures,
    _words,
    _digits,
    _names,
    _one_main,
)
