"""The marks of attempts in compact form, gathered item by item without ever holding an attempt."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import lcm

from quiz.engine.actions import CERTAINTIES
from quiz.engine.attempt import Attempt, Step
from quiz.engine.question_types import registry as question_types
from quiz.engine.question_types.protocol import OptionOutcome
from quiz.engine.response import Response
from quiz.engine.scenario import Scenario
from quiz.engine.statistics import Column, in_one_unit

SURE = CERTAINTIES[-1]
# Between a response and how certain its giver was; no key has it.
_BESIDE = "!"


@dataclass(frozen=True, slots=True)
class MarkSheet:
    """What one attempt says of its items, place by place: the item, its mark, and what was given, in a word.

    Marks are whole numbers of 1/`unit`; `language` is that of the pages. Flat lists, because they are read by the
    million.
    """

    unit: int
    language: str
    items: Sequence[int]
    marks: Sequence[int]
    words: Sequence[str]


def mark_sheet_of(attempt: Attempt, items: Mapping[int, int]) -> MarkSheet:
    """Return the sheet of an ended attempt; `items` names what stands at each place. What was left open counts 0."""
    credits = {mark.slot: mark.credit for mark in attempt.marks}
    unit = in_one_unit(credits.values())
    languages = [step.shown.language for step in attempt.steps if step.shown is not None]
    places = [slot.number for slot in attempt.slots]
    return MarkSheet(
        unit=unit,
        language=languages[-1] if languages else "",
        items=[items[place] for place in places],
        marks=[int(credits[place] * unit) for place in places],
        words=[word_of(attempt.answers.get(place)) for place in places],
    )


def word_of(step: Step | None) -> str:
    """Return an answer in a word, with how certain its giver was: `a+c!high`; '' for none."""
    if step is None or step.response is None:
        return ""
    return word(step.response) + (f"{_BESIDE}{step.certainty}" if step.certainty else "")


def word(response: Response) -> str:
    """Return a response in a word: `a+c` chosen, `a=1+b=2` rated, `>a>c` one after the other."""
    if response.sequence:
        return ">" + ">".join(response.sequence)
    return "+".join([*response.chosen, *(f"{key}={rating}" for key, rating in response.ratings)])


def read_word(text: str) -> Response:
    """Return the response of a word, without the certainty beside it."""
    text = text.partition(_BESIDE)[0]
    if text.startswith(">"):
        return Response.in_sequence(*text[1:].split(">"))
    parts = [part.partition("=") for part in text.split("+") if part]
    rated = {key: rating for key, equals, rating in parts if equals}
    return Response.rating(rated) if rated else Response.choosing(*(key for key, _, _ in parts))


@dataclass(slots=True)
class ItemMarks:
    """The marks of everybody who met an item, who they are (places in the list of all), and what they gave."""

    marks: list[int] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def certainties(self, most: int) -> Counter[tuple[str, bool]]:
        """Return how many were how certain, and whether what they gave earned `most`; silence is not counted."""
        counted: Counter[tuple[str, bool]] = Counter()
        for (given, mark), times in Counter(zip(self.words, self.marks, strict=True)).items():
            certainty = given.partition(_BESIDE)[2]
            if certainty:
                counted[certainty, mark == most] += times
        return counted


@dataclass(frozen=True)
class Gathered:
    """The marks of many attempts by item, in units of 1/`unit`; `totals`, `lengths`, `languages` are one an attempt.

    `is_one_form` says that all of them had the very same items: only then do figures of the whole test and weights of
    items mean something.
    """

    unit: int
    totals: Sequence[int]
    lengths: Sequence[int]
    languages: Sequence[str]
    items: Mapping[int, ItemMarks]
    is_one_form: bool

    @property
    def most(self) -> int:
        """Return what an attempt could get; where they differ in length, of the length that all are stretched to."""
        return self.unit * lcm(1, *set(self.lengths))

    @cached_property
    def scores(self) -> Sequence[int]:
        """Return the totals on one scale from 0 to `most`, whatever the length of each attempt."""
        factor = {length: self.most // (self.unit * length) for length in set(self.lengths)}
        return [total * factor[length] for total, length in zip(self.totals, self.lengths, strict=True)]

    @cached_property
    def stretched_rests(self) -> tuple[Sequence[int], int]:
        """Return by what each person's rest score is stretched to one scale, and the most it is there; 0 for none."""
        others = {length: max(length - 1, 1) for length in set(self.lengths)}
        longest = lcm(*others.values())
        most = longest * self.unit if min(self.lengths) > 1 else 0
        return [longest // others[length] for length in self.lengths], most

    def columns(self) -> tuple[Column, ...]:
        """Return every item as statistics take it, by the name of the item."""
        scores = self.scores
        return tuple(
            Column(str(item), held.marks, [scores[one] for one in held.people], self.unit, not self.is_one_form)
            for item, held in self.items.items()
        )

    def whole(self) -> tuple[Column, ...]:
        """Return the columns of the one form; where attempts drew different items, one column of their scores."""
        return self.columns() if self.is_one_form else (Column("", self.scores, self.scores, self.most),)


def gather(sheets: Iterable[MarkSheet], units: Iterable[int]) -> Gathered:
    """Return the marks of sheets by item, read one after the other; `units` are all the units that occur in them."""
    unit = lcm(1, *units)
    held: defaultdict[int, ItemMarks] = defaultdict(ItemMarks)
    totals: list[int] = []
    lengths: list[int] = []
    languages: list[str] = []
    # Words are few and come again and again: each is kept once.
    known: dict[str, str] = {}
    for place, sheet in enumerate(sheets):
        scale = unit // sheet.unit
        marks = sheet.marks if scale == 1 else [mark * scale for mark in sheet.marks]
        for item, mark, given in zip(sheet.items, marks, sheet.words, strict=True):
            one = held[item]
            one.marks.append(mark)
            one.people.append(place)
            one.words.append(known.setdefault(given, given))
        totals.append(sum(marks))
        lengths.append(len(marks))
        languages.append(known.setdefault(sheet.language, sheet.language))
    is_one_form = len(set(lengths)) == 1 and all(len(one.marks) == len(totals) for one in held.values())
    return Gathered(unit, totals, lengths, languages, dict(held), is_one_form)


@dataclass(frozen=True, slots=True)
class OptionShare:
    """How many took an option, their share of all who met the item, and their mean share of all the other marks.

    Taken means chosen, marked or gone; rated as the key rates it; put where the key has it; or picked as the most
    appropriate.
    """

    key: str
    count: int
    share: float
    mean_rest: float | None


def option_shares(scenario: Scenario, held: ItemMarks, gathered: Gathered) -> tuple[OptionShare, ...]:
    """Return the share of each option in its order."""
    met = Counter(held.words)
    rests: defaultdict[str, int] = defaultdict(int)
    stretched, most = gathered.stretched_rests
    for given, mark, person in zip(held.words, held.marks, held.people, strict=True):
        rests[given] += (gathered.totals[person] - mark) * stretched[person]
    counts: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    for given, times in met.items():
        for key in _taken(scenario, given):
            counts[key] += times
            sums[key] += rests[given]
    return tuple(
        OptionShare(
            option.key,
            counts[option.key],
            counts[option.key] / len(held.marks),
            float(Fraction(sums[option.key], counts[option.key] * most)) if most and counts[option.key] else None,
        )
        for option in scenario.options
    )


def _taken(scenario: Scenario, given: str) -> list[str]:
    if not given:
        return []
    outcomes = question_types.get(scenario.kind).summarise(scenario, read_word(given))
    return [outcome.key for outcome in outcomes if _is_taken(scenario.kind, outcome)]


def _is_taken(kind: str, outcome: OptionOutcome) -> bool:
    if kind == "judgement":
        return outcome.rating == outcome.key_rating
    if kind == "ordering":
        return outcome.place == outcome.key_place
    return outcome.rating == "most" if kind == "most_least" else outcome.is_chosen
