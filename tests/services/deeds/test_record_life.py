"""Whence alone a record may come, how it is renewed, and how its names go."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from quiz.access.permissions import Permission
from quiz.db.models.attempts import AttemptRow
from quiz.db.models.completions import CompletionRow
from quiz.db.models.record_life import (
    RenewalRow,
)
from quiz.services import completing, erasing, people, record_checking, record_desk
from quiz.services.errors import NotAllowed, NotFound, Refused
from quiz.services.recomputing import recompute
from quiz.services.unit_of_work import Works
from tests import learning
from tests.builders import module_document
from tests.fixtures.people import SYSTEM, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import DRILL, EXAM, Publish, everything
from tests.services.deeds.records import LATIN, RIGHT, again, put_right, rename, revoke, state
from tests.services.deeds.test_completing import record, sign, verify

Unchanged = Callable[[], AbstractContextManager[None]]
IsRefused = Callable[..., AbstractContextManager[None]]


def forged(works: Works, held: str, **changes: Any) -> dict[str, Any]:
    """Return the values of a row like the record, with others where given."""
    table = CompletionRow.__table__
    with works.database.reads() as session:
        row = session.execute(select(table).where(table.c.public_id == held)).one()
    values = {**row._asdict(), "public_id": "f" * 32, "verify_code": "0" * 13, **changes}
    del values["id"]
    return values


def other_attempt(works: Works, someone: Someone, attempt_id: str) -> dict[str, Any]:
    with works.database.reads() as session:
        found = session.scalars(select(AttemptRow).where(AttemptRow.public_id == attempt_id)).one()
        return {
            "attempt_id": found.id,
            "assignment_id": found.assignment_id,
            "person_id": found.person_id,
            "module_version_id": found.module_version_id,
        }


def is_taken(works: Works, values: dict[str, Any]) -> bool:
    """Tell whether the database takes a record in plain SQL; nothing stays."""
    with works.database.writes() as session:
        try:
            session.execute(insert(CompletionRow.__table__).values(**values))
        except DBAPIError as refused:
            assert "completion comes" in str(refused)  # noqa: PT017 - the reason is half of it
            return False
        finally:
            session.rollback()
    return True


def test_the_database_takes_a_record_from_a_passed_attempt_alone(
    works: Works, learner: Someone, colleague: Someone, held: str
) -> None:
    passed = learning.finish(works, colleague, DRILL, best=True)
    sound = other_attempt(works, colleague, passed)
    assert is_taken(works, forged(works, held, **sound))
    failed = other_attempt(works, learner, learning.finish(works, learner, EXAM, best=False))
    under_way = other_attempt(works, colleague, learning.begin(works, colleague, EXAM))
    for wrong in (
        failed,
        under_way,
        {**sound, "person_id": failed["person_id"]},
        {**sound, "assignment_id": failed["assignment_id"]},
        {**sound, "attempt_id": failed["attempt_id"]},
        {**sound, "module_version_id": failed["module_version_id"]},
    ):
        assert not is_taken(works, forged(works, held, **wrong)), wrong


def test_the_database_takes_a_record_with_its_signed_pledge_alone(works: Works, colleague: Someone, held: str) -> None:
    sound = other_attempt(works, colleague, learning.finish(works, colleague, DRILL, best=True))
    values = forged(works, held, **sound)
    for pledge in (
        None,
        {},
        {**values["pledge"], "digest": "0" * 64},
        {name: value for name, value in values["pledge"].items() if name != "signed_at"},
    ):
        assert not is_taken(works, {**values, "pledge": pledge}), pledge
    assert not is_taken(works, {**values, "facts": {**values["facts"], "pledge_digest": None}})


def test_where_no_pledge_is_asked_a_record_needs_none(
    works: Works, colleague: Someone, held: str, publish: Publish
) -> None:
    publish("free", pledge={**module_document(DRILL)["pledge"], "required": False})
    with works.writing(SYSTEM) as work:
        people.assign_module(work, colleague.public_id, "free")
    learning.finish(works, colleague, "free", best=True)
    with works.reading(colleague.actor) as work:
        (one,) = completing.list_records(work)
    assert (one.state, one.facts.pledge_digest) == ("valid", None)


def test_one_attempt_gives_one_record_and_no_statement_gives_many(works: Works, held: str) -> None:
    with works.database.writes() as session, pytest.raises(DBAPIError):
        session.execute(insert(CompletionRow.__table__).values(**forged(works, held)))
    # Everybody at once, as an upgrade once did elsewhere: not one row comes through.
    statement = (
        "INSERT INTO completion (public_id, person_id, assignment_id, attempt_id, module_version_id, verify_code, "
        "facts, facts_digest, pledge, completed_at, completed_on, valid_until) "
        "SELECT assignment.public_id, assignment.person_id, assignment.id, completion.attempt_id, "
        "completion.module_version_id, assignment.public_id, facts, facts_digest, pledge, completed_at, completed_on, "
        "valid_until FROM assignment, completion WHERE assignment.id <> completion.assignment_id"
    )
    with works.database.writes() as session, pytest.raises(DBAPIError, match="completion comes"):
        session.execute(text(statement))


# Renewal


def test_a_renewal_links_the_newer_to_the_older_and_leaves_that_alone(
    works: Works, learner: Someone, held: str, clock: Clock
) -> None:
    with works.database.reads() as session:
        before = repr(session.execute(select(CompletionRow.__table__)).one())
    newer = again(works, learner, clock)
    with works.database.reads() as session:
        table = CompletionRow.__table__
        assert repr(session.execute(select(table).where(table.c.public_id == held)).one()) == before
        assert len(session.scalars(select(RenewalRow.completion_id)).all()) == 1
    old, new = record(works, learner, held), record(works, learner, newer)
    assert (old.state, old.newer, new.earlier) == (
        "replaced",
        (newer, new.facts.completed_on),
        (held, old.facts.completed_on),
    )
    told = verify(works, old.code)
    assert told.renewed_on == new.facts.completed_on
    assert new.code not in repr(told)
    assert newer not in repr(told)


def test_a_clock_that_was_set_back_since_does_not_stand_in_the_way_of_a_renewal(
    works: Works, learner: Someone, held: str, clock: Clock
) -> None:
    with works.reading(learner.actor) as work:
        before = completing.get_record(work, held).facts.completed_at
    newer = again(works, learner, clock, days=-1)
    found = record(works, learner, newer)
    assert found.facts.completed_at < before
    assert (record(works, learner, held).state, found.earlier[0]) == ("replaced", held)
    with works.reading(SYSTEM) as work:
        assert not list(record_checking.check_lives(work))


def test_a_renewal_that_was_revoked_replaces_nothing_and_the_next_one_does(
    works: Works, learner: Someone, held: str, clock: Clock
) -> None:
    second = again(works, learner, clock)
    revoke(works, second)
    assert state(works, learner, held) == "valid"
    third = again(works, learner, clock)
    assert (state(works, learner, held), record(works, learner, third).earlier[0]) == ("replaced", held)
    fourth = again(works, learner, clock)
    revoke(works, third)
    assert record(works, learner, held).newer[0] == fourth
    assert [state(works, learner, one) for one in (second, third, fourth)] == ["revoked", "revoked", "valid"]


def test_the_database_links_records_of_one_person_and_module_only(
    works: Works, learner: Someone, colleague: Someone, held: str
) -> None:
    learning.finish(works, colleague, DRILL, best=True)
    of_another = sign(works, colleague)
    learning.finish(works, learner, EXAM, best=True)
    of_another_module = sign(works, learner, EXAM)
    with works.database.reads() as session:
        ids = dict(session.execute(select(CompletionRow.public_id, CompletionRow.id)).all())
    for newer, earlier in ((of_another, held), (of_another_module, held), (held, held)):
        with works.database.writes() as session, pytest.raises(DBAPIError, match="same person and module"):
            session.execute(insert(RenewalRow.__table__).values(completion_id=ids[newer], earlier_id=ids[earlier]))


@pytest.mark.parametrize(
    ("completed", "until", "hijri"),
    [
        ("2026-12-31T21:59:59+00:00", date(2028, 12, 31), "1450-08-15"),
        ("2026-12-31T22:00:00+00:00", date(2029, 1, 1), "1450-08-16"),
        ("2028-02-29T10:00:00+00:00", date(2030, 2, 28), "1451-10-25"),
        ("2076-06-01T10:00:00+00:00", date(2078, 6, 1), None),
    ],
)
def test_days_at_the_ends_of_years_and_of_the_table(
    works: Works, learner: Someone, clock: Clock, completed: str, until: date, hijri: str | None
) -> None:
    clock.now = type(clock.now).fromisoformat(completed)
    learning.finish(works, learner, DRILL, best=True)
    found = record(works, learner, sign(works, learner))
    assert found.facts.valid_until == until
    if hijri is None:
        assert found.facts.valid_until_hijri is None
    else:
        assert found.facts.valid_until_hijri is not None
    told = verify(works, found.code)
    assert (told.state, told.valid_until_hijri) == ("valid", found.facts.valid_until_hijri)
    clock.now = clock.now.replace(year=until.year, month=until.month, day=until.day) + timedelta(days=2)
    assert verify(works, found.code).state == "expired"


# Removing names


def test_names_go_for_good_and_all_else_still_verifies(
    works: Works, learner: Someone, hr: Someone, held: str, clock: Clock
) -> None:
    put_right(works, learner)
    rename(works, hr.actor, held)
    code = record(works, learner, held).code
    with works.writing(hr.actor) as work:
        erasing.erase_holder(work, held, "انتهت المدة")
    for table in ("completion_holder", "corrected_holder"):
        with works.database.reads() as session:
            assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0
    told = verify(works, code)
    assert (told.state, told.is_erased, told.holder_name, told.latin_name) == ("valid", True, None, None)
    assert told.module_title is not None
    for name in (learner.name, RIGHT, LATIN):
        assert name not in repr(told)
    found = record(works, learner, held)
    assert (found.holder_name, found.first_name, found.state) == (None, None, "valid")
    before = everything(works)
    with works.writing(hr.actor) as work:
        erasing.erase_holder(work, held, "مرة أخرى")
    assert everything(works) == before
    with works.reading(SYSTEM) as work:
        assert recompute(work).differences == ()
    with pytest.raises(Refused, match="holder-erased"):
        rename(works, hr.actor, held)


def test_names_go_through_one_door_only(works: Works, learner: Someone, hr: Someone, held: str) -> None:
    put_right(works, learner)
    rename(works, hr.actor, held)
    for table in ("completion_holder", "corrected_holder"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET name = 'س'"):
            with works.database.writes() as session, pytest.raises(DBAPIError, match=r"erasure alone|never changed"):
                session.execute(text(statement))


def test_names_are_removed_with_a_reason_that_names_nobody(
    works: Works, learner: Someone, hr: Someone, admin: Someone, held: str, changes_nothing: Unchanged
) -> None:
    for reason in ("", f"طلب {learner.name}", "س" * 501):
        with changes_nothing(), pytest.raises(Refused), works.writing(hr.actor) as work:
            erasing.erase_holder(work, held, reason)
    with pytest.raises(NotAllowed), works.writing(learner.actor) as work:
        erasing.erase_holder(work, held, "أريد ذلك")
    with pytest.raises(NotFound), works.writing(admin.actor) as work:
        erasing.erase_holder(work, "0" * 32, "انتهت المدة")


# The register


def test_hr_finds_a_record_by_person_code_or_serial_and_others_do_not(
    works: Works, learner: Someone, colleague: Someone, hr: Someone, held: str, is_refused: IsRefused
) -> None:
    code = record(works, learner, held).code
    with works.reading(hr.actor) as work:
        for words in (learner.name.split()[0], code, f"{code[:4]}-{code[4:8]} {code[8:].lower()}", held, "T-1"):
            assert [one.public_id for one in record_desk.list_register(work, words).lines] == [held], words
        assert record_desk.list_register(work, "لا أحد").lines == ()
        assert record_desk.list_register(work).lines == ()
        assert [one.public_id for one in record_desk.list_of_person(work, learner.public_id)] == [held]
    revoke(works, held)
    with works.reading(hr.actor) as work:
        assert [one.state for one in record_desk.list_register(work).lines] == ["revoked"]
    with is_refused(Permission.RECORDS_REGISTER_READ), works.reading(colleague.actor) as work:
        record_desk.list_register(work, code)
