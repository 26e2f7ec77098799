"""Faults that are really done to a whole installation: nothing that was acknowledged is lost, nothing is done twice."""

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from bench.clusters import NoPrograms
from bench.faults.checking import check
from bench.faults.hurting import FAULTS
from bench.faults.installation import ENGINES, POSTGRESQL, SQLITE, Installation, installation
from bench.faults.learners import Acknowledged
from bench.faults.places import NotHere
from bench.faults.rounds import begin, defects, hurt

pytestmark = [
    pytest.mark.enable_socket,
    # What is killed outright closes nothing; that is what is tried.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
NEEDS = frozenset({"disk", "clock", "queue", "replica"})
# Alone, and on SQLite with everything else that has the file open.
WORKER_KILLED = 2
# Whoever is answering notices these: a fault that nobody meets was not done.
NOTICED = ("app-killed", "processes-killed", "database-killed", "disk-full")


@pytest.fixture(params=ENGINES)
def made(request: pytest.FixtureRequest) -> Iterator[Installation]:
    """An installation that stands on everything there is to be hurt."""
    needs = NEEDS if request.param == POSTGRESQL else NEEDS - {"replica"}
    with ExitStack() as stack:
        try:
            try:
                yield stack.enter_context(installation(request.param, needs))
            except NotHere as missing:
                # Who may mount no small disk has all the rest hurt.
                print(f"the disk is not filled: {missing}")
                yield stack.enter_context(installation(request.param, needs - {"disk"}))
        except NoPrograms as fault:
            if os.environ.get("CI"):
                pytest.fail(f"no servers to be hurt: {fault}")
            pytest.skip(f"no servers to be hurt: {fault}")


def test_whatever_breaks_nothing_is_lost_and_nothing_is_done_twice(made: Installation) -> None:
    begin(made)
    for name, fault in FAULTS.items():
        if made.engine not in fault.engines or not fault.needs <= made.has:
            continue
        met = made.troubles()
        hurt(made, fault)
        assert (name not in NOTICED) or made.troubles() > met, f"nobody noticed: {fault.words}"
    found = check(made)
    # A mail server that has said yes to a worker killed in that very moment is told the same mail again, under the same
    # Message-ID: one for each time that the worker is killed.
    assert len(found.mails_doubled) <= WORKER_KILLED
    found.mails_doubled = []
    assert not found.faults
    assert [line[-1500:] for line in defects(made)] == []
    assert found.acknowledged
    assert found.records
    assert found.mails


def test_what_is_lost_or_doubled_is_found() -> None:
    with installation(SQLITE, apps=1) as made:
        begin(made)
        (learner, *_) = made.learners
        one = learner.book.answers[0]
        learner.book.answers.append(Acknowledged(one.attempt_id, 20, (("choice", "99"),)))
        learner.book.records.append("0" * 32)
        made.post.taken["<twice@bench.example>"] = 2
        found = check(made)
    assert len(found.lost) == 2
    assert found.mails_doubled
    assert found.unsent
    assert len(found.faults) == 4
