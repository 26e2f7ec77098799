"""What is pasted from Word, chats and PDFs is cleaned before it is kept, and it is counted what was done.

Nothing that somebody may have meant is touched: HTML, Latin punctuation and English quotation marks stay as they
are, for the editorial law to judge with its place.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from quiz.language.bidi import strip_controls
from quiz.language.numbers import plain_digits

# Only tags nested in tags on purpose take more; what is left of them the law refuses.
_MOST_ROUNDS = 20

# A step gives the text as it leaves it, and how many things it put right.
Step = Callable[[str], tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text that can be kept, and how much of each kind was put right; nothing stands here as 0."""

    text: str
    changes: Mapping[str, int] = field(default_factory=dict, hash=False)


def clean(text: str) -> Cleaned:
    """Return a pasted text as it can be kept; cleaning it again changes nothing.

    Line ends are made one sign without being counted: every browser sends CR LF, whatever was typed.
    """
    kept = text.replace("\r\n", "\n")
    changes: Counter[str] = Counter()
    # What is taken away may bring together what has to go as well; mostly the second round finds nothing.
    for _ in range(_MOST_ROUNDS):
        before = kept
        for code, step in _STEPS:
            kept, count = step(kept)
            changes[code] += count
        if kept == before:
            break
    return Cleaned(kept, {code: count for code, count in changes.items() if count})


def _replacing(pattern: str, by: str | Callable[[re.Match[str]], str] = "") -> Step:
    compiled = re.compile(pattern)
    return lambda text: compiled.subn(by, text)


def _translating(letters: Mapping[str, str]) -> Step:
    return _replacing(f"[{''.join(letters)}]", lambda found: letters[found[0]])


def _in_turn(*steps: Step) -> Step:
    def every(text: str) -> tuple[str, int]:
        total = 0
        for step in steps:
            text, count = step(text)
            total += count
        return text, total

    return every


# What Word lays beside the words

_CONDITION = re.compile(r"<!--\[if\b[^\]<>]{0,200}\]>")
_CONDITION_END = "<![endif]-->"
_WORD_TAGS = (
    # Tags of Office's own namespaces, and the brackets of a condition whose content everybody sees.
    r"<o:p>(?:&nbsp;|\s){0,20}</o:p>|</?(?:o|w|m|v|st1):\w{1,40}(?:\s[^<>]{0,400})?/?>|"
    r"<\?xml:namespace[^<>]{0,400}>|<!--(?:Start|End)Fragment-->|"
    r"<!\[(?:if\b[^\]<>]{0,200}|endif)\](?:--)?>|<!--\[(?:if\b[^\]<>]{0,200}|endif)\]-->"
)
# The settings of a document, and its table of styles, as they come along where markup is pasted as words.
_WORD_SETTINGS = (
    r"(?m)^[ \t]*+Normal\s{1,20}0\s{1,20}(?:\d{1,2}\s{1,20})?(?:(?:false|true)\b\s{0,20}){3}"
    r"(?:(?:[A-Z]{2}-[A-Z]{2}|X-NONE|MicrosoftInternetExplorer\d)\b\s{0,20}){0,4}|"
    r"/\* Style Definitions \*/"
    r"(?:\s{0,40}(?:table|p|li|div|span|ol|ul|a|@list|@page)[^{}<>]{0,200}\{[^{}]{0,4000}\})*\s?"
)


def _without_conditions(text: str) -> tuple[str, int]:
    """Drop each conditional comment with what it holds; one that is never closed stays for the law to refuse."""
    kept: list[str] = []
    reached = 0
    for found in _CONDITION.finditer(text):
        if found.start() < reached:
            continue
        end = text.find(_CONDITION_END, found.end())
        if end < 0:
            break
        kept.append(text[reached : found.start()])
        reached = end + len(_CONDITION_END)
    return "".join(kept) + text[reached:], len(kept)


# Signs that are not seen

_CONTROLS = r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
_EMOJI = r"\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
# A joiner holds an emoji of several signs together; anywhere else it only hides.
_INVISIBLE = (
    r"[\u00ad\u034f\u115f\u1160\u180e\u200b\u200c\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffc"
    rf"\U000e0000-\U000e0fff]|(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])"
)


def _directions(text: str) -> tuple[str, int]:
    kept = strip_controls(text)
    return kept, len(text) - len(kept)


# Letters

# Phrases that are one sign, and that Unicode does not unfold itself.
_PHRASES = {
    "\ufd3e": "»", "\ufd3f": "«",
    "\ufd40": "رحمه الله", "\ufd41": "رضي الله عنه", "\ufd42": "رضي الله عنها", "\ufd43": "رضي الله عنهم",
    "\ufd44": "رضي الله عنهما", "\ufd45": "رضي الله عنهن", "\ufd46": "صلى الله عليه وآله", "\ufd47": "عليه السلام",
    "\ufd48": "عليهم السلام", "\ufd49": "عليهما السلام", "\ufd4a": "عليه الصلاة والسلام", "\ufd4b": "قدس سره",
    "\ufd4c": "صلى الله عليه وآله وسلم", "\ufd4d": "عليها السلام", "\ufd4e": "تبارك وتعالى",
    "\ufd4f": "رحمهم الله", "\ufdcf": "سلامه علينا", "\ufdfd": "بسم الله الرحمن الرحيم",
    "\ufdfe": "سبحانه وتعالى", "\ufdff": "عز وجل",
}  # fmt: skip
_SHAPE = re.compile("[\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc]")


