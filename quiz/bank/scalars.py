"""One text as YAML: bare where nobody can misread it, in quotation marks, or folded over several lines."""

import re

# Lines are this long where they can be broken.
WIDTH = 110

# Keys, addresses and words of the format. They begin with a letter, so that no number can be meant.
_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# What YAML of one version or another reads as a truth or a nothing.
_MEANT = re.compile(r"y|n|yes|no|on|off|true|false|null", re.IGNORECASE)
_BREAKS = re.compile(r"(\n+)")
_BETWEEN_WORDS = re.compile(r"(?<=\S) (?=\S)")
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
# Control characters, except breaks and the tab, and halves of pairs.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


def unwritable(text: str) -> str | None:
    """Return the first character that no YAML file can hold: a control character, or half of a pair; else None."""
    found = _UNWRITABLE.search(text)
    return found[0] if found else None


def bare(text: str) -> str:
    """Return a word of the format as it stands, and in quotation marks where it could be misread."""
    return text if _BARE.fullmatch(text) and not _MEANT.fullmatch(text) else quoted(text)


def bare_or_day(text: str) -> str:
    """Return a word of the format, or a day; days stand bare in content, though other readers make dates of them."""
    return text if _DAY.fullmatch(text) else bare(text)


def quoted(text: str) -> str:
    """Return a text in quotation marks; what cannot be seen is written as its number."""
    # What Python does not print is what a reader would not see: breaks, odd spaces, joiners, signs of direction.
    is_plain = text.isprintable() and '"' not in text and "\\" not in text
    return f'"{text if is_plain else "".join(map(_quoted, text))}"'


def _quoted(character: str) -> str:
    if character in _ESCAPED:
        return _ESCAPED[character]
    if character.isprintable():
        return character
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def block(text: str, width: int) -> list[str] | None:
    """Return the lines of a long text after their sign (`|-`, `>-`), or None where it is whole only in quotes."""
    lines = text.split("\n")
    if not text or text != text.strip() or any(line != line.rstrip() for line in lines):
        return None
    if not text.replace("\n", "").isprintable():
        return None
    if len(lines) > 1 and max(map(len, lines)) <= width:
        return ["|-", *lines]
    if any(line.startswith(" ") for line in lines):
        return None  # an indented line is not folded with the others
    folded = [">-"]
    for stretch in _BREAKS.split(text):
        # One break more than is meant stands between lines, for a single one is read as a space.
        folded += [""] * len(stretch) if stretch.startswith("\n") else _folded(stretch, width)
    return folded


def _folded(line: str, width: int) -> list[str]:
    """Return the words of a line in as many lines as they need; only a single space is a place to break."""
    rows = [""]
    for words in _BETWEEN_WORDS.split(line):
        if rows[-1] and len(rows[-1]) + 1 + len(words) > width:
            rows.append(words)
        else:
            rows[-1] = f"{rows[-1]} {words}" if rows[-1] else words
    return rows
