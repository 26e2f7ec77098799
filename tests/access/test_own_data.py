"""Of every table that holds something of a person it is said what they take away, or why not, and what erasing does."""

from quiz.access.inventory import INVENTORY
from quiz.access.keeping import Says
from quiz.access.own_data import LEFT_OUT, TAKEN, TREATED
from quiz.services.own_data import _PROFILE, PLAIN

HELD = {name for name, table in INVENTORY.items() if table.holding is not None}


def test_every_table_of_the_inventory_is_taken_or_left_out_for_a_reason() -> None:
    assert set(TAKEN) | set(LEFT_OUT) == HELD
    assert not set(TAKEN) & set(LEFT_OUT)


def test_every_table_of_the_inventory_has_its_treatment_when_somebody_is_erased() -> None:
    assert set(TREATED) == HELD


def test_what_is_taken_as_it_stands_is_said_so_and_holds_no_secret_and_nobody_else() -> None:
    for part, (name, columns) in {**PLAIN, "profile": ("person", _PROFILE)}.items():
        table = INVENTORY[name]
        assert TAKEN[name] == part
        assert not {column for column in columns if table.says.get(column) is Says.SEALED}
        assert not {*columns} & {*table.by, *table.also}
