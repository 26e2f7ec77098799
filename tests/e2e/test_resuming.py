"""Stopping anywhere, on purpose or not: the place, the order and every answer that was acknowledged are kept."""

from collections.abc import Callable, Iterator

import psutil
import pytest
from playwright.sync_api import Error, expect

from quiz.engine.attempt import replay
from tests.e2e.server import Server
from tests.e2e.walking import Walker
from tests.web.learning import MODULE, right

Walk = Callable[..., Walker]


@pytest.fixture
def mended(server: Server) -> Iterator[Server]:
    """The server, running again afterwards whatever happened to it."""
    yield server
    if server.process is None:
        server.start()


def begun(walk: Walk, server: Server, answers: int) -> Walker:
    hire = walk(server.person(MODULE))
    hire.begin(MODULE)
    for _ in range(answers):
        hire.answer()
        hire.move("main a.button--primary")
    return hire


def test_a_browser_that_is_closed_in_the_middle(walk: Walk, server: Server) -> None:
    hire = begun(walk, server, answers=3)
    options, attempt_id = hire.options(), hire.attempt_id
    hire.choose(right(hire.slot()))  # chosen, not confirmed
    hire.context.close()

    again = walk(hire.someone, width=360)  # another device
    again.move("section.card a.button--primary")
    assert again.path == f"/learn/attempts/{attempt_id}/4"
    assert again.options() == options
    assert len(again.stored().attempt.answers) == 3


def test_a_server_that_dies_in_the_middle(walk: Walk, mended: Server) -> None:
    hire = begun(walk, mended, answers=2)
    options, place = hire.options(), hire.path
    hire.choose(right(hire.slot()))

    mended.kill()
    hire.page.locator("main form button[type=submit]").click()
    with pytest.raises(Error):
        hire.go("/learn/")
    mended.start()

    # Signed in still, at the same place, in the same order, with every acknowledged answer.
    hire.go("/learn/")
    hire.move("section.card a.button--primary")
    assert hire.path == place
    assert hire.options() == options
    assert len(hire.stored().attempt.answers) == 2
    hire.answer()
    expect(hire.page.locator("#ruling")).to_be_visible()
    assert len(hire.stored().attempt.answers) == 3


def test_a_server_that_dies_at_any_moment_of_an_answer_has_it_whole_or_not_at_all(walk: Walk, mended: Server) -> None:
    hire = begun(walk, mended, answers=0)
    attempt_id = hire.attempt_id
    acknowledged = 0
    for round_number in range(3):
        hire.go(f"/learn/attempts/{attempt_id}")
        number = hire.slot().number
        hire.choose(right(hire.slot()))
        hire.page.evaluate("document.querySelector('main form').requestSubmit()")
        # A little later each time: before it arrives, while it is stored, after it is answered.
        hire.page.wait_for_timeout(15 * round_number)
        mended.kill()
        # A busy browser would come to send it only now, and go away from the page that is looked at next.
        hire.page.close()
        hire.page = hire.context.new_page()
        mended.start()
        stored = hire.stored(attempt_id)
        assert acknowledged <= len(stored.attempt.answers) <= acknowledged + 1
        # The log is a chain that leads to the same attempt again.
        assert replay(stored.attempt, stored.attempt.steps).steps == stored.attempt.steps
        if number in stored.attempt.answers:
            hire.go(f"/learn/attempts/{attempt_id}/{number}")
            expect(hire.page.locator("#ruling")).to_be_visible()
        acknowledged = len(stored.attempt.answers)


def test_a_worker_that_dies_is_replaced_and_nobody_notices(walk: Walk, server: Server) -> None:
    hire = begun(walk, server, answers=1)
    assert server.process is not None
    workers = psutil.Process(server.process.pid).children()
    assert len(workers) == 2
    workers[0].kill()
    hire.answer()
    expect(hire.page.locator("#ruling")).to_be_visible()
