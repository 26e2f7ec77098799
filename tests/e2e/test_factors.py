"""Second factors in a real browser: a passkey in a device that the browser pretends to have, and an app's codes."""

import base64
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, expect

from quiz.access.actor import Role
from quiz.services.one_time_codes import code_at, step_of
from quiz.services.tools import system_clock
from tests.e2e.server import Server
from tests.e2e.walking import Walker

DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def named(server: Server) -> Iterator[Server]:
    """The same product under a name: browsers keep no passkeys for an address of numbers."""
    with Server(server.folder, host="localhost").serving() as running:
        yield running


@pytest.fixture
def walk_named(chromium: Browser, named: Server) -> Iterator[Callable[..., Walker]]:
    contexts: list[BrowserContext] = []

    def open_one(scripts: bool = True) -> Walker:
        context = chromium.new_context(base_url=named.url, java_script_enabled=scripts, locale="ar-EG")
        context.set_default_timeout(8_000)
        contexts.append(context)
        return Walker(context, context.new_page(), named)

    yield open_one
    for context in contexts:
        context.close()


def device(walker: Walker) -> tuple[CDPSession, str]:
    """Give a browser a device that keeps passkeys."""
    session = walker.context.new_cdp_session(walker.page)
    session.send("WebAuthn.enable")
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]


def test_a_passkey_is_kept_signs_in_alone_and_confirms(walk_named: Callable[..., Walker], named: Server) -> None:
    someone = named.person(roles=(Role.ADMIN,))
    walker = walk_named()
    session, held = device(walker)
    walker.sign_in(someone)
    walker.go("/account/factors")
    walker.page.locator("input[name=name]").fill("هاتف العمل")
    walker.move(".passkey button")
    expect(walker.page.locator(".secret__list li")).to_have_count(10)
    walker.go("/account/factors")
    expect(walker.page.locator("tbody tr")).to_have_count(1)
    # The same device again is told in words, beside the button.
    walker.page.locator(".passkey button").click()
    expect(walker.page.locator(".passkey__told")).to_contain_text("يحفظ هذا الجهاز مفتاح مرور")
    walker.page.locator("summary.menu__summary").click()
    walker.move(".menu__panel form button")
    walker.move(".passkey button")
    expect(walker.page.locator("nav.nav")).to_be_visible()
    # As the second step beside the password.
    walker.page.locator("summary.menu__summary").click()
    walker.move(".menu__panel form button")
    walker.page.locator("input[type=email]").fill(someone.email)
    walker.page.locator("input[type=password]").fill("a sentence for tests")
    walker.move("main button[type=submit]")
    assert walker.path == "/sign-in/second"
    walker.move(".passkey button")
    expect(walker.page.locator("nav.nav")).to_be_visible()
    # And to confirm, whenever that is asked.
    walker.go("/prove?next=/admin/settings")
    walker.move(".passkey button")
    assert walker.path == "/admin/settings"
    # A device that does not recognise anybody opens nothing, and says so.
    session.send("WebAuthn.setUserVerified", {"authenticatorId": held, "isUserVerified": False})
    walker.go("/prove?next=/admin/settings")
    walker.page.locator(".passkey button").click()
    expect(walker.page.locator(".passkey__told")).not_to_be_empty()
    assert walker.path.startswith("/prove")
    assert walker.refused == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
def test_an_app_is_set_up_by_keyboard_and_asked_for(
    walk_named: Callable[..., Walker], named: Server, scripts: bool
) -> None:
    someone = named.person()
    walker = walk_named(scripts)
    walker.sign_in(someone)
    walker.go("/account/factors")
    walker.page.locator("form[action$='/authenticator/begin'] button").press("Enter")
    walker.page.wait_for_url("**/account/authenticator")
    secret = base64.b32decode(walker.page.locator(".secret__words").inner_text().replace(" ", ""))

    def shown(steps: int = 0) -> str:
        return code_at(secret, step_of(system_clock()) + steps)

    walker.page.locator("input[name=passcode]").fill(shown())
    walker.page.keyboard.press("Enter")
    expect(walker.page.locator(".secret__list li")).to_have_count(10)
    code = walker.page.locator(".secret__list li").first.inner_text()
    other = walk_named(scripts)
    for sent in (shown(1), code):
        other.context.clear_cookies()
        other.go("/sign-in")
        other.page.locator("input[type=email]").fill(someone.email)
        other.page.locator("input[type=password]").fill("a sentence for tests")
        other.move("main button[type=submit]")
        other.page.locator("input[name=passcode]").fill(sent)
        other.page.keyboard.press("Enter")
        expect(other.page.locator("nav.nav")).to_be_visible()
    assert walker.refused == other.refused == []


def test_a_password_is_shown_and_hidden_again(walk_named: Callable[..., Walker]) -> None:
    walker = walk_named()
    walker.go("/sign-in")
    field = walker.page.locator("#password")
    field.fill("a word that nobody knows")
    walker.page.locator(".field__show").click()
    expect(field).to_have_attribute("type", "text")
    expect(field).to_be_focused()
    walker.page.locator(".field__show").click()
    expect(field).to_have_attribute("type", "password")
    walker.page.locator(".field__show").click()
    walker.page.locator("input[type=email]").fill("nobody@amana.example")
    walker.move("main form button[type=submit]")
    expect(walker.page.locator("#password")).to_have_attribute("type", "password")
