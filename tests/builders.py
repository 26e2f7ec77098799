"""Engine objects and documents with sane defaults; a test names only what it is about."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from quiz.engine.actions import Action, Answer
from quiz.engine.attempt import Attempt, Shown, Slot, act
from quiz.engine.instrument import (
    Citation,
    Edition,
    EditionStatus,
    Instrument,
    Library,
    Provision,
    Reference,
    Verification,
)
from quiz.engine.module import AttemptsRule, Module, PassRule, ProvisionRule, SelectionRule
from quiz.engine.periods import Period
from quiz.engine.response import Response
from quiz.engine.scenario import RATINGS, Node, Option, Scenario
from quiz.engine.text import Text

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ADDRESS = "eg-conduct/code-2019/integrity"
SHOWN = Shown("ar", "arab")
# Credits of the kinds as the worked rows of Moodle have them: 4 options, 2 right, +50/+50/−50/−50.
MOODLE_FOUR = {"a": "1/2", "b": "1/2", "c": "-1/2", "d": "-1/2"}
KEY_RATINGS = dict(zip("abcd", RATINGS, strict=True))


def a_text(arabic: str = "نص") -> Text:
    return Text({"ar": arabic, "en": "text"})


def a_node(key: str, **leads: str | None) -> Node:
    """Return a turn whose choices lead to the nodes named, or to the end."""
    return Node(key, a_text(key), None, {f"{key}/{choice}": following for choice, following in leads.items()})


# Two turns: the first leads on whatever is chosen, the second ends.
NODES = (a_node("first", a="second", b="second"), a_node("second", a=None, b=None))
BRANCHES = {"first/a": 1, "first/b": 0, "second/a": 1, "second/b": "1/2"}


def an_option(key: str, credit: Fraction | int | str | None = 0, cites: Sequence[str] = (ADDRESS,)) -> Option:
    exact = None if credit is None else Fraction(credit)
    return Option(key, a_text(key), a_text(f"تعليل {key}"), tuple(map(Citation, cites)), exact)


def a_scenario(
    key: str = "scenario",
    kind: str = "single_choice",
    credits: Mapping[str, Any] | None = None,
    *,
    key_ratings: Mapping[str, str] | None = None,
    key_choice: Mapping[str, str] | None = None,
    key_order: Sequence[str] | None = None,
    nodes: Sequence[Node] | None = None,
    bank: str = "eg-conduct",
    jurisdiction: str = "EG",
    sensitive: bool = False,
    cites: Sequence[str] = (ADDRESS,),
    option_cites: Sequence[str] | None = None,
    topics: Sequence[str] = ("integrity",),
    audience: Sequence[str] = ("everyone",),
    difficulty: int = 1,
) -> Scenario:
    """Return a scenario of a kind: by default a single choice where `a` is best, `b` half right and `c` wrong."""
    defaults: dict[str, Mapping[str, Any]] = {
        "single_choice": {"a": 1, "b": "1/2", "c": 0},
        "multiple_choice": MOODLE_FOUR,
        "judgement": dict.fromkeys(key_ratings or KEY_RATINGS),
        "most_least": dict.fromkeys("abcd"),
        "ordering": dict.fromkeys("abc"),
        "spot": {"a": 1, "b": -1, "c": -1},
        "branching": BRANCHES,
    }
    given = defaults[kind] if credits is None else credits
    about = cites if option_cites is None else option_cites
    ratings = key_ratings or (KEY_RATINGS if kind == "judgement" else {})
    keys = list(given)
    return Scenario(
        key=key,
        bank=bank,
        kind=kind,
        title=a_text(key),
        situation=a_text(),
        jurisdiction=jurisdiction,
        sensitive=sensitive,
        prompt=a_text(),
        options=tuple(an_option(one, credit, about) for one, credit in given.items()),
        cites=tuple(map(Citation, cites)),
        topics=tuple(topics),
        values=("integrity",),
        audience=tuple(audience),
        difficulty=difficulty,
        key_ratings=ratings if kind == "judgement" else {},
        key_choice=key_choice or ({"most": keys[0], "least": keys[-1]} if kind == "most_least" else {}),
        key_order=tuple(key_order or keys) if kind == "ordering" else (),
        nodes=tuple(nodes or NODES) if kind == "branching" else (),
        hint=a_text("تلميح"),
    )


def a_slot(number: int = 1, scenario: Scenario | None = None, scored: bool = True) -> Slot:
    """Return a place of an attempt; its options stand in an order that is not the file's."""
    scenario = scenario or a_scenario(f"scenario-{number}")
    order = tuple(reversed([option.key for option in scenario.options]))
    return Slot(number, scenario, order, scored, None if scored else "learning")


def an_attempt(
    *scenarios: Scenario,
    behaviour: str = "immediate_feedback",
    pass_rule: PassRule | None = None,
    minutes: int | None = None,
    unscored: Sequence[int] = (),
) -> Attempt:
    """Return an attempt that has just begun: three single choices, no deadline, to be passed with four fifths."""
    drawn = scenarios or tuple(a_scenario(f"scenario-{number}") for number in (1, 2, 3))
    return Attempt(
        behaviour=behaviour,
        slots=tuple(a_slot(number, one, number not in unscored) for number, one in enumerate(drawn, 1)),
        pass_rule=pass_rule or a_pass_rule(),
        started_at=START,
        deadline=START + timedelta(minutes=minutes) if minutes is not None else None,
        seal=hashlib.sha256(b"draw").hexdigest(),
    )


def a_pass_rule(score: str = "4/5", **and_every: str) -> PassRule:
    """Return a pass rule; further demands by provision key: `integrity="1/2"`."""
    demands = (
        ProvisionRule(f"eg-conduct/code-2019/{key.replace('_', '-')}", Fraction(least))
        for key, least in and_every.items()
    )
    return PassRule(Fraction(score), tuple(demands))


