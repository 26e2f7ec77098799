"""What becomes of a record: renewed, corrected in its name, revoked by two, erased; and whence alone it may come."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.db.models.attempts import AttemptRow
from quiz.db.models.completions import CompletionRow
from quiz.db.models.record_life import (
    CorrectedHolderRow,
    NameCorrectionRow,
    RenewalRow,
    RevocationDecisionRow,
    RevocationProposalRow,
)
from quiz.engine.text import Text
from quiz.records import facts as frozen
from quiz.services import completing, erasing, people, record_desk, renaming, revoking, workforce
from quiz.services.delivering import prepare_revocation_mail
from quiz.services.errors import NotAllowed, NotFound, Refused, Stale
from quiz.services.recomputing import recompute
from quiz.services.unit_of_work import Works
from tests import learning
from tests.builders import module_document
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import DRILL, EXAM, Publish, added, audit, everything, outbox
from tests.services.deeds.test_completing import record, sign, verify

Unchanged = Callable[[], AbstractContextManager[None]]
IsRefused = Callable[..., AbstractContextManager[None]]
REASON = Text({"ar": "صدرت بخطأ", "en": "Issued by mistake"})
RIGHT, LATIN = "هناء عبد الإله رضا", "Hanaa Abdelelah Reda"


@pytest.fixture
def hr(make_person: MakePerson) -> Someone:
    return make_person(Role.HR, name="رضا فؤاد منصور")


@pytest.fixture
def admin(make_person: MakePerson) -> Someone:
    return make_person(Role.ADMIN, name="يوسف آدم الطحان")


@pytest.fixture
def held(works: Works, learner: Someone) -> str:
    """A record of the learner's."""
    learning.finish(works, learner, DRILL, best=True)
    return sign(works, learner)


def again(works: Works, someone: Someone, clock: Clock, days: int = 300) -> str:
    clock.forward(days=days)
    with works.writing(SYSTEM) as work:
        people.assign_module(work, someone.public_id, DRILL)
    learning.finish(works, someone, DRILL, best=True)
    return sign(works, someone)


def state(works: Works, someone: Someone, public_id: str) -> str:
    return record(works, someone, public_id).state


def revoke(works: Works, public_id: str) -> None:
    with works.writing(SYSTEM) as work:
        completing.revoke_completion(work, public_id, REASON)


# Whence a record comes


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


# The name


def put_right(works: Works, learner: Someone, name: str = RIGHT, latin: str = LATIN) -> None:
    with works.writing(SYSTEM) as work:
        workforce.correct_person(work, learner.public_id, "خطأ في حرف", name=name, latin_name=latin)


def rename(works: Works, actor: Actor, held: str, seen: str = RIGHT, **words: str) -> None:
    said = {"source": "قرار 12 لسنة 2026", "reason": "خطأ في حرف", **words}
    with works.writing(actor) as work:
        renaming.correct_name(work, held, seen, **said)


def test_a_corrected_name_stands_beside_the_facts_and_both_versions_are_kept(
    works: Works, learner: Someone, hr: Someone, held: str, clock: Clock
) -> None:
    code = record(works, learner, held).code
    put_right(works, learner)
    clock.forward(days=3)
    before = everything(works)
    rename(works, hr.actor, held)
    assert set(added(before, everything(works))) == {"name_correction", "corrected_holder", "audit_entry"}
    found = record(works, learner, held)
    assert (found.holder_name, found.latin_name, found.first_name) == (RIGHT, LATIN, learner.name)
    assert (found.state, found.corrected_on) == ("valid", date(2026, 11, 24))
    told = verify(works, code)
    assert (told.holder_name, told.corrected_on) == (RIGHT, date(2026, 11, 24))
    assert learner.name not in repr(told)
    with works.database.reads() as session:
        row, kept = session.scalars(select(NameCorrectionRow)).one(), session.scalars(select(CorrectedHolderRow)).one()
        facts = session.scalars(select(CompletionRow.facts)).one()
    assert row.earlier_commitment == facts["name_commitment"]
    assert frozen.opens(row.name_commitment, RIGHT, kept.salt)
    assert RIGHT not in repr(vars(row))
    assert learner.name not in repr(vars(row))
    assert (row.source, row.corrected_by) == ("قرار 12 لسنة 2026", hr.actor.name)
    with works.reading(SYSTEM) as work:
        assert recompute(work).differences == ()


