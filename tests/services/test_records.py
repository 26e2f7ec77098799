"""Completion records: bound to exact words, frozen, verifiable after erasure, replaced, expired, revoked."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from quiz.engine.text import Text
from quiz.records import facts as frozen
from quiz.services import completing, people
from quiz.services.errors import NotAllowed, NotFound, NotReady, Refused
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.learning import finish

MODULE = "onboarding-social-media"
SIGNED = {"language": "ar", "digits": "arab", "way": "tests"}


def sign(works: Works, someone: Someone) -> str:
    with works.reading(someone.actor) as work:
        pledge = completing.get_pledge(work, MODULE)
    with works.writing(someone.actor) as work:
        return completing.sign_pledge(work, MODULE, pledge.digest, SIGNED)


def complete(works: Works, someone: Someone) -> str:
    finish(works, someone, MODULE, best=True)
    return sign(works, someone)


def record(works: Works, someone: Someone, public_id: str) -> completing.RecordSummary:
    with works.reading(someone.actor) as work:
        return completing.get_record(work, public_id)


def verify(works: Works, code: str) -> completing.VerifiedSummary:
    with works.reading(SYSTEM) as work:
        return completing.verify(work, code)


def row(works: Works, table: str, public_id: str) -> dict[str, object]:
    with works.database.reads() as session:
        found = session.execute(
            text(f"SELECT t.* FROM {table} t JOIN completion c ON c.id = t.{_key(table)} WHERE c.public_id = :id"),
            {"id": public_id},
        )
        return dict(found.mappings().one())


def _key(table: str) -> str:
    return "id" if table == "completion" else "completion_id"


def test_nothing_is_recorded_before_the_pledge_and_all_of_it_with_it(works: Works, hire: Someone) -> None:
    finish(works, hire, MODULE, best=True)
    with works.reading(hire.actor) as work:
        assert completing.list_records(work) == ()
    found = record(works, hire, sign(works, hire))
    assert (found.state, found.holder_name, found.facts.outcome) == ("valid", hire.name, "passed")


def test_a_failed_attempt_leads_to_no_pledge(works: Works, hire: Someone) -> None:
    finish(works, hire, MODULE, best=False)
    with works.reading(hire.actor) as work, pytest.raises(NotReady):
        completing.get_pledge(work, MODULE)


def test_the_pledge_binds_to_the_exact_words(works: Works, hire: Someone) -> None:
    finish(works, hire, MODULE, best=True)
    with works.reading(hire.actor) as work:
        digest = completing.get_pledge(work, MODULE).digest
    changed = digest[:-1] + ("0" if digest[-1] != "0" else "1")
    with pytest.raises(Refused, match="pledge-changed"), works.writing(hire.actor) as work:
        completing.sign_pledge(work, MODULE, changed, SIGNED)
    with works.reading(hire.actor) as work:
        assert completing.list_records(work) == ()


def test_signing_twice_gives_one_record(works: Works, hire: Someone) -> None:
    first = complete(works, hire)
    with works.writing(hire.actor) as work:
        assert completing.sign_pledge(work, MODULE, "0" * 64, SIGNED) == first


def test_the_facts_hold_no_name_and_its_commitment_opens(works: Works, hire: Someone) -> None:
    public_id = complete(works, hire)
    facts = record(works, hire, public_id).facts
    holder = row(works, "completion_holder", public_id)
    salt = bytes(holder["salt"])  # type: ignore[call-overload]
    assert hire.name not in str(row(works, "completion", public_id)["facts"])
    assert frozen.opens(facts.name_commitment, hire.name, salt)
    assert not frozen.opens(facts.name_commitment, hire.name + "ا", salt)


def test_an_erased_holder_leaves_a_record_that_verifies(works: Works, hire: Someone) -> None:
    found = record(works, hire, complete(works, hire))
    with works.database.writes() as session:
        session.execute(text("DELETE FROM completion_holder"))
        session.commit()
    verified = verify(works, found.code)
    assert (verified.state, verified.holder_name) == ("valid", None)


def test_a_record_expires_with_its_civil_day(works: Works, hire: Someone, clock: Clock) -> None:
    found = record(works, hire, complete(works, hire))
    until = found.facts.valid_until
    assert until is not None
    # The organisation is in Cairo: its day begins two hours before that of UTC.
    clock.now = clock.now.replace(year=until.year, month=until.month, day=until.day, hour=21, minute=59)
    assert verify(works, found.code).state == "valid"
    clock.forward(minutes=2)
    assert verify(works, found.code).state == "expired"


def test_a_newer_completion_replaces_the_older(works: Works, hire: Someone, clock: Clock) -> None:
    older = record(works, hire, complete(works, hire))
    clock.forward(days=400)
    with works.writing(SYSTEM) as work:
        people.assign_module(work, hire.public_id, MODULE)
    newer = record(works, hire, complete(works, hire))
    assert (verify(works, older.code).state, verify(works, newer.code).state) == ("replaced", "valid")


def test_a_revoked_record_says_when_and_why(works: Works, hire: Someone) -> None:
    found = record(works, hire, complete(works, hire))
    reason = Text({"ar": "صدرت باسم غير صحيح", "en": "Issued in a wrong name"})
    for _ in range(2):
        with works.writing(SYSTEM) as work:
            completing.revoke_completion(work, found.public_id, reason)
    verified = verify(works, found.code)
    assert (verified.state, verified.revocation_reason) == ("revoked", reason)


def test_facts_that_were_tampered_with_are_found(works: Works, hire: Someone) -> None:
    found = record(works, hire, complete(works, hire))
    # What the triggers refuse, somebody with the database file in hand can still do.
    with works.database.writes() as session:
        where = "" if works.database.is_sqlite else " ON completion"
        session.execute(text(f"DROP TRIGGER completion_update_refused{where}"))
        session.execute(text("UPDATE completion SET facts_digest = :digest"), {"digest": "0" * 64})
        session.commit()
    assert verify(works, found.code).state == "altered"


def test_a_code_is_read_forgivingly_and_an_unknown_one_says_so(works: Works, hire: Someone) -> None:
    found = record(works, hire, complete(works, hire))
    sloppy = f" {found.code[:4].lower()}-{found.code[4:]} ".replace("0", "o").replace("1", "l")
    assert verify(works, sloppy).state == "valid"
    assert verify(works, found.code[:-1]).state == "misread"


def test_a_record_of_somebody_else_is_not_given(works: Works, hire: Someone, make_person: MakePerson) -> None:
    public_id = complete(works, hire)
    stranger = make_person()
    with works.reading(stranger.actor) as work, pytest.raises(NotAllowed):
        completing.get_record(work, public_id)
    with works.reading(replace(hire.actor, person_id=0)) as work, pytest.raises((NotAllowed, NotFound)):
        completing.get_record(work, "0" * 32)
