"""The inventory of what is kept stands for the whole schema: every table, and every column that leads to people."""

import pkgutil
from datetime import date
from importlib import import_module

import pytest
from sqlalchemy import JSON, Column, LargeBinary, String, Table

from quiz.access import inventory, keeping
from quiz.access.inventory import HOLDING, HOLDINGS, INVENTORY
from quiz.access.keeping import BOUNDS, End, Group, Until
from quiz.db import models
from quiz.db.models.base import Base

for _module in pkgutil.iter_modules(models.__path__):
    import_module(f"quiz.db.models.{_module.name}")
SCHEMA = Base.metadata.tables
# Longer words than a code, a key or a digest are looked at one by one.
_A_CODE = 128


def _leads_to(column: Column[object]) -> set[str]:
    return {key.column.table.name for key in column.foreign_keys}


def _is_free(column: Column[object]) -> bool:
    if isinstance(column.type, JSON | LargeBinary):
        return True
    return isinstance(column.type, String) and (column.type.length is None or column.type.length > _A_CODE)


def _told(table: str) -> set[str]:
    entry = INVENTORY[table]
    return {*([entry.of] if entry.of else []), *entry.also, *entry.by, *entry.says, *entry.plain}


def test_every_table_of_the_schema_has_its_entry_and_every_entry_its_table() -> None:
    assert set(INVENTORY) == set(SCHEMA)
    assert len(INVENTORY) == len(inventory._TABLES)


@pytest.mark.parametrize("table", SCHEMA.values(), ids=lambda table: table.name)
def test_every_column_that_could_tell_of_a_person_is_accounted_for(table: Table) -> None:
    entry, told = INVENTORY[table.name], _told(table.name)
    columns = {column.name for column in table.columns}
    assert told <= columns
    for column in table.columns:
        aim = _leads_to(column)
        if any(name == "person" or INVENTORY[name].of for name in aim - {table.name}):
            assert column.name in {entry.of, *entry.also, *entry.by}, f"{column} leads to a person"
        elif column.name.endswith("_by") or column.name == "actor":
            assert column.name in {entry.of, *entry.also, *entry.by, *entry.plain}, f"{column} names somebody"
        elif _is_free(column):
            assert column.name in told, f"{column} may hold words about a person"
    if entry.holding is None:
        assert not any((entry.of, entry.also, entry.by, entry.says))


@pytest.mark.parametrize("name", sorted(name for name, entry in INVENTORY.items() if entry.of))
def test_whose_data_a_row_is_leads_to_the_person_step_by_step(name: str) -> None:
    seen = []
    while name != "person":
        assert name not in seen
        seen.append(name)
        column = INVENTORY[name].of
        assert column is not None, f"{seen} ends at {name}"
        (name,) = _leads_to(SCHEMA[name].columns[column])


def test_every_holding_has_tables_and_every_table_a_holding_that_is_described() -> None:
    used = {entry.holding for entry in INVENTORY.values() if entry.holding}
    assert used == set(HOLDING)
    assert len(HOLDING) == len(HOLDINGS)
    assert {holding.group for holding in HOLDINGS} == set(Group)


def test_what_is_kept_as_evidence_has_no_end_and_everything_else_has_one() -> None:
    for holding in HOLDINGS:
        assert (holding.end is End.KEPT) == (holding.until is Until.RECORD), holding.code
        assert holding.seen_by, holding.code


def test_a_duration_out_of_bounds_is_refused() -> None:
    for until, bounds in BOUNDS.items():
        for number in (bounds.least, bounds.most):
            assert keeping.Durations(**{until.value: number}).of(until) == number
        for number in (bounds.least - 1, bounds.most + 1):
            with pytest.raises(ValueError, match=until.value):
                keeping.Durations(**{until.value: number})


def test_a_duration_is_reckoned_in_civil_days_and_years() -> None:
    chosen = keeping.Durations(files=30, questions=1)
    today = date(2028, 2, 29)
    assert chosen.last_day(Until.FILES, today) == date(2028, 1, 30)
    assert chosen.last_day(Until.FILES, today, grace=2) == date(2028, 1, 28)
    assert chosen.last_day(Until.DAY, today) == date(2028, 2, 28)
    # What was asked on the last of February of the year before is kept through the leap day.
    assert chosen.last_day(Until.QUESTIONS, today) == date(2027, 2, 28)
    assert chosen.last_day(Until.QUESTIONS, date(2028, 3, 1)) == date(2027, 3, 1)
