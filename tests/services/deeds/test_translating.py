"""Translation as a task: what waits, what goes out, and what comes back as revisions of drafts; Arabic stays."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.bank.reader import Reading
from quiz.bank.xliff import read_xliff
from quiz.db.queries.drafts import get_draft
from quiz.services import drafting, reviewing, translating, uploading
from quiz.services.history import get_history
from quiz.services.loading import Release, install_release
from quiz.services.translating import Applied, TranslationLine
from quiz.services.unit_of_work import Works
from quiz.services.uploading import Sent, UploadSummary
from tests import drafts
from tests.builders import scenario_document
from tests.fixtures.people import SYSTEM, MakePerson, Someone

Document = dict[str, Any]
Refusal = Callable[..., AbstractContextManager[None]]
KEY = "drill-a"


@pytest.fixture
def editor(make_person: MakePerson) -> Someone:
    return make_person(Role.EDITOR, name="ليلى مراد فهمي")


def titled(arabic: str, english: str | None, key: str = KEY) -> Document:
    return scenario_document(key, title={"ar": arabic, **({"en": english} if english else {})})


def install(works: Works, *documents: Document) -> None:
    for document in documents:
        with works.writing(SYSTEM) as work:
            install_release(work, Release((), [document], ()))


def ours(works: Works, someone: Someone) -> list[TranslationLine]:
    """Return what waits of the scenarios of these tests."""
    with works.reading(someone.actor) as work:
        return [line for line in translating.list_untranslated(work) if line.key.startswith("drill")]


def export(works: Works, someone: Someone, key: str | None = KEY) -> bytes:
    with works.reading(someone.actor) as work:
        return translating.export_translation(work, "scenario" if key else None, key)


def back(works: Works, someone: Someone, content: bytes) -> tuple[Applied, UploadSummary]:
    """Take a file back, and make drafts of what is in it."""
    translated, unread = read_xliff(content, "back.xlf")
    assert unread == ()
    with works.reading(someone.actor) as work:
        found = translating.apply_translated(work, translated)
    with works.writing(someone.actor) as work:
        sent = Sent("back.xlf", "translated", found.documents, found.findings, found.based_on)
        upload = uploading.keep_upload(work, sent)
    for begins in (False, True):
        with works.writing(someone.actor) as work:
            if begins:
                uploading.make_drafts(work, upload)
            assert not uploading.go_on(work, upload)
    with works.reading(someone.actor) as work:
        return found, uploading.get_upload(work, upload)


def draft_of(works: Works, someone: Someone, public_id: str | None) -> drafting.DraftSummary:
    with works.reading(someone.actor) as work:
        return drafting.get_draft(work, str(public_id))


def open_for(works: Works, someone: Someone, document: Document | None = None) -> str:
    with works.writing(someone.actor) as work:
        draft = drafting.open_draft(work, "scenario", KEY)
        if document:
            drafting.save_draft(work, draft, 1, document)
    return draft


def test_what_is_missing_or_stale_waits_and_nothing_else(works: Works, editor: Someone) -> None:
    install(works, titled("عنوان", "Title"))
    assert ours(works, editor) == []
    install(works, titled("عنوان آخر", "Title"), titled("بلا ترجمة", None, "drill-b"))
    lines = [(line.key, line.missing, line.stale, line.draft) for line in ours(works, editor)]
    assert lines == [("drill-a", 0, 1, None), ("drill-b", 1, 0, None)]
    install(works, titled("عنوان آخر", "Another title"))
    assert [line.key for line in ours(works, editor)] == ["drill-b"]


def test_an_open_draft_is_what_waits(works: Works, editor: Someone) -> None:
    install(works, titled("عنوان", "Title"))
    draft = open_for(works, editor, titled("عنوان آخر", "Title"))
    with works.writing(editor.actor) as work:
        fresh = drafting.begin_draft(work, "scenario", titled("جديد", None, "drill-new"))
    found = {line.key: (line.missing, line.stale, line.draft) for line in ours(works, editor)}
    assert found == {KEY: (0, 1, draft), "drill-new": (1, 0, fresh)}


def saved(works: Works, someone: Someone, *titles: tuple[str, str | None]) -> str:
    """Save one version after another of the draft of these tests; return the draft."""
    draft = open_for(works, someone)
    for seen, title in enumerate(titles, 1):
        with works.writing(someone.actor) as work:
            drafting.save_draft(work, draft, seen, titled(*title))
    return draft


def test_every_saved_version_of_a_draft_tells_what_its_english_was_made_from(works: Works, editor: Someone) -> None:
    install(works, titled("عنوان", "Title"))
    # Taken out with the Arabic that changed, and written again in the same words: they are of the new Arabic.
    saved(works, editor, ("عنوان آخر", None), ("عنوان آخر", "Title"))
    assert ours(works, editor) == []


def test_english_that_was_written_before_its_arabic_changed_is_stale(works: Works, editor: Someone) -> None:
    install(works, titled("عنوان", "Title"))
    saved(works, editor, ("عنوان", "Another title"), ("عنوان آخر", "Another title"))
    assert [(line.missing, line.stale) for line in ours(works, editor)] == [(0, 1)]


def test_english_that_followed_in_the_same_or_a_later_version_is_not_stale(works: Works, editor: Someone) -> None:
    install(works, titled("عنوان", "Title"))
    draft = saved(works, editor, ("عنوان آخر", "Another title"), ("عنوان ثالث", "Another title"))
    assert [line.stale for line in ours(works, editor)] == [1]
    with works.writing(editor.actor) as work:
        drafting.save_draft(work, draft, 3, titled("عنوان ثالث", "A third title"))
    assert ours(works, editor) == []


def test_english_that_a_reviewer_let_stand_with_a_reason_waits_no_more(
    works: Works, editor: Someone, make_person: MakePerson, reading: Reading
) -> None:
    document = drafts.shipped(reading, reading.scenarios[0].document["key"])
    title = {**document["title"], "ar": f"{document['title']['ar']} أيضًا"}
    draft, revision = drafts.changed(works, editor, {**document, "title": title})

    def stale() -> list[int]:
        with works.reading(editor.actor) as work:
            return [line.stale for line in translating.list_untranslated(work) if line.key == document["key"]]

    assert stale() == [1]
    reviewer = make_person(Role.REVIEWER)
    with works.reading(reviewer.actor) as work:
        warnings = reviewing.get_review(work, draft).warnings
    reasons = {reviewing.warning_key(found): "نُظر فيه" for found in warnings}
    assert "english-stale@title.en" in reasons
    drafts.approve(works, reviewer, draft, revision, **reasons)
    assert stale() == []


def test_all_that_waits_goes_out_or_every_text_of_one_thing(works: Works, editor: Someone) -> None:
    install(works, titled("عنوان", "Title"), titled("عنوان آخر", "Title"))
    (waiting,) = [one for one in read_xliff(export(works, editor, None))[0] if one.key == KEY]
    assert list(waiting.texts) == ["title"]
    (every,), _ = read_xliff(export(works, editor))
    assert len(every.texts) > 5
    assert export(works, editor, "no-such-scenario") == b""


def test_what_came_back_is_a_new_draft_or_a_revision_of_the_open_one(works: Works, editor: Someone) -> None:
    install(works, titled("عنوان", "Title"), titled("عنوان آخر", "Title"))
    content = export(works, editor).replace(b">Title<", b">Another title<")
    applied, found = back(works, editor, content)
    assert (applied.findings, [entry.standing for entry in found.entries]) == ((), ["changed"])
    made = draft_of(works, editor, found.entries[0].draft)
    assert (made.revision, made.document) == (2, titled("عنوان آخر", "Another title"))
    assert ours(works, editor) == []
    content = export(works, editor).replace(b">Another title<", b">A third title<")
    _, found = back(works, editor, content)
    again = draft_of(works, editor, found.entries[0].draft)
    assert (again.public_id, again.revision) == (made.public_id, 3)
    assert again.document["title"] == {"ar": "عنوان آخر", "en": "A third title"}
    with works.reading(editor.actor) as work:
        origins = [one.through for one in get_history(work, "scenario", KEY).states if not one.is_published]
    assert sorted(origins) == ["copied", "translated", "translated"]


def test_arabic_that_changed_meanwhile_is_left_out_and_said(works: Works, editor: Someone) -> None:
    install(works, titled("عنوان", "Title"))
    content = export(works, editor).replace(b">Title<", b">Another title<")
    install(works, titled("عنوان آخر", "Title"))
    applied, found = back(works, editor, content)
    assert [(one.code, one.path) for one in applied.findings] == [("translation-stale", ("title",))]
    assert [entry.standing for entry in found.entries] == ["same"]
    assert [one.code for one in found.findings] == ["translation-stale"]


def test_a_draft_in_review_is_left_alone(works: Works, editor: Someone) -> None:
    install(works, titled("عنوان", "Title"))
    draft = open_for(works, editor)
    with works.database.writes() as session:
        get_draft(session, draft).state = "in_review"
        session.commit()
    _, found = back(works, editor, export(works, editor).replace(b">Title<", b">Another title<"))
    assert ([entry.standing for entry in found.entries], found.entries[0].draft) == (["taken"], None)
    assert draft_of(works, editor, draft).revision == 1


def test_what_belongs_to_nothing_is_said(works: Works, editor: Someone) -> None:
    install(works, titled("عنوان", "Title"))
    applied, found = back(works, editor, export(works, editor).replace(b"scenario/drill-a", b"scenario/drill-x"))
    assert [one.code for one in applied.findings] == ["nothing-to-translate"]
    assert (applied.documents, found.total) == ((), 0)


def test_reviewers_take_translations_away_and_only_editors_send_them(
    works: Works, make_person: MakePerson, is_refused: Refusal
) -> None:
    reviewer = make_person(Role.REVIEWER)
    install(works, titled("عنوان", None))
    assert ours(works, reviewer)
    assert export(works, reviewer)
    with is_refused(Permission.BANK_DRAFT_WRITE, reviewer), works.reading(reviewer.actor) as work:
        translating.apply_translated(work, ())
