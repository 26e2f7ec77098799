"""Rounds of a fault: done, mended, served again, over and over; then everything is looked at once."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from bench.faults.checking import Findings, check
from bench.faults.hurting import Fault
from bench.faults.installation import Installation, installation

# How long everybody learns in peace between two rounds.
_PEACE_SECONDS = 0.3
# What is written as a defect in a log, whatever broke.
_DEFECT = "Traceback"


@dataclass(frozen=True, slots=True)
class Told:
    """What rounds of a fault gave: seconds from each mend until an answer was stored again, and all that was found.

    `troubles` is how often somebody met no page, or one that says so. `defects` are programs that wrote down a defect.
    """

    engine: str
    words: str
    seconds: tuple[float, ...]
    troubles: int
    findings: Findings
    defects: tuple[str, ...]

    @property
    def faults(self) -> list[str]:
        """Return everything that is wrong."""
        return [*self.findings.faults, *(f"a defect in the log: {one}" for one in self.defects)]

    def row(self) -> str:
        """Return the row of a table."""
        found = self.findings
        wrong = (found.lost, found.doubled, found.stuck, found.half_written, found.unsent, found.mails_doubled)
        served = f"{median(self.seconds):.1f} / {max(self.seconds):.1f}"
        columns = (self.words, self.engine, len(self.seconds), f"{found.acknowledged:,}", found.records, found.mails)
        return "| " + " | ".join(map(str, (*columns, *map(len, wrong), served))) + " |"


HEAD = (
    "| Fault | Database | Rounds | Answers acknowledged | Records | Mails | lost | doubled | cannot go on"
    " | half-written | mails unsent | mails twice | Served again after, median / longest (s) |\n" + "|---" * 13 + "|"
)


def tell(engine: str, fault: Fault, rounds: int, say: Callable[[str], None]) -> Told:
    """Do so many rounds on an installation of their own. Raise NotHere or NoPrograms where it cannot be had."""
    with installation(engine, fault.needs) as made:
        begin(made)
        seconds = []
        for number in range(1, rounds + 1):
            seconds.append(hurt(made, fault))
            say(f"{engine}: {fault.words}: {number} of {rounds}, served after {seconds[-1]:.1f} s")
        troubles = made.troubles()
        return Told(engine, fault.words, tuple(seconds), troubles, check(made), defects(made))


def begin(made: Installation) -> None:
    """Let learners begin."""
    made.learn()
    made.wait_answers(time.monotonic())


def hurt(made: Installation, fault: Fault) -> float:
    """Do one round; return the seconds from its mend until an answer was stored again."""
    fault.hurt(made)
    seconds = made.wait_answers(time.monotonic())
    # Served by one is served; the next round finds all of them.
    for app in made.apps:
        app.wait_ready()
    time.sleep(_PEACE_SECONDS)
    return seconds


def defects(made: Installation) -> tuple[str, ...]:
    """Return the lines in which programs wrote down a defect: what is away is an outage, and told shortly."""
    logs = ((program.name, program.log.read_text(errors="replace")) for program in made.programs)
    return tuple(f"{name}: {line}" for name, text in logs for line in text.splitlines() if _DEFECT in line)
