"""Writing: begun, typed into, saved, handed in, taken back, thrown away; nobody's words are ever lost to another's."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import select

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.bank.composing import empty_scenario, is_provisional
from quiz.bank.reader import Reading
from quiz.db.models.drafts import DraftRevisionRow, DraftRow
from quiz.services import drafting
from quiz.services.errors import Duplicate, NotFound, NotReady, Stale
from quiz.services.unit_of_work import Works
from tests import drafts
from tests.drafts import retitled, seen_by, sound
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import audit

WRITE = Permission.BANK_DRAFT_WRITE
Unchanged = Callable[[], AbstractContextManager[None]]
Refusal = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def editor(make_person: MakePerson) -> Someone:
    return make_person(Role.EDITOR, name="ليلى مراد فهمي")


@pytest.fixture
def colleague(make_person: MakePerson) -> Someone:
    return make_person(Role.EDITOR, name="سامي داود يعقوب")


@pytest.fixture
def published(reading: Reading) -> dict[str, Any]:
    """A scenario that stands."""
    return drafts.shipped(reading, reading.scenarios[0].document["key"])


def revisions(works: Works, draft: str) -> list[tuple[int, str]]:
    """Return number and Arabic title of the saved states of a draft."""
    wanted = select(DraftRevisionRow).join(DraftRow, DraftRow.id == DraftRevisionRow.draft_id)
    with works.database.reads() as session:
        rows = session.scalars(wanted.where(DraftRow.public_id == draft).order_by(DraftRevisionRow.number))
        return [(row.number, row.document["title"].get("ar", "")) for row in rows]


# Begun


def test_something_new_has_a_key_for_the_time_being(works: Works, editor: Someone) -> None:
    draft = drafts.begin(works, editor, empty_scenario("eg-conduct"))
    found = seen_by(works, editor, draft)
    assert is_provisional(found.key)
    assert (found.state, found.revision, found.base_number, found.document["key"]) == ("draft", 1, 0, found.key)
    assert (found.saved_by, found.typed, found.is_own) == (editor.name, None, True)
    entry = audit(works, WRITE)[-1]
    assert (entry.target_id, entry.actor) == (draft, editor.actor.name)
    assert entry.details == {"kind": "scenario", "key": found.key, "begun_from": 0}


def test_what_is_published_is_opened_as_a_copy_and_once(
    works: Works, editor: Someone, colleague: Someone, published: dict[str, Any], changes_nothing: Unchanged
) -> None:
    draft = drafts.open_for(works, editor, published["key"])
    found = seen_by(works, colleague, draft)
    assert (found.document, found.base_number, found.is_own) == (published, 1, False)
    with changes_nothing():
        assert drafts.open_for(works, colleague, published["key"]) == draft
    drafts.save(works, editor, draft, 1, retitled(published, "عنوان آخر", "Another title"))
    assert drafts.open_for(works, colleague, published["key"]) == draft


@pytest.mark.parametrize(("kind", "key"), [("scenario", "no-such-one"), ("module", "no-such-one"), ("poem", "x")])
def test_what_was_never_published_cannot_be_opened(
    works: Works, editor: Someone, kind: str, key: str, changes_nothing: Unchanged
) -> None:
    with changes_nothing(), pytest.raises(NotFound):
        drafts.open_for(works, editor, key, kind)


def test_a_key_with_an_open_draft_is_not_begun_again(
    works: Works, reading: Reading, editor: Someone, colleague: Someone, changes_nothing: Unchanged
) -> None:
    drafts.begin(works, editor, sound(reading))
    with changes_nothing(), pytest.raises(Duplicate) as refusal:
        drafts.begin(works, colleague, sound(reading))
    assert (refusal.value.code, refusal.value.values["field"]) == ("draft-of-key", "key")


def test_a_document_of_a_published_key_goes_on_from_what_stands(
    works: Works, editor: Someone, published: dict[str, Any]
) -> None:
    draft = drafts.begin(works, editor, retitled(published, "عنوان آخر", "Another title"))
    assert seen_by(works, editor, draft).base_number == 1


# Typed and saved


def test_what_is_typed_is_its_writers_alone_until_it_is_saved(
    works: Works, reading: Reading, editor: Someone, colleague: Someone, clock: Clock
) -> None:
    document = sound(reading)
    draft = drafts.begin(works, editor, document)
    typed = retitled(document, "عنوان يُكتب الآن", "A title being typed")
    trace = len(audit(works))
    clock.forward(minutes=5)
    drafts.keep(works, editor, draft, 1, typed)
    own, other = seen_by(works, editor, draft), seen_by(works, colleague, draft)
    assert (own.document, own.others_typing) == (typed, ())
    assert own.typed is not None
    assert (own.typed.at, own.typed.based_on, own.is_behind) == (clock.now, 1, False)
    assert (other.document, other.typed, other.others_typing) == (document, None, (editor.name,))
    # Many times a minute, so it leaves no trace; saving does.
    assert (len(audit(works)), revisions(works, draft)) == (trace, [(1, document["title"]["ar"])])
    assert drafts.save(works, editor, draft, 1, typed) == 2
    assert revisions(works, draft)[-1] == (2, "عنوان يُكتب الآن")
    assert (seen_by(works, editor, draft).typed, seen_by(works, colleague, draft).document) == (None, typed)
    assert audit(works, WRITE)[-1].details == {"revision": 2, "origin": "written"}


def test_whatever_is_typed_is_kept_however_broken(works: Works, editor: Someone) -> None:
    draft = drafts.begin(works, editor, empty_scenario("eg-conduct"))
    broken = {"kind": "no-kind", "title": {"ar": "<b>"}, "options": [{}], "cites": ["nowhere"], "key": "a b"}
    drafts.keep(works, editor, draft, 1, broken)
    assert seen_by(works, editor, draft).document == broken


def test_what_was_typed_can_be_dropped_for_what_stands(
    works: Works, reading: Reading, editor: Someone, colleague: Someone, changes_nothing: Unchanged
) -> None:
    document = sound(reading)
    draft = drafts.begin(works, editor, document)
    for someone in (editor, colleague):
        drafts.keep(works, someone, draft, 1, retitled(document, someone.name, "Typed"))
    with works.writing(editor.actor) as work:
        drafting.forget_typing(work, draft)
    assert seen_by(works, editor, draft).document == document
    assert seen_by(works, colleague, draft).document["title"]["ar"] == colleague.name
    with changes_nothing(), works.writing(editor.actor) as work:
        drafting.forget_typing(work, draft)


def test_saving_what_did_not_change_makes_no_revision(works: Works, reading: Reading, editor: Someone) -> None:
    document = sound(reading)
    draft = drafts.begin(works, editor, document)
    drafts.keep(works, editor, draft, 1, document)
    trace = len(audit(works))
    # A plain document may have its fields in any order.
    assert drafts.save(works, editor, draft, 1, dict(reversed(document.items()))) == 1
    assert (len(revisions(works, draft)), seen_by(works, editor, draft).typed, len(audit(works))) == (1, None, trace)


def test_a_save_over_somebody_elses_is_refused_and_loses_nothing(
    works: Works, reading: Reading, editor: Someone, colleague: Someone, changes_nothing: Unchanged
) -> None:
    document = sound(reading)
    draft = drafts.begin(works, editor, document)
    mine, theirs = retitled(document, "عنواني", "Mine"), retitled(document, "عنوانها", "Theirs")
    drafts.keep(works, editor, draft, 1, mine)
    drafts.save(works, colleague, draft, 1, theirs)
    with changes_nothing(), pytest.raises(Stale) as refusal:
        drafts.save(works, editor, draft, 1, mine)
    assert refusal.value.code == "draft-saved-elsewhere"
    found = seen_by(works, editor, draft)
    assert (found.document, found.is_behind, found.revision) == (mine, True, 2)
    # Typing on does not hide that it was begun before; only having seen the new revision does.
    drafts.keep(works, editor, draft, 1, mine)
    assert seen_by(works, editor, draft).is_behind
    drafts.keep(works, editor, draft, 2, mine)
    assert not seen_by(works, editor, draft).is_behind
    assert drafts.save(works, editor, draft, 2, mine) == 3
    assert [title for _, title in revisions(works, draft)] == [document["title"]["ar"], "عنوانها", "عنواني"]


def test_nobody_has_seen_a_revision_that_is_not_there_yet(works: Works, reading: Reading, editor: Someone) -> None:
    draft = drafts.begin(works, editor, sound(reading))
    drafts.keep(works, editor, draft, 99, retitled(sound(reading), "عنوان", "Typed"))
    typed = seen_by(works, editor, draft).typed
    assert typed is not None
    assert typed.based_on == 1


def test_what_stands_in_the_last_revision_already_is_not_kept_as_typed(
    works: Works, reading: Reading, editor: Someone
) -> None:
    draft = drafts.begin(works, editor, sound(reading))
    drafts.keep(works, editor, draft, 1, retitled(sound(reading), "عنوان", "Typed"))
    assert seen_by(works, editor, draft).typed is not None
    drafts.keep(works, editor, draft, 1, sound(reading))
    assert seen_by(works, editor, draft).typed is None


# The key


def test_the_key_comes_from_the_english_title_and_then_stays(works: Works, editor: Someone) -> None:
    document = empty_scenario("eg-conduct")
    draft = drafts.begin(works, editor, document)
    provisional = seen_by(works, editor, draft).document
    drafts.save(works, editor, draft, 1, retitled(provisional, "هدية", ""))
    assert is_provisional(seen_by(works, editor, draft).key)
    drafts.save(works, editor, draft, 2, retitled(provisional, "هدية", "New gifts: Café & “Ramadan”!"))
    found = seen_by(works, editor, draft)
    assert (found.key, found.document["key"]) == ("new-gifts-cafe-ramadan", "new-gifts-cafe-ramadan")
    drafts.save(works, editor, draft, 3, retitled(found.document, "هدية", "Something else"))
    assert seen_by(works, editor, draft).key == "new-gifts-cafe-ramadan"


def test_a_writer_may_give_the_key_until_it_is_published(
    works: Works, editor: Someone, published: dict[str, Any]
) -> None:
    draft = drafts.begin(works, editor, empty_scenario("eg-conduct"))
    drafts.save(works, editor, draft, 1, {**empty_scenario("eg-conduct"), "key": "given-here"})
    assert seen_by(works, editor, draft).key == "given-here"
    standing = drafts.open_for(works, editor, published["key"])
    drafts.save(works, editor, standing, 1, {**retitled(published, "آخر", "Another"), "key": "given-there"})
    found = seen_by(works, editor, standing)
    assert (found.key, found.document["key"], found.revision) == (published["key"], published["key"], 2)


@pytest.mark.parametrize("key", ["A key", "a/b", "مفتاح", "a" * 65, "-a", "\N{SUPERSCRIPT TWO}"])
def test_a_key_that_is_none_stays_for_the_law_and_names_no_draft(works: Works, editor: Someone, key: str) -> None:
    draft = drafts.begin(works, editor, empty_scenario("eg-conduct"))
    drafts.save(works, editor, draft, 1, {**empty_scenario("eg-conduct"), "key": key})
    found = seen_by(works, editor, draft)
    assert (is_provisional(found.key), found.document["key"]) == (True, key)
    with pytest.raises(NotReady) as refusal:
        drafts.submit(works, editor, draft, 2)
    assert "bad-key" in {one.code for one in refusal.value.values["findings"]}  # type: ignore[attr-defined]


def test_a_key_that_is_taken_is_refused_and_what_was_typed_stays(
    works: Works,
    reading: Reading,
    editor: Someone,
    colleague: Someone,
    published: dict[str, Any],
    changes_nothing: Unchanged,
) -> None:
    drafts.begin(works, colleague, sound(reading, "theirs"))
    draft = drafts.begin(works, editor, sound(reading, "mine"))
    for taken in ("theirs", published["key"]):
        typed = sound(reading, taken)
        drafts.keep(works, editor, draft, 1, typed)
        with changes_nothing(), pytest.raises(Duplicate) as refusal:
            drafts.save(works, editor, draft, 1, typed)
        assert (refusal.value.code, refusal.value.values["key"]) == ("key-taken-here", taken)
        assert seen_by(works, editor, draft).document == typed


# Handed in, taken back, thrown away


def test_a_sound_draft_is_handed_in_and_taken_back(works: Works, reading: Reading, editor: Someone) -> None:
    draft = drafts.begin(works, editor, sound(reading))
    assert seen_by(works, editor, draft).may_be_written
    drafts.submit(works, editor, draft)
    found = seen_by(works, editor, draft)
    assert (found.state, found.may_be_written) == ("in_review", False)
    assert audit(works, WRITE)[-1].details == {"submitted": 1}
    with works.writing(editor.actor) as work:
        drafting.take_back(work, draft)
    assert seen_by(works, editor, draft).state == "draft"
    assert audit(works, WRITE)[-1].details == {"taken_back": 1}


def test_a_draft_with_errors_is_not_handed_in(works: Works, editor: Someone, changes_nothing: Unchanged) -> None:
    draft = drafts.begin(works, editor, empty_scenario("eg-conduct"))
    with changes_nothing(), pytest.raises(NotReady) as refusal:
        drafts.submit(works, editor, draft)
    assert refusal.value.code == "draft-has-errors"
    assert {"no-arabic"} <= {one.code for one in refusal.value.values["findings"]}  # type: ignore[attr-defined]
    assert seen_by(works, editor, draft).state == "draft"


def test_only_the_revision_that_was_seen_is_handed_in(
    works: Works, reading: Reading, editor: Someone, colleague: Someone, changes_nothing: Unchanged
) -> None:
    draft = drafts.begin(works, editor, sound(reading))
    drafts.save(works, colleague, draft, 1, retitled(sound(reading), "عنوان آخر", "Another title"))
    with changes_nothing(), pytest.raises(Stale, match="draft-saved-elsewhere"):
        drafts.submit(works, editor, draft, 1)


@pytest.mark.parametrize("state", ["in_review", "published", "discarded"])
def test_a_draft_that_is_not_with_its_writers_is_not_written(
    works: Works, reading: Reading, editor: Someone, make_person: MakePerson, state: str, changes_nothing: Unchanged
) -> None:
    draft = drafts.handed_in(works, editor, sound(reading))
    if state == "published":
        drafts.approve(works, make_person(Role.REVIEWER), draft)
    if state == "discarded":
        with works.writing(editor.actor) as work:
            drafting.discard_draft(work, draft)
    for deed in (
        lambda: drafts.save(works, editor, draft, 1, retitled(sound(reading), "آخر", "Another")),
        lambda: drafts.submit(works, editor, draft),
    ):
        with changes_nothing(), pytest.raises(Stale, match="draft-not-open") as refusal:
            deed()
        assert refusal.value.values["state"] == state
    assert revisions(works, draft) == [(1, sound(reading)["title"]["ar"])]


def test_what_is_typed_while_somebody_hands_in_is_kept_and_shown_when_it_comes_back(
    works: Works, reading: Reading, editor: Someone, colleague: Someone, make_person: MakePerson
) -> None:
    document = sound(reading)
    draft = drafts.handed_in(works, colleague, document)
    typed = retitled(document, "كُتب في تلك الأثناء", "Typed meanwhile")
    drafts.keep(works, editor, draft, 1, typed)
    # What is judged is the revision, whatever the one who looks has typed.
    assert seen_by(works, editor, draft).document == document
    drafts.send_back(works, make_person(Role.REVIEWER), draft)
    assert seen_by(works, editor, draft).document == typed


def test_nothing_is_typed_into_a_closed_draft(
    works: Works, reading: Reading, editor: Someone, changes_nothing: Unchanged
) -> None:
    draft = drafts.begin(works, editor, sound(reading))
    with works.writing(editor.actor) as work:
        drafting.discard_draft(work, draft)
    with changes_nothing(), pytest.raises(Stale, match="draft-not-open"):
        drafts.keep(works, editor, draft, 1, sound(reading))
    with changes_nothing(), pytest.raises(Stale, match="draft-not-open"), works.writing(editor.actor) as work:
        drafting.take_back(work, draft)


def test_a_discarded_draft_leaves_what_stands_and_its_key(
    works: Works, editor: Someone, published: dict[str, Any], changes_nothing: Unchanged
) -> None:
    draft = drafts.open_for(works, editor, published["key"])
    drafts.save(works, editor, draft, 1, retitled(published, "آخر", "Another"))
    with works.writing(editor.actor) as work:
        drafting.discard_draft(work, draft)
    assert audit(works, WRITE)[-1].details == {"discarded": 2}
    assert len(revisions(works, draft)) == 2
    with changes_nothing(), pytest.raises(Stale), works.writing(editor.actor) as work:
        drafting.discard_draft(work, draft)
    again = drafts.open_for(works, editor, published["key"])
    assert again != draft
    assert seen_by(works, editor, again).document == published


# By whom


def test_writing_is_for_editors(
    works: Works, reading: Reading, editor: Someone, make_person: MakePerson, is_refused: Refusal
) -> None:
    draft = drafts.begin(works, editor, sound(reading))
    for someone in (make_person(Role.REVIEWER), make_person()):
        for deed in (
            lambda someone=someone: drafts.begin(works, someone, sound(reading, "another")),
            lambda someone=someone: drafts.open_for(works, someone, "no-such-one"),
            lambda someone=someone: drafts.keep(works, someone, draft, 1, {}),
            lambda someone=someone: drafts.save(works, someone, draft, 1, {}),
            lambda someone=someone: drafts.submit(works, someone, draft),
            lambda someone=someone: drafts.submit(works, someone, "0" * 32),
        ):
            with is_refused(WRITE, someone):
                deed()
        for change in (drafting.take_back, drafting.discard_draft, drafting.forget_typing):
            with is_refused(WRITE, someone), works.writing(someone.actor) as work:
                change(work, draft)
    with is_refused(Permission.BANK_DRAFT_READ, learner := make_person()):
        seen_by(works, learner, draft)
    # The product itself writes no drafts: somebody stands behind every word.
    with is_refused(WRITE), works.writing(SYSTEM) as work:
        drafting.begin_draft(work, "scenario", {})


def test_a_draft_that_is_not_there(works: Works, editor: Someone, changes_nothing: Unchanged) -> None:
    with changes_nothing(), pytest.raises(NotFound):
        drafts.save(works, editor, "0" * 32, 1, {})
    with pytest.raises(NotFound), works.reading(editor.actor) as work:
        drafting.get_revision(work, drafts.begin(works, editor, empty_scenario("eg-conduct")), 2)
