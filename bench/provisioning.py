"""`python -m bench.provisioning [URL] [PEOPLE]`: people by SCIM, one request after the other, in this process.

Prints how many are added and changed a second, and how long a page takes among as many people as are named.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from quiz.access.actor import Actor, Role
from quiz.db.connection import Database, connect
from quiz.db.models.people import PersonRow, folded_person
from quiz.db.queries.staffing import add_rows
from quiz.db.schema import upgrade
from quiz.engine.text import Text
from quiz.factory import create_app
from quiz.interop.scim.attributes import ENTERPRISE, USER
from quiz.interop.scim.patching import PATCH
from quiz.services import connecting, people
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from quiz.settings.operator import Settings

_REQUESTS = 1_000
_PAGES = 20
_UNITS = 200
Ask = Callable[..., Any]


def measure(url: str, crowd: int) -> dict[str, float]:
    """Return the figures of one database, which is filled with a crowd first; requests a second, and milliseconds."""
    database = connect(url)
    upgrade(database.engine)
    tools = Tools.real("file:/dev/null", "http://127.0.0.1", 1024, 1)
    ask = _connected(database, tools)
    _fill(Works(database, tools), crowd)
    ids: list[str] = []
    begun = time.perf_counter()
    for number in range(_REQUESTS):
        ids.append(ask("POST", "/Users", _user(number))["id"])
    added = time.perf_counter()
    for number, person in enumerate(ids):
        ask("PATCH", f"/Users/{person}", _change(number))
    changed = time.perf_counter()
    return {
        "added a second": _REQUESTS / (added - begun),
        "changed a second": _REQUESTS / (changed - added),
        "first page of 200, ms": _milliseconds(ask, "/Users?count=200"),
        "last page of 200, ms": _milliseconds(ask, f"/Users?count=200&startIndex={crowd}"),
        "by userName, ms": _sought(ask, 'userName eq "n500@ministry.example"'),
        "by employeeNumber, ms": _sought(ask, ENTERPRISE + ':employeeNumber eq "N500"'),
        "by externalId, ms": _sought(ask, 'externalId eq "x500"'),
        "by a piece of a name, ms": _sought(ask, 'displayName co "عبد"'),
    }


def _connected(database: Database, tools: Tools) -> Ask:
    works = Works(database, tools)
    with works.writing(Actor.system("bench")) as work:
        for number in range(_UNITS):
            people.add_unit(work, Text({"ar": f"وحدة {number}", "en": f"Unit {number}"}), "EG", code=f"U{number}")
    with works.writing(Actor("person:bench", 0, frozenset({Role.ADMIN}))) as work:
        token = connecting.open_connection(work, "bench", ["people:provision"], 1)
    settings = Settings(database_url="sqlite://", secret_key="bench " * 8, trusted_hosts=("127.0.0.1",))
    app = create_app(settings, database, tools)
    app.config["RATELIMIT_ENABLED"] = False
    client = app.test_client()
    headers = {"Authorization": f"Bearer {token}"}

    def ask(method: str, path: str, sent: Any = None) -> Any:
        response = client.open(
            f"/scim/v2{path}", method=method, json=sent, base_url="http://127.0.0.1", headers=headers
        )
        assert response.status_code < 300, response.get_data(as_text=True)
        return response.get_json()

    return ask


def _fill(works: Works, crowd: int) -> None:
    name = "هناء عبد الله رضا سالم"
    rows = [
        {
            "public_id": f"{number:032x}",
            "hr_number": f"C{number}",
            "email": f"c{number}@ministry.example",
            "name": name,
            "jurisdiction": "EG",
            "unit_id": number % _UNITS + 1,
            "created_at": works.tools.clock(),
            "extra_time_percent": 0,
            "job_families": [],
            "folded": folded_person(name, None, f"C{number}"),
        }
        for number in range(crowd)
    ]
    with works.database.writing_turn(), works.database.writes() as session:
        for first in range(0, crowd, 2_000):
            add_rows(session, PersonRow, rows[first : first + 2_000])
        session.commit()


def _user(number: int) -> dict[str, Any]:
    return {
        "schemas": [USER, ENTERPRISE],
        "userName": f"n{number}@ministry.example",
        "externalId": f"x{number}",
        "displayName": "هناء عبد الله رضا",
        ENTERPRISE: {"employeeNumber": f"N{number}", "department": f"U{number % _UNITS}"},
    }


def _change(number: int) -> dict[str, Any]:
    unit = {"op": "Replace", "path": f"{ENTERPRISE}:department", "value": f"U{(number + 1) % _UNITS}"}
    return {"schemas": [PATCH], "Operations": [{"op": "Replace", "path": "displayName", "value": "هناء رضا"}, unit]}


def _sought(ask: Ask, text: str) -> float:
    return _milliseconds(ask, f"/Users?filter={quote(text)}")


def _milliseconds(ask: Ask, path: str) -> float:
    begun = time.perf_counter()
    for _ in range(_PAGES):
        ask("GET", path)
    return 1000 * (time.perf_counter() - begun) / _PAGES


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/bench.db"
        crowd = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
        for what, figure in measure(url, crowd).items():
            print(f"{what:26} {figure:10.1f}")


if __name__ == "__main__":
    main()
