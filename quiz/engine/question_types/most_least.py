"""Pick the most and the least appropriate of four or five; half the credit each."""

from fractions import Fraction

from quiz.engine.errors import NotOffered
from quiz.engine.question_types.protocol import AtOnce, OptionOutcome, Soundness, count_fault, nothing_else, offered
from quiz.engine.reading import Fault
from quiz.engine.response import Response
from quiz.engine.scenario import PICKS, Scenario

HALF = Fraction(1, 2)


class MostLeast(AtOnce):
    """The key names one option as most and another as least appropriate; each pick that agrees earns a half."""

    name = "most_least"

    def check(self, scenario: Scenario) -> list[Fault]:
        """Return too few or many options, and a key that does not name two different ones of them."""
        faults = count_fault(scenario, 4, 5)
        keys = {option.key for option in scenario.options}
        for pick in sorted(set(PICKS) ^ set(scenario.key_choice)):
            faults.append(Fault(("key_choice", pick), "pick-not-named", {"value": pick}))
        for pick, key in scenario.key_choice.items():
            if key not in keys:
                faults.append(Fault(("key_choice", pick), "rating-without-option", {"value": key}))
        if len(set(scenario.key_choice.values())) < len(scenario.key_choice):
            faults.append(Fault(("key_choice",), "most-is-least"))
        return faults

    def accept(self, scenario: Scenario, response: Response, standing: Response | None = None) -> Response:
        """Return a response that picks one option as most and another as least appropriate."""
        nothing_else(response, "ratings")
        offered(scenario, [key for key, _ in response.ratings])
        picks = [pick for _, pick in response.ratings]
        if any(pick not in PICKS for pick in picks) or len(set(picks)) != len(picks):
            raise NotOffered("not-offered")
        if len(picks) != len(PICKS):
            raise NotOffered("not-both-picked")
        return response

    def mark(self, scenario: Scenario, response: Response) -> Fraction:
        """Return a half for each pick that agrees with the key."""
        return HALF * sum(scenario.key_choice[pick] == key for key, pick in response.ratings)

    def summarise(self, scenario: Scenario, response: Response) -> tuple[OptionOutcome, ...]:
        """Return each option with the pick given and the key's; one that was picked amiss is not sound."""
        given = dict(response.ratings)
        named = {key: pick for pick, key in scenario.key_choice.items()}
        return tuple(
            OptionOutcome(
                key=option.key,
                is_chosen=option.key in given,
                is_best=named.get(option.key) == "most",
                soundness=Soundness.SOUND if given.get(option.key) == named.get(option.key) else Soundness.UNSOUND,
                rating=given.get(option.key),
                key_rating=named.get(option.key),
            )
            for option in scenario.options
        )
