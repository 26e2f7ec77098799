"""The first screen of the desk with something in every list, and what it leads to; in both languages."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from quiz.access.actor import Role
from quiz.bank.composing import empty_scenario
from quiz.bank.reader import Reading
from quiz.db.models.catalogue import ScenarioRow
from quiz.services import drafting, measuring, reviewing
from quiz.services.loading import Release, install_release
from quiz.services.unit_of_work import Works
from tests import learning
from tests.builders import scenario_document
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.pages import RoleClient
from tests.sums import KEYS, MODULE, document, publish

Open = Callable[..., RoleClient]
LISTS = ("to-review", "sent-back", "in-hand", "waiting", "thin", "stale", "overdue", "doubtful")
DRAFTS = ("to-review", "sent-back", "in-hand", "waiting")
GONE = "eg-cybercrime/law-175-2018/art-20"


@pytest.fixture
def both(make_person: MakePerson) -> Someone:
    """An editor who also reviews what others write."""
    return make_person(Role.EDITOR, Role.REVIEWER, name="ليلى مراد فهمي")


@pytest.fixture
def stocked(
    works: Works,
    reading: Reading,
    make_person: MakePerson,
    both: Someone,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Something in every list of the desk."""
    other, reviewer = make_person(Role.EDITOR, name="سامي داود"), make_person(Role.REVIEWER, name="عادل حسن")
    shipped = [source.document for source in reading.scenarios]
    for place, (someone, ending) in enumerate([(other, "review"), (other, "back"), (both, "review"), (both, "")]):
        with works.writing(someone.actor) as work:
            draft = drafting.open_draft(work, "scenario", shipped[place]["key"])
            if ending:
                drafting.submit_draft(work, draft, 1)
        if ending == "back":
            with works.writing(reviewer.actor) as work:
                reviewing.comment(work, draft, "title", "أقصر")
                reviewing.send_back(work, draft, 1, "العنوان طويل")
    with works.writing(both.actor) as work:
        drafting.begin_draft(work, "scenario", empty_scenario("ae-conduct"))
    publish(works, *map(document, KEYS))
    # As many answers as are shown at all are enough here to be doubted.
    monkeypatch.setattr(measuring, "FEW", measuring.FEWEST)
    _doubtful(works, make_person)
    with works.database.writes() as session:
        few = ScenarioRow.key.in_([one["key"] for one in shipped if one["bank"] == "eg-cybercrime"][4:])
        session.execute(update(ScenarioRow).where(few).values(withdrawn_at=works.tools.clock()))
        session.commit()
    _stale(works, reading)
    with works.writing(SYSTEM) as work:
        untitled = scenario_document("no-english", title={"ar": "بلا ترجمة"})
        changed = {**document("sum-a"), "situation": {"ar": "موقف آخر", "en": "text"}}
        install_release(work, Release((), [untitled, changed], ()))
    clock.forward(days=400)


def _doubtful(works: Works, make_person: MakePerson) -> None:
    for number in range(measuring.FEWEST):
        person = make_person(modules=(MODULE,))
        learning.finish(works, person, MODULE, best=number % 2 == 0)


def _stale(works: Works, reading: Reading) -> None:
    """Publish the law without an article that scenarios rest on."""
    law = next(source.document for source in reading.instruments if source.document["key"] == "eg-cybercrime")
    key = GONE.rpartition("/")[2]
    editions: list[dict[str, Any]] = [
        {**edition, "provisions": [one for one in edition["provisions"] if one["key"] != key]}
        for edition in law["editions"]
    ]
    with works.writing(SYSTEM) as work:
        install_release(work, Release([{**law, "editions": editions}], (), ()))


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_list_of_the_desk_is_a_sound_page(
    stocked: None, browser: Open, both: Someone, works: Works, language: str
) -> None:
    client = browser(both, language)
    page = client.get("/edit/")
    counts = {name: len(page.soup.select(f"section[aria-labelledby={name}] li.task")) for name in LISTS}
    assert {name for name, count in counts.items() if not count} == set()
    assert (counts["to-review"], counts["sent-back"], counts["in-hand"], counts["waiting"]) == (1, 1, 2, 1)
    client.get("/edit/?view=table")
    drafts = client.get("/edit/drafts")
    assert [len(drafts.soup.select(f"section[aria-labelledby={name}] li.task")) for name in DRAFTS] == [1, 1, 2, 1]
    translation = client.get("/edit/translation")
    assert translation.soup.select("li.task .badge--care")
    assert len(translation.soup.select("li.task")) >= 2
    for kind, key in (("scenario", "sum-a"), ("instrument", "eg-cybercrime"), ("module", MODULE)):
        history = client.get(f"/edit/history/{kind}/{key}")
        assert history.soup.select("tbody tr")
    client.get("/edit/files")


def test_a_reviewer_is_offered_nothing_to_write(stocked: None, signed_in: Open) -> None:
    page = signed_in(Role.REVIEWER).get("/edit/")
    assert len(page.soup.select("section[aria-labelledby=to-review] li.task")) == 2
    assert not page.forms("/edit/drafts$")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_scenario_is_taken_out_of_use_from_its_page(works: Works, signed_in: Open, language: str) -> None:
    line = {"bank": "eg-cybercrime", "count": 4, "topics": ["appearance"]}
    publish(works, *map(document, KEYS), blueprint=[line])
    client = signed_in(Role.REVIEWER, language=language)
    page = client.get("/edit/scenarios/sum-a")
    long = ("س" if language == "ar" else "s") * 2001
    for values in ({"words": ""}, {"words": long}, {"words": long[:9], "replaced_by": "no-such"}):
        refused = client.submit(page, "/retire$", values, 422)
        assert refused.tones == ["bad"]
        assert refused.soup.find("textarea", attrs={"name": "words"}).get_text().strip() == values["words"]
    gone = client.get(client.submit(page, "/retire$", {"words": "لم يعد يحدث", "replaced_by": "sum-b"}).location)
    assert gone.tones == ["care"]
    assert "/edit/scenarios/sum-b" in gone.links("/edit/scenarios/")
    assert not gone.forms("/retire$")
    assert client.submit(page, "/retire$", {"words": long[:9]}, 409).tones == ["bad", "care"]
    short = client.submit(client.get("/edit/scenarios/sum-b"), "/retire$", {"words": long[:9]}, 422)
    assert MODULE in short.soup.find(id="fault").get_text()
    assert not signed_in(Role.EDITOR, language=language).get("/edit/scenarios/sum-b").forms("/retire$")
