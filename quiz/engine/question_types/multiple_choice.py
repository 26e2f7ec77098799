"""Tick all that apply of three to seven; the credit is the clamped sum of the ticked."""

from fractions import Fraction

from quiz.engine.errors import NotOffered
from quiz.engine.question_types.protocol import AtOnce, OptionOutcome, Soundness, count_fault, nothing_else, offered
from quiz.engine.reading import Fault
from quiz.engine.response import Response
from quiz.engine.scenario import Scenario


class MultipleChoice(AtOnce):
    """Positive credits sum to 1, and ticking everything gives nothing (Moodle's rule: clamp the sum to 0..1)."""

    name = "multiple_choice"

    def check(self, scenario: Scenario) -> list[Fault]:
        """Return positives that do not sum to 1, neutral options, and keys that reward ticking everything."""
        faults = count_fault(scenario, 3, 7)
        credits = [option.credit or Fraction(0) for option in scenario.options]
        if sum(credit for credit in credits if credit > 0) != 1:
            faults.append(Fault(("options",), "positives-not-one"))
        if sum(credits) > 0:
            faults.append(Fault(("options",), "everything-scores"))
        for place, credit in enumerate(credits):
            if credit == 0 or not -1 <= credit <= 1:
                faults.append(Fault(("options", place, "credit"), "credit-out-of-range", {"value": str(credit)}))
        return faults

    def accept(self, scenario: Scenario, response: Response, standing: Response | None = None) -> Response:
        """Return a response of at least one offered option."""
        if not response.chosen:
            raise NotOffered("nothing-chosen")
        nothing_else(response, "chosen")
        offered(scenario, response.chosen)
        return response

    def mark(self, scenario: Scenario, response: Response) -> Fraction:
        """Return the sum of the ticked credits, clamped to 0..1."""
        total = sum((scenario.option(key).credit or Fraction(0) for key in response.chosen), Fraction(0))
        return min(max(total, Fraction(0)), Fraction(1))

    def summarise(self, scenario: Scenario, response: Response) -> tuple[OptionOutcome, ...]:
        """Return each option as sound where ticking it, or leaving it, agrees with the key."""
        outcomes = []
        for option in scenario.options:
            is_best = (option.credit or Fraction(0)) > 0
            is_chosen = option.key in response.chosen
            soundness = Soundness.SOUND if is_best else Soundness.UNSOUND
            outcomes.append(OptionOutcome(option.key, is_chosen, is_best, soundness))
        return tuple(outcomes)
