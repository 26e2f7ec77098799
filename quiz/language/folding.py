"""What is folded before search, in the index and in the query alike; the original is what people see."""

import re
import unicodedata

from quiz.language.numbers import plain_digits

# Vowel marks and Quranic signs, tatweel, and what joins or directs without being seen.
_DROPPED = re.compile("[\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b-\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")
_SAME = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه"})
_LOOSE = str.maketrans({"ؤ": "و", "ئ": "ي", "ء": None})
_SEATS = str.maketrans("", "", "ؤئء")
_SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """Return a text without vowel marks, tatweel and case, with one form of alef, yeh and teh marbuta.

    NFC comes first: decomposed, a hamza over its alef would be dropped as a mark of its own.
    """
    kept = _DROPPED.sub("", unicodedata.normalize("NFC", text)).translate(_SAME)
    # Again, for what only stood apart because of a joiner that is gone now.
    return unicodedata.normalize("NFC", _SPACES.sub(" ", plain_digits(kept).lower()).strip())


def fold_loosely(text: str) -> str:
    """Return the folded text without hamza too, for a second search where the first finds nothing."""
    return fold(text).translate(_LOOSE)


def fold_seats(text: str) -> str:
    """Return the folded text without hamza and its seat, which is not chosen alike everywhere: مسئول, مسؤول."""
    return fold(text).translate(_SEATS)
