"""A scenario as a plain document: every kind of it, with every fault of its structure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from quiz.engine.question_types import registry as question_types
from quiz.engine.reading import EDITION_ADDRESS, Fields
from quiz.engine.scenario import (
    AUDIENCES,
    BANKS,
    VALUES,
    Comparison,
    Exhibit,
    Node,
    Option,
    Scenario,
    Turn,
)
from quiz.engine.text import Text

TOPICS = (
    "integrity", "transparency", "impartiality", "loyalty", "confidentiality", "conflict-of-interest", "gifts",
    "public-resources", "personal-accounts", "official-accounts", "political-neutrality", "illegal-access",
    "state-systems", "privacy", "impersonation", "e-fraud", "account-administration", "service-providers",
    "reporting", "relations", "equality", "appearance", "working-hours", "post-employment",
    "information-security", "passwords", "discipline", "digital-evidence", "general",
)  # fmt: skip
MEDIA: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "post": (("author", "profile", "body", "when"), ("handle",)),
    "email": (("from", "to", "subject", "body"), ()),
    "memo": (("body_name", "date", "subject", "text", "signed"), ("number",)),
    "message": ((), ()),
    "dialogue": ((), ()),
}
VERDICTS = ("same", "stricter", "milder", "silent", "differs")

# A passage of an exhibit that `spot` asks about: [[key: words]]; the words are shown, the key never is.
PASSAGE = re.compile(r"\[\[([a-z0-9]+(?:-[a-z0-9]+)*):\s*+((?:(?!\[\[).)*?)\]\]", re.DOTALL)


def scenario_of(fields: Fields) -> Scenario:
    """Return the scenario that the fields hold; its faults are noted in them."""
    kind = fields.one_of("kind", question_types.names())
    exhibit = fields.under("exhibit", required=False)
    shown = _exhibit(exhibit) if exhibit else None
    nodes, options = _branches(fields) if kind == "branching" else ((), _options(fields, kind, shown))
    scenario = Scenario(
        key=fields.key(),
        bank=fields.one_of("bank", BANKS),
        kind=kind,
        title=fields.text("title"),
        situation=fields.text("situation"),
        jurisdiction=fields.string("jurisdiction"),
        sensitive=fields.truth("sensitive", default=False),
        prompt=fields.text("prompt"),
        options=options,
        cites=fields.citations(),
        topics=fields.some_of("topics", TOPICS),
        values=fields.some_of("values", VALUES),
        audience=fields.some_of("audience", AUDIENCES),
        difficulty=fields.integer("difficulty", least=1),
        exhibit=shown,
        compare=fields.every("compare", _comparison, required=False),
        key_ratings=fields.mapping_of_strings("key_ratings") if kind == "judgement" else {},
        key_choice=fields.mapping_of_strings("key_choice") if kind == "most_least" else {},
        key_order=fields.strings("key_order") if kind == "ordering" else (),
        nodes=nodes,
        hint=fields.optional_text("hint"),
        author_note=fields.string("author_note", required=False) or None,
    )
    if scenario.difficulty > 3:
        fields.fault("too-large", "difficulty", value=str(scenario.difficulty), most="3")
    if not scenario.cites:
        fields.fault("no-citation", "cites")
    if not fields.faults:
        fields.faults.extend(question_types.get(kind).check(scenario))
    return scenario


def _options(fields: Fields, kind: str, exhibit: Exhibit | None) -> tuple[Option, ...]:
    if kind == "spot":
        return _passages(fields, exhibit)
    with_credit = kind in {"single_choice", "multiple_choice"}
    return fields.every("options", lambda option: _option(option, option.path, with_credit))


def _option(fields: Fields, path: tuple[str | int, ...], with_credit: bool, node: str | None = None) -> Option:
    key = fields.key()
    return Option(
        key=f"{node}/{key}" if node else key,
        text=fields.text("text"),
        ruling=fields.text("ruling"),
        cites=fields.citations(),
        credit=fields.fraction("credit") if with_credit else None,
        consequence=fields.optional_text("consequence"),
        path=path,
    )


# Spot


def passages_in(exhibit: Exhibit) -> Mapping[str, Text]:
    """Return the marked passages of an exhibit by key, in the order of its Arabic, each in every language it has."""
    found: dict[str, dict[str, str]] = {}
    spoken = [*exhibit.texts.values(), *(turn.says for turn in exhibit.turns)]
    for language in ("ar", "en"):
        for text in spoken:
            for key, words in PASSAGE.findall(text.by_language.get(language, "")):
                found.setdefault(key, {})[language] = words.strip()
    return {key: Text(words) for key, words in found.items()}


def _passages(fields: Fields, exhibit: Exhibit | None) -> tuple[Option, ...]:
    """Read passages as options: breaches share a credit of 1, and each innocent one costs such a share."""
    marked = passages_in(exhibit) if exhibit else {}
    breaches: dict[str, bool] = {}

    def passage(inner: Fields) -> Option:
        key = inner.key()
        breaches[key] = inner.truth("breach")
        if key and key not in marked:
            inner.fault("passage-not-marked", "key", value=key)
        return Option(
            key=key,
            text=marked.get(key, Text({"ar": key})),
            ruling=inner.text("ruling"),
            cites=inner.citations(),
            path=inner.path,
        )

    passages: tuple[Option, ...] = fields.every("passages", passage)
    for key in marked:
        if key not in breaches:
            fields.fault("passage-not-ruled", "passages", value=key)
    share = Fraction(1, max(1, sum(breaches.values())))
    order = list(marked)
    passages = tuple(sorted(passages, key=lambda one: order.index(one.key) if one.key in order else len(order)))
    return tuple(replace(one, credit=share if breaches[one.key] else -share) for one in passages)


# Branching


def _branches(fields: Fields) -> tuple[tuple[Node, ...], tuple[Option, ...]]:
    options: list[Option] = []

    def node(inner: Fields) -> Node:
        key = inner.key()
        exhibit = inner.under("exhibit", required=False)
        situation = inner.text("situation")
        leads: dict[str, str | None] = {}

        def choice(chosen: Fields) -> Option:
            option = _option(chosen, chosen.path, True, key)
            leads[option.key] = chosen.string("next", required=False) or None
            options.append(option)
            return option

        inner.every("choices", choice)
        return Node(key, situation, _exhibit(exhibit) if exhibit else None, leads)

    nodes: tuple[Node, ...] = fields.every("nodes", node)
    return nodes, tuple(options)


def _exhibit(fields: Fields) -> Exhibit:
    medium = fields.one_of("medium", tuple(MEDIA))
    texts, plain = MEDIA[medium]
    exhibit = Exhibit(
        medium=medium,
        texts={name: fields.text(name) for name in texts},
        plain={name: fields.string(name) for name in plain},
        official=fields.truth("official") if medium == "post" else None,
        turns=fields.every("turns", _turn) if medium in {"message", "dialogue"} else (),
    )
    fields.close()
    return exhibit


def _turn(fields: Fields) -> Turn:
    return Turn(who=fields.text("who"), says=fields.text("says"))


def _comparison(fields: Fields) -> Comparison:
    comparison = Comparison(
        edition=fields.string("edition"),
        cites=fields.citations(),
        verdict=fields.one_of("verdict", VERDICTS),
        note=fields.text("note"),
    )
    if comparison.edition and not EDITION_ADDRESS.fullmatch(comparison.edition):
        fields.fault("bad-address", "edition", value=comparison.edition)
    if (comparison.verdict == "silent") != (not comparison.cites):
        fields.fault("silent-and-cited", "verdict")
    return comparison
