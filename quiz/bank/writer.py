"""Content documents as YAML files: what is written reads back as the same document, and can be reviewed by lines."""

import re
from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from pathlib import Path as FilePath
from typing import Any

from quiz.bank.findings import Finding, Severity
from quiz.bank.layout import LANGUAGES_FIRST, file_name, in_order, ratings_in_order
from quiz.bank.reader import MOST_BYTES, MOST_DEPTH
from quiz.bank.scalars import WIDTH, bare, bare_or_day, block, quoted, unwritable
from quiz.engine.reading import Path

Document = Mapping[str, Any]

# Whole numbers and broken ones as the reader takes them for numbers.
_MOST_DIGITS = 18
# A longer name of a field has to be announced; YAML looks for the colon only so far.
_LONGEST_NAME = 120
_WITHOUT_POINT = re.compile(r"^(-?\d+)e")


class Unwritable(Exception):
    """A document, or several, that no file can hold as they are; `finding` says what and where."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding


def write_document(kind: str, document: Document) -> bytes:
    """Return a document of a kind ("instrument", "scenario", "module") as a YAML file in UTF-8.

    Fields stand in the order of the content format. The same document gives the same bytes, whatever the order of
    its fields. Comments are no part of a document. Raise Unwritable for what `read_source` would not read back.
    """
    content = "\n".join([*_Writer(kind, document).lines(), ""]).encode()
    if len(content) > MOST_BYTES:
        raise Unwritable(_found(kind, document, (), "file-too-large", most=str(MOST_BYTES // 1024)))
    return content


def content_files(documents: Iterable[tuple[str, Document]]) -> Iterator[tuple[str, bytes]]:
    """Return each document of a kind as its file: the name under the content folder, and the bytes.

    Raise Unwritable where a key or bank cannot name a file, or two documents would have the same file.
    """
    taken: set[str] = set()
    for kind, document in documents:
        name = file_name(kind, document)
        if name is None:
            field = "bank" if kind == "scenario" and file_name("module", document) else "key"
            raise Unwritable(_found(kind, document, (field,), "bad-key", value=str(document.get(field))))
        if name in taken:
            raise Unwritable(_found(kind, document, ("key",), "key-taken", value=str(document["key"]), file=name))
        taken.add(name)
        yield name, write_document(kind, document)


def write_folder(documents: Iterable[tuple[str, Document]], into: FilePath) -> tuple[str, ...]:
    """Write documents of their kinds as a content folder and return the names of the files.

    Nothing is written where one of them is Unwritable. A file that stands there is replaced, no other is touched.
    """
    files = dict(content_files(documents))
    for name, content in files.items():
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tuple(files)


def _found(kind: str, document: Document, path: Path, code: str, /, **values: str) -> Finding:
    file = file_name(kind, document) or f"{kind}s/"
    return Finding(Severity.ERROR, file, 0, path, code, values)


class _Writer:
    """Lays one document out as lines.

    A value is a head, which stands on the line of its name or dash, and the lines beneath it.
    """

    def __init__(self, kind: str, document: Document) -> None:
        self.kind = kind
        self.document = document

    def lines(self) -> list[str]:
        """Return the lines of the file."""
        return self._fields(self.document, (), 0) or ["{}"]

    def _value(self, value: Any, path: Path, indent: int, room: int) -> tuple[str, list[str]]:
        """Return head and lines of a value; `room` is what the line of its name has left for it."""
        line = self._on_one_line(value, path)
        # What is empty has no lines of its own that it could be laid out in.
        if line is not None and (len(line) <= room or not value or not isinstance(value, str | Mapping | list)):
            return line, []
        if isinstance(value, str):
            head, *under = block(value, WIDTH - indent) or [quoted(value)]
            return head, [" " * indent + text if text else "" for text in under]
        self._check_depth(path)
        return "", self._fields(value, path, indent) if isinstance(value, Mapping) else self._items(value, path, indent)

    def _fields(self, mapping: Document, path: Path, indent: int) -> list[str]:
        lines = []
        for name in self._names(mapping, path):
            inner = (*path, name)
            word = self._name(name, inner)
            start = f"{word}:" if len(word) <= _LONGEST_NAME else ":"
            head, under = self._value(mapping[name], inner, indent + 2, WIDTH - indent - len(start) - 1)
            if start == ":":
                lines.append(" " * indent + f"? {word}")
            lines += [" " * indent + f"{start} {head}".rstrip(), *under]
        return lines

    def _items(self, items: list[Any], path: Path, indent: int) -> list[str]:
        lines = []
        for place, item in enumerate(items):
            head, under = self._value(item, (*path, place), indent + 2, WIDTH - indent - 2)
            if not head:
                head, *under = under
            lines += [" " * indent + f"- {head.lstrip(' ')}", *under]
        return lines

    def _on_one_line(self, value: Any, path: Path) -> str | None:
        """Return a value as it stands within a line, or None where it needs lines of its own."""
        if isinstance(value, Mapping):
            return self._mapping_on_one_line(value, path)
        if isinstance(value, list):
            self._check_depth(path)
            return self._list_on_one_line(value, path)
        return self._scalar(value, path)

    def _list_on_one_line(self, items: list[Any], path: Path) -> str | None:
        parts = []
        for place, item in enumerate(items):
            part = self._on_one_line(item, (*path, place))
            if part is None:
                return None
            parts.append(part)
        return f"[{', '.join(parts)}]"

    def _mapping_on_one_line(self, mapping: Document, path: Path) -> str | None:
        self._check_depth(path)
        if mapping and set(mapping) <= set(LANGUAGES_FIRST):
            return None  # languages are compared line by line
        parts = []
        for name in self._names(mapping, path):
            word = self._name(name, (*path, name))
            part = self._on_one_line(mapping[name], (*path, name))
            if part is None:
                return None
            parts.append(f"{word}: {part}")
        return f"{{{', '.join(parts)}}}"

    def _scalar(self, value: Any, path: Path) -> str | None:
        if isinstance(value, str):
            self._check_characters(value, path)
            is_prose = bool(path) and path[-1] in LANGUAGES_FIRST
            return None if "\n" in value and block(value, WIDTH) else quoted(value) if is_prose else bare_or_day(value)
        if value is None or isinstance(value, bool):
            return {None: "null", True: "true", False: "false"}[value]
        number = _number(value)
        if number is None:
            self._refuse("unwritable-value", path, value=_told(value))
        return number

    def _names(self, mapping: Document, path: Path) -> list[str]:
        if not all(isinstance(name, str) for name in mapping):
            self._refuse("key-not-a-word", path)
        if path == ("key_ratings",):
            return list(dict.fromkeys([*ratings_in_order(self.document), *sorted(mapping)]))
        place = next((step for step in reversed(path) if isinstance(step, str)), self.kind)
        return in_order(mapping, place)

    def _name(self, name: str, path: Path) -> str:
        self._check_characters(name, path)
        return bare(name)

    def _check_characters(self, text: str, path: Path) -> None:
        found = unwritable(text)
        if found:
            self._refuse("unwritable-character", path, character=f"U+{ord(found):04X}")

    def _check_depth(self, path: Path) -> None:
        if len(path) >= MOST_DEPTH:
            self._refuse("too-deep", path, most=str(MOST_DEPTH))

    def _refuse(self, code: str, path: Path, /, **values: str) -> None:
        raise Unwritable(_found(self.kind, self.document, path, code, **values))


def _number(value: Any) -> str | None:
    """Return a number as the reader takes it for one, or None where it would not."""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**_MOST_DIGITS else None
    if isinstance(value, float) and isfinite(value):
        return _WITHOUT_POINT.sub(r"\1.0e", repr(value))
    return None


def _told(value: Any) -> str:
    return str(value)[:40] if isinstance(value, int | float) else type(value).__name__
