"""A name as its initials, in Arabic and Latin letters: what belongs together gives one letter."""

import re
import unicodedata

# «عبد الله», «أبو بكر»: two words, one name.
_OPENING = frozenset(
    [
        "عبد",
        "أبو",
        "أبا",
        "أبي",
        "ابو",
        "ابا",
        "ابي",
        "أم",
        "ام",
        "ذو",
        "ذي",
        "abd",
        "abdel",
        "abdul",
        "abdal",
        "abdur",
        "abu",
        "abou",
        "umm",
        "om",
    ]
)
# «حسام الدين», «عوض الله»: the second word ends a name and begins none.
_CLOSING = frozenset(
    ["الله", "الدين", "الإسلام", "الاسلام", "الحق", "الزمان", "allah", "aldin", "eldin", "eddin", "aldeen", "eldeen"]
)
# «بن راشد», «آل نهيان»: a link between names, which is none itself.
_LINKING = frozenset(
    ["بن", "بنت", "ابن", "ابنة", "إبن", "آل", "ال", "bin", "bint", "ben", "ibn", "ebn", "al", "el", "von", "van", "de"]
)
# These begin like the article and have none.
_WITHOUT_ARTICLE = frozenset(["الياس", "الهام", "الفت", "الين"])
_ARTICLE = re.compile(r"^(?:ال(?=..)|(?:al|el)-)", re.IGNORECASE)


def initials(name: str) -> str:
    """Return the first letters of the names in a name, each with a full stop, «م. ع. س.»; empty where there are none.

    Compounds («عبد الله», «أبو بكر», «حسام الدين») give one letter. What links names («بن», «بنت», «آل») gives none,
    and the article («السيد») is passed over. Vowel marks and tatweel are no letters.
    """
    letters: list[str] = []
    is_open = False
    for word in _words(name):
        lowered = word.casefold()
        if is_open:
            is_open = lowered in _LINKING
            continue
        if lowered in _LINKING or (lowered in _CLOSING and letters):
            continue
        letters.append(_first(word))
        is_open = lowered in _OPENING
    return " ".join(f"{letter}." for letter in letters)


def _words(name: str) -> list[str]:
    kept = (one for one in unicodedata.normalize("NFC", name) if not unicodedata.combining(one) and one != "ـ")
    return [word for word in "".join(kept).split() if any(one.isalpha() for one in word)]


def _first(word: str) -> str:
    bare = word if word in _WITHOUT_ARTICLE else _ARTICLE.sub("", word, count=1)
    return next(one for one in bare if one.isalpha()).upper()
