"""Everything the page of a module's draft shows: the draft, what the law says, what its blueprint would draw."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from quiz.bank import modules as composing
from quiz.bank.differences import Change
from quiz.bank.findings import Finding, Report
from quiz.bank.trials import CountryTrial
from quiz.engine.text import Text
from quiz.presentation.requests import sent
from quiz.services import checking, history, modules, reviewing, searching
from quiz.services.citing import CitationSummary
from quiz.services.drafting import DraftSummary
from quiz.services.unit_of_work import UnitOfWork
from quiz.web.editor.form_reading import Document
from quiz.web.editor.module_form import field_of, fields_of


@dataclass(frozen=True, slots=True)
class Draws:
    """What a blueprint draws, the names of the provisions it meets and misses, and the lines left out, from 0."""

    trials: tuple[CountryTrial, ...]
    provisions: Mapping[str, CitationSummary]
    unread: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """The page of a draft."""

    draft: DraftSummary
    document: Document
    report: Report
    by_field: Mapping[str, tuple[Finding, ...]]
    places: Mapping[Finding, str]
    provisions: searching.Provisions
    editions: tuple[tuple[str, Text], ...]
    draws: Draws
    comments: tuple[reviewing.CommentSummary, ...] = ()
    reviews: tuple[reviewing.ReviewSummary, ...] = ()
    theirs: tuple[Change, ...] = ()
    cleaned: Mapping[str, int] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Return the name of every field that has a place for what the law says of it."""
        return sorted(fields_of(self.document))

    def field(self, found: Finding) -> str:
        """Return the field that a finding stands beside, empty where it is of the whole."""
        return self.places.get(found, "")

    def has_faults(self, under: str) -> bool:
        """Tell whether the law says something of a field under a place of the form."""
        return any(name.startswith(f"{under}.") for name in self.by_field)


def desk_of(work: UnitOfWork, found: DraftSummary) -> Desk:
    """Return the page of a draft."""
    document = composing.shaped(found.document)
    report = checking.check_document(work, found.kind, document)
    names = fields_of(document)
    places = {one: name for one in report.findings if (name := field_of(one, names))}
    by_field: defaultdict[str, list[Finding]] = defaultdict(list)
    for one, name in places.items():
        by_field[name].append(one)
    comments, reviews = reviewing.get_talk(work, found.public_id)
    return Desk(
        draft=found,
        document=document,
        report=report,
        by_field={name: tuple(held) for name, held in by_field.items()},
        places=places,
        provisions=_provisions(work, document),
        editions=searching.list_editions(work),
        draws=draws_of(work, document),
        comments=comments,
        reviews=reviews,
        theirs=history.changed_since(work, found) if found.is_behind else (),
    )


def _provisions(work: UnitOfWork, document: Document) -> searching.Provisions:
    """Return the provisions a draft names and those that are searched for; what one card names another may name too."""
    wanted = sent("find").strip()
    found = searching.find_provisions(work, wanted) if wanted else ()
    return replace(searching.gather(work, composing.addresses(document)), wanted=wanted, found=found)


def draws_of(work: UnitOfWork, document: Mapping[str, Any]) -> Draws:
    """Return what a draft would draw for each of its countries."""
    trials = modules.try_out(work, document)
    met = [one.address for trial in trials for one in (*trial.own, *trial.others)]
    missed = [address for trial in trials for address in trial.missed]
    unread = tuple(place for place, line in enumerate(composing.lines_of(document)) if line is None)
    return Draws(trials, modules.gather_citations(work, [*met, *missed]), unread)
