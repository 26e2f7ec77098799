"""One house for all tests of a file: nobody who asks there leaves anything behind."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from quiz.bank.reader import Reading
from quiz.db.connection import Database
from quiz.services.tools import MemoryMailer, Tools
from quiz.settings.operator import Settings
from tests.fixtures.database import rolled_back
from tests.fixtures.settings import Chance, Clock
from tests.web.routes.house import House, build


@pytest.fixture(scope="module", params=["sqlite"])
def house(request: pytest.FixtureRequest, _stocked: dict[str, Database], reading: Reading) -> Iterator[House]:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    tools = Tools(Clock(), Chance(), hasher, MemoryMailer(), "http://127.0.0.1:8000")
    settings = Settings(
        database_url="sqlite://",
        secret_key="a key for tests only, long enough: 0123456789",
        trusted_hosts=("127.0.0.1", "localhost"),
        demo=True,
    )
    with rolled_back(request.param, _stocked, reading, request) as (database, connection):
        yield build(database, connection, tools, settings, reading)
