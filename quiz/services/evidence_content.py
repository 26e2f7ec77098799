"""Evidence from what is published: languages, kinds, pass rules, rules of assignment, verification. No person in it."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from quiz.db.models.assignments import AssignmentRuleRow
from quiz.db.queries import catalogue
from quiz.db.queries import evidence as queries
from quiz.db.queries.evidence import Reach
from quiz.engine.document import read_module
from quiz.engine.instrument import Verification
from quiz.engine.module import Module
from quiz.engine.scenario import AUDIENCES, Scenario
from quiz.engine.text import LANGUAGES, Text
from quiz.records.evidence import (
    Answer,
    Figure,
    Row,
    Span,
    Table,
    count,
    guarded_share,
    minutes,
    none,
    percent,
    said,
    share,
    word,
)
from quiz.services.published import get_library, list_scenarios
from quiz.services.unit_of_work import UnitOfWork

MANAGERS = "managers"
# Nobody has to judge by them: what rests on these alone does not count in an exam.
_DEGREES = tuple(degree.value for degree in Verification)


def standing_modules(work: UnitOfWork) -> dict[int, Module]:
    """Return every published module by its key in the tables, in order of keys."""
    found = {}
    for row in catalogue.list_modules(work.session):
        if row.current_version_id is not None:
            version = catalogue.get_module_version(work.session, row.current_version_id)
            found[row.id] = work.tools.kept.documents.get(
                ("module", version.digest),
                lambda version=version: read_module(version.document),  # type: ignore[misc]
            )
    return found


def audience(work: UnitOfWork, scenarios: Iterable[Scenario], people: int, more_time: int) -> Answer:
    """Answer whether form and language suit those who are trained: languages, kinds, media, accessibility."""
    held = list(scenarios)
    both = sum(all(one.title.by_language.get(language) for language in LANGUAGES) for one in held)
    media = Counter(one.exhibit.medium if one.exhibit else "none" for one in held)
    kinds = Counter(one.kind for one in held)
    return Answer(
        "audience",
        (
            Figure("scenarios", count(len(held))),
            Figure("in-both-languages", share(both, len(held))),
            Figure("more-time", guarded_share(more_time, people)),
            Figure("accessible", word("accessible", "accessible") if held else none()),
        ),
        (
            Table("by-kind", ("kind", "scenarios"), _rows("kind", kinds)),
            Table("by-medium", ("medium", "scenarios"), _rows("medium", media)),
        ),
    )


def _rows(group: str, counted: Counter[str]) -> tuple[Row, ...]:
    return tuple(Row(word(group, code), (count(number),)) for code, number in counted.most_common())


def online(work: UnitOfWork, modules: Iterable[Module], people: int, units: int) -> Answer:
    """Answer why training is online: no reason is kept here, only how far it reaches."""
    held = list(modules)
    return Answer(
        "online",
        (
            Figure("reason", none("not-kept")),
            Figure("modules", count(len(held))),
            Figure("people", count(people if held else 0)),
            Figure("units", count(units if held else 0)),
        ),
        (
            Table(
                "by-module", ("module", "minutes"), tuple(Row(said(one.title), (minutes(one.minutes),)) for one in held)
            ),
        ),
    )


def testing(modules: Iterable[Module]) -> Answer:
    """Answer whether people are tested: how each module is taken, what passes it, how many attempts it has."""
    rows = tuple(
        Row(
            said(one.title),
            (
                word("behaviour", one.behaviour),
                percent(round(one.pass_rule.score * 100)),
                count(one.attempts.limit),
                word("yes-no", "yes" if one.attempts.remediation else "no"),
            ),
        )
        for one in modules
    )
    columns = ("module", "behaviour", "pass-mark", "attempts", "reread-first")
    return Answer("testing", (Figure("modules", count(len(rows))),), (Table("rules", columns, rows),) if rows else ())


def supervisors(work: UnitOfWork, reach: Reach, span: Span, modules: dict[int, Module]) -> Answer:
    """Answer whether supervisors are trained otherwise: the modules for managers, who was asked them, who completed."""
    theirs = {key: one for key, one in modules.items() if one.assigned_to == MANAGERS}
    managers, asked, done = queries.count_managers(work.session, reach, span.last, theirs)
    return Answer(
        "supervisors",
        (
            Figure("manager-modules", count(len(theirs))),
            Figure("managers", count(managers)),
            Figure("managers-asked", share(asked, managers) if theirs else none()),
            Figure("managers-completed", share(done, asked) if theirs else none()),
        ),
        tuple(
            Table("for-managers", ("module", "minutes"), (Row(said(one.title), (minutes(one.minutes),)),))
            for one in theirs.values()
        ),
    )


def risk(work: UnitOfWork, reach: Reach, scenarios: Iterable[Scenario], modules: dict[int, Module]) -> Answer:
    """Answer whether training follows the risk of the work: rules, and scenarios and people by field of work."""
    for_whom: Counter[str] = Counter(code for one in scenarios for code in one.audience)
    people: Counter[str] = Counter()
    for families, number in queries.list_job_families(work.session, reach):
        people.update(dict.fromkeys(families, number))
    rules = queries.list_rules(work.session)
    fields = [code for code in AUDIENCES if for_whom[code] or people[code]]
    by_field = tuple(
        Row(word("audience", code), (count(for_whom[code]), count(people[code]), count(_meant(modules, code))))
        for code in fields
    )
    lines = tuple(_rule(rule, modules) for rule in rules if rule.module_id in modules)
    return Answer(
        "risk",
        (Figure("rules", count(len(lines))),),
        tuple(
            table
            for table in (
                Table("by-rule", ("module", "whom", "by-when", "again"), lines),
                Table("by-field", ("field", "scenarios", "people", "modules"), by_field),
            )
            if table.rows
        ),
    )


def _meant(modules: dict[int, Module], code: str) -> int:
    return sum(
        one.assigned_to == code or any(code in line.audience for line in one.blueprint) for one in modules.values()
    )


def _rule(rule: AssignmentRuleRow, modules: dict[int, Module]) -> Row:
    return Row(
        said(modules[rule.module_id].title),
        (word("scope", rule.scope), word("due", rule.due), word("renewal", rule.renewal)),
    )


def currency(
    work: UnitOfWork,
    span: Span,
    scenarios: Iterable[Scenario],
    modules: dict[int, Module],
    asked: Iterable[Any],
) -> Answer:
    """Answer whether training follows the texts: amendments, who was asked again, and how citations were verified."""
    amended, confirmed = queries.count_amendments(work.session, span.since, span.until)
    keys = queries.list_delta_keys(work.session, span.until)
    deltas = {key for key, one in modules.items() if one.key in keys}
    again = [row for row in asked if row.module_id in deltas]
    library = get_library(work)
    degrees: Counter[str] = Counter()
    for one in scenarios:
        for citation in one.citations:
            cited = library.find(citation)
            if cited is not None:
                degrees[cited.provision.verification.value] += 1
    whole = sum(degrees.values())
    verified = tuple(
        Row(word("verification", code), (share(degrees[code], whole),)) for code in _DEGREES if degrees[code]
    )
    return Answer(
        "currency",
        (
            Figure("amendments", count(amended)),
            Figure("found-to-hold", count(confirmed)),
            Figure("asked-again", count(sum(row.asked for row in again))),
            Figure("completed-again", share(sum(row.done for row in again), sum(row.asked for row in again))),
            Figure("citations", count(whole)),
        ),
        (Table("by-verification", ("verification", "citations"), verified),) if whole else (),
    )


def edition_name(work: UnitOfWork, address: str) -> Text:
    """Return what the edition at an address is called, or the address where it is not there any more."""
    found = get_library(work).find_edition(address)
    return found[1].label if found else Text({"ar": address, "en": address})


def published(work: UnitOfWork) -> tuple[Scenario, ...]:
    """Return every scenario in use."""
    return tuple(scenario for scenario, _ in list_scenarios(work))
