"""Every state something ever had: listed, two of them compared, an earlier one restored as a draft."""

from collections.abc import Callable

import pytest

from quiz.access.actor import Role
from quiz.bank.reader import Reading
from quiz.services.unit_of_work import Works
from tests import drafts
from tests.drafts import retitled, shipped
from tests.fixtures.people import MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.pages import Page, RoleClient
from tests.web.editor.drafting import Writer, value_of

Open = Callable[..., RoleClient]
OpenWriter = Callable[..., Writer]
TITLES = ("عنوان أول", "عنوان ثانٍ", "عنوان ثالث")


@pytest.fixture
def editor(make_person: MakePerson) -> Someone:
    return make_person(Role.EDITOR, name="ليلى مراد فهمي")


@pytest.fixture
def key(works: Works, editor: Someone, make_person: MakePerson, reading: Reading, clock: Clock) -> str:
    """A scenario that came with the product, was changed three times, and approved in the end."""
    document = shipped(reading, reading.scenarios[0].document["key"])
    draft = drafts.open_for(works, editor, document["key"])
    for revision, title in enumerate(TITLES, 1):
        clock.forward(hours=1)
        drafts.save(works, editor, draft, revision, retitled(document, title, f"Title {revision}"))
    drafts.submit(works, editor, draft, 4)
    clock.forward(hours=1)
    drafts.approve(works, make_person(Role.REVIEWER, name="عادل حسن نجيب"), draft, 4)
    return str(document["key"])


def at(key: str) -> str:
    return f"/edit/history/scenario/{key}"


def states(page: Page) -> list[str]:
    return [str(one["value"]) for one in page.soup.select("#after option")]


def compared(page: Page) -> str:
    return " ".join(page.soup.select_one("section[aria-labelledby=differs]").get_text(" ").split())


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_state_is_listed_with_who_and_how(signed_in: Open, key: str, language: str) -> None:
    client = signed_in(Role.REVIEWER, language=language)
    page = client.get(at(key))
    assert [name.partition(".")[0] == name for name in states(page)] == [True, False, False, False, False, True]
    rows = page.soup.select("tbody tr")
    assert len(rows) == 6
    assert {"ليلى مراد فهمي", "عادل حسن نجيب"} <= {one.get_text() for one in rows[0].select("bdi")}
    assert not page.forms("/restore$"), "a reviewer restores nothing"


def test_two_states_are_compared_by_their_words(signed_in: Open, key: str) -> None:
    client = signed_in(Role.EDITOR)
    page = client.get(at(key))
    newest, *saved, first = states(page)
    differs = client.get(f"{at(key)}?before={saved[2]}&after={saved[1]}")
    assert {"أول", "ثانٍ"} <= {*compared(differs).split()}
    assert [one["value"] for one in differs.soup.select("option[selected]")] == [saved[2], saved[1]]
    same = client.get(f"{at(key)}?before={newest}&after={newest}")
    assert not same.soup.select(".diff__place")
    assert client.get(f"{at(key)}?before={first}&after={newest}").soup.select(".diff ins")


def test_an_earlier_state_is_restored_as_what_was_typed_last(
    open_writer: OpenWriter, editor: Someone, key: str
) -> None:
    writer = open_writer(key=key, someone=editor)
    client, page = writer.client, writer.client.get(at(key))
    away = client.submit(page, "/restore$", {"state": states(page)[-3]})
    assert away.location == writer.where
    form = client.get(away.location)
    assert value_of(form, "title.ar") == TITLES[0]
    assert client.get(at(key)).h1 == TITLES[2], "nothing is published by it"


def test_what_was_typed_before_is_saved_when_another_state_is_laid_over_it(
    open_writer: OpenWriter, editor: Someone, key: str
) -> None:
    writer = open_writer(key=key, someone=editor)
    writer.typed(None, title__ar="ما كُتب قبل الاسترجاع")
    page = writer.client.get(at(key))
    assert writer.client.submit(page, "/restore$", {"state": "v1"}).location == writer.where
    assert writer.summary.revision == 2
    history = writer.client.get(f"{at(key)}?before=v2&after={writer.draft}.2")
    assert "الاسترجاع" in compared(history)
    # Dropped, the restored state gives way to what was saved.
    writer.client.post(writer.where, {"csrf_token": writer.client.token(), "do": "forget"})
    assert value_of(writer.page(), "title.ar") == "ما كُتب قبل الاسترجاع"


def test_nothing_is_restored_into_a_draft_in_review(open_writer: OpenWriter, editor: Someone, key: str) -> None:
    writer = open_writer(key=key, someone=editor)
    page = writer.client.get(at(key))
    writer.press("submit")
    refused = writer.client.submit(page, "/restore$", {"state": "v1"}, 409)
    assert refused.main
    assert writer.summary.state == "in_review"


def test_what_is_no_state_is_not_found(signed_in: Open, key: str, reading: Reading) -> None:
    client = signed_in(Role.EDITOR)
    page = client.get(at(key))
    of_another = reading.scenarios[1].document["key"]
    for kind, name in (("scenario", "no-such"), ("novel", key), ("module", key), ("scenario", "%00")):
        client.get(f"/edit/history/{kind}/{name}", 404)
    revision = states(page)[1].rpartition(".")[0]
    for state in (
        "v0",
        "v3",
        "v999999999",
        f"v{'9' * 30}",
        "no-such",
        f"{revision}.9",
        f"{'0' * 32}.1",
        "v١",
    ):
        client.get(f"{at(key)}?before={state}", 404)
        client.submit(page, "/restore$", {"state": state}, 404)
    client.submit(page, "/restore$", {}, 404)
    client.get(f"{at(of_another)}?before={states(page)[1]}", 404)
