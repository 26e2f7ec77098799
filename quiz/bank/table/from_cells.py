"""From the cells of a row to the document of a scenario, with everything in them that cannot be understood."""

import re
from collections.abc import Mapping
from typing import Any

from quiz.bank.table.columns import BY_NAME, COLUMNS, MOST_COMPARISONS, MOST_OPTIONS
from quiz.bank.table.exhibits import LANGUAGES, read
from quiz.bank.table.words import OTHER_KINDS, PICKS, RATINGS, Vocabulary
from quiz.engine.reading import Fault
from quiz.engine.upgrades import CURRENT_FORMAT
from quiz.language.bidi import strip_controls
from quiz.language.numbers import plain_digits

# Before an address that is cited as past.
HISTORY = ("history", "تاريخي")

_WITH_CREDIT = {"single_choice", "multiple_choice"}
_WHOLE = re.compile(r"-?[0-9]{1,4}")
_SEPARATORS = re.compile(r"[\n,،;؛]")
# What spreadsheets and word processors make of a hyphen.
_MINUS = re.compile("[\u2010-\u2014\u2212]")
_GROUPS = {
    group: {
        number: tuple(column.name for column in COLUMNS if column.name.startswith(f"{group}{number}."))
        for number in range(1, most + 1)
    }
    for group, most in (("option", MOST_OPTIONS), ("compare", MOST_COMPARISONS))
}


def document_of(cells: Mapping[str, str]) -> tuple[dict[str, Any], list[Fault]]:
    """Return the document that the cells of a row hold, by the names of columns, and what cannot be understood.

    The document is empty where its kind is not known, for then nothing can be said of the answers.
    """
    row = _Row(cells)
    return row.document(), row.faults


