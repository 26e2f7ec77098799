"""What learners do, whatever carries it: sign in, open, begin, answer, hand in, read the result."""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from time import perf_counter

from bench.browser import Browser, Fields, Reply, Unexpected, follow, get, post
from bench.stage import MODULE, PASSWORD, SCENARIOS, Place, Stage

_ATTEMPT = re.compile(r"/learn/attempts/([0-9a-f]+)")


@dataclass
class Sitting:
    """An attempt under way in one browser: its page, its key, and how long each answer took."""

    browser: Browser
    attempt_id: str
    page: Reply
    key: list[Place]
    seconds: list[float] = field(default_factory=list)

    def path(self, number: int) -> str:
        """Return the address of a place."""
        return f"/learn/attempts/{self.attempt_id}/{number}"

    def answer(self, number: int, fields: Fields) -> None:
        """Answer a place: POST, redirect, next page; the time ends with its last byte."""
        sent = [*self.page.hidden(self.path(number)), *fields]
        started = perf_counter()
        reply = self.browser.request("POST", self.path(number), sent)
        if reply.status != 303:
            raise Unexpected(f"the answer to place {number} was met with {reply.status}")
        self.page = follow(self.browser, reply)
        self.seconds.append(perf_counter() - started)
        wanted = self.path(number + 1) if number < SCENARIOS else f"/learn/attempts/{self.attempt_id}/check"
        if self.page.path != wanted:
            raise Unexpected(f"after place {number} came {self.page.path}")

    def hand_in(self) -> Reply:
        """Hand the attempt in from its check, which follows the last answer, and return the result page."""
        return post(self.browser, self.page, f"/learn/attempts/{self.attempt_id}/finish")


def sign_in(browser: Browser, email: str) -> Reply:
    """Sign in and return the first page of one's training."""
    page = get(browser, "/sign-in")
    home = post(browser, page, "/sign-in", [("email", email), ("password", PASSWORD)])
    if MODULE.encode() not in home.body:
        raise Unexpected(f"{email} sees no module at {home.path}")
    return home


def begin(browser: Browser, stage: Stage) -> Sitting:
    """Open the module, begin an attempt and return it at its first place."""
    page = post(browser, get(browser, f"/learn/modules/{MODULE}"), f"/learn/modules/{MODULE}/begin")
    found = _ATTEMPT.match(page.path)
    if found is None or not page.path.endswith("/1"):
        raise Unexpected(f"beginning led to {page.path}")
    key = stage.key(found[1])
    if len(key) != SCENARIOS:
        raise Unexpected(f"the attempt has {len(key)} places")
    return Sitting(browser, found[1], page, key)


def answer_all(sitting: Sitting, mistakes: int = 0) -> Fraction:
    """Answer every place, the first so many that count wrongly; return the score this must give."""
    scored = sum(place.is_scored for place in sitting.key)
    left = mistakes
    for number, place in enumerate(sitting.key, 1):
        if left and place.is_scored and place.wrong is not None:
            left -= 1
            sitting.answer(number, place.wrong)
        else:
            sitting.answer(number, place.right)
    return Fraction(scored - mistakes + left, scored)


def whole_journey(browser: Browser, stage: Stage, email: str, mistakes: int) -> Sitting:
    """Walk the whole way and check the score, on the page and behind it."""
    sign_in(browser, email)
    sitting = begin(browser, stage)
    expected = answer_all(sitting, mistakes)
    page = sitting.hand_in()
    found = stage.share(sitting.attempt_id)
    if found != expected:
        raise Unexpected(f"the score of {email} is {found}, not {expected}")
    if stage.words_of_share(expected).encode() not in page.body:
        raise Unexpected(f"the result of {email} does not say {stage.words_of_share(expected)}")
    return sitting
