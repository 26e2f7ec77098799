"""The editor's desk: every bank, what is covered, one scenario with its keys; to editors and reviewers alone."""

from collections.abc import Callable

import pytest

from quiz.access.actor import Role
from quiz.bank.reader import Reading
from tests.pages import RoleClient, words

Open = Callable[..., RoleClient]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER])
def test_every_scenario_of_every_bank_is_listed(signed_in: Open, reading: Reading, role: Role) -> None:
    page = signed_in(role).get("/edit/")
    listed = {address.rpartition("/")[2] for address in page.links("/edit/scenarios/")}
    assert listed == {source.document["key"] for source in reading.scenarios}
    assert len(page.soup.select("table")) == 2


def test_what_no_scenario_cites_is_said(signed_in: Open) -> None:
    page = signed_in(Role.EDITOR).get("/edit/")
    coverage = page.soup.select("table")[1].select("tbody tr")
    assert len(coverage) > 10
    for row in coverage:
        cited = row.select("a[href^='/edit/scenarios/']")
        assert cited or row.select(".badge--care"), words(row)


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice", "judgement"])
def test_a_scenario_shows_its_keys_rulings_and_citations(
    signed_in: Open, reading: Reading, kind: str, language: str
) -> None:
    document = next(source.document for source in reading.scenarios if source.document["kind"] == kind)
    page = signed_in(Role.EDITOR, language=language).get(f"/edit/scenarios/{document['key']}")
    assert len(page.soup.select("section[aria-labelledby^=option-]")) == len(document["options"])
    assert page.soup.select(".citation")
    assert document["key"] in page.main


def test_a_scenario_that_is_not_there(signed_in: Open) -> None:
    signed_in(Role.EDITOR).get("/edit/scenarios/no-such-scenario", status=404)
    signed_in(Role.ADMIN).get("/edit/", status=404)
