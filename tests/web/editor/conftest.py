"""An instrument, or a scenario, on the screen of an editor."""

from collections.abc import Callable
from typing import Any

import pytest

from quiz.access.actor import Role
from quiz.services.unit_of_work import Works
from tests import drafts
from tests.fixtures.people import MakePerson, Someone
from tests.pages import RoleClient
from tests.web.editor.amending import LAW, Desk
from tests.web.editor.drafting import Writer
from tests.web.editor.module_writing import KEY, ModuleDesk

Open = Callable[..., RoleClient]


@pytest.fixture
def open_desk(browser: Open, make_person: MakePerson, works: Works) -> Callable[..., Desk]:
    def open_one(key: str = LAW, language: str = "ar", someone: Someone | None = None) -> Desk:
        editor = someone or make_person(Role.EDITOR)
        client = browser(editor, language)
        away = client.submit(client.get("/edit/instruments"), "/edit/instruments$", {"key": key})
        return Desk(client, works, editor, away.location)

    return open_one


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk()


@pytest.fixture
def open_writer(browser: Open, make_person: MakePerson, works: Works) -> Callable[..., Writer]:
    """Open the writing page for an editor: of a draft that is there, of a document, or of an empty scenario."""

    def open_one(
        document: dict[str, Any] | None = None,
        language: str = "ar",
        someone: Someone | None = None,
        draft: str | None = None,
        **begin: str,
    ) -> Writer:
        editor = someone or make_person(Role.EDITOR)
        client = browser(editor, language)
        if document is not None:
            draft = drafts.begin(works, editor, document)
        if draft is None:
            begun = client.submit(client.get("/edit/"), "/edit/drafts$", begin or {"bank": "eg-conduct"})
            draft = begun.location.rpartition("/")[2]
        return Writer(client, works, editor, draft)

    return open_one


@pytest.fixture
def writer(open_writer: Callable[..., Writer]) -> Writer:
    """An editor before an empty scenario."""
    return open_writer()


@pytest.fixture
def open_module(browser: Open, make_person: MakePerson, works: Works) -> Callable[..., ModuleDesk]:
    def open_one(key: str = KEY, language: str = "ar", someone: Someone | None = None) -> ModuleDesk:
        editor = someone or make_person(Role.EDITOR)
        client = browser(editor, language)
        away = client.post("/edit/modules", {"csrf_token": client.token(), "key": key})
        return ModuleDesk(client, works, editor, away.location)

    return open_one


@pytest.fixture
def module_desk(open_module: Callable[..., ModuleDesk]) -> ModuleDesk:
    return open_module()
