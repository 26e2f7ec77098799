"""A learner in a browser who can look at the keys behind a page, and so answer rightly or wrongly on purpose."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from quiz.bank.reader import Reading
from quiz.engine.attempt import Slot
from quiz.services.stored_attempts import StoredAttempt, get_stored
from quiz.services.unit_of_work import Works
from tests.fixtures.people import Someone
from tests.pages import Page, RoleClient

MODULE = "onboarding-social-media"
EXAM = "exam-social-media"
SHORT = "short"
SHORT_EXAM = "short-exam"

Sent = dict[str, Any]


def short_documents(reading: Reading) -> list[dict[str, Any]]:
    """Return two modules with one scenario of each kind: one that teaches, one that examines in ten minutes."""
    shipped = {source.document["key"]: source.document for source in reading.modules}
    kinds = ("single_choice", "multiple_choice", "judgement")
    blueprint = [{"bank": "eg-conduct", "count": 1, "kinds": [kind]} for kind in kinds]
    return [
        {**shipped[MODULE], "key": SHORT, "blueprint": blueprint},
        {**shipped[EXAM], "key": SHORT_EXAM, "blueprint": blueprint, "time_limit": "PT10M"},
    ]


def right(slot: Slot) -> Sent:
    """Return what a form sends for full credit."""
    order, scenario = slot.option_order, slot.scenario
    if scenario.kind == "judgement":
        return {f"rating-{order.index(key)}": rating for key, rating in scenario.key_ratings.items()}
    best = [one.key for one in scenario.options if (one.credit or Fraction(0)) > 0]
    if scenario.kind == "single_choice":
        best = [one.key for one in scenario.options if one.credit == 1]
    return {"choice": [str(order.index(key)) for key in best]}


def wrong(slot: Slot) -> Sent:
    """Return what a form sends for no credit."""
    order, scenario = slot.option_order, slot.scenario
    if scenario.kind == "judgement":
        return {
            f"rating-{order.index(key)}": "very_appropriate"
            if rating.endswith("inappropriate")
            else "very_inappropriate"
            for key, rating in scenario.key_ratings.items()
        }
    worst = min(scenario.options, key=lambda one: one.credit or 0)
    return {"choice": [str(order.index(worst.key))]}


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

    def finish(self, attempt_id: str) -> Page:
        """Hand an exam in from the page that checks it."""
        return self.client.submit(self.client.get(f"/learn/attempts/{attempt_id}/check"), "/finish$")

    def take(self, module: str = SHORT, passes: bool = True) -> str:
        """Take a whole module quickly, past the pages; return the attempt."""
        attempt_id = self.begin(module)
        token = self.client.token()
        for slot in self.stored(attempt_id).attempt.slots:
            values = right(slot) if passes else wrong(slot)
            sent = {"csrf_token": token, "standing": "0", **values}
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
