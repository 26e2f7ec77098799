"""Reading content files: strict YAML into plain documents, with the line of every place and every fault."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml

from quiz.bank.findings import Finding, Severity
from quiz.engine.reading import Path

MOST_BYTES = 512 * 1024
MOST_DEPTH = 30
FOLDERS = {"instruments": 2, "scenarios": 3, "modules": 2}

_TAG = "tag:yaml.org,2002:"
# Only what a content file may mean by a bare word. YAML 1.1 would also read `on` as true, `1:30` as
# ninety, `010` as eight and `2018-08-14` as a date object; here they stay the text that was written, and
# the engine judges it.
_RESOLVERS = (
    ("null", re.compile(r"(?:~|null)?"), ["~", "n", ""]),
    ("bool", re.compile(r"true|false"), ["t", "f"]),
    ("int", re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})"), list("-+0123456789")),
    ("float", re.compile(r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?|[-+]?\.[0-9]+"), list("-+.0123456789")),
)


class _StrictLoader(yaml.CSafeLoader):
    """The safe C loader with none of the inherited guesses about bare words."""


_StrictLoader.yaml_implicit_resolvers = {}
for _name, _pattern, _first in _RESOLVERS:
    _StrictLoader.add_implicit_resolver(_TAG + _name, re.compile(rf"(?:{_pattern.pattern})\Z"), _first)


@dataclass(frozen=True, slots=True)
class Source:
    """One content file: its name under the content folder, its document, and the line of every place."""

    file: str
    document: dict[str, Any]
    lines: Mapping[Path, int] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """Return the file's name without folder and ending; it is the key of what the file holds."""
        return FilePath(self.file).stem

    @property
    def stands_alone(self) -> bool:
        """Tell whether the file holds nothing but this document; the rows of a table share theirs."""
        return self.file.endswith(".yaml")

    def line(self, path: Path) -> int:
        """Return the line of a place, or of the nearest place around it that is written."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)

    def error(self, code: str, path: Path = (), /, **values: str) -> Finding:
        """Return a finding at a place of this file that stops publishing."""
        return Finding(Severity.ERROR, self.file, self.line(path), path, code, values)

    def warning(self, code: str, path: Path = (), /, **values: str) -> Finding:
        """Return a finding at a place of this file that a reviewer has to acknowledge."""
        return Finding(Severity.WARNING, self.file, self.line(path), path, code, values)


@dataclass(frozen=True, slots=True)
class Reading:
    """A content folder as it was read: what could be read, and everything that could not."""

    instruments: tuple[Source, ...] = ()
    scenarios: tuple[Source, ...] = ()
    modules: tuple[Source, ...] = ()
    findings: tuple[Finding, ...] = ()


def read_folder(folder: FilePath) -> Reading:
    """Read every content file under a folder; nothing stops it, all faults are collected."""
    sources: dict[str, list[Source]] = {name: [] for name in FOLDERS}
    findings: list[Finding] = []
    for path in _files(folder):
        place = path.relative_to(folder)
        if path.suffix != ".yaml" or len(place.parts) != FOLDERS.get(place.parts[0]):
            findings.append(Finding(Severity.ERROR, place.as_posix(), 0, (), "stray-file"))
            continue
        source, found = _read_file(path, place.as_posix())
        findings.extend(found)
        if source:
            sources[place.parts[0]].append(source)
    if not findings and not any(sources.values()):
        findings.append(Finding(Severity.ERROR, ".", 0, (), "nothing-to-read"))
    return Reading(
        tuple(sources["instruments"]), tuple(sources["scenarios"]), tuple(sources["modules"]), tuple(findings)
    )


def _files(folder: FilePath) -> Iterator[FilePath]:
    """Return what stands in the folders of content, and content in one that nobody reads (`module/`)."""
    for name in FOLDERS:
        yield from sorted(path for path in (folder / name).rglob("*") if _is_meant(path, folder))
    for path in sorted(folder.glob("*/*.yaml")):
        if path.parent.name not in FOLDERS and _is_meant(path, folder):
            yield path


def _is_meant(path: FilePath, folder: FilePath) -> bool:
    """Tell whether somebody put a file there, rather than a system or an editor for its own use."""
    return not path.is_dir() and not any(part.startswith(".") for part in path.relative_to(folder).parts)


def _read_file(path: FilePath, file: str) -> tuple[Source | None, tuple[Finding, ...]]:
    try:
        # One byte more than allowed is read, so that a huge file never stands in memory.
        with path.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError:
        return None, (Finding(Severity.ERROR, file, 0, (), "unreadable-file"),)
    return read_source(content, file)


def read_source(content: bytes, file: str) -> tuple[Source | None, tuple[Finding, ...]]:
    """Return the document of a file's bytes, None where they hold none, and all that its syntax breaks."""
    if len(content) > MOST_BYTES:
        return None, (Finding(Severity.ERROR, file, 0, (), "file-too-large", {"most": str(MOST_BYTES // 1024)}),)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return None, (Finding(Severity.ERROR, file, line, (), "not-utf8"),)
    composer = _Composer(file)
    try:
        composer.compose(text)
    except _Refused:
        pass
    except yaml.MarkedYAMLError as error:
        composer.refuse("yaml-syntax", error.problem_mark or error.context_mark, problem=error.problem or "")
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        composer.findings.append(
            Finding(Severity.ERROR, file, line, (), "bad-character", {"character": f"U+{_code_point(error):04X}"})
        )
        composer.is_whole = False
    return composer.source(), tuple(composer.findings)


def _code_point(error: yaml.reader.ReaderError) -> int:
    return error.character if isinstance(error.character, int) else ord(error.character)


class _Refused(Exception):
    """Nothing after this point of the file can be read."""


@dataclass(slots=True)
class _Level:
    """A mapping or list that is being filled."""

    value: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None
    key_line: int = 0
    is_repeated: bool = False


class _Composer:
    """Builds one document from parser events with its own stack, so that no nesting can exhaust Python's."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.lines: dict[Path, int] = {}
        self.levels: list[_Level] = []
        self.root: Any = None
        self.documents = 0
        self.is_whole = True

    def compose(self, text: str) -> None:
        """Take every event of the text."""
        loader = _StrictLoader(text)
        try:
            while loader.check_event():
                self._take(loader, loader.get_event())
        finally:
            loader.dispose()

    def source(self) -> Source | None:
        """Return what was read if it is one whole mapping; note why it is not."""
        if not self.is_whole:
            return None
        if self.root is None:
            self.findings.append(Finding(Severity.ERROR, self.file, 0, (), "empty-file"))
            return None
        if not isinstance(self.root, dict):
            self.findings.append(Finding(Severity.ERROR, self.file, 1, (), "not-a-mapping"))
            return None
        return Source(self.file, self.root, self.lines)

    def refuse(self, code: str, mark: Any, /, **values: str) -> None:
        """Note a fault after which the file is not used."""
        self.is_whole = False
        line = mark.line + 1 if mark else 0
        self.findings.append(Finding(Severity.ERROR, self.file, line, self._path(), code, values))

    def _take(self, loader: _StrictLoader, event: Any) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.refuse("several-documents", event.start_mark)
                raise _Refused
        elif isinstance(event, yaml.AliasEvent):
            self.refuse("alias", event.start_mark, value=str(event.anchor))
            self._place(None, event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.levels.pop()
        elif isinstance(event, yaml.NodeEvent):
            self._take_node(loader, event)

    def _take_node(self, loader: _StrictLoader, event: Any) -> None:
        if event.anchor is not None:
            self.refuse("alias", event.start_mark, value=event.anchor)
        if event.tag is not None:
            self.refuse("tag", event.start_mark, value=event.tag.removeprefix(_TAG))
        if isinstance(event, yaml.ScalarEvent):
            self._take_scalar(loader, event)
            return
        if self._awaits_key():
            self.refuse("key-not-a-word", event.start_mark)
            raise _Refused
        if len(self.levels) >= MOST_DEPTH:
            self.refuse("too-deep", event.start_mark, most=str(MOST_DEPTH))
            raise _Refused
        value: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._place(value, event)
        self.levels.append(_Level(value, path))

    def _take_scalar(self, loader: _StrictLoader, event: Any) -> None:
        if self._awaits_key():
            # Keys are words, whatever they look like: `1:` is the key "1".
            level = self.levels[-1]
            level.key, level.key_line = event.value, event.start_mark.line + 1
            level.is_repeated = event.value in level.value
            if level.is_repeated:
                path = (*level.path, event.value)
                first = str(self.lines[path])
                self.findings.append(
                    Finding(Severity.ERROR, self.file, level.key_line, path, "key-repeated", {"line": first})
                )
            return
        self._place(_scalar(loader, event), event)

    def _awaits_key(self) -> bool:
        return bool(self.levels) and isinstance(self.levels[-1].value, dict) and self.levels[-1].key is None

    def _path(self) -> Path:
        if not self.levels:
            return ()
        level = self.levels[-1]
        return (*level.path, level.key) if level.key is not None else level.path

    def _place(self, value: Any, event: Any) -> Path:
        """Put a value where it belongs and return its path; a repeated key never replaces what stands."""
        line = event.start_mark.line + 1
        if not self.levels:
            self.root = value
            self.lines[()] = line
            return ()
        level = self.levels[-1]
        if isinstance(level.value, list):
            path: Path = (*level.path, len(level.value))
            level.value.append(value)
            self.lines.setdefault(path, line)
            return path
        path = (*level.path, str(level.key))
        if not level.is_repeated:
            level.value[str(level.key)] = value
            self.lines.setdefault(path, level.key_line)
        level.key, level.is_repeated = None, False
        return path


def _scalar(loader: _StrictLoader, event: Any) -> Any:
    """Return the value of a scalar: text when quoted, else what our few resolvers make of it."""
    tag: str = loader.resolve(yaml.ScalarNode, event.value, event.implicit)  # type: ignore[no-untyped-call]
    tag = tag.removeprefix(_TAG)
    if tag == "str":
        return event.value
    if tag == "int":
        return int(event.value)
    if tag == "float":
        return float(event.value)
    return event.value == "true" if tag == "bool" else None
