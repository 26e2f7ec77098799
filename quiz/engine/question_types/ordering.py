"""Put three to six steps in order; the credit is the share of pairs in the right order."""

from fractions import Fraction
from itertools import combinations

from quiz.engine.errors import NotOffered
from quiz.engine.question_types.protocol import AtOnce, OptionOutcome, Soundness, count_fault, nothing_else, offered
from quiz.engine.reading import Fault
from quiz.engine.response import Response
from quiz.engine.scenario import Scenario


class Ordering(AtOnce):
    """The key is one order of all options; the credit falls by each pair that stands the other way round (Kendall)."""

    name = "ordering"

    def check(self, scenario: Scenario) -> list[Fault]:
        """Return too few or many options, and a key order that is not one of all options."""
        faults = count_fault(scenario, 3, 6)
        if sorted(scenario.key_order) != sorted(option.key for option in scenario.options):
            faults.append(Fault(("key_order",), "order-not-of-all"))
        return faults

    def accept(self, scenario: Scenario, response: Response, standing: Response | None = None) -> Response:
        """Return a response that puts every option in its place."""
        nothing_else(response, "sequence")
        offered(scenario, response.sequence)
        if len(response.sequence) != len(scenario.options):
            raise NotOffered("not-all-ordered")
        return response

    def mark(self, scenario: Scenario, response: Response) -> Fraction:
        """Return the pairs in the right order out of all pairs."""
        place = {key: number for number, key in enumerate(scenario.key_order)}
        pairs = list(combinations([place[key] for key in response.sequence], 2))
        return Fraction(sum(first < second for first, second in pairs), len(pairs))

    def summarise(self, scenario: Scenario, response: Response) -> tuple[OptionOutcome, ...]:
        """Return each option with the place given and the key's; it is sound in its place, partly so one beside."""
        given = {key: number for number, key in enumerate(response.sequence, 1)}
        right = {key: number for number, key in enumerate(scenario.key_order, 1)}
        beside = {0: Soundness.SOUND, 1: Soundness.PARTLY}
        return tuple(
            OptionOutcome(
                key=option.key,
                is_chosen=True,
                is_best=False,
                soundness=beside.get(abs(given[option.key] - right[option.key]), Soundness.UNSOUND),
                place=given[option.key],
                key_place=right[option.key],
            )
            for option in scenario.options
        )
