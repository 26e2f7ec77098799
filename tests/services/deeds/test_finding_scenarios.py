"""Scenarios are found by every word, however it is spelled, a page at a time, by bank and kind; none out of use."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from quiz.access.actor import Role
from quiz.bank.reader import Reading
from quiz.db.models.catalogue import ScenarioRow
from quiz.services import searching
from quiz.services.errors import NotFound
from quiz.services.loading import Release, install_release
from quiz.services.searching import FoundScenarios
from quiz.services.unit_of_work import Works
from tests.builders import scenario_document
from tests.fixtures.people import SYSTEM, MakePerson

Find = Callable[..., FoundScenarios]


@pytest.fixture
def find(works: Works, make_person: MakePerson) -> Find:
    editor = make_person(Role.EDITOR)

    def find_some(*given: object) -> FoundScenarios:
        with works.reading(editor.actor) as work:
            return searching.find_scenarios(work, *given)  # type: ignore[arg-type]

    return find_some


def install(works: Works, *documents: dict[str, object]) -> None:
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), documents, ()))


def keys(found: FoundScenarios) -> list[str]:
    return [line.key for line in found.lines]


def test_all_are_listed_a_page_at_a_time_each_once(find: Find, reading: Reading) -> None:
    first = find()
    everything = [key for page in range(1, first.pages + 1) for key in keys(find("", None, None, page))]
    assert everything == sorted(source.document["key"] for source in reading.scenarios)
    assert (first.count, len(first.lines), first.page) == (len(everything), searching.ON_A_PAGE, 1)
    for page in (0, -1, first.pages + 1):
        with pytest.raises(NotFound):
            find("", None, None, page)


def test_every_word_must_be_there_in_any_spelling(works: Works, find: Find) -> None:
    title = {"ar": "هَديّة الشّركة إلى أُسامة", "en": "Osama's Zebra 100%_sure"}
    install(works, scenario_document("qzx-first", title=title), scenario_document("qzx-second"))
    for wanted in ("هدية اسامه", "qzx-first", "ZEBRA", "zebra's", "١٠٠ zebra"):
        assert "qzx-first" in keys(find(wanted)), wanted
    assert keys(find("zebra هدية")) == ["qzx-first"]
    assert keys(find("zebra nowhere")) == []
    assert keys(find("qzx")) == ["qzx-first", "qzx-second"]
    assert find("zebra").lines[0].title.by_language == title
    # Signs that a database reads otherwise are no words, and what is no word finds everything.
    for wanted in ("%", "_", "\x00", "'"):
        find(wanted)
    assert keys(find("zebr_")) == []
    assert keys(find("_sure")) == ["qzx-first"]
    assert keys(find("بالشركة zebra")) == ["qzx-first"], "without what is joined to the word"


def test_bank_and_kind_narrow_what_is_found(works: Works, find: Find, reading: Reading) -> None:
    documents = [source.document for source in reading.scenarios]
    some = [one for one in documents if (one["bank"], one["kind"]) == ("ae-conduct", "ordering")]
    found = find("", "ae-conduct", "ordering")
    assert (found.count, {(line.bank, line.kind) for line in found.lines}) == (len(some), {("ae-conduct", "ordering")})
    assert find("", "ae-conduct").count == sum(one["bank"] == "ae-conduct" for one in documents)


def test_what_is_out_of_use_is_not_found(works: Works, find: Find) -> None:
    install(works, scenario_document("qzx-first"))
    assert keys(find("qzx-first")) == ["qzx-first"]
    with works.database.writes() as session:
        session.execute(
            update(ScenarioRow).where(ScenarioRow.key == "qzx-first").values(withdrawn_at=works.tools.clock())
        )
        session.commit()
    assert keys(find("qzx-first")) == []


def test_a_scenario_from_before_there_was_a_search_is_found_after_the_next_release(works: Works, find: Find) -> None:
    install(works, scenario_document("qzx-first"))
    with works.database.writes() as session:
        words = session.scalar(select(ScenarioRow.searched).where(ScenarioRow.key == "qzx-first"))
        session.execute(update(ScenarioRow).where(ScenarioRow.key == "qzx-first").values(searched=""))
        session.commit()
    assert keys(find("qzx-first")) == []
    install(works, scenario_document("qzx-first"))
    assert keys(find("qzx-first")) == ["qzx-first"]
    with works.database.reads() as session:
        row = session.scalars(select(ScenarioRow).where(ScenarioRow.key == "qzx-first")).one()
        assert (row.searched, row.current_number) == (words, 1)


def test_what_is_searched_holds_each_word_once_and_none_that_another_holds(works: Works) -> None:
    install(works, scenario_document("qzx-first", title={"ar": "هدية بالهدية هدية", "en": "A gift of gifts"}))
    with works.reading(SYSTEM) as work:
        held = work.session.scalar(select(ScenarioRow.searched).where(ScenarioRow.key == "qzx-first"))
    words = str(held).split()
    assert words.count("بالهديه") == 1
    assert "هديه" not in words
    assert "gift" not in words
    assert not [word for word in words if any(word in other for other in words if other != word)]
