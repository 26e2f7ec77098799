"""A scenario withdrawn: which modules it leaves short, told before the decision."""

from quiz.services.unit_of_work import Works
from tests.sums import KEYS, MODULE, TOPIC, decide, document, preview, publish


def test_a_preview_names_the_modules_that_would_lack_scenarios(works: Works, sums: None) -> None:
    (short,) = preview(works, "sum-a", withdraws=True).short_modules
    assert (short.key, short.missing) == (MODULE, 1)
    assert preview(works, "sum-a").short_modules == ()
    spare = document("sum-f")
    publish(works, spare)
    assert preview(works, "sum-a", withdraws=True).short_modules == ()
    decide(works, "sum-a", withdraws=True)
    assert preview(works, "sum-a", withdraws=True).short_modules == ()
    assert [one.missing for one in preview(works, "sum-b", withdraws=True).short_modules] == [1]


def test_what_a_module_lacks_anyway_is_not_laid_to_another_scenario(works: Works, sums: None) -> None:
    lines = [{"bank": "eg-cybercrime", "count": len(KEYS), "topics": [TOPIC]}, {"bank": "eg-conduct", "count": 1}]
    publish(works, blueprint=lines)
    decide(works, "sum-a", withdraws=True)
    assert preview(works, "one-number-at-midnight", withdraws=True).short_modules == ()
    assert [one.missing for one in preview(works, "sum-b", withdraws=True).short_modules] == [2]
