"""An exam whose time runs out while somebody looks at it."""

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from quiz.services import taking
from quiz.services.tools import system_clock
from tests.e2e.server import Server
from tests.e2e.walking import Walker
from tests.fixtures.people import Someone
from tests.web.learning import EXAM, right

Walk = Callable[..., Walker]


def begun_long_ago(server: Server, someone: Someone, left: timedelta) -> str:
    """Begin the exam as if most of its twenty-five minutes had passed already."""
    earlier = system_clock() - timedelta(minutes=25) + left
    with server.works_at(earlier).writing(someone.actor) as work:
        return taking.begin_attempt(work, EXAM)


def test_the_time_runs_out_and_every_answer_before_it_counts(walk: Walk, server: Server) -> None:
    someone = server.person(EXAM)
    hire = walk(someone)
    attempt_id = begun_long_ago(server, someone, left=timedelta(seconds=5))
    hire.go(f"/learn/attempts/{attempt_id}/1")
    timer = hire.page.locator("[role=timer]")
    expect(timer).to_have_text(re.compile("٠٠:٠[١-٥]"))
    over = str(timer.get_attribute("data-over"))
    hire.answer()
    hire.choose(right(hire.slot()))
    expect(hire.page.locator("[role=timer]")).to_have_text(over, timeout=8_000)
    hire.move("main form button[type=submit]")
    assert hire.path.startswith(f"/learn/attempts/{attempt_id}/result?notice=time")
    expect(hire.page.locator(".notice--care")).to_be_visible()
    assert set(hire.stored(attempt_id).attempt.answers) == {1}
    hire.go(f"/learn/attempts/{attempt_id}/2")
    assert hire.path.startswith(f"/learn/attempts/{attempt_id}/result")


def test_one_minute_left_is_said_once_to_those_who_listen(walk: Walk, server: Server) -> None:
    someone = server.person(EXAM)
    hire = walk(someone, language="en")
    attempt_id = begun_long_ago(server, someone, left=timedelta(seconds=62))
    hire.go(f"/learn/attempts/{attempt_id}/1")
    timer, voice = hire.page.locator("[role=timer]"), hire.page.locator("[role=timer] + [aria-live=polite]")
    expect(timer).to_have_attribute("aria-live", "off")
    expect(voice).to_have_text("")
    expect(voice).to_have_text("One minute left")


def test_extra_time_is_on_the_clock(walk: Walk, server: Server) -> None:
    someone = server.person(EXAM, extra_time=100)
    hire = walk(someone)
    attempt_id = begun_long_ago(server, someone, left=timedelta(seconds=0))
    hire.go(f"/learn/attempts/{attempt_id}/1")
    expect(hire.page.locator("[role=timer]")).to_have_text(re.compile("٢٤:٥[٠-٩]"))
