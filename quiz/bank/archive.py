"""A content folder in one file: a zip that is sent to the desk, and one that is taken away."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from zipfile import ZipFile, ZipInfo

from quiz.bank.findings import Finding, Severity
from quiz.bank.layout import file_name, kind_of
from quiz.bank.reader import FOLDERS, MOST_BYTES, Reading, Source, read_source
from quiz.bank.writer import content_files
from quiz.bank.zipped import MIB, Limits, Refused, name_of, open_zip, pack, shown_name, unpack

MOST_FILES = 5000
# Systems add entries of their own beside each file.
LIMITS = Limits(entries=4 * MOST_FILES, together=64 * MIB, times=100)

_ZIPS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ARCHIVES = (*_ZIPS, b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")
_ARCHIVE_ENDINGS = (".zip", ".gz", ".tgz", ".tar", ".rar", ".7z", ".bz2", ".xz", ".zst", ".jar", ".xlsx", ".docx")
_OF_SYSTEMS = {"__macosx", "thumbs.db", "desktop.ini"}


def read_archive(content: bytes, name: str = "") -> Reading:
    """Read a zip of content files, or the bytes of one content file; nothing stops it, all faults are collected.

    Files stand in the zip as in a content folder, with or without one folder around everything; files without any
    folder, and a single file, are placed by what they hold. `name` is what was sent, for findings about all of it.
    """
    if content.startswith(_ZIPS):
        try:
            with open_zip(content, LIMITS) as opened:
                return _Unpacking(opened).read()
        except Refused as refused:
            return Reading(findings=(_finding(name, refused),))
    if b"\x00" in content[:4096] or content.startswith((b"%PDF", *_ARCHIVES)):
        return Reading(findings=(Finding(Severity.ERROR, name, 0, (), "not-an-archive"),))
    return _read_alone(content, name)


def write_archive(documents: Iterable[tuple[str, Mapping[str, Any]]]) -> bytes:
    """Return documents of their kinds as a zip in the layout of content; the same documents give the same bytes.

    Raise Unwritable as `content_files` does.
    """
    return pack(sorted(content_files(documents)))


def _finding(file: str, refused: Refused) -> Finding:
    return Finding(Severity.ERROR, file, 0, (), refused.code, refused.values)


def _read_alone(content: bytes, name: str) -> Reading:
    source, findings = read_source(content, name)
    if source is None:
        return Reading(findings=findings)
    kind = kind_of(source.document)
    if kind is None:
        return Reading(findings=(*findings, source.error("document-of-no-kind")))
    # Nobody has named this file for its place; where its key could not, it keeps the name it came with.
    placed = replace(source, file=file_name(kind, source.document) or name)
    return Reading(**{f"{kind}s": (placed,)}, findings=findings)


class _Unpacking:
    """Takes the content files out of a zip, one after the other."""

    def __init__(self, opened: ZipFile) -> None:
        self.opened = opened
        self.sources: dict[str, list[Source]] = {folder: [] for folder in FOLDERS}
        self.findings: list[Finding] = []
        self.taken: set[str] = set()

    def read(self) -> Reading:
        """Return everything that can be read, and everything that cannot."""
        files = sorted(self._files(), key=lambda file: file[0])
        if len(files) > MOST_FILES:
            raise Refused("zip-too-many", most=str(MOST_FILES))
        around = _folder_around([name for name, _ in files])
        for name, info in files:
            place = name.removeprefix(around)
            try:
                self._read(place, info)
            except Refused as refused:
                self.findings.append(_finding(place, refused))
        if not self.findings and not any(self.sources.values()):
            self.findings.append(Finding(Severity.ERROR, ".", 0, (), "nothing-to-read"))
        lists = {folder: tuple(sorted(found, key=lambda one: one.file)) for folder, found in self.sources.items()}
        return Reading(**lists, findings=tuple(self.findings))

    def _files(self) -> Iterator[tuple[str, ZipInfo]]:
        """Return what somebody meant to send, with its name; folders and what systems add are passed over."""
        for info in self.opened.infolist():
            try:
                name = name_of(info)
            except Refused as refused:
                self.findings.append(_finding(shown_name(info), refused))
                continue
            steps = name.split("/")
            if not info.is_dir() and not any(step.startswith(".") or step.lower() in _OF_SYSTEMS for step in steps):
                yield name, info

    def _read(self, place: str, info: ZipInfo) -> None:
        """Take one file; raise Refused where it is none of content's."""
        if place.lower().endswith(_ARCHIVE_ENDINGS):
            raise Refused("nested-archive")
        folder, *under = place.split("/")
        if not place.endswith(".yaml") or (under and len(under) + 1 != FOLDERS.get(folder)):
            raise Refused("stray-file")
        content = unpack(self.opened, info, MOST_BYTES)
        if content.startswith(_ARCHIVES):
            raise Refused("nested-archive")
        source, found = read_source(content, place)
        self.findings.extend(found)
        if source:
            source = source if under else _placed(source)
            self._take(source)

    def _take(self, source: Source) -> None:
        # One file system keeps these apart and another does not.
        if source.file.casefold() in self.taken:
            raise Refused("file-twice")
        self.taken.add(source.file.casefold())
        self.sources[source.file.partition("/")[0]].append(source)


def _folder_around(names: list[str]) -> str:
    """Return the one folder that everything stands in, where there is one that is not of content's own."""
    tops = {name.partition("/")[0] for name in names if "/" in name}
    if len(tops) != 1:
        return ""
    (top,) = tops
    return "" if top in FOLDERS else f"{top}/"


def _placed(source: Source) -> Source:
    """Return a file that stands in no folder where its document belongs."""
    kind = kind_of(source.document)
    if kind is None:
        raise Refused("document-of-no-kind")
    place = file_name(kind, {**source.document, "key": "a"}) or f"{kind}s/a.yaml"
    return replace(source, file=place.replace("/a.yaml", f"/{source.file}"))
