"""Every regular expression of ours: where it stands, how it is asked, and texts that are made to keep it busy."""

import ast
import importlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

from tests.codebase.test_house_rules import CODE, name

WHOLE = {"fullmatch", "match"}
ANYWHERE = {"search", "findall", "finditer", "sub", "subn", "split"}
# What is tried for a class of signs: the first that it takes.
# Held by a library, which matches from the beginning.
MATCHED_ELSEWHERE = {"quiz/bank/reader.py:_RESOLVERS"}
SIGNS = "a1 -./:\nاA<\"'«[]é،@#%_=+(*\x00\ue000\u064b\u202e"
COMMON = (" ", "a", "ا", "1", "-", ".", "\n", "<", "[", "«", "a ", "1,", "[[a:", "<!--[if", "٣", "a-")


@dataclass(frozen=True)
class Found:
    """One expression, the modules it stands in, and whether it is only ever held against a whole text."""

    pattern: re.Pattern[str]
    where: str
    is_whole: bool

    def cost_of(self, text: str) -> object:
        """Ask it of a text as the code does."""
        return self.pattern.fullmatch(text) if self.is_whole else sum(1 for _ in self.pattern.finditer(text))


def found() -> list[Found]:
    """Return every expression over text that a module holds, or writes where it is asked."""
    at: dict[tuple[str, int], set[str]] = defaultdict(set)
    ways: dict[tuple[str, int], set[str]] = defaultdict(set)
    for path in CODE:
        if "migrations" in path.parts or path.name == "__main__.py":
            continue
        tree = ast.parse(path.read_text())
        asked = _asked(tree)
        module = importlib.import_module(name(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
        for held, pattern in _held(module):
            if isinstance(pattern.pattern, str):
                key = (pattern.pattern, pattern.flags)
                at[key].add(f"{name(path)}:{held}")
                ways[key] |= asked.get(held, set())
        for way, pattern in _inline(tree):
            at[pattern.pattern, pattern.flags].add(f"{name(path)}:{way}")
            ways[pattern.pattern, pattern.flags].add(way)
    # An expression that stands in a list is asked in a loop: as if it were sought.
    return [
        Found(re.compile(*key), (at_first := min(places)), at_first in MATCHED_ELSEWHERE or _is_whole(ways[key]))
        for key, places in sorted(at.items())
    ]


def _is_whole(ways: set[str]) -> bool:
    return bool(ways) and ways <= WHOLE


def _held(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any]]]:
    waiting = [(held, value) for held, value in vars(module).items() if not held.startswith("__")]
    while waiting:
        held, value = waiting.pop()
        if isinstance(value, re.Pattern):
            yield held, value
        elif isinstance(value, dict):
            waiting += [(held, one) for one in value.values()]
        elif isinstance(value, list | tuple):
            waiting += [(held, one) for one in value]


def _asked(tree: ast.AST) -> dict[str, set[str]]:
    asked: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in WHOLE | ANYWHERE:
            asked[node.value.id].add(node.attr)
    return asked


def _inline(tree: ast.AST) -> Iterator[tuple[str, re.Pattern[str]]]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and (node.func.value.id, node.func.attr in WHOLE | ANYWHERE) == ("re", True)
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.func.attr, re.compile(node.args[0].value)


def pieces(pattern: str, flags: int) -> list[str]:
    """Return, in order, what each part of an expression takes at least, the parts of its groups as well."""
    return [piece for piece in _pieces(parser.parse(pattern, flags & ~re.UNICODE)) if piece]


def _pieces(tree: Any) -> Iterator[str]:
    for kind, value in tree:
        if kind is kinds.LITERAL:
            yield chr(value)
        elif kind in {kinds.IN, kinds.NOT_LITERAL, kinds.ANY}:
            yield next((sign for sign in SIGNS if _takes(kind, value, sign)), "a")
        elif kind in {kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT}:
            yield from _pieces(value[2])
        elif kind is kinds.SUBPATTERN:
            yield from _pieces(value[3])
        elif kind is kinds.BRANCH:
            for way in value[1]:
                yield from _pieces(way)
        elif kind is kinds.ATOMIC_GROUP:
            yield from _pieces(value)


def _takes(kind: Any, value: Any, sign: str) -> bool:
    if kind is kinds.ANY:
        return sign != "\n"
    if kind is kinds.NOT_LITERAL:
        return ord(sign) != value
    is_not = bool(value) and value[0][0] is kinds.NEGATE
    is_in = any(_is_in(one, said, sign) for one, said in value)
    return is_in is not is_not


def _is_in(kind: Any, said: Any, sign: str) -> bool:
    if kind is kinds.LITERAL:
        return bool(ord(sign) == said)
    if kind is kinds.RANGE:
        return bool(said[0] <= ord(sign) <= said[1])
    if kind is kinds.CATEGORY:
        word = str(said).rpartition("CATEGORY_")[2]
        is_in = {"DIGIT": sign.isdigit(), "SPACE": sign.isspace(), "WORD": sign.isalnum() or sign == "_"}
        return not is_in[word.removeprefix("NOT_")] if word.startswith("NOT_") else is_in[word]
    return False


def texts(one: Found, length: int) -> Iterator[tuple[str, str]]:
    """Give what is repeated, and a text about as long: a beginning, the part again and again, and an end that fails."""
    parts = pieces(one.pattern.pattern, one.pattern.flags)
    starts = ["".join(parts[:at]) for at in range(len(parts) + 1)]
    pumps = {(start, part) for start, part in zip(starts, parts, strict=False)}
    pumps |= {(start, part + after) for start, part, after in zip(starts, parts, parts[1:], strict=False)}
    pumps |= {("", start) for start in starts[1:]} | {("", part) for part in (*parts, *COMMON)}
    for start, pump in sorted(pumps):
        yield start + pump, start + pump * (length // len(pump) + 1) + "\x00"
