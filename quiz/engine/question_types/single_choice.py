"""Pick one of two to six; the credit is that option's."""

from fractions import Fraction

from quiz.engine.errors import NotOffered
from quiz.engine.question_types.protocol import AtOnce, OptionOutcome, Soundness, count_fault, nothing_else, offered
from quiz.engine.reading import Fault
from quiz.engine.response import Response
from quiz.engine.scenario import Scenario


class SingleChoice(AtOnce):
    """Exactly one option has credit 1."""

    name = "single_choice"

    def check(self, scenario: Scenario) -> list[Fault]:
        """Return too few or many options, credits out of range, and any number of best options but one."""
        faults = count_fault(scenario, 2, 6)
        for place, option in enumerate(scenario.options):
            if option.credit is not None and not 0 <= option.credit <= 1:
                faults.append(Fault(("options", place, "credit"), "credit-out-of-range", {"value": str(option.credit)}))
        if sum(option.credit == 1 for option in scenario.options) != 1:
            faults.append(Fault(("options",), "not-one-best"))
        return faults

    def accept(self, scenario: Scenario, response: Response, standing: Response | None = None) -> Response:
        """Return a response of exactly one offered option."""
        if len(response.chosen) != 1:
            raise NotOffered("nothing-chosen" if not response.chosen else "not-offered")
        nothing_else(response, "chosen")
        offered(scenario, response.chosen)
        return response

    def mark(self, scenario: Scenario, response: Response) -> Fraction:
        """Return the credit of the chosen option."""
        return scenario.option(response.chosen[0]).credit or Fraction(0)

    def summarise(self, scenario: Scenario, response: Response) -> tuple[OptionOutcome, ...]:
        """Return each option with its own credit in words."""
        return tuple(
            OptionOutcome(
                key=option.key,
                is_chosen=option.key in response.chosen,
                is_best=option.credit == 1,
                soundness=Soundness.of(option.credit or Fraction(0)),
            )
            for option in scenario.options
        )
