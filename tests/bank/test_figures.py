"""The shipped instruments say the very figures of the frozen tables; of Law 175 of 2018 in all 45 articles."""

from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from quiz.bank.reader import read_folder
from quiz.engine.document import read_instrument
from quiz.engine.instrument import Edition, Figure
from quiz.settings.operator import folder

HERE = Path(__file__).parent
LAW_175 = "eg-cybercrime/law-175-2018"
Table = dict[str, list[list[Any]]]
FROZEN: dict[str, Table] = {
    LAW_175: yaml.safe_load((HERE / "law_175_figures.yaml").read_text()),
    **yaml.safe_load((HERE / "stated_figures.yaml").read_text()),
}


def shipped() -> dict[str, Edition]:
    instruments = [read_instrument(source.document) for source in read_folder(folder("content")).instruments]
    return {f"{held.key}/{edition.key}": edition for held in instruments for edition in held.editions}


def row(figure: Figure) -> tuple[Any, ...]:
    measure = figure.unit or figure.currency
    return figure.what, figure.minimum, figure.maximum, measure, figure.felony, figure.either_or


def frozen_row(values: list[Any]) -> tuple[Any, ...]:
    what, least, most, measure, felony, either_or = (*values, None, None)[:6] if len(values) < 6 else values
    return what, least, most, measure, felony, bool(either_or)


def stated(edition: Edition) -> dict[str, Counter[tuple[Any, ...]]]:
    """Return the figures of each provision, or of each of its parts, by address inside the edition."""
    found = {}
    for provision in edition.provisions:
        if provision.figures or not provision.parts:
            found[provision.key] = Counter(map(row, provision.figures))
        for part in provision.parts:
            found[f"{provision.key}#{part.key}"] = Counter(map(row, part.figures))
    return found


def test_the_frozen_table_has_all_articles_of_law_175() -> None:
    assert {address.partition("#")[0] for address in FROZEN[LAW_175]} == {f"art-{number}" for number in range(1, 46)}


def test_the_law_has_all_articles_once() -> None:
    assert [provision.key for provision in shipped()[LAW_175].provisions] == [f"art-{n}" for n in range(1, 46)]


def test_every_figure_is_that_of_its_table() -> None:
    differing = {}
    for address, edition in shipped().items():
        frozen = {place: Counter(map(frozen_row, rows)) for place, rows in FROZEN.get(address, {}).items()}
        now = stated(edition)
        for place in frozen.keys() | now.keys():
            if frozen.get(place, Counter()) != now.get(place, Counter()):
                differing[address, place] = {"table": frozen.get(place), "shipped": now.get(place)}
    assert differing == {}


def test_every_table_is_of_a_shipped_edition() -> None:
    assert set(FROZEN) <= set(shipped())
