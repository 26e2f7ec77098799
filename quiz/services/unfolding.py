"""What unfolds on a page turn by turn: the passages of an exhibit, and the path through a branching scenario."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from quiz.engine.attempt import Slot
from quiz.engine.question_types.branching import next_node, walk
from quiz.engine.scenario import Exhibit, Node, Option, Scenario
from quiz.engine.scenario_document import PASSAGE
from quiz.engine.text import Text
from quiz.language.prose import passage


def shown_exhibit(scenario: Scenario, keys: Sequence[str]) -> Exhibit | None:
    """Return the exhibit as a page shows it: a marked passage carries the number of its place among the keys."""
    exhibit = scenario.exhibit
    if exhibit is None or scenario.kind != "spot":
        return exhibit

    def told(text: Text) -> Text:
        return Text(
            {
                language: PASSAGE.sub(lambda found: passage(keys.index(found[1]) + 1, found[2]), said)
                for language, said in text.by_language.items()
            }
        )

    return replace(
        exhibit,
        texts={name: told(text) for name, text in exhibit.texts.items()},
        turns=tuple(replace(turn, says=told(turn.says)) for turn in exhibit.turns),
    )


@dataclass(frozen=True, slots=True)
class ElsewhereSummary:
    """A choice that was not made, and what it would have led to."""

    text: Text
    ruling: Text
    consequence: Text | None


@dataclass(frozen=True, slots=True)
class TurnSummary:
    """One turn of a path: what was met and chosen, what came of it; the rest only once rulings may be shown."""

    number: int
    situation: Text
    exhibit: Exhibit | None
    chosen: Text | None
    consequence: Text | None
    position: int | None
    ruling: Text | None = None
    soundness: str | None = None
    elsewhere: tuple[ElsewhereSummary, ...] = ()


def turns_of(slot: Slot, path: tuple[str, ...], soundness: dict[str, str], reveals: bool) -> tuple[TurnSummary, ...]:
    """Return the turns gone so far and the one that waits for a choice, if any."""
    scenario = slot.scenario
    nodes = walk(scenario, path) or []
    return tuple(
        _turn(slot, number, node, path[number - 1] if number <= len(path) else None, soundness, reveals)
        for number, node in enumerate(nodes, 1)
    )


def _turn(
    slot: Slot, number: int, node: Node, key: str | None, soundness: dict[str, str], reveals: bool
) -> TurnSummary:
    option = slot.scenario.option(key) if key else None
    others = [slot.scenario.option(other) for other in node.leads if other != key] if reveals else []
    return TurnSummary(
        number=number,
        situation=node.situation,
        exhibit=node.exhibit,
        chosen=option.text if option else None,
        consequence=option.consequence if option else None,
        position=slot.option_order.index(key) if key else None,
        ruling=option.ruling if option and reveals else None,
        soundness=soundness.get(key) if key else None,
        elsewhere=tuple(ElsewhereSummary(other.text, other.ruling, other.consequence) for other in others),
    )


def waiting_options(scenario: Scenario, path: tuple[str, ...]) -> tuple[Option, ...]:
    """Return the choices of the turn that a path has come to, none where it has ended."""
    node = next_node(scenario, path)
    return tuple(scenario.option(key) for key in node.leads) if node else ()
