"""The adviser's answers: what waits first, an answer that never changes, what it teaches, and who learns of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.db.models.advising import AnswerRow
from quiz.engine.text import Text
from quiz.services import advising, asking, noting, provisions, referring
from quiz.services.advising import Lesson
from quiz.services.errors import NotFound, Refused, Stale
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import DRILL, added, audit, everything, outbox
from tests.sums import mend

Unchanged = Callable[[], AbstractContextManager[None]]
IsRefused = Callable[..., AbstractContextManager[None]]
WORDS = "هل يجوز أن أعلّق على منشور الهيئة؟"
ANSWER = "نعم، ما دام التعليق باسمك\n\nولا يفشي سرًّا."
PLACE = "eg-cybercrime/law-175-2018/art-24"
NOTHING = Lesson("nothing", reason="مشروح في البرنامج")
WISH = Lesson("scenario", provision=PLACE, wish="موقف عن التعليق من الحساب الشخصي")
NOTE = Lesson(
    "note",
    provision=PLACE,
    question=Text({"ar": "هل يُعلَّق؟", "en": "May one comment?"}),
    answer=Text({"ar": "نعم، بشرط.", "en": "Yes, within limits."}),
    names_nobody=True,
)


@pytest.fixture
def adviser(make_person: MakePerson) -> Someone:
    return make_person(Role.ADVISER, name="ليلى حسام الدين وهبة")


def ask(works: Works, someone: Someone, with_name: bool = True, kind: str = "question", **more: Any) -> str | None:
    with works.writing(someone.actor) as work:
        return asking.ask(work, kind, **{"about": "gift-box", "words": WORDS, "with_name": with_name, **more})


def listed(works: Works, adviser: Someone, answered: bool = False, page: int = 1) -> advising.QuestionPage:
    with works.reading(adviser.actor) as work:
        return advising.list_questions(work, answered, page)


def first(works: Works, adviser: Someone) -> str:
    return listed(works, adviser).lines[0].public_id


def answer(
    works: Works, adviser: Someone, public_id: str, lesson: Lesson = NOTHING, seen: int = 0, words: str = ANSWER
) -> None:
    with works.writing(adviser.actor) as work:
        advising.answer_question(work, public_id, seen, words, lesson)


def read(works: Works, adviser: Someone, public_id: str) -> advising.QuestionSummary:
    with works.reading(adviser.actor) as work:
        return advising.get_question(work, public_id)


def test_what_waits_longest_stands_first(works: Works, learner: Someone, adviser: Someone, clock: Clock) -> None:
    for kind in ("question", "pledge", "help", "name"):
        ask(works, learner, kind=kind, about=DRILL)
        clock.forward(minutes=1)
    found = listed(works, adviser)
    assert [line.kind for line in found.lines] == ["question", "pledge", "help", "name"]
    assert (found.waiting, found.answered, found.page, found.pages) == (4, 0, 1, 1)
    answer(works, adviser, found.lines[1].public_id)
    clock.forward(minutes=1)
    answer(works, adviser, found.lines[0].public_id)
    assert [line.kind for line in listed(works, adviser).lines] == ["help", "name"]
    assert [line.kind for line in listed(works, adviser, answered=True).lines] == ["pledge", "question"]


@pytest.mark.parametrize(("asked", "page", "count"), [(20, 1, 20), (20, 2, 20), (21, 2, 1), (21, -7, 20), (21, 99, 1)])
def test_a_page_holds_twenty_and_no_page_is_empty(
    works: Works, learner: Someone, adviser: Someone, asked: int, page: int, count: int
) -> None:
    for _ in range(asked):
        ask(works, learner)
    found = listed(works, adviser, page=page)
    assert (len(found.lines), found.pages, found.waiting) == (count, -(-asked // 20), asked)


def test_who_asked_is_read_where_they_said_so(works: Works, learner: Someone, adviser: Someone) -> None:
    ask(works, learner, about=DRILL, kind="pledge")
    ask(works, learner, with_name=False)
    named, nameless = (read(works, adviser, line.public_id) for line in listed(works, adviser).lines[::-1])
    if named.line.name is None:
        named, nameless = nameless, named
    assert (named.line.name, named.email, named.line.words) == (learner.name, learner.email, WORDS)
    assert named.line.title is not None
    assert (nameless.line.name, nameless.email, nameless.line.title, nameless.brief) == (None, None, None, None)


def test_the_scenario_is_read_with_its_rulings_in_the_version_that_was_asked_about(
    works: Works, take: Any, adviser: Someone, clock: Clock
) -> None:
    person, _ = take()
    with works.database.reads() as session:
        digest = session.connection().exec_driver_sql(
            "SELECT v.digest FROM scenario_version v JOIN scenario s ON s.id = v.scenario_id WHERE s.key = 'sum-a'"
        )
        seen = str(digest.scalar_one())
    ask(works, person, about="sum-a", seen=seen)
    mend(works, "sum-a")
    clock.forward(hours=1)
    ask(works, person, about="sum-a")
    old, new = (read(works, adviser, line.public_id).brief for line in listed(works, adviser).lines)
    assert old is not None
    assert new is not None
    assert ((old.version, old.is_standing), (new.version, new.is_standing)) == ((1, False), (2, True))
    assert [line.credit for line in old.turns[0].lines] == [1, 0, 0]
    assert [line.credit for line in new.turns[0].lines] == [0, 1, 0]
    assert old.citations


def test_an_answer_is_stored_with_who_and_when_and_the_asker_gets_a_mail(
    works: Works, learner: Someone, adviser: Someone, clock: Clock
) -> None:
    ask(works, learner)
    public_id = first(works, adviser)
    clock.forward(hours=1)
    answer(works, adviser, public_id, words=f"  {ANSWER}\u202e\x00 ")
    found = read(works, adviser, public_id)
    (one,) = found.answers
    assert (one.number, one.outcome, one.words, one.reason) == (1, "nothing", ANSWER, NOTHING.reason)
    assert (one.at, one.by, found.advisers) == (clock.now, adviser.actor.name, (adviser.name,))
    with works.database.reads() as session:
        stored = session.scalars(select(AnswerRow.public_id)).one()
    assert [row.payload for row in outbox(works, "QuestionAnswered")] == [{"answer_id": stored}]
    entry = audit(works, Permission.ADVICE_QUESTION_ANSWER)[-1]
    assert (entry.target_id, entry.details) == (public_id, {"number": 1, "outcome": "nothing"})
    with works.reading(learner.actor) as work:
        assert asking.list_own(work)[0].is_answered
        assert [one.words for one in asking.get_own(work, public_id).answers] == [ANSWER]


def test_of_a_nameless_question_nothing_leads_to_its_asker_from_asking_to_reading(
    works: Works, learner: Someone, colleague: Someone, adviser: Someone, clock: Clock
) -> None:
    before = everything(works)
    code = ask(works, learner, with_name=False)
    assert code is not None
    clock.forward(minutes=3)
    public_id = first(works, adviser)
    for seen, lesson in enumerate((NOTE, WISH, NOTHING)):
        answer(works, adviser, public_id, lesson, seen)
    changed = added(before, everything(works))
    assert set(changed) == {"answer", "audit_entry", "question", "teaching_note", "wish"}
    everywhere = repr(changed)
    for trace in (learner.public_id, learner.email, learner.name, learner.actor.name, code, "T-1"):
        assert trace not in everywhere
    assert {entry.actor for entry in audit(works, Permission.ADVICE_QUESTION_ANSWER)} == {adviser.actor.name}
    with works.reading(colleague.actor) as work:
        found = asking.open_reply(work, code)
    assert found is not None
    assert [one.words for one in found.answers] == [ANSWER] * 3
    assert set(added(before, everything(works))) == set(changed)
    assert outbox(works) == []


def test_a_second_adviser_is_told_and_their_answer_is_another_row(
    works: Works, learner: Someone, adviser: Someone, make_person: MakePerson, changes_nothing: Unchanged
) -> None:
    other = make_person(Role.ADVISER, name="مينا جرجس عبد الملاك")
    ask(works, learner)
    public_id = first(works, adviser)
    answer(works, adviser, public_id)
    with changes_nothing(), pytest.raises(Stale, match="answered-meanwhile"):
        answer(works, other, public_id)
    answer(works, other, public_id, seen=1, words="وأضيف إلى ذلك")
    found = read(works, adviser, public_id)
    assert [one.words for one in found.answers] == [ANSWER, "وأضيف إلى ذلك"]
    assert found.advisers == (adviser.name, other.name)
    assert len(outbox(works, "QuestionAnswered")) == 2


@pytest.mark.parametrize(
    ("words", "lesson", "error", "code"),
    [
        (" \u200b\n", NOTHING, Refused, "nothing-answered"),
        ("س" * 4001, NOTHING, Refused, "too-long"),
        (ANSWER, Lesson("praise"), Refused, "teaches-unknown"),
        (ANSWER, replace(NOTHING, reason=""), Refused, "reason-missing"),
        (ANSWER, replace(NOTHING, reason="س" * 2001), Refused, "too-long"),
        (ANSWER, replace(WISH, wish=""), Refused, "wish-missing"),
        (ANSWER, replace(WISH, provision="no/such/place"), NotFound, "provision"),
        (ANSWER, replace(WISH, provision=""), NotFound, "provision"),
        (ANSWER, replace(WISH, provision="النزاهة"), Refused, "several-provisions"),
        (ANSWER, replace(NOTE, names_nobody=False), Refused, "may-name-somebody"),
        (ANSWER, replace(NOTE, question=Text({"en": "May one?"})), Refused, "note-without-arabic"),
        (ANSWER, replace(NOTE, answer=Text({"ar": "نعم"})), Refused, "note-half-translated"),
        (ANSWER, replace(NOTE, answer=Text({"ar": "س" * 2001, "en": "Yes"})), Refused, "too-long"),
    ],
)
def test_what_will_not_do_stores_nothing(
    works: Works,
    learner: Someone,
    adviser: Someone,
    changes_nothing: Unchanged,
    words: str,
    lesson: Lesson,
    error: type[Exception],
    code: str,
) -> None:
    ask(works, learner)
    public_id = first(works, adviser)
    with changes_nothing(), pytest.raises(error, match=code):
        answer(works, adviser, public_id, lesson, words=words)


def test_a_wish_waits_for_the_editors_with_its_provision(works: Works, learner: Someone, adviser: Someone) -> None:
    ask(works, learner)
    public_id = first(works, adviser)
    answer(works, adviser, public_id, replace(WISH, provision=f" {PLACE} "))
    (one,) = read(works, adviser, public_id).answers
    assert one.wish is not None
    assert (one.wish.address, one.wish.note, one.note) == (PLACE, WISH.wish, None)


def notes(works: Works, reader: Someone, place: str = PLACE) -> list[str]:
    with works.reading(reader.actor) as work:
        found = referring.get_instrument(work, place.partition("/")[0])
    return [
        note.question.by_language["ar"]
        for edition in found.editions
        for provision in edition.provisions
        if provision.citation.address == place
        for note in provision.notes
    ]


def test_a_note_stands_beside_its_provision_until_it_is_withdrawn(
    works: Works, learner: Someone, adviser: Someone, colleague: Someone, clock: Clock
) -> None:
    ask(works, learner, with_name=False)
    public_id = first(works, adviser)
    answer(works, adviser, public_id, NOTE)
    assert notes(works, colleague) == ["هل يُعلَّق؟"]
    assert notes(works, colleague, "eg-cybercrime/law-175-2018/art-25") == []
    (one,) = read(works, adviser, public_id).answers
    assert one.note is not None
    for _ in range(2):
        with works.writing(adviser.actor) as work:
            assert noting.withdraw_note(work, one.note.public_id) == public_id
    assert notes(works, colleague) == []
    assert len(audit(works, Permission.ADVICE_NOTE_WITHDRAW)) == 1
    (one,) = read(works, adviser, public_id).answers
    assert one.note is not None
    assert one.note.is_withdrawn
    with pytest.raises(NotFound, match="note"), works.writing(adviser.actor) as work:
        noting.withdraw_note(work, "0" * 32)


def test_a_provision_is_found_by_its_address_or_by_a_title_that_only_it_has(works: Works, adviser: Someone) -> None:
    with works.reading(adviser.actor) as work:
        citable = provisions.list_citable(work)
        titles = [one.title.by_language["ar"] for one in citable]
        only = next(one for one in citable if titles.count(one.title.by_language["ar"]) == 1)
        assert provisions.find_citable(work, f"  {only.address}") == only.address
        assert provisions.find_citable(work, f"{only.title.by_language['ar']} ـ".replace(" ـ", "ـ")) == only.address
        assert {one.verification for one in citable} <= {"official_verified", "mirror_verified", "secondary"}
    for actor in (Actor.nobody(), SYSTEM):
        with pytest.raises(Exception, match="not-allowed"), works.reading(actor) as work:
            provisions.list_citable(work)


def test_nobody_else_answers_or_withdraws(
    works: Works, learner: Someone, adviser: Someone, make_person: MakePerson, is_refused: IsRefused
) -> None:
    ask(works, learner)
    public_id = first(works, adviser)
    everybody_else = make_person(*(role for role in Role if role is not Role.ADVISER))
    for actor in (everybody_else.actor, SYSTEM, Actor.nobody()):
        with is_refused(Permission.ADVICE_QUESTION_READ), works.reading(actor) as work:
            advising.list_questions(work)
        with is_refused(Permission.ADVICE_QUESTION_READ), works.reading(actor) as work:
            advising.get_question(work, public_id)
        with is_refused(Permission.ADVICE_QUESTION_ANSWER), works.writing(actor) as work:
            advising.answer_question(work, public_id, 0, ANSWER, NOTHING)
        with is_refused(Permission.ADVICE_NOTE_WITHDRAW), works.writing(actor) as work:
            noting.withdraw_note(work, "0" * 32)
