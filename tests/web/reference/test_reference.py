"""The reference: every instrument with what holds, what was repealed and by what, and what trains each provision."""

from collections.abc import Callable

import pytest

from quiz.access.actor import Role
from quiz.bank.reader import Reading
from tests.pages import RoleClient, words

Open = Callable[..., RoleClient]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_instrument_has_its_page(signed_in: Open, reading: Reading, language: str) -> None:
    client = signed_in(Role.LEARNER, language=language)
    page = client.get("/reference/")
    listed = {address.rpartition("/")[2] for address in page.links("/reference/.")}
    assert listed == {source.document["key"] for source in reading.instruments}
    for source in reading.instruments:
        shown = client.get(f"/reference/{source.document['key']}")
        places = {
            f"{edition['key']}-{provision['key']}"
            for edition in source.document["editions"]
            for provision in edition["provisions"]
        }
        assert {str(body["id"]) for body in shown.soup.select("details > div[id]")} == places
    client.get("/reference/no-such-law", status=404)


def test_what_was_repealed_says_by_what(signed_in: Open) -> None:
    page = signed_in(Role.LEARNER, language="en").get("/reference/ae-conduct")
    assert [heading["id"] for heading in page.soup.select("h2[id]")] == ["res-79-2023", "res-15-2010"]
    old = page.soup.select_one("section[aria-labelledby=res-15-2010]")
    assert old is not None
    assert "Repealed and replaced by" in words(old)
    assert "No. 79 of 2023" in words(old)
    new = page.soup.select_one("section[aria-labelledby=res-79-2023]")
    assert new is not None
    assert "Repealed and replaced by" not in words(new)


def test_a_provision_shows_its_figures_proof_and_scenarios(signed_in: Open) -> None:
    page = signed_in(Role.LEARNER, language="en").get("/reference/eg-cybercrime")
    body = page.soup.find(id="law-175-2018-art-20")
    assert body is not None
    said = words(body)
    assert "Egyptian pounds" in said
    assert "Source: Law No. 175 of 2018" in said
    assert len(body.select("ul > li")) > 2
    assert not body.select("a[href^='/edit/']")


def test_editors_go_on_to_the_scenarios(signed_in: Open) -> None:
    page = signed_in(Role.EDITOR).get("/reference/eg-cybercrime")
    body = page.soup.find(id="law-175-2018-art-20")
    assert body is not None
    assert body.select("a[href^='/edit/scenarios/']")


def test_a_ruling_leads_to_its_provision(signed_in: Open, reading: Reading) -> None:
    client = signed_in(Role.EDITOR)
    page = client.get(f"/edit/scenarios/{reading.scenarios[0].document['key']}")
    address = page.links("/reference/.")[0]
    there, _, place = address.partition("#")
    assert client.get(there).soup.find(id=place) is not None
