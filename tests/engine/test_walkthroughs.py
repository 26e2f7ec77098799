"""Stories told as data (walkthroughs/README.md), walked through by an engine; any engine can be put in."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import pytest
import yaml

from quiz.engine.actions import Answer, Expire, Finish
from quiz.engine.attempt import Attempt, Slot, act, replay
from quiz.engine.errors import NotOffered
from quiz.engine.module import PassRule, ProvisionRule
from quiz.engine.periods import Period
from quiz.engine.question_types import registry
from quiz.engine.response import Response
from tests.builders import SHOWN, START, a_node, a_scenario

FOLDER = Path(__file__).parent / "walkthroughs"
STORIES = sorted(FOLDER.glob("*.yaml"))
STORY_FIELDS = {"format", "story", "behaviour", "pass_rule", "minutes", "places", "moves"}
PLACE_FIELDS = {"kind", "options", "key_ratings", "key_choice", "key_order", "nodes", "order", "counts", "cites"}
DEEDS = {"answer", "finish", "look", "resume"}
WAYS = {"choose", "at_positions", "rate", "in_sequence"}
SEEN = {"refused", "happened", "state", "places", "shows", "credits", "next_open", "score", "ended_at"}
# Their options stand in the key, or only in the order of the page.
NO_CREDIT = {"most_least", "ordering"}
Story = Mapping[str, Any]


class Refused(Exception):
    """An engine refuses a move; the message is the code."""


class Engine(Protocol):
    """What a story needs of an engine; moments are given as periods since the beginning."""

    def begin(self, story: Story) -> None:
        """Begin the sitting that the story draws."""

    def answer(self, at: Period, place: int, way: str, given: Any) -> None:
        """Give an answer in one of the ways; raise Refused."""

    def finish(self, at: Period) -> None:
        """Hand in."""

    def look(self, at: Period) -> None:
        """Notice whether time is over."""

    def resume(self) -> None:
        """Forget everything but what is stored."""

    def log(self) -> list[str]:
        """Return the kinds of the steps so far."""

    def seen(self) -> Mapping[str, Any]:
        """Return what may be expected after a move, `refused` and `happened` aside."""


class PythonEngine:
    """The engine of this product."""

    attempt: Attempt

    def begin(self, story: Story) -> None:
        rule = story["pass_rule"]
        demands = tuple(ProvisionRule(one["cites"], Fraction(one["score"])) for one in rule.get("and_every", ()))
        minutes = story.get("minutes")
        self.attempt = Attempt(
            behaviour=story["behaviour"],
            slots=tuple(_slot(number, place) for number, place in enumerate(story["places"], 1)),
            pass_rule=PassRule(Fraction(rule["score"]), demands),
            started_at=START,
            deadline=Period(seconds=minutes * 60).from_moment(START) if minutes else None,
            seal="0" * 64,
        )

    def answer(self, at: Period, place: int, way: str, given: Any) -> None:
        try:
            response = self._response(place, way, given)
            self.attempt = act(self.attempt, Answer(place, response), at.from_moment(START), SHOWN)
        except NotOffered as refusal:
            raise Refused(refusal.code) from refusal

    def _response(self, place: int, way: str, given: Any) -> Response:
        if way == "rate":
            return Response.rating(given)
        if way == "in_sequence":
            return Response.in_sequence(*given)
        if way == "at_positions":
            return Response.choosing(*(self.attempt.slot(place).option_at(position) for position in given))
        return Response.choosing(*given)

    def finish(self, at: Period) -> None:
        self.attempt = act(self.attempt, Finish(), at.from_moment(START), SHOWN)

    def look(self, at: Period) -> None:
        self.attempt = act(self.attempt, Expire(), at.from_moment(START))

    def resume(self) -> None:
        stored = self.attempt.steps
        self.attempt = replay(
            Attempt(
                self.attempt.behaviour,
                self.attempt.slots,
                self.attempt.pass_rule,
                self.attempt.started_at,
                self.attempt.deadline,
                self.attempt.seal,
            ),
            stored,
        )

    def log(self) -> list[str]:
        return [step.kind.value for step in self.attempt.steps]

    def seen(self) -> Mapping[str, Any]:
        numbers = [slot.number for slot in self.attempt.slots]
        score = self.attempt.score
        return {
            "state": self.attempt.state.value,
            "places": [self.attempt.slot_state(number).value for number in numbers],
            "shows": [number for number in numbers if self.attempt.reveals(number)],
            "credits": [mark.credit for mark in self.attempt.marks],
            "next_open": self.attempt.next_open(),
            "score": {"points": score.points, "out_of": score.out_of, "passed": score.passed},
            "ended_at": self.attempt.ended_at,
        }


def _slot(number: int, place: Mapping[str, Any]) -> Slot:
    scenario = a_scenario(
        f"place-{number}",
        place["kind"],
        place.get("options") or dict.fromkeys(place.get("key_order", place["order"]))
        if place["kind"] in NO_CREDIT
        else place.get("options"),
        key_ratings=place.get("key_ratings"),
        key_choice=place.get("key_choice"),
        key_order=place.get("key_order"),
        nodes=[a_node(key, **leads) for key, leads in place.get("nodes", {}).items()],
        **({"cites": place["cites"]} if "cites" in place else {}),
    )
    return Slot(number, scenario, tuple(place["order"]), place.get("counts", True))


def walk(engine: Engine, story: Story) -> Iterator[tuple[Mapping[str, Any], dict[str, Any]]]:
    """Make every move of a story; give what is expected after it with what is there."""
    engine.begin(story)
    for move in story["moves"]:
        at, before = Period.parse(move["at"]), engine.log()
        refused = None
        try:
            if "answer" in move:
                (way,) = WAYS & set(move)
                engine.answer(at, move["answer"], way, move[way])
            elif "finish" in move:
                engine.finish(at)
            elif "look" in move:
                engine.look(at)
            else:
                engine.resume()
        except Refused as refusal:
            refused = str(refusal)
        after = engine.log()
        assert after[: len(before)] == before, "a log only grows"
        yield move.get("expect", {}), {**engine.seen(), "refused": refused, "happened": after[len(before) :]}


def told(path: Path) -> Story:
    story: Story = yaml.safe_load(path.read_text())
    return story


def exact(expected: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a story expects with fractions and moments in place of their words."""
    found = {"refused": None, **expected}
    if "credits" in found:
        found["credits"] = [Fraction(credit) for credit in found["credits"]]
    if "score" in found:
        found["score"] = {**found["score"], "points": Fraction(found["score"]["points"])}
    if found.get("ended_at") is not None:
        found["ended_at"] = moment(found["ended_at"])
    return found


