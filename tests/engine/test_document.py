"""Documents are read whole or refused with every fault at its place, and have one digest."""

import ast
import math
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import quiz.engine
from quiz.engine.document import canonical, digest, read_instrument, read_module, read_scenario
from quiz.engine.errors import Faulty
from quiz.engine.instrument import Citation, EditionStatus, Figure, Part, Reference, Verification
from quiz.engine.module import LessonCard, PassRule, ProvisionRule, SelectionRule
from quiz.engine.periods import Period
from quiz.engine.reading import Fault
from quiz.engine.scenario import Comparison, Exhibit, Turn
from quiz.engine.text import Text

Document = dict[str, Any]
GONE = object()
PROVISION = ("editions", 0, "provisions", 0)
PART = (*PROVISION, "parts", 0)
FIGURE = (*PROVISION, "figures", 0)
ADDRESS = "eg-cybercrime/law-175-2018/art-20"


def text(arabic: str = "نص") -> Document:
    return {"ar": arabic, "en": "text"}


def option(key: str, credit: Any) -> Document:
    return {"key": key, "text": text(key), "ruling": text(), "cites": [ADDRESS], "credit": credit}


def scenario() -> Document:
    return {
        "format": 1,
        "key": "fake-page",
        "bank": "eg-cybercrime",
        "kind": "single_choice",
        "title": text(),
        "situation": text(),
        "jurisdiction": "EG",
        "sensitive": False,
        "exhibit": {
            "medium": "post",
            "author": text("هيئة"),
            "handle": "mosem_eg",
            "profile": text(),
            "official": True,
            "body": text(),
            "when": text(),
        },
        "prompt": text(),
        "options": [option("a", "1/3"), option("b", 1)],
        "cites": [ADDRESS, {"at": f"{ADDRESS}#3", "as": "history"}],
        "compare": [{"edition": "ae-cybercrime/fdl-34-2021", "cites": [], "verdict": "silent", "note": text("سكت")}],
        "topics": ["impersonation"],
        "values": ["integrity"],
        "audience": ["everyone"],
        "difficulty": 2,
        "hint": text("تلميح"),
        "author_note": "a note",
    }


def multiple() -> Document:
    document = {**scenario(), "kind": "multiple_choice"}
    document["options"] = [option("a", "1/2"), option("b", "1/2"), option("c", -1)]
    return document


def judgement() -> Document:
    document = {**scenario(), "kind": "judgement", "options": [option(key, None) for key in "abc"]}
    for each in document["options"]:
        del each["credit"]
    document["key_ratings"] = {"a": "very_appropriate", "b": "inappropriate", "c": "appropriate"}
    return document


def plain(keys: str) -> list[Document]:
    """Return options that have no credit of their own."""
    return [{key: value for key, value in option(one, None).items() if key != "credit"} for one in keys]


def most_least() -> Document:
    return {
        **scenario(),
        "kind": "most_least",
        "options": plain("abcd"),
        "key_choice": {"most": "b", "least": "d"},
    }


def ordering() -> Document:
    return {**scenario(), "kind": "ordering", "options": plain("abc"), "key_order": ["c", "a", "b"]}


def spot() -> Document:
    document = {**scenario(), "kind": "spot"}
    del document["options"]
    document["exhibit"]["body"] = {
        "ar": "قال [[b: إنه رأى]] ثم [[a: نشر الاسم]] و[[c: شكر]].",
        "en": "He [[b: said he saw]], then [[a: published the name]] and [[c: gave thanks]].",
    }
    document["passages"] = [{"key": key, "breach": key == "a", "ruling": text(), "cites": [ADDRESS]} for key in "abc"]
    return document


def choice(key: str, credit: Any, following: str | None) -> Document:
    return {**option(key, credit), "next": following, "consequence": text("ثم")}


def branching() -> Document:
    document = {**scenario(), "kind": "branching"}
    del document["options"]
    document["nodes"] = [
        {"key": "first", "situation": text(), "choices": [choice("a", 1, "second"), choice("b", "1/3", "second")]},
        {"key": "second", "situation": text(), "choices": [choice("a", 1, None), choice("b", 0, None)]},
    ]
    return document


def dialogue() -> Document:
    turns = [{"who": text("نهى"), "says": text("نعم")}]
    return {**scenario(), "exhibit": {"medium": "dialogue", "turns": turns}}


