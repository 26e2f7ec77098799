"""Latin and Arabic in one line: isolation for plain text, and where the runs of the other script are."""

import re
from typing import Literal, NamedTuple

from quiz.language.locale import Direction

_OPENERS = {"auto": "\u2068", "ltr": "\u2066", "rtl": "\u2067"}
_CLOSER = "\u2069"
_CONTROLS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")

# A run longer than this may break over two lines; a shorter one reads better in one piece.
SHORT = 24

_ARABIC = "\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefe"
_LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
# +20 2 1234 5678 and 2026-11-21 hold no letter, yet they turn round in an Arabic line just the same.
_NUMBERED = r"\+[0-9][0-9 ()-]{5,}[0-9]|[0-9]+(?:-[0-9]+){2,}"
# A word ends at a space, at Arabic, and at the quotation marks of an Arabic sentence.
_WORD = re.compile(rf"(?P<numbered>{_NUMBERED})|[^\s{_ARABIC}«»“”]+")
_HAS_LETTER = re.compile(f"[{_LETTER}]")
_HAS_DIGIT = re.compile("[0-9]")
_COUNT = re.compile(r"(?!(?:19|20)[0-9]{2}\Z)[0-9]+")
_COUNTED = re.compile(rf"\s+[{_ARABIC}]")
_GAP = re.compile("[ \u00a0]*")
_ARABIC_RUN = re.compile(rf"[{_ARABIC}]+(?:[ \u00a0]+[{_ARABIC}]+)*")
_CLOSED_BY = {"(": ")", "[": "]", "{": "}"}
_OPENED_BY = {close: open_ for open_, close in _CLOSED_BY.items()}
_LEADING = "'\"-–—.,:;!?"
_TRAILING = "'\"-–—.,:;!?…"


class Run(NamedTuple):
    """A stretch of the other script inside a text: where it begins, and where it has ended."""

    start: int
    end: int

    @property
    def is_short(self) -> bool:
        """Tell whether the run should stand in one line."""
        return self.end - self.start <= SHORT


def isolate(text: str, direction: Literal["auto"] | Direction = "auto") -> str:
    """Return a value that can stand in a line of plain text of either direction: a mail, a sheet."""
    return f"{_OPENERS[direction]}{strip_controls(text)}{_CLOSER}"


def language_of(text: str) -> Literal["ar", "en"]:
    """Return in which of the two languages most letters of a text are; Arabic where there are none."""
    arabic, latin = len(re.findall(f"[{_ARABIC}]", text)), len(_HAS_LETTER.findall(text))
    return "en" if latin > arabic else "ar"


def strip_controls(text: str) -> str:
    """Return a text without the characters that steer direction unseen."""
    return _CONTROLS.sub("", text)


def has_controls(text: str) -> bool:
    """Tell whether a text holds characters that steer direction unseen."""
    return _CONTROLS.search(text) is not None


def latin_runs(text: str) -> tuple[Run, ...]:
    """Return the Latin stretches of an Arabic text, in order: names, handles, addresses, codes.

    A number of several parts belongs to the Latin word before it («Tender 44/2026»), and so does a year; any
    other only where it does not count the Arabic word after it («Windows 11،» but not «Facebook 3 مرات»).
    """
    runs: list[Run] = []
    reached = -1  # where the words end that could still belong to the last run
    for word in _WORD.finditer(text):
        follows = bool(runs) and reached >= 0 and _GAP.fullmatch(text, reached, word.start()) is not None
        if word["numbered"] or _HAS_LETTER.search(word[0]):
            start = runs.pop().start if follows else word.start()
            runs.append(Run(start, word.end()))
        elif follows and _belongs(text, word):
            runs.append(Run(runs.pop().start, word.end()))
        elif not follows:
            continue
        reached = word.end()
    return tuple(_trimmed(text, *run) for run in runs)


def arabic_runs(text: str) -> tuple[Run, ...]:
    """Return the Arabic stretches of a Latin text, in order."""
    return tuple(Run(*found.span()) for found in _ARABIC_RUN.finditer(text))


def _belongs(text: str, word: re.Match[str]) -> bool:
    if not _HAS_DIGIT.search(word[0]):
        return False
    return not (_COUNT.fullmatch(word[0]) and _COUNTED.match(text, word.end()))


def _trimmed(text: str, start: int, end: int) -> Run:
    """Return the run without the punctuation round it: «C++» keeps its signs, «(IT).» loses them."""
    while True:
        if text[start] in _LEADING or _closing(text, start, end) == end:
            start += 1
        elif text[end - 1] in _TRAILING or _is_unopened(text, start, end):
            end -= 1
        elif _closing(text, start, end) == end - 1:
            start, end = start + 1, end - 1
        else:
            return Run(start, end)


def _closing(text: str, start: int, end: int) -> int:
    """Return where the bracket at `start` closes, `end` where it never does, -1 where none is."""
    opener = text[start]
    if opener not in _CLOSED_BY:
        return -1
    depth = 0
    for place in range(start, end):
        depth += (text[place] == opener) - (text[place] == _CLOSED_BY[opener])
        if depth == 0:
            return place
    return end


def _is_unopened(text: str, start: int, end: int) -> bool:
    last = text[end - 1]
    return last in _OPENED_BY and text.count(_OPENED_BY[last], start, end) < text.count(last, start, end)
