"""Reading a form into a document: every name is the path of its place, with dots between the steps.

A draft may be broken in any way, so nothing is refused here: what was typed becomes a document, and the law judges it.
What the form does not show stays as it was before.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from quiz.engine.text import LANGUAGES
from quiz.language.numbers import plain_digits

Document = dict[str, Any]
Form = MultiDict[str, str]
Clean = Callable[[str], str]

_WHOLE = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_BETWEEN_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3})")
# More entries than these no list has; a form with more is cut off by nobody but a machine.
_MOST_ENTRIES = 60


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the fields of one form; words that were changed are cleaned on their way, others stay as they were."""

    form: Form
    clean: Clean

    def words(self, name: str, before: object = None) -> str:
        """Return the words of a field, cleaned where they are not what stood."""
        sent = self.form.get(name, "").replace("\r\n", "\n").strip()
        if isinstance(before, str) and sent == before.strip():
            return before
        return self.clean(sent).strip()

    def plain(self, name: str) -> str:
        """Return the words of a field of one line."""
        return _plainly(self.form.get(name, ""))

    def several(self, name: str) -> list[str]:
        """Return what is ticked of a list, each once."""
        return [one for one in dict.fromkeys(map(_plainly, self.form.getlist(name))) if one]

    def text(self, name: str, before: Mapping[str, Any] | None) -> Document | None:
        """Return a text, None where the form has none of that name."""
        if not any(f"{name}.{language}" in self.form for language in LANGUAGES):
            return None
        stood = before or {}
        said = {language: self.words(f"{name}.{language}", stood.get(language)) for language in LANGUAGES}
        return {language: words for language, words in said.items() if words}

    def truth(self, name: str) -> bool | None:
        """Return whether a box is ticked, None where the form has none; an empty field before it says that it has."""
        return bool(any(self.form.getlist(name))) if name in self.form else None

    def whole(self, name: str) -> int | str | None:
        """Return a whole number; what is none stays as it was written, for the law to judge."""
        words = _BETWEEN_THOUSANDS.sub("", self.plain(name))
        return int(words) if _WHOLE.fullmatch(words) else words or None

    def places(self, name: str) -> list[str] | None:
        """Return the prefixes of the entries of a list, None where the form does not show the list in full."""
        if self.form.get(name) is None:
            return None
        found = []
        for place in range(_MOST_ENTRIES):
            if f"{name}.{place}.key" not in self.form:
                break
            found.append(f"{name}.{place}")
        return found if str(len(found)) == self.form[name] else None


def _plainly(words: str) -> str:
    """Return the words of a field of one line without signs that cannot be seen, which a database may refuse."""
    return plain_digits("".join(sign for sign in words if sign.isprintable())).strip()


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", {}, [])


def put(holder: Document, name: str, value: Any, empty: Any = None) -> None:
    """Set a field that has to be there; one that was empty and still is stays as it was written, or unwritten."""
    if not _is_empty(value):
        holder[name] = value
    elif not _is_empty(holder.get(name)):
        holder[name] = empty


def put_or_drop(holder: Document, name: str, value: Any) -> None:
    """Set a field that may be left out; it is left out once nothing is in it."""
    if not _is_empty(value):
        holder[name] = value
    elif not _is_empty(holder.get(name)):
        holder.pop(name)


def set_truth(read: Reader, holder: Document, name: str, at: str = "") -> None:
    """Set a truth; one that was not written and is not ticked stays unwritten."""
    ticked = read.truth(f"{at}{name}")
    if ticked is not None and (ticked or holder.get(name) is not None):
        holder[name] = ticked


def set_texts(read: Reader, holder: Document, *names: str, under: str = "") -> None:
    """Set the texts that the form has."""
    for name in names:
        said = read.text(f"{under}{name}", holder.get(name))
        if said is not None:
            put(holder, name, said, {})


def set_optional_text(read: Reader, holder: Document, name: str, under: str) -> None:
    """Set a text that may be left out."""
    said = read.text(f"{under}{name}", holder.get(name))
    if said is not None:
        put_or_drop(holder, name, said)


def set_plain(read: Reader, holder: Document, *names: str, under: str = "") -> None:
    """Set the fields of one line that the form has."""
    for name in names:
        if f"{under}{name}" in read.form:
            put(holder, name, read.plain(f"{under}{name}"))


Entry = Callable[[Reader, str, Document], None]


def set_entries(read: Reader, holder: Document, name: str, change: Entry, under: str = "") -> None:
    """Set the entries of a list, each on the ground of the one that stood under its key."""
    places = read.places(f"{under}{name}")
    if places is None:
        return
    stood = {str(entry.get("key")): entry for entry in holder.get(name) or ()}
    entries = []
    for at in places:
        key = read.plain(f"{at}.key")
        entry = {**stood.get(key, {}), "key": key}
        change(read, at, entry)
        entries.append(entry)
    if entries or holder.get(name):
        holder[name] = entries
