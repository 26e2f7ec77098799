"""A second factor that somebody set up here is not gone round by a provider that asks for less."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from quiz.db.models.identities import IdentitySignInRow
from quiz.db.models.people import SignInRow
from quiz.services import identities
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, Someone
from tests.fixtures.settings import Clock
from tests.interop.oidc.conftest import Traveller, connect
from tests.interop.oidc.fake import FakeProvider
from tests.interop.oidc.test_ending import tell
from tests.services.deeds.test_accounts import sign_in
from tests.services.deeds.test_factors import set_up, shown


@pytest.fixture(autouse=True)
def known(moj: FakeProvider, hire: Someone, works: Works) -> None:
    """The provider knows the HR number of the hire, who has set up an app."""
    moj.claims["employee"] = "T-1"
    set_up(works, hire, str(sign_in(works, hire.email)))


def strengths(works: Works) -> list[tuple[str, str, str | None]]:
    with works.reading(SYSTEM) as work:
        rows = work.session.execute(
            select(SignInRow.way, SignInRow.strength, IdentitySignInRow.sid)
            .join(IdentitySignInRow, IdentitySignInRow.sign_in_id == SignInRow.id)
            .order_by(SignInRow.id)
        )
        return [tuple(row) for row in rows]


def test_who_has_one_is_halfway_and_the_provider_still_ends_what_it_vouched_for(
    traveller: Traveller, moj: FakeProvider, works: Works, hire: Someone, clock: Clock
) -> None:
    assert traveller.sign_in(moj, "/learn/records/") == "/sign-in/second"
    assert not traveller.is_in()
    assert strengths(works) == []
    clock.forward(minutes=1)
    page = traveller.client.get("/sign-in/second")
    on = traveller.client.submit(page, "/sign-in/second", {"passcode": shown(works, hire)})
    assert on.location == "/learn/records/"
    assert traveller.is_in()
    assert strengths(works) == [("code", "second-factor", "session-1")]
    tell(traveller, moj.logout_token())
    assert not traveller.is_in()


def test_a_voucher_is_not_kept_where_the_identity_was_unlinked_during_the_second_step(
    traveller: Traveller, moj: FakeProvider, works: Works, hire: Someone, clock: Clock
) -> None:
    assert traveller.sign_in(moj) == "/sign-in/second"
    with works.writing(SYSTEM) as work:
        assert identities.unlink(work, hire.public_id, "moj") == 1
    clock.forward(minutes=1)
    page = traveller.client.get("/sign-in/second")
    traveller.client.submit(page, "/sign-in/second", {"passcode": shown(works, hire)})
    # The code was right, so they are in; the provider has no word in it any more.
    assert traveller.is_in()
    assert strengths(works) == []


def test_a_provider_that_asked_for_two_is_enough(
    app: Flask, traveller: Traveller, moj: FakeProvider, uaepass: FakeProvider, works: Works
) -> None:
    moj.provider = replace(moj.provider, acr=("low", "high"), strong_acr=("high",))
    connect(app, moj, uaepass)
    moj.claims["acr"] = "high"
    assert traveller.sign_in(moj, "/learn/records/") == "/learn/records/"
    assert strengths(works) == [("provider", "second-factor", "session-1")]
