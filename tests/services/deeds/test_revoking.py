"""Revoking by two people: proposed, approved, declined, withdrawn; never by one alone."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.db.models.completions import CompletionRow
from quiz.db.models.record_life import (
    RevocationDecisionRow,
    RevocationProposalRow,
)
from quiz.engine.text import Text
from quiz.services import completing, record_desk, revoking
from quiz.services.delivering import prepare_revocation_mail
from quiz.services.errors import NotAllowed, NotFound, Refused, Stale
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import audit, outbox
from tests.services.deeds.records import REASON, revoke, state
from tests.services.deeds.test_completing import record

Unchanged = Callable[[], AbstractContextManager[None]]
IsRefused = Callable[..., AbstractContextManager[None]]


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
        revoking.approve_revocation(work, held, proposal)
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
            revoking.approve_revocation(work, held, proposal)
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
                "INSERT INTO revocation (completion_id, reason, revoked_by, revoked_at) "
                "VALUES (:c, '{}', 'person:x', :a)"
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
        revoking.withdraw_proposal(work, held, first)
    with works.writing(hr.actor) as work:
        revoking.withdraw_proposal(work, held, first)
    for again_ in (revoking.withdraw_proposal, revoking.approve_revocation):
        actor = hr.actor if again_ is revoking.withdraw_proposal else admin.actor
        with pytest.raises(Stale, match="decided-already"), works.writing(actor) as work:
            again_(work, held, first)
    second = propose(works, admin.actor, held)
    with pytest.raises(Refused, match="reason-missing"), works.writing(hr.actor) as work:
        revoking.decline_revocation(work, held, second, " ")
    with works.writing(hr.actor) as work:
        revoking.decline_revocation(work, held, second, "لا دليل")
    assert state(works, learner, held) == "valid"
    with works.reading(hr.actor) as work:
        proposals = record_desk.get_sheet(work, held).proposals
    assert [(one.verdict, one.words) for one in proposals] == [("declined", "لا دليل"), ("withdrawn", None)]


def test_what_is_decided_is_the_proposal_about_the_record_in_front_of_whoever_decides(
    works: Works, hr: Someone, admin: Someone, held: str, is_refused: IsRefused, changes_nothing: Unchanged
) -> None:
    proposal, another = propose(works, hr.actor, held), "0" * 32
    with changes_nothing(), pytest.raises(NotFound), works.writing(admin.actor) as work:
        revoking.approve_revocation(work, another, proposal)
    with changes_nothing(), pytest.raises(NotFound), works.writing(admin.actor) as work:
        revoking.decline_revocation(work, another, proposal, "لا دليل")
    with is_refused(Permission.RECORDS_REVOCATION_WITHDRAW), works.writing(hr.actor) as work:
        revoking.withdraw_proposal(work, another, proposal)


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
    assert audit(works, Permission.RECORDS_COMPLETION_REVOKE)[-1].details == {}
    with pytest.raises(Stale, match="revoked-already"), works.writing(admin.actor) as work:
        revoking.approve_revocation(work, held, proposal)


def test_nobody_revokes_alone_from_a_page(works: Works, hr: Someone, admin: Someone, held: str) -> None:
    for someone in (hr, admin):
        with pytest.raises(NotAllowed), works.writing(someone.actor) as work:
            completing.revoke_completion(work, held, REASON)
