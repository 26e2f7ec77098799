"""Marking again: what a decision would do, what it does, and that it can be cut short and done twice."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text, update

from quiz.access.permissions import Permission
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.completions import CompletionHolderRow, CompletionRow, RevocationRow
from quiz.db.models.people import PersonRow
from quiz.db.models.regrading import RegradingRow, RemarkRow
from quiz.db.queries import regrading as queries
from quiz.engine.regrading import Policy
from quiz.engine.text import Text
from quiz.jobs.chores import sweep
from quiz.services import catalogue, completing, regrading, regrading_desk, taking, viewing
from quiz.services.errors import NotFound, Refused, Stale
from quiz.services.recomputing import recompute
from quiz.services.regrading_desk import Progress
from quiz.services.tools import MemoryMailer
from quiz.services.unit_of_work import Works
from tests.builders import module_document
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.learning import SHOWN, begin, stored
from tests.services.deeds.conftest import audit, outbox
from tests.sums import MODULE, REASON, TITLES, answer, carry_out, decide, document, mend, preview, publish


@pytest.fixture(autouse=True)
def differing(works: Works) -> Iterator[set[str]]:
    """Whatever a test does, what it leaves behind follows from what it rests on, but for what it names here."""
    named: set[str] = set()
    yield named
    with works.reading(SYSTEM) as work:
        assert {one.what.split()[0] for one in recompute(work).differences} == named


def progress(works: Works) -> Progress:
    with works.reading(SYSTEM) as work:
        (found,) = regrading_desk.list_regradings(work)
    return found.progress


def state(works: Works, person: Someone) -> str:
    statement = select(AssignmentRow.state).join(PersonRow, PersonRow.id == AssignmentRow.person_id)
    with works.database.reads() as session:
        return str(session.scalar(statement.where(PersonRow.public_id == person.public_id)))


def count(works: Works, table: type) -> int:
    with works.database.reads() as session:
        return int(session.scalar(select(func.count()).select_from(table)) or 0)


def sign(works: Works, person: Someone) -> str:
    with works.reading(person.actor) as work:
        pledge = completing.get_pledge(work, MODULE)
    with works.writing(person.actor) as work:
        return completing.sign_pledge(work, MODULE, pledge.digest, {})


def test_a_preview_says_what_would_happen_and_does_nothing(works: Works, take: Any) -> None:
    gains, _ = take("sum-a", "sum-b")
    take("sum-a", "sum-b", "sum-c")
    loses, lost = take("sum-c")
    mend(works, "sum-a")
    found = preview(works, "sum-a")
    assert (found.attempts, found.unreadable, found.higher, found.lower) == (3, 0, 2, 1)
    assert [one.name for one in found.gains] == [gains.name]
    assert [(one.attempt_id, one.completion_id) for one in found.losses] == [(lost, None)]
    assert (found.gains[0].before.points, found.gains[0].after.points) == (3, 4)
    assert (found.records, found.revoked) == (0, 0)
    assert count(works, RegradingRow) == count(works, RemarkRow) == 0
    assert (state(works, gains), state(works, loses)) == ("awaiting_next", "passed_pledge_open")


def test_who_gains_passes_and_who_would_lose_keeps_both_scores_on_record(works: Works, take: Any) -> None:
    gains, gained = take("sum-a", "sum-b")
    keeps, kept = take("sum-c")
    mend(works, "sum-a")
    decision = decide(works, "sum-a")
    assert carry_out(works, decision) == 2
    assert state(works, gains) == state(works, keeps) == "passed_pledge_open"
    remark = stored(works, gains, gained).remark
    assert (remark.before.points, remark.after.points, remark.after_stands) == (3, 4, True)
    assert remark.reason == REASON
    remark = stored(works, keeps, kept).remark
    assert (remark.before.points, remark.after.points, remark.after_stands) == (4, 3, False)
    # What was answered stays as it was, and who gained goes on to the record.
    assert stored(works, gains, gained).attempt.score.points == 3
    with works.reading(gains.actor) as work:
        assert viewing.get_result(work, gained).passed
        assert catalogue.list_offers(work)[0].next_step == "pledge"
    assert sign(works, gains)
    assert sign(works, keeps)


def test_a_module_without_a_pledge_gives_the_record_at_once(works: Works, take: Any) -> None:
    publish(works, pledge=None)
    gains, _ = take("sum-a", "sum-b")
    mend(works, "sum-a")
    publish(works, pledge=None)
    assert preview(works, "sum-a").records == 1
    carry_out(works, decide(works, "sum-a"))
    assert state(works, gains) == "completed"
    with works.reading(gains.actor) as work:
        assert len(completing.list_records(work)) == 1


def test_a_withdrawn_scenario_counts_for_nobody_and_is_drawn_no_more(
    works: Works, take: Any, make_person: MakePerson
) -> None:
    _, attempt_id = take("sum-a", "sum-b")
    person, passed = take()
    decision = decide(works, "sum-b", withdraws=True)
    assert carry_out(works, decision) == 2
    with works.reading(SYSTEM) as work:
        (found,) = regrading_desk.list_regradings(work)
    assert (found.scenario_key, found.version, found.done, found.stands) == ("sum-b", None, 2, 1)
    assert found.title.by_language["ar"] == TITLES["sum-b"]
    remark = stored(works, person, passed).remark
    assert (remark.after.points, remark.after.out_of, remark.after_stands) == (4, 4, False)
    assert stored(works, person, attempt_id).remark.after.share == Fraction(3, 4)


def test_the_same_decision_again_is_the_same_one_and_changes_nothing(works: Works, take: Any) -> None:
    take("sum-a", "sum-b")
    mend(works, "sum-a")
    decision = decide(works, "sum-a")
    carry_out(works, decision)
    before = count(works, RemarkRow), outbox(works)
    assert decide(works, "sum-a") == decision
    assert carry_out(works, decision) == 0
    assert (count(works, RemarkRow), outbox(works)) == before


def test_it_goes_on_where_it_was_cut_short(works: Works, take: Any) -> None:
    for _ in range(5):
        take("sum-a", "sum-b")
    mend(works, "sum-a")
    decision = decide(works, "sum-a")
    with works.writing(SYSTEM) as work:
        assert regrading.continue_regrading(work, decision, most=2) == 2
    with pytest.raises(RuntimeError), works.writing(SYSTEM) as work:
        regrading.continue_regrading(work, decision, most=2)
        raise RuntimeError
    assert count(works, RemarkRow) == 2
    assert carry_out(works, decision, at_once=2) == 3
    assert count(works, RemarkRow) == 5


def test_who_loses_under_the_other_policy_loses_the_record_with_the_reason(works: Works, take: Any) -> None:
    loses, _ = take("sum-c")
    public_id = sign(works, loses)
    waits, _ = take("sum-c")
    mend(works, "sum-a")
    found = preview(works, "sum-a", policy=Policy.ALWAYS)
    assert (len(found.losses), found.revoked) == (2, 1)
    carry_out(works, decide(works, "sum-a", policy=Policy.ALWAYS))
    with works.database.reads() as session:
        revocation = session.scalar(
            select(RevocationRow).join(CompletionRow).where(CompletionRow.public_id == public_id)
        )
        assert revocation.reason == REASON.document()
    assert state(works, waits) == "awaiting_next"


def test_a_record_is_kept_where_only_help_stands(works: Works, take: Any) -> None:
    keeps, _ = take("sum-c")
    sign(works, keeps)
    mend(works, "sum-a")
    carry_out(works, decide(works, "sum-a"))
    assert count(works, RevocationRow) == 0
    assert state(works, keeps) == "completed"


def test_a_remark_that_was_tampered_with_is_told(works: Works, take: Any, differing: set[str]) -> None:
    _, attempt_id = take("sum-a", "sum-b")
    mend(works, "sum-a")
    carry_out(works, decide(works, "sum-a"))
    with works.database.writes() as session:
        session.execute(text(f"DROP TRIGGER remark_update_refused{'' if works.database.is_sqlite else ' ON remark'}"))
        session.execute(update(RemarkRow).values(after={"points": "5", "out_of": 5, "passed": True}))
        session.commit()
    with works.reading(SYSTEM) as work:
        (found,) = recompute(work).differences
    assert (found.kind, found.id) == ("attempt", attempt_id)
    assert "then 5/5 passed" in found.stored
    assert "then 4/5 passed" in found.recomputed
    differing.add("remark")


def test_a_pass_without_its_record_is_told(works: Works, take: Any, differing: set[str]) -> None:
    publish(works, pledge={**module_document(MODULE)["pledge"], "required": False})
    take()
    with works.database.writes() as session:
        on = "" if works.database.is_sqlite else " ON completion"
        session.execute(text(f"DROP TRIGGER completion_delete_refused{on}"))
        session.execute(text(f"DROP TRIGGER completion_holder_kept{on and ' ON completion_holder'}"))
        session.execute(delete(CompletionHolderRow))
        session.execute(delete(CompletionRow))
        session.commit()
    differing.add("completion")


def test_decisions_stand_on_one_another(works: Works, take: Any) -> None:
    person, attempt_id = take("sum-a", "sum-b", "sum-c")
    mend(works, "sum-a")
    carry_out(works, decide(works, "sum-a"))
    assert stored(works, person, attempt_id).score.points == 3
    carry_out(works, decide(works, "sum-b", withdraws=True))
    remark = stored(works, person, attempt_id).remark
    assert (remark.before.points, remark.before.out_of) == (3, 5)
    assert (remark.after.points, remark.after.out_of) == (3, 4)
    mend(works, "sum-c")
    carry_out(works, decide(works, "sum-c"))
    assert stored(works, person, attempt_id).score.share == 1
    assert state(works, person) == "passed_pledge_open"


def test_an_attempt_under_way_meets_the_decision_at_its_end(works: Works, sums: None, make_person: MakePerson) -> None:
    person = make_person(modules=(MODULE,))
    attempt_id = begin(works, person, MODULE)
    answer(works, person, attempt_id, ("sum-a", "sum-b"))
    mend(works, "sum-a")
    assert carry_out(works, decide(works, "sum-a")) == 0
    assert stored(works, person, attempt_id).remark is None
    with works.writing(person.actor) as work:
        taking.finish_attempt(work, attempt_id, SHOWN)
    remark = stored(works, person, attempt_id).remark
    assert (remark.before.passed, remark.after.passed) == (False, True)
    assert state(works, person) == "passed_pledge_open"


def test_an_attempt_at_the_mended_key_is_of_no_concern(works: Works, take: Any) -> None:
    mend(works, "sum-a")
    person, attempt_id = take("sum-a", "sum-b")
    assert preview(works, "sum-a").attempts == 0
    assert carry_out(works, decide(works, "sum-a")) == 0
    assert stored(works, person, attempt_id).remark is None
    later, later_id = take("sum-b")
    assert stored(works, later, later_id).remark is None


def test_who_met_a_later_key_is_not_marked_by_an_earlier_one(works: Works, take: Any) -> None:
    mend(works, "sum-a")
    decide(works, "sum-a", policy=Policy.ALWAYS)
    publish(works, document("sum-a", best="wait"))
    person, attempt_id = take("sum-b")
    assert stored(works, person, attempt_id).score.points == 3
    assert stored(works, person, attempt_id).remark is None


def test_a_later_decision_takes_nothing_away_by_one_that_could_only_help(works: Works, take: Any) -> None:
    person, attempt_id = take()
    mend(works, "sum-a")
    carry_out(works, decide(works, "sum-a"))
    assert stored(works, person, attempt_id).score.points == 5
    publish(works, {**document("sum-b"), "difficulty": 2})
    found = preview(works, "sum-b", policy=Policy.ALWAYS)
    assert (found.attempts, found.higher, found.lower) == (1, 0, 0)
    carry_out(works, decide(works, "sum-b", policy=Policy.ALWAYS))
    assert stored(works, person, attempt_id).score.points == 5


def test_what_did_not_help_is_left_out_of_what_comes_after(works: Works, take: Any) -> None:
    person, attempt_id = take("sum-b", "sum-c")
    mend(works, "sum-a", "sum-b", "sum-c")
    for key, points in (("sum-a", 3), ("sum-b", 4), ("sum-c", 5)):
        carry_out(works, decide(works, key))
        assert stored(works, person, attempt_id).score.points == points


def test_a_decision_cut_short_is_overtaken_in_order(works: Works, take: Any) -> None:
    person, attempt_id = take("sum-a", "sum-b")
    mend(works, "sum-a", "sum-b")
    first, second = decide(works, "sum-a"), decide(works, "sum-b")
    # The second is carried out although the first has reached nobody yet.
    carry_out(works, second)
    assert stored(works, person, attempt_id).score.points == 5
    assert carry_out(works, first) == 0
    with works.database.reads() as session:
        rows = session.scalars(select(RemarkRow).order_by(RemarkRow.regrading_id)).all()
    assert [(row.before["points"], row.after["points"]) for row in rows] == [("3", "4"), ("4", "5")]


def test_what_counts_no_more_is_not_to_be_reread(works: Works, take: Any) -> None:
    person, attempt_id = take("sum-a", "sum-b")
    with works.reading(person.actor) as work:
        before = viewing.get_result(work, attempt_id)
    assert before.reread
    # Withdrawn both, nothing weak is left; by the pass rule of four fifths the attempt passes then.
    for key in ("sum-a", "sum-b"):
        carry_out(works, decide(works, key, withdraws=True))
    with works.reading(person.actor) as work:
        assert regrading.list_to_reread(work, stored(works, person, attempt_id)) == ()
        assert viewing.get_result(work, attempt_id).passed


def test_answers_to_other_options_cannot_be_marked_and_are_left_alone(works: Works, take: Any) -> None:
    person, attempt_id = take("sum-a", "sum-b")
    publish(works, document("sum-a", best="accept", options=("decline", "accept", "ask")))
    found = preview(works, "sum-a")
    assert (found.attempts, found.unreadable, found.gains) == (1, 1, ())
    assert carry_out(works, decide(works, "sum-a")) == 0
    assert stored(works, person, attempt_id).remark is None


def test_a_key_that_begins_another_does_not_concern_it(works: Works, take: Any) -> None:
    # One scenario bears the name of an option, another that of a part of a key.
    publish(works, {**document("sum"), "topics": ["general"]}, {**document("decline"), "topics": ["general"]})
    take("sum-a")
    assert [preview(works, key, withdraws=True).attempts for key in ("sum-a", "sum", "decline")] == [1, 0, 0]
    with works.database.reads() as session:
        assert queries.list_affected(session, "sum%") == queries.list_affected(session, "sum_a") == []


def test_a_decision_needs_its_reason_in_both_languages_and_a_scenario_that_is_there(works: Works, sums: None) -> None:
    with pytest.raises(Refused) as refused, works.writing(SYSTEM) as work:
        regrading.decide_regrading(work, "sum-a", False, Policy.ALWAYS, Text({"ar": "سبب", "en": " "}))
    assert refused.value.code == "reason-missing"
    with pytest.raises(NotFound), works.writing(SYSTEM) as work:
        regrading.decide_regrading(work, "no-such", False, Policy.ALWAYS, REASON)
    with pytest.raises(NotFound), works.writing(SYSTEM) as work:
        regrading.continue_regrading(work, "0" * 32)


def test_a_version_that_was_not_previewed_is_not_decided(works: Works, take: Any) -> None:
    take("sum-a", "sum-b")
    mend(works, "sum-a")
    seen = preview(works, "sum-a").version
    publish(works, document("sum-a", best="wait"))
    with pytest.raises(Stale), works.writing(SYSTEM) as work:
        regrading.decide_regrading(work, "sum-a", False, Policy.ONLY_IF_IT_HELPS, REASON, previewed=seen)
    assert count(works, RegradingRow) == 0


def test_a_learner_may_not_look_or_decide(works: Works, sums: None, learner: Someone, is_refused: Any) -> None:
    with is_refused(Permission.RECORDS_ATTEMPT_REGRADE, learner), works.reading(learner.actor) as work:
        regrading.preview_regrading(work, "sum-a", False, Policy.ALWAYS)
    with is_refused(Permission.RECORDS_ATTEMPT_REGRADE, learner), works.writing(learner.actor) as work:
        regrading.decide_regrading(work, "sum-a", False, Policy.ALWAYS, REASON)
    with is_refused(Permission.RECORDS_ATTEMPT_REGRADE, learner), works.reading(learner.actor) as work:
        regrading_desk.list_regradings(work)


def test_the_worker_carries_it_out_and_tells_who_passes_now(
    app: Flask, works: Works, take: Any, mailer: MemoryMailer
) -> None:
    gains, attempt_id = take("sum-a", "sum-b")
    take("sum-c")
    mend(works, "sum-a")
    decide(works, "sum-a")
    assert progress(works) is Progress.UNDER_WAY
    sweep(app)
    sweep(app)
    assert count(works, RemarkRow) == 2
    assert progress(works) is Progress.DONE
    (mail,) = mailer.sent
    assert mail["To"] == gains.email
    html = str(mail.get_body(("html",)).get_content())
    assert '<html lang="ar" dir="rtl">' in html
    assert REASON.by_language["ar"] in html
    assert f"/learn/attempts/{attempt_id}/result" in html
    assert [entry.details["scenario"] for entry in audit(works) if entry.deed == "records:attempt:regrade"] == ["sum-a"]
