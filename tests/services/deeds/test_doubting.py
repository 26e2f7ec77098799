"""Doubts as tasks of the editors: gathered by scenario, answered once for what they are, and never by name."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import select, update

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.db.models.advising import AnswerRow
from quiz.db.models.catalogue import ScenarioRow, ScenarioVersionRow
from quiz.services import advising, asking, doubting
from quiz.services.errors import NotFound, Refused, Stale
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import added, audit, everything, outbox
from tests.sums import mend

Unchanged = Callable[[], AbstractContextManager[None]]
IsRefused = Callable[..., AbstractContextManager[None]]
WORDS = "هذا لا يوافق المادة"


@pytest.fixture
def someone(sums: None, make_person: MakePerson) -> Someone:
    return make_person(modules=("sums",))


@pytest.fixture
def editor(make_person: MakePerson) -> Someone:
    return make_person(Role.EDITOR, name="نهى إبراهيم سالم")


def digest(works: Works, key: str) -> str:
    statement = select(ScenarioVersionRow.digest).join(ScenarioRow).where(ScenarioRow.key == key)
    with works.database.reads() as session:
        return session.scalars(statement.order_by(ScenarioVersionRow.number.desc())).first() or ""


def doubt(works: Works, someone: Someone, key: str = "sum-a", with_name: bool = False, seen: str = "") -> str | None:
    with works.writing(someone.actor) as work:
        return asking.ask(work, "doubt", key, WORDS, with_name, seen)


def listed(works: Works, editor: Someone, answered: bool = False, page: int = 1) -> doubting.DoubtPage:
    with works.reading(editor.actor) as work:
        return doubting.list_doubts(work, answered, page)


def first(works: Works, editor: Someone) -> str:
    return listed(works, editor).groups[0].lines[0].public_id


def answer(works: Works, editor: Someone, public_id: str, outcome: str = "stands", **given: Any) -> None:
    with works.writing(editor.actor) as work:
        doubting.answer_doubt(work, public_id, **{"seen": 0, "outcome": outcome, "words": "لأن المادة عامة", **given})


def read(works: Works, editor: Someone, public_id: str) -> doubting.DoubtSummary:
    with works.reading(editor.actor) as work:
        return doubting.get_doubt(work, public_id)


def test_what_is_doubted_most_stands_first_with_the_version_that_was_seen(
    works: Works, someone: Someone, editor: Someone, clock: Clock
) -> None:
    seen = digest(works, "sum-b")
    mend(works, "sum-b")
    for key, digest_seen in (("sum-a", ""), ("sum-b", seen), ("no-such", ""), ("sum-b", digest(works, "sum-b"))):
        doubt(works, someone, key, seen=digest_seen)
        clock.forward(days=1)
    with works.writing(someone.actor) as work:
        asking.ask(work, "question", "sum-a", "سؤال", with_name=True)
    found = listed(works, editor)
    assert [(one.about, len(one.lines), one.title is None) for one in found.groups] == [
        ("sum-b", 2, False),
        ("sum-a", 1, False),
        ("no-such", 1, True),
    ]
    assert [line.version for line in found.groups[0].lines] == [1, 2]
    assert [line.version for line in found.groups[1].lines] == [None]
    assert (found.waiting, found.answered, found.pages) == (4, 0, 1)


@pytest.mark.parametrize(("page", "count"), [(1, 20), (2, 1), (0, 20), (9, 1)])
def test_a_page_holds_twenty_scenarios(works: Works, someone: Someone, editor: Someone, page: int, count: int) -> None:
    for number in range(21):
        doubt(works, someone, f"key-{number}")
    found = listed(works, editor, page=page)
    assert (len(found.groups), found.pages) == (count, 2)


def test_a_withdrawn_scenario_is_named_as_such(works: Works, someone: Someone, editor: Someone, clock: Clock) -> None:
    doubt(works, someone)
    with works.database.writes() as session:
        session.execute(update(ScenarioRow).where(ScenarioRow.key == "sum-a").values(withdrawn_at=clock.now))
        session.commit()
    assert listed(works, editor).groups[0].is_withdrawn
    brief = read(works, editor, first(works, editor)).brief
    assert brief is not None
    assert (brief.is_withdrawn, brief.version) == (True, 1)


def test_a_ruling_that_stands_is_told_with_its_reason(works: Works, someone: Someone, editor: Someone) -> None:
    doubt(works, someone, with_name=True)
    public_id = first(works, editor)
    answer(works, editor, public_id)
    (one,) = read(works, editor, public_id).answers
    assert (one.outcome, one.words, one.mended_in, one.by) == ("stands", "لأن المادة عامة", None, editor.actor.name)
    assert len(outbox(works, "QuestionAnswered")) == 1
    entry = audit(works, Permission.BANK_DOUBT_ANSWER)[-1]
    assert (entry.actor, entry.details) == (editor.actor.name, {"number": 1, "outcome": "stands"})
    with works.reading(someone.actor) as work:
        assert [one.outcome for one in asking.get_own(work, public_id).answers] == ["stands"]
    assert [one.lines[0].public_id for one in listed(works, editor, answered=True).groups] == [public_id]
    assert listed(works, editor).groups == ()


def test_what_was_mended_was_mended_in_a_newer_version(
    works: Works, someone: Someone, editor: Someone, changes_nothing: Unchanged
) -> None:
    code = doubt(works, someone, seen=digest(works, "sum-a"))
    public_id = first(works, editor)
    assert read(works, editor, public_id).mending is None
    for version, error in ((None, "version-unknown"), (2, "version-unknown"), (1, "version-not-newer")):
        with changes_nothing(), pytest.raises(Refused, match=error):
            answer(works, editor, public_id, "mended", version=version)
    mend(works, "sum-a")
    found = read(works, editor, public_id)
    assert (found.mending, found.standing, found.line.version) == (2, 2, 1)
    answer(works, editor, public_id, "mended", version=2, words="")
    with works.reading(editor.actor) as work:
        reply = asking.open_reply(work, code or "")
    assert reply is not None
    assert [(one.outcome, one.mended_in) for one in reply.answers] == [("mended", 2)]


def test_where_the_version_seen_is_not_known_that_of_the_day_is_doubted(
    works: Works, someone: Someone, editor: Someone, clock: Clock
) -> None:
    doubt(works, someone, with_name=True)
    clock.forward(days=1)
    mend(works, "sum-a")
    doubt(works, someone, with_name=True)
    old, new = (read(works, editor, line.public_id) for line in listed(works, editor).groups[0].lines)
    assert old.brief is not None
    assert new.brief is not None
    assert [(one.line.version, one.brief.version, one.mending) for one in (old, new) if one.brief] == [
        (None, 1, 2),
        (None, 2, None),
    ]
    with pytest.raises(Refused, match="version-not-newer"):
        answer(works, editor, new.line.public_id, "mended", version=2)
    answer(works, editor, old.line.public_id, "mended", version=2)


@pytest.mark.parametrize(
    ("given", "code"),
    [({"outcome": "perhaps"}, "outcome-unknown"), ({"words": "\u200b"}, "nothing-answered"),
     ({"words": "س" * 4001}, "too-long")],
)  # fmt: skip
def test_what_will_not_do_stores_nothing(
    works: Works, someone: Someone, editor: Someone, changes_nothing: Unchanged, given: dict[str, Any], code: str
) -> None:
    doubt(works, someone)
    public_id = first(works, editor)
    with changes_nothing(), pytest.raises(Refused, match=code):
        answer(works, editor, public_id, **given)


def test_the_second_of_two_editors_is_told(
    works: Works, someone: Someone, editor: Someone, make_person: MakePerson, changes_nothing: Unchanged
) -> None:
    reviewer = make_person(Role.REVIEWER)
    doubt(works, someone)
    public_id = first(works, editor)
    answer(works, editor, public_id)
    with changes_nothing(), pytest.raises(Stale):
        answer(works, reviewer, public_id)
    answer(works, reviewer, public_id, seen=1)
    with works.database.reads() as session:
        assert session.scalars(select(AnswerRow.number).order_by(AnswerRow.number)).all() == [1, 2]


def test_who_doubts_is_nobody_to_the_editors_even_by_name(works: Works, someone: Someone, editor: Someone) -> None:
    doubt(works, someone, with_name=True)
    page = listed(works, editor)
    told = repr((page, read(works, editor, page.groups[0].lines[0].public_id)))
    for trace in (someone.name, someone.email, someone.public_id, someone.actor.name):
        assert trace not in told


def test_a_nameless_doubt_leaves_nothing_of_its_writer_from_writing_to_answer(
    works: Works, someone: Someone, editor: Someone
) -> None:
    before = everything(works)
    doubt(works, someone, seen=digest(works, "sum-a"))
    answer(works, editor, first(works, editor))
    changed = added(before, everything(works))
    assert set(changed) == {"answer", "audit_entry", "question"}
    for trace in (someone.name, someone.email, someone.public_id, someone.actor.name):
        assert trace not in repr(changed)


def test_a_doubt_is_the_editors_and_a_question_is_the_advisers(
    works: Works, someone: Someone, editor: Someone, make_person: MakePerson
) -> None:
    adviser = make_person(Role.ADVISER)
    doubt(works, someone)
    with works.writing(someone.actor) as work:
        asking.ask(work, "question", "sum-a", "سؤال", with_name=True)
    with works.reading(adviser.actor) as work:
        (line,) = advising.list_questions(work).lines
        assert line.kind == "question"
        with pytest.raises(NotFound):
            advising.get_question(work, first(works, editor))
    with pytest.raises(NotFound):
        read(works, editor, line.public_id)
    with pytest.raises(NotFound):
        answer(works, editor, line.public_id)


def test_nobody_else_reads_or_answers_doubts(
    works: Works, someone: Someone, editor: Someone, make_person: MakePerson, is_refused: IsRefused
) -> None:
    doubt(works, someone)
    public_id = first(works, editor)
    others = make_person(*(role for role in Role if role not in {Role.EDITOR, Role.REVIEWER}))
    for actor in (others.actor, SYSTEM, Actor.nobody()):
        with is_refused(Permission.BANK_DOUBT_READ), works.reading(actor) as work:
            doubting.list_doubts(work)
        with is_refused(Permission.BANK_DOUBT_READ), works.reading(actor) as work:
            doubting.get_doubt(work, public_id)
        with is_refused(Permission.BANK_DOUBT_ANSWER), works.writing(actor) as work:
            doubting.answer_doubt(work, public_id, 0, "stands", "لأن")
