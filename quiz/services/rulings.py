"""A scenario in brief: what was asked, for each option its key and its ruling, and the provisions it is about."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from quiz.engine.document import read_scenario
from quiz.engine.scenario import Exhibit, Option, Scenario
from quiz.engine.text import Text
from quiz.services.citing import CitationSummary, summarise_citations
from quiz.services.published import get_library
from quiz.services.unfolding import shown_exhibit
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class RulingLine:
    """One option with its ruling and whatever its kind has for a key; all else is None.

    `credit` is what choosing it earns, `rating` how the reference rates it, `pick` whether it is the most or the least
    appropriate, `place` where it stands in order, `breaches` whether a passage does.
    """

    key: str
    text: Text
    ruling: Text
    credit: Fraction | None = None
    rating: str | None = None
    pick: str | None = None
    place: int | None = None
    breaches: bool | None = None

    @property
    def reference(self) -> tuple[object, ...]:
        """Return what the key says of it, to be compared."""
        return (self.credit, self.rating, self.pick, self.place, self.breaches)


@dataclass(frozen=True, slots=True)
class TurnLines:
    """The options of one turn; all options, and no situation, where a scenario has no turns."""

    situation: Text | None
    lines: tuple[RulingLine, ...]


@dataclass(frozen=True, slots=True)
class ScenarioBrief:
    """One version of a scenario as somebody reads it who judges its rulings."""

    key: str
    version: int
    version_id: int
    is_standing: bool
    is_withdrawn: bool
    kind: str
    title: Text
    situation: Text
    exhibit: Exhibit | None
    prompt: Text
    turns: tuple[TurnLines, ...]
    citations: tuple[CitationSummary, ...]


def brief_of(work: UnitOfWork, row: Any) -> ScenarioBrief:
    """Return the brief of a version as queries give it."""
    scenario = scenario_of(work, row)
    return ScenarioBrief(
        key=row.key,
        version=row.number,
        version_id=row.id,
        is_standing=row.number == row.current_number,
        is_withdrawn=row.withdrawn_at is not None,
        kind=scenario.kind,
        title=scenario.title,
        situation=scenario.situation,
        exhibit=shown_exhibit(scenario, [option.key for option in scenario.options]),
        prompt=scenario.prompt,
        turns=_turns(scenario),
        citations=summarise_citations(get_library(work), scenario.citations),
    )


def scenario_of(work: UnitOfWork, row: Any) -> Scenario:
    """Return the scenario of a version, read once a process."""
    found: Scenario = work.tools.kept.documents.get(row.digest, lambda: read_scenario(row.document))
    return found


def ruling_lines(scenario: Scenario) -> tuple[RulingLine, ...]:
    """Return every option with its key and its ruling, in the order of the document."""
    return tuple(_line(scenario, option) for option in scenario.options)


def _turns(scenario: Scenario) -> tuple[TurnLines, ...]:
    lines = {line.key: line for line in ruling_lines(scenario)}
    if not scenario.nodes:
        return (TurnLines(None, tuple(lines.values())),)
    return tuple(TurnLines(node.situation, tuple(lines[key] for key in node.leads)) for node in scenario.nodes)


def _line(scenario: Scenario, option: Option) -> RulingLine:
    if scenario.kind == "spot":
        return RulingLine(option.key, option.text, option.ruling, breaches=(option.credit or 0) > 0)
    if scenario.kind == "judgement":
        return RulingLine(option.key, option.text, option.ruling, rating=scenario.key_ratings[option.key])
    if scenario.kind == "most_least":
        picks = {key: pick for pick, key in scenario.key_choice.items()}
        return RulingLine(option.key, option.text, option.ruling, pick=picks.get(option.key, "neither"))
    if scenario.kind == "ordering":
        return RulingLine(option.key, option.text, option.ruling, place=scenario.key_order.index(option.key) + 1)
    return RulingLine(option.key, option.text, option.ruling, credit=option.credit or Fraction(0))
