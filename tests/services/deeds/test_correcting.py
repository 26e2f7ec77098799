"""Telling of a correction: those who were shown the old ruling, each once, and it can be cut short and done twice."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.db.models.correcting import CorrectionNoticeRow, CorrectionRow
from quiz.db.models.people import PersonRow
from quiz.engine.text import Text
from quiz.jobs.chores import sweep
from quiz.services import correcting, taking
from quiz.services.errors import NotFound, Refused
from quiz.services.tools import MemoryMailer
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.learning import SHOWN, begin, stored
from tests.services.deeds.conftest import audit, outbox
from tests.sums import KEYS, MODULE, answer, document, mend, publish
from tests.sums import take as sums_taken

Unchanged = Callable[[], AbstractContextManager[None]]
IsRefused = Callable[..., AbstractContextManager[None]]
CHANGED = Text({"ar": "كان الخيار الأنسب غير ذلك", "en": "Another option was the most appropriate"})


@pytest.fixture
def editor(make_person: MakePerson) -> Someone:
    return make_person(Role.EDITOR, name="نهى إبراهيم سالم")


def tell(works: Works, editor: Someone, key: str = "sum-a", since: int = 1, mended: int = 2, **more: Any) -> str:
    with works.writing(editor.actor) as work:
        return correcting.tell_taught(work, key, since, mended, **{"what_changed": CHANGED, **more})


def preview(works: Works, editor: Someone, key: str = "sum-a", since: int = 1, mended: int = 2) -> Any:
    with works.reading(editor.actor) as work:
        return correcting.preview_telling(work, key, since, mended)


def carry_out(works: Works, public_id: str, at_once: int = 50) -> int:
    done = 0
    while True:
        with works.writing(SYSTEM) as work:
            some = correcting.continue_telling(work, public_id, at_once)
        done += some
        if not some:
            return done


def told(works: Works) -> set[str]:
    """Return the names of those who were told of something."""
    statement = select(PersonRow.name).join(CorrectionNoticeRow, CorrectionNoticeRow.person_id == PersonRow.id)
    with works.database.reads() as session:
        return set(session.scalars(statement))


def own(works: Works, someone: Someone, public_id: str) -> correcting.CorrectionSummary:
    with works.reading(someone.actor) as work:
        return correcting.get_own(work, public_id)


def test_those_who_were_shown_the_old_ruling_are_told_and_nobody_else(
    works: Works, take: Any, make_person: MakePerson, editor: Someone
) -> None:
    taught, _ = take()
    again = make_person(modules=(MODULE,), name="أخذها مرتين")
    take("sum-b", "sum-c", someone=again)
    # An exam that is not handed in has shown no ruling.
    open_one = make_person(modules=(MODULE,), name="في منتصفها")
    answer(works, open_one, begin(works, open_one, MODULE), ())
    make_person(modules=(MODULE,), name="لم يبدأ")
    mend(works, "sum-a")
    later = make_person(modules=(MODULE,), name="بعد التصحيح")
    take(someone=later)
    found = preview(works, editor)
    assert (found.people, found.decided_at, found.told) == (2, None, 0)
    assert (found.scenario_key, found.from_number, found.to_number) == ("sum-a", 1, 2)
    assert told(works) == set()
    public_id = tell(works, editor)
    assert carry_out(works, public_id) == 2
    assert told(works) == {taught.name, again.name}
    found = preview(works, editor)
    assert (found.people, found.told, found.decided_at is not None) == (2, 2, True)


def test_where_rulings_come_at_once_an_answer_is_enough_and_practice_teaches_too(
    works: Works, make_person: MakePerson, editor: Someone
) -> None:
    publish(works, *map(document, KEYS), behaviour="immediate_feedback")
    person = make_person(modules=(MODULE,))
    attempt_id = begin(works, person, MODULE)
    slots = stored(works, person, attempt_id).attempt.slots
    with works.writing(person.actor) as work:
        given = taking.Given(chosen=(slots[0].option_order.index("decline"),))
        taking.answer(work, attempt_id, 1, given, 0, SHOWN)
    met, not_met = slots[0].scenario.key, slots[1].scenario.key
    publish(works, document(met, best="accept"), document(not_met, best="accept"), behaviour="immediate_feedback")
    assert [preview(works, editor, key).people for key in (met, not_met)] == [1, 0]


def test_who_is_shown_it_only_after_the_decision_is_told_in_that_moment(
    works: Works, take: Any, make_person: MakePerson, editor: Someone
) -> None:
    slow = make_person(modules=(MODULE,), name="على مهل")
    attempt_id = begin(works, slow, MODULE)
    answer(works, slow, attempt_id, ())
    mend(works, "sum-a", "sum-b")
    public_id = tell(works, editor)
    assert carry_out(works, public_id) == 0
    with works.writing(slow.actor) as work:
        taking.finish_attempt(work, attempt_id, SHOWN)
    assert told(works) == {slow.name}
    assert [row.payload["correction_id"] for row in outbox(works, "CorrectionReached")] == [public_id]
    assert carry_out(works, public_id) == 0
    # And a correction that comes after the end finds the same attempt.
    assert carry_out(works, tell(works, editor, "sum-b")) == 1


def test_an_attempt_out_of_time_has_shown_its_rulings(
    works: Works, make_person: MakePerson, editor: Someone, clock: Clock
) -> None:
    publish(works, *map(document, KEYS), time_limit="PT10M")
    person = make_person(modules=(MODULE,))
    begin(works, person, MODULE)
    mend(works, "sum-a")
    assert preview(works, editor).people == 0
    clock.forward(minutes=11)
    assert preview(works, editor).people == 1


def test_the_same_correction_again_is_the_same_one_and_tells_nobody_twice(
    works: Works, take: Any, editor: Someone, changes_nothing: Unchanged
) -> None:
    take()
    mend(works, "sum-a")
    public_id = tell(works, editor)
    carry_out(works, public_id)
    with changes_nothing():
        assert tell(works, editor, what_changed=Text({"ar": "غير ذلك"})) == public_id
        assert carry_out(works, public_id) == 0


def test_it_goes_on_where_it_was_cut_short(works: Works, take: Any, make_person: MakePerson, editor: Someone) -> None:
    for number in range(5):
        take(someone=make_person(modules=(MODULE,), name=f"شخص {number}"))
    mend(works, "sum-a")
    public_id = tell(works, editor)
    with works.writing(SYSTEM) as work:
        assert correcting.continue_telling(work, public_id, most=2) == 2
    with pytest.raises(RuntimeError), works.writing(SYSTEM) as work:
        correcting.continue_telling(work, public_id, most=2)
        raise RuntimeError
    assert len(told(works)) == 2
    assert carry_out(works, public_id, at_once=2) == 3
    assert len(outbox(works, "CorrectionReached")) == len(told(works)) == 5


def test_each_gets_one_mail_in_their_language_without_what_it_says(
    app: Flask, works: Works, take: Any, editor: Someone, mailer: MemoryMailer, clock: Clock
) -> None:
    person, _ = take()
    take("sum-b", "sum-c")
    mend(works, "sum-a")
    public_id = tell(works, editor)
    while sweep(app):
        clock.forward(minutes=1)
    tell(works, editor)
    assert sweep(app) == 0
    assert len(mailer.sent) == 2
    (message,) = [one for one in mailer.sent if one["To"] == person.email]
    for kind in ("plain", "html"):
        body = str(message.get_body((kind,)).get_content())
        assert f"http://127.0.0.1:8000/learn/corrections/{public_id}" in body
        assert CHANGED.by_language["ar"] not in body


def test_the_page_shows_the_ruling_that_was_read_and_the_one_that_stands(
    works: Works, take: Any, make_person: MakePerson, editor: Someone
) -> None:
    first, _ = take()
    mend(works, "sum-a")
    second = make_person(modules=(MODULE,), name="من النسخة الثانية")
    take(someone=second)
    publish(works, document("sum-a", best="wait", options=("accept", "wait", "ask")))
    public_id = tell(works, editor, since=1, mended=3)
    assert carry_out(works, public_id) == 2
    found = own(works, first, public_id)
    assert (found.what_changed, found.title.by_language["ar"]) == (CHANGED, "الصندوق الأول")
    before = {line.before.key: line.before.credit for line in found.lines if line.before}
    after = {line.after.key: line.after.credit for line in found.lines if line.after}
    assert before == {"decline": 1, "accept": 0, "wait": 0}
    assert after == {"accept": 0, "wait": 1, "ask": 0}
    assert [line.is_same for line in found.lines] == [True, False, False, False]
    assert own(works, second, public_id).lines[-1].before.credit == 0  # decline, which the second version set to 0


def test_who_met_two_of_the_versions_is_shown_the_newer_one_and_told_once(
    works: Works, make_person: MakePerson, editor: Someone
) -> None:
    rule = {"limit": 3, "waits": ["PT0S", "PT0S"], "remediation": False}
    publish(works, *map(document, KEYS), attempts=rule)
    person = make_person(modules=(MODULE,))
    sums_taken(works, person, "sum-b", "sum-c")
    publish(works, document("sum-a", best="accept"), attempts=rule)
    sums_taken(works, person, "sum-b", "sum-c")
    publish(works, document("sum-a", best="wait"), attempts=rule)
    public_id = tell(works, editor, since=1, mended=3)
    assert carry_out(works, public_id) == 1
    best = [line.before.key for line in own(works, person, public_id).lines if line.before and line.before.credit]
    assert best == ["accept"]


def test_only_who_was_told_reads_it(
    works: Works, take: Any, make_person: MakePerson, editor: Someone, is_refused: IsRefused
) -> None:
    person, _ = take()
    mend(works, "sum-a")
    public_id = tell(works, editor)
    carry_out(works, public_id)
    with works.reading(person.actor) as work:
        assert [one.public_id for one in correcting.list_own(work)] == [public_id]
    everybody_else = make_person(*Role)
    for actor in (everybody_else.actor, editor.actor, SYSTEM, Actor.nobody()):
        with is_refused(Permission.LEARNING_CORRECTION_READ), works.reading(actor) as work:
            correcting.get_own(work, public_id)
    with works.reading(everybody_else.actor) as work:
        assert correcting.list_own(work) == ()
        with pytest.raises(NotFound, match="correction"):
            correcting.get_own(work, "0" * 32)


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"key": "no-such"}, NotFound, "scenario"),
        ({"mended": 3}, Refused, "versions-unknown"),
        ({"since": 0}, Refused, "versions-unknown"),
        ({"since": 2}, Refused, "versions-unknown"),
        ({"what_changed": Text({"en": "x"})}, Refused, "change-without-words"),
        ({"what_changed": Text({"ar": " "})}, Refused, "change-without-words"),
        ({"what_changed": Text({"ar": "س" * 1001})}, Refused, "too-long"),
    ],
)
def test_what_cannot_be_told(
    works: Works, sums: None, editor: Someone, changes_nothing: Unchanged, changes: Any, error: Any, code: str
) -> None:
    mend(works, "sum-a")
    with changes_nothing(), pytest.raises(error, match=code):
        tell(works, editor, **changes)


def test_the_trace_names_the_scenario_and_the_versions(works: Works, sums: None, editor: Someone) -> None:
    mend(works, "sum-a")
    public_id = tell(works, editor)
    entry = audit(works, Permission.BANK_CORRECTION_TELL)[-1]
    assert (entry.actor, entry.target_id) == (editor.actor.name, public_id)
    assert entry.details == {"scenario": "sum-a", "of": 1, "to": 2}
    with works.database.reads() as session:
        row = session.scalars(select(CorrectionRow)).one()
    assert (row.decided_by, row.what_changed) == (editor.actor.name, CHANGED.document())


def test_nobody_else_counts_or_tells(works: Works, sums: None, make_person: MakePerson, is_refused: IsRefused) -> None:
    mend(works, "sum-a")
    others = make_person(*(role for role in Role if role not in {Role.EDITOR, Role.REVIEWER}))
    for actor in (others.actor, Actor.nobody()):
        with is_refused(Permission.BANK_CORRECTION_TELL), works.reading(actor) as work:
            correcting.preview_telling(work, "sum-a", 1, 2)
        with is_refused(Permission.BANK_CORRECTION_TELL), works.reading(actor) as work:
            correcting.list_versions(work, "sum-a")
        with is_refused(Permission.BANK_CORRECTION_TELL), works.writing(actor) as work:
            correcting.tell_taught(work, "sum-a", 1, 2, CHANGED)
        with is_refused(Permission.BANK_CORRECTION_TELL), works.writing(actor) as work:
            correcting.continue_telling(work, "0" * 32)
