"""Finding a provision by its number or by any words of it, however they are spelled."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.bank.words import base, strings
from quiz.db.queries import catalogue as queries
from quiz.engine.instrument import Citation, EditionStatus, Library
from quiz.engine.text import LANGUAGES, Text
from quiz.language.folding import fold, fold_loosely, fold_seats
from quiz.services.citing import CitationSummary, summarise_citations
from quiz.services.errors import NotFound
from quiz.services.published import get_library
from quiz.services.unit_of_work import UnitOfWork

MOST_FOUND = 12
ON_A_PAGE = 40
_SEARCHED = frozenset({"key", "title", "situation", "prompt", "exhibit", "options", "passages", "nodes"})
LONGEST_QUERY = 200
_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d+")
# A provision is asked for as «المادة 20» or "article 20", and its own text seldom says so.
_KINDS: Mapping[str, str] = {
    "article": "المادة article",
    "clause": "البند clause",
    "value": "القيمة value",
    "duty": "الواجب duty",
    "pledge": "التعهد pledge",
    "section": "القسم section",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One citable place of the library with what is searched of it."""

    address: str
    jurisdiction: str
    number: str
    title: str
    folded: str
    loose: str
    seatless: str
    figures: frozenset[str]
    is_past: bool

    def holds(self, word: str, within: str) -> bool:
        """Tell whether a folded word stands in a form of this place; a number stands there by itself."""
        return word in self.figures if word.isdigit() else word in within


@dataclass(frozen=True, slots=True)
class Provisions:
    """The provisions at hand for a draft, and those that a search found."""

    at_hand: tuple[CitationSummary, ...]
    unknown: tuple[str, ...]
    wanted: str
    found: tuple[CitationSummary, ...]


def past_editions(work: UnitOfWork) -> frozenset[str]:
    """Return the addresses of editions that hold no more, whose provisions are cited as history."""
    return frozenset(
        f"{instrument.key}/{edition.key}"
        for instrument in get_library(work).instruments
        for edition in instrument.editions
        if edition.status is EditionStatus.REPEALED
    )


def list_editions(work: UnitOfWork) -> tuple[tuple[str, Text], ...]:
    """Return address and label of every edition of every instrument."""
    return tuple(
        (f"{instrument.key}/{edition.key}", edition.label)
        for instrument in get_library(work).instruments
        for edition in instrument.editions
    )


def is_citable(work: UnitOfWork, address: str) -> bool:
    """Tell whether something that may be cited stands at an address."""
    cited = get_library(work).find(Citation(address))
    return cited is not None and cited.provision.verification.may_be_published


def gather(work: UnitOfWork, addresses: Sequence[str], wanted: str = "", bank: str | None = None) -> Provisions:
    """Return the provisions at some addresses, those addresses where nothing stands, and what a search finds."""
    library = get_library(work)
    at_hand = summarise_citations(library, (Citation(address) for address in addresses))
    known = {one.address for one in at_hand}
    found = find_provisions(work, wanted, bank) if wanted.strip() else ()
    return Provisions(
        at_hand=at_hand,
        unknown=tuple(address for address in addresses if address not in known),
        wanted=wanted,
        found=tuple(one for one in found if one.address not in known),
    )


def find_provisions(work: UnitOfWork, wanted: str, bank: str | None = None) -> tuple[CitationSummary, ...]:
    """Return the citable provisions that hold every word, those of the bank's country and the likeliest first.

    Words are folded as `folding` does. As long as nothing of that country is found, hamza is left out, then what it
    sits on, then what is joined to words; and where nothing at all is, those are given that hold the most words.
    """
    work.require(Permission.BANK_SCENARIO_READ, Target("provisions"))
    wanted = wanted[:LONGEST_QUERY]
    words = _WORD.findall(fold(wanted))
    if not words:
        return ()
    country = bank.partition("-")[0].upper() if bank else ""
    found = _found(_places(work), wanted, country) or _holding_most(_places(work), words)
    likeliest = sorted(found, key=lambda place: _likeliness(place, found[place], words, country))
    library = get_library(work)
    return summarise_citations(library, (Citation(place.address, place.is_past) for place in likeliest[:MOST_FOUND]))


def _found(places: Sequence[Place], wanted: str, country: str) -> Mapping[Place, int]:
    """Return what holds every word, each with how loosely the words had to be taken for it."""
    found: dict[Place, int] = {}
    for looseness, (words, form) in enumerate(_ways(wanted)):
        for place in places:
            if words and all(place.holds(word, form(place)) for word in words):
                found.setdefault(place, looseness)
        if any(place.jurisdiction == country for place in found) or (found and not country):
            break
    return found


