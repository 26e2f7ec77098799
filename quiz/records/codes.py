"""Verification codes: short enough to be read aloud, and a slip in one is noticed without asking anybody.

A code is 12 random characters and one check character, each worth five bits: 60 bits of randomness. The
alphabet is Crockford's base 32 (digits and letters without I, L, O and U), so that O can be read as 0, and I
and L as 1.

The characters are elements of the field GF(32) = GF(2)[x] / (x^5 + x^2 + 1), whose generator is x. The check
character makes the sum of x^i · c_i over all 13 places zero: one parity symbol of a Reed-Solomon code (Reed
and Solomon, "Polynomial Codes over Certain Finite Fields", 1960). One wrong character changes the sum by
x^i · (a - b), which is not zero where a and b differ. Two exchanged ones change it by
(x^i - x^j) · (a - b), and the powers of x differ at all 13 places: every single wrong character is noticed,
and every exchange of two, neighbours or not. Any other slip goes unnoticed once in 32 times.
"""

from quiz.language.bidi import strip_controls
from quiz.language.numbers import plain_digits

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 13
RANDOM_BYTES = 8

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_READ_AS = str.maketrans("OIL", "011")
_DASHES = str.maketrans(dict.fromkeys("-‐‑‒–—―−ـ_.", None))
_MODULUS = 0b100101


def make(random_bytes: bytes) -> str:
    """Return the code of at least 8 random bytes, of which 60 bits are used."""
    if len(random_bytes) < RANDOM_BYTES:
        raise ValueError(f"a code needs {RANDOM_BYTES} random bytes")
    bits = int.from_bytes(random_bytes[:RANDOM_BYTES], "big") >> 4
    values = [bits >> 5 * place & 31 for place in range(LENGTH - 1)]
    return "".join(ALPHABET[value] for value in (*values, _check(values)))


def normalise(text: str) -> str | None:
    """Return the code in what somebody typed, or None where it is none.

    Case, spaces and dashes are forgiven, Arabic digits, O for 0, and I or L for 1.
    """
    typed = "".join(plain_digits(strip_controls(text)).upper().split())
    code = typed.translate(_DASHES).translate(_READ_AS)
    if len(code) != LENGTH or any(character not in _VALUES for character in code):
        return None
    values = [_VALUES[character] for character in code]
    return code if _check(values[:-1]) == values[-1] else None


def display(code: str) -> str:
    """Return a code in groups of four, four and five, as it is printed."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def _check(values: list[int]) -> int:
    """Return the value that makes the weighted sum zero; its own weight is 1, and minus is plus here."""
    total = 0
    for value in values:
        total = _times_x(total ^ value)
    return total


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ _MODULUS if doubled & 0b100000 else doubled
