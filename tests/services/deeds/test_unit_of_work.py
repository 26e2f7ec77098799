"""The unit of work: asked or nothing, all or nothing, every refusal traced, memory only after the commit."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import event

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.connection import Database, ReadOnly
from quiz.engine.text import Text
from quiz.events import ModuleCompleted
from quiz.services import advising, browsing, loading, organisation, people, reporting
from quiz.services.errors import NotAllowed, Unasked
from quiz.services.loading import Release
from quiz.services.unit_of_work import UnitOfWork, Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import audit, outbox

Unchanged = Callable[[], AbstractContextManager[None]]
IsRefused = Callable[..., AbstractContextManager[None]]
TARGET = Target("unit", "u1")
ALLOWED, FORBIDDEN = Permission.PEOPLE_PERSON_WRITE, Permission.LEARNING_ATTEMPT_ANSWER


def write(work: UnitOfWork) -> None:
    work.audit(ALLOWED, TARGET, what="tried")
    work.record(ModuleCompleted("c1"))


def test_a_deed_that_never_asked_writes_nothing(works: Works, changes_nothing: Unchanged) -> None:
    with changes_nothing(), pytest.raises(Unasked), works.writing(SYSTEM) as work:
        write(work)


def test_what_was_done_before_the_refusal_goes_with_it(works: Works, is_refused: IsRefused) -> None:
    called = []
    with is_refused(FORBIDDEN), works.writing(SYSTEM) as work:
        work.require(ALLOWED, TARGET)
        write(work)
        work.session.flush()
        work.after_commit(lambda: called.append(True))
        work.require(FORBIDDEN, Target("attempt", "a1", owner_id=7))
    entry = audit(works)[-1]
    assert (entry.actor, entry.target_kind, entry.target_id, entry.because, entry.details) == (
        SYSTEM.name,
        "attempt",
        "a1",
        "not-own",
        {},
    )
    assert called == []


def test_a_refusal_while_reading_is_traced_with_its_moment(works: Works, clock: Clock, is_refused: IsRefused) -> None:
    clock.forward(minutes=3)
    with is_refused(FORBIDDEN), works.reading(Actor.nobody()) as work:
        work.require(FORBIDDEN, TARGET)
    assert (audit(works)[-1].at.replace(tzinfo=clock.now.tzinfo), audit(works)[-1].actor) == (clock.now, "nobody")


def test_an_error_takes_everything_back(works: Works, changes_nothing: Unchanged) -> None:
    called = []
    with changes_nothing(), pytest.raises(ZeroDivisionError), works.writing(SYSTEM) as work:
        work.require(ALLOWED, TARGET)
        write(work)
        work.session.flush()
        work.after_commit(lambda: called.append(True))
        raise ZeroDivisionError
    assert called == []


def test_what_is_done_in_memory_sees_what_was_stored(works: Works) -> None:
    seen = []
    with works.writing(SYSTEM) as work:
        work.require(ALLOWED, TARGET)
        write(work)
        work.after_commit(lambda: seen.append((len(outbox(works)), audit(works)[-1].details)))
        assert seen == []
    assert seen == [(1, {"what": "tried"})]


def test_a_message_is_due_at_once_and_untried(works: Works, clock: Clock) -> None:
    with works.writing(SYSTEM) as work:
        work.require(ALLOWED, TARGET)
        write(work)
    (message,) = outbox(works)
    assert (message.kind, message.payload, message.tries, message.done_at) == (
        "ModuleCompleted",
        {"completion_id": "c1"},
        0,
        None,
    )
    assert message.due_at == message.created_at


def test_reading_refuses_to_write(works: Works, changes_nothing: Unchanged) -> None:
    with changes_nothing(), pytest.raises(ReadOnly), works.reading(SYSTEM) as work:
        work.require(ALLOWED, TARGET)
        write(work)
        work.session.flush()


def test_a_moment_is_one_for_the_whole_deed(works: Works, clock: Clock) -> None:
    with works.reading(SYSTEM) as work:
        began = work.now
        clock.forward(minutes=1)
        assert work.now == began


def test_an_identifier_has_128_random_bits(works: Works) -> None:
    with works.reading(SYSTEM) as work:
        one, other = work.new_id(), work.new_id()
    assert one != other
    assert len(bytes.fromhex(one)) == 16


class TestRealCommits:
    """On a database of one's own."""

    @pytest.fixture
    def database(self, own_database: Database) -> Database:
        return own_database

    def test_a_deed_is_one_commit_and_a_refusal_one_of_its_own(self, works: Works) -> None:
        ends: list[str] = []
        event.listen(works.database.engine, "commit", lambda _: ends.append("commit"))
        event.listen(works.database.engine, "rollback", lambda _: ends.append("rollback"))
        with works.writing(SYSTEM) as work:
            work.require(ALLOWED, TARGET)
            write(work)
            work.session.flush()
            write(work)
        assert ends == ["commit"]
        ends.clear()
        with pytest.raises(NotAllowed), works.writing(SYSTEM) as work:
            work.require(ALLOWED, TARGET)
            write(work)
            work.session.flush()
            work.require(FORBIDDEN, TARGET)
        assert ends == ["rollback", "commit"]


