"""Stored text, a small subset of Markdown, as safe HTML or plain text for one reader.

Everything is escaped; the only markup that comes out is written here. Digits follow the reader, except in
code, addresses and Latin runs. Runs of the other script are isolated; short ones stay in one line.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from typing import Literal, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from quiz.language.bidi import Run, arabic_runs, isolate, latin_runs, strip_controls
from quiz.language.locale import ReaderLocale
from quiz.language.numbers import set_digits

# A passage that a learner can point at: its number, its words. Private signs, which no text of ours holds.
_PASSAGE = re.compile("\ue000(\\d+)\ue001(.*?)\ue002")

_MARKDOWN = MarkdownIt("zero").enable(["list", "emphasis", "backticks", "escape", "newline"])
_BLOCKS = {
    "bullet_list_open": "<ul>",
    "bullet_list_close": "</ul>",
    "ordered_list_close": "</ol>",
    "list_item_open": "<li>",
    "list_item_close": "</li>",
}
_INLINE = {
    "em_open": "<strong>",
    "em_close": "</strong>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "softbreak": "\n",
    "hardbreak": "<br>\n",
}


def passage(number: int, words: str) -> str:
    """Return a numbered passage as it stands in a text that is to be shown."""
    return f"\ue000{number}\ue001{words}\ue002"


class Piece(NamedTuple):
    """A stretch of text of one script: words in the text's own language, or a run of the other."""

    words: str
    kind: Literal["own", "ltr", "rtl"]

    @property
    def is_short(self) -> bool:
        """Tell whether the piece should stand in one line."""
        return Run(0, len(self.words)).is_short


@lru_cache(maxsize=4096)
def block(text: str, text_language: str, locale: ReaderLocale) -> str:
    """Return paragraphs and lists as HTML."""
    return "".join(_blocks(_MARKDOWN.parse(strip_controls(text)), text_language, locale))


@lru_cache(maxsize=4096)
def inline(text: str, text_language: str, locale: ReaderLocale) -> str:
    """Return one line as HTML: emphasis and runs, without paragraphs or lists."""
    line = " ".join(strip_controls(text).split())
    return "".join(_inline(token, text_language, locale) for token in _MARKDOWN.parseInline(line)[0].children or ())


@lru_cache(maxsize=512)
def plain(text: str, text_language: str, locale: ReaderLocale) -> str:
    """Return the words without markup, runs of the other script isolated by control characters, for mail."""
    lines = []
    for token in _MARKDOWN.parse(strip_controls(text)):
        if token.type == "inline":
            lines.append("".join(_plain(child, text_language, locale) for child in token.children or ()))
    return "\n".join(lines)


@lru_cache(maxsize=512)
def pieces(text: str, text_language: str, locale: ReaderLocale) -> tuple[Piece, ...]:
    """Return the stretches of a text without markup, digits set; their words joined are the whole text."""
    runs = latin_runs(text) if text_language == "ar" else arabic_runs(text)
    other: Literal["ltr", "rtl"] = "ltr" if text_language == "ar" else "rtl"
    found: list[Piece] = []
    reached = 0
    for run in runs:
        if run.start > reached:
            found.append(Piece(_digits(text[reached : run.start], text_language, locale), "own"))
        found.append(Piece(text[run.start : run.end], other))
        reached = run.end
    if reached < len(text):
        found.append(Piece(_digits(text[reached:], text_language, locale), "own"))
    return tuple(found)


def as_written(text: str, text_language: str, locale: ReaderLocale) -> str:
    """Return the words of a person as HTML, line by line: nothing in them is markup, and nothing is kept of them."""
    lines = strip_controls(text).splitlines()
    return "\n".join("".join(map(_html, pieces.__wrapped__(line, text_language, locale))) for line in lines)


def _digits(words: str, text_language: str, locale: ReaderLocale) -> str:
    # English shown for lack of Arabic keeps its own digits.
    return set_digits(words, locale) if text_language == "ar" else words


def _blocks(tokens: Sequence[Token], text_language: str, locale: ReaderLocale) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield from (_inline(child, text_language, locale) for child in token.children or ())
        elif token.type in ("paragraph_open", "paragraph_close"):
            if not token.hidden:
                yield "<p>" if token.nesting > 0 else "</p>\n"
        elif token.type == "ordered_list_open":
            yield _ordered_list(token, text_language, locale)
        else:
            yield _BLOCKS[token.type]


def _ordered_list(token: Token, text_language: str, locale: ReaderLocale) -> str:
    # The browser writes these numbers itself: a class tells the style sheet in which digits.
    marked = f' class="numbered numbered--{locale.digits}"' if text_language == "ar" else ""
    start = token.attrGet("start")
    return f"<ol{marked}>" if start is None else f'<ol{marked} start="{int(start)}">'


def _inline(token: Token, text_language: str, locale: ReaderLocale) -> str:
    if token.type == "text":
        return "".join(_marked(token.content, text_language, locale))
    if token.type == "code_inline":
        return f'<bdi class="code" dir="ltr">{escape(token.content)}</bdi>'
    return _INLINE[token.type]


def _marked(text: str, text_language: str, locale: ReaderLocale) -> Iterator[str]:
    """Give the pieces of a text as HTML, with each passage marked and numbered in the reader's digits."""
    reached = 0
    for found in _PASSAGE.finditer(text):
        yield from map(_html, pieces(text[reached : found.start()], text_language, locale))
        words = "".join(map(_html, pieces(found[2], text_language, locale)))
        number = set_digits(found[1], locale)
        yield f'<mark class="passage"><span class="passage__number">{number}</span> {words}</mark>'
        reached = found.end()
    yield from map(_html, pieces(text[reached:], text_language, locale))


def _html(piece: Piece) -> str:
    words = escape(piece.words)
    if piece.kind == "own":
        return words
    language = ' lang="ar"' if piece.kind == "rtl" else ""
    if piece.is_short:
        return f'<bdi class="run"{language} dir="{piece.kind}">{words}</bdi>'
    return f'<span class="run run--long"{language} dir="{piece.kind}">{words}</span>'


def _plain(token: Token, text_language: str, locale: ReaderLocale) -> str:
    if token.type == "text":
        found = pieces(token.content, text_language, locale)
        return "".join(one.words if one.kind == "own" else isolate(one.words, one.kind) for one in found)
    if token.type == "code_inline":
        return isolate(token.content, "ltr")
    return "\n" if token.type == "hardbreak" else " " if token.type == "softbreak" else ""
