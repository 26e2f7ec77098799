"""The outbox as workers see it: in order, one worker a message, later each time, and given up in the end."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.db.models.advising import AnswerRow
from quiz.db.models.people import OneTimeLinkRow, PersonRow, SignInFailureRow
from quiz.db.models.trace import OutboxMessageRow
from quiz.services import advising, asking, delivering, people
from quiz.services.advising import Lesson
from quiz.services.errors import NotFound
from quiz.services.unit_of_work import UnitOfWork, Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import outbox

Unchanged = Callable[[], AbstractContextManager[None]]
IsRefused = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def someone(make_person: MakePerson) -> Someone:
    return make_person()


def invite(works: Works, someone: Someone) -> int:
    with works.writing(SYSTEM) as work:
        people.invite(work, someone.public_id)
    return int(outbox(works)[-1].id)


def due(works: Works) -> tuple[int, ...]:
    statement = select(OutboxMessageRow.id).where(OutboxMessageRow.done_at.is_(None))
    with works.database.reads() as session:
        is_due = OutboxMessageRow.due_at <= works.tools.clock()
        return tuple(session.scalars(statement.where(is_due).order_by(OutboxMessageRow.due_at, OutboxMessageRow.id)))


def claim_next(works: Works) -> int | None:
    with works.writing(SYSTEM) as work:
        claimed = delivering.claim_next(work)
    return claimed.id if claimed else None


def claim(works: Works, message_id: int) -> delivering.Claimed | None:
    with works.writing(SYSTEM) as work:
        return delivering.claim(work, message_id)


def finish(works: Works, message_id: int, error: str | None) -> bool:
    with works.writing(SYSTEM) as work:
        return delivering.finish(work, message_id, error)


def link_id(works: Works) -> str:
    with works.database.reads() as session:
        return session.scalars(select(OneTimeLinkRow.public_id)).one()


def test_the_oldest_is_due_first(works: Works, someone: Someone, clock: Clock) -> None:
    first = invite(works, someone)
    clock.forward(minutes=1)
    second = invite(works, someone)
    assert due(works) == (first, second)
    assert (claim_next(works), claim_next(works), claim_next(works)) == (first, second, None)


def test_what_is_due_only_because_a_clock_was_wrong_is_due_now(works: Works, someone: Someone, clock: Clock) -> None:
    message_id = invite(works, someone)
    clock.forward(hours=-3)
    assert claim_next(works) is None
    with works.writing(SYSTEM) as work:
        assert delivering.mend_times(work) == 1
    assert claim_next(works) == message_id
    with works.writing(SYSTEM) as work:
        # What another worker holds, and what waits for its next try, is left as it is.
        assert delivering.mend_times(work) == 0


def test_what_one_has_claimed_nobody_else_gets_until_it_must_have_died(
    works: Works, someone: Someone, clock: Clock, changes_nothing: Unchanged
) -> None:
    message_id = invite(works, someone)
    claimed = claim(works, message_id)
    assert claimed is not None
    assert (claimed.kind, claimed.payload["link_id"]) == ("MailRequested", link_id(works))
    clock.now += delivering.HELD_FOR - timedelta(microseconds=1)
    with changes_nothing():
        assert (due(works), claim(works, message_id)) == ((), None)
    # A worker that died in between leaves it to the next.
    clock.forward(microseconds=1)
    assert due(works) == (message_id,)
    again = claim(works, message_id)
    assert again is not None
    assert again.mail_id("amana.example") == claimed.mail_id("amana.example")
    assert again.mail_id("amana.example").endswith("@amana.example>")


def test_each_failure_doubles_the_pause_up_to_an_hour_for_three_days(
    works: Works, someone: Someone, clock: Clock
) -> None:
    message_id = invite(works, someone)
    pauses, goes_on = [], []
    for _ in range(delivering.MOST_TRIES):
        claim(works, message_id)
        goes_on.append(finish(works, message_id, "ConnectionRefusedError"))
        row = outbox(works)[-1]
        assert row.last_error == "ConnectionRefusedError"
        (found,) = [one.due_at for one in outbox(works)]
        # What is given up is due no more, whatever stands there.
        pauses.append(found.replace(tzinfo=clock.now.tzinfo) - clock.now)
        clock.now += pauses[-1]
    assert pauses[:8] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16, 32, 60, 60)]
    assert sum(pauses[:-1], timedelta()) > timedelta(days=3)
    assert goes_on == [True] * (delivering.MOST_TRIES - 1) + [False]
    assert (due(works), claim(works, message_id)) == ((), None)


def test_what_is_refused_for_good_is_given_up_at_once(works: Works, someone: Someone) -> None:
    message_id = invite(works, someone)
    claim(works, message_id)
    with works.writing(SYSTEM) as work:
        assert delivering.finish(work, message_id, "SMTPRecipientsRefused 550", is_final=True) is False
    row = outbox(works)[-1]
    assert row.done_at is not None
    assert (row.tries, row.last_error) == (1, "SMTPRecipientsRefused 550")


def test_what_is_done_is_never_claimed_again(works: Works, someone: Someone, clock: Clock) -> None:
    message_id = invite(works, someone)
    claim(works, message_id)
    assert finish(works, message_id, None)
    clock.forward(days=1)
    assert (due(works), claim(works, message_id), outbox(works)[-1].last_error) == ((), None, None)
    assert claim(works, 10**9) is None


def test_a_link_gets_its_token_with_its_mail_and_a_new_one_with_the_next(works: Works, someone: Someone) -> None:
    invite(works, someone)
    tokens = []
    for _ in range(2):
        with works.writing(SYSTEM) as work:
            mail = delivering.prepare_link_mail(work, link_id(works))
        assert mail is not None
        tokens.append(mail.token)
    assert (mail.purpose, mail.name, mail.email, mail.language) == ("invitation", someone.name, someone.email, "ar")
    assert tokens[0] != tokens[1]
    with works.database.reads() as session:
        assert session.scalars(select(OneTimeLinkRow.token_digest)).one() == delivering.token_digest(tokens[1])


def test_no_mail_for_a_link_whose_time_is_over_and_none_for_one_that_never_was(
    works: Works, someone: Someone, clock: Clock, changes_nothing: Unchanged
) -> None:
    invite(works, someone)
    clock.forward(days=7)
    with changes_nothing(), works.writing(SYSTEM) as work:
        assert delivering.prepare_link_mail(work, link_id(works)) is None
    with changes_nothing(), pytest.raises(NotFound), works.writing(SYSTEM) as work:
        delivering.prepare_link_mail(work, "0" * 32)


def answered(works: Works, asker: Someone, adviser: Someone, with_name: bool) -> str:
    """Let somebody ask and be answered; return the public id of the answer."""
    with works.writing(asker.actor) as work:
        asking.ask(work, "question", "gift-box", "سؤال", with_name)
    with works.writing(adviser.actor) as work:
        (line,) = advising.list_questions(work).lines
        advising.answer_question(work, line.public_id, 0, "جواب", Lesson("nothing", reason="واضح"))
    with works.database.reads() as session:
        return session.scalars(select(AnswerRow.public_id)).one()


def test_an_answer_is_told_to_who_gave_a_name_and_is_still_here(
    works: Works, someone: Someone, make_person: MakePerson, clock: Clock, changes_nothing: Unchanged
) -> None:
    answer_id = answered(works, someone, make_person(Role.ADVISER), with_name=True)
    with changes_nothing(), works.reading(SYSTEM) as work:
        mail = delivering.prepare_answer_mail(work, answer_id)
    assert mail is not None
    assert (mail.name, mail.email, mail.language) == (someone.name, someone.email, "ar")
    with works.database.writes() as session:
        session.execute(update(PersonRow).values(active_until=clock.now))
        session.commit()
    with works.reading(SYSTEM) as work:
        assert delivering.prepare_answer_mail(work, answer_id) is None


def test_of_a_nameless_answer_nobody_is_told(works: Works, someone: Someone, make_person: MakePerson) -> None:
    answer_id = answered(works, someone, make_person(Role.ADVISER), with_name=False)
    with works.reading(SYSTEM) as work:
        assert delivering.prepare_answer_mail(work, answer_id) is None
        with pytest.raises(NotFound):
            delivering.prepare_answer_mail(work, "0" * 32)


def test_failures_older_than_a_day_are_forgotten(works: Works, clock: Clock) -> None:
    for hours in (0, 1):
        with works.database.writes() as session:
            at = clock.now + timedelta(hours=hours)
            session.add(SignInFailureRow(name_digest=str(hours), address_digest="a", at=at))
            session.commit()
    clock.forward(days=1, minutes=1)
    with works.writing(SYSTEM) as work:
        delivering.forget_failures(work)
    with works.database.reads() as session:
        assert session.scalars(select(SignInFailureRow.name_digest)).all() == ["1"]


def test_only_the_product_itself_delivers(works: Works, someone: Someone, is_refused: IsRefused) -> None:
    message_id = invite(works, someone)
    deeds: tuple[Callable[[UnitOfWork], object], ...] = (
        delivering.claim_next,
        delivering.mend_times,
        lambda work: delivering.claim(work, message_id),
        lambda work: delivering.finish(work, message_id, None),
        lambda work: delivering.prepare_link_mail(work, link_id(works)),
        lambda work: delivering.prepare_answer_mail(work, "0" * 32),
        delivering.forget_failures,
    )
    for actor in (someone.actor, Actor.nobody()):
        for deed in deeds:
            with is_refused(Permission.MAIL_MESSAGE_SEND), works.writing(actor) as work:
                deed(work)
