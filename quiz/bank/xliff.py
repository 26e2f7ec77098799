"""Texts to be translated, out and back as XLIFF 2.1: Arabic is the source, English the target.

https://docs.oasis-open.org/xliff/xliff-core/v2.1/xliff-core-v2.1.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr  # nosec B406 # writing only

from quiz.bank.findings import Finding, Severity
from quiz.bank.places import text_places
from quiz.bank.translations import TARGET_LANGUAGE, Translated, Translation
from quiz.bank.words import has_arabic
from quiz.bank.xml_reading import Node, read_xml
from quiz.engine.document import digest
from quiz.engine.reading import Path
from quiz.engine.scenario_document import PASSAGE
from quiz.engine.text import SOURCE_LANGUAGE

# How far a text is: English that is missing or stale is always initial.
State = Literal["translated", "reviewed", "final"]

_VERSIONS = ("2.0", "2.1", "2.2")
# 2.1 kept the namespace of 2.0.
_NAMESPACES = ("urn:oasis:names:tc:xliff:document:2.0", "urn:oasis:names:tc:xliff:document:2.2")
_DIGEST = "digest"
_ORIGINAL = re.compile(r"([a-z]+)/([a-z0-9]+(?:-[a-z0-9]+)*)")
_ORDER = re.compile("[1-9][0-9]{0,8}")
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Besides: what has no meaning in a text that is kept.
_CONTROL = re.compile(rf"{_NOT_IN_XML.pattern}|[\u007f-\u009f]")

# Out


def write_xliff(
    documents: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    stood: Mapping[tuple[str, str], Mapping[str, Any]] | None = None,
    only_stale: bool = False,
    state: State = "translated",
) -> bytes:
    """Return the texts of documents, each with its kind, for a translator; nothing where there is none to send.

    `stood` holds earlier documents by kind and key: English is stale where its Arabic has changed since and it
    has not. With `only_stale` only what is stale or missing is sent. `state` is what all other English is worth.
    """
    files = []
    for kind, document in documents:
        key = str(document.get("key", ""))
        units = list(_units(document, (stood or {}).get((kind, key), {}), only_stale, state))
        if units:
            files += _file(kind, key, document, units)
    if not files:
        return b""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<xliff xmlns="{_NAMESPACES[0]}" version="2.1" srcLang="{SOURCE_LANGUAGE}" trgLang="{TARGET_LANGUAGE}">',
        *files,
        "</xliff>\n",
    ]
    return "\n".join(lines).encode()


def _file(kind: str, key: str, document: Mapping[str, Any], units: Sequence[str]) -> list[str]:
    name = _NOT_IN_XML.sub("", f"{kind}/{key}")
    return [
        f'<file id="{re.sub("[^A-Za-z0-9-]", ".", name)}" original={quoteattr(name)} canResegment="no"'
        ' srcDir="rtl" trgDir="ltr">',
        f'<notes><note category="{_DIGEST}">{digest(document)}</note></notes>',
        *units,
        "</file>",
    ]


def _units(document: Mapping[str, Any], stood: Mapping[str, Any], only_stale: bool, state: State) -> Iterator[str]:
    earlier = {name: _at(stood, path) for name, path in text_places(stood).items()}
    for name, path in text_places(document).items():
        text = _at(document, path)
        arabic, english = text.get(SOURCE_LANGUAGE, ""), text.get(TARGET_LANGUAGE, "")
        before = earlier.get(name, text)
        is_stale = before.get(SOURCE_LANGUAGE) != arabic and before.get(TARGET_LANGUAGE) == english != ""
        if not arabic.strip() or (only_stale and english.strip() and not is_stale):
            continue
        notes = {"field": _field(path), "kind": document.get("kind")}
        if is_stale:
            notes["arabic-before"] = before.get(SOURCE_LANGUAGE)
        yield _unit(name, arabic, english, notes, "initial" if is_stale or not english.strip() else state)


def _field(path: Path) -> str:
    return next(str(step) for step in reversed(path) if isinstance(step, str))


def _at(document: Mapping[str, Any], path: Path) -> Mapping[str, str]:
    found: Any = document
    for step in path:
        found = found[step]
    text: Mapping[str, str] = found
    return text


def _unit(name: str, arabic: str, english: str, notes: Mapping[str, Any], state: str) -> str:
    data: dict[str, str] = {}
    source, target = _marked(arabic, data), _marked(english, data)
    return "".join(
        (
            f'<unit id="{name}">\n<notes>',
            *(f'<note category="{about}">{_plain(str(words))}</note>' for about, words in notes.items() if words),
            "</notes>\n",
            "<originalData>" if data else "",
            *(f'<data id="{place}" xml:space="preserve">{_plain(code)}</data>' for code, place in data.items()),
            "</originalData>\n" if data else "",
            f'<segment state="{state}">\n<source xml:space="preserve">{source}</source>\n',
            f'<target xml:space="preserve">{target}</target>\n' if english.strip() else "",
            "</segment>\n</unit>",
        )
    )


def _marked(text: str, data: dict[str, str]) -> str:
    """Return a text as content of a source or target; the signs of a passage stand apart, so that nobody edits them."""
    parts = []
    seen: dict[str, int] = {}
    reached = 0
    for found in PASSAGE.finditer(text):
        key = found[1]
        seen[key] = seen.get(key, 0) + 1
        mark = f"p-{key}" if seen[key] == 1 else f"p-{key}.{seen[key]}"
        begin, end = found.span(2)
        opening = data.setdefault(text[found.start() : begin], f"d{len(data) + 1}")
        closing = data.setdefault(text[end : found.end()], f"d{len(data) + 1}")
        parts.append(_content(text[reached : found.start()]))
        parts.append(
            f'<pc id="{mark}" canCopy="no" canDelete="no" dataRefStart="{opening}" dataRefEnd="{closing}"'
            f' type="other" subType="amana:passage">{_content(text[begin:end])}</pc>'
        )
        reached = found.end()
    return "".join((*parts, _content(text[reached:])))


def _content(words: str) -> str:
    """Return words as content; XLIFF has an element for the characters that XML cannot hold."""
    return _NOT_IN_XML.sub(lambda found: f'<cp hex="{ord(found[0]):04X}"/>', escape(words, {"\r": "&#13;"}))


def _plain(words: str) -> str:
    return _NOT_IN_XML.sub("", escape(words, {"\r": "&#13;"}))


# Back


def read_xliff(content: bytes, file: str = "") -> tuple[tuple[Translated, ...], tuple[Finding, ...]]:
    """Return what a translator sent back, by document, and everything in it that cannot be used.

    XLIFF 2.0, 2.1 and 2.2 in any encoding of XML; `file` is the name under which findings are reported.
    """
    root = read_xml(content, file)
    if isinstance(root, Finding):
        return (), (root,)
    reading = _Reading(file, root.name.rpartition("}")[0] + "}")
    translated = tuple(reading.documents(root)) if reading.is_meant(root) else ()
    return translated, tuple(reading.findings)


class _Reading:
    """Reads one file and notes what is wrong with it."""

    def __init__(self, file: str, namespace: str) -> None:
        self.file = file
        self.namespace = namespace
        self.findings: list[Finding] = []

    def error(self, code: str, line: int, /, **values: str) -> None:
        """Note what makes something unusable."""
        self.findings.append(Finding(Severity.ERROR, self.file, line, (), code, values))

    def warning(self, code: str, line: int, /, **values: str) -> None:
        """Note what was left out."""
        self.findings.append(Finding(Severity.WARNING, self.file, line, (), code, values))

    def is_meant(self, root: Node) -> bool:
        """Tell whether the file is an XLIFF that can be read, from Arabic to English."""
        if root.name.rpartition("}")[2] != "xliff":
            self.error("xliff-not-xliff", root.line)
            return False
        version = root.attributes.get("version", "")
        if self.namespace.strip("{}") not in _NAMESPACES or version not in _VERSIONS:
            self.error("xliff-version", root.line, value=version or "–", allowed=", ".join(_VERSIONS))
            return False
        languages = [root.attributes.get(name, "") for name in ("srcLang", "trgLang")]
        # «ar-EG» and «en-GB» are what many tools ask for.
        if [language.partition("-")[0].lower() for language in languages] != [SOURCE_LANGUAGE, TARGET_LANGUAGE]:
            self.error("xliff-languages", root.line, source=languages[0] or "–", target=languages[1] or "–")
            return False
        return True

    def documents(self, root: Node) -> Iterator[Translated]:
        """Give what belongs to each document; one that was taken apart is put together again."""
        digests: dict[tuple[str, str], str] = {}
        texts: dict[tuple[str, str], dict[str, Translation]] = {}
        for held in self._under(root, "file"):
            original = held.attributes.get("original", "")
            found = _ORIGINAL.fullmatch(original)
            if not found:
                self.error("xliff-no-document", held.line, value=original or "–")
                continue
            address = (found[1], found[2])
            digests[address] = digests.get(address) or self._digest(held)
            self._take_units(held, texts.setdefault(address, {}))
        if not texts and not self.findings:
            self.error("xliff-nothing", root.line)
        for (kind, key), held_texts in texts.items():
            yield Translated(kind, key, digests[kind, key], held_texts)

    def _digest(self, held: Node) -> str:
        for notes in self._under(held, "notes"):
            for note in self._under(notes, "note"):
                if note.attributes.get("category") == _DIGEST:
                    return "".join(part for part in note.parts if isinstance(part, str)).strip()
        return ""

    def _take_units(self, held: Node, texts: dict[str, Translation]) -> None:
        for group in self._under(held, "group", "unit"):
            if group.name.endswith("}group"):
                self._take_units(group, texts)
                continue
            name = group.attributes.get("id", "")
            translation = self._unit(name, group)
            if name in texts:
                self.warning("xliff-unit-twice", group.line, value=name)
            elif translation:
                texts[name] = translation

    def _unit(self, name: str, unit: Node) -> Translation | None:
        """Return what a unit says; None, with the reason noted, where nothing in it can be used."""
        data = {
            held.attributes.get("id", ""): self._words(held, {})
            for original in self._under(unit, "originalData")
            for held in self._under(original, "data")
        }
        segments = list(self._under(unit, "segment", "ignorable"))
        sources = [source for segment in segments for source in self._under(segment, "source")]
        if not name or not segments or len(sources) < len(segments):
            self.error("xliff-unit-broken", unit.line, value=name or "–")
            return None
        arabic = "".join(self._words(source, data) for source in sources)
        english = self._english(segments, data)
        if english is None:
            self.warning("xliff-no-target", unit.line, value=name)
        elif not english.strip():
            self.warning("xliff-empty-target", unit.line, value=name)
        elif found := _CONTROL.search(english):
            self.error("bad-character", unit.line, character=f"U+{ord(found[0]):04X}")
        elif english.strip() == arabic.strip() and has_arabic(arabic):
            self.warning("xliff-same-as-source", unit.line, value=name)
        else:
            return Translation(arabic, english, self._state(segments), unit.line)
        return None

    def _english(self, segments: Sequence[Node], data: Mapping[str, str]) -> str | None:
        """Return the targets in their own order; what is between segments may have none and stays as it is."""
        parts = []
        for place, segment in enumerate(segments, 1):
            target = next(self._under(segment, "target"), None)
            if target is None and segment.name.endswith("}segment"):
                return None
            spoken = target or next(self._under(segment, "source"))
            words = self._words(spoken, data)
            order = spoken.attributes.get("order", "")
            kept = words if spoken.keeps_spaces or len(segments) > 1 else words.strip()
            parts.append((int(order) if _ORDER.fullmatch(order) else place, place, kept))
        return "".join(words for _, _, words in sorted(parts))

    def _state(self, segments: Sequence[Node]) -> str:
        """Return how far the segment is that is least far."""
        order = ("initial", "translated", "reviewed", "final")
        states = (one.attributes.get("state", "initial") for one in segments if one.name.endswith("}segment"))
        return min((state if state in order else "initial" for state in states), key=order.index, default="initial")

    def _words(self, node: Node, data: Mapping[str, str]) -> str:
        """Return what an element says, with the original signs in place of the elements that stand for them."""
        return "".join(part if isinstance(part, str) else self._inline(part, data) for part in node.parts)

    def _inline(self, node: Node, data: Mapping[str, str]) -> str:
        if not node.name.startswith(self.namespace):
            return ""
        if node.name.endswith("}cp"):
            return _code_point(node.attributes.get("hex", ""))
        begin, end = node.attributes.get("dataRefStart", ""), node.attributes.get("dataRefEnd", "")
        original = data.get(node.attributes.get("dataRef", ""), "")
        return data.get(begin, "") + original + self._words(node, data) + data.get(end, "")

    def _under(self, node: Node, *names: str) -> Iterator[Node]:
        return node.children(*(self.namespace + name for name in names))


def _code_point(hexadecimal: str) -> str:
    """Return the character of a code point; one that can stand nowhere where it is none."""
    try:
        return chr(int(hexadecimal, 16))
    except (ValueError, OverflowError):
        return "\ufffe"
