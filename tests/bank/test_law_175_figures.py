"""The shipped Law 175 of 2018 says the very figures of the frozen table, in all 45 articles."""

from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from quiz.bank.reader import read_source
from quiz.engine.document import read_instrument
from quiz.engine.instrument import Edition, Figure
from quiz.settings import folder

FROZEN: dict[str, list[list[Any]]] = yaml.safe_load((Path(__file__).parent / "law_175_figures.yaml").read_text())


def shipped() -> Edition:
    path = folder("content") / "instruments" / "eg-cybercrime.yaml"
    source, _ = read_source(path.read_bytes(), "instruments/eg-cybercrime.yaml")
    assert source is not None
    (edition,) = read_instrument(source.document).editions
    return edition


def row(figure: Figure) -> tuple[Any, ...]:
    measure = figure.unit or figure.currency
    return figure.what, figure.minimum, figure.maximum, measure, figure.felony, figure.either_or


def frozen_row(values: list[Any]) -> tuple[Any, ...]:
    what, least, most, measure, felony, either_or = (*values, None, None)[:6] if len(values) < 6 else values
    return what, least, most, measure, felony, bool(either_or)


def stated() -> dict[str, Counter[tuple[Any, ...]]]:
    """Return the figures of each article, or of each of its parts, by address inside the edition."""
    found = {}
    for provision in shipped().provisions:
        if provision.figures or not provision.parts:
            found[provision.key] = Counter(map(row, provision.figures))
        for part in provision.parts:
            found[f"{provision.key}#{part.key}"] = Counter(map(row, part.figures))
    return found


def test_the_frozen_table_has_all_articles() -> None:
    assert {address.partition("#")[0] for address in FROZEN} == {f"art-{number}" for number in range(1, 46)}


def test_the_law_has_all_articles_once() -> None:
    assert [provision.key for provision in shipped().provisions] == [f"art-{number}" for number in range(1, 46)]


def test_every_figure_is_that_of_the_table() -> None:
    frozen = {address: Counter(map(frozen_row, rows)) for address, rows in FROZEN.items()}
    now = stated()
    differing = {
        address: {"table": frozen.get(address), "shipped": now.get(address)}
        for address in sorted(frozen.keys() | now.keys())
        if frozen.get(address) != now.get(address)
    }
    assert differing == {}
