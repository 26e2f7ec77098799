"""Which words of a text came and went: for a person who looks at two versions of it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Kind = Literal["same", "added", "removed"]

# Vowel marks, and what composes a letter: never apart from what they stand on.
_MARKS = r"\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
_LETTERS = rf"\w[\w{_MARKS}]*"
# One word: Wi-Fi, it’s, 24-25, 1,000. Spaces within a line; its end. A sign with what varies or joins it.
_TOKEN = re.compile(
    rf"{_LETTERS}(?:(?:['’-]|(?<=\d)[.,](?=\d))(?=\w){_LETTERS})*|"
    rf"(?P<space>[^\S\n]+)|\n|"
    rf"[^\w\s](?:[{_MARKS}\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]|\u200d[^\w\s])*",
)
_PARAGRAPH = re.compile(r"[^\n]*\n|[^\n]+")

# Comparing takes about as many steps as there are pairs of equal words: two ordinary texts of 10,000 signs have
# 50,000. Beyond half a second paragraphs come first, and of those that are still too much only the whole is told.
_MOST_PAIRS = 2_000_000


class Piece(NamedTuple):
    """A stretch of one of two texts or of both."""

    kind: Kind
    text: str


class _Stretch(NamedTuple):
    """What stands in both texts, or what stands in the one where something else stands in the other."""

    before: str
    after: str

    @property
    def is_same(self) -> bool:
        return self.before == self.after


class _Token(NamedTuple):
    words: str
    start: int
    end: int


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """Return the stretches of two texts in order, what was removed before what was added in its place.

    The stretches that are the same or removed make up `before` exactly, those the same or added `after`.
    """
    return tuple(_pieces(_tidy(_compared(before, after))))


def _compared(before: str, after: str) -> Iterator[_Stretch]:
    old, new = _tokens(before), _tokens(after)
    if _is_too_much(_words(old), _words(new)):
        yield from _by_paragraph(before, after)
    else:
        yield from _by_word(before, after, old, new)


def _tokens(text: str) -> list[_Token]:
    """Return words, signs and ends of lines; spaces are what is left between them."""
    return [_Token(found[0], *found.span()) for found in _TOKEN.finditer(text) if found["space"] is None]


def _is_too_much(old: Sequence[str], new: Sequence[str]) -> bool:
    often = Counter(new)
    return sum(often[one] for one in old) > _MOST_PAIRS


def _words(tokens: Sequence[_Token]) -> list[str]:
    return [token.words for token in tokens]


def _by_word(before: str, after: str, old: Sequence[_Token], new: Sequence[_Token]) -> Iterator[_Stretch]:
    """Give the stretches by the words that both texts have in the same order; spaces follow their words."""
    matcher = SequenceMatcher(None, _words(old), _words(new), autojunk=False)
    left, right = 0, 0
    for first, second, size in matcher.get_matching_blocks():
        for one, other in zip(old[first : first + size], new[second : second + size], strict=True):
            yield from _between(before[left : one.start], after[right : other.start])
            yield _Stretch(one.words, other.words)
            left, right = one.end, other.end
    yield from _between(before[left:], after[right:])


def _between(before: str, after: str) -> Iterator[_Stretch]:
    """Give what stands between two common words, with the spaces at both ends that stayed."""
    begin = _common_spaces(before, after)
    old, new = before[begin:], after[begin:]
    end = _common_spaces(old[::-1], new[::-1])
    yield _Stretch(before[:begin], before[:begin])
    yield _Stretch(old[: len(old) - end], new[: len(new) - end])
    yield _Stretch(old[len(old) - end :], old[len(old) - end :])


def _common_spaces(before: str, after: str) -> int:
    common = 0
    for one, other in zip(before, after, strict=False):
        if one != other or not one.isspace():
            break
        common += 1
    return common


def _by_paragraph(before: str, after: str) -> Iterator[_Stretch]:
    """Give the stretches paragraph by paragraph; of those that changed, the words where that is still quick."""
    old, new = _PARAGRAPH.findall(before), _PARAGRAPH.findall(after)
    if _is_too_much(old, new):
        yield _Stretch(before, after)
        return
    for _, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        was, now = "".join(old[first:last]), "".join(new[begin:end])
        was_tokens, now_tokens = _tokens(was), _tokens(now)
        if was == now or _is_too_much(_words(was_tokens), _words(now_tokens)):
            yield _Stretch(was, now)
        else:
            yield from _by_word(was, now, was_tokens, now_tokens)


def _tidy(stretches: Iterator[_Stretch]) -> Iterator[_Stretch]:
    """Join what belongs together, and take a sign or a space between two changes for a part of them."""
    last: _Stretch | None = None
    island = ""
    for one in stretches:
        if one.is_same:
            island += one.before
        elif last is not None and not _is_worth_keeping(island):
            last, island = _Stretch(last.before + island + one.before, last.after + island + one.after), ""
        else:
            yield from _told(last, island)
            last, island = one, ""
    yield from _told(last, island)


def _told(change: _Stretch | None, following: str) -> Iterator[_Stretch]:
    if change is not None:
        yield change
    if following:
        yield _Stretch(following, following)


def _is_worth_keeping(island: str) -> bool:
    return "\n" in island or any(sign.isalnum() for sign in island)


def _pieces(stretches: Iterator[_Stretch]) -> Iterator[Piece]:
    for one in stretches:
        if one.is_same:
            yield Piece("same", one.before)
            continue
        if one.before:
            yield Piece("removed", one.before)
        if one.after:
            yield Piece("added", one.after)
