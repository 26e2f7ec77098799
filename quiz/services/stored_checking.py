"""Everything stored looked at again: papers, records with all that became of them, credentials, each record remade."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

from quiz.services import credential_checking, paper_checking, recomputing, record_checking
from quiz.services.paper_checking import StoredProblem
from quiz.services.recomputing import Difference
from quiz.services.unit_of_work import UnitOfWork

Problem = StoredProblem | Difference


@dataclass(frozen=True, slots=True)
class CheckedAll:
    """How much was looked at."""

    papers: int
    records: int
    attempts: int


def check_all(work: UnitOfWork, blame: Callable[[Problem], None]) -> CheckedAll:
    """Look at everything and blame whatever does not follow, as it is found."""
    papers_kept = paper_checking.count_stored(work)
    for one in chain(
        paper_checking.check_stored(work),
        record_checking.check_lives(work),
        credential_checking.check_credentials(work),
        credential_checking.check_status_lists(work),
    ):
        blame(one)
    found = recomputing.recompute(work)
    for differs in found.differences:
        blame(differs)
    return CheckedAll(papers_kept, found.completions, found.attempts)
