"""What programs of others may send, made of the document: with a token, without one, and with another scope."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from quiz.access.actor import Scope
from tests.interop.api.conftest import Connect, System
from tests.web.world import World

FEW, MANY = 12, 200
# A cursor that was made up is refused although it has the form of one: what may be refused is said below.
OWN = [positive_data_acceptance]


def throw(system: System, statuses: set[int], amount: int, mode: GenerationMode) -> None:
    """Ask every address with what fits the document or does not; every answer must be as the document says."""

    def near(environ: dict[str, Any], start: Any) -> Any:
        # A demonstration, which the tests are, answers its own machine alone.
        # The library unpacks nothing.
        return system.app({**environ, "REMOTE_ADDR": "127.0.0.1", "HTTP_ACCEPT_ENCODING": "identity"}, start)

    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", near)
    headers = {"Authorization": f"Bearer {system.token}"} if system.token else {}
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=amount,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            answer = case.call_and_validate(headers=headers, excluded_checks=OWN)
            assert answer.status_code in statuses, f"{case.formatted_path} {case.query}: {answer.status_code}"

        ask()


def all_of_it(world: World, system: System, connect: Connect, amount: int) -> None:
    system = connect(*Scope)
    may_be = {200, 201, 400, 404, 409, 422}
    throw(system, may_be, amount, GenerationMode.POSITIVE)
    # What does not fit may be the token too.
    throw(system, {*may_be, 401, 415}, amount, GenerationMode.NEGATIVE)
    throw(System(system.app, ""), {401}, max(2, amount // 6), GenerationMode.POSITIVE)
    throw(connect(Scope.PEOPLE_PROVISION), {403}, max(2, amount // 6), GenerationMode.POSITIVE)


def test_whatever_is_asked_is_answered_as_the_document_says(world: World, system: System, connect: Connect) -> None:
    all_of_it(world, system, connect, FEW)


@pytest.mark.soak
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"], indirect=True)
def test_much_that_is_asked_is_answered_as_the_document_says(world: World, system: System, connect: Connect) -> None:
    all_of_it(world, system, connect, MANY)
