"""XML from outside, read into a bounded tree: no document type, no entities, no depth and no flood of elements."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers.expat import errors

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, XMLParser

from quiz.bank.findings import Finding, Severity

MOST_BYTES = 16 * 1024 * 1024
# Five times what all the shipped content has.
MOST_ELEMENTS = 200_000
MOST_DEPTH = 40

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_ENCODING = {errors.codes[errors.XML_ERROR_UNKNOWN_ENCODING], errors.codes[errors.XML_ERROR_INCORRECT_ENCODING]}
# So much at a time that what is refused is refused before it fills the memory.
_PORTION = 64 * 1024


@dataclass(slots=True)
class Node:
    """An element: its name with its namespace (`{urn:…}unit`), its line, and texts and elements in their order."""

    name: str
    attributes: Mapping[str, str]
    line: int
    keeps_spaces: bool
    parts: list["str | Node"] = field(default_factory=list)

    def children(self, *names: str) -> Iterator["Node"]:
        """Return the elements right under this one that have one of the names."""
        return (part for part in self.parts if isinstance(part, Node) and part.name in names)


def read_xml(content: bytes, file: str) -> Node | Finding:
    """Return the root of a document in any encoding XML allows, or what is wrong with it."""
    if len(content) > MOST_BYTES:
        return Finding(Severity.ERROR, file, 0, (), "file-too-large", {"most": str(MOST_BYTES // 1024)})
    tree = _Tree(file)
    parser: Any = XMLParser(target=tree, forbid_dtd=True)
    tree.parser = parser.parser
    try:
        for start in range(0, len(content), _PORTION):
            parser.feed(content[start : start + _PORTION])
        root: Node = parser.close()
    except _Refused as refusal:
        return refusal.finding
    except DefusedXmlException:
        return Finding(Severity.ERROR, file, tree.line, (), "xml-doctype")
    except ParseError as error:
        if error.code in _ENCODING:
            return Finding(Severity.ERROR, file, 0, (), "xml-encoding")
        return Finding(Severity.ERROR, file, error.position[0], (), "xml-not-well-formed")
    except (ValueError, LookupError):
        # What Python makes of the name of an encoding that it does not know, or that expat cannot use.
        return Finding(Severity.ERROR, file, 0, (), "xml-encoding")
    return root


class _Refused(Exception):
    """The document is more than anybody would send."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


class _Tree:
    """Takes what the parser meets; the parser calls these methods by their names."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.parser: Any = None
        self.root: Node | None = None
        self.opened: list[Node] = []
        self.elements = 0

    @property
    def line(self) -> int:
        """Return the line that the parser has reached."""
        return int(self.parser.CurrentLineNumber)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Open an element."""
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise _Refused(
                Finding(Severity.ERROR, self.file, self.line, (), "too-many-elements", {"most": str(MOST_ELEMENTS)})
            )
        if len(self.opened) >= MOST_DEPTH:
            raise _Refused(Finding(Severity.ERROR, self.file, self.line, (), "too-deep", {"most": str(MOST_DEPTH)}))
        around = self.opened[-1] if self.opened else None
        keeps_spaces = attributes.get(_SPACE, "preserve" if around and around.keeps_spaces else "") == "preserve"
        node = Node(name, attributes, self.line, keeps_spaces)
        if around:
            around.parts.append(node)
        self.root = self.root or node
        self.opened.append(node)

    def end(self, name: str) -> None:
        """Close the element that was opened last."""
        self.opened.pop()

    def data(self, words: str) -> None:
        """Take a piece of text; long ones come in several pieces."""
        if self.opened:
            self.opened[-1].parts.append(words)

    def close(self) -> Node | None:
        """Return what the document holds."""
        return self.root
