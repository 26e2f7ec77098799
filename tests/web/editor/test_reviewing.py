"""Judging a draft on its page: comments on places, the way back with words, reasons, approval; nothing is lost."""

from collections.abc import Callable

import pytest

from quiz.access.actor import Role
from quiz.bank.reader import Reading
from quiz.services import drafting
from quiz.services.loading import Release, install_release
from quiz.services.unit_of_work import Works
from tests import drafts
from tests.drafts import retitled, shipped, sound
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.pages import Page, RoleClient

Open = Callable[..., RoleClient]
WORDS = "يلزم تعليل أوضح للخيار الأول، مع سند."
REASON = "نُظر فيه، ولا يدل على الإجابة."
LONG = "ك" * 2001


@pytest.fixture
def editor(make_person: MakePerson) -> Someone:
    return make_person(Role.EDITOR, name="ليلى مراد فهمي")


@pytest.fixture
def draft(works: Works, editor: Someone, reading: Reading) -> str:
    """A draft of something new, in review, in which the law finds nothing."""
    return drafts.handed_in(works, editor, sound(reading))


@pytest.fixture
def warned(works: Works, editor: Someone, reading: Reading) -> str:
    """A draft in review in which the law finds something to be weighed."""
    document = sound(reading, "a-warned-one")
    document["situation"] = {**document["situation"], "ar": document["situation"]["ar"] + " اكتب المذكرة."}
    return drafts.handed_in(works, editor, document)


def at(draft: str) -> str:
    return f"/edit/drafts/{draft}/review"


def decide(client: RoleClient, page: Page, do: str, status: int = 303, **values: str) -> Page:
    return client.submit(page, "/review$", {"do": do, **values}, status)


def said(page: Page, name: str) -> str:
    return str(page.soup.find("textarea", attrs={"name": name}).get_text()).strip()


def reasons_of(page: Page) -> list[str]:
    return [str(one["name"]) for one in page.soup.select("input[name^='reason:']")]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_is_approved_is_published(signed_in: Open, draft: str, language: str) -> None:
    client = signed_in(Role.REVIEWER, language=language)
    page = client.get(at(draft))
    assert reasons_of(page) == []
    done = client.get(decide(client, page, "approve").location.partition("#")[0])
    assert done.tones == ["good"]
    assert not done.forms("/review$")
    assert client.get("/edit/scenarios/a-new-one").h1


def test_what_is_sent_back_says_why_and_comes_again(
    signed_in: Open, browser: Open, editor: Someone, draft: str, works: Works
) -> None:
    client = signed_in(Role.REVIEWER)
    page = client.get(at(draft))
    for words in ("", " \n ", LONG):
        refused = decide(client, page, "send-back", 422, words=words)
        assert refused.tones == ["bad"]
        assert said(refused, "words") == words.strip()
    done = client.get(decide(client, page, "send-back", words=WORDS).location.partition("#")[0])
    assert done.tones == ["good"]
    writer = browser(editor)
    assert WORDS in writer.get(f"/edit/drafts/{draft}").main
    drafts.submit(works, editor, draft)
    again = client.get(at(draft))
    assert WORDS in again.main, "what was said before stays with the draft"
    assert again.forms("/review$")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_each_warning_needs_its_reason(signed_in: Open, warned: str, language: str) -> None:
    client = signed_in(Role.REVIEWER, language=language)
    page = client.get(at(warned))
    names = reasons_of(page)
    assert names
    for reason in ("", "  ", LONG):
        refused = decide(client, page, "approve", 422, words="شكرًا", **{name: reason for name in names})
        assert refused.tones == ["bad"]
        assert said(refused, "words") == "شكرًا"
        assert [one["value"] for one in refused.soup.select("input[name^='reason:']")] == [reason] * len(names)
    decide(client, page, "approve", **{name: REASON for name in names}, **{"reason:no-such@place": "x"})
    assert client.get("/edit/scenarios/a-warned-one").h1