def _letter(found: re.Match[str]) -> str:
    """Return what a printed shape is a shape of; nothing where it is of no letter."""
    shape = found[0]
    if shape in _PHRASES:
        return _PHRASES[shape]
    letters = unicodedata.normalize("NFKC", shape)
    # A vowel mark on its own is unfolded onto a space; it belongs to the letter before it.
    return "" if letters == shape else letters.lstrip(" ")


def _compose(text: str) -> tuple[str, int]:
    """Return the text with each letter as one sign; marks that only change places count as one change."""
    composed = unicodedata.normalize("NFC", text)
    return composed, 0 if composed == text else max(1, len(text) - len(composed))


_PERSIAN = {
    "\u06cc": "ي", "\u06cd": "ي", "\u06d0": "ي", "\u06d2": "ي", "\u06d3": "ئ", "\u06a9": "ك", "\u06aa": "ك",
    "\u06be": "ه", "\u06c1": "ه", "\u06d5": "ه", "\u06c0": "ة", "\u06c2": "ة", "\u06c3": "ة", "\u06ba": "ن",
}  # fmt: skip
# Letters that Arabic does not have: each by the one it was made from, and counted apart, for they are other sounds.
_FOREIGN = {"\u067e": "ب", "\u0686": "ج", "\u0698": "ز", "\u06af": "ك"}

# Alone between spaces a tatweel is a dash. The law knows «هـ» as «ه».
_TATWEEL_DASH = r"(?<!\S)\u0640+(?!\S)"

_DIGITS = r"\u0660-\u0669\u06f0-\u06f9"
# With the separators inside a figure, and its percent sign.
_FIGURE = rf"[{_DIGITS}](?:[{_DIGITS}\u066b\u066c]*[{_DIGITS}])?\u066a?"

# Spaces and lines

_GAP = r"[ \t\u00a0\u2000-\u200a\u202f]"
# Among them those of Word's symbol fonts, whose signs are private.
_BULLET = (
    r"\u2022\u00b7\u2023\u2043\u204c\u204d\u2219\u25aa\u25ab\u25a0\u25a1\u25cf\u25cb\u25e6\u25c6\u25c7\u2666\u2713\u2714"
    r"\u27a2\uf000-\uf0ff"
)
# The letter o, a hyphen and a dash begin an entry only with the tab or the wide gap that Word sets after them.
_ENTRY = rf"(?m)^{_GAP}*+(?:[{_BULLET}]|[o\u2010-\u2014-](?=\t|{_GAP}{{2}})){_GAP}*+(?![\s{_BULLET}]|$)"
_ODD_SPACE = r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
_TRAILING_SPACE = r"(?m)(?<! ) +$"
# How deep a list entry stands is told by its spaces.
_LEADING_SPACE = r"(?m)^ ++(?![-*+] |\d{1,9}[.)] )"
_SPACES = r"(?<=[^ \n]) {2,}"


def _ends(text: str) -> tuple[str, int]:
    first = re.match(r"\s*\n", text)
    kept = text[first.end() if first else 0 :].rstrip()
    return kept, int(kept != text)


_STEPS: tuple[tuple[str, Step], ...] = (
    ("word-debris", _in_turn(_without_conditions, _replacing(_WORD_TAGS), _replacing(_WORD_SETTINGS))),
    ("control-characters", _replacing(_CONTROLS)),
    ("line-breaks", _replacing("[\r\v\f\u0085\u2028\u2029]", "\n")),
    ("direction-marks", _directions),
    ("invisible", _replacing(_INVISIBLE)),
    ("presentation-forms", lambda text: _SHAPE.subn(_letter, text)),
    ("composed", _compose),
    ("persian-letters", _translating(_PERSIAN)),
    ("foreign-letters", _translating(_FOREIGN)),
    ("tatweel", _in_turn(_replacing(_TATWEEL_DASH, "-"), _replacing("\u0640"))),
    ("digits", _replacing(_FIGURE, lambda found: plain_digits(found[0]))),
    ("list-entries", _replacing(_ENTRY, "- ")),
    ("private-glyphs", _replacing("[\ue000-\uf8ff\U000f0000-\U0010ffff]")),
    ("odd-spaces", _replacing(_ODD_SPACE, " ")),
    (
        "needless-spaces",
        _in_turn(_ends, _replacing(_TRAILING_SPACE), _replacing(_LEADING_SPACE), _replacing(_SPACES, " ")),
    ),
    ("blank-lines", _replacing("\n{3,}", "\n\n")),
)
CODES = tuple(code for code, _ in _STEPS)