def test_what_is_another_role_s_is_refused_to_a_learner(
    works: Works, make_person: MakePerson, unit: str, is_refused: IsRefused
) -> None:
    """Each deed asks for itself: a plain learner gets none of these, whatever the page would allow."""
    learner: Someone = make_person()
    who, text = learner.public_id, Text({"ar": "نص", "en": "text"})
    writing: list[tuple[Permission, Callable[[UnitOfWork], object]]] = [
        (Permission.PEOPLE_PERSON_WRITE, lambda work: people.add_unit(work, text, "EG")),
        (Permission.PEOPLE_PERSON_WRITE, lambda work: people.provision_person(work, "X", "x@x.example", "س", unit)),
        (Permission.PEOPLE_ROLE_GRANT, lambda work: people.grant_role(work, who, people.Role.ADMIN)),
        (Permission.PEOPLE_PERSON_WRITE, lambda work: people.set_first_password(work, who, "another sentence")),
        (Permission.PEOPLE_PERSON_WRITE, lambda work: people.invite(work, who)),
        (Permission.PEOPLE_ASSIGNMENT_WRITE, lambda work: people.assign_module(work, who, "onboarding-social-media")),
        (Permission.PEOPLE_ASSIGNMENT_WRITE, lambda work: people.grant_attempt(work, who, "onboarding", "reason")),
        (Permission.BANK_RELEASE_INSTALL, lambda work: loading.install_release(work, Release((), (), ()))),
        (Permission.ORGANISATION_SETTINGS_CHANGE, lambda work: loading.adopt_provisions(work, ("a/b/c",), "proof")),
        (
            Permission.ORGANISATION_SETTINGS_CHANGE,
            lambda work: organisation.change_choices(work, organisation.DEFAULT),
        ),
    ]
    reading: list[tuple[Permission, Callable[[UnitOfWork], object]]] = [
        (Permission.PEOPLE_PERSON_READ, lambda work: people.find_person_id(work, learner.email)),
        (Permission.PEOPLE_PERSON_READ, lambda work: people.learner_actor(work, who)),
        (Permission.PEOPLE_PERSON_READ, lambda work: people.person_actor(work, learner.email)),
        (Permission.BANK_SCENARIO_READ, browsing.get_banks),
        (Permission.BANK_SCENARIO_READ, lambda work: browsing.get_scenario(work, "any")),
        (Permission.ADVICE_QUESTION_READ, advising.list_questions),
        (Permission.REPORTING_TEAM_READ, reporting.get_team),
        (Permission.ORGANISATION_SETTINGS_CHANGE, lambda work: loading.list_adoptable(work, "eg-conduct")),
    ]
    for permission, deed in writing:
        with is_refused(permission, learner), works.writing(learner.actor) as work:
            deed(work)
    for permission, deed in reading:
        with is_refused(permission, learner), works.reading(learner.actor) as work:
            deed(work)
