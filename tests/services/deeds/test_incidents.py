"""Incidents and wishes: what happened, what was wished for, which scenarios teach from it, and the answers since."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import update

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.db.models.catalogue import ScenarioRow
from quiz.services import advising, asking, incidents, wishing
from quiz.services.advising import Lesson
from quiz.services.errors import NotFound, Refused, Stale
from quiz.services.incidents import Following
from quiz.services.unit_of_work import Works
from quiz.services.wishing import WishState
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import audit
from tests.sums import KEYS, MODULE, TITLES, document, publish

Unchanged = Callable[[], AbstractContextManager[None]]
IsRefused = Callable[..., AbstractContextManager[None]]
PLACE = "eg-cybercrime/law-175-2018/art-24"
NONE = Following("none", reason="يشرحه موقف آخر")
LINK = Following("scenario", scenario="sum-a")
WISH = Following("wish", wish="موقف عن حساب باسم جهة")
GOOD: dict[str, Any] = {
    "words": "نُشر حساب باسم إدارة\n\nوردّ على المراجعين",
    "provision": PLACE,
    "month": date(2026, 10, 1),
    "names_nobody": True,
    "following": NONE,
}


@pytest.fixture
def adviser(make_person: MakePerson) -> Someone:
    return make_person(Role.ADVISER, name="ليلى حسام الدين وهبة")


@pytest.fixture
def editor(make_person: MakePerson) -> Someone:
    return make_person(Role.EDITOR, name="نهى إبراهيم سالم")


def record(works: Works, adviser: Someone, **changes: Any) -> str:
    with works.writing(adviser.actor) as work:
        return incidents.record_incident(work, **{**GOOD, **changes})


def follow(works: Works, adviser: Someone, public_id: str, following: Following) -> None:
    with works.writing(adviser.actor) as work:
        incidents.follow_incident(work, public_id, following)


def read(works: Works, adviser: Someone, public_id: str) -> incidents.IncidentSummary:
    with works.reading(adviser.actor) as work:
        return incidents.get_incident(work, public_id)


def wishes(works: Works, editor: Someone, state: WishState = WishState.OPEN, page: int = 1) -> wishing.WishPage:
    with works.reading(editor.actor) as work:
        return wishing.list_wishes(work, state, page)


def decide(works: Works, editor: Someone, public_id: str, **given: Any) -> None:
    with works.writing(editor.actor) as work:
        wishing.decide_wish(work, public_id, **{"seen": 0, "state": WishState.TAKEN_UP, "scenario": "sum-a", **given})


def test_an_incident_is_kept_as_it_was_told_with_who_and_when(works: Works, adviser: Someone, clock: Clock) -> None:
    public_id = record(works, adviser, words=f" {GOOD['words']}\u200b\x00")
    found = read(works, adviser, public_id).line
    assert (found.words, found.address, found.month) == (GOOD["words"], PLACE, date(2026, 10, 1))
    assert (found.none_because, found.wishes, found.scenarios) == (NONE.reason, (), ())
    assert found.citation is not None
    assert (found.citation.address, found.recorded_at) == (PLACE, clock.now)
    entry = audit(works, Permission.ADVICE_INCIDENT_RECORD)[-1]
    assert (entry.actor, entry.target_id, entry.details) == (adviser.actor.name, public_id, {"follows": "none"})


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"words": " \u200b"}, Refused, "nothing-told"),
        ({"words": "س" * 4001}, Refused, "too-long"),
        ({"names_nobody": False}, Refused, "may-name-somebody"),
        ({"provision": "no/such/place"}, NotFound, "provision"),
        ({"provision": "النزاهة"}, Refused, "several-provisions"),
        ({"month": date(2026, 12, 1)}, Refused, "month-unknown"),
        ({"month": date(2026, 10, 2)}, Refused, "month-unknown"),
        ({"month": date(2021, 11, 1)}, Refused, "month-unknown"),
        ({"following": replace(NONE, reason=" ")}, Refused, "reason-missing"),
        ({"following": replace(NONE, reason="س" * 2001)}, Refused, "too-long"),
        ({"following": replace(WISH, wish="\u200f")}, Refused, "wish-missing"),
        ({"following": replace(LINK, scenario="no-such")}, NotFound, "scenario"),
        ({"following": replace(LINK, scenario="a box")}, Refused, "several-scenarios"),
        ({"following": Following("perhaps")}, Refused, "following-unknown"),
    ],
)
def test_what_will_not_do_records_nothing(
    works: Works, sums: None, adviser: Someone, changes_nothing: Unchanged, changes: Any, error: Any, code: str
) -> None:
    with changes_nothing(), pytest.raises(error, match=code):
        record(works, adviser, **changes)


def test_the_months_are_those_of_the_organisation_and_sixty(works: Works, adviser: Someone, clock: Clock) -> None:
    # In Cairo it is December already.
    clock.now = datetime(2026, 11, 30, 22, 30, tzinfo=UTC)
    with works.reading(adviser.actor) as work:
        months = incidents.list_months(work)
    assert (months[0], months[11], months[-1], len(months)) == (
        date(2026, 12, 1), date(2026, 1, 1), date(2022, 1, 1), 60,
    )  # fmt: skip


def test_scenarios_are_linked_once_and_more_can_be_added(
    works: Works, sums: None, adviser: Someone, clock: Clock, changes_nothing: Unchanged
) -> None:
    public_id = record(works, adviser, following=LINK)
    clock.forward(days=1)
    follow(works, adviser, public_id, Following("scenario", scenario=TITLES["sum-b"]))
    with changes_nothing():
        follow(works, adviser, public_id, LINK)
    found = read(works, adviser, public_id).line.scenarios
    assert [(one.key, one.is_withdrawn) for one in found] == [("sum-a", False), ("sum-b", False)]
    assert found[1].since == clock.now
    with pytest.raises(Refused, match="following-unknown"):
        follow(works, adviser, public_id, NONE)
    with pytest.raises(NotFound, match="incident"):
        follow(works, adviser, "0" * 32, LINK)


def test_a_wish_of_an_incident_is_a_line_of_the_editors_and_its_scenario_joins_the_chain(
    works: Works, sums: None, adviser: Someone, editor: Someone, clock: Clock
) -> None:
    public_id = record(works, adviser, following=WISH)
    (wish,) = wishes(works, editor).lines
    assert (wish.note, wish.address, wish.is_from_question, wish.state) == (WISH.wish, PLACE, False, WishState.OPEN)
    clock.forward(days=1)
    decide(works, editor, wish.public_id, scenario="still-to-be-written")
    found = read(works, adviser, public_id)
    assert (found.line.scenarios, found.since) == ((), None)
    assert [(one.state, one.scenario_key) for one in found.line.wishes] == [(WishState.TAKEN_UP, "still-to-be-written")]
    clock.forward(days=7)
    publish(works, document("still-to-be-written"))
    found = read(works, adviser, public_id)
    # It teaches since it was published, not since it was promised.
    assert [(one.key, one.since) for one in found.line.scenarios] == [("still-to-be-written", clock.now)]
    assert found.since == clock.now
    with works.database.writes() as session:
        session.execute(update(ScenarioRow).values(withdrawn_at=clock.now))
        session.commit()
    assert read(works, adviser, public_id).line.scenarios[0].is_withdrawn


def test_pages_of_incidents(works: Works, adviser: Someone) -> None:
    for number in range(21):
        record(works, adviser, words=f"واقعة {number}")
    with works.reading(adviser.actor) as work:
        pages = [incidents.list_incidents(work, page) for page in (1, 2, -1, 9)]
    assert [(len(page.lines), page.lines[0].words, page.pages, page.count) for page in pages] == [
        (20, "واقعة 20", 2, 21), (1, "واقعة 0", 2, 21), (20, "واقعة 20", 2, 21), (1, "واقعة 0", 2, 21),
    ]  # fmt: skip


def test_answers_about_the_provision_stand_before_and_after_exactly_and_from_ten_on(
    works: Works, take: Any, adviser: Someone, clock: Clock
) -> None:
    place = document("sum-a")["cites"][0]
    # Two people before: of their ten answers three are not right.
    take("sum-a", "sum-b")
    take("sum-c")
    clock.forward(days=1)
    public_id = record(works, adviser, provision=place)
    found = read(works, adviser, public_id).figures
    assert (found.before.count, found.before.mean, found.after) == (10, Fraction(7, 10), None)
    follow(works, adviser, public_id, LINK)
    clock.forward(days=1)
    take("sum-a")
    found = read(works, adviser, public_id).figures
    assert found.after is not None
    assert (found.before.mean, found.after.count, found.after.mean) == (Fraction(7, 10), 5, None)
    take()
    found = read(works, adviser, public_id).figures
    assert found.after is not None
    assert (found.after.count, found.after.mean) == (10, Fraction(9, 10))


def test_only_answers_about_that_provision_count_in_whatever_version(
    works: Works, take: Any, make_person: MakePerson, adviser: Someone
) -> None:
    place = document("sum-a")["cites"][0]
    elsewhere = "eg-cybercrime/law-175-2018/art-25"
    take("sum-a", "sum-b")
    moved = [document(key) for key in KEYS]
    for one in moved[:4]:
        one["cites"] = [elsewhere]
        for option in one["options"]:
            option["cites"] = [elsewhere]
    publish(works, *moved)
    take("sum-a", someone=make_person(modules=(MODULE,)))
    here, there = (read(works, adviser, record(works, adviser, provision=one)).figures for one in (place, elsewhere))
    assert (here.before.count, there.before.count) == (6, 4)


def test_nobody_else_reads_or_records_incidents(
    works: Works, adviser: Someone, make_person: MakePerson, is_refused: IsRefused
) -> None:
    public_id = record(works, adviser)
    others = make_person(*(role for role in Role if role is not Role.ADVISER))
    for actor in (others.actor, SYSTEM, Actor.nobody()):
        for deed in (incidents.list_incidents, incidents.list_months, incidents.list_titles):
            with is_refused(Permission.ADVICE_INCIDENT_READ), works.reading(actor) as work:
                deed(work)
        with is_refused(Permission.ADVICE_INCIDENT_READ), works.reading(actor) as work:
            incidents.get_incident(work, public_id)
        with is_refused(Permission.ADVICE_INCIDENT_RECORD), works.writing(actor) as work:
            incidents.record_incident(work, **GOOD)
        with is_refused(Permission.ADVICE_INCIDENT_RECORD), works.writing(actor) as work:
            incidents.follow_incident(work, public_id, LINK)


# Wishes


def wished(works: Works, adviser: Someone, editor: Someone) -> str:
    """Let a wish be made and return it."""
    record(works, adviser, following=WISH)
    return wishes(works, editor).lines[-1].public_id


def test_a_wish_comes_from_a_question_too_and_neither_tells_who_asked(
    works: Works, learner: Someone, adviser: Someone, editor: Someone
) -> None:
    with works.writing(learner.actor) as work:
        asking.ask(work, "question", "gift-box", "سؤال لا يقرؤه المحررون", with_name=True)
    with works.writing(adviser.actor) as work:
        (line,) = advising.list_questions(work).lines
        lesson = Lesson("scenario", provision=PLACE, wish="موقف عن الهدايا")
        advising.answer_question(work, line.public_id, 0, "جواب", lesson)
    (wish,) = wishes(works, editor).lines
    assert (wish.note, wish.is_from_question) == ("موقف عن الهدايا", True)
    with works.reading(editor.actor) as work:
        told = repr((wish, wishing.get_wish(work, wish.public_id)))
    for trace in (learner.name, learner.email, learner.public_id, "سؤال لا يقرؤه المحررون"):
        assert trace not in told
    decide(works, editor, wish.public_id, state=WishState.DECLINED, reason="موجود في موقف قائم")
    with works.reading(adviser.actor) as work:
        (answer,) = advising.get_question(work, line.public_id).answers
    assert answer.wish is not None
    assert (answer.wish.state, answer.wish.declined_because) == (WishState.DECLINED, "موجود في موقف قائم")


def test_a_wish_moves_with_each_decision_and_the_last_one_holds(
    works: Works, sums: None, adviser: Someone, editor: Someone, clock: Clock
) -> None:
    public_id = wished(works, adviser, editor)
    decide(works, editor, public_id, state=WishState.DECLINED, reason=" لا حاجة\u200b ")
    assert [line.public_id for line in wishes(works, editor, WishState.DECLINED).lines] == [public_id]
    clock.forward(days=1)
    decide(works, editor, public_id, seen=1, scenario=TITLES["sum-b"])
    assert wishes(works, editor).counts == {WishState.OPEN: 0, WishState.TAKEN_UP: 1, WishState.DECLINED: 0}
    with works.reading(editor.actor) as work:
        found = wishing.get_wish(work, public_id)
    assert [(one.state, one.scenario_key, one.reason) for one in found.decisions] == [
        (WishState.DECLINED, None, "لا حاجة"),
        (WishState.TAKEN_UP, "sum-b", None),
    ]
    assert found.state is WishState.TAKEN_UP
    assert found.decisions[1].title is not None
    entry = audit(works, Permission.BANK_WISH_DECIDE)[-1]
    assert (entry.target_id, entry.details) == (public_id, {"state": "taken_up", "scenario": "sum-b"})


@pytest.mark.parametrize(
    ("given", "error", "code"),
    [
        ({"state": WishState.OPEN}, Refused, "state-unknown"),
        ({"state": WishState.DECLINED, "reason": "\u200b"}, Refused, "reason-missing"),
        ({"state": WishState.DECLINED, "reason": "س" * 2001}, Refused, "too-long"),
        ({"scenario": "لا شيء"}, Refused, "no-key"),
        ({"scenario": "a--b"}, Refused, "no-key"),
        ({"scenario": ""}, Refused, "no-key"),
        ({"scenario": "k" * 65}, Refused, "no-key"),
        ({"scenario": "a box"}, Refused, "several-scenarios"),
        ({"seen": 1}, Stale, "decided-meanwhile"),
    ],
)
def test_what_will_not_do_decides_nothing(
    works: Works, sums: None, adviser: Someone, editor: Someone, changes_nothing: Unchanged, given: Any, error: Any,
    code: str,
) -> None:  # fmt: skip
    public_id = wished(works, adviser, editor)
    with changes_nothing(), pytest.raises(error, match=code):
        decide(works, editor, public_id, **given)


def test_pages_of_wishes(works: Works, adviser: Someone, editor: Someone) -> None:
    for number in range(21):
        record(works, adviser, following=Following("wish", wish=f"طلب {number}"))
    assert [line.note for line in wishes(works, editor, page=2).lines] == ["طلب 20"]
    assert len(wishes(works, editor, page=-3).lines) == 20
    assert wishes(works, editor, page=99).page == 2


def test_nobody_else_reads_or_decides_wishes(
    works: Works, adviser: Someone, editor: Someone, make_person: MakePerson, is_refused: IsRefused
) -> None:
    public_id = wished(works, adviser, editor)
    others = make_person(*(role for role in Role if role not in {Role.EDITOR, Role.REVIEWER}))
    for actor in (others.actor, SYSTEM, Actor.nobody()):
        with is_refused(Permission.BANK_WISH_READ), works.reading(actor) as work:
            wishing.list_wishes(work)
        with is_refused(Permission.BANK_WISH_READ), works.reading(actor) as work:
            wishing.get_wish(work, public_id)
        with is_refused(Permission.BANK_WISH_READ), works.reading(actor) as work:
            wishing.list_titles(work)
        with is_refused(Permission.BANK_WISH_DECIDE), works.writing(actor) as work:
            wishing.decide_wish(work, public_id, 0, WishState.TAKEN_UP, "some-key")
    with pytest.raises(NotFound, match="wish"), works.reading(editor.actor) as work:
        wishing.get_wish(work, "0" * 32)
