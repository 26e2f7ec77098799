"""Questions: with a name or without, and without means without, in every table."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.db.models.assignments import AssignmentRow
from quiz.services import asking
from quiz.services.errors import NotFound, Refused
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import DRILL, added, audit, everything

Unchanged = Callable[[], AbstractContextManager[None]]
IsRefused = Callable[..., AbstractContextManager[None]]
WORDS = "هل يجوز أن أعلّق على منشور الهيئة؟"


def ask(works: Works, someone: Someone, with_name: bool, kind: str = "question", about: str = "gift-box") -> None:
    with works.writing(someone.actor) as work:
        asking.ask(work, kind, about, WORDS, with_name)


def listed(works: Works, adviser: Someone) -> tuple[asking.QuestionSummary, ...]:
    with works.reading(adviser.actor) as work:
        return asking.list_questions(work)


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


def test_with_a_name_the_adviser_can_answer_and_the_trace_has_no_words(
    works: Works, learner: Someone, make_person: MakePerson, clock: Clock
) -> None:
    ask(works, learner, with_name=True)
    (found,) = listed(works, make_person(Role.ADVISER))
    assert (found.name, found.email, found.words, found.at) == (learner.name, learner.email, WORDS, clock.now)
    entry = audit(works, Permission.LEARNING_QUESTION_ASK)[-1]
    assert (entry.actor, entry.details) == (learner.actor.name, {"kind": "question"})


def test_the_adviser_reads_the_newest_first_and_nobody_where_nobody_signed(
    works: Works, learner: Someone, make_person: MakePerson, clock: Clock
) -> None:
    adviser = make_person(Role.ADVISER)
    for with_name in (True, False):
        ask(works, learner, with_name)
        clock.forward(minutes=1)
    assert [(one.name, one.email) for one in listed(works, adviser)] == [(None, None), (learner.name, learner.email)]


def test_others_do_not_read_questions(works: Works, make_person: MakePerson, is_refused: IsRefused) -> None:
    everybody_else = make_person(*(role for role in Role if role is not Role.ADVISER))
    for actor in (everybody_else.actor, SYSTEM, Actor.nobody()):
        with is_refused(Permission.ADVICE_QUESTION_READ), works.reading(actor) as work:
            asking.list_questions(work)


def test_who_is_not_signed_in_asks_nothing(works: Works, is_refused: IsRefused) -> None:
    for actor in (Actor.nobody(), SYSTEM):
        with is_refused(Permission.LEARNING_QUESTION_ASK), works.writing(actor) as work:
            asking.ask(work, "question", "about", WORDS, with_name=False)


@pytest.mark.parametrize(
    ("kind", "words", "error", "code"),
    [
        ("gossip", WORDS, NotFound, "question-kind"),
        ("question", " \n ", Refused, "nothing-asked"),
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


def test_help_is_for_what_is_assigned(works: Works, make_person: MakePerson, is_refused: IsRefused) -> None:
    stranger = make_person()
    with is_refused(Permission.LEARNING_MODULE_READ, stranger):
        ask(works, stranger, with_name=True, kind="help", about="onboarding-social-media")
