"""An instrument on the screen of an editor."""

from collections.abc import Callable

import pytest

from quiz.access.actor import Role
from quiz.services.unit_of_work import Works
from tests.fixtures.people import MakePerson, Someone
from tests.pages import RoleClient
from tests.web.editor.amending import LAW, Desk

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
