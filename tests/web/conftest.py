"""Pages are tried on SQLite, a whole journey on PostgreSQL too; templates are compiled once for all of them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from quiz.access.actor import Actor, Role
from quiz.bank.reader import Reading
from quiz.services.kept import Kept
from quiz.services.loading import Release, install_release
from quiz.services.tools import Tools
from quiz.services.unit_of_work import UnitOfWork, Works
from tests.fixtures.people import MakePerson, Someone
from tests.pages import RoleClient
from tests.web.learning import EVERY_KIND, SHORT, SHORT_EXAM, TWO_TRIES, Learner, short_documents
from tests.web.world import world as world


@pytest.fixture
def dialect(request: pytest.FixtureRequest) -> str:
    """What differs between databases is below these pages; a test may still ask for another one."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def tools(tools: Tools) -> Tools:
    """Modules that a test publishes are rolled back and their numbers used again, so none is kept for the next."""
    return replace(tools, kept=Kept(documents=tools.kept.documents))


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(app: Flask, compiled: FileSystemBytecodeCache) -> Flask:
    """The app; requests are not counted but in the tests of that."""
    app.jinja_env.bytecode_cache = compiled
    return app


Open = Callable[..., RoleClient]


@pytest.fixture
def browser(app: Flask) -> Open:
    """Open a browser: signed in as somebody, reading Arabic, unless told otherwise."""

    def open_one(someone: Someone | None = None, language: str = "ar") -> RoleClient:
        client = RoleClient(app, language)
        return client.sign_in(someone) if someone else client

    return open_one


@pytest.fixture
def system(works: Works) -> Callable[[], AbstractContextManager[UnitOfWork]]:
    """Open a unit of work as the product itself."""
    return lambda: works.writing(Actor.system("tests"))


@pytest.fixture
def short_modules(works: Works, reading: Reading) -> None:
    """Publish the short modules of these tests."""
    with works.writing(Actor.system("tests")) as work:
        install_release(work, Release((), (), short_documents(reading)))


@pytest.fixture
def learner(browser: Open, make_person: MakePerson, works: Works, short_modules: None) -> Learner:
    """Somebody with the short modules, signed in, who knows the right answers."""
    someone = make_person(modules=(SHORT, SHORT_EXAM))
    return Learner(browser(someone), someone, works)


@pytest.fixture
def trainee(browser: Open, make_person: MakePerson, works: Works, short_modules: None) -> Learner:
    """Somebody with the two modules that ask in every kind."""
    someone = make_person(modules=(EVERY_KIND, TWO_TRIES), name="دعاء مصطفى الليثي")
    return Learner(browser(someone), someone, works)


@pytest.fixture
def colleague(browser: Open, make_person: MakePerson, works: Works, short_modules: None) -> Learner:
    """Somebody else with the same modules."""
    someone = make_person(modules=(SHORT, SHORT_EXAM), name="كريم لؤي عبد الرحمن")
    return Learner(browser(someone), someone, works)


@pytest.fixture
def signed_in(browser: Open, make_person: MakePerson) -> Open:
    """Open a browser signed in as somebody new with these roles."""

    def open_one(*roles: Role, language: str = "ar") -> RoleClient:
        return browser(make_person(*roles), language)

    return open_one