def test_a_second_correction_begins_where_the_first_ended(
    works: Works, learner: Someone, hr: Someone, held: str
) -> None:
    for name in (RIGHT, "هناء رضا"):
        put_right(works, learner, name)
        rename(works, hr.actor, held, name)
    found = record(works, learner, held)
    assert (found.holder_name, found.first_name, found.state) == ("هناء رضا", learner.name, "valid")
    with works.reading(hr.actor) as work:
        corrections = record_desk.get_sheet(work, held).corrections
    assert [(one.before, one.after) for one in corrections] == [(learner.name, RIGHT), (RIGHT, "هناء رضا")]


def test_a_name_is_corrected_from_what_hr_holds_or_not_at_all(
    works: Works, learner: Someone, hr: Someone, held: str, changes_nothing: Unchanged
) -> None:
    with changes_nothing(), pytest.raises(Refused, match="same-name"):
        rename(works, hr.actor, held, learner.name)
    put_right(works, learner)
    for fault, words in (
        ("reason-missing", {"reason": " "}),
        ("reason-missing", {"source": ""}),
        ("reason-names-holder", {"reason": f"كان الاسم {learner.name}"}),
        ("reason-names-holder", {"source": f"بطاقة {RIGHT}"}),
        ("too-long", {"reason": "س" * 501}),
    ):
        with changes_nothing(), pytest.raises(Refused, match=fault):
            rename(works, hr.actor, held, **words)
    with changes_nothing(), pytest.raises(Stale, match="name-moved-on"):
        rename(works, hr.actor, held, "اسم آخر")


def test_only_hr_corrects_and_never_its_own(
    works: Works, learner: Someone, admin: Someone, held: str, is_refused: IsRefused
) -> None:
    put_right(works, learner)
    own = Actor(learner.actor.name, learner.actor.person_id, frozenset({Role.LEARNER, Role.HR}))
    for actor in (admin.actor, learner.actor, own, Actor.nobody()):
        with is_refused(Permission.RECORDS_NAME_CORRECT):
            rename(works, actor, held)


def test_a_corrected_name_that_was_changed_behind_its_back_is_noticed(
    works: Works, learner: Someone, hr: Someone, held: str
) -> None:
    put_right(works, learner)
    rename(works, hr.actor, held)
    code = record(works, learner, held).code
    with works.database.writes() as session, pytest.raises(DBAPIError, match="never changed"):
        session.execute(text("UPDATE corrected_holder SET name = 'سمير'"))
    with works.database.writes() as session:
        on = "" if works.database.is_sqlite else " ON corrected_holder"
        session.execute(text(f"DROP TRIGGER corrected_holder_update_refused{on}"))
        session.execute(text("UPDATE corrected_holder SET name = 'سمير'"))
        session.commit()
    assert verify(works, code).state == "altered"
    with works.reading(SYSTEM) as work:
        assert [one.what for one in recompute(work).differences] == ["correction 1"]


# Revocation by two


def propose(works: Works, actor: Actor, held: str, inner: str = "محضر رقم 4", reason: Text = REASON) -> str:
    with works.writing(actor) as work:
        return revoking.propose_revocation(work, held, reason, inner)


def test_two_people_revoke_and_the_holder_is_told(
    works: Works, learner: Someone, hr: Someone, admin: Someone, held: str, clock: Clock
) -> None:
    proposal = propose(works, hr.actor, held)
    assert state(works, learner, held) == "valid"
    clock.forward(days=1)
    with works.writing(admin.actor) as work:
        revoking.approve_revocation(work, proposal)
    found = record(works, learner, held)
    assert (found.state, found.revoked_at, found.revocation_reason) == ("revoked", clock.now, REASON)
    assert "محضر" not in repr(found)
    assert outbox(works, "RecordRevoked")[-1].payload == {"completion_id": held}
    assert audit(works, Permission.RECORDS_REVOCATION_DECIDE)[-1].details["verdict"] == "approved"
    with works.reading(Actor.system("worker")) as work:
        mail = prepare_revocation_mail(work, held)
    assert mail is not None
    assert (mail.email, mail.reason) == (learner.email, REASON)
    assert "محضر" not in repr(mail)


def test_neither_the_proposer_nor_the_holder_decides(
    works: Works, learner: Someone, hr: Someone, held: str, is_refused: IsRefused
) -> None:
    proposal = propose(works, hr.actor, held)
    holder = Actor(learner.actor.name, learner.actor.person_id, frozenset({Role.LEARNER, Role.HR}))
    for actor in (hr.actor, holder, learner.actor, SYSTEM):
        with is_refused(Permission.RECORDS_REVOCATION_DECIDE), works.writing(actor) as work:
            revoking.approve_revocation(work, proposal)
    with is_refused(Permission.RECORDS_REVOCATION_PROPOSE):
        propose(works, holder, held)


