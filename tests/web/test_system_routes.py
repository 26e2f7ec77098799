"""Every route of SCIM by every scope: what opens to which token, as one table; no person opens any."""

from dataclasses import dataclass

import pytest
from flask import Flask

from quiz.access.actor import Role, Scope
from quiz.services import connecting
from quiz.services.unit_of_work import Works
from tests.fixtures.people import MakePerson
from tests.pages import HERE, RoleClient

READ = {Scope.PEOPLE_READ, Scope.PEOPLE_PROVISION}
WRITE = {Scope.PEOPLE_PROVISION}
ALL = ("GET", "POST", "PUT", "PATCH", "DELETE")

# Rule and method → which scopes open it, and what somebody gets who sends nothing there. All others: 403.
TABLE: dict[tuple[str, str], tuple[set[Scope], int]] = {
    ("GET", "/scim/v2/Groups"): (READ, 200),
    ("POST", "/scim/v2/Groups"): (WRITE, 400),
    ("POST", "/scim/v2/Groups/.search"): (READ, 400),
    ("GET", "/scim/v2/Groups/<role>"): (READ, 404),
    ("PUT", "/scim/v2/Groups/<role>"): (WRITE, 400),
    ("PATCH", "/scim/v2/Groups/<role>"): (WRITE, 400),
    ("DELETE", "/scim/v2/Groups/<role>"): (WRITE, 404),
    ("GET", "/scim/v2/ResourceTypes"): (READ, 200),
    ("GET", "/scim/v2/ResourceTypes/<name>"): (READ, 404),
    ("GET", "/scim/v2/Schemas"): (READ, 200),
    ("GET", "/scim/v2/Schemas/<name>"): (READ, 404),
    ("GET", "/scim/v2/ServiceProviderConfig"): (READ, 200),
    ("GET", "/scim/v2/Users"): (READ, 200),
    ("POST", "/scim/v2/Users"): (WRITE, 400),
    ("POST", "/scim/v2/Users/.search"): (READ, 400),
    ("GET", "/scim/v2/Users/<public_id>"): (READ, 404),
    ("PUT", "/scim/v2/Users/<public_id>"): (WRITE, 400),
    ("PATCH", "/scim/v2/Users/<public_id>"): (WRITE, 400),
    ("DELETE", "/scim/v2/Users/<public_id>"): (WRITE, 404),
    ("POST", "/scim/v2/Bulk"): (READ, 501),
    ("POST", "/scim/v2/.search"): (READ, 501),
    **{(method, "/scim/v2/Me"): (READ, 501) for method in ALL},
    **{(method, "/scim/v2/"): (READ, 404) for method in ALL},
    **{(method, "/scim/v2/<path:rest>"): (READ, 404) for method in ALL},
}


@dataclass(frozen=True)
class Tokens:
    """A token for each scope alone."""

    by_scope: dict[Scope, str]


@pytest.fixture
def tokens(works: Works, make_person: MakePerson) -> Tokens:
    admin = make_person(Role.ADMIN).actor
    made = {}
    for scope in Scope:
        with works.writing(admin) as work:
            made[scope] = connecting.open_connection(work, scope.value, [scope], 30)
    return Tokens(made)


def address(rule: str) -> str:
    known = {"<public_id>": "0" * 32, "<role>": "nobody", "<name>": "Nothing", "<path:rest>": "nowhere/at/all"}
    for name, value in known.items():
        rule = rule.replace(name, value)
    return rule


def test_the_table_names_every_route_for_systems_and_no_other(app: Flask) -> None:
    routes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if app.view_functions[rule.endpoint].for_roles == "systems"  # type: ignore[attr-defined]
    }
    # The API has a table of its own, beside its tests.
    assert {route for route in routes if not route[1].startswith("/api/v1/")} == set(TABLE)


def test_every_route_opens_to_the_scopes_it_is_for_and_to_no_other(app: Flask, tokens: Tokens) -> None:
    faults = []
    client = app.test_client()
    for (method, rule), (scopes, status) in sorted(TABLE.items()):
        for scope, token in tokens.by_scope.items():
            headers = {"Authorization": f"Bearer {token}"}
            response = client.open(address(rule), method=method, base_url=HERE, headers=headers)
            wanted = status if scope in scopes else 403
            if response.status_code != wanted:
                faults.append(f"{method} {rule} by {scope}: {response.status_code}, not {wanted}")
            elif wanted != 200 and response.is_json and response.mimetype.endswith("scim+json"):
                said = response.get_json()
                assert said["status"] == str(wanted), (method, rule)
    assert not faults, "\n".join(faults)


def test_no_route_for_systems_opens_without_a_token_or_by_a_cookie(
    app: Flask, make_person: MakePerson, visitor: RoleClient
) -> None:
    administrator = RoleClient(app)
    administrator.sign_in(make_person(Role.ADMIN))
    for method, rule in sorted(TABLE):
        for client in (visitor, administrator):
            response = client.client.open(address(rule), method=method, base_url=HERE)
            assert response.status_code == 401, (method, rule)
            assert response.headers["WWW-Authenticate"].startswith("Bearer"), (method, rule)
