"""An attempt is rendered again exactly as it was shown, whatever became of the bank and of the reader's choices."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from quiz.bank.reader import Reading
from quiz.db.models.trace import AuditEntryRow
from quiz.engine.extremes import least_sound, soundest
from quiz.services.errors import NotAllowed
from quiz.services.kept import Kept
from quiz.services.loading import Release, install_release
from quiz.services.organisation import DEFAULT, change_choices
from quiz.services.replaying import ShownPage, explain_attempt, list_shown_pages
from quiz.services.unit_of_work import Works
from quiz.web.learner.again import render_again
from tests.fixtures.people import SYSTEM
from tests.pages import Page, RoleClient
from tests.web.learning import EVERY_KIND, SHORT_EXAM, TWO_TRIES, Learner, sent_for

Open = Callable[..., RoleClient]
TOKEN = re.compile(r'(name="csrf_token" value=")[^"]+')
# Who sat before a page is no part of what it showed.
MENU = re.compile(r'\s*<details class="menu".*?</details>', re.DOTALL)


def without_tokens(html: str) -> str:
    return TOKEN.sub(r"\1", MENU.sub("", html))


def walk(learner: Learner, attempt_id: str) -> dict[tuple[int, bool], str]:
    """Answer every place, first wrongly and where it asks again rightly; return each page, by its step and side."""
    met: dict[tuple[int, bool], str] = {}
    for slot in learner.stored(attempt_id).attempt.slots:
        for response in (least_sound(slot.scenario), soundest(slot.scenario)):
            for sent in sent_for(slot, response):
                if learner.stored(attempt_id).attempt.is_settled(slot.number):
                    break
                step = len(learner.stored(attempt_id).attempt.steps) + 1
                page = learner.page(attempt_id, slot.number)
                met[(step, False)] = body(page)
                away = learner.client.submit(page, f"/{slot.number}$", sent, 303)
                if f"/{slot.number}#" in away.location:
                    met[(step, True)] = body(learner.page(attempt_id, slot.number))
    return met


def body(page: Page) -> str:
    return without_tokens(page.response.get_data(as_text=True))


def pages(works: Works, attempt_id: str) -> tuple[ShownPage, ...]:
    with works.writing(SYSTEM) as work:
        return list_shown_pages(work, attempt_id)


def mend_everything(works: Works, reading: Reading) -> None:
    """Publish every scenario anew with other words, other keys of other modules, and turn the digits round."""
    changed = []
    for source in reading.scenarios:
        document = dict(source.document)
        document["prompt"] = {"ar": "سؤال آخر؟", "en": "Another question?"}
        document["situation"] = {"ar": "موقف آخر.", "en": "Another situation."}
        changed.append(document)
    with works.writing(SYSTEM) as work:
        assert install_release(work, Release((), changed, [source.document for source in reading.modules])).scenarios
        change_choices(work, DEFAULT.__class__(DEFAULT.name, digits="latn"))
    for shelf in ("documents", "modules", "attempts"):
        setattr(works.tools.kept, shelf, getattr(Kept(), shelf))


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("module", [EVERY_KIND, TWO_TRIES])
def test_every_page_is_the_same_to_the_byte(
    trainee: Learner, browser: Open, app: Flask, works: Works, reading: Reading, module: str, language: str
) -> None:
    trainee.client = browser(trainee.someone, language)
    attempt_id = trainee.begin(module)
    met = walk(trainee, attempt_id)
    mend_everything(works, reading)
    again = {(page.step, page.is_after): without_tokens(render_again(app, page)) for page in pages(works, attempt_id)}
    assert sorted(again) == sorted(met)
    for place, html in met.items():
        assert again[place] == html, place


def test_an_exam_shows_its_pages_without_their_rulings(
    learner: Learner, app: Flask, works: Works, reading: Reading
) -> None:
    attempt_id = learner.begin(SHORT_EXAM)
    met = walk(learner, attempt_id)
    learner.finish(attempt_id)
    mend_everything(works, reading)
    found = pages(works, attempt_id)
    assert not any(page.is_after for page in found)
    # The clock of these tests stands still, so the time left is that of the page.
    assert {page.step: without_tokens(render_again(app, page)) for page in found} == {
        step: html for (step, _), html in met.items()
    }


def test_the_look_is_audited_and_only_the_shell_may(learner: Learner, works: Works) -> None:
    attempt_id = learner.take()
    assert pages(works, attempt_id)
    with works.database.reads() as session:
        entries = session.scalars(select(AuditEntryRow).where(AuditEntryRow.deed == "records:attempt:replay")).all()
    assert [(entry.actor, entry.target_id) for entry in entries] == [(SYSTEM.name, attempt_id)]
    with pytest.raises(NotAllowed), works.writing(learner.someone.actor) as work:
        list_shown_pages(work, attempt_id)
    with pytest.raises(NotAllowed), works.reading(learner.someone.actor) as work:
        explain_attempt(work, attempt_id)
