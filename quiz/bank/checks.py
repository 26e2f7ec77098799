"""The editorial law: what stops content from being published, and what a reviewer has to weigh."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar, cast

from quiz.bank.checks_bank import check_bank, check_coverage
from quiz.bank.checks_citations import (
    Ground,
    check_module_citations,
    check_replacement,
    check_scenario_citations,
)
from quiz.bank.checks_law import check_module_law, check_scenario_law
from quiz.bank.checks_modules import check_module
from quiz.bank.checks_options import check_options
from quiz.bank.checks_text import check_lesson, check_story, check_text
from quiz.bank.findings import Finding, Report
from quiz.bank.reader import Reading, Source
from quiz.engine.document import read_instrument, read_module, read_scenario
from quiz.engine.errors import Faulty
from quiz.engine.instrument import Figure, Instrument, Library
from quiz.engine.module import Module
from quiz.engine.reading import Fault
from quiz.engine.scenario import Scenario

_Read = TypeVar("_Read", Instrument, Scenario, Module)

_COUNTRY = re.compile("[A-Z]{2}")


def check(reading: Reading, *, today: date | None = None, english_required: bool = True) -> Report:
    """Return everything wrong with a content folder.

    Without `today`, no review counts as overdue. An organisation that publishes in Arabic only passes
    `english_required=False`: a missing translation is then a warning.
    """
    findings = list(reading.findings)
    instruments = _read_all(reading.instruments, read_instrument, findings)
    scenarios = _read_all(reading.scenarios, read_scenario, findings)
    modules = _read_all(reading.modules, read_module, findings)
    ground = ground_of(reading, [instrument for _, instrument in instruments], today)

    findings.extend(_as_written(reading, english_required))
    for source, instrument in instruments:
        findings.extend(check_instrument(source, instrument, ground))
    for source, scenario in scenarios:
        findings.extend(check_scenario(source, scenario, ground))
    everything = [scenario for _, scenario in scenarios]
    for source, module in modules:
        findings.extend(check_module(source, module, everything, ground))
        findings.extend(check_module_citations(source, module, ground))
        findings.extend(check_module_law(source, module, ground))
        for place, country in enumerate(module.jurisdictions):
            findings.extend(_country(source, ("jurisdictions", place), country))
    findings.extend(_together(instruments, everything, ground))
    return Report.of(findings)


def _as_written(reading: Reading, english_required: bool) -> Iterator[Finding]:
    """Return what can be said of files whose structure may not hold."""
    for kind in (reading.instruments, reading.scenarios, reading.modules):
        yield from _keys_once(kind)
        for source in kind:
            yield from _file_name(source)
            yield from check_text(source, english_required)
    for source in reading.scenarios:
        yield from check_story(source)
        yield from _folder(source)
    for source in reading.modules:
        yield from check_lesson(source)


def _together(
    instruments: Sequence[tuple[Source, Instrument]], scenarios: Sequence[Scenario], ground: Ground
) -> Iterator[Finding]:
    """Return what shows only over all scenarios; a folder without any is not scolded for covering nothing."""
    for bank in sorted({scenario.bank for scenario in scenarios}):
        yield from check_bank(bank, [scenario for scenario in scenarios if scenario.bank == bank])
    if scenarios:
        files = {instrument.key: source for source, instrument in instruments}
        yield from check_coverage(files, ground.library, scenarios)


def ground_of(reading: Reading, instruments: Sequence[Instrument], today: date | None = None) -> Ground:
    """Return what citations are tried against, and which instruments are there without being readable."""
    known = {instrument.key for instrument in instruments}
    named = {source.stem for source in reading.instruments} | {
        finding.file.removeprefix("instruments/").removesuffix(".yaml")
        for finding in reading.findings
        if finding.file.startswith("instruments/")
    }
    return Ground(Library.of(tuple(instruments)), frozenset(named - known), today)


def structure(source: Source, read: Callable[[Mapping[str, Any]], _Read]) -> tuple[_Read | None, tuple[Finding, ...]]:
    """Return what a document holds, or every fault of its structure as a finding with its line."""
    try:
        return read(source.document), ()
    except Faulty as faulty:
        faults = cast(tuple[Fault, ...], faulty.values["faults"])
        return None, tuple(source.error(fault.code, fault.path, **fault.values) for fault in faults)


def _read_all(
    sources: Sequence[Source], read: Callable[[Mapping[str, Any]], _Read], findings: list[Finding]
) -> list[tuple[Source, _Read]]:
    held = []
    for source in sources:
        result, faults = structure(source, read)
        findings.extend(faults)
        if result is not None:
            held.append((source, result))
    return held


def check_scenario(source: Source, scenario: Scenario, ground: Ground) -> Iterator[Finding]:
    """Return what one sound scenario breaks of the law, apart from its bare words."""
    yield from check_options(source, scenario)
    yield from check_scenario_citations(source, scenario, ground)
    yield from check_scenario_law(source, scenario, ground)
    yield from _country(source, ("jurisdiction",), scenario.jurisdiction)
    if scenario.bank.partition("-")[0].upper() != scenario.jurisdiction:
        yield source.error("jurisdiction-not-bank", ("jurisdiction",), value=scenario.jurisdiction, bank=scenario.bank)


def check_instrument(source: Source, instrument: Instrument, ground: Ground) -> Iterator[Finding]:
    """Return what one sound instrument breaks of the law, apart from its bare words."""
    yield from _country(source, ("jurisdiction",), instrument.jurisdiction)
    yield from check_replacement(source, instrument, ground)
    for place, edition in enumerate(instrument.editions):
        for number, provision in enumerate(edition.provisions):
            path = ("editions", place, "provisions", number)
            whole = {_amount(figure) for figure in provision.figures}
            for part_place, part in enumerate(provision.parts):
                for figure_place, figure in enumerate(part.figures):
                    if _amount(figure) in whole:
                        yield source.error("figure-twice", (*path, "parts", part_place, "figures", figure_place))


def _amount(figure: Figure) -> tuple[object, ...]:
    return figure.what, figure.minimum, figure.maximum, figure.unit, figure.currency


def _country(source: Source, path: tuple[str | int, ...], country: str) -> Iterator[Finding]:
    if not _COUNTRY.fullmatch(country):
        yield source.error("not-a-country", path, value=country)


def _file_name(source: Source) -> Iterator[Finding]:
    key = source.document.get("key")
    if source.stands_alone and isinstance(key, str) and key != source.stem:
        yield source.error("key-not-file-name", ("key",), value=key, file=source.stem)


def _folder(source: Source) -> Iterator[Finding]:
    bank = source.document.get("bank")
    folder = source.file.split("/")[-2] if "/" in source.file else ""
    if source.stands_alone and isinstance(bank, str) and bank != folder:
        yield source.error("bank-not-folder", ("bank",), value=bank, folder=folder)


def _keys_once(sources: Sequence[Source]) -> Iterator[Finding]:
    files: dict[str, str] = {}
    for source in sources:
        key = source.document.get("key")
        if not isinstance(key, str):
            continue
        if key in files:
            yield source.error("key-taken", ("key",), value=key, file=files[key])
        files.setdefault(key, source.file if source.stands_alone else f"{source.file}:{source.line(())}")