def after(minutes: float) -> datetime:
    """Return the moment so many minutes after an attempt began."""
    return START + timedelta(minutes=minutes)


def choosing(slot: int, *keys: str) -> Answer:
    return Answer(slot, Response.choosing(*keys))


def in_sequence(slot: int, *keys: str) -> Answer:
    return Answer(slot, Response.in_sequence(*keys))


def rating(slot: int, **ratings: str) -> Answer:
    return Answer(slot, Response.rating(ratings))


def acted(attempt: Attempt, *actions: Action) -> Attempt:
    """Return the attempt after these actions, a minute apart."""
    for minute, action in enumerate(actions, 1):
        attempt = act(attempt, action, after(minute), SHOWN)
    return attempt


def a_provision(key: str = "integrity", verification: Verification = Verification.MIRROR) -> Provision:
    day = date(2026, 1, 1)
    return Provision(
        key, Reference("value", None), a_text(), a_text(), (), ("integrity",), (), True, False, verification,
        "own copy", day, "source", day,
    )  # fmt: skip


def a_library(*provisions: Provision) -> Library:
    """Return a library of one edition in force, `eg-conduct/code-2019`."""
    edition = Edition(
        "code-2019", a_text(), EditionStatus.IN_FORCE, None, None, None, None, provisions or (a_provision(),)
    )
    return Library.of((Instrument("eg-conduct", "EG", "code", a_text("مدونة"), (edition,)),))


def a_module(
    *blueprint: SelectionRule,
    behaviour: str = "immediate_feedback",
    attempts: AttemptsRule | None = None,
    validity: str = "P2Y",
) -> Module:
    return Module(
        key="module",
        title=a_text(),
        summary=a_text(),
        minutes=20,
        jurisdictions=("EG",),
        lesson=(),
        blueprint=blueprint or (SelectionRule("eg-conduct", 3),),
        behaviour=behaviour,
        pass_rule=a_pass_rule(),
        attempts=attempts or an_attempts_rule(),
        time_limit=None,
        validity=Period.parse(validity),
        pledge=None,
        minimum_verification=Verification.MIRROR,
    )


def an_attempts_rule(limit: int = 3, waits: Sequence[str] = ("PT0S", "P1D"), remediation: bool = False) -> AttemptsRule:
    return AttemptsRule(limit, tuple(map(Period.parse, waits)), remediation)


def words(arabic: str = "نص") -> dict[str, str]:
    return {"ar": arabic, "en": "text"}


def scenario_document(key: str, bank: str = "eg-cybercrime", **changes: Any) -> dict[str, Any]:
    """Return the document of a single choice that cites a provision of the shipped library."""
    address = {"eg-cybercrime": "eg-cybercrime/law-175-2018/art-20"}.get(bank, ADDRESS)

    def option(name: str, credit: int) -> dict[str, Any]:
        return {"key": name, "text": words(name), "ruling": words(), "cites": [address], "credit": credit}

    return {
        "format": 1,
        "key": key,
        "bank": bank,
        "kind": "single_choice",
        "title": words(key),
        "situation": words(),
        "jurisdiction": "EG",
        "prompt": words(),
        "options": [option("decline", 1), option("accept", 0), option("wait", 0)],
        "cites": [address],
        "topics": ["state-systems"],
        "values": ["integrity"],
        "audience": ["everyone"],
        "difficulty": 1,
        **changes,
    }


def module_document(key: str, **changes: Any) -> dict[str, Any]:
    """Return the document of a module: two scenarios on Law 175, three attempts without waiting, a pledge."""
    return {
        "format": 1,
        "key": key,
        "title": words(key),
        "summary": words(),
        "minutes": 5,
        "jurisdictions": ["EG"],
        "lesson": [],
        "blueprint": [{"bank": "eg-cybercrime", "count": 2, "kinds": ["single_choice"]}],
        "behaviour": "immediate_feedback",
        "pass_rule": {"score": "4/5"},
        "attempts": {"limit": 3, "waits": ["PT0S"], "remediation": False},
        "validity": "P2Y",
        "pledge": {
            "confirm": words("أقرّ"),
            "undertake": words("أتعهد"),
            "editions": ["eg-conduct/code-2019"],
            "required": True,
        },
        "minimum_verification": "mirror_verified",
        **changes,
    }


def provision_document(key: str, **changes: Any) -> dict[str, Any]:
    """Return the document of an article, verified by a full copy."""
    return {
        "key": key,
        "reference": {"kind": "article", "number": key.removeprefix("art-")},
        "title": words(),
        "paraphrase": words(),
        "topics": ["general"],
        "figures": [],
        "binds_conduct": True,
        "verification": "mirror_verified",
        "verified_against": {"ar": "نسخة", "en": "a copy"},
        "verified_on": "2026-01-01",
        "source": words(),
        "review_due": "2027-01-01",
        **changes,
    }


def edition_document(key: str, *provisions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the document of an edition in force."""
    return {
        "key": key,
        "label": words(key),
        "status": "in_force",
        "issued_on": None,
        "effective_from": "2020-01-01",
        "effective_to": None,
        "replaced_by": None,
        "provisions": list(provisions),
        **changes,
    }


def instrument_document(key: str, *editions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the document of an Egyptian law."""
    return {
        "format": 2,
        "key": key,
        "jurisdiction": "EG",
        "kind": "law",
        "title": words("قانون"),
        "editions": list(editions),
        **changes,
    }


def subsets(keys: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Return every choice of keys, the empty one with it."""
    for mask in range(2 ** len(keys)):
        yield tuple(key for place, key in enumerate(keys) if mask >> place & 1)
