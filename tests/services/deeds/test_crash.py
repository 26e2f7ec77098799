"""A process that dies in the middle of an answer leaves the whole answer or nothing of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from quiz.db.connection import Database
from quiz.services import taking
from quiz.services.unit_of_work import Works
from quiz.settings.operator import ROOT
from tests import learning
from tests.fixtures.people import Someone
from tests.learning import SHOWN, best
from tests.services.deeds import dying
from tests.services.deeds.conftest import DRILL


@pytest.fixture
def database(own_database: Database) -> Database:
    return own_database


@pytest.fixture
def learner(publish: object, make_person: object) -> Someone:
    publish(DRILL)
    return make_person(modules=(DRILL,))


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_dying_after_each_statement_of_the_last_answer(works: Works, learner: Someone, tmp_path: Path) -> None:
    attempt_id = learning.begin(works, learner, DRILL)
    with works.writing(learner.actor) as work:
        taking.answer(work, attempt_id, 1, best(learning.stored(works, learner, attempt_id), 1), 0, SHOWN)
    told = {
        "path": str(works.database.engine.url.database),
        "now": works.tools.clock().isoformat(),
        "person_id": learner.actor.person_id,
        "attempt_id": attempt_id,
        "place": 2,
        "chosen": best(learning.stored(works, learner, attempt_id), 2).chosen,
    }
    works.database.engine.dispose()
    (tmp_path / "told.json").write_text(json.dumps(told))
    command = [sys.executable, "-m", dying.__name__, str(tmp_path / "told.json")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    *died, lived = map(json.loads, done.stdout.splitlines())
    nothing, whole = [1, None, "under_way", 0, "ok"], [3, "passed", "passed_pledge_open", 1, "ok"]
    # Reading, two steps, the end, the state, the message and the commit are more than six places to die.
    assert len(died) > 6, done.stderr
    assert [status for status, _ in died] == [dying.DIED] * len(died)
    assert [left for _, left in died] == [nothing] * len(died)
    assert lived == [0, whole]
