"""Learners who answer whatever happens, and who write down each answer that they were told is stored."""

import re
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from bench.browser import Fields, Reply, SocketBrowser, Unexpected, follow, get, post
from bench.stage import MODULE, PASSWORD, SCENARIOS, Place, Stage

_RECORD = re.compile(r"/learn/records/([0-9a-f]+)")
_ATTEMPT = re.compile(r"/learn/attempts/([0-9a-f]+)(?:/(\w+))?")
# What a person meets while something is away: no connection, half an answer, a page that says so.
TROUBLES = (OSError, Unexpected, ValueError, SQLAlchemyError)
_PAUSE_SECONDS = 0.03
_AGAIN_SECONDS = 0.1
# Every so manieth attempt is passed, so that records are made while things break.
_PASSES_EVERY = 3


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An answer that somebody was told is stored: of which attempt, at which place, and what was sent."""

    attempt_id: str
    place: int
    fields: tuple[tuple[str, str], ...]


@dataclass
class Book:
    """What one learner wrote down."""

    answers: list[Acknowledged] = field(default_factory=list)
    # Attempts that were handed in, each with whether every answer was right.
    ended: dict[str, bool] = field(default_factory=dict)
    # Records that they were told are theirs.
    records: list[str] = field(default_factory=list)
    # What was met, by kind, and how often a page was met that told of trouble.
    troubles: list[str] = field(default_factory=list)


class Doors:
    """The ports of the processes that answer; who finds one shut goes to the next."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.ports = list(ports)

    def other_than(self, port: int) -> int:
        """Return the door beside one."""
        place = self.ports.index(port) if port in self.ports else -1
        return self.ports[(place + 1) % len(self.ports)]


