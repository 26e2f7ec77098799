"""Questions: with a name or without, and without means without, in every table."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.catalogue import ScenarioRow, ScenarioVersionRow
from quiz.records import codes
from quiz.services import asking
from quiz.services.errors import NotFound, Refused
from quiz.services.sign_ins import token_digest
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import DRILL, added, audit, everything

Unchanged = Callable[[], AbstractContextManager[None]]
IsRefused = Callable[..., AbstractContextManager[None]]
WORDS = "هل يجوز أن أعلّق على منشور الهيئة؟"


def ask(
    works: Works, someone: Someone, with_name: bool, kind: str = "question", about: str = "gift-box", seen: str = ""
) -> str | None:
    with works.writing(someone.actor) as work:
        return asking.ask(work, kind, about, WORDS, with_name, seen)


def test_without_a_name_nothing_of_the_person_is_anywhere(works: Works, learner: Someone) -> None:
    before = everything(works)
    ask(works, learner, with_name=False)
    changed = added(before, everything(works))
    assert set(changed) == {"question"}
    (row,) = changed["question"]
    for trace in (learner.public_id, learner.email, learner.name, learner.actor.name):
        assert trace not in row
    with works.database.reads() as session:
        table = asking.QuestionRow.__table__
        assert session.execute(select(table.c.person_id)).scalars().all() == [None]


def test_the_moment_of_a_nameless_question_is_its_day_and_no_finer(
    works: Works, learner: Someone, clock: Clock
) -> None:
    # Cairo is ahead of UTC: late in the evening there the day is the next one already.
    clock.now = datetime(2026, 11, 21, 22, 30, 17, 5, tzinfo=UTC)
    ask(works, learner, with_name=False)
    ask(works, learner, with_name=True)
    with works.database.reads() as session:
        moments = session.scalars(select(asking.QuestionRow.at).order_by(asking.QuestionRow.at)).all()
    assert moments == [datetime(2026, 11, 21, 22, 0, tzinfo=UTC), clock.now]


def test_the_trace_of_a_question_has_no_words(works: Works, learner: Someone) -> None:
    assert ask(works, learner, with_name=True) is None
    entry = audit(works, Permission.LEARNING_QUESTION_ASK)[-1]
    assert (entry.actor, entry.details) == (learner.actor.name, {"kind": "question"})


def versions(works: Works) -> dict[int, int | None]:
    """Return for each question the version of a scenario that is kept with it."""
    with works.database.reads() as session:
        rows = session.execute(select(asking.QuestionRow.id, asking.QuestionRow.scenario_version_id))
        return {number: version for number, version in rows}


def test_the_version_in_front_of_the_asker_is_kept_where_it_is_known(works: Works, learner: Someone) -> None:
    with works.database.reads() as session:
        row = session.execute(
            select(ScenarioVersionRow.id, ScenarioVersionRow.digest, ScenarioRow.key).join(ScenarioRow).limit(1)
        ).one()
    for about, seen, known in (
        (row.key, row.digest, row.id),
        (row.key, "0" * 64, None),
        ("gift-box", row.digest, None),
    ):
        before = versions(works)
        ask(works, learner, with_name=False, kind="doubt", about=about, seen=seen)
        (asked,) = versions(works).keys() - before.keys()
        assert versions(works)[asked] == known


def test_the_code_of_a_nameless_question_is_nowhere_but_in_its_digest(works: Works, learner: Someone) -> None:
    before = everything(works)
    code = ask(works, learner, with_name=False)
    assert code is not None
    stored = repr(added(before, everything(works)))
    assert code not in stored
    assert codes.normalise(code) not in stored
    assert token_digest(codes.normalise(code) or "") in stored


def test_whoever_holds_the_code_opens_the_answer_and_leaves_no_trace(
    works: Works, learner: Someone, colleague: Someone, changes_nothing: Unchanged
) -> None:
    code = ask(works, learner, with_name=False)
    assert code is not None
    for typed in (code, code.lower().replace("-", " "), f"  {code}\u200f"):
        with changes_nothing(), works.reading(colleague.actor) as work:
            found = asking.open_reply(work, typed)
        assert found is not None
        assert (found.words, found.answers) == (WORDS, ())


@pytest.mark.parametrize("typed", ["", "ABCD", "0" * 13, "x" * 4000, "٠" * 13, "ABCD-EFGH-JKMNP\x00"])
def test_no_other_code_opens_anything(works: Works, learner: Someone, typed: str) -> None:
    ask(works, learner, with_name=False)
    ask(works, learner, with_name=True)
    with works.reading(learner.actor) as work:
        assert asking.open_reply(work, typed) is None


def test_own_questions_are_those_asked_with_a_name_and_nobody_elses(
    works: Works, learner: Someone, colleague: Someone, clock: Clock, is_refused: IsRefused
) -> None:
    for kind in ("question", "doubt"):
        ask(works, learner, with_name=True, kind=kind)
        clock.forward(minutes=1)
    ask(works, learner, with_name=False)
    ask(works, colleague, with_name=True)
    with works.reading(learner.actor) as work:
        lines = asking.list_own(work)
        assert [(line.kind, line.is_answered) for line in lines] == [("doubt", False), ("question", False)]
        assert asking.get_own(work, lines[0].public_id).words == WORDS
    with is_refused(Permission.LEARNING_QUESTION_READ, colleague), works.reading(colleague.actor) as work:
        asking.get_own(work, lines[0].public_id)
    with pytest.raises(NotFound, match="question"), works.reading(learner.actor) as work:
        asking.get_own(work, "0" * 32)


def test_who_is_not_signed_in_reads_nothing(works: Works, is_refused: IsRefused) -> None:
    for actor in (Actor.nobody(), SYSTEM):
        with is_refused(Permission.LEARNING_REPLY_READ), works.reading(actor) as work:
            asking.open_reply(work, "ABCD-EFGH-JKMNP")
        with is_refused(Permission.LEARNING_QUESTION_READ), works.reading(actor) as work:
            asking.list_own(work)


def test_signs_that_nobody_sees_are_taken_out(works: Works, learner: Someone) -> None:
    with works.writing(learner.actor) as work:
        asking.ask(work, "doubt", "gift\x00box", "سطر\u202e\x00\r\n\r\n\r\n سطر", with_name=False)
    with works.database.reads() as session:
        row = session.scalars(select(asking.QuestionRow)).one()
    assert (row.about, row.words) == ("gift box", "سطر\n\nسطر")


def test_who_is_not_signed_in_asks_nothing(works: Works, is_refused: IsRefused) -> None:
    for actor in (Actor.nobody(), SYSTEM):
        with is_refused(Permission.LEARNING_QUESTION_ASK), works.writing(actor) as work:
            asking.ask(work, "question", "about", WORDS, with_name=False)


@pytest.mark.parametrize(
    ("kind", "words", "error", "code"),
    [
        ("gossip", WORDS, NotFound, "question-kind"),
        ("question", " \n ", Refused, "nothing-asked"),
        ("question", "\u200b\x00", Refused, "nothing-asked"),
        ("doubt", "س" * 2001, Refused, "too-long"),
    ],
)
def test_what_cannot_be_asked(
    works: Works,
    learner: Someone,
    changes_nothing: Unchanged,
    kind: str,
    words: str,
    error: type[Exception],
    code: str,
) -> None:
    with changes_nothing(), pytest.raises(error, match=code), works.writing(learner.actor) as work:
        asking.ask(work, kind, "about", words, with_name=True)


def test_the_longest_question_is_taken_without_its_margins(works: Works, learner: Someone) -> None:
    with works.writing(learner.actor) as work:
        asking.ask(work, "doubt", "about", f"  {'س' * 2000}  ", with_name=False)
    with works.database.reads() as session:
        assert session.scalars(select(asking.QuestionRow)).one().words == "س" * 2000


def test_help_always_has_a_name_and_the_first_moment_stays(works: Works, learner: Someone, clock: Clock) -> None:
    first = clock.now
    for _ in range(2):
        ask(works, learner, with_name=False, kind="help", about=DRILL)
        clock.forward(days=1)
    with works.database.reads() as session:
        rows = session.scalars(select(AssignmentRow).where(AssignmentRow.help_asked_at.is_not(None))).all()
        people = session.scalars(select(asking.QuestionRow.person_id)).all()
    assert [row.help_asked_at for row in rows] == [first]
    assert people == [learner.actor.person_id] * 2


def test_a_name_is_put_right_only_where_it_is_known_whose(works: Works, learner: Someone) -> None:
    assert ask(works, learner, with_name=False, kind="name", about=DRILL) is None
    with works.database.reads() as session:
        assert session.scalars(select(asking.QuestionRow.person_id)).all() == [learner.actor.person_id]


def test_help_is_for_what_is_assigned(works: Works, make_person: MakePerson, is_refused: IsRefused) -> None:
    stranger = make_person()
    with is_refused(Permission.LEARNING_MODULE_READ, stranger):
        ask(works, stranger, with_name=True, kind="help", about="onboarding-social-media")