def module() -> Document:
    return {
        "format": 2,
        "key": "onboarding",
        "title": text(),
        "summary": text(),
        "minutes": 20,
        "jurisdictions": ["EG", "AE"],
        "lesson": [{"key": "card", "title": text("عنوان"), "body": text("متن"), "cites": [ADDRESS]}],
        "blueprint": [
            {
                "bank": "eg-cybercrime",
                "count": 4,
                "topics": ["gifts"],
                "provisions": [ADDRESS],
                "kinds": ["judgement"],
                "difficulty": [1, 2],
                "audience": ["it"],
                "jurisdictions": ["EG"],
                "scored": False,
            },
            {"bank": "eg-conduct", "count": 1, "verification": "secondary"},
        ],
        "behaviour": "exam",
        "certainty": True,
        "pass_rule": {"score": "4/5", "and_every": [{"cites": ADDRESS, "score": "1/2"}]},
        "attempts": {"limit": 3, "waits": ["PT0S", "P1D"], "remediation": True},
        "time_limit": "PT25M",
        "validity": "P2Y",
        "pledge": {
            "confirm": text("أقر"),
            "undertake": text("أتعهد"),
            "editions": ["eg-conduct/code-2019"],
            "required": True,
        },
        "minimum_verification": "secondary",
        "defaults": {"assigned_to": "new-hires", "due": "P90D"},
    }


def instrument() -> Document:
    return {
        "format": 2,
        "key": "eg-cybercrime",
        "jurisdiction": "EG",
        "kind": "law",
        "title": text("قانون"),
        "editions": [
            {
                "key": "law-175-2018",
                "label": text("القانون"),
                "status": "repealed",
                "issued_on": "2018-08-14",
                "effective_from": "2018-08-15",
                "effective_to": None,
                "replaced_by": "eg-cybercrime/next",
                "provisions": [
                    {
                        "key": "art-20",
                        "reference": {"kind": "article", "number": "20"},
                        "title": text(),
                        "paraphrase": text("خلاصة"),
                        "parts": [
                            {
                                "key": "1",
                                "title": text(),
                                "paraphrase": text("فقرة"),
                                "topics": ["state-systems"],
                                "figures": [{"key": "term", "what": "imprisonment", "min": 2, "unit": "year"}],
                            }
                        ],
                        "topics": ["state-systems"],
                        "figures": [
                            {
                                "key": "fine",
                                "what": "fine",
                                "min": 50000,
                                "max": 200000,
                                "currency": "EGP",
                                "felony": False,
                                "either_or": True,
                                "note": text("الغرامة"),
                            }
                        ],
                        "binds_conduct": True,
                        "sensitive": True,
                        "verification": "mirror_verified",
                        "verified_against": text("نسخة"),
                        "verified_on": "2026-11-20",
                        "source": text("الجريدة"),
                        "review_due": "2027-05-20",
                    }
                ],
            }
        ],
    }


READERS: dict[Callable[[], Document], Callable[[Any], Any]] = {
    scenario: read_scenario,
    multiple: read_scenario,
    judgement: read_scenario,
    most_least: read_scenario,
    ordering: read_scenario,
    spot: read_scenario,
    branching: read_scenario,
    dialogue: read_scenario,
    module: read_module,
    instrument: read_instrument,
}


