"""The editor's desk: every bank, what is covered, one scenario with its keys; to editors and reviewers alone."""

from collections.abc import Callable
from urllib.parse import quote

import pytest

from quiz.access.actor import Role
from quiz.bank.reader import Reading
from tests.pages import RoleClient, words

Open = Callable[..., RoleClient]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER])
def test_every_scenario_of_every_bank_is_listed(signed_in: Open, reading: Reading, role: Role) -> None:
    client = signed_in(role)
    pages = [client.get(f"/edit/banks?page={number}") for number in range(1, -(-len(reading.scenarios) // 40) + 1)]
    listed = [address.rpartition("/")[2] for page in pages for address in page.links("/edit/scenarios/")]
    assert sorted(listed) == sorted(source.document["key"] for source in reading.scenarios)
    sensitive = [source for source in reading.scenarios if source.document.get("sensitive")]
    assert sum(len(page.soup.select("main li .badge--care")) for page in pages) == len(sensitive)


def test_a_scenario_is_found_by_words_in_any_spelling(signed_in: Open) -> None:
    client = signed_in(Role.EDITOR)
    for wanted in ("supplier-box-after-renewal", "صُندوق من المورد", "القارورة", "Box from the supplier"):
        page = client.get(f"/edit/banks?find={quote(wanted)}&bank=ae-conduct")
        assert "/edit/scenarios/supplier-box-after-renewal" in page.links("/edit/scenarios/"), wanted
    assert not client.get("/edit/banks?find=qqqq").links("/edit/scenarios/")
    client.get("/edit/banks?page=9999", status=404)
    client.get("/edit/banks?kind=none", status=404)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_each_provision_owed_coverage_shows_what_trains_it(signed_in: Open, language: str) -> None:
    page = signed_in(Role.EDITOR, language=language).get("/edit/coverage")
    rows = page.soup.select("section[aria-labelledby=provisions] tbody tr")
    assert len(rows) > 100
    for row in rows:
        cited = row.select("a[href^='/edit/scenarios/']")
        assert len(cited) >= 2 or row.select(".badge--care"), words(row)


@pytest.mark.parametrize("across", ["audience", "difficulty", "kind", "medium", "mark"])
def test_the_mix_counts_every_scenario_once_a_bank(signed_in: Open, reading: Reading, across: str) -> None:
    client = signed_in(Role.EDITOR, language="en")
    page = client.get(f"/edit/coverage?across={across}")
    banks = page.soup.select("section[aria-labelledby=mix] table")[0].select("tbody tr")
    totals = [int(row.select("td")[0].get_text()) for row in banks]
    assert sum(totals) == len(reading.scenarios)
    if across in {"difficulty", "kind", "medium"}:
        assert totals == [sum(int(cell.get_text()) for cell in row.select("td")[1:]) for row in banks]
    client.get("/edit/coverage?across=nonsense", status=404)


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
