"""Papers are signed once and stored: what is served, what is refused, and what of it nobody may change."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from quiz.db.models.papers import PaperContentRow, PaperRow, SigningCertificateRow
from quiz.db.models.trace import AuditEntryRow
from quiz.engine.text import Text
from quiz.records.paper_signing import SigningCertificate, SigningFailed
from quiz.records.paper_verifying import judge, read_paper
from quiz.services import completing, erasing, organisation, papers
from quiz.services.errors import NotAllowed, NotFound, Unavailable
from quiz.services.organisation import Choices
from quiz.services.unit_of_work import Works
from tests import learning
from tests.authorities import Authority, Issued
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.services.deeds.conftest import DRILL

SEEN = {"language": "ar", "digits": "arab"}
REASON = Text({"ar": "سبب", "en": "reason"})
Earn = Callable[[Someone], str]


class Away:
    """A token that was pulled out."""

    def __init__(self, certificate: SigningCertificate) -> None:
        self.certificate = certificate

    def sign(self, paper: bytes, at: datetime) -> bytes:
        raise SigningFailed("the token does not sign")


@pytest.fixture(scope="module")
def issued() -> Issued:
    return Authority().issue()


@pytest.fixture
def signing(works: Works, issued: Issued) -> Works:
    """The same door with a certificate configured."""
    return with_signer(works, issued)


def with_signer(works: Works, issued: Issued) -> Works:
    return replace(works, tools=replace(works.tools, paper_signer=issued.signer))


@pytest.fixture
def earn(works: Works) -> Earn:
    def earned(someone: Someone) -> str:
        learning.finish(works, someone, DRILL, best=True)
        with works.writing(someone.actor) as work:
            pledge = completing.get_pledge(work, DRILL)
            return completing.sign_pledge(work, DRILL, pledge.digest, SEEN)

    return earned


@pytest.fixture
def record_id(earn: Earn, learner: Someone) -> str:
    return earn(learner)


def count(works: Works) -> int:
    with works.database.reads() as session:
        return session.scalar(select(func.count()).select_from(PaperRow)) or 0


def run(works: Works, statement: str) -> None:
    with works.database.writes() as session:
        session.execute(text(statement))
        session.commit()


def test_without_a_certificate_papers_are_made_when_asked_for_and_not_kept(
    works: Works, learner: Someone, record_id: str
) -> None:
    first, second = (papers.get_paper(works, learner.actor, record_id) for _ in range(2))
    assert first == second
    assert not first.is_signed
    assert count(works) == 0
    with works.reading(learner.actor) as work:
        assert papers.get_state(work, record_id) == papers.PaperState(None, None)
    assert not papers.sign_one(works, SYSTEM, record_id)


def test_at_first_need_a_paper_is_signed_and_stored_and_served_from_there(
    signing: Works, learner: Someone, record_id: str, issued: Issued
) -> None:
    first = papers.get_paper(signing, learner.actor, record_id)
    assert first.is_signed
    reading = judge(read_paper(first.content), {issued.certificate.fingerprint: issued.certificate})
    assert reading.problems == ()
    # Whatever the organisation calls itself or chooses since: it is the same paper, and nobody asks the signer.
    with signing.writing(SYSTEM) as work:
        organisation.change_choices(work, Choices(Text({"ar": "جهة أخرى"}), digits="latn"))
    away = replace(signing, tools=replace(signing.tools, paper_signer=Away(issued.certificate)))
    assert papers.get_paper(away, learner.actor, record_id) == first
    with signing.database.reads() as session:
        row = session.scalars(select(PaperRow)).one()
        audited = session.scalars(select(AuditEntryRow).where(AuditEntryRow.deed == "records:paper:sign")).one()
    assert row.digest == hashlib.sha256(first.content).hexdigest()
    assert row.certificate_fingerprint == issued.certificate.fingerprint
    assert audited.details == {"digest": row.digest, "certificate": row.certificate_fingerprint}
    with signing.reading(learner.actor) as work:
        assert papers.get_state(work, record_id) == papers.PaperState(issued.certificate.name, row.signed_at)
        assert papers.list_known(work) == {issued.certificate.fingerprint: issued.certificate}


def test_a_paper_states_exactly_what_the_record_does(signing: Works, learner: Someone, record_id: str) -> None:
    reading = read_paper(papers.get_paper(signing, learner.actor, record_id).content)
    with signing.reading(learner.actor) as work:
        found = completing.get_record(work, record_id)
    assert reading.facts is not None
    assert reading.facts["serial"] == record_id
    with signing.database.reads() as session:
        assert session.scalar(text("SELECT facts_digest FROM completion")) == reading.facts_digest
    assert found.facts.name_commitment == reading.facts["name_commitment"]


def test_a_paper_of_somebody_else_is_nobodys_business(signing: Works, record_id: str, make_person: MakePerson) -> None:
    other = make_person()
    with pytest.raises(NotAllowed):
        papers.get_paper(signing, other.actor, record_id)
    with pytest.raises(NotAllowed), signing.reading(other.actor) as work:
        papers.get_state(work, record_id)
    with pytest.raises(NotAllowed):
        papers.sign_one(signing, other.actor, record_id)
    with pytest.raises(NotAllowed):
        papers.sign_next(signing, other.actor)
    assert count(signing) == 0


def test_a_signer_that_is_away_is_told_and_nothing_is_stored(
    works: Works, learner: Someone, record_id: str, issued: Issued, caplog: pytest.LogCaptureFixture
) -> None:
    away = replace(works, tools=replace(works.tools, paper_signer=Away(issued.certificate)))
    with pytest.raises(Unavailable):
        papers.get_paper(away, learner.actor, record_id)
    with pytest.raises(Unavailable):
        papers.sign_one(away, SYSTEM, record_id)
    assert count(works) == 0
    assert "the token does not sign" in caplog.text
    assert learner.name not in caplog.text


def test_a_revoked_record_is_signed_no_more_and_a_signed_paper_stays(
    signing: Works, learner: Someone, earn: Earn, make_person: MakePerson, issued: Issued
) -> None:
    signed, unsigned = earn(learner), earn(other := make_person(modules=(DRILL,)))
    first = papers.get_paper(signing, learner.actor, signed)
    with signing.writing(SYSTEM) as work:
        completing.revoke_completion(work, signed, REASON)
        completing.revoke_completion(work, unsigned, REASON)
    assert papers.get_paper(signing, learner.actor, signed) == first
    with pytest.raises(NotFound):
        papers.get_paper(signing, other.actor, unsigned)
    with signing.reading(other.actor) as work:
        assert papers.get_state(work, unsigned) == papers.PaperState(issued.certificate.name, None, "revoked")
    assert not papers.sign_one(signing, SYSTEM, unsigned)
    assert papers.sign_next(signing, SYSTEM) is None
    assert count(signing) == 1


def test_what_was_tampered_with_is_never_signed(signing: Works, learner: Someone, record_id: str) -> None:
    on = "" if signing.database.is_sqlite else " ON completion_holder"
    run(signing, f"DROP TRIGGER completion_holder_update_refused{on}")
    run(signing, "UPDATE completion_holder SET name = 'سمير نجيب'")
    with pytest.raises(NotFound):
        papers.get_paper(signing, learner.actor, record_id)
    done = papers.sign_next(signing, SYSTEM)
    assert done is not None
    assert (done.signed, done.left_out, count(signing)) == (0, 1, 0)


def test_all_that_are_unsigned_are_signed_some_at_a_time(
    signing: Works, earn: Earn, learner: Someone, make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "AT_ONCE", 2)
    for someone in (learner, *(make_person(modules=(DRILL,)) for _ in range(2))):
        earn(someone)
    papers.get_paper(signing, learner.actor, _records(signing)[0])
    with signing.reading(SYSTEM) as work:
        assert papers.count_unsigned(work) == 2
    first = papers.sign_next(signing, SYSTEM)
    assert first is not None
    assert (first.signed, first.left_out) == (2, 0)
    assert papers.sign_next(signing, SYSTEM, first.last) is None
    assert count(signing) == 3


def _records(works: Works) -> list[str]:
    with works.database.reads() as session:
        return list(session.scalars(text("SELECT public_id FROM completion ORDER BY id")))


def test_what_was_stored_is_neither_changed_nor_deleted_while_its_name_stands(
    signing: Works, learner: Someone, record_id: str
) -> None:
    papers.get_paper(signing, learner.actor, record_id)
    for statement in (
        "UPDATE paper_content SET content = content",
        "DELETE FROM paper_content",
        "INSERT OR REPLACE INTO paper_content SELECT * FROM paper_content"
        if signing.database.is_sqlite
        else "TRUNCATE paper_content",
    ):
        with pytest.raises(DBAPIError, match="never changed"):
            run(signing, statement)
    with signing.writing(SYSTEM) as work:
        erasing.erase_holder(work, record_id, "طلب من صاحبها")
    with signing.database.reads() as session:
        assert session.scalar(select(func.count()).select_from(PaperContentRow)) == 0
    assert count(signing) == 1
    with signing.reading(learner.actor) as work:
        assert not papers.get_state(work, record_id).can_be_had
    with pytest.raises(NotFound):
        papers.get_paper(signing, learner.actor, record_id)


def test_bytes_that_are_not_those_signed_are_not_handed_over(signing: Works, learner: Someone, record_id: str) -> None:
    papers.get_paper(signing, learner.actor, record_id)
    on = "" if signing.database.is_sqlite else " ON paper_content"
    run(signing, f"DROP TRIGGER paper_content_update_refused{on}")
    with signing.database.writes() as session:
        session.query(PaperContentRow).update({"content": b"%PDF-"})
        session.commit()
    with pytest.raises(NotFound):
        papers.get_paper(signing, learner.actor, record_id)


def test_a_certificate_is_kept_once_and_before_its_first_paper(
    works: Works, learner: Someone, earn: Earn, make_person: MakePerson, issued: Issued
) -> None:
    people = [learner, make_person(modules=(DRILL,)), make_person(modules=(DRILL,))]
    other = Authority("Another root").issue("ختم جديد")
    for someone, by in zip(people, (issued, issued, other), strict=True):
        papers.get_paper(with_signer(works, by), someone.actor, earn(someone))
    with works.database.reads() as session:
        kept = session.scalars(select(SigningCertificateRow.name)).all()
    assert sorted(kept) == sorted([issued.certificate.name, "ختم جديد"])
