"""Proving anew through a provider of SAML, and that what waited for it goes on."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from quiz.db.models.identities import IdentityRow
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, Someone
from tests.fixtures.settings import Clock
from tests.interop.saml import forging
from tests.interop.saml.conftest import Traveller
from tests.interop.saml.fake import FakeIdp, asked, moment
from tests.pages import HERE, Page

LATE_MINUTES = 16


@pytest.fixture
def late(traveller: Traveller, adfs: FakeIdp, somebody: Someone, clock: Clock) -> Traveller:
    """A browser that came in through the provider, and whose proof is too old by now."""
    adfs.attributes = {"employee": ("P-1",)}
    assert traveller.sign_in(adfs) == "/"
    clock.forward(minutes=LATE_MINUTES)
    traveller.client.proves = False
    return traveller


def page_that_asks(late: Traveller) -> Page:
    return late.client.get(late.client.get("/admin/evidence", status=303).location)


def out(late: Traveller, page: Page) -> str:
    return late.onward(late.client.submit(page, "/saml/adfs/prove", status=200))


def is_proved(late: Traveller) -> bool:
    return late.client.client.get("/admin/evidence", base_url=HERE).status_code == 200


def refused(late: Traveller, where: str) -> Page:
    """Come back, and read that it was no proof; what waited is still there to be proved otherwise."""
    page = late.come_back(where, 422)
    assert page.tones[0] == "bad"
    assert page.fields("/saml/adfs/prove")[1]["next"] == "/admin/evidence"
    assert not is_proved(late)
    return page


@pytest.mark.parametrize(("minutes_ago", "proves"), [(0, True), (14, True), (16, False)])
def test_coming_in_proves_as_much_as_the_provider_says_it_asked(
    traveller: Traveller, adfs: FakeIdp, somebody: Someone, clock: Clock, minutes_ago: int, proves: bool
) -> None:
    adfs.attributes = {"employee": ("P-1",)}
    adfs.values["signed_in"] = moment(clock.now - timedelta(minutes=minutes_ago))
    assert traveller.sign_in(adfs) == "/"
    traveller.client.proves = False
    assert is_proved(traveller) == proves


def test_who_has_no_password_proves_it_through_the_provider_and_goes_on(late: Traveller, adfs: FakeIdp) -> None:
    page = page_that_asks(late)
    assert not page.soup.select("input[type=password]")
    assert not page.forms("/saml/entra/prove")
    address = out(late, page)
    assert asked(address).get("ForceAuthn") == "true"
    assert late.come_back(late.answer(adfs, address)).location == "/admin/evidence"
    assert is_proved(late)


def test_a_form_that_came_too_late_is_sent_afterwards(late: Traveller, adfs: FakeIdp, hire: Someone) -> None:
    where = f"/admin/people/{hire.public_id}"
    token = late.client.get(where).fields(where)[1]["csrf_token"]
    correct = {"correct-name": "اسم آخر «طويل»", "correct-email": hire.email, "correct-reason": "خطأ"}
    page = late.client.post(where, {"csrf_token": token, "do": "correct", **correct}, status=403)
    onward = late.come_back(late.answer(adfs, out(late, page)), 200)
    assert late.client.submit(onward, where).location.startswith(where)
    assert "اسم آخر «طويل»" in late.client.get(where).main


@pytest.mark.parametrize("seconds", [-LATE_MINUTES * 60, -61, 62])
def test_a_provider_that_did_not_ask_anew_is_not_believed(
    late: Traveller, adfs: FakeIdp, clock: Clock, seconds: int
) -> None:
    was = replace(clock)
    was.forward(seconds=seconds)
    adfs.values["signed_in"] = moment(was.now)
    refused(late, late.answer(adfs, out(late, page_that_asks(late))))


def test_another_subject_is_no_proof(late: Traveller, adfs: FakeIdp, works: Works) -> None:
    adfs.values["subject"] = "subject-2"
    refused(late, late.answer(adfs, out(late, page_that_asks(late))))
    with works.reading(SYSTEM) as work:
        assert work.session.scalars(select(IdentityRow.subject)).all() == ["subject-1"]


@pytest.mark.parametrize("change", [forging.status("AuthnFailed"), forging.without_signatures])
def test_who_declines_there_or_brings_a_forgery_may_go_on_otherwise(
    late: Traveller, adfs: FakeIdp, change: forging.Change
) -> None:
    adfs.after = change
    refused(late, late.answer(adfs, out(late, page_that_asks(late))))


def test_an_answer_is_good_once(late: Traveller, adfs: FakeIdp, clock: Clock) -> None:
    where = late.answer(adfs, out(late, page_that_asks(late)))
    assert late.come_back(where).location == "/admin/evidence"
    clock.forward(minutes=LATE_MINUTES)
    assert late.come_back(where).location == "/saml/adfs/stopped/ended"
    assert not is_proved(late)


def test_whoever_came_in_with_two_factors_is_asked_for_two(app: Flask, late: Traveller, adfs: FakeIdp) -> None:
    idp = app.extensions["saml"]["adfs"]
    app.extensions["saml"]["adfs"] = replace(idp, provider=replace(idp.provider, strong_context=("urn:two",)))
    settings = app.extensions["settings"]
    by_saml = tuple(replace(one, strong_context=("urn:two",)) for one in settings.saml_providers)
    app.extensions["settings"] = replace(settings, saml_providers=by_saml)
    adfs.values["context"] = "urn:two"
    assert late.come_back(late.answer(adfs, out(late, page_that_asks(late)))).location == "/admin/evidence"
    # Proved by two: one is no longer enough.
    late_again = app.extensions["works"].tools.clock
    late_again.forward(minutes=LATE_MINUTES)
    adfs.values["context"] = "urn:one"
    refused(late, late.answer(adfs, out(late, page_that_asks(late))))
