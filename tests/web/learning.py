"""A learner in a browser who can look at the keys behind a page, and so answer rightly or wrongly on purpose."""

from dataclasses import dataclass
from typing import Any

from quiz.bank.reader import Reading
from quiz.engine.attempt import Slot
from quiz.engine.extremes import least_sound, soundest
from quiz.engine.question_types import registry as question_types
from quiz.engine.response import Response
from quiz.engine.scenario import PICKS
from quiz.services.stored_attempts import StoredAttempt, get_stored
from quiz.services.taking import Given, turns_of
from quiz.services.unit_of_work import Works
from tests.fixtures.people import Someone
from tests.pages import Page, RoleClient

MODULE = "onboarding-social-media"
EXAM = "exam-social-media"
SHORT = "short"
SHORT_EXAM = "short-exam"
EVERY_KIND = "every-kind"
TWO_TRIES = "two-tries"
# What the short modules ask; every other kind has its own tests.
KINDS = ("single_choice", "multiple_choice", "judgement")

Sent = dict[str, Any]


def short_documents(reading: Reading) -> list[dict[str, Any]]:
    """Return two modules of three kinds, that teach and examine, and two of every kind, one with two tries."""
    shipped = {source.document["key"]: source.document for source in reading.modules}
    blueprint = [{"bank": "eg-conduct", "count": 1, "kinds": [kind]} for kind in KINDS]
    every = [{"bank": "eg-conduct", "count": 1, "kinds": [kind]} for kind in question_types.names()]
    return [
        {**shipped[MODULE], "key": EVERY_KIND, "blueprint": every, "certainty": True},
        {**shipped[MODULE], "key": TWO_TRIES, "blueprint": every, "behaviour": "try_again"},
        {**shipped[MODULE], "key": SHORT, "blueprint": blueprint},
        {**shipped[EXAM], "key": SHORT_EXAM, "blueprint": blueprint, "time_limit": "PT10M"},
    ]


def right(slot: Slot) -> Sent:
    """Return what a form sends for full credit, of a path its first turn."""
    return sent_for(slot, soundest(slot.scenario))[0]


def wrong(slot: Slot) -> Sent:
    """Return what a form sends for no credit, of a path its first turn."""
    return sent_for(slot, least_sound(slot.scenario))[0]


def sent_for(slot: Slot, response: Response) -> list[Sent]:
    """Return what the form of a place sends, turn by turn, to give a response."""
    return [_fields(given) for given in turns_of(slot, response)]


def _fields(given: Given) -> Sent:
    sent: Sent = {}
    if given.chosen:
        sent["choice"] = [str(position) for position in given.chosen]
    if given.sequence:
        sent["order"] = "-".join(map(str, given.sequence))
    for position, word in given.ratings:
        sent.update({word: str(position)} if word in PICKS else {f"rating-{position}": word})
    return sent


@dataclass
class Learner:
    """A person, their browser, and the door to what stands behind the pages."""

    client: RoleClient
    someone: Someone
    works: Works

    def stored(self, attempt_id: str) -> StoredAttempt:
        with self.works.reading(self.someone.actor) as work:
            return get_stored(work, attempt_id)

    def slot(self, attempt_id: str, number: int) -> Slot:
        return self.stored(attempt_id).attempt.slot(number)

    def place_of(self, attempt_id: str, kind: str) -> int:
        """Return the first place with a scenario of that kind."""
        return next(slot.number for slot in self.stored(attempt_id).attempt.slots if slot.scenario.kind == kind)

    def begin(self, module: str = SHORT) -> str:
        """Begin from the start page and return the attempt."""
        start = self.client.get(f"/learn/modules/{module}")
        away = self.client.submit(start, f"/learn/modules/{module}/begin")
        return away.location.rpartition("/")[2]

    def page(self, attempt_id: str, number: int, query: str = "") -> Page:
        return self.client.get(f"/learn/attempts/{attempt_id}/{number}{query}")

    def answer(self, attempt_id: str, number: int, sent: Sent | None = None, status: int = 303) -> Page:
        """Open a place and answer it, rightly unless told how."""
        page = self.page(attempt_id, number)
        values = right(self.slot(attempt_id, number)) if sent is None else sent
        return self.client.submit(page, f"/{number}$", values, status)

    def go_on(self, attempt_id: str, number: int, response: Response) -> Page:
        """Give a response to a place, turn by turn, and return where the last one leads."""
        for sent in sent_for(self.slot(attempt_id, number), response):
            away = self.answer(attempt_id, number, sent)
        return away

    def finish(self, attempt_id: str) -> Page:
        """Hand an exam in from the page that checks it."""
        return self.client.submit(self.client.get(f"/learn/attempts/{attempt_id}/check"), "/finish$")

    def take(self, module: str = SHORT, passes: bool = True) -> str:
        """Take a whole module quickly, past the pages; return the attempt."""
        attempt_id = self.begin(module)
        token = self.client.token()
        for slot in self.stored(attempt_id).attempt.slots:
            for values in sent_for(slot, (soundest if passes else least_sound)(slot.scenario)):
                last = self.stored(attempt_id).attempt.turns.get(slot.number)
                sent = {"csrf_token": token, "standing": str(last.number if last else 0), **values}
                self.client.post(f"/learn/attempts/{attempt_id}/{slot.number}", sent)
        if module in {EXAM, SHORT_EXAM}:
            self.client.post(f"/learn/attempts/{attempt_id}/finish", {"csrf_token": token})
        return attempt_id

    def reread(self, attempt_id: str) -> None:
        """Reread everything that an attempt left to reread."""
        result = self.client.get(f"/learn/attempts/{attempt_id}/result")
        for address in result.links("/reread/"):
            self.client.submit(self.client.get(address), "/reread/")

    def sign(self, module: str = SHORT) -> str:
        """Sign the pledge of a passed module; return the record."""
        pledge = self.client.get(f"/learn/modules/{module}/pledge")
        away = self.client.submit(pledge, "/pledge$", {"agree": "y"})
        return away.location.partition("?")[0].rpartition("/")[2]
