"""Every address by every scope: what opens to which token, as one table."""

from quiz.access.actor import Scope
from tests.interop.api.conftest import Connect, System
from tests.pages import HERE
from tests.web.learning import SHORT
from tests.web.world import World

MAP = {Scope.ASSIGNMENTS_READ, Scope.EVIDENCE_READ, Scope.PEOPLE_READ, Scope.RECORDS_READ}
TABLE: dict[str, set[Scope]] = {
    "/api/v1/assignments": {Scope.ASSIGNMENTS_READ},
    "/api/v1/assignments/<public_id>": {Scope.ASSIGNMENTS_READ},
    "/api/v1/completions": {Scope.ASSIGNMENTS_READ},
    "/api/v1/evidence": {Scope.EVIDENCE_READ},
    "/api/v1/modules": MAP,
    "/api/v1/people": {Scope.PEOPLE_READ},
    "/api/v1/people/<public_id>": {Scope.PEOPLE_READ},
    "/api/v1/records": {Scope.RECORDS_READ},
    "/api/v1/records/<public_id>": {Scope.RECORDS_READ},
    "/api/v1/units": MAP,
}


# What makes something, by its scope.
MAKES: dict[str, set[Scope]] = {"/api/v1/assignments": {Scope.ASSIGNMENTS_WRITE}}


def address(rule: str, world: World, system: System) -> str:
    if "assignments/" in rule:
        return rule.replace(
            "<public_id>", system.get("/assignments", person=world.person, module=SHORT)["items"][0]["id"]
        )
    return rule.replace("<public_id>", world.person if "people" in rule else world.record)


def test_the_table_names_every_address_and_no_other(system: System) -> None:
    rules = {one.rule for one in system.app.url_map.iter_rules() if one.endpoint.startswith("api.")}
    assert rules - {"/api/v1/openapi.json"} == set(TABLE)
    written = {one.rule for one in system.app.url_map.iter_rules() if "POST" in (one.methods or ())}
    assert {one for one in written if one.startswith("/api/")} == set(MAKES)


def test_every_address_opens_to_its_scopes_and_to_no_other(world: World, system: System, connect: Connect) -> None:
    for scope in Scope:
        held = connect(scope)
        for rule, scopes in TABLE.items():
            held.ask(address(rule, world, system), 200 if scope in scopes else 403)
        for rule, scopes in MAKES.items():
            # Nothing is sent, so nothing is made.
            held.send(rule.removeprefix("/api/v1"), {}, 400 if scope in scopes else 403)


def test_without_a_token_nothing_opens_whoever_is_signed_in(world: World, system: System) -> None:
    stranger = System(system.app, "")
    for rule in TABLE:
        refused = stranger.ask(address(rule, world, system), 401)
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")
        for client in world.clients.values():
            assert client.client.get(address(rule, world, system), base_url=HERE).status_code == 401


def test_an_ended_token_opens_nothing(world: World, system: System) -> None:
    System(system.app, system.token[:-1] + ("0" if system.token[-1] != "0" else "1")).ask("/api/v1/people", 401)
