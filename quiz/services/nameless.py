"""Words that somebody typed, without the names of whom they are about: for what is never changed nor erased."""

from quiz.language.folding import fold

GONE = "…"
_SHORTEST = 3


def nameless(words: str, *names: str | None) -> str:
    """Return words without some names, mails and numbers, and without any part of a name of three letters or more."""
    said = sorted({name for name in names if name}, key=len, reverse=True)
    for name in said:
        words = words.replace(name, GONE)
    parts = {part for name in said for part in fold(name).split() if len(part) >= _SHORTEST}
    return " ".join(GONE if fold(word.strip(".,;:!?()«»،؛؟\"'")) in parts else word for word in words.split())
