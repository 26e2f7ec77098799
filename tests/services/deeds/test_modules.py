"""Modules at the desk: what the list says, a copy, what a draft would draw, and how it changes the pool."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.bank.modules import empty_module
from quiz.bank.reader import Reading
from quiz.bank.trials import DRAWS
from quiz.services import modules
from quiz.services.errors import NotFound
from quiz.services.loading import Release, install_release
from quiz.services.unit_of_work import Works
from tests import drafts
from tests.builders import words
from tests.drafts import Document, seen_by
from tests.fixtures.people import SYSTEM, MakePerson, Someone

Unchanged = Callable[[], AbstractContextManager[None]]
Refusal = Callable[..., AbstractContextManager[None]]
KEY = "gifts-and-conflicts"


@pytest.fixture
def editor(make_person: MakePerson) -> Someone:
    return make_person(Role.EDITOR, name="ليلى مراد فهمي")


@pytest.fixture
def shipped(reading: Reading) -> Document:
    return next(source.document for source in reading.modules if source.stem == KEY)


def lines(works: Works, someone: Someone) -> tuple[dict[str, modules.ModuleLine], tuple[modules.NewModuleLine, ...]]:
    with works.reading(someone.actor) as work:
        standing, begun = modules.list_lines(work)
    return {line.module.key: line for line in standing}, begun


def test_the_list_says_what_stands_and_what_is_being_written(works: Works, reading: Reading, editor: Someone) -> None:
    standing, begun = lines(works, editor)
    assert list(standing) == sorted(source.stem for source in reading.modules)
    assert {(line.number, line.errors, line.short, line.draft) for line in standing.values()} == {(1, 0, 0, None)}
    assert standing[KEY].lengths == (("EG", 10), ("AE", 10))
    assert begun == ()
    draft = drafts.open_for(works, editor, KEY, "module")
    new = drafts.begin(works, editor, {**empty_module(), "title": words("جديد")}, "module")
    standing, begun = lines(works, editor)
    assert (standing[KEY].draft, standing[KEY].draft_state) == (draft, "draft")
    assert [(one.draft, one.title.by_language["ar"], one.state) for one in begun] == [(new, "جديد", "draft")]


def test_a_copy_is_a_draft_of_its_own(works: Works, editor: Someone, shipped: Document) -> None:
    with works.writing(editor.actor) as work:
        copy = modules.copy_module(work, KEY)
    draft = seen_by(works, editor, copy)
    assert (draft.kind, draft.base_number) == ("module", 0)
    assert draft.document["blueprint"] == shipped["blueprint"]
    assert draft.document["title"]["en"].endswith("(copy)")
    assert draft.key != KEY
    with works.writing(editor.actor) as work, pytest.raises(NotFound):
        modules.copy_module(work, "no-such-module")


def test_a_draft_is_tried_out_for_each_of_its_countries(works: Works, editor: Someone, shipped: Document) -> None:
    with works.reading(editor.actor) as work:
        egypt, emirates = modules.try_out(work, shipped)
        assert (egypt.country, emirates.country) == ("EG", "AE")
        assert (egypt.draws, egypt.length) == (DRAWS, 10)
        assert modules.try_out(work, shipped) is modules.try_out(work, {**shipped, "title": {}})
        (short,) = modules.try_out(work, {**empty_module(), "blueprint": [{"bank": "ae-conduct", "count": 900}]})
    assert short.draws == 0
    assert short.lines[0].found is not None


def test_what_is_kept_of_trial_draws_is_made_anew_once_something_else_stands(
    works: Works, editor: Someone, shipped: Document, reading: Reading
) -> None:
    def candidates() -> list[int]:
        with works.reading(editor.actor) as work:
            return [line.candidates for line in modules.try_out(work, shipped)[0].lines]

    before = candidates()
    with works.reading(editor.actor) as work:
        drawn = modules.draw_once(work, shipped, "EG", 1) or ()
    first = next(line.choice.scenario.key for line in drawn if line.choice.line == 1)
    with works.writing(SYSTEM) as work:
        changed = {**drafts.shipped(reading, first), "topics": ["passwords"]}
        install_release(work, Release((), (changed,), ()))
    assert candidates()[0] == before[0] - 1


def test_one_draw_says_for_which_line_and_whether_it_counts(works: Works, editor: Someone, shipped: Document) -> None:
    with works.reading(editor.actor) as work:
        drawn = modules.draw_once(work, shipped, "AE", 7)
        assert drawn == modules.draw_once(work, shipped, "AE", 7)
        assert drawn != modules.draw_once(work, shipped, "AE", 8)
        assert (
            modules.draw_once(work, {**shipped, "blueprint": [{"bank": "ae-conduct", "count": 900}]}, "AE", 1) is None
        )
        with pytest.raises(NotFound):
            modules.draw_once(work, shipped, "FR", 1)
    assert drawn is not None
    assert len(drawn) == 10
    assert {line.because for line in drawn} == {None, "comparison"}
    assert all(line.citations for line in drawn)


def test_the_pool_changes_with_the_lines_and_with_the_countries(
    works: Works, editor: Someone, shipped: Document
) -> None:
    kept = [line for line in shipped["blueprint"] if line.get("jurisdictions") != ["AE"]]
    changed = {**shipped, "jurisdictions": ["EG"], "blueprint": [*kept, {"bank": "eg-cybercrime", "count": 1}]}
    with works.reading(editor.actor) as work:
        egypt, emirates = modules.list_pool_changes(work, KEY, changed)
        same = modules.list_pool_changes(work, KEY, shipped)
        new = modules.list_pool_changes(work, "no-such-module", changed)
    assert {scenario.bank for scenario in egypt.came} == {"eg-cybercrime"}
    assert egypt.went == ()
    assert (emirates.came, emirates.stays) == ((), 0)
    assert emirates.went
    assert {(one.came, one.went) for one in same} == {((), ())}
    assert [(one.country, one.went, one.stays) for one in new] == [("EG", (), 0)]


def test_only_those_at_the_desk_read_drafts_of_modules(
    works: Works, make_person: MakePerson, is_refused: Refusal
) -> None:
    stranger, reviewer = make_person(Role.MANAGER), make_person(Role.REVIEWER)
    for deed in (
        modules.list_lines,
        lambda work: modules.try_out(work, empty_module()),
        lambda work: modules.draw_once(work, empty_module(), "EG", 1),
        lambda work: modules.list_pool_changes(work, KEY, empty_module()),
    ):
        with is_refused(Permission.BANK_DRAFT_READ), works.reading(stranger.actor) as work:
            deed(work)
    with is_refused(Permission.BANK_DRAFT_WRITE), works.writing(reviewer.actor) as work:
        modules.copy_module(work, KEY)
