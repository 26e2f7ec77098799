"""What is wrong with the content, and where: findings by code, and the report that collects them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from quiz.engine.reading import Path


class Severity(StrEnum):
    """An error stops publishing; a warning is acknowledged by the reviewer with a reason."""

    ERROR = "error"
    WARNING = "warning"


def counted_from_1(path: Path) -> str:
    """Return a path as it is read aloud: `options.2.ruling.ar`."""
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in path)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a file: how grave, where, which kind, and the values its sentence needs.

    `file` is relative to the content folder, `line` counts from 1 and is 0 where the whole file is meant,
    `path` is the place in the document. The sentence is chosen at the edge, in the language of the reader.
    """

    severity: Severity
    file: str
    line: int
    path: Path
    code: str
    values: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def place(self) -> str:
        """Return the path as it is read aloud in a report: `options.2.ruling.ar`, counted from 1."""
        return counted_from_1(self.path)

    def document(self) -> dict[str, Any]:
        """Return the plain form that a program reads."""
        return {
            "severity": self.severity.value,
            "file": self.file,
            "line": self.line,
            "path": list(self.path),
            "code": self.code,
            "values": dict(self.values),
        }


def _order(finding: Finding) -> tuple[str, int, str, str, str]:
    return finding.file, finding.line, finding.severity.value, finding.code, finding.place


@dataclass(frozen=True, slots=True)
class Report:
    """Every finding, in the order of files and lines."""

    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> "Report":
        """Sort the findings by file and line, an error before a warning."""
        return cls(tuple(sorted(findings, key=_order)))

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return what stops publishing."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Return what a reviewer has to acknowledge."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.WARNING)

    @property
    def has_errors(self) -> bool:
        """Tell whether anything stops publishing."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)
