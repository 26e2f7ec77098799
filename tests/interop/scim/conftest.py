"""A connected system: its token, and a client that speaks SCIM."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from quiz.access.actor import Role, Scope
from quiz.engine.text import Text
from quiz.interop.scim.attributes import ENTERPRISE, OURS, USER
from quiz.interop.scim.patching import PATCH
from quiz.services import connecting, people
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.pages import HERE

WHERE = "/scim/v2"
Document = dict[str, Any]


@dataclass
class System:
    """Another system with a token."""

    app: Flask
    token: str

    def ask(self, method: str, path: str, sent: Any = None, status: int | None = None, **headers: str) -> TestResponse:
        """Ask, and look at the status where one is awaited."""
        given = {
            "Authorization": f"Bearer {self.token}",
            **{one.replace("_", "-"): said for one, said in headers.items()},
        }
        how: dict[str, Any] = {}
        if sent is not None:
            how = {"json": sent} if not isinstance(sent, bytes | str) else {"data": sent}
            how["content_type"] = given.pop("Content-Type", "application/scim+json")
        response = self.app.test_client().open(WHERE + path, method=method, base_url=HERE, headers=given, **how)
        if status is not None:
            assert response.status_code == status, response.get_data(as_text=True)
        return response

    def read(self, path: str, status: int = 200, **query: Any) -> Document:
        """Get a document."""
        found: Document = self.ask("GET", path + (f"?{urlencode(query)}" if query else ""), status=status).get_json()
        return found

    def write(self, method: str, path: str, sent: Any, status: int = 200) -> Document:
        """Send a document and return the one that comes back."""
        found: Document = self.ask(method, path, sent, status).get_json()
        return found

    def patch(self, path: str, *operations: Document, status: int = 200) -> Document:
        """Send operations."""
        return self.write("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)}, status)


Connect = Callable[..., System]


@pytest.fixture
def connect(app: Flask, works: Works, make_person: MakePerson) -> Connect:
    """Open a connection with scopes."""
    admin: list[Someone] = []

    def open_one(*scopes: Scope, name: str = "HR") -> System:
        if not admin:
            admin.append(make_person(Role.ADMIN))
        with works.writing(admin[0].actor) as work:
            return System(app, connecting.open_connection(work, name, scopes or (Scope.PEOPLE_PROVISION,), 30))

    return open_one


@pytest.fixture
def system(connect: Connect) -> System:
    """A system that provisions people."""
    return connect()


@pytest.fixture
def units(works: Works) -> dict[str, str]:
    """Two units with codes, in two countries."""
    with works.writing(SYSTEM) as work:
        return {
            code: people.add_unit(work, Text({"ar": f"إدارة {code}", "en": code}), country, code=code)
            for code, country in (("FIN", "EG"), ("LAW", "QA"))
        }


def a_user(number: str = "1001", **more: Any) -> Document:
    """A whole resource as a system sends it."""
    document: Document = {
        "schemas": [USER, ENTERPRISE],
        "userName": f"n{number}@ministry.example",
        "externalId": f"ext-{number}",
        "displayName": "هناء عبد الله رضا",
        "name": {"givenName": "هناء", "familyName": "رضا"},
        "emails": [{"value": f"n{number}@ministry.example", "type": "work", "primary": True}],
        "active": True,
        ENTERPRISE: {"employeeNumber": number, "department": "FIN"},
    }
    return {**document, **more}


__all__ = ["ENTERPRISE", "OURS", "PATCH", "USER", "Connect", "System", "a_user"]
