"""Reading a plain document field by field while collecting every fault, each with its place."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from quiz.engine.instrument import Citation
from quiz.engine.periods import Period
from quiz.engine.text import LANGUAGES, SOURCE_LANGUAGE, Text

KEY = re.compile(r"(?=.{1,64}\Z)[a-z0-9]+(-[a-z0-9]+)*")
ADDRESS = re.compile(r"[a-z0-9-]+/[a-z0-9-]+/[a-z0-9-]+(#[a-z0-9-]+)?")
FRACTION = re.compile(r"-?\d{1,4}(/\d{1,4})?", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
EDITION_ADDRESS = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a document: where, which kind, and the values its sentence needs."""

    path: Path
    code: str
    values: Mapping[str, str] = field(default_factory=dict, hash=False)


class Fields:
    """The mapping at one place of a document; every getter notes a fault and returns a harmless value."""

    def __init__(self, raw: object, path: Path, faults: list[Fault]) -> None:
        self.path = path
        self.faults = faults
        self._seen: set[str] = set()
        if isinstance(raw, Mapping):
            self._raw: Mapping[str, Any] = raw
        else:
            self._raw = {}
            self.fault("not-a-mapping")

    def fault(self, code: str, *under: str | int, **values: str) -> None:
        """Note a fault at this place or under it."""
        self.faults.append(Fault(self.path + under, code, values))

    def has(self, name: str) -> bool:
        """Tell whether the field is there and not null."""
        return self._raw.get(name) is not None

    def take(self, name: str, kind: type, default: Any, required: bool = True) -> Any:
        """Return the raw value if it has the type; note a missing or a wrong one."""
        self._seen.add(name)
        value = self._raw.get(name)
        if value is None:
            if required:
                self.fault("missing", name, field=name)
            return default
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fault("wrong-type", name, field=name, expected=kind.__name__)
            return default
        return value

    def string(self, name: str, required: bool = True) -> str:
        """Return a string that is not empty."""
        value: str = self.take(name, str, "", required)
        if self._raw.get(name) == "":
            self.fault("empty", name, field=name)
        return value

    def key(self, name: str = "key") -> str:
        """Return a key of small Latin letters, digits and single hyphens."""
        value = self.string(name)
        if value and not KEY.fullmatch(value):
            self.fault("bad-key", name, value=value)
        return value

    def one_of(self, name: str, allowed: Sequence[str], required: bool = True) -> str:
        """Return one of the allowed words; the first where it may be left out and is."""
        value = self.string(name, required)
        if value and value not in allowed:
            self.fault("not-one-of", name, value=value, allowed=", ".join(allowed))
            return allowed[0]
        return value or allowed[0]

    def some_of(self, name: str, allowed: Sequence[str], required: bool = True) -> tuple[str, ...]:
        """Return a list of allowed words."""
        words = self.strings(name, required)
        for place, word in enumerate(words):
            if word not in allowed:
                self.fault("not-one-of", name, place, value=word, allowed=", ".join(allowed))
        return words

    def strings(self, name: str, required: bool = True) -> tuple[str, ...]:
        """Return a list of strings."""
        values = self.take(name, list, [], required)
        for place, value in enumerate(values):
            if not isinstance(value, str):
                self.fault("wrong-type", name, place, field=name, expected="str")
        return tuple(value for value in values if isinstance(value, str))

    def integer(self, name: str, least: int | None = None) -> int:
        """Return a whole number, not smaller than `least`."""
        value: int = self.take(name, int, least or 0)
        if least is not None and value < least:
            self.fault("too-small", name, value=str(value), least=str(least))
        return value

    def optional_integer(self, name: str) -> int | None:
        """Return a whole number, or None where the field is not there."""
        value: int | None = self.take(name, int, None, required=False)
        return value

    def integers(self, name: str) -> tuple[int, ...]:
        """Return a list of whole numbers, empty where the field is not there."""
        values = self.take(name, list, [], required=False)
        for place, value in enumerate(values):
            if type(value) is not int:
                self.fault("wrong-type", name, place, field=name, expected="int")
        return tuple(value for value in values if type(value) is int)

    def truth(self, name: str, default: bool | None = None) -> bool:
        """Return true or false; without a default the field is required."""
        value: bool = self.take(name, bool, bool(default), required=default is None)
        return value

    def fraction(self, name: str) -> Fraction:
        """Return an exact fraction written as an integer or as a string such as "1/3"."""
        self._seen.add(name)
        value = self._raw.get(name)
        if value is None:
            self.fault("missing", name, field=name)
            return Fraction(0)
        try:
            if not FRACTION.fullmatch(str(value)):
                raise ValueError
            return Fraction(value)
        except (ValueError, ZeroDivisionError):
            self.fault("not-a-fraction", name, value=str(value))
            return Fraction(0)

    def day(self, name: str, required: bool = False) -> date | None:
        """Return a civil date written as YYYY-MM-DD."""
        value = self.string(name, required)
        if not value:
            return None
        try:
            if not DAY.fullmatch(value):
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            self.fault("not-a-date", name, value=value)
            return None

    def period(self, name: str, required: bool = True) -> Period | None:
        """Return an ISO 8601 duration."""
        value = self.string(name, required)
        if not value:
            return None
        return self._period(value, name)

    def periods(self, name: str) -> tuple[Period, ...]:
        """Return a list of ISO 8601 durations."""
        found = (self._period(value, name, place) for place, value in enumerate(self.strings(name)))
        return tuple(period for period in found if period is not None)

    def _period(self, value: str, *under: str | int) -> Period | None:
        try:
            return Period.parse(value)
        except ValueError:
            self.fault("not-a-duration", *under, value=value)
            return None

    def text(self, name: str) -> Text:
        """Return a text; Arabic is required, and only known languages are allowed."""
        return self.optional_text(name) or self._no_text(name)

    def _no_text(self, name: str) -> Text:
        if not self.has(name):
            self.fault("missing", name, field=name)
        return Text({SOURCE_LANGUAGE: ""})

    def optional_text(self, name: str) -> Text | None:
        """Return a text, or None where the field is not there."""
        self._seen.add(name)
        value = self._raw.get(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.fault("wrong-type", name, field=name, expected="{ar, en}")
            return None
        words: dict[str, str] = {}
        for language, words_in_it in value.items():
            if language not in LANGUAGES:
                self.fault("unknown-language", name, str(language), value=str(language))
            elif not isinstance(words_in_it, str):
                self.fault("wrong-type", name, language, field=name, expected="str")
            else:
                words[language] = words_in_it.strip()
        if not words.get(SOURCE_LANGUAGE):
            self.fault("no-arabic", name, field=name)
        return Text(words)

    def each(self, name: str, required: bool) -> list["Fields"]:
        """Return the mappings of a list, each at its place."""
        values = self.take(name, list, [], required)
        return [Fields(value, (*self.path, name, place), self.faults) for place, value in enumerate(values)]

    def under(self, name: str, required: bool = True) -> "Fields | None":
        """Return the mapping under a field, or None where it is not there."""
        self._seen.add(name)
        if not self.has(name):
            if required:
                self.fault("missing", name, field=name)
            return None
        return Fields(self._raw[name], (*self.path, name), self.faults)

    def citations(self, name: str = "cites") -> tuple[Citation, ...]:
        """Return addresses, or mappings of an address and `as: history`."""
        found = []
        for place, value in enumerate(self.take(name, list, [])):
            if isinstance(value, Mapping):
                inner = Fields(value, (*self.path, name, place), self.faults)
                citation = Citation(inner.string("at"), as_history=inner.one_of("as", ("history",)) == "history")
                inner.close()
            else:
                citation = Citation(str(value))
            if ADDRESS.fullmatch(citation.address):
                found.append(citation)
            else:
                self.fault("bad-address", name, place, value=citation.address)
        return tuple(found)

    def mapping_of_strings(self, name: str) -> dict[str, str]:
        """Return a mapping of strings to strings."""
        value = self.take(name, dict, {})
        for key, word in value.items():
            if not isinstance(word, str):
                self.fault("wrong-type", name, str(key), field=name, expected="str")
        return {str(key): word for key, word in value.items() if isinstance(word, str)}

    def every(self, name: str, read: Callable[["Fields"], Any], required: bool = True) -> tuple[Any, ...]:
        """Read each mapping of a list, refusing what is not known and what stands twice by key."""
        results = []
        keys: set[str] = set()
        for inner in self.each(name, required):
            result = read(inner)
            inner.close()
            key = getattr(result, "key", None)
            if key in keys:
                inner.fault("key-twice", "key", value=key)
            keys.add(str(key))
            results.append(result)
        return tuple(results)

    def close(self) -> None:
        """Note every field that nobody asked for."""
        for name in self._raw:
            if name not in self._seen:
                self.fault("unknown-key", str(name), value=str(name))