def _ways(wanted: str) -> Iterator[tuple[list[str], Callable[[Place], str]]]:
    """Give the words searched for, stricter forms first, and the form of a place that each is compared with."""
    yield _WORD.findall(fold(wanted)), lambda place: place.folded
    yield _WORD.findall(fold_loosely(wanted)), lambda place: place.loose
    yield _WORD.findall(fold_seats(wanted)), lambda place: place.seatless
    yield _bases(_WORD.findall(fold(wanted))), lambda place: place.folded


def _bases(words: Sequence[str]) -> list[str]:
    return [base(word) for word in words if len(base(word)) > 2 or word.isdigit()]


def _holding_most(places: Sequence[Place], words: Sequence[str]) -> Mapping[Place, int]:
    hits = {place: sum(place.holds(word, place.folded) for word in _bases(words)) for place in places}
    most = max(hits.values(), default=0)
    return {place: 0 for place, count in hits.items() if most and count == most}


def _likeliness(place: Place, looseness: int, words: Sequence[str], country: str) -> tuple[bool | int | str, ...]:
    return (
        place.jurisdiction != country,
        place.is_past,
        looseness,
        place.number not in words,
        not any(word in place.title for word in words),
        place.address,
    )


def searched_words(document: Mapping[str, Any]) -> str:
    """Return the words of a scenario as a search compares them: key, title, story and what may be chosen.

    Each stands once, and none that a longer one holds: parts of words are found, and every search reads all of it.
    """
    said = [text for path, text in strings(document) if path[0] in _SEARCHED and path[-1] in (*LANGUAGES, "key")]
    words = set(_WORD.findall(fold(" ".join([*said, *map(str, document.get("topics") or ())]))))
    held = ""
    for word in sorted(words, key=lambda one: (-len(one), one)):
        if word not in held:
            held = f"{held} {word}" if held else word
    return held


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """One scenario in a list."""

    key: str
    title: Text
    bank: str
    kind: str
    difficulty: int
    is_sensitive: bool
    version: int


@dataclass(frozen=True, slots=True)
class FoundScenarios:
    """One page of the scenarios that were found."""

    lines: tuple[ScenarioLine, ...]
    count: int
    page: int
    pages: int


def find_scenarios(
    work: UnitOfWork, wanted: str = "", bank: str | None = None, kind: str | None = None, page: int = 1
) -> FoundScenarios:
    """Return a page of the scenarios in use that hold every word, in order of keys; NotFound outside of the pages."""
    work.require(Permission.BANK_SCENARIO_READ, Target("scenarios"))
    words = _WORD.findall(fold(wanted[:LONGEST_QUERY]))
    keys = queries.list_searched(work.session, words, bank, kind)
    if words and not keys:
        words = [base(word) for word in words if len(base(word)) > 2] or words
        keys = queries.list_searched(work.session, words, bank, kind)
    pages = max(1, -(-len(keys) // ON_A_PAGE))
    if not 1 <= page <= pages:
        raise NotFound("page")
    found = queries.list_standing(work.session, keys[(page - 1) * ON_A_PAGE : page * ON_A_PAGE])
    lines = [
        ScenarioLine(
            row.key,
            Text(version.document["title"]),
            row.bank,
            version.document["kind"],
            version.document["difficulty"],
            bool(version.document.get("sensitive")),
            row.current_number,
        )
        for row, version in found
    ]
    return FoundScenarios(tuple(lines), len(keys), page, pages)


def _places(work: UnitOfWork) -> Sequence[Place]:
    """Return every citable place, folded once for each library that stood in this process."""
    digests = tuple(row.digest for row in queries.list_standing_instruments(work.session))
    return work.tools.kept.searched.get(("places", digests), lambda: tuple(_folded(get_library(work))))


def _folded(library: Library) -> Iterator[Place]:
    for address, (instrument, edition, provision) in library.provisions.items():
        if not provision.verification.may_be_published:
            continue
        around = [*instrument.title.by_language.values(), *edition.label.by_language.values()]
        title = list(provision.title.by_language.values())
        number = provision.reference.number or ""
        whole = (address, list(provision.paraphrase.by_language.values()))
        parts = [
            (f"{address}#{part.key}", [*part.paraphrase.by_language.values(), *_said(part.title)])
            for part in provision.parts
        ]
        for at, said in (whole, *parts):
            text = " ".join((_KINDS.get(provision.reference.kind, ""), number, *title, *said, *around, at))
            yield Place(
                address=at,
                jurisdiction=instrument.jurisdiction,
                number=fold(number),
                title=fold(" ".join(title)),
                folded=fold(text),
                loose=fold_loosely(text),
                seatless=fold_seats(text),
                figures=frozenset(_FIGURE.findall(fold(text))),
                is_past=edition.status is EditionStatus.REPEALED,
            )


def _said(title: Text | None) -> list[str]:
    return list(title.by_language.values()) if title else []
