"""`quiz statistics`: any mark sheet through the statistics that the product itself is judged by."""

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from quiz.cli.delimited import Faults
from quiz.cli.mark_sheet import MarkSheet, Options, read_mark_sheet
from quiz.cli.tables import table
from quiz.engine.statistics import (
    Column,
    TestStatistics,
    choice_statistics,
    differential_functioning,
    item_statistics,
    livingston,
    test_statistics,
)
from quiz.language.bidi import isolate
from quiz.language.numbers import typed_fraction

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_UNDEFINED = "—"

Document = dict[str, Any]


def _share(_context: click.Context, _parameter: click.Parameter, value: str) -> Fraction:
    """Return a typed share of the most that can be got; raise BadParameter where it is none."""
    share = typed_fraction(value, decimal_comma=True)
    if share is None or not 0 <= share <= 1:
        raise click.BadParameter(f"{value} is not a share from 0 to 1, such as 4/5, 0.8 or 80%.")
    return share


@click.command("statistics")
@click.argument("marks", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for a program to read.")
@click.option(
    "--key",
    type=_FILE,
    help="The cells of MARKS are choices, and this sheet says what they are worth: a line a choice under "
    "item,choice,fraction; a line an item under item,key; or one row of right choices under the items. "
    "Under key and in the one row, | stands between several right choices. Any other choice is worth 0.",
)
@click.option("--group", metavar="COLUMN", help="The column that holds everybody's group and is no item.")
@click.option(
    "--pass",
    "pass_share",
    metavar="SHARE",
    default="4/5",
    show_default=True,
    callback=_share,
    help="The pass mark, as a share of the most: 4/5, 0.8 or 80%.",
)
@click.option(
    "--reference",
    metavar="GROUP",
    help="The group that the others are held against; without it the most frequent, of equals the first by name.",
)
def statistics(
    marks: Path, as_json: bool, key: Path | None, group: str | None, pass_share: Fraction, reference: str | None
) -> None:
    """Print the item and test statistics of a mark sheet, with Moodle's definitions and every digit.

    MARKS is a CSV file in UTF-8 (`,`, `;` or tab) with a header. Its first column names the person, each other one
    is an item, and every row is an attempt: a person may have several. Marks run from 0 to 1 (.5, 1/3, ٠٫٥). A blank
    cell, for an item that was not drawn or not answered, counts 0. Faults are told all together; then nothing is
    computed, and the exit status is 1.

    Shares and correlations are printed as such (0.704); mean, median, deviations and the pass mark are in marks. What
    is undefined is null. With --key every option has its count, share and mean score on the other items; the option
    that has no name is no answer. With --group every item has its Mantel-Haenszel figures among people of equal
    totals, for each group against the reference; only a full mark counts as right, and people without a group are
    left out.
    """
    if reference is not None and group is None:
        raise click.UsageError("--reference names a group: it needs --group.")
    faults = Faults()
    sheet = read_mark_sheet(marks, key, group, reference, faults)
    if sheet is None:
        for line in faults.lines():
            click.echo(line, err=True)
        raise click.ClickException(f"faults: {faults.count}; nothing was computed")
    document = _document(sheet, pass_share)
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(document)))


def _document(sheet: MarkSheet, pass_share: Fraction) -> Document:
    whole = test_statistics(sheet.columns, sheet.unit)
    return {"test": _test_document(whole, pass_share), "items": list(_item_documents(sheet))}


def _test_document(whole: TestStatistics, pass_share: Fraction) -> Document:
    pass_mark = float(pass_share * Fraction(whole.most))
    return {
        "attempts": whole.count,
        "items": whole.items,
        "maximum": whole.most,
        "mean": whole.mean,
        "median": whole.median,
        "standard_deviation": whole.deviation,
        "skewness": whole.skewness,
        "kurtosis": whole.kurtosis,
        "internal_consistency": whole.consistency,
        "error_ratio": whole.error_ratio,
        "standard_error": whole.standard_error,
        "pass_mark": pass_mark,
        "livingston": livingston(whole, pass_mark),
    }


def _item_documents(sheet: MarkSheet) -> Iterator[Document]:
    for place, (column, found) in enumerate(
        zip(sheet.columns, item_statistics(sheet.columns, sheet.unit), strict=True)
    ):
        yield {
            "item": found.name,
            "attempts": found.count,
            "maximum": column.most / sheet.unit,
            "facility": found.facility,
            "standard_deviation": found.deviation,
            "discrimination_index": found.discrimination,
            "discriminative_efficiency": found.efficiency,
            "intended_weight": found.intended_weight,
            "effective_weight": found.effective_weight,
            "options": _options_documents(column, sheet.options[place], sheet.unit) if sheet.options else [],
            "dif": _difference_documents(column, sheet),
        }


def _options_documents(column: Column, options: Options, unit: int) -> list[Document]:
    """Return the options that somebody took, and those of the key that nobody took, in their order."""
    found = [
        {"choice": one.choice, "count": one.count, "share": one.share, "mean_rest_score": one.mean_rest}
        for one in choice_statistics(options.chosen, column.rests, unit)
    ]
    share = 0.0 if options.chosen else None
    found += [
        {"choice": choice, "count": 0, "share": share, "mean_rest_score": None}
        for choice in {*options.known} - {*options.chosen}
    ]
    return sorted(found, key=lambda one: str(one["choice"]))


def _difference_documents(column: Column, sheet: MarkSheet) -> list[Document]:
    compared = (
        differential_functioning(column, sheet.groups.members, sheet.groups.reference, focal)
        for focal in sheet.groups.focal
    )
    return [
        {
            "reference": one.reference,
            "focal": one.focal,
            "chi_square": one.chi_square,
            "common_odds_ratio": one.odds_ratio,
            "ets_delta": one.delta,
        }
        for one in compared
    ]


def _lines(document: Document) -> Iterator[str]:
    """Yield the figures as tables: of the test, of the items, of their options and of the groups."""
    yield from ["Test", "", *table([(_heading(name), _cell(value)) for name, value in document["test"].items()])]
    items: list[Document] = document["items"]
    plain = [{name: value for name, value in item.items() if name not in ("options", "dif")} for item in items]
    yield from _section("Items", plain)
    for name, title in (("options", "Options"), ("dif", "Difference between groups (Mantel-Haenszel)")):
        rows = [{"item": item["item"], **one} for item in items for one in item[name]]
        if rows:
            yield from _section(title, rows)


def _section(title: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return ["", title, "", *table([tuple(map(_heading, rows[0])), *(tuple(map(_cell, row.values())) for row in rows)])]


def _heading(name: str) -> str:
    return name.replace("_", " ").capitalize().replace("Ets", "ETS")


def _cell(value: str | float | None) -> str:
    """Return a figure with every digit, a name as it is; what runs from the right is kept from turning its row."""
    if value is None or value == "":
        return _UNDEFINED
    text = str(value)
    return text if text.isascii() else isolate(text)