class Learner(threading.Thread):
    """One person in one browser: begins, answers, hands in, and begins again, until told to stop."""

    def __init__(self, email: str, stage: Stage, doors: Doors, place: int, assign: Callable[[str], None]) -> None:
        super().__init__(daemon=True, name=email)
        self.email = email
        self.book = Book()
        self.last_at = 0.0
        # The moment and the seconds of each answer: the way to its page, the page, and that it is stored.
        self.timed: list[tuple[float, float]] = []
        # How many seconds apart this one's turns begin, at least; nothing where only a short rest lies between them.
        self.every = 0.0
        self._stage, self._doors, self._assign = stage, doors, assign
        self._port = doors.ports[place % len(doors.ports)]
        self._browser = SocketBrowser(self._port, f"127.2.{place // 250}.{place % 250 + 2}")
        self._attempt: str | None = None
        self._key: list[Place] = []
        self._begun = 0
        self._is_known = False
        self._is_passed = False
        self._is_over = threading.Event()

    def run(self) -> None:
        """Go on until told to stop; trouble is waited out, as people do."""
        while not self._is_over.is_set():
            began = time.monotonic()
            try:
                self._turn()
            except TROUBLES as trouble:
                self.book.troubles.append(f"{type(trouble).__name__}: {str(trouble)[:120]}")
                self._browser.close()
                self._port = self._doors.other_than(self._port)
                self._browser.move(self._port)
                time.sleep(_AGAIN_SECONDS)
            else:
                if self.last_at > began:
                    self.timed.append((began, self.last_at - began))
                time.sleep(max(began + self.every - time.monotonic(), 0.0) if self.every else _PAUSE_SECONDS)

    def end(self) -> None:
        """Let it end after what it is doing."""
        self._is_over.set()

    def leave(self) -> None:
        """End, wherever it is, and close the browser."""
        self.end()
        if self.is_alive():
            self.join()
        self._browser.close()

    def finish(self) -> None:
        """Go on with what was under way to its end, now that nothing breaks any more; raise what stands in the way."""
        self.end()
        self.join()
        while self._attempt is not None:
            self._turn()

    def _turn(self) -> None:
        if not self._is_known:
            page = get(self._browser, "/sign-in")
            # Where the answer to the first try was lost, they are in already.
            if page.path == "/sign-in":
                post(self._browser, page, "/sign-in", [("email", self.email), ("password", PASSWORD)])
            self._is_known = True
        if self._attempt is None:
            self._begin()
            return
        if self._is_passed:
            self._sign()
            return
        # Wherever it was left: the page that is next, as the product says.
        page = get(self._browser, f"/learn/attempts/{self._attempt}")
        _, number = self._found(page)
        if number == "check":
            self._hand_in(page)
        elif number == "result":
            self._ended()
        else:
            self._answer(page, int(number))

    def _begin(self) -> None:
        start = get(self._browser, f"/learn/modules/{MODULE}")
        action = f"/learn/modules/{MODULE}/begin"
        if action.encode() not in start.body:
            self._assign(self.email)
            return
        page = follow(self._browser, self._browser.request("POST", action, start.hidden(action)))
        if page.path == start.path:
            # The attempt before ended in what is the future again, since the clock was set back: it is waited for.
            self._assign(self.email)
            return
        attempt_id, _ = self._found(page)
        self._key = self._stage.key(attempt_id)
        if len(self._key) != SCENARIOS:
            raise Unexpected(f"the attempt has {len(self._key)} places")
        self._attempt = attempt_id
        self._begun += 1

    def _answer(self, page: Reply, number: int) -> None:
        fields = self.choose(number)
        path = f"/learn/attempts/{self._attempt}/{number}"
        hidden = page.hidden(path)
        if ("standing", "0") not in hidden:
            # Answered in the other browser since the way led here; to send this one now would be to change it.
            return
        reply = self._browser.request("POST", path, [*hidden, *fields])
        if reply.status == 503 and f'action="{path}"'.encode() in reply.body:
            # The page that kept what was chosen, and offers to send it again.
            time.sleep(_AGAIN_SECONDS)
            reply = self._browser.request("POST", path, reply.hidden(path))
        if reply.status != 303:
            raise Unexpected(f"an answer was met with {reply.status}")
        if "notice=" not in reply.headers["location"]:
            self.book.answers.append(Acknowledged(str(self._attempt), number, tuple(fields)))
            self.last_at = time.monotonic()

    def choose(self, number: int) -> Fields:
        """Return what is answered at a place: rightly where this attempt is to be passed."""
        place = self._key[number - 1]
        return place.right if self._passes or place.wrong is None else place.wrong

    @property
    def _passes(self) -> bool:
        return self._begun % _PASSES_EVERY == 0

    def _hand_in(self, page: Reply) -> None:
        action = f"/learn/attempts/{self._attempt}/finish"
        reply = self._browser.request("POST", action, page.hidden(action))
        if reply.status != 303:
            raise Unexpected(f"handing in was met with {reply.status}")
        self._ended()

    def _ended(self) -> None:
        self.book.ended[str(self._attempt)] = self._passes
        if self._passes:
            self._is_passed = True
        else:
            self._attempt = None

    def _sign(self) -> None:
        """Sign the pledge, which makes the record; where that is done already, nothing asks for it any more."""
        action = f"/learn/modules/{MODULE}/pledge"
        page = get(self._browser, action)
        if page.path == action:
            reply = self._browser.request("POST", action, [*page.hidden(action), ("agree", "y")])
            found = _RECORD.match(reply.headers.get("location", ""))
            if reply.status != 303 or found is None:
                raise Unexpected(f"signing was met with {reply.status}")
            self.book.records.append(found[1])
        self._is_passed, self._attempt = False, None

    def _found(self, page: Reply) -> tuple[str, str]:
        found = _ATTEMPT.match(page.path)
        if found is None:
            raise Unexpected(f"came to {page.path}")
        return found[1], found[2] or ""


class Restless(Learner):
    """Somebody who has the same attempt open twice and answers differently in both, at the same moment."""

    def choose(self, number: int) -> Fields:
        """Return any answer."""
        place = self._key[number - 1]
        return secrets.choice([place.right, place.wrong or place.right])
