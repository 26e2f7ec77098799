"""Scenario, module and instrument ↔ plain document: the format, its version, its digest."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from quiz.engine.errors import Faulty
from quiz.engine.instrument import Edition, EditionStatus, Figure, Instrument, Part, Provision, Reference, Verification
from quiz.engine.module import (
    AttemptsRule,
    LessonCard,
    Module,
    PassRule,
    Pledge,
    ProvisionRule,
    SelectionRule,
)
from quiz.engine.periods import Period
from quiz.engine.question_types import registry as question_types
from quiz.engine.reading import Fault, Fields
from quiz.engine.scenario import AUDIENCES, BANKS, Scenario
from quiz.engine.scenario_document import TOPICS, scenario_of
from quiz.engine.upgrades import CURRENT_FORMAT, upgraded

_Result = TypeVar("_Result")

FIGURES = (
    "fine", "imprisonment", "aggravated_imprisonment", "temporary_imprisonment", "limit", "period", "count",
)  # fmt: skip
UNITS = (
    "minute", "hour", "day", "working_day", "week", "month", "year", "degree", "bit", "character", "follower",
    "times", "bodies",
)  # fmt: skip
BEHAVIOURS = ("immediate_feedback", "exam", "try_again", "practice")
INSTRUMENT_KINDS = ("code", "law", "resolution", "regulation", "guideline", "decision")
REFERENCE_KINDS = ("article", "clause", "value", "duty", "pledge", "section")


def canonical(document: object) -> bytes:
    """Return the one byte form of a document that digests are taken of: sorted keys, no spaces, UTF-8."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(document: object) -> str:
    """Return the SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()


def read_scenario(document: Mapping[str, Any]) -> Scenario:
    """Return the scenario of a document of any format version; raise Faulty with everything wrong."""
    return _read("scenario", document, scenario_of)


def read_module(document: Mapping[str, Any]) -> Module:
    """Return the module of a document of any format version; raise Faulty with everything wrong."""
    return _read("module", document, _module)


def read_instrument(document: Mapping[str, Any]) -> Instrument:
    """Return the instrument of a document of any format version; raise Faulty with everything wrong."""
    return _read("instrument", document, _instrument)


def _read(kind: str, document: Mapping[str, Any], read: Callable[[Fields], _Result]) -> _Result:
    faults: list[Fault] = []
    version = document.get("format") if isinstance(document, Mapping) else None
    if not isinstance(version, int) or not 1 <= version <= CURRENT_FORMAT[kind]:
        raise Faulty("faulty", faults=(Fault(("format",), "unknown-format", {"value": str(version)}),))
    fields = Fields(upgraded(kind, document), (), faults)
    fields.integer("format")
    result = read(fields)
    fields.close()
    if faults:
        raise Faulty("faulty", faults=tuple(faults))
    return result


# Module


def _module(fields: Fields) -> Module:
    pass_rule = fields.under("pass_rule")
    attempts = fields.under("attempts")
    pledge = fields.under("pledge", required=False)
    defaults = fields.under("defaults", required=False)
    module = Module(
        key=fields.key(),
        title=fields.text("title"),
        summary=fields.text("summary"),
        minutes=fields.integer("minutes", least=1),
        jurisdictions=fields.strings("jurisdictions"),
        lesson=fields.every("lesson", _card),
        blueprint=fields.every("blueprint", _line),
        behaviour=fields.one_of("behaviour", BEHAVIOURS),
        certainty=fields.truth("certainty", default=False),
        pass_rule=_pass_rule(pass_rule) if pass_rule else PassRule(Fraction(1)),
        attempts=_attempts(attempts) if attempts else AttemptsRule(1, (), False),
        time_limit=fields.period("time_limit", required=False),
        validity=fields.period("validity") or Period(),
        pledge=_pledge(pledge) if pledge else None,
        minimum_verification=Verification(
            fields.one_of("minimum_verification", tuple(word.value for word in Verification))
        ),
        assigned_to=defaults.string("assigned_to") if defaults else None,
        due=defaults.period("due") if defaults else None,
    )
    if defaults:
        defaults.close()
    return module


def _card(fields: Fields) -> LessonCard:
    return LessonCard(
        key=fields.key(),
        title=fields.text("title"),
        body=fields.text("body"),
        cites=fields.citations(),
        jurisdictions=fields.strings("jurisdictions", required=False),
    )


def _line(fields: Fields) -> SelectionRule:
    least = fields.one_of("verification", tuple(word.value for word in Verification), required=False)
    return SelectionRule(
        bank=fields.one_of("bank", BANKS),
        count=fields.integer("count", least=1),
        topics=fields.some_of("topics", TOPICS, required=False),
        provisions=fields.strings("provisions", required=False),
        kinds=fields.some_of("kinds", question_types.names(), required=False),
        difficulty=fields.integers("difficulty"),
        audience=fields.some_of("audience", AUDIENCES, required=False),
        jurisdictions=fields.strings("jurisdictions", required=False),
        verification=Verification(least) if fields.has("verification") else None,
        scored=fields.truth("scored", default=True),
    )


def _pass_rule(fields: Fields) -> PassRule:
    rule = PassRule(
        score=fields.fraction("score"),
        and_every=fields.every(
            "and_every", lambda inner: ProvisionRule(inner.string("cites"), inner.fraction("score")), required=False
        ),
    )
    if not 0 < rule.score <= 1:
        fields.fault("score-out-of-range", "score", value=str(rule.score))
    fields.close()
    return rule


def _attempts(fields: Fields) -> AttemptsRule:
    rule = AttemptsRule(
        limit=fields.integer("limit", least=1), waits=fields.periods("waits"), remediation=fields.truth("remediation")
    )
    fields.close()
    return rule


def _pledge(fields: Fields) -> Pledge:
    pledge = Pledge(
        confirm=fields.text("confirm"),
        undertake=fields.text("undertake"),
        editions=fields.strings("editions"),
        required=fields.truth("required"),
    )
    fields.close()
    return pledge


# Instrument

_NO_DAY = date(1, 1, 1)


def _instrument(fields: Fields) -> Instrument:
    return Instrument(
        key=fields.key(),
        jurisdiction=fields.string("jurisdiction"),
        kind=fields.one_of("kind", INSTRUMENT_KINDS),
        title=fields.text("title"),
        editions=fields.every("editions", _edition),
    )


def _edition(fields: Fields) -> Edition:
    return Edition(
        key=fields.key(),
        label=fields.text("label"),
        status=EditionStatus(fields.one_of("status", tuple(word.value for word in EditionStatus))),
        issued_on=fields.day("issued_on"),
        effective_from=fields.day("effective_from"),
        effective_to=fields.day("effective_to"),
        replaced_by=fields.string("replaced_by", required=False) or None,
        provisions=fields.every("provisions", _provision),
    )


def _provision(fields: Fields) -> Provision:
    reference = fields.under("reference")
    provision = Provision(
        key=fields.key(),
        reference=_reference(reference) if reference else Reference("section", None),
        title=fields.text("title"),
        paraphrase=fields.text("paraphrase"),
        parts=fields.every("parts", _part, required=False),
        topics=fields.some_of("topics", TOPICS),
        figures=fields.every("figures", _figure, required=False),
        binds_conduct=fields.truth("binds_conduct"),
        sensitive=fields.truth("sensitive", default=False),
        verification=Verification(fields.one_of("verification", tuple(word.value for word in Verification))),
        verified_against=fields.text("verified_against"),
        verified_on=fields.day("verified_on", required=True) or _NO_DAY,
        source=fields.text("source"),
        review_due=fields.day("review_due", required=True) or _NO_DAY,
    )
    return provision


def _reference(fields: Fields) -> Reference:
    reference = Reference(fields.one_of("kind", REFERENCE_KINDS), fields.string("number", required=False) or None)
    fields.close()
    return reference


def _part(fields: Fields) -> Part:
    fields.some_of("topics", TOPICS, required=False)
    return Part(
        key=fields.key(),
        paraphrase=fields.text("paraphrase"),
        title=fields.optional_text("title"),
        figures=fields.every("figures", _figure, required=False),
    )


def _figure(fields: Fields) -> Figure:
    what = fields.one_of("what", FIGURES)
    figure = Figure(
        key=fields.key(),
        what=what,
        minimum=fields.optional_integer("min"),
        maximum=fields.optional_integer("max"),
        unit=fields.one_of("unit", UNITS) if fields.has("unit") else None,
        currency=fields.one_of("currency", ("EGP", "AED")) if fields.has("currency") else None,
        felony=fields.truth("felony") if fields.has("felony") else None,
        either_or=fields.truth("either_or", default=False),
        note=fields.optional_text("note"),
    )
    if what in {"limit", "period", "count"} and figure.note is None:
        fields.fault("missing", "note", field="note")
    if what == "fine" and figure.currency is None:
        fields.fault("missing", "currency", field="currency")
    return figure
