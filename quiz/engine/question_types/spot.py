"""Mark the passages of the exhibit that breach; they share the credit, and each innocent one costs such a share."""

from quiz.engine.question_types.multiple_choice import MultipleChoice
from quiz.engine.question_types.protocol import count_fault
from quiz.engine.reading import Fault
from quiz.engine.scenario import Scenario


class Spot(MultipleChoice):
    """Marked like several choices: the credits follow from which passages breach, so nobody types them."""

    name = "spot"

    def check(self, scenario: Scenario) -> list[Fault]:
        """Return too few or many passages, an exhibit without any, and more breaches than innocent passages allow.

        With fewer innocent passages than breaches, marking everything would score.
        """
        faults = [Fault(("passages",), fault.code, fault.values) for fault in count_fault(scenario, 3, 8)]
        breaches = sum((option.credit or 0) > 0 for option in scenario.options)
        if not breaches:
            faults.append(Fault(("passages",), "nothing-breaches"))
        elif breaches > len(scenario.options) - breaches:
            faults.append(Fault(("passages",), "everything-scores"))
        return faults