def moment(text: str) -> datetime:
    return Period.parse(text).from_moment(START)


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_the_engine_walks_through_every_story(path: Path) -> None:
    for number, (expected, found) in enumerate(walk(PythonEngine(), told(path)), 1):
        wanted = exact(expected)
        assert {name: found[name] for name in wanted} == wanted, f"move {number}"


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_every_story_is_written_in_the_documented_form(path: Path) -> None:
    story = told(path)
    assert story["format"] == 1
    assert set(story) <= STORY_FIELDS
    assert story["story"].endswith(".")
    for number, place in enumerate(story["places"], 1):
        assert set(place) <= PLACE_FIELDS
        keys = place.get("options") or place.get("key_ratings") or place.get("key_order")
        assert keys is None or sorted(place["order"]) == sorted(keys), number
        assert registry.get(place["kind"]).check(_slot(number, place).scenario) == [], number
    for move in story["moves"]:
        assert len(DEEDS & set(move)) == 1
        assert len(WAYS & set(move)) == ("answer" in move)
        assert set(move) <= DEEDS | WAYS | {"at", "expect"}
        assert set(move.get("expect", {})) <= SEEN
    moments = [Period.parse(move["at"]).exact() for move in story["moves"]]
    assert all(before <= after for before, after in pairwise(moments))


def test_the_stories_use_every_deed() -> None:
    stories = [told(path) for path in STORIES]
    deeds = {deed for story in stories for move in story["moves"] for deed in DEEDS & set(move)}
    assert deeds == DEEDS


def test_the_documentation_names_every_field() -> None:
    prose = (FOLDER / "README.md").read_text()
    for field in STORY_FIELDS | PLACE_FIELDS | DEEDS | WAYS | SEEN:
        assert f"`{field}" in prose, field