def changed(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return a copy with one place replaced, or taken out."""
    document = deepcopy(document)
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    if value is GONE:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return document


def faults(make: Callable[[], Document], document: Any) -> tuple[Fault, ...]:
    with pytest.raises(Faulty) as raised:
        READERS[make](document)
    assert raised.value.code == "faulty"
    found: tuple[Fault, ...] = raised.value.values["faults"]  # type: ignore[assignment]
    return found


# The one byte form


def test_the_canonical_form_does_not_depend_on_order() -> None:
    assert canonical({"b": [1, True, None], "a": "نص"}) == '{"a":"نص","b":[1,true,null]}'.encode()
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})


def test_the_digest_is_the_sha_256_of_the_canonical_form() -> None:
    # printf '{"a":"نص"}' | sha256sum
    assert digest({"a": "نص"}) == "8021d5fc9ec058fe0acd49a95b15885b5f9860e032a6a38db90d0fd60a868cb0"
    assert digest({"a": "نص "}) != digest({"a": "نص"})


def test_a_number_without_a_json_form_has_no_digest() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical({"a": math.nan})


# What is read


def test_a_scenario_is_read() -> None:
    read = read_scenario(scenario())
    assert (read.key, read.bank, read.kind, read.jurisdiction) == (
        "fake-page",
        "eg-cybercrime",
        "single_choice",
        "EG",
    )
    assert [one.credit for one in read.options] == [Fraction(1, 3), Fraction(1)]
    assert [one.path for one in read.options] == [("options", 0), ("options", 1)]
    assert read_scenario(changed(scenario(), ("difficulty",), 3)).difficulty == 3
    assert read.cites == (Citation(ADDRESS), Citation(f"{ADDRESS}#3", as_history=True))
    assert read.compare == (Comparison("ae-cybercrime/fdl-34-2021", (), "silent", Text(text("سكت"))),)
    assert (read.topics, read.values, read.audience, read.difficulty) == (
        ("impersonation",),
        ("integrity",),
        ("everyone",),
        2,
    )
    assert read.hint == Text(text("تلميح"))
    assert (read.author_note, read.sensitive) == ("a note", False)
    assert read.exhibit == Exhibit(
        "post",
        {name: Text(text("هيئة" if name == "author" else "نص")) for name in ("author", "profile", "body", "when")},
        {"handle": "mosem_eg"},
        official=True,
    )


def test_what_is_optional_may_be_left_out() -> None:
    document = scenario()
    for name in ("exhibit", "compare", "hint", "author_note", "sensitive"):
        del document[name]
    read = read_scenario(document)
    assert (read.exhibit, read.compare, read.hint, read.author_note, read.sensitive) == (
        None,
        (),
        None,
        None,
        False,
    )
    small = module()
    for name in ("time_limit", "pledge", "defaults", "certainty"):
        del small[name]
    module_read = read_module(small)
    assert (module_read.time_limit, module_read.pledge, module_read.due, module_read.certainty) == (
        None,
        None,
        None,
        False,
    )
    assert read_module(changed(module(), ("pass_rule",), {"score": 1})).pass_rule == PassRule(Fraction(1))


def test_a_lesson_card_may_be_for_some_countries_only() -> None:
    read = read_module(changed(module(), ("lesson", 0, "jurisdictions"), ["AE"]))
    assert (len(read.lesson_for("AE")), read.lesson_for("EG")) == (1, ())
    everywhere = read_module(module())
    assert everywhere.lesson_for("EG") == everywhere.lesson_for("AE") == everywhere.lesson


def test_a_consequence_is_read() -> None:
    read = read_scenario(changed(scenario(), ("options", 0, "consequence"), text("أثر")))
    assert read.options[0].consequence == Text(text("أثر"))


def test_a_rated_scenario_has_ratings_and_no_credit() -> None:
    read = read_scenario(judgement())
    assert read.key_ratings == {"a": "very_appropriate", "b": "inappropriate", "c": "appropriate"}
    assert {one.credit for one in read.options} == {None}


@pytest.mark.parametrize("medium", ["dialogue", "message"])
def test_a_conversation_is_read_turn_by_turn(medium: str) -> None:
    read = read_scenario(changed(dialogue(), ("exhibit", "medium"), medium)).exhibit
    assert read is not None
    assert read.turns == (Turn(Text(text("نهى")), Text(text("نعم"))),)
    assert read.official is None


@pytest.mark.parametrize(
    ("medium", "names", "plain"),
    [
        ("email", ("from", "to", "subject", "body"), ()),
        ("memo", ("body_name", "date", "subject", "text", "signed"), ("number",)),
    ],
)
def test_letters_are_read_by_their_medium(medium: str, names: tuple[str, ...], plain: tuple[str, ...]) -> None:
    exhibit = {"medium": medium, **{name: text() for name in names}, **dict.fromkeys(plain, "12/2026")}
    read = read_scenario({**scenario(), "exhibit": exhibit}).exhibit
    assert read == Exhibit(medium, {name: Text(text()) for name in names}, dict.fromkeys(plain, "12/2026"))


def test_texts_lose_the_blanks_around_them() -> None:
    assert read_scenario(changed(scenario(), ("title",), {"ar": " نص\n"})).title == Text({"ar": "نص"})


def test_a_module_is_read() -> None:
    read = read_module(module())
    assert (read.key, read.minutes, read.jurisdictions) == ("onboarding", 20, ("EG", "AE"))
    assert (read.length_for("EG"), read.length_for("AE")) == (5, 1)
    assert read.lines_for("AE") == read.blueprint[1:]
    assert read.lesson == (LessonCard("card", Text(text("عنوان")), Text(text("متن")), (Citation(ADDRESS),)),)
    assert read.blueprint == (
        SelectionRule(
            "eg-cybercrime", 4, ("gifts",), (ADDRESS,), ("judgement",), (1, 2), ("it",), ("EG",), None, False
        ),
        SelectionRule("eg-conduct", 1, verification=Verification.SECONDARY),
    )
    assert read.pass_rule == PassRule(Fraction(4, 5), (ProvisionRule(ADDRESS, Fraction(1, 2)),))
    assert (read.attempts.limit, read.attempts.waits, read.attempts.remediation) == (
        3,
        (Period(), Period(days=1)),
        True,
    )
    assert (read.time_limit, read.validity, read.due) == (
        Period(seconds=1500),
        Period(months=24),
        Period(days=90),
    )
    assert read.pledge is not None
    assert (read.pledge.confirm, read.pledge.undertake) == (Text(text("أقر")), Text(text("أتعهد")))
    assert (read.pledge.editions, read.pledge.required) == (("eg-conduct/code-2019",), True)
    assert (read.behaviour, read.certainty, read.assigned_to) == ("exam", True, "new-hires")
    assert read.minimum_verification is Verification.SECONDARY


def test_an_instrument_is_read() -> None:
    read = read_instrument(instrument())
    assert (read.key, read.jurisdiction, read.kind, read.title) == (
        "eg-cybercrime",
        "EG",
        "law",
        Text(text("قانون")),
    )
    (edition,) = read.editions
    assert (
        edition.status,
        edition.issued_on,
        edition.effective_from,
        edition.effective_to,
        edition.replaced_by,
    ) == (
        EditionStatus.REPEALED,
        date(2018, 8, 14),
        date(2018, 8, 15),
        None,
        "eg-cybercrime/next",
    )
    (provision,) = edition.provisions
    assert (provision.reference.kind, provision.reference.number) == ("article", "20")
    assert (provision.binds_conduct, provision.sensitive, provision.verification) == (
        True,
        True,
        Verification.MIRROR,
    )
    assert (provision.verified_on, provision.review_due) == (date(2026, 11, 20), date(2027, 5, 20))
    assert (provision.verified_against.by_language["ar"], provision.source.by_language["ar"]) == ("نسخة", "الجريدة")
    assert provision.figures == (
        Figure("fine", "fine", 50000, 200000, None, "EGP", False, True, Text(text("الغرامة"))),
    )
    (part,) = provision.parts
    assert (part.key, part.paraphrase, part.title) == ("1", Text(text("فقرة")), Text(text()))
    assert part.figures == (Figure("term", "imprisonment", 2, None, "year"),)


def test_an_instrument_may_say_no_more_than_it_must() -> None:
    document = instrument()
    (edition,) = document["editions"]
    (provision,) = edition["provisions"]
    for holder, names in ((edition, ["replaced_by"]), (provision, ["parts", "figures", "sensitive"])):
        for name in names:
            del holder[name]
    provision["reference"] = {"kind": "value", "number": None}
    read = read_instrument(document).editions[0]
    assert read.replaced_by is None
    assert read.provisions[0].reference == Reference("value", None)
    assert (read.provisions[0].parts, read.provisions[0].figures, read.provisions[0].sensitive) == ((), (), False)


def test_a_part_may_be_only_its_words_and_a_figure_that_is_no_penalty_says_what_it_counts() -> None:
    limit = {"key": "posts", "what": "limit", "max": 3, "note": text("في اليوم")}
    document = changed(instrument(), PART, {"key": "2", "paraphrase": text("فقرة")})
    (provision,) = read_instrument(changed(document, FIGURE, limit)).editions[0].provisions
    assert provision.parts == (Part("2", Text(text("فقرة"))),)
    assert provision.figures == (Figure("posts", "limit", maximum=3, note=Text(text("في اليوم"))),)


def test_the_picks_of_a_most_least_are_read() -> None:
    read = read_scenario(most_least())
    assert dict(read.key_choice) == {"most": "b", "least": "d"}
    assert {option.credit for option in read.options} == {None}


def test_the_order_of_an_ordering_is_read() -> None:
    assert read_scenario(ordering()).key_order == ("c", "a", "b")


def test_passages_stand_as_the_exhibit_has_them_and_their_credits_follow() -> None:
    read = read_scenario(spot())
    assert [(option.key, option.credit) for option in read.options] == [("b", -1), ("a", 1), ("c", -1)]
    assert read.option("a").text == Text({"ar": "نشر الاسم", "en": "published the name"})
    assert [option.path for option in read.options] == [("passages", place) for place in (1, 0, 2)]
    assert {(option.ruling, option.cites) for option in read.options} == {(Text(text()), (Citation(ADDRESS),))}


def test_breaches_share_the_credit_and_an_innocent_passage_costs_such_a_share() -> None:
    document = changed(spot(), ("passages", 1, "breach"), True)
    document["exhibit"]["when"] = text("[[d: أمس]]")
    document["passages"].append({"key": "d", "breach": False, "ruling": text(), "cites": [ADDRESS]})
    credits = {option.key: option.credit for option in read_scenario(document).options}
    assert credits == {"a": Fraction(1, 2), "b": Fraction(1, 2), "c": Fraction(-1, 2), "d": Fraction(-1, 2)}


def test_a_passage_may_run_over_several_lines_and_loses_the_blanks_around_it() -> None:
    body = {"ar": "قال [[b: رأى]] ثم [[a:  نشر\nالاسم ]] و[[c: شكر]]."}
    read = read_scenario(changed(spot(), ("exhibit", "body"), body))
    assert read.option("a").text == Text({"ar": "نشر\nالاسم"})


def test_nodes_lead_to_nodes_and_their_choices_are_the_options() -> None:
    read = read_scenario(branching())
    assert [option.key for option in read.options] == ["first/a", "first/b", "second/a", "second/b"]
    assert read.options[3].path == ("nodes", 1, "choices", 1)
    assert {(node.situation, node.exhibit) for node in read.nodes} == {(Text(text()), None)}
    shown = changed(branching(), ("nodes", 0, "exhibit"), {"medium": "dialogue", "turns": []})
    assert read_scenario(shown).node("first").exhibit == Exhibit("dialogue")
    assert dict(read.node("first").leads) == {"first/a": "second", "first/b": "second"}
    assert dict(read.node("second").leads) == {"second/a": None, "second/b": None}
    with pytest.raises(KeyError):
        read.node("third")


# What is refused

FAULTS: list[tuple[Callable[[], Document], tuple[Any, ...], Any, str, tuple[Any, ...]]] = [
    # Fields of every kind
    (scenario, ("key",), GONE, "missing", ("key",)),
    (scenario, ("key",), "", "empty", ("key",)),
    (scenario, ("key",), 7, "wrong-type", ("key",)),
    (scenario, ("key",), "Fake_Page", "bad-key", ("key",)),
    (scenario, ("key",), "a--b", "bad-key", ("key",)),
    (scenario, ("key",), "a" * 65, "bad-key", ("key",)),
    (scenario, ("colour",), "red", "unknown-key", ("colour",)),
    (scenario, ("bank",), "fr-conduct", "not-one-of", ("bank",)),
    (scenario, ("topics",), ["gifts", "weather"], "not-one-of", ("topics", 1)),
    (scenario, ("topics",), [3], "wrong-type", ("topics", 0)),
    (scenario, ("topics",), "gifts", "wrong-type", ("topics",)),
    (scenario, ("sensitive",), "yes", "wrong-type", ("sensitive",)),
    (scenario, ("difficulty",), True, "wrong-type", ("difficulty",)),
    (scenario, ("difficulty",), 0, "too-small", ("difficulty",)),
    (scenario, ("difficulty",), 4, "too-large", ("difficulty",)),
    (scenario, ("author_note",), 5, "wrong-type", ("author_note",)),
    (scenario, ("kind",), "riddle", "not-one-of", ("kind",)),
    # Texts
    (scenario, ("title",), GONE, "missing", ("title",)),
    (scenario, ("title",), "نص", "wrong-type", ("title",)),
    (scenario, ("title",), {"en": "text"}, "no-arabic", ("title",)),
    (scenario, ("title",), {"ar": "  "}, "no-arabic", ("title",)),
    (scenario, ("title",), {"ar": "نص", "fr": "texte"}, "unknown-language", ("title", "fr")),
    (scenario, ("title",), {"ar": "نص", "en": 5}, "wrong-type", ("title", "en")),
    (scenario, ("hint",), {"en": "hint"}, "no-arabic", ("hint",)),
    # Citations
    (scenario, ("cites",), [], "no-citation", ("cites",)),
    (scenario, ("cites",), ["art-20"], "bad-address", ("cites", 0)),
    (scenario, ("cites",), [f"{ADDRESS}#"], "bad-address", ("cites", 0)),
    (scenario, ("cites",), [{"at": ADDRESS, "as": "joke"}], "not-one-of", ("cites", 0, "as")),
    (scenario, ("cites",), [{"at": ADDRESS, "as": "history", "by": 1}], "unknown-key", ("cites", 0, "by")),
    (scenario, ("compare", 0, "edition"), "fdl-34-2021", "bad-address", ("compare", 0, "edition")),
    (scenario, ("compare", 0, "verdict"), "same", "silent-and-cited", ("compare", 0, "verdict")),
    (scenario, ("compare", 0, "cites"), [ADDRESS], "silent-and-cited", ("compare", 0, "verdict")),
    (scenario, ("compare", 0), "words", "not-a-mapping", ("compare", 0)),
    # Options
    (scenario, ("options",), GONE, "missing", ("options",)),
    (scenario, ("options", 0, "ruling"), GONE, "missing", ("options", 0, "ruling")),
    (scenario, ("options", 0, "cites"), GONE, "missing", ("options", 0, "cites")),
    (scenario, ("options", 0, "colour"), "red", "unknown-key", ("options", 0, "colour")),
    (scenario, ("options", 1, "key"), "a", "key-twice", ("options", 1, "key")),
    (scenario, ("options", 0, "credit"), GONE, "missing", ("options", 0, "credit")),
    (scenario, ("options", 0, "credit"), 0.5, "not-a-fraction", ("options", 0, "credit")),
    (scenario, ("options", 0, "credit"), "1/0", "not-a-fraction", ("options", 0, "credit")),
    (scenario, ("options", 0, "credit"), True, "not-a-fraction", ("options", 0, "credit")),
    (scenario, ("options", 0, "credit"), 1, "not-one-best", ("options",)),
    (scenario, ("options", 1, "credit"), 0, "not-one-best", ("options",)),
    (scenario, ("options", 0, "credit"), "-1/3", "credit-out-of-range", ("options", 0, "credit")),
    (scenario, ("options",), [option("a", 1)], "option-count", ("options",)),
    (scenario, ("options",), [option(key, 0) for key in "abcdefg"], "option-count", ("options",)),
    (scenario, ("key_ratings",), {"a": "appropriate"}, "unknown-key", ("key_ratings",)),
    (multiple, ("options", 0, "credit"), "1/4", "positives-not-one", ("options",)),
    (multiple, ("options", 2, "credit"), "-1/2", "everything-scores", ("options",)),
    (multiple, ("options", 2, "credit"), 0, "credit-out-of-range", ("options", 2, "credit")),
    (multiple, ("options", 2, "credit"), -2, "credit-out-of-range", ("options", 2, "credit")),
    (judgement, ("key_ratings",), GONE, "missing", ("key_ratings",)),
    (judgement, ("key_ratings", "a"), GONE, "rating-without-option", ("key_ratings", "a")),
    (judgement, ("key_ratings", "z"), "appropriate", "rating-without-option", ("key_ratings", "z")),
    (judgement, ("key_ratings", "a"), "fine", "not-one-of", ("key_ratings", "a")),
    (judgement, ("key_ratings", "a"), 1, "wrong-type", ("key_ratings", "a")),
    (judgement, ("options", 0, "credit"), 1, "unknown-key", ("options", 0, "credit")),
    (most_least, ("key_choice",), {"most": "b"}, "pick-not-named", ("key_choice", "least")),
    (most_least, ("key_choice", "worst"), "c", "pick-not-named", ("key_choice", "worst")),
    (most_least, ("key_choice", "least"), "z", "rating-without-option", ("key_choice", "least")),
    (most_least, ("key_choice", "least"), "b", "most-is-least", ("key_choice",)),
    (most_least, ("options",), plain("abd"), "option-count", ("options",)),
    (ordering, ("key_order",), ["c", "a"], "order-not-of-all", ("key_order",)),
    (ordering, ("key_order",), ["c", "a", "a"], "order-not-of-all", ("key_order",)),
    (ordering, ("options",), plain("ab"), "option-count", ("options",)),
    (spot, ("passages", 0, "key"), "z", "passage-not-marked", ("passages", 0, "key")),
    (spot, ("passages", 2), GONE, "passage-not-ruled", ("passages",)),
    (spot, ("passages", 0, "breach"), False, "nothing-breaches", ("passages",)),
    (spot, ("passages", 1, "breach"), True, "everything-scores", ("passages",)),
    (spot, ("passages", 1, "breach"), GONE, "missing", ("passages", 1, "breach")),
    (branching, ("nodes",), [], "empty-branching", ("nodes",)),
    (branching, ("nodes", 0, "choices", 0, "credit"), "1/2", "no-sound-choice", ("nodes", 0, "choices")),
    (branching, ("nodes", 0, "choices", 0, "next"), "third", "no-such-node", ("nodes", 0, "choices")),
    (branching, ("nodes", 0, "choices", 1, "next"), "first", "path-too-long", ("nodes",)),
    (branching, ("nodes", 0, "choices", 1, "next"), None, "path-too-short", ("nodes",)),
    (branching, ("nodes", 0, "choices"), [choice("a", 1, "second")], "option-count", ("nodes", 0, "choices")),
    (branching, ("nodes", 1, "choices", 1, "credit"), -1, "credit-out-of-range", ("nodes", 1, "choices", 1, "credit")),
    # Exhibits
    (scenario, ("exhibit",), "a picture", "not-a-mapping", ("exhibit",)),
    (scenario, ("exhibit", "medium"), "telegram", "not-one-of", ("exhibit", "medium")),
    (scenario, ("exhibit", "handle"), GONE, "missing", ("exhibit", "handle")),
    (scenario, ("exhibit", "official"), GONE, "missing", ("exhibit", "official")),
    (scenario, ("exhibit", "body"), GONE, "missing", ("exhibit", "body")),
    (scenario, ("exhibit", "turns"), [], "unknown-key", ("exhibit", "turns")),
    (dialogue, ("exhibit", "turns"), GONE, "missing", ("exhibit", "turns")),
    (dialogue, ("exhibit", "turns", 0, "says"), GONE, "missing", ("exhibit", "turns", 0, "says")),
    # Modules
    (module, ("minutes",), 0, "too-small", ("minutes",)),
    (module, ("lesson", 0, "key"), "A card", "bad-key", ("lesson", 0, "key")),
    (module, ("blueprint", 0, "count"), 0, "too-small", ("blueprint", 0, "count")),
    (module, ("blueprint", 0, "bank"), "fr", "not-one-of", ("blueprint", 0, "bank")),
    (module, ("blueprint", 0, "kinds"), ["riddle"], "not-one-of", ("blueprint", 0, "kinds", 0)),
    (module, ("blueprint", 0, "audience"), ["poets"], "not-one-of", ("blueprint", 0, "audience", 0)),
    (module, ("behaviour",), "strict", "not-one-of", ("behaviour",)),
    (module, ("pass_rule",), GONE, "missing", ("pass_rule",)),
    (module, ("pass_rule", "score"), "6/5", "score-out-of-range", ("pass_rule", "score")),
    (module, ("pass_rule", "score"), 0, "score-out-of-range", ("pass_rule", "score")),
    (module, ("pass_rule", "grace"), 1, "unknown-key", ("pass_rule", "grace")),
    (module, ("pass_rule", "and_every", 0, "score"), GONE, "missing", ("pass_rule", "and_every", 0, "score")),
    (module, ("attempts",), GONE, "missing", ("attempts",)),
    (module, ("attempts", "limit"), 0, "too-small", ("attempts", "limit")),
    (module, ("attempts", "waits"), ["P1D", "soon"], "not-a-duration", ("attempts", "waits", 1)),
    (module, ("attempts", "grace"), 1, "unknown-key", ("attempts", "grace")),
    (module, ("time_limit",), "25 minutes", "not-a-duration", ("time_limit",)),
    (module, ("validity",), GONE, "missing", ("validity",)),
    (module, ("pledge", "confirm"), GONE, "missing", ("pledge", "confirm")),
    (module, ("pledge", "colour"), 1, "unknown-key", ("pledge", "colour")),
    (module, ("minimum_verification",), "hearsay", "not-one-of", ("minimum_verification",)),
    (module, ("defaults", "due"), "soon", "not-a-duration", ("defaults", "due")),
    (module, ("defaults", "colour"), 1, "unknown-key", ("defaults", "colour")),
    # Instruments
    (instrument, ("kind",), "rumour", "not-one-of", ("kind",)),
    (instrument, ("editions", 0, "status"), "asleep", "not-one-of", ("editions", 0, "status")),
    (instrument, ("editions", 0, "issued_on"), "14/8/2018", "not-a-date", ("editions", 0, "issued_on")),
    (instrument, (*PROVISION, "verified_on"), GONE, "missing", (*PROVISION, "verified_on")),
    (instrument, (*PROVISION, "review_due"), GONE, "missing", (*PROVISION, "review_due")),
    (instrument, (*PROVISION, "reference"), GONE, "missing", (*PROVISION, "reference")),
    (instrument, (*PROVISION, "reference", "kind"), "page", "not-one-of", (*PROVISION, "reference", "kind")),
    (instrument, (*PROVISION, "reference", "page"), 1, "unknown-key", (*PROVISION, "reference", "page")),
    (instrument, (*PROVISION, "verification"), "hearsay", "not-one-of", (*PROVISION, "verification")),
    (instrument, (*PROVISION, "binds_conduct"), GONE, "missing", (*PROVISION, "binds_conduct")),
    (instrument, (*PROVISION, "source"), GONE, "missing", (*PROVISION, "source")),
    (instrument, (*PART, "topics"), ["weather"], "not-one-of", (*PART, "topics", 0)),
    (instrument, (*FIGURE, "what"), "scorn", "not-one-of", (*FIGURE, "what")),
    (instrument, (*FIGURE, "min"), "50000", "wrong-type", (*FIGURE, "min")),
    (instrument, (*FIGURE, "unit"), "moon", "not-one-of", (*FIGURE, "unit")),
    (instrument, (*FIGURE, "currency"), "USD", "not-one-of", (*FIGURE, "currency")),
    (instrument, (*FIGURE, "currency"), GONE, "missing", (*FIGURE, "currency")),
    (instrument, FIGURE, {"key": "days", "what": "period", "min": 3}, "missing", (*FIGURE, "note")),
]  # fmt: skip


@pytest.mark.parametrize("make", READERS)
def test_a_sound_document_is_read(make: Callable[[], Document]) -> None:
    assert READERS[make](make()).key == make()["key"]


@pytest.mark.parametrize(("make", "path", "value", "code", "place"), FAULTS)
def test_a_fault_is_refused_at_its_place(
    make: Callable[[], Document], path: tuple[Any, ...], value: Any, code: str, place: tuple[Any, ...]
) -> None:
    found = faults(make, changed(make(), path, value))
    assert (code, place) in [(fault.code, fault.path) for fault in found]


def test_all_faults_are_reported_together() -> None:
    document = changed(changed(scenario(), ("title",), GONE), ("options", 1, "ruling"), {"en": "why"})
    document["colour"] = "red"
    assert {(fault.code, fault.path) for fault in faults(scenario, document)} == {
        ("missing", ("title",)),
        ("no-arabic", ("options", 1, "ruling")),
        ("unknown-key", ("colour",)),
    }


def test_a_fault_carries_the_values_of_its_sentence() -> None:
    (fault,) = faults(scenario, changed(scenario(), ("difficulty",), 4))
    assert fault.values == {"value": "4", "most": "3"}
    (fault,) = faults(scenario, changed(scenario(), ("options",), [option("a", 1)]))
    assert fault.values == {"value": "1", "least": "2", "most": "6"}


@pytest.mark.parametrize("version", [None, 0, 9, "1", 1.0, [1]])
def test_an_unknown_format_is_refused_before_anything_else(version: Any) -> None:
    for make in (scenario, module, instrument):
        (fault,) = faults(make, {**make(), "format": version, "colour": "red"})
        assert (fault.code, fault.path) == ("unknown-format", ("format",))


@pytest.mark.parametrize("document", [None, [], "words", 5])
def test_what_is_no_mapping_has_no_format(document: Any) -> None:
    assert [fault.code for fault in faults(scenario, document)] == ["unknown-format"]


def codes_of_the_engine() -> Iterator[str]:
    places = {"fault": 0, "Fault": 1}
    for path in Path(quiz.engine.__path__[0]).glob("**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                place = places.get(name, 9)
                if len(node.args) > place and isinstance(node.args[place], ast.Constant):
                    yield str(node.args[place].value)


def test_every_fault_the_engine_knows_is_shown_here() -> None:
    # One needs a node more than any change of one place makes.
    assert set(codes_of_the_engine()) == {code for _, _, _, code, _ in FAULTS} | {"unknown-format", "node-out-of-reach"}


JUNK: list[Any] = [
    None, 0, -1, True, 1.5, math.inf, "", "x", "9" * 30, "1/0", [], [1], [None], [[]], [{}], {}, {"x": "y"},
    {"ar": 1}, {"ar": None, "en": []}, [ADDRESS],
]  # fmt: skip


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for step, value in items:
        yield (*path, step)
        yield from places(value, (*path, step))


@pytest.mark.parametrize("make", READERS)
def test_junk_anywhere_is_read_or_refused_and_nothing_else(make: Callable[[], Document]) -> None:
    document = make()
    refused = 0
    for path in places(document):
        for junk in JUNK:
            try:
                READERS[make](changed(document, path, junk))
            except Faulty as faulty:
                refused += bool(faulty.values["faults"])
    assert refused > 500


def test_an_instrument_of_format_1_says_its_proof_in_one_language() -> None:
    old = {**instrument(), "format": 1}
    old["editions"][0]["provisions"][0].update(verified_against="a copy", source="Gazette")
    read = read_instrument(old).editions[0].provisions[0]
    assert read.verified_against.by_language == {"ar": "a copy", "en": "a copy"}
    assert read.source.by_language == {"ar": "Gazette", "en": "Gazette"}


def test_a_module_of_format_1_draws_the_same_in_every_country() -> None:
    old = {**module(), "format": 1}
    del old["blueprint"][0]["jurisdictions"]
    read = read_module(old)
    assert read.lines_for("EG") == read.lines_for("AE") == read.blueprint


def test_a_node_that_no_path_reaches_is_found() -> None:
    document = branching()
    document["nodes"].append({"key": "third", "situation": text(), "choices": document["nodes"][1]["choices"]})
    (fault,) = faults(branching, document)
    assert (fault.code, fault.path, dict(fault.values)) == ("node-out-of-reach", ("nodes", 2), {"value": "third"})
