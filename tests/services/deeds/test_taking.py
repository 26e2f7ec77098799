"""Taking a module: every deed done, refused, repeated, too late, or meant for another."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from quiz.access.permissions import Permission
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.attempts import AttemptRow
from quiz.db.models.catalogue import ModuleRow, ScenarioRow
from quiz.engine.attempt import Shown, StepKind, replay
from quiz.engine.completion import to_reread
from quiz.engine.states import AttemptState
from quiz.engine.text import Text
from quiz.services import catalogue, people, taking, viewing
from quiz.services.drawing import explain_draw
from quiz.services.errors import NotFound, NotReady, Refused, Stale
from quiz.services.loading import Release, install_release
from quiz.services.organisation import DEFAULT, change_choices
from quiz.services.stored_attempts import seal_of
from quiz.services.taking import AnswerOutcome, Given
from quiz.services.unit_of_work import Works
from tests import learning
from tests.builders import module_document, scenario_document
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.learning import SHOWN, best, worst
from tests.services.deeds.conftest import DRILL, EXAM, Publish, added, audit, everything, outbox

Unchanged = Callable[[], AbstractContextManager[None]]
IsRefused = Callable[..., AbstractContextManager[None]]


PLEDGE = "ae-conduct/res-79-2023/acknowledgement"


def begin(works: Works, someone: Someone, module: str = DRILL) -> str:
    return learning.begin(works, someone, module)


def answer(
    works: Works, someone: Someone, attempt_id: str, number: int, given: Given, standing: int = 0
) -> AnswerOutcome:
    with works.writing(someone.actor) as work:
        return taking.answer(work, attempt_id, number, given, standing, SHOWN)


def hand_in(works: Works, someone: Someone, attempt_id: str) -> None:
    with works.writing(someone.actor) as work:
        taking.finish_attempt(work, attempt_id, SHOWN)


def good(works: Works, someone: Someone, attempt_id: str, number: int) -> Given:
    return best(learning.stored(works, someone, attempt_id), number)


def bad(works: Works, someone: Someone, attempt_id: str, number: int) -> Given:
    return worst(learning.stored(works, someone, attempt_id), number)


def assignment(works: Works, someone: Someone, module: str = DRILL) -> AssignmentRow:
    wanted = select(AssignmentRow).join(ModuleRow, ModuleRow.id == AssignmentRow.module_id)
    with works.database.reads() as session:
        rows = session.scalars(
            wanted.where(ModuleRow.key == module, AssignmentRow.person_id == someone.actor.person_id)
        )
        return rows.one()


def row(works: Works, attempt_id: str) -> AttemptRow:
    with works.database.reads() as session:
        return session.scalars(select(AttemptRow).where(AttemptRow.public_id == attempt_id)).one()


def fail(works: Works, someone: Someone, module: str = DRILL) -> str:
    return learning.finish(works, someone, module, best=False)


def reread(works: Works, someone: Someone, attempt_id: str) -> None:
    for citation in to_reread(learning.stored(works, someone, attempt_id).attempt):
        with works.writing(someone.actor) as work:
            taking.mark_reread(work, attempt_id, citation.address)


# The whole journey


def test_an_attempt_from_its_beginning_to_the_open_pledge(works: Works, learner: Someone, clock: Clock) -> None:
    assert assignment(works, learner).state == "not_begun"
    attempt_id = begin(works, learner)
    assert (assignment(works, learner).state, assignment(works, learner).state_since) == ("under_way", clock.now)
    clock.forward(minutes=1)
    first = answer(works, learner, attempt_id, 1, good(works, learner, attempt_id, 1))
    assert first == AnswerOutcome(
        was_taken=True, is_ruled=True, is_settled=True, has_ended=False, timed_out=False, next_place=2
    )
    assert not outbox(works, "AttemptFinished")
    clock.forward(minutes=1)
    last = answer(works, learner, attempt_id, 2, good(works, learner, attempt_id, 2))
    assert last == AnswerOutcome(
        was_taken=True, is_ruled=True, is_settled=True, has_ended=True, timed_out=False, next_place=None
    )
    stored = row(works, attempt_id)
    assert (stored.ended_at, stored.outcome, stored.number) == (clock.now, "passed", 1)
    after = assignment(works, learner)
    assert (after.state, after.state_since) == ("passed_pledge_open", clock.now)
    (event,) = outbox(works, "AttemptFinished")
    assert event.payload == {"attempt_id": attempt_id, "passed": True}
    (entry,) = audit(works, Permission.LEARNING_ATTEMPT_BEGIN)
    assert (entry.actor, entry.target_id, entry.was_allowed) == (learner.actor.name, attempt_id, True)


def test_what_is_stored_replays_to_the_same_attempt_and_says_how_it_was_shown(works: Works, learner: Someone) -> None:
    attempt_id = learning.finish(works, learner, DRILL, best=True)
    attempt = learning.stored(works, learner, attempt_id).attempt
    assert replay(attempt, attempt.steps) == attempt
    assert [step.kind for step in attempt.steps] == [StepKind.ANSWERED, StepKind.ANSWERED, StepKind.FINISHED]
    assert {step.shown for step in attempt.steps} == {Shown("ar", "arab")}


def test_the_draw_can_be_made_again_from_what_is_stored(works: Works, learner: Someone) -> None:
    attempt_id = begin(works, learner)
    stored, document = learning.stored(works, learner, attempt_id), row(works, attempt_id).draw
    pinned = stored.pinned
    again = explain_draw(pinned, document) or ()
    assert [choice.scenario for choice in again] == [slot.scenario for slot in stored.attempt.slots]
    assert (document["module_digest"], document["pool_digest"]) == (pinned.digest, pinned.pool_digest)
    assert [pinned.scenarios[one["digest"]].key for one in document["slots"]] == [
        one["key"] for one in document["slots"]
    ]
    assert stored.attempt.seal == seal_of(document, "immediate_feedback", row(works, attempt_id).started_at, None)
    assert document["standing"]["jurisdiction"] == "EG"


def test_without_a_pledge_the_end_completes_the_module(works: Works, make_person: MakePerson, publish: Publish) -> None:
    document = module_document("plain")
    publish("plain", pledge={**document["pledge"], "required": False})
    someone = make_person(modules=("plain",))
    learning.finish(works, someone, "plain", best=True)
    assert assignment(works, someone, "plain").state == "completed"
    assert [message.kind for message in outbox(works)] == ["AttemptFinished", "ModuleCompleted"]


def test_the_shipped_training_is_passed_by_one_who_knows(works: Works, hire: Someone) -> None:
    attempt_id = learning.finish(works, hire, "onboarding-social-media", best=True)
    with works.reading(hire.actor) as work:
        result = viewing.get_result(work, attempt_id)
    assert (result.passed, result.points, len(result.places)) == (True, result.out_of, 10)


# Beginning


def test_beginning_again_leads_back_into_the_attempt_under_way(
    works: Works, learner: Someone, changes_nothing: Unchanged
) -> None:
    attempt_id = begin(works, learner)
    with changes_nothing():
        assert begin(works, learner) == attempt_id


def test_after_passing_there_is_nothing_to_begin(works: Works, learner: Someone, changes_nothing: Unchanged) -> None:
    learning.finish(works, learner, DRILL, best=True)
    with changes_nothing(), pytest.raises(NotReady, match="already-passed"):
        begin(works, learner)


def test_what_is_not_assigned_is_refused(
    works: Works, make_person: MakePerson, drills: None, is_refused: IsRefused
) -> None:
    stranger = make_person()
    with is_refused(Permission.LEARNING_ATTEMPT_BEGIN, stranger):
        begin(works, stranger)


def test_a_module_that_cannot_be_drawn_any_more_says_so(
    works: Works, learner: Someone, changes_nothing: Unchanged
) -> None:
    with works.database.writes() as session:
        session.execute(update(ScenarioRow).values(withdrawn_at=works.tools.clock()))
        session.commit()
    with changes_nothing(), pytest.raises(NotReady, match="too-few"):
        begin(works, learner)


def withdraw(works: Works, key: str) -> None:
    with works.database.writes() as session:
        session.execute(update(ScenarioRow).where(ScenarioRow.key == key).values(withdrawn_at=works.tools.clock()))
        session.commit()


def test_a_withdrawn_scenario_is_left_out_and_attempts_under_way_keep_it(works: Works, make_person: MakePerson) -> None:
    line = {"bank": "eg-cybercrime", "count": 2, "topics": ["gifts"]}
    scenarios = tuple(scenario_document(f"drill-{name}", topics=["gifts"]) for name in ("a", "b", "c"))
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), scenarios, (module_document("three", blueprint=[line]),)))
    first, *others = (make_person(modules=("three",)) for _ in range(5))
    attempt_id = begin(works, first, "three")
    gone = learning.stored(works, first, attempt_id).attempt.slot(1).scenario.key
    withdraw(works, gone)
    left = {one["key"] for one in scenarios} - {gone}
    for someone in others:
        attempt = learning.stored(works, someone, begin(works, someone, "three")).attempt
        assert {slot.scenario.key for slot in attempt.slots} == left
    assert answer(works, first, attempt_id, 1, good(works, first, attempt_id, 1)).was_taken


def test_a_sensitive_scenario_is_drawn_only_where_the_organisation_turned_that_on(
    works: Works, make_person: MakePerson
) -> None:
    line = {"bank": "eg-cybercrime", "count": 2, "topics": ["gifts"]}
    scenarios = tuple(
        scenario_document(f"drill-{name}", topics=["gifts"], sensitive=name == "b") for name in ("a", "b", "c")
    )
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), scenarios, (module_document("two", blueprint=[line]),)))
    withdraw(works, "drill-c")
    someone = make_person(modules=("two",))
    with pytest.raises(NotReady, match="too-few"):
        begin(works, someone, "two")
    with works.writing(SYSTEM) as work:
        change_choices(work, replace(DEFAULT, sensitive=True))
    slots = learning.stored(works, someone, begin(works, someone, "two")).attempt.slots
    assert {slot.scenario.key: slot.unscored_because for slot in slots} == {"drill-a": None, "drill-b": "sensitive"}


def test_people_draw_by_the_lines_of_their_country(works: Works, make_person: MakePerson) -> None:
    ours = scenario_document("drill-a", topics=["gifts"])
    theirs = scenario_document("drill-b", bank="ae-conduct", topics=["gifts"], jurisdiction="AE", cites=[PLEDGE])
    for option in theirs["options"]:
        option["cites"] = [PLEDGE]
    lines = [
        {"bank": "eg-cybercrime", "count": 1, "topics": ["gifts"], "jurisdictions": ["EG"]},
        # No shipped scenario of this bank rests on the acknowledgement.
        {"bank": "ae-conduct", "count": 1, "provisions": [PLEDGE]},
    ]
    both = module_document("both", format=2, blueprint=lines, jurisdictions=["EG", "AE"])
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), (ours, theirs), (both,)))
        abroad = people.add_unit(work, Text({"ar": "وحدة أخرى", "en": "Another unit"}), "AE")
    here, there = make_person(modules=("both",)), make_person(modules=("both",), place=abroad)
    drawn = {}
    for someone in (here, there):
        with works.reading(someone.actor) as work:
            (offer,) = catalogue.list_offers(work)
        slots = learning.stored(works, someone, begin(works, someone, "both")).attempt.slots
        assert offer.length == len(slots)
        drawn[someone.public_id] = {slot.scenario.key: slot.unscored_because for slot in slots}
    assert drawn[here.public_id] == {"drill-a": None, "drill-b": "comparison"}
    assert drawn[there.public_id] == {"drill-b": None}


def test_the_next_attempt_draws_what_was_not_seen(works: Works, learner: Someone) -> None:
    first = fail(works, learner)
    reread(works, learner, first)
    second = begin(works, learner)
    keys = [
        {slot.scenario.key for slot in learning.stored(works, learner, attempt_id).attempt.slots}
        for attempt_id in (first, second)
    ]
    assert not keys[0] & keys[1]


def test_what_was_seen_before_is_stored_with_the_draw(works: Works, make_person: MakePerson) -> None:
    line = {"bank": "eg-cybercrime", "count": 2, "topics": ["gifts"]}
    scenarios = tuple(scenario_document(f"drill-{name}", topics=["gifts"]) for name in ("a", "b"))
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), scenarios, (module_document("two", blueprint=[line]),)))
    someone = make_person(modules=("two",))
    first = row(works, fail(works, someone, "two"))
    second = row(works, begin(works, someone, "two"))
    assert first.draw["seen"] == {}
    assert second.draw["seen"] == {f"drill-{name}": first.started_at.isoformat() for name in ("a", "b")}


def test_extra_time_moves_the_deadline(works: Works, drills: None, make_person: MakePerson) -> None:
    for percent, minutes in ((0, 10), (50, 15), (300, 40)):
        someone = make_person(modules=(EXAM,), extra_time=percent)
        found = row(works, begin(works, someone, EXAM))
        assert found.deadline_at == found.started_at + timedelta(minutes=minutes)


# Answering


def test_the_same_answer_again_changes_nothing(works: Works, learner: Someone, changes_nothing: Unchanged) -> None:
    for module in (DRILL, EXAM):
        attempt_id = begin(works, learner, module)
        given = good(works, learner, attempt_id, 1)
        answer(works, learner, attempt_id, 1, given)
        with changes_nothing():
            for standing in (0, 1):
                outcome = answer(works, learner, attempt_id, 1, given, standing)
                assert (outcome.was_taken, outcome.next_place) == (False, 2)


def test_another_answer_from_a_window_that_saw_none_is_stale(
    works: Works, learner: Someone, changes_nothing: Unchanged
) -> None:
    for module in (DRILL, EXAM):
        attempt_id = begin(works, learner, module)
        answer(works, learner, attempt_id, 1, good(works, learner, attempt_id, 1))
        with changes_nothing(), pytest.raises(Stale, match="answered-elsewhere"):
            answer(works, learner, attempt_id, 1, bad(works, learner, attempt_id, 1))


def test_with_the_ruling_seen_another_answer_is_not_taken(
    works: Works, learner: Someone, changes_nothing: Unchanged
) -> None:
    attempt_id = begin(works, learner)
    answer(works, learner, attempt_id, 1, bad(works, learner, attempt_id, 1))
    with changes_nothing():
        assert not answer(works, learner, attempt_id, 1, good(works, learner, attempt_id, 1), standing=1).was_taken


def test_in_an_exam_an_answer_is_replaced_and_both_stay_in_the_log(works: Works, learner: Someone) -> None:
    attempt_id = begin(works, learner, EXAM)
    answer(works, learner, attempt_id, 1, bad(works, learner, attempt_id, 1))
    again = answer(works, learner, attempt_id, 1, good(works, learner, attempt_id, 1), standing=1)
    attempt = learning.stored(works, learner, attempt_id).attempt
    assert (again.was_taken, again.is_ruled) == (True, False)
    assert [(step.slot, step.credit) for step in attempt.steps] == [(1, 0), (1, 1)]
    assert attempt.answers[1].number == 2


def test_what_is_not_offered_is_refused_with_its_reason(
    works: Works, learner: Someone, changes_nothing: Unchanged
) -> None:
    attempt_id = begin(works, learner)
    for number, given, code in (
        (1, Given(chosen=(99,)), "not-offered"),
        (1, Given(chosen=(-1,)), "not-offered"),
        (0, Given(chosen=(0,)), "no-such-place"),
        (3, Given(chosen=(0,)), "no-such-place"),
        (1, Given(), None),
        (1, Given(chosen=(0, 1)), None),
        (1, Given(ratings=((0, "appropriate"),)), None),
    ):
        with changes_nothing(), pytest.raises(Refused) as refusal:
            answer(works, learner, attempt_id, number, given)
        assert code is None or refusal.value.code == code


def test_somebody_elses_attempt_is_closed(
    works: Works, learner: Someone, colleague: Someone, is_refused: IsRefused
) -> None:
    theirs = fail(works, colleague)
    open_exam = begin(works, colleague, EXAM)
    address = to_reread(learning.stored(works, colleague, theirs).attempt)[0].address
    given = good(works, colleague, open_exam, 1)
    deeds: list[tuple[Permission, Callable[[Any], object]]] = [
        (Permission.LEARNING_ATTEMPT_ANSWER, lambda work: taking.answer(work, open_exam, 1, given, 0, SHOWN)),
        (Permission.LEARNING_ATTEMPT_ANSWER, lambda work: taking.finish_attempt(work, open_exam, SHOWN)),
        (Permission.LEARNING_ATTEMPT_BEGIN, lambda work: taking.begin_practice(work, theirs, address)),
        (Permission.LEARNING_PROVISION_REREAD, lambda work: taking.mark_reread(work, theirs, address)),
    ]
    for permission, deed in deeds:
        with is_refused(permission, learner), works.writing(learner.actor) as work:
            deed(work)
    looks: list[Callable[[Any], object]] = [
        lambda work: viewing.get_slot(work, open_exam, 1),
        lambda work: viewing.get_attempt(work, open_exam),
        lambda work: viewing.get_result(work, theirs),
    ]
    for look in looks:
        with is_refused(Permission.LEARNING_ATTEMPT_READ, learner), works.reading(learner.actor) as work:
            look(work)


def test_the_product_itself_answers_for_nobody(works: Works, learner: Someone, is_refused: IsRefused) -> None:
    attempt_id = begin(works, learner)
    given = good(works, learner, attempt_id, 1)
    with is_refused(Permission.LEARNING_ATTEMPT_ANSWER), works.writing(SYSTEM) as work:
        taking.answer(work, attempt_id, 1, given, 0, SHOWN)


def test_an_unknown_attempt_is_not_there(works: Works, learner: Someone, changes_nothing: Unchanged) -> None:
    with changes_nothing(), pytest.raises(NotFound, match="attempt"):
        answer(works, learner, "0" * 32, 1, Given(chosen=(0,)))


def test_a_deed_that_breaks_off_leaves_nothing(works: Works, learner: Someone, changes_nothing: Unchanged) -> None:
    attempt_id = begin(works, learner)
    given = good(works, learner, attempt_id, 1)
    with changes_nothing(), pytest.raises(ZeroDivisionError), works.writing(learner.actor) as work:
        taking.answer(work, attempt_id, 1, given, 0, SHOWN)
        raise ZeroDivisionError
    assert answer(works, learner, attempt_id, 1, given).was_taken


# Time over and the end


def test_at_the_deadline_it_is_too_late_and_what_was_answered_counts(
    works: Works, learner: Someone, clock: Clock
) -> None:
    attempt_id = begin(works, learner, EXAM)
    deadline = row(works, attempt_id).deadline_at
    clock.forward(minutes=10, microseconds=-1)
    answer(works, learner, attempt_id, 1, good(works, learner, attempt_id, 1))
    clock.forward(microseconds=1)
    outcome = answer(works, learner, attempt_id, 2, good(works, learner, attempt_id, 2))
    assert outcome == AnswerOutcome(
        was_taken=False, is_ruled=False, is_settled=False, has_ended=True, timed_out=True, next_place=2
    )
    attempt = learning.stored(works, learner, attempt_id).attempt
    assert (attempt.state, set(attempt.answers), attempt.ended_at) == (AttemptState.EXPIRED, {1}, deadline)
    assert (row(works, attempt_id).ended_at, row(works, attempt_id).outcome) == (deadline, "not_passed")
    assert assignment(works, learner, EXAM).state_since == deadline


def test_a_changed_answer_after_the_deadline_is_not_called_taken(works: Works, learner: Someone, clock: Clock) -> None:
    attempt_id = begin(works, learner, EXAM)
    answer(works, learner, attempt_id, 1, bad(works, learner, attempt_id, 1))
    clock.forward(hours=1)
    late = answer(works, learner, attempt_id, 1, good(works, learner, attempt_id, 1), standing=1)
    assert (late.was_taken, late.timed_out) == (False, True)
    # Whoever writes it, however late: the state holds since the deadline.
    assert assignment(works, learner, EXAM).state_since == row(works, attempt_id).deadline_at


def test_time_over_is_seen_by_readers_before_anybody_wrote_it(
    works: Works, learner: Someone, clock: Clock, changes_nothing: Unchanged
) -> None:
    attempt_id = begin(works, learner, EXAM)
    clock.forward(minutes=10)
    with changes_nothing(), works.reading(learner.actor) as work:
        assert viewing.get_attempt(work, attempt_id).has_ended
        assert viewing.get_result(work, attempt_id).timed_out


def test_the_sweep_writes_the_end_once_with_the_moment_of_the_deadline(
    works: Works, learner: Someone, colleague: Someone, clock: Clock, changes_nothing: Unchanged
) -> None:
    attempt_id = begin(works, learner, EXAM)
    clock.forward(minutes=5)
    begin(works, colleague, EXAM)
    clock.forward(minutes=5)
    with works.writing(SYSTEM) as work:
        assert taking.expire_overdue(work) == 1
    stored = row(works, attempt_id)
    assert (stored.ended_at, stored.outcome) == (stored.deadline_at, "not_passed")
    assert [message.payload["attempt_id"] for message in outbox(works, "AttemptFinished")] == [attempt_id]
    with changes_nothing(), works.writing(SYSTEM) as work:
        assert taking.expire_overdue(work) == 0


def test_nobody_but_the_product_sweeps(works: Works, learner: Someone, is_refused: IsRefused) -> None:
    with is_refused(Permission.LEARNING_ATTEMPT_EXPIRE, learner), works.writing(learner.actor) as work:
        taking.expire_overdue(work)


def test_after_handing_in_nothing_changes(works: Works, learner: Someone, changes_nothing: Unchanged) -> None:
    attempt_id = begin(works, learner, EXAM)
    answer(works, learner, attempt_id, 1, bad(works, learner, attempt_id, 1))
    hand_in(works, learner, attempt_id)
    with changes_nothing():
        for number, standing in ((1, 1), (2, 0)):
            outcome = answer(works, learner, attempt_id, number, good(works, learner, attempt_id, number), standing)
            assert (outcome.was_taken, outcome.has_ended, outcome.timed_out) == (False, True, False)
        hand_in(works, learner, attempt_id)


# Rereading, waiting, the limit


def test_the_second_attempt_opens_with_the_last_provision_reread(
    works: Works, learner: Someone, clock: Clock, changes_nothing: Unchanged
) -> None:
    attempt_id = fail(works, learner)
    assert assignment(works, learner).state == "awaiting_next"
    wanted = [citation.address for citation in to_reread(learning.stored(works, learner, attempt_id).attempt)]
    assert 1 <= len(wanted) <= 3
    for address in wanted:
        with changes_nothing(), pytest.raises(NotReady, match="not-yet-reread"):
            begin(works, learner)
        with works.writing(learner.actor) as work:
            taking.mark_reread(work, attempt_id, address)
    with changes_nothing(), works.writing(learner.actor) as work:
        taking.mark_reread(work, attempt_id, wanted[0])
    second = begin(works, learner)
    assert (row(works, second).number, row(works, second).opens_at) == (2, clock.now)


def test_only_what_is_to_be_reread_can_be_reread(works: Works, learner: Someone, changes_nothing: Unchanged) -> None:
    attempt_id = fail(works, learner)
    for address in ("", "eg-conduct/code-2019/vision"):
        with changes_nothing(), pytest.raises(NotFound, match="provision"), works.writing(learner.actor) as work:
            taking.mark_reread(work, attempt_id, address)


def test_nothing_is_reread_or_practised_in_the_middle_of_an_attempt(
    works: Works, learner: Someone, changes_nothing: Unchanged
) -> None:
    attempt_id = begin(works, learner, EXAM)
    address = to_reread(learning.stored(works, learner, attempt_id).attempt)[0].address
    for deed in (taking.mark_reread, taking.begin_practice):
        with changes_nothing(), pytest.raises(NotFound), works.writing(learner.actor) as work:
            deed(work, attempt_id, address)


def test_the_third_attempt_waits_exactly_a_day_and_the_fourth_for_a_person(
    works: Works, learner: Someone, clock: Clock, changes_nothing: Unchanged
) -> None:
    reread(works, learner, fail(works, learner))
    clock.forward(hours=1)
    reread(works, learner, fail(works, learner))
    ended = clock.now
    clock.forward(days=1, microseconds=-1)
    with changes_nothing(), pytest.raises(NotReady, match="not-yet-wait") as wait:
        begin(works, learner)
    assert wait.value.values["opens_at"] == ended + timedelta(days=1)
    clock.forward(microseconds=1)
    third = fail(works, learner)
    assert (row(works, third).number, row(works, third).opens_at) == (3, ended + timedelta(days=1))
    reread(works, learner, third)
    clock.forward(days=30)
    with changes_nothing(), pytest.raises(NotReady, match="not-yet-ask"):
        begin(works, learner)
    with works.reading(learner.actor) as work:
        offer = next(one for one in catalogue.list_offers(work) if one.key == DRILL)
    assert (offer.attempts_used, offer.attempts_limit, str(offer.next_step)) == (3, 3, "ask")


def test_one_more_attempt_is_a_deed_with_a_reason(
    works: Works, learner: Someone, clock: Clock, changes_nothing: Unchanged
) -> None:
    for _ in range(3):
        reread(works, learner, fail(works, learner))
        clock.forward(days=1)
    with changes_nothing(), pytest.raises(Refused, match="reason-missing"), works.writing(SYSTEM) as work:
        people.grant_attempt(work, learner.public_id, DRILL, "  ")
    with works.writing(SYSTEM) as work:
        people.grant_attempt(work, learner.public_id, DRILL, " the network was down ")
    entry = audit(works, Permission.PEOPLE_ASSIGNMENT_WRITE)[-1]
    assert entry.details == {"one_more_attempt": "the network was down"}
    fourth = begin(works, learner)
    assert (row(works, fourth).number, row(works, fourth).allowed) == (4, 4)
    learning.answer_all(works, learner, fourth, good=False)
    reread(works, learner, fourth)
    clock.forward(days=1)
    with pytest.raises(NotReady, match="not-yet-ask"):
        begin(works, learner)


# Practice


def test_practice_uses_nothing_up_and_counts_for_nothing(works: Works, learner: Someone) -> None:
    attempt_id = fail(works, learner)
    before, stood = everything(works), assignment(works, learner).state
    address = to_reread(learning.stored(works, learner, attempt_id).attempt)[0].address
    with works.writing(learner.actor) as work:
        practice_id = taking.begin_practice(work, attempt_id, address)
    learning.answer_all(works, learner, practice_id, good=True)
    practice = row(works, practice_id)
    assert (practice.purpose, practice.number, practice.outcome) == ("practice", None, "practised")
    assert set(added(before, everything(works))) == {"attempt", "attempt_step"}
    slots = learning.stored(works, learner, practice_id).attempt.slots
    assert len(slots) <= 2
    assert all(
        address.partition("#")[0] in {cite.provision_address for cite in slot.scenario.citations} for slot in slots
    )
    assert not any(slot.scored for slot in slots)
    assert assignment(works, learner).state == stood
    reread(works, learner, attempt_id)
    second = row(works, begin(works, learner))
    assert second.number == 2
    # Practice does not count as seen.
    first = learning.stored(works, learner, attempt_id).attempt
    assert set(second.draw["seen"]) == {slot.scenario.key for slot in first.slots}


def test_a_new_practice_ends_the_one_before(works: Works, learner: Someone) -> None:
    attempt_id = fail(works, learner)
    address = to_reread(learning.stored(works, learner, attempt_id).attempt)[0].address
    practices = []
    for _ in range(2):
        with works.writing(learner.actor) as work:
            practices.append(taking.begin_practice(work, attempt_id, address))
    assert [row(works, one).outcome for one in practices] == ["practised", None]


# What is shown


def test_before_the_end_of_an_exam_nothing_tells_the_key(works: Works, learner: Someone) -> None:
    attempt_id = begin(works, learner, EXAM)
    answer(works, learner, attempt_id, 1, good(works, learner, attempt_id, 1))
    with works.reading(learner.actor) as work:
        slot, whole = viewing.get_slot(work, attempt_id, 1), viewing.get_attempt(work, attempt_id)
        with pytest.raises(NotFound, match="result"):
            viewing.get_result(work, attempt_id)
    assert (slot.soundness, slot.citations, slot.comparisons) == (None, (), ())
    assert all(
        (one.is_best, one.soundness, one.ruling, one.consequence, one.citations) == (False, None, None, None, ())
        for one in slot.options
    )
    assert [one.soundness for one in whole.places] == [None, None]
    assert [one.is_chosen for one in slot.options].count(True) == 1
