"""Two providers of our own, one of each protocol, and browsers that go to the one of SAML and come back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.test import TestResponse

from quiz.db.connection import Database
from quiz.factory import create_app
from quiz.services.tools import Tools
from quiz.settings.operator import Settings
from tests.fixtures.settings import Clock
from tests.interop.oidc.conftest import connect
from tests.interop.oidc.fake import FakeProvider, a_provider
from tests.interop.saml.fake import FakeIdp, state_of
from tests.pages import HERE, Page, RoleClient


@pytest.fixture
def dialect(request: pytest.FixtureRequest) -> str:
    """What differs between databases is below these pages; a test may still ask for another one."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def adfs(clock: Clock) -> FakeIdp:
    return FakeIdp("adfs", clock, attributes={"employee": ("T-1",)})


@pytest.fixture
def entra(clock: Clock) -> FakeIdp:
    return FakeIdp("entra", clock, attributes={"employee": ("T-1",)})


@pytest.fixture
def moj(clock: Clock) -> FakeProvider:
    return FakeProvider(a_provider("moj"), clock)


@pytest.fixture
def settings(settings: Settings, adfs: FakeIdp, entra: FakeIdp, moj: FakeProvider, tmp_path: Path) -> Settings:
    by_saml = (adfs.provider(tmp_path), entra.provider(tmp_path, "second"))
    return replace(settings, providers=(moj.provider,), saml_providers=by_saml)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(
    settings: Settings, database: Database, tools: Tools, moj: FakeProvider, compiled: FileSystemBytecodeCache
) -> Flask:
    app = create_app(settings, database, tools)
    app.jinja_env.bytecode_cache = compiled
    app.config["RATELIMIT_ENABLED"] = False
    connect(app, moj)
    return app


@dataclass
class Traveller:
    """A browser that signs in through a provider of SAML."""

    app: Flask
    client: RoleClient

    def set_out(self, fake: FakeIdp, lands_on: str = "/") -> str:
        """Press the button; return the address at the provider."""
        page = self.client.get(f"/sign-in?next={lands_on}")
        return self.onward(self.client.submit(page, f"/saml/{fake.key}/begin", status=200))

    def onward(self, page: Page) -> str:
        address = page.response.headers["Refresh"].removeprefix("0; url=")
        assert address in page.links("^https:")
        return address

    def bring(self, fake: FakeIdp, message: str) -> TestResponse:
        """Send an answer as a page elsewhere does: with none of our cookies."""
        where = urlsplit(fake.acs).path
        return self.app.test_client().post(where, data={"SAMLResponse": message}, base_url=HERE)

    def answer(self, fake: FakeIdp, address: str) -> str:
        """Let the provider answer, and return where that leads to, which only this browser can open."""
        response = self.bring(fake, fake.response(state_of(address)))
        assert response.status_code == 303
        assert "Set-Cookie" not in response.headers
        return str(response.location)

    def come_back(self, where: str, status: int = 303) -> Page:
        return self.client.get(where, status=status)

    def sign_in(self, fake: FakeIdp, lands_on: str = "/") -> str:
        """Go there and back; return where it leads here."""
        return self.come_back(self.answer(fake, self.set_out(fake, lands_on))).location

    def is_in(self) -> bool:
        return self.client.client.get("/learn/", base_url=HERE).status_code == 200


@pytest.fixture
def browser(app: Flask) -> Callable[..., Traveller]:
    return lambda language="ar": Traveller(app, RoleClient(app, language))


@pytest.fixture
def traveller(browser: Callable[..., Traveller]) -> Traveller:
    return browser()
