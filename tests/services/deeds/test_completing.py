"""Completion records: what is written with the signature, and what can be said of it ever after."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.db.connection import Database
from quiz.db.models.completions import CompletionHolderRow, CompletionRow
from quiz.engine.document import digest
from quiz.engine.text import Text
from quiz.records import facts as frozen
from quiz.services import completing, erasing, organisation, people, pledges
from quiz.services.errors import NotFound, NotReady, Refused
from quiz.services.kept import Kept
from quiz.services.stating import pledge_document
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from tests import learning
from tests.builders import module_document, words
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import DRILL, Publish, added, audit, everything, outbox

Unchanged = Callable[[], AbstractContextManager[None]]
IsRefused = Callable[..., AbstractContextManager[None]]
SEEN = {"language": "ar", "digits": "arab"}
PARTS = ("confirm", "undertake")
REASON = Text({"ar": "صدر باسم غير صحيح", "en": "Issued in a wrong name"})


@pytest.fixture
def holder(works: Works, learner: Someone) -> Someone:
    """Somebody who has passed and not yet signed."""
    learning.finish(works, learner, DRILL, best=True)
    return learner


def pledge(works: Works, someone: Someone, module: str = DRILL) -> completing.PledgeSummary:
    with works.reading(someone.actor) as work:
        return completing.get_pledge(work, module)


def sign(works: Works, someone: Someone, module: str = DRILL) -> str:
    seen = pledge(works, someone, module).digest
    with works.writing(someone.actor) as work:
        return completing.sign_pledge(work, module, seen, SEEN)


def row(works: Works, public_id: str) -> CompletionRow:
    with works.database.reads() as session:
        return session.scalars(select(CompletionRow).where(CompletionRow.public_id == public_id)).one()


def record(works: Works, someone: Someone, public_id: str) -> completing.RecordSummary:
    with works.reading(someone.actor) as work:
        return completing.get_record(work, public_id)


def verify(works: Works, code: str) -> completing.VerifiedSummary:
    with works.reading(Actor.nobody()) as work:
        return completing.verify(work, code)


def tamper(works: Works, **changes: Any) -> None:
    """Change the facts of a record as somebody with the database in hand could, past the triggers."""
    with works.database.writes() as session:
        (public_id, facts) = session.execute(select(CompletionRow.public_id, CompletionRow.facts)).one()
        session.execute(
            text(f"DROP TRIGGER completion_update_refused{'' if works.database.is_sqlite else ' ON completion'}")
        )
        table = CompletionRow.__table__
        session.execute(
            table.update().where(table.c.public_id == public_id).values(facts={**deepcopy(facts), **changes})
        )
        session.commit()


# Signing


def test_signing_writes_the_record_its_holder_the_state_and_the_trace_at_once(
    works: Works, holder: Someone, clock: Clock
) -> None:
    clock.forward(minutes=5)
    before = everything(works)
    public_id = sign(works, holder)
    changed = added(before, everything(works))
    assert set(changed) == {
        "completion", "completion_holder", "assignment", "tally", "audit_entry", "outbox_message",
    }  # fmt: skip
    entry = audit(works, Permission.LEARNING_PLEDGE_SIGN)[-1]
    stored = row(works, public_id)
    assert (entry.target_id, entry.details, entry.actor) == (
        public_id,
        {"digest": stored.facts_digest},
        holder.actor.name,
    )
    assert outbox(works, "ModuleCompleted")[-1].payload == {"completion_id": public_id}
    assert "completed" in changed["assignment"][0]
    assert (stored.completed_at, stored.completed_on) == (clock.now, date(2026, 11, 21))


def test_the_facts_have_their_digest_and_say_what_was_signed_and_taken(works: Works, holder: Someone) -> None:
    public_id = sign(works, holder)
    stored = row(works, public_id)
    assert stored.facts_digest == frozen.digest(stored.facts)
    facts = frozen.from_document(stored.facts)
    attempt_id = pledge_attempt(works, holder)
    assert facts.attempt_digest == learning.stored(works, holder, attempt_id).attempt.last_digest
    assert (facts.serial, facts.module_key, facts.module_version, facts.pass_score) == (public_id, DRILL, 1, "4/5")
    assert (
        facts.pledge_digest
        == stored.pledge["digest"]
        == digest({name: stored.pledge[name] for name in ("format", "confirm", "undertake", "editions")})
    )
    assert (stored.pledge["confirm"], stored.pledge["shown"]) == ("أقرّ", SEEN)
    assert facts.pledge_editions == ("eg-conduct/code-2019",)
    assert "eg-cybercrime/law-175-2018" in {edition.address for edition in facts.editions}
    assert (facts.completed_on, facts.valid_until, facts.hijri) == (
        date(2026, 11, 21),
        date(2028, 11, 21),
        "1448-06-11",
    )


def pledge_attempt(works: Works, someone: Someone) -> str:
    return pledge(works, someone).attempt_id


def test_the_commitments_open_with_the_stored_salt_and_no_name_is_in_the_facts(works: Works, holder: Someone) -> None:
    stored = row(works, sign(works, holder))
    with works.database.reads() as session:
        kept = session.get_one(CompletionHolderRow, stored.id)
    facts = frozen.from_document(stored.facts)
    assert frozen.opens(facts.name_commitment, holder.name, kept.salt)
    assert frozen.opens(str(facts.latin_name_commitment), "Hanaa Abdallah Reda", kept.salt)
    assert not frozen.opens(facts.name_commitment, f"{holder.name} ", kept.salt)
    for personal in (holder.name, "Hanaa", holder.email, holder.public_id, "T-1"):
        assert personal not in str(stored.facts)


def test_one_arabic_letter_is_another_pledge_and_english_is_not_signed(works: Works, holder: Someone) -> None:
    pinned = learning.stored(works, holder, pledge_attempt(works, holder)).pinned
    words_signed = pledge_document(pinned, pinned.pledged_editions("EG"))
    assert pledge(works, holder).digest == digest(words_signed)
    assert "en" not in str(words_signed)
    for name in ("confirm", "undertake"):
        other = digest({**words_signed, name: words_signed[name].replace("أ", "ا", 1)})
        before = everything(works)
        with pytest.raises(Refused, match="pledge-changed"), works.writing(holder.actor) as work:
            completing.sign_pledge(work, DRILL, other, SEEN)
        assert everything(works) == before


@given(
    place=st.integers(0, 400),
    letter=st.sampled_from("ابتحدرسعقلمنهويىة ءأإآ\u064e\u0640."),
    part=st.sampled_from(PARTS),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_any_letter_more_less_or_other_asks_for_another_signature(
    works: Works, holder: Someone, place: int, letter: str, part: str
) -> None:
    pinned = learning.stored(works, holder, pledge_attempt(works, holder)).pinned
    signed = pledge_document(pinned, pinned.pledged_editions("EG"))
    text_, at = signed[part], place % len(signed[part])
    changes = {text_[:at] + letter + text_[at:], text_[:at] + text_[at + 1 :], text_[:at] + letter + text_[at + 1 :]}
    for changed in changes - {text_}:
        assert digest({**signed, part: changed}) != digest(signed)
        with pytest.raises(Refused, match="pledge-changed"), works.writing(holder.actor) as work:
            completing.sign_pledge(work, DRILL, digest({**signed, part: changed}), SEEN)


def test_a_reworded_pledge_leaves_what_was_signed_true_and_readable(
    works: Works, holder: Someone, publish: Publish
) -> None:
    public_id = sign(works, holder)
    with works.reading(holder.actor) as work:
        before = pledges.get_signed_pledge(work, public_id)
    publish(DRILL, pledge={**module_document(DRILL)["pledge"], "confirm": words("أقرّ بكل ما سبق")})
    with works.reading(holder.actor) as work:
        after = pledges.get_signed_pledge(work, public_id)
    assert after == before
    assert (after.is_whole, sha256(after.document).hexdigest()) == (True, after.digest)
    assert (after.confirm.by_language, after.undertake.by_language) == ({"ar": "أقرّ"}, {"ar": "أتعهد"})
    assert [status for _, status in after.editions]
    assert record(works, holder, public_id).state == "valid"


def test_a_pledge_that_was_reworded_since_is_signed_in_the_words_of_the_attempt(
    works: Works, holder: Someone, publish: Publish
) -> None:
    seen = pledge(works, holder)
    reworded = {**module_document(DRILL)["pledge"], "confirm": words("أقرّ بكل ما سبق")}
    publish(DRILL, pledge=reworded)
    assert pledge(works, holder) == seen
    stored = row(works, sign(works, holder))
    assert (stored.pledge["confirm"], stored.facts["module_version"]) == ("أقرّ", 1)


def test_signing_twice_gives_the_one_record(works: Works, holder: Someone, changes_nothing: Unchanged) -> None:
    first = sign(works, holder)
    with changes_nothing(), works.writing(holder.actor) as work:
        assert completing.sign_pledge(work, DRILL, "whatever", SEEN) == first


def test_without_having_passed_nothing_is_signed(works: Works, learner: Someone, changes_nothing: Unchanged) -> None:
    with changes_nothing(), pytest.raises(NotReady, match="not-passed"), works.writing(learner.actor) as work:
        completing.sign_pledge(work, DRILL, "0" * 64, SEEN)
    learning.finish(works, learner, DRILL, best=False)
    with changes_nothing(), pytest.raises(NotReady, match="not-passed"), works.reading(learner.actor) as work:
        completing.get_pledge(work, DRILL)


def test_nobody_signs_for_another(
    works: Works, holder: Someone, make_person: MakePerson, is_refused: IsRefused
) -> None:
    seen = pledge(works, holder).digest
    stranger = make_person()
    for actor in (stranger.actor, SYSTEM, Actor.nobody()):
        with is_refused(Permission.LEARNING_PLEDGE_SIGN), works.writing(actor) as work:
            completing.sign_pledge(work, DRILL, seen, SEEN)


# Reading and verifying


def test_the_holder_reads_the_record_and_nobody_else(
    works: Works, holder: Someone, make_person: MakePerson, is_refused: IsRefused
) -> None:
    public_id = sign(works, holder)
    found = record(works, holder, public_id)
    assert (found.holder_name, found.latin_name, found.state) == (holder.name, "Hanaa Abdallah Reda", "valid")
    with works.reading(holder.actor) as work:
        assert [one.public_id for one in completing.list_records(work)] == [public_id]
    stranger = make_person()
    for wanted in (public_id, "0" * 32):
        with is_refused(Permission.RECORDS_COMPLETION_READ, stranger), works.reading(stranger.actor) as work:
            completing.get_record(work, wanted)
    with works.reading(stranger.actor) as work:
        assert completing.list_records(work) == ()


def test_a_stranger_learns_what_a_stranger_may(works: Works, holder: Someone) -> None:
    found = record(works, holder, sign(works, holder))
    told = verify(works, found.code)
    assert (told.state, told.holder_name, told.completed_on) == ("valid", holder.name, date(2026, 11, 21))
    for hidden in ("4/5", "T-1", holder.email, holder.public_id, found.public_id, "Trial department"):
        assert hidden not in repr(told)


def test_an_unknown_code_and_a_slip_are_told_apart(works: Works, holder: Someone) -> None:
    code = record(works, holder, sign(works, holder)).code
    assert verify(works, completing.codes.make(b"\x01" * 16)).state == "unknown"
    assert verify(works, code[:-1] + ("A" if code[-1] != "A" else "B")).state == "misread"
    assert verify(works, "").state == "misread"


def test_after_the_holder_is_erased_the_record_still_verifies(works: Works, holder: Someone) -> None:
    public_id = sign(works, holder)
    code = record(works, holder, public_id).code
    with works.writing(SYSTEM) as work:
        erasing.erase_holder(work, public_id, "بطلب صاحب الشأن")
    told = verify(works, code)
    assert (told.state, told.holder_name, told.module_title.by_language["ar"]) == ("valid", None, DRILL)
    assert record(works, holder, public_id).holder_name is None


def test_validity_ends_with_the_civil_day_in_cairo(works: Works, holder: Someone, clock: Clock) -> None:
    code = record(works, holder, sign(works, holder)).code
    last_midnight = datetime(2028, 11, 21, 22, 0, tzinfo=UTC)
    clock.now = last_midnight - timedelta(microseconds=1)
    assert verify(works, code).state == "valid"
    clock.now = last_midnight
    assert verify(works, code).state == "expired"


def test_the_day_of_completion_is_the_organisations(works: Works, holder: Someone, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
    dubai = replace(organisation.DEFAULT, zone="Asia/Dubai")
    with works.writing(SYSTEM) as work:
        organisation.change_choices(work, dubai)
    facts = record(works, holder, sign(works, holder)).facts
    assert (facts.zone, facts.completed_on) == ("Asia/Dubai", date(2026, 11, 22))


def test_renewal_replaces_and_names_the_newer_one_valid(works: Works, holder: Someone, clock: Clock) -> None:
    older = record(works, holder, sign(works, holder)).code
    clock.forward(days=700)
    with works.writing(SYSTEM) as work:
        people.assign_module(work, holder.public_id, DRILL)
    learning.finish(works, holder, DRILL, best=True)
    newer = record(works, holder, sign(works, holder))
    assert (verify(works, older).state, verify(works, newer.code).state) == ("replaced", "valid")
    with works.reading(holder.actor) as work:
        assert [one.state for one in completing.list_records(work)] == ["valid", "replaced"]


def test_a_revocation_is_a_row_with_a_reason_fit_to_publish(
    works: Works, holder: Someone, clock: Clock, changes_nothing: Unchanged
) -> None:
    found = record(works, holder, sign(works, holder))
    facts = row(works, found.public_id).facts
    with changes_nothing(), pytest.raises(Refused, match="reason-missing"), works.writing(SYSTEM) as work:
        completing.revoke_completion(work, found.public_id, Text({"en": "Issued in a wrong name"}))
    with works.writing(SYSTEM) as work:
        completing.revoke_completion(work, found.public_id, REASON)
    revoked_at = clock.now
    assert audit(works, Permission.RECORDS_COMPLETION_REVOKE)[-1].target_id == found.public_id
    clock.forward(days=1)
    with changes_nothing(), works.writing(SYSTEM) as work:
        completing.revoke_completion(work, found.public_id, REASON)
    told = verify(works, found.code)
    assert (told.state, told.revoked_at, told.revocation_reason) == ("revoked", revoked_at, REASON)
    assert row(works, found.public_id).facts == facts


def test_the_holder_revokes_nothing(works: Works, holder: Someone, is_refused: IsRefused) -> None:
    public_id = sign(works, holder)
    with is_refused(Permission.RECORDS_COMPLETION_REVOKE, holder), works.writing(holder.actor) as work:
        completing.revoke_completion(work, public_id, REASON)


def test_revoking_what_is_not_there(works: Works, changes_nothing: Unchanged) -> None:
    with changes_nothing(), pytest.raises(NotFound), works.writing(SYSTEM) as work:
        completing.revoke_completion(work, "0" * 32, REASON)


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_until": "2099-01-01"},
        {"outcome": "distinction"},
        {"format": 2},
        {"completed_on": "yesterday"},
        {"score": "1/1"},
        {"module_version": 1.5},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_altered_facts_are_said_to_be_altered_and_none_of_them_is_repeated(
    works: Works, holder: Someone, changes: dict[str, object]
) -> None:
    code = record(works, holder, sign(works, holder)).code
    tamper(works, **changes)
    told = verify(works, code)
    assert (told.state, told.code) == ("altered", code)
    assert (told.module_title, told.valid_until, told.holder_name) == (None, None, None)


# Two windows at once


class TestAtOnce:
    """On a database of one's own, with real commits."""

    @pytest.fixture
    def database(self, own_database: Database) -> Database:
        return own_database

    def test_two_signatures_at_once_give_the_one_record(self, works: Works, holder: Someone, tools: Tools) -> None:
        seen = pledge(works, holder).digest
        ready, outcomes = threading.Barrier(2), []

        def signs(own: Works) -> None:
            try:
                with own.reading(holder.actor):
                    ready.wait(20)
                with own.writing(holder.actor) as work:
                    outcomes.append(completing.sign_pledge(work, DRILL, seen, SEEN))
            except Exception as fault:
                outcomes.append(fault)

        each = [Works(works.database, replace(tools, kept=Kept())) for _ in range(2)]
        threads = [threading.Thread(target=signs, args=(own,)) for own in each]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        (public_id,) = set(outcomes)
        assert row(works, str(public_id)).public_id == public_id
