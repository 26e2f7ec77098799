"""Evidence: every figure as reckoned by hand, none where there is none, and nothing that a manager may not know."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.db.connection import connect
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.reminding import ReminderNoteRow
from quiz.db.schema import upgrade
from quiz.engine.text import Text
from quiz.records.evidence import Answer, Evidence, Value, count, guarded_count, guarded_share, none, share, word
from quiz.records.questions import QUESTIONS
from quiz.services import (
    advising,
    asking,
    completing,
    evidencing,
    evidencing_whole,
    incidents,
    people,
    reminding,
    turning,
)
from quiz.services.advising import Lesson
from quiz.services.errors import Refused
from quiz.services.incidents import Following
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from tests import asking as pledged
from tests import sums
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import audit
from tests.services.deeds.test_reporting import IsRefused, new_unit, seen_as

DUE = date(2026, 11, 25)
WITHHELD, NONE = none("too-few"), none()


@dataclass(frozen=True)
class Staff:
    manager: Someone
    hr: Someone
    branch: str


@pytest.fixture
def staff(works: Works, unit: str, make_person: MakePerson, clock: Clock) -> Staff:
    """Twenty people due on one day: ten passed, eight of them signed in time, two late, one record was revoked; the
    other ten did not pass, and one of these was given another attempt. Somebody elsewhere has not begun.
    """
    pledged.publish(works)
    manager, hr, adviser = make_person(Role.MANAGER), make_person(Role.HR), make_person(Role.ADVISER)
    branch = new_unit(works, "فرع", unit)
    held = [make_person(place=branch if place % 2 else unit) for place in range(20)]
    elsewhere = make_person(place=new_unit(works, "إدارة أخرى"))
    with works.writing(SYSTEM) as work:
        for one in (*held, elsewhere):
            people.assign_module(work, one.public_id, sums.MODULE, DUE)
    for place, one in enumerate(held):
        sums.take(works, one, *([] if place < 10 else sums.KEYS))
    records = [pledged.sign(works, one, sums.MODULE) for one in held[:8]]
    ask(works, held[0], adviser, clock)
    with works.writing(adviser.actor) as work:
        month = incidents.list_months(work)[1]
        wish = Following("wish", wish="موقف عن حساب باسم إدارة")
        incidents.record_incident(work, "نُشر حساب.", "eg-cybercrime/law-175-2018/art-24", month, True, wish)
    clock.forward(days=5)
    for one in held[8:10]:
        pledged.sign(works, one, sums.MODULE)
    with works.writing(SYSTEM) as work:
        completing.revoke_completion(work, records[0], Text({"ar": "خطأ", "en": "Error"}))
        people.grant_attempt(work, held[19].public_id, sums.MODULE, "مرض")
    clock.forward(days=1)
    with works.writing(SYSTEM) as work:
        turning.look_again(work)
    return Staff(manager, hr, branch)


def ask(works: Works, someone: Someone, adviser: Someone, clock: Clock) -> None:
    """Let a question be answered after four days."""
    with works.writing(someone.actor) as work:
        asking.ask(work, "question", "gift-box", "هل يُقبل صندوق التمر؟", with_name=True)
    with works.reading(adviser.actor) as work:
        (line,) = advising.list_questions(work).lines
    clock.forward(days=4)
    with works.writing(adviser.actor) as work:
        advising.answer_question(work, line.public_id, 0, "نعم", Lesson("nothing", reason="سبق بيانه"))
    clock.forward(days=-4)


def whole(works: Works, someone: Someone, *days: date) -> Evidence:
    with works.reading(someone.actor) as work:
        return evidencing_whole.get_evidence(work, *days)


def own(works: Works, manager: Someone, unit: str | None = None) -> Evidence:
    with works.reading(seen_as(works, manager)) as work:
        return evidencing.get_team_evidence(work, unit)


def answer(found: Evidence, code: str) -> Answer:
    return next(one for one in found.answers if one.code == code)


def figures(found: Evidence, code: str) -> dict[str, Value]:
    return {one.code: one.value for one in answer(found, code).figures}


def rows(found: Evidence, code: str, table: str) -> dict[str, tuple[Value, ...]]:
    (held,) = [one for one in answer(found, code).tables if one.code == table]
    return {row.about.code or (row.about.text or Text({"ar": ""})).by_language["ar"]: row.values for row in held.rows}


def test_every_question_is_answered_in_its_order(works: Works, staff: Staff) -> None:
    for found in (whole(works, staff.hr), own(works, staff.manager)):
        assert [one.code for one in found.answers] == [question.code for question in QUESTIONS]
        assert len(found.answers) == 14


def test_what_was_due_is_in_time_late_or_open(works: Works, staff: Staff) -> None:
    found = figures(whole(works, staff.hr), "timing")
    # A record that was revoked is as if it had never been.
    assert found["first-due"] == count(21)
    assert (found["first-in-time"], found["first-late"], found["first-open"]) == (
        share(7, 21),
        share(2, 21),
        share(12, 21),
    )
    assert found["renewal-due"] == NONE
    assert rows(whole(works, staff.hr), "timing", "assigned")["برنامج الحساب"] == (count(21), share(10, 21))


def test_a_manager_has_the_figures_of_the_own_units_alone(works: Works, staff: Staff) -> None:
    found = own(works, staff.manager)
    assert [unit.by_language["ar"] for unit in found.units] == ["إدارة التجربة"]
    assert figures(found, "timing")["first-due"] == count(20)
    assert figures(found, "documented")["issued"] == count(10)
    branch = own(works, staff.manager, staff.branch)
    assert figures(branch, "timing")["first-due"] == count(10)
    assert branch.people == 10


def test_what_people_answered_or_asked_is_in_no_pack_of_a_manager(works: Works, staff: Staff) -> None:
    found = own(works, staff.manager)
    for code in ("incidents", "asking", "effectiveness"):
        assert answer(found, code) == Answer(code, why="not-for-units")
    assert not {"taken-in-ar", "attempts-ended", "reread"} & {
        one.code for held in found.answers for one in held.figures
    }


def test_records_and_pledges_are_counted_in_the_period(works: Works, staff: Staff) -> None:
    found = whole(works, staff.hr)
    assert figures(found, "documented") == {
        "issued": count(10), "valid": count(9), "expired": NONE, "revoked": count(1),
    }  # fmt: skip
    assert figures(found, "signed")["pledges"] == count(10)
    ((amount,),) = rows(found, "signed", "by-edition").values()
    assert amount == count(10)
    later = whole(works, staff.hr, date(2026, 11, 26), date(2026, 11, 27))
    assert figures(later, "documented")["issued"] == count(2)
    assert figures(later, "timing")["first-due"] == NONE


def test_failing_is_told_of_ten_and_withheld_of_fewer(works: Works, staff: Staff) -> None:
    found = figures(whole(works, staff.hr), "failing")
    assert found["awaiting-next"] == share(10, 21)
    assert found["given-more"] == WITHHELD
    assert found["used-up"] == share(0, 21)
    assert figures(own(works, staff.manager, staff.branch), "failing")["awaiting-next"] == WITHHELD


def test_first_attempts_are_told_apart_from_later_ones(works: Works, staff: Staff) -> None:
    found = whole(works, staff.hr)
    assert figures(found, "effectiveness") == {
        "first-passed": share(10, 20), "later-passed": NONE, "measured-modules": count(1),
    }  # fmt: skip
    assert figures(found, "testing")["attempts-ended"] == count(20)
    assert figures(found, "audience")["taken-in-ar"] == share(20, 20)
    assert figures(found, "audience")["taken-in-en"] == share(0, 20)


def test_questions_are_counted_by_how_soon_they_were_answered(
    works: Works, staff: Staff, make_person: MakePerson
) -> None:
    with works.writing(make_person(modules=(sums.MODULE,)).actor) as work:
        asking.ask(work, "help", sums.MODULE, "لم أفهم", with_name=False)
    found = whole(works, staff.hr)
    assert figures(found, "asking") == {"questions": count(1), "without-name": share(0, 1)}
    assert rows(found, "asking", "answered")["question"] == (count(1), share(0, 1), share(1, 1), share(0, 1))
    # One call for help is withheld, and no sum of others holds it.
    assert set(rows(found, "asking", "answered")["help"]) == {WITHHELD}


def test_incidents_lead_to_scenarios_or_are_waited_for(works: Works, staff: Staff) -> None:
    assert figures(whole(works, staff.hr), "incidents") == {
        "incidents": count(1), "incidents-taught": share(0, 1), "scenarios-made": NONE,
        "incidents-wished": count(1), "incidents-reasoned": NONE,
    }  # fmt: skip


def test_managers_and_the_modules_about_their_duties_are_counted(works: Works, staff: Staff) -> None:
    found = figures(whole(works, staff.hr), "supervisors")
    assert found == {
        "manager-modules": count(1), "managers": count(1), "managers-asked": share(0, 1), "managers-completed": NONE,
    }  # fmt: skip
    with works.writing(SYSTEM) as work:
        people.assign_module(work, staff.manager.public_id, "managers-duties")
    found = figures(whole(works, staff.hr), "supervisors")
    assert (found["managers-asked"], found["managers-completed"]) == (share(1, 1), share(0, 1))


def test_reminders_are_counted_with_what_was_not_sent(works: Works, staff: Staff, clock: Clock) -> None:
    clock.forward(days=5)
    with works.database.writes() as session:
        # Of somebody who was away on the day before.
        first = session.scalars(select(AssignmentRow).where(AssignmentRow.state == "awaiting_next")).first()
        assert first is not None
        noted = {"step": "after-1", "outcome": "skipped", "because": "away", "noted_at": clock()}
        day = clock().date() - timedelta(days=1)
        session.add(ReminderNoteRow(assignment_id=first.id, person_id=first.person_id, noted_on=day, **noted))
        session.commit()
    with works.writing(SYSTEM) as work:
        while reminding.remind_some(work):
            pass
    found = whole(works, staff.hr)
    assert figures(found, "reminders") == {"sent": NONE, "queued": count(11), "unsent": count(22)}
    # Eleven superiors hear nothing yet of people who were not written to before.
    reasons = {"not_told": (count(11),), "done": (count(10),), "away": (count(1),)}
    assert rows(found, "reminders", "why-unsent") == reasons
    assert figures(own(works, staff.manager), "reminders")["queued"] == count(10)


def test_how_citations_were_verified_comes_to_all_of_them(works: Works, staff: Staff) -> None:
    found = whole(works, staff.hr)
    degrees = rows(found, "currency", "by-verification")
    citations = figures(found, "currency")["citations"].number
    assert sum(values[0].number for values in degrees.values()) == citations > 0
    assert {values[0].whole for values in degrees.values()} == {citations}


def test_of_very_many_people_figures_are_kept_for_minutes_with_their_moment(
    works: Works, staff: Staff, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidencing, "KEPT_FROM", 1)
    first, own_first = whole(works, staff.hr), own(works, staff.manager)
    assert own_first.people < first.people
    clock.forward(minutes=4)
    assert whole(works, staff.hr).made_at == first.made_at
    assert whole(works, staff.hr, date(2026, 11, 1)).made_at == clock()
    clock.forward(minutes=2)
    assert whole(works, staff.hr).made_at == clock()


def test_nobody_is_named(works: Works, staff: Staff) -> None:
    for found in (whole(works, staff.hr), own(works, staff.manager)):
        written = str(found.document())
        for private in ("هناء", "Hanaa", "@amana.example", "T-1", staff.manager.public_id):
            assert private not in written


def test_an_organisation_that_has_nothing_is_told_that_there_is_none(tools: Tools) -> None:
    database = connect("sqlite://")
    upgrade(database.engine)
    works = Works(database, tools)
    hr = Actor("person:hr", 1, frozenset({Role.LEARNER, Role.HR}))
    with works.reading(hr) as work:
        found = evidencing_whole.get_evidence(work)
    assert [one.code for one in found.answers if not one.is_none] == []
    assert {one.why for one in found.answers} == {"zero"}


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (date(2026, 12, 1), None, "period-to-come"),
        (date(2026, 5, 2), date(2026, 5, 1), "period-backwards"),
        (date(1999, 1, 1), None, "period-too-early"),
    ],
)
def test_a_period_that_is_none_is_refused(
    works: Works, make_person: MakePerson, first: date, last: date | None, code: str
) -> None:
    with works.reading(make_person(Role.AUDITOR).actor) as work, pytest.raises(Refused) as caught:
        evidencing_whole.get_evidence(work, first, last)
    assert caught.value.code == code


def test_a_period_is_this_year_until_today_where_the_organisation_is(works: Works, make_person: MakePerson) -> None:
    with works.reading(make_person(Role.AUDITOR).actor) as work:
        span = evidencing.span_of(work)
        assert (span.first, span.last) == (date(2026, 1, 1), date(2026, 11, 21))
        assert span.since.utcoffset() == timedelta(hours=2)
        assert evidencing.span_of(work, last=date(2025, 6, 1)).first == date(2025, 1, 1)
        assert evidencing.span_of(work, last=date(2027, 6, 1)).last == date(2026, 11, 21)


def test_only_hr_and_auditors_have_the_whole(works: Works, make_person: MakePerson, is_refused: IsRefused) -> None:
    for role in (Role.MANAGER, Role.EDITOR, Role.ADMIN, Role.ADVISER):
        someone = make_person(role)
        with is_refused(Permission.REPORTING_EVIDENCE_TAKE, someone):
            whole(works, someone)


def test_a_manager_has_no_unit_but_their_own(works: Works, make_person: MakePerson, is_refused: IsRefused) -> None:
    manager, other = make_person(Role.MANAGER), new_unit(works, "إدارة أخرى")
    actor = seen_as(works, manager)
    with is_refused(Permission.REPORTING_TEAM_TAKE, manager), works.reading(actor) as work:
        evidencing.get_team_evidence(work, other)


def test_that_a_pack_was_taken_is_kept_with_the_digest_of_its_manifest(works: Works, staff: Staff) -> None:
    found = whole(works, staff.hr)
    with works.writing(staff.hr.actor) as work:
        evidencing_whole.note_taken(work, found, "ab" * 32)
    entry = audit(works)[-1]
    assert (entry.deed, entry.was_allowed) == ("reporting:evidence:take", True)
    assert entry.details == {"first": "2026-01-01", "last": "2026-11-27", "manifest": "ab" * 32}
    with works.writing(seen_as(works, staff.manager)) as work:
        evidencing.note_team_taken(work, staff.branch, found, "cd" * 32)
    entry = audit(works)[-1]
    assert (entry.deed, entry.target_id) == ("reporting:team:take", staff.branch)


def test_small_figures_are_guarded_from_either_side() -> None:
    assert [guarded_count(number) for number in (0, 1, 9, 10)] == [NONE, WITHHELD, WITHHELD, count(10)]
    assert guarded_share(0, 9) == guarded_share(9, 100) == guarded_share(91, 100) == guarded_share(20, 20) == WITHHELD
    assert guarded_share(0, 20) == share(0, 20)
    assert guarded_share(10, 20) == share(10, 20)
    assert not Answer("failing", figures=()).with_more([]).figures
    assert word("kind", "spot").document() == {"word": "spot", "group": "kind"}
