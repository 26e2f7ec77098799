"""Signing in through two certified providers in a real browser: in, linked, out here and there."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select, update

from quiz.access.actor import Role
from quiz.db.models.identities import IdentityRow
from quiz.db.models.people import SignInRow
from tests.e2e.provider import FederatedServer, RealProvider, node, sign_in
from tests.fixtures.people import SYSTEM

STEP_MS, PAGE_MS = 5_000, 15_000


@pytest.fixture(scope="module")
def federated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FederatedServer]:
    """`quiz serve` with two providers beside it: one may go by the address, the other only by what people linked."""
    node()
    folder = tmp_path_factory.mktemp("federated")
    running = FederatedServer(folder)
    running.providers = [
        RealProvider("moj", running.url, "وزارة العدل", "email", folder / "moj.log"),
        RealProvider("uaepass", running.url, "الهوية الرقمية", "", folder / "uaepass.log"),
    ]
    with running.serving():
        yield running


@pytest.fixture
def opened(chromium: Browser, federated: FederatedServer) -> Iterator[Callable[..., Page]]:
    contexts: list[BrowserContext] = []

    def open_one(scripts: bool = True) -> Page:
        context = chromium.new_context(base_url=federated.url, locale="ar-EG", java_script_enabled=scripts)
        # The providers' own pages would load fonts from elsewhere.
        context.route("https://**", lambda route: route.abort())
        context.set_default_timeout(STEP_MS)
        context.set_default_navigation_timeout(PAGE_MS)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


def is_in(page: Page) -> bool:
    page.goto("/learn/")
    return urlsplit(page.url).path == "/learn/"


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_hr_knows_signs_in_and_out_here_and_there(
    federated: FederatedServer, opened: Callable[..., Page], scripts: bool
) -> None:
    someone = federated.person()
    page = opened(scripts)
    sign_in(page, "moj", someone.email, "/sign-in?next=/learn/records/")
    page.wait_for_url("**/learn/records/")
    with federated.works.reading(SYSTEM) as work:
        linked = work.session.scalars(select(IdentityRow).where(IdentityRow.person_id == someone.actor.person_id)).one()
    assert (linked.issuer, linked.subject) == (federated.providers[0].issuer, someone.email)
    page.locator(".menu summary").click()
    page.locator("form[action='/sign-out'] button").click()
    page.wait_for_url("**/oidc/moj/sign-out")
    page.locator("main a.button--primary").click()
    page.locator("button[value=yes]").click()
    page.wait_for_url("**/oidc/moj/signed-out?**")
    expect(page.locator("h1")).to_have_text("تم تسجيل الخروج")
    # There, too, one is asked again who one is.
    page.goto("/sign-in")
    page.locator("form[action='/oidc/moj/begin'] button").click()
    page.wait_for_url("**/interaction/**")


def test_what_ends_at_the_provider_ends_here(federated: FederatedServer, opened: Callable[..., Page]) -> None:
    someone = federated.person()
    page, elsewhere = opened(), opened()
    sign_in(page, "moj", someone.email)
    sign_in(elsewhere, "moj", someone.email)
    assert is_in(page)
    page.goto(f"{federated.providers[0].issuer}/session/end")
    page.locator("button[value=yes]").click()
    page.wait_for_url("**/session/end/success**")
    assert not is_in(page)
    # Another session of the same person there is another session.
    assert is_in(elsewhere)


def test_a_second_provider_is_linked_by_its_owner_and_then_opens(
    federated: FederatedServer, opened: Callable[..., Page]
) -> None:
    someone = federated.person()
    stranger = opened()
    sign_in(stranger, "uaepass", f"emirates-{someone.public_id}")
    stranger.wait_for_url("**/oidc/uaepass/stopped/unknown")
    expect(stranger.locator("h1")).to_have_text("لا نعرفك هنا بعد")
    page = opened()
    sign_in(page, "moj", someone.email)
    # The provider did not say when it asked them, so that they are asked once more before their account has a new key.
    page.goto("/prove?next=/account")
    prove(page, someone.email)
    sign_in(page, "uaepass", f"emirates-{someone.public_id}", at="/account")
    page.wait_for_url("**/account?linked=1**")
    expect(page.locator("#identities tbody tr")).to_have_count(2)
    again = opened()
    sign_in(again, "uaepass", f"emirates-{someone.public_id}")
    assert is_in(again)


def prove(page: Page, who: str) -> None:
    """Press the button on the page that asks once more, and sign in at the provider, which asks in any case."""
    page.locator("form[action='/oidc/moj/prove'] button").click()
    page.wait_for_url("**/interaction/**")
    page.locator("input[name=login]").fill(who)
    page.locator("button[value=yes]").click()
    page.wait_for_url(lambda url: "/interaction/" not in url and "/auth/" not in url)


def test_a_provider_proves_anew_who_it_is_and_another_account_there_does_not(
    federated: FederatedServer, opened: Callable[..., Page]
) -> None:
    someone, other = federated.person(roles=[Role.HR]), federated.person()
    page = opened()
    sign_in(page, "moj", someone.email)
    for who in (someone, other):
        with federated.works.database.writes() as session:
            before = federated.works.tools.clock() - timedelta(hours=1)
            session.execute(
                update(SignInRow).where(SignInRow.person_id == someone.actor.person_id).values(proved_at=before)
            )
            session.commit()
        page.goto("/admin/evidence")
        page.wait_for_url("**/prove?**")
        prove(page, who.email)
        if who is someone:
            page.wait_for_url("**/admin/evidence")
    # A provider may end the session of the one before as well; in no case is anything proved by it.
    page.goto("/admin/evidence")
    page.wait_for_url(lambda url: urlsplit(url).path in {"/prove", "/sign-in"})


def test_whoever_declines_there_reads_so_and_may_begin_again(
    federated: FederatedServer, opened: Callable[..., Page]
) -> None:
    page = opened()
    sign_in(page, "moj", "", do="no")
    page.wait_for_url("**/oidc/moj/stopped/declined")
    page.locator("main a.button--primary").click()
    page.wait_for_url("**/sign-in")


def test_a_provider_that_begins_anew_with_other_keys_still_opens(
    federated: FederatedServer, opened: Callable[..., Page]
) -> None:
    someone = federated.person()
    page = opened()
    sign_in(page, "moj", someone.email)
    assert is_in(page)
    moj = federated.providers[0]
    moj.stop()
    moj.start()
    after = opened()
    sign_in(after, "moj", someone.email)
    assert is_in(after)
