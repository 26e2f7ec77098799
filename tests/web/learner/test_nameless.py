"""A question without a name, followed through all that it could leave behind: every row, the log, the answer sent."""

from typing import Any

import pytest
from sqlalchemy import func, select

from quiz.access.actor import Role
from quiz.db.models.attempts import QuestionRow
from quiz.db.models.base import Base
from quiz.services.unit_of_work import Works
from tests.pages import HERE
from tests.web.learning import SHORT, Learner

WORDS = "رأيت زميلًا يقبل هدية"
# What a browser says of itself and of where it comes from.
SAID = {"Referer": f"{HERE}/learn/attempts/of-mine", "User-Agent": "one-of-a-kind", "X-Forwarded-For": "203.0.113.77"}
# Long, and never changed by anybody who only asks.
COUNTED = {"instrument_version", "scenario_version", "module_version"}


def stored(works: Works) -> dict[str, list[str]]:
    with works.database.reads() as session:
        return {
            table.name: sorted(
                map(repr, session.execute(select(func.count()) if table.name in COUNTED else select(table)))
            )
            for table in Base.metadata.sorted_tables
        }


def send(learner: Learner, **sent: str) -> Any:
    """Ask as a browser does that says all it can, and return the bare answer."""
    page = learner.client.get(f"/learn/ask?kind=question&about={SHORT}")
    where, hidden = page.fields("/learn/ask")
    return learner.client.client.post(
        where,
        data={**hidden, "words": WORDS, **sent},
        base_url=HERE,
        headers=SAID,
    )


def test_nothing_but_the_question_itself_is_written_anywhere(
    learner: Learner, works: Works, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    learner.client.get("/learn/ask")
    before = stored(works)
    assert send(learner, words="").status_code == 422
    assert stored(works) == before
    answer = send(learner)
    assert answer.status_code == 200
    after = stored(works)
    assert {name for name in after if after[name] != before[name]} == {"question"}
    assert len(after["question"]) == len(before["question"]) + 1
    (row,) = set(after["question"]) - set(before["question"])
    who = (learner.someone.name, learner.someone.email, learner.someone.public_id, "203.0", "of-mine")
    told = "\n".join(record.getMessage() for record in caplog.records)
    for trace in (*who, "one-of-a-kind", "127.0.0.1"):
        assert trace not in row
    for trace in (*who, WORDS, "one-of-a-kind"):
        assert trace not in told
    # The code stands on a page that no cache and no other site gets to know of.
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] in {"no-referrer", "same-origin"}
    assert "Location" not in answer.headers
    assert "Set-Cookie" not in answer.headers


def test_two_people_leave_the_same_row_but_for_what_is_drawn_by_chance(
    learner: Learner, colleague: Learner, works: Works
) -> None:
    for one in (learner, colleague):
        assert send(one).status_code == 200
    with works.database.reads() as session:
        first, second = session.execute(select(QuestionRow.__table__)).mappings().all()
    assert {key for key in first if first[key] != second[key]} == {"id", "public_id", "reply_digest"}


def test_its_number_says_nothing_of_what_was_asked_before_and_after(learner: Learner, works: Works) -> None:
    """Numbers that count up would put it between two questions whose moments and names are known."""
    for sent in ({"with_name": "y"}, {}, {"with_name": "y"}) * 5:
        assert send(learner, **sent).status_code == 200
    with works.database.reads() as session:
        ids = session.scalars(select(QuestionRow.id)).all()
    gaps = [high - low for low, high in zip(sorted(ids), sorted(ids)[1:], strict=False)]
    assert len(ids) == 15
    assert min(gaps) > 1_000_000


def test_the_adviser_reads_of_it_no_more_than_its_day(learner: Learner, signed_in: Any) -> None:
    assert send(learner).status_code == 200
    adviser = signed_in(Role.ADVISER)
    listed = adviser.get("/advise/")
    page = adviser.get(listed.links("^/advise/questions/")[0])
    for shown in (listed, page):
        assert WORDS in shown.main
        assert learner.someone.name not in shown.main
