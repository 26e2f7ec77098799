"""Sign-in links: for whom they are made, that each opens once and no further than it should, and what ends them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.entry_links import EntryLinkRow
from quiz.db.models.identities import IdentityRow
from quiz.db.models.people import PersonRow
from quiz.db.models.trace import AuditEntryRow
from quiz.services import accounts, entry_links, factors, organisation, people, sign_ins, workforce
from quiz.services.entry_links import EntryMail
from quiz.services.entry_signing import EntryClaims
from quiz.services.errors import NotFound, Refused
from quiz.services.sign_ins import token_digest
from quiz.services.unit_of_work import Works
from tests.fixtures.people import PASSWORD, SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import outbox

NOBODY = Actor.nobody()
HERE = "127.0.0.1"


@pytest.fixture(autouse=True)
def switched_on(works: Works) -> None:
    switch(works, True)


def switch(works: Works, on: bool) -> None:
    with works.writing(SYSTEM) as work:
        organisation.change_choices(work, replace(organisation.get_choices(work), entry_links=on))


@pytest.fixture
def driver(works: Works, unit: str) -> Someone:
    return newcomer(works, unit, "D-1")


def newcomer(works: Works, unit: str, number: str) -> Someone:
    """Somebody whom HR entered, who never chose a password."""
    email, name = f"{number.lower()}@amana.example", "رضا محمود السيد"
    with works.writing(SYSTEM) as work:
        public_id = people.provision_person(work, number, email, name, unit, "Reda Mahmoud Elsayed")
        return Someone(public_id, email, name, people.learner_actor(work, public_id))


def ask(works: Works, email: str, address: str = HERE, lands_on: str = "/") -> None:
    with works.writing(NOBODY) as work:
        entry_links.ask(work, email, address, lands_on)


def mailed(works: Works, someone: Someone, lands_on: str = "/") -> EntryMail | None:
    with works.writing(Actor.system("worker")) as work:
        return entry_links.prepare_asked_mail(work, someone.public_id, lands_on, work.now)


def linked(works: Works, someone: Someone, lands_on: str = "/") -> str:
    mail = mailed(works, someone, lands_on)
    assert mail is not None
    assert mail.token is not None
    return mail.token


def opened(works: Works, token: str) -> bool:
    with works.reading(NOBODY) as work:
        try:
            entry_links.get_entry(work, token)
        except NotFound:
            return False
        return True


def use(works: Works, token: str) -> tuple[str, str] | None:
    with works.writing(NOBODY) as work:
        return entry_links.use(work, token, "a browser")


def hand(works: Works, by: Someone, someone: Someone, reason: str = "لا بريد له") -> entry_links.Handed:
    with works.writing(by.actor) as work:
        return entry_links.hand_over(work, someone.public_id, reason)


def rows(works: Works) -> list[EntryLinkRow]:
    with works.database.reads() as session:
        return list(session.scalars(select(EntryLinkRow).order_by(EntryLinkRow.id)))


def entries(works: Works, deed: Permission) -> list[AuditEntryRow]:
    with works.database.reads() as session:
        return list(session.scalars(select(AuditEntryRow).where(AuditEntryRow.deed == deed).order_by(AuditEntryRow.id)))


def test_a_link_opens_once_and_narrowly(works: Works, driver: Someone, clock: Clock) -> None:
    token = linked(works, driver, "/learn/records/")
    assert opened(works, token)
    entered = use(works, token)
    assert entered is not None
    assert entered[1] == "/learn/records/"
    with works.reading(NOBODY) as work:
        found = sign_ins.find_signed_in(work, entered[0])
    assert found is not None
    assert (found.public_id, found.actor.roles, found.actor.is_narrow) == (driver.public_id, {Role.LEARNER}, True)
    assert not found.is_proved(clock.now)
    assert not opened(works, token)
    assert use(works, token) is None
    with works.reading(found.actor) as work:
        (listed,) = sign_ins.list_own_sign_ins(work, entered[0])
    assert listed.way == "entry"
    said = [(one.details.get("what"), one.because) for one in entries(works, Permission.PEOPLE_ENTRY_USE)]
    assert said == [("made", "done"), ("used", "done"), (None, "link-closed")]


def test_looking_at_a_link_changes_nothing(works: Works, driver: Someone) -> None:
    token = linked(works, driver)
    for _ in range(3):
        with works.reading(NOBODY) as work:
            summary = entry_links.get_entry(work, token)
    assert (summary.initials, summary.latin_initials) == ("ر. م. س.", "R. M. E.")
    assert [one.used_at for one in rows(works)] == [None]
    assert use(works, token) is not None


def test_nothing_of_a_token_is_stored_but_its_digest(works: Works, driver: Someone) -> None:
    token = linked(works, driver)
    (row,) = rows(works)
    assert row.token_digest == token_digest(token)
    assert row.code_digest is None


def test_a_forged_or_altered_link_is_never_looked_up(works: Works, driver: Someone, unit: str) -> None:
    other = newcomer(works, unit, "D-2")
    token = linked(works, driver)
    (row,) = rows(works)
    forged = replace(works.tools, entry_key=type(works.tools.entry_key)(b"another key of thirty-two bytes!")).entry_key
    claims = EntryClaims(row.public_id, other.public_id, "asked", row.expires_at)
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    event.listen(works.database.engine, "before_cursor_execute", note)
    flipped = ("B" if token[20] != "B" else "C").join((token[:20], token[21:]))
    for bad in (flipped, token[:-1], forged.sign(claims, bytes(16)), "x" * 120, token.swapcase()):
        assert use(works, bad) is None
        assert not opened(works, bad)
    assert not any("entry_link" in one for one in asked)
    # Signed with our key for somebody else, and no row has its digest.
    foreign = works.tools.entry_key.sign(claims, bytes(16))
    assert use(works, foreign) is None
    assert any("entry_link" in one for one in asked)
    event.remove(works.database.engine, "before_cursor_execute", note)
    assert use(works, token) is not None


@pytest.mark.parametrize(("minutes", "opens"), [(29, True), (31, False)])
def test_a_link_that_was_asked_for_lasts_half_an_hour(
    works: Works, driver: Someone, clock: Clock, minutes: int, opens: bool
) -> None:
    token = linked(works, driver)
    clock.forward(minutes=minutes)
    assert opened(works, token) is opens
    assert (use(works, token) is not None) is opens


def test_a_newer_link_ends_the_older_and_one_that_was_used_ends_all(works: Works, driver: Someone) -> None:
    older = linked(works, driver)
    newer = linked(works, driver)
    assert (opened(works, older), opened(works, newer)) == (False, True)
    assert use(works, older) is None
    assert use(works, newer) is not None


def test_links_of_others_are_left_alone(works: Works, driver: Someone, unit: str) -> None:
    other = newcomer(works, unit, "D-2")
    theirs = linked(works, other)
    assert use(works, linked(works, driver)) is not None
    assert opened(works, theirs)


def test_what_anybody_may_ask_for_does_not_end_what_was_handed_out(
    works: Works, driver: Someone, make_person: MakePerson
) -> None:
    hr = make_person(Role.HR)
    handed = hand(works, hr, driver)
    asked = linked(works, driver)
    assert opened(works, handed.token)
    again = hand(works, hr, driver)
    assert [opened(works, one) for one in (handed.token, asked, again.token)] == [False, False, True]


BETTER: dict[str, Callable[[Works, Someone], None]] = {}


def better(name: str) -> Callable[[Callable[[Works, Someone], None]], Callable[[Works, Someone], None]]:
    def keep(give: Callable[[Works, Someone], None]) -> Callable[[Works, Someone], None]:
        BETTER[name] = give
        return give

    return keep


@better("password")
def _password(works: Works, someone: Someone) -> None:
    with works.writing(SYSTEM) as work:
        people.set_first_password(work, someone.public_id, PASSWORD)


@better("role")
def _role(works: Works, someone: Someone) -> None:
    with works.writing(SYSTEM) as work:
        people.grant_role(work, someone.public_id, Role.EDITOR, None)


@better("identity")
def _identity(works: Works, someone: Someone) -> None:
    with works.writing(SYSTEM) as work:
        work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("identity"))
        work.session.add(
            IdentityRow(
                public_id=work.new_id(),
                provider="moj",
                issuer="https://moj.example",
                subject="one",
                person_id=someone.actor.person_id,
                linked_at=work.now,
            )
        )


@better("factor")
def _factor(works: Works, someone: Someone) -> None:
    with works.writing(someone.actor) as work:
        factors.begin_authenticator(work)
    with works.writing(SYSTEM) as work:
        work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("account"))
        work.session.scalars(select(factors.AuthenticatorRow)).one().confirmed_at = work.now


@pytest.mark.parametrize("what", BETTER)
def test_whoever_has_something_better_gets_none_and_uses_none(
    works: Works, driver: Someone, make_person: MakePerson, what: str
) -> None:
    hr = make_person(Role.HR)
    token, handed = linked(works, driver), hand(works, hr, driver)
    token = linked(works, driver)
    BETTER[what](works, driver)
    assert not opened(works, token)
    assert use(works, token) is None
    with works.writing(NOBODY) as work:
        assert entry_links.use_code(work, handed.code, HERE, "a browser") is None
    mail = mailed(works, driver)
    assert mail is not None
    assert mail.token is None
    with works.reading(hr.actor) as work:
        assert not entry_links.may_hand(work, driver.public_id)
    with pytest.raises(Refused, match="link-not-for-them"):
        hand(works, hr, driver)
    refused = [one.because for one in entries(works, Permission.PEOPLE_ENTRY_USE) if not one.was_allowed]
    assert refused == ["link-not-for-them"] * 3


def test_asking_says_and_does_the_same_whoever_it_is(works: Works, driver: Someone, make_person: MakePerson) -> None:
    with_password = make_person()
    for email in (driver.email, f" {driver.email.upper()}", with_password.email):
        ask(works, email, lands_on="/learn/")
    ask(works, "nobody@amana.example")
    said = [row.payload for row in outbox(works, "EntryAsked")]
    who = (driver, driver, with_password)
    assert said == [{"person_id": one.public_id, "lands_on": "/learn/"} for one in who]
    assert rows(works) == []


def test_a_mailbox_is_not_flooded(works: Works, driver: Someone, clock: Clock) -> None:
    for _ in range(5):
        ask(works, driver.email)
    assert len(outbox(works, "EntryAsked")) == 3
    clock.forward(minutes=16)
    ask(works, driver.email)
    assert len(outbox(works, "EntryAsked")) == 4


def test_a_network_asks_only_so_often(works: Works, driver: Someone, unit: str) -> None:
    for number in range(accounts.FAILURES_BY_ADDRESS):
        ask(works, f"nobody{number}@amana.example")
    ask(works, driver.email)
    assert outbox(works, "EntryAsked") == []
    ask(works, driver.email, "127.0.0.2")
    assert len(outbox(works, "EntryAsked")) == 1


def test_switched_off_nothing_is_made_or_opened(works: Works, driver: Someone, make_person: MakePerson) -> None:
    hr = make_person(Role.HR)
    handed, token = hand(works, hr, driver), linked(works, driver)
    switch(works, False)
    assert not opened(works, token)
    assert use(works, token) is None
    assert mailed(works, driver) is None
    for deed in (
        lambda: ask(works, driver.email),
        lambda: hand(works, hr, driver),
        lambda: works_code(works, handed.code),
    ):
        with pytest.raises(NotFound):
            deed()
    switch(works, True)
    assert opened(works, token)


def works_code(works: Works, typed: str) -> tuple[str, str] | None:
    with works.writing(NOBODY) as work:
        return entry_links.use_code(work, typed, HERE, "a browser")


def test_a_mail_that_waited_too_long_is_not_sent(works: Works, driver: Someone, clock: Clock) -> None:
    asked_at = clock.now
    clock.forward(hours=13)
    with works.writing(Actor.system("worker")) as work:
        assert entry_links.prepare_asked_mail(work, driver.public_id, "/", asked_at) is None


def test_leaving_ends_links_for_good(works: Works, driver: Someone, clock: Clock) -> None:
    token = linked(works, driver)
    with works.writing(SYSTEM) as work:
        workforce.leave(work, driver.public_id, date(2026, 11, 20))
    assert not opened(works, token)
    assert use(works, token) is None
    assert mailed(works, driver) is None
    ask(works, driver.email)
    assert outbox(works, "EntryAsked") == []
    with works.writing(SYSTEM) as work:
        workforce.come_back(work, driver.public_id)
    assert not opened(works, token)
    assert use(works, token) is None


def test_a_day_of_leaving_that_comes_closes_the_link(works: Works, driver: Someone, clock: Clock) -> None:
    with works.writing(SYSTEM) as work:
        row = work.session.scalars(select(PersonRow).where(PersonRow.public_id == driver.public_id)).one()
        row.active_until = clock.now + timedelta(minutes=10)
        work.require(Permission.PEOPLE_PERSON_WRITE, Target("person"))
    token = linked(works, driver)
    assert opened(works, token)
    clock.forward(minutes=10)
    assert not opened(works, token)
    assert use(works, token) is None
    with works.writing(SYSTEM) as work:
        workforce.come_back(work, driver.public_id)
    assert use(works, token) is None


@pytest.mark.parametrize(
    ("due", "ends"),
    [
        (timedelta(days=2), timedelta(days=2)),
        (timedelta(days=30), timedelta(days=7)),
        (-timedelta(days=2), timedelta(days=7)),
        (None, timedelta(days=7)),
    ],
)
def test_a_mail_about_a_training_lets_in_until_the_due_day_and_a_week_at_most(
    works: Works, driver: Someone, clock: Clock, due: timedelta | None, ends: timedelta
) -> None:
    with works.writing(SYSTEM) as work:
        work.require(Permission.MAIL_MESSAGE_SEND, Target("person"))
        row = work.session.get_one(PersonRow, driver.actor.person_id)
        made = entry_links.for_task(work, row, "/learn/", clock.now + due if due is not None else None)
    assert made is not None
    assert made[1] == clock.now + ends
    assert opened(works, made[0])
