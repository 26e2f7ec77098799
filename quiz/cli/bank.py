"""`quiz bank`: what an ethics officer asks of a content folder from the shell."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from textwrap import wrap

import click

from quiz.bank.checks import check as check_reading
from quiz.bank.checks import ground_of, structure
from quiz.bank.coverage import Covered, Mix, coverage, mix
from quiz.bank.findings import Finding, Report
from quiz.bank.guessing import Rate, rates
from quiz.bank.reader import Reading, read_folder
from quiz.cli.tables import table
from quiz.engine.document import read_instrument, read_scenario
from quiz.engine.scenario import BANKS, Scenario
from quiz.engine.text import LANGUAGES
from quiz.language.bidi import isolate
from quiz.language.catalogue import catalogue
from quiz.presentation.findings import N_, sentence, severity_word
from quiz.services.tools import system_clock
from quiz.settings.operator import folder as shipped_folder

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
    "bank": N_("By bank"),
    "value": N_("By value"),
    "topic": N_("By topic"),
}
_GROUPS: Mapping[str, str] = {
    "audience": N_("Audience"),
    "difficulty": N_("Difficulty"),
    "kind": N_("Kind"),
    "medium": N_("Medium of the exhibit"),
    "mark": N_("Marked"),
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
    """Print which scenarios of FOLDER train each provision owed coverage, then their mix.

    The mix is banks, values and topics across audience, difficulty, kind, medium, and whether a scenario is
    compared with another code or sensitive. Files with faults are left out and named by `quiz bank check`.
    """
    reading = read_folder(folder or shipped_folder("content"))
    instruments = [held for source in reading.instruments if (held := structure(source, read_instrument)[0])]
    scenarios, left_out = _sound_scenarios(reading)
    left_out += len(reading.instruments) - len(instruments)
    covered = coverage(ground_of(reading, instruments).library, scenarios)
    counted = mix(scenarios)
    if as_json:
        click.echo(json.dumps(_coverage_document(covered, counted, left_out), ensure_ascii=False, indent=2))
        return
    for line in _coverage_lines(covered, counted, left_out, language):
        click.echo(line)


def _sound_scenarios(reading: Reading) -> tuple[list[Scenario], int]:
    """Return the scenarios whose structure holds, and how many were left out."""
    sound = [read for source in reading.scenarios if (read := structure(source, read_scenario)[0])]
    return sound, len(reading.scenarios) - len(sound)


def _coverage_document(covered: Sequence[Covered], counted: Mix, left_out: int) -> dict[str, object]:
    return {
        "provisions": [
            {"address": row.address, "scenarios": [held.key for held in row.scenarios], "is_thin": row.is_thin}
            for row in covered
        ],
        **{
            name: {
                value: {
                    "all": Mix.total(row),
                    **{
                        heading: {column: row[heading, column] for column in columns}
                        for heading, columns in counted.columns.items()
                    },
                }
                for value, row in rows.items()
            }
            for name, rows in counted.rows.items()
        },
        "left_out": left_out,
    }


def _coverage_lines(covered: Sequence[Covered], counted: Mix, left_out: int, language: str) -> list[str]:
    gettext = catalogue(language).gettext
    lines = [gettext(N_("Scenarios citing each provision")), ""]
    for row in covered:
        lines.append(f"  {row.address}  {len(row.scenarios)}{' *' if row.is_thin else ''}")
        keys = ", ".join(held.key for held in row.scenarios)
        lines += wrap(keys, 110, initial_indent="      ", subsequent_indent="      ", break_on_hyphens=False)
    told = {"thin": sum(row.is_thin for row in covered), "total": len(covered)}
    lines += ["", gettext(N_("* fewer than two: %(thin)s of %(total)s provisions")) % told]
    for name, rows in counted.rows.items():
        lines += ["", gettext(_HEADINGS[name])]
        for heading, columns in counted.columns.items():
            head = (gettext(_GROUPS[heading]), gettext(N_("All")), *columns)
            body = [
                (value, str(Mix.total(row)), *(str(row[heading, column] or "-") for column in columns))
                for value, row in rows.items()
            ]
            lines += ["", *table([head, *body])]
    if left_out:
        lines += ["", gettext(N_("Files with faults, left out: %(count)s.")) % {"count": left_out}]
    return lines


@bank.command("guess")
@_FOLDER
@_JSON
@_LANGUAGE
def guess(folder: Path | None, as_json: bool, language: str) -> None:
    """Print how often the best option of FOLDER's scenarios is met by its form alone; exit 1 where one gives it away.

    Each bank, and all of them, are guessed by the longest option, the shortest, the one with most words of caution,
    those that report, and each place; beside it stands what a blind choice would meet.
    """
    scenarios, left_out = _sound_scenarios(read_folder(folder or shipped_folder("content")))
    banks = {name: [held for held in scenarios if held.bank == name] for name in BANKS}
    found = {name: rates(held) for name, held in {**banks, "all": scenarios}.items() if held}
    if as_json:
        click.echo(json.dumps({**{name: _rates_document(held) for name, held in found.items()}, "left_out": left_out}))
    else:
        for name, held in found.items():
            click.echo("\n".join([name, "", *_rates_lines(held, language), ""]))
    if any(rate.gives_away for held in found.values() for rate in held):
        sys.exit(1)


def _rates_document(found: Sequence[Rate]) -> list[dict[str, object]]:
    return [
        {
            "strategy": rate.strategy,
            "scenarios": rate.scenarios,
            "succeeds": float(rate.succeeds),
            "chance": float(rate.chance),
            "gives_away": rate.gives_away,
        }
        for rate in found
    ]


def _rates_lines(found: Sequence[Rate], language: str) -> list[str]:
    gettext = catalogue(language).gettext
    head = [N_("Guessed by"), N_("Scenarios"), N_("Succeeds, percent"), N_("By chance"), N_("Above chance")]
    return table(
        [
            tuple(map(gettext, head)),
            *(
                (
                    rate.strategy,
                    str(rate.scenarios),
                    f"{float(rate.succeeds) * 100:.0f}",
                    f"{float(rate.chance) * 100:.0f}",
                    f"{float(rate.above_chance) * 100:+.0f}{' *' if rate.gives_away else ''}",
                )
                for rate in found
            ),
        ]
    )
