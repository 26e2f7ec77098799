"""Names as people have them, put together from parts: compound, with الله, of every hamza, of one to six parts."""

import hashlib
import re
from collections.abc import Iterator

PARTS = (
    "محمد", "عبد الله", "عبدالله", "عبد الرحمن", "فاطمة الزهراء", "أحمد", "إبراهيم", "آمنة", "ٱلاء", "لؤي", "مؤمن",
    "رائد", "هيئة", "شيماء", "بهاء الدين", "علاء", "سلامة", "جلال", "هلال", "الأحمدي", "الإمام", "الآغا", "لأمية",
    "لإيمان", "نور الهدى", "أبو بكر", "ابن خلدون", "بنت عبد الله", "آل ثاني", "عبد الإله", "هبة الله", "فضل الله",
    "حسب الله", "سيف الإسلام", "مصطفى", "موسى", "يحيى", "ليلى", "نهى", "طه", "ياسين", "تسنيم", "لجين", "بيومي", "كتبي",
    "ماء السماء", "القرآن", "رؤوف", "مسؤول", "بريء", "دفء", "شيئان", "أُبيّ", "السيّد", "مُنى", "محـمـد", "عـلي",
    "لالا", "الملا", "كلثوم",
)  # fmt: skip
LATIN = ("Fatima", "Al-Zahraa", "José", "Müller", "O'Neil", "Smith-Jones", "Şahin", "Łukasz", "van der Berg", "D'Souza")
COUNT = 500
_MARKS = re.compile("[\u064b-\u0652\u0670\u0640]")


def is_marked(name: str) -> bool:
    """Tell whether a name has vowel marks or tatweel, of which a text layer says what it likes."""
    return _MARKS.search(name) is not None


def is_mixed(name: str) -> bool:
    """Tell whether a name has parts in both scripts, whose order a text layer may turn."""
    return bool(re.search("[a-zA-Z]", name) and re.search("[\u0621-\u064a]", name))


def _drawn(number: int, place: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{number} {place}".encode()).digest()[:8], "big")


def names() -> Iterator[str]:
    """Give the corpus: the same names in the same order in every run, and no two alike."""
    made: dict[str, None] = {}
    number = 0
    while len(made) < COUNT:
        pool = {9: LATIN, 8: (*PARTS[:12], *LATIN)}.get(number % 10, PARTS)
        parts = [pool[_drawn(number, place) % len(pool)] for place in range(1 + number % 6)]
        made[" ".join(parts)] = None
        number += 1
    yield from made
