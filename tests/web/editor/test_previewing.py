"""A draft as a learner would meet it, in a frame: every width, language, scheme and state; and what is heard of it."""

from collections.abc import Callable
from itertools import product
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup

from quiz.access.actor import Role
from quiz.bank.composing import empty_scenario
from quiz.bank.reader import Reading
from quiz.engine.question_types import registry as question_types
from quiz.services.previewing import ANSWERS
from quiz.services.unit_of_work import Works
from quiz.web.editor.previewing import SCHEMES, WIDTHS
from tests import drafts
from tests.drafts import sound
from tests.fixtures.people import MakePerson, Someone
from tests.pages import HERE, RoleClient, words

Open = Callable[..., RoleClient]
KINDS = sorted(question_types.names())
LANGUAGES = ("ar", "en")


@pytest.fixture
def editor(make_person: MakePerson) -> Someone:
    return make_person(Role.EDITOR)


def spoken(client: RoleClient, draft: str, **chosen: str) -> list[str]:
    """Return the lines of what a screen reader would say."""
    page = client.get(f"/edit/drafts/{draft}/preview?{urlencode(chosen)}")
    return [one.get_text(" ", strip=True) for one in page.soup.select(".spoken li")]


def shown(client: RoleClient, draft: str, **chosen: str) -> BeautifulSoup:
    """Return the page in the frame, which is in the language of the preview whatever its editor reads."""
    answer = client.client.get(f"/edit/drafts/{draft}/shown?{urlencode(chosen)}", base_url=HERE)
    assert answer.status_code == 200
    return BeautifulSoup(answer.get_data(as_text=True), "html5lib")


def test_every_choice_is_a_link_and_frames_the_page_it_names(
    browser: Open, editor: Someone, works: Works, reading: Reading
) -> None:
    draft = drafts.begin(works, editor, sound(reading))
    for reader in LANGUAGES:
        client = browser(editor, reader)
        for width, language, scheme, answered in product(WIDTHS, LANGUAGES, SCHEMES, ANSWERS):
            chosen = {"width": width, "language": language, "scheme": scheme, "answered": answered}
            page = client.get(f"/edit/drafts/{draft}/preview?{urlencode(chosen)}")
            assert page.soup.select_one(f"iframe.framed--{width}")
            assert len(page.soup.select(".choosers [aria-current=true]")) == 4
            heard = page.soup.select_one(".spoken")
            assert (heard["lang"], heard["dir"]) == (language, "rtl" if language == "ar" else "ltr")
            framed = client.client.get(page.soup.iframe["src"], base_url=HERE)
            inside = BeautifulSoup(framed.get_data(as_text=True), "html5lib")
            assert (inside.html["lang"], inside.html["data-scheme"]) == (language, scheme)
            # Framed by us and by nobody else.
            assert "frame-ancestors 'self'" in framed.headers["Content-Security-Policy"]


@pytest.mark.parametrize("kind", KINDS)
def test_before_the_answer_nothing_of_it_is_given_away_and_after_it_the_ruling_stands(
    browser: Open, editor: Someone, works: Works, reading: Reading, kind: str
) -> None:
    document = sound(reading, kind=kind)
    draft = drafts.begin(works, editor, document)
    client = browser(editor)
    before, best, worst = (shown(client, draft, language="ar", answered=one) for one in ANSWERS)
    # Nothing in the frame can be sent or followed.
    for page in (before, best, worst):
        assert not page.find("form")
        assert page.select("[inert]")
    assert not before.find(id="ruling")
    assert best.find(id="ruling")
    assert worst.find(id="ruling")
    assert words(best) != words(worst)
    heard = [spoken(client, draft, language="ar", answered=one) for one in ANSWERS]
    assert heard[0] != heard[1] != heard[2]
    prompt = document["prompt"]["ar"].split()[0]
    assert any(prompt in line for line in heard[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_heard_is_the_page_in_its_own_language(
    browser: Open, editor: Someone, works: Works, reading: Reading, language: str
) -> None:
    document = sound(reading)
    draft = drafts.begin(works, editor, document)
    lines = spoken(browser(editor), draft, language=language)
    for option in document["options"]:
        assert any(option["text"][language].split()[0] in line for line in lines)
    other = "en" if language == "ar" else "ar"
    assert not any(document["prompt"][other] in line for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_draft_has_a_preview_too(
    browser: Open, editor: Someone, works: Works, kind: str, language: str
) -> None:
    draft = drafts.begin(works, editor, empty_scenario("ae-conduct", kind))
    client = browser(editor, language)
    for answered in ANSWERS:
        client.get(f"/edit/drafts/{draft}/preview?{urlencode({'answered': answered, 'language': language})}")
        assert shown(client, draft, answered=answered).h1


def test_a_preview_shows_what_its_reader_typed_and_to_others_what_is_saved(
    browser: Open, editor: Someone, make_person: MakePerson, works: Works, reading: Reading
) -> None:
    document = sound(reading)
    draft = drafts.begin(works, editor, document)
    drafts.keep(works, editor, draft, 1, {**document, "prompt": {**document["prompt"], "ar": "سؤال لم يُحفظ؟"}})
    drafts.submit(works, editor, draft)
    reviewer = browser(make_person(Role.REVIEWER))
    assert "سؤال لم يُحفظ؟" not in words(shown(reviewer, draft))
    with works.writing(editor.actor) as work:
        drafts.drafting.take_back(work, draft)
    assert "سؤال لم يُحفظ؟" in words(shown(browser(editor), draft))


def test_what_cannot_be_chosen_is_not_found(browser: Open, editor: Someone, works: Works, reading: Reading) -> None:
    draft = drafts.begin(works, editor, sound(reading))
    client = browser(editor)
    for name in ("width", "language", "scheme", "answered"):
        for value in ("", "no-such", "\x00", "ar,en"):
            client.get(f"/edit/drafts/{draft}/preview?{urlencode({name: value})}", 404)
    client.get(f"/edit/drafts/{'0' * 32}/preview", 404)
    client.get(f"/edit/drafts/{'0' * 32}/shown", 404)