def tidied(text: str) -> str:
    """Return what a cell is meant to say, without spaces around it, signs of direction and breaks of other systems."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return strip_controls(text).strip()


class _Row:
    """Reads one row; every fault is noted at its place of the document."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = {name: text for name, cell in cells.items() if (text := tidied(cell))}
        self.faults: list[Fault] = []

    def document(self) -> dict[str, Any]:
        """Return the document."""
        kind = self._kind()
        if kind is None:
            return {}
        bank = self._needed("bank")
        options = self._options(kind)
        return _given(
            format=CURRENT_FORMAT["scenario"],
            key=self._plain("key"),
            bank=bank,
            kind=kind,
            title=self._text("title"),
            situation=self._text("situation"),
            # The country of a scenario is the one of its bank.
            jurisdiction=bank.partition("-")[0].upper() if bank else None,
            sensitive=self._truth("sensitive"),
            exhibit=self._exhibit(),
            prompt=self._text("prompt"),
            options=list(options.values()) or None,
            **self._key(kind, options),
            hint=self._text("hint"),
            cites=self._cites("cites"),
            compare=self._comparisons(),
            topics=self._many("topics"),
            values=self._many("values"),
            audience=self._many("audience"),
            difficulty=_number(self._plain("difficulty")),
            author_note=self.cells.get("author_note"),
        )

    def _fault(self, name: str, code: str, *under: str | int, **values: str) -> None:
        self.faults.append(Fault((*BY_NAME[name].path, *under), code, values))

    # Single cells

    def _plain(self, name: str) -> str | None:
        """Return a word of the format, in Latin digits."""
        text = self.cells.get(name)
        return plain_digits(text) if text is not None else None

    def _code(self, name: str, vocabulary: Vocabulary | None, text: str | None, *under: int) -> str | None:
        """Return the code of a word; one that is not in its list is a fault."""
        if text is None or vocabulary is None:
            return None
        code = vocabulary.code(text)
        if code is None:
            self._fault(name, "not-in-list", *under, value=text[:60])
        return code

    def _coded(self, name: str) -> str | None:
        return self._code(name, BY_NAME[name].words, self.cells.get(name))

    def _kind(self) -> str | None:
        other = OTHER_KINDS.code(self.cells.get("kind", ""))
        if other:
            self._fault("kind", "kind-not-in-table", kind=other)
            return None
        return self._needed("kind")

    def _needed(self, name: str) -> str | None:
        """Return the code of a word without which nothing can be said of the others."""
        if name not in self.cells:
            self._fault(name, "missing", field=name)
        return self._coded(name)

    def _truth(self, name: str) -> bool | None:
        code = self._coded(name)
        return code == "yes" if code else None

    def _text(self, name: str) -> dict[str, str] | None:
        return {tongue: self.cells[at] for tongue in LANGUAGES if (at := f"{name}.{tongue}") in self.cells} or None

    # Cells of several lines

    def _lines(self, name: str) -> list[str]:
        lines = (line.strip() for line in _SEPARATORS.split(self._plain(name) or ""))
        return [line for line in lines if line]

    def _many(self, name: str) -> list[str] | None:
        vocabulary = BY_NAME[name].words
        codes = [self._code(name, vocabulary, word, place) for place, word in enumerate(self._lines(name))]
        return [code for code in codes if code] or None

    def _cites(self, name: str) -> list[Any] | None:
        found: list[Any] = []
        for line in self._lines(name):
            before, _, address = line.partition(":")
            is_past = before.strip().casefold() in HISTORY
            found.append({"at": address.strip(), "as": "history"} if is_past else line)
        return found or None

    def _exhibit(self) -> dict[str, Any] | None:
        cells = self._text("exhibit") or {}
        medium = self._coded("medium")
        if medium:
            exhibit, faults = read(medium, cells)
            self.faults.extend(faults)
            return exhibit
        if cells and "medium" not in self.cells:
            self._fault("medium", "exhibit-without-medium")
        return None

    # Groups of cells

    def _numbers(self, group: str) -> list[int]:
        """Return the numbers of the groups that are filled in; one that was passed over is a fault."""
        filled = [number for number, names in _GROUPS[group].items() if any(name in self.cells for name in names)]
        for number in range(1, max(filled, default=1)):
            if number not in filled:
                # Its own place in the document is taken by the next that is filled in.
                self._fault(_GROUPS[group][number][0], "group-passed-over")
        return filled

    def _comparisons(self) -> list[dict[str, Any]] | None:
        return [
            _given(
                edition=self._plain(f"compare{number}.edition"),
                cites=self._cites(f"compare{number}.cites") or [],
                verdict=self._coded(f"compare{number}.verdict"),
                note=self._text(f"compare{number}.note"),
            )
            for number in self._numbers("compare")
        ] or None

    def _options(self, kind: str) -> dict[int, dict[str, Any]]:
        return {
            number: _given(
                key=self._plain(f"option{number}.key") or f"option-{number}",
                text=self._text(f"option{number}.text"),
                credit=_number(self._plain(f"option{number}.answer")) if kind in _WITH_CREDIT else None,
                ruling=self._text(f"option{number}.ruling"),
                cites=self._cites(f"option{number}.cites"),
                consequence=self._text(f"option{number}.consequence"),
            )
            for number in self._numbers("option")
        }

    # What the answers say together

    def _key(self, kind: str, options: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
        answers = {number: text for number in options if (text := self._plain(f"option{number}.answer"))}
        if kind == "judgement":
            rated = {options[number]["key"]: self._picked(number, RATINGS, text) for number, text in answers.items()}
            return {"key_ratings": _given(**rated)}
        if kind == "most_least":
            return {"key_choice": self._choice(answers, options)}
        return {"key_order": self._order(answers, options)} if kind == "ordering" else {}

    def _picked(self, number: int, vocabulary: Vocabulary, text: str) -> str | None:
        return self._code(f"option{number}.answer", vocabulary, text)

    def _choice(self, answers: Mapping[int, str], options: Mapping[int, dict[str, Any]]) -> dict[str, str]:
        choice: dict[str, str] = {}
        for number, text in answers.items():
            pick = self._picked(number, PICKS, text)
            if pick in choice:
                self._fault(f"option{number}.answer", "pick-twice", value=text)
            elif pick:
                choice[pick] = options[number]["key"]
        return choice

    def _order(self, answers: Mapping[int, str], options: Mapping[int, dict[str, Any]]) -> list[str]:
        places = {text: number for number, text in answers.items()}
        wanted = [str(place) for place in range(1, len(options) + 1)]
        if sorted(places) != wanted:
            self.faults.append(Fault(("key_order",), "bad-places", {"most": str(len(options))}))
            return []
        return [options[places[place]]["key"] for place in wanted]


def _given(**fields: Any) -> dict[str, Any]:
    """Return the fields that something stands in."""
    return {name: value for name, value in fields.items() if value is not None}


def _number(text: str | None) -> int | str | None:
    """Return a whole number as a number, and anything else as it was typed."""
    if text is None:
        return None
    text = _MINUS.sub("-", text).replace(" ", "")
    return int(text) if _WHOLE.fullmatch(text) else text
