"""A situation with one question: what is shown, what may be chosen, and why each choice is or is not sound."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from quiz.engine.instrument import Citation
from quiz.engine.text import Text

BANKS = ("eg-conduct", "eg-cybercrime", "ae-conduct")
VALUES = ("integrity", "transparency", "impartiality", "sincerity")
AUDIENCES = ("everyone", "communications", "it", "managers", "front-desk", "procurement", "hr")
PICKS = ("most", "least")
RATINGS = ("very_appropriate", "appropriate", "inappropriate", "very_inappropriate")


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation."""

    who: Text
    says: Text


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What the employee looks at, in its medium: post, message, email, memo or dialogue."""

    medium: str
    texts: Mapping[str, Text] = field(default_factory=dict, hash=False)
    plain: Mapping[str, str] = field(default_factory=dict, hash=False)
    official: bool | None = None
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """What may be chosen, rated, ordered or marked, with its ruling.

    `path` is where it stands in the document; of a branching scenario the key is `<node>/<choice>`.
    """

    key: str
    text: Text
    ruling: Text
    cites: tuple[Citation, ...]
    credit: Fraction | None = None
    consequence: Text | None = None
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """One turn of a branching scenario: what is met there, and where each of its choices leads (None: the end)."""

    key: str
    situation: Text
    exhibit: Exhibit | None
    leads: Mapping[str, str | None] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same act under another edition."""

    edition: str
    cites: tuple[Citation, ...]
    verdict: str
    note: Text


@dataclass(frozen=True, slots=True)
class Scenario:
    """One situation of a bank, complete enough to be asked, marked and explained."""

    key: str
    bank: str
    kind: str
    title: Text
    situation: Text
    jurisdiction: str
    sensitive: bool
    prompt: Text
    options: tuple[Option, ...]
    cites: tuple[Citation, ...]
    topics: tuple[str, ...]
    values: tuple[str, ...]
    audience: tuple[str, ...]
    difficulty: int
    exhibit: Exhibit | None = None
    compare: tuple[Comparison, ...] = ()
    key_ratings: Mapping[str, str] = field(default_factory=dict, hash=False)
    key_choice: Mapping[str, str] = field(default_factory=dict, hash=False)
    key_order: tuple[str, ...] = ()
    nodes: tuple[Node, ...] = ()
    hint: Text | None = None
    author_note: str | None = None

    def option(self, key: str) -> Option:
        """Return the option of that key; raise KeyError where there is none."""
        for option in self.options:
            if option.key == key:
                return option
        raise KeyError(key)

    def node(self, key: str) -> Node:
        """Return the node of that key; raise KeyError where there is none."""
        for node in self.nodes:
            if node.key == key:
                return node
        raise KeyError(key)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Return every citation a mark rests on: the scenario's and the options', never the comparisons'."""
        return tuple(dict.fromkeys(self.cites + tuple(cite for option in self.options for cite in option.cites)))
