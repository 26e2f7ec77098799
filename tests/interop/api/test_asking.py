"""How the API is asked: strictly, page by page, with problems that programs read."""

from datetime import datetime

import pytest
from sqlalchemy import text

from quiz.access.actor import Role, Scope
from quiz.interop.api.cursors import BadCursor, seal, unseal
from quiz.interop.api.serving import KINDS
from quiz.services import people
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson
from tests.fixtures.settings import Clock
from tests.interop.api.conftest import Connect, System
from tests.pages import HERE
from tests.web.errors.test_what_goes_wrong import database_away
from tests.web.learning import SHORT, SHORT_EXAM
from tests.web.world import World


@pytest.fixture
def some(make_person: MakePerson) -> list[str]:
    """Seven people."""
    return [make_person(modules=("onboarding-social-media",)).public_id for _ in range(7)]


def problem(system: System, path: str, status: int, **asked: object) -> dict[str, object]:
    told = system.ask(f"/api/v1{path}", status, **asked).get_json()
    assert told["status"] == status
    return {"kind": str(told["type"]).removeprefix(KINDS), "named": [one["parameter"] for one in told["errors"]]}


@pytest.mark.parametrize(
    ("path", "asked", "status", "kind", "named"),
    [
        ("/people", {"page": "2"}, 400, "unknown-parameter", ["page"]),
        ("/modules", {"limit": "2"}, 400, "unknown-parameter", ["limit"]),
        ("/people", {"limit": ["1", "2"]}, 400, "repeated-parameter", ["limit"]),
        ("/people", {"limit": "0"}, 400, "bad-parameter", ["limit"]),
        ("/people", {"limit": "201"}, 400, "bad-parameter", ["limit"]),
        ("/people", {"limit": "٥"}, 400, "bad-parameter", ["limit"]),
        ("/people", {"unit": "x"}, 400, "bad-parameter", ["unit"]),
        ("/people", {"unit": "0" * 32 + "\n"}, 400, "bad-parameter", ["unit"]),
        ("/people", {"unit": "0" * 32}, 404, "not-found", ["unit"]),
        ("/people", {"cursor": "AAAA"}, 400, "bad-cursor", ["cursor"]),
        ("/people", {"cursor": "عربي"}, 400, "bad-cursor", ["cursor"]),
        ("/people/" + "0" * 32, {}, 404, "not-found", []),
        ("/assignments", {"state": "failed", "due_from": "2026-13-01"}, 400, "bad-parameter", ["due_from", "state"]),
        ("/assignments", {"changed_since": "2026-11-21"}, 400, "bad-parameter", ["changed_since"]),
        ("/assignments", {"changed_since": "0001-01-01T00:00:00+14:00"}, 400, "bad-parameter", ["changed_since"]),
        ("/assignments", {"is_late": "1"}, 400, "bad-parameter", ["is_late"]),
        ("/assignments", {"module": "no-such"}, 404, "not-found", ["module"]),
        ("/records", {"person": "0" * 32}, 404, "not-found", ["person"]),
        ("/completions", {"module": "no-such"}, 404, "not-found", ["module"]),
        ("/evidence", {"first": "2026-03-01", "last": "2026-02-01"}, 422, "refused", ["last"]),
        ("/nothing", {}, 404, "not-found", []),
    ],
)
def test_what_is_wrong_is_told(
    system: System, path: str, asked: dict[str, object], status: int, kind: str, named: list[str]
) -> None:
    told = problem(system, path, status, **asked)
    assert told["kind"] == kind
    assert sorted(told["named"]) == named  # type: ignore[type-var]


def test_an_address_is_asked_by_get_alone(system: System) -> None:
    response = system.client.post("/api/v1/people", base_url=HERE, json={})
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert response.get_json()["type"] == KINDS + "method-not-allowed"
    system.check(response)


def test_another_type_than_json_is_not_given(system: System) -> None:
    for accept in ("application/json", "*/*", "application/problem+json, application/*;q=0.1", ""):
        system.ask("/api/v1/modules", headers={"Accept": accept})
    system.ask("/api/v1/modules", 406, headers={"Accept": "text/csv"})


def test_a_database_that_is_away_is_told(system: System, works: Works) -> None:
    with database_away(works, "SELECT"):
        assert system.ask("/api/v1/people", 503).headers["Retry-After"]


def test_too_much_is_slowed(system: System) -> None:
    system.app.config["RATELIMIT_ENABLED"] = True
    stranger = System(system.app, "wrong")
    for _ in range(60):
        stranger.ask("/api/v1/people", 401)
    assert stranger.ask("/api/v1/people", 429).headers["Retry-After"]
    system.ask("/api/v1/people")


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 200])
def test_pages_give_everybody_once_and_in_order(system: System, some: list[str], limit: int) -> None:
    found = [one["id"] for one in system.every("/people", limit=limit)]
    assert found[-7:] == some or set(some) <= set(found)
    assert len(found) == len(set(found))
    assert [one["id"] for one in system.every("/people")] == found
    everything = [one["person"] for one in system.every("/assignments", limit=limit)]
    assert everything == some
    changed = system.every("/assignments", limit=limit, changed_since="2026-11-01T00:00:00Z")
    assert [one["person"] for one in changed] == some


