"""Two providers of our own and browsers that go to them and come back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from quiz.db.connection import Database
from quiz.interop.oidc.directory import Directory
from quiz.interop.oidc.fetching import Answer, Asking
from quiz.services.tools import Tools
from quiz.settings.operator import Settings
from quiz.settings.providers import Provider
from tests.fixtures.pages import Assemble
from tests.fixtures.settings import Clock
from tests.interop.oidc.fake import FakeProvider, a_provider
from tests.pages import Page, RoleClient


@pytest.fixture
def dialect(request: pytest.FixtureRequest) -> str:
    """What differs between databases is below these pages; a test may still ask for another one."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def moj(clock: Clock) -> FakeProvider:
    return FakeProvider(a_provider("moj"), clock)


@pytest.fixture
def uaepass(clock: Clock) -> FakeProvider:
    return FakeProvider(a_provider("uaepass"), clock)


def asking(fakes: dict[str, FakeProvider]) -> Callable[[Provider, Asking], Answer]:
    """What fetches: by the host of the address alone, as the network does."""
    return lambda _provider, what: fakes[str(urlsplit(what.url).hostname)].answer(what)


@pytest.fixture
def settings(settings: Settings, moj: FakeProvider, uaepass: FakeProvider) -> Settings:
    return replace(settings, providers=(uaepass.provider, moj.provider))


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(
    settings: Settings,
    database: Database,
    tools: Tools,
    moj: FakeProvider,
    uaepass: FakeProvider,
    compiled: FileSystemBytecodeCache,
    assemble: Assemble,
) -> Flask:
    app = assemble(settings, database, tools)
    app.jinja_env.bytecode_cache = compiled
    connect(app, moj, uaepass)
    return app


def connect(app: Flask, *fakes: FakeProvider) -> None:
    """Put the providers of the test where the network is."""
    fetch = asking({str(urlsplit(one.issuer).hostname): one for one in fakes})
    app.extensions["oidc"] = {one.provider.key: Directory(one.provider, fetch) for one in fakes}


@dataclass
class Traveller:
    """A browser that signs in through a provider."""

    client: RoleClient

    def set_out(self, fake: FakeProvider, lands_on: str = "/") -> str:
        """Press the button; return the address at the provider."""
        page = self.client.get(f"/sign-in?next={lands_on}")
        return self.onward(self.client.submit(page, f"/oidc/{fake.provider.key}/begin", status=200))

    def onward(self, page: Page) -> str:
        address = page.response.headers["Refresh"].removeprefix("0; url=")
        assert address in page.links("^https:")
        return address

    def come_back(self, where: str) -> Page:
        return self.client.get(where, status=303)

    def sign_in(self, fake: FakeProvider, lands_on: str = "/", code: str = "code-1") -> str:
        """Go there and back; return where it leads here."""
        return self.come_back(fake.sign_in(self.set_out(fake, lands_on), code)).location

    def is_in(self) -> bool:
        return self.client.client.get("/learn/", base_url="http://127.0.0.1").status_code == 200


@pytest.fixture
def browser(app: Flask) -> Callable[..., Traveller]:
    return lambda language="ar": Traveller(RoleClient(app, language))


@pytest.fixture
def traveller(browser: Callable[..., Traveller]) -> Traveller:
    return browser()
