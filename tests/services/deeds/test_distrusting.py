"""A key that was stolen: what we kept before still holds, what it signed else does not, and it signs nothing more."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from quiz.db.models.trace import AuditEntryRow
from quiz.engine.text import Text
from quiz.records import proofs
from quiz.records.issuer_documents import identifier_document, key_set
from quiz.records.signing import Ed25519Signer
from quiz.services import completing, distrusting, erasing, issuing, paper_checking, papers
from quiz.services.errors import NotAllowed, NotFound, NotReady, Refused, Unavailable
from quiz.services.unit_of_work import Works
from tests.authorities import Authority, Issued
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import NOW, Clock
from tests.services.deeds.conftest import DRILL
from tests.services.deeds.test_completing import holder as holder
from tests.services.deeds.test_issuing import faults, hindrance, key_file, made, prepare, token, turn
from tests.services.deeds.test_issuing import record as record
from tests.services.deeds.test_issuing import tools as tools
from tests.services.deeds.test_paper_checking import Give, check, paper, stored_problems
from tests.services.deeds.test_paper_checking import give as give

WHY = Text({"ar": "فُقد الجهاز الذي يحفظ المفتاح.", "en": "The machine that held the key was lost."})
Turn = Callable[[int], None]
__all__ = ["key_file", "turn"]


def distrust(works: Works, key: str, since: datetime = NOW, reason: Text = WHY, by: str = "أمن المعلومات") -> str:
    with works.writing(SYSTEM) as work:
        return distrusting.distrust(work, key, since, reason, by)


def key_ids(works: Works) -> list[str]:
    with works.reading(SYSTEM) as work:
        return [one.key_id for one in issuing.list_keys(work)]


def signing_with(works: Works, issued: Issued) -> Works:
    return replace(works, tools=replace(works.tools, paper_signer=issued.signer))


@pytest.fixture
def both(drills: None, make_person: MakePerson) -> list[Someone]:
    return [make_person(modules=(DRILL,)) for _ in range(3)]


def test_papers_kept_before_hold_with_a_note_and_those_kept_since_do_not(
    works: Works, both: list[Someone], give: Give, clock: Clock
) -> None:
    issued = Authority().issue()
    (_, early), moment = give(both[0], issued), clock.forward(hours=1)
    since = clock.now
    (late_record, late), _ = give(both[1], issued), moment
    assert check(works, early).problems == check(works, late).problems == ()
    distrust(works, issued.certificate.fingerprint, since)
    found = check(works, early)
    assert (found.problems, found.notes, found.state) == ((), ("key-distrusted-later",), "valid")
    found = check(works, late)
    assert (found.problems, found.notes, found.state) == (("key-distrusted",), (), "valid")
    told = [(late_record, "key-distrusted")]
    assert [(one.id, one.what) for one in stored_problems(works)] == told
    with works.reading(both[0].actor) as work:
        assert papers.get_state(work, str(check(works, early).reading.facts["serial"])).distrusted_since is None
    with works.reading(both[1].actor) as work:
        state = papers.get_state(work, late_record)
    assert (state.can_be_had, state.distrusted_since) == (True, since)
    # Its bytes may go with the name: a copy that somebody holds is judged alike.
    with works.writing(SYSTEM) as work:
        erasing.erase_holder(work, late_record, "انتهت المدة")
    assert [(one.id, one.what) for one in stored_problems(works)] == told
    assert check(works, late).problems == ("key-distrusted",)


def test_a_moment_written_by_a_thief_proves_nothing(works: Works, learner: Someone, give: Give, clock: Clock) -> None:
    issued = Authority().issue()
    record, unsigned = give(learner, None)
    paper(works, learner, record, issued)
    clock.forward(days=30)
    distrust(works, issued.certificate.fingerprint, clock.now)
    # Dated long before, and telling the truth even: nobody kept it.
    forged = issued.signer.sign(unsigned, NOW - timedelta(days=100))
    assert check(works, forged).problems == ("key-distrusted", "not-the-kept-one")


def test_a_forged_paper_of_a_record_without_one_is_refused(
    works: Works, both: list[Someone], give: Give, clock: Clock
) -> None:
    issued = Authority().issue()
    give(both[0], issued)
    _, unsigned = give(both[1], None)
    forged = issued.signer.sign(unsigned, clock.now)
    assert check(works, forged).problems == ()
    clock.forward(hours=1)
    distrust(works, issued.certificate.fingerprint, clock.now)
    assert check(works, forged).problems == ("key-distrusted",)


def test_another_certificate_does_not_bring_a_stolen_key_back(
    works: Works, both: list[Someone], give: Give, clock: Clock
) -> None:
    root = Authority()
    first = root.issue("ختم أول")
    renewed = root.issue("ختم ثان", key=first.key)
    (_, one), (_, other) = give(both[0], first), give(both[1], renewed)
    distrust(works, first.certificate.fingerprint)
    assert check(works, one).problems == check(works, other).problems == ("key-distrusted",)
    with signing_with(works, root.issue("ختم ثالث", key=first.key)).reading(SYSTEM) as work:
        assert distrusting.of_signer(work) is not None
    with signing_with(works, root.issue("ختم بمفتاح آخر")).reading(SYSTEM) as work:
        assert distrusting.of_signer(work) is None


def test_nothing_is_signed_with_a_certificate_that_is_trusted_no_longer(
    works: Works, both: list[Someone], give: Give
) -> None:
    issued, fresh = Authority().issue(), Authority().issue("ختم جديد")
    give(both[0], issued)
    record, _ = give(both[1], None)
    distrust(works, issued.certificate.fingerprint)
    stolen = signing_with(works, issued)
    with pytest.raises(Unavailable):
        papers.get_paper(stolen, both[1].actor, record)
    with pytest.raises(Unavailable):
        papers.sign_next(stolen, SYSTEM)
    assert not papers.sign_one(stolen, SYSTEM, record)
    with stolen.reading(both[1].actor) as work:
        assert papers.get_state(work, record).hindrance == "key-distrusted"
    # Another key and certificate are all that is needed.
    assert check(works, paper(works, both[1], record, fresh)).problems == ()


def test_of_three_keys_the_one_in_the_middle_is_refused_and_the_others_hold(
    works: Works, clock: Clock, holder: Someone, record: str, turn: Turn
) -> None:
    handed_out = [(made(works, holder, record), token(works, holder, record))]
    for number in (2, 3):
        clock.forward(days=1)
        turn(number)
        prepare(works)
        handed_out.append((made(works, holder, record), token(works, holder, record)))
    clock.forward(days=1)
    stolen = key_ids(works)[1]
    distrust(works, stolen[:8], clock.now)
    refused = ("key-distrusted",)
    assert [faults(works, content) for pair in handed_out for content in pair] == [(), (), refused, refused, (), ()]
    with works.reading(SYSTEM) as work:
        keys, issuer = issuing.list_keys(work), issuing.get_issuer(work)
    published = identifier_document(issuer, keys)
    assert [one["id"].partition("#")[2] for one in published["verificationMethod"]] == [keys[0].key_id, keys[2].key_id]
    assert len(published["assertionMethod"]) == 2
    assert [one["kid"].partition("#")[2] for one in key_set(issuer, keys)["keys"]] == [keys[0].key_id, keys[2].key_id]
    assert (keys[1].distrusted_since, keys[1].because) == (clock.now, WHY)


def test_a_credential_that_a_thief_dated_back_and_one_that_lies_are_both_refused(
    works: Works, clock: Clock, holder: Someone, record: str, turn: Turn
) -> None:
    true = json.loads(made(works, holder, record))
    clock.forward(days=1)
    turn(2)
    prepare(works)
    distrust(works, key_ids(works)[0], clock.now)
    thief = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32))
    with works.reading(SYSTEM) as work:
        issuer = issuing.get_issuer(work)
    plain = {name: value for name, value in true.items() if name != "proof"}
    again = proofs.with_proof(plain, issuer, thief, NOW + timedelta(minutes=1))
    assert faults(works, json.dumps(again).encode()) == ("key-distrusted",)
    plain["credentialSubject"] = {**plain["credentialSubject"], "identifier": "غيره"}
    lie = proofs.with_proof(plain, issuer, thief, NOW + timedelta(minutes=1))
    assert faults(works, json.dumps(lie).encode()) == ("key-distrusted", "record-differs")
    # The remedy: the holder makes a fresh one.
    assert faults(works, made(works, holder, record)) == ()


def test_a_key_that_is_trusted_no_longer_makes_nothing_and_is_not_noted_again(
    works: Works, clock: Clock, holder: Someone, record: str, turn: Turn
) -> None:
    distrust(works, key_ids(works)[0])
    assert hindrance(works, holder, record) == "key-distrusted"
    for make in (issuing.make_credential, issuing.make_token):
        with works.reading(holder.actor) as work, pytest.raises(NotReady):
            make(work, record)
    with works.reading(holder.actor) as work:
        found = completing.get_record(work, record)
        assert issuing.find_offline_address(work, found.facts, "فاطمة", found.code) is None
        assert issuing.list_hindrances(work) == {record: "key-distrusted"}
    with works.reading(SYSTEM) as work, pytest.raises(NotReady):
        issuing.get_status_list(work, 1)
    with works.reading(SYSTEM) as work:
        assert not issuing.is_waiting(work)
        assert distrusting.find_signer(work).public_key is None
    turn(2)
    prepare(works)
    assert hindrance(works, holder, record) is None
    # Whoever puts the old file back signs nothing with it.
    turn(1)
    with works.writing(SYSTEM) as work:
        assert not issuing.prepare(work)
    assert len(key_ids(works)) == 2
    assert hindrance(works, holder, record) == "key-distrusted"


def test_more_may_become_known_but_nothing_is_taken_back(
    works: Works, clock: Clock, both: list[Someone], give: Give
) -> None:
    issued = Authority().issue()
    _, content = give(both[0], issued)
    stored = clock.now
    clock.forward(days=2)
    key = issued.certificate.fingerprint
    assert distrust(works, key, stored + timedelta(days=1)) == key
    assert check(works, content).problems == ()
    for later in (stored + timedelta(days=1), clock.now):
        with pytest.raises(Refused, match="distrusted-already"):
            distrust(works, key, later)
    earlier = Text({"ar": "ثبت أنه نُسخ قبل ذلك.", "en": "It was copied before."})
    distrust(works, key, stored, earlier)
    assert check(works, content).problems == ("key-distrusted",)
    with works.reading(SYSTEM) as work:
        (line,) = distrusting.list_certificates(work)
    assert line.distrust is not None
    assert (line.distrust.since, line.distrust.reason, line.papers, line.later) == (stored, earlier, 1, 1)


def test_what_is_said_of_a_key_is_whole_and_written_down(works: Works, clock: Clock, record: str) -> None:
    (key,) = key_ids(works)
    for refused in (
        {"since": clock.now + timedelta(seconds=1)},
        {"reason": Text({"ar": "سبب", "en": " "})},
        {"reason": Text({"ar": "سبب"})},
        {"reason": Text({"ar": "س" * 501, "en": "long"})},
        {"by": " "},
    ):
        with pytest.raises(Refused):
            distrust(works, key, **refused)  # type: ignore[arg-type]
    for unknown in (key[:7], "f" * 64, "", key + "0"):
        with pytest.raises(NotFound):
            distrust(works, unknown)
    distrust(works, key)
    with works.database.reads() as session:
        entry = session.query(AuditEntryRow).filter_by(deed="records:key:distrust").one()
    assert (entry.target_id, entry.details) == (key, {"since": NOW.isoformat(), "by": "أمن المعلومات"})


def test_nobody_but_the_shell_may(works: Works, make_person: MakePerson, record: str) -> None:
    someone = make_person()
    with pytest.raises(NotAllowed), works.writing(someone.actor) as work:
        distrusting.distrust(work, key_ids(works)[0], NOW, WHY, "x")


def test_the_list_says_what_signs_now_and_what_did(
    works: Works, clock: Clock, holder: Someone, record: str, turn: Turn
) -> None:
    clock.forward(days=1)
    turn(2)
    prepare(works)
    distrust(works, key_ids(works)[0], NOW)
    with works.reading(SYSTEM) as work:
        first, second = distrusting.list_keys(work)
    assert (first.is_present, first.ended_at, bool(first.distrust)) == (False, clock.now, True)
    assert (second.is_present, second.ended_at, second.distrust) == (True, None, None)


def test_a_kept_paper_that_was_stored_in_the_very_moment_does_not_hold(
    works: Works, learner: Someone, give: Give
) -> None:
    issued = Authority().issue()
    _, content = give(learner, issued)
    distrust(works, issued.certificate.fingerprint, NOW)
    assert check(works, content).problems == ("key-distrusted",)
    assert paper_checking.check_file(works, SYSTEM, content).code is not None
