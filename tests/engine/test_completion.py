"""What comes after an attempt: rereading, waiting, the limit, a person; and how long a completion holds."""

from datetime import date, datetime, timedelta

import pytest

from quiz.engine.actions import Finish
from quiz.engine.completion import NextStep, Opening, opening, to_reread, valid_until
from quiz.engine.module import AttemptsRule
from tests.builders import START, a_module, a_scenario, acted, an_attempt, an_attempts_rule, choosing

SHIPPED = an_attempts_rule(3, ("PT0S", "P1D"), remediation=True)
RELAXED = an_attempts_rule(3, ("PT0S", "P1D"))


def after_failing(
    *hours_ago: float, rule: AttemptsRule = SHIPPED, extra: int = 0, reread: bool = True, now: datetime = START
) -> Opening:
    return opening(rule, [now - timedelta(hours=hours) for hours in hours_ago], extra, reread, now)


def test_the_first_attempt_is_open_to_everybody() -> None:
    assert after_failing(reread=False) == Opening(NextStep.BEGIN, 1)


def test_the_second_opens_at_once_after_rereading() -> None:
    assert after_failing(0, reread=False) == Opening(NextStep.REREAD, 2)
    assert after_failing(0) == Opening(NextStep.BEGIN, 2)


def test_the_third_waits_a_day_from_the_end_of_the_second_to_the_microsecond() -> None:
    second_ended = START
    opens_at = START + timedelta(days=1)
    ended = [START - timedelta(days=30), second_ended]
    just_before = opens_at - timedelta(microseconds=1)
    assert opening(SHIPPED, ended, 0, True, just_before) == Opening(NextStep.WAIT, 3, opens_at)
    assert opening(SHIPPED, ended, 0, True, opens_at) == Opening(NextStep.BEGIN, 3)


def test_rereading_is_asked_for_while_waiting_and_the_moment_is_said() -> None:
    assert after_failing(2, 1, reread=False) == Opening(NextStep.REREAD, 3, START + timedelta(hours=23))
    assert after_failing(50, 49, reread=False) == Opening(NextStep.REREAD, 3)


def test_a_module_without_remediation_asks_for_no_rereading() -> None:
    assert after_failing(0, rule=RELAXED, reread=False) == Opening(NextStep.BEGIN, 2)
    assert after_failing(2, 1, rule=RELAXED, reread=False).next_step is NextStep.WAIT


def test_after_the_last_attempt_there_is_a_person() -> None:
    assert after_failing(200, 100, 50) == Opening(NextStep.ASK, 4)
    assert after_failing(200, 100, 50, reread=False).next_step is NextStep.ASK


def test_one_more_attempt_opens_with_the_last_wait() -> None:
    assert after_failing(200, 100, 50, extra=1) == Opening(NextStep.BEGIN, 4)
    assert after_failing(200, 100, 1, extra=1) == Opening(NextStep.WAIT, 4, START + timedelta(hours=23))
    assert after_failing(200, 100, 50, 40, extra=1).next_step is NextStep.ASK


def test_a_module_asks_for_no_certainty_and_is_assigned_to_nobody_unless_it_says_so() -> None:
    module = a_module()
    assert (module.certainty, module.assigned_to, module.due) == (False, None, None)


def test_waits_are_for_the_second_the_third_and_so_on_and_the_last_holds_on() -> None:
    rule = an_attempts_rule(9, ("PT1H", "PT2H", "P1D"))
    hours = [rule.wait_before(number).exact() / timedelta(hours=1) for number in (1, 2, 3, 4, 5, 9)]
    assert hours == [0, 1, 2, 24, 24, 24]
    assert an_attempts_rule(3, ()).wait_before(3).exact() == timedelta()


@pytest.mark.parametrize(
    ("completed_on", "validity", "until"),
    [
        (date(2026, 11, 21), "P2Y", date(2028, 11, 21)),
        (date(2028, 2, 29), "P2Y", date(2030, 2, 28)),
        (date(2028, 2, 29), "P4Y", date(2032, 2, 29)),
        (date(2026, 12, 31), "P90D", date(2027, 3, 31)),
    ],
)
def test_a_completion_holds_until_a_civil_day(completed_on: date, validity: str, until: date) -> None:
    assert valid_until(a_module(validity=validity), completed_on) == until


def address(key: str) -> str:
    return f"eg-conduct/code-2019/{key}"


def reread_after(*answers: str, unscored: tuple[int, ...] = (), **most: int) -> list[str]:
    scenarios = (
        a_scenario("1", cites=[address("gifts")]),
        a_scenario("2", cites=[address("secrecy"), address("media")]),
        a_scenario("3", cites=[address("media")]),
        a_scenario("4", cites=[address("time")]),
        a_scenario("5", cites=[address("neutrality")]),
    )
    attempt = an_attempt(*scenarios, behaviour="exam", unscored=unscored)
    moves = [choosing(number, key) for number, key in enumerate(answers, 1) if key != "-"]
    found = to_reread(acted(attempt, *moves, Finish()), **most)
    return [citation.address.rpartition("/")[2] for citation in found]


def test_what_cost_most_is_reread_first() -> None:
    # 1 lost half, 2 and 3 lost everything and share a provision, 4 and 5 lost nothing
    assert reread_after("b", "c", "c", "a", "a") == ["media", "secrecy", "gifts"]


def test_two_small_losses_on_one_provision_may_be_less_than_a_whole_one_on_another() -> None:
    quarter = {"a": 1, "b": "3/4"}
    scenarios = (
        a_scenario("1", credits=quarter, cites=[address("gifts")]),
        a_scenario("2", credits=quarter, cites=[address("gifts")]),
        a_scenario("3", cites=[address("time")]),
    )
    answers = [choosing(1, "b"), choosing(2, "b"), choosing(3, "c")]
    found = to_reread(acted(an_attempt(*scenarios, behaviour="exam"), *answers, Finish()))
    assert [citation.address for citation in found] == [address("time"), address("gifts")]


def test_equal_losses_go_by_the_first_place() -> None:
    assert reread_after("b", "a", "a", "b", "b") == ["gifts", "time", "neutrality"]


def test_a_place_left_open_lost_everything() -> None:
    assert reread_after("b", "a", "a", "-", "a") == ["time", "gifts"]


def test_no_more_is_asked_than_three_provisions() -> None:
    everything = reread_after("-", "-", "-", "-", "-", most=9)
    assert everything == ["media", "gifts", "secrecy", "time", "neutrality"]
    assert reread_after("-", "-", "-", "-", "-") == everything[:3]


def test_what_does_not_count_is_not_held_against_anybody() -> None:
    assert reread_after("c", "a", "a", "c", "a", unscored=(1,)) == ["time"]


def test_a_whole_credit_leaves_nothing_to_reread() -> None:
    assert reread_after("a", "a", "a", "a", "a") == []


def test_a_citation_of_an_option_is_not_what_the_scenario_is_about() -> None:
    scenario = a_scenario("1", cites=[address("gifts")], option_cites=[address("media")])
    found = to_reread(acted(an_attempt(scenario, behaviour="exam"), Finish()))
    assert [citation.address for citation in found] == [address("gifts")]
