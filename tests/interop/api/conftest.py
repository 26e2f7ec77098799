"""Other systems with tokens, over the world that the pages are tried in."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.test import TestResponse

from quiz.access.actor import Role, Scope
from quiz.interop.api.document import describe
from quiz.services import connecting
from quiz.services.unit_of_work import Works
from tests.fixtures.people import MakePerson
from tests.pages import HERE
from tests.web.conftest import app as app
from tests.web.conftest import browser as browser
from tests.web.conftest import compiled as compiled
from tests.web.conftest import dialect as dialect
from tests.web.conftest import short_modules as short_modules
from tests.web.conftest import tools as tools
from tests.web.world import world as world

Connect = Callable[..., "System"]


class System:
    """Another system: asks with its token, and holds every answer against the document."""

    def __init__(self, app: Flask, token: str) -> None:
        self.app = app
        self.token = token
        self.client = app.test_client(use_cookies=False)
        self.document = describe(app)

    def ask(self, path: str, status: int = 200, headers: dict[str, str] | None = None, **asked: Any) -> TestResponse:
        """Ask an address; the answer must be of the status, and as the document describes it."""
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        response = self.client.get(path, base_url=HERE, headers=sent, query_string=asked or None)
        assert response.status_code == status, f"{path} {asked}: {response.status_code} {response.text[:500]}"
        self.check(response)
        return response

    def send(self, path: str, body: Any, status: int = 201, **further: Any) -> TestResponse:
        """Send a body to an address; the answer must be of the status, and as the document describes it."""
        sent = {"Authorization": f"Bearer {self.token}"}
        response = self.client.post(f"/api/v1{path}", base_url=HERE, headers=sent, **{"json": body, **further})
        assert response.status_code == status, f"{path} {body}: {response.status_code} {response.text[:500]}"
        self.check(response)
        return response

    def get(self, path: str, **asked: Any) -> Any:
        """Return what an address answers."""
        return self.ask(f"/api/v1{path}", **asked).get_json()

    def every(self, path: str, **asked: Any) -> list[dict[str, Any]]:
        """Return the items of all pages."""
        page = self.get(path, **asked)
        items = list(page["items"])
        while page["next"]:
            page = self.ask(page["next"]).get_json()
            items += page["items"]
        return items

    def check(self, response: TestResponse) -> None:
        """Hold an answer against the document."""
        path = response.request.path
        found = [one for one in self.document["paths"] if _fits(one, path)]
        if response.status_code == 304:
            assert not response.get_data()
            return
        if response.status_code >= 400 or not found:
            assert response.mimetype == "application/problem+json", response.mimetype
            valid(self.document, "Problem", response.get_json())
            return
        way = response.request.method.lower()
        described = self.document["paths"][found[0]][way]["responses"][str(response.status_code)]
        (mimetype,) = described["content"]
        assert response.mimetype == mimetype
        valid(self.document, described["content"][mimetype]["schema"]["$ref"].rpartition("/")[2], response.get_json())


def _fits(pattern: str, path: str) -> bool:
    parts, places = path.split("/"), pattern.split("/")
    return len(parts) == len(places) and all(a == b or b.startswith("{") for a, b in zip(parts, places, strict=True))


def valid(document: dict[str, Any], name: str, instance: Any) -> None:
    """Hold something against a schema of the document."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(instance)


@pytest.fixture
def connect(app: Flask, works: Works, make_person: MakePerson) -> Connect:
    """Connect a system with scopes."""
    admin = make_person(Role.ADMIN)

    def connect_one(*scopes: Scope) -> System:
        with works.writing(admin.actor) as work:
            token = connecting.open_connection(work, "نظام البيانات", list(scopes), 30)
        return System(app, token)

    return connect_one


@pytest.fixture
def system(connect: Connect) -> System:
    """A system with every scope that reads."""
    return connect(Scope.ASSIGNMENTS_READ, Scope.EVIDENCE_READ, Scope.PEOPLE_READ, Scope.RECORDS_READ)
