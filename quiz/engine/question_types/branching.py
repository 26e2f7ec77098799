"""Decide turn by turn; every choice leads on or to the end, and the credit is the mean of the choices made."""

from collections.abc import Iterator
from fractions import Fraction

from quiz.engine.errors import NotOffered
from quiz.engine.question_types.protocol import OptionOutcome, Soundness, nothing_else
from quiz.engine.reading import Fault
from quiz.engine.response import Response
from quiz.engine.scenario import Node, Scenario

FEWEST_TURNS, MOST_TURNS = 2, 5
FEWEST_CHOICES, MOST_CHOICES = 2, 4


class Branching:
    """The response is the path so far, one choice after the other; each turn is a step of its own."""

    name = "branching"

    def check(self, scenario: Scenario) -> list[Fault]:
        """Return nodes nobody reaches, choices that lead nowhere known, circles, and paths too short or too long."""
        faults = list(_choices(scenario))
        if not faults:
            faults.extend(_paths(scenario))
        return faults

    def accept(self, scenario: Scenario, response: Response, standing: Response | None = None) -> Response:
        """Return a path that takes one turn after a stretch of the one that stands, or after none."""
        nothing_else(response, "sequence")
        if not response.sequence:
            raise NotOffered("nothing-chosen")
        gone, before = response.sequence[:-1], standing.sequence if standing else ()
        if before[: len(gone)] != gone or walk(scenario, response.sequence) is None:
            raise NotOffered("not-offered")
        return response

    def is_complete(self, scenario: Scenario, response: Response) -> bool:
        """Tell whether the path has come to an end."""
        return next_node(scenario, response.sequence) is None

    def mark(self, scenario: Scenario, response: Response) -> Fraction:
        """Return the mean credit of the choices on the path."""
        credits = [scenario.option(key).credit or Fraction(0) for key in response.sequence]
        return sum(credits, Fraction(0)) / len(credits)

    def summarise(self, scenario: Scenario, response: Response) -> tuple[OptionOutcome, ...]:
        """Return every choice of every turn, on the path or not, with its own credit in words."""
        return tuple(
            OptionOutcome(
                key=option.key,
                is_chosen=option.key in response.sequence,
                is_best=option.credit == 1,
                soundness=Soundness.of(option.credit or Fraction(0)),
                place=response.sequence.index(option.key) + 1 if option.key in response.sequence else None,
            )
            for option in scenario.options
        )


def walk(scenario: Scenario, path: tuple[str, ...]) -> list[Node] | None:
    """Return the nodes met on a path, the one it leads to last unless it ends there; None where it cannot be walked."""
    node: Node | None = scenario.nodes[0]
    met = []
    for key in path:
        if node is None or key not in node.leads:
            return None
        met.append(node)
        following = node.leads[key]
        node = scenario.node(following) if following else None
    return [*met, node] if node else met


def next_node(scenario: Scenario, path: tuple[str, ...]) -> Node | None:
    """Return the node where a path waits for a choice, None where it has ended; the path must be walkable."""
    met = walk(scenario, path) or []
    return met[-1] if len(met) > len(path) else None


def _choices(scenario: Scenario) -> Iterator[Fault]:
    keys = {node.key for node in scenario.nodes}
    if not scenario.nodes:
        yield Fault(("nodes",), "empty-branching")
    for place, node in enumerate(scenario.nodes):
        if not FEWEST_CHOICES <= len(node.leads) <= MOST_CHOICES:
            yield Fault(
                ("nodes", place, "choices"),
                "option-count",
                {"value": str(len(node.leads)), "least": str(FEWEST_CHOICES), "most": str(MOST_CHOICES)},
            )
        if not any(scenario.option(key).credit == 1 for key in node.leads):
            yield Fault(("nodes", place, "choices"), "no-sound-choice")
        for following in node.leads.values():
            if following is not None and following not in keys:
                yield Fault(("nodes", place, "choices"), "no-such-node", {"value": following})
    for option in scenario.options:
        if not 0 <= (option.credit or 0) <= 1:
            yield Fault((*option.path, "credit"), "credit-out-of-range", {"value": str(option.credit)})


def _paths(scenario: Scenario) -> Iterator[Fault]:
    met: set[str] = set()
    lengths: set[int] = set()
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        path = waiting.pop()
        node = next_node(scenario, path)
        if node is None:
            lengths.add(len(path))
            continue
        met.add(node.key)
        if len(path) == MOST_TURNS:
            # A circle never ends; it is found as a path that is too long.
            yield Fault(("nodes",), "path-too-long", {"value": node.key, "most": str(MOST_TURNS)})
            return
        waiting.extend((*path, key) for key in node.leads)
    if min(lengths) < FEWEST_TURNS:
        yield Fault(("nodes",), "path-too-short", {"least": str(FEWEST_TURNS)})
    for place, node in enumerate(scenario.nodes):
        if node.key not in met:
            yield Fault(("nodes", place), "node-out-of-reach", {"value": node.key})
