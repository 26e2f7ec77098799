"""`quiz bank`: what an ethics officer asks of a content folder from the shell."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from quiz.bank.checks import check as check_reading
from quiz.bank.checks import ground_of, structure
from quiz.bank.coverage import Covered, counts, coverage
from quiz.bank.findings import Finding, Report
from quiz.bank.reader import read_folder
from quiz.engine.document import read_instrument, read_scenario
from quiz.engine.text import LANGUAGES
from quiz.language.bidi import isolate
from quiz.language.catalogue import catalogue
from quiz.presentation.findings import N_, sentence, severity_word
from quiz.services.tools import system_clock
from quiz.settings import folder as shipped_folder

_FOLDER = click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document for a program to read.")
_LANGUAGE = click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="The language of the sentences.",
)

_HEADINGS: Mapping[str, str] = {
    "kind": N_("By kind"),
    "difficulty": N_("By difficulty"),
    "audience": N_("By audience"),
    "medium": N_("By medium of the exhibit"),
}


@click.group("bank")
def bank() -> None:
    """Check the content files and see what they cover."""


@bank.command("check")
@_FOLDER
@_JSON
@_LANGUAGE
def check(folder: Path | None, as_json: bool, language: str) -> None:
    """Print everything wrong with the content of FOLDER, with file and line; exit 1 on errors."""
    report = check_reading(read_folder(folder or shipped_folder("content")), today=system_clock().date())
    say = _speaker(language)
    if as_json:
        click.echo(json.dumps(_check_document(report, say), ensure_ascii=False, indent=2))
    else:
        for finding in report.findings:
            place = f"{finding.file}:{finding.line}" if finding.line else finding.file
            click.echo(f"{place}: {severity_word(finding.severity, catalogue(language).gettext)}: {say(finding)}")
        told = {"errors": len(report.errors), "warnings": len(report.warnings)}
        click.echo(catalogue(language).gettext(N_("Errors: %(errors)s. Warnings: %(warnings)s.")) % told)
    if report.has_errors:
        sys.exit(1)


def _speaker(language: str) -> Callable[[Finding], str]:
    """Return what turns a finding into a sentence; values are isolated where the line runs from the right."""
    gettext = catalogue(language).gettext
    if language == "ar":
        return lambda finding: sentence(finding, gettext, isolate)
    return lambda finding: sentence(finding, gettext)


def _check_document(report: Report, say: Callable[[Finding], str]) -> dict[str, object]:
    return {
        "errors": len(report.errors),
        "warnings": len(report.warnings),
        "findings": [{**finding.document(), "sentence": say(finding)} for finding in report.findings],
    }


@bank.command("coverage")
@_FOLDER
@_JSON
@_LANGUAGE
def show_coverage(folder: Path | None, as_json: bool, language: str) -> None:
    """Print how many scenarios of FOLDER cite each provision owed coverage, then the mix of scenarios.

    Files with faults are left out and named by `quiz bank check`.
    """
    reading = read_folder(folder or shipped_folder("content"))
    instruments = [held for source in reading.instruments if (held := structure(source, read_instrument)[0])]
    scenarios = [read for source in reading.scenarios if (read := structure(source, read_scenario)[0])]
    covered = coverage(ground_of(reading, instruments).library, scenarios)
    mix = counts(scenarios)
    left_out = len(reading.instruments) + len(reading.scenarios) - len(instruments) - len(scenarios)
    if as_json:
        found: dict[str, object] = {
            "provisions": [
                {"address": row.address, "scenarios": row.scenarios, "is_thin": row.is_thin} for row in covered
            ],
            **mix,
            "left_out": left_out,
        }
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in _coverage_lines(covered, mix, left_out, language):
        click.echo(line)


def _coverage_lines(
    covered: Sequence[Covered], mix: Mapping[str, Mapping[str, int]], left_out: int, language: str
) -> list[str]:
    gettext = catalogue(language).gettext
    thin = sum(row.is_thin for row in covered)
    lines = [gettext(N_("Scenarios citing each provision")), ""]
    lines += _table([(row.address, str(row.scenarios), "*" if row.is_thin else "") for row in covered])
    told = {"thin": thin, "total": len(covered)}
    lines += ["", gettext(N_("* fewer than two: %(thin)s of %(total)s provisions")) % told]
    for name, counted in mix.items():
        lines += ["", gettext(_HEADINGS[name]), ""]
        lines += _table([(word, str(times), "") for word, times in counted.items()])
    if left_out:
        lines += ["", gettext(N_("Files with faults, left out: %(count)s.")) % {"count": left_out}]
    return lines


def _table(rows: Sequence[tuple[str, str, str]]) -> list[str]:
    """Return rows as lines with the first column padded and the numbers set flush."""
    first = max((len(row[0]) for row in rows), default=0)
    second = max((len(row[1]) for row in rows), default=0)
    return [f"  {name:<{first}}  {number:>{second}} {mark}".rstrip() for name, number, mark in rows]
