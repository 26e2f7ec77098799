"""Whoever a manager says is not theirs waits for HR: moved, or said to belong there; the counts follow."""

import pytest
from sqlalchemy import select

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.db.models.assignments import AssignmentRow, DisowningRow
from quiz.db.queries import tallies
from quiz.engine.text import Text
from quiz.services import managing, people, settling, workforce
from quiz.services.errors import NotFound, Stale
from quiz.services.settling import DisownedLine
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.services.deeds.test_reporting import seen_as
from tests.services.deeds.test_turning import Refusal

MODULE = "onboarding-social-media"


@pytest.fixture
def disowned(works: Works, make_person: MakePerson) -> Someone:
    """Somebody of whom their manager said that they are not theirs."""
    hire, manager = make_person(modules=(MODULE,)), make_person(Role.MANAGER)
    with works.writing(seen_as(works, manager)) as work:
        managing.disown(work, hire.public_id, "انتقلت إلى إدارة أخرى")
    return hire


def waiting(works: Works, hr: Someone) -> tuple[DisownedLine, ...]:
    with works.reading(hr.actor) as work:
        return settling.list_disowned(work)


def standing(works: Works) -> tuple[bool, str | None]:
    """Whether the one assignment is disowned, and what became of the word; the counts are right."""
    with works.database.reads() as session:
        assert tallies.list_differences(session) == []
        (row,) = session.scalars(select(AssignmentRow))
        return row.is_disowned, session.scalars(select(DisowningRow.outcome)).one()


def test_whoever_belongs_there_is_kept(works: Works, disowned: Someone, make_person: MakePerson) -> None:
    hr = make_person(Role.HR)
    (line,) = waiting(works, hr)
    assert (line.person, line.words) == (disowned.public_id, "انتقلت إلى إدارة أخرى")
    assert standing(works) == (True, None)
    with works.writing(hr.actor) as work:
        settling.keep_where_they_are(work, line.public_id)
    assert standing(works) == (False, "theirs")
    assert waiting(works, hr) == ()
    with pytest.raises(Stale, match="settled-already"), works.writing(hr.actor) as work:
        settling.keep_where_they_are(work, line.public_id)
    with pytest.raises(NotFound), works.writing(hr.actor) as work:
        settling.keep_where_they_are(work, disowned.public_id)


def test_whoever_is_moved_is_settled_with_it(works: Works, disowned: Someone, make_person: MakePerson) -> None:
    with works.writing(SYSTEM) as work:
        elsewhere = people.add_unit(work, Text({"ar": "إدارة أخرى", "en": "Elsewhere"}), "EG")
        workforce.move_person(work, disowned.public_id, elsewhere)
    assert standing(works) == (False, "moved")
    assert waiting(works, make_person(Role.HR)) == ()


def test_only_hr_settles_it(works: Works, disowned: Someone, make_person: MakePerson, is_refused: Refusal) -> None:
    manager = make_person(Role.MANAGER)
    with is_refused(Permission.PEOPLE_PERSON_READ, manager), works.reading(manager.actor) as work:
        settling.list_disowned(work)
    with is_refused(Permission.PEOPLE_PERSON_WRITE, manager), works.writing(manager.actor) as work:
        settling.keep_where_they_are(work, "0" * 32)
