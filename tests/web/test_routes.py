"""No GET writes, whoever asks, even when a time is over; what is refused is traced once. Who may: tests/web/routes."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event, text

from quiz.access.actor import Role
from quiz.services.unit_of_work import Works
from tests.fixtures.settings import Clock
from tests.pages import HERE
from tests.web.learning import SHORT
from tests.web.routes.table import LOOKING_IS_KEPT, ROUTES, TRIED_BESIDE
from tests.web.world import World


@contextmanager
def writing_statements(works: Works) -> Iterator[list[str]]:
    """Collect every statement that changes something."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().split(maxsplit=1)[0].upper() in {"INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE"}:
            found.append(statement)

    event.listen(works.database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(works.database.engine, "before_cursor_execute", note)


def rows(works: Works) -> dict[str, int]:
    with works.database.reads() as session:
        tables = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        return {table: session.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0 for table in tables}


def test_no_get_writes_when_the_time_is_over(world: World, works: Works, clock: Clock) -> None:
    clock.forward(hours=1)
    before = rows(works)
    refused = 0
    with writing_statements(works) as written:
        for method, rule in sorted(ROUTES.keys() - TRIED_BESIDE - LOOKING_IS_KEPT):
            for who, client in world.clients.items():
                if method != "GET":
                    continue
                written.clear()
                response = client.client.get(world.address(rule), base_url=HERE)
                response.close()
                # That a sign-in is used is noted once an hour, after the answer.
                written[:] = [one for one in written if not one.startswith("UPDATE sign_in SET used_at")]
                # A refusal leaves a trace, and nothing else is ever written by looking.
                if written and response.status_code == 404:
                    assert all(one.startswith("INSERT INTO audit_entry") for one in written), f"{rule} by {who}"
                    refused += len(written)
                    written.clear()
                assert written == [], f"GET {rule} by {who}"
    after = rows(works)
    # What waits to be sealed is the shadow of the trail.
    assert after.pop("audit_waiting") == before.pop("audit_waiting") + refused
    assert after.pop("audit_entry") == before.pop("audit_entry") + refused
    assert after == before
    with works.database.reads() as session:
        newest = session.execute(text(f"SELECT was_allowed FROM audit_entry ORDER BY id DESC LIMIT {refused}")).all()
    assert refused
    assert not any(row.was_allowed for row in newest)


def test_what_is_refused_to_all_is_traced_once(world: World, works: Works) -> None:
    stranger = world.clients[Role.EDITOR]
    before = rows(works)["audit_entry"]
    stranger.get(f"/learn/attempts/{world.under_way}/1", status=404)
    assert rows(works)["audit_entry"] == before + 1
    stranger.get("/manage/", status=404)  # a desk of another role: nothing was asked of the policy
    assert rows(works)["audit_entry"] == before + 1


def test_a_module_is_named_in_the_table_by_what_is_assigned(world: World) -> None:
    assert world.address("/learn/modules/<key>/pledge") == f"/learn/modules/{SHORT}/pledge"
    assert "<" not in world.address("/learn/attempts/<attempt_id>/reread/<int:place>")
