"""The organisation's choices: versions that are only added, in force as soon as they are stored."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.db.models.people import OrganisationSettingsRow
from quiz.engine.text import Text
from quiz.services.kept import Kept
from quiz.services.organisation import DEFAULT, Choices, change_choices, get_choices
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import audit

IsRefused = Callable[..., AbstractContextManager[None]]
OURS = Choices(Text({"ar": "هيئة التجربة", "en": "Trial authority"}), "latn", "gregorian", "Asia/Dubai")


def choices(works: Works) -> Choices:
    with works.reading(Actor.nobody()) as work:
        return get_choices(work)


def change(works: Works, changed: Choices) -> None:
    with works.writing(SYSTEM) as work:
        change_choices(work, changed)


def test_without_choices_there_are_defaults(works: Works) -> None:
    assert choices(works) == DEFAULT


def test_a_change_is_a_new_version_in_force_at_once_and_traced(works: Works) -> None:
    choices(works)
    change(works, OURS)
    assert choices(works) == OURS
    change(works, replace(OURS, digits="arab"))
    assert choices(works).digits == "arab"
    with works.database.reads() as session:
        rows = session.scalars(select(OrganisationSettingsRow).order_by(OrganisationSettingsRow.number)).all()
    assert [(row.number, row.document["digits"], row.changed_by) for row in rows] == [
        (1, "latn", SYSTEM.name),
        (2, "arab", SYSTEM.name),
    ]
    assert audit(works, Permission.ORGANISATION_SETTINGS_CHANGE)[-1].details["document"]["digits"] == "arab"


def test_a_change_that_is_taken_back_was_never_seen(works: Works) -> None:
    with pytest.raises(ZeroDivisionError), works.writing(SYSTEM) as work:
        change_choices(work, OURS)
        raise ZeroDivisionError
    assert choices(works) == DEFAULT


def test_another_process_sees_a_change_within_five_seconds(works: Works, clock: Clock) -> None:
    elsewhere = Works(works.database, replace(works.tools, kept=Kept()))
    assert choices(elsewhere) == DEFAULT
    change(works, OURS)
    clock.forward(seconds=4, milliseconds=999)
    assert choices(elsewhere) == DEFAULT
    clock.forward(milliseconds=1)
    assert choices(elsewhere) == OURS


def test_only_an_administrator_or_the_shell_changes_them(
    works: Works, make_person: MakePerson, is_refused: IsRefused
) -> None:
    for role in Role:
        someone = make_person(role)
        if role is Role.ADMIN:
            with works.writing(someone.actor) as work:
                change_choices(work, OURS)
        else:
            with is_refused(Permission.ORGANISATION_SETTINGS_CHANGE, someone), works.writing(someone.actor) as work:
                change_choices(work, DEFAULT)
    assert choices(works) == OURS


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Africa/Cairo", datetime(2026, 11, 21, 21, 59, tzinfo=UTC), date(2026, 11, 21)),
        ("Africa/Cairo", datetime(2026, 11, 21, 22, 0, tzinfo=UTC), date(2026, 11, 22)),
        ("Africa/Cairo", datetime(2026, 7, 1, 21, 0, tzinfo=UTC), date(2026, 7, 2)),
        ("Asia/Dubai", datetime(2026, 7, 1, 20, 0, tzinfo=UTC), date(2026, 7, 2)),
    ],
)
def test_the_civil_day_is_that_of_the_zone_and_its_summer_time(zone: str, moment: datetime, day: date) -> None:
    assert replace(OURS, zone=zone).civil_day(moment) == day