def test_the_database_wants_two_people_as_well(works: Works, hr: Someone, admin: Someone, held: str) -> None:
    propose(works, hr.actor, held)
    decision = RevocationDecisionRow.__table__
    with works.database.reads() as session:
        proposal = session.scalars(select(RevocationProposalRow.id)).one()
        completion = session.scalars(select(CompletionRow.id)).one()
    at = works.tools.clock()

    def decide(verdict: str, someone: Someone) -> None:
        values = {"proposal_id": proposal, "verdict": verdict, "decided_at": at}
        with works.database.writes() as session:
            session.execute(insert(decision).values(**values, decided_by_id=someone.actor.person_id))

    for verdict, someone in (("approved", hr), ("declined", hr), ("withdrawn", admin)):
        with pytest.raises(DBAPIError, match="own proposal"):
            decide(verdict, someone)
    with works.database.writes() as session, pytest.raises(DBAPIError, match="two people"):
        session.execute(
            text(
                "INSERT INTO revocation (completion_id, reason, revoked_by, revoked_at) VALUES (:c, '{}', 'person:x', :a)"
            ),
            {"c": completion, "a": at.replace(tzinfo=None) if works.database.is_sqlite else at},
        )


def test_a_proposal_is_declined_or_withdrawn_and_the_record_stands(
    works: Works, learner: Someone, hr: Someone, admin: Someone, held: str, is_refused: IsRefused
) -> None:
    first = propose(works, hr.actor, held)
    with pytest.raises(Stale, match="proposal-waits"):
        propose(works, admin.actor, held)
    with is_refused(Permission.RECORDS_REVOCATION_WITHDRAW), works.writing(admin.actor) as work:
        revoking.withdraw_proposal(work, first)
    with works.writing(hr.actor) as work:
        revoking.withdraw_proposal(work, first)
    for again_ in (revoking.withdraw_proposal, revoking.approve_revocation):
        actor = hr.actor if again_ is revoking.withdraw_proposal else admin.actor
        with pytest.raises(Stale, match="decided-already"), works.writing(actor) as work:
            again_(work, first)
    second = propose(works, admin.actor, held)
    with pytest.raises(Refused, match="reason-missing"), works.writing(hr.actor) as work:
        revoking.decline_revocation(work, second, " ")
    with works.writing(hr.actor) as work:
        revoking.decline_revocation(work, second, "لا دليل")
    assert state(works, learner, held) == "valid"
    with works.reading(hr.actor) as work:
        proposals = record_desk.get_sheet(work, held).proposals
    assert [(one.verdict, one.words) for one in proposals] == [("declined", "لا دليل"), ("withdrawn", None)]


def test_a_proposal_needs_its_reasons_in_both_languages_and_one_inside(
    works: Works, hr: Someone, held: str, changes_nothing: Unchanged
) -> None:
    faults: list[tuple[Text, str]] = [
        (Text({"ar": "سبب"}), "داخلي"),
        (Text({"en": "reason"}), "داخلي"),
        (REASON, " "),
        (Text({"ar": "س" * 501, "en": "reason"}), "داخلي"),
    ]
    for reason, inner in faults:
        with changes_nothing(), pytest.raises(Refused):
            propose(works, hr.actor, held, inner, reason)
    with changes_nothing(), pytest.raises(NotFound):
        propose(works, hr.actor, "0" * 32)
    revoke(works, held)
    with changes_nothing(), pytest.raises(Refused, match="revoked-already"):
        propose(works, hr.actor, held)


def test_a_record_that_the_shell_revoked_meanwhile_is_not_revoked_twice(
    works: Works, hr: Someone, admin: Someone, held: str
) -> None:
    proposal = propose(works, hr.actor, held)
    with works.writing(SYSTEM) as work:
        completing.revoke_completion(work, held, REASON, "مكتب الرئيس، كتاب 7")
    assert audit(works, Permission.RECORDS_COMPLETION_REVOKE)[-1].details == {"behind": "مكتب الرئيس، كتاب 7"}
    with pytest.raises(Stale, match="revoked-already"), works.writing(admin.actor) as work:
        revoking.approve_revocation(work, proposal)


def test_nobody_revokes_alone_from_a_page(works: Works, hr: Someone, admin: Someone, held: str) -> None:
    for someone in (hr, admin):
        with pytest.raises(NotAllowed), works.writing(someone.actor) as work:
            completing.revoke_completion(work, held, REASON)


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
            with works.database.writes() as session, pytest.raises(DBAPIError, match="erasure alone|never changed"):
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
