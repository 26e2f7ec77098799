"""What a refused sign-in costs is the same whoever is guessed at: hashes are counted, with their settings."""

from dataclasses import dataclass, field, replace

import argon2
import pytest
from argon2 import PasswordHasher

from quiz.services import people, workforce
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from quiz.settings.operator import Settings
from tests.fixtures.people import PASSWORD, SYSTEM, MakePerson
from tests.fixtures.settings import Clock
from tests.pages import RoleClient

SHIPPED = Settings(database_url="sqlite://", secret_key="k" * 40)
Cost = tuple[int, int, int]


@dataclass
class Counting(PasswordHasher):
    """The hasher of an installation, that notes what each hash cost: memory, rounds and lanes."""

    costs: list[Cost] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(SHIPPED.password_rounds, SHIPPED.password_memory_kib, 1)

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        found = argon2.extract_parameters(str(hash))
        self.costs.append((found.memory_cost, found.time_cost, found.parallelism))
        return super().verify(hash, password)  # type: ignore[arg-type]

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.costs.append((self.memory_cost, self.time_cost, self.parallelism))
        return super().hash(password, salt=salt)


@pytest.fixture
def hasher() -> Counting:
    return Counting()


@pytest.fixture
def tools(tools: Tools, hasher: Counting) -> Tools:
    return replace(tools, hasher=hasher)


@pytest.fixture
def guessed(works: Works, make_person: MakePerson, unit: str, clock: Clock) -> dict[str, str]:
    """Whom somebody may guess at: who has a password, never chose one, has left, or never was."""
    has, gone = make_person(), make_person()
    with works.writing(SYSTEM) as work:
        people.provision_person(work, "N-1", "never@amana.example", "رضا محمود", unit)
        workforce.leave(work, gone.public_id, clock.now.date())
    clock.forward(days=1)
    names = {"has": has.email, "gone": gone.email, "without": "never@amana.example", "unknown": "nobody@amana.example"}
    return {**names, "no address": "nobody", "long": f"{'n' * 240}@amana.example"}


# A password that is written in two forms is tried in both; one that is too long, as far as any is read.
@pytest.mark.parametrize(("typed", "hashes"), [("not the password", 1), ("e\u0301 in two forms", 2), ("x" * 199, 1)])
def test_a_wrong_password_costs_as_much_as_an_unknown_name(
    visitor: RoleClient, hasher: Counting, guessed: dict[str, str], typed: str, hashes: int
) -> None:
    token = visitor.token()
    found = {}
    for who, email in guessed.items():
        hasher.costs.clear()
        visitor.post("/sign-in", {"csrf_token": token, "email": email, "password": typed}, status=422)
        found[who] = list(hasher.costs)
    cost = (SHIPPED.password_memory_kib, SHIPPED.password_rounds, 1)
    assert found == dict.fromkeys(guessed, [cost] * hashes)


@pytest.mark.parametrize("path", ["/forgot", "/sign-in/code", "/sign-in/link"])
def test_where_no_password_is_asked_none_is_hashed(
    visitor: RoleClient, hasher: Counting, guessed: dict[str, str], path: str
) -> None:
    token = visitor.token()
    hasher.costs.clear()
    for email in guessed.values():
        sent = {"csrf_token": token, "email": email, "code": email, "passcode": email}
        visitor.client.post(path, data=sent, base_url="http://127.0.0.1").close()
    assert hasher.costs == []


def test_the_right_password_of_who_may_not_come_in_is_a_wrong_one(
    visitor: RoleClient, hasher: Counting, guessed: dict[str, str]
) -> None:
    hasher.costs.clear()
    sent = {"csrf_token": visitor.token(), "email": guessed["gone"], "password": PASSWORD}
    said = visitor.post("/sign-in", sent, status=422).text
    assert len(hasher.costs) == 1
    assert (
        visitor.post("/sign-in", {**sent, "email": guessed["unknown"]}, status=422).text.replace(
            guessed["unknown"], guessed["gone"]
        )
        == said
    )
