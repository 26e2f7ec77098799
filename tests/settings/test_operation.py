"""How an installation is watched and stopped: what the environment may say, and what it may not."""

import pytest

from quiz.settings.environment import Misconfigured
from quiz.settings.operation import read_operation
from quiz.settings.operator import Settings

SECRET = "k3y-Of_the+tests: 0123456789abcdefghij"


def test_behind_a_proxy_there_is_time_to_see_that_it_stops() -> None:
    assert read_operation({}).stop_delay == 0
    assert read_operation({"TRUSTED_PROXIES": "1"}).stop_delay == 5
    assert read_operation({"TRUSTED_PROXIES": "1", "STOP_DELAY": "0"}).stop_delay == 0
    assert Settings.from_environ({"SECRET_KEY": SECRET, "STOP_DELAY": "30"}).operation.stop_delay == 30


@pytest.mark.parametrize("said", ["-1", "five", "1.5", "301", "٥"])
def test_a_number_that_is_none_stops_the_start(said: str) -> None:
    with pytest.raises(Misconfigured, match="STOP_DELAY"):
        read_operation({"STOP_DELAY": said})


@pytest.mark.parametrize("said", ["short", "x" * 40, "رمز طويل بما يكفي لكنه ليس لاتينيًّا", "0123456"])
def test_a_token_that_could_be_guessed_stops_the_start(said: str) -> None:
    with pytest.raises(Misconfigured, match="METRICS_TOKEN"):
        read_operation({"METRICS_TOKEN": said})


def test_nothing_is_written_down_counted_or_opened_unless_somebody_asks_for_it() -> None:
    found = read_operation({})
    assert (found.access_log, found.slow_statement_ms, found.metrics_token) == (False, None, "")
    asked = read_operation(
        {"ACCESS_LOG": "1", "SLOW_STATEMENT_MS": "250", "METRICS_TOKEN": "0123456789abcdefghijklmnop"}
    )
    assert (asked.access_log, asked.slow_statement_ms) == (True, 250)
    assert "0123456789" not in repr(asked)
    with pytest.raises(Misconfigured, match="ACCESS_LOG"):
        read_operation({"ACCESS_LOG": "yes"})
