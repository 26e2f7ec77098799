"""The law of a unit of work: asked or nothing, one commit or none, every refusal traced."""

import pytest
from sqlalchemy import text

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.trace import AuditEntryRow
from quiz.engine.text import Text
from quiz.services import advising, asking, organisation, people, reporting_people
from quiz.services.errors import NotAllowed, NotFound, Refused, Unasked
from quiz.services.loading import Release, adopt_provisions, install_release
from quiz.services.unit_of_work import UnitOfWork, Works
from tests.builders import module_document, scenario_document
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.learning import finish

MODULE = "onboarding-social-media"
# Known only from what was published about it, and adopted by nobody in the tests.
WEAK = "eg-conduct/code-2009/area-2"


def count(works: Works, table: str) -> int:
    with works.database.reads() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_a_deed_that_never_asked_writes_nothing(works: Works, hire: Someone) -> None:
    before = count(works, "audit_entry")
    with pytest.raises(Unasked), works.writing(SYSTEM) as work:
        work.audit(Permission.PEOPLE_PERSON_WRITE, Target("nothing"))
    assert count(works, "audit_entry") == before


def test_a_deed_that_fails_leaves_nothing_but_its_refusal(works: Works, hire: Someone) -> None:
    units = count(works, "unit")
    with pytest.raises(NotAllowed), works.writing(hire.actor) as work:
        people.add_unit(work, Text({"ar": "إدارة", "en": "Unit"}), "EG")
    with works.database.reads() as session:
        entry = session.query(AuditEntryRow).order_by(AuditEntryRow.id.desc()).limit(1).one()
    assert count(works, "unit") == units
    assert (entry.was_allowed, entry.deed, entry.actor) == (False, "people:person:write", hire.actor.name)


def test_a_refusal_in_a_reading_deed_is_traced_too(works: Works, hire: Someone) -> None:
    before = count(works, "audit_entry")
    with pytest.raises(NotAllowed), works.reading(hire.actor) as work:
        advising.list_questions(work)
    assert count(works, "audit_entry") == before + 1


def test_an_error_rolls_everything_back(works: Works, hire: Someone) -> None:
    before = count(works, "unit")
    with pytest.raises(NotFound), works.writing(SYSTEM) as work:
        _add_a_unit_and_fail(work)
    assert count(works, "unit") == before


def _add_a_unit_and_fail(work: UnitOfWork) -> None:
    people.add_unit(work, Text({"ar": "إدارة", "en": "Unit"}), "EG")
    people.find_person_id(work, "nobody@x.example")


def test_a_question_without_a_name_keeps_nothing_of_the_person(works: Works, hire: Someone) -> None:
    trace = count(works, "audit_entry")
    with works.writing(hire.actor) as work:
        asking.ask(work, "question", "some-scenario", "هل يجوز هذا؟", with_name=False)
    with works.database.reads() as session:
        row = session.execute(text("SELECT person_id, about FROM question")).one()
    assert (tuple(row), count(works, "audit_entry")) == ((None, "some-scenario"), trace)


def test_a_call_for_help_is_seen_by_the_manager_and_not_its_words(
    works: Works, hire: Someone, make_person: MakePerson
) -> None:
    finish(works, hire, MODULE, best=False)
    with works.writing(hire.actor) as work:
        asking.ask(work, "help", MODULE, "لم أفهم المادة", with_name=False)
    manager = make_person(Role.MANAGER)
    with works.database.reads() as session:
        units = frozenset(session.execute(text("SELECT id FROM unit")).scalars())
    seen = Actor(manager.actor.name, manager.actor.person_id, manager.actor.roles, units)
    with works.reading(seen) as work:
        team = reporting_people.list_team(work, reporting_people.Asked())
    (row,) = [one for one in team.rows if one.module_key == MODULE]
    assert (row.state, row.bucket, row.name) == ("awaiting_next", "asks_help", hire.name)
    assert "لم أفهم" not in repr(team)


def test_choices_have_versions_and_hold_from_the_next_moment(works: Works) -> None:
    changed = organisation.Choices(Text({"ar": "هيئة", "en": "Authority"}), "latn", "gregorian", "Asia/Dubai")
    for choices in (organisation.DEFAULT, changed):
        with works.writing(SYSTEM) as work:
            organisation.change_choices(work, choices)
    with works.reading(SYSTEM) as work:
        assert organisation.get_choices(work) == changed
    assert count(works, "organisation_settings") == 2


def test_a_module_of_another_country_is_not_assigned(works: Works, make_person: MakePerson) -> None:
    with works.writing(SYSTEM) as work:
        dubai = people.add_unit(work, Text({"ar": "إدارة", "en": "Department"}), "AE")
    someone = make_person(place=dubai)
    with pytest.raises(Refused, match="another-jurisdiction"), works.writing(SYSTEM) as work:
        people.assign_module(work, someone.public_id, "exam-social-media")


def test_a_module_of_which_nothing_would_count_is_not_assigned(works: Works, make_person: MakePerson) -> None:
    weak = scenario_document("drill-weak", bank="eg-conduct", topics=["gifts"], cites=[WEAK])
    for option in weak["options"]:
        option["cites"] = [WEAK]
    line = {"bank": "eg-conduct", "count": 1, "provisions": [WEAK]}
    someone = make_person()
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), (weak,), (module_document("weak", blueprint=[line]),)))
    with pytest.raises(Refused, match="nothing-counts"), works.writing(SYSTEM) as work:
        people.assign_module(work, someone.public_id, "weak")
    with works.writing(SYSTEM) as work:
        adopt_provisions(work, [WEAK], "our own copy")
        people.assign_module(work, someone.public_id, "weak")