def test_the_next_page_is_named_twice_and_belongs_to_its_filters(system: System, some: list[str], unit: str) -> None:
    page = system.ask("/api/v1/people", limit=2)
    following = page.get_json()["next"]
    assert page.headers["Link"] == f'<{following}>; rel="next"'
    cursor = following.rpartition("cursor=")[2]
    assert problem(system, "/people", 400, cursor=cursor, unit=unit)["kind"] == "bad-cursor"
    assert problem(system, "/units", 400, cursor=cursor)["kind"] == "bad-cursor"
    assert len(system.get("/people", cursor=cursor, limit=3)["items"]) == 3
    assert "Link" not in system.ask("/api/v1/modules").headers


def test_a_cursor_is_read_with_its_own_secret_and_address_alone() -> None:
    word = seal("a", ["x", "f=1"], (1, 2**62))
    assert unseal("a", ["x", "f=1"], word) == (1, 2**62)
    assert word == seal("a", ["x", "f=1"], (1, 2**62))
    for secret, bound in (("b", ["x", "f=1"]), ("a", ["x"]), ("a", ["y", "f=1"])):
        with pytest.raises(BadCursor):
            unseal(secret, bound, word)
    for broken in (word[:-2], "", "=", "%", "A" * 40):
        with pytest.raises(BadCursor):
            unseal("a", ["x", "f=1"], broken)


def test_what_did_not_change_is_not_sent_again(system: System, some: list[str], works: Works, unit: str) -> None:
    first = system.ask("/api/v1/people", limit=3)
    assert first.headers["Cache-Control"] == "private, no-cache"
    tag = {"If-None-Match": first.headers["ETag"]}
    assert system.ask("/api/v1/people", 304, tag, limit=3).headers["ETag"] == first.headers["ETag"]
    # Packed on its way, it is the same.
    sent = {"Authorization": f"Bearer {system.token}", "Accept-Encoding": "gzip"}
    packed = system.client.get("/api/v1/people?limit=3", base_url=HERE, headers=sent)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert {"Authorization", "Accept-Encoding"} <= {one.strip() for one in packed.headers["Vary"].split(",")}
    system.ask("/api/v1/people", 304, {"If-None-Match": packed.headers["ETag"]}, limit=3)
    with works.writing(SYSTEM) as work:
        people.grant_role(work, some[0], Role.EDITOR)
    system.ask("/api/v1/people", 304, tag, limit=3)
    with works.database.writes() as session:
        session.execute(
            text("UPDATE person SET latin_name = 'Mona' WHERE public_id = :id"), {"id": first.json["items"][0]["id"]}
        )
        session.commit()
    assert system.ask("/api/v1/people", 200, tag, limit=3).headers["ETag"] != first.headers["ETag"]


def test_reading_is_traced_once_a_day_and_not_what_it_found(
    system: System, connect: Connect, works: Works, clock: Clock, some: list[str], unit: str
) -> None:
    def traced() -> list[tuple[str, str, str]]:
        with works.database.reads() as session:
            rows = session.execute(
                text("SELECT deed, target_kind, details FROM audit_entry WHERE actor LIKE 'connection:%'")
            )
            return [(row[0], row[1], str(row[2])) for row in rows]

    # What cannot be traced is not answered, and is traced the next time.
    with database_away(works, "INSERT INTO audit_entry"):
        system.ask("/api/v1/people", 503)
    assert traced() == []
    for _ in range(3):
        system.every("/people", limit=2)
    assert [one[:2] for one in traced()] == [("people:person:read", "people")]
    system.get("/people", unit=unit)
    assert len(traced()) == 2
    assert unit not in str(traced())
    assert "unit" in traced()[1][2]
    clock.forward(days=1)
    system.get("/people")
    connect(Scope.PEOPLE_READ).get("/people")
    assert len(traced()) == 4
    system.ask("/api/v1/people", 400, page="1")
    assert len(traced()) == 4


def test_a_system_learns_of_nobody_more_than_its_scope_says(world: World, connect: Connect, works: Works) -> None:
    with works.database.reads() as session:
        rows = session.execute(
            text("SELECT name, email, verify_code FROM person JOIN completion ON person_id = person.id")
        )
        secrets = {str(one) for row in rows for one in row}
    assert len(secrets) >= 3
    for scope, paths in {
        Scope.ASSIGNMENTS_READ: ("/assignments", "/completions"),
        Scope.RECORDS_READ: ("/records",),
        Scope.EVIDENCE_READ: ("/evidence",),
    }.items():
        system = connect(scope)
        for path in paths:
            said = system.ask(f"/api/v1{path}").text
            assert not [one for one in secrets if one in said], path


def test_an_attempt_that_failed_is_told_like_any_other(world: World, system: System) -> None:
    found = {one["module"]: one for one in system.every("/assignments", person=world.person)}
    assert found[SHORT]["state"] == "completed"
    assert datetime.fromisoformat(found[SHORT]["since"])
    # The exam was not passed: that must not be told from one that is going on.
    assert found[SHORT_EXAM]["state"] == "under_way"
    assert found[SHORT_EXAM]["since"] is None
    (record,) = system.every("/records", person=world.person)
    (completion,) = system.every("/completions")
    assert (
        (record["id"], record["state"], record["module"])
        == (completion["id"], "valid", SHORT)
        == (world.record, "valid", SHORT)
    )
