"""The history: every state with who stands behind it, two compared, an earlier one back as something to go on with."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.bank.reader import Reading
from quiz.services import drafting, history
from quiz.services.errors import NotFound, Stale
from quiz.services.loading import Release, install_release
from quiz.services.unit_of_work import Works
from tests import drafts
from tests.drafts import Document, retitled, seen_by, sound
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock

Unchanged = Callable[[], AbstractContextManager[None]]
Refusal = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def editor(make_person: MakePerson) -> Someone:
    return make_person(Role.EDITOR, name="ليلى مراد فهمي")


@pytest.fixture
def reviewer(make_person: MakePerson) -> Someone:
    return make_person(Role.REVIEWER, name="عادل حسن نجيب")


@pytest.fixture
def first(reading: Reading) -> Document:
    """What was shipped."""
    return drafts.shipped(reading, reading.scenarios[0].document["key"])


@pytest.fixture
def second(works: Works, first: Document, editor: Someone, reviewer: Someone, clock: Clock) -> Document:
    """What editors made of it."""
    clock.forward(days=1)
    document = retitled(first, "أصلحناه", "Mended")
    draft, revision = drafts.changed(works, editor, document)
    clock.forward(hours=1)
    drafts.approve(works, reviewer, draft, revision)
    return document


def get(works: Works, someone: Someone, key: str, kind: str = "scenario") -> history.HistorySummary:
    with works.reading(someone.actor) as work:
        return history.get_history(work, kind, key)


def restore(works: Works, someone: Someone, key: str, state: str) -> str:
    with works.writing(someone.actor) as work:
        return history.restore(work, "scenario", key, state)


def test_every_state_stands_with_who_is_behind_it_the_newest_first(
    works: Works, first: Document, second: Document, editor: Someone, reviewer: Someone
) -> None:
    found = get(works, reviewer, first["key"])
    assert [(one.is_published, one.number, one.through, one.author, one.approver) for one in found.states] == [
        (True, 2, "review", editor.name, reviewer.name),
        (False, 2, "written", editor.name, None),
        (False, 1, "copied", editor.name, None),
        (True, 1, "install_release", None, None),
    ]
    assert [one.at for one in found.states] == sorted((one.at for one in found.states), reverse=True)
    assert found.states[0].digest == found.states[1].digest != found.states[3].digest
    assert (found.title.by_language["ar"], found.open_draft) == ("أصلحناه", None)
    draft = drafts.open_for(works, editor, first["key"])
    assert get(works, reviewer, first["key"]).open_draft == draft


def test_every_state_can_be_read_by_its_name(
    works: Works, first: Document, second: Document, reviewer: Someone
) -> None:
    names = [one.name for one in get(works, reviewer, first["key"]).states]
    with works.reading(reviewer.actor) as work:
        documents = [history.get_state(work, "scenario", first["key"], name) for name in names]
    assert documents == [second, second, first, first]


def test_a_state_that_never_was(works: Works, first: Document, second: Document, editor: Someone) -> None:
    for name in ("", "v0", "v3", "v01", "v-1", "v" + "9" * 40, "x", "v1.1", f"{'0' * 32}.1"):
        with pytest.raises(NotFound), works.reading(editor.actor) as work:
            history.get_state(work, "scenario", first["key"], name)


def test_a_state_of_something_else_is_not_told_here(
    works: Works, reading: Reading, first: Document, second: Document, editor: Someone
) -> None:
    draft = drafts.begin(works, editor, sound(reading))
    for name in (f"{draft}.1", f"{draft}.2"):
        with pytest.raises(NotFound), works.reading(editor.actor) as work:
            history.get_state(work, "scenario", first["key"], name)
    with pytest.raises(NotFound), works.reading(editor.actor) as work:
        history.get_state(work, "scenario", "a-new-one", f"{draft}.2")
    with pytest.raises(NotFound):
        get(works, editor, "no-such-one")
    # A scenario and a module of the same key are two things.
    with pytest.raises(NotFound):
        get(works, editor, first["key"], "module")


def test_two_states_are_compared(works: Works, first: Document, second: Document, reviewer: Someone) -> None:
    with works.reading(reviewer.actor) as work:
        there = history.compare(work, "scenario", first["key"], "v1", "v2")
        back = history.compare(work, "scenario", first["key"], "v2", "v1")
        same = history.compare(work, "scenario", first["key"], "v2", "v2")
    assert [(one.path, one.after) for one in there] == [(("title", "ar"), "أصلحناه"), (("title", "en"), "Mended")]
    assert [(one.before, one.after) for one in back] == [(one.after, one.before) for one in there]
    assert same == ()


def test_an_earlier_state_comes_back_as_what_was_typed(
    works: Works, first: Document, second: Document, editor: Someone, reviewer: Someone
) -> None:
    draft = restore(works, editor, first["key"], "v1")
    found = seen_by(works, editor, draft)
    assert (found.document, found.revision, found.base_number) == (first, 1, 2)
    assert found.typed is not None
    assert seen_by(works, reviewer, draft).document == second
    drafts.save(works, editor, draft, 1, found.document)
    drafts.submit(works, editor, draft, 2)
    assert drafts.approve(works, reviewer, draft, 2) == 3
    with works.reading(reviewer.actor) as work:
        assert history.compare(work, "scenario", first["key"], "v1", "v3") == ()


def test_restoring_loses_nothing_that_was_being_typed(
    works: Works, first: Document, second: Document, editor: Someone
) -> None:
    draft = drafts.open_for(works, editor, first["key"])
    typed = retitled(second, "يُكتب الآن", "Being typed")
    drafts.keep(works, editor, draft, 1, {**typed, "key": "some-other-key"})
    assert restore(works, editor, first["key"], "v1") == draft
    found = seen_by(works, editor, draft)
    assert (found.document, found.revision, found.is_behind) == (first, 2, False)
    with works.reading(editor.actor) as work:
        assert drafting.get_revision(work, draft, 2) == typed


def test_a_state_from_before_its_key_comes_back_under_the_key_it_has(
    works: Works, reading: Reading, editor: Someone
) -> None:
    document = sound(reading)
    draft = drafts.begin(works, editor, {**document, "key": ""})
    drafts.save(works, editor, draft, 1, {**document, "key": "given-later"})
    restore(works, editor, "given-later", f"{draft}.1")
    assert seen_by(works, editor, draft).document == {**document, "key": "given-later"}


def test_nothing_is_restored_into_a_draft_in_review_or_by_who_may_not(
    works: Works,
    first: Document,
    second: Document,
    editor: Someone,
    reviewer: Someone,
    make_person: MakePerson,
    changes_nothing: Unchanged,
    is_refused: Refusal,
) -> None:
    with is_refused(Permission.BANK_DRAFT_WRITE, reviewer):
        restore(works, reviewer, first["key"], "v1")
    with is_refused(Permission.BANK_DRAFT_READ, learner := make_person()):
        get(works, learner, first["key"])
    drafts.changed(works, editor, retitled(second, "في المراجعة", "In review"))
    with changes_nothing(), pytest.raises(Stale, match="draft-not-open"):
        restore(works, editor, first["key"], "v1")
    with changes_nothing(), pytest.raises(NotFound):
        restore(works, editor, first["key"], "v9")


def test_what_others_saved_and_what_was_published_meanwhile_is_told(
    works: Works, first: Document, editor: Someone, make_person: MakePerson
) -> None:
    draft = drafts.open_for(works, editor, first["key"])
    drafts.keep(works, editor, draft, 1, retitled(first, "عنواني", "Mine"))

    def told() -> list[list[tuple[str | int, ...]]]:
        with works.reading(editor.actor) as work:
            found = drafting.get_draft(work, draft)
            both = (history.changed_since(work, found), history.published_since(work, found))
            return [[change.path for change in changes] for changes in both]

    assert told() == [[], []]
    drafts.save(works, make_person(Role.EDITOR), draft, 1, {**first, "difficulty": 1 + first["difficulty"] % 3})
    assert told() == [[("difficulty",)], []]
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), ({**first, "author_note": "من الإصدار"},), ()))
    assert told() == [[("difficulty",)], [("author_note",)]]
    # Something of one's own has nothing that could have been published before it.
    own = drafts.begin(works, editor, {**first, "key": "of-ones-own"})
    with works.reading(editor.actor) as work:
        assert history.published_since(work, drafting.get_draft(work, own)) == ()
