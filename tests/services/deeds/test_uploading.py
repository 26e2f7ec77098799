"""Files in: some entries at a time, nothing laid over what is being written, nothing published, and nothing twice."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import func, select

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.bank.archive import read_archive, write_archive
from quiz.bank.differences import Change
from quiz.bank.findings import Finding, Severity
from quiz.bank.reader import Reading, Source
from quiz.db.models.drafts import DraftRevisionRow, DraftRow
from quiz.engine.document import digest
from quiz.services import drafting, exporting, uploading
from quiz.services.errors import NotFound, Refused, Stale
from quiz.services.loading import Release, install_release
from quiz.services.unit_of_work import Works
from quiz.services.uploading import Sent, UploadSummary
from tests import drafts
from tests.builders import scenario_document, words
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.services.deeds.conftest import added, audit, everything

WRITE = Permission.BANK_DRAFT_WRITE
Document = dict[str, Any]
Refusal = Callable[..., AbstractContextManager[None]]
Unchanged = Callable[[], AbstractContextManager[None]]
STANDS = ("drill-a", "drill-b")
DESK = {"audit_entry", "draft", "draft_revision", "upload", "upload_entry"}


@pytest.fixture
def editor(make_person: MakePerson) -> Someone:
    return make_person(Role.EDITOR, name="ليلى مراد فهمي")


@pytest.fixture
def colleague(make_person: MakePerson) -> Someone:
    return make_person(Role.EDITOR, name="سامي داود يعقوب")


@pytest.fixture
def standing(works: Works) -> list[Document]:
    """Two scenarios that are published."""
    documents = [scenario_document(key) for key in STANDS]
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), documents, ()))
    return documents


def sent(*documents: Document, kind: str = "scenario", findings: Sequence[Finding] = (), **more: Any) -> Sent:
    sources = [(kind, Source(f"{place}.yaml", one)) for place, one in enumerate(documents)]
    return Sent(**{"file_name": "ours.zip", "origin": "imported", "documents": sources, "findings": findings, **more})


def keep(works: Works, someone: Someone, found: Sent) -> str:
    with works.writing(someone.actor) as work:
        return uploading.keep_upload(work, found)


def step(works: Works, someone: Someone, upload: str) -> bool:
    with works.writing(someone.actor) as work:
        return uploading.go_on(work, upload)


def through(works: Works, someone: Someone, upload: str) -> UploadSummary:
    """Go on until there is no more, and return what was found."""
    while step(works, someone, upload):
        pass
    return seen(works, someone, upload)


def seen(works: Works, someone: Someone, upload: str) -> UploadSummary:
    with works.reading(someone.actor) as work:
        return uploading.get_upload(work, upload)


def checked(works: Works, someone: Someone, *documents: Document, **more: Any) -> UploadSummary:
    return through(works, someone, keep(works, someone, sent(*documents, **more)))


def drafted(works: Works, someone: Someone, upload: str) -> UploadSummary:
    with works.writing(someone.actor) as work:
        uploading.make_drafts(work, upload)
    return through(works, someone, upload)


def standings(found: UploadSummary) -> list[str]:
    return [entry.standing for entry in found.entries]


def open_for(works: Works, someone: Someone, key: str) -> str:
    with works.writing(someone.actor) as work:
        return drafting.open_draft(work, "scenario", key)


def save(works: Works, someone: Someone, draft: str, revision: int, document: Document) -> None:
    with works.writing(someone.actor) as work:
        drafting.save_draft(work, draft, revision, document)


def revisions(works: Works) -> list[Any]:
    with works.database.reads() as session:
        return list(session.scalars(select(DraftRevisionRow).order_by(DraftRevisionRow.id)))


def draft_of(works: Works, someone: Someone, public_id: str | None) -> drafting.DraftSummary:
    assert public_id is not None
    with works.reading(someone.actor) as work:
        return drafting.get_draft(work, public_id)


def changed(changes: Sequence[Change]) -> set[str | int]:
    return {change.path[0] for change in changes}


def retitled(document: Document, arabic: str = "عنوان آخر") -> Document:
    return {**document, "title": {**words(arabic), "en": "Another title"}}


# How far


def test_a_file_is_gone_through_some_entries_at_a_time(
    works: Works, editor: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "AT_ONCE", 2)
    upload = keep(works, editor, sent(*(scenario_document(f"sent-{name}") for name in "abcde")))
    assert (seen(works, editor, upload).state, seen(works, editor, upload).entries) == ("checking", ())
    for done, more in ((2, True), (4, True), (5, False)):
        assert step(works, editor, upload) is more
        found = seen(works, editor, upload)
        assert (found.done, found.total) == (done, 5)
    assert (found.state, standings(found), found.to_draft) == ("checked", ["new"] * 5, 5)
    assert step(works, editor, upload) is False, "what is gone through stays so"
    with works.writing(editor.actor) as work:
        uploading.make_drafts(work, upload)
    made = []
    while step(works, editor, upload):
        with works.database.reads() as session:
            made.append(session.scalar(select(func.count()).select_from(DraftRow)))
    assert made == [2, 4]
    assert [bool(entry.draft) for entry in seen(works, editor, upload).entries] == [True] * 5


def test_a_file_of_which_nothing_could_be_read_is_through_at_once(works: Works, editor: Someone) -> None:
    unread = Finding(Severity.ERROR, "a.yaml", 3, ("key",), "yaml-syntax", {"problem": "x"})
    found = seen(works, editor, keep(works, editor, sent(findings=[unread])))
    assert (found.state, found.total, found.findings, found.to_draft) == ("checked", 0, (unread,), 0)
    assert drafted(works, editor, found.public_id).state == "drafted"


def test_too_many_entries_are_refused(
    works: Works, editor: Someone, monkeypatch: pytest.MonkeyPatch, changes_nothing: Unchanged
) -> None:
    monkeypatch.setattr(uploading, "MOST_ENTRIES", 2)
    three = [scenario_document(f"sent-{name}") for name in "abc"]
    with changes_nothing(), pytest.raises(Refused, match="too-many-entries") as refusal:
        keep(works, editor, sent(*three))
    assert refusal.value.values["most"] == 2
    assert keep(works, editor, sent(*three[:2]))


def test_the_newest_files_are_listed(works: Works, editor: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "NEWEST", 2)
    ids = [keep(works, editor, sent(file_name=f"{name}.zip")) for name in "abc"]
    with works.reading(editor.actor) as work:
        listed = uploading.list_uploads(work)
    assert [one.public_id for one in listed] == [ids[2], ids[1]]


# By whom


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMIN, Role.HR])
def test_only_editors_send_and_see_files(
    works: Works, editor: Someone, make_person: MakePerson, is_refused: Refusal, role: Role
) -> None:
    upload = checked(works, editor, scenario_document("sent-a")).public_id
    other = make_person(role)
    for deed in (uploading.get_upload, uploading.go_on, uploading.make_drafts):
        with is_refused(WRITE, other), works.writing(other.actor) as work:
            deed(work, upload)
    with is_refused(WRITE, other):
        keep(works, other, sent())
    with is_refused(WRITE, other), works.reading(other.actor) as work:
        uploading.compare_entry(work, upload, 1)


def test_what_was_never_sent_is_not_found(works: Works, editor: Someone) -> None:
    upload = checked(works, editor, scenario_document("sent-a")).public_id
    with pytest.raises(NotFound):
        seen(works, editor, "0" * 32)
    for place in (0, 2):
        with pytest.raises(NotFound), works.reading(editor.actor) as work:
            uploading.compare_entry(work, upload, place)


# How it stands


def test_each_entry_is_compared_with_what_is_published(works: Works, editor: Someone, standing: list[Document]) -> None:
    same, other = standing
    found = checked(works, editor, same, retitled(other), scenario_document("sent-a"))
    assert standings(found) == ["same", "changed", "new"]
    assert dict(found.standings) == {"same": 1, "changed": 1, "new": 1}
    assert found.to_draft == 2
    with works.reading(editor.actor) as work:
        compared = uploading.compare_entry(work, found.public_id, 2)
        assert (compared.entry.key, compared.is_published, changed(compared.changes)) == ("drill-b", True, {"title"})
        assert (compared.edited, compared.brought, compared.clashes) == ((), (), ())
        compared = uploading.compare_entry(work, found.public_id, 3)
        assert (compared.changes, compared.is_published) == ((), False)


def test_what_was_edited_here_is_told_beside_what_a_newer_release_brings(
    works: Works, editor: Someone, colleague: Someone, make_person: MakePerson, reading: Reading
) -> None:
    released = next(one.document for one in reading.scenarios if one.document["difficulty"] != 3)
    draft, revision = drafts.changed(works, colleague, {**drafts.retitled(released, "عنوان", "Title"), "difficulty": 3})
    drafts.approve(works, make_person(Role.REVIEWER), draft, revision)
    brought = {**retitled(released, "عنوان الإصدار"), "difficulty": 3, "situation": {"ar": "قصة أخرى.", "en": "Other."}}
    found = checked(works, editor, brought)
    with works.reading(editor.actor) as work:
        compared = uploading.compare_entry(work, found.public_id, 1)
    assert (changed(compared.changes), changed(compared.edited)) == ({"title", "situation"}, {"title", "difficulty"})
    assert changed(compared.brought) == {"title", "difficulty", "situation"}
    # What both changed alike is no clash, nor is what only one of them changed.
    assert changed(compared.clashes) == {"title"}


def test_what_is_being_written_is_taken_unless_it_is_the_same(
    works: Works, editor: Someone, colleague: Someone, standing: list[Document]
) -> None:
    draft = open_for(works, colleague, "drill-b")
    save(works, colleague, draft, 1, retitled(standing[1]))
    found = checked(works, editor, retitled(standing[1]), retitled(standing[1], "عنوان ثالث"), standing[1])
    assert standings(found) == ["same", "taken", "same"]
    again = drafted(works, editor, found.public_id)
    assert [entry.draft for entry in again.entries] == [None] * 3
    assert draft_of(works, editor, draft).revision == 2


def test_what_is_opened_between_check_and_draft_is_left_alone(
    works: Works, editor: Someone, colleague: Someone, standing: list[Document]
) -> None:
    found = checked(works, editor, *map(retitled, standing))
    draft = open_for(works, colleague, "drill-b")
    again = drafted(works, editor, found.public_id)
    assert standings(again) == ["changed", "taken"]
    assert [bool(entry.draft) for entry in again.entries] == [True, False]
    kept = draft_of(works, colleague, draft)
    assert (kept.revision, kept.document) == (1, standing[1])


def test_two_entries_of_one_key_make_one_draft(works: Works, editor: Someone) -> None:
    first, second = scenario_document("sent-a"), retitled(scenario_document("sent-a"))
    found = drafted(works, editor, checked(works, editor, first, second, first).public_id)
    assert standings(found) == ["new", "taken", "same"]
    assert draft_of(works, editor, found.entries[0].draft).document == first


def test_what_the_sender_typed_and_did_not_save_is_not_laid_over(
    works: Works, editor: Someone, colleague: Someone, standing: list[Document]
) -> None:
    draft = open_for(works, editor, "drill-a")
    with works.writing(editor.actor) as work:
        drafting.keep_typing(work, draft, 1, retitled(standing[0], "ما زلت أكتب"))
    # What came back was made for this very state of the draft.
    back = {("scenario", "drill-a"): digest(standing[0])}
    mine = checked(works, editor, retitled(standing[0]), based_on=back)
    assert standings(mine) == ["taken"]
    drafted(works, editor, mine.public_id)
    assert draft_of(works, editor, draft).document["title"]["ar"] == "ما زلت أكتب"
    # What others type is kept apart for them, so that a colleague may.
    theirs = checked(works, colleague, retitled(standing[0]), based_on=back)
    assert standings(drafted(works, colleague, theirs.public_id)) == ["changed"]
    assert draft_of(works, editor, draft).is_behind
    assert draft_of(works, editor, draft).document["title"]["ar"] == "ما زلت أكتب"


def test_what_came_back_for_a_draft_whose_key_was_published_meanwhile_stops_nothing(
    works: Works, editor: Someone
) -> None:
    ours = scenario_document("sent-a")
    drafted(works, editor, checked(works, editor, ours).public_id)
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), [retitled(ours, "من الإصدار")], ()))
    back = {("scenario", "sent-a"): digest(ours)}
    found = drafted(works, editor, checked(works, editor, retitled(ours), based_on=back).public_id)
    assert (found.state, standings(found), found.entries[0].draft) == ("drafted", ["taken"], None)
    assert len(revisions(works)) == 1


# What becomes of it


def test_drafts_are_begun_from_what_stands_and_say_where_they_came_from(
    works: Works, editor: Someone, standing: list[Document]
) -> None:
    found = drafted(works, editor, checked(works, editor, retitled(standing[0]), scenario_document("sent-a")).public_id)
    assert found.state == "drafted"
    changed, new = (draft_of(works, editor, entry.draft) for entry in found.entries)
    assert (changed.key, changed.base_number, changed.revision) == ("drill-a", 1, 2)
    assert changed.document == retitled(standing[0])
    assert (new.key, new.base_number, new.revision) == ("sent-a", 0, 1)
    with works.reading(editor.actor) as work:
        begun = drafting.get_revision(work, changed.public_id, 1)
    assert begun == standing[0]
    assert [(row.number, row.origin) for row in revisions(works)] == [(1, "copied"), (2, "imported"), (1, "imported")]


BROKEN: tuple[Document, ...] = (
    {},
    {"key": "sent-a"},
    {"key": ["a"], "title": "words"},
    {"key": "Not a key", "title": [1], "options": {"a": 1}},
    {"key": "k" * 300, "situation": 5, "kind": 3, "cites": "here"},
    {"key": "sent-b", "kind": "spot", "options": [1, {"key": "a"}, {"text": []}], "exhibit": [], "nodes": 7},
)


@pytest.mark.parametrize("kind", ["scenario", "instrument", "module"])
def test_broken_documents_become_drafts_with_their_faults(works: Works, editor: Someone, kind: str) -> None:
    found = checked(works, editor, *BROKEN, kind=kind)
    assert standings(found) == ["new"] * len(BROKEN)
    assert all(len(entry.findings) >= entry.errors > 0 for entry in found.entries)
    found = drafted(works, editor, found.public_id)
    for entry, document in zip(found.entries, BROKEN, strict=True):
        kept = draft_of(works, editor, entry.draft)
        assert kept.key
        if kind != "scenario":  # which is mended in a form, and brought into its shape
            assert {**kept.document, "key": ""} == {**document, "key": ""}


def test_pressed_twice_makes_drafts_once(
    works: Works, editor: Someone, standing: list[Document], changes_nothing: Unchanged
) -> None:
    upload = checked(works, editor, retitled(standing[0]), scenario_document("sent-a")).public_id
    with works.writing(editor.actor) as work:
        uploading.make_drafts(work, upload)
    for _ in range(2):
        with changes_nothing(), pytest.raises(Stale), works.writing(editor.actor) as work:
            uploading.make_drafts(work, upload)
        made = through(works, editor, upload)
    assert [bool(entry.draft) for entry in made.entries] == [True, True]
    assert len(revisions(works)) == 3


def test_no_draft_is_made_before_all_is_checked(works: Works, editor: Someone, changes_nothing: Unchanged) -> None:
    upload = keep(works, editor, sent(scenario_document("sent-a")))
    with changes_nothing(), pytest.raises(Stale, match="upload-not-checked"), works.writing(editor.actor) as work:
        uploading.make_drafts(work, upload)


def test_nothing_is_published_by_a_file(works: Works, editor: Someone, standing: list[Document]) -> None:
    before = everything(works)
    drafted(works, editor, checked(works, editor, retitled(standing[0]), scenario_document("sent-a")).public_id)
    assert set(added(before, everything(works))) == DESK


def test_a_file_leaves_a_trace_of_what_came_and_what_was_made(works: Works, editor: Someone) -> None:
    upload = checked(works, editor, scenario_document("sent-a"), {"key": "sent-b"}).public_id
    drafted(works, editor, upload)
    traced = [entry for entry in audit(works, WRITE) if entry.target_kind == "upload"]
    assert [(entry.target_id, entry.actor) for entry in traced] == [(upload, editor.actor.name)] * 2
    assert [entry.details for entry in traced] == [{"entries": 2, "origin": "imported"}, {"drafts": 2}]


# Out and in again


def test_what_is_taken_away_and_sent_again_is_all_the_same(works: Works, reading: Reading, editor: Someone) -> None:
    with works.reading(editor.actor) as work:
        documents = exporting.list_published(work)
    assert len(documents) == sum(map(len, (reading.instruments, reading.scenarios, reading.modules)))
    back = read_archive(write_archive(documents))
    assert back.findings == ()
    kinds = {"instrument": back.instruments, "scenario": back.scenarios, "module": back.modules}
    sources = [(kind, source) for kind, held in kinds.items() for source in held]
    assert {(kind, source.document["key"]): source.document for kind, source in sources} == {
        (kind, document["key"]): document for kind, document in documents
    }
    # Of each kind some: how an entry stands is looked up alike for all of them.
    some = sources[:2] + sources[20:24] + sources[-2:]
    found = through(works, editor, keep(works, editor, Sent("all.zip", "imported", some, ())))
    assert dict(found.standings) == {"same": len(some)}
    assert found.to_draft == 0


def test_one_bank_is_taken_away_alone(works: Works, editor: Someone) -> None:
    with works.reading(editor.actor) as work:
        taken = exporting.list_published(work, "ae-conduct")
        assert {(kind, document["bank"]) for kind, document in taken} == {("scenario", "ae-conduct")}
        with pytest.raises(NotFound):
            exporting.list_published(work, "no-such-bank")
