"""What a pack of evidence states: questions of regulators, each answered by figures or by saying that there is none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from quiz.engine.text import Text
from quiz.records.questions import BY_CODE

FORMAT = 1
# Under this a figure about failing or about answers would tell of single people.
FEWEST = 10


@dataclass(frozen=True, slots=True)
class Value:
    """One figure: a `count`, a `share` (number of whole), a `word` (a code within a group), a `text`, or `none`.

    `none` says why by its code: `zero`, `too-few`, `not-for-units` or `not-kept`. `percent` is a number of hundredths.
    """

    kind: str
    number: int = 0
    whole: int = 0
    group: str = ""
    code: str = ""
    text: Text | None = None

    @property
    def is_none(self) -> bool:
        """Tell whether there is no figure."""
        return self.kind == "none"

    def document(self) -> dict[str, Any]:
        """Return the plain form."""
        match self.kind:
            case "none":
                return {"none": self.code}
            case "share":
                return {"share": {"number": self.number, "of": self.whole}}
            case "word":
                return {"word": self.code, "group": self.group}
            case "text":
                return {"text": self.text.document() if self.text else {}}
        return {self.kind: self.number}


def none(why: str = "zero") -> Value:
    """Return that there is no figure, and why."""
    return Value("none", code=why)


def count(number: int) -> Value:
    """Return a count; of nothing there is none."""
    return Value("count", number) if number else none()


def share(number: int, whole: int) -> Value:
    """Return how many of a whole; of an empty whole there is none."""
    return Value("share", number, whole) if whole else none()


def guarded_count(number: int) -> Value:
    """Return a count that would tell of people where it is small."""
    return none("too-few") if 0 < number < FEWEST else count(number)


def guarded_share(number: int, whole: int) -> Value:
    """Return a share of which neither the part, nor the rest, nor the whole may be few; none of them at all is said."""
    if 0 < whole < FEWEST or 0 < number < FEWEST or (number and whole - number < FEWEST):
        return none("too-few")
    return share(number, whole)


def percent(hundredths: int) -> Value:
    """Return a percentage."""
    return Value("percent", hundredths)


def minutes(number: int) -> Value:
    """Return a length of time in minutes."""
    return Value("minutes", number) if number else none()


def word(group: str, code: str) -> Value:
    """Return one of a group of words."""
    return Value("word", group=group, code=code)


def said(text: Text) -> Value:
    """Return words that somebody wrote."""
    return Value("text", text=text)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, and the code of what it is of."""

    code: str
    value: Value


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: what it is about, and a value for each further column."""

    about: Value
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Figures by something: `columns` are the codes of the first column and of each further one."""

    code: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A question by its code, answered; `why` is said where there is nothing, instead of that nothing is recorded."""

    code: str
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    why: str = "zero"

    @property
    def is_none(self) -> bool:
        """Tell whether the answer is that there is none; what is withheld is there."""
        held = [one.value for one in self.figures] + [
            value for table in self.tables for row in table.rows for value in row.values
        ]
        return all(value.is_none and value.code != "too-few" for value in held)

    def with_more(self, figures: Iterable[Figure] = (), tables: Iterable[Table] = ()) -> "Answer":
        """Return the answer with more figures after its own."""
        return Answer(self.code, (*self.figures, *figures), (*self.tables, *tables), self.why)

    def document(self) -> dict[str, Any]:
        """Return the plain form."""
        question = BY_CODE[self.code]
        return {
            "code": self.code,
            "question": question.words.document(),
            "sources": [source.document() for source in question.sources],
            "none": self.is_none,
            "figures": [{"what": one.code, **one.value.document()} for one in self.figures],
            "tables": [
                {
                    "what": table.code,
                    "columns": list(table.columns),
                    "rows": [[row.about.document(), *(one.document() for one in row.values)] for row in table.rows],
                }
                for table in self.tables
            ],
        }


@dataclass(frozen=True, slots=True)
class Span:
    """The civil days that evidence is of, both included, and the moments between which they lie."""

    first: date
    last: date
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """All answers at one moment; `units` names the units they are of, empty for the whole organisation."""

    organisation: Text
    units: tuple[Text, ...]
    span: Span
    made_at: datetime
    zone: str
    people: int
    answers: tuple[Answer, ...]

    @property
    def scope(self) -> Mapping[str, Any]:
        """Return whom the evidence is of, as plain data."""
        if self.units:
            return {"kind": "units", "units": [unit.document() for unit in self.units]}
        return {"kind": "organisation"}

    def facts(self) -> dict[str, Any]:
        """Return what it is of and when it was made, as plain data."""
        return {
            "organisation": self.organisation.document(),
            "scope": dict(self.scope),
            "period": {"first": self.span.first.isoformat(), "last": self.span.last.isoformat(), "zone": self.zone},
            "made_at": self.made_at.isoformat().replace("+00:00", "Z"),
        }

    def document(self) -> dict[str, Any]:
        """Return everything as plain data, without words of a reader."""
        answers = [{"number": number, **one.document()} for number, one in enumerate(self.answers, 1)]
        return {"format": FORMAT, **self.facts(), "people": self.people, "answers": answers}
