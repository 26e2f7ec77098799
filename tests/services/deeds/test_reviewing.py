"""Reviewing: nobody judges their own words, only what was seen is judged, and what cannot be published stays out."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import select

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.bank.reader import Reading
from quiz.db.models.drafts import ReviewRow
from quiz.services import drafting, reviewing
from quiz.services.errors import NotFound, NotReady, Refused, Stale
from quiz.services.loading import Release, install_release
from quiz.services.reviewing import LONGEST, warning_key
from quiz.services.unit_of_work import Works
from tests import drafts
from tests.builders import words
from tests.drafts import Document, retitled, seen_by, sound
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.services.deeds.conftest import audit

READ, REVIEW = Permission.BANK_DRAFT_READ, Permission.BANK_DRAFT_REVIEW
Unchanged = Callable[[], AbstractContextManager[None]]
Refusal = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def editor(make_person: MakePerson) -> Someone:
    return make_person(Role.EDITOR, name="ليلى مراد فهمي")


@pytest.fixture
def reviewer(make_person: MakePerson) -> Someone:
    return make_person(Role.REVIEWER, name="عادل حسن نجيب")


@pytest.fixture
def draft(works: Works, reading: Reading, editor: Someone) -> str:
    """A sound draft in review."""
    return drafts.handed_in(works, editor, sound(reading))


def questionable(reading: Reading) -> Document:
    """Return a scenario with two warnings and no error: an imperative, and a situation of too few words."""
    document = sound(reading)
    document["situation"] = words("اكتب المذكرة الآن.")
    document.pop("exhibit", None)
    return document


def get_review(works: Works, someone: Someone, draft: str) -> reviewing.ReviewPage:
    with works.reading(someone.actor) as work:
        return reviewing.get_review(work, draft)


def reviews(works: Works) -> list[ReviewRow]:
    with works.database.reads() as session:
        return list(session.scalars(select(ReviewRow).order_by(ReviewRow.id)))


# By whom


def test_nobody_judges_a_draft_they_wrote_a_word_of(
    works: Works, reading: Reading, editor: Someone, make_person: MakePerson, is_refused: Refusal
) -> None:
    both = make_person(Role.EDITOR, Role.REVIEWER)
    draft = drafts.begin(works, editor, sound(reading))
    # What is only typed makes nobody an author; what is saved does, whoever saved last.
    drafts.keep(works, both, draft, 1, retitled(sound(reading), "عنوان آخر", "Another title"))
    drafts.submit(works, editor, draft)
    assert get_review(works, both, draft).may_decide
    with works.writing(editor.actor) as work:
        drafting.take_back(work, draft)
    drafts.save(works, both, draft, 1, retitled(sound(reading), "عنوان آخر", "Another title"))
    drafts.save(works, editor, draft, 2, sound(reading))
    drafts.submit(works, editor, draft, 3)
    assert not get_review(works, both, draft).may_decide
    for deed in (drafts.approve, drafts.send_back):
        with is_refused(REVIEW, both):
            deed(works, both, draft, 3)
    assert drafts.approve(works, make_person(Role.REVIEWER), draft, 3) == 1


def test_judging_is_for_reviewers(works: Works, draft: str, make_person: MakePerson, is_refused: Refusal) -> None:
    for someone in (make_person(Role.EDITOR), make_person(Role.ADMIN), make_person()):
        for deed in (drafts.approve, drafts.send_back):
            with is_refused(REVIEW, someone):
                deed(works, someone, draft)
    with is_refused(REVIEW), works.writing(SYSTEM) as work:
        reviewing.approve(work, draft, 1, {})
    with is_refused(READ, learner := make_person()):
        get_review(works, learner, draft)
    with is_refused(READ, learner), works.writing(learner.actor) as work:
        reviewing.comment(work, draft, "", "رأي")


# What is seen


def test_the_review_shows_what_changed_against_what_stands(
    works: Works, reading: Reading, editor: Someone, reviewer: Someone
) -> None:
    key = reading.scenarios[0].document["key"]
    document = retitled(drafts.shipped(reading, key), "عنوان آخر", "Another title")
    draft, _ = drafts.changed(works, editor, document)
    page = get_review(works, reviewer, draft)
    assert {change.path for change in page.changes} == {("title", "ar"), ("title", "en")}
    assert (page.is_new, page.may_decide, page.errors, page.document) == (False, True, (), document)
    assert not get_review(works, editor, draft).may_decide


def test_something_new_is_new_as_a_whole(works: Works, draft: str, reviewer: Someone) -> None:
    page = get_review(works, reviewer, draft)
    assert (page.is_new, page.changes, page.comments, page.reviews) == (True, (), (), ())


# The way back


def test_a_draft_is_sent_back_with_words(
    works: Works, draft: str, editor: Someone, reviewer: Someone, changes_nothing: Unchanged
) -> None:
    for said, code in (("", "nothing-said"), (" \n ", "nothing-said"), ("ك" * (LONGEST + 1), "too-long")):
        with changes_nothing(), pytest.raises(Refused) as refusal:
            drafts.send_back(works, reviewer, draft, words=said)
        assert (refusal.value.code, refusal.value.values["field"]) == (code, "words")
    drafts.send_back(works, reviewer, draft, words="  التعليل غير واضح  ")
    assert (seen_by(works, editor, draft).state, seen_by(works, editor, draft).may_be_written) == ("sent_back", True)
    (said,) = get_review(works, editor, draft).reviews
    assert (said.verdict, said.words, said.reviewer, said.revision) == (
        "sent_back",
        "التعليل غير واضح",
        reviewer.name,
        1,
    )
    entry = audit(works, REVIEW)[-1]
    assert (entry.actor, entry.target_id) == (reviewer.actor.name, draft)
    assert entry.details == {"verdict": "sent_back", "revision": 1, "key": "a-new-one", "warnings": 0}


def test_a_draft_sent_back_is_mended_and_comes_again(
    works: Works, reading: Reading, draft: str, editor: Someone, reviewer: Someone
) -> None:
    drafts.send_back(works, reviewer, draft)
    drafts.save(works, editor, draft, 1, retitled(sound(reading), "عنوان أوضح", "A clearer title"))
    drafts.submit(works, editor, draft, 2)
    assert drafts.approve(works, reviewer, draft, 2, words="شكرًا") == 1
    verdicts = [(one.verdict, one.revision, one.words) for one in get_review(works, reviewer, draft).reviews]
    assert verdicts == [("approved", 2, "شكرًا"), ("sent_back", 1, "يلزم تعليل أوضح")]
    assert audit(works, REVIEW)[-1].details == {"verdict": "approved", "revision": 2, "key": "a-new-one", "warnings": 0}


@pytest.mark.parametrize("state", ["draft", "sent_back", "published", "discarded"])
def test_only_what_is_in_review_is_judged(
    works: Works, reading: Reading, editor: Someone, reviewer: Someone, state: str, changes_nothing: Unchanged
) -> None:
    draft = drafts.handed_in(works, editor, sound(reading))
    if state == "published":
        drafts.approve(works, reviewer, draft)
    elif state == "sent_back":
        drafts.send_back(works, reviewer, draft)
    else:
        with works.writing(editor.actor) as work:
            (drafting.take_back if state == "draft" else drafting.discard_draft)(work, draft)
    for deed in (drafts.approve, drafts.send_back):
        with changes_nothing(), pytest.raises(Stale, match="not-in-review") as refusal:
            deed(works, reviewer, draft)
        assert refusal.value.values["state"] == state
    assert not get_review(works, reviewer, draft).may_decide


def test_only_the_revision_that_was_seen_is_judged(
    works: Works, reading: Reading, draft: str, editor: Someone, reviewer: Someone, changes_nothing: Unchanged
) -> None:
    with works.writing(editor.actor) as work:
        drafting.take_back(work, draft)
    drafts.save(works, editor, draft, 1, retitled(sound(reading), "عنوان آخر", "Another title"))
    drafts.submit(works, editor, draft, 2)
    for deed in (drafts.approve, drafts.send_back):
        with changes_nothing(), pytest.raises(Stale, match="not-in-review") as refusal:
            deed(works, reviewer, draft, 1)
        assert (refusal.value.values["seen"], refusal.value.values["now"]) == (1, 2)
    with changes_nothing(), pytest.raises(NotFound):
        drafts.approve(works, reviewer, "0" * 32)


# Warnings and errors


def test_every_warning_needs_its_reason(
    works: Works, reading: Reading, editor: Someone, reviewer: Someone, changes_nothing: Unchanged
) -> None:
    draft = drafts.handed_in(works, editor, questionable(reading))
    first, second = [warning_key(found) for found in get_review(works, reviewer, draft).warnings]
    assert {first.partition("@")[0], second.partition("@")[0]} == {"imperative", "situation-short"}
    refused: list[tuple[dict[str, str], type[Exception]]] = [
        ({}, NotReady),
        ({first: "قول الرئيس"}, NotReady),
        ({first: "قول الرئيس", second: "  "}, NotReady),
        ({first: "قول الرئيس", "situation-short@title": "لا شيء"}, NotReady),
        ({first: "قول الرئيس", second: "ك" * (LONGEST + 1)}, Refused),
    ]
    for reasons, fault in refused:
        with changes_nothing(), pytest.raises(fault):
            drafts.approve(works, reviewer, draft, **reasons)
    reasons = {first: " قول الرئيس ", second: "يكفي هنا", "html@title": "لا يُسأل عنه"}
    assert drafts.approve(works, reviewer, draft, **reasons) == 1
    assert reviews(works)[-1].acknowledged == {first: "قول الرئيس", second: "يكفي هنا"}
    assert audit(works, REVIEW)[-1].details["warnings"] == 2


def test_words_that_are_too_long_are_not_cut_in_silence(
    works: Works, draft: str, reviewer: Someone, changes_nothing: Unchanged
) -> None:
    with changes_nothing(), pytest.raises(Refused, match="too-long") as refusal:
        drafts.approve(works, reviewer, draft, words="ك" * (LONGEST + 1))
    assert (refusal.value.values["field"], refusal.value.values["most"]) == ("words", LONGEST)
    assert drafts.approve(works, reviewer, draft, words=" " + "ك" * LONGEST) == 1


def test_errors_that_came_with_a_changed_instrument_keep_a_draft_out(
    works: Works, reading: Reading, draft: str, reviewer: Someone, changes_nothing: Unchanged
) -> None:
    cited = next(one for one in sound(reading)["cites"] if isinstance(one, str))
    instrument, edition, provision = cited.partition("#")[0].split("/")
    changed = next(source.document for source in reading.instruments if source.document["key"] == instrument)
    document = _with_provision(changed, edition, provision, verification="disputed")
    with works.writing(SYSTEM) as work:
        install_release(work, Release((document,), (), ()))
    with changes_nothing(), pytest.raises(NotReady, match="draft-has-errors") as refusal:
        drafts.approve(works, reviewer, draft)
    assert "unproven-citation" in {one.code for one in refusal.value.values["findings"]}  # type: ignore[attr-defined]
    page = get_review(works, reviewer, draft)
    assert {one.code for one in page.errors} == {"unproven-citation"}
    drafts.send_back(works, reviewer, draft, words="السند لم يعد موثقًا")


def _with_provision(document: Document, edition: str, provision: str, **changes: Any) -> Document:
    return {
        **document,
        "editions": [
            {
                **one,
                "provisions": [
                    {**held, **changes} if (one["key"], held["key"]) == (edition, provision) else held
                    for held in one["provisions"]
                ],
            }
            for one in document["editions"]
        ],
    }


# Comments


def test_comments_stand_at_their_places_until_they_are_settled(
    works: Works, draft: str, editor: Someone, reviewer: Someone, changes_nothing: Unchanged
) -> None:
    with works.writing(reviewer.actor) as work:
        first = reviewing.comment(work, draft, "options.0.ruling.ar", "  لماذا؟ ")
    with works.writing(editor.actor) as work:
        reviewing.comment(work, draft, "", "للعلم")
    assert audit(works, READ)[-2].details == {"comment": first}
    with works.writing(editor.actor) as work:
        reviewing.settle_comment(work, draft, first)
    assert audit(works, READ)[-1].details == {"settled": first}
    found = get_review(works, reviewer, draft).comments
    assert [(one.place, one.words, one.author, one.is_settled, one.revision) for one in found] == [
        ("options.0.ruling.ar", "لماذا؟", reviewer.name, True, 1),
        ("", "للعلم", editor.name, False, 1),
    ]
    with changes_nothing(), works.writing(reviewer.actor) as work:
        reviewing.settle_comment(work, draft, first)


@pytest.mark.parametrize(
    "place",
    ["no-such-field", "options.99.ruling.ar", "options.-1", "options.\N{SUPERSCRIPT TWO}", "title.ar." * 50, "."],
)
def test_a_comment_on_a_place_that_is_not_there_is_on_the_whole(
    works: Works, draft: str, reviewer: Someone, place: str
) -> None:
    with works.writing(reviewer.actor) as work:
        reviewing.comment(work, draft, place, "رأي")
    assert [one.place for one in get_review(works, reviewer, draft).comments] == [""]


def test_what_is_no_comment_is_refused(
    works: Works, reading: Reading, draft: str, editor: Someone, reviewer: Someone, changes_nothing: Unchanged
) -> None:
    for said in ("", "  ", "ك" * (LONGEST + 1)):
        with changes_nothing(), pytest.raises(Refused), works.writing(reviewer.actor) as work:
            reviewing.comment(work, draft, "", said)
    with works.writing(reviewer.actor) as work:
        left = reviewing.comment(work, draft, "", "رأي")
    another = drafts.begin(works, editor, sound(reading, "another"))
    for where, which in ((draft, "0" * 32), (another, left)):
        with changes_nothing(), pytest.raises(NotFound), works.writing(reviewer.actor) as work:
            reviewing.settle_comment(work, where, which)
    drafts.approve(works, reviewer, draft)
    with changes_nothing(), pytest.raises(Stale), works.writing(reviewer.actor) as work:
        reviewing.comment(work, draft, "", "بعد النشر")
