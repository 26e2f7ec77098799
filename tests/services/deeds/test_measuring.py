"""Statistics from what was really answered: kept at the end of first attempts, shown from ten on, computed once."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.db.models.mark_sheets import MarkSheetRow
from quiz.engine.attempt import Shown
from quiz.engine.completion import to_reread
from quiz.engine.mark_sheets import OptionShare
from quiz.engine.statistics import DifferentialFunctioning, ItemStatistics
from quiz.engine.text import Text
from quiz.services import measuring, taking
from quiz.services.errors import NotFound
from quiz.services.loading import Release, install_release
from quiz.services.taking import Given
from quiz.services.unit_of_work import Works
from tests import learning
from tests.builders import module_document, scenario_document
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.services.deeds.conftest import DRILL

MODULE = "measured"
TOPIC = "appearance"
KEYS = ("sum-a", "sum-b", "sum-c")
CHOICES = {"decline": 1, "accept": 0, "wait": "1/3"}


def publish(works: Works, *keys: str, count: int = len(KEYS), **changes: Any) -> None:
    documents = []
    for key in keys:
        document = scenario_document(key, topics=[TOPIC], **changes)
        template = document["options"][0]
        document["options"] = [
            {**template, "key": name, "text": {"ar": name, "en": name}, "credit": credit}
            for name, credit in CHOICES.items()
        ]
        documents.append(document)
    line = {"bank": "eg-cybercrime", "count": count, "topics": [TOPIC]}
    module = module_document(MODULE, blueprint=[line], behaviour="exam", certainty=True)
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), documents, (module,)))


@pytest.fixture
def take(works: Works, make_person: MakePerson) -> Callable[..., Someone]:
    """Let somebody take the module, giving these answers to the scenarios in order of their keys."""

    def take_one(*given: str, sure: str | None = None, language: str = "ar", someone: Someone | None = None) -> Someone:
        person = someone or make_person(modules=(MODULE,))
        attempt_id = learning.begin(works, person, MODULE)
        by_key = dict(zip(KEYS, given, strict=False))
        shown = Shown(language, "latn")
        for slot in learning.stored(works, person, attempt_id).attempt.slots:
            if slot.scenario.key in by_key:
                place = slot.option_order.index(by_key[slot.scenario.key])
                with works.writing(person.actor) as work:
                    answer = Given(chosen=(place,), certainty=sure)
                    taking.answer(work, attempt_id, slot.number, answer, 0, shown)
        with works.writing(person.actor) as work:
            taking.finish_attempt(work, attempt_id, shown)
        return person

    return take_one


@pytest.fixture
def editor(make_person: MakePerson) -> Someone:
    return make_person(Role.EDITOR, name="رنا فؤاد")


def look(works: Works, editor: Someone) -> measuring.ModuleStatistics:
    with works.reading(editor.actor) as work:
        return measuring.get_statistics(work, MODULE)


def sheets(works: Works) -> Sequence[MarkSheetRow]:
    with works.database.reads() as session:
        return session.scalars(select(MarkSheetRow).order_by(MarkSheetRow.attempt_id)).all()


def test_the_end_of_a_first_attempt_leaves_its_marks(works: Works, take: Any) -> None:
    publish(works, *KEYS)
    take("decline", "accept", sure="high", language="en")
    (kept,) = sheets(works)
    assert (kept.unit, kept.language) == (1, "en")
    assert sorted(zip(kept.entries[1], kept.entries[2], strict=True)) == [
        (0, ""),
        (0, "accept!high"),
        (1, "decline!high"),
    ]


def test_a_second_attempt_has_met_the_rulings_and_leaves_none(works: Works, learner: Someone) -> None:
    attempt_id = learning.finish(works, learner, DRILL, best=False)
    assert len(sheets(works)) == 1
    for citation in to_reread(learning.stored(works, learner, attempt_id).attempt):
        with works.writing(learner.actor) as work:
            taking.mark_reread(work, attempt_id, citation.address)
    assert learning.finish(works, learner, DRILL, best=True) != attempt_id
    assert len(sheets(works)) == 1


def test_under_ten_nothing_is_shown_but_how_many_they_are(works: Works, take: Any, editor: Someone) -> None:
    publish(works, *KEYS)
    for _ in range(9):
        take("decline", "decline", "accept", sure="high")
    found = look(works, editor)
    assert (found.count, found.whole, found.livingston, found.certainties) == (9, None, None, {})
    assert {(item.count, item.figures, item.options, item.sure_and_wrong) for item in found.items} == {
        (9, None, (), None)
    }


def test_one_form_has_the_figures_of_the_whole_and_of_its_items(works: Works, take: Any, editor: Someone) -> None:
    publish(works, *KEYS)
    for number in range(12):
        take("decline", "decline" if number % 2 else "wait", "accept" if number < 3 else "decline", sure="high")
    found = look(works, editor)
    assert found.is_one_form
    assert found.is_preliminary
    assert found.whole.mean == pytest.approx(float(12 + 6 + Fraction(6, 3) + 9) / 12)
    assert found.whole.consistency is not None
    assert found.livingston is not None
    by_key = {item.key: item for item in found.items}
    assert by_key["sum-a"].figures.facility == 1
    assert by_key["sum-a"].figures.discrimination is None
    assert by_key["sum-b"].figures.facility == pytest.approx(2 / 3)
    assert {text.by_language["en"]: share.share for text, share in by_key["sum-b"].options} == {
        "decline": 0.5, "accept": 0, "wait": 0.5,
    }  # fmt: skip
    assert by_key["sum-c"].sure_and_wrong == Fraction(3, 12)
    assert found.certainties == {("high", True): 12 + 6 + 9, ("high", False): 6 + 3}
    assert {item.figures.intended_weight for item in found.items} == {1 / 3}


def test_drawn_scenarios_are_pooled_over_places_without_consistency(works: Works, take: Any, editor: Someone) -> None:
    publish(works, *KEYS, count=2)
    for _ in range(24):
        take("decline", "accept", "decline")
    found = look(works, editor)
    assert (found.count, found.is_one_form, found.whole.consistency, found.livingston) == (24, False, None, None)
    assert found.whole.most == 2
    assert sum(item.count for item in found.items) == 48
    assert {item.key: item.figures.facility for item in found.items if item.figures} == {
        "sum-a": 1.0, "sum-b": 0.0, "sum-c": 1.0,
    }  # fmt: skip


def test_a_mended_scenario_is_an_item_of_its_own(works: Works, take: Any, editor: Someone) -> None:
    publish(works, *KEYS)
    take("decline", "decline", "decline")
    publish(works, "sum-a", difficulty=2)
    take("decline", "decline", "decline")
    found = look(works, editor)
    assert sorted((item.key, item.version, item.is_standing, item.count) for item in found.items) == [
        ("sum-a", 1, False, 1), ("sum-a", 2, True, 1), ("sum-b", 1, True, 2), ("sum-c", 1, True, 2),
    ]  # fmt: skip


def test_a_scenario_that_is_harder_in_one_language_is_told(works: Works, take: Any, editor: Someone) -> None:
    publish(works, *KEYS)
    for number in range(20):
        english = number % 2 == 1
        # Equal totals: who fails the first in English fails the second in Arabic.
        answers = ("accept", "decline") if english else ("decline", "accept")
        take(*(("decline", "decline") if number < 4 else answers), "decline", language="en" if english else "ar")
    by_key = {item.key: item for item in look(works, editor).items}
    assert by_key["sum-a"].by_language.chi_square > 10
    assert by_key["sum-c"].by_language.chi_square is None


def an_item(**changes: Any) -> measuring.ItemSummary:
    """Return an item of forty answers that nobody need look at."""
    figures = ItemStatistics("1", 40, 0.8, 0.4, 0.3, 0.4, None, None, None)
    named = Text({"ar": "خيار", "en": "option"})
    options = ((named, OptionShare("a", 30, 0.75, 0.8)), (named, OptionShare("b", 10, 0.25, 0.7)))
    item = measuring.ItemSummary(
        "one", named, "single_choice", 1, True, 40, figures, options, frozenset(), {}, None, None
    )
    return replace(item, **changes)


WITH_ONE_NOBODY_TAKES = (*an_item().options, (Text({"ar": "ج"}), OptionShare("c", 0, 0.0, None)))


def harder(delta: float | None, chi_square: float = 9.0) -> DifferentialFunctioning:
    return DifferentialFunctioning("1", "ar", "en", chi_square, 1.0, delta)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, ()),
        ({"figures": None}, ()),
        ({"figures": replace(an_item().figures, discrimination=-0.01)}, ("against-the-whole",)),
        ({"figures": replace(an_item().figures, discrimination=-0.01), "count": 29}, ()),
        ({"figures": replace(an_item().figures, discrimination=None, facility=0.34)}, ("very-hard",)),
        ({"sure_and_wrong": Fraction(1, 4)}, ("sure-and-wrong",)),
        ({"sure_and_wrong": Fraction(6, 25)}, ()),
        ({"options": WITH_ONE_NOBODY_TAKES}, ("never-taken",)),
        ({"options": WITH_ONE_NOBODY_TAKES, "kind": "ordering"}, ()),
        ({"by_language": harder(1.5)}, ("harder-in-arabic",)),
        ({"by_language": harder(-1.5)}, ("harder-in-english",)),
        ({"by_language": harder(-1.4)}, ()),
        ({"by_language": harder(-2.0, 3.8)}, ()),
        ({"by_language": harder(None)}, ()),
    ],
)  # fmt: skip
def test_what_deserves_a_look_is_named(changes: dict[str, Any], told: tuple[str, ...]) -> None:
    assert an_item(**changes).doubts == told


def test_orders_put_first_what_they_name_and_last_what_has_no_figure() -> None:
    plain, hidden = an_item(key="plain"), an_item(key="hidden", figures=None, count=9)
    hard = an_item(key="hard", figures=replace(an_item().figures, facility=0.1, discrimination=0.9))
    for name, wanted in {
        "doubts": ["hard", "plain", "hidden"], "discrimination": ["plain", "hard", "hidden"],
        "facility": ["hard", "plain", "hidden"], "answers": ["hard", "plain", "hidden"],
    }.items():  # fmt: skip
        assert [item.key for item in sorted([hidden, plain, hard], key=measuring.ORDERS[name])] == wanted


def test_what_was_computed_is_kept_until_another_attempt_ends(works: Works, take: Any, editor: Someone) -> None:
    publish(works, *KEYS)
    for _ in range(2):
        take("decline")
    first = look(works, editor)
    assert look(works, editor) is first
    take("decline")
    assert look(works, editor).count == 3


def test_every_module_is_listed_with_its_count(works: Works, take: Any, editor: Someone) -> None:
    publish(works, *KEYS)
    take("decline")
    with works.reading(editor.actor) as work:
        first, *others = measuring.list_measured(work)
    assert (first.key, first.count) == (MODULE, 1)
    assert {line.count for line in others} == {0}


def test_editors_may_look_and_learners_may_not(
    works: Works, learner: Someone, editor: Someone, is_refused: Any
) -> None:
    with pytest.raises(NotFound, match="module"), works.reading(editor.actor) as work:
        measuring.get_statistics(work, "no-such-module")
    with is_refused(Permission.BANK_STATISTICS_READ, learner), works.reading(learner.actor) as work:
        measuring.get_statistics(work, DRILL)
    with is_refused(Permission.BANK_STATISTICS_READ, learner), works.reading(learner.actor) as work:
        measuring.list_measured(work)