def test_who_wrote_any_of_it_decides_nothing(
    browser: Open, make_person: MakePerson, works: Works, reading: Reading, signed_in: Open
) -> None:
    both = make_person(Role.EDITOR, Role.REVIEWER)
    draft = drafts.handed_in(works, both, sound(reading))
    client = browser(both)
    page = client.get(at(draft))
    assert not page.forms("/review$")
    assert page.forms("/take-back$")
    for do in ("approve", "send-back"):
        client.post(at(draft), {"csrf_token": client.token(), "seen": "1", "do": do, "words": WORDS}, 404)
    editor = signed_in(Role.EDITOR)
    assert not editor.get(at(draft)).forms("/review$")
    editor.post(at(draft), {"csrf_token": editor.token(), "seen": "1", "do": "approve"}, 404)
    assert drafts.seen_by(works, both, draft).state == "in_review"


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_draft_that_changed_under_its_reviewer_is_not_decided(
    signed_in: Open, editor: Someone, works: Works, reading: Reading, draft: str, language: str
) -> None:
    client = signed_in(Role.REVIEWER, language=language)
    page = client.get(at(draft))
    with works.writing(editor.actor) as work:
        drafting.take_back(work, draft)
    drafts.save(works, editor, draft, 1, retitled(sound(reading), "عنوان آخر", "Another title"))
    # Still with its writers at first, then in review as another version.
    for is_in_review in (False, True):
        if is_in_review:
            drafts.submit(works, editor, draft, 2)
        for do in ("approve", "send-back"):
            refused = decide(client, page, do, 409, words=WORDS)
            assert refused.tones == ["bad"]
            assert WORDS in (said(refused, "words") if is_in_review else refused.soup.find(id="fault").get_text())
            assert refused.h1 == ("عنوان آخر" if language == "ar" else "Another title")
    decide(client, client.get(at(draft)), "approve")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_an_approval_onto_what_is_no_longer_published_is_refused(
    signed_in: Open, editor: Someone, works: Works, reading: Reading, make_person: MakePerson, language: str
) -> None:
    stands = shipped(reading, reading.scenarios[0].document["key"])
    draft, revision = drafts.changed(works, editor, retitled(stands, "صياغة المحرر", "The editor’s words"))
    client = signed_in(Role.REVIEWER, language=language)
    page = client.get(at(draft))
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), [retitled(stands, "صياغة الإصدار", "The release’s words")], ()))
    refused = decide(client, page, "approve", 409, words=WORDS, **{name: REASON for name in reasons_of(page)})
    assert refused.tones == ["bad"]
    assert said(refused, "words") == WORDS
    # The way on that the sentence names is open.
    decide(client, refused, "send-back", words=WORDS)
    drafts.submit(works, editor, draft, revision)
    page = client.get(at(draft))
    decide(client, page, "approve", **{name: REASON for name in reasons_of(page)})
    assert client.get(f"/edit/scenarios/{stands['key']}").h1 in {"صياغة المحرر", "The editor’s words"}


def test_of_two_reviewers_the_second_is_told(signed_in: Open, draft: str) -> None:
    first, second = signed_in(Role.REVIEWER), signed_in(Role.REVIEWER)
    shown = second.get(at(draft))
    decide(first, first.get(at(draft)), "approve")
    for do in ("approve", "send-back"):
        refused = decide(second, shown, do, 409, words=WORDS)
        assert refused.tones == ["bad"]
        assert WORDS in refused.main, "what was typed is not lost"


def test_comments_stand_at_their_places_until_they_are_settled(
    signed_in: Open, browser: Open, editor: Someone, draft: str
) -> None:
    client = signed_in(Role.REVIEWER)
    page = client.get(at(draft) + "?place=title.ar")
    chosen = [one["value"] for one in page.soup.select("#place option[selected]")]
    assert chosen == ["title.ar"]
    client.submit(page, "/comments$", {"place": "title.ar", "comment": "أقصر\nمن هذا"})
    client.submit(page, "/comments$", {"place": "no.such.place", "comment": "على الموقف كله"})
    told = client.get(at(draft))
    assert len(told.soup.select(".said")) == 2
    writer = browser(editor)
    writer.submit(writer.get(at(draft)), "/take-back$")
    form = writer.get(f"/edit/drafts/{draft}")
    assert form.links("^#at-title-ar$")
    assert "على الموقف كله" in form.main
    writer.submit(writer.get(at(draft)), "/settle$")
    assert len(writer.get(at(draft)).soup.select(".said--settled")) == 1
    assert "أقصر" not in writer.get(f"/edit/drafts/{draft}").main
    writer.post(f"/edit/drafts/{draft}/comments/{'0' * 32}/settle", {"csrf_token": writer.token()}, 404)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_comment_that_cannot_be_left_keeps_its_words(signed_in: Open, draft: str, language: str) -> None:
    client, other = signed_in(Role.REVIEWER, language=language), signed_in(Role.REVIEWER)
    page = client.get(at(draft))
    for words in ("", "  ", LONG):
        refused = client.submit(page, "/comments$", {"place": "prompt.ar", "comment": words}, 422)
        assert refused.tones == ["bad"]
        assert said(refused, "comment") == words.strip()
        assert [one["value"] for one in refused.soup.select("#place option[selected]")] == ["prompt.ar"]
    decide(other, other.get(at(draft)), "approve")
    closed = client.submit(page, "/comments$", {"place": "prompt.ar", "comment": WORDS}, 409)
    assert closed.tones == ["bad"]
    assert WORDS in closed.main


def test_a_form_without_a_decision_decides_nothing(signed_in: Open, draft: str) -> None:
    client = signed_in(Role.REVIEWER)
    page = client.get(at(draft))
    for do in ("", "publish", "Approve"):
        decide(client, page, do, 400)
    for seen in ("", "0", "-1", "1.0", "١", "9" * 30):
        refused = client.post(at(draft), {"csrf_token": client.token(), "do": "approve", "seen": seen}, 409)
        assert refused.tones == ["bad"]
